"""What a test holds: an application on a server of its own or of the session, its clock, and the verdict."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import report
from .application import BackendlessApp
from .http.app import Application
from .http.server import BackendlessServer, ServerError
from .http.tenant import Tenant
from .http.verdict import BackendlessMockWarning
from .messaging.rules import Rules
from .runtime.clock import Clock
from .runtime.ids import guid

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
        self._server.current = self._application

    def close(self) -> None:
        """Stop to answer, and thaw a clock of its own; what happened can still be looked at."""
        self._server.current = self._server.idle
        for tenant in self._application.tenants.values():
            with tenant.backend.retrospect() as (broker, _):
                self._server.remember(broker.subscription_ids(), tenant.label)
            tenant.backend.close()
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

    def report(self) -> str:
        """The timeline and the requests of every application: what stands under a failing test. Reads no clock."""
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
        verdicts = [tenant.verdict for tenant in self._application.tenants.values()]
        problems = [problem for verdict in verdicts for problem in verdict.take_problems()]
        for hint in [hint for verdict in verdicts for hint in verdict.take_hints()]:
            try:
                warn(BackendlessMockWarning(hint))
            except BackendlessMockWarning as error:  # the user's filterwarnings make it one
                problems.append(str(error))
        return problems
