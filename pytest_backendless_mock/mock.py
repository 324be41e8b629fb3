"""What a test holds: one Backendless application on a server, its clock, and everything that happens there."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import warnings
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import report
from .channel_view import ChannelView, SubscriptionView
from .http.app import Application
from .http.journal import Request
from .http.operation import OPERATIONS
from .http.server import BackendlessServer, ServerError
from .http.tenant import Tenant
from .http.verdict import BackendlessMockWarning
from .messaging.event import Retrieved
from .messaging.message import Delivery as CoreDelivery
from .messaging.message import MessageStatus
from .messaging.rules import Rules
from .runtime.clock import Clock
from .runtime.instant import MICROSECOND, parse_instant, parse_seconds
from .runtime.record import Delivery, Message, Scheduled, View, delivery_record, message_record, scheduled_record

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from typing_extensions import Self

When = dt.datetime | dt.timedelta | str


class BackendlessMock:
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
        self._tenant = Tenant(
            rules=Rules(**rules),
            clock=self.clock,
            seed=seed,
            app_id=self._server.app_id,
            api_key=self._server.api_key,
        )
        self._application = Application(self._tenant, allow_unknown_requests=allow_unknown_requests)

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
    def requests(self) -> tuple[Request, ...]:
        """The HTTP requests that came, with what they were answered; the last 10,000."""
        return self._tenant.journal.requests()

    def channel(self, name: str) -> ChannelView:
        """A channel, to look into and to make assertions about. Looking does not create it."""
        return ChannelView(self._tenant, name)

    def publish(
        self,
        message: Any,
        channel: str = "default",
        *,
        headers: Mapping[str, object] | None = None,
        subtopic: str | None = None,
        publisher_id: str | None = None,
        publish_at: When | None = None,
        repeat_every: float | dt.timedelta | None = None,
        repeat_expires_at: When | None = None,
    ) -> MessageStatus:
        """Publish as another client of the application would.

        ``publish_at`` and ``repeat_expires_at`` are an aware datetime, ISO 8601 text, or a timedelta from now;
        ``repeat_every`` is seconds or a timedelta. Raises ``MessagingError`` for what the service refuses, and
        ``TypeError`` for a message that is not JSON.
        """
        body: dict[str, Any] = {
            "message": _as_json(message),
            "headers": None if headers is None else dict(headers),
            "subtopic": subtopic,
            "publisherId": publisher_id,
            "repeatEvery": None if repeat_every is None else parse_seconds("repeat_every", repeat_every),
        }
        with self._tenant.call({"channel": channel}) as call:
            body["publishAt"] = _milliseconds(publish_at, call.now)
            body["repeatExpiresAt"] = _milliseconds(repeat_expires_at, call.now)
            answer = OPERATIONS["publish"].run(call._replace(body=body))
        return MessageStatus(answer["status"], answer["messageId"], answer["errorMessage"])

    def status(self, message_id: str) -> MessageStatus:
        """How far a message has come, as the service would answer."""
        answer = self._tenant.run("status", {"message": message_id})
        return MessageStatus(answer["status"], answer["messageId"], answer["errorMessage"])

    def cancel(self, message_id: str) -> MessageStatus:
        """Cancel a message. Raises ``MessagingError`` (5040) when there is nothing to cancel."""
        answer = self._tenant.run("cancel", {"message": message_id})
        return MessageStatus(answer["status"], answer["messageId"], answer["errorMessage"])

    def subscribe(
        self, channel: str = "default", *, selector: str | None = None, subtopic: str | None = None
    ) -> SubscriptionView:
        """Subscribe as another client would. Raises ``MessagingError`` for what the service refuses."""
        answer = self._tenant.run("subscribe", {"channel": channel}, {"selector": selector, "subtopic": subtopic})
        return SubscriptionView(self._tenant, channel, answer["subscriptionId"])

    def on(self, kind: str, callback: Callable[[Any], object]) -> Callable[[], None]:
        """Call ``callback`` with the record of each event: ``accepted``, ``delivered``, ``retrieved``, ``cancelled``.

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


def _milliseconds(when: When | None, now: int) -> float | None:
    if when is None:
        return None
    return (now + when // MICROSECOND if isinstance(when, dt.timedelta) else parse_instant(when)) / 1000


def _as_json(message: Any) -> Any:
    try:
        return json.loads(json.dumps(message, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise TypeError(f"a message is a JSON value: {error}") from None


def _inside_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
