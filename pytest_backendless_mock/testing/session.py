"""A mock from its beginning to its end: server, time, freeze and interception, and the verdict on all of it.

Tests hold a ``BackendlessMock``; this is what opens, judges and closes it, for the plugin and for ``with`` blocks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

from ..diagnosis import report
from ..diagnosis.phrase import shown
from ..diagnosis.timeline import log_line
from ..http import har
from ..http.app import App
from ..http.fault import Fault
from ..http.recorder import Recorder, passing
from ..http.tenants import Tenant
from ..messaging.access import KEY_ROLES, ApiKeyKind
from ..messaging.rules import Rules
from ..realtime.mount import RealTime
from ..runtime.ids import guid
from ..runtime.instant import parse_clock_instant, show_instant
from ..runtime.virtual_time import VirtualTime
from ..server import proxy
from ..server.interception import Interception, host_name
from ..server.listener import ServerError
from ..server.server import BackendlessServer, hosting
from ..service.application import Application
from ..service.identity import Identity
from ..service.realtime import JOIN, REALTIME
from ..service.remedy import EXPECT_NOTHING, FIXTURE, PLACE, Door
from ..service.verdict import warn_of
from . import story
from .state import State


class Session:
    """One mock: its applications on a server of its own, or on one that is shared."""

    def __init__(
        self,
        rules: Rules,
        *,
        seed: object = 0,
        freeze: dt.datetime | str | None = None,
        allow_unknown_requests: bool = False,
        server: BackendlessServer | None = None,
        time: VirtualTime | None = None,
        base: Path | None = None,
        verbose: bool = False,
        beside: Identity | None = None,
        name: str | None = None,
        api_keys: Mapping[str, str] | None = None,
        door: Door = "python",
        state: State | None = None,
    ) -> None:
        """A ``server`` or ``time`` that is given is left as it was found; ``base`` is what paths are relative to.

        With ``verbose`` reports leave nothing out. With an application of its own, ``beside``, it leaves the server's
        to others, and ``api_keys`` are its further ones by kind. ``name`` is for people, and ``door`` is where those
        come in who read its texts. It begins with a ``state``, and does so again when it is reset; the ``rules`` are
        what they are all the same. Raises as ``parse_clock_instant`` for what ``freeze`` is, and ``StateError``.
        """
        self.name = name or ("BackendlessMock" if seed == 0 else f"BackendlessMock(seed={shown(seed)})")
        self.server = server or BackendlessServer()
        self.time = time or VirtualTime()
        self._own_server = server is None
        self._own_time = time is None
        self._stage: Literal["new", "open", "closed"] = "new"
        self._freeze_at = None if freeze is None else parse_clock_instant(freeze)
        self._interception: Interception | None = None
        self._undo = ExitStack()
        self._door: Door = door
        self._beside = beside is not None
        self._set_aside: list[str] = []
        app_id, api_key = beside or (self.server.app_id, self.server.api_key)
        application = Application(
            rules=rules,
            time=self.time,
            seed=seed,
            app_id=app_id,
            api_key=api_key,
            api_keys=api_keys,
            base=base,
            verbose=verbose,
            tell=log_line,
            door=door,
        )
        self.app = App(application, allow_unknown_requests=allow_unknown_requests)
        self._realtime = RealTime(self.app)
        self.recorder: Recorder | None = None
        """Has every request, where somebody wants them all."""
        self._state = state
        if state is not None:
            state.load(self.app.tenants.default)

    def open(self) -> None:
        """Start to answer. Raises ``RuntimeError`` where it cannot freeze, and where it is, or was, open."""
        if self._stage != "new":
            raise RuntimeError(f"this BackendlessMock is {self._stage}: make another one")
        if self._freeze_at is not None:
            self.time.freeze(self._freeze_at)
        if self._state is not None and self._state.now is not None:
            self._begin_at(self._state.now, is_frozen=self._state.is_frozen)
        if self._own_server:
            self.server.start_on_demand()
        self._undo.enter_context(proxy.bypassed(self.server.host))
        if self._beside:
            hosting(self.server).serve_beside(self.app)
        else:
            hosting(self.server).serve(self.app)
        self._stage = "open"
        story.begin(self)

    def _begin_at(self, instant: int, *, is_frozen: bool) -> None:
        """The clock goes on from there; where somebody froze it already, it stands there or later."""
        if is_frozen and not self.time.is_frozen:
            self.time.freeze(instant)
        self.time.begin_at(instant)

    @property
    def is_closed(self) -> bool:
        """Whether it was open, and is no more."""
        return self._stage == "closed"

    def needs_open(self, what: str) -> None:
        """Raise ``RuntimeError`` unless it is open: for ``what`` nobody would answer, or has no clock yet."""
        if self._stage == "new":
            raise RuntimeError(f"{what} needs an open mock: `with BackendlessMock() as backendless_mock:`")
        if self._stage == "closed":
            raise RuntimeError(f"{what} needs an open mock, and this one is closed; what happened can be looked at")

    def close(self) -> None:
        """Stop to answer, and thaw a time of its own; what happened can still be looked at. Twice is once."""
        if self._stage != "open":
            return
        self._stage = "closed"
        for tenant in self.app.tenants:
            tenant.faults.over.set()
            tenant.application.backend.close()
        self._realtime.end()
        self._undo.close()
        self._interception = None
        try:
            hosting(self.server).end(self.app)
        finally:
            if self._own_server:
                self.server.stop()
            if self._own_time:
                self.time.unfreeze()

    def add_application(
        self, app_id: str | None, api_key: str | None, api_keys: Mapping[ApiKeyKind, str] | None
    ) -> Tenant:
        """Another application with the same rules; id and keys are made where none is given.

        Raises ``ValueError`` for an id that is taken, for a kind of key there is not, and for a key given twice.
        """
        keys: dict[str, str] = {} if api_key is None else {"REST": api_key}
        keys.update({str(kind): key for kind, key in (api_keys or {}).items()})
        unknown = [kind for kind in keys if kind not in KEY_ROLES]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no kind of API key; there are {', '.join(KEY_ROLES)}")
        if len(set(keys.values())) < len(keys) or (api_key is not None and keys["REST"] != api_key):
            raise ValueError("an API key is given twice")
        first = self.app.tenants.default.application
        name = f"{first.label} application {len(self.app.tenants)}"
        application = Application(
            rules=first.rules,
            time=self.time,
            seed=first.label,
            app_id=app_id or guid(f"{name} id"),
            api_keys={"REST": guid(f"{name} key"), **keys},
            base=first.base,
            verbose=first.verbose,
            tell=log_line,
            door=first.door,
        )
        tenant = self.app.tenants.add(application)
        tenant.recorder = self.recorder
        return tenant

    def record(self, recorder: Recorder) -> None:
        """Have every request written from now on, of all applications."""
        self.recorder = recorder
        for tenant in self.app.tenants:
            tenant.recorder = recorder

    def har(self, tenant: Tenant | None = None) -> dict[str, Any]:
        """The requests of an application, or of all, as HAR; asked for before the first one, all are kept."""
        if self.recorder is None and not any(each.journal.came for each in self.app.tenants):
            self.record(passing())
        if self.recorder is not None:
            return self.recorder.har(None if tenant is None else tenant.application.identity.app_id)
        first = tenant or self.app.tenants.default
        host_url = f"{'https' if self.server.ssl_context else 'http'}://{self.server.host}"
        return har.of_journal(first.journal, first.application.identity.app_id, host_url)

    def intercept(self, host: str) -> None:
        """Lead ``host`` to this mock. Raises as ``BackendlessMock.intercept``."""
        self.needs_open("intercept()")
        if not hosting(self.server).serves(self.app):
            raise RuntimeError("intercept() needs the mock that is served: another took its place on the same server")
        name = host_name(host)
        if self._interception is None:
            address = self.server.host, self.server.port
            if not self.server.is_running():
                raise ServerError("the server is not running")
            hosting(self.server).take_tls(self.app)
            interception = Interception(address)
            interception.begin()
            self._undo.callback(interception.end)
            self._interception = interception
        self._interception.add(name)

    def settle(self, seconds: float) -> bool:
        """Wait, in real ``seconds``, until clients in real time have got all there was to send; whether they have."""
        return self._realtime.settle(seconds)

    def take_over_clients(self, other: Session) -> None:
        """Take the clients in real time of ``other``, in whose place this one comes."""
        self._realtime.take_over(other._realtime)

    def reset(self) -> None:
        """Begin anew, all applications, and with the state that was given; pollers of before are recognised."""
        for tenant in self.app.tenants:
            hosting(self.server).remember(tenant, f"{tenant.application.label}, before its reset()")
            tenant.reset()
        if self._state is not None:
            self._state.load(self.app.tenants.default, keep_ids=True)
        self._realtime.end()  # a client that came meanwhile would believe that it had joined
        self.app.availability.reset()

    def report(self, error: BaseException | None = None) -> str:
        """The timeline and the requests of every application; ``error`` is what the test failed with.

        Reads no clock.
        """
        self._catch_up_outages()
        why: list[str] = []
        if not any(tenant.journal.came or tenant.conversation.said for tenant in self.app.tenants):
            led = self._interception.hosts if self._interception else []
            why = report.why_nothing_came(self.server.host, led, error, self._door)
        first, *others = self.app.tenants
        return "\n\n".join([report.summary(first, why), *map(report.summary, others)])

    def set_aside(self) -> None:
        """Keep what was found until now for the last verdict: a test begins, and is not to blame for it."""
        self._set_aside += [
            problem for tenant in self.app.tenants for problem in tenant.application.verdict.take_problems()
        ]

    def judge(self, warn: Callable[[Warning], object], *, last: bool = True) -> list[str]:
        """Return what fails the test, and pass the hints to ``warn``; each is told once.

        Only the ``last`` verdict says what never happened, and what was set aside.
        """
        problems: list[str] = []
        if last:
            self._report_what_never_happened()
            problems, self._set_aside = self._set_aside, problems
        hints: list[str] = []
        for tenant in self.app.tenants:
            problems += tenant.application.verdict.take_problems()
            hints += tenant.application.verdict.take_hints()
        return [*problems, *warn_of(hints, warn)]

    def _catch_up_outages(self) -> None:
        """What became of the outages by the last instant that was seen (T15)."""
        self.app.availability.catch_up(self.time.seen or 0)

    def _report_what_never_happened(self) -> None:
        """A fault that never fired tested nothing."""
        self._catch_up_outages()
        default = self.app.tenants.default
        for tenant in self.app.tenants:
            for fault in tenant.faults.take_unfired():
                whose = "backendless_mock" if tenant is default else f"application {tenant.application.identity.app_id}"
                what = f"{whose}.faults.{fault}" if self._door in FIXTURE else f"the fault {fault}"
                tenant.application.verdict.report_problem(
                    f"{what} never fired: {_none_fitted(fault, tenant)}. If that is right, say {PLACE}",
                    EXPECT_NOTHING,
                )
        for outage in self.app.availability.take_unbegun():
            what = f"backendless_mock.{outage}" if self._door in FIXTURE else f"the {outage}"
            default.application.verdict.report_problem(
                f"{what} never began: the clock shows {show_instant(self.time.seen or 0)}. "
                f"If that is right, say {PLACE}",
                EXPECT_NOTHING,
            )


NOT_REQUESTS = {
    frozenset({JOIN}): "no client joined that it fits",
    frozenset({REALTIME}): "no message was sent to a listener that it fits",
}
"""Why a fault did not fire for what is no request."""


def _none_fitted(fault: Fault, tenant: Tenant) -> str:
    if fault.operations in NOT_REQUESTS:
        return NOT_REQUESTS[fault.operations]
    came = tenant.journal.count(fault.operations)
    if not came:
        return "no such request came"
    requests = "1 such request" if came == 1 else f"{came} such requests"
    return f"{requests} came, but did not fit, or met another fault first"
