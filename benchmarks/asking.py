"""How fast a poll and a status are answered over HTTP."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pytest_httpserver import HTTPServer

from pytest_backendless_mock import BackendlessMock

from .harness import Row, alternate, at_least, stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUESTS = 300
"""In one measurement."""
ROUNDS = 9
MESSAGE_ID = "message:B6D1E5D2-6B8F-4C9A-9B8E-000000000000"
CANNED: dict[str, Any] = {
    "retrieve": {
        "messages": [
            {
                "headers": {"BL_APPLICATION_ID": "3FAD6F76-617D-4EDD-BF4D-AE26C5C04F00"},
                "publishedAt": 1_894_005_000_000,
                "publisherId": None,
                "data": "order 17 was shipped",
                "messageId": MESSAGE_ID,
            }
        ]
    },
    "status": {"status": "published", "messageId": MESSAGE_ID, "errorMessage": None},
}


def rows() -> Iterator[Row]:
    """Ours against pytest-httpserver with one canned handler."""
    for what, measure in (("retrieve of 1 message", _retrieve), ("status", _status)):
        with HTTPServer() as peer, BackendlessMock() as mock:
            canned = CANNED[what.split()[0]]
            peer.expect_request(re.compile("/app/key/messaging/.*"), method="GET").respond_with_json(canned)
            path = peer.url_for("/app/key/messaging/news/1")
            ours, theirs = alternate(partial(measure, mock), partial(_get, [path] * REQUESTS), rounds=ROUNDS)
        yield Row(
            f"{what}, http.client (peer: pytest-httpserver's HTTPServer, one canned JSON handler)",
            f"{1 / ours:.0f}/s",
            f"{1 / theirs:.0f}/s",
            theirs / ours,
            at_least(theirs / ours, 2.0, "x its rate"),
        )


def _retrieve(mock: BackendlessMock) -> float:
    """Many subscriptions take the same message, each once."""
    channel = f"news-{len(mock.messages)}"
    mock.publish("order 17 was shipped", channel)
    subscriptions = [mock.subscribe(channel) for _ in range(REQUESTS)]
    return _get([f"{mock.url}/messaging/{channel}/{subscription.id}" for subscription in subscriptions])


def _status(mock: BackendlessMock) -> float:
    published = mock.publish("order 17 was shipped", "news")
    return _get([f"{mock.url}/messaging/{published.message_id}"] * REQUESTS)


def _get(urls: Sequence[str]) -> float:
    """Seconds for each answer, over one connection."""
    connection = http.client.HTTPConnection(urlsplit(urls[0]).netloc, timeout=10)
    paths = [urlsplit(url).path for url in urls]

    def get() -> None:
        for path in paths:
            connection.request("GET", path)
            json.loads(connection.getresponse().read())

    try:
        return stopwatch(get) / len(urls)
    finally:
        connection.close()
