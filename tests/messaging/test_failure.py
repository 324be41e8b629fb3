"""Messages that the service accepts and gives up, and the clock that goes on without a word of the test's."""

from __future__ import annotations

import pytest
from core_support import START, Application, FakeTime, at, date, new_broker, told
from push_support import TITLE, device

from pytest_backendless_mock.messaging.due import RunawayScheduleError
from pytest_backendless_mock.messaging.errors import CannotCancel, InvalidPublishDate, UnknownTemplate
from pytest_backendless_mock.messaging.event import Accepted, Cancelled, Dropped
from pytest_backendless_mock.messaging.message import Delivery, MessageStatus, Sends
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
        assert (type(accepted), accepted.at, accepted.message.message_id) == (Accepted, START, "message:1")
        assert dropped == Dropped(START, accepted.message, "Quota exceeded")

    @pytest.mark.parametrize(
        "when",
        [{}, {"publish_at": date(60)}, {"repeat_every": 60}],
        ids=["at once", "for later", "repeated"],
    )
    def test_nothing_of_it_is_to_come_whenever_it_was_for(self, broker, when):
        assert publish(broker, AT_ONCE, **when).status == "failed"
        assert (broker.next_at(), broker.pending) == (None, {})
        broker.catch_up(at(3600))
        assert broker.deliveries("default") == []

    def test_the_time_of_processing_does_not_put_it_off(self):
        broker = new_broker(processing_time=5)
        assert publish(broker, AT_ONCE).status == "failed"
        assert happened(broker) == [("Accepted", 0), ("Dropped", 0)]

    def test_it_makes_its_channel_as_every_message_does(self, broker):
        publish(broker, AT_ONCE, channel="news")
        assert list(broker.channels) == ["default", "news"]

    def test_it_leaves_the_messages_before_and_after_it_alone(self, broker):
        publish(broker, None)
        publish(broker, AT_ONCE)
        publish(broker, None)
        assert [delivery.message_id for delivery in broker.deliveries("default")] == ["message:1", "message:3"]

    def test_a_repetition_that_failed_counts_for_no_runaway(self, broker):
        publish(broker, None, publish_at=date(60), repeat_every=3600)
        publish(broker, AT_ONCE, repeat_every=0.000001)
        broker.catch_up(at(60))
        assert told(broker.deliveries("default")) == [(60, "hi")]


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
        assert happened(broker) == [("Accepted", 0), ("Dropped", 60)]
        assert broker.deliveries("default") == []

    def test_the_time_of_processing_comes_first(self):
        broker = new_broker(processing_time=5)
        publish(broker, WHEN_DUE)
        broker.catch_up(at(4.999999))
        assert broker.status("message:1").status == "scheduled"
        broker.catch_up(at(5))
        assert broker.status("message:1").status == "failed"
        assert happened(broker) == [("Accepted", 0), ("Dropped", 5)]

    def test_a_repeated_message_is_over_after_the_first_time(self, broker):
        publish(broker, WHEN_DUE, publish_at=date(60), repeat_every=60)
        broker.catch_up(at(3600))
        assert happened(broker) == [("Accepted", 0), ("Dropped", 60)]
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
            (Dropped, "message:2"),
            (Delivery, "message:3"),
        ]

    def test_it_can_be_cancelled_before_it_is_due(self, broker):
        publish(broker, WHEN_DUE, publish_at=date(60))
        assert broker.cancel("message:1", at(30)) == MessageStatus("cancelled", "message:1")
        broker.catch_up(at(3600))
        assert happened(broker) == [("Accepted", 0), ("Cancelled", 30)]
        assert broker.status("message:1").status == "cancelled"

    def test_deleting_its_channel_cancels_it(self, broker):
        publish(broker, WHEN_DUE, channel="news", publish_at=date(60))
        broker.delete_channel("news", at(30))
        broker.catch_up(at(3600))
        assert [type(event) for event in broker.drain()] == [Accepted, Cancelled]


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
        subscription = broker.subscribe("default", START)
        publish(broker, failure)
        assert broker.retrieve("default", subscription.subscription_id, START) == []
        assert broker.lost("default", subscription.subscription_id, at(3600)) == []

    @BOTH
    @pytest.mark.parametrize("policy", ["PUSH", "BOTH"])
    def test_no_device_gets_a_push_and_none_is_counted(self, broker, failure, policy):
        broker.register(device("phone", "ANDROID", "default"), START)
        publish(broker, failure, headers=TITLE, publish_policy=policy)
        assert [type(event) for event in broker.drain()] == [Accepted, Dropped]
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
        broker.templates["sale"] = Template("sale", "Sale!", TITLE, (), "default", None)
        answer = broker.push_template("sale", {}, DeliveryOptions(), START, failure=failure)
        assert answer.status == ("failed" if failure.at_once else "scheduled")
        assert [type(event) for event in broker.drain()] == [Accepted, Dropped]
        status = broker.status(answer.message_id)
        assert (status.status, status.error_message, status.sends) == ("failed", failure.reason, Sends(0, 0))

    @BOTH
    def test_a_template_that_nobody_made_is_refused_as_ever(self, broker, failure):
        with pytest.raises(UnknownTemplate):
            broker.push_template("sale", {}, DeliveryOptions(), START, failure=failure)
        assert broker.publications == {}


