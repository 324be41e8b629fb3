"""The requests that came and what they were answered, bounded, in small records."""

from __future__ import annotations

import datetime as dt
import sys
import threading
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import unquote

from ..messaging.channel import Poll
from ..messaging.errors import UnreadableRequest
from ..messaging.secret import conceal, is_secret, masked
from ..runtime.instant import to_datetime
from . import body

MOST_HEADER_SETS = 100
HEAVIEST_HEADER_SETS = 1024 * 1024
"""How many sets of headers, and how many bytes of them, new requests may share."""
MOST_KEPT = 10_000
"""How many requests are kept; of the others only the number (``Journal.dropped``)."""
HEAVIEST = 64 * 1024 * 1024
"""How many bytes the requests kept may have, with their headers and bodies."""
LONGEST_CONTENT = 64 * 1024
HEAVIEST_CONTENTS = 4 * 1024 * 1024
"""How many bytes of a body or an answer are kept beside the JSON, and how many of all of them; newer ones stay."""
WEIGHT_OF_HEADER = 150
"""What Python needs for a header besides its characters, in bytes."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """A request as it came, and the answer's HTTP ``status`` and Backendless ``code`` (``None`` for a success).

    Where no answer was given, by a fault that the test asked for, ``status`` is ``None``.
    """

    at: dt.datetime
    operation: str | None
    method: str
    path: str
    headers: Mapping[str, str]
    json: Any
    status: int | None
    code: int | None
    query: str = ""
    """What stood behind the ``?``, as it came."""
    body: bytes | None = field(default=None, compare=False)
    """The body as it came; ``None`` where there was none, and where it is not kept."""
    answer: bytes | None = field(default=None, compare=False)
    """The body of the answer; ``None`` where there was none, and where it is not kept."""
    body_size: int = field(default=0, compare=False)
    """How many bytes the body had, kept or not."""
    answer_size: int = field(default=0, compare=False)

    def __repr__(self) -> str:
        told = [f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.compare]
        body, answer = _told(self.body, self.body_size), _told(self.answer, self.answer_size)
        return f"Request({', '.join(told)}, body={body}, answer={answer})"


@dataclass(slots=True, eq=False)
class Content:
    """The bytes of a request's body, where they are not its JSON text, and of its answer, as long as they are kept."""

    body: bytes | None = None
    answer: bytes | None = None
    body_size: int = 0
    answer_size: int = 0


class _Query(str):
    """A query as it came, of whose secrets ``repr`` shows only the beginnings."""

    __slots__ = ()

    def __repr__(self) -> str:
        pairs = [pair.partition("=") for pair in self.split("&")]
        shown = [(name, sign, masked(value) if is_secret(unquote(name)) else value) for name, sign, value in pairs]
        return repr("&".join(map("".join, shown)))


class Entry(NamedTuple):
    """A request in the journal; ``at`` in microseconds since the epoch, ``body`` the JSON text where it was read."""

    at: int
    operation: str | None
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None
    status: int | None = None
    code: int | None = None
    query: str = ""
    poll: Poll | None = None
    """What it came upon, where it was a poll that was answered."""
    content: Content | None = None

    def request(self) -> Request:
        """A copy for tests."""
        known = (to_datetime(self.at), *self[1:5], _json(self.body), *self[6:8], _Query(self.query))
        content = self.content or Content()
        body, size = content.body, content.body_size
        if self.body is not None and not size:
            body, size = self.body if len(self.body) <= LONGEST_CONTENT else None, len(self.body)
        return Request(*known, body, content.answer, size, content.answer_size)


class Journal:
    """The last requests, oldest first: so many of them, and so many bytes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[tuple[Entry, int]] = deque()
        self._weight = 0
        self._contents: deque[Content] = deque()
        self._content_weight = 0
        self._header_sets: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
        self._header_weight = 0
        self._count = 0

    @property
    def came(self) -> int:
        """How many requests came, kept or not."""
        return self._count

    @property
    def dropped(self) -> int:
        """How many requests are no longer here."""
        return self._count - len(self._entries)

    def add(self, entry: Entry) -> None:
        """Take in a request, and drop the oldest where there are too many, or too many bytes; the newest stays.

        A client sends the same headers to the same path every time, so they are kept once.
        """
        at, operation, method, path, given, payload, status, code, query, poll, content = entry
        items = tuple(given.items())
        weight = _size(path + query) + len(payload or b"")
        with self._lock:
            headers = self._header_sets.get(items)
            if headers is None:
                headers, heavier = self._keep_headers(items)
                weight += heavier
            path, method = sys.intern(path), sys.intern(method)
            kept = Entry(at, operation, method, path, headers, payload, status, code, query, poll, content)
            self._entries.append((kept, weight))
            self._weight += weight
            self._count += 1
            if content is not None:
                self._keep_content(content)
            while len(self._entries) > MOST_KEPT or (
                self._weight + self._content_weight > HEAVIEST and len(self._entries) > 1
            ):
                dropped, weight = self._entries.popleft()
                self._weight -= weight
                if self._contents and self._contents[0] is dropped.content:
                    self._drop_content()

    def _keep_content(self, content: Content) -> None:
        """Keep the bytes of a request, where they are not too many, and drop the oldest of all where they are."""
        if content.body_size > LONGEST_CONTENT:
            content.body = None
        if content.answer_size > LONGEST_CONTENT:
            content.answer = None
        self._contents.append(content)
        self._content_weight += len(content.body or b"") + len(content.answer or b"")
        while self._content_weight > HEAVIEST_CONTENTS:
            self._drop_content()

    def _drop_content(self) -> None:
        content = self._contents.popleft()
        self._content_weight -= len(content.body or b"") + len(content.answer or b"")
        content.body = content.answer = None

    def _keep_headers(self, items: tuple[tuple[str, str], ...]) -> tuple[Mapping[str, str], int]:
        """Headers that later requests may share, and their weight, which the first to have them bears."""
        weight = sum(_size(name) + _size(value) + WEIGHT_OF_HEADER for name, value in items)
        if len(self._header_sets) >= MOST_HEADER_SETS or self._header_weight > HEAVIEST_HEADER_SETS:
            self._header_sets.clear()
            self._header_weight = 0
        self._header_weight += weight
        headers = self._header_sets[items] = MappingProxyType(dict(items))
        return headers, weight

    def count(self, operations: Collection[str]) -> int:
        """How many of the requests kept were for one of ``operations``."""
        return sum(entry.operation in operations for entry in self.entries())

    def requests(self) -> tuple[Request, ...]:
        """Copies of what is kept."""
        return tuple(entry.request() for entry in self.entries())

    def entries(self) -> list[Entry]:
        """What is kept."""
        with self._lock:
            return [entry for entry, _ in self._entries]


def _size(text: str) -> int:
    """How many bytes Python needs for the characters of ``text``, at most."""
    return len(text) if text.isascii() else 4 * len(text)


def _told(content: bytes | None, size: int) -> str:
    """Bytes for people, who want to know whether they are there."""
    if not size:
        return "None"
    return f"<{size:,} bytes>" if content is not None else f"<{size:,} bytes, not kept>"


def _json(text: bytes | None) -> Any:
    """The body as JSON; ``None`` where there was none, or none that could be read."""
    try:
        return None if text is None else conceal(body.parse(text))
    except UnreadableRequest:
        return None
