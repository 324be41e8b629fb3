"""A request as it came in, read once: method, path, headers, body; and what becomes known of it on the way."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..messaging.channel import Poll
from ..messaging.errors import UnreadableRequest
from ..messaging.secret import Secret, is_secret
from ..messaging.text import escaped
from ..service.identity import Identity
from . import body
from .body import BodyCutShort, BodyTooLong
from .credentials import Credentials
from .journal import Entry
from .path import host_url, segments_of, show, split_prefix
from .response import CONNECTION, GATHER, THERE, Connection, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_NAMES = 256
"""How many names of headers are kept by what WSGI calls them: clients send the same ones every time."""


class IncomingRequest:
    """What a dialect reads a call from."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.environ = environ
        method: str = environ["REQUEST_METHOD"]
        self.method = method if method.isalpha() else escaped(method)
        self.segments = segments_of(environ)
        """The path's segments, percent-decoded."""
        self.prefix, self.below = split_prefix(self.segments)
        """What of them says which application is meant (W1), and the rest."""
        self.headers = _headers(environ)
        """Names in lower case."""
        self.query: str = environ.get("QUERY_STRING", "")
        self.connection: Connection = environ.get(CONNECTION, THERE)
        self.payload: bytes | BodyTooLong | BodyCutShort = b""
        self.operation: str | None = None
        """What it asks for, in the words of reports, as soon as that is known."""
        self.shown: bytes | None = None
        """The body that the journal shows, as JSON text."""

    def receive(self) -> None:
        """Read the body. What is wrong with it is said later, in its turn (A4)."""
        try:
            self.payload = body.read(self.environ)
        except (BodyTooLong, BodyCutShort) as error:
            self.payload = error

    def bytes(self) -> bytes:
        """The body. Raises ``BodyTooLong`` and ``BodyCutShort``."""
        if not isinstance(self.payload, bytes):
            raise self.payload
        return self.payload

    def refuse_encoding(self) -> None:
        """Raise ``UnreadableRequest`` for a body that is compressed (W7)."""
        encoding = self.headers.get("content-encoding", "")
        if {name.strip().lower() for name in encoding.split(",")} - {"", "identity"}:
            raise UnreadableRequest(f"Content-Encoding is {encoding!r}; a body has to come unencoded")

    def show_body(self) -> None:
        """The journal shows the body as it came, if one did."""
        self.shown = self.payload if isinstance(self.payload, bytes) and self.payload else None

    def line(self, identity: Identity) -> str:
        """Method and path in one line, for people; the prefix of the application it is for is left out."""
        own = self.segments[:2] == list(identity)
        return f"{self.method} {'…/' if own else '/'}{show(self.segments[2:] if own else self.segments)}"

    @property
    def credentials(self) -> Credentials:
        """Whose it is, as far as the path alone says that."""
        return Credentials(*self.prefix) if len(self.prefix) == 2 else Credentials()  # noqa: PLR2004 - id and key

    def entry(
        self, at: int, response: Response | None = None, code: int | None = None, poll: Poll | None = None
    ) -> Entry:
        """The request for the journal, as far as it is known; ``at`` in microseconds."""
        payload = self.payload if isinstance(self.payload, bytes) and self.payload is not self.shown else b""
        status, answer_headers, answer = (None, (), b"") if response is None else response
        sizes = len(payload), len(answer)
        known = (self.operation, self.method, self.path, self.headers, self.shown)
        return Entry(
            at, *known, status, code, self.query, poll, payload or None, answer or None, *sizes, answer_headers
        )

    @property
    def path(self) -> str:
        """The whole path as people read it."""
        return f"/{show(self.segments)}"

    def host_url(self) -> str:
        """Where the client found the server."""
        return host_url(self.environ)

    @property
    def gather(self) -> Callable[[], object]:
        """Waits for who asks at the same time; without a server nobody else does."""
        wait: Callable[[], object] = self.environ.get(GATHER, _nobody)
        return wait


def _nobody() -> None:
    """Return at once: without a server there is nobody to wait for."""


@functools.lru_cache(MOST_NAMES)
def _header_name(key: str) -> str:
    return key[5:].replace("_", "-").lower()


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    """The headers; a secret is one in ``environ`` too, which stands in the frames of whoever called."""
    headers: dict[str, str] = {}
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            name = _header_name(key)
            headers[name] = value
            if is_secret(name):
                environ[key] = headers[name] = Secret(value)
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    return headers
