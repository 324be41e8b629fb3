"""What the faults of a test make of one request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ..messaging.event import Faulted
from ..messaging.options import Failure
from ..messaging.schedule import LAST_INSTANT
from ..runtime.backend import ListenerError
from . import response as transport
from .fault import Break, Delay, Fail, Fault, Instead, Refuse
from .response import Response, Transport

if TYPE_CHECKING:
    from .journal import Request
    from .tenant import Tenant


Argument = TypeVar("Argument")


class Settled(Exception):
    """The request has its answer, and the service does nothing."""

    def __init__(self, response: Response) -> None:
        super().__init__(response)
        self.response = response


class Mishap:
    """Nothing at first: the answer comes as it should."""

    def __init__(self, blame: Callable[[], object]) -> None:
        """``blame`` is called where a callable of the test raised; what goes wrong does so all the same."""
        self._blame = blame
        self.transport: Transport = transport.whole
        """How the answer goes over the wire."""
        self.answered = True
        """Whether any does."""
        self.invented = False
        """Whether an error is the test's, not the service's."""
        self.failure: Failure | None = None
        """What a message that is published fails with."""
        self._failing: Fault | None = None

    def befall(
        self,
        tenant: Tenant,
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

        Raises ``MessagingError`` and ``Settled`` where the service does nothing, ``RunawayScheduleError`` for what
        comes of a delay.
        """
        for late in (True, False):
            fault = tenant.faults.strike(str(request.operation), channel, request, late=late, blame=self._blame)
            effect = fault.effect if fault is not None else None
            if isinstance(effect, Fail):  # what becomes of the message will tell
                self._failing, self.failure = fault, effect.failure
                continue
            if fault is not None:
                self._guard(tenant.backend.note, Faulted(at, line, str(fault)))
            match effect:
                case Delay():
                    self._pass_time(tenant, at, effect.duration, gather)
                case Refuse():
                    self.invented = True
                    raise effect.error()
                case Instead():
                    raise Settled(effect.response)
                case Break():
                    self.transport, self.answered = effect.transport, effect.answered
                    self._pass_time(tenant, at, effect.duration, gather)
                    if not effect.carried_out:
                        raise Settled(sample())

    def come_to_nothing(self) -> None:
        """The request was refused, so there is no message to give up."""
        if self._failing is not None:
            self._failing.release()

    def _pass_time(self, tenant: Tenant, arrival: int, duration: int, gather: Callable[[], object]) -> None:
        """Counted from the arrival, which may be long ago: delays overlap. A listener that raises does not end it."""
        if not duration:
            return
        gather()
        until = min(arrival + duration, LAST_INSTANT)
        while tenant.backend.clock.read() < until:
            self._guard(tenant.backend.clock.reach, until)

    def _guard(self, call: Callable[[Argument], object], argument: Argument) -> None:
        try:
            call(argument)
        except ListenerError:
            self._blame()
