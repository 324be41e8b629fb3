"""One request on its way through the checks of A4, and the answer that comes of it."""

from __future__ import annotations

import functools
import re
import traceback
from collections.abc import Callable
from email.utils import format_datetime
from http import HTTPStatus
from typing import NamedTuple, NoReturn

from ..messaging.access import REST_ROLE
from ..messaging.channel import Poll
from ..messaging.due import RunawayScheduleError
from ..messaging.duration import SECOND
from ..messaging.errors import InvalidParameter, MessagingError, MissingApplicationId, UnreadableRequest
from ..messaging.secret import conceal
from ..runtime.backend import RUNAWAY, ListenerError
from ..runtime.event import Refused
from ..runtime.instant import to_datetime
from ..runtime.virtual_time import BeforeEpochError
from ..service import codec, observer
from ..service.call import JSON, Call
from ..service.remedy import ALLOW_UNKNOWN_REQUESTS, NEW_APPLICATION, PLACE, Finding
from .body import BodyCutShort
from .credentials import Credentials
from .dialect import Dialect, Invocation, UnknownRoute
from .disruption import Answered, Disruption
from .fault import STUB
from .journal import Entry
from .request import IncomingRequest
from .response import OURS, Response, Transport, whole
from .stub import Stub
from .tenants import Tenant, Tenants

_GUID = re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
TOO_DEEP = (
    "too little of Python's stack was left for the request: a client without a socket (wsgi_app) runs it on its own; "
    "call it from fewer frames, or raise sys.setrecursionlimit()"
)


class ApplicationClosed(Exception):
    """The test was over before the request could be carried out."""


class Answer(NamedTuple):
    """What a request is answered."""

    response: Response
    code: int | None = None
    """The Backendless code of an error."""


