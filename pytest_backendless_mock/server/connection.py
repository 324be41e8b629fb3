"""One connection: requests read and answered until one of both ends wants no more."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable, Iterable
from http.client import BadStatusLine
from socketserver import StreamRequestHandler
from typing import TYPE_CHECKING, Any, Protocol, cast

from ..http import cors, response
from ..http.body import MOST_DISCARDED
from ..http.response import CONNECTION, GATHER, OURS
from . import request_head
from .chunked_body import ChunkedBody
from .request_head import BadHead, RequestHead

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""The option by which a socket that is closed resets its connection."""
CLOSE = ("Connection", "close")
KEEP_ALIVE = ("Connection", "keep-alive")
CHUNK = 65_536
SILENCE = 1.0
"""Real seconds for which a client that was refused may send nothing, before the connection is closed."""


class Server(Protocol):
    """What a handler needs of its server."""

    busy: set[threading.Thread]
    heard: int
    server_address: Any
    current_app: Callable[[], WSGIApplication]

    def gather(self) -> None:
        """Return when all who ask at the same time were heard."""


class Connection(response.Connection):
    """A client's socket, wrapped by TLS where that is asked for, and what became of it."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.ended = False
        """Whether we hung up."""

    def end(self) -> None:
        """Hang up."""
        self.ended = True
        self._shut_down(socket.SHUT_RDWR)

    def cut_off(self) -> None:
        """Have the client find the connection reset, whatever it is about."""
        self.is_cut_off = True
        reset_when_closed(self.socket)
        self._shut_down(socket.SHUT_RD)

    def _shut_down(self, how: int) -> None:
        """Wake the thread, past ``SSLSocket.shutdown``, which would forget its TLS on the way."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.socket, how)


class KeepAliveHandler(StreamRequestHandler):
    """Reads requests off a connection and has the application answer them, one after the other.

    An answer leaves in one go, and Nagle's algorithm is off: otherwise a request takes 44 ms.
    """

    disable_nagle_algorithm = True
    rfile: Any

    def __init__(self, connection: Connection, address: Any, server: Server) -> None:
        self._client = connection
        self._listener = server
        self._app: WSGIApplication | None = None
        self._head: bytes = b""
        """The head of an answer that waits for the body."""
        self._keeps = self._is_newer = self._is_bodiless = False
        super().__init__(connection.socket, address, cast("Any", server))

    def handle(self) -> None:
        """Serve until somebody wants no more. What a client still sends that was refused is read and dropped."""
        self._thread = threading.current_thread()
        self._common = self._common_environ()
        while self._serve_one():
            pass

    def _serve_one(self) -> bool:
        """Whether another request may come."""
        try:
            head = request_head.read(self.rfile, self._begin)
        except BadHead as error:
            self._refuse(error)
            return False
        if head is None:
            return False
        self._keeps = head.keeps_connection
        self._is_newer = head.environ["SERVER_PROTOCOL"] == request_head.VERSIONS[0]
        self._is_bodiless = head.environ["REQUEST_METHOD"] == "HEAD"
        self._run(self._environ(head))
        return self._keeps

    def _begin(self) -> None:
        """Who serves when a request begins has to answer it, whoever serves when it is finished."""
        self._listener.heard += 1
        self._app = self._listener.current_app()

    def _environ(self, head: RequestHead) -> dict[str, Any]:
        environ = {**self._common, **head.environ, "wsgi.input": self.rfile, "wsgi.errors": sys.stderr}
        if head.chunked:
            environ["wsgi.input"] = ChunkedBody(self.rfile)
            environ["wsgi.input_terminated"] = True
        if head.expects_continue:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return environ

    def _common_environ(self) -> dict[str, Any]:
        """What the environments of all requests on the connection say (PEP 3333)."""
        host, port = self._listener.server_address[:2]
        return {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if isinstance(self.connection, ssl.SSLSocket) else "http",
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "werkzeug.socket": self.connection,
            "SERVER_SOFTWARE": "backendless-mock",
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "REMOTE_ADDR": self.client_address[0],
            "REMOTE_PORT": self.client_address[1],
            GATHER: self._listener.gather,
            CONNECTION: self._client,
        }

    def _run(self, environ: dict[str, Any]) -> None:
        """Run the application for one request. It reads the whole body, so the next request can follow.

        What it raises is how the connection ends (``http/response.py``).
        """
        kept = self._keeps
        try:
            self._write(self._answer(environ))
            if kept and not self._keeps:
                self._hear_out()
        except (ConnectionResetError, ConnectionRefusedError):
            reset_when_closed(self.connection)
            self._keeps = False
        except ConnectionAbortedError:
            self._keeps = False
        except BadStatusLine as error:
            self._write([f"{error}\r\n\r\n".encode("ascii")])
            self._keeps = False

    def _answer(self, environ: dict[str, Any]) -> list[bytes]:
        """What is still to be sent: an answer that is a list whole; of any other, each part leaves when it is there."""
        busy = self._listener.busy
        app, self._app = self._app, None  # a connection outlives tests, and keeps nothing of them
        assert app is not None, "what is answered has begun"
        busy.add(self._thread)
        try:
            parts: Iterable[bytes] = app(environ, self._start_response)
            if isinstance(parts, list):
                return parts
            try:
                for part in parts:
                    self._write([part])
            finally:
                if hasattr(parts, "close"):  # as PEP 3333 has it
                    parts.close()
        finally:
            busy.discard(self._thread)
        return []

    def _refuse(self, error: BadHead) -> None:
        """What is no HTTP is refused in JSON too (W14, W19)."""
        payload = json.dumps({"code": error.status.value, "message": f"{OURS}{error}"})
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
        if error.origin is not None:
            headers += cors.answer_headers(error.origin)
        self._keeps = self._is_bodiless = False
        self._start_response(f"{error.status.value} {error.status.phrase}", headers)
        self._write([payload.encode("ascii")])
        self._hear_out()

    def _hear_out(self) -> None:
        """Read what the client still sends, or closing would reset the connection before it read the answer."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.connection, socket.SHUT_WR)
            self.connection.settimeout(SILENCE)
            left = MOST_DISCARDED
            while left > 0 and (part := self.connection.recv(CHUNK)):
                left -= len(part)

    def _start_response(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        if CLOSE in headers:
            self._keeps = False
        elif not self._keeps:
            headers = [*headers, CLOSE]
        elif not self._is_newer:
            headers = [*headers, KEEP_ALIVE]
        lines = [f"HTTP/1.1 {status}", "Server: backendless-mock", *[f"{name}: {value}" for name, value in headers]]
        self._head = "\r\n".join([*lines, "\r\n"]).encode("latin-1")

    def _write(self, parts: list[bytes]) -> None:
        if self._client.is_cut_off:
            raise ConnectionResetError("the service went offline meanwhile")
        head, self._head = self._head, b""
        self.wfile.write(head if self._is_bodiless else b"".join([head, *parts]))


def reset_when_closed(sock: socket.socket) -> None:
    """Have a connection end as if the other machine had gone away."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
