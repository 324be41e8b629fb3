"""The mock that ``serve`` and ``exec`` run: made of flags, and told as programs want to know it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..control.standalone import Standalone
from ..messaging.rules import Rules
from ..server.listener import ServerError
from .environment import parse_template, variables
from .failure import CommandError, UnreachableError, UsageError
from .flag import parse_keys, parse_rules
from .target import Target, read_token


class Hosted(NamedTuple):
    """A mock of ours that runs."""

    target: Target
    app: dict[str, Any]
    """The default application as ``POST /apps`` tells it, and ``mockUrl``; ``env`` has what ``--env`` adds."""
    token: str | None


@contextmanager
def hosted(options: Any) -> Iterator[Hosted]:
    """A mock that runs while the block lasts. Raises ``UsageError``, and ``UnreachableError`` where it cannot listen."""
    templates = dict(map(parse_template, options.env))
    token = read_token(options.token_file)
    mock = _standalone(options, token)
    try:
        mock.start()
    except ServerError as error:
        raise UnreachableError(_taken(options, str(error))) from None
    try:
        target = Target(mock.url, token, trusted=True)
        yield Hosted(target, describe(target, "default", templates), token)
    finally:
        mock.stop()


def describe(target: Target, app_id: str, templates: dict[str, str]) -> dict[str, Any]:
    """An application as the mock tells it, with its variables."""
    app = {**target.ask("GET", f"apps/{app_id}").value, "mockUrl": target.url}
    return {**app, "env": variables(app, templates)}


def _standalone(options: Any, token: str | None) -> Standalone:
    try:
        return Standalone(
            options.host,
            options.port,
            app_id=options.app_id,
            api_keys=parse_keys(options.api_key),
            seed=options.seed,
            freeze=options.freeze,
            rules=Rules(**parse_rules(options.rule)),
            tls=_tls(options),
            allow_hosts=tuple(options.allow_host),
            token=token,
            open_to_network=options.open_to_network,
        )
    except (TypeError, ValueError) as error:
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


def _taken(options: Any, told: str) -> str:
    """Why it cannot listen: where a mock of ours has the port, that one, which may be just as good."""
    scheme = "https" if options.tls_cert else "http"
    try:
        running = Target(f"{scheme}://{options.host}:{options.port}", trusted=True).ask("GET", "health").value
        return f"already running at {scheme}://{options.host}:{options.port}, version {running['version']}"
    except (CommandError, KeyError, TypeError):
        return told
