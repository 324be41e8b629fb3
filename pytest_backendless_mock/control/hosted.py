"""An application of a server that tools ask, from its beginning to its end, with a clock of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from secrets import token_hex
from typing import Any

from ..http.recorder import Recorder
from ..http.tenants import Tenant
from ..messaging.rules import Rules
from ..runtime.ids import guid
from ..runtime.instant import to_datetime
from ..runtime.own_time import OwnTime
from ..runtime.virtual_time import VirtualTime
from ..runtime.wall_clock import real_monotonic
from ..server.server import BackendlessServer
from ..service.application import Application
from ..service.identity import Identity
from ..service.remedy import Door
from ..testing.fault_state import kind_of
from ..testing.faults import Fault
from ..testing.mock import BackendlessMock
from ..testing.session import Session
from ..testing.state import State

LOGGER = logging.getLogger("backendless_mock")
DEFAULT = "default"
"""What the application is called that is always there."""
ALLOW_UNKNOWN_REQUESTS = "allow_unknown_requests"
"""What is said among the rules, and is not one of the service's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an application is made of; ``freeze`` is in microseconds since the epoch."""

    label: str
    app_id: str
    api_keys: Mapping[str, str]
    """By kind; the ``REST`` one is among them."""
    seed: str | int
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Those that were said, by name; they go on top of the state's."""
    allow_unknown_requests: bool = False
    freeze: int | None = None
    domain: str | None = None
    state: State | None = None
    """What it begins with."""
    door: Door = "control"
    """In whose words texts say what to do."""


def planned(label: str) -> Plan:
    """What follows from a label alone, the same on every run."""
    return Plan(label=label, app_id=guid(f"{label} id"), api_keys={"REST": guid(f"{label} key")}, seed=label)


class Hosted:
    """One application; resetting it makes all of it anew but its place on the server."""

    def __init__(self, server: BackendlessServer, plan: Plan, recorder: Recorder | None = None) -> None:
        """With a ``recorder`` all its requests are kept."""
        self.plan = plan
        self.over = threading.Event()
        """Set when it goes: nobody waits for it any more."""
        self.told = 0
        """How many events there were before the last reset: the numbers of events go on."""
        self._lock = threading.Lock()
        self._server = server
        self._watchers = 0
        self._used = real_monotonic()
        self._activity: tuple[int, int] = (0, 0)
        self._begin(plan.state, recorder)

    def _begin(self, state: State | None, recorder: Recorder | None) -> None:
        plan = self.plan
        self.epoch = token_hex(8)
        """Another one after each beginning, of a server's too: who looks on sees by it that all is new."""
        self.offline = ExitStack()
        """Being out of reach, until it is closed."""
        self.session = Session(
            Rules(**{**(state.rules if state else {}), **plan.rules}),
            seed=plan.seed,
            freeze=None if plan.freeze is None else to_datetime(plan.freeze),
            allow_unknown_requests=plan.allow_unknown_requests,
            server=self._server,
            time=VirtualTime(OwnTime()),
            beside=None if plan.label == DEFAULT else Identity(plan.app_id, plan.api_keys["REST"]),
            name=f"application {plan.label}",
            api_keys=plan.api_keys,
            door=plan.door,
            state=state,
        )
        self.session.app.domain = plan.domain
        if recorder is not None:
            self.session.record(recorder)
        self._numbers = count(1)
        self.faults = {self.new_id(): (*kind_of(each), Fault(each)) for each in self.tenant.faults if not each.ended}
        """By the ids that were given out: kind, operation, and the fault."""
        self.stubs = {self.new_id(): each for each in self.tenant.stubs}
        self.mock = BackendlessMock(_session=self.session)
        self.session.open()

    @property
    def tenant(self) -> Tenant:
        """What HTTP has of it."""
        return self.session.app.tenants.default

    @property
    def application(self) -> Application:
        """What the service has of it."""
        return self.tenant.application

    def reset(self, *, keep_sessions: bool = False, empty: bool = False, **changes: Any) -> None:
        """Begin anew, as at first but for ``changes`` of its plan; who is connected may stay so.

        ``empty`` is without the state of its plan, this time.
        """
        with self._lock:
            self.told += len(self.application.backend.timeline)
            before = self.session
            self.offline.close()
            self.plan = replace(self.plan, **changes)
            self._begin(None if empty else self.plan.state, before.recorder)
            if keep_sessions:
                self.session.take_over_clients(before)
            before.close()

    def begin_with(self, state: State) -> None:
        """Begin anew with a ``state``, now and at every reset: its rules and its clock are in the place of the plan's.

        ``state`` was read for this application's id.
        """
        rules = {name: value for name, value in self.plan.rules.items() if name not in state.rules}
        freeze = self.plan.freeze if state.now is None else None
        self.reset(state=state, rules=rules, freeze=freeze)

    def close(self) -> None:
        """Be gone: its address answers as if it had never been there."""
        self.over.set()
        self.session.close()

    def judge(self, *, last: bool = True) -> dict[str, Any]:
        """The verdict and the report, for JSON; each problem and hint is told once."""
        hints: list[str] = []
        problems = self.session.judge(lambda hint: hints.append(str(hint)), last=last)
        return {"ok": not problems, "problems": problems, "hints": hints, "report": self.session.report()}

    def comes_about(self, predicate: Callable[[], object], seconds: float) -> bool:
        """Wait, in real seconds, until ``predicate`` holds, or the application goes; whether it held."""
        came = False

        def holds() -> bool:
            nonlocal came
            came = bool(predicate())
            return came or self.over.is_set()

        self.application.backend.wait_for(holds, seconds)
        return came

    def new_id(self) -> str:
        """An id for what can be ended again; none is given out twice."""
        return str(next(self._numbers))

    def be_offline(self, *, is_offline: bool) -> None:
        """Be out of reach until told otherwise; twice is once."""
        with self._lock:
            self.offline.close()
            if is_offline:
                self.offline.enter_context(self.mock.offline())

    @contextmanager
    def watched(self) -> Iterator[None]:
        """While the block lasts somebody follows it, so it is not idle."""
        self._watchers += 1
        try:
            yield
        finally:
            self._watchers -= 1
            self.touch()

    def touch(self) -> None:
        """Somebody asked for it."""
        self._used = real_monotonic()

    def idle_for(self) -> float:
        """For how many real seconds nobody asked anything of it; who follows or listens asks all the time."""
        tenant = self.tenant
        activity = (tenant.journal.came, tenant.conversation.said)
        with self.application.backend.peek() as (broker, _):
            listening = bool(broker.presence.listeners)
        if activity != self._activity or self._watchers or listening:
            self._activity = activity
            self.touch()
        return real_monotonic() - self._used
