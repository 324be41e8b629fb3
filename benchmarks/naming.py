"""What a channel costs that nobody named before: the mock looks whether its name is a slip of another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from string import ascii_lowercase

from pytest_backendless_mock import BackendlessMock

from .harness import Row, alternate, at_most, stopwatch

CHANNELS = 5_000
ROUNDS = 3


def rows() -> Iterator[Row]:
    """Publishing to so many new channels, and so often to one."""
    new, one = alternate(lambda: _publish(_names()), lambda: _publish(["news"] * CHANNELS), rounds=ROUNDS)
    yield Row(
        f"publishing to {CHANNELS:,} new channels from Python (peer: ours, as often to one)",
        f"{new:.2f} s",
        f"{one:.2f} s",
        new / one,
        at_most(new / one, 1.5, "x the time"),
    )


def _names() -> list[str]:
    """Names of which none is a slip of another."""
    letters = product(ascii_lowercase, repeat=3)
    return [f"orders-{''.join(triple)}-{''.join(triple)}" for triple in islice(letters, CHANNELS)]


def _publish(channels: list[str]) -> float:
    with BackendlessMock() as mock:
        taken = stopwatch(lambda: [mock.publish("hi", channel) for channel in channels])
        assert len(mock.messages) == CHANNELS
    return taken
