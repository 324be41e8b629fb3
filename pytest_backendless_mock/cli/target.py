"""A mock that runs somewhere, asked over its control API."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..remote.connection import FAILURES, Answer, Connection, Reply, quoted, silence, stranger
from ..service.identity import PORT
from .failure import CommandError, UnreachableError, UsageError

_REFUSED = 400
"""From this status on an answer says no."""
_BUG = 500
"""From this one on it is the mock's own fault."""


class Target:
    """A mock by the address of its server; ``trusted`` says that its certificate need not be checked."""

    def __init__(self, url: str, token: str | None = None, *, app: str = "default", trusted: bool = False) -> None:
        """Raises ``UsageError`` for what is no URL."""
        try:
            self._connection = Connection(url, token, trusted=trusted)
        except ValueError as error:
            raise UsageError(str(error)) from None
        self.url = self._connection.url
        self._token, self._trusted, self._app = token, trusted, app

    def ask(self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None) -> Answer:
        """The answer of a route below ``/__mock__/``; a body of ``None`` is none.

        Raises ``UnreachableError`` where nobody answers, or none of ours; ``UsageError`` with the mock's own text for
        what it refuses; ``CommandError`` with it for a bug of the mock.
        """
        try:
            reply = self._connection.exchange(method, path, body, query)
        except FAILURES as error:
            raise UnreachableError(
                f"{silence(self.url, error)}. "
                "Start one with `backendless-mock serve`, or say where it is with --url or BACKENDLESS_MOCK_URL"
            ) from None
        return self._read(reply)

    def ask_app(self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None) -> Answer:
        """The same for a route of the application, or for itself where ``path`` is empty."""
        return self.ask(method, f"apps/{quoted(self._app)}/{path}".removesuffix("/"), body, query)

    def of_app(self, app: str) -> Target:
        """The same mock, and another application."""
        return Target(self.url, self._token, app=app, trusted=self._trusted)

    def _read(self, reply: Reply) -> Answer:
        """Raises ``CommandError`` by its kinds; what is no JSON is text, the report or nothing."""
        status, _, text = reply
        if status < _REFUSED and not reply.is_json:
            return Answer(holds=True, value=text)
        try:
            value = json.loads(text)
            holds = value.get("ok") is not False
            detail = "" if status < _REFUSED or not holds else str(value["detail"])
        except (ValueError, AttributeError, KeyError):
            raise UnreachableError(stranger(self.url, reply)) from None
        if detail:
            raise (UsageError if status < _BUG else CommandError)(detail)
        return Answer(holds, value)


def find_target(options: Any) -> Target:
    """The mock and the application that flags and environment say. Raises ``UsageError``."""
    url = options.url or os.environ.get("BACKENDLESS_MOCK_URL") or f"http://127.0.0.1:{PORT}"
    app = getattr(options, "app", None) or os.environ.get("BACKENDLESS_APP_ID") or "default"
    return Target(url, read_token(options.token_file), app=app)


def read_token(file: str | None) -> str | None:
    """The token out of its file, or out of BACKENDLESS_MOCK_TOKEN; it never stands among arguments, which ``ps`` shows.

    Raises ``UsageError`` for a file that cannot be read, or is empty.
    """
    if file is None:
        return os.environ.get("BACKENDLESS_MOCK_TOKEN") or None
    try:
        token = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise UsageError(f"--token-file: {error}") from None
    if not token.isascii() or not token.isprintable() or not token:
        raise UsageError(f"--token-file: {file} has to hold one line of printable ASCII")
    return token
