"""What a server serves: one application after another, and the idle one between them. The port stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ..http.app import App
from ..http.idle import IdleApp
from . import tls
from .listener import Listener

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_REMEMBERED = 10_000
"""How many subscription ids of earlier tests are kept."""


class Hosting:
    """A WSGI callable in front of the application that is served now."""

    def __init__(self, listener: Callable[[], Listener | None]) -> None:
        """``listener`` gives the server's listener, while it runs."""
        self.idle = IdleApp()
        self.stale_subscriptions: dict[str, str] = {}
        """Subscription ids of the tests that were, and whose they were (C10)."""
        self._listener = listener
        self._app: App | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request to the application that is served now (PEP 3333)."""
        return self.current()(environ, start_response)

    def current(self) -> WSGIApplication:
        """The application that is served now."""
        return self._app or self.idle

    def serve(self, app: App) -> None:
        """From now on requests are for ``app``, and connections are accepted as its availability says."""
        app.tenants.stale_subscriptions = self.stale_subscriptions
        app.availability.settle = self.settle
        app.idle = self.idle
        self._app = app

    def serves(self, app: App) -> bool:
        """Whether ``app`` is the application that is served now."""
        return self._app is app

    def end(self) -> None:
        """Serve nobody, from now on: between tests. Raises ``ServerError`` where the port was lost meanwhile."""
        if self._app is not None:
            for tenant in self._app.tenants:
                with tenant.application.backend.peek() as (broker, _):
                    self._remember(broker.subscription_ids(), tenant.application.label)
        self._app = None
        listener = self._listener()
        if listener is None:
            return
        if listener.spare_context is not None:  # who was led here does not know that this is over
            listener.spare_context = None
            listener.end_connections()
        if not listener.listening:
            listener.settle()

    def accepting(self) -> bool:
        """Whether connections are accepted now."""
        return self._app is None or self._app.availability.accepting

    def settle(self) -> None:
        """Return when the server does as ``accepting`` says. Raises ``ServerError`` where the port was lost."""
        listener = self._listener()
        if listener is not None:
            listener.settle()

    def take_tls(self) -> None:
        """Talk TLS too, to clients that begin with it, until ``end``."""
        listener = self._listener()
        if listener is not None:
            listener.spare_context = tls.server_context()

    def _remember(self, subscription_ids: Iterable[str], owner: str) -> None:
        self.stale_subscriptions.update(dict.fromkeys(subscription_ids, owner))
        while len(self.stale_subscriptions) > MOST_REMEMBERED:
            del self.stale_subscriptions[next(iter(self.stale_subscriptions))]
