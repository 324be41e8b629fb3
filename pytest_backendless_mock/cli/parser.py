"""What can be typed: every verb and flag, as ``argparse`` knows them. It loads nothing else of ours but constants."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..service.identity import PORT

VIEWS = {
    "messages": "what was published, in order",
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
Exit codes:        0; 1 a verdict or a wait failed; 2 wrong usage; 3 no mock answers, or the port cannot be used.
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
    verb("timeline", "what happened, in order", _target, _application, _timeline)
    verb("wait", "wait until something has happened", _target, _application, _wait)
    verb("verify", "give the verdict, as at the end of a test", _target, _application)
    verb("reset", "empty one application", _target, _application, _reset)
    verb("health", "ask whether a mock answers", _target, _health)
    verb("app", "make, list and delete applications", _app)
    verb("state", "export the whole state of an application, or import one", _state)
    verb("client", "print a helper to copy into a test suite", _client)
    return parser


def _add_hosting(verb: Callable[..., argparse.ArgumentParser]) -> None:
    serve = verb("serve", "start a mock, and serve until it is interrupted", _listening, _identity, _keeping)
    serve.set_defaults(port=PORT)
    serve.add_argument(
        "--env-file", metavar="FILE", help="write the variables to this file (mode 600) once the mock listens"
    )
    serve.add_argument("--json", action="store_true", help="print the application as JSON, on the first line")
    serve.add_argument("--open", action="store_true", help="open the mock's page in a browser, and print its address")
    serve.add_argument(
        "--until-stdin-closes", action="store_true", help="stop when standard input closes, as when the parent ends"
    )
    execute = verb("exec", "run a command with its own mock, and exit with its code", _listening, _identity, _keeping)
    execute.usage = "backendless-mock exec [FLAGS] -- COMMAND [ARGUMENTS]"
    execute.set_defaults(port=0, command=[])
    execute.add_argument(
        "--no-verdict", action="store_true", help="exit with the command's code even if the verdict fails"
    )
    execute.add_argument(
        "--artifacts", metavar="DIR", help="write report, verdict, state and HAR of each application to this folder"
    )


def _listening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    parser.add_argument("--port", type=int, help=f"where to listen; 0 is any free port (default: {PORT}, for exec 0)")
    parser.add_argument("--tls-cert", metavar="FILE", help="certificate, to serve HTTPS; with --tls-key")
    parser.add_argument("--tls-key", metavar="FILE", help="its key, unless it is in the same file")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="accept control requests for this host, and from its pages",
    )
    parser.add_argument("--token-file", metavar="FILE", help="file with the token that control requests must send")
    parser.add_argument(
        "--open-to-network",
        action="store_true",
        help="listen beyond loopback without a token: anyone may control the mock",
    )


def _identity(parser: argparse.ArgumentParser) -> None:
    _application_of(parser, seed="ids are made from it (default: 0)", rule="set a rule for every application")
    parser.set_defaults(seed="0")


def _application_of(parser: argparse.ArgumentParser, *, seed: str, rule: str) -> None:
    parser.add_argument("--app-id", metavar="ID", help="the application's id")
    parser.add_argument(
        "--api-key", action="append", default=[], metavar="[KIND=]KEY", help="its keys, by kind (REST, JS, ANDROID, …)"
    )
    parser.add_argument("--seed", help=seed)
    parser.add_argument("--freeze", metavar="INSTANT", help="freeze its clock at this instant")
    parser.add_argument("--rule", action="append", default=[], metavar="NAME=VALUE", help=f"{rule}, as on the marker")
    parser.add_argument(
        "--env",
        action="append",
        default=[],
        metavar="NAME=TEMPLATE",
        help="another environment variable, such as MY_URL={hostUrl}",
    )


def _keeping(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--import",
        dest="begin_with",
        action="append",
        default=[],
        metavar="FILE",
        help="begin with this state; several files are merged, later ones win",
    )
    parser.add_argument(
        "--export-on-exit", metavar="FILE", help="write the state to this file at the end, with the requests"
    )
    parser.add_argument("--har", metavar="FILE", help="write all requests to this file as they come, as HAR 1.2")


def _target(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Where the mock is; ``SUPPRESS`` for a subcommand leaves what was said before it."""
    parser.add_argument("--url", help="where the mock is", default=default)
    parser.add_argument("--token-file", metavar="FILE", help="file with the mock's token", default=default)
    parser.add_argument("--json", action="store_true", help="print JSON", default=default or False)


