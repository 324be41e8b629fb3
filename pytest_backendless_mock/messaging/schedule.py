"""When a message is due: the dates of the delivery options, and the occurrences they make.

All instants here are integer microseconds since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass

from .duration import SECOND, show_duration
from .errors import InvalidExpirationDate, InvalidPublishDate
from .options import DeliveryOptions

MILLISECOND = 1_000
LAST_INSTANT = 253_402_300_799_999_999
"""The last microsecond of the year 9999: nothing occurs after it (T4)."""


FOREVER = LAST_INSTANT + 1
"""A duration longer than all time there is."""


def seconds(value: float) -> int:
    """Seconds as microseconds, to the nearest; at most ``FOREVER``."""
    return round(min(value * SECOND, FOREVER))


@dataclass(frozen=True, slots=True)
class Schedule:
    """The instants at which a message is due: ``first``, then every ``every``, strictly before ``until`` (T5)."""

    first: int
    every: int | None = None
    until: int | None = None

    def due(self, number: int) -> int | None:
        """The instant of occurrence ``number`` (from 1), ``None`` when there is no such occurrence."""
        if self.every is None:
            return self.first if number == 1 else None
        instant = self.first + (number - 1) * self.every
        if instant > LAST_INSTANT or (self.until is not None and instant >= self.until):
            return None
        return instant

    def count(self, until: int) -> int:
        """How many occurrences are due at ``until`` or earlier."""
        if until < self.first:
            return 0
        if self.every is None:
            return 1
        last = min(until, LAST_INSTANT if self.until is None else self.until - 1)
        return (last - self.first) // self.every + 1


def plan(options: DeliveryOptions, now: int, *, tolerance: int) -> Schedule:
    """The schedule that ``options`` ask for at the instant ``now``.

    ``tolerance`` is in microseconds. Raises ``InvalidPublishDate`` (T1), then ``InvalidExpirationDate`` (T2, T3).
    """
    first = _publish_date(options.publish_at, now, tolerance) if options.publish_at else now
    every = seconds(options.repeat_every) if options.repeat_every else None
    until = _expiration_date(options.repeat_expires_at, first) if options.repeat_expires_at else None
    return Schedule(first, every, until if every else None)


def _publish_date(milliseconds: float, now: int, tolerance: int) -> int:
    instant = _instant(milliseconds)
    if instant is None:
        raise InvalidPublishDate(detail="publishAt is a number of milliseconds from 0 to the year 9999")
    if instant < now - tolerance:
        raise InvalidPublishDate(detail=f"publishAt is {show_duration(now - instant)} before now")
    return max(instant, now)


def _expiration_date(milliseconds: float, first: int) -> int:
    instant = _instant(milliseconds)
    if instant is None:
        raise InvalidExpirationDate(detail="repeatExpiresAt is a number of milliseconds from 0 to the year 9999")
    if instant <= first:
        early = show_duration(first - instant)
        raise InvalidExpirationDate(detail=f"repeatExpiresAt is {early} before the first occurrence")
    return instant


def _instant(milliseconds: float) -> int | None:
    """In microseconds; ``None`` for what is no date: NaN (nothing compares with it), negative, after the year 9999."""
    return round(milliseconds * MILLISECOND) if 0 <= milliseconds <= LAST_INSTANT // MILLISECOND else None
