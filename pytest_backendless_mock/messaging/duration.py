"""Durations as people say them."""

from __future__ import annotations

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEAR = 365 * DAY + 6 * HOUR

_UNITS = (("d", DAY), ("h", HOUR), ("min", MINUTE))


def show_duration(duration: int) -> str:
    """Microseconds for people: ``60 years``, ``2 d 3 h``, ``30 min``, ``1.5 s``; as exact as anybody reads."""
    sign, rest = ("-" if duration < 0 else ""), abs(duration)
    if rest >= 2 * YEAR:
        return f"{sign}{round(rest / YEAR, 1 if rest < 10 * YEAR else 0):g} years"
    if rest >= MINUTE:
        rest = round(rest / SECOND) * SECOND
    parts = []
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
    if rest or not parts:
        parts.append(f"{rest / SECOND:g} s")
    return sign + " ".join(parts)
