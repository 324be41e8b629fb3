"""The WSGI application: from a request to an operation of a tenant, and from what came of it to an answer."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from ..messaging.errors import (
    InvalidParameter,
    MessagingError,
    UnknownApplication,
    UnreadableRequest,
)
from ..messaging.event import Refused
from ..messaging.runaway import RunawayScheduleError
from ..messaging.secret import Secret
from ..runtime.backend import ListenerError
from ..runtime.instant import to_datetime
from . import body, hints, route, wire
from .body import BodyCutShort, BodyTooLong
from .journal import Entry
from .operation import OPERATIONS, Operation
from .route import Credentials, Target, UnknownRoute
from .tenant import Tenant
from .verdict import nearest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

OURS = "pytest-backendless-mock: "
"""How texts begin that the service itself would never say."""
ABSENT = object()


class Answer(NamedTuple):
    """What a request is answered."""

    status: int
    payload: Any


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
        exchange = Exchange(self, environ)
        answer = exchange.serve()
        payload = json.dumps(answer.payload, separators=(",", ":")).encode("ascii")
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(payload))),
            ("Date", format_datetime(to_datetime(exchange.at), usegmt=True)),
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
        """The application that ``credentials`` belong to. Raises ``UnknownApplication`` (A1)."""
        if credentials.app_id is None:
            return self._default
        tenant = self.tenants.get(credentials.app_id)
        if tenant is None or tenant.identity != credentials:
            raise UnknownApplication(detail=f"the mock's application is {self._default.identity.app_id}")
        return tenant


class Exchange:
    """One request on its way through the checks of A4."""

    def __init__(self, application: Application, environ: WSGIEnvironment) -> None:
        self._application = application
        self._environ = environ
        self._tenant = application.tenant(Credentials())
        self._method: str = environ["REQUEST_METHOD"]
        self._headers = _headers(environ)
        self._segments = route.segments(environ)
        self._operation: str | None = None
        self._read: bytes | None = None
        self._at: int | None = None
        self.spent = False
        """Whether the connection cannot be used further."""

    @property
    def at(self) -> int:
        """When the request was served, in microseconds since the epoch."""
        if self._at is None:
            self._at = self._tenant.backend.clock.read()
        return self._at

    def serve(self) -> Answer:
        """The answer, whatever happens; what the test should know is noted on the way."""
        answer = self._answer()
        code = answer.payload["code"] if answer.status != HTTPStatus.OK else None
        self._tenant.journal.add(
            Entry(
                self.at,
                self._operation,
                self._method,
                f"/{route.show(self._segments)}",
                self._headers,
                self._read,
                answer.status,
                code,
            )
        )
        return answer

    def _answer(self) -> Answer:
        try:
            payload = self._body()
            return Answer(HTTPStatus.OK, self._run(payload))
        except BodyCutShort as error:
            self.spent = True
            return self._refusal(UnreadableRequest("the body never came whole", detail=str(error)))
        except MessagingError as error:
            return self._refusal(error)
        except UnknownRoute:
            return self._unknown()
        except RunawayScheduleError as error:
            self._tenant.verdict.object_to(str(error))
            return self._failure(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        except Exception as error:  # noqa: BLE001 - whatever else it is, it is a bug of ours and fails the test
            self._tenant.verdict.object_to(
                f"{OURS}this is a bug of the mock, please report it. {self._line()} raised\n{traceback.format_exc()}"
            )
            return self._failure(HTTPStatus.INTERNAL_SERVER_ERROR, f"the mock has a bug: {error!r}")

    def _body(self) -> bytes | BodyTooLong:
        try:
            return body.read(self._environ)
        except BodyTooLong as error:
            self.spent = True
            return error

    def _run(self, payload: bytes | BodyTooLong) -> Any:
        target = route.find(self._method, self._segments, self._headers)
        self._operation = target.operation
        self._tenant = self._application.tenant(target.credentials)
        operation = OPERATIONS[target.operation]
        if isinstance(payload, BodyTooLong):
            raise payload
        value = self._read_json(payload, operation) if operation.body else None
        answer: Any = None
        try:
            with self._tenant.call(
                target.params, value, token=self._headers.get("user-token"), origin=self._line()
            ) as call:
                self._at = call.now
                answer = operation.run(call)
        except InvalidParameter:
            self._recognise_stranger(target)
            raise
        except ListenerError:
            self._blame_listener()
        return answer

    def _blame_listener(self) -> None:
        """What a listener raised is the test's own error: it is told, and the client does not notice."""
        self._tenant.verdict.object_to(f"{self._line()}\n{traceback.format_exc()}")

    def _read_json(self, payload: bytes, operation: Operation) -> Any:
        """Size was checked; Content-Type, then syntax (W6, W7), then fields nobody knows (W10)."""
        if not payload and not operation.body_required:
            return {}
        self._read = payload
        declared = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        is_json = declared == "application/json" or declared.endswith("+json")
        if payload and not is_json and self._tenant.rules.require_content_type:
            self._tenant.verdict.hint_at(
                f"{self._line()}: Content-Type is {declared!r}; requests and httpx send JSON as such with json="
            )
            raise UnreadableRequest(f"Content-Type is {declared!r}, not application/json")
        value = body.parse(payload)
        for name in wire.unknown_fields(value, str(operation.body)):
            self._tenant.verdict.hint_at(_unknown_field(name, wire.known_fields(str(operation.body)), self._line()))
        return value

    def _recognise_stranger(self, target: Target) -> None:
        owner = self._application.strangers.get(target.params.get("subscription", ""))
        if owner:
            self._tenant.verdict.hint_at(f"{self._line()}: a subscription of {owner}; its poller outlived that test")

    def _unknown(self) -> Answer:
        said = f"the service has no {self._line()}"
        if not self._application.allow_unknown_requests:
            near = route.nearest_route(self._method, self._segments)
            self._tenant.verdict.object_to(
                f"{said}; {near}.\nIf it is meant, say @pytest.mark.backendless_mock(allow_unknown_requests=True)"
            )
        return self._failure(HTTPStatus.NOT_FOUND, said)

    def _line(self) -> str:
        below = self._segments[2:] if self._segments[:2] == list(self._tenant.identity) else self._segments
        prefix = "/" if below is self._segments else "…/"
        return f"{self._method} {prefix}{route.show(below)}"

    def _refusal(self, error: MessagingError) -> Answer:
        hint = hints.refusal(error, self._tenant.backend.clock)
        if hint:
            self._tenant.verdict.hint_at(f"{self._line()}: {hint}")
        try:
            self._tenant.backend.note(Refused(self.at, self._line(), error))
        except ListenerError:
            self._blame_listener()
        return Answer(HTTPStatus.BAD_REQUEST, wire.write_error(error.code, error.message, self._tenant.rules))

    def _failure(self, status: HTTPStatus, text: str) -> Answer:
        return Answer(status, wire.write_error(status.value, OURS + text, self._tenant.rules))


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    """The request's headers, names in lower case."""
    headers = {
        key[5:].replace("_", "-").lower(): str(value) for key, value in environ.items() if key.startswith("HTTP_")
    }
    if "user-token" in headers:
        headers["user-token"] = Secret(headers["user-token"])
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    return headers


def _unknown_field(name: str, known: Iterable[str], line: str) -> str:
    meant = nearest(name, known)
    return f"{line}: the service ignores the field {name!r}" + (f"; did you mean {meant!r}?" if meant else "")
