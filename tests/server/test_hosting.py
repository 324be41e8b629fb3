"""What a server serves when, and what is asked of it while it does not run."""

from __future__ import annotations

import gc
import http.client
import queue
import socket
import threading
import weakref
from contextlib import ExitStack

import pytest

from pytest_backendless_mock import BackendlessMock, BackendlessServer
from pytest_backendless_mock.server import request_head
from pytest_backendless_mock.server.server import hosting

WATCHDOG = 20
HI = b'{"message":"hi"}'


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


@pytest.fixture
def server():
    with BackendlessServer() as running:
        yield running


class Half:
    """A client that sent the head of a publish request, whose body the server waits for."""

    def __init__(self, server, mock):
        self.socket = socket.create_connection((server.host, server.port), timeout=WATCHDOG)
        self.path = f"/{mock.app_id}/{mock.api_key}/messaging/news"
        self.send("Expect: 100-continue")
        assert self.socket.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *lines):
        length = f"Content-Length: {len(HI)}"
        head = [f"POST {self.path} HTTP/1.1", "Host: x", "Content-Type: application/json", length, *lines, "", ""]
        self.socket.sendall("\r\n".join(head).encode())

    def finish(self):
        """The status of the answer."""
        self.socket.sendall(HI)
        answer = http.client.HTTPResponse(self.socket)
        answer.begin()
        answer.read()
        return answer.status


def test_a_request_begun_in_one_test_and_finished_in_the_next_is_503_and_a_stray(server):
    with ExitStack() as client:
        with BackendlessMock(server=server) as first:
            half = client.enter_context(Half(server, first))
        with BackendlessMock(server=server) as second:
            assert half.finish() == 503
            assert (first.messages, first.requests) == ((), ())
            assert (second.messages, second.requests) == ((), ())
            assert hosting(server).idle.strays == [f"POST {half.path}"]
            half.send()
            assert half.finish() == 200
            assert second.messages.data == ["hi"]
    assert len(hosting(server).idle.strays) == 1


def test_a_request_is_begun_when_its_first_line_came(server, monkeypatch):
    begun = threading.Event()
    current = hosting(server).current

    def noted():
        begun.set()
        return current()

    monkeypatch.setattr(server.server, "current_app", noted)
    with socket.create_connection((server.host, server.port), timeout=WATCHDOG) as client:
        with BackendlessMock(server=server):
            client.sendall(b"GET /a HTTP/1.1\r\nHost:")
            assert begun.wait(WATCHDOG)
        with BackendlessMock(server=server, allow_unknown_requests=True) as second:
            client.sendall(b" x\r\n\r\n")
            assert client.recv(12) == b"HTTP/1.1 503"
            assert second.requests == ()
    assert hosting(server).idle.strays == ["GET /a"]


def test_a_connection_that_is_kept_open_keeps_nothing_of_the_test(server, monkeypatch):
    read, waiting = request_head.read, queue.Queue()

    def noted(*arguments):
        waiting.put("for the next request")
        return read(*arguments)

    monkeypatch.setattr(request_head, "read", noted)
    client = http.client.HTTPConnection(server.host, server.port, timeout=WATCHDOG)
    with BackendlessMock(server=server) as mock:
        client.request("GET", f"/{mock.app_id}/{mock.api_key}/info")
        client.getresponse().read()
    for _ in range(2):
        waiting.get(timeout=WATCHDOG)
    app = weakref.ref(mock._session.app)
    del mock
    gc.collect()
    assert app() is None
    client.close()


def test_a_request_finished_when_no_test_runs_is_a_stray_too(server):
    with ExitStack() as client:
        with BackendlessMock(server=server) as mock:
            half = client.enter_context(Half(server, mock))
        assert half.finish() == 503
    assert (mock.messages, mock.requests) == ((), ())
    assert hosting(server).idle.strays == [f"POST {half.path}"]


def test_a_body_that_never_comes_whole_after_its_test_ends_the_connection(server):
    with ExitStack() as client:
        with BackendlessMock(server=server) as mock:
            half = client.enter_context(Half(server, mock))
        half.socket.shutdown(socket.SHUT_WR)
        answer = half.socket.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"Connection: close\r\n" in answer
    assert mock.requests == ()


def test_a_request_whose_test_ends_while_it_is_looked_at_is_not_carried_out(server):
    with BackendlessMock(server=server) as mock, Half(server, mock) as half:
        mock.faults.fail("publish", error=5007, optional=True, when=lambda _: mock._session.close())
        assert half.finish() == 503
        assert (mock.messages, mock.requests) == ((), ())
    assert hosting(server).idle.strays == [f"POST {half.path}"]


def test_a_mock_whose_place_another_took_leaves_that_one_alone_when_it_is_closed(server):
    with BackendlessMock(server=server) as second, ExitStack() as earlier:
        first = earlier.enter_context(BackendlessMock(server=server))
        hosting(server).serve(second._session.app)
        earlier.close()
        assert hosting(server).serves(second._session.app)
        assert not hosting(server).serves(first._session.app)


def test_stopping_a_server_that_does_not_run_does_nothing():
    server = BackendlessServer()
    server.stop()
    server.start()
    server.stop()
    server.stop()
    assert not server.is_running()
