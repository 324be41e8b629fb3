"""What can be typed: every verb and flag, as ``argparse`` knows them. It loads nothing else of ours but constants."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..service.identity import PORT

VIEWS = {
    "messages": "what was published, in the order of acceptance",
    "scheduled": "what is still to be delivered",
    "deliveries": "what was delivered",
    "retrieved": "what subscribers got",
    "outbox": "pushes and e-mails that went out",
    "requests": "requests and their answers",
    "devices": "devices that are registered",
}
AWAITED = ("published", "delivered", "retrieved", "sent", "requests", "listeners", "subscriptions")
FILTERS = {name: f"only this {name}" for name in ("channel", "device", "os", "operation", "status", "code")} | {
    "by": "only what this subscription or listener got"
}
CLIENTS = {"js": "backendless-mock.mjs", "java": "BackendlessMockExtension.java", "dotnet": "BackendlessMock.cs"}
DESCRIPTION = "A mock of Backendless messaging for any language: a server, and a clock that tests move."
EPILOG = f"""\
Which mock:        --url, then BACKENDLESS_MOCK_URL, then http://127.0.0.1:{PORT}
Which application: --app, then BACKENDLESS_APP_ID, then the first
Token:             --token-file, then BACKENDLESS_MOCK_TOKEN
Exit codes:        0; 1 a verdict or a wait that does not hold; 2 usage; 3 no mock there, or no port to listen on.
                   exec: the command's own; 126 and 127 as a shell; 128 + n for signal n.
"""

_Adds = Callable[[argparse.ArgumentParser], None]


def make_parser() -> argparse.ArgumentParser:
    """The parser of ``backendless-mock``; what it finds has ``verb``, and ``action`` where a verb has some."""
    parser = argparse.ArgumentParser(
        prog="backendless-mock",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")

    def verb(name: str, told: str, *adds: _Adds) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.", allow_abbrev=False)
        for add in adds:
            add(made)
        return made

    _add_hosting(verb)
    verb("clock", "show the mock's clock, or move it", _target, _application, _clock)
    verb("publish", "publish a message", _target, _application, _publish)
    verb("cancel", "cancel a message that is still to be delivered", _target, _application, _message_id)
    for name, told in VIEWS.items():
        verb(name, told, _target, _application, _view)
    verb("timeline", "what happened, in its order", _target, _application, _timeline)
    verb("wait", "wait until something is there", _target, _application, _wait)
    verb("verify", "give the verdict, as at the end of a test", _target, _application)
    verb("reset", "begin anew, this application only", _target, _application, _reset)
    verb("health", "ask whether a mock answers", _target, _health)
    verb("app", "make, list and delete applications", _app)
    verb("state", "have all that an application holds out, and in", _state)
    verb("client", "print a helper to copy into a test suite", _client)
    return parser


def _add_hosting(verb: Callable[..., argparse.ArgumentParser]) -> None:
    serve = verb("serve", "start a mock, and serve until a signal comes", _listening, _identity, _keeping)
    serve.set_defaults(port=PORT)
    serve.add_argument("--env-file", metavar="FILE", help="write the variables there once the mock listens, mode 600")
    serve.add_argument("--json", action="store_true", help="print the application as JSON, on the first line")
    serve.add_argument(
        "--open", action="store_true", help="show its page in a browser, and print the address that does"
    )
    serve.add_argument("--until-stdin-closes", action="store_true", help="end with the process that holds its input")
    execute = verb(
        "exec", "run a command beside a mock of its own, and give its exit code", _listening, _identity, _keeping
    )
    execute.usage = "backendless-mock exec [FLAGS] -- COMMAND [ARGUMENTS]"
    execute.set_defaults(port=0, command=[])
    execute.add_argument("--no-verdict", action="store_true", help="do not fail for what only the mock saw go wrong")
    execute.add_argument(
        "--artifacts", metavar="DIR", help="keep report, verdict, state and HAR of each application there"
    )


def _listening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    parser.add_argument("--port", type=int, help=f"0 is a free one (default: {PORT}, for exec 0)")
    parser.add_argument("--tls-cert", metavar="FILE", help="certificate, for https; with --tls-key")
    parser.add_argument("--tls-key", metavar="FILE", help="its key, unless it is in the same file")
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="let this Host reach the control API too"
    )
    parser.add_argument("--token-file", metavar="FILE", help="holds the token that control requests must have")
    parser.add_argument(
        "--open-to-network", action="store_true", help="listen beyond loopback without a token: anybody may control it"
    )


def _identity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--app-id", metavar="ID", help="the application's id")
    parser.add_argument(
        "--api-key", action="append", default=[], metavar="[KIND=]KEY", help="its keys, by kind (REST, JS, ANDROID, …)"
    )
    parser.add_argument("--seed", default="0", help="makes the ids (default: %(default)s)")
    parser.add_argument("--freeze", metavar="INSTANT", help="the clock stands there until it is moved")
    parser.add_argument(
        "--rule",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a rule of every application, as on the marker",
    )
    parser.add_argument(
        "--env", action="append", default=[], metavar="NAME=TEMPLATE", help="a variable more, such as MY_URL={hostUrl}"
    )


def _keeping(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--import",
        dest="begin_with",
        action="append",
        default=[],
        metavar="FILE",
        help="begin with the state in it; several are one state, later ones on top",
    )
    parser.add_argument("--export-on-exit", metavar="FILE", help="write the state there at the end, requests included")
    parser.add_argument("--har", metavar="FILE", help="write all requests there as they come, as HAR 1.2")


def _target(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Where the mock is; ``SUPPRESS`` for a subcommand leaves what was said before it."""
    parser.add_argument("--url", help="where the mock is", default=default)
    parser.add_argument("--token-file", metavar="FILE", help="holds the token of the mock", default=default)
    parser.add_argument("--json", action="store_true", help="print JSON", default=default or False)


