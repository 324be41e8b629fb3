"""The requests that came and what they were answered, bounded, in little room."""

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
from ..service.remedy import Finding
from . import body

MOST_SHARED = 100
HEAVIEST_HEADER_SETS = 1024 * 1024
"""How many lines and sets of headers, and how many bytes of the latter, new requests may share."""
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


class Query(str):
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
    raw: bytes | None = None
    """The body as it came, where that is not its JSON text, as long as it is kept."""
    answer: bytes | None = None
    """The body of the answer, as long as it is kept."""
    raw_size: int = 0
    answer_size: int = 0
    """How many bytes the two had, kept or not."""
    answer_headers: tuple[tuple[str, str], ...] = ()
    """Those of the answer but for its date."""
    near: Finding | None = None
    """What it may have meant, where the service does not have it."""

    def request(self) -> Request:
        """A copy for tests."""
        known = (to_datetime(self.at), *self[1:5], _json(self.body), *self[6:8], Query(self.query))
        body, size = self.raw, self.raw_size
        if self.body is not None and not size:
            body, size = _short(self.body), len(self.body)
        return Request(*known, body, self.answer, size, self.answer_size)


class _Line(NamedTuple):
    """What a request has in common with others: clients send the same headers to the same path every time."""

    operation: str | None
    method: str
    path: str
    headers: Mapping[str, str]
    status: int | None
    code: int | None
    query: str
    answer_headers: tuple[tuple[str, str], ...]
    weight: int
    """Of path, query and the answer's headers, in bytes."""


class _Rest(NamedTuple):
    """What most requests do not have."""

    poll: Poll | None = None
    raw: bytes | None = None
    raw_size: int = 0
    answer_size: int = 0
    header_weight: int = 0
    """Of headers that nobody had before it, in bytes."""
    near: Finding | None = None


