"""Socket.IO: packets of a namespace, their data JSON with bytes in it, the bytes apart as attachments."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..service import json_text
from .engineio import ProtocolError

MOST_ATTACHMENTS = 10
"""The most bytes objects in one packet; the clients' own parsers take no more."""
ROOT = "/"
"""The namespace that is not written."""
_HEAD = re.compile(r"(?:([0-4])|([56])([0-9]{1,9})-)(/[^,]*(?:,|\Z))?([0-9]{1,15})?")


class PacketType(enum.IntEnum):
    """What a packet is for; its digit on the wire. The binary ones are never seen outside this module."""

    CONNECT = 0
    DISCONNECT = 1
    EVENT = 2
    ACK = 3
    CONNECT_ERROR = 4
    """Clients of Engine.IO's revision 3 call it ERROR."""
    BINARY_EVENT = 5
    BINARY_ACK = 6


_BINARY = {PacketType.EVENT: PacketType.BINARY_EVENT, PacketType.ACK: PacketType.BINARY_ACK}
_PLAIN = {binary: plain for plain, binary in _BINARY.items()}


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet. The data of an ``EVENT`` are a list that begins with its name; they and an ``ACK``'s may hold bytes.

    ``id`` is what an acknowledgement is asked for or given by. ``query`` is what a client of revision 3 writes behind
    the namespace when it connects, without the question mark.
    """

    type: PacketType
    namespace: str = ROOT
    data: Any = None
    id: int | None = None
    query: str = ""


_FITS: dict[PacketType, Callable[[Any], bool]] = {
    PacketType.CONNECT: lambda data: data is None or isinstance(data, dict),
    PacketType.DISCONNECT: lambda data: data is None,
    PacketType.EVENT: lambda data: isinstance(data, list) and data != [] and isinstance(data[0], str),
    PacketType.ACK: lambda data: isinstance(data, list),
    PacketType.CONNECT_ERROR: lambda data: isinstance(data, str | dict),
}
"""What data each may have; clients are as strict."""


def encode(packet: Packet) -> list[str | bytes]:
    """The messages that ``packet`` is sent in: a text, then its attachments."""
    attachments: list[str | bytes] = []

    def placeholder(value: Any) -> Any:
        if not isinstance(value, bytes):
            raise TypeError(f"{type(value).__name__} is neither JSON nor bytes")
        attachments.append(value)
        return {"_placeholder": True, "num": len(attachments) - 1}

    data = "" if packet.data is None else json_text.dump(packet.data, placeholder)
    kind = f"{_BINARY[packet.type].value}{len(attachments)}-" if attachments else str(packet.type.value)
    namespace = "" if packet.namespace == ROOT else f"{packet.namespace},"
    return [f"{kind}{namespace}{'' if packet.id is None else packet.id}{data}", *attachments]


def encode_event(namespace: str, name: str, argument: str, *, in_bytes: bool) -> list[str | bytes]:
    """The messages of an event whose argument is JSON already; ``in_bytes`` has that as an attachment."""
    if in_bytes:
        [head, _] = encode(Packet(PacketType.EVENT, namespace, [name, b""]))
        return [head, argument.encode("ascii")]
    return [f'{PacketType.EVENT.value}{namespace},["{name}",{argument}]']


class Decoder:
    """Puts one client's packets together again, message by message."""

    def __init__(self) -> None:
        self._text = ""
        self._promised = 0
        self._attachments: list[bytes] = []

    def feed(self, message: str | bytes) -> Packet | None:
        """The packet that ``message`` completes, if it does. Raises ``ProtocolError``; the session is then over."""
        if isinstance(message, str):
            self._begin(message)
        else:
            self._attach(message)
        if len(self._attachments) < self._promised:
            return None
        text, attachments = self._text, self._attachments
        self._promised, self._attachments = 0, []
        return _packet(text, attachments)

    def _begin(self, text: str) -> None:
        if self._promised:
            came = len(self._attachments)
            raise ProtocolError(f"a text came where {self._promised} attachments were promised and {came} had come")
        head = _head(text)
        promised = int(head[3] or 0)
        if head[2] and not 1 <= promised <= MOST_ATTACHMENTS:
            raise ProtocolError(f"a packet has 1 to {MOST_ATTACHMENTS} attachments, and not {promised}")
        self._text, self._promised = text, promised

    def _attach(self, attachment: bytes) -> None:
        if not self._promised:
            raise ProtocolError("bytes came that no packet had promised")
        self._attachments.append(attachment)


def _head(text: str) -> re.Match[str]:
    head = _HEAD.match(text)
    if head is None:
        raise ProtocolError(f"a packet begins with its type, 0 to 6, and binary ones with a number, not {text[:20]!r}")
    return head


def _packet(text: str, attachments: list[bytes]) -> Packet:
    head = _head(text)
    kind = _PLAIN[PacketType(int(head[2]))] if head[2] else PacketType(int(head[1]))
    namespace, _, query = (head[4] or ROOT).removesuffix(",").partition("?")
    data = _data(text[head.end() :], attachments)
    if not _FITS[kind](data):
        raise ProtocolError(f"{kind.name} cannot have these data: {text[head.end() :][:100]}")
    return Packet(kind, namespace, data, None if head[5] is None else int(head[5]), query)


def _data(text: str, attachments: list[bytes]) -> Any:
    def attached(value: dict[str, Any]) -> Any:
        if value.get("_placeholder") is not True:
            return value
        number = value.get("num")
        if type(number) is not int or not 0 <= number < len(attachments):
            raise ValueError(f"attachment {number!r} is none of the {len(attachments)} that came")
        return attachments[number]

    if not text:
        return None
    try:
        return json_text.parse(text, attached if attachments else None)
    except ValueError as error:
        raise ProtocolError(f"the data of a packet cannot be read: {error}") from None
