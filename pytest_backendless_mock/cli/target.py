"""A mock that runs somewhere, asked over its control API."""

from __future__ import annotations

import http.client
import json
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from .failure import CommandError, UnreachableError, UsageError
from .parser import DEFAULT_PORT

PREFIX = "/__mock__"
"""Where the control API is on every mock."""
_REFUSED = 400
"""From this status on an answer says no."""
_BUG = 500
"""From this one on it is the mock's own fault."""


class Answer(NamedTuple):
    """What the mock said: ``holds`` is false for a verdict, an assertion or a wait that does not."""

    holds: bool
    value: Any


class Target:
    """A mock by the address of its server; ``trusted`` says that its certificate need not be checked."""

    def __init__(self, url: str, token: str | None = None, *, app: str = "default", trusted: bool = False) -> None:
        """Raises ``UsageError`` for what is no URL."""
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError:
            self._host = ""
        if not self._host or parts.scheme not in {"http", "https"}:
            raise UsageError(f"{url!r} is no address of a mock, which looks like http://127.0.0.1:{DEFAULT_PORT}")
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/").removesuffix(PREFIX)
        self._secure, self._path = parts.scheme == "https", parts.path.rstrip("/").removesuffix(PREFIX)
        self._token, self._trusted, self._app = token, trusted, app

    def ask(self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None) -> Answer:
        """The answer of a route below ``/__mock__/``; a body of ``None`` is none.

        Raises ``UnreachableError`` where nobody answers, or none of ours; ``UsageError`` with the mock's own text for
        what it refuses; ``CommandError`` with it for a bug of the mock.
        """
        given = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"{self._path}{PREFIX}/{path}{f'?{urlencode(given)}' if given else ''}"
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = self._connection()
        try:
            connection.request(method, target, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            return self._read(response.status, response.getheader("Content-Type") or "", response.read())
        except (OSError, http.client.HTTPException) as error:
            told = f": {error}" if str(error) else ""
            raise UnreachableError(
                f"no mock answers at {self.url} ({type(error).__name__}{told}). "
                "Start one with `backendless-mock serve`, or say where it is with --url or BACKENDLESS_MOCK_URL"
            ) from None
        finally:
            connection.close()

    def ask_app(self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None) -> Answer:
        """The same for a route of the application."""
        return self.ask(method, f"apps/{quote(self._app, safe='')}/{path}", body, query)

    def of_app(self, app: str) -> Target:
        """The same mock, and another application."""
        return Target(self.url, self._token, app=app, trusted=self._trusted)

    def _connection(self) -> http.client.HTTPConnection:
        if not self._secure:
            return http.client.HTTPConnection(self._host, self._port)
        context = ssl.create_default_context()
        if self._trusted:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(self._host, self._port, context=context)

    def _read(self, status: int, content_type: str, content: bytes) -> Answer:
        """Raises ``CommandError`` by its kinds; what is no JSON is text, the report or nothing."""
        text = content.decode("utf-8", "replace")
        if status < _REFUSED and (not text or "json" not in content_type):
            return Answer(holds=True, value=text)
        try:
            value = json.loads(text)
            holds = value.get("ok") is not False
            detail = "" if status < _REFUSED or not holds else str(value["detail"])
        except (ValueError, AttributeError, KeyError):
            raise UnreachableError(f"what answers at {self.url} is no mock of ours: {status} {text[:80]!r}") from None
        if detail:
            raise (UsageError if status < _BUG else CommandError)(detail)
        return Answer(holds, value)


def find_target(options: Any) -> Target:
    """The mock and the application that flags and environment say. Raises ``UsageError``."""
    url = options.url or os.environ.get("BACKENDLESS_MOCK_URL") or f"http://127.0.0.1:{DEFAULT_PORT}"
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
