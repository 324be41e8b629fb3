"""A time that a mock does not share: real, until that mock alone is frozen. Nothing in the process notices."""

from __future__ import annotations

from collections.abc import Callable

from .instant import show_instant
from .wall_clock import Reading, Time, WallClock


class OwnTime:
    """The time of an application whose clients are other processes, which no freeze here could reach."""

    def __init__(self, wall: Time | None = None) -> None:
        """``wall`` is the time that clients go by; tests hand in a fake one."""
        self._wall = wall or WallClock()
        self._standing: int | None = None

    def read(self) -> Reading:
        """Where it stands, or the real time; ``beside`` is what clients see either way."""
        real, standing = self._wall.read().instant, self._standing
        if standing is None:
            return Reading(real)
        return Reading(standing, frozen=True, running=False, beside=real)

    def move(self, instant: int) -> bool:
        """Stand at ``instant`` (microseconds) from now on, never further back, if it stands."""
        if self._standing is None:
            return False
        self._standing = max(self._standing, instant)
        return True

    def freeze(self, instant: int) -> Callable[[], None]:
        """Stand at ``instant`` (microseconds); what comes back undoes it. Raises ``RuntimeError`` where it stands."""
        if self._standing is not None:
            raise RuntimeError(f"the clock stands already, at {show_instant(self._standing)}")
        self._standing = instant

        def undo() -> None:
            self._standing = None

        return undo

    def is_led(self) -> bool:
        """Nobody else moves it."""
        return False
