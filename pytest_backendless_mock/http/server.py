"""The server: pytest-httpserver's contract, over a Werkzeug server that keeps connections and stops at once.

Why so much is overridden is measured in ``architecture.md`` ("Server"): the stock server closes every
connection, waits half a second to stop, exits the process on a busy port, and logs every request.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
import traceback
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pytest_httpserver.httpserver import HTTPServerBase
from werkzeug import Request, Response
from werkzeug.serving import ThreadedWSGIServer, select_address_family

from .handler import KeepAliveHandler
from .idle import IdleApplication
from .tenant import API_KEY, APP_ID
from .verdict import BackendlessMockWarning

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK = ("127.0.0.1", "::1", "localhost")
POLL_INTERVAL = 0.05
BACKLOG = 128
MOST_STRANGERS = 10_000
PATIENCE = 5.0
"""Seconds that ``stop`` waits for a request under way."""


class ServerError(RuntimeError):
    """The server cannot listen where it was told to; the text says where and why."""


class BackendlessServer(HTTPServerBase):
    """A server for one WSGI application after another: tests come and go, the port stays.

    It listens on the loopback interface and a free port unless told otherwise; telling it so warns. ``app_id``
    and ``api_key`` are the default application's. Between tests it answers 503.
    """

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
        self.idle = IdleApplication()
        self.current: WSGIApplication = self.idle
        """The WSGI application that is served now."""
        self.strangers: dict[str, str] = {}
        """Subscription ids of the tests that were, and whose they were (C10)."""

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
        if self.host not in LOOPBACK:
            warnings.warn(
                f"the mock listens on {self.host}, where others can reach it", BackendlessMockWarning, stacklevel=2
            )
        listener = _listen(self.host, self.port)
        server = _ThreadedServer(self.host, listener, self.application_callable, self.ssl_context)
        self.port = server.port
        self.server = server
        self.server_thread = threading.Thread(target=self.thread_target, name="backendless-mock", daemon=True)
        self.server_thread.start()

    def stop(self) -> None:
        """Stop listening, end every connection, wait for its threads."""
        server, thread = self.server, self.server_thread
        if not isinstance(server, _ThreadedServer) or thread is None:
            raise ServerError("the server is not running")
        server.stopping = True
        with contextlib.suppress(OSError):
            socket.create_connection(server.socket.getsockname()[:2], timeout=1).close()  # wakes serve_forever
        thread.join()
        server.end_connections()
        self.server = self.server_thread = None

    def thread_target(self) -> None:
        """What the server's thread does."""
        assert self.server is not None, "the server was started"
        with contextlib.suppress(_Stopped):
            self.server.serve_forever(poll_interval=POLL_INTERVAL)

    def remember(self, subscription_ids: Iterable[str], owner: str) -> None:
        """Keep the subscription ids of a test that is over, to recognise a poller that outlived it."""
        self.strangers.update(dict.fromkeys(subscription_ids, owner))
        while len(self.strangers) > MOST_STRANGERS:
            del self.strangers[next(iter(self.strangers))]

    def application_callable(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request to the application that is served now."""
        return self.current(environ, start_response)

    def dispatch(self, request: Request) -> Response:
        """The contract of ``HTTPServerBase`` for a parsed request."""
        return Response.from_app(self.current, request.environ)


class _Stopped(Exception):
    """Leaves ``serve_forever`` at once; ``shutdown()`` would wait for the end of its poll."""


class _Connection:
    """A client's socket, wrapped by TLS where that is asked for, and the thread that serves it."""

    def __init__(self, sock: socket.socket, thread: threading.Thread) -> None:
        self.socket = sock
        self.thread = thread


class _ThreadedServer(ThreadedWSGIServer):
    """A thread for each connection, its socket kept at hand so that stopping can end it."""

    request_queue_size = BACKLOG

    def __init__(self, host: str, listener: socket.socket, app: Any, ssl_context: ssl.SSLContext | None) -> None:
        with listener:
            super().__init__(host, 0, app, KeepAliveHandler, fd=listener.fileno())
        self.ssl_context = ssl_context
        self.stopping = False
        self._connections: list[_Connection] = []

    def service_actions(self) -> None:
        """Called by ``serve_forever`` after every connection and every poll."""
        if self.stopping:
            raise _Stopped

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a new connection in a thread of its own."""
        self._connections = [connection for connection in self._connections if connection.thread.is_alive()]
        thread = threading.Thread(
            target=lambda: self._serve(connection, client_address), name="backendless-mock connection", daemon=True
        )
        connection = _Connection(request, thread)
        thread.start()
        self._connections.append(connection)

    def end_connections(self) -> None:
        """Shut every live connection down and wait for its thread."""
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)
            connection.thread.join(PATIENCE)

    def _serve(self, connection: _Connection, client_address: Any) -> None:
        """TLS is shaken hands over here, so that a silent client blocks its own thread only."""
        try:
            if self.ssl_context is not None:
                secure = self.ssl_context.wrap_socket(
                    connection.socket, server_side=True, do_handshake_on_connect=False
                )
                connection.socket = secure
                secure.do_handshake()
            self.finish_request(connection.socket, client_address)
        except OSError:
            pass  # the client hung up, or does not speak TLS
        except Exception:  # noqa: BLE001 - a bug of ours; nobody joins this thread to be told
            traceback.print_exc()
        finally:
            self.shutdown_request(connection.socket)


def _listen(host: str, port: int) -> socket.socket:
    listener = None
    try:
        listener = socket.socket(select_address_family(host, port), socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere the option would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError, TypeError, UnicodeError) as error:
        if listener is not None:
            listener.close()
        raise ServerError(f"the mock cannot listen on {host}:{port}: {error}") from None
    return listener
