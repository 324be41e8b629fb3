"""A channel's log, what a subscription gets of it, and which channels there are."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.channel import Channel, Channels, Subscription, subtopic_matches
from pytest_backendless_mock.messaging.errors import InvalidParameter, UnknownChannel
from pytest_backendless_mock.messaging.message import Delivery, Message
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.messaging.schedule import Schedule


def delivery(at, data="hi", subtopic=None):
    message = Message(
        message_id=f"message:{data}",
        at=0,
        channel="news",
        data=data,
        options=PublishOptions(subtopic=subtopic),
        delivery_options=DeliveryOptions(),
        planned=Schedule(at),
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
        pytest.param("a*", "a*", True, id="a star elsewhere is a character"),
        pytest.param("*.a", "b.a", False, id="a star in front is a character"),
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


def test_what_nobody_took_while_it_was_alive_is_lost():
    channel = Channel("news", [delivery(99, "taken"), delivery(100, "lost"), delivery(101, "alive")])
    assert data(channel.lost(subscription(cursor=1), alive_since=100)) == ["lost"]


def test_what_a_subscription_did_not_ask_for_is_not_lost():
    channel = Channel("news", [delivery(1, "a", "other"), delivery(2, "b", "wanted")])
    assert data(channel.lost(subscription(subtopic="wanted"), alive_since=100)) == ["b"]


@pytest.fixture
def channels():
    return Channels(strict=False)


def names(channels):
    return [channel.name for channel in channels]


class TestChannels:
    def test_c2_the_default_channel_always_exists(self, channels):
        assert (list(channels.names), names(channels), "default" in channels) == (["default"], ["default"], True)

    def test_they_come_in_the_order_they_were_made_once_each(self, channels):
        for name in ("sport", "news", "sport"):
            channels.make(name)
        assert (list(channels.names), names(channels)) == (["default", "sport", "news"], ["default", "sport", "news"])

    def test_making_one_that_exists_gives_it_back(self, channels):
        assert channels.make("news") is channels.make("news") is channels.get("news") is channels.find("news")

    def test_names_are_always_the_present_ones(self, channels):
        present = channels.names
        channels.make("news")
        assert list(present) == ["default", "news"]

    def test_every_name_that_there_ever_was_is_kept_once(self, channels):
        for name in ("b", "a", "b"):
            channels.make(name)
        channels.delete(channels.find("b"))
        channels.make("c")
        channels.make("b")
        assert channels.made == ["default", "b", "a", "c"]

    def test_looking_makes_none(self, channels):
        assert (channels.get("news"), channels.deliveries("news"), "news" in channels) == (None, [], False)
        with pytest.raises(UnknownChannel) as caught:
            channels.find("news")
        assert (caught.value.code, caught.value.detail) == (5010, "nobody made the channel 'news'")
        assert list(channels.names) == ["default"]

    def test_c5_a_subscription_is_found_on_its_own_channel(self, channels):
        subscriber = subscription()
        channels.make("news").subscriptions["subscription:1"] = subscriber
        assert channels.subscription("news", "subscription:1") is subscriber
        for name in ("default", "sport"):
            with pytest.raises(InvalidParameter, match=f"the channel '{name}' has no such subscription"):
                channels.subscription(name, "subscription:1")

    def test_c1_strictly_a_subscription_to_a_channel_nobody_made_is_of_an_unknown_channel(self):
        channels = Channels(strict=True)
        with pytest.raises(UnknownChannel, match="nobody made the channel 'news'"):
            channels.subscription("news", "subscription:1")
        with pytest.raises(InvalidParameter):
            channels.subscription("default", "subscription:1")

    def test_c9_a_deleted_channel_is_gone_and_what_was_delivered_can_be_looked_at(self, channels):
        news = channels.make("news")
        news.log.append(delivery(1))
        news.subscriptions["subscription:1"] = subscription()
        channels.delete(news)
        assert (channels.get("news"), "news" in channels, list(channels.names)) == (None, False, ["default"])
        assert data(channels.deliveries("news")) == ["hi"]
        with pytest.raises(InvalidParameter):
            channels.subscription("news", "subscription:1")

    def test_c9_one_that_is_made_again_goes_on_with_its_log_and_nobody_gets_the_old_part(self, channels):
        channels.make("news").log.append(delivery(1, "old"))
        channels.delete(channels.find("news"))
        again = channels.make("news")
        again.log.append(delivery(2, "new"))
        assert again.floor == 1
        assert data(channels.deliveries("news")) == ["old", "new"]
        assert list(channels.names) == ["default", "news"]

    def test_c9_the_default_channel_is_emptied_only(self, channels):
        default = channels.find("default")
        default.subscriptions["subscription:1"] = subscription()
        channels.delete(default)
        assert (list(channels.names), default.subscriptions) == (["default"], {})

    def test_a_list_of_deliveries_is_a_copy(self, channels):
        channels.deliveries("default").append(delivery(1))
        assert channels.deliveries("default") == []
