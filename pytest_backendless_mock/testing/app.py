"""One Backendless application as a test sees it: where it is, what happened there, who may do what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, overload

from ..diagnosis import report
from ..diagnosis.timeline import Timeline
from ..http.journal import Request
from ..http.tenants import Tenant
from ..messaging.device import SYSTEMS, System, likely_system
from ..messaging.event import Retrieved
from ..messaging.header import header_text
from ..messaging.message import Delivery as CoreDelivery
from ..messaging.name import channel_name
from ..messaging.template import Template
from ..runtime.event import EventKind
from ..runtime.instant import show_instant
from ..runtime.record import (
    Delivery,
    Device,
    Email,
    Incident,
    Member,
    Message,
    Push,
    Refusal,
    Scheduled,
    View,
    delivery_record,
    device_record,
    message_record,
    scheduled_record,
)
from ..server import proxy
from ..server.server import shown_address
from .access import Access
from .channel import Channel
from .client import names
from .faults import Faults
from .look import looked, watching
from .outbox import Outbox, outbox
from .session import Session
from .state import write_state
from .stub import make_stub

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class BackendlessApp(Access):
    """An application on a server, which the code under test talks to and the test can look into.

    Looking at anything catches up with the clock first.
    """

    def __init__(self, tenant: Tenant, session: Session) -> None:
        super().__init__(tenant, session)
        self.faults = Faults(tenant)
        """What can go wrong between the code under test and the service."""

    def __repr__(self) -> str:
        with self._application.backend.peek() as (broker, now):
            seen = show_instant(now) if now else "not read yet"
            counts = f"{len(broker.publications)} messages, {len(broker.pending)} scheduled"
        return f"<{type(self).__name__} {shown_address(self._session.server)} {counts}, clock {seen}>"

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT/<app-id>/<api-key>``: what stands before ``/messaging`` in every call.

        The server starts when its address is first asked for, here or below. Raises ``ServerError`` where it cannot
        listen, and ``RuntimeError`` for a mock that is not open.
        """
        return f"{self.host_url}/{self.app_id}/{self.api_key}"

    @property
    def host_url(self) -> str:
        """``http://127.0.0.1:PORT``: for clients that are given ids and keys, or take it as a custom domain."""
        self._session.needs_open("the address")
        return self._session.server.host_url

    @property
    def app_id(self) -> str:
        """The application's id."""
        return self._application.identity.app_id

    @property
    def api_key(self) -> str:
        """The application's REST API key."""
        return self._application.identity.api_key

    @property
    def api_keys(self) -> dict[str, str]:
        """All API keys by kind (``REST JS ANDROID IOS .NET AS BL``): each gives its callers a role of its own."""
        return dict(self._application.api_keys)

    @property
    def env(self) -> dict[str, str]:
        """The four above as environment variables for a subprocess.

        ``BACKENDLESS_URL``, ``BACKENDLESS_HOST_URL``, ``BACKENDLESS_APP_ID``, ``BACKENDLESS_API_KEY``; and where a
        proxy is set, ``no_proxy`` and ``NO_PROXY`` with the mock's host in them.
        """
        return {
            "BACKENDLESS_URL": self.url,
            "BACKENDLESS_HOST_URL": self.host_url,
            "BACKENDLESS_APP_ID": self.app_id,
            "BACKENDLESS_API_KEY": self.api_key,
            **proxy.exemptions(),
        }

    @property
    def wsgi_app(self) -> WSGIApplication:
        """The mock without a socket, for ``httpx.Client(transport=httpx.WSGITransport(app=…))``."""
        self._session.needs_open("wsgi_app")
        return self._session.app

    @property
    def messages(self) -> View[Message]:
        """What the code under test published, as the service accepted it."""
        with self._application.backend.session() as (broker, _):
            return looked("published", None, View(map(message_record, broker.publications.values())))

    @property
    def scheduled(self) -> View[Scheduled]:
        """What is still to come, the next delivery first."""
        with self._application.backend.session() as (broker, _):
            pending = sorted(broker.pending.values(), key=attrgetter("next_at"))
            return View(map(scheduled_record, pending))

    @property
    def deliveries(self) -> View[Delivery]:
        """What entered a channel's log, whoever listens."""
        with self._application.backend.session():
            entered = (entry for entry in self._application.backend.timeline if isinstance(entry, CoreDelivery))
            return looked("delivered", None, View(entered, delivery_record))

    @property
    def retrieved(self) -> View[Delivery]:
        """What was handed to a subscription, in the order of handing out; twice where two subscriptions got it."""
        with self._application.backend.session():
            timeline = self._application.backend.timeline
            handed_out = (entry.delivery for entry in timeline if isinstance(entry, Retrieved))
            return looked("retrieved", None, View(handed_out, delivery_record))

    @property
    def outbox(self) -> Outbox[Push | Email]:
        """The pushes that devices got and the e-mails that were sent."""
        with self._application.backend.session():
            return looked(report.SENT, None, outbox(self._application))

    @property
    def devices(self) -> View[Device]:
        """The registered devices; an expired one is gone."""
        with self._application.backend.session() as (broker, now):
            return View(map(device_record, broker.devices.alive(now)))

    @property
    def requests(self) -> View[Request]:
        """The HTTP requests that came, with what they were answered; the last 10,000, or 64 MiB."""
        return View(self._tenant.journal.requests())

    @property
    def hints(self) -> tuple[str, ...]:
        """What the test's reader is told of its requests, warned of already or not; ``verify`` warns of each once."""
        return tuple(self._application.verdict.hints())

    @property
    def timeline(self) -> Timeline:
        """What happened, now, and what is still to come: ``print(backendless_mock.timeline)``."""
        with self._application.backend.session():
            pass
        self._session.app.availability.look()
        return Timeline(self._application)

    def channel(self, name: str) -> Channel:
        """A channel, to look at and to make assertions about. This does not create it."""
        return Channel(self._application, name)

    def add_template(
        self,
        name: str,
        *,
        message: str,
        headers: Mapping[str, object] | None = None,
        platforms: Sequence[System] = (),
        channel: str = "default",
        segment: str | None = None,
    ) -> None:
        """Define a push template, as in the console; ``{placeholders}`` in texts, headers and segment are filled in.

        No ``platforms`` means all of them. Raises ``ValueError`` for a platform there is not, ``MessagingError`` for
        a channel name.
        """
        systems = tuple(str(platform).upper() for platform in names("platforms", platforms))
        for system in systems:
            if system not in SYSTEMS:
                raise ValueError(f"a platform is one of {', '.join(SYSTEMS)}, not {system!r}{likely_system(system)}")
        texts = {header: header_text(value) for header, value in (headers or {}).items()}
        template = Template(name, message, texts, systems, channel_name(channel), segment)
        with self._application.backend.session() as (broker, _):
            broker.templates.add(template)

    def add_email_template(self, name: str) -> None:
        """Make an e-mail template known, so that e-mails can be sent from it."""
        with self._application.backend.session() as (broker, _):
            broker.templates.add_email(name)

    def stub(
        self,
        method: str,
        path: str,
        *,
        status: int = 200,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        root: bool = False,
    ) -> None:
        """Answer a request that the mock does not know: ``stub("GET", "/data/Orders", json=[])``.

        ``path`` is below the application's prefix, or with ``root`` the whole path; ``*`` in it, or as the method,
        stands for anything. A call over AMF is ``stub("AMF", "PersistenceService.find", json=...)``, without the
        service's package; ``json`` is its result. If several match, the newest stub answers. Raises ``ValueError`` for
        a request that the mock answers itself, and for an invalid status or header, ``TypeError`` if ``json`` is not
        JSON.
        """
        self._tenant.stubs.add(
            make_stub(method, path, status, json, headers, root=root, app_id=self._application.identity.app_id)
        )

    @overload
    def on(
        self, kind: Literal["accepted", "cancelled", "failed", "not_pushed"], callback: Callable[[Message], object]
    ) -> Callable[[], None]: ...
    @overload
    def on(
        self, kind: Literal["delivered", "retrieved"], callback: Callable[[Delivery], object]
    ) -> Callable[[], None]: ...
    @overload
    def on(self, kind: Literal["pushed", "push_failed"], callback: Callable[[Push], object]) -> Callable[[], None]: ...
    @overload
    def on(self, kind: Literal["emailed"], callback: Callable[[Email], object]) -> Callable[[], None]: ...
    @overload
    def on(
        self, kind: Literal["joined", "listening", "left"], callback: Callable[[Member], object]
    ) -> Callable[[], None]: ...
    @overload
    def on(self, kind: Literal["refused"], callback: Callable[[Refusal], object]) -> Callable[[], None]: ...
    @overload
    def on(self, kind: Literal["faulted"], callback: Callable[[Incident], object]) -> Callable[[], None]: ...
    def on(self, kind: EventKind, callback: Callable[[Any], object]) -> Callable[[], None]:
        """Call ``callback`` with the record of each event of a kind.

        There are ``accepted``, ``delivered``, ``retrieved``, ``cancelled``, ``pushed``, ``push_failed`` (a device
        refused), ``not_pushed`` (a push found no device), ``failed`` (a message's status became that), ``emailed``,
        ``joined``, ``listening`` and ``left`` (of clients in real time), ``refused`` and ``faulted``.

        It runs in the thread of the event, with no lock held, and may publish or advance. Returns a function that
        removes it. Raises ``ValueError`` for another kind.
        """
        return self._application.backend.listen(kind, callback)

    def state(self, *, secrets: bool = False, journal: bool = False) -> dict[str, Any]:
        """The whole application as a JSON value: ``BackendlessMock(state=...)`` continues from it.

        Passwords and tokens are in it only with ``secrets``, requests only with ``journal``. Raises ``ValueError`` for
        a fault that asks a callable and for a channel's schema that refers to other files, by name.
        """
        return write_state(self._tenant, secrets=secrets, journal=journal)

    def har(self) -> dict[str, Any]:
        """The requests with their answers, as a HAR 1.2 value: by the mock's time, tokens and passwords masked.

        If this is called before the first request, all are kept, on disk; otherwise it has what ``requests`` has, and
        ``log.comment`` says so. Raises ``OSError`` where the disk cannot be written.
        """
        return self._session.har(self._tenant)

    def wait_until(self, predicate: Callable[[], object], timeout: float = 1.0) -> None:
        """Wait until ``predicate`` is true, for at most ``timeout`` real seconds; it is checked at each event.

        Raises ``AssertionError`` when the time is up, with the predicate, what it looked at and why no more was
        there, and ``RuntimeError`` in a coroutine, whose event loop it would block.
        """
        __tracebackhide__ = True
        self._session.needs_open("wait_until()")
        refuse_to_wait(predicate)
        with watching() as looks:

            def holds() -> object:
                looks.clear()
                return predicate()

            if self._application.backend.wait_for(holds, timeout):
                return
        raise AssertionError(report.explain_wait(self._application, predicate, timeout, looks))


def _inside_task() -> bool:
    """Not whether a loop runs: Playwright's synchronous API keeps one running below the test, and waits for nobody."""
    import asyncio  # noqa: PLC0415 - 14 ms, and only who waits needs it

    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return False


def refuse_to_wait(predicate: object) -> None:
    """Raise ``TypeError`` for what is no callable, ``RuntimeError`` inside a task of an event loop."""
    if not callable(predicate):
        raise TypeError(f"wait_until() takes a callable, not {predicate!r}; say wait_until(lambda: ...)")
    if _inside_task():
        raise RuntimeError(
            "wait_until() would block the event loop it is called in: "
            "await asyncio.to_thread(backendless_mock.wait_until, predicate)"
        )
