"""A WebSocket of the server's: exact bytes both ways, fragments, pings, closing, and what is refused."""

from __future__ import annotations

import logging
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.realtime.engineio import LONGEST, ProtocolError
from pytest_backendless_mock.realtime.websocket import Closed, Pong, WebSocket, accept

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b"\x11\x22\x33\x44"


def masked(opcode, payload=b"", *, fin=True, length=None):
    """A frame as a client sends it, that may lie about its ``length``."""
    length = len(payload) if length is None else length
    head = bytes([fin << 7 | opcode])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 65_536:
        head += struct.pack("!BH", 0xFE, length)
    else:
        head += struct.pack("!BQ", 0xFF, length)
    return head + MASK + bytes(byte ^ MASK[place % 4] for place, byte in enumerate(payload))


def closing(code, reason=b""):
    return struct.pack("!H", code) + reason


@pytest.fixture
def websocket():
    return WebSocket()


@pytest.mark.parametrize(
    ("message", "data"),
    [
        ("hi", b"\x81\x02hi"),
        ("é", b"\x81\x02\xc3\xa9"),
        ("", b"\x81\x00"),
        (b"\x00\xff", b"\x82\x02\x00\xff"),
        ("x" * 126, b"\x81\x7e\x00\x7e" + b"x" * 126),
        (b"x" * 65_536, b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + b"x" * 65_536),
    ],
    ids=["text", "accent", "empty", "bytes", "126", "65536"],
)
def test_a_message_is_sent_in_exactly_these_bytes(websocket, message, data):
    assert websocket.send(message) == data


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        (masked(TEXT, b"hi"), ["hi"]),
        (masked(TEXT), [""]),
        (masked(BINARY, b"\x00\xff"), [b"\x00\xff"]),
        (masked(TEXT, b"a") + masked(BINARY, b"b") + masked(TEXT, b"c"), ["a", b"b", "c"]),
        (masked(TEXT, b"a\xc3", fin=False) + masked(CONT, fin=False) + masked(CONT, b"\xa9b"), ["aéb"]),
        (masked(BINARY, b"a", fin=False) + masked(CONT, b"b"), [b"ab"]),
        (masked(TEXT, b"a", fin=False) + masked(PING, b"p") + masked(CONT, b"b"), ["ab"]),
        (masked(PONG, b"unasked"), []),
        (masked(BINARY, b"x" * 70_000), [b"x" * 70_000]),
    ],
    ids=["text", "empty", "bytes", "three", "fragments", "fragments-of-bytes", "ping-between", "pong", "long"],
)
def test_these_bytes_are_these_messages(websocket, data, messages):
    assert websocket.receive(data) == messages


def test_bytes_may_come_one_by_one(websocket):
    data = masked(TEXT, b"hello") + masked(BINARY, b"x" * 200)
    assert [found for byte in data for found in websocket.receive(bytes([byte]))] == ["hello", b"x" * 200]


def test_a_ping_is_answered(websocket):
    assert websocket.receive(masked(PING, b"still there?")) == []
    assert websocket.answers() == b"\x8a\x0cstill there?"
    assert websocket.answers() == b""


def test_a_ping_is_answered_before_what_is_sent_after_it(websocket):
    websocket.receive(masked(PING, b"p"))
    assert websocket.send("hi") == b"\x8a\x01p\x81\x02hi"


@pytest.mark.parametrize(
    ("payload", "closed", "answer"),
    [
        (closing(1000), Closed(1000), b"\x88\x02\x03\xe8"),
        (closing(1001, b"leaving"), Closed(1001, "leaving"), b"\x88\x09\x03\xe9leaving"),
        (b"", Closed(1005), b"\x88\x00"),
    ],
    ids=["normal", "reason", "no-code"],
)
def test_a_client_that_closes_is_answered(websocket, payload, closed, answer):
    assert websocket.receive(masked(TEXT, b"bye") + masked(CLOSE, payload) + masked(TEXT, b"more")) == ["bye", closed]
    assert websocket.answers() == answer
    assert websocket.receive(masked(TEXT, b"more")) == []
    assert websocket.receive(b"") == []
    assert websocket.send("hi") == websocket.close() == b""


