"""What can go wrong between the code under test and the service, in the words of those who test for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from ..diagnosis.phrase import shown
from ..http import fault as plan
from ..http import response
from ..http.amf.method import METHODS
from ..http.fault import ALL, STUB, Break, Delay, Effect, Fail, Instead, Refuse
from ..http.journal import Request
from ..http.rest.route import ROUTES
from ..http.stub import canned
from ..http.tenants import Tenant
from ..messaging.errors import ERRORS, ErrorCode, MessagingError
from ..messaging.name import channel_name
from ..messaging.options import Failure
from ..messaging.schedule import seconds as microseconds
from ..runtime.instant import parse_seconds
from ..service.operation import OPERATIONS
from ..service.realtime import JOIN, REALTIME
from ..service.spelling import likeness, nearest

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

FaultOperation = Literal[
    "all",
    "stub",
    "publish",
    "status",
    "cancel",
    "subscribe",
    "retrieve",
    "delete_channel",
    "properties",
    "info",
    "register",
    "registrations",
    "unregister",
    "refresh_token",
    "push_template",
    "templates",
    "email",
    "email_template",
    "loggers",
    "log",
    "login",
    "logout",
    "is_valid_token",
    "user_roles",
    "lookup",
    "join",
    "realtime",
]
"""What a fault may be for, for type checkers; at run time the tables of the rooms below decide."""
Garbage = Literal["not JSON", "truncated JSON", "not HTTP"]
PUBLISHING = frozenset({"publish", "push_template"})
"""The operations that take a message in."""
REAL_TIME: Mapping[str, Mapping[str, str]] = {
    JOIN: {"fail": "fail(error=...)", "delay": "delay(seconds)", "reset": "reset()"},
    REALTIME: {"reset": "reset()", "lose": "lose()"},
}
"""What is no HTTP request (a client comes to a channel, a message goes to a listener), and what can go wrong there."""
HTTP_ONLY = ("http", "body", "headers", "midway", "when")
"""Keywords that make no sense for that."""
WITH_CHANNEL = frozenset({*REAL_TIME, *(route.operation for route in ROUTES if "{channel}" in route.path)})
"""The operations that name a channel."""
POSITIONAL = ("operation", "kind", "seconds")
"""What is said without its name when a fault is told."""
MOST_ERRORS = 10
"""How many errors are listed where one is asked for that the service does not have."""
REQUESTS = frozenset({*OPERATIONS, *(method.operation.name for method in METHODS.values()), STUB})
"""What "all" stands for."""
KNOWN = REQUESTS | REAL_TIME.keys()


class Fault:
    """Something that goes wrong, ``times`` times or until the test ends. A ``with`` block ends it earlier."""

    def __init__(self, fault: plan.Fault) -> None:
        self._fault = fault

    def __repr__(self) -> str:
        return repr(self._fault)

    def __enter__(self) -> Self:
        if self._fault.ended:
            raise RuntimeError(f"{self} has ended; ask for another")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def fired(self) -> int:
        """How often it has happened so far."""
        return self._fault.fired

    def end(self) -> None:
        """End the fault."""
        self._fault.end()


class Which(TypedDict, total=False):
    """Which requests a fault is for: on a ``channel``, ``when`` a callable says so, so many ``times``.

    A fault that never fires fails the test unless it is ``optional``.
    """

    channel: str
    when: Callable[[Request], object]
    times: int
    optional: bool


class Faults:
    """``backendless_mock.faults``: each call makes something go wrong, ``times`` times or until the test ends.

    The first argument is the operation: ``"publish"``, ``"retrieve"``, … as in ``backendless_mock.requests``,
    ``"stub"`` for what is stubbed, or ``"all"`` of these. ``"join"`` and ``"realtime"`` are for clients in real time:
    one comes to a channel, a message is sent to a listener. What each call returns can be used as a ``with`` block, at
    whose end the fault is over. The first matching fault that is not used up applies, after the first matching delay.
    Only with ``delay``, ``slow`` and ``lose`` does the service handle the request. Faults affect clients, not the
    test's own calls, except ``fail_delivery``. All raise ``ValueError`` for an unknown operation, channel or number,
    and ``TypeError`` for wrong types or keywords that exclude each other.
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    @property
    def _plan(self) -> plan.FaultPlan:
        return self._tenant.faults

    def __repr__(self) -> str:
        return f"<Faults {', '.join(map(repr, self._plan)) or 'none'}>"

    def fail(
        self,
        operation: FaultOperation,
        *,
        error: ErrorCode | None = None,
        message: str | None = None,
        http: int | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **which: Unpack[Which],
    ) -> Fault:
        """Answer with an ``error`` of the service, with another HTTP status, or with a ``message`` alone.

        ``error`` is a code of the service's table; ``message`` then is its text. ``http`` is a status from 200 to 599,
        with a ``body`` (text, bytes, or JSON) and ``headers``. A message alone is for publishing: 200,
        ``status: "failed"`` and that ``errorMessage``; and the status of the message says the same later.
        """
        given = {"error": error, "message": message, "http": http, "body": body, "headers": headers}
        if http is not None and error is None and message is None:
            return self._add("fail", operation, Instead(canned(http, body, headers)), which, given)
        if http is None and body is None and headers is None and (error is not None or message is not None):
            if error is not None:
                return self._add("fail", operation, Refuse(_error(error, message)), which, given)
            if not _operations(operation) <= PUBLISHING:
                other = "error=" if operation in REAL_TIME else "error= or http="
                raise ValueError(f"only publishing fails with a message alone, not {operation!r}: say {other}")
            return self._add("fail", operation, Fail(Failure(_text(message), at_once=True)), which, given)
        raise TypeError("fail() takes one of error= (with message=), http= (with body=, headers=), or message= alone")

    def fail_delivery(self, *, message: str = "Delivery failed", **which: Unpack[Which]) -> Fault:
        """Accept what is published, but fail it when it is due: the status is ``failed``, and ``message`` says why.

        A repeated message fails the first time and ends. This affects the test's own ``publish`` too.
        """
        return self._add("fail_delivery", PUBLISHING, Fail(Failure(_text(message))), which, {"message": message})

    def reset(self, operation: FaultOperation, *, midway: bool = False, **which: Unpack[Which]) -> Fault:
        """Reset the connection before the answer, or in the middle of its body; for ``"realtime"`` at a message."""
        broken = Break(response.reset_midway if midway else response.reset, answered=midway)
        return self._add("reset", operation, broken, which, {"midway": midway})

    def empty(self, operation: FaultOperation, **which: Unpack[Which]) -> Fault:
        """Close the connection properly, but without an answer."""
        return self._add("empty", operation, Break(response.nothing), which, {})

    def garbage(
        self,
        operation: FaultOperation,
        kind: Garbage = "not JSON",
        **which: Unpack[Which],
    ) -> Fault:
        """Answer with a web page declared as JSON, with half an answer, or with what is not HTTP."""
        if not isinstance(kind, str) or kind not in _GARBAGE:
            raise ValueError(f"garbage is one of {', '.join(map(repr, _GARBAGE))}, not {kind!r}")
        return self._add("garbage", operation, _GARBAGE[kind], which, {"kind": kind})

    def slow(self, operation: FaultOperation, seconds: float | dt.timedelta, **which: Unpack[Which]) -> Fault:
        """Answer as usual, but piece by piece, over that many real seconds."""
        duration = _positive("seconds", seconds)
        broken = Break(response.slowly(duration, self._plan.over), answered=True, carried_out=True)
        return self._add("slow", operation, broken, which, {"seconds": seconds})

    def hang(self, operation: FaultOperation, *, clock: float | dt.timedelta = 0, **which: Unpack[Which]) -> Fault:
        """Do not answer until the client gives up; meanwhile the clock goes forward by ``clock`` seconds.

        The clock moves when the request arrives. A client that does not give up within 30 real seconds fails the
        test. Through ``wsgi_app`` it is a ``TimeoutError`` at once.
        """
        duration = microseconds(_positive("clock", clock))
        complain = self._tenant.application.verdict.report_problem
        broken = Break(response.hanging(self._plan.over, complain), duration=duration)
        return self._add("hang", operation, broken, which, {"clock": clock})

    def delay(self, operation: FaultOperation, seconds: float | dt.timedelta, **which: Unpack[Which]) -> Fault:
        """Answer that many seconds later on the clock, but after only about 20 ms of real time.

        Deliveries that are due meanwhile are made first. Delays of simultaneous requests (within 20 real
        milliseconds) overlap.
        """
        duration = microseconds(_positive("seconds", seconds))
        return self._add("delay", operation, Delay(duration), which, {"seconds": seconds})

    def lose(self, operation: FaultOperation, **which: Unpack[Which]) -> Fault:
        """Handle the request, but reset the connection instead of answering: messages that were retrieved are lost.

        For ``"realtime"`` the message is delivered, but never reaches the listener.
        """
        return self._add("lose", operation, Break(response.reset, carried_out=True), which, {})

    def _add(
        self, verb: str, operation: str | frozenset[str], effect: Effect, which: Which, given: Mapping[str, object]
    ) -> Fault:
        named = operation if isinstance(operation, frozenset) else _operations(operation)
        unknown = [name for name in which if name not in Which.__annotations__]
        if unknown:
            raise TypeError(f"{verb}() has no keyword {unknown[0]!r}; it has {', '.join(Which.__annotations__)}")
        if isinstance(operation, str):
            _needs_request(verb, operation, {**given, **which})
        channel, times, when = which.get("channel"), which.get("times"), which.get("when")
        if when is not None and not callable(when):
            raise TypeError(f"when is a callable that gets the request, not {when!r}")
        if channel is not None and not isinstance(channel, str):
            raise TypeError(f"channel is a name, not {channel!r}")
        if channel is not None and not named & WITH_CHANNEL:
            raise ValueError(f"{operation!r} names no channel: {', '.join(sorted(WITH_CHANNEL))} do")
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise ValueError(f"times is a number from 1 on, not {times!r}")
        said = {"operation": operation if isinstance(operation, str) else None, **given, **which}
        told = ", ".join(
            shown(value) if name in POSITIONAL else f"{name}={shown(value)}"
            for name, value in said.items()
            if value is not None and value is not False
        )
        fault = self._plan.add(
            plan.Fault(
                f"{verb}({told})",
                effect,
                named,
                channel=None if channel is None else channel_name(channel),
                when=when,
                times=times,
                optional=which.get("optional", False),
                asked={"verb": verb, **{name: value for name, value in said.items() if value is not None}},
            )
        )
        return Fault(fault)


