"""How a session in real time ends."""

from __future__ import annotations

from enum import Enum


class Ending(Enum):
    """What the client sees of it."""

    CLOSED = "closed in good order"
    BROKEN = "the connection was reset"
