"""A WebSocket that is open: frames in, packets out, and the other way round (RFC 6455, by ``websockets``)."""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN, SERVER, Protocol

from . import engineio
from .alarm import Alarm
from .ending import Ending
from .engineio import Packet, ProtocolError
from .session import Session

if TYPE_CHECKING:
    from typing_extensions import Self

CHUNK = 65_536
NORMAL_CLOSURE = 1000


class WebSocket:
    """A WebSocket: read in the thread of its connection, written by whoever has something to say."""

    def __init__(self, sock: socket.socket, session: Session) -> None:
        self._parts: list[bytes] = []
        self._is_text = True
        self._frames = Protocol(SERVER, max_size=engineio.LONGEST)
        self._session = session
        self._socket = sock
        self._unsent = bytearray()
        self._alarm = Alarm()
        self._lock = threading.Lock()
        sock.settimeout(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Say good-bye as far as the socket takes it, unless the line is broken, and give back what is ours."""
        with self._lock:
            if self._session.ending is not Ending.BROKEN and self._frames.state is OPEN:
                self._frames.send_close(NORMAL_CLOSURE)
                self._push()
        self._alarm.close()

    @property
    def backlog(self) -> int:
        """How many bytes the socket has not taken yet."""
        return len(self._unsent)

    def write(self, packets: Iterable[Packet]) -> None:
        """Write what the socket takes at once; the thread of the connection writes the rest when it can."""
        with self._lock:
            for packet in packets:
                if self._frames.state is not OPEN:
                    return  # the client has said good-bye
                frame = engineio.encode_frame(packet, self._session.revision)
                if isinstance(frame, str):
                    self._frames.send_text(frame.encode("utf-8"))
                else:
                    self._frames.send_binary(frame)
            self._push()
            is_behind = bool(self._unsent)
        if is_behind:
            self.wake()

    def ping(self, data: bytes) -> None:
        """Ask the client for ``data`` back; what it answers goes to the session."""
        with self._lock:
            if self._frames.state is OPEN:
                self._frames.send_ping(data)
                self._push()
        self.wake()

    def wake(self) -> None:
        """Have the thread of the connection look again."""
        self._alarm.ring()

    def packets(self) -> Iterator[Packet]:
        """What the client sends, until one of both ends it. Raises ``ProtocolError`` for what is no packet."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._alarm, selectors.EVENT_READ)
            selector.register(self._socket, selectors.EVENT_READ)
            while self._session.ending is None and self._turn(selector):
                for frame in cast("list[Frame]", self._frames.events_received()):
                    if frame.opcode is Opcode.CLOSE:
                        return
                    if frame.opcode is Opcode.PONG:
                        self._session.take_pong(bytes(frame.data))
                    message = self._joined(frame)
                    if message is not None:
                        yield engineio.decode_frame(message, self._session.revision)

    def _joined(self, frame: Frame) -> str | bytes | None:
        """The message that ends with ``frame``; a ping is the library's own business."""
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._is_text = frame.opcode is Opcode.TEXT
        elif frame.opcode is not Opcode.CONT:
            return None
        self._parts.append(bytes(frame.data))
        if not frame.fin:
            return None
        message, self._parts = b"".join(self._parts), []
        return _text(message) if self._is_text else message

    def _turn(self, selector: selectors.BaseSelector) -> bool:
        """Wait until there is something to read or to write, and do it; not where the client has gone."""
        selector.modify(self._socket, selectors.EVENT_READ | (selectors.EVENT_WRITE if self._unsent else 0))
        for key, ready in selector.select():
            if key.fileobj is self._alarm:
                self._alarm.hear()
            elif ready & selectors.EVENT_READ and not self._read():
                return False
        with self._lock:
            self._push()
        return True

    def _read(self) -> bool:
        """Under the lock of writing: two threads must not be in one TLS connection (cpython#151508)."""
        with self._lock:
            try:
                while data := self._socket.recv(CHUNK):
                    self._frames.receive_data(data)
                    if not (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()):
                        return self._is_sound()
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return self._is_sound()
            except OSError:
                pass
            return False

    def _is_sound(self) -> bool:
        """What is no frame ends it; the library has its close frame ready."""
        if self._frames.parser_exc is None:
            return True
        self._push()
        raise ProtocolError(str(self._frames.parser_exc))

    def _push(self) -> None:
        for data in self._frames.data_to_send():
            self._unsent += data
        try:
            while self._unsent:
                del self._unsent[: self._socket.send(self._unsent[:CHUNK])]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self._unsent.clear()


def _text(message: bytes) -> str:
    try:
        return message.decode("utf-8")
    except UnicodeDecodeError:
        raise ProtocolError("a text message is not UTF-8") from None