_GARBAGE: Mapping[str, Effect] = {
    "not JSON": Instead(canned(200, "<html><body>It works!</body></html>", {"Content-Type": "application/json"})),
    "truncated JSON": Break(response.truncated, answered=True),
    "not HTTP": Break(response.not_http),
}


def _operations(name: str) -> frozenset[str]:
    if name == ALL:
        return REQUESTS
    if not isinstance(name, str) or name not in KNOWN:
        near = nearest(str(name), KNOWN)
        raise ValueError(
            f"there is no operation {name!r}; "
            + (f"did you mean {near!r}?" if near else f"there are {', '.join(sorted(KNOWN))}, and 'all'")
        )
    return frozenset({name})


def _needs_request(verb: str, operation: str, given: Mapping[str, object]) -> None:
    """Raises ``ValueError`` for what only an HTTP request can meet, where ``operation`` is none."""
    possible = REAL_TIME.get(operation)
    unfit = [name for name in HTTP_ONLY if given.get(name) is not None and given[name] is not False]
    if possible is not None and (unfit or verb not in possible):
        *most, last = possible.values()
        asked = f"{verb}({f'{unfit[0]}=...' if verb in possible else ''})"
        raise ValueError(
            f"{asked} is for HTTP requests, which {operation!r} is not: {', '.join(most)} and {last} are for it"
        )


