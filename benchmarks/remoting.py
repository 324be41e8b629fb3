"""What a publish costs over AMF, as the .NET and Java SDKs send it, beside the same one over REST."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from functools import partial

from pytest_backendless_mock import BackendlessMock
from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.http.amf.frame import TypedObject

from .harness import Row, alternate, at_most, milliseconds, stopwatch
from .publishing import BODY, REQUESTS, ROUNDS, with_connection

AMF_HEADERS = {"Content-Type": "application/x-amf"}
CALL = {
    "operation": "publish",
    "messageRefType": None,
    "source": "com.backendless.services.messaging.MessagingService",
    "timestamp": 0.0,
    "body": ["news", BODY["message"], None, None],
    "timeToLive": 0,
    "destination": "GenericDestination",
    "messageId": None,
    "clientId": None,
    "correlationId": None,
}
"""As captured from .NET."""
FRAME = amf.encode([TypedObject("flex.messaging.messages.RemotingMessage", dict(CALL))], "null").ljust(512, b"\0")


def rows() -> Iterator[Row]:
    """AMF against REST, one client, one server each."""
    with BackendlessMock() as mock:
        ours, theirs = alternate(
            partial(over_amf, f"{mock.url}/binary"),
            partial(with_connection, f"{mock.url}/messaging/news"),
            rounds=ROUNDS,
        )
    yield Row(
        "publish over AMF, http.client (peer: ours, over REST)",
        milliseconds(ours),
        milliseconds(theirs),
        ours / theirs,
        at_most(ours / theirs, 1.5, "x the time"),
    )


def over_amf(url: str) -> float:
    """Seconds a publish; the answer is read and not decoded, as a client of C# costs nothing here."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=10)

    def publish() -> None:
        for _ in range(REQUESTS):
            connection.request("POST", f"/{path}", FRAME, AMF_HEADERS)
            connection.getresponse().read()

    try:
        return stopwatch(publish) / REQUESTS
    finally:
        connection.close()
