"""How fast messages are published over HTTP, with the two kinds of client that people use."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import requests
from pytest_httpserver import HTTPServer

from pytest_backendless_mock import BackendlessMock

from .harness import Row, alternate, at_least, stopwatch

REQUESTS = 300
"""In one measurement."""
ROUNDS = 9
BODY = {"message": "order 17 was shipped"}
CANNED = {"errorMessage": None, "messageId": "message:B6D1E5D2-6B8F-4C9A-9B8E-000000000000", "status": "scheduled"}
JSON_HEADERS = {"Content-Type": "application/json"}


def rows() -> Iterator[Row]:
    """Ours against pytest-httpserver with one canned handler."""
    with canned() as peer, BackendlessMock() as mock:
        for name, publisher, bound in (("requests.Session", with_session, 1.45), ("http.client", with_connection, 2.0)):
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
    return on_connection(http.client.HTTPConnection(host, timeout=10), [f"/{path}"] * REQUESTS)


def on_connection(connection: http.client.HTTPConnection, paths: Sequence[str]) -> float:
    """Seconds a publish, one to each path; the connection is closed afterwards."""
    body = json.dumps(BODY)

    def publish() -> None:
        for path in paths:
            connection.request("POST", path, body, JSON_HEADERS)
            json.loads(connection.getresponse().read())

    try:
        return stopwatch(publish) / len(paths)
    finally:
        connection.close()


@contextmanager
def canned() -> Iterator[str]:
    """The address of the peer that answers each publish the same."""
    with HTTPServer() as server:
        server.expect_request("/app/key/messaging/news", method="POST").respond_with_json(CANNED)
        yield server.url_for("/app/key/messaging/news")