class Exchange:
    """One request on its way through the checks of A4, in the dialect it is spoken in."""

    def __init__(self, tenants: Tenants, request: IncomingRequest, dialect: Dialect) -> None:
        self._tenants = tenants
        self._request = request
        self._dialect = dialect
        self._tenant = tenants.default
        self._application = tenants.default.application
        self.transport: Transport = whole
        """How the answer goes over the wire."""
        self._key_role = REST_ROLE
        self._at: int | None = None
        self._poll: Poll | None = None
        self._spent = False
        self._near: Finding | None = None
        self._disruption: Disruption | None = None

    def respond(self) -> Response:
        """The answer to a request that was received; what the test should know is noted on the way.

        Raises ``ApplicationClosed``, and nothing else.
        """
        response, code = self._answer()
        answered = not self._request.connection.is_cut_off
        if self._disruption is not None:
            self.transport, answered = self._disruption.transport, answered and self._disruption.answered
            if code is not None:
                self._disruption.undo()
        closing = (("Connection", "close"),) if self._spent else ()
        headers = (*response.headers, ("Date", _http_date(self._now() // SECOND)), *closing)
        self._tenant.journal.add(entry := self._entry(response, code) if answered else self._entry())
        if self._tenant.recorder is not None:
            self._tenant.record(entry, self._request.host_url(), headers if answered else ())
        return Response(response.status, headers, response.body)

    def _answer(self) -> Answer:
        try:
            return self._serve()
        except Answered as given:
            return Answer(given.response)
        except BodyCutShort as error:
            return self._refusal(UnreadableRequest("the body never came whole", detail=str(error)))
        except MessagingError as error:
            return self._refusal(error)
        except UnknownRoute:
            return self._unknown()
        except ApplicationClosed:
            raise
        except Exception as error:  # noqa: BLE001 - whatever else it is, it fails the test
            return self._breakdown(error)

    def _serve(self) -> Answer:
        request = self._request
        self._spent = not isinstance(request.payload, bytes)
        if isinstance(request.payload, BodyCutShort):
            raise request.payload
        try:
            invocation = self._dialect.read(request, self._enter)
        except UnknownRoute:
            self._answer_by_stub()
            raise
        operation = request.operation or invocation.operation.name
        if self._tenant.faults:
            self._apply_faults(invocation.params.get("channel"), lambda: self._sample(operation))
        answer = self._operate(invocation)
        return self._write(HTTPStatus.OK, self._dialect.write(self._tenant, request, answer, self._now()))

    def _enter(self, credentials: Credentials) -> Tenant:
        """Settle which application is asked. Raises ``UnknownApplication``."""
        self._turn_to(self._tenants.find(credentials))
        self._key_role = self._application.key_role(credentials.api_key) or REST_ROLE
        return self._tenant

    def _turn_to(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._application = tenant.application

    def _operate(self, invocation: Invocation) -> JSON:
        """Carry the operation out, in one session with the application. Raises ``ApplicationClosed``."""
        body = invocation.body()
        if body:
            conceal(body)
        answer: JSON = None
        failure = None if self._disruption is None else self._disruption.failure
        application = self._application
        try:
            with application.backend.session() as (broker, now):
                if application.backend.closed:
                    raise ApplicationClosed
                self._at = now
                call = Call(
                    application,
                    broker,
                    now,
                    self._line,
                    invocation.params,
                    body,
                    invocation.token,
                    self._key_role,
                    failure,
                    self._request.headers,
                    self._request.host_url,
                )
                answer = invocation.operation.run(call)
                self._poll = call.poll
        except InvalidParameter:
            self._recognise_stale_subscription(invocation.params.get("subscription"))
            raise
        except ListenerError:
            self._blame_test()
        return answer

    def _answer_by_stub(self) -> None:
        """Raises ``Answered`` where there is a stub, ``UnknownApplication`` where its key is wrong."""
        try:
            key = self._dialect.stub_key(self._request)
        except MissingApplicationId:
            return
        tenant = self._tenants.get(key.credentials)
        if tenant is not None:
            self._turn_to(tenant)
            stub = tenant.stubs.find(key.method, key.path)
            if stub is not None:
                self._enter(key.credentials)
                self._give(stub)
        for owner in self._tenants:
            stub = owner.stubs.find(key.method, key.whole_path, root=True)
            if stub is not None:
                self._turn_to(owner)
                self._give(stub)

    def _give(self, stub: Stub) -> NoReturn:
        """Raises ``Answered``, and what a fault for stubs raises."""
        self._request.operation = STUB
        response = self._dialect.render_stub(stub.response, self._now())
        self._apply_faults(None, lambda: response)
        raise Answered(response)

    def _apply_faults(self, channel: str | None, sample: Callable[[], Response]) -> None:
        """Raises what ``Disruption.apply`` does."""
        if self._request.shown is None:
            self._request.show_body()
        entry = self._entry()
        self._disruption = Disruption(self._tenant, self._blame_test)
        try:
            self._disruption.apply(
                entry.request(),
                at=entry.at,
                channel=channel,
                line=self._line(),
                sample=sample,
                gather=self._request.gather,
            )
        finally:
            self._at = None  # the clock may have gone on meanwhile

    def _sample(self, operation: str) -> Response:
        return self._write(HTTPStatus.OK, self._dialect.write_sample(operation, self._now())).response

    def _now(self) -> int:
        """When the request was served, in microseconds since the epoch."""
        if self._at is None:
            self._at = self._application.backend.time.stamp()
        return self._at

    def _entry(self, response: Response | None = None, code: int | None = None) -> Entry:
        entry = self._request.entry(self._now(), response, code, self._poll)
        return entry if self._near is None else entry._replace(near=self._near)

    def _line(self) -> str:
        return self._dialect.line(self._request.line(self._application.identity))

    def _blame_test(self) -> None:
        """What a callable of the test raised is its own error: it is told, and the client does not notice."""
        self._application.verdict.report_problem(f"{self._line()}\n{traceback.format_exc()}")

    def _recognise_stale_subscription(self, subscription_id: str | None) -> None:
        owner = self._tenants.stale_subscriptions.get(subscription_id or "")
        if owner:
            self._application.verdict.hint(f"{self._line()}: a subscription of {owner}; its poller outlived that test")

    def _unknown(self) -> Answer:
        said = f"the service has no {self._line()}"
        if not self._tenants.allow_unknown_requests:
            app_id = self._request.segments[0]
            if _GUID.fullmatch(app_id) and not (app_id in self._tenants or self._tenants.has_key(app_id)):
                near = Finding(f"nor has the mock an application {app_id}: {PLACE} makes one", (NEW_APPLICATION,))
            else:
                near = self._dialect.nearest(self._request)
            self._near = near
            self._application.verdict.report_problem(
                f"{said}; {near.text}.\nIf this is intended, use {PLACE}", *near.remedies, ALLOW_UNKNOWN_REQUESTS
            )
        return self._failure(HTTPStatus.NOT_FOUND, said)

    def _breakdown(self, error: Exception) -> Answer:
        """A schedule or a time that nobody means, or a bug of ours."""
        if isinstance(error, RunawayScheduleError | BeforeEpochError):
            problem = text = str(error)
        elif isinstance(error, RecursionError) and self._application.backend.is_nested:
            problem = text = RUNAWAY  # a client without a socket stacks all of it on one thread
        elif isinstance(error, RecursionError):
            problem = f"{self._line()}: {TOO_DEEP}"
            text = TOO_DEEP
        else:
            text = f"the mock has a bug: {error!r}"
            raised = f"{self._line()} raised\n{traceback.format_exc()}"
            problem = f"{OURS}this is a bug of the mock, please report it. {raised}"
        self._application.verdict.report_problem(problem)
        return self._failure(HTTPStatus.INTERNAL_SERVER_ERROR, text)

    def _refusal(self, error: MessagingError) -> Answer:
        if self._disruption is None or not self._disruption.invented:
            observer.refused(self._application, self._line(), error)
        try:
            self._application.backend.note(Refused(self._now(), self._line(), error))
        except ListenerError:
            self._blame_test()
        except RunawayScheduleError as runaway:
            return self._breakdown(runaway)
        return self._error(HTTPStatus.BAD_REQUEST, error.code, error.message)

    def _failure(self, status: HTTPStatus, text: str) -> Answer:
        return self._error(status, status.value, OURS + text)

    def _error(self, status: HTTPStatus, code: int, text: str) -> Answer:
        error = codec.write_error(code, text, self._application.rules)
        return self._write(*self._dialect.write_error(error, status, self._now()), code)

    def _write(self, status: HTTPStatus, payload: bytes, code: int | None = None) -> Answer:
        return Answer(Response(status, (("Content-Type", self._dialect.content_type),), payload), code)


@functools.lru_cache(maxsize=16)
def _http_date(seconds: int) -> str:
    """Of the mock's clock; most answers come within the second of the one before."""
    return format_datetime(to_datetime(seconds * SECOND), usegmt=True)
