"""Between what the mock holds and what stands in JSON: instants and durations. In this one place.

Instants come as ISO 8601 text or as milliseconds, and go as text that ends in ``Z``. Durations come as ``90s``, ``5m``,
``1h30m``, ``2d`` or as seconds.
"""

from __future__ import annotations

import math
import re

from ..http.record_json import moment
from ..messaging.duration import DAY, HOUR, MINUTE, SECOND
from ..messaging.schedule import LAST_INSTANT
from ..runtime.instant import parse_instant, to_datetime
from .problem import unfit

MILLISECOND = 1_000
_UNITS = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND, "ms": MILLISECOND}
_PART = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)(ms|[wdhms])", re.ASCII)
_COUNT = re.compile(r"\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,9})?", re.ASCII)


def read_count(text: str) -> int | None:
    """A whole number from 0 on, as paths and headers have it; ``None`` for what is none that anything is counted to."""
    return int(text) if _COUNT.fullmatch(text) else None


def read_instant(value: str | float, path: str) -> int:
    """An instant in microseconds since the epoch. Raises ``Problem`` for what is none, or not between 1970 and 9999."""
    try:
        instant = parse_instant(value) if isinstance(value, str) else round(value * MILLISECOND)
    except (ValueError, OverflowError):
        raise unfit(
            path, f"{value!r} is no instant: say ISO 8601 such as 2030-01-07T08:30:00Z, or milliseconds since 1970"
        ) from None
    if not 0 <= instant <= LAST_INSTANT:
        raise unfit(path, f"{value!r} is not between 1970 and the end of the year 9999")
    return instant


def read_duration(value: str | float, path: str) -> int:
    """A duration in microseconds, from 0 on. Raises ``Problem`` for what is none."""
    duration = _duration(value) if isinstance(value, str) else value * SECOND
    if duration is None or not math.isfinite(duration):
        raise unfit(path, f"{value!r} is no duration: say 90s, 5m, 1h30m or 2d, or a number of seconds")
    if duration < 0:
        raise unfit(path, f"{value!r} goes back, and a clock only goes forward")
    return min(round(duration), LAST_INSTANT)


def is_duration(text: str) -> bool:
    """Whether a text is a duration, and so no instant."""
    return _duration(text) is not None


def _duration(text: str) -> float | None:
    if _NUMBER.fullmatch(text):
        return float(text) * SECOND
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def write_instant(instant: int) -> str:
    """Microseconds since the epoch as ISO 8601 with ``Z``."""
    return moment(to_datetime(instant))