class Journal:
    """The last requests, oldest first: so many of them, and so many bytes.

    They are kept in columns: an object for each would weigh more than what is said of it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._instants: deque[int] = deque()
        self._lines: deque[_Line] = deque()
        self._bodies: deque[bytes | None] = deque()
        self._answers: deque[bytes | None] = deque()
        self._rests: deque[_Rest | None] = deque()
        self._bare = 0
        """Of how many, the oldest, the bytes of body and answer were let go."""
        self._weight = 0
        self._content_weight = 0
        self._shared_lines: dict[tuple[Any, ...], _Line] = {}
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
        return self._count - len(self._instants)

    def add(self, entry: Entry) -> None:
        """Take in a request, and drop the oldest where there are too many, or too many bytes; the newest stays."""
        answer, answer_size = entry.answer, entry.answer_size
        said = (entry.operation, entry.method, entry.path, entry.query, entry.status, entry.code, entry.answer_headers)
        key = (*said, *entry.headers.items())
        rest = None
        if entry.poll is not None or entry.raw_size or answer_size != len(answer or b"") or entry.near is not None:
            rest = _Rest(entry.poll, _short(entry.raw), entry.raw_size, answer_size, near=entry.near)
        with self._lock:
            line = self._shared_lines.get(key)
            if line is None:
                line, heavier = self._new_line(entry, key)
                if heavier:
                    rest = (rest or _Rest(answer_size=answer_size))._replace(header_weight=heavier)
                    self._weight += heavier
            if answer_size > LONGEST_CONTENT:
                rest, answer = rest or _Rest(answer_size=answer_size), None
            self._instants.append(entry.at)
            self._lines.append(line)
            self._bodies.append(entry.body)
            self._answers.append(answer)
            self._rests.append(rest)
            self._count += 1
            self._weight += line.weight + len(entry.body or b"")
            self._content_weight += len(answer or b"") + (len(rest.raw or b"") if rest else 0)
            while self._content_weight > HEAVIEST_CONTENTS:
                self._bare_oldest()
            while len(self._instants) > MOST_KEPT or (
                self._weight + self._content_weight > HEAVIEST and len(self._instants) > 1
            ):
                self._drop_oldest()

    def _bare_oldest(self) -> None:
        """Let go the bytes of the oldest request of which they are kept."""
        answer, rest = self._answers[self._bare], self._rests[self._bare]
        rest = rest or _Rest(answer_size=len(answer or b""))
        self._content_weight -= len(answer or b"") + len(rest.raw or b"")
        self._answers[self._bare] = None
        self._rests[self._bare] = rest._replace(raw=None)
        self._bare += 1

    def _drop_oldest(self) -> None:
        self._instants.popleft()
        line, body, answer = self._lines.popleft(), self._bodies.popleft(), self._answers.popleft()
        rest = self._rests.popleft() or _Rest()
        self._weight -= line.weight + len(body or b"") + rest.header_weight
        self._content_weight -= len(answer or b"") + len(rest.raw or b"")
        self._bare = max(self._bare - 1, 0)

    def _new_line(self, entry: Entry, key: tuple[Any, ...]) -> tuple[_Line, int]:
        """A line that later requests may share, and the weight of headers that nobody had before."""
        items, heavier = tuple(entry.headers.items()), 0
        headers = self._header_sets.get(items)
        if headers is None:
            headers, heavier = self._keep_headers(items)
        if len(self._shared_lines) >= MOST_SHARED:
            self._shared_lines.clear()
        path, query = sys.intern(entry.path), entry.query
        line = _Line(
            entry.operation,
            sys.intern(entry.method),
            path,
            headers,
            entry.status,
            entry.code,
            query,
            entry.answer_headers,
            _size(path + query) + sum(_size(name) + _size(value) for name, value in entry.answer_headers),
        )
        self._shared_lines[key] = line
        return line, heavier

    def _keep_headers(self, items: tuple[tuple[str, str], ...]) -> tuple[Mapping[str, str], int]:
        """Headers that later requests may share, and their weight, which the first to have them bears."""
        weight = sum(_size(name) + _size(value) + WEIGHT_OF_HEADER for name, value in items)
        if len(self._header_sets) >= MOST_SHARED or self._header_weight > HEAVIEST_HEADER_SETS:
            self._header_sets.clear()
            self._shared_lines.clear()
            self._header_weight = 0
        self._header_weight += weight
        headers = self._header_sets[items] = MappingProxyType(dict(items))
        return headers, weight

    def count(self, operations: Collection[str]) -> int:
        """How many of the requests kept were for one of ``operations``."""
        with self._lock:
            return sum(line.operation in operations for line in self._lines)

    def requests(self) -> tuple[Request, ...]:
        """Copies of what is kept."""
        return tuple(entry.request() for entry in self.entries())

    def find(self, number: int) -> Entry | None:
        """The request that was the ``number``-th to come, from 1 on; ``None`` where it is not kept, or never came."""
        with self._lock:
            place = number - 1 - self.dropped
            if not 0 <= place < len(self._instants):
                return None
            content = self._bodies[place], self._answers[place], self._rests[place]
            return _entry(self._instants[place], self._lines[place], *content)

    def answered(self, text: bytes, operations: Collection[str]) -> int | None:
        """Which request for one of ``operations`` was the first that has ``text`` in its answer, as far as kept."""
        with self._lock:
            for number, (line, answer) in enumerate(zip(self._lines, self._answers, strict=True), self.dropped + 1):
                if answer is not None and line.operation in operations and text in answer:
                    return number
        return None

    def entries(self) -> list[Entry]:
        """What is kept."""
        with self._lock:
            return list(map(_entry, self._instants, self._lines, self._bodies, self._answers, self._rests))


def _entry(at: int, line: _Line, body: bytes | None, answer: bytes | None, rest: _Rest | None) -> Entry:
    """What the columns of the journal say of a request."""
    poll, raw, raw_size, answer_size, _, near = rest or _Rest(answer_size=len(answer or b""))
    known, (query, answer_headers, _) = line[:6], line[6:]
    sizes = raw_size, answer_size
    return Entry(at, *known[:4], body, *known[4:], query, poll, raw, answer, *sizes, answer_headers, near)


def _short(content: bytes | None) -> bytes | None:
    """Bytes of a body, unless there are too many to be kept."""
    return None if content is None or len(content) > LONGEST_CONTENT else content


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
