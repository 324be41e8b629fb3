"""What a stored message weighs."""

from __future__ import annotations

import gc
import http.client
import json
import tracemalloc
from collections.abc import Iterator

from pytest_backendless_mock import BackendlessServer, Rules
from pytest_backendless_mock.http.app import App
from pytest_backendless_mock.http.journal import Journal
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.server.server import hosting
from pytest_backendless_mock.service.application import Application

from .harness import NONE, Row, at_most

MESSAGES = 10_000
JSON_HEADERS = {"Content-Type": "application/json"}


def rows() -> Iterator[Row]:
    """Python's allocations that remain after publishing over HTTP, with the request journal and without."""
    with BackendlessServer() as server:
        app = App(Application(rules=Rules(), time=VirtualTime(), app_id=server.app_id, api_key=server.api_key))
        tenant = app.tenants.default
        hosting(server).serve(app)
        _publish(server, 100)  # whatever is made once
        tracemalloc.start()
        try:
            before = _traced()
            _publish(server, MESSAGES)
            whole = (_traced() - before) / MESSAGES
            assert len(tenant.journal.requests()) == MESSAGES
            tenant.journal = Journal()
            alone = (_traced() - before) / MESSAGES
        finally:
            tracemalloc.stop()
    what = f"memory per message, {MESSAGES:,} short texts over HTTP"
    yield Row(f"{what}, with the request journal", f"{whole:.0f} B", NONE, None, at_most(whole, 700, " B"))
    yield Row(f"{what}, without the journal", f"{alone:.0f} B", NONE, None, at_most(alone, 450, " B"))


def _publish(server: BackendlessServer, count: int) -> None:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    for number in range(count):
        body = json.dumps({"message": f"order {number} was shipped"})
        connection.request("POST", f"/{server.app_id}/{server.api_key}/messaging/news", body, JSON_HEADERS)
        connection.getresponse().read()
    connection.close()


def _traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
