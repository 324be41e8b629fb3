"""Long polling: a request that is answered when there is something to say, in the thread that asked."""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..http.response import Response, whole
from . import engineio
from .ending import Ending
from .session import Poll, Session

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

OVERLAP = Response(400, (("Content-Type", "application/json"),), b'{"code": 3, "message": "Bad request"}')
"""A second poll while one is open: Engine.IO's server ends the session too."""


def answer(start_response: StartResponse, session: Session, sock: socket.socket | None) -> Iterator[bytes]:
    """Wait until there is something to say, and say it; ``sock`` is where the client is seen hanging up.

    Without a socket it would never be seen: then there is no waiting. Raises ``OSError`` where the client meets the end
    of its connection.
    """
    poll = session.begin_poll()
    if poll is None:
        session.end(Ending.BROKEN)
        yield from whole({}, start_response, OVERLAP)
        return
    has_left = False
    try:
        if sock is not None and not _wait(poll, sock):
            raise ConnectionAbortedError("the client went away")
        if session.ending is Ending.BROKEN:
            raise ConnectionResetError("the connection in real time was broken off")
        payload = engineio.encode_payload(session.take(poll), session.revision, binary=session.binary_payloads)
        kind = ("Content-Type", engineio.content_type(payload))
        yield from whole({}, start_response, Response(200, (kind,), payload))
        has_left = True
    finally:
        session.end_poll(poll)
        if not has_left:
            session.end(Ending.BROKEN)


def _wait(poll: Poll, sock: socket.socket) -> bool:
    """Whether it is time to answer; not where the client has gone. No clock is asked, which somebody might stop."""
    with selectors.DefaultSelector() as selector:
        selector.register(poll.alarm, selectors.EVENT_READ)
        selector.register(sock, selectors.EVENT_READ)
        while True:
            if poll.alarm in [key.fileobj for key, _ in selector.select()]:
                return True
            if _has_gone(sock):
                return False
            selector.unregister(sock)  # it asks for more already: that has its turn later


def _has_gone(sock: socket.socket) -> bool:
    """Whether a client hung up that ought to wait. Over TLS all that it could say now is good-bye."""
    with contextlib.suppress(OSError):
        return isinstance(sock, ssl.SSLSocket) or not sock.recv(1, socket.MSG_PEEK)
    return True
