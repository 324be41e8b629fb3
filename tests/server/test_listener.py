"""The listener where the machine, or the moment, is against it. (What it does otherwise: test_server.py.)"""

from __future__ import annotations

import http.client
import socket
import threading

import pytest

from pytest_backendless_mock import BackendlessServer, ServerError
from pytest_backendless_mock.server import listener as listener_module
from pytest_backendless_mock.server.listener import Listener
from pytest_backendless_mock.server.server import hosting

WATCHDOG = 20


def status_of(server):
    """What a new connection gets between tests."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=WATCHDOG)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_client_that_hangs_up_before_it_is_accepted_does_not_disturb(monkeypatch):
    accept = Listener.get_request
    hung_up = []

    def hang_up_first(self):
        request = accept(self)
        if hung_up:
            return request
        hung_up.append(request[0])
        raise ConnectionAbortedError(103, "Software caused connection abort")

    monkeypatch.setattr(Listener, "get_request", hang_up_first)
    server = BackendlessServer()
    server.start()
    try:
        with socket.create_connection((server.host, server.port), timeout=WATCHDOG):
            assert status_of(server) == 503
    finally:
        server.stop()
        hung_up[0].close()


def test_a_connection_that_ends_before_tls_began_is_not_served(certified):
    class Ending:
        """A context in whose hands everybody is hung up on."""

        def wrap_socket(self, sock, **options):
            server.server.end_connections()
            return certified.wrap_socket(sock, **options)

    server = BackendlessServer(ssl_context=Ending())
    server.start()
    try:
        with socket.create_connection((server.host, server.port), timeout=WATCHDOG) as client:
            assert client.recv(1) == b""
        assert hosting(server).idle.strays == []
    finally:
        server.stop()


@pytest.mark.parametrize("meanwhile", ["end_connections", "cut_off_all"])
def test_a_connection_that_is_hung_up_while_tls_takes_its_socket_over_is_not_served(certified, meanwhile):
    class TakingOver:
        """A context that has the socket already when everybody is hung up on: only the flag can tell."""

        def wrap_socket(self, sock, **options):
            secure = certified.wrap_socket(sock, **options)
            assert sock.fileno() == -1
            HANG_UP[meanwhile](server.server)
            return secure

    server = BackendlessServer(ssl_context=TakingOver())
    server.start()
    try:
        if meanwhile == "end_connections":
            with socket.create_connection((server.host, server.port), timeout=WATCHDOG) as client:
                assert client.recv(1) == b""
        else:
            with (
                pytest.raises(ConnectionResetError),
                socket.create_connection((server.host, server.port), timeout=WATCHDOG) as client,
            ):
                client.recv(1)
        assert hosting(server).idle.strays == []
    finally:
        server.stop()


def cut_off_all(listener):
    for connection in listener._connections.values():
        connection.cut_off()


HANG_UP = {"end_connections": Listener.end_connections, "cut_off_all": cut_off_all}


@pytest.mark.parametrize("error", [RuntimeError("can't start new thread"), MemoryError()], ids=repr)
def test_a_client_for_whom_no_thread_can_be_started_is_turned_away_and_the_rest_goes_on(monkeypatch, capfd, error):
    server = BackendlessServer()
    server.start()
    try:
        with socket.create_connection((server.host, server.port), timeout=WATCHDOG) as served:
            served.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert served.recv(12) == b"HTTP/1.1 503"

            def refuse(_):
                raise error

            with monkeypatch.context() as patched:
                patched.setattr(threading.Thread, "start", refuse)
                with pytest.raises(ConnectionError):
                    status_of(server)
                served.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert status_of(server) == 503
    finally:
        server.stop()
    assert not server.is_running()
    assert capfd.readouterr().err == f"pytest-backendless-mock: a client was turned away: {error}\n"


def test_a_server_whose_own_thread_cannot_be_started_says_so_and_leaves_nothing_open(monkeypatch):
    def refuse(_):
        raise RuntimeError("can't start new thread")

    server = BackendlessServer()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(ServerError, match=r"^the mock cannot listen on 127\.0\.0\.1:\d+: can't start new thread$"):
            server.start()
    assert not server.is_running()
    server.start()
    try:
        assert status_of(server) == 503
    finally:
        server.stop()


def test_whoever_cannot_say_whether_to_accept_does_not_stop_the_server(capfd):
    server = BackendlessServer()
    hosting(server).accepting = lambda: 1 / 0
    server.start()
    try:
        hosting(server).settle()
        assert status_of(server) == 503
    finally:
        server.stop()
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_thread_that_does_not_answer_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr(listener_module, "PATIENCE", 0.01)
    listener = Listener("127.0.0.1", 0, None, None, lambda: True)
    with pytest.raises(ServerError, match=r"^the server's thread does not answer since 0\.01 s$"):
        listener.settle()
    thread = threading.Thread(target=listener.serve)
    thread.start()
    listener.stop(thread)


def test_where_it_cannot_listen_nothing_stays_bound(monkeypatch):
    bound = []

    class Deaf(socket.socket):
        def bind(self, address):
            super().bind(address)
            bound.append(self)

        def listen(self, _):
            raise OSError(98, "Address already in use")

    monkeypatch.setattr(listener_module.socket, "socket", Deaf)
    with pytest.raises(ServerError, match="Address already in use"):
        BackendlessServer().start()
    assert [sock.fileno() for sock in bound] == [-1, -1]


def test_a_port_that_somebody_took_in_between_is_told_in_a_sentence():
    bound = listener_module._bound("127.0.0.1", 0)
    port = bound.getsockname()[1]
    with listener_module._bound("127.0.0.1", port) as other:
        other.listen()
        with pytest.raises(
            ServerError, match=rf"^the mock cannot listen on 127\.0\.0\.1:{port}: .*Address already in use$"
        ):
            listener_module._listening(bound)
    assert bound.fileno() == -1
