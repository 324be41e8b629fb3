"""Long polling: a request that is answered when there is something to say, in the thread that asked."""

from __future__ import annotations

import selectors
import socket
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
    """Wait until there is something to say, and say it; ``sock`` is where the client would be seen hanging up.

    Raises ``OSError`` where the client meets the end of its connection.
    """
    poll = session.begin_poll()
    if poll is None:
        session.end(Ending.BROKEN)
        yield from whole({}, start_response, OVERLAP)
        return
    try:
        if not _wait(poll, sock):
            session.end(Ending.BROKEN)
            raise ConnectionAbortedError("the client went away")
        if session.ending is Ending.BROKEN:
            raise ConnectionResetError("the connection in real time was broken off")
        payload = engineio.encode_payload(session.take(), session.revision, binary=session.binary_payloads)
        kind = ("Content-Type", engineio.content_type(payload))
        yield from whole({}, start_response, Response(200, (kind,), payload))
    finally:
        session.end_poll(poll)


def _wait(poll: Poll, sock: socket.socket | None) -> bool:
    """Whether it is time to answer; not where the client has gone. No clock is asked, which somebody might stop."""
    with selectors.DefaultSelector() as selector:
        selector.register(poll.alarm, selectors.EVENT_READ)
        if sock is not None:
            selector.register(sock, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select()]
            if poll.alarm in ready:
                return True
            if sock is not None:
                if not socket.socket.recv(sock, 1, socket.MSG_PEEK):  # past TLS, which cannot peek
                    return False
                selector.unregister(sock)  # it asks for more already: that has its turn later
