"""From HTTP to a WebSocket: whether a client asks for one, and the wire that it is then."""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.util
import socket
from typing import TYPE_CHECKING

from .session import Session

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .websocket import WebSocket

SOCKET = "werkzeug.socket"
"""Where the server puts the connection's socket into the WSGI environment."""
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What the answer to a key is made with (RFC 6455, 4.2.2)."""


@functools.cache
def is_possible() -> bool:
    """Whether the library for frames is installed."""
    return importlib.util.find_spec("websockets") is not None


def is_asked(environ: WSGIEnvironment) -> bool:
    """Whether a request is a WebSocket's opening handshake (RFC 6455, 4.2.1)."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        and "upgrade" in environ.get("HTTP_CONNECTION", "").lower()
        and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"
        and bool(environ.get("HTTP_SEC_WEBSOCKET_KEY"))
    )


def accept(environ: WSGIEnvironment, session: Session) -> WebSocket:
    """Answer the handshake, and take the connection's socket over from the server. Raises ``OSError``."""
    from .websocket import WebSocket  # noqa: PLC0415 - with an extra, which may not be there

    key: str = environ["HTTP_SEC_WEBSOCKET_KEY"]
    digest = base64.b64encode(hashlib.sha1(key.encode("latin-1") + GUID, usedforsecurity=False).digest())
    head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    sock: socket.socket = environ[SOCKET]
    sock.sendall(f"{head}Sec-WebSocket-Accept: {digest.decode('ascii')}\r\n\r\n".encode("ascii"))
    return WebSocket(sock, session)
