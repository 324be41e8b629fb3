"""What is due next, and how much of it one catch-up may deliver (invariants 5 and 7)."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from .duration import SECOND
from .message import Publication

MOST_OCCURRENCES = 1_000_000
"""How many occurrences one catch-up may deliver."""


class RunawayScheduleError(RuntimeError):
    """Catching up would deliver more occurrences than anybody means; nothing was delivered."""


class DueQueue:
    """Publications by the instant of their next delivery; equal instants in order of acceptance (invariant 5)."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Publication]] = []
        self._accepted = 0

    def push(self, publication: Publication) -> None:
        """Take in a publication whose ``next_at`` is set, once: it stays until that is ``None``."""
        assert publication.next_at is not None
        self._accepted += 1
        heapq.heappush(self._heap, (publication.next_at, self._accepted, publication))

    def next_at(self) -> int | None:
        """The instant of the next delivery. What has moved on meanwhile, or is over, is seen to on the way."""
        while self._heap:
            at, order, publication = self._heap[0]
            due = publication.next_at
            if due == at:
                return at
            if due is None:
                heapq.heappop(self._heap)
            else:
                heapq.heapreplace(self._heap, (due, order, publication))
        return None

    def first(self, now: int) -> tuple[Publication, int]:
        """The publication that is delivered next, and until when, ``now`` at most, it is no other's turn.

        Ask ``next_at`` first.
        """
        _, order, publication = self._heap[0]
        rivals = self._heap[1:3]  # the children of the first in a heap: one of them comes second
        if not rivals:
            return publication, now
        rival_at, rival_order, _ = min(rivals)
        return publication, min(now, rival_at if order < rival_order else rival_at - 1)


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
