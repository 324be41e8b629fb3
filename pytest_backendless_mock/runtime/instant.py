"""Instants and durations as people write them, and as the core counts them: integer microseconds."""

from __future__ import annotations

import datetime as dt
import math
import sys
from typing import Any

from ..messaging.duration import show_duration

MICROSECOND = dt.timedelta(microseconds=1)
UNITS = ("weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds")
"""The keywords of a timedelta."""


def real_datetime() -> type[dt.datetime]:
    """The ``datetime`` class that freezegun did not replace. time-machine patches that very class."""
    freezegun: Any = sys.modules.get("freezegun.api")
    real: type[dt.datetime] = freezegun.real_datetime if freezegun else dt.datetime
    return real


EPOCH = real_datetime()(1970, 1, 1, tzinfo=dt.timezone.utc)


def to_datetime(instant: int) -> dt.datetime:
    """Microseconds since the epoch as a plain aware datetime in UTC, never freezegun's."""
    return EPOCH + MICROSECOND * instant


def from_datetime(moment: dt.datetime) -> int:
    """An aware datetime as microseconds since the epoch. A naive one is a ``ValueError``."""
    if moment.utcoffset() is None:
        raise ValueError(
            f"{moment} has no time zone, so it names no instant: pass datetime(..., tzinfo=timezone.utc), "
            "or text such as '2030-01-07 08:30', which is read as UTC"
        )
    return (moment - EPOCH) // MICROSECOND


def parse_instant(value: dt.datetime | str) -> int:
    """An aware datetime, or ISO 8601 text (without an offset it is UTC), as microseconds since the epoch.

    Raises ``ValueError`` for a naive datetime or text that is no date, ``TypeError`` for anything else.
    """
    if isinstance(value, str):
        text = value[:-1] + "+00:00" if value.endswith(("Z", "z")) else value
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{value!r} is no ISO 8601 instant such as '2030-01-07 08:30'") from None
        return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=dt.timezone.utc))
    if isinstance(value, dt.datetime):
        return from_datetime(value)
    raise TypeError(f"an instant is an aware datetime or ISO 8601 text, not {value!r}")


NOT_BEFORE_1970 = "Backendless counts time from 1970 on, so pick a later instant"


def parse_clock_instant(value: dt.datetime | str) -> int:
    """An instant for the clock to show. Raises as ``parse_instant``, and ``ValueError`` for one before 1970."""
    instant = parse_instant(value)
    if instant < 0:
        raise ValueError(f"{value!s} is before 1970: {NOT_BEFORE_1970}")
    return instant


def parse_duration(what: str, delta: dt.timedelta | None, units: dict[str, float]) -> int:
    """A timedelta, or keywords such as ``minutes=5``, as microseconds; ``what`` is the call's name for errors.

    Raises ``TypeError`` for a bare number, an unknown unit or nothing at all, ``ValueError`` for what goes back.
    """
    if isinstance(delta, dt.timedelta) and not units:
        duration = delta
    elif delta is None and units:
        duration = _in_units(what, units)
    elif _is_number(delta):
        raise TypeError(f"{what}({delta!r}): of what? Say {what}(seconds={delta!r}), or pass a timedelta")
    else:
        raise TypeError(f"{what}() takes a timedelta or units such as minutes=5, one of the two")
    if duration < dt.timedelta(0):
        told = show_duration(duration // MICROSECOND)
        raise ValueError(f"{what}() by {told} would go back: the mock's clock only goes forward")
    return duration // MICROSECOND


def _in_units(what: str, units: dict[str, float]) -> dt.timedelta:
    for name, value in units.items():
        if name not in UNITS:
            raise TypeError(f"{what}() has no unit {name!r}; it has {', '.join(UNITS)}")
        if not _is_number(value):
            raise TypeError(f"{what}() takes numbers of its units, not {name}={value!r}")
    try:
        return dt.timedelta(**units)
    except OverflowError:
        return dt.timedelta.max if sum(units.values()) > 0 else dt.timedelta.min


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def parse_seconds(what: str, value: float | dt.timedelta) -> float:
    """Seconds as a number, or a timedelta, as seconds; ``what`` is the argument's name for errors."""
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if not _is_number(value):
        raise TypeError(f"{what} is a number of seconds or a timedelta, not {value!r}")
    return value


def show_instant(instant: int) -> str:
    """For people: ``2030-01-07 09:00:00Z``, with the fraction only where there is one."""
    return to_datetime(instant).isoformat(sep=" ").replace("+00:00", "Z")


def write_instant(instant: int) -> str:
    """For programs: ``2030-01-07T09:00:00Z``, which ``parse_instant`` reads."""
    return show_instant(instant).replace(" ", "T")
