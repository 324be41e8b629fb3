"""Whatever clients, children and tests did: threads, descriptors and mocks in memory are as many as before."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
import threading
import warnings

import pytest
from fake_time import FakeTime
from mock_support import standing_mock
from realtime_support import TRANSPORTS
from stress_support import WATCHDOG, Client, crowd, live_backends, open_files, settle

from pytest_backendless_mock import BackendlessServer
from pytest_backendless_mock.testing import story

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="descriptors are counted in /proc")
RESET = struct.pack("ii", 1, 0)


@pytest.fixture(autouse=True)
def nobody_tells_stories(monkeypatch):
    """For the report of a test that fails the last mocks are kept until it is over; here they are counted before."""
    monkeypatch.setattr(story, "_LISTENERS", [])


@contextlib.contextmanager
def nothing_left():
    """Threads, descriptors and live applications are as before when the block is over."""
    before = threading.active_count(), open_files(), live_backends()
    yield
    assert (threading.active_count(), open_files(), live_backends()) == before


def published(app, text, length=None):
    """The bytes of a publish request, which may lie about the ``length`` of its body."""
    body = b'{"message":"%s"}' % text.encode()
    return (
        f"POST /{app.app_id}/{app.api_key}/messaging/default HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n"
    ).encode() + body


def connected(server):
    return socket.create_connection((server.host, server.port), timeout=WATCHDOG)


def running_server():
    server = BackendlessServer()
    server.start()
    return server


def close(client):
    client.close()


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    client.close()


def hang_up(client):
    """Send no more, take what comes, and go."""
    client.shutdown(socket.SHUT_WR)
    while client.recv(1 << 16):
        pass
    client.close()


@pytest.mark.parametrize("leave", [close, reset, hang_up])
def test_500_clients_that_break_off_midway_store_nothing_and_leave_nothing(leave):
    with nothing_left():
        server = running_server()
        with standing_mock(FakeTime(), server=server) as mock:
            whole = published(mock, "never")
            settle(mock)
            before = threading.active_count(), open_files()
            for number in range(500):
                client = connected(server)
                client.sendall(whole[: number % len(whole)])
                leave(client)
            settle(mock)
            assert (threading.active_count(), open_files()) == before
            assert len(mock.messages) == 0
        server.stop()
        del mock


def come_and_go(mock, kind):
    """100 listeners, ten at a time, while somebody publishes all the time."""
    over = threading.Event()

    def publish():
        while not over.is_set():
            mock.publish("hi", "news")

    def listen():
        for _ in range(10):
            with kind(mock) as client:
                client.listen()
                mock.publish("ho", "news")
                assert {"hi", "ho"} >= set(client.hears(2))

    with crowd(publish):
        try:
            with crowd(*[listen] * 10):
                pass
        finally:
            over.set()
    for listener in mock.channel("news").listeners:  # a client that polls may have gone unseen
        listener.disconnect()


@pytest.mark.parametrize("kind", TRANSPORTS.values(), ids=TRANSPORTS)
def test_100_listeners_that_come_and_go_while_somebody_publishes_leave_nothing(kind):
    with nothing_left():
        server = running_server()
        with standing_mock(FakeTime(), server=server) as mock:
            settle(mock)
            before = threading.active_count(), open_files()
            come_and_go(mock, kind)
            settle(mock)
            assert mock.channel("news").listeners == ()
            assert (threading.active_count(), open_files()) == before
        server.stop()
        del mock


def test_closing_ends_200_clients_wherever_they_are():
    """Some are silent, some in the middle of a head, of a body, and some between two requests."""
    with nothing_left():
        server = running_server()
        with standing_mock(FakeTime(), server=server) as mock, contextlib.ExitStack() as stack:
            whole = published(mock, "never", length=1000)
            beginnings = [b"", whole[:40], whole, published(mock, "whole")]
            clients = [stack.enter_context(connected(server)) for _ in range(200)]
            for number, client in enumerate(clients):
                client.sendall(beginnings[number % 4])
            for client in clients[3::4]:
                assert client.recv(15) == b"HTTP/1.1 200 OK"
            server.stop()
            for client in clients:
                with contextlib.suppress(ConnectionResetError):
                    while client.recv(1 << 16):
                        pass
        assert mock.messages.data == ["whole"] * 50
        del mock


def test_200_clients_that_come_at_once_are_all_served():
    with nothing_left():
        server = running_server()
        with standing_mock(FakeTime(), server=server) as mock, contextlib.ExitStack() as stack:
            clients = [stack.enter_context(connected(server)) for _ in range(200)]
            for number, client in enumerate(clients):
                client.sendall(published(mock, str(number)))
            for client in clients:
                assert client.recv(15) == b"HTTP/1.1 200 OK"
            assert sorted(map(int, mock.messages.data)) == list(range(200))
        server.stop()
        del mock


@pytest.fixture
def children():
    """``children(50)`` forks so many, which live until the test is over."""
    alive, (waiting, holding) = [], os.pipe()

    def fork(number):
        for _ in range(number):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of Python 3.12: this process has threads
                child = os.fork()
            if child == 0:
                os.close(holding)
                os.read(waiting, 1)
                os._exit(0)
            alive.append(child)

    def end():
        os.close(holding)
        for child in alive:
            os.waitpid(child, 0)
        os.close(waiting)

    yield fork
    end()


def test_50_forked_children_keep_no_connection_and_no_port(children):
    before = threading.active_count(), open_files()
    server = running_server()
    with standing_mock(FakeTime(), server=server) as mock, contextlib.closing(Client(mock)) as client:
        assert client.ask("POST", "default", {"message": "before"})[0] == 200
        children(50)
        with mock.offline(), pytest.raises(ConnectionRefusedError):
            connected(server)
        client.close()
        mock.faults.reset("publish", times=1)
        with pytest.raises(ConnectionError):
            client.ask("POST", "default", {"message": "reset"})
        assert client.ask("POST", "default", {"message": "after"})[0] == 200
        assert mock.messages.data == ["before", "after"]
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        connected(server)
    assert (threading.active_count(), open_files()) == before


def test_1000_mocks_on_one_server_leave_nothing():
    with nothing_left():
        server = running_server()
        for number in range(1_000):
            with standing_mock(FakeTime(), seed=number, server=server) as mock:
                with contextlib.closing(Client(mock)) as client:
                    assert client.ask("POST", "default", {"message": str(number)})[0] == 200
                assert mock.messages.data == [str(number)]
        server.stop()
        del mock
