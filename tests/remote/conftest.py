"""A server in this process that tests ask as if it were elsewhere, and an application on it whose clock stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from plugin_support import Inner

from pytest_backendless_mock.control.standalone import Standalone
from pytest_backendless_mock.remote.mock import RemoteMock
from pytest_backendless_mock.remote.server import RemoteServer
from pytest_backendless_mock.remote.session import Plan, RemoteSession

START = 1_894_005_000_000_000
"""2030-01-07 08:30:00Z"""


@pytest.fixture(scope="module")
def standalone():
    made = Standalone(port=0)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def open_session(standalone, request):
    """A session on the server, which is closed when the test is over."""
    made = []

    def open_session(label=request.node.nodeid, *, freeze=START, base=Path(), **plan):
        session = RemoteSession(RemoteServer(standalone.url), Plan(label, freeze=freeze, **plan), base=base)
        made.append(session)
        session.open()
        return session

    yield open_session
    for session in made:
        session.close()


@pytest.fixture
def session(open_session):
    return open_session()


@pytest.fixture
def mock(session):
    return RemoteMock(session)


@pytest.fixture
def hosted(standalone, mock):
    """The application, seen from within the server."""
    return standalone.applications.find(mock.app_id)


@pytest.fixture
def inner(pytester, monkeypatch):
    return Inner(pytester, monkeypatch)
