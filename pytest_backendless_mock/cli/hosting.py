"""The mock that ``serve`` and ``exec`` run: made of flags, and told as programs want to know it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ..control.applications import Applications, Parting
from ..control.codec import read_instant
from ..control.guard import Guard
from ..control.problem import Problem
from ..control.standalone import Standalone
from ..inspector import door
from ..server.listener import ServerError
from ..service.identity import APP_ID
from .environment import parse_template, variables
from .failure import CommandError, UnreachableError, UsageError
from .flag import parse_instant, parse_keys, parse_rules
from .output import tell
from .private_file import write_private
from .state import exported
from .target import Target, read_token


class Hosted(NamedTuple):
    """A mock of ours that runs."""

    target: Target
    app: dict[str, Any]
    """The default application as ``POST /apps`` tells it, and ``mockUrl``; ``env`` has what ``--env`` adds."""
    token: str | None
    applications: Applications
    guard: Guard


@contextmanager
def hosted(options: Any, *, parting: Parting | None = None) -> Iterator[Hosted]:
    """A mock that runs while the block lasts; ``parting`` is told of each application that goes meanwhile.

    With it all requests are kept. Raises ``UsageError``; ``UnreachableError`` if it cannot listen.
    """
    templates = dict(map(parse_template, options.env))
    token = read_token(options.token_file)
    if options.export_on_exit:
        _require_place(Path(options.export_on_exit))
    mock = _standalone(options, token, parting)
    try:
        mock.start()
    except ServerError as error:
        raise UnreachableError(str(error)) from None
    except OSError as error:
        raise UsageError(f"--har: {error}") from None
    try:
        app = {**mock.describe(), "mockUrl": mock.url}
        app["env"] = variables(app, templates)
        yield Hosted(Target(mock.url, token, trusted=True), app, token, mock.applications, mock.guard)
    finally:
        mock.stop()


def export_on_exit(options: Any, mock: Hosted) -> bool:
    """Keep the default application's state where that is asked for; whether all is well, told where it is not."""
    if not options.export_on_exit:
        return True
    try:
        write_private(Path(options.export_on_exit), f"{exported(mock.target, journal=True)}\n")
    except (OSError, CommandError) as error:
        tell(f"backendless-mock: --export-on-exit: {error}")
        return False
    return True


def _require_place(file: Path) -> None:
    """Raises ``UsageError`` for what cannot be written when all is over."""
    if not file.parent.is_dir():
        raise UsageError(f"--export-on-exit: there is no folder for {file}")
    if file.is_dir():
        raise UsageError(f"--export-on-exit: {file} is a folder; say a file in it")


def _standalone(options: Any, token: str | None, parting: Parting | None) -> Standalone:
    try:
        return Standalone(
            options.host,
            options.port,
            app_id=options.app_id or APP_ID,
            api_keys=parse_keys(options.api_key),
            seed=options.seed,
            freeze=options.freeze and read_instant(parse_instant(options.freeze), "--freeze"),
            rules=parse_rules(options.rule),
            tls=_tls(options),
            allow_hosts=tuple(options.allow_host),
            token=token,
            open_to_network=options.open_to_network,
            doors=(door.mount,),
            begin_with=[Path(file) for file in options.begin_with],
            har=Path(options.har) if options.har else None,
            parting=parting,
            words="command",
        )
    except (TypeError, ValueError, Problem, OSError) as error:
        raise UsageError(str(error)) from None


def _tls(options: Any) -> ssl.SSLContext | None:
    if options.tls_cert is None:
        if options.tls_key is not None:
            raise UsageError("--tls-key goes with --tls-cert")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(options.tls_cert, options.tls_key)
    except OSError as error:  # ssl.SSLError is one
        raise UsageError(f"--tls-cert {options.tls_cert}: {error}") from None
    return context
