"""The WSGI application: its doors, whether the service can be reached, and in which dialect a request speaks."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..runtime.event import Faulted
from ..service.application import Application
from . import cors
from .amf.dialect import AmfDialect, is_binary
from .availability import Availability
from .exchange import ApplicationClosed, Exchange
from .idle import IdleApp
from .mounts import Mounts
from .request import IncomingRequest
from .response import Response, whole
from .rest import route
from .rest.dialect import REST
from .tenants import Tenants

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class App:
    """A WSGI callable over one or more applications of Backendless."""

    def __init__(self, application: Application, *, allow_unknown_requests: bool = False) -> None:
        self.tenants = Tenants(application, allow_unknown_requests=allow_unknown_requests)
        self.availability = Availability(application.backend.time, self._note)
        self.mounts = Mounts([], self.serve)
        self.idle = IdleApp()
        """Who answers when the test is over."""
        self.domain: str | None = None
        """The host, with its port, that stands for it where a path names no application and others are served (W1)."""
        self.shares = application.rules.cors
        """Whether pages on other origins may read answers (W22)."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request (PEP 3333).

        Raises ``OSError`` or ``HTTPException`` where that is what the test asked for: what a client meets for want
        of an answer.
        """
        if self.shares:
            start_response = cors.sharing(environ, start_response)
        return self.mounts(environ, start_response)

    def serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The service's own door. Raises as calling does.

        While a body is on its way the service may go away, and the test may end: then nobody carries the request out.
        """
        request = IncomingRequest(environ)
        request.receive()
        backend = self.tenants.default.application.backend
        if backend.closed:
            return self._turn_away(request, start_response)
        try:
            self.availability.check()
            if request.connection.is_cut_off:
                raise ConnectionResetError(errno.ECONNRESET, "the service went offline meanwhile")
        except ConnectionError as error:
            self._note(Faulted(backend.time.stamp(), f"{request.method} {request.path}", str(error.strerror)))
            raise
        if self.shares and cors.is_preflight(request.method, request.headers):
            return whole(environ, start_response, self._allow(request))
        exchange = Exchange(self.tenants, request, AmfDialect() if is_binary(request) else REST)
        try:
            response = exchange.respond()
        except ApplicationClosed:
            return self._turn_away(request, start_response)
        return exchange.transport(environ, start_response, response)

    def _turn_away(self, request: IncomingRequest, start_response: StartResponse) -> Iterable[bytes]:
        return self.idle.refuse(request.environ, start_response, spent=not isinstance(request.payload, bytes))

    def _allow(self, request: IncomingRequest) -> Response:
        """A preflight: a page may send what it asks for. Faults and stubs do not see it, and it consumes nothing."""
        methods = route.methods(request.below) or cors.METHODS
        headers = cors.preflight_headers(request.headers.get("access-control-request-headers"), methods)
        response = Response(HTTPStatus.NO_CONTENT, headers, b"")
        tenant = self.tenants.get(request.credentials) or self.tenants.default
        tenant.journal.add(entry := request.entry(tenant.application.backend.time.stamp(), response))
        tenant.record(entry, request.host_url(), headers)
        return response

    def _note(self, event: Faulted) -> None:
        """All applications are on the same server; what happened there may be found out late."""
        for tenant in self.tenants:
            tenant.note(event)
