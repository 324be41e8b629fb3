"""What it costs to have things go wrong, and to be reached at an address that is not the mock's."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from functools import partial

from pytest_backendless_mock import BackendlessMock
from pytest_backendless_mock.types import FaultOperation

from .harness import Row, alternate, at_most, milliseconds
from .publishing import REQUESTS, ROUNDS, on_connection, with_connection

DELAY = 30
"""Seconds on the mock's clock."""
ELSEWHERE: tuple[FaultOperation, ...] = (
    "retrieve",
    "subscribe",
    "status",
    "cancel",
    "push_template",
    "register",
    "registrations",
    "unregister",
    "email",
    "login",
)
"""Operations that a fault is set for while something else is published."""
HOST = "api.backendless.com"


def rows() -> Iterator[Row]:
    """Publishing late, among faults, and through an intercepted host."""
    yield _late()
    yield _among_faults()
    yield _intercepted()


def _late() -> Row:
    with BackendlessMock() as late, BackendlessMock() as plain:
        late.faults.delay("publish", seconds=DELAY)
        ours, theirs = _publish(late, plain)
    return Row(
        f"publish with a delay of {DELAY} s on the clock, http.client (peer: ours, no fault)",
        milliseconds(ours),
        milliseconds(theirs),
        ours / theirs,
        at_most(ours * 1e3, 50, " ms"),
    )


def _among_faults() -> Row:
    with BackendlessMock() as faulty, BackendlessMock() as plain:
        for operation in ELSEWHERE:
            faulty.faults.fail(operation, http=503, optional=True)
        ours, theirs = _publish(faulty, plain)
    what = f"publish while {len(ELSEWHERE)} faults wait for other operations, http.client (peer: ours, no fault)"
    return _row(what, ours, theirs, 1.3)


def _intercepted() -> Row:
    with BackendlessMock() as mock:
        mock.intercept(HOST)
        path = f"/{mock.app_id}/{mock.api_key}/messaging/news"
        ours, theirs = alternate(
            partial(over_tls, path), partial(with_connection, f"{mock.url}/messaging/news"), rounds=ROUNDS
        )
    return _row("publish to an intercepted https host, http.client (peer: ours, over http)", ours, theirs, 2)


def _publish(one: BackendlessMock, other: BackendlessMock) -> list[float]:
    return alternate(
        partial(with_connection, f"{one.url}/messaging/news"),
        partial(with_connection, f"{other.url}/messaging/news"),
        rounds=ROUNDS,
    )


def over_tls(path: str) -> float:
    """Seconds a publish, on one connection; its handshake is not counted."""
    connection = http.client.HTTPSConnection(HOST, timeout=10)
    connection.connect()
    return on_connection(connection, [path] * REQUESTS)


def _row(what: str, ours: float, theirs: float, bound: float) -> Row:
    return Row(
        what, milliseconds(ours), milliseconds(theirs), ours / theirs, at_most(ours / theirs, bound, "x the time")
    )
