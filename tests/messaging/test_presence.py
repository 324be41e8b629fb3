"""Who is connected in real time, and what each hears: at once, in order, and nothing from before."""

from __future__ import annotations

import pytest
from core_support import SECOND, START, at, date, new_broker, publish, told

from pytest_backendless_mock.messaging.errors import SubscriptionFailed
from pytest_backendless_mock.messaging.event import Joined, Left, Listening, Retrieved
from pytest_backendless_mock.messaging.message import Delivery
from pytest_backendless_mock.messaging.presence import Command, Connection, Interest, Listing, Member, Ready

HEADERS = {"ios-alert-title": "Shop"}


@pytest.fixture
def broker():
    return new_broker()


@pytest.fixture
def ann():
    return Connection("connection:1", user_id="ann")


@pytest.fixture
def bob():
    return Connection("connection:2")


def come(broker, connection, channel="news", *, seconds=0, listener="messages", **more):
    """Join a channel and listen there, as every client does."""
    broker.presence.join(connection, f"join {channel}", channel, at(seconds))
    return broker.presence.listen(connection, listener, channel, at(seconds), **more)


def heard(connection):
    """What came since it was asked last: payloads of messages, and whatever else there is as it is."""
    came = [what for _, what in connection.inbox if what != Ready()]
    connection.inbox.clear()
    return [what.message.data if isinstance(what, Delivery) else what for what in came]


def happened(broker, *kinds):
    """The events of these kinds since it was asked last."""
    return [event for event in broker.drain() if isinstance(event, kinds)]


def retrievals(broker):
    """As (seconds, payload, listener)."""
    return [
        ((event.at - START) / SECOND, event.delivery.message.data, event.subscription_id)
        for event in happened(broker, Retrieved)
        if event.in_real_time
    ]


