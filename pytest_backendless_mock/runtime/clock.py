"""The clock that tests move: the process's time plus an offset, and the journeys through what is due.

``clock.now()`` follows the process: real time, the user's freezegun, time-machine. Moving it moves the user's
freeze along where there is one, and otherwise only the mock.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from types import TracebackType
from typing import Protocol

from ..messaging.due import MOST_OCCURRENCES, RunawayScheduleError
from ..messaging.schedule import LAST_INSTANT
from .instant import parse_duration, parse_instant, show_instant, to_datetime
from .record import Delivery, View
from .wall_clock import ProcessTime, Time


class Follower(Protocol):
    """A running application, as its clock sees it. Instants are microseconds since the epoch."""

    @property
    def listening(self) -> bool:
        """Whether somebody wants to be told at each instant."""

    def next_at(self) -> int | None:
        """The next instant at which something is due."""

    def next_delivery_at(self) -> int | None:
        """The instant of the next delivery; what is due may be something else."""

    def refuse_runaway(self, instant: int) -> None:
        """Raise ``RunawayScheduleError`` if going to ``instant`` would deliver too much."""

    def step(self, instant: int) -> None:
        """Raise the clock to ``instant``, deliver what is due, tell the listeners."""

    def mark(self) -> int:
        """How many deliveries were made, after catching up to now."""

    def deliveries_since(self, mark: int) -> list[Delivery]:
        """What was delivered after ``mark``."""


class Clock:
    """The mock's clock. It runs with the process's time, and goes forward when told to."""

    def __init__(self, time: Time | None = None) -> None:
        self._time = time or ProcessTime()
        self._offset = 0
        self._journeys = 0
        self._standing = 0
        self._left_running = True
        self._guard = threading.Lock()
        self._followers: list[Follower] = []
        self._jumps: list[tuple[int, int]] = []
        self._undo_freeze: Callable[[], None] | None = None
        self.seen: int | None = None
        """The last instant that was read, in microseconds: what reports go by, since they never read (T15)."""

    def __repr__(self) -> str:
        return f"<Clock {'not read yet' if self.seen is None else show_instant(self.seen)}>"

    def now(self) -> dt.datetime:
        """The mock's time, an aware datetime in UTC."""
        return to_datetime(self.read())

    @property
    def apart(self) -> int:
        """By how much the mock's time is ahead of the process's, in microseconds."""
        return 0 if self._time.read().frozen else self._offset

    @property
    def is_led(self) -> bool:
        """Whether somebody else moves the time, and would not say so: the user's freezegun or time-machine."""
        return self._time.is_led()

    def jumped_over(self, instant: int) -> bool:
        """Whether ``advance`` or ``move_to`` went past ``instant`` (microseconds) without a stop for others."""
        return any(start < instant <= target for start, target in self._jumps)

    def advance(self, delta: dt.timedelta | None = None, /, **units: float) -> View[Delivery]:
        """Go forward: ``advance(minutes=5)`` or ``advance(timedelta(...))``; returns the deliveries made on the way.

        Each happens at its own instant, and who listens is told then. While time is frozen by freezegun, that
        freeze moves along; otherwise only the mock's time moves. Units are those of ``timedelta``. Raises
        ``TypeError`` for a bare number, ``ValueError`` for a negative duration or one beyond the year 9999,
        ``RunawayScheduleError`` for more than a million deliveries.
        """
        duration = parse_duration("advance", delta, units)
        return self._go(self._later(duration))

    def move_to(self, instant: dt.datetime | str) -> View[Delivery]:
        """Go forward to an aware datetime or ISO 8601 text (no offset means UTC); returns the deliveries made.

        Raises ``ValueError`` for a naive datetime and for an instant that has passed, else like ``advance``.
        """
        return self._go(self._forward(parse_instant(instant)))

    def steps(self, delta: dt.timedelta | None = None, /, **units: float) -> Iterator[Delivery]:
        """``advance`` that stops at every due instant and hands out its deliveries one by one.

        The clock stands while the loop's body runs, so code that polls gets its turn before the window closes.
        Raises like ``advance``.
        """
        duration = parse_duration("steps", delta, units)
        return self._stepping(self._later(duration))

    def next(self) -> Delivery | None:
        """Go to the next delivery and return it; ``None`` if there is none to come.

        Where several share the instant all are delivered, and the first is returned. Pushes on the way are sent.
        """
        marks = self._marks()
        instant = _earliest(follower.next_delivery_at() for follower in self._followers)
        if instant is None:
            return None
        self._refuse_runaway(instant)
        self._travel(instant)
        made = self._deliveries_since(marks)
        return made[0] if made else None

    def sleep(self, seconds: float) -> None:
        """``advance(seconds=...)`` with the signature of ``time.sleep``, to take its place in code under test."""
        self.advance(seconds=seconds)

    def freeze(self, at: dt.datetime | str | None = None) -> Freeze:
        """Freeze the process with freezegun at ``at`` (an aware datetime or ISO 8601 text), or where the clock stands.

        It lasts until the test ends, or to the end of a ``with`` block. Raises ``RuntimeError`` while time is
        frozen already, and ``ValueError`` for an instant that is none.
        """
        instant = self.read() if at is None else parse_instant(at)
        self._undo_freeze = self._time.freeze(instant)
        return Freeze(self)

    def unfreeze(self) -> None:
        """Undo ``freeze``; nothing happens when it was not called.

        Raises ``RuntimeError`` while a freeze that somebody started after it is still active.
        """
        if self._undo_freeze is not None:
            self._undo_freeze()
            self._undo_freeze = None

    def read(self) -> int:
        """The mock's time in microseconds since the epoch: for the rooms around; tests want ``now()``."""
        reading = self._time.read()
        if reading.frozen and not reading.running:
            self.seen = reading.instant
        elif self._journeys:
            self.seen = self._standing
        else:
            self.seen = min(reading.instant + (0 if reading.frozen else self._offset), LAST_INSTANT)
        return self.seen

    def raise_to(self, instant: int) -> None:
        """Make the clock show at least ``instant`` (microseconds)."""
        with self._guard:
            self._standing = max(self._standing, instant)
            reading = self._time.read()
            if reading.frozen:
                self._time.move(instant)
            else:
                self._offset = max(self._offset, instant - reading.instant)

    def reach(self, instant: int) -> None:
        """Go forward to ``instant`` (microseconds) as time itself would, unless it has passed: for the rooms around.

        What polls miss on the way is not put down to a jump of the test's. Raises ``RunawayScheduleError``.
        """
        if instant > self.read():
            self._refuse_runaway(instant)
            self._travel(instant)

    def drive(self, follower: Follower) -> None:
        """From now on a journey goes through what is due in ``follower``."""
        self._followers.append(follower)

    def _later(self, duration: int) -> int:
        target = self.read() + duration
        if target > LAST_INSTANT:
            raise ValueError("the clock goes to the end of the year 9999")
        return target

    def _forward(self, instant: int) -> int:
        now = self.read()
        if instant < now:
            raise ValueError(f"{show_instant(instant)} has passed: the mock's clock shows {show_instant(now)}")
        return self._later(instant - now)

    def _go(self, target: int) -> View[Delivery]:
        marks = self._marks()
        self._refuse_runaway(target)
        self._jumps.append((self.read(), target))
        self._travel(target)
        return View(self._deliveries_since(marks))

    def _travel(self, target: int) -> None:
        with self._journey():
            if any(follower.listening for follower in self._followers):
                for _ in self._stops(target):
                    pass
            else:
                self._stop_at(target)

    def _stepping(self, target: int) -> Iterator[Delivery]:
        marks = self._marks()
        self._refuse_runaway(target)
        with self._journey():
            for _ in self._stops(target):
                deliveries = self._deliveries_since(marks)
                yield from deliveries
                marks = self._marks()

    def _stops(self, target: int) -> Iterator[int]:
        stops = 0
        while (
            instant := _earliest(follower.next_at() for follower in self._followers)
        ) is not None and instant <= target:
            stops += 1
            if stops > MOST_OCCURRENCES:
                raise RunawayScheduleError(
                    f"the journey to {show_instant(target)} stopped a million times and is only at "
                    f"{show_instant(instant)}: does a listener publish for every delivery?"
                )
            self._stop_at(instant)
            yield instant
        self._stop_at(target)

    def _stop_at(self, instant: int) -> None:
        self.raise_to(instant)
        for follower in list(self._followers):
            follower.step(instant)

    def _refuse_runaway(self, target: int) -> None:
        for follower in self._followers:
            follower.refuse_runaway(target)

    def _marks(self) -> list[int]:
        return [follower.mark() for follower in self._followers]

    def _deliveries_since(self, marks: list[int]) -> list[Delivery]:
        made = [f.deliveries_since(mark) for f, mark in zip(self._followers, marks, strict=False)]
        return made[0] if len(made) == 1 else sorted(chain.from_iterable(made), key=lambda delivery: delivery.at)

    @contextmanager
    def _journey(self) -> Iterator[None]:
        """While a journey lasts the clock stands where it was raised to, however long the listeners take."""
        with self._guard:
            if not self._journeys:
                self._standing = self.read()
                self._left_running = not self._time.read().frozen
            self._journeys += 1
        try:
            yield
        finally:
            with self._guard:
                self._journeys -= 1
                reading = self._time.read()
                if not self._journeys and self._left_running and not reading.frozen:
                    self._offset = self._standing - reading.instant


def _earliest(instants: Iterable[int | None]) -> int | None:
    return min((instant for instant in instants if instant is not None), default=None)


class Freeze:
    """What ``clock.freeze()`` returns: a context manager that thaws at the end of its block."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __enter__(self) -> Clock:
        return self._clock

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clock.unfreeze()
