"""Long polling over sockets: what a poll waits for, and how it ends."""

from __future__ import annotations

import contextlib
import socket

import pytest
from mock_support import WATCHDOG, listening
from realtime_support import Handshake, Polling, seat, wait_for_poll

from pytest_backendless_mock.realtime import polling
from pytest_backendless_mock.realtime.ending import Ending
from pytest_backendless_mock.realtime.engineio import Packet, PacketType
from pytest_backendless_mock.realtime.session import Poll

every_revision = pytest.mark.parametrize("revision", [3, 4])


@every_revision
@pytest.mark.parametrize("keeps", [True, False], ids=["one-connection", "a-connection-each"])
def test_a_poll_is_answered_when_there_is_something_to_say(mock, connect, waiting, revision, keeps):
    client = connect(Polling, revision, keeps=keeps).listen()
    for text in ("one", "two", "three"):
        heard = waiting(client.hears)
        wait_for_poll(mock, client)
        mock.publish(text, "news")
        assert heard.result(WATCHDOG) == [text]


@every_revision
def test_what_came_since_the_last_poll_comes_with_the_next(mock, connect, revision):
    client = connect(Polling, revision).listen()
    for text in ("one", "two \N{PILE OF POO}", "three"):
        mock.publish(text, "news")
    assert client.hears(3) == ["one", "two \N{PILE OF POO}", "three"]


@pytest.mark.parametrize(
    ("more", "kind"),
    [({}, "application/octet-stream"), ({"b64": "1"}, "text/plain; charset=UTF-8")],
    ids=["bytes", "base64"],
)
def test_revision_3_gets_bytes_in_the_form_it_asked_for(mock, connect, more, kind):
    client = connect(Polling, 3, binary="true", **more).listen()
    mock.publish("hi", "news")
    status, headers, body = client.request(client.polling, "GET")
    assert (status, headers["Content-Type"]) == (200, kind)
    assert body.startswith(b"\x00" if not more else b"")
    client.take_in(polling.engineio.decode_payload(body, 3))
    assert client.hears() == ["hi"]


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_a_client_that_hangs_up_while_it_waits_has_left(mock, secure_mock, trusting, waiting, secure):
    its_mock = secure_mock if secure else mock
    client = Polling(its_mock, context=trusting if secure else None).listen()
    came = waiting(client.poll)
    wait_for_poll(its_mock, client)
    sock = client.polling.sock
    if secure:
        with contextlib.suppress(OSError, ValueError):
            sock.unwrap()
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    its_mock.wait_until(lambda: not its_mock.channel("news").listeners, WATCHDOG)
    assert came.exception(WATCHDOG) is not None
    client.close()


def test_a_client_that_is_reset_while_it_waits_has_left(mock, waiting):
    client = Polling(mock).listen()
    raw = socket.create_connection(listening(mock), timeout=WATCHDOG)
    raw.sendall(f"GET {client.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    wait_for_poll(mock, client)
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    raw.close()
    mock.wait_until(lambda: not mock.channel("news").listeners, WATCHDOG)
    client.close()


def test_a_client_that_asks_for_more_while_it_waits_has_not(mock, connect):
    client = connect(Polling).listen()
    ask = f"GET {client.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with socket.create_connection(listening(mock), timeout=WATCHDOG) as raw:
        raw.sendall(ask)
        wait_for_poll(mock, client)
        raw.sendall(ask)
        mock.publish("one", "news")
        came = b""
        while b'"one"' not in came:
            came += raw.recv(65_536)
        mock.publish("two", "news")
        while b'"two"' not in came:
            came += raw.recv(65_536)
    assert came.count(b"HTTP/1.1 200 OK") == 2


def test_a_client_that_goes_while_its_answer_is_written_has_left(mock):
    client = Polling(mock).listen()
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        raw.settimeout(WATCHDOG)
        raw.connect(listening(mock))
        raw.sendall(f"GET {client.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_for_poll(mock, client)
        mock._session.app.tenants.default.application.backend.outlet = None
        for _ in range(12):
            mock.publish("x" * 1_000_000, "news")
        seat(mock, client)._poll.wake()
        raw.recv(10)
    mock.wait_until(lambda: not mock.channel("news").listeners, WATCHDOG)
    client.close()


def test_a_second_poll_beside_the_first_ends_the_session(mock, connect, waiting):
    client = connect(Polling).listen()
    first = waiting(client.poll)
    wait_for_poll(mock, client)
    with pytest.raises(Handshake) as caught:
        client.request_again()
    assert (caught.value.status, caught.value.body) == (400, {"code": 3, "message": "Bad request"})
    assert type(first.exception(WATCHDOG)) is ConnectionResetError
    assert mock.channel("news").listeners == ()


def test_a_session_that_is_broken_off_resets_the_poll(mock, connect, waiting):
    client = connect(Polling)
    broken = waiting(client.poll)
    wait_for_poll(mock, client)
    seat(mock, client).end(Ending.BROKEN)
    assert type(broken.exception(WATCHDOG)) is ConnectionResetError


def test_a_session_that_ends_in_good_order_tells_the_poll(mock, connect, waiting):
    client = connect(Polling)
    told = waiting(client.packets)
    wait_for_poll(mock, client)
    seat(mock, client).end(Ending.CLOSED)
    assert told.result(WATCHDOG) == [Packet(PacketType.CLOSE)]


def test_the_session_of_a_client_that_does_not_poll_any_more_is_cut_off_and_the_test_told(mock, connect, problems):
    client = connect(Polling).listen()
    mock.publish("x" * 1_100_000, "news")
    assert len(mock.channel("news").listeners) == 1
    mock.publish("one more", "news")
    assert mock.channel("news").listeners == ()
    assert problems() == [
        f"the client {client.sid} stopped reading in real time and was cut off: it had left more than 1 MiB unread"
    ]
    with pytest.raises(Handshake) as caught:
        client.poll()
    assert caught.value.body == {"code": 1, "message": "Session ID unknown"}


def test_large_messages_come_whole(mock, connect):
    client = connect(Polling).listen()
    mock.publish("x" * 3_000_000, "news")
    assert client.hears() == ["x" * 3_000_000]


def test_a_client_that_asks_for_more_while_it_waits_is_waited_with(monkeypatch):
    ours, theirs = socket.socketpair()
    poll = Poll()
    seen = []

    def look(sock):
        seen.append(real(sock))
        poll.wake()  # so late that what was sent has been looked at
        return seen[-1]

    real = polling._has_gone
    monkeypatch.setattr(polling, "_has_gone", look)
    with ours, theirs:
        theirs.send(b"GET ")
        assert polling._wait(poll, ours)
        assert ours.recv(4) == b"GET "
    poll.close()
    assert seen == [False]
