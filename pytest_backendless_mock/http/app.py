"""The WSGI application: whether it can be reached, which tenant a request is for, and its exchange."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..messaging.errors import UnknownApplication
from ..messaging.event import Faulted
from ..runtime.backend import ListenerError
from .amf.dialect import RemoteExchange
from .availability import Availability
from .exchange import Exchange
from .rest import route
from .rest.route import Credentials
from .tenant import Tenant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Application:
    """A WSGI callable over one or more tenants; the first is the one a domain stands for (W1)."""

    def __init__(self, tenant: Tenant, *, allow_unknown_requests: bool = False) -> None:
        self.tenants = {str(tenant.identity.app_id): tenant}
        self.allow_unknown_requests = allow_unknown_requests
        self.strangers: Mapping[str, str] = {}
        """Subscription ids of earlier tests and whose they were (C10)."""
        self.availability = Availability(tenant.backend.clock, self._note)
        self._default = tenant

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request (PEP 3333).

        Raises ``OSError`` or ``HTTPException`` where that is what the test asked for: what a client meets for want
        of an answer.
        """
        try:
            self.availability.check()
        except ConnectionRefusedError as error:
            what = f"{environ['REQUEST_METHOD']} /{route.show(route.segments(environ))}"
            self._note(Faulted(self._default.backend.clock.read(), what, str(error.strerror)))
            raise
        exchange = _exchange(self, environ)
        response = exchange.respond()
        return exchange.transport(environ, start_response, response)

    def add(self, tenant: Tenant) -> None:
        """Serve another application. Raises ``ValueError`` where there is one with that id."""
        app_id = str(tenant.identity.app_id)
        if app_id in self.tenants:
            raise ValueError(f"there is an application {app_id} already")
        self.tenants[app_id] = tenant

    def tenant(self, credentials: Credentials) -> Tenant:
        """The application that ``credentials`` belong to; without a key any is. Raises ``UnknownApplication`` (A1)."""
        if credentials.app_id is None:
            return self._default
        tenant = self.tenants.get(credentials.app_id)
        if tenant is None or credentials.api_key not in (None, tenant.identity.api_key):
            raise UnknownApplication(
                detail=f"the mock's application is {self._default.identity.app_id}; new_app(app_id=...) makes others"
            )
        return tenant

    def _note(self, event: Faulted) -> None:
        """All applications are on the same server; what happened there may be found out late."""
        for tenant in self.tenants.values():
            try:
                tenant.backend.note(event, late=True)
            except ListenerError:
                tenant.verdict.object_to(f"{event.what}: {event.fault}\n{traceback.format_exc()}")


def _exchange(application: Application, environ: WSGIEnvironment) -> Exchange:
    segments = route.segments(environ)
    binary = route.find_binary(environ["REQUEST_METHOD"], segments)
    return (Exchange if binary is None else RemoteExchange)(application, environ, segments)
