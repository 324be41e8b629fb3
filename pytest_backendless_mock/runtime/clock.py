"""The clock that tests move. What it shows is the mock's time (``virtual_time.py``), how it moves is a journey.

``clock.now()`` follows the process: real time, the user's freezegun, time-machine. Moving it moves the user's
freeze along where there is one, and otherwise only the mock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import TracebackType

from ..messaging.schedule import LAST_INSTANT
from .instant import parse_clock_instant, parse_duration, parse_instant, show_instant, to_datetime
from .journey import Journey, catch_up, next_at
from .record import Delivery, View, delivery_record
from .virtual_time import VirtualTime


class Clock:
    """The mock's clock. It shows the process's time, plus what it was moved forward."""

    def __init__(self, time: VirtualTime | None = None) -> None:
        """``time`` is what the applications on this clock go by."""
        self._time = time or VirtualTime()

    def __repr__(self) -> str:
        seen = self._time.seen
        return f"<Clock {'not read yet' if seen is None else show_instant(seen)}>"

    def now(self) -> dt.datetime:
        """The mock's time, an aware datetime in UTC."""
        return to_datetime(self._time.read())

    def advance(self, delta: dt.timedelta | None = None, /, **units: float) -> View[Delivery]:
        """Go forward: ``advance(minutes=5)`` or ``advance(timedelta(...))``; returns the deliveries made on the way.

        Each happens at its own instant, and listeners are called then. While freezegun freezes the time, that freeze
        moves too; otherwise only the mock's time moves. Units are those of ``timedelta``. Raises
        ``TypeError`` for a bare number, ``ValueError`` for a negative duration or one beyond the year 9999,
        ``RunawayScheduleError`` for more than a million deliveries.
        """
        duration = parse_duration("advance", delta, units)
        with self._time.standing() as now:
            return self._go(now, require_reachable(now, now + duration))

    def move_to(self, instant: dt.datetime | str) -> View[Delivery]:
        """Go forward to an aware datetime or ISO 8601 text (no offset means UTC); returns the deliveries made.

        Raises ``ValueError`` for a naive datetime and for an instant that has passed, else like ``advance``.
        """
        target = parse_instant(instant)
        with self._time.standing() as now:
            return self._go(now, require_reachable(now, target))

    def steps(self, delta: dt.timedelta | None = None, /, **units: float) -> Iterator[Delivery]:
        """Go forward like ``advance``, but stop at each delivery and yield it.

        The clock waits while the loop's body runs, so code that polls gets its turn in time.
        Raises like ``advance``.
        """
        duration = parse_duration("steps", delta, units)
        now = self._time.read()
        return self._stepping(require_reachable(now, now + duration))

    def next(self) -> Delivery | None:
        """Go to the next delivery and return it; ``None`` if there is none to come.

        If several are due at the same instant, all are delivered, and the first is returned. Pushes on the way are
        sent.
        """
        with self._time.standing() as now:
            catch_up(self._time, now)
            instant = next_at(self._time, delivery=True)
            made = [] if instant is None else Journey(self._time, now, instant).run()
        return delivery_record(made[0]) if made else None

    def sleep(self, seconds: float) -> None:
        """``advance(seconds=...)`` with the signature of ``time.sleep``, which it can replace in code under test."""
        self.advance(seconds=seconds)

    def freeze(self, at: dt.datetime | str | None = None) -> Freeze:
        """Freeze the process with freezegun at ``at`` (an aware datetime or ISO 8601 text), or where the clock stands.

        It lasts until the test ends, or to the end of a ``with`` block. Raises ``RuntimeError`` while time is
        frozen already, and ``ValueError`` for an instant that is none, is before 1970, or has passed: before the first
        message, subscription, registration or advance any instant will do.
        """
        now = self._time.read()
        instant = now if at is None else parse_clock_instant(at)
        if instant < now and not self._time.is_fresh:
            raise ValueError(
                f"{show_instant(instant)} has passed: the mock's clock shows {show_instant(now)}, and something has "
                "happened by it. Freeze first, or say freeze= to the marker or BackendlessMock()"
            )
        self._time.freeze(instant)
        return Freeze(self)

    def unfreeze(self) -> None:
        """Undo ``freeze``; nothing happens when it was not called.

        Raises ``RuntimeError`` while a freeze that was started later is still active.
        """
        self._time.unfreeze()

    def _go(self, now: int, target: int) -> View[Delivery]:
        journey = Journey(self._time, now, target)
        self._time.note_jump(now, target)
        return View(journey.run(), delivery_record)

    def _stepping(self, target: int) -> Iterator[Delivery]:
        """The journey begins with the loop, not with the call."""
        with self._time.standing() as now:
            for made in Journey(self._time, now, target).steps():
                yield from map(delivery_record, made)


def require_reachable(now: int, target: int) -> int:
    """``target``; raises ``ValueError`` for an instant that has passed ``now``, or is beyond the year 9999."""
    if target < now:
        raise ValueError(f"{show_instant(target)} has passed: the mock's clock shows {show_instant(now)}")
    if target > LAST_INSTANT:
        raise ValueError("the clock goes to the end of the year 9999")
    return target


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
