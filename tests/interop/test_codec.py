"""The codec of real time beside the parsers that the SDKs bring along: each reads what the other writes."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pytest

from pytest_backendless_mock.realtime import engineio, socketio
from pytest_backendless_mock.realtime.engineio import decode_payload, encode_payload

PATIENCE = 50
SCRIPT = Path(__file__).parent / "node" / "codec.cjs"
MESSAGE = engineio.PacketType.MESSAGE
PAYLOADS = {
    "text": [engineio.Packet(MESSAGE, "hello"), engineio.Packet(engineio.PacketType.PING, "probe")],
    "emoji": [engineio.Packet(MESSAGE, "hi 👍🏽 naïve 日本"), engineio.Packet(engineio.PacketType.NOOP)],
    "bytes": [engineio.Packet(MESSAGE, bytes(range(256)))],
    "mixed": [
        engineio.Packet(MESSAGE, "é👍"),
        engineio.Packet(MESSAGE, b"\x00\x01\xff" * 50),
        engineio.Packet(MESSAGE),
    ],
    "long": [engineio.Packet(MESSAGE, "👍:" * 70_000), engineio.Packet(MESSAGE, "end")],
}
FORMS = [(3, True), (3, False), (4, False)]
EVENT, ACK = socketio.PacketType.EVENT, socketio.PacketType.ACK
PACKETS = {
    "connect": socketio.Packet(socketio.PacketType.CONNECT, "/A1", {"sid": "x"}),
    "disconnect": socketio.Packet(socketio.PacketType.DISCONNECT, "/A1"),
    "event": socketio.Packet(EVENT, "/A1", ["SUB_ON", {"id": "a", "n": [1.5, None]}]),
    "root": socketio.Packet(EVENT, "/", ["x", "👍 é"], 12),
    "ack": socketio.Packet(ACK, "/A1", ["x"], 0),
    "bytes": socketio.Packet(EVENT, "/A1", ["SUB_ON", b'{"id":1}']),
    "more-bytes": socketio.Packet(EVENT, "/A1", ["x", {"a": [b"1", {"b": b"\xff\x00"}]}], 7),
    "bytes-ack": socketio.Packet(ACK, "/A1", [b"1"], 7),
}


@pytest.fixture
def ask(node):
    """``ask(["read", 3, payload], ...)`` calls the parsers, all calls in one process."""

    def asked(*calls):
        ran = subprocess.run(
            [node, SCRIPT], input=json.dumps(calls), stdout=subprocess.PIPE, encoding="utf-8", check=True, timeout=50
        )
        return json.loads(ran.stdout)

    return asked


def coded(value):
    return {"text": value} if isinstance(value, str) else {"bytes": base64.b64encode(value).decode("ascii")}


def plain(value):
    return value["text"] if "text" in value else base64.b64decode(value["bytes"])


def listed(packets):
    return [{"type": packet.type.value, "data": coded(packet.data)} for packet in packets]


def told(packet):
    """A packet of Socket.IO as the script tells it, in which bytes are objects."""
    data = json.loads(json.dumps(packet.data, default=coded))
    return {"type": packet.type.value, "nsp": packet.namespace, "data": data, "id": packet.id}


def test_the_parsers_write_payloads_as_the_codec_does(ask):
    cases = [(packets, *form) for packets in PAYLOADS.values() for form in FORMS]
    written = ask(*[["written", revision, binary, listed(packets)] for packets, revision, binary in cases])
    for (packets, revision, binary), payload in zip(cases, map(base64.b64decode, written), strict=True):
        assert payload == encode_payload(packets, revision, binary=binary)
        assert decode_payload(payload, revision) == packets


def test_the_parsers_read_what_the_codec_writes(ask):
    cases = [(packets, *form) for packets in PAYLOADS.values() for form in FORMS]
    payloads = [encode_payload(packets, revision, binary=binary) for packets, revision, binary in cases]
    read = ask(
        *[["read", case[1], base64.b64encode(payload).decode()] for case, payload in zip(cases, payloads, strict=True)]
    )
    assert read == [listed(packets) for packets, _, _ in cases]


def test_the_parsers_and_the_codec_take_each_other_s_packets(ask):
    cases = [(age, packet) for packet in PACKETS.values() for age in (3, 4)]
    sent = ask(*[["sent", age, told(packet)] for age, packet in cases])
    for (_, packet), messages in zip(cases, sent, strict=True):
        decoder = socketio.Decoder()
        assert [decoder.feed(plain(message)) for message in messages][-1] == packet
    heard = ask(*[["heard", age, list(map(coded, socketio.encode(packet)))] for age, packet in cases])
    assert heard == [told(packet) for _, packet in cases]
