"""A mock whose time a test sets, on a server of its own or on one that is shared."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fake_time import FakeTime

from pytest_backendless_mock import BackendlessMock, BackendlessServer, Rules
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.service.identity import Identity
from pytest_backendless_mock.testing.session import Session
from pytest_backendless_mock.testing.state import read_state

WATCHDOG = 20
"""Seconds after which a client gives up; nothing here is measured by it."""


def standing_mock(
    wall: FakeTime | None = None,
    *,
    seed: object = 0,
    server: BackendlessServer | None = None,
    allow_unknown_requests: bool = False,
    base: Path | None = None,
    beside: Identity | None = None,
    state: Any = None,
    **rules: Any,
) -> BackendlessMock:
    """A mock on a fake time, which stands still unless the test moves ``wall`` or the mock's clock."""
    session = Session(
        Rules(**rules),
        seed=seed,
        server=server,
        time=VirtualTime(wall or FakeTime()),
        allow_unknown_requests=allow_unknown_requests,
        base=base,
        beside=beside,
        state=None if state is None else read_state(state),
    )
    return BackendlessMock(_session=session)


def listening(mock):
    """An address as ``socket`` has it."""
    where = urlsplit(mock.host_url)
    return where.hostname, where.port


def met(mock):
    """What a new client meets: "served", "refused" or "reset"."""
    try:
        with socket.create_connection(listening(mock), timeout=WATCHDOG) as client:
            client.sendall(f"GET /{mock.app_id}/{mock.api_key}/info HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            status = client.recv(len("HTTP/1.1 200")).decode()
    except ConnectionRefusedError:
        return "refused"
    except ConnectionResetError:
        return "reset"
    return "served" if status == "HTTP/1.1 200" else status
