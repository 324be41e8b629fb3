"""What is still to come, and what going to an instant would bring."""

from __future__ import annotations

from itertools import islice

import pytest
from core_support import at, date, new_broker, publish
from fake_time import SECOND, START
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.messaging.device import Device
from pytest_backendless_mock.messaging.event import Failed, NotPushed, Pushed, PushFailed
from pytest_backendless_mock.messaging.forecast import Ahead, ahead, occurrences, upcoming
from pytest_backendless_mock.messaging.message import Delivery
from pytest_backendless_mock.messaging.name import channel_name
from pytest_backendless_mock.messaging.options import DeliveryOptions, Failure, PublishOptions
from pytest_backendless_mock.messaging.schedule import LAST_INSTANT

END_OF_TIME = LAST_INSTANT // 1000


def told(broker, most=100):
    """What is to come as (seconds after the start, number, payload)."""
    coming = islice(upcoming(broker.pending.values(), broker.processing), most)
    return [((each.at - START) / SECOND, each.number, each.message.data) for each in coming]


def look(broker, seconds):
    return ahead(broker.pending.values(), broker.devices, broker.processing, at(seconds))


def fail(broker, data, reason="no", **when):
    """Publish what will be given up."""
    name, options = channel_name("default"), DeliveryOptions(**when)
    broker.publish(name, data, PublishOptions(), options, START, failure=Failure(reason, at_once=False))


def register(broker, name, *, expires=None, channel="default"):
    expires_at = None if expires is None else at(expires)
    broker.register(Device("", name, f"token of {name}", "IOS", "17", (channel_name(channel),), expires_at), START)


def test_where_nothing_is_pending_nothing_is_to_come():
    broker = new_broker()
    publish(broker, "now")
    assert told(broker) == []
    assert look(broker, 1_000_000) == Ahead()


def test_the_nearest_comes_first_and_repeated_messages_occur_between_the_others():
    broker = new_broker()
    publish(broker, "every 20", publish_at=date(10), repeat_every=20, repeat_expires_at=date(70))
    publish(broker, "once", publish_at=date(30))
    publish(broker, "soon", publish_at=date(1))
    assert told(broker) == [
        (1, 1, "soon"),
        (10, 1, "every 20"),
        (30, 2, "every 20"),
        (30, 1, "once"),
        (50, 3, "every 20"),
    ]


def test_a_schedule_without_end_is_told_as_far_as_somebody_looks():
    broker = new_broker()
    publish(broker, "tick", publish_at=date(1), repeat_every=1)
    assert told(broker, 3) == [(1, 1, "tick"), (2, 2, "tick"), (3, 3, "tick")]


def test_it_goes_on_from_what_was_delivered():
    broker = new_broker()
    publish(broker, "tick", publish_at=date(1), repeat_every=1)
    broker.catch_up(at(2))
    assert told(broker, 2) == [(3, 3, "tick"), (4, 4, "tick")]


def test_nothing_is_to_come_after_the_year_9999():
    broker = new_broker(processing_time=1)
    publish(broker, "late", publish_at=END_OF_TIME - 3_000, repeat_every=1)
    assert [each.number for each in upcoming(broker.pending.values(), broker.processing)] == [1, 2, 3]


def test_what_will_be_given_up_is_told_once():
    broker = new_broker()
    fail(broker, "bad", publish_at=date(5), repeat_every=1)
    assert told(broker) == [(5, 1, "bad")]


def test_looking_changes_nothing():
    broker = new_broker()
    publish(broker, "tick", publish_at=date(1), repeat_every=1)
    (publication,) = broker.pending.values()
    before = (publication.next_at, publication.delivered, publication.status)
    list(islice(occurrences(publication, 0), 5))
    look(broker, 100)
    assert (publication.next_at, publication.delivered, publication.status) == before


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, Ahead()),
        (9.999, Ahead()),
        (10, Ahead(deliveries=1, channels=1)),
        (30, Ahead(deliveries=3, channels=2)),
        (1_000, Ahead(deliveries=4, channels=2)),
    ],
)
def test_deliveries_are_counted_with_the_channels_that_they_are_on(seconds, expected):
    broker = new_broker()
    publish(broker, "a", channel="one", publish_at=date(10), repeat_every=20, repeat_expires_at=date(60))
    publish(broker, "b", channel="two", publish_at=date(30))
    assert look(broker, seconds) == expected


