"""What a client probably meant, in words: for the reader of the test, never on the wire."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..messaging.duration import show_duration
from ..messaging.message import Delivery
from ..runtime.instant import parse_instant, show_instant
from .remedy import PLACE
from .spelling import nearest

SECONDS = range(10**9, 10**10)
"""Numbers of ten digits: dates in seconds, where the service reads milliseconds."""
HOUR = 3_600
DAY = 86_400
YEAR = 366 * DAY
LONGEST_PLAUSIBLE = 1_000_000
"""Seconds between occurrences beyond which milliseconds are likelier."""

DISPLAYED = ("ios-", "android-", "wp-")
"""How the headers of a message begin that a device shows."""
HTTP_HEADERS = frozenset(
    {"accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "cache-control", "connection"}
    | {"content-length", "content-type", "cookie", "host", "keep-alive", "origin", "pragma", "referer", "te"}
    | {"transfer-encoding", "user-agent", "user-token", "application-id", "secret-key", "application-type"}
)
"""What requests usually have: these are looked at no closer."""


def never_named(channel: str, known: Collection[str]) -> str | None:
    """A channel that nobody ever named, and one of those that are known is called alike."""
    other = None if channel in known else nearest(channel, known)
    return f"nobody ever named the channel {channel!r}; did you mean {other!r}?" if other else None


def dates(body: Mapping[str, Any]) -> Iterator[str]:
    """Seconds where milliseconds belong, and the other way round; text where a number belongs (T16)."""
    for name in ("publishAt", "repeatExpiresAt", "expiration"):
        value = body.get(name)
        if isinstance(value, str):
            yield from _date_as_text(name, value)
        elif isinstance(value, int | float) and int(value) in SECONDS and name != "expiration":
            yield f"{name} {value} looks like seconds; the service reads milliseconds"
    every = body.get("repeatEvery") or 0
    if not isinstance(every, int | float):
        return
    plausible = every % HOUR == 0 and (every < LONGEST_PLAUSIBLE or (every % DAY == 0 and every <= YEAR))
    if every >= 1_000 and every % 1_000 == 0 and not plausible:  # noqa: PLR2004
        yield f"repeatEvery {every} looks like milliseconds; the service reads seconds"


def _date_as_text(name: str, value: str) -> Iterator[str]:
    try:
        milliseconds = parse_instant(value) // 1000
    except ValueError:
        return
    yield (
        f"{name} {value!r} is text; the service reads milliseconds, and that is {milliseconds}: "
        "round(when.timestamp() * 1000) in Python, when.getTime() in JavaScript"
    )


def misspelt_channel(name: str, meant: str) -> str:
    """A channel that is about to be made, and is an old one but for a slip of the finger."""
    return f"this makes a new channel {name!r}; did you mean {meant!r}?"


def unknown_field(name: str, known: Iterable[str]) -> str:
    """A member of a body that the service does not have (W10)."""
    meant = nearest(name, known)
    return f"the service ignores the field {name!r:.100}" + (f"; did you mean {meant!r}?" if meant else "")


def more_unknown_fields(count: int) -> str:
    """A body with more of them than anybody reads."""
    return f"the service ignores {count:,} more fields"


def headers_of_a_message(given: Collection[str], asked_for: Iterable[str]) -> list[str]:
    """Those names among HTTP's (in lower case, ``-`` for ``_``) that mean a header of a message."""
    names = [name for name in given if name.startswith(DISPLAYED)]
    return names + [name for name in sorted(asked_for) if name.lower().replace("_", "-") in given]


def header_of_http(name: str) -> str:
    """A header that nobody gets to see."""
    return (
        f"the HTTP header {name!r:.100} looks like one of the message; "
        f'those go into the body: {{"message": …, "headers": {{"{name:.100}": …}}}}'
    )


def no_display(channel: str) -> str:
    """A push without display headers is accepted, but hardly meant (P9)."""
    return (
        f"a push to channel {channel!r} has no header that a device shows: "
        "ios-alert-title, ios-alert-body on iOS, android-content-title, android-content-text on Android"
    )


def lost(deliveries: Sequence[Delivery], lifetime: int) -> str:
    """Messages that left a subscription's window (``lifetime`` in microseconds) while the clock jumped."""
    first, more = deliveries[0], len(deliveries) - 1
    what = f"{first.message.data!r:.100}, delivered at {show_instant(first.at)}"
    others = f", as were {more:,} more" if more else ""
    return f"{what}, was gone after {show_duration(lifetime)}{others}: {PLACE}"


UNKNOWN_TOKEN = f"nobody gave out that user-token: {PLACE}, or {PLACE}"


def clocks_apart(ahead: int) -> str:
    """A date was refused, and was computed by another clock than the mock's (``ahead`` in microseconds)."""
    return f"the mock's clock is {show_duration(ahead)} ahead of {PLACE}, by which the date was computed: {PLACE}"
