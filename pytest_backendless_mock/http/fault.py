"""What is to go wrong, for which operation, how often; and what of it a request meets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import NamedTuple

from ..messaging.errors import MessagingError
from ..messaging.name import DEFAULT_CHANNEL
from ..messaging.options import Failure
from ..runtime.backend import ListenerError
from .journal import Request
from .response import Response, Transport

ALL = "all"
"""Stands for every operation, and for what is stubbed."""
STUB = "stub"
"""What a stubbed request is called."""


class Delay(NamedTuple):
    """The clock goes on by ``duration`` (microseconds) from the request's arrival; then all goes its way."""

    duration: int


class Refuse(NamedTuple):
    """One of the service's own errors."""

    error: Callable[[], MessagingError]


class Instead(NamedTuple):
    """Another answer than the service's."""

    response: Response


class Fail(NamedTuple):
    """The message is accepted, and given up."""

    failure: Failure


class Break(NamedTuple):
    """The answer does not come as it should.

    ``answered`` is whether any comes; ``carried_out`` whether the service does what it was asked for all the same;
    ``duration`` (microseconds) how long that takes on the clock.
    """

    transport: Transport
    answered: bool = False
    carried_out: bool = False
    duration: int = 0


Effect = Delay | Refuse | Instead | Fail | Break
Blame = Callable[[], object]


class Fault:
    """A row of the plan: something that goes wrong for some requests, ``fired`` times so far."""

    def __init__(
        self,
        told: str,
        effect: Effect,
        operations: frozenset[str],
        *,
        channel: str | None = None,
        when: Callable[[Request], object] | None = None,
        times: int | None = None,
        optional: bool = False,
        asked: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """``told`` is the call that asked for it, for people; ``asked`` its verb and what was said to it."""
        self.fired = 0
        self.asked = asked
        self.effect = effect
        self.operations = operations
        self.optional = optional
        self._told = told
        self._channel = channel
        self._when = when
        self._times = times
        self._ended = False
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return self._told

    @property
    def ended(self) -> bool:
        """Whether it strikes no more, because ``end`` was called."""
        return self._ended

    def resume(self, fired: int, *, ended: bool) -> None:
        """Be as far as it had come elsewhere."""
        self.fired, self._ended = fired, ended

    def end(self) -> None:
        """Strike no more requests."""
        self._ended = True

    def fits(self, operation: str, channel: str | None, request: Request | None) -> bool:
        """Whether it is meant for that request; ``None`` is a call that is none. Raises ``ListenerError``."""
        if self._ended or self._is_used_up or operation not in self.operations:
            return False
        if self._channel is not None and self._channel != (DEFAULT_CHANNEL if channel == "Default" else channel):
            return False
        return self._when is None or (request is not None and self._ask(self._when, request))

    def claim(self) -> bool:
        """Count one more, unless there were enough."""
        with self._lock:
            left = not self._is_used_up
            self.fired += left
            return left

    def release(self) -> None:
        """Take the last one back: it came to nothing."""
        with self._lock:
            self.fired -= 1

    @property
    def _is_used_up(self) -> bool:
        return self._times is not None and self.fired >= self._times

    def _ask(self, when: Callable[[Request], object], request: Request) -> bool:
        try:
            return bool(when(request))
        except Exception as error:
            raise ListenerError(f"when= of {self} raised {error!r}") from error


class FaultPlan:
    """The faults of an application, in the order in which the test asked for them."""

    def __init__(self) -> None:
        self.over = threading.Event()
        """Set when the test is over, so that nobody waits on."""
        self._faults: list[Fault] = []

    def __bool__(self) -> bool:
        return bool(self._faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._faults))

    def add(self, fault: Fault) -> Fault:
        """Add a fault; those that are there come first."""
        self._faults.append(fault)
        return fault

    def take_unfired(self) -> list[Fault]:
        """Those that never fired and should have, told once."""
        unfired = [fault for fault in self._faults if not (fault.fired or fault.optional)]
        for fault in unfired:
            fault.optional = True
        return unfired

    def claim_delay(self, operation: str, channel: str | None, request: Request, blame: Blame) -> Fault | None:
        """The first delay for a request, which now counts as fired; ``blame`` is told of each ``when`` that raises."""
        return self._claim(operation, channel, request, blame, delays=True)

    def claim_fault(self, operation: str, channel: str | None, request: Request, blame: Blame) -> Fault | None:
        """The first fault for a request that is no delay, which now counts as fired; ``blame`` as above."""
        return self._claim(operation, channel, request, blame, delays=False)

    def _claim(
        self, operation: str, channel: str | None, request: Request, blame: Blame, *, delays: bool
    ) -> Fault | None:
        for fault in self:
            try:
                fits = isinstance(fault.effect, Delay) == delays and fault.fits(operation, channel, request)
            except ListenerError:
                blame()
                continue
            if fits and fault.claim():
                return fault
        return None

    def claim_call(self, operation: str, channel: str | None, *, delays: bool = False) -> Fault | None:
        """The first fault, or the first delay, for what is no HTTP request; it counts as fired, and nobody is asked."""
        for fault in self:
            if isinstance(fault.effect, Delay) == delays and fault.fits(operation, channel, None) and fault.claim():
                return fault
        return None

    @contextmanager
    def failing(self, operation: str, channel: str | None) -> Iterator[Failure | None]:
        """What a message fails with that the test itself publishes in the block; an error there does not count."""
        found = None
        for fault in self:
            failure = fault.effect.failure if isinstance(fault.effect, Fail) else None
            when_due = failure is not None and not failure.at_once
            if when_due and fault.fits(operation, channel, None) and fault.claim():
                found = fault, failure
                break
        if found is None:
            yield None
            return
        fault, failure = found
        try:
            yield failure
        except ListenerError:  # of a listener: the message was accepted
            raise
        except BaseException:
            fault.release()
            raise
