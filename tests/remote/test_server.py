"""Where no mock answers, or not to us: one clear error."""

from __future__ import annotations

import json
import socket

import pytest
from pytest_httpserver import HTTPServer

from pytest_backendless_mock import MessagingError
from pytest_backendless_mock.control.standalone import Standalone
from pytest_backendless_mock.remote import server
from pytest_backendless_mock.remote.server import ConflictError, RemoteServer, UnreachableError


@pytest.fixture
def other():
    """A server that is no mock of ours, or of another time."""
    with HTTPServer() as other:
        yield other


@pytest.fixture
def guarded():
    made = Standalone(port=0, token="a token")
    made.start()
    yield made
    made.stop()


def test_where_nobody_answers_it_says_what_to_do():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(UnreachableError) as error:
            RemoteServer(url).check()
    assert str(error.value) == (
        f"no mock answers at {url} (ConnectionRefusedError: [Errno 111] Connection refused). Start one there with "
        "`backendless-mock serve`, or leave --backendless-mock-url out: then it runs in this process"
    )


def test_who_says_nothing_at_all_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(server, "PATIENCE", 0.05)
    late = pytest.raises(UnreachableError, match=r"no mock answers at .* \((TimeoutError|timeout): timed out\)")
    with socket.create_server(("127.0.0.1", 0)) as silent, late:
        RemoteServer(f"http://127.0.0.1:{silent.getsockname()[1]}").check()


@pytest.mark.parametrize("content", ["<html>", "[]", "{}"], ids=["a page", "a list", "no problem"])
def test_what_is_no_mock_is_said_to_be_none(other, content):
    other.expect_request("/__mock__/").respond_with_data(content, 404, content_type="application/json")
    with pytest.raises(UnreachableError, match=r"what answers at .* is no mock of ours: 404 '"):
        RemoteServer(other.url_for("")).check()


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [('{"api": 2}', "application/json", "version 2"), ("It works!", "text/html", "version None")],
    ids=["a later one", "a page"],
)
def test_another_version_of_the_api_is_not_spoken(other, content, kind, told):
    other.expect_request("/__mock__/").respond_with_data(content, content_type=kind)
    with pytest.raises(UnreachableError, match=rf"speaks {told} of the control API, not 1: install the same"):
        RemoteServer(other.url_for("")).check()


def test_without_the_token_nobody_is_answered(guarded):
    with pytest.raises(UnreachableError, match=r"wants its token: set the variable BACKENDLESS_MOCK_TOKEN"):
        RemoteServer(guarded.url).check()
    RemoteServer(guarded.url, "a token").check()


def test_whatever_else_is_wrong_is_told(standalone):
    with pytest.raises(UnreachableError, match=r"says: there is no application 'x'; GET apps lists"):
        RemoteServer(standalone.url).ask("GET", "apps/x")


def test_a_path_before_it_and_the_prefix_behind_it_are_understood(standalone):
    remote = RemoteServer(f"{standalone.url}/__mock__/")
    assert remote.url == standalone.url
    remote.check()


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "http://a:99999", "http://[::1"])
def test_what_is_no_url_is_refused(url):
    with pytest.raises(ValueError, match="is no address of a mock"):
        RemoteServer(url)


def test_refusals_are_what_the_fixture_would_raise(standalone):
    ask = RemoteServer(standalone.url).ask
    with pytest.raises(ConflictError, match="the default application is always there"):
        ask("DELETE", "apps/default")
    with pytest.raises(ValueError, match=r"^by: 'x' is no duration: say 90s"):
        ask("POST", "apps/default/clock/advance", {"by": "x"})
    with pytest.raises(MessagingError) as refused:
        ask("DELETE", "apps/default/messages/x")
    assert (refused.value.code, repr(refused.value.message)) == (5040, repr(refused.value.text.format("x")))
    assert str(refused.value) == json.loads(
        json.dumps(f"5040 {refused.value.message}" + (f" ({refused.value.detail})" if refused.value.detail else ""))
    )
