"""What the faults of a test make of one request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..messaging.options import Failure
from ..messaging.schedule import LAST_INSTANT
from ..runtime import journey
from ..runtime.backend import ListenerError
from ..runtime.event import Faulted
from .fault import Blame, Break, Delay, Fail, Fault, Instead, Refuse
from .journal import Request
from .response import Response, Transport, whole
from .tenants import Tenant

Argument = TypeVar("Argument")


class Answered(Exception):
    """The request has its answer, and the service does nothing."""

    def __init__(self, response: Response) -> None:
        super().__init__(response)
        self.response = response


class Disruption:
    """How one request is disrupted; until ``apply`` says otherwise, not at all."""

    def __init__(self, tenant: Tenant, blame: Blame) -> None:
        """``blame`` is called where a callable of the test raised; what goes wrong does so all the same."""
        self._tenant = tenant
        self._blame = blame
        self.transport: Transport = whole
        """How the answer goes over the wire."""
        self.answered = True
        """Whether the client gets any answer."""
        self.invented = False
        """Whether an error is the test's, not the service's."""
        self.failure: Failure | None = None
        """What a message that is published fails with."""
        self._failing: Fault | None = None

    def apply(
        self,
        request: Request,
        *,
        at: int,
        channel: str | None,
        line: str,
        sample: Callable[[], Response],
        gather: Callable[[], object],
    ) -> None:
        """See what goes wrong; ``at`` is when the request arrived (microseconds), ``sample`` an answer to spoil.

        ``gather`` waits for who asks at the same time, so that they arrive before time goes on.

        Raises ``MessagingError`` and ``Answered`` where the service does nothing, ``RunawayScheduleError`` for what
        comes of a delay.
        """
        faults = self._tenant.faults
        for claim in (faults.claim_delay, faults.claim_fault):
            fault = claim(str(request.operation), channel, request, self._blame)
            effect = fault.effect if fault is not None else None
            if isinstance(effect, Fail):  # what becomes of the message will tell
                self._failing, self.failure = fault, effect.failure
                continue
            if fault is not None:
                self._guard(self._tenant.application.backend.note, Faulted(at, line, str(fault)))
            match effect:
                case Delay():
                    self._pass_time(at, effect.duration, gather)
                case Refuse():
                    self.invented = True
                    raise effect.error()
                case Instead():
                    raise Answered(effect.response)
                case Break():
                    self.transport, self.answered = effect.transport, effect.answered
                    self._pass_time(at, effect.duration, gather)
                    if not effect.carried_out:
                        raise Answered(sample())

    def undo(self) -> None:
        """The request was refused, so there is no message to give up: that fault has not fired."""
        if self._failing is not None:
            self._failing.release()

    def _pass_time(self, arrival: int, duration: int, gather: Callable[[], object]) -> None:
        """Counted from the arrival, which may be long ago: delays overlap. A listener that raises does not end it."""
        if not duration:
            return
        gather()
        time = self._tenant.application.backend.time
        until = min(arrival + duration, LAST_INSTANT)
        while time.read() < until:
            self._guard(lambda instant: journey.reach(time, instant), until)

    def _guard(self, call: Callable[[Argument], object], argument: Argument) -> None:
        try:
            call(argument)
        except ListenerError:
            self._blame()
