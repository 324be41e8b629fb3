"""Engine.IO, revisions 3 and 4: packets, in the bodies of long polling and in the messages of a WebSocket."""

from __future__ import annotations

import base64
import enum
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..service import json_text

LEGACY, CURRENT = REVISIONS = (3, 4)
"""What a client may name as ``EIO``."""
LONGEST = 10 * 1024 * 1024
"""The most bytes that a body or a message may have. Clients of revision 4 keep to it when they post."""
MOST_PACKETS = 100_000
"""The most packets that a body may hold."""
HEARTBEAT = 1_000_000_000
"""Milliseconds, so many that no heartbeat is ever due (R8). Twice this is less than 2^31, JavaScript's longest wait."""
SEPARATOR = "\x1e"
_TEXT_LENGTH = re.compile(r"([0-9]{1,10}):")
_BINARY_LENGTH = re.compile(rb"([\x00\x01])([\x00-\x09]{1,10})\xff")


class ProtocolError(Exception):
    """What came is no packet; the text says in plain words why."""


class PacketType(enum.IntEnum):
    """What a packet is for; its digit on the wire."""

    OPEN = 0
    CLOSE = 1
    PING = 2
    PONG = 3
    MESSAGE = 4
    UPGRADE = 5
    NOOP = 6


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet. Only a ``MESSAGE`` has bytes; text in revision 4 is without ``SEPARATOR``, as JSON always is."""

    type: PacketType
    data: str | bytes = ""


_TYPES = {str(type_.value): type_ for type_ in PacketType}


def handshake(sid: str, *, upgrades: Sequence[str]) -> Packet:
    """The packet that opens a session, with the transports it may go on to."""
    opened = {
        "sid": sid,
        "upgrades": list(upgrades),
        "pingInterval": HEARTBEAT,
        "pingTimeout": HEARTBEAT,
        "maxPayload": LONGEST,
    }
    return Packet(PacketType.OPEN, json_text.dump(opened))


def decode_payload(body: bytes, revision: int) -> list[Packet]:
    """The packets that a client posts. Raises ``ProtocolError``."""
    if not body:
        raise ProtocolError("the payload is empty")
    parts = list(itertools.islice(_parts(body, revision), MOST_PACKETS + 1))
    if len(parts) > MOST_PACKETS:
        raise ProtocolError(f"the payload has more than {MOST_PACKETS} packets")
    # In revision 3 a payload without packets is written as one of length 0.
    return [decode_frame(part, revision) for part in parts if part or revision == CURRENT]


def encode_payload(packets: Iterable[Packet], revision: int, *, binary: bool) -> bytes:
    """What a poll is answered with.

    ``binary`` is for a client of revision 3 that did not ask for Base64: where a packet has bytes, the whole payload
    takes the binary form for it.
    """
    held = list(packets)
    if revision == CURRENT:
        return SEPARATOR.join(_encode_text(packet, revision) for packet in held).encode()
    if binary and any(isinstance(packet.data, bytes) for packet in held):
        return b"".join(map(_binary_part, held))
    texts = [_encode_text(packet, revision) for packet in held] or [""]
    return "".join(f"{_length(text)}:{text}" for text in texts).encode()


def content_type(payload: bytes) -> str:
    """The ``Content-Type`` that clients know the form of a payload by."""
    return "application/octet-stream" if _is_binary(payload) else "text/plain; charset=UTF-8"


def decode_frame(frame: str | bytes, revision: int) -> Packet:
    """The packet in one message of a WebSocket. Raises ``ProtocolError``."""
    if isinstance(frame, str):
        return _decode_text(frame, revision)
    if revision == CURRENT:
        return Packet(PacketType.MESSAGE, frame)
    return Packet(_type(str(frame[0]) if frame else ""), frame[1:])


def encode_frame(packet: Packet, revision: int, *, binary: bool = True) -> str | bytes:
    """The message of a WebSocket that holds ``packet``; with ``binary=False`` for a client that asked for Base64."""
    if isinstance(packet.data, str) or not binary:
        return _encode_text(packet, revision)
    return packet.data if revision == CURRENT else bytes([packet.type]) + packet.data


def _decode_text(text: str, revision: int) -> Packet:
    if not text.startswith("b"):
        return Packet(_type(text[:1]), text[1:])
    if revision == CURRENT:
        return Packet(PacketType.MESSAGE, _bytes(text[1:]))
    return Packet(_type(text[1:2]), _bytes(text[2:]))


def _encode_text(packet: Packet, revision: int) -> str:
    digit = str(packet.type.value)
    if isinstance(packet.data, str):
        return digit + packet.data
    return f"b{'' if revision == CURRENT else digit}{base64.b64encode(packet.data).decode('ascii')}"


def _type(digit: str) -> PacketType:
    try:
        return _TYPES[digit]
    except KeyError:
        raise ProtocolError(f"a packet begins with its type, 0 to 6, and not with {digit!r}") from None


def _bytes(coded: str) -> bytes:
    try:
        return base64.b64decode(coded, validate=True)
    except ValueError:
        raise ProtocolError(f"a packet of bytes is Base64, and not {coded[:20]!r}") from None


def _text(coded: bytes) -> str:
    try:
        return coded.decode()
    except UnicodeDecodeError as error:
        raise ProtocolError(f"the payload is not UTF-8: {error}") from None


def _is_binary(payload: bytes) -> bool:
    """Whether a payload has the binary form of revision 3; every other begins with a digit or ``b``."""
    return payload[:1] in {b"\x00", b"\x01"}


def _parts(body: bytes, revision: int) -> Iterator[str | bytes]:
    """The packets of ``body``, each as if it were the message of a WebSocket."""
    if revision == CURRENT:
        return iter(_text(body).split(SEPARATOR, MOST_PACKETS))
    return _binary_parts(body) if _is_binary(body) else _text_parts(_text(body))


def _text_parts(text: str) -> Iterator[str]:
    """Each is preceded by its length and a colon."""
    position = 0
    while position < len(text):
        length = _TEXT_LENGTH.match(text, position)
        if length is None:
            found = text[position : position + 20]
            raise ProtocolError(f"a packet is preceded by its length and a colon, and not by {found!r}")
        part = _cut(text, length.end(), int(length[1]))
        position = length.end() + len(part)
        yield part


def _cut(text: str, start: int, length: int) -> str:
    """The next ``length`` units of UTF-16 in ``text``."""
    part = text[start : start + length]
    if not part.isascii():
        try:
            part = part.encode("utf-16-le")[: 2 * length].decode("utf-16-le")
        except UnicodeDecodeError:
            raise ProtocolError(f"a packet of length {length} ends inside a character") from None
    _refuse_short(_length(part), length)
    return part


def _length(text: str) -> int:
    """The length of ``text`` as JavaScript counts: an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _binary_parts(body: bytes) -> Iterator[str | bytes]:
    """Each is preceded by 0 for text or 1 for bytes, by a byte for each digit of its length in bytes, and by 255."""
    position = 0
    while position < len(body):
        head = _BINARY_LENGTH.match(body, position)
        if head is None:
            found = body[position : position + 20]
            raise ProtocolError(f"a packet is preceded by its kind, the digits of its length and 255, not by {found!r}")
        length = int("".join(map(str, head[2])))
        part = body[head.end() : head.end() + length]
        _refuse_short(len(part), length)
        position = head.end() + length
        yield part if head[1] == b"\x01" else _text(part)


def _binary_part(packet: Packet) -> bytes:
    content = encode_frame(packet, LEGACY)
    kind, coded = (b"\x00", content.encode()) if isinstance(content, str) else (b"\x01", content)
    return kind + bytes(map(int, str(len(coded)))) + b"\xff" + coded


def _refuse_short(found: int, length: int) -> None:
    if found < length:
        raise ProtocolError(f"a packet of length {length} was announced, and {found} came")
