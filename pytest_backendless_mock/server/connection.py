"""One connection: requests read and answered until the client closes, over Werkzeug's own handler."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import struct
import threading
from collections.abc import Iterable
from http import HTTPStatus
from http.client import BadStatusLine
from typing import Any, Protocol, cast

from werkzeug.serving import WSGIRequestHandler

from ..http import cors
from ..http.response import GATHER

RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""The option by which a socket that is closed resets its connection."""


class Server(Protocol):
    """What a handler needs of its server, besides what Werkzeug's needs."""

    busy: set[threading.Thread]
    heard: int
    listening: bool

    def gather(self) -> None:
        """Return when all who ask at the same time were heard."""


class KeepAliveHandler(WSGIRequestHandler):
    """Werkzeug's handler always closes; this one keeps the connection, buffers the answer and stays silent.

    Without buffering *and* without Nagle's algorithm off, a request takes 44 ms (``docs/architecture.md``).
    """

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    _headers_wait = False

    def finish(self) -> None:
        """Let go of the socket, also where the client is gone and the rest of an answer has nowhere to go."""
        with contextlib.suppress(OSError):
            super().finish()
        self.rfile.close()

    def parse_request(self) -> bool:
        """Read a request's head, and count it as heard."""
        self._listener.heard += 1
        return super().parse_request()

    def handle_expect_100(self) -> bool:
        """Answer ``Expect: 100-continue`` at once: the buffer would keep it until the body came."""
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.wfile.flush()
        return True

    def make_environ(self) -> dict[str, Any]:
        """The WSGI environment; the raw path as it came, which Werkzeug encodes twice."""
        environ = super().make_environ()
        environ["RAW_URI"] = environ["REQUEST_URI"] = self.path
        if isinstance(self.connection, ssl.SSLSocket):
            environ["wsgi.url_scheme"] = "https"
        environ[GATHER] = self._listener.gather
        return environ

    def run_wsgi(self) -> None:
        """Run the application for one request. It reads the whole body, so the next request can follow.

        What it raises is how the connection ends (``transport.py``).
        """
        try:
            self.environ = self.make_environ()
        except ValueError as error:
            self.send_error(HTTPStatus.BAD_REQUEST, str(error))
            return
        thread, busy = threading.current_thread(), self._listener.busy
        busy.add(thread)
        try:
            self._send(self.server.app(self.environ, self._start_response))
        except (ConnectionResetError, ConnectionRefusedError):
            reset_when_closed(self.connection)
            self.close_connection = True
        except ConnectionAbortedError:
            self.close_connection = True
        except BadStatusLine as error:
            self.wfile.write(f"{error}\r\n\r\n".encode("ascii"))
            self.close_connection = True
        finally:
            busy.discard(thread)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What is no HTTP is refused in JSON too (W19)."""
        status = HTTPStatus(code)
        text = f"pytest-backendless-mock: {message or status.phrase}"
        payload = json.dumps({"code": status.value, "message": text}).encode("ascii")
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
        origin = self.headers.get("Origin") if hasattr(self, "headers") else None
        if origin is not None and origin.isascii() and origin.isprintable():
            headers += cors.answer_headers(origin)
        self.close_connection = True
        self._start_response(f"{status.value} {status.phrase}", headers)
        self._send([payload])

    def _start_response(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        self._headers_wait = True
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason)
        closing = ("Connection", "close")
        last = [closing] if self.close_connection and closing not in headers else []
        for name, value in [("Server", "backendless-mock"), *headers, *last]:
            self.send_header(name, value)

    @property
    def _listener(self) -> Server:
        return cast("Server", self.server)

    def _send(self, parts: Iterable[bytes]) -> None:
        """A list leaves in one go; of anything else the headers, and each part, leave when they are there."""
        if isinstance(parts, list):
            self._write(parts)
            return
        for part in parts:
            if not self._listener.listening:
                raise ConnectionResetError("the service went offline meanwhile")
            self._write([part])
            self.wfile.flush()

    def _write(self, parts: list[bytes]) -> None:
        if self._headers_wait:
            self.end_headers()
            self._headers_wait = False
        if self.command != "HEAD":
            self.wfile.writelines(parts)

    def log(self, *_: Any) -> None:
        """The journal tells more than a log line, and pytest would show every one."""


def reset_when_closed(sock: socket.socket) -> None:
    """Have a connection end as if the other machine had gone away."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