def _application(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument("--app", metavar="ID", help="which application", default=default)


def _clock(parser: argparse.ArgumentParser) -> None:
    _add_actions(
        parser,
        {
            "show": ("show its time, and what is due next", ()),
            "advance": ("move it forward by a duration", ("by", "DURATION", "90s, 5m, 1h30m, 2d, or seconds")),
            "move-to": ("move it forward to an instant", ("to", "INSTANT", "ISO 8601, or milliseconds")),
            "next": ("move it forward to the next delivery", ()),
            "freeze": ("freeze it", ("at", "INSTANT", "at this instant (default: now)", "?")),
            "unfreeze": ("let it run again", ()),
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
            made.add_argument("--pause", metavar="SECONDS", type=float, help="real time to pause at each delivery")
            made.add_argument("--settle", metavar="SECONDS", type=float, help="real time to wait for listeners")
    parser.set_defaults(action="show")


def _publish(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("channel", metavar="CHANNEL")
    parser.add_argument(
        "message", metavar="MESSAGE", help="JSON if it can be read as JSON, else text; - is standard input"
    )
    parser.add_argument("--text", action="store_true", help="the message is text, even if it can be read as JSON")
    parser.add_argument("--at", metavar="INSTANT", help="deliver it then: ISO 8601, milliseconds, or +1h30m from now")
    parser.add_argument("--every", metavar="DURATION", help="repeat it at this interval")
    parser.add_argument("--until", metavar="INSTANT", help="repeat it until before this instant")
    parser.add_argument("--header", action="append", default=[], metavar="NAME=VALUE")


def _message_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("message_id", metavar="MESSAGE-ID")


def _view(parser: argparse.ArgumentParser) -> None:
    for name, told in FILTERS.items():
        parser.add_argument(f"--{name}", help=told)
    _follow(parser)


def _timeline(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kinds", help="only these kinds of events, separated by commas")
    _follow(parser)


def _follow(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--follow", action="store_true", help="keep printing what comes, until Ctrl-C")


def _wait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="WHAT", help=f"one of {', '.join(AWAITED)}")
    parser.add_argument("--channel")
    parser.add_argument("--count", type=int, help="how many there must be (default: 1)")
    parser.add_argument("--timeout", metavar="DURATION", help="how long to wait, in real time (default: 5s)")


def _reset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", help="ids are made from it")
    parser.add_argument("--freeze", metavar="INSTANT", help="freeze its clock at this instant")
    parser.add_argument("--keep-sessions", action="store_true", help="keep listeners connected and joined")
    parser.add_argument("--empty", action="store_true", help="do not load the state again that it was made with")


def _health(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print nothing; only set the exit code")


def _app(parser: argparse.ArgumentParser) -> None:
    subparsers = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    new = subparsers.add_parser("new", help="make one, with its own clock", allow_abbrev=False)
    _target(new)
    new.add_argument("--label", help="its name; the same label gives the same id, keys and message ids")
    _application_of(new, seed="ids are made from it instead of the label", rule="set a rule for it")
    _target(subparsers.add_parser("list", help="list them", allow_abbrev=False))
    delete = subparsers.add_parser("delete", help="give its verdict, and delete it", allow_abbrev=False)
    _target(delete)
    delete.add_argument("app", metavar="ID")


def _state(parser: argparse.ArgumentParser) -> None:
    subparsers = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    export = subparsers.add_parser("export", help="write the state, as JSON", allow_abbrev=False)
    export.add_argument("file", metavar="FILE", nargs="?", default="-", help="where to (default: standard output)")
    export.add_argument("--secrets", action="store_true", help="include passwords and tokens")
    export.add_argument("--journal", action="store_true", help="include the requests, with secrets masked")
    given = subparsers.add_parser("import", help="replace the state, also after each reset", allow_abbrev=False)
    given.add_argument("file", metavar="FILE", help="- is standard input")
    for made in (export, given):
        _target(made)
        _application(made)


def _client(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("language", choices=CLIENTS, help="JavaScript, Java (JUnit 5), C# (xunit)")
