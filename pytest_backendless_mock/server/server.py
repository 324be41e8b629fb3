"""The server: pytest-httpserver's contract, over a Werkzeug server that keeps connections and stops at once.

Why so much is overridden is measured in ``architecture.md`` ("Server"): the stock server closes every
connection, waits half a second to stop, exits the process on a busy port, and logs every request.
"""

from __future__ import annotations

import ssl
import threading
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pytest_httpserver.httpserver import HTTPServerBase
from werkzeug import Request, Response

from ..http.tenant import API_KEY, APP_ID
from ..service.verdict import BackendlessMockWarning
from . import tls
from .idle import IdleApplication
from .listener import Listener, ServerError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK = ("127.0.0.1", "::1", "localhost")
MOST_STRANGERS = 10_000


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
        self.is_accepting: Callable[[], bool] = _always
        """Whether connections are accepted now; ``settle`` when that has changed."""
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
        listener = Listener(self.host, self.port, self.application_callable, self.ssl_context, self._accepts)
        self.port = listener.port
        self.server = listener
        self.server_thread = threading.Thread(target=self.thread_target, name="backendless-mock", daemon=True)
        self.server_thread.start()

    def stop(self) -> None:
        """Stop listening, end every connection, wait for its threads."""
        listener, thread = self._listener, self.server_thread
        assert thread is not None, "the server was started"
        listener.stop(thread)
        self.server = self.server_thread = None

    def thread_target(self) -> None:
        """What the server's thread does."""
        self._listener.serve()

    def reset(self) -> None:
        """Serve nobody, from now on: between tests."""
        self.current = self.idle
        self.is_accepting = _always
        if self.is_running():
            if self._listener.spare_context is not None:  # who was led here does not know that this is over
                self._listener.spare_context = None
                self._listener.end_connections()
            if not self._listener.listening:
                self.settle()

    def settle(self) -> None:
        """Do as ``is_accepting`` says, if it runs. Raises ``ServerError`` where the port was lost meanwhile."""
        if self.is_running():
            self._listener.settle()

    def take_tls(self) -> None:
        """Talk TLS too, to clients that begin with it, until ``reset``. Raises ``ServerError`` where it is stopped."""
        self._listener.spare_context = tls.server_context()

    def _accepts(self) -> bool:
        return self.is_accepting()

    @property
    def _listener(self) -> Listener:
        if not isinstance(self.server, Listener):
            raise ServerError("the server is not running")
        return self.server

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


def _always() -> bool:
    return True
