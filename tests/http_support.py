"""What the tests of the wire share: a fake time, an application that is checked against its schemas, a client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from fake_time import FakeTime
from werkzeug.test import Client

import pytest_backendless_mock as pbm
from pytest_backendless_mock.http.app import App
from pytest_backendless_mock.http.path import segments_of, split_prefix
from pytest_backendless_mock.http.rest import route
from pytest_backendless_mock.http.tenants import Tenant
from pytest_backendless_mock.messaging.access import Permission, User
from pytest_backendless_mock.messaging.secret import Secret
from pytest_backendless_mock.runtime.clock import Clock
from pytest_backendless_mock.runtime.event import Refused
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.server.server import BackendlessServer, hosting
from pytest_backendless_mock.service.application import Application

APP_ID = "3FAD6F76-617D-4EDD-BF4D-AE26C5C04F00"
API_KEY = "7B1E9D20-52C8-4A6F-9E37-D04C81F2A600"
PREFIX = f"/{APP_ID}/{API_KEY}"
MESSAGING = f"{PREFIX}/messaging"
NOW = 1_894_005_000_000
"""2030-01-07 08:30:00Z, a Monday, in milliseconds: where every fake time begins."""
YEAR_10000 = 253_402_300_800_000
"""In milliseconds."""
LONGEST_BODY = 10 * 1024 * 1024
ABSENT = object()


class Answer(NamedTuple):
    status: int
    json: Any
    raw: bytes
    headers: dict[str, str]

    @property
    def error(self) -> tuple[int, int]:
        """HTTP status and Backendless code of an error."""
        return self.status, self.json["code"]


class Stored(NamedTuple):
    """What a broker holds, as far as a refused request could have changed it."""

    messages: int = 0
    pending: int = 0
    channels: tuple[str, ...] = ("default",)
    subscriptions: int = 0
    events: int = 0


NOTHING = Stored()


class CheckedApp:
    """A WSGI callable that checks each answer of another one against its schema and the rules of every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.objections: list[str] = []
        self.checked = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        begun: list[Any] = []
        payload = b"".join(self.app(environ, lambda *status_and_headers: begun.extend(status_and_headers)))
        try:
            check(environ, begun[0], dict(begun[1]), payload)
        except (AssertionError, ValueError, LookupError) as error:
            self.objections.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}: {error!r}")
        self.checked += 1
        start_response(*begun)
        return [payload]


def check(environ: dict[str, Any], status_line: str, headers: dict[str, str], payload: bytes) -> None:
    """Raise for an answer that no request may get (invariant 8, W2, W19)."""
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Length"] == str(len(payload))
    assert [value for value in headers.values() if "HTTP" in value] == []
    assert payload.isascii()
    answer = json.loads(payload)
    status = int(status_line.partition(" ")[0])
    if status == 200:
        prefix, below = split_prefix(segments_of(environ))
        target = route.find(environ["REQUEST_METHOD"], prefix, below, {"application-id": ""})
        pbm.validate(answer, f"{target.operation}.response")
    else:
        pbm.validate(answer, "error.response")
        assert status in (400, 404, 500, 503)
        assert status == 400 or answer["code"] == status


