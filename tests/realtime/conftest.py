"""A mock that stands still, plain and over TLS, with clients in real time."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from mock_support import standing_mock

from pytest_backendless_mock import BackendlessServer


@pytest.fixture
def mock():
    with standing_mock() as made:
        yield made


@pytest.fixture
def connect(mock):
    """``connect(kind, …)`` makes a client, which hangs up before the mock ends."""
    with contextlib.ExitStack() as clients:
        yield lambda kind, *args, **how: clients.enter_context(kind(mock, *args, **how))


@pytest.fixture
def hints(mock):
    """What would become a warning, told once."""
    return mock._session.app.tenants.default.application.verdict.take_hints


@pytest.fixture
def problems(mock):
    """What would fail the test, told once."""
    return mock._session.app.tenants.default.application.verdict.take_problems


@pytest.fixture
def secure_mock(certified):
    with BackendlessServer(ssl_context=certified) as server, standing_mock(server=server) as made:
        yield made


@pytest.fixture
def waiting():
    """``waiting(job)`` has it done beside the test: its future."""
    with ThreadPoolExecutor() as pool:
        yield pool.submit