def test_a_close_of_ours_ends_with_the_client_s(websocket):
    assert websocket.close(1001) == b"\x88\x02\x03\xe9"
    assert websocket.close() == websocket.send("hi") == b""
    assert websocket.receive(masked(TEXT, b"on its way")) == ["on its way"]
    assert websocket.receive(masked(CLOSE, closing(1001))) == [Closed(1001)]
    assert websocket.answers() == b""


def test_a_close_is_normal_unless_told_otherwise(websocket):
    assert websocket.close() == b"\x88\x02\x03\xe8"


@pytest.mark.parametrize(
    "before", [[], [masked(TEXT, b"cut")[:5]], [masked(TEXT, b"cut", fin=False)]], ids=["at-once", "frame", "message"]
)
def test_an_end_of_the_stream_without_a_close_is_1006(websocket, before):
    assert [websocket.receive(part) for part in before] == [[] for _ in before]
    assert websocket.receive(b"") == [Closed(1006, "the connection ended without a close")]
    assert websocket.answers() == b""
    assert websocket.receive(b"") == []


def test_an_end_of_the_stream_after_a_close_of_ours_is_1006(websocket):
    websocket.close()
    assert websocket.receive(b"") == [Closed(1006, "the connection ended without a close")]


TOO_LONG = "a message is longer than 10485760 bytes"
REFUSED = [
    pytest.param(masked(TEXT, length=LONGEST + 1), 1009, TOO_LONG, id="too-long"),
    pytest.param(masked(TEXT, length=2**63), 1009, TOO_LONG, id="far-too-long"),
    pytest.param(masked(TEXT, b"a", fin=False) + masked(CONT, length=LONGEST), 1009, TOO_LONG, id="too-long-in-parts"),
    pytest.param(masked(TEXT, b"\xff"), 1007, "a text is not UTF-8: 'utf-8' codec can't decode", id="utf-8"),
    pytest.param(masked(TEXT, b"\xed\xa0\x80"), 1007, "a text is not UTF-8: 'utf-8' codec", id="surrogate"),
    pytest.param(masked(TEXT, b"a", fin=False) + masked(CONT, b"\xc3"), 1007, "a text is not UTF-8: ", id="cut-utf-8"),
    pytest.param(b"\x81\x02hi", 1002, "", id="unmasked"),
    pytest.param(masked(3), 1002, "", id="unknown-opcode"),
    pytest.param(masked(0x40 | TEXT), 1002, "", id="compressed"),
    pytest.param(masked(CONT, b"a"), 1002, "", id="continues-nothing"),
    pytest.param(masked(TEXT, fin=False) + masked(TEXT), 1002, "", id="begins-inside"),
    pytest.param(masked(PING, b"x" * 126), 1002, "", id="long-ping"),
    pytest.param(masked(PING, fin=False), 1002, "", id="ping-in-parts"),
    pytest.param(masked(CLOSE, b"\x03"), 1002, "", id="close-with-half-a-code"),
    pytest.param(masked(CLOSE, closing(999)), 1002, "", id="close-with-a-wrong-code"),
    pytest.param(masked(CLOSE, closing(1000, b"\xff")), 1007, "", id="close-with-a-reason-that-is-not-utf-8"),
]


@pytest.mark.parametrize(("data", "code", "reason"), REFUSED)
def test_what_is_refused_closes_the_connection_with_a_code(websocket, data, code, reason):
    good, closed = websocket.receive(masked(BINARY, b"good") + data + masked(TEXT, b"more"))
    assert good == b"good"
    assert closed.code == code
    assert closed.reason.startswith(reason)
    assert closed.reason != ""
    answer = websocket.answers()
    assert (answer[0], answer[2:4]) == (0x88, struct.pack("!H", code))
    assert websocket.receive(masked(TEXT, b"more")) == []
    assert websocket.answers() == websocket.send("hi") == websocket.close() == b""


