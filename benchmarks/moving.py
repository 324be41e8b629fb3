"""How long the clock takes to go through many occurrences, and what they cost those who poll."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pytest_backendless_mock import BackendlessMock

from .harness import Row, alternate, at_most, milliseconds, stopwatch

OCCURRENCES = 100_000
SUBSCRIBERS = 100
SUBSCRIPTIONS = 10_000
POLLS = 500
ROUNDS = 5
Hear = Callable[[object], object]


class Occurrence(NamedTuple):
    """What the plain loop makes."""

    message: object
    number: int
    at: int


def rows() -> Iterator[Row]:
    """Against the loop that anybody would write: a heap, a named tuple, two appends."""
    what = f"clock.advance over {OCCURRENCES:,} occurrences"
    one, loop = alternate(lambda: _advance(1), _loop, rounds=ROUNDS)
    yield _beside(f"{what}, 1 subscriber (peer: a plain loop with a heap and two appends)", one, loop, 3)
    heard, called = alternate(lambda: _advance(1, _hear), lambda: _loop(_hear), rounds=ROUNDS)
    yield _beside(f"{what}, with a listener (peer: the same loop with a call)", heard, called, 6)
    many, one = alternate(lambda: _advance(SUBSCRIBERS), lambda: _advance(1), rounds=ROUNDS)
    yield _beside(f"{what}, {SUBSCRIBERS} subscribers (peer: ours, 1 subscriber)", many, one, 1.3)
    with BackendlessMock() as empty, BackendlessMock() as crowded, BackendlessMock() as busy:
        first, last = empty.subscribe("news"), [crowded.subscribe("news") for _ in range(SUBSCRIPTIONS)][-1]
        reader = busy.subscribe("news")
        busy.publish("tick", "news", repeat_every=1, repeat_expires_at=dt.timedelta(seconds=OCCURRENCES))
        busy.clock.advance(seconds=OCCURRENCES)
        reader.retrieve()
        alone, among, after = alternate(
            lambda: _poll(first.retrieve), lambda: _poll(last.retrieve), lambda: _poll(reader.retrieve), rounds=ROUNDS
        )
    yield _beside(f"a poll of the {SUBSCRIPTIONS:,}th subscription (peer: ours, empty)", among, alone, 1.2)
    yield _beside(f"a poll after {OCCURRENCES:,} deliveries on the channel (peer: ours, empty)", after, alone, 1.2)


def _beside(what: str, ours: float, peer: float, bound: float) -> Row:
    ratio = ours / peer
    return Row(what, milliseconds(ours), milliseconds(peer), ratio, at_most(ratio, bound, "x the time"))


def _hear(occurrence: object) -> object:
    return occurrence


def _loop(hear: Hear | None = None) -> float:
    heap = [(0, 0, object())]
    log, timeline = [], []

    def run() -> None:
        number = 0
        while heap[0][0] <= OCCURRENCES:
            at, order, message = heapq.heappop(heap)
            number += 1
            occurrence = Occurrence(message, number, at)
            log.append(occurrence)
            timeline.append(occurrence)
            if hear is not None:
                hear(occurrence)
            heapq.heappush(heap, (at + 1, order, message))

    return stopwatch(run)


def _advance(subscribers: int, hear: Hear | None = None) -> float:
    with BackendlessMock() as mock:
        for _ in range(subscribers):
            mock.subscribe("news")
        mock.publish("tick", "news", repeat_every=1)
        if hear is not None:
            mock.on("delivered", hear)
        taken = stopwatch(lambda: mock.clock.advance(seconds=OCCURRENCES))
        assert len(mock.deliveries) >= OCCURRENCES
    return taken


def _poll(retrieve: Callable[[], object]) -> float:
    def polls() -> None:
        for _ in range(POLLS):
            retrieve()

    return stopwatch(polls) / POLLS
