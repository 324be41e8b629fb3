"""The head of a request, read as strictly as RFC 9112 allows and no further than its bounds.

What comes of it is the part of the WSGI environment that the client decides, so that nothing is parsed twice. Lines
may end in LF alone, which the RFC lets pass and hand-written clients send; whatever else deviates is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import IO, NamedTuple
from urllib.parse import unquote_to_bytes

from ..http import cors
from ..http.path import split_target

LONGEST_LINE = 65_536
"""The most bytes a line may have."""
MOST_HEADERS = 100
MOST_EMPTY_LINES = 100
"""How many empty lines are skipped before a request: sketches on microcontrollers end a body with one."""
MOST_NAMES = 256
"""How many names of headers are kept with what WSGI calls them."""
LONGEST_SHOWN = 60
"""How many characters of what is refused stand in the text."""
VERSIONS = ("HTTP/1.1", "HTTP/1.0")
_EMPTY = (b"\r\n", b"\n")
_TEXT = bytes([*b"\t\r\n", *range(0x20, 0x7F), *range(0x80, 0x100)])
"""The bytes a head may hold; CR only before LF."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HOST = re.compile(r"(\[[0-9A-Za-z:.%]+\]|[^\s\"#/<>?@\\\[\]^`{|},:]*)(:[0-9]*)?")
_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


class BadHead(Exception):
    """What came is no request; ``origin`` is the page that sent it, where that much could be read."""

    def __init__(self, text: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(text)
        self.status = status
        self.origin: str | None = None


class RequestHead(NamedTuple):
    """What the client said before the body."""

    environ: dict[str, str]
    """Method, target and headers, by the names of WSGI (PEP 3333)."""
    chunked: bool
    """Whether the body comes in chunks."""
    keeps_connection: bool
    """Whether the client may send another request on the connection."""
    expects_continue: bool
    """Whether it waits for ``100 Continue`` before it sends the body."""


def read(stream: IO[bytes], begin: Callable[[], object] = lambda: None) -> RequestHead | None:
    """The next request's head; ``None`` where the client hung up before it was whole. Raises ``BadHead``.

    ``begin`` is called when the request line is there.
    """
    line = _first_line(stream)
    if line is None:
        return None
    begin()
    environ = _request_line(line)
    lines: list[bytes] = []
    try:
        if not _read_headers(stream, lines):
            return None
        _add_headers(environ, lines)
        return _described(environ)
    except BadHead as error:
        error.origin = _origin(lines)
        raise


def _first_line(stream: IO[bytes]) -> bytes | None:
    for _ in range(MOST_EMPTY_LINES):
        line = stream.readline(LONGEST_LINE + 1)
        if line not in _EMPTY:
            break
    else:
        raise BadHead("nothing but empty lines came")
    if line.endswith(b"\n"):
        return line
    if len(line) > LONGEST_LINE:
        raise BadHead(f"the request line is longer than {LONGEST_LINE} bytes", HTTPStatus.REQUEST_URI_TOO_LONG)
    return None


def _read_headers(stream: IO[bytes], lines: list[bytes]) -> bool:
    """Whether they came whole."""
    readline = stream.readline
    while (line := readline(LONGEST_LINE + 1)) not in _EMPTY:
        if not line.endswith(b"\n"):
            if len(line) <= LONGEST_LINE:
                return False
            raise BadHead(f"a header is longer than {LONGEST_LINE} bytes", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if len(lines) == MOST_HEADERS:
            raise BadHead(f"there are more than {MOST_HEADERS} headers", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        lines.append(line)
    return True


def _request_line(line: bytes) -> dict[str, str]:
    words = _text(line, "the request line").rstrip("\r\n").split(" ")
    if len(words) != 3 or not words[1] or not _TOKEN.fullmatch(words[0]):  # noqa: PLR2004 - as the text says
        raise BadHead(
            f"the request line is {_shown(line)}, not a method, a target and a version with one space between "
            "(in a target a space is written %20)"
        )
    method, target, version = words
    if version not in VERSIONS:
        raise BadHead(f"the version is {_shown(words[2])}; there are HTTP/1.1 and HTTP/1.0")
    authority, path, query = split_target(target)
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1") if "%" in path else path,
        "QUERY_STRING": query,
        "RAW_URI": target,
        "REQUEST_URI": target,
        "SERVER_PROTOCOL": version,
    }
    if authority is not None:
        environ["HTTP_HOST"] = authority
    return environ


def _add_headers(environ: dict[str, str], lines: list[bytes]) -> None:
    authority = environ.pop("HTTP_HOST", None)
    for line in _text(b"".join(lines), "a header").split("\n")[:-1]:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadHead(f"a header has no colon: {_shown(line)}")
        key = _key(name)
        if key is not None:
            value = value.strip(" \t\r")
            environ[key] = _joined(key, environ[key], value) if key in environ else value
    if authority is not None:  # a target that names the host wins over the header (RFC 9112, 3.2.2)
        environ["HTTP_HOST"] = authority


@lru_cache(MOST_NAMES)
def _key(name: str) -> str | None:
    """What WSGI calls a header. Of names with ``_`` it could not tell that they are not those with ``-``: dropped."""
    if not _TOKEN.fullmatch(name):
        raise BadHead(f"{_shown(name)} is no name of a header (a line that goes on in the next is not taken)")
    key = name.upper().replace("-", "_")
    return None if "_" in name else key if key in _UNPREFIXED else f"HTTP_{key}"


def _joined(key: str, first: str, second: str) -> str:
    """What a header says that came twice."""
    if key == "HTTP_HOST":
        raise BadHead("there are two Host headers")
    if key == "CONTENT_TYPE":
        return second
    return f"{first}; {second}" if key == "HTTP_COOKIE" else f"{first}, {second}"


def _described(environ: dict[str, str]) -> RequestHead:
    is_newer = environ["SERVER_PROTOCOL"] == VERSIONS[0]
    host = environ.get("HTTP_HOST")
    if host is None and is_newer:
        raise BadHead("HTTP/1.1 wants a Host header")
    if host and not _HOST.fullmatch(host):
        raise BadHead(f"{_shown(host)} is no host")
    coding = environ.get("HTTP_TRANSFER_ENCODING")
    length = environ.get("CONTENT_LENGTH")
    if coding is not None and coding.lower() != "chunked":
        raise BadHead(f"Transfer-Encoding is {_shown(coding)}; there is chunked")
    if length is not None:
        if coding is not None:
            raise BadHead("there is a Transfer-Encoding beside a Content-Length")
        environ["CONTENT_LENGTH"] = _length(length)
    connection = environ.get("HTTP_CONNECTION")
    options = [] if connection is None else [option.strip() for option in connection.lower().split(",")]
    keeps = "close" not in options if is_newer else "keep-alive" in options and coding is None
    expects = is_newer and environ.get("HTTP_EXPECT", "").lower() == "100-continue"
    return RequestHead(environ, coding is not None, keeps, expects)


def _length(declared: str) -> str:
    """The one length that was declared, however often."""
    if declared.isascii() and declared.isdigit():
        return declared
    lengths = {length.strip(" \t") for length in declared.split(",")}
    if not all(length.isascii() and length.isdigit() for length in lengths):
        raise BadHead(f"Content-Length is {_shown(declared)}, no number")
    if len(lengths) > 1:
        raise BadHead(f"there are two Content-Lengths: {_shown(declared)}")
    return lengths.pop()


def _text(raw: bytes, what: str) -> str:
    if raw.translate(None, _TEXT) or raw.count(b"\r") != raw.count(b"\r\n"):
        raise BadHead(f"{what} has a control character in it")
    return raw.decode("latin-1")


def _origin(lines: list[bytes]) -> str | None:
    """The header ``Origin`` of a head that could not be read, as far as it is one that can be sent back."""
    for line in lines:
        name, _, value = line.partition(b":")
        if name.lower() == b"origin":
            origin = value.strip().decode("latin-1")
            return origin if cors.is_origin(origin) else None
    return None


def _shown(what: str | bytes) -> str:
    text = what.decode("latin-1").rstrip("\r\n") if isinstance(what, bytes) else what.rstrip("\r")
    return ascii(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}...")
