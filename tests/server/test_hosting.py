"""What a server serves when, and what is asked of it while it does not run."""

from __future__ import annotations

import pytest

from pytest_backendless_mock import BackendlessServer, ServerError
from pytest_backendless_mock.server.server import hosting


def test_a_server_that_does_not_run_has_nothing_to_settle_to_end_or_to_speak_tls_for():
    host = hosting(BackendlessServer())
    host.settle()
    host.take_tls()
    host.end()
    assert host.accepting()


def test_a_running_server_that_serves_nobody_can_be_ended_and_goes_on():
    with BackendlessServer() as server:
        hosting(server).end()
        assert server.is_running()


def test_stopping_a_server_that_does_not_run_is_told_in_a_sentence():
    with pytest.raises(ServerError, match=r"^the server is not running$"):
        BackendlessServer().stop()
