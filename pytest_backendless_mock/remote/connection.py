"""HTTP with a mock that runs somewhere, of the standard library, a connection for each request."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from ..service.identity import PORT

PREFIX = "/__mock__"
"""Where the control API is on every mock."""
FAILURES = (OSError, http.client.HTTPException)
"""What goes wrong where nobody answers, or no HTTP."""


class Reply(NamedTuple):
    """What was answered; a body that is no text is made one."""

    status: int
    content_type: str
    text: str

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON."""
        return "json" in self.content_type and bool(self.text)


class Answer(NamedTuple):
    """What the mock said: ``holds`` is false for a verdict, an assertion or a wait that does not."""

    holds: bool
    value: Any


class Connection:
    """Where a mock is, and how it is asked; ``trusted`` says that its certificate need not be checked."""

    def __init__(
        self, url: str, token: str | None = None, *, trusted: bool = False, patience: float | None = None
    ) -> None:
        """``patience`` is for how many real seconds an answer is waited for. Raises ``ValueError`` for no URL."""
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError:
            self._host = ""
        if not self._host or parts.scheme not in {"http", "https"}:
            raise ValueError(f"{url!r} is no address of a mock, which looks like http://127.0.0.1:{PORT}")
        path = parts.path.rstrip("/").removesuffix(PREFIX)
        self.url = f"{parts.scheme}://{parts.netloc}{path}"
        self.token, self._trusted = token, trusted
        self._secure, self._path, self._patience = parts.scheme == "https", path, patience

    def exchange(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The answer of a route below ``/__mock__/``; a body, and what of the query, is ``None`` is left out.

        A body of bytes is JSON already.

        Raises one of ``FAILURES``.
        """
        given = {name: _parameter(value) for name, value in (query or {}).items() if value is not None}
        target = f"{self._path}{PREFIX}/{path}{f'?{urlencode(given)}' if given else ''}"
        sent = {"Accept": "application/json", **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection = self.connect()
        try:
            content = body if body is None or isinstance(body, bytes) else json.dumps(body)
            connection.request(method, target, content, sent)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            return Reply(response.status, response.getheader("Content-Type") or "", text)
        finally:
            connection.close()

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is not open yet."""
        if not self._secure:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._patience)
        context = ssl.create_default_context()
        if self._trusted:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(self._host, self._port, timeout=self._patience, context=context)


def _parameter(value: object) -> object:
    """As the control API reads it: what is true is ``true``, as in JSON."""
    return str(value).lower() if isinstance(value, bool) else value


def silence(url: str, error: Exception) -> str:
    """That nobody answers, one of ``FAILURES`` being why."""
    told = f": {error}" if str(error) else ""
    return f"no mock answers at {url} ({type(error).__name__}{told})"


def stranger(url: str, reply: Reply) -> str:
    """That what answers is no mock."""
    return f"what answers at {url} is no mock of ours: {reply.status} {reply.text[:80]!r}"


def quoted(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="")
