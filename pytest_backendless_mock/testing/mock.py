"""What a test holds: an application on a server of its own or of the session, its clock, and the verdict."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..diagnosis import report
from ..http.app import Application
from ..http.availability import Outage
from ..http.tenant import Tenant
from ..messaging.rules import Rules
from ..messaging.schedule import LAST_INSTANT
from ..runtime.clock import Clock
from ..runtime.ids import guid
from ..runtime.instant import show_instant
from ..server.interception import Interception, host_name
from ..server.listener import ServerError
from ..server.server import BackendlessServer
from ..service.verdict import BackendlessMockWarning
from .app import BackendlessApp
from .client import When, parse_when

if TYPE_CHECKING:
    from typing_extensions import Self


class BackendlessMock(BackendlessApp):
    """A Backendless application for the code under test to talk to, and for the test to look into.

    The fixture ``backendless_mock`` is one. Without pytest it is a context manager, which fails at the end of a
    clean block for what fails a test: ``with BackendlessMock() as mock: ...``. ``seed`` makes the ids;
    ``rules`` are the keywords of ``Rules``. Looking at anything catches up with the clock first.
    """

    def __init__(
        self,
        *,
        seed: object = 0,
        freeze: dt.datetime | str | None = None,
        allow_unknown_requests: bool = False,
        server: BackendlessServer | None = None,
        clock: Clock | None = None,
        base: Path | None = None,
        **rules: Any,
    ) -> None:
        self.clock = clock or Clock()
        self._own_clock = clock is None
        self._freeze_at = freeze
        self._own_server = server is None
        self._interception: Interception | None = None
        server = server or BackendlessServer()
        tenant = Tenant(
            rules=Rules(**rules),
            clock=self.clock,
            seed=seed,
            app_id=server.app_id,
            api_key=server.api_key,
        )
        tenant.base = base or tenant.base
        super().__init__(tenant, server, Application(tenant, allow_unknown_requests=allow_unknown_requests))

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self.close()
        if kind is None:
            self.verify()

    def open(self) -> None:
        """Start to answer: what entering the ``with`` block does. Raises ``ServerError`` where it cannot listen."""
        if self._freeze_at is not None:
            self.clock.freeze(self._freeze_at)
        if self._own_server:
            try:
                self._server.start()
            except ServerError:
                self.clock.unfreeze()
                raise
        self._application.strangers = self._server.strangers
        self._application.availability.settle = self._server.settle
        self._server.is_accepting = lambda: self._application.availability.accepting
        self._server.current = self._application

    def close(self) -> None:
        """Stop to answer, and thaw a clock of its own; what happened can still be looked at."""
        for tenant in self._application.tenants.values():
            tenant.faults.over.set()
            with tenant.backend.retrospect() as (broker, _):
                self._server.remember(broker.subscription_ids(), tenant.label)
            tenant.backend.close()
        if self._interception is not None:
            self._interception.end()
            self._interception = None
        try:
            self._server.reset()
        finally:
            if self._own_server:
                self._server.stop()
            if self._own_clock:
                self.clock.unfreeze()

    def new_app(self, *, app_id: str | None = None, api_key: str | None = None) -> BackendlessApp:
        """Another application on the same server and clock, isolated from this one; for tests of several tenants.

        Without an id and a key it gets some of its own. Raises ``ValueError`` for an id that is taken.
        """
        name = f"{self._tenant.label} application {len(self._application.tenants)}"
        tenant = Tenant(
            rules=self._tenant.rules,
            clock=self.clock,
            seed=self._tenant.label,
            app_id=app_id or guid(f"{name} id"),
            api_key=api_key or guid(f"{name} key"),
        )
        tenant.base = self._tenant.base
        self._application.add(tenant)
        return BackendlessApp(tenant, self._server, self._application)

    @contextmanager
    def offline(self) -> Iterator[None]:
        """While the block lasts nobody can reach the service: connections are refused, open ones reset.

        The port stays the mock's. Without a socket (``wsgi_app``) it is ``ConnectionRefusedError``. What was accepted
        before goes on being delivered.
        """
        with self._application.availability.offline():
            yield

    def outage(self, start: When, end: When, *, optional: bool = False) -> None:
        """``offline`` from ``start`` until before ``end`` on the mock's clock: dates, or timedeltas from now.

        An outage whose time never comes fails the test unless it is ``optional``. While somebody else holds the time
        (``freeze_time``, time-machine), connections are accepted and each request is reset instead. Raises
        ``ValueError`` for an end that has passed, or is not after the start.
        """
        now = self.clock.read()
        instants = parse_when(start, now), parse_when(end, now)
        if not all(0 <= instant <= LAST_INSTANT for instant in instants):
            raise ValueError(f"an outage is between 1970 and the year 9999, not from {start!r} to {end!r}")
        outage = Outage(*instants, optional=optional)
        if not max(outage.start, now) < outage.end:
            raise ValueError(f"{outage} would be over before it begins; the clock shows {show_instant(now)}")
        self._application.availability.plan(outage)

    def intercept(self, host: str = "api.backendless.com") -> None:
        """Until the test is over, what this process sends to ``https://<host>`` reaches the mock.

        For code that has the address built in: requests, httpx, aiohttp, urllib and whatever else uses the sockets
        of the standard library. The application id and key in its paths must be the mock's (the fixtures
        ``backendless_mock_app_id`` and ``_api_key``, or ``new_app``). Other hosts are left alone. Raises
        ``ValueError`` for what is no host's name, ``RuntimeError`` where another mock of this process intercepts, or
        this one is not open, ``ServerError`` where its server does not run.
        """
        if self._server.current is not self._application:
            raise RuntimeError("intercept() needs a mock that is open")
        name = host_name(host)
        if self._interception is None:
            self._server.take_tls()
            interception = Interception((self._server.host, self._server.port))
            interception.begin()
            self._interception = interception
        self._interception.add(name)

    def report(self) -> str:
        """The timeline and the requests of every application: what stands under a failing test. Reads no clock."""
        self._find_out_late()
        return "\n\n".join(report.summary(tenant) for tenant in self._application.tenants.values())

    def verify(self) -> None:
        """Give the verdict of the end of the test now: ``AssertionError`` for what the mock objects to.

        Hints become ``BackendlessMockWarning``. Each problem and hint is told once.
        """
        __tracebackhide__ = True
        problems = self.judge(lambda hint: warnings.warn(hint, stacklevel=4))
        if problems:
            raise AssertionError("\n".join(problems))

    def judge(self, warn: Callable[[Warning], object]) -> list[str]:
        """Return what the mock objects to and pass the hints to ``warn``: for the plugin; tests want ``verify``."""
        self._object_to_what_never_happened()
        verdicts = [tenant.verdict for tenant in self._application.tenants.values()]
        problems = [problem for verdict in verdicts for problem in verdict.take_problems()]
        for hint in [hint for verdict in verdicts for hint in verdict.take_hints()]:
            try:
                warn(BackendlessMockWarning(hint))
            except BackendlessMockWarning as error:  # the user's filterwarnings make it one
                problems.append(str(error))
        return problems

    def _find_out_late(self) -> None:
        """What became of the outages by the last instant that was seen (T15)."""
        self._application.availability.catch_up(self.clock.seen or 0)

    def _object_to_what_never_happened(self) -> None:
        """A fault that never fired tested nothing."""
        self._find_out_late()
        for tenant in self._application.tenants.values():
            for fault in tenant.faults.take_unfired():
                came = tenant.journal.count(fault.operations)
                whose = "backendless_mock" if tenant is self._tenant else f"application {tenant.identity.app_id}"
                tenant.verdict.object_to(
                    f"{whose}.faults.{fault} never fired: {_none_fitted(came)}. If that is right, say optional=True"
                )
        for outage in self._application.availability.take_unbegun():
            self._tenant.verdict.object_to(
                f"backendless_mock.{outage} never began: the clock shows {show_instant(self.clock.seen or 0)}. "
                "If that is right, say optional=True"
            )


def _none_fitted(came: int) -> str:
    if not came:
        return "no such request came"
    requests = "1 such request" if came == 1 else f"{came} such requests"
    return f"{requests} came, but did not fit, or met another fault first"