class Wire:
    """One application on a fake time, and a client without a socket whose every answer is checked."""

    def __init__(
        self,
        *,
        seed: object = 0,
        app_id: str = APP_ID,
        api_key: str = API_KEY,
        allow_unknown_requests: bool = False,
        **rules: Any,
    ) -> None:
        self.time = FakeTime()
        self.virtual_time = VirtualTime(self.time)
        self.clock = Clock(self.virtual_time)
        self.application = Application(
            rules=pbm.Rules(**rules), time=self.virtual_time, seed=seed, app_id=app_id, api_key=api_key
        )
        self.app = App(self.application, allow_unknown_requests=allow_unknown_requests)
        self.checked = CheckedApp(self.app)
        self._client = Client(self.checked)

    @property
    def tenant(self) -> Tenant:
        """What HTTP keeps of the application."""
        return self.app.tenants.default

    def send(
        self,
        method: str,
        path: str,
        body: Any = ABSENT,
        *,
        content_type: str | None = "application/json",
        headers: dict[str, str] | None = None,
        environ: dict[str, Any] | None = None,
    ) -> Answer:
        """``body``: bytes go as they are, anything else as JSON. ``path`` goes as it is, percent signs and all."""
        sent = body if isinstance(body, bytes) else b"" if body is ABSENT else json.dumps(body).encode()
        with self._client.open(
            path,
            method=method,
            data=sent,
            content_type=None if body is ABSENT else content_type,
            headers=headers,
            environ_overrides=environ,
        ) as response:
            assert self.checked.objections == []
            shown = json.loads(response.data) if response.data else None
            return Answer(response.status_code, shown, response.data, dict(response.headers))

    def publish(self, body: Any, channel: str = "default", **more: Any) -> Answer:
        return self.send("POST", f"{MESSAGING}/{channel}", body, **more)

    def published(self, body: Any, channel: str = "default") -> str:
        """The id of a message that must be accepted."""
        answer = self.publish(body, channel)
        assert answer.status == 200, answer
        return str(answer.json["messageId"])

    def subscribed(self, channel: str = "default", body: Any = ABSENT) -> str:
        """The id of a subscription that must be accepted."""
        answer = self.send("POST", f"{MESSAGING}/{channel}/subscribe", body)
        assert answer.status == 200, answer
        return str(answer.json["subscriptionId"])

    def poll(self, subscription_id: str, channel: str = "default") -> list[dict[str, Any]]:
        """The messages of a poll that must be answered."""
        answer = self.send("GET", f"{MESSAGING}/{channel}/{subscription_id}")
        assert answer.status == 200, answer
        return list(answer.json["messages"])

    def data(self, channel: str = "default") -> list[Any]:
        """The payloads that a new subscription to ``channel`` gets."""
        return [message["data"] for message in self.poll(self.subscribed(channel), channel)]

    def add_user(
        self, token: str | None = None, *, login: str | None = None, password: str | None = None, roles: Any = ()
    ) -> User:
        """A user who is known by ``token``, or can log in."""
        secret = None if password is None else Secret(password)
        user = User(self.application.new_id("user"), login, secret, frozenset(roles))
        with self.application.backend.session() as (broker, now):
            broker.access.add(user)
            broker.access.give_token(user, token, now)
        return user

    def deny(self, operation: str, **where: str) -> None:
        self._rule(Permission(operation, **where), allowed=False)

    def allow(self, operation: str, **where: str) -> None:
        self._rule(Permission(operation, **where), allowed=True)

    def _rule(self, permission: Permission, *, allowed: bool) -> None:
        with self.application.backend.session() as (broker, _):
            broker.access.rule(permission, allowed=allowed)

    def status(self, message_id: str) -> Answer:
        return self.send("GET", f"{MESSAGING}/{message_id}")

    def cancel(self, message_id: str) -> Answer:
        return self.send("DELETE", f"{MESSAGING}/{message_id}")

    @property
    def stored(self) -> Stored:
        with self.application.backend.peek() as (broker, _):
            return Stored(
                len(broker.publications),
                len(broker.pending),
                tuple(broker.channels.names),
                len(broker.subscription_ids()),
                sum(not isinstance(event, Refused) for event in self.application.backend.timeline),
            )

    @property
    def problems(self) -> list[str]:
        """What would fail the test, told once."""
        return self.application.verdict.take_problems()

    @property
    def hints(self) -> list[str]:
        """What would become a warning, told once."""
        return self.application.verdict.take_hints()


@contextmanager
def serving(wire: Wire, **options: Any) -> Iterator[BackendlessServer]:
    """A running server for ``wire``; at its end every answer it gave must have satisfied its schema."""
    server = BackendlessServer(**options)
    server.start()
    try:
        wire.checked.tenants, wire.checked.availability = wire.app.tenants, wire.app.availability
        hosting(server).serve(wire.checked)
        yield server
    finally:
        server.stop()
    assert wire.checked.objections == []
