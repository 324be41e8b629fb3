"""Request bodies: read whole and bounded, then JSON as strict as a double and a stack allow (W7, W14)."""

from __future__ import annotations

import json
import math
from codecs import BOM_UTF8
from typing import IO, TYPE_CHECKING, Any

from ..messaging.errors import UnreadableRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LONGEST = 10 * 1024 * 1024
"""The most bytes a body may have (W14)."""
MOST_DISCARDED = 64 * 1024 * 1024
"""How much of a longer one is read and thrown away, so that the client gets to see the answer (W14)."""
LONGEST_NUMBER = 4_300
DEEPEST = 200
_TOO_DEEP = f"this is no JSON value: it is nested deeper than {DEEPEST}"
CHUNK = 64 * 1024


class BodyTooLong(UnreadableRequest):
    """The body is longer than ``LONGEST``; the connection cannot be used further."""

    def __init__(self) -> None:
        super().__init__(f"the body is longer than {LONGEST} bytes")


class BodyCutShort(Exception):
    """The body never came whole; the client has gone."""


def read(environ: WSGIEnvironment) -> bytes:
    """The request's body. Raises ``BodyTooLong`` and ``BodyCutShort``."""
    stream: IO[bytes] = environ["wsgi.input"]
    try:
        if environ.get("wsgi.input_terminated") or "chunked" in environ.get("HTTP_TRANSFER_ENCODING", ""):
            return _read_to_end(stream)
        declared: str = environ.get("CONTENT_LENGTH") or "0"
        if not (declared.isascii() and declared.isdigit()):
            raise BodyCutShort(f"Content-Length {declared!r} is no number")
        return _read(stream, int(declared.lstrip("0")[:19] or "0"))
    except (OSError, ValueError) as error:
        raise BodyCutShort(str(error)) from None


def parse(body: bytes) -> Any:
    """The JSON value in ``body``. Raises ``UnreadableRequest`` for everything W7 names."""
    try:
        text = body.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise UnreadableRequest("the body is not UTF-8", detail=str(error)) from None
    if body.count(b"[") + body.count(b"{") > DEEPEST and _depth(text) > DEEPEST:
        raise UnreadableRequest(f"the body is nested deeper than {DEEPEST}")
    try:
        return _DECODER.decode(text)
    except ValueError as error:
        raise UnreadableRequest(str(error)) from None


def dump(value: Any) -> bytes:
    """A JSON value as a body. Raises ``TypeError`` for what is none, or is nested deeper than a body may be."""
    try:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise TypeError(f"this is no JSON value: {error}") from None
    except RecursionError:
        raise TypeError(_TOO_DEEP) from None
    if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
        raise TypeError(_TOO_DEEP)
    return text.encode("ascii")


def _read(stream: IO[bytes], length: int) -> bytes:
    if length > LONGEST:
        _discard(stream, length)
        raise BodyTooLong
    body = stream.read(length) if length else b""
    if len(body) < length:
        raise BodyCutShort(f"{len(body)} of {length} bytes came")
    return body


def _read_to_end(stream: IO[bytes]) -> bytes:
    parts: list[bytes] = []
    length = 0
    while part := stream.read(CHUNK):
        length += len(part)
        if length > LONGEST:
            while length < MOST_DISCARDED and (part := stream.read(CHUNK)):
                length += len(part)
            raise BodyTooLong
        parts.append(part)
    return b"".join(parts)


def _discard(stream: IO[bytes], length: int) -> None:
    left = min(length, MOST_DISCARDED)
    while left > 0 and (part := stream.read(min(left, CHUNK))):
        left -= len(part)
    if left and length <= MOST_DISCARDED:
        raise BodyCutShort(f"{left} bytes did not come")


def _depth(text: str) -> int:
    """How deep brackets are nested, those inside strings left out."""
    depth = deepest = 0
    inside = escaped = False
    for character in text:
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER or math.isinf(float(digits)):
        raise ValueError("a number is outside the range of a double")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if len(digits) > LONGEST_NUMBER or math.isinf(number):
        raise ValueError("a number is outside the range of a double")
    return number


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=_constant)
