"""Only type-checked, never run: what the public API promises to mypy, and the mistakes that it finds (``make lint``).

Each expected mistake is ignored by its code; mypy's ``warn_unused_ignores`` fails where it is none.
"""

from __future__ import annotations

import datetime as dt

from typing_extensions import assert_type

from pytest_backendless_mock import BackendlessMock, Delivery, Message, Request, Rules, Selector, validate
from pytest_backendless_mock.types import (
    Clock,
    Device,
    Email,
    Fault,
    Faults,
    Freeze,
    Incident,
    Listener,
    Member,
    MessageStatus,
    Outbox,
    Push,
    Refusal,
    Scheduled,
    Subscription,
    Timeline,
    User,
    View,
)


def what_can_be_looked_at(mock: BackendlessMock) -> None:
    assert_type(mock.messages, View[Message])
    assert_type(mock.messages[0], Message)
    assert_type(mock.messages[1:], View[Message])
    assert_type(mock.messages.data[0], object)  # type: ignore[assert-type]
    assert_type(mock.deliveries, View[Delivery])
    assert_type(mock.scheduled, View[Scheduled])
    assert_type(mock.devices, View[Device])
    assert_type(mock.requests, View[Request])
    assert_type(mock.timeline, Timeline)
    assert_type(mock.outbox, Outbox[Push | Email])
    assert_type(mock.outbox.filter(os="IOS"), Outbox[Push | Email])
    assert_type(mock.outbox.pushes[0].title, str | None)
    assert_type(mock.outbox.emails[0].to, tuple[str, ...])
    assert_type(mock.channel("news").deliveries, View[Delivery])
    assert_type(mock.channel("news").subscriptions, tuple[Subscription, ...])
    assert_type(mock.channel("news").listeners, tuple[Listener, ...])
    assert_type(mock.channel("news").listeners[0].retrieved, View[Delivery])


def what_can_be_done(mock: BackendlessMock) -> None:
    assert_type(mock.publish("hi", publish_at=dt.timedelta(hours=1), publish_policy="PUSH"), MessageStatus)
    assert_type(mock.subscribe("news").retrieve(), View[Delivery])
    assert_type(mock.register_device("d1", os="IOS"), Device)
    assert_type(mock.add_user(token="t"), User)
    assert_type(mock.clock, Clock)
    assert_type(mock.clock.advance(minutes=5), View[Delivery])
    assert_type(mock.clock.next(), Delivery | None)
    assert_type(mock.clock.freeze(), Freeze)
    assert_type(mock.faults, Faults)
    assert_type(mock.faults.fail("publish", error=5003), Fault)
    assert_type(mock.channel("news").assert_delivered("hi"), View[Delivery])
    assert_type(mock.channel("news").assert_published("hi"), View[Message])
    mock.faults.reset("all", times=1)
    mock.deny("publish", role="RestUser")
    Rules(message_lifetime=30, cancelled_spelling="canceled")
    Selector("a = 1")
    validate({}, "publish.request")


def on_message(_: Message) -> None: ...
def on_delivery(_: Delivery) -> None: ...
def on_push(_: Push) -> None: ...
def on_email(_: Email) -> None: ...
def on_member(_: Member) -> None: ...
def on_refusal(_: Refusal) -> None: ...
def on_incident(_: Incident) -> None: ...


def what_listeners_get(mock: BackendlessMock) -> None:
    mock.on("accepted", on_message)
    mock.on("cancelled", on_message)
    mock.on("failed", on_message)
    mock.on("not_pushed", on_message)
    mock.on("delivered", on_delivery)
    mock.on("retrieved", on_delivery)
    mock.on("pushed", on_push)
    mock.on("push_failed", on_push)
    mock.on("emailed", on_email)
    mock.on("joined", on_member)
    mock.on("listening", on_member)
    mock.on("left", on_member)
    mock.on("refused", on_refusal)
    mock.on("faulted", on_incident)
    mock.on("accepted", on_delivery)  # type: ignore[call-overload]
    mock.on("push_failed", on_message)  # type: ignore[call-overload]


def what_is_a_mistake(mock: BackendlessMock) -> None:
    mock.faults.fail("publsh", error=5003)  # type: ignore[arg-type]
    mock.faults.fail("publish", error=1)  # type: ignore[arg-type]
    mock.faults.garbage("publish", "no HTTP")  # type: ignore[arg-type]
    mock.on("delivred", print)  # type: ignore[call-overload]
    mock.on("dropped", print)  # type: ignore[call-overload]
    mock.register_device("d1", os="iPhone")  # type: ignore[arg-type]
    mock.publish("hi", publish_policy="EVERYBODY")  # type: ignore[arg-type]
    mock.deny("retrieve")  # type: ignore[arg-type]
    mock.allow("retrieve")  # type: ignore[arg-type]
    BackendlessMock(nope=1)  # type: ignore[call-arg]
    BackendlessMock(message_lifetime="1 min")  # type: ignore[arg-type]
    Rules(immediate_status="sent")  # type: ignore[arg-type]
    mock.messages[0] = mock.messages[1]  # type: ignore[index]
    mock.open()  # type: ignore[attr-defined]
    mock.clock.raise_to(0)  # type: ignore[attr-defined]
