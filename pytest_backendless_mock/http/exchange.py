"""One request on its way through the checks of A4, and the answer that comes of it."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from ..messaging.errors import InvalidParameter, MessagingError, UnreadableRequest
from ..messaging.event import Refused
from ..messaging.runaway import RunawayScheduleError
from ..messaging.secret import Secret
from ..runtime.backend import ListenerError
from . import body, hints, remoting, route, wire
from .body import BodyCutShort, BodyTooLong
from .journal import Entry
from .operation import OPERATIONS, Operation
from .route import Credentials, UnknownRoute
from .verdict import nearest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .app import Application

OURS = "pytest-backendless-mock: "
"""How texts begin that the service itself would never say."""


class Answer(NamedTuple):
    """What a request is answered."""

    status: int
    payload: Any
    code: int | None = None
    """The Backendless code of an error."""


class Exchange:
    """One request on its way through the checks of A4."""

    content_type = "application/json"

    def __init__(self, application: Application, environ: WSGIEnvironment, segments: list[str]) -> None:
        self._application = application
        self._environ = environ
        self._tenant = application.tenant(Credentials())
        self._method: str = environ["REQUEST_METHOD"]
        self._headers = _headers(environ)
        self._segments = segments
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
        self._tenant.journal.add(
            Entry(
                self.at,
                self._operation,
                self._method,
                f"/{route.show(self._segments)}",
                self._headers,
                self._read,
                answer.status,
                answer.code,
            )
        )
        return answer

    def write(self, payload: Any) -> bytes:
        """An answer's bytes."""
        return json.dumps(payload, separators=(",", ":")).encode("ascii")

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
        answer = self._operate(operation, target.params, value, self._headers.get("user-token"))
        if target.operation == "retrieve":
            for hint in remoting.cycle_hints(answer, self._tenant.originals):
                self._tenant.verdict.hint_at(f"{self._line()}: {hint}")
        return answer

    def _operate(self, operation: Operation, params: Mapping[str, str], value: Any, token: str | None) -> Any:
        """Carry an operation out, in one session with the application."""
        answer: Any = None
        try:
            with self._tenant.call(params, value, token=token, origin=self._line()) as call:
                self._at = call.now
                answer = operation.run(call)
        except InvalidParameter:
            self._recognise_stranger(params)
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

    def _recognise_stranger(self, params: Mapping[str, str]) -> None:
        owner = self._application.strangers.get(params.get("subscription", ""))
        if owner:
            self._tenant.verdict.hint_at(f"{self._line()}: a subscription of {owner}; its poller outlived that test")

    def _unknown(self) -> Answer:
        said = f"the service has no {self._line()}"
        if not self._application.allow_unknown_requests:
            near = self._near()
            self._tenant.verdict.object_to(
                f"{said}; {near}.\nIf it is meant, say @pytest.mark.backendless_mock(allow_unknown_requests=True)"
            )
        return self._failure(HTTPStatus.NOT_FOUND, said)

    def _near(self) -> str:
        """What an unknown request may have meant."""
        return route.nearest_route(self._method, self._segments)

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
        return self._error(HTTPStatus.BAD_REQUEST, error.code, error.message)

    def _failure(self, status: HTTPStatus, text: str) -> Answer:
        return self._error(status, status.value, OURS + text)

    def _error(self, status: HTTPStatus, code: int, text: str) -> Answer:
        return Answer(status, wire.write_error(code, text, self._tenant.rules), code)


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
