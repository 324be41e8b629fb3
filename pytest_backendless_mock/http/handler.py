"""One connection: requests read and answered until the client closes, over Werkzeug's own handler."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from werkzeug.serving import WSGIRequestHandler


class KeepAliveHandler(WSGIRequestHandler):
    """Werkzeug's handler always closes; this one keeps the connection, buffers the answer and stays silent.

    Without buffering *and* without Nagle's algorithm off, a request takes 44 ms (``architecture.md``).
    """

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        """Answer ``Expect: 100-continue`` at once: the buffer would keep it until the body came."""
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.wfile.flush()
        return True

    def make_environ(self) -> dict[str, Any]:
        """The WSGI environment; the raw path as it came, which Werkzeug encodes twice."""
        environ = super().make_environ()
        environ["RAW_URI"] = environ["REQUEST_URI"] = self.path
        return environ

    def run_wsgi(self) -> None:
        """Run the application for one request. It reads the whole body, so the next request can follow."""
        try:
            self.environ = self.make_environ()
        except ValueError as error:
            self.send_error(HTTPStatus.BAD_REQUEST, str(error))
            return
        self._send(b"".join(self.server.app(self.environ, self._start_response)))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What is no HTTP is refused in JSON too (W19)."""
        status = HTTPStatus(code)
        text = f"pytest-backendless-mock: {message or status.phrase}"
        payload = json.dumps({"code": status.value, "message": text}).encode("ascii")
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
        self.close_connection = True
        self._start_response(f"{status.value} {status.phrase}", headers)
        self._send(payload)

    def _start_response(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason)
        closing = ("Connection", "close")
        last = [closing] if self.close_connection and closing not in headers else []
        for name, value in [("Server", "backendless-mock"), *headers, *last]:
            self.send_header(name, value)

    def _send(self, payload: bytes) -> None:
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    def log(self, *_: Any) -> None:
        """The journal tells more than a log line, and pytest would show every one."""