class TestReach:
    @pytest.fixture(
        params=[
            {"frozen": False, "running": True},
            {"frozen": True, "running": True},
            {"frozen": True, "running": False},
        ],
        ids=["running", "ticking", "frozen"],
    )
    def app(self, request):
        """An application under each kind of process time."""
        return Application(FakeTime(**request.param))

    def test_the_clock_goes_forward_to_an_instant(self, app):
        app.clock.reach(at(60))
        assert app.now() == 60

    def test_it_never_goes_back(self, app):
        app.clock.advance(seconds=100)
        app.clock.reach(at(60))
        assert app.now() == 100

    def test_what_is_due_on_the_way_happens_at_its_instant(self, app):
        app.publish(repeat_every=60)
        app.clock.reach(at(150))
        assert app.deliveries() == [(0, "hi"), (60, "hi"), (120, "hi")]

    def test_who_listens_is_told_while_the_clock_shows_that_instant(self, app):
        app.publish(repeat_every=60)
        shown = []
        app.backend.listen("delivered", lambda _: shown.append(app.now()))
        app.clock.reach(at(150))
        assert shown == [60, 120]

    def test_it_is_no_jump_of_the_test_s(self, app):
        app.clock.reach(at(60))
        assert not app.clock.jumped_over(at(30))
        app.clock.advance(seconds=60)
        assert app.clock.jumped_over(at(90))
        assert not app.clock.jumped_over(at(30))

    def test_a_runaway_schedule_is_refused_and_the_clock_stands(self, app):
        app.publish(repeat_every=0.001)
        with pytest.raises(RunawayScheduleError, match="would deliver 10,000,000 messages at once"):
            app.clock.reach(at(10_000))
        assert app.now() == 0
        assert app.deliveries() == [(0, "hi")]

    def test_the_process_goes_on_from_there(self):
        app = Application()
        app.clock.reach(at(60))
        app.time.pass_by(1)
        assert app.now() == 61


class Reminder:
    """A follower of a clock that delivers nothing, with one instant of its own."""

    listening = True

    def __init__(self, due):
        self.due = due
        self.steps = []

    def next_at(self):
        return self.due

    def next_delivery_at(self):
        return None

    def refuse_runaway(self, instant):
        pass

    def step(self, instant):
        self.steps.append((instant - START) / 1_000_000)
        if self.due is not None and self.due <= instant:
            self.due = None

    def mark(self):
        return 0

    def deliveries_since(self, mark):
        return []


class TestReachBackwards:
    @pytest.mark.parametrize("seconds", [-60, 0], ids=["past", "now"])
    def test_to_an_instant_that_has_come_there_is_no_journey(self, seconds):
        app = Application()
        reminder = Reminder(None)
        app.clock.drive(reminder)
        app.clock.reach(at(seconds))
        assert (app.now(), reminder.steps) == (0, [])


class TestNextBesideAFollowerThatDeliversNothing:
    def test_it_goes_on_to_the_delivery(self):
        app = Application()
        reminder = Reminder(at(30))
        app.clock.drive(reminder)
        app.publish(delay=60)
        assert app.clock.next().data == "hi"
        assert app.now() == 60

    def test_what_is_due_on_the_way_there_happens_at_its_instant(self):
        app = Application()
        reminder = Reminder(at(30))
        app.clock.drive(reminder)
        app.publish(delay=60)
        app.clock.next()
        assert reminder.steps[0] == 30
        assert reminder.due is None

    def test_without_a_delivery_there_is_no_next_and_the_clock_stands(self):
        app = Application()
        reminder = Reminder(at(30))
        app.clock.drive(reminder)
        assert app.clock.next() is None
        assert (app.now(), reminder.steps) == (0, [])

    def test_a_later_instant_of_its_own_is_left_alone(self):
        app = Application()
        reminder = Reminder(at(90))
        app.clock.drive(reminder)
        app.publish(delay=60)
        assert app.clock.next().data == "hi"
        assert (app.now(), reminder.due) == (60, at(90))
