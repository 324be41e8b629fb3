"""The requests that came and what they were answered, bounded, in small records."""

from __future__ import annotations

import datetime as dt
import sys
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from ..messaging.errors import UnreadableRequest
from ..messaging.secret import Secret
from ..runtime.instant import to_datetime
from . import body

MOST_HEADER_SETS = 100
MOST_KEPT = 10_000
"""How many requests are kept; of the others only the number (``Journal.dropped``)."""


@dataclass(frozen=True, slots=True)
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

    def request(self) -> Request:
        """A copy for tests."""
        return Request(to_datetime(self.at), *self[1:5], _json(self.body), *self[6:])


class Journal:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MOST_KEPT)
        self._header_sets: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
        self._count = 0

    @property
    def dropped(self) -> int:
        """How many requests are no longer here."""
        return self._count - len(self._entries)

    def add(self, entry: Entry) -> None:
        """Take in a request. A client sends the same headers to the same path every time, so they are kept once."""
        if len(self._header_sets) >= MOST_HEADER_SETS:
            self._header_sets.clear()
        headers = self._header_sets.setdefault(tuple(entry.headers.items()), MappingProxyType(dict(entry.headers)))
        self._entries.append(
            entry._replace(headers=headers, path=sys.intern(entry.path), method=sys.intern(entry.method))
        )
        self._count += 1

    def count(self, operations: Collection[str]) -> int:
        """How many of the requests kept were for one of ``operations``."""
        return sum(entry.operation in operations for entry in tuple(self._entries))

    def requests(self) -> tuple[Request, ...]:
        """Copies of what is kept."""
        return tuple(entry.request() for entry in tuple(self._entries))


def _json(text: bytes | None) -> Any:
    """The body as JSON; ``None`` where there was none, or none that could be read."""
    try:
        value = None if text is None else body.parse(text)
    except UnreadableRequest:
        return None
    if isinstance(value, dict) and "password" in value:
        password = value["password"]
        value["password"] = Secret(password if isinstance(password, str) else repr(password))
    return value
