"""What a test holds whose mock runs elsewhere: an application of its own there, and the clock that moves it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from ..diagnosis.predicate import source_of
from ..http.journal import Request
from ..messaging.device import System
from ..runtime.instant import parse_instant, to_datetime
from ..runtime.record import Delivery, Device, Message, Scheduled, View
from ..runtime.wall_clock import real_monotonic
from ..testing.app import refuse_to_wait
from ..testing.client import When, as_json, names, parse_when
from .channel import RemoteChannel
from .client import RemoteClient
from .clock import RemoteClock
from .connection import quoted
from .faults import RemoteFaults
from .outbox import RemoteOutbox, outbox
from .refusal import NotRemoteError
from .session import RemoteSession

LONGEST_LOOK = 0.1
"""Real seconds after which a predicate is asked again, though nothing happened that the mock knows of."""


class RemoteMock(RemoteClient):
    """``BackendlessMock``, from afar: the fixture where ``--backendless-mock-url`` is given."""

    def __init__(self, session: RemoteSession) -> None:
        """``session`` is the fixture's, which opens and closes it."""
        super().__init__(session)
        self.clock = RemoteClock(session)
        """The application's time, to be moved."""
        self.faults = RemoteFaults(session)
        """What can go wrong between the code under test and the service."""

    def __repr__(self) -> str:
        return f"<RemoteMock {self.url}>"

    @property
    def url(self) -> str:
        """``http://HOST:PORT/<app-id>/<api-key>``: what stands before ``/messaging`` in every call."""
        return self._said("url")

    @property
    def host_url(self) -> str:
        """``http://HOST:PORT``: for clients that are given ids and keys."""
        return self._said("hostUrl")

    @property
    def app_id(self) -> str:
        """The application's id: the same for the same test on every run."""
        return self._said("appId")

    @property
    def api_key(self) -> str:
        """The application's REST API key."""
        return self._said("apiKey")

    @property
    def api_keys(self) -> dict[str, str]:
        """All API keys by kind (``REST JS ANDROID IOS .NET AS BL``): each gives its callers a role of its own."""
        return dict(self._session.described["apiKeys"])

    @property
    def env(self) -> dict[str, str]:
        """The four above as environment variables for a subprocess, and ``BACKENDLESS_MOCK_URL``."""
        return dict(self._session.described["env"])

    @property
    def messages(self) -> View[Message]:
        """What the code under test published, as the service accepted it."""
        return self._session.records("messages", Message)

    @property
    def scheduled(self) -> View[Scheduled]:
        """What is still to come, the next delivery first."""
        return self._session.records("scheduled", Scheduled)

    @property
    def deliveries(self) -> View[Delivery]:
        """What entered a channel's log, whoever listens."""
        return self._session.records("deliveries", Delivery)

    @property
    def retrieved(self) -> View[Delivery]:
        """What was handed to a subscription, in the order of handing out; twice where two subscriptions got it."""
        return self._session.records("retrieved", Delivery)

    @property
    def outbox(self) -> RemoteOutbox:
        """The pushes that devices got and the e-mails that were sent."""
        return outbox(self._session)

    @property
    def devices(self) -> View[Device]:
        """The registered devices; an expired one is gone."""
        return self._session.records("devices", Device)

    @property
    def requests(self) -> View[Request]:
        """The HTTP requests that came, with what they were answered; ``body`` and ``answer`` stay where they are."""
        return self._session.records("requests", Request)

    @property
    def hints(self) -> tuple[str, ...]:
        """What the test's reader is told of its requests, warned of already or not."""
        return tuple(self._session.items("hints"))

    @property
    def timeline(self) -> RemoteTimeline:
        """What happened, now, and what is still to come: ``print(backendless_mock.timeline)``."""
        return RemoteTimeline(self._session.items("timeline"))

    def channel(self, name: str) -> RemoteChannel:
        """A channel, to look at and to make assertions about. This does not create it."""
        return RemoteChannel(self._session, name)

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
        """Define a push template, as in the console; ``{placeholders}`` in texts, headers and segment are filled in."""
        systems = [str(platform).upper() for platform in names("platforms", platforms)]
        body: dict[str, object] = {"message": message, "platforms": systems, "channel": channel}
        if headers is not None:
            body["headers"] = as_json(headers)
        if segment is not None:
            body["segment"] = segment
        self._session.ask("PUT", f"templates/{quoted(name)}", body)

    def add_email_template(self, name: str) -> None:
        """Make an e-mail template known, so that e-mails can be sent from it."""
        self._session.ask("PUT", f"email-templates/{quoted(name)}", {})

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
        """Answer a request that the mock does not know: ``stub("GET", "/data/Orders", json=[])``."""
        body = {"method": method, "path": path, "status": status, "json": as_json(json), "root": root}
        self._session.ask("POST", "stubs", body if headers is None else {**body, "headers": headers})

    def state(self, *, secrets: bool = False, journal: bool = False) -> dict[str, Any]:
        """All of the application, as a JSON value: the marker's ``state`` goes on from there, here or there."""
        state: dict[str, Any] = self._session.ask("GET", "state", secrets=secrets, journal=journal)
        return state

    def har(self) -> dict[str, Any]:
        """The requests with their answers, as a HAR 1.2 value; asked for before the first request all are kept."""
        return self._session.har()

    def wait_until(self, predicate: Callable[[], object], timeout: float = 1.0) -> None:
        """Wait until ``predicate`` is true, for at most ``timeout`` real seconds; it is checked at each event.

        Raises ``AssertionError`` when the time is up, and ``RuntimeError`` in a coroutine.
        """
        __tracebackhide__ = True
        refuse_to_wait(predicate)
        end = real_monotonic() + timeout
        after = 0
        while not predicate():
            left = end - real_monotonic()
            if left <= 0:
                raise AssertionError(f"waited {timeout:g} s in vain for `{source_of(predicate)}`")
            after = self._session.ask("GET", "events", after=after, wait=min(left, LONGEST_LOOK))["next"]

    @contextmanager
    def offline(self) -> Iterator[None]:
        """While the block lasts nobody can reach the application: what is asked of it is reset."""
        self._session.ask("PUT", "offline", {"offline": True})
        try:
            yield
        finally:
            self._session.ask("PUT", "offline", {"offline": False})

    def outage(self, start: When, end: When, *, optional: bool = False) -> None:
        """Be ``offline`` from ``start`` to ``end`` on the mock's clock: dates, or timedeltas from now."""
        now = parse_instant(self._session.ask("GET", "clock")["now"])
        said = {name: to_datetime(parse_when(when, now)).isoformat() for name, when in (("start", start), ("end", end))}
        self._session.ask("POST", "outages", {**said, "optional": optional})

    def report(self) -> str:
        """The timeline and the requests: what stands under a failing test."""
        return self._session.report()

    def verify(self) -> None:
        """Give the verdict now instead of at the end of the test: ``AssertionError`` for whatever fails it."""
        __tracebackhide__ = True
        problems = self._judge()
        if problems:
            raise AssertionError("\n".join(problems))

    def reset(self) -> None:
        """Give the verdict, as ``verify`` does, and begin anew, ids too; keys, URL, rules and clock stay."""
        __tracebackhide__ = True
        problems = self._judge()
        story = self.report() if problems else ""
        clock = self._session.ask("GET", "clock")
        self._session.ask("POST", "reset", {"freeze": clock["now"]})
        if not clock["frozen"]:
            self.clock.unfreeze()
        if problems:
            raise AssertionError("\n".join([*problems, "before the reset():", story]))

    def _judge(self) -> list[str]:
        return self._session.judge(lambda hint: warnings.warn(hint, stacklevel=6))

    def _said(self, name: str) -> str:
        return str(self._session.described[name])

    @property
    def wsgi_app(self) -> NoReturn:
        """Not to be had: raises ``NotRemoteError``."""
        raise NotRemoteError("wsgi_app")

    def intercept(self, *_: object, **__: object) -> NoReturn:
        """Not to be had: raises ``NotRemoteError``."""
        raise NotRemoteError("intercept")

    def on(self, *_: object, **__: object) -> NoReturn:
        """Not to be had: raises ``NotRemoteError``."""
        raise NotRemoteError("on")

    def new_app(self, *_: object, **__: object) -> NoReturn:
        """Not to be had: raises ``NotRemoteError``."""
        raise NotRemoteError("new_app")


class RemoteTimeline:
    """``Timeline``, from afar: a snapshot. Iterating gives its lines."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = tuple(lines)

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __str__(self) -> str:
        return "\n".join(self._lines)

    def __repr__(self) -> str:
        return f"<RemoteTimeline {len(self._lines) - 1} events, happened and to come>"
