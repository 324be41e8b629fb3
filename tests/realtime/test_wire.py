"""WebSockets over sockets and TLS: frames both ways, what is none, and clients that do not read."""

from __future__ import annotations

import ssl

import pytest
from mock_support import WATCHDOG
from realtime_support import Gone, WebSocketClient, seat
from websockets.frames import Frame, Opcode

from pytest_backendless_mock.realtime.ending import Ending
from pytest_backendless_mock.realtime.engineio import LONGEST, Packet, PacketType
from pytest_backendless_mock.realtime.session import Session
from pytest_backendless_mock.realtime.websocket import Closed
from pytest_backendless_mock.realtime.wire import Wire

every_revision = pytest.mark.parametrize("revision", [3, 4])
BURST = "x" * 8_000_000
"""More than a socket takes whose client does not read."""


@pytest.fixture(params=["plain", "tls"])
def plain_or_secure(request, trusting):
    """A mock, and how a client connects to it."""
    secure = request.param == "tls"
    return request.getfixturevalue("secure_mock" if secure else "mock"), {"context": trusting if secure else None}


def frame(client, opcode, data, *, fin=True):
    client.frames.send_frame(Frame(opcode, data, fin))
    client.push()


@every_revision
@pytest.mark.parametrize("binary", ["true", "false"])
def test_what_is_published_is_heard(plain_or_secure, revision, binary):
    mock, how = plain_or_secure
    with WebSocketClient(mock, revision, binary=binary, **how) as client:
        client.listen()
        for text in ("one", "\N{PILE OF POO}", "x" * 200_000):
            mock.publish(text, "news")
            assert client.hears() == [text]


def test_a_client_that_reads_late_gets_all_of_it_in_order(plain_or_secure):
    mock, how = plain_or_secure
    with WebSocketClient(mock, buffer=4_096, **how) as client:
        client.listen()
        mock.publish(BURST, "news")
        assert client.hears() == [BURST]
        mock.publish("two", "news")
        assert client.hears() == ["two"]


def test_a_client_that_does_not_read_is_cut_off_and_the_test_told(plain_or_secure):
    mock, how = plain_or_secure
    with WebSocketClient(mock, buffer=4_096, **how) as client:
        client.listen()
        mock.publish(BURST, "news")
        assert len(mock.channel("news").listeners) == 1
        mock.publish("one more", "news")
        assert mock.channel("news").listeners == ()
    with pytest.raises(AssertionError) as caught:
        mock.verify()
    assert str(caught.value) == (
        f"the client {client.sid} stopped reading in real time and was cut off: it had left more than 1 MiB unread"
    )


def test_many_writes_while_its_own_thread_is_busy_do_not_wait(mock, connect):
    client = connect(WebSocketClient).listen()
    wire = seat(mock, client)._wire
    with wire._lock:  # its thread cannot look
        for _ in range(5_000):
            wire.wake()
    mock.publish("hi", "news")
    assert client.hears() == ["hi"]


def test_a_message_may_come_in_pieces_with_a_ping_between(mock, connect):
    client = connect(WebSocketClient, begins=False)
    text = f"40{client.namespace},".encode()
    frame(client, Opcode.TEXT, text[:5], fin=False)
    frame(client, Opcode.PING, b"there?")
    frame(client, Opcode.CONT, text[5:9], fin=False)
    frame(client, Opcode.CONT, text[9:])
    assert next(client.events()).opcode is Opcode.PONG
    assert client.message() == f'0{client.namespace},{{"sid":"{client.sid}"}}'


def test_a_pong_nobody_asked_for_is_nothing(connect):
    client = connect(WebSocketClient)
    frame(client, Opcode.PONG, b"")
    client.listen()


@every_revision
def test_a_ping_of_engine_io_is_answered(connect, revision):
    client = connect(WebSocketClient, revision)
    client.send(Packet(PacketType.PING, "mine"))
    assert client.packets() == [Packet(PacketType.PONG, "mine")]


BAD_FRAMES = {
    "no-packet": (Opcode.TEXT, b"x", 1000, "a packet begins with its type, 0 to 6, and not with 'x'"),
    "empty": (Opcode.TEXT, b"", 1000, "a packet begins with its type, 0 to 6, and not with ''"),
    "no-socket-io": (Opcode.TEXT, b"4x", 1000, "a packet begins with its type, 0 to 6"),
    "not-utf-8": (Opcode.TEXT, b"4\xff", 1007, "a text is not UTF-8"),
    "bytes-not-promised": (Opcode.BINARY, b"x", 1000, "bytes came that no packet had promised"),
    "nothing-to-go-on": (Opcode.CONT, b"x", 1002, "unexpected continuation frame"),
    "too-long": (Opcode.TEXT, b"4" * (LONGEST + 1), 1009, "a message is longer than 10485760 bytes"),
}


