"""The server: pytest-httpserver's contract, over a Werkzeug server that keeps connections and stops at once.

Why so much is overridden is measured in ``docs/contributing/architecture.md`` ("Facts about the server"): the stock
server closes every connection, waits half a second to stop, exits the process on a busy port, and logs every request.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
import warnings
from typing import Any, cast

from pytest_httpserver.httpserver import HTTPServerBase
from werkzeug import Request, Response

from ..service.identity import API_KEY, APP_ID
from ..service.verdict import BackendlessMockWarning
from .hosting import Hosting
from .listener import Listener, ServerError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PORT_FOR_EACH_WORKER = """
Each of the {workers} workers of pytest-xdist listens for itself. Take port 0, or give each a port of its own:

    @pytest.fixture(scope="session")
    def backendless_mock_address():
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")  # or the fixture worker_id, "master" without workers
        return ("{host}", {port} + int(worker.removeprefix("gw")))"""


class BackendlessServer(HTTPServerBase):
    """A server for one mock after another: tests come and go, the port stays.

    It listens on the loopback interface and a free port unless told otherwise; telling it so warns. ``app_id``
    and ``api_key`` are the default application's. Between tests it answers 503.
    """

    _port = 0
    """0 until it listens, unless one was given."""
    _waiting_in: int | None = None
    """The process in which it starts when its address is asked for."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        ssl_context: ssl.SSLContext | None = None,
        *,
        app_id: str = APP_ID,
        api_key: str = API_KEY,
    ) -> None:
        super().__init__(host, port, ssl_context, threaded=True)
        self.app_id = app_id
        self.api_key = api_key
        self._hosting = Hosting(self._listener)
        self._bound: socket.socket | None = None
        """Where it begins to listen, if somebody keeps the port for it."""
        self._starting = threading.Lock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {shown_address(self)}>"

    @property
    def port(self) -> int:
        """The port it listens on, which starts a server that waits for that (``start_on_demand``).

        Raises ``ServerError`` where it has none, or cannot listen.
        """
        if not self._port:
            with self._starting:
                if not self._port:
                    self._start_now()
        return self._port

    @port.setter
    def port(self, port: int) -> None:
        self._port = port

    @property
    def host_url(self) -> str:
        """``http://127.0.0.1:PORT``: what SDKs take as a server URL or a custom domain."""
        return self.url_for("").rstrip("/")

    @property
    def url(self) -> str:
        """``<host_url>/<app-id>/<api-key>``: what REST clients put before ``/messaging``."""
        return f"{self.host_url}/{self.app_id}/{self.api_key}"

    def start(self) -> None:
        """Listen and serve in a thread. Raises ``ServerError`` where that is not possible."""
        if self.is_running():
            raise ServerError(f"the server is already running at {self.host_url}")
        self._warn_of_others()
        self._listen()

    def start_on_demand(self) -> None:
        """Start on a port that was given, and on a free one when ``port``, or a URL, is first asked for.

        Who never asks opens no socket. Raises as ``start``.
        """
        if self._port:
            self.start()
            return
        self._warn_of_others()
        self._waiting_in = os.getpid()

    def stop(self) -> None:
        """Stop listening, end every connection, wait for its threads; where it does not run, nothing happens."""
        with self._starting:
            listener, thread = self._listener(), self.server_thread
            self.server = self.server_thread = self._waiting_in = None
        if listener is not None and thread is not None:
            listener.stop(thread)

    def thread_target(self) -> None:
        """Serve until ``stop``; runs in the server's thread."""
        listener = self._listener()
        assert listener is not None, "the thread is started with its listener"
        listener.serve()

    def _warn_of_others(self) -> None:
        if self.host not in LOOPBACK:
            warnings.warn(
                f"the mock listens on {self.host}, where others can reach it", BackendlessMockWarning, stacklevel=3
            )

    def _start_now(self) -> None:
        """Start on demand."""
        if self._waiting_in is None:
            raise ServerError("the server is not running, and has no port yet: start() it, or use it in a `with` block")
        if self._waiting_in != os.getpid():
            raise ServerError(
                "the mock has no port yet, and a forked child cannot open one for it: "
                "ask for its url, or host_url, before the fork"
            )
        self._listen()

    def _listen(self) -> None:
        bound, self._bound = self._bound, None
        listener = Listener(
            self.host, self._port, self._hosting.current, self.ssl_context, self._hosting.accepting, bound=bound
        )
        self.server = cast("Any", listener)  # the base's is Werkzeug's
        thread = threading.Thread(target=self.thread_target, name="backendless-mock", daemon=True)
        try:
            thread.start()
        except (RuntimeError, MemoryError) as error:
            self.server = None
            listener.give_up()
            raise ServerError(f"the mock cannot listen on {self.host}:{listener.port}: {error}") from None
        self._port, self.server_thread = listener.port, thread
        self._hosting.settle()

    def _listener(self) -> Listener | None:
        return self.server if isinstance(self.server, Listener) else None

    def dispatch(self, request: Request) -> Response:
        """The contract of ``HTTPServerBase`` for a parsed request."""
        return Response.from_app(self._hosting, request.environ)


def hosting(server: BackendlessServer) -> Hosting:
    """What a server serves: for the rooms above; users of the server see pytest-httpserver's contract."""
    return server._hosting  # noqa: SLF001 - kept out of what completion offers on the server


def adopt(server: BackendlessServer, bound: socket.socket) -> None:
    """Have a server that does not run yet listen on a socket that is bound to its address already."""
    server._bound = bound  # noqa: SLF001 - as above


def shown_address(server: BackendlessServer) -> str:
    """Where a server is, for people; it is not started for that."""
    return server.host_url if server._port else "without an address yet"  # noqa: SLF001 - as above


def port_for_each(workers: int, host: str, port: int) -> str:
    """How several processes of a test run get ports of their own where they want the same one; "" for one process."""
    return "" if workers < 2 else PORT_FOR_EACH_WORKER.format(workers=workers, host=host, port=port)  # noqa: PLR2004
