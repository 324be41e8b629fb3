"""Schedules that nobody means: more occurrences at once than a test could look at (invariant 7)."""

from __future__ import annotations

from collections.abc import Iterable

from .message import Publication
from .schedule import SECOND

MOST_OCCURRENCES = 1_000_000
"""How many occurrences one catch-up may deliver."""


class RunawayScheduleError(RuntimeError):
    """Catching up would deliver more occurrences than anybody means; nothing was delivered."""


def refuse_runaway(publications: Iterable[Publication], until: int) -> None:
    """Raise ``RunawayScheduleError``, naming the worst, if more than a million occurrences are due by ``until``."""
    counts = {
        publication: max(publication.message.schedule.count(until) - publication.delivered, 0)
        for publication in publications
    }
    total = sum(counts.values())
    if total <= MOST_OCCURRENCES:
        return
    message = max(counts, key=counts.__getitem__).message
    raise RunawayScheduleError(
        f"catching up would deliver {total:,} messages at once, more than {MOST_OCCURRENCES:,}; most are "
        f"occurrences of {message.message_id} on channel {message.channel!r}, which repeats "
        f"every {(message.schedule.every or 0) / SECOND:g} s. Nothing was delivered."
    )