@pytest.mark.parametrize("bad", BAD_FRAMES.values(), ids=BAD_FRAMES)
def test_what_is_no_packet_closes_the_websocket_and_the_test_is_told(mock, connect, hints, bad):
    opcode, data, code, text = bad
    client = connect(WebSocketClient, begins=False)
    try:
        frame(client, opcode, data)
        client.packets()
    except (Gone, BrokenPipeError, ConnectionResetError) as gone:
        told = gone.args
    assert told == (code,) or (opcode, len(data)) == (Opcode.TEXT, LONGEST + 1)  # which is not read to its end
    mock.wait_until(lambda: not mock._session._realtime._door._seats, WATCHDOG)
    [hint] = hints()
    assert hint.startswith("real time: a client sent what is no packet: ")
    assert text in hint


def test_what_is_no_frame_closes_the_websocket(mock, connect, hints):
    client = connect(WebSocketClient)
    client.socket.sendall(b"\xff\xff\xff")
    with pytest.raises(Gone, match="1002"):
        client.packets()
    found = []
    mock.wait_until(lambda: found.extend(hints()) or found, WATCHDOG)
    mock.wait_until(lambda: not mock._session._realtime._door._seats, WATCHDOG)
    assert len([*found, *hints()]) == 1


@pytest.mark.parametrize("how", ["close", "hang_up", "leave"])
def test_a_client_that_goes_has_left(mock, how):
    client = WebSocketClient(mock).listen()
    stays = WebSocketClient(mock).listen()
    if how == "leave":
        client.frames.send_close(1000)
        client.push()
        with pytest.raises(Gone, match="1000"):
            client.packets()
        client.close()
    else:
        getattr(client, how)()
    mock.wait_until(lambda: len(mock.channel("news").listeners) == 1, WATCHDOG)
    mock.publish("hi", "news")
    assert stays.hears() == ["hi"]
    stays.close()


def test_who_emits_does_not_notice_that_a_client_has_just_said_good_bye(mock, connect):
    client = connect(WebSocketClient).listen()
    wire = seat(mock, client)._wire
    with wire._lock:
        wire._frames.close()
    mock.publish("hi", "news")
    assert mock.channel("news").messages.data == ["hi"]


def test_who_emits_does_not_notice_that_a_client_has_just_gone(mock, connect):
    client = connect(WebSocketClient).listen()
    session = seat(mock, client)
    with session._wire._lock:  # its thread cannot look
        client.socket.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")
        client.hang_up()
        session._wire._push(b"one")
        session._wire._push(b"two")
    mock.wait_until(lambda: not mock.channel("news").listeners, WATCHDOG)


def test_the_end_of_the_session_is_a_close_frame(mock, connect):
    client = connect(WebSocketClient)
    seat(mock, client).end(Ending.CLOSED)
    with pytest.raises(Gone, match="1000"):
        client.packets()


def test_a_session_that_is_broken_off_resets_the_connection(plain_or_secure):
    mock, how = plain_or_secure
    with WebSocketClient(mock, **how) as client:
        seat(mock, client).end(Ending.BROKEN)
        with pytest.raises(Gone, match="end of file|reset" if how["context"] else "reset"):  # as `ssl` tells it
            client.packets()


def test_a_client_may_end_the_session(connect):
    client = connect(WebSocketClient)
    client.send(Packet(PacketType.CLOSE))
    with pytest.raises(Gone, match="1000"):
        client.packets()


# --- what reading meets


class Socket(ssl.SSLSocket):
    """A connection over TLS whose every read is given: bytes, or what is raised."""

    def __init__(self, *reads):
        self.reads = list(reads)

    def settimeout(self, _):
        pass

    def pending(self):
        return len(self.reads) > 0

    def recv(self, _):
        read = self.reads.pop(0)
        if isinstance(read, Exception):
            raise read
        return read


HI = b"\x81\x82\0\0\0\0hi"
"""A text under a mask of zeros."""
READS = {
    "all": ([HI], ["hi"]),
    "more-in-tls": ([HI, HI], ["hi", "hi"]),
    "nothing-yet": ([BlockingIOError()], []),
    "half-a-record": ([HI, ssl.SSLWantReadError()], ["hi"]),
    "renegotiation": ([ssl.SSLWantWriteError()], []),
    "end": ([b""], [Closed(1006, "the connection ended without a close")]),
    "reset": ([ConnectionResetError()], [Closed(1006, "the connection ended without a close")]),
    "bad-tls": ([HI, ssl.SSLError()], ["hi", Closed(1006, "the connection ended without a close")]),
}


@pytest.mark.parametrize(("reads", "received"), READS.values(), ids=READS)
def test_whatever_reading_meets_is_messages_or_the_end(reads, received):
    wire = Wire(Socket(*reads), Session("sid", 4))
    wire._read()
    assert wire._received == received
    wire._alarm.close()
