"""Engine.IO: exact bytes in both revisions and every form, and bytes that are no packets."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.http.body import LONGEST as LONGEST_BODY
from pytest_backendless_mock.realtime import engineio
from pytest_backendless_mock.realtime.engineio import (
    CURRENT,
    LEGACY,
    LONGEST,
    MOST_PACKETS,
    REVISIONS,
    Packet,
    PacketType,
    ProtocolError,
    content_type,
    decode_frame,
    decode_payload,
    encode_frame,
    encode_payload,
    handshake,
)

CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = list(PacketType)[1:]
HELLO = Packet(MESSAGE, "hello")
EMOJI = Packet(MESSAGE, "hi 👍🏽")
PROBE = Packet(PING, "probe")
BYTES = Packet(MESSAGE, b"\x00\xffab")
TEXT = "text/plain; charset=UTF-8"
BINARY = "application/octet-stream"

PAYLOADS = [
    pytest.param(4, True, [HELLO], b"4hello", TEXT, id="4-one"),
    pytest.param(4, True, [PROBE, HELLO, Packet(NOOP)], b"2probe\x1e4hello\x1e6", TEXT, id="4-three"),
    pytest.param(4, True, [EMOJI], "4hi 👍🏽".encode(), TEXT, id="4-emoji"),
    pytest.param(4, True, [BYTES, HELLO], b"bAP9hYg==\x1e4hello", TEXT, id="4-bytes"),
    pytest.param(4, False, [BYTES], b"bAP9hYg==", TEXT, id="4-bytes-base64"),
    pytest.param(4, True, [Packet(MESSAGE, b"")], b"b", TEXT, id="4-no-bytes"),
    pytest.param(3, True, [HELLO], b"6:4hello", TEXT, id="3-one"),
    pytest.param(3, True, [PROBE, HELLO, Packet(NOOP)], b"6:2probe6:4hello1:6", TEXT, id="3-three"),
    pytest.param(3, True, [EMOJI, HELLO], "8:4hi 👍🏽6:4hello".encode(), TEXT, id="3-emoji-counts-two-units"),
    pytest.param(3, True, [Packet(MESSAGE, "naïve")], "6:4naïve".encode(), TEXT, id="3-accent-counts-one"),
    pytest.param(3, True, [Packet(MESSAGE, "1:2")], b"4:41:2", TEXT, id="3-a-colon-inside"),
    pytest.param(3, True, [], b"0:", TEXT, id="3-nothing"),
    pytest.param(3, False, [BYTES, HELLO], b"10:b4AP9hYg==6:4hello", TEXT, id="3-bytes-base64"),
    pytest.param(3, True, [BYTES], b"\x01\x05\xff\x04\x00\xffab", BINARY, id="3-bytes-binary"),
    pytest.param(
        3,
        True,
        [Packet(MESSAGE, "naïve 👍"), BYTES],
        b"\x00\x01\x02\xff4na\xc3\xafve \xf0\x9f\x91\x8d\x01\x05\xff\x04\x00\xffab",
        BINARY,
        id="3-text-beside-bytes-counts-its-bytes",
    ),
]


@pytest.mark.parametrize(("revision", "binary", "packets", "payload", "kind"), PAYLOADS)
def test_a_payload_has_exactly_these_bytes(revision, binary, packets, payload, kind):
    assert encode_payload(packets, revision, binary=binary) == payload
    assert content_type(payload) == kind
    assert decode_payload(payload, revision) == packets


def test_a_payload_of_the_longest_length_is_written_in_all_its_digits():
    assert encode_payload([Packet(MESSAGE, "x" * 1233)], 3, binary=True).startswith(b"1234:4xxx")
    assert encode_payload([Packet(MESSAGE, b"x" * 1233)], 3, binary=True).startswith(b"\x01\x01\x02\x03\x04\xff\x04xxx")


def test_a_packet_of_length_0_is_passed_over_in_revision_3():
    assert decode_payload(b"0:6:4hello0:", 3) == [HELLO]


def test_the_java_client_posts_text_in_the_binary_form():
    assert decode_payload(b"\x00\x07\xff4\xf0\x9f\x91\x8d!!\x00\x01\xff1", 3) == [
        Packet(MESSAGE, "👍!!"),
        Packet(CLOSE),
    ]


FRAMES = [
    pytest.param(4, True, HELLO, "4hello", id="4-text"),
    pytest.param(4, True, Packet(PONG, "probe"), "3probe", id="4-probe"),
    pytest.param(4, True, BYTES, b"\x00\xffab", id="4-bytes"),
    pytest.param(4, False, BYTES, "bAP9hYg==", id="4-base64"),
    pytest.param(4, True, Packet(MESSAGE, "a\x1eb"), "4a\x1eb", id="4-the-separator"),
    pytest.param(3, True, HELLO, "4hello", id="3-text"),
    pytest.param(3, True, Packet(UPGRADE), "5", id="3-without-data"),
    pytest.param(3, True, BYTES, b"\x04\x00\xffab", id="3-bytes"),
    pytest.param(3, False, BYTES, "b4AP9hYg==", id="3-base64"),
    pytest.param(3, True, EMOJI, "4hi 👍🏽", id="3-emoji"),
]


@pytest.mark.parametrize(("revision", "binary", "packet", "frame"), FRAMES)
def test_a_frame_is_exactly_this_message(revision, binary, packet, frame):
    assert encode_frame(packet, revision, binary=binary) == frame
    assert decode_frame(frame, revision) == packet


def test_a_handshake_announces_heartbeats_that_are_never_due():
    packet = handshake("A1B2", upgrades=["websocket"])
    assert packet.type is PacketType.OPEN
    assert json.loads(packet.data) == {
        "sid": "A1B2",
        "upgrades": ["websocket"],
        "pingInterval": 1_000_000_000,
        "pingTimeout": 1_000_000_000,
        "maxPayload": 10_485_760,
    }
    assert 2 * engineio.HEARTBEAT < 2**31


def test_a_body_may_be_as_long_here_as_anywhere():
    assert LONGEST == LONGEST_BODY


BAD_PAYLOADS = [
    (3, b"", "the payload is empty"),
    (4, b"", "the payload is empty"),
    (4, b"4hello\x1e", "a packet begins with its type, 0 to 6, and not with ''"),
    (4, b"7", "a packet begins with its type, 0 to 6, and not with '7'"),
    (4, "4a\x1e\uff14".encode(), "a packet begins with its type, 0 to 6, and not with '\uff14'"),
    (4, b"b!", "a packet of bytes is Base64, and not '!'"),
    (4, b"bAP9hYg=", "a packet of bytes is Base64, and not 'AP9hYg='"),
    (4, "bé".encode(), "a packet of bytes is Base64, and not 'é'"),
    (
        4,
        b"\x04\xff",
        "the payload is not UTF-8: 'utf-8' codec can't decode byte 0xff in position 1: invalid start byte",
    ),
    (4, b"4\xed\xa0\x80", "the payload is not UTF-8: 'utf-8' codec can't decode byte 0xed in position 1: "),
    (4, b"6\x1e" * MOST_PACKETS + b"6", "the payload has more than 100000 packets"),
    (3, b"4hello", "a packet is preceded by its length and a colon, and not by '4hello'"),
    (3, b":4", "a packet is preceded by its length and a colon, and not by ':4'"),
    (3, b"6:4hello6", "a packet is preceded by its length and a colon, and not by '6'"),
    (3, "\uff11:4".encode(), "a packet is preceded by its length and a colon, and not by '\uff11:4'"),
    (3, b"-1:4", "a packet is preceded by its length and a colon, and not by '-1:4'"),
    (3, b"9" * 1_000_000 + b":4", "a packet is preceded by its length and a colon, and not by '99999999999999999999'"),
    (3, b"7:4hello", "a packet of length 7 was announced, and 6 came"),
    (3, b"9999999999:4", "a packet of length 9999999999 was announced, and 1 came"),
    (3, "3:4👍🏽".encode() + b"1:6", "a packet is preceded by its length and a colon, and not by '🏽1:6'"),
    (3, "2:4👍".encode(), "a packet of length 2 ends inside a character"),
    (3, "4:4👍".encode(), "a packet of length 4 was announced, and 3 came"),
    (3, b"1:9", "a packet begins with its type, 0 to 6, and not with '9'"),
    (3, b"1:b", "a packet begins with its type, 0 to 6, and not with ''"),
    (3, b"3:b4!", "a packet of bytes is Base64, and not '!'"),
    (3, b"2:4\xff", "the payload is not UTF-8: 'utf-8' codec can't decode byte 0xff in position 3: invalid start byte"),
    (3, b"0:" * (MOST_PACKETS + 1), "the payload has more than 100000 packets"),
    (3, b"\x00\x01", "a packet is preceded by its kind, the digits of its length and 255, not by b'\\x00\\x01'"),
    (3, b"\x00\xff4", "a packet is preceded by its kind, the digits of its length and 255, not by b'\\x00\\xff4'"),
    (3, b"\x02\x01:4", "a packet is preceded by its length and a colon, and not by '\\x02\\x01:4'"),
    (3, b"\x00\x01\xff4\x02", "a packet is preceded by its kind, the digits of its length and 255, not by b'\\x02'"),
    (3, b"\x00\x0a\xff4", "a packet is preceded by its kind, the digits of its length and 255, not by b'\\x00\\n"),
    (3, b"\x01" + b"\x09" * 400 + b"\xff4", "a packet is preceded by its kind, the digits of its length and 255, "),
    (3, b"\x01\x02\xff\x04", "a packet of length 2 was announced, and 1 came"),
    (3, b"\x01\x01\xff\x07", "a packet begins with its type, 0 to 6, and not with '7'"),
    (3, b"\x00\x02\xff4\xff", "the payload is not UTF-8: 'utf-8' codec can't decode byte 0xff in position 1: "),
    (3, b"\x00\x00\xff" * (MOST_PACKETS + 1), "the payload has more than 100000 packets"),
]


@pytest.mark.parametrize(("revision", "body", "text"), BAD_PAYLOADS, ids=range(len(BAD_PAYLOADS)))
def test_a_payload_that_is_none_is_told_in_plain_words(revision, body, text):
    with pytest.raises(ProtocolError) as caught:
        decode_payload(body, revision)
    assert str(caught.value).startswith(text)
    assert len(str(caught.value)) < 200


BAD_FRAMES = [
    (3, "", "a packet begins with its type, 0 to 6, and not with ''"),
    (4, "", "a packet begins with its type, 0 to 6, and not with ''"),
    (3, b"", "a packet begins with its type, 0 to 6, and not with ''"),
    (3, b"\x30", "a packet begins with its type, 0 to 6, and not with '48'"),
    (4, "hello", "a packet begins with its type, 0 to 6, and not with 'h'"),
    (3, "b9", "a packet begins with its type, 0 to 6, and not with '9'"),
    (4, "b?", "a packet of bytes is Base64, and not '?'"),
]


@pytest.mark.parametrize(("revision", "frame", "text"), BAD_FRAMES)
def test_a_frame_that_is_none_is_told_in_plain_words(revision, frame, text):
    with pytest.raises(ProtocolError) as caught:
        decode_frame(frame, revision)
    assert str(caught.value).startswith(text)


texts = st.text() | st.text("👍:\x1e0é")
text_packets = st.builds(Packet, st.sampled_from(PacketType), texts)
byte_packets = st.builds(Packet, st.just(MESSAGE), st.binary())
packets = text_packets | byte_packets


def unseparated(packet):
    return isinstance(packet.data, bytes) or "\x1e" not in packet.data


@given(st.lists(packets), st.booleans())
def test_any_packets_come_out_of_a_payload_of_revision_3_as_they_went_in(held, binary):
    assert decode_payload(encode_payload(held, LEGACY, binary=binary), LEGACY) == held


@given(st.lists(packets.filter(unseparated), min_size=1), st.booleans())
def test_any_packets_come_out_of_a_payload_of_revision_4_as_they_went_in(held, binary):
    assert decode_payload(encode_payload(held, CURRENT, binary=binary), CURRENT) == held


@given(packets, st.sampled_from(REVISIONS), st.booleans())
def test_any_packet_comes_out_of_a_frame_as_it_went_in(packet, revision, binary):
    assert decode_frame(encode_frame(packet, revision, binary=binary), revision) == packet


pieces = st.sampled_from([b"\x1e", b"b", b"4", b":", b"\x00", b"\x01", b"\x03", b"\xff", b"2:4a", "👍".encode(), b"=="])
noise = st.binary() | st.lists(pieces | st.binary(max_size=3)).map(b"".join)


@given(noise, st.sampled_from(REVISIONS))
def test_any_bytes_are_packets_or_a_protocol_error(body, revision):
    with contextlib.suppress(ProtocolError):
        assert all(isinstance(packet, Packet) for packet in decode_payload(body, revision))


@given(texts | noise, st.sampled_from(REVISIONS))
def test_any_message_is_a_packet_or_a_protocol_error(frame, revision):
    with contextlib.suppress(ProtocolError):
        packet = decode_frame(frame, revision)
        assert decode_frame(encode_frame(packet, revision), revision) == packet