class TestMessages:
    def test_r2_come_from_the_instant_of_listening_on(self, broker, ann):
        publish(broker, "before", channel="news")
        come(broker, ann)
        publish(broker, "after", channel="news")
        assert heard(ann) == ["after"]

    def test_r2_come_when_they_are_due_though_published_before(self, broker, ann):
        publish(broker, "tomorrow", channel="news", publish_at=date(86_400))
        come(broker, ann)
        assert heard(ann) == []
        broker.catch_up(at(86_400))
        assert heard(ann) == ["tomorrow"]

    def test_r2_come_where_the_selector_is_true(self, broker, ann):
        come(broker, ann, selector="city = 'Oslo'")
        for headers in ({"city": "Rome"}, {"city": "Oslo"}, {}):
            publish(broker, headers.get("city", "nowhere"), channel="news", headers=headers)
        assert heard(ann) == ["Oslo"]

    def test_r2_come_all_where_the_selector_is_empty(self, broker, ann):
        assert come(broker, ann, selector="").selector is None
        publish(broker, channel="news")
        assert heard(ann) == ["hi"]

    def test_r2_a_malformed_selector_is_refused_and_nobody_listens(self, broker, ann):
        broker.presence.join(ann, "join", "news", START)
        broker.drain()
        with pytest.raises(SubscriptionFailed) as refusal:
            broker.presence.listen(ann, "messages", "news", START, selector="city = ")
        assert refusal.value.code == 5009
        assert (broker.presence.listeners, broker.drain()) == ({}, [])

    def test_r2_do_not_come_under_the_policy_push(self, broker, ann):
        come(broker, ann)
        publish(broker, channel="news", headers=HEADERS, publish_policy="PUSH")
        assert heard(ann) == []

    def test_do_not_come_from_another_channel(self, broker, ann):
        come(broker, ann)
        publish(broker, channel="default")
        assert heard(ann) == []

    def test_come_in_the_order_of_their_delivery(self, broker, ann):
        come(broker, ann)
        for data, seconds in (("third", 30), ("first", 10), ("second", 20)):
            publish(broker, data, channel="news", publish_at=date(seconds))
        broker.catch_up(at(60))
        assert heard(ann) == ["first", "second", "third"]

    def test_come_however_many_are_delivered_at_once(self, broker, ann):
        come(broker, ann)
        publish(broker, "tick", channel="news", repeat_every=1)
        heard(ann)
        broker.catch_up(at(500))
        numbers = [what.number for _, what in ann.inbox]
        assert numbers == list(range(2, 502))
        assert [entry[0] for entry in retrievals(broker)] == [*range(501)]

    def test_r3_are_retrieved_by_each_listener_at_the_instant_of_their_delivery(self, broker, ann, bob):
        come(broker, ann)
        come(broker, bob, listener="bob's")
        publish(broker, "later", channel="news", publish_at=date(60))
        broker.catch_up(at(90))
        assert retrievals(broker) == [(60, "later", "messages"), (60, "later", "bob's")]

    def test_r3_are_told_as_retrieved_after_they_are_told_as_delivered(self, broker, ann):
        come(broker, ann)
        broker.drain()
        publish(broker, "tick", channel="news", repeat_every=60)
        broker.catch_up(at(60))
        kinds = [type(event) for event in happened(broker, Delivery, Retrieved)]
        assert kinds == [Delivery, Retrieved, Delivery, Retrieved]

    def test_r3_are_not_retrieved_where_they_are_lost_on_their_way(self, broker, bob):
        asked = []
        deaf = Connection("connection:3", loses=lambda message: asked.append(told([message])) or len(asked) == 1)
        come(broker, deaf, listener="deaf", selector="city = 'Oslo'")
        come(broker, bob, listener="bob's")
        for data, city in (("one", "Oslo"), ("two", "Rome"), ("three", "Oslo")):
            publish(broker, data, channel="news", headers={"city": city})
        assert heard(deaf) == ["three"]
        assert heard(bob) == ["one", "two", "three"]
        assert asked == [[(0, "one")], [(0, "three")]]
        assert [data for _, data, listener in retrievals(broker) if listener == "deaf"] == ["three"]

    def test_take_nothing_from_who_polls(self, broker, ann):
        subscription = broker.subscribe("news")
        come(broker, ann)
        publish(broker, channel="news")
        taken = broker.retrieve("news", subscription.subscription_id, at(1)).taken
        assert [delivery.message.data for delivery in taken] == heard(ann) == ["hi"]

    def test_come_to_each_listener_of_a_connection(self, broker, ann):
        come(broker, ann, listener="one")
        broker.presence.listen(ann, "two", "news", START)
        publish(broker, channel="news")
        came = [(listener.listener_id, what) for listener, what in ann.inbox if isinstance(what, Delivery)]
        assert [(listener_id, delivery.message.data) for listener_id, delivery in came] == [
            ("one", "hi"),
            ("two", "hi"),
        ]

    def test_a_listener_says_why_it_did_not_ask_for_one(self, broker, ann, bob):
        picky, easy = come(broker, ann, selector="city = 'Oslo'"), come(broker, bob)
        publish(broker, channel="news", headers={"city": "Rome"})
        [delivery] = broker.channels.deliveries("news")
        assert (picky.matches(delivery), picky.reasons(delivery)) == (False, ["city = 'Oslo' is false, city is 'Rome'"])
        assert (easy.matches(delivery), easy.reasons(delivery)) == (True, [])


class TestListening:
    @pytest.mark.parametrize("interest", Interest, ids=[each.value for each in Interest])
    def test_is_told_to_the_client_before_anything_is_heard(self, broker, ann, interest):
        listener = come(broker, ann, interest=interest)
        publish(broker, channel="news")
        broker.presence.command(ann, "news", "typing", None)
        heard_first, *more = ann.inbox
        assert heard_first == (listener, Ready())
        assert len(more) == 1

    def test_again_with_the_same_id_takes_the_place_of_the_one_before(self, broker, ann):
        come(broker, ann, selector="city = 'Oslo'")
        come(broker, ann, selector="city = 'Rome'")
        publish(broker, "Oslo", channel="news", headers={"city": "Oslo"})
        publish(broker, "Rome", channel="news", headers={"city": "Rome"})
        assert heard(ann) == ["Rome"]

    def test_is_told_with_who_it_is_and_the_selector(self, broker, ann, bob):
        come(broker, ann, selector="city = 'Oslo'", seconds=5)
        come(broker, bob, selector="", seconds=6)
        assert happened(broker, Listening) == [
            Listening(at(5), "news", "connection:1", "ann", "city = 'Oslo'"),
            Listening(at(6), "news", "connection:2", None, None),
        ]

    def test_for_what_is_no_message_is_not_told(self, broker, ann):
        come(broker, ann, interest=Interest.COMMANDS)
        come(broker, ann, listener="users", interest=Interest.USERS)
        assert happened(broker, Listening) == []
        assert broker.presence.listening("news") == []

    def test_ends_when_the_client_says_so(self, broker, ann):
        come(broker, ann)
        broker.presence.leave(ann, "messages", START)
        publish(broker, channel="news")
        assert (heard(ann), broker.presence.listeners) == ([], {})
        assert broker.presence.has_joined(ann, "news")

    def test_of_another_connection_with_the_same_id_goes_on(self, broker, ann, bob):
        come(broker, ann)
        come(broker, bob)
        broker.presence.leave(ann, "messages", START)
        publish(broker, channel="news")
        assert (heard(ann), heard(bob)) == ([], ["hi"])

    def test_ends_with_an_id_that_nobody_has_in_nothing(self, broker, ann):
        come(broker, ann)
        broker.presence.leave(ann, "other", START)
        publish(broker, channel="news")
        assert heard(ann) == ["hi"]


