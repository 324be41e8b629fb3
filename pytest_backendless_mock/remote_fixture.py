"""The fixture where the mock runs elsewhere: it takes the plugin's place where ``--backendless-mock-url`` is given.

Loaded then only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from .case import SESSION, refuse
from .marker import MARKER, keywords, rules, state
from .messaging.rules import Rules
from .remote.mock import RemoteMock
from .remote.refusal import NotRemoteError
from .remote.server import RemoteServer, UnreachableError
from .remote.session import Plan, RemoteSession
from .runtime.instant import parse_clock_instant
from .service.identity import API_KEY, APP_ID, Identity
from .settings import SETTINGS

TOKEN = "BACKENDLESS_MOCK_TOKEN"  # noqa: S105 - the name of a variable


@pytest.fixture(scope="session")
def _backendless_mock_remote(pytestconfig: pytest.Config) -> RemoteServer:
    """The mock that all tests share; where there is none the run is over."""
    try:
        server = RemoteServer(pytestconfig.stash[SETTINGS].remote or "", os.environ.get(TOKEN) or None)
        server.check()
    except (UnreachableError, ValueError) as error:
        run: Any = pytestconfig.pluginmanager.getplugin("session")
        run.shouldfail = "no mock at --backendless-mock-url"
        raise pytest.fail.Exception(f"{MARKER}: {error}", pytrace=False) from None
    return server


@pytest.fixture
def backendless_mock(
    request: pytest.FixtureRequest,
    _backendless_mock_remote: RemoteServer,
    backendless_mock_rules: dict[str, Any] | Rules,
    backendless_mock_app_id: str,
    backendless_mock_api_key: str,
) -> Iterator[RemoteMock]:
    """A fresh Backendless application for this test, elsewhere, on a clock that the test can move."""
    refuse(request.node)
    item, said = request.node, keywords(request.node)
    beginning = state(item, said)
    identity = Identity(backendless_mock_app_id, backendless_mock_api_key)
    plan = Plan(
        item.nodeid,
        rules(backendless_mock_rules, said, beginning),
        None if said.get("freeze") is None else parse_clock_instant(said["freeze"]),
        said.get("allow_unknown_requests", False),
        None if identity == (APP_ID, API_KEY) else identity,
        None if beginning is None else beginning.value,
    )
    session = RemoteSession(_backendless_mock_remote, plan, base=item.path.parent)
    try:
        session.open()
    except (UnreachableError, ValueError) as error:
        raise pytest.fail.Exception(f"{MARKER}: {error}", pytrace=False) from None
    item.stash[SESSION] = session
    yield RemoteMock(session)
    session.close()


@pytest.fixture(scope="session")
def backendless_mock_server() -> None:
    """Not to be had."""
    raise pytest.fail.Exception(str(NotRemoteError("backendless_mock_server")), pytrace=False)


@pytest.fixture(scope="session")
def backendless_mock_factory() -> None:
    """Not to be had."""
    raise pytest.fail.Exception(str(NotRemoteError("backendless_mock_factory")), pytrace=False)
