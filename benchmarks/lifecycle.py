"""What a server costs a test session, and a fresh application each test."""

from __future__ import annotations

from collections.abc import Iterator

import requests
from pytest_httpserver import HTTPServer

from pytest_backendless_mock import BackendlessMock, BackendlessServer, Rules
from pytest_backendless_mock.testing.session import Session

from .harness import Row, alternate, at_most, milliseconds, stopwatch

STORED = 1_000
ROUNDS = 9
RESETS = 21


def rows() -> Iterator[Row]:
    """Start and stop, then the reset between two tests."""
    ours, theirs = alternate(
        lambda: stopwatch(lambda: _start_and_stop(BackendlessServer())),
        lambda: stopwatch(lambda: _start_and_stop(HTTPServer())),
        rounds=ROUNDS,
    )
    yield Row(
        "start and stop a server (peer: pytest-httpserver's HTTPServer)",
        milliseconds(ours),
        milliseconds(theirs),
        ours / theirs,
        at_most(ours * 1e3, 10, " ms"),
    )
    yield _reset()


def _start_and_stop(server: BackendlessServer | HTTPServer) -> None:
    server.start()  # type: ignore[no-untyped-call,unused-ignore]
    server.stop()  # type: ignore[no-untyped-call,unused-ignore]


def _reset() -> Row:
    with BackendlessServer() as server, HTTPServer() as peer:

        def ours() -> float:
            old = Session(Rules(), server=server)
            old.open()
            mock = BackendlessMock(_session=old)
            for number in range(STORED):
                mock.publish(f"order {number} was shipped", "news")
            return stopwatch(lambda: _renew(old, server))

        def theirs() -> float:
            peer.expect_request("/").respond_with_json({})
            with requests.Session() as session:
                for _ in range(STORED // 10):
                    session.get(peer.url_for("/"), timeout=10)
            return stopwatch(peer.clear)

        mine, clear = alternate(ours, theirs, rounds=RESETS)
    return Row(
        f"reset: a fresh mock while the old one holds {STORED:,} messages "
        f"(peer: HTTPServer.clear() after {STORED // 10} requests)",
        milliseconds(mine),
        milliseconds(clear),
        mine / clear,
        at_most(mine * 1e3, 0.05, " ms"),
    )


def _renew(old: Session, server: BackendlessServer) -> None:
    """What the fixture does between two tests."""
    old.close()
    session = Session(Rules(), seed="tests/test_news.py::test_next", server=server)
    session.open()
    BackendlessMock(_session=session)