class TestJoining:
    def test_makes_the_channel(self, broker, ann):
        broker.presence.join(ann, "join", "news", START)
        assert "news" in broker.channels

    def test_is_told_with_who_it_is(self, broker, ann):
        broker.presence.join(ann, "join", "news", at(5))
        assert broker.drain() == [Joined(at(5), "news", "connection:1", "ann")]

    def test_twice_with_one_id_or_with_two_is_told_once(self, broker, ann):
        for join_id in ("one", "one", "two"):
            broker.presence.join(ann, join_id, "news", START)
        assert len(broker.drain()) == 1
        assert list(broker.presence.members("news")) == [Member("connection:1", "ann")]

    def test_twice_is_left_with_the_second_and_all_that_listens_there_ends(self, broker, ann):
        come(broker, ann)
        broker.presence.join(ann, "second", "news", START)
        broker.presence.leave(ann, "join news", at(1))
        publish(broker, "one", channel="news")
        assert (heard(ann), happened(broker, Left)) == (["one"], [])
        broker.presence.leave(ann, "second", at(2))
        publish(broker, "two", channel="news")
        assert (heard(ann), happened(broker, Left)) == ([], [Left(at(2), "news", "connection:1", "ann")])

    def test_several_channels_are_left_each_by_itself(self, broker, ann):
        come(broker, ann, "news", listener="one")
        come(broker, ann, "chat", listener="two")
        broker.presence.leave(ann, "join news", START)
        publish(broker, "n", channel="news")
        publish(broker, "c", channel="chat")
        assert heard(ann) == ["c"]


class TestAConnectionThatIsGone:
    def test_is_on_no_channel_and_hears_nothing(self, broker, ann, bob):
        come(broker, bob)
        come(broker, ann, "news")
        come(broker, ann, "chat", listener="two")
        broker.drain()
        broker.presence.disconnect(ann, at(5))
        assert broker.drain() == [
            Left(at(5), "news", "connection:1", "ann"),
            Left(at(5), "chat", "connection:1", "ann"),
        ]
        for channel in ("news", "chat"):
            publish(broker, channel, channel=channel)
        assert (heard(ann), heard(bob)) == ([], ["news"])

    def test_is_gone_though_it_never_joined(self, broker, ann):
        broker.presence.listen(ann, "messages", "news", START)
        broker.presence.disconnect(ann, START)
        publish(broker, channel="news")
        assert (heard(ann), broker.presence.listeners) == ([], {})

    def test_is_gone_once(self, broker, ann):
        come(broker, ann)
        broker.presence.disconnect(ann, at(1))
        broker.drain()
        broker.presence.disconnect(ann, at(2))
        assert broker.drain() == []

    def test_comes_back_as_another_with_the_same_ids_and_what_it_missed_it_missed(self, broker, ann):
        come(broker, ann)
        broker.presence.disconnect(ann, at(1))
        publish(broker, "missed", channel="news", now=at(2))
        again = Connection("connection:9", user_id="ann")
        come(broker, again, seconds=3)
        publish(broker, "heard", channel="news", now=at(4))
        assert (heard(ann), heard(again)) == ([], ["heard"])
        assert retrievals(broker) == [(4, "heard", "messages")]

    def test_may_be_noticed_after_it_came_back(self, broker, ann):
        again = Connection("connection:9", user_id="ann")
        come(broker, ann)
        come(broker, again)
        broker.presence.disconnect(ann, at(1))
        publish(broker, channel="news", now=at(2))
        assert heard(again) == ["hi"]