def _error(code: int, text: str | None) -> Callable[[], MessagingError]:
    """One of the service's errors; what its text leaves open is a question mark."""
    if not isinstance(code, int) or code not in ERRORS:
        nearby = "".join(f"\n  {kind.code} {kind.text}" for kind in _nearest_errors(code)[:MOST_ERRORS])
        raise ValueError(
            f"the service has no error {code!r}; the nearest of the {len(ERRORS)} that it has are:{nearby}"
        )
    return partial(_made, ERRORS[code], None if text is None else _text(text))


def _nearest_errors(given: object) -> list[type[MessagingError]]:
    """All errors: by the distance of their codes from a number, else by how much their texts are like what is given."""
    if isinstance(given, int) or (isinstance(given, str) and given.isdecimal()):
        number = int(given)
        return sorted(ERRORS.values(), key=lambda kind: abs(kind.code - number))
    said = str(given).lower()
    return sorted(ERRORS.values(), key=lambda kind: -likeness(said, f"{kind.code} {kind.text}".lower()))


def _text(message: object) -> str:
    if not isinstance(message, str):
        raise TypeError(f"message is text, not {message!r}")
    return message


def _made(kind: type[MessagingError], text: str | None) -> MessagingError:
    error = kind(*["?"] * kind.text.count("{}"), detail="a fault of the test")
    error.message = error.message if text is None else text
    return error


def _positive(what: str, value: float | dt.timedelta) -> float:
    number = parse_seconds(what, value)
    if number < 0:
        raise ValueError(f"{what} is a number from 0 on, not {value!r}")
    return number
