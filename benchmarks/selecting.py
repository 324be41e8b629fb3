"""What selectors cost: matching a message against many subscriptions, and publishing while they are there."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator

from pytest_backendless_mock import BackendlessMock, BackendlessServer, Rules
from pytest_backendless_mock.messaging.broker import Broker
from pytest_backendless_mock.messaging.channel import Subscription
from pytest_backendless_mock.messaging.message import Delivery
from pytest_backendless_mock.messaging.name import channel_name
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.testing.session import Session

from .harness import NONE, Row, alternate, at_most, milliseconds, stopwatch

NEWS = channel_name("news")
SUBSCRIPTIONS = 1_000
REQUESTS = 300
"""In one measurement."""
ROUNDS = 9
HEADERS = {"city": "Tokyo", "temperature": "62", "kind": "storm"}
BODY = json.dumps({"message": "order 17 was shipped", "headers": HEADERS})
JSON_HEADERS = {"Content-Type": "application/json"}


def rows() -> Iterator[Row]:
    """Matching alone, then publishing over HTTP."""
    yield _matching()
    yield _publishing()


def _selector(number: int) -> str:
    """Three terms, all of which must be asked: only the last one tells subscriptions apart."""
    return f"city = 'Tokyo' AND temperature > 60 AND kind IN ('storm', 'flood {number}')"


PASSES = 20
"""How often a sample goes through the subscriptions: a sweep of the heap before it leaves the caches cold."""


def _matching() -> Row:
    subscriptions, delivery = _subscribed()

    def ours() -> float:
        return stopwatch(lambda: [s.matches(delivery) for _ in range(PASSES) for s in subscriptions]) / PASSES

    assert all(subscription.matches(delivery) for subscription in subscriptions)
    (taken,) = alternate(ours, rounds=ROUNDS * 3)
    return Row(
        f"matching one message against {SUBSCRIPTIONS:,} subscriptions, three terms each",
        milliseconds(taken),
        NONE,
        None,
        at_most(taken * 1e3, 2, " ms"),
    )


def _subscribed() -> tuple[list[Subscription], Delivery]:
    count = iter(range(SUBSCRIPTIONS + 1))
    broker = Broker(Rules(), lambda kind: f"{kind}:{next(count)}", system_headers={"BL_APPLICATION_ID": "app"})
    subscriptions = [broker.subscribe(NEWS, selector=_selector(number)) for number in range(SUBSCRIPTIONS)]
    broker.publish(NEWS, "hi", PublishOptions(headers=HEADERS), DeliveryOptions(), 0)
    return subscriptions, broker.channels.deliveries(NEWS)[0]


def _publishing() -> Row:
    with BackendlessServer() as selecting_server, BackendlessServer() as plain_server:

        def ours() -> float:
            return _publish(selecting_server, subscriptions=SUBSCRIPTIONS)

        def theirs() -> float:
            return _publish(plain_server, subscriptions=0)

        mine, plain = alternate(ours, theirs, rounds=ROUNDS)
    return Row(
        f"publish with {SUBSCRIPTIONS:,} subscriptions with selectors, http.client (peer: ours, no subscriptions)",
        milliseconds(mine),
        milliseconds(plain),
        mine / plain,
        at_most(mine / plain, 1.2, "x the time"),
    )


def _publish(server: BackendlessServer, *, subscriptions: int) -> float:
    session = Session(Rules(), server=server)
    session.open()
    mock = BackendlessMock(_session=session)
    for number in range(subscriptions):
        mock.subscribe("news", selector=_selector(number))
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    path = f"/{mock.app_id}/{mock.api_key}/messaging/news"

    def publish() -> None:
        for _ in range(REQUESTS):
            connection.request("POST", path, BODY, JSON_HEADERS)
            json.loads(connection.getresponse().read())

    try:
        return stopwatch(publish) / REQUESTS
    finally:
        connection.close()
        session.close()