def test_processing_takes_its_time_in_a_forecast_too():
    broker = new_broker(processing_time=2)
    publish(broker, "a", publish_at=date(10))
    assert (look(broker, 11.9), look(broker, 12)) == (Ahead(), Ahead(deliveries=1, channels=1))
    assert told(broker) == [(12, 1, "a")]


PUSHED = {"publish_at": date(10), "repeat_every": 10, "repeat_expires_at": date(40), "publish_policy": "PUSH"}


def test_pushes_are_counted_by_device_until_it_expires():
    broker = new_broker()
    register(broker, "stays")
    register(broker, "goes", expires=20)
    register(broker, "elsewhere", channel="other")
    publish(broker, "p", **PUSHED)
    assert look(broker, 1_000) == Ahead(pushes=3 + 1)


def test_a_push_that_also_goes_to_subscribers_is_both():
    broker = new_broker()
    register(broker, "stays")
    publish(broker, "p", **{**PUSHED, "publish_policy": "BOTH"})
    assert look(broker, 20) == Ahead(deliveries=2, channels=1, pushes=2)


def test_a_push_that_finds_no_device_is_in_vain():
    broker = new_broker()
    publish(broker, "p", **PUSHED)
    assert look(broker, 1_000) == Ahead(in_vain=3)


def test_a_device_that_refuses_and_a_message_that_is_given_up_are_failures():
    broker = new_broker()
    register(broker, "refuses")
    broker.devices.refuse("refuses", "full", START)
    publish(broker, "p", **PUSHED)
    fail(broker, "bad", publish_at=date(5))
    assert look(broker, 15) == Ahead(failures=2)


SECONDS = st.integers(min_value=1, max_value=40)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {
            "channel": st.sampled_from(["default", "news"]),
            "first": SECONDS,
            "every": st.none() | SECONDS,
            "last": SECONDS,
            "policy": st.sampled_from([None, "PUSH", "BOTH"]),
            "fails": st.booleans(),
        }
    ),
    max_size=6,
)
DEVICES = st.lists(st.tuples(st.sampled_from(["default", "news"]), st.none() | SECONDS, st.booleans()), max_size=4)


@given(MESSAGES, DEVICES, st.sampled_from([0, 1, 7]), SECONDS, SECONDS)
def test_what_is_told_is_what_happens(messages, devices, processing, seen, until):
    broker = new_broker(processing_time=processing)
    for number, (channel, expires, refuses) in enumerate(devices):
        register(broker, str(number), expires=expires, channel=channel)
        if refuses:
            broker.devices.refuse(str(number), "full", START)
    for each in messages:
        when = {
            "publish_at": date(each["first"]),
            "repeat_every": each["every"],
            "repeat_expires_at": date(each["first"] + each["last"]) if each["every"] else 0,
            "publish_policy": each["policy"],
        }
        failure = Failure("no", at_once=False) if each["fails"] else None
        name, options = channel_name(each["channel"]), DeliveryOptions(**when)
        broker.publish(name, "x", PublishOptions(), options, START, failure=failure)
    broker.catch_up(at(seen))
    broker.drain()
    listed = [each for each in upcoming(broker.pending.values(), broker.processing) if each.at <= at(seen + until)]
    foretold = look(broker, seen + until)
    broker.catch_up(at(seen + until))
    happened = broker.drain()
    kinds = {kind: [each for each in happened if isinstance(each, kind)] for kind in (Delivery, Pushed, NotPushed)}
    failures = [each for each in happened if isinstance(each, PushFailed)]
    failures += [each for each in happened if isinstance(each, Failed) and each.message.failure is not None]
    assert foretold == Ahead(
        deliveries=len(kinds[Delivery]),
        channels=len({each.message.channel for each in kinds[Delivery]}),
        pushes=len(kinds[Pushed]),
        in_vain=foretold.in_vain,
        failures=len(failures),
    )
    whole = {(each.message.message_id, each.number, each.at) for each in listed if each.message.reaches_channel}
    assert whole == {(each.message.message_id, each.number, each.at) for each in kinds[Delivery]}
