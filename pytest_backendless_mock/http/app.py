"""The WSGI application: which tenant a request is for, and its exchange written as a response."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..messaging.errors import UnknownApplication
from ..messaging.schedule import SECOND
from ..runtime.instant import to_datetime
from . import route
from .exchange import Exchange
from .remote_exchange import RemoteExchange
from .route import Credentials
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
        self._default = tenant

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request (PEP 3333)."""
        exchange = _exchange(self, environ)
        answer = exchange.serve()
        payload = exchange.write(answer.payload)
        headers = [
            ("Content-Type", exchange.content_type),
            ("Content-Length", str(len(payload))),
            ("Date", _http_date(exchange.at // SECOND)),
        ]
        if exchange.spent:
            headers.append(("Connection", "close"))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [payload]

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
            raise UnknownApplication(detail=f"the mock's application is {self._default.identity.app_id}")
        return tenant


@functools.lru_cache(maxsize=16)
def _http_date(seconds: int) -> str:
    """Of the mock's clock; most answers come within the second of the one before."""
    return format_datetime(to_datetime(seconds * SECOND), usegmt=True)


def _exchange(application: Application, environ: WSGIEnvironment) -> Exchange:
    segments = route.segments(environ)
    binary = route.find_binary(environ["REQUEST_METHOD"], segments)
    return (Exchange if binary is None else RemoteExchange)(application, environ, segments)
