"""What a test holds: an application on a server of its own or of the session, and the clock that moves it."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..http.availability import Outage
from ..messaging.access import ApiKeyKind
from ..messaging.rules import RuleOptions, Rules
from ..messaging.schedule import LAST_INSTANT
from ..runtime.clock import Clock
from ..runtime.instant import show_instant
from ..server.server import BackendlessServer
from .app import BackendlessApp
from .client import When, parse_when
from .session import Session
from .state import read_state

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


class BackendlessMock(BackendlessApp):
    """A Backendless application that the code under test talks to and the test can look into.

    The fixture ``backendless_mock`` is one. Without pytest, use it as a context manager, which calls ``verify`` at the
    end of a block that raised nothing: ``with BackendlessMock() as mock: ...``. Ids are made from ``seed``; ``rules``
    are the keywords of ``Rules``. Looking at anything first makes the deliveries that are due.
    """

    def __init__(
        self,
        *,
        seed: object = 0,
        freeze: dt.datetime | str | None = None,
        allow_unknown_requests: bool = False,
        server: BackendlessServer | None = None,
        state: Mapping[str, Any] | str | Path | None = None,
        _session: Session | None = None,  # the fixture's, which opens and closes it itself
        **rules: Unpack[RuleOptions],
    ) -> None:
        """On a ``server`` that is given and running, it replaces the mock before it.

        It begins with ``state``: what ``state()`` returned, or the path of a file with it; ``rules`` override its
        rules.

        Raises ``TypeError`` or ``ValueError`` for an invalid rule, instant or state, and ``OSError`` for a file that
        cannot be read.
        """
        beginning = None if state is None else read_state(state)
        session = _session or Session(
            Rules(**{**(beginning.rules if beginning else {}), **rules}),
            seed=seed,
            freeze=freeze,
            allow_unknown_requests=allow_unknown_requests,
            server=server,
            state=beginning,
        )
        super().__init__(session.app.tenants.default, session)
        self._clock = Clock(session.time)

    def __enter__(self) -> Self:
        self._session.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self._session.close()
        if kind is None:
            self.verify()

    @property
    def clock(self) -> Clock:
        """The mock's time, to be moved."""
        self._session.needs_open("the clock")
        return self._clock

    def new_app(
        self,
        *,
        app_id: str | None = None,
        api_key: str | None = None,
        api_keys: Mapping[ApiKeyKind, str] | None = None,
    ) -> BackendlessApp:
        """Another application on the same server and clock, isolated from this one; for tests of several tenants.

        Without an id and keys it gets its own; ``api_keys`` are by kind, and ``api_key`` is the REST key.
        Raises ``ValueError`` for an id that is taken, and for a kind of key or a key given twice.
        """
        tenant = self._session.add_application(app_id, api_key, api_keys)
        return BackendlessApp(tenant, self._session)

    @contextmanager
    def offline(self) -> Iterator[None]:
        """During the block the service cannot be reached: new connections are refused, open ones reset.

        The mock keeps its port. Through ``wsgi_app`` there is a ``ConnectionRefusedError``. Messages accepted before
        are still delivered.
        """
        self._session.needs_open("offline()")
        with self._session.app.availability.offline():
            yield

    def outage(self, start: When, end: When, *, optional: bool = False) -> None:
        """Be ``offline`` from ``start`` to ``end`` on the mock's clock: dates, or timedeltas from now.

        An outage that never begins fails the test unless it is ``optional``. While the test's own ``freeze_time`` or
        time-machine controls the time, connections are accepted, and each request is reset instead. Raises
        ``ValueError`` for an end that has passed, or is not after the start.
        """
        self._session.needs_open("outage()")
        now = self._session.time.read()
        instants = parse_when(start, now), parse_when(end, now)
        if not all(0 <= instant <= LAST_INSTANT for instant in instants):
            raise ValueError(f"an outage is between 1970 and the year 9999, not from {start!r} to {end!r}")
        outage = Outage(*instants, optional=optional)
        if not max(outage.start, now) < outage.end:
            raise ValueError(f"{outage} would be over before it begins; the clock shows {show_instant(now)}")
        self._session.app.availability.plan(outage)

    def intercept(self, host: str = "api.backendless.com") -> None:
        """Redirect what this process sends to ``https://<host>`` to the mock, until the test ends.

        For code with a hard-coded address. Works with requests, niquests, httpx, aiohttp, urllib, and everything else
        that uses sockets of the standard library. The application id and key in its paths must be the mock's (the
        fixtures ``backendless_mock_app_id`` and ``_api_key``, or ``new_app``). Other hosts are not affected. Raises
        ``ValueError`` for an invalid host name, ``RuntimeError`` if another mock of this process intercepts or this
        one is not open, ``ServerError`` if its server does not run.
        """
        self._session.intercept(host)

    def report(self) -> str:
        """The timeline and the requests of every application, as shown under a failing test. Reads no clock."""
        return self._session.report()

    def reset(self) -> None:
        """Give the verdict, as ``verify`` does, and empty the mock: for one that is open for several tests.

        Drops messages, subscriptions, devices, users, permissions, templates, channel schemas, faults, outages,
        stubs, listeners and requests, those of every ``new_app`` too, and loads again a ``state`` that was given.
        Ids, keys, URL, rules and clock stay.
        Raises ``AssertionError`` for whatever fails the test; everything is dropped all the same, and the error has
        the report.
        """
        __tracebackhide__ = True
        self._session.needs_open("reset()")
        problems = self._judge()
        story = self.report() if problems else ""
        self._session.reset()
        if problems:
            raise AssertionError("\n".join([*problems, "before the reset():", story]))

    def verify(self) -> None:
        """Give the verdict now instead of at the end of the test: ``AssertionError`` for whatever fails it.

        Hints become ``BackendlessMockWarning``. Each problem and hint is reported once.
        """
        __tracebackhide__ = True
        problems = self._judge()
        if problems:
            raise AssertionError("\n".join(problems))

    def _judge(self) -> list[str]:
        return self._session.judge(lambda hint: warnings.warn(hint, stacklevel=6))
