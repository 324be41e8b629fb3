"""Messages that the service accepts and gives up."""

from __future__ import annotations

import pytest
from core_support import START, at, date, new_broker, told
from push_support import TITLE, device

from pytest_backendless_mock.messaging.errors import CannotCancel, InvalidPublishDate, UnknownTemplate
from pytest_backendless_mock.messaging.event import Cancelled, Failed
from pytest_backendless_mock.messaging.message import Delivery, Message, MessageStatus, Sends
from pytest_backendless_mock.messaging.options import DeliveryOptions, Failure, PublishOptions
from pytest_backendless_mock.messaging.template import Template

AT_ONCE = Failure("Quota exceeded", at_once=True)
WHEN_DUE = Failure("Delivery failed")
BOTH = pytest.mark.parametrize("failure", [AT_ONCE, WHEN_DUE], ids=["at-once", "when-due"])


@pytest.fixture
def broker():
    return new_broker()


def publish(broker, failure, *, now=START, channel="default", headers=None, **when):
    """Publish ``hi`` with a failure; returns the answer."""
    options = PublishOptions(headers=headers or {})
    return broker.publish(channel, "hi", options, DeliveryOptions(**when), now, failure=failure)


def happened(broker):
    """The events since this was last asked, as (kind, seconds after the start)."""
    return [(type(event).__name__, (event.at - START) / 1_000_000) for event in broker.drain()]


class TestAtOnce:
    def test_the_answer_and_the_status_say_that_it_failed_and_why(self, broker):
        failed = MessageStatus("failed", "message:1", "Quota exceeded")
        assert publish(broker, AT_ONCE) == failed
        assert broker.status("message:1") == failed

    def test_it_is_accepted_then_dropped_at_the_same_instant(self, broker):
        publish(broker, AT_ONCE)
        accepted, dropped = broker.drain()
        assert (type(accepted), accepted.at, accepted.message_id) == (Message, START, "message:1")
        assert dropped == Failed(START, accepted, "Quota exceeded")

    @pytest.mark.parametrize(
        "when",
        [{}, {"publish_at": date(60)}, {"repeat_every": 60}],
        ids=["at once", "for later", "repeated"],
    )
    def test_nothing_of_it_is_to_come_whenever_it_was_for(self, broker, when):
        assert publish(broker, AT_ONCE, **when).status == "failed"
        assert (broker.next_at(), broker.pending) == (None, {})
        broker.catch_up(at(3600))
        assert broker.channels.deliveries("default") == []

    def test_the_time_of_processing_does_not_put_it_off(self):
        broker = new_broker(processing_time=5)
        assert publish(broker, AT_ONCE).status == "failed"
        assert happened(broker) == [("Message", 0), ("Failed", 0)]

    def test_it_makes_its_channel_as_every_message_does(self, broker):
        publish(broker, AT_ONCE, channel="news")
        assert list(broker.channels.names) == ["default", "news"]

    def test_it_leaves_the_messages_before_and_after_it_alone(self, broker):
        publish(broker, None)
        publish(broker, AT_ONCE)
        publish(broker, None)
        assert [delivery.message_id for delivery in broker.channels.deliveries("default")] == ["message:1", "message:3"]

    def test_a_repetition_that_failed_counts_for_no_runaway(self, broker):
        publish(broker, None, publish_at=date(60), repeat_every=3600)
        publish(broker, AT_ONCE, repeat_every=0.000001)
        broker.catch_up(at(60))
        assert told(broker.channels.deliveries("default")) == [(60, "hi")]


