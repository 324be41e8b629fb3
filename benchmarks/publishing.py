"""How fast messages are published over HTTP, with the two kinds of client that people use."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import requests
from pytest_httpserver import HTTPServer

from pytest_backendless_mock import BackendlessMock, BackendlessServer, Rules
from pytest_backendless_mock.testing.session import Session

from .harness import Row, alternate, at_least, at_most, milliseconds, stopwatch

REQUESTS = 300
"""In one measurement."""
ROUNDS = 9
STORED = 10_000
BODY = {"message": "order 17 was shipped"}
CANNED = {"errorMessage": None, "messageId": "message:B6D1E5D2-6B8F-4C9A-9B8E-000000000000", "status": "scheduled"}
JSON_HEADERS = {"Content-Type": "application/json"}


def rows() -> Iterator[Row]:
    """Ours against pytest-httpserver with one canned handler, and ours full against ours empty."""
    with _peer() as peer, BackendlessMock() as mock:
        for name, publisher, bound in (("requests.Session", with_session, 1.25), ("http.client", with_connection, 1.5)):
            ours, theirs = alternate(
                partial(publisher, f"{mock.url}/messaging/news"), partial(publisher, peer), rounds=ROUNDS
            )
            yield Row(
                f"publish, {name} (peer: pytest-httpserver's HTTPServer, one canned JSON handler)",
                f"{1 / ours:.0f}/s",
                f"{1 / theirs:.0f}/s",
                theirs / ours,
                at_least(theirs / ours, bound, "x its rate"),
            )
    yield _full_against_empty()


def with_session(url: str) -> float:
    """The client that most people have."""
    with requests.Session() as session:

        def publish() -> None:
            for _ in range(REQUESTS):
                session.post(url, json=BODY, timeout=10).json()

        return stopwatch(publish) / REQUESTS


def with_connection(url: str) -> float:
    """A client that costs next to nothing itself, so that the server shows."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=10)
    body = json.dumps(BODY)

    def publish() -> None:
        for _ in range(REQUESTS):
            connection.request("POST", f"/{path}", body, JSON_HEADERS)
            json.loads(connection.getresponse().read())

    try:
        return stopwatch(publish) / REQUESTS
    finally:
        connection.close()


@contextmanager
def _peer() -> Iterator[str]:
    with HTTPServer() as server:
        server.expect_request("/app/key/messaging/news", method="POST").respond_with_json(CANNED)
        yield server.url_for("/app/key/messaging/news")


def _opened(server: BackendlessServer) -> BackendlessMock:
    """A fresh mock in the place of the one before it, as the fixture makes it."""
    session = Session(Rules(), server=server)
    session.open()
    return BackendlessMock(_session=session)


def _full_against_empty() -> Row:
    with BackendlessServer() as full_server, BackendlessServer() as empty_server:
        full = _opened(full_server)
        for number in range(STORED):
            full.publish(f"order {number} was shipped", "news")

        def into_empty() -> float:
            return with_connection(f"{_opened(empty_server).url}/messaging/news")

        ours, theirs = alternate(lambda: with_connection(f"{full.url}/messaging/news"), into_empty, rounds=ROUNDS)
    return Row(
        f"publish when {STORED:,} messages are stored, http.client (peer: ours, empty)",
        milliseconds(ours),
        milliseconds(theirs),
        ours / theirs,
        at_most(ours / theirs, 1.2, "x the time"),
    )
