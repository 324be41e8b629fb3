"""What a server serves: applications, one after another and several at once, and the idle one. The port stays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..http.app import App
from ..http.idle import IdleApp
from ..http.mounts import ICON, Mount, Mounts
from ..http.path import segments_of, split_prefix
from ..http.tenants import Tenant
from . import tls
from .listener import Listener

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_REMEMBERED = 10_000
"""How many subscription ids of earlier tests are kept."""


class Hosting:
    """A WSGI callable in front of what is served now.

    One place belongs to the mock that the server's own application id stands for, and to whatever names no
    application: it takes what is for nobody else. Others stand beside it, and get what names an application of theirs.
    """

    def __init__(self, listener: Callable[[], Listener | None]) -> None:
        """``listener`` gives the server's listener, while it runs."""
        self.idle = IdleApp()
        self.stale_subscriptions: dict[str, str] = {}
        """Subscription ids of the tests that were, and whose they were (C10)."""
        self._listener = listener
        self._app: App | None = None
        self._beside: list[App] = []
        self._changing = threading.Lock()
        """Held while the list is made anew: mocks may come and go at the same time."""
        self._tls_for: App | None = None
        self._doors: list[Mount] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request to whom it is for (PEP 3333)."""
        return self.current()(environ, start_response)

    def current(self) -> WSGIApplication:
        """Who answers a request that begins now; which of several is told by its head."""
        plain = self._app or self.idle
        served = partial(_hand_on, self._beside, plain) if self._beside else plain
        return Mounts((ICON, *self._doors), served)

    def add_door(self, mount: Mount) -> None:
        """Open a door before the service's, which is there whoever is served, and even where nobody can be reached."""
        self._doors.append(mount)

    def serve(self, app: App) -> None:
        """From now on what names no other application is for ``app``, which takes the place of the one before it."""
        self._app = app
        self._begin(app)

    def serve_beside(self, app: App) -> None:
        """From now on what names an application of ``app`` is for it, whoever else is served."""
        with self._changing:
            self._beside = [*self._beside, app]
        self._begin(app)

    def serves(self, app: App) -> bool:
        """Whether ``app`` is served now."""
        return any(each is app for each in self._apps())

    def find(self, app_id: str) -> Tenant | None:
        """The application with that id, whoever serves it."""
        return next((app.tenants.by_id(app_id) for app in self._apps() if app_id in app.tenants), None)

    def end(self, app: App) -> None:
        """Serve ``app`` no more. Raises ``ServerError`` where the port was lost meanwhile."""
        for tenant in app.tenants:
            self.remember(tenant, tenant.application.label)
        if self._app is app:
            self._app = None
        with self._changing:
            self._beside = [each for each in self._beside if each is not app]
        listener = self._listener()
        if listener is not None and self._tls_for is app:  # who was led here does not know that this is over
            self._tls_for = listener.spare_context = None
            listener.end_connections()
        self._follow()

    def accepting(self) -> bool:
        """Whether connections are accepted now: where somebody can be reached, requests to the others are reset."""
        if self._doors:
            return True
        availabilities = [app.availability for app in self._apps()]
        return not availabilities or any(availability.accepting for availability in availabilities)

    def settle(self) -> None:
        """Return when the server does as ``accepting`` says. Raises ``ServerError`` where the port was lost."""
        listener = self._listener()
        if listener is not None:
            listener.settle()

    def take_tls(self, app: App) -> None:
        """Talk TLS too, to clients that begin with it, until ``app`` ends."""
        listener = self._listener()
        if listener is not None:
            self._tls_for = app
            listener.spare_context = tls.server_context()

    def remember(self, tenant: Tenant, owner: str) -> None:
        """Whose the subscriptions of an application are that is about to forget them, or to go."""
        with tenant.application.backend.peek() as (broker, _):
            self._remember(broker.subscription_ids(), owner)

    def _remember(self, subscription_ids: Iterable[str], owner: str) -> None:
        self.stale_subscriptions.update(dict.fromkeys(subscription_ids, owner))
        while len(self.stale_subscriptions) > MOST_REMEMBERED:
            del self.stale_subscriptions[next(iter(self.stale_subscriptions))]

    def _begin(self, app: App) -> None:
        app.tenants.stale_subscriptions = self.stale_subscriptions
        app.tenants.elsewhere = self.find
        app.availability.settle = self.settle
        app.idle = self.idle
        self._follow()

    def _follow(self) -> None:
        """Have the server accept connections, or not, as those do who are served now."""
        listener = self._listener()
        if listener is not None and listener.listening != self.accepting():
            listener.settle()

    def _apps(self) -> Iterator[App]:
        yield from self._beside
        if self._app is not None:
            yield self._app


def _hand_on(
    beside: Sequence[App], plain: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Whose application a path names, or on ``/v1`` a header, or on ``/api`` the host, is who answers.

    Where only the body says it, in the legacy form of AMF, anybody who is there finds out.
    """
    prefix, below = split_prefix(segments_of(environ))
    if prefix == ["v1"] and below == ["binary"]:
        named = None if isinstance(plain, App) else beside[0]
    else:
        app_id = environ.get("HTTP_APPLICATION_ID", "") if prefix == ["v1"] else prefix[0]
        domain = environ.get("HTTP_HOST") if prefix == ["api"] else None
        named = next((app for app in beside if app_id in app.tenants or (domain and domain == app.domain)), None)
    return (named or plain)(environ, start_response)
