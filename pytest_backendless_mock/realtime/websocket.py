"""A server's side of a WebSocket (RFC 6455), over the sans-I/O half of ``websockets``: bytes in, messages out.

Only a client that upgrades needs this module; without ``websockets`` it cannot be imported.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State
from websockets.utils import accept_key

from .engineio import LONGEST, ProtocolError

VERSION = "13"
KEY_LENGTH = 16
NORMAL, CUT, NOT_UTF8, TOO_LONG = 1000, 1006, 1007, 1009
"""Codes of closing. 1006 is never sent: it stands for an end without a close."""
_SILENT = logging.Logger(__name__, logging.CRITICAL + 1)  # noqa: LOG001 - it is to be under no other
"""The library logs every connection, and a test's log is the test's."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The last that comes of a connection: the client closed it, was refused what it sent, or is gone (1006)."""

    code: int
    reason: str = ""
    is_refusal: bool = False
    """Whether what the client sent was refused."""


def accept(environ: Mapping[str, Any]) -> dict[str, str]:
    """The headers of the 101 that answers an upgrade. Raises ``ProtocolError`` where the request is none."""
    if "websocket" not in _tokens(environ, "HTTP_UPGRADE") or "upgrade" not in _tokens(environ, "HTTP_CONNECTION"):
        raise ProtocolError("a WebSocket is asked for by 'Upgrade: websocket' and 'Connection: Upgrade'")
    version = environ.get("HTTP_SEC_WEBSOCKET_VERSION")
    if version != VERSION:
        raise ProtocolError(f"Sec-WebSocket-Version is {VERSION}, and not {version!r}")
    key = str(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
    if not _is_key(key):
        raise ProtocolError(f"Sec-WebSocket-Key is {KEY_LENGTH} bytes in Base64, and not {key[:40]!r}")
    return {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept_key(key)}


@dataclass(frozen=True, slots=True)
class Pong:
    """The client answers a ping: it has read all that was written before."""

    data: bytes


class WebSocket:
    """A connection from the 101 on. One caller at a time: what several threads call stands under a lock of theirs."""

    def __init__(self) -> None:
        self._protocol = Protocol(Side.SERVER, state=State.OPEN, max_size=LONGEST, logger=_SILENT)
        self._is_text = True
        self._message = bytearray()
        self._over = False
        self._pinged: bytes | None = None
        """What the last ping asked for."""

    def receive(self, data: bytes) -> list[str | bytes | Pong | Closed]:
        """The messages that ``data`` completes, ``b""`` being the end of the stream.

        Behind ``Closed`` nothing comes any more. What is to be written in answer (``answers``) is then to be written
        all the same.
        """
        if self._over:
            return []
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        found: list[str | bytes | Pong | Closed] = []
        frames: list[Any] = self._protocol.events_received()
        for frame in frames:
            event = self._take(frame)
            if event is not None:
                found.append(event)
            if isinstance(event, Closed):
                return found
        if self._protocol.parser_exc is not None:
            found.append(self._refused())
        return found

    def answers(self) -> bytes:
        """What is to be written since the last call: pongs, and the close that answers a close or an error."""
        return b"".join(self._protocol.data_to_send())

    def send(self, message: str | bytes) -> bytes:
        """What is to be written for ``message``; nothing once the connection is closing."""
        if self._protocol.state is State.OPEN:
            if isinstance(message, str):
                self._protocol.send_text(message.encode())
            else:
                self._protocol.send_binary(message)
        return self.answers()

    def ping(self, data: bytes) -> bytes:
        """What is to be written to be answered by ``Pong`` with the same data; nothing once the connection closes."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_ping(data)
            self._pinged = data
        return self.answers()

    def close(self, code: int = NORMAL) -> bytes:
        """What is to be written to begin closing; nothing where that has begun. The client's answer is ``Closed``."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(code)
        return self.answers()

    def _take(self, frame: Frame) -> str | bytes | Pong | Closed | None:
        if frame.opcode is Opcode.CLOSE:
            return self._closed_by_client()
        if frame.opcode is Opcode.PONG:
            return Pong(bytes(frame.data)) if frame.data == self._pinged else None
        if frame.opcode is Opcode.PING:
            return None
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
        self._message += frame.data
        if not frame.fin:
            return None
        message, self._message = bytes(self._message), bytearray()
        try:
            return message.decode() if self._is_text else message
        except UnicodeDecodeError as error:
            self._over = True
            self._protocol.fail(NOT_UTF8, "a text is not UTF-8")
            return Closed(NOT_UTF8, f"a text is not UTF-8: {error}", is_refusal=True)

    def _closed_by_client(self) -> Closed:
        self._over = True
        close = self._protocol.close_rcvd
        assert close is not None
        return Closed(close.code, close.reason)

    def _refused(self) -> Closed:
        self._over = True
        close = self._protocol.close_sent
        error = self._protocol.parser_exc
        if close is None or isinstance(error, EOFError):
            return Closed(CUT, "the connection ended without a close")
        reason = f"a message is longer than {LONGEST} bytes" if close.code == TOO_LONG else str(error)
        return Closed(close.code, reason, is_refusal=True)


def _tokens(environ: Mapping[str, Any], name: str) -> set[str]:
    return {token.strip().lower() for token in str(environ.get(name, "")).split(",")}


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_LENGTH
    except ValueError:
        return False
