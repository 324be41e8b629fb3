"""Request bodies: read whole and bounded, then parsed as JSON (W7, W14)."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import IO, TYPE_CHECKING, Any

from ..messaging.errors import UnreadableRequest
from ..service import json_text

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LONGEST = 10 * 1024 * 1024
"""The most bytes a body may have (W14)."""
MOST_DISCARDED = 64 * 1024 * 1024
"""How much of a longer one is read and thrown away, so that the client gets to see the answer (W14)."""
CHUNK = 64 * 1024


class BodyTooLong(UnreadableRequest):
    """The body is longer than it may be; the connection cannot be used further."""

    def __init__(self, longest: int, length: int | None = None) -> None:
        """``length`` in bytes, where it was declared."""
        super().__init__(f"the body is longer than {longest} bytes")
        self.length = length


class BodyCutShort(Exception):
    """The body never came whole; the client has gone."""


def read(environ: WSGIEnvironment, longest: int = LONGEST) -> bytes:
    """The request's body, of ``longest`` bytes at most. Raises ``BodyTooLong`` and ``BodyCutShort``."""
    stream: IO[bytes] = environ["wsgi.input"]
    try:
        if environ.get("wsgi.input_terminated") or "chunked" in environ.get("HTTP_TRANSFER_ENCODING", ""):
            return _read_to_end(stream, longest)
        declared: str = environ.get("CONTENT_LENGTH") or "0"
        if not (declared.isascii() and declared.isdigit()):
            raise BodyCutShort(f"Content-Length {declared!r} is no number")
        return _read(stream, int(declared.lstrip("0")[:19] or "0"), longest)
    except (OSError, ValueError) as error:
        raise BodyCutShort(str(error)) from None


def parse(body: bytes) -> Any:
    """The JSON value in ``body``. Raises ``UnreadableRequest`` for everything W7 names."""
    try:
        text = body.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise UnreadableRequest("the body is not UTF-8", detail=str(error)) from None
    try:
        return json_text.parse(text)
    except ValueError as error:
        raise UnreadableRequest(str(error)) from None


def _read(stream: IO[bytes], length: int, longest: int) -> bytes:
    if length > longest:
        _discard(stream, length)
        raise BodyTooLong(longest, length)
    body = stream.read(length) if length else b""
    if len(body) < length:
        raise BodyCutShort(f"{len(body)} of {length} bytes came")
    return body


def _read_to_end(stream: IO[bytes], longest: int) -> bytes:
    parts: list[bytes] = []
    length = 0
    while part := stream.read(CHUNK):
        length += len(part)
        if length > longest:
            while length < MOST_DISCARDED and (part := stream.read(CHUNK)):
                length += len(part)
            raise BodyTooLong(longest)
        parts.append(part)
    return b"".join(parts)


def _discard(stream: IO[bytes], length: int) -> None:
    left = min(length, MOST_DISCARDED)
    while left > 0 and (part := stream.read(min(left, CHUNK))):
        left -= len(part)
    if left and length <= MOST_DISCARDED:
        raise BodyCutShort(f"{left} bytes did not come")
