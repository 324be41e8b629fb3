"""What a client probably meant: for the reader of the test, never on the wire."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..messaging.errors import InvalidPublishDate, MessagingError, UnknownUserToken
from ..messaging.message import Delivery
from ..runtime.clock import Clock
from ..runtime.instant import show_duration, show_instant

SECONDS = range(10**9, 10**10)
"""Numbers of ten digits: dates in seconds, where the service reads milliseconds."""
HOUR = 3_600
DAY = 86_400
YEAR = 366 * DAY
LONGEST_PLAUSIBLE = 1_000_000
"""Seconds between occurrences beyond which milliseconds are likelier."""
SHORTEST_NAME = 5
"""Names shorter than this are too alike to be taken for typos."""


def dates(body: Mapping[str, Any]) -> Iterator[str]:
    """Seconds where milliseconds belong, and the other way round."""
    for name in ("publishAt", "repeatExpiresAt"):
        value = body.get(name)
        if isinstance(value, int | float) and int(value) in SECONDS:
            yield f"{name} {value} looks like seconds; the service reads milliseconds"
    every = body.get("repeatEvery") or 0
    plausible = every % HOUR == 0 and (every < LONGEST_PLAUSIBLE or (every % DAY == 0 and every <= YEAR))
    if every >= 1_000 and every % 1_000 == 0 and not plausible:  # noqa: PLR2004
        yield f"repeatEvery {every} looks like milliseconds; the service reads seconds"


def misspelt_channel(name: str, known: Collection[str]) -> str | None:
    """A channel that is about to be made, and is an old one but for a slip of the finger."""
    if name in known or len(name) < SHORTEST_NAME:
        return None
    meant = next((other for other in known if _is_slip(name.lower(), other.lower())), None)
    return f"this makes a new channel {name!r}; did you mean {meant!r}?" if meant else None


def refusal(error: MessagingError, clock: Clock) -> str | None:
    """What may be behind an error, and how to get on."""
    if isinstance(error, UnknownUserToken) and not error.detail:
        return "nobody gave out that user-token: backendless_mock.add_user(token=...), or accept_unknown_tokens=True"
    apart = clock.apart
    if isinstance(error, InvalidPublishDate) and abs(apart) >= 1_000_000:  # noqa: PLR2004 - a second
        return (
            f"the mock's clock is {show_duration(apart)} ahead of the process's, by which the date was computed: "
            'freeze both, with @pytest.mark.backendless_mock(freeze="...")'
        )
    return None


def lost(delivery: Delivery, lifetime: int) -> str:
    """A message that left a subscription's window while the clock jumped."""
    what = f"{delivery.message.data!r:.100}, delivered at {show_instant(delivery.at)}"
    return (
        f"{what}, was gone after {show_duration(lifetime)}: "
        "clock.advance() jumped over it; `for _ in backendless_mock.clock.steps(...)` stops for code that polls"
    )


def _is_slip(one: str, other: str) -> bool:
    """Two neighbours swapped, or a letter inside left out or doubled; numbers are never typos of each other."""
    if re.sub("[0-9]", "", one) == re.sub("[0-9]", "", other):
        return False
    if len(one) == len(other):
        apart = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        swapped = len(apart) == 2 and apart[1] == apart[0] + 1  # noqa: PLR2004 - neighbours
        return swapped and one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
    shorter, longer = sorted((one, other), key=len)
    return (
        len(longer) == len(shorter) + 1
        and any(longer[:place] + longer[place + 1 :] == shorter for place in range(1, len(shorter)))
        and longer[:-1] != shorter
    )
