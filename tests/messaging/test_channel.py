"""A channel's log, and what a subscription gets of it."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.channel import Channel, Subscription, subtopic_matches
from pytest_backendless_mock.messaging.message import Delivery, Message
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.messaging.schedule import Schedule


def delivery(at, data="hi", subtopic=None):
    message = Message(
        message_id=f"message:{data}",
        accepted_at=0,
        order=0,
        channel="news",
        data=data,
        options=PublishOptions(subtopic=subtopic),
        delivery_options=DeliveryOptions(),
        schedule=Schedule(at),
    )
    return Delivery(message, 1, at)


def subscription(cursor=0, subtopic=None):
    return Subscription("subscription:1", "news", cursor, subtopic)


def data(deliveries):
    return [each.message.data for each in deliveries]


@pytest.mark.parametrize(
    ("wanted", "subtopic", "gets"),
    [
        pytest.param(None, None, True, id="a plain subscription gets what has no subtopic"),
        pytest.param(None, "a", True, id="a plain subscription gets every subtopic"),
        pytest.param("a", "a", True, id="the same"),
        pytest.param("a.b", "a.b", True, id="the same, deeper"),
        pytest.param("a", "A", False, id="another case"),
        pytest.param("a", "a.b", False, id="below, without a star"),
        pytest.param("a", "b", False, id="another"),
        pytest.param("a", None, False, id="none"),
        pytest.param("a.*", "a.b", True, id="below"),
        pytest.param("a.*", "a.b.c", True, id="below, at any depth"),
        pytest.param("a.b.*", "a.b.c", True, id="below a deeper one"),
        pytest.param("a.b.*", "a.c.c", False, id="below another"),
        pytest.param("a.*", "a", False, id="a.* is not a"),
        pytest.param("a.*", "ab", False, id="a.* is not ab"),
        pytest.param("a.*", "ab.c", False, id="a.* is not ab.c"),
        pytest.param("a.*", None, False, id="a.* wants a subtopic"),
        pytest.param("*", "a", True, id="a bare star matches any"),
        pytest.param("*", "a.b.c", True, id="a bare star matches any depth"),
        pytest.param("*", None, False, id="a bare star wants a subtopic"),
        pytest.param("a*", "ab", False, id="a star is special only after a dot"),
        pytest.param("a*", "a*", True, id="a star elsewhere is a letter"),
        pytest.param("*.a", "b.a", False, id="a star in front is a letter"),
    ],
)
def test_c6_a_subtopic_filters(wanted, subtopic, gets):
    assert subtopic_matches(wanted, subtopic) is gets
    assert subscription(subtopic=wanted).matches(delivery(0, subtopic=subtopic)) is gets


def test_t11_what_is_as_old_as_the_window_is_gone():
    channel = Channel("news", [delivery(99, "too old"), delivery(100, "just too old"), delivery(101, "alive")])
    assert data(channel.waiting(subscription(), alive_since=100)) == ["alive"]


def test_t13_the_order_is_that_of_the_log():
    channel = Channel("news", [delivery(200, "first"), delivery(200, "second"), delivery(300, "third")])
    assert data(channel.take(subscription(), alive_since=0)) == ["first", "second", "third"]


def test_t15_a_log_that_went_back_in_time_is_read_in_its_own_order():
    channel = Channel("news", [delivery(900, "late"), delivery(50, "expired"), delivery(100, "back")])
    assert data(channel.take(subscription(), alive_since=60)) == ["late", "back"]


def test_waiting_takes_nothing():
    channel, subscriber = Channel("news", [delivery(1)]), subscription()
    assert data(channel.waiting(subscriber, alive_since=0)) == ["hi"]
    assert data(channel.waiting(subscriber, alive_since=0)) == ["hi"]
    assert subscriber.cursor == 0


def test_what_was_taken_is_not_handed_out_again():
    channel, subscriber = Channel("news", [delivery(1, "a")]), subscription()
    channel.take(subscriber, alive_since=0)
    channel.log.append(delivery(2, "b"))
    assert data(channel.take(subscriber, alive_since=0)) == ["b"]
    assert data(channel.take(subscriber, alive_since=0)) == []


def test_what_was_passed_over_is_not_looked_at_again():
    channel = Channel("news", [delivery(1, "a"), delivery(2, "b", "wanted")])
    subscriber = subscription(subtopic="wanted")
    assert data(channel.take(subscriber, alive_since=0)) == ["b"]
    assert data(channel.take(subscriber, alive_since=0)) == []


def test_each_subscription_has_its_own_place():
    channel, early, late = Channel("news", [delivery(1, "a"), delivery(2, "b")]), subscription(), subscription(cursor=1)
    assert data(channel.take(early, alive_since=0)) == ["a", "b"]
    assert data(channel.take(late, alive_since=0)) == ["b"]


def test_an_emptied_channel_keeps_its_log_for_those_who_look_back():
    channel = Channel("news", [delivery(1)], subscriptions={"subscription:1": subscription()})
    channel.empty()
    assert (data(channel.log), channel.floor, channel.subscriptions) == (["hi"], 1, {})
