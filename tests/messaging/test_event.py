"""What the core tells the outside."""

from __future__ import annotations

from core_support import START, at, date, new_broker, publish
from push_support import device

from pytest_backendless_mock.messaging.event import Failed
from pytest_backendless_mock.runtime.event import KINDS


def told(broker):
    return [(KINDS[type(event)], (event.at - START) / 1_000_000) for event in broker.drain()]


def test_a_message_for_now_is_accepted_and_delivered():
    broker = new_broker()
    publish(broker)
    assert told(broker) == [("accepted", 0), ("delivered", 0)]


def test_a_message_for_later_is_accepted_now_and_delivered_at_its_own_instant():
    broker = new_broker()
    publish(broker, publish_at=date(60))
    assert told(broker) == [("accepted", 0)]
    broker.catch_up(at(90))
    assert told(broker) == [("delivered", 60)]


def test_a_poll_tells_what_was_handed_out_and_to_whom():
    broker = new_broker()
    publish(broker, "a")
    publish(broker, "b")
    subscription = broker.subscribe("default")
    broker.drain()
    broker.retrieve("default", subscription.subscription_id, at(2))
    events = broker.drain()
    assert [(event.at, event.delivery.message.data) for event in events] == [(at(2), "a"), (at(2), "b")]
    assert {event.subscription_id for event in events} == {subscription.subscription_id}


def test_an_empty_poll_tells_nothing():
    broker = new_broker()
    subscription = broker.subscribe("default")
    broker.retrieve("default", subscription.subscription_id, START)
    assert told(broker) == []


def test_a_cancelled_message_is_told_once():
    broker = new_broker()
    message_id = publish(broker, publish_at=date(60)).message_id
    broker.cancel(message_id, at(10))
    broker.catch_up(at(90))
    assert told(broker) == [("accepted", 0), ("cancelled", 10)]


def test_deleting_a_channel_tells_of_each_message_it_cancels():
    broker = new_broker()
    publish(broker, "a", channel="news", publish_at=date(60))
    publish(broker, "b", channel="news", repeat_every=60)
    publish(broker, "c", publish_at=date(60))
    broker.drain()
    broker.delete_channel("news", at(10))
    assert [(event.message.data, event.at) for event in broker.drain()] == [("a", at(10)), ("b", at(10))]


def test_what_was_told_is_not_told_again():
    broker = new_broker()
    publish(broker)
    assert len(broker.drain()) == 2
    assert broker.drain() == []


def test_a_push_that_every_device_refused_ends_as_a_failed_message():
    broker = new_broker()
    broker.register(device("phone", "IOS", "default", refuses="gone"), START)
    publish(broker, publish_policy="PUSH")
    events = broker.drain()
    assert [KINDS[type(event)] for event in events] == ["accepted", "push_failed", "failed"]
    assert events[-1] == Failed(START, events[0], "gone (phone)")


def test_both_ways_the_message_is_published_though_every_device_refused():
    broker = new_broker()
    broker.register(device("phone", "IOS", "default", refuses="gone"), START)
    publish(broker, publish_policy="BOTH")
    assert [kind for kind, _ in told(broker)] == ["accepted", "delivered", "push_failed"]
