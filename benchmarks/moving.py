"""How long the clock takes to go through many occurrences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pytest_backendless_mock import BackendlessMock

from .harness import NONE, Row, alternate, at_most, milliseconds, stopwatch

OCCURRENCES = 100_000
SUBSCRIBERS = 100
ROUNDS = 5


def rows() -> Iterator[Row]:
    """One subscriber, and many: a delivery is not copied into mailboxes."""
    one, many = alternate(lambda: _advance(1), lambda: _advance(SUBSCRIBERS), rounds=ROUNDS)
    what = f"clock.advance over {OCCURRENCES:,} occurrences"
    yield Row(f"{what}, 1 subscriber", milliseconds(one), NONE, None, at_most(one, 0.5, " s"))
    yield Row(
        f"{what}, {SUBSCRIBERS} subscribers (peer: ours, 1 subscriber)",
        milliseconds(many),
        milliseconds(one),
        many / one,
        at_most(many / one, 1.3, "x the time"),
    )


def _advance(subscribers: int) -> float:
    with BackendlessMock() as mock:
        for _ in range(subscribers):
            mock.subscribe("news")
        mock.publish("tick", "news", repeat_every=1)
        taken = stopwatch(lambda: mock.clock.advance(dt.timedelta(seconds=OCCURRENCES)))
        assert len(mock.deliveries) >= OCCURRENCES
    return taken
