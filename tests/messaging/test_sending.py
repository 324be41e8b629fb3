"""Sending pushes: who gets each occurrence, how that is counted, and what becomes of the message."""

from __future__ import annotations

import pytest
from push_support import NOW, SECOND, TITLE, Service, device

from pytest_backendless_mock.messaging.device import Devices
from pytest_backendless_mock.messaging.event import Failed, NotPushed, Pushed, PushFailed
from pytest_backendless_mock.messaging.message import Message, Publication, Sends, Status
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.messaging.push import Push
from pytest_backendless_mock.messaging.schedule import Schedule
from pytest_backendless_mock.messaging.sending import outcome, send

# --- P4 and P10: how it ends


def test_p4_a_push_without_any_device_is_published(service):
    message_id = service.push()
    assert service.outcome(message_id) == ("published", None, (0, 0))
    assert service.happened() == []


def test_p4_a_push_that_no_device_matches_is_published(everybody):
    message_id = everybody.push(segment_query="os = 'PALM'")
    assert everybody.outcome(message_id) == ("published", None, (0, 0))


def test_a_push_counts_whom_it_reached(everybody):
    assert everybody.outcome(everybody.push(push_broadcast=3)) == ("published", None, (2, 0))


def test_a_message_that_is_no_push_has_no_counters(service):
    assert service.outcome(service.publish(headers={})) == ("published", None, None)


OUTCOMES = [
    ("PUSH", "r", "failed", "Unregistered (r1)", (0, 1)),
    ("PUSH", "rr", "failed", "Unregistered (r1)", (0, 2)),
    ("PUSH", "or", "published", "Unregistered (r1)", (1, 1)),
    ("PUSH", "oo", "published", None, (2, 0)),
    ("BOTH", "r", "published", "Unregistered (r1)", (0, 1)),
    ("BOTH", "or", "published", "Unregistered (r1)", (1, 1)),
    (None, "r", "published", "Unregistered (r1)", (0, 1)),
]


@pytest.mark.parametrize(
    ("policy", "devices", "status", "error", "sends"), OUTCOMES, ids=[f"{row[0]}-{row[1]}" for row in OUTCOMES]
)
def test_p10_the_counters_and_the_policy_make_the_outcome(service, policy, devices, status, error, sends):  # noqa: PLR0917
    for place, kind in enumerate(devices):
        number = 1 + devices[:place].count(kind)
        service.register(f"{kind}{number}", refuses="Unregistered" if kind == "r" else None)
    assert service.outcome(service.publish(publish_policy=policy)) == (status, error, sends)


def test_a_device_that_refuses_gets_nothing_and_is_told_of(service):
    service.register("good")
    service.register("bad", refuses="Unregistered")
    service.push()
    assert service.happened() == ["good", "-bad"]


def test_p10_a_repeated_push_counts_all_its_occurrences(service):
    service.register("good")
    service.register("bad", refuses="Unregistered")
    message_id = service.push(repeat_every=60, repeat_expires_at=service.in_seconds(180))
    assert service.outcome(message_id) == ("scheduled", "Unregistered (bad)", (1, 1))
    service.advance(180)
    assert service.outcome(message_id) == ("published", "Unregistered (bad)", (3, 3))


def test_p10_one_success_among_the_occurrences_is_enough(service):
    service.register("d", refuses="Unregistered")
    message_id = service.push(repeat_every=60, repeat_expires_at=service.in_seconds(120))
    service.broker.devices.refuse("d", None, service.now)
    service.advance(120)
    assert service.outcome(message_id) == ("published", "Unregistered (d)", (1, 1))


# --- delayed and repeated pushes


def test_a_delayed_push_reaches_who_is_registered_when_it_is_due(service):
    service.register("early", expires_at=NOW + 600 * SECOND)
    service.register("brief", expires_at=NOW + 599 * SECOND)
    service.register("gone")
    service.push(publish_at=service.in_seconds(599))
    assert service.happened() == []
    service.advance(300)
    service.register("late")
    service.broker.devices.unregister("gone", service.now)
    service.advance(299)
    assert service.happened() == ["early", "late"]


def test_a_device_registered_at_the_instant_of_a_push_is_too_late(service):
    service.push(publish_at=service.in_seconds(60))
    service.advance(60)
    service.register("d")
    assert service.happened() == []


def test_a_delayed_push_meets_the_device_as_it_is_when_it_is_due(service):
    service.register("d", "IOS", version="14")
    service.push(publish_at=service.in_seconds(60), segment_query="osVersion = 17")
    service.register("d", "IOS", version="17")
    service.advance(60)
    assert service.happened() == ["d"]


def test_each_occurrence_of_a_repeated_push_chooses_anew(service):
    service.register("a", expires_at=NOW + 90 * SECOND)
    message_id = service.push(repeat_every=60, repeat_expires_at=service.in_seconds(200))
    assert service.happened() == ["a"]
    service.register("b")
    service.advance(60)
    assert service.happened() == ["a", "b"]
    service.broker.devices.refuse("b", "Unregistered", service.now)
    service.advance(60)
    assert service.happened() == ["-b"]
    service.broker.devices.refuse("b", None, service.now)
    service.advance(600)
    assert service.happened() == ["b"]
    assert service.outcome(message_id) == ("published", "Unregistered (b)", (4, 1))


def test_a_jump_over_many_occurrences_decides_each_at_its_own_instant(service):
    service.register("a", expires_at=NOW + 90 * SECOND)
    service.register("b")
    service.push(repeat_every=60, repeat_expires_at=service.in_seconds(180))
    service.advance(86400)
    assert service.happened() == ["a", "b", "a", "b", "b"]


