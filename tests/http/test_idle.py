"""What answers while no test is running."""

from __future__ import annotations

import io

import pytest
from http_support import LONGEST_BODY, MESSAGING, CheckedApp
from werkzeug.test import Client

from pytest_backendless_mock.http.idle import IdleApp

REFUSAL = b'{"code": 503, "message": "pytest-backendless-mock: no test is running that uses backendless_mock"}'


class Idle:
    """An idle application, and a client whose every answer is checked."""

    def __init__(self):
        self.application = IdleApp()
        self._checked = CheckedApp(self.application)
        self._client = Client(self._checked)

    def send(self, method, path, **more):
        with self._client.open(path, method=method, **more) as response:
            assert self._checked.objections == []
            return response.status_code, response.data, dict(response.headers)


@pytest.fixture
def idle():
    return Idle()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("POST", f"{MESSAGING}/default"), ("GET", f"{MESSAGING}/default/x"), ("BREW", "/a")],
)
def test_every_request_is_503_with_a_sentence(idle, method, path):
    status, body, headers = idle.send(method, path)
    assert (status, body) == (503, REFUSAL)
    assert headers["Content-Type"] == "application/json"
    assert "Connection" not in headers


def test_every_request_is_remembered_with_its_decoded_path(idle):
    idle.send("GET", "/a%20b?c=d")
    idle.send("POST", "/")
    assert idle.application.strays == ["GET /a b", "POST /"]


def test_a_request_that_comes_again_and_again_is_one_line(idle):
    for _ in range(3):
        idle.send("GET", "/a")
    idle.send("GET", "/b")
    assert idle.application.strays == ["GET /a  \N{MULTIPLICATION SIGN}3", "GET /b"]


def test_what_is_remembered_can_be_printed_whatever_the_path_holds(idle):
    idle.send("GET", "/%FF")
    [stray] = idle.application.strays
    assert stray.encode().startswith(b"GET /")


def test_the_body_is_read_so_that_the_connection_can_go_on(idle):
    stream = io.BytesIO(b'{"message":"hi"}')
    idle.send("POST", "/a", environ_overrides={"wsgi.input": stream, "CONTENT_LENGTH": "16"})
    assert stream.read() == b""


@pytest.mark.parametrize(
    ("body", "declared"),
    [(b" " * (LONGEST_BODY + 1), str(LONGEST_BODY + 1)), (b"{", "16")],
    ids=["too-long", "cut-short"],
)
def test_after_a_body_that_cannot_be_read_the_connection_ends(idle, body, declared):
    environ = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": declared}
    status, _, headers = idle.send("POST", "/a", environ_overrides=environ)
    assert (status, headers["Connection"]) == (503, "close")
    assert idle.application.strays == ["POST /a"]