def _application(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument("--app", metavar="ID", help="which application", default=default)


def _clock(parser: argparse.ArgumentParser) -> None:
    _add_actions(
        parser,
        {
            "show": ("what it shows, and what is due next", ()),
            "advance": ("move it on by a duration", ("by", "DURATION", "90s, 5m, 1h30m, 2d, or seconds")),
            "move-to": ("move it on to an instant", ("to", "INSTANT", "ISO 8601, or milliseconds")),
            "next": ("move it on to what is due next", ()),
            "freeze": ("have it stand", ("at", "INSTANT", "where; now if it is left out", "?")),
            "unfreeze": ("have it run again", ()),
        },
    )


def _add_actions(parser: argparse.ArgumentParser, actions: dict[str, tuple[str, tuple[str, ...]]]) -> None:
    """Subcommands of a verb, each with one argument at most: name, metavar, help, ``?`` where it may be left out."""
    subparsers = parser.add_subparsers(dest="action", metavar="ACTION")
    for name, (told, argument) in actions.items():
        made = subparsers.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.", allow_abbrev=False)
        _target(made, argparse.SUPPRESS)
        _application(made, argparse.SUPPRESS)
        if argument:
            dest, metavar, meant, *rest = argument
            made.add_argument(dest, metavar=metavar, help=meant, nargs=rest[0] if rest else None)
        if name in {"advance", "move-to", "next"}:
            made.add_argument("--pause", metavar="SECONDS", type=float, help="real time at each instant that is due")
            made.add_argument("--settle", metavar="SECONDS", type=float, help="real time to wait for listeners")
    parser.set_defaults(action="show")


def _publish(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("channel", metavar="CHANNEL")
    parser.add_argument(
        "message", metavar="MESSAGE", help="JSON where it reads as JSON, text where not; - reads standard input"
    )
    parser.add_argument("--text", action="store_true", help="the message is text even where it reads as JSON")
    parser.add_argument("--at", metavar="INSTANT", help="deliver it then: ISO 8601, milliseconds, or +1h30m from now")
    parser.add_argument("--every", metavar="DURATION", help="and again so often")
    parser.add_argument("--until", metavar="INSTANT", help="until before then")
    parser.add_argument("--header", action="append", default=[], metavar="NAME=VALUE")


def _message_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("message_id", metavar="MESSAGE-ID")


def _view(parser: argparse.ArgumentParser) -> None:
    for name, told in FILTERS.items():
        parser.add_argument(f"--{name}", help=told)
    _follow(parser)


def _timeline(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kinds", help="only these kinds of events, with commas between")
    _follow(parser)


def _follow(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--follow", action="store_true", help="go on with what comes, until Ctrl-C")


def _wait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="WHAT", help=f"one of {', '.join(AWAITED)}")
    parser.add_argument("--channel")
    parser.add_argument("--count", type=int, help="how many there must be (default: 1)")
    parser.add_argument("--timeout", metavar="DURATION", help="for how long to wait, in real time (default: 5s)")


def _reset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", help="makes the ids")
    parser.add_argument("--freeze", metavar="INSTANT", help="the clock stands there")
    parser.add_argument("--keep-sessions", action="store_true", help="listeners stay connected, and joined")
    parser.add_argument("--empty", action="store_true", help="do not load again the state that it was made with")


def _health(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print nothing, the exit code tells")


def _app(parser: argparse.ArgumentParser) -> None:
    subparsers = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    new = subparsers.add_parser("new", help="make one, with a clock of its own", allow_abbrev=False)
    _target(new)
    new.add_argument("--label", help="names it; the same label gives the same id, keys and ids of messages")
    _identity(new)
    new.set_defaults(seed=None)
    _target(subparsers.add_parser("list", help="which there are", allow_abbrev=False))
    delete = subparsers.add_parser("delete", help="give its verdict, and drop it", allow_abbrev=False)
    _target(delete)
    delete.add_argument("app", metavar="ID")


def _state(parser: argparse.ArgumentParser) -> None:
    subparsers = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    export = subparsers.add_parser("export", help="write it down, as JSON", allow_abbrev=False)
    export.add_argument("file", metavar="FILE", nargs="?", default="-", help="where; standard output if it is left out")
    export.add_argument("--secrets", action="store_true", help="passwords and tokens too")
    export.add_argument("--journal", action="store_true", help="the requests too, secrets masked")
    given = subparsers.add_parser("import", help="begin anew with it, at every reset too", allow_abbrev=False)
    given.add_argument("file", metavar="FILE", help="- is standard input")
    for made in (export, given):
        _target(made)
        _application(made)


def _client(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("language", choices=CLIENTS, help="JavaScript, Java (JUnit 5), C# (xunit)")