def test_a_message_of_the_greatest_length_is_taken(websocket):
    part = bytes(LONGEST // 2)
    # Zeros under the mask are the mask, so that nothing has to be computed.
    coded = MASK * (LONGEST // 8)
    first = masked(BINARY, length=len(part), fin=False) + coded
    assert websocket.receive(first) == []
    assert websocket.receive(masked(CONT, length=len(part)) + coded) == [part + part]


def test_a_test_s_log_stays_its_own(websocket, caplog):
    caplog.set_level(logging.DEBUG)
    websocket.send("hi")
    websocket.receive(masked(TEXT, b"hi") + masked(3))
    assert caplog.records == []


UPGRADE = {
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "Upgrade",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_CONNECTION": "keep-alive, Upgrade"},
        {"HTTP_UPGRADE": "WebSocket"},
        {"HTTP_SEC_WEBSOCKET_EXTENSIONS": "permessage-deflate; client_max_window_bits"},
    ],
    ids=["plain", "firefox", "case", "deflate"],
)
def test_an_upgrade_is_answered_with_the_key_of_the_standard_s_sample(headers):
    assert accept({**UPGRADE, **headers}) == {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    }


ASKED = "a WebSocket is asked for by 'Upgrade: websocket' and 'Connection: Upgrade'"
KEY = "Sec-WebSocket-Key is 16 bytes in Base64, and not "
NO_UPGRADES = [
    ("HTTP_UPGRADE", None, ASKED),
    ("HTTP_UPGRADE", "h2c", ASKED),
    ("HTTP_CONNECTION", None, ASKED),
    ("HTTP_CONNECTION", "keep-alive", ASKED),
    ("HTTP_SEC_WEBSOCKET_VERSION", None, "Sec-WebSocket-Version is 13, and not None"),
    ("HTTP_SEC_WEBSOCKET_VERSION", "8", "Sec-WebSocket-Version is 13, and not '8'"),
    ("HTTP_SEC_WEBSOCKET_KEY", None, KEY + "''"),
    ("HTTP_SEC_WEBSOCKET_KEY", "c2hvcnQ=", KEY + "'c2hvcnQ='"),
    ("HTTP_SEC_WEBSOCKET_KEY", "no key", KEY + "'no key'"),
    ("HTTP_SEC_WEBSOCKET_KEY", "é", KEY + "'é'"),
]


@pytest.mark.parametrize(("name", "value", "text"), NO_UPGRADES)
def test_a_request_that_is_no_upgrade_is_told_why(name, value, text):
    headers = {key: held for key, held in {**UPGRADE, name: value}.items() if held is not None}
    with pytest.raises(ProtocolError) as caught:
        accept(headers)
    assert str(caught.value) == text


frames = st.builds(masked, st.integers(0, 255), st.binary(max_size=8), fin=st.booleans(), length=st.none())
whole = st.lists(st.text(max_size=200) | st.binary(max_size=200))


@given(whole, st.integers(1, 50))
def test_any_messages_come_out_as_they_went_in_however_they_are_cut(messages, step):
    data = b"".join(
        masked(TEXT, message.encode()) if isinstance(message, str) else masked(BINARY, message) for message in messages
    )
    websocket = WebSocket()
    found = [websocket.receive(data[place : place + step]) for place in range(0, len(data), step)]
    assert [message for part in found for message in part] == messages


@given(st.lists(st.binary(min_size=1) | frames | st.just(b"")))
def test_any_bytes_are_messages_or_an_end(parts):
    websocket = WebSocket()
    found = [event for part in parts for event in websocket.receive(part)]
    assert not [event for event in found[:-1] if isinstance(event, Closed)]
    assert isinstance(websocket.send("hi") + websocket.answers(), bytes)


def test_a_ping_is_answered_by_a_pong_with_the_same_data(websocket):
    assert websocket.ping(b"7") == b"\x89\x017"
    assert websocket.receive(masked(PONG, b"6") + masked(PONG, b"7")) == [Pong(b"7")]


def test_nothing_is_pinged_once_the_connection_closes(websocket):
    websocket.close()
    assert websocket.ping(b"7") == b""