class TestADeletedChannel:
    def test_has_nobody_on_it_any_more(self, broker, ann, bob):
        come(broker, ann)
        broker.presence.join(ann, "second", "news", START)
        come(broker, bob, "chat")
        broker.drain()
        broker.delete_channel("news", at(5))
        assert broker.drain() == [Left(at(5), "news", "connection:1", "ann")]
        for channel in ("news", "chat"):
            publish(broker, channel, channel=channel)
        assert (heard(ann), heard(bob)) == ([], ["chat"])

    def test_can_be_joined_again_with_the_same_ids(self, broker, ann):
        come(broker, ann)
        publish(broker, "before", channel="news")
        broker.delete_channel("news", START)
        heard(ann)
        listener = come(broker, ann)
        publish(broker, "after", channel="news")
        assert (heard(ann), listener.start) == (["after"], 1)

    def test_without_anybody_is_deleted_all_the_same(self, broker):
        publish(broker, channel="news")
        broker.drain()
        broker.delete_channel("news", START)
        assert broker.drain() == []


class TestCommands:
    def test_r6_go_to_all_who_listen_for_them_the_sender_included(self, broker, ann, bob):
        for connection in (ann, bob):
            come(broker, connection, interest=Interest.COMMANDS)
        broker.presence.command(ann, "news", "typing", {"on": True})
        command = Command("typing", {"on": True}, "connection:1", "ann")
        assert (heard(ann), heard(bob)) == ([command], [command])

    def test_r6_go_to_nobody_else(self, broker, ann, bob):
        come(broker, ann)
        come(broker, bob, "chat", interest=Interest.COMMANDS)
        broker.presence.command(ann, "news", "typing", None)
        assert (heard(ann), heard(bob)) == ([], [])

    def test_leave_messages_alone(self, broker, ann):
        come(broker, ann, interest=Interest.COMMANDS)
        publish(broker, channel="news")
        assert heard(ann) == []


class TestUsers:
    def test_r7_who_is_there_is_listed_first_in_the_order_they_came(self, broker, ann, bob):
        come(broker, bob)
        come(broker, ann, interest=Interest.USERS)
        assert heard(ann) == [Listing((Member("connection:2", None), Member("connection:1", "ann")))]

    def test_r7_then_each_who_comes_or_goes_is_told(self, broker, ann, bob):
        come(broker, ann, interest=Interest.USERS)
        heard(ann)
        come(broker, bob, seconds=1)
        broker.presence.disconnect(bob, at(2))
        assert heard(ann) == [Joined(at(1), "news", "connection:2", None), Left(at(2), "news", "connection:2", None)]

    def test_r7_itself_included(self, broker, ann):
        broker.presence.listen(ann, "users", "news", START, interest=Interest.USERS)
        broker.presence.join(ann, "join", "news", at(1))
        broker.presence.leave(ann, "join", at(2))
        assert heard(ann) == [
            Listing(()),
            Joined(at(1), "news", "connection:1", "ann"),
            Left(at(2), "news", "connection:1", "ann"),
        ]

    def test_r7_nobody_is_told_of_another_channel(self, broker, ann, bob):
        come(broker, ann, interest=Interest.USERS)
        heard(ann)
        come(broker, bob, "chat")
        assert heard(ann) == []

    def test_a_user_is_who_it_is_when_it_is_told(self, broker, ann, bob):
        come(broker, ann, interest=Interest.USERS)
        come(broker, bob)
        bob.user_id = "bob"
        heard(ann)
        assert bob.member == Member("connection:2", "bob")
        broker.presence.disconnect(bob, at(1))
        assert heard(ann) == [Left(at(1), "news", "connection:2", "bob")]


def test_what_nobody_hangs_up_on_stays_and_loses_nothing(broker, ann):
    come(broker, ann)
    assert ann.hang_up() is None
    publish(broker, channel="news")
    assert heard(ann) == ["hi"]


def test_a_broker_that_somebody_joined_is_not_as_good_as_new(broker, ann):
    assert broker.is_fresh
    come(broker, ann)
    assert not broker.is_fresh
