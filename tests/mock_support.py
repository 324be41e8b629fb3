"""A mock whose time a test sets, on a server of its own or on one that is shared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fake_time import FakeTime

from pytest_backendless_mock import BackendlessMock, BackendlessServer, Rules
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.testing.session import Session


def standing_mock(
    wall: FakeTime | None = None,
    *,
    seed: object = 0,
    server: BackendlessServer | None = None,
    allow_unknown_requests: bool = False,
    base: Path | None = None,
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
    )
    return BackendlessMock(_session=session)
