"""Whether a publish costs more when there is much already: messages, selectors, channels."""

from __future__ import annotations

import http.client
import itertools
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from pytest_backendless_mock import BackendlessMock, BackendlessServer, Rules
from pytest_backendless_mock.testing.session import Session

from .harness import Row, alternate, at_most, milliseconds
from .publishing import REQUESTS, ROUNDS, on_connection, with_connection

STORED = 10_000
SELECTORS = 1_000
CHANNELS = 5_000


def rows() -> Iterator[Row]:
    """Ours, full, against ours, empty."""
    yield _row(f"publish when {STORED:,} messages are stored", _store, _into_one, 1.05)
    yield _row(f"publish when {SELECTORS:,} subscriptions have selectors", _select, _into_one, 1.05)
    yield _row(f"publish that makes the {CHANNELS:,}th channel", _make_channels, _into_new_ones, 1.2)


def _row(
    what: str, fill: Callable[[BackendlessMock], None], publish: Callable[[BackendlessMock], float], bound: float
) -> Row:
    with BackendlessServer() as full_server, BackendlessServer() as empty_server:
        full = _opened(full_server)
        fill(full)
        ours, theirs = alternate(lambda: publish(full), lambda: publish(_opened(empty_server)), rounds=ROUNDS)
    return Row(
        f"{what}, http.client (peer: ours, empty)",
        milliseconds(ours),
        milliseconds(theirs),
        ours / theirs,
        at_most(ours / theirs, bound, "x the time"),
    )


def _opened(server: BackendlessServer) -> BackendlessMock:
    """A fresh mock in the place of the one before it, as the fixture makes it."""
    session = Session(Rules(), server=server)
    session.open()
    return BackendlessMock(_session=session)


def _store(mock: BackendlessMock) -> None:
    for number in range(STORED):
        mock.publish(f"order {number} was shipped", "news")


def _select(mock: BackendlessMock) -> None:
    for number in range(SELECTORS):
        mock.subscribe("news", selector=f"city = 'city {number}' and price > {number}")


def _make_channels(mock: BackendlessMock) -> None:
    for number in range(CHANNELS):
        mock.publish("hello", f"made-{number * 7919}")


def _into_one(mock: BackendlessMock) -> float:
    return with_connection(f"{mock.url}/messaging/news")


_NUMBERS = itertools.count()


def _into_new_ones(mock: BackendlessMock) -> float:
    address = urlsplit(mock.url)
    paths = [f"{address.path}/messaging/channel-{next(_NUMBERS) * 104_729}" for _ in range(REQUESTS)]
    return on_connection(http.client.HTTPConnection(address.netloc, timeout=10), paths)
