"""What was said over connections in real time, one line for each event; the last of it is kept."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

MOST_KEPT = 10_000
"""How many events are kept."""


class Line(NamedTuple):
    """An event with its argument, where a message stands as its ``Delivery``; ``at`` is in microseconds."""

    at: int
    connection_id: str
    from_client: bool
    event: str
    argument: Any


class Conversation:
    """The events of an application's connections, oldest first."""

    def __init__(self) -> None:
        self.lines: deque[Line] = deque(maxlen=MOST_KEPT)
        self.said = 0
        """How many there were in all."""

    def add(self, line: Line) -> None:
        """Keep an event."""
        self.lines.append(line)
        self.said += 1