class TestWhenDue:
    def test_the_answer_is_that_of_any_other_message(self, broker):
        assert publish(broker, WHEN_DUE) == MessageStatus("scheduled", "message:1")

    def test_what_is_due_now_has_failed_by_the_time_it_is_asked_about(self, broker):
        publish(broker, WHEN_DUE)
        assert broker.status("message:1") == MessageStatus("failed", "message:1", "Delivery failed")

    def test_the_answer_says_published_where_the_rules_do(self):
        broker = new_broker(immediate_status="published")
        assert publish(broker, WHEN_DUE).status == "published"
        assert broker.status("message:1").status == "failed"

    def test_until_then_it_is_scheduled(self, broker):
        publish(broker, WHEN_DUE, publish_at=date(60))
        broker.catch_up(at(59.999999))
        assert broker.status("message:1") == MessageStatus("scheduled", "message:1")
        broker.catch_up(at(60))
        assert broker.status("message:1") == MessageStatus("failed", "message:1", "Delivery failed")

    def test_it_is_dropped_at_the_instant_it_was_for(self, broker):
        publish(broker, WHEN_DUE, publish_at=date(60))
        broker.catch_up(at(3600))
        assert happened(broker) == [("Message", 0), ("Failed", 60)]
        assert broker.channels.deliveries("default") == []

    def test_the_time_of_processing_comes_first(self):
        broker = new_broker(processing_time=5)
        publish(broker, WHEN_DUE)
        broker.catch_up(at(4.999999))
        assert broker.status("message:1").status == "scheduled"
        broker.catch_up(at(5))
        assert broker.status("message:1").status == "failed"
        assert happened(broker) == [("Message", 0), ("Failed", 5)]

    def test_a_repeated_message_is_over_after_the_first_time(self, broker):
        publish(broker, WHEN_DUE, publish_at=date(60), repeat_every=60)
        broker.catch_up(at(3600))
        assert happened(broker) == [("Message", 0), ("Failed", 60)]
        assert (broker.next_at(), broker.pending) == (None, {})

    def test_no_occurrence_of_it_has_an_id(self, broker):
        publish(broker, WHEN_DUE, repeat_every=60)
        assert broker.status("message:1-1") == MessageStatus("unknown", "message:1-1")

    def test_it_takes_its_turn_among_what_is_due_then(self, broker):
        publish(broker, None, publish_at=date(60))
        publish(broker, WHEN_DUE, publish_at=date(60))
        publish(broker, None, publish_at=date(60))
        broker.drain()
        broker.catch_up(at(60))
        assert [(type(event), event.message.message_id) for event in broker.drain()] == [
            (Delivery, "message:1"),
            (Failed, "message:2"),
            (Delivery, "message:3"),
        ]

    def test_it_can_be_cancelled_before_it_is_due(self, broker):
        publish(broker, WHEN_DUE, publish_at=date(60))
        assert broker.cancel("message:1", at(30)) == MessageStatus("cancelled", "message:1")
        broker.catch_up(at(3600))
        assert happened(broker) == [("Message", 0), ("Cancelled", 30)]
        assert broker.status("message:1").status == "cancelled"

    def test_deleting_its_channel_cancels_it(self, broker):
        publish(broker, WHEN_DUE, channel="news", publish_at=date(60))
        broker.delete_channel("news", at(30))
        broker.catch_up(at(3600))
        assert [type(event) for event in broker.drain()] == [Message, Cancelled]


class TestBothWays:
    @BOTH
    def test_what_has_failed_cannot_be_cancelled(self, broker, failure):
        publish(broker, failure)
        with pytest.raises(CannotCancel) as refusal:
            broker.cancel("message:1", START)
        assert (refusal.value.code, refusal.value.detail) == (5040, "the message is failed")

    @BOTH
    def test_what_is_refused_is_not_even_accepted(self, broker, failure):
        with pytest.raises(InvalidPublishDate):
            publish(broker, failure, publish_at=date(-60))
        assert (broker.publications, broker.drain()) == ({}, [])

    @BOTH
    def test_subscribers_get_nothing_and_lose_nothing(self, broker, failure):
        subscription = broker.subscribe("default")
        publish(broker, failure)
        assert broker.retrieve("default", subscription.subscription_id, START).taken == []
        assert broker.lost(subscription, at(3600)) == []

    @BOTH
    @pytest.mark.parametrize("policy", ["PUSH", "BOTH"])
    def test_no_device_gets_a_push_and_none_is_counted(self, broker, failure, policy):
        broker.register(device("phone", "ANDROID", "default"), START)
        publish(broker, failure, headers=TITLE, publish_policy=policy)
        assert [type(event) for event in broker.drain()] == [Message, Failed]
        status = broker.status("message:1")
        assert (status.status, status.error_message) == ("failed", failure.reason)
        assert status.sends == Sends(0, 0)

    @BOTH
    def test_a_message_that_is_no_push_has_no_counters(self, broker, failure):
        publish(broker, failure)
        assert broker.status("message:1").sends is None

    @BOTH
    def test_a_template_can_fail_too(self, broker, failure):
        broker.register(device("phone", "ANDROID", "default"), START)
        broker.templates.add(Template("sale", "Sale!", TITLE, (), "default", None))
        answer = broker.push_template("sale", {}, DeliveryOptions(), START, failure=failure)
        assert answer.status == ("failed" if failure.at_once else "scheduled")
        assert [type(event) for event in broker.drain()] == [Message, Failed]
        status = broker.status(answer.message_id)
        assert (status.status, status.error_message, status.sends) == ("failed", failure.reason, Sends(0, 0))

    @BOTH
    def test_a_template_that_nobody_made_is_refused_as_ever(self, broker, failure):
        with pytest.raises(UnknownTemplate):
            broker.push_template("sale", {}, DeliveryOptions(), START, failure=failure)
        assert broker.publications == {}
