"""One request on its way through the checks of A4, and the answer that comes of it."""

from __future__ import annotations

import functools
import json
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from ..messaging.due import RunawayScheduleError
from ..messaging.errors import InvalidParameter, MessagingError, MissingApplicationId, UnreadableRequest
from ..messaging.event import Refused
from ..messaging.schedule import SECOND
from ..messaging.secret import Secret
from ..runtime.backend import ListenerError
from ..runtime.instant import to_datetime
from ..service import codec as wire
from ..service import hint as hints
from ..service import schema
from ..service.operation import OPERATIONS, Operation
from ..service.verdict import nearest
from . import body
from . import response as transport
from .amf import method as remoting
from .body import BodyCutShort, BodyTooLong
from .disruption import Mishap, Settled
from .fault import STUB
from .journal import Entry
from .response import GATHER, Response, Transport
from .rest import route
from .rest.route import Credentials, Target, UnknownRoute

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .app import Application

_GUID = re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
OURS = "pytest-backendless-mock: "
"""How texts begin that the service itself would never say."""


class Answer(NamedTuple):
    """What a request is answered."""

    status: int
    payload: Any
    code: int | None = None
    """The Backendless code of an error."""
    response: Response | None = None
    """The answer as it is where it is not the service's own: that of a stub or a fault."""


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
        self._spent = False
        self._mishap: Mishap | None = None

    @property
    def at(self) -> int:
        """When the request was served, in microseconds since the epoch."""
        if self._at is None:
            self._at = self._tenant.backend.clock.read()
        return self._at

    @property
    def transport(self) -> Transport:
        """How the answer goes over the wire."""
        return self._mishap.transport if self._mishap is not None else transport.whole

    def respond(self) -> Response:
        """The answer, whatever happens; what the test should know is noted on the way."""
        answer = self._answer()
        if self._mishap is not None and answer.code is not None:
            self._mishap.come_to_nothing()
        answered = self._mishap is None or self._mishap.answered
        self._tenant.journal.add(self._entry(answer.status, answer.code) if answered else self._entry())
        date = ("Date", _http_date(self.at // SECOND))
        closing = (("Connection", "close"),) if self._spent else ()
        if answer.response is not None:
            return answer.response._replace(headers=(*answer.response.headers, date, *closing))
        headers = (("Content-Type", self.content_type), date, *closing)
        return Response(answer.status, headers, self.write(answer.payload))

    def write(self, payload: Any) -> bytes:
        """An answer's bytes."""
        return json.dumps(payload, separators=(",", ":")).encode("ascii")

    def _answer(self) -> Answer:
        try:
            payload = self._body()
            return Answer(HTTPStatus.OK, self._run(payload))
        except Settled as settled:
            return Answer(settled.response.status, None, response=settled.response)
        except BodyCutShort as error:
            self._spent = True
            return self._refusal(UnreadableRequest("the body never came whole", detail=str(error)))
        except MessagingError as error:
            return self._refusal(error)
        except UnknownRoute:
            return self._unknown()
        except Exception as error:  # noqa: BLE001 - whatever else it is, it fails the test
            return self._breakdown(error)

    def _breakdown(self, error: Exception) -> Answer:
        """A schedule that nobody means, or a bug of ours."""
        if isinstance(error, RunawayScheduleError):
            problem = text = str(error)
        else:
            text = f"the mock has a bug: {error!r}"
            raised = f"{self._line()} raised\n{traceback.format_exc()}"
            problem = f"{OURS}this is a bug of the mock, please report it. {raised}"
        self._tenant.verdict.object_to(problem)
        return self._failure(HTTPStatus.INTERNAL_SERVER_ERROR, text)

    def _body(self) -> bytes | BodyTooLong:
        try:
            return body.read(self._environ)
        except BodyTooLong as error:
            self._spent = True
            return error

    def _run(self, payload: bytes | BodyTooLong) -> Any:
        target = self._target(payload)
        self._operation = target.operation
        self._tenant = self._application.tenant(target.credentials)
        operation = OPERATIONS[target.operation]
        if self._tenant.faults:
            self._keep(payload)
            self._meet_faults(target.params.get("channel"), self._sample)
        if isinstance(payload, BodyTooLong):
            raise payload
        value = self._read_json(payload, operation) if operation.body else None
        answer = self._operate(operation, target.params, value, self._headers.get("user-token"))
        if target.operation == "retrieve":
            for hint in remoting.cycle_hints(answer, self._tenant.originals):
                self._tenant.verdict.hint_at(f"{self._line()}: {hint}")
        return answer

    def _target(self, payload: bytes | BodyTooLong) -> Target:
        """What the request is for, if the service has that. Raises as ``route.find``."""
        try:
            return route.find(self._method, self._segments, self._headers)
        except UnknownRoute:
            self._answer_by_stub(payload)
            raise

    def _answer_by_stub(self, payload: bytes | BodyTooLong) -> None:
        """Raises ``Settled`` where there is a stub, ``UnknownApplication`` where its key is wrong."""
        try:
            credentials = route.credentials(self._segments, self._headers)
        except MissingApplicationId:
            return
        tenant = self._application.tenants.get(credentials.app_id or str(self._tenant.identity.app_id))
        if tenant is None:
            return
        self._tenant = tenant
        stub = tenant.stubs.find(self._method, route.below(self._segments))
        if stub is not None:
            self._application.tenant(credentials)
            self._operation = STUB
            self._keep(payload)
            self._meet_faults(None, lambda: stub.response)
            raise Settled(stub.response)

    def _keep(self, payload: bytes | BodyTooLong) -> None:
        """For the journal, and for who asks about the request."""
        self._read = payload if isinstance(payload, bytes) and payload else None

    def _entry(self, status: int | None = None, code: int | None = None) -> Entry:
        path = f"/{route.show(self._segments)}"
        query = self._environ.get("QUERY_STRING", "")
        return Entry(self.at, self._operation, self._method, path, self._headers, self._read, status, code, query)

    def _meet_faults(self, channel: str | None, sample: Callable[[], Response]) -> None:
        """Raises what ``Mishap.befall`` does."""
        entry = self._entry()
        self._mishap = Mishap(self._blame_test)
        try:
            self._mishap.befall(
                self._tenant,
                entry.request(),
                at=entry.at,
                channel=channel,
                line=self._line(),
                sample=sample,
                gather=self._environ.get(GATHER, _nobody),
            )
        finally:
            self._at = None  # the clock may have gone on meanwhile

    def _sample(self) -> Response:
        """An answer such as the operation gives, for a fault to spoil."""
        example = schema.example(f"{self._operation}.response")
        return Response(HTTPStatus.OK, (("Content-Type", self.content_type),), self.write(example))

    def _operate(self, operation: Operation, params: Mapping[str, str], value: Any, token: str | None) -> Any:
        """Carry an operation out, in one session with the application."""
        answer: Any = None
        try:
            failure = self._mishap.failure if self._mishap is not None else None
            with self._tenant.call(params, value, token=token, origin=self._line(), failure=failure) as call:
                self._at = call.now
                answer = operation.run(call)
        except InvalidParameter:
            self._recognise_stranger(params)
            raise
        except ListenerError:
            self._blame_test()
        return answer

    def _blame_test(self) -> None:
        """What a callable of the test raised is its own error: it is told, and the client does not notice."""
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
        app_id = self._segments[0]
        if _GUID.fullmatch(app_id) and app_id not in self._application.tenants:
            return (
                f"nor has the mock an application {app_id}: backendless_mock.new_app(app_id=..., api_key=...) makes one"
            )
        return route.nearest_route(self._method, self._segments)

    def _line(self) -> str:
        below = self._segments[2:] if self._segments[:2] == list(self._tenant.identity) else self._segments
        prefix = "/" if below is self._segments else "…/"
        return f"{self._method} {prefix}{route.show(below)}"

    def _refusal(self, error: MessagingError) -> Answer:
        invented = self._mishap is not None and self._mishap.invented
        hint = None if invented else hints.refusal(error, self._tenant.backend.clock)
        if hint:
            self._tenant.verdict.hint_at(f"{self._line()}: {hint}")
        try:
            self._tenant.backend.note(Refused(self.at, self._line(), error))
        except ListenerError:
            self._blame_test()
        return self._error(HTTPStatus.BAD_REQUEST, error.code, error.message)

    def _failure(self, status: HTTPStatus, text: str) -> Answer:
        return self._error(status, status.value, OURS + text)

    def _error(self, status: HTTPStatus, code: int, text: str) -> Answer:
        return Answer(status, wire.write_error(code, text, self._tenant.rules), code)


def _nobody() -> None:
    """Without a server nobody else is coming."""


@functools.lru_cache(maxsize=16)
def _http_date(seconds: int) -> str:
    """Of the mock's clock; most answers come within the second of the one before."""
    return format_datetime(to_datetime(seconds * SECOND), usegmt=True)


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
