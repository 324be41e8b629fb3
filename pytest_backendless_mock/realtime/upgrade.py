"""From HTTP to a WebSocket: whether that can be had, and the answer to who asks for one."""

from __future__ import annotations

import functools
import importlib.util
import socket
from typing import TYPE_CHECKING

from .session import Session

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .wire import Wire

SOCKET = "werkzeug.socket"
"""Where the server puts the connection's socket into the WSGI environment."""


@functools.cache
def is_possible() -> bool:
    """Whether the library for frames is installed."""
    return importlib.util.find_spec("websockets") is not None


def answer(environ: WSGIEnvironment) -> bytes:
    """What a handshake is answered. Raises ``ProtocolError`` where the request is none."""
    from .websocket import accept  # noqa: PLC0415 - with an extra, which may not be there

    lines = ["HTTP/1.1 101 Switching Protocols", *(f"{name}: {value}" for name, value in accept(environ).items())]
    return "\r\n".join([*lines, "\r\n"]).encode("ascii")


def take_over(environ: WSGIEnvironment, session: Session, answered: bytes, *, binary: bool) -> Wire:
    """Send the answer, and take the connection's socket over from the server; ``binary``: the client takes bytes.

    Raises ``OSError``.
    """
    from .wire import Wire  # noqa: PLC0415 - with an extra, which may not be there

    sock: socket.socket = environ[SOCKET]
    sock.sendall(answered)
    return Wire(sock, session, binary=binary)
