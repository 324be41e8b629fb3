"""A wall clock that a test sets: running, ticking under a freeze, or frozen. The only one the suite has."""

from __future__ import annotations

from collections.abc import Callable

from pytest_backendless_mock.runtime.wall_clock import Reading

START = 1_894_005_000_000_000
"""2030-01-07 08:30:00Z, a Monday, in microseconds: where every fake time begins."""
SECOND = 1_000_000


class FakeTime:
    """Stands still unless a test moves it, and counts how often it is read."""

    def __init__(self, instant: int = START, *, frozen: bool = False, running: bool = True) -> None:
        self.instant = instant
        self.frozen = frozen
        self.running = running
        self.reads = 0

    @property
    def milliseconds(self) -> int:
        return self.instant // 1000

    @milliseconds.setter
    def milliseconds(self, value: int) -> None:
        self.instant = value * 1000

    def read(self) -> Reading:
        self.reads += 1
        return Reading(self.instant, self.frozen, self.running)

    def move(self, instant: int) -> bool:
        if self.frozen:
            self.instant = max(self.instant, instant)
        return self.frozen

    def freeze(self, instant: int) -> Callable[[], None]:
        if self.frozen:
            raise RuntimeError("time is already frozen")
        before, self.instant, self.frozen, self.running = self.instant, instant, True, False

        def undo() -> None:
            self.instant, self.frozen, self.running = before, False, True

        return undo

    def is_led(self) -> bool:
        return False

    def pass_by(self, seconds: float) -> None:
        self.instant += round(seconds * SECOND)
