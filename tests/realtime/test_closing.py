"""The end of a test with clients of every kind connected: nobody is waited for, and nothing is left."""

from __future__ import annotations

import contextlib
import gc
import socket
import threading
from pathlib import Path

import pytest
from mock_support import WATCHDOG, listening, standing_mock
from realtime_support import Gone, Polling, WebSocketClient, open_threads, seat, wait_for_poll

from pytest_backendless_mock import BackendlessServer
from pytest_backendless_mock.realtime.engineio import Packet, PacketType

OPEN_FILES = Path("/proc/self/fd")
BURST = "x" * 8_000_000
"""More than a socket takes whose client does not read."""


def files():
    gc.collect()
    return {entry.name for entry in OPEN_FILES.iterdir()} if OPEN_FILES.is_dir() else set()


def raw(mock, text, context=None, buffer=None):
    """A connection on which ``text`` was sent."""
    sock = socket.socket()
    if buffer is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    sock.settimeout(WATCHDOG)
    sock.connect(listening(mock))
    if context is not None:
        sock = context.wrap_socket(sock, server_hostname="127.0.0.1")
    sock.sendall(text.encode())
    return sock


def polls(mock, path, context=None, **how):
    return raw(mock, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n", context, **how)


def idle_poll(mock, context, stack):
    client = stack.enter_context(Polling(mock, context=context).listen())
    stack.enter_context(polls(mock, client.path, context))
    wait_for_poll(mock, client)


def between_polls(mock, context, stack):
    stack.enter_context(Polling(mock, 3, context=context).listen())


def websocket(mock, context, stack):
    return stack.enter_context(WebSocketClient(mock, context=context).listen())


def half_shaken(mock, context, stack):
    path = f"/{mock.app_id}/?EIO=4&transport=websocket"
    stack.enter_context(raw(mock, f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n", context))


def not_let_in(mock, context, stack):
    return stack.enter_context(WebSocketClient(mock, context=context, begins=False))


def promises_more(mock, context, stack):
    client = stack.enter_context(Polling(mock, context=context))
    head = f"POST {client.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n2"
    stack.enter_context(raw(mock, head, context))


def in_an_upgrade(mock, context, stack):
    client = stack.enter_context(Polling(mock, context=context).listen())
    return stack.enter_context(WebSocketClient(mock, context=context, sid=client.sid))


def probed(mock, context, stack):
    client = stack.enter_context(Polling(mock, context=context).listen())
    trial = stack.enter_context(WebSocketClient(mock, context=context, sid=client.sid))
    trial.send(Packet(PacketType.PING, "probe"))
    assert trial.packets() == [Packet(PacketType.PONG, "probe")]
    return trial


def does_not_read(mock, context, stack):
    stack.enter_context(WebSocketClient(mock, context=context, buffer=4_096).listen("much"))
    mock.publish(BURST, "much")


def does_not_read_its_poll(mock, context, stack):
    client = stack.enter_context(Polling(mock, context=context).listen("more"))
    backend = mock._session.app.tenants.default.application.backend
    outlet, backend.outlet = backend.outlet, None  # nobody is to wait for it
    mock.publish(BURST, "more")
    backend.outlet = outlet
    stack.enter_context(polls(mock, client.path, context, buffer=4_096))
    seat(mock, client)._put(seat(mock, client).source())
    mock.wait_until(lambda: (poll := seat(mock, client)._poll) is not None and poll.has_taken, WATCHDOG)


KINDS = (
    idle_poll,
    between_polls,
    websocket,
    half_shaken,
    not_let_in,
    promises_more,
    in_an_upgrade,
    probed,
    does_not_read,
    does_not_read_its_poll,
)


@pytest.fixture(params=["plain", "tls"])
def how(request, certified, trusting):
    """What a server needs, and a client."""
    secure = request.param == "tls"
    return {"ssl_context": certified if secure else None}, trusting if secure else None


@pytest.mark.parametrize("kind", [*((each,) for each in KINDS), KINDS], ids=[*(each.__name__ for each in KINDS), "all"])
def test_a_mock_with_a_server_of_its_own_leaves_nothing(how, kind):
    server_has, context = how
    threads, before = threading.enumerate(), files()
    with contextlib.ExitStack() as clients:
        with BackendlessServer(**server_has) as server, standing_mock(server=server) as mock:
            for connect in kind:
                connect(mock, context, clients)
            mock._session.close()
            assert mock._session._realtime._door is None or not mock._session._realtime._door._seats
        assert [thread for thread in threading.enumerate() if thread not in threads] == []
    assert files() - before == set()


def test_on_a_shared_server_sessions_end_with_their_mock_and_their_threads_with_their_clients(how):
    server_has, context = how
    with BackendlessServer(**server_has) as server:
        with contextlib.ExitStack() as clients:
            with standing_mock(server=server) as mock:
                for connect in KINDS:
                    connect(mock, context, clients)
            with standing_mock(server=server, seed=1) as second, WebSocketClient(second, context=context) as client:
                client.listen()
                second.publish("hi", "news")
                assert client.hears() == ["hi"]
        for thread in open_threads():
            thread.join(WATCHDOG)
        assert open_threads() == set()


@pytest.mark.parametrize("kind", [websocket, in_an_upgrade, probed, not_let_in], ids=lambda kind: kind.__name__)
def test_on_a_shared_server_a_websocket_is_closed_when_its_mock_ends(how, kind):
    server_has, context = how
    with BackendlessServer(**server_has) as server, contextlib.ExitStack() as clients:
        with standing_mock(server=server) as mock:
            client = kind(mock, context, clients)
        with pytest.raises(Gone, match="1000"):
            client.packets()
