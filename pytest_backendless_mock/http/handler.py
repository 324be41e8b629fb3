"""One connection: requests read and answered until the client closes, over Werkzeug's own handler."""

from __future__ import annotations

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

    def run_wsgi(self) -> None:
        """Run the application for one request. It reads the whole body, so the next request can follow."""
        self.environ = self.make_environ()
        chunks = self.server.app(self.environ, self._start_response)
        payload = b"".join(chunks)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    def _start_response(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason)
        self.send_header("Server", "backendless-mock")
        closing = [("Connection", "close")] if self.close_connection else []
        for name, value in headers + closing:
            self.send_header(name, value)

    def log(self, *_: Any) -> None:
        """The journal tells more than a log line, and pytest would show every one."""