def test_a_cancelled_push_reaches_nobody_any_more(service):
    service.register("d")
    message_id = service.push(repeat_every=60)
    service.broker.cancel(message_id, service.now)
    service.advance(600)
    assert service.happened() == ["d"]
    assert service.outcome(message_id) == ("cancelled", None, (1, 0))


def test_t8_a_push_takes_its_processing_time():
    service = Service(processing_time=5)
    service.register("brief", expires_at=NOW + 5 * SECOND)
    service.register("d")
    message_id = service.push()
    assert service.outcome(message_id) == ("scheduled", None, (0, 0))
    service.advance(4)
    assert service.happened() == []
    service.advance(1)
    assert service.happened() == ["d"]
    assert service.outcome(message_id) == ("published", None, (1, 0))


# --- the end of a message that every device refused


def test_p10_a_push_that_every_device_refused_fails_after_each_refusal_was_told(service):
    service.register("bad", refuses="Unregistered")
    service.register("worse", refuses="Quota exceeded")
    message_id = service.push()
    accepted, *refusals, failed = service.broker.drain()
    assert [(type(event), event.device.device_id) for event in refusals] == [(PushFailed, "bad"), (PushFailed, "worse")]
    assert failed == Failed(NOW, accepted, "Unregistered (bad)")
    assert service.broker.status(message_id).error_message == failed.reason


def test_p10_a_delayed_push_fails_at_the_instant_it_was_for(service):
    service.register("bad", refuses="Unregistered")
    service.push(publish_at=service.in_seconds(60))
    service.advance(3600)
    failed = service.broker.drain()[-1]
    assert (type(failed), failed.at) == (Failed, NOW + 60 * SECOND)


def test_p10_a_repeated_push_fails_once_with_its_last_occurrence(service):
    service.register("bad", refuses="Unregistered")
    service.push(repeat_every=60, repeat_expires_at=service.in_seconds(180))
    service.advance(3600)
    events = [(type(event), (event.at - NOW) // SECOND) for event in service.broker.drain()[1:]]
    assert events == [(PushFailed, 0), (PushFailed, 60), (PushFailed, 120), (Failed, 120)]


@pytest.mark.parametrize(
    ("policy", "devices"),
    [("PUSH", ("good", "bad")), ("BOTH", ("bad",)), (None, ("bad",)), ("PUSH", ())],
    ids=["one-took-it", "both", "no-policy", "no-device"],
)
def test_p10_a_message_that_is_published_all_the_same_is_not_told_as_failed(service, policy, devices):
    for name in devices:
        service.register(name, refuses="Unregistered" if name == "bad" else None)
    service.publish(publish_policy=policy)
    assert [event for event in service.broker.drain() if isinstance(event, Failed)] == []


# --- the parts alone


def publication(policy="PUSH", **progress):
    message = Message(
        message_id="message:1",
        at=NOW,
        channel="default",
        data="hi",
        options=PublishOptions(headers=TITLE),
        delivery_options=DeliveryOptions(publish_policy=policy),
        planned=Schedule(NOW),
        push=Push(0, (), None),
    )
    return Publication(message, NOW, **progress)


def test_an_occurrence_is_told_with_its_number_and_counted_in_its_message():
    devices = Devices()
    good = devices.register(device("good", "IOS", "default"), NOW)
    bad = devices.register(device("bad", "IOS", "default", refuses="Unregistered"), NOW)
    sent = publication(delivered=3, sends=Sends(5, 7))
    events = send(sent, sent.message.push, devices, NOW)
    assert events == [Pushed(NOW, sent.message, 3, good), PushFailed(NOW, sent.message, 3, bad)]
    assert [type(event) for event in events] == [Pushed, PushFailed]
    assert (sent.sends, sent.error_message) == (Sends(6, 8), "Unregistered (bad)")


def test_the_first_refusal_is_the_one_that_is_kept():
    devices = Devices()
    devices.register(device("bad", "IOS", "default", refuses="Unregistered"), NOW)
    sent = publication(error_message="Quota exceeded (worse)")
    send(sent, sent.message.push, devices, NOW)
    assert sent.error_message == "Quota exceeded (worse)"


@pytest.mark.parametrize(
    ("registered", "reason"),
    [
        ([], "no device is registered"),
        ([device("gone", expires_at=NOW)], "no device is registered"),
        ([device("d", "ANDROID", "elsewhere")], "no device matched"),
    ],
    ids=["none", "expired", "elsewhere"],
)
def test_sending_to_nobody_says_why_and_counts_nothing(registered, reason):
    sent, devices = publication(), Devices()
    for each in registered:
        devices.register(each, NOW - 1)
    assert send(sent, sent.message.push, devices, NOW) == [NotPushed(NOW, sent.message, sent.delivered, reason)]
    assert (sent.sends, sent.error_message) == (Sends(0, 0), None)


@pytest.mark.parametrize(
    ("policy", "sends", "status"),
    [
        ("PUSH", Sends(0, 0), Status.PUBLISHED),
        ("PUSH", Sends(0, 1), Status.FAILED),
        ("PUSH", Sends(1, 1), Status.PUBLISHED),
        ("PUSH", Sends(1, 0), Status.PUBLISHED),
        ("BOTH", Sends(0, 1), Status.PUBLISHED),
        (None, Sends(0, 1), Status.PUBLISHED),
    ],
)
def test_p10_only_a_push_in_vain_fails(policy, sends, status):
    assert outcome(publication(policy, sends=sends)) is status
