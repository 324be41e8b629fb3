"""Canned answers for the parts of Backendless that the mock does not have."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..messaging.pattern import Pattern, starred
from ..service.json_text import dump
from .response import BODILESS, Response, phrase

AMF = "AMF"
"""The method under which remote calls are stubbed; their path is service and method."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", AMF, "*")
"""What a stub may answer."""
FINAL = range(200, 600)
"""The HTTP statuses that an answer may have."""
OURS = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})
"""Headers that go with how an answer is sent."""
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")


class Stub(NamedTuple):
    """A row of the table: ``*`` in method and path stands for anything, slashes too."""

    method: str
    path: str
    response: Response
    root: bool = False
    """Whether ``path`` is the whole path, with no application's prefix before it."""

    def fits(self, method: str, path: str) -> bool:
        """Whether it answers ``method`` on ``path``, both without wildcards."""
        return _pattern(self.method).matches(method) and _pattern(self.path).matches(path)


class Stubs:
    """What a test had answered; the newest that fits counts. They are asked only where the service has nothing."""

    def __init__(self) -> None:
        self._stubs: list[Stub] = []

    def __iter__(self) -> Iterator[Stub]:
        """The oldest first."""
        return iter(self._stubs[::-1])

    def add(self, stub: Stub) -> None:
        """Add a stub; it counts before those that are there."""
        self._stubs.insert(0, stub)

    def remove(self, stub: Stub) -> None:
        """Take a stub away, if it is there."""
        self._stubs = [each for each in self._stubs if each is not stub]

    def find(self, method: str, path: str, *, root: bool = False) -> Stub | None:
        """The stub for ``method`` on ``path``: below the application's prefix, or with ``root`` the whole path."""
        return next((stub for stub in self._stubs if stub.root == root and stub.fits(method, path)), None)


@functools.lru_cache(maxsize=256)
def _pattern(text: str) -> Pattern:
    return starred(text)


def canned(status: int, body: Any, headers: Mapping[str, str] | None, *, as_json: bool = False) -> Response:
    """A response: text goes as HTML, bytes as they are, anything else as JSON, unless ``headers`` say otherwise.

    Without a body it is the status in words; ``as_json`` everything is JSON, and nothing is ``null``. Raises
    ``ValueError`` for a status or a header that HTTP does not have, and for a body where there is none;
    ``TypeError`` for what is no JSON.
    """
    if isinstance(status, bool) or not isinstance(status, int) or not FINAL.start <= status < FINAL.stop:
        raise ValueError(f"an HTTP status is a number from {FINAL.start} to {FINAL.stop - 1}, not {status!r}")
    given = _headers(headers)
    if status in BODILESS:
        if body is not None:
            raise ValueError(f"HTTP has no body under {status}")
        return Response(status, given, b"")
    kind, content = _content(f"{status} {phrase(status)}" if body is None and not as_json else body, as_json=as_json)
    is_declared = any(name.lower() == "content-type" for name, _ in given)
    return Response(status, given if is_declared else (("Content-Type", kind), *given), content)


def _headers(headers: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    if headers is not None and not isinstance(headers, Mapping):
        raise TypeError(f"headers is a mapping of names to values, not {headers!r}")
    given = dict(headers or {})
    for name, value in given.items():
        if not (_is_text(name, _HEADER_NAME) and _is_text(value, _HEADER_VALUE)):
            raise ValueError(f"{name!r}: {value!r} is no HTTP header")
        if name.lower() in OURS:
            raise ValueError(f"the header {name} is the mock's to say")
    if len({name.lower() for name in given}) < len(given):
        raise ValueError(f"a header is given twice: {', '.join(given)}")
    return tuple(given.items())


def _is_text(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _content(body: Any, *, as_json: bool) -> tuple[str, bytes]:
    if isinstance(body, bytes) and not as_json:
        return "application/octet-stream", body
    if isinstance(body, str) and not as_json:
        return "text/html; charset=utf-8", body.encode()
    return "application/json", dump(body).encode("ascii")
