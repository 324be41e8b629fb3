"""What a test holds: one Backendless application on a server, its clock, and everything that happens there."""

from __future__ import annotations

import asyncio
import datetime as dt
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import report
from .channel_view import ChannelView
from .client import Client
from .http.app import Application
from .http.journal import Request
from .http.server import BackendlessServer, ServerError
from .http.tenant import Tenant
from .http.verdict import BackendlessMockWarning
from .messaging.channel import channel_name
from .messaging.device import SYSTEMS
from .messaging.event import Retrieved
from .messaging.message import Delivery as CoreDelivery
from .messaging.message import header_text
from .messaging.rules import Rules
from .messaging.template import Template
from .outbox import Outbox, outbox
from .runtime.clock import Clock
from .runtime.record import (
    Delivery,
    Device,
    Message,
    Scheduled,
    View,
    delivery_record,
    device_record,
    message_record,
    scheduled_record,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from typing_extensions import Self


class BackendlessMock(Client):
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
        **rules: Any,
    ) -> None:
        self.clock = clock or Clock()
        self._own_clock = clock is None
        self._freeze_at = freeze
        self._own_server = server is None
        self._server = server or BackendlessServer()
        tenant = Tenant(
            rules=Rules(**rules),
            clock=self.clock,
            seed=seed,
            app_id=self._server.app_id,
            api_key=self._server.api_key,
        )
        super().__init__(tenant)
        self._application = Application(tenant, allow_unknown_requests=allow_unknown_requests)

    def __repr__(self) -> str:
        with self._tenant.backend.retrospect() as (broker, now):
            seen = report.instant_or_unknown(now)
            counts = f"{len(broker.publications)} messages, {len(broker.pending)} scheduled"
        return f"<BackendlessMock {self._server.host_url} {counts}, clock {seen}>"

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
        with self._tenant.backend.retrospect() as (broker, _):
            self._server.remember(broker.subscription_ids(), self._tenant.label)
        self._tenant.backend.close()
        if self._own_server:
            self._server.stop()
        if self._own_clock:
            self.clock.unfreeze()

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT/<app-id>/<api-key>``: what stands before ``/messaging`` in every call."""
        return f"{self._server.host_url}/{self.app_id}/{self.api_key}"

    @property
    def host_url(self) -> str:
        """``http://127.0.0.1:PORT``: for clients that are given ids and keys, or take it as a custom domain."""
        return self._server.host_url

    @property
    def app_id(self) -> str:
        """The application's id."""
        return str(self._tenant.identity.app_id)

    @property
    def api_key(self) -> str:
        """The application's REST API key."""
        return str(self._tenant.identity.api_key)

    @property
    def env(self) -> dict[str, str]:
        """The four above as environment variables for a subprocess.

        ``BACKENDLESS_URL``, ``BACKENDLESS_HOST_URL``, ``BACKENDLESS_APP_ID``, ``BACKENDLESS_API_KEY``.
        """
        return {
            "BACKENDLESS_URL": self.url,
            "BACKENDLESS_HOST_URL": self.host_url,
            "BACKENDLESS_APP_ID": self.app_id,
            "BACKENDLESS_API_KEY": self.api_key,
        }

    @property
    def wsgi_app(self) -> WSGIApplication:
        """The mock without a socket, for ``httpx.Client(transport=httpx.WSGITransport(app=…))``."""
        return self._application

    @property
    def messages(self) -> View[Message]:
        """What the code under test published, as the service accepted it."""
        with self._tenant.backend.session() as (broker, _):
            return View(map(message_record, broker.publications.values()))

    @property
    def scheduled(self) -> View[Scheduled]:
        """What is still to come, the next delivery first."""
        with self._tenant.backend.session() as (broker, _):
            pending = sorted(broker.pending.values(), key=lambda p: (p.next_at, p.message.order))
            return View(map(scheduled_record, pending))

    @property
    def deliveries(self) -> View[Delivery]:
        """What entered a channel's log, whoever listens."""
        with self._tenant.backend.session():
            return View(
                delivery_record(entry) for entry in self._tenant.backend.timeline if isinstance(entry, CoreDelivery)
            )

    @property
    def retrieved(self) -> View[Delivery]:
        """What was handed to a subscription, in the order of handing out; twice where two subscriptions got it."""
        with self._tenant.backend.session():
            return View(
                delivery_record(entry.delivery)
                for entry in self._tenant.backend.timeline
                if isinstance(entry, Retrieved)
            )

    @property
    def outbox(self) -> Outbox:
        """The pushes that devices got and the e-mails that were sent."""
        with self._tenant.backend.session():
            return outbox(self._tenant.backend.timeline)

    @property
    def devices(self) -> tuple[Device, ...]:
        """The registered devices; an expired one is gone."""
        with self._tenant.backend.session() as (broker, now):
            return tuple(map(device_record, broker.devices.alive(now)))

    @property
    def requests(self) -> tuple[Request, ...]:
        """The HTTP requests that came, with what they were answered; the last 10,000."""
        return self._tenant.journal.requests()

    def channel(self, name: str) -> ChannelView:
        """A channel, to look into and to make assertions about. Looking does not create it."""
        return ChannelView(self._tenant, name)

    def add_template(
        self,
        name: str,
        *,
        message: str,
        headers: Mapping[str, object] | None = None,
        platforms: Sequence[str] = (),
        channel: str = "default",
        segment: str | None = None,
    ) -> None:
        """Define a push template, as in the console; ``{placeholders}`` in texts, headers and segment are filled in.

        No ``platforms`` means all of them. Raises ``ValueError`` for a platform there is not, ``MessagingError`` for
        a channel name.
        """
        systems = tuple(platform.upper() for platform in platforms)
        for system in systems:
            if system not in SYSTEMS:
                raise ValueError(f"a platform is one of {', '.join(SYSTEMS)}, not {system!r}")
        texts = {header: header_text(value) for header, value in (headers or {}).items()}
        template = Template(name, message, texts, systems, channel_name(channel), segment)
        with self._tenant.backend.session() as (broker, _):
            broker.templates[name] = template

    def add_email_template(self, name: str) -> None:
        """Make an e-mail template known, so that e-mails can be sent from it."""
        with self._tenant.backend.session() as (broker, _):
            broker.email_templates.add(name)

    def on(self, kind: str, callback: Callable[[Any], object]) -> Callable[[], None]:
        """Call ``callback`` with the record of each event.

        There are ``accepted``, ``delivered``, ``retrieved``, ``cancelled``, ``pushed``, ``failed`` and ``emailed``.

        It runs where the event came about, with no lock held, and may publish or advance. What comes back takes
        it off again. Raises ``ValueError`` for another kind.
        """
        return self._tenant.backend.listen(kind, callback)

    def wait_until(self, predicate: Callable[[], object], timeout: float = 1.0) -> None:
        """Wait until ``predicate`` holds, ``timeout`` real seconds at most; it is asked again at each event.

        Raises ``AssertionError`` with what was seen when the time is up, and ``RuntimeError`` inside a running
        event loop, which it would block.
        """
        __tracebackhide__ = True
        if _inside_event_loop():
            raise RuntimeError(
                "wait_until() would block the event loop it is called in: "
                "await asyncio.to_thread(backendless_mock.wait_until, predicate)"
            )
        if not self._tenant.backend.wait_for(predicate, timeout):
            raise AssertionError(f"waited {timeout:g} s in vain\n{report.summary(self._tenant)}")

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
        problems = self._tenant.verdict.take_problems()
        for hint in self._tenant.verdict.take_hints():
            try:
                warn(BackendlessMockWarning(hint))
            except BackendlessMockWarning as error:  # the user's filterwarnings make it one
                problems.append(str(error))
        return problems


def _inside_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
