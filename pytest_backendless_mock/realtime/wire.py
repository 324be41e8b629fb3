"""An open WebSocket's socket: read in the thread of its connection, written by whoever has something to say."""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from . import engineio
from .alarm import Alarm
from .ending import Ending
from .engineio import Packet, ProtocolError
from .session import Session
from .websocket import Closed, Pong, WebSocket

if TYPE_CHECKING:
    from typing_extensions import Self

CHUNK = 65_536
MOST_AT_ONCE = 262_144
"""How many bytes a socket is offered at once; it takes far more than a chunk where a client reads."""


class Wire:
    """What packets leave by at once, and come by."""

    def __init__(self, sock: socket.socket, session: Session, *, binary: bool = True) -> None:
        """``binary`` is whether the client takes bytes as they are, and not in Base64."""
        self._binary = binary
        self._frames = WebSocket()
        self._session = session
        self._socket = sock
        self._received: list[str | bytes | Pong | Closed] = []
        self._unsent = bytearray()
        self._alarm = Alarm()
        self._lock = threading.Lock()
        sock.settimeout(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Say good-bye as far as the socket takes it, unless the line is broken, and give back what is ours."""
        with self._lock:
            if self._session.ending is not Ending.BROKEN:
                self._push(self._frames.close())
        self._alarm.close()

    @property
    def backlog(self) -> int:
        """How many bytes the socket has not taken yet."""
        return len(self._unsent)

    def write(self, packets: Iterable[Packet]) -> None:
        """Write what the socket takes at once; the thread of the connection writes the rest when it can."""
        revision = self._session.revision
        messages = [engineio.encode_frame(packet, revision, binary=self._binary) for packet in packets]
        with self._lock:
            self._push(b"".join(map(self._frames.send, messages)))
            is_behind = bool(self._unsent)
        if is_behind:
            self.wake()

    def ping(self, data: bytes) -> None:
        """Ask the client for ``data`` back, behind all that was written; what it answers goes to the session."""
        with self._lock:
            self._push(self._frames.ping(data))
        self.wake()

    def wake(self) -> None:
        """Have the thread of the connection look again."""
        self._alarm.ring()

    def packets(self) -> Iterator[Packet]:
        """What the client sends, until one of both ends it. Raises ``ProtocolError`` for what is no packet."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._alarm, selectors.EVENT_READ)
            selector.register(self._socket, selectors.EVENT_READ)
            while self._session.ending is None:
                self._turn(selector)
                received, self._received = self._received, []
                for message in received:
                    if isinstance(message, Closed):
                        if message.is_refusal:
                            raise ProtocolError(message.reason)
                        return
                    if isinstance(message, Pong):
                        self._session.take_pong(message.data)
                        continue
                    yield engineio.decode_frame(message, self._session.revision)

    def _turn(self, selector: selectors.BaseSelector) -> None:
        """Wait until there is something to read or to write, and do it."""
        selector.modify(self._socket, selectors.EVENT_READ | (selectors.EVENT_WRITE if self._unsent else 0))
        ready = {key.fileobj: events for key, events in selector.select()}
        if self._alarm in ready:
            self._alarm.hear()
        with self._lock:
            if ready.get(self._socket, 0) & selectors.EVENT_READ:
                self._read()
            self._push(self._frames.answers())

    def _read(self) -> None:
        """Under the lock of writing: two threads must not be in one TLS connection (cpython#151508)."""
        try:
            while True:
                data = self._socket.recv(CHUNK)
                self._received += self._frames.receive(data)
                if not (data and isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()):
                    return
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError:
            self._received += self._frames.receive(b"")

    def _push(self, data: bytes) -> None:
        self._unsent += data
        try:
            while self._unsent:
                del self._unsent[: self._socket.send(self._unsent[:MOST_AT_ONCE])]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self._unsent.clear()
