"""The verbs of messaging, at instants that the test names."""

from __future__ import annotations

import re

import pytest
from core_support import START, at, date, new_broker, numbered, publish, told

from pytest_backendless_mock.messaging.broker import Broker
from pytest_backendless_mock.messaging.due import RunawayScheduleError
from pytest_backendless_mock.messaging.errors import (
    CannotCancel,
    InvalidExpirationDate,
    InvalidParameter,
    InvalidPublishDate,
    UnknownChannel,
)
from pytest_backendless_mock.messaging.message import MessageStatus, Status
from pytest_backendless_mock.messaging.rules import Rules
from pytest_backendless_mock.messaging.schedule import LAST_INSTANT, SECOND
from pytest_backendless_mock.runtime.record import scheduled_record

LAST_MILLISECOND = 253_402_300_799_999


@pytest.fixture
def broker():
    return new_broker()


def delivered(broker, now, channel="default"):
    broker.catch_up(at(now))
    return told(broker.channels.deliveries(channel))


def retrieved(broker, subscription, now):
    broker.catch_up(at(now))
    return told(broker.retrieve(subscription.channel, subscription.subscription_id, at(now)).taken)


def ids(broker, channel="default"):
    return [delivery.message_id for delivery in broker.channels.deliveries(channel)]


class TestPublish:
    def test_t1_a_message_without_a_date_is_delivered_at_once(self, broker):
        publish(broker)
        assert told(broker.channels.deliveries("default")) == [(0, "hi")]

    def test_t1_a_message_for_later_is_delivered_then(self, broker):
        publish(broker, publish_at=date(60))
        assert told(broker.channels.deliveries("default")) == []
        assert delivered(broker, 3600) == [(60, "hi")]

    def test_t1_a_little_late_is_delivered_now(self, broker):
        publish(broker, publish_at=date(-1))
        assert told(broker.channels.deliveries("default")) == [(0, "hi")]

    def test_t1_the_tolerance_is_a_switch(self):
        broker = new_broker(publish_at_tolerance=60)
        publish(broker, publish_at=date(-60))
        assert told(broker.channels.deliveries("default")) == [(0, "hi")]
        with pytest.raises(InvalidPublishDate):
            publish(broker, publish_at=date(-60.001))

    def test_t5_what_is_due_exactly_now_is_delivered(self, broker):
        publish(broker, publish_at=date(60))
        assert delivered(broker, 59.999999) == []
        assert delivered(broker, 60) == [(60, "hi")]

    def test_t5_a_repeated_message_without_a_date_begins_at_once(self, broker):
        publish(broker, repeat_every=60)
        assert delivered(broker, 130) == [(0, "hi"), (60, "hi"), (120, "hi")]

    def test_t5_a_repeated_message_ends_before_its_expiry(self, broker):
        publish(broker, publish_at=date(10), repeat_every=10, repeat_expires_at=date(30))
        assert delivered(broker, 3600) == [(10, "hi"), (20, "hi")]

    def test_t9_the_answer_is_scheduled_even_for_what_was_delivered_at_once(self, broker):
        assert publish(broker) == MessageStatus("scheduled", "message:1", None)
        assert broker.status("message:1").status == "published"

    @pytest.mark.parametrize(
        ("options", "status"),
        [
            pytest.param({}, "published", id="at once"),
            pytest.param({"publish_at": 0}, "published", id="publishAt 0"),
            pytest.param({"repeat_every": 0}, "published", id="repeatEvery 0"),
            pytest.param({"publish_at": date(-1)}, "published", id="a little late"),
            pytest.param({"publish_at": date(0.001)}, "scheduled", id="delayed"),
            pytest.param({"repeat_every": 60}, "scheduled", id="repeated"),
        ],
    )
    def test_t9_the_answer_for_an_immediate_message_is_a_switch(self, options, status):
        assert publish(new_broker(immediate_status="published"), **options).status == status

    def test_takes_any_payload_as_it_is(self, broker):
        payload = {"text": "stand-up", "list": [1, None, ""]}
        publish(broker, payload)
        publish(broker, "")
        assert [data for _, data in told(broker.channels.deliveries("default"))] == [payload, ""]

    def test_keeps_what_the_publisher_said(self, broker):
        publish(broker, headers={"city": "Tokyo"}, publisher_id="me", subtopic="a.b")
        (delivery,) = broker.channels.deliveries("default")
        options = delivery.message.options
        assert (options.headers, options.publisher_id, options.subtopic) == ({"city": "Tokyo"}, "me", "a.b")

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            pytest.param({"channel": "new", "publish_at": -1}, InvalidPublishDate, id="publish date"),
            pytest.param({"channel": "new", "repeat_expires_at": -1}, InvalidExpirationDate, id="expiry"),
        ],
    )
    def test_invariant_10_a_refused_message_stores_nothing(self, broker, options, error):
        with pytest.raises(error):
            publish(broker, **options)
        assert (list(broker.channels.names), broker.publications, broker.pending) == (["default"], {}, {})
        assert (broker.drain(), broker.next_at()) == ([], None)
        assert publish(broker).message_id == "message:1"


class TestIds:
    def test_t6_a_one_shot_delivery_has_the_publish_id(self, broker):
        message_id = publish(broker, publish_at=date(60)).message_id
        delivered(broker, 60)
        assert ids(broker) == [message_id]

    def test_t6_occurrences_are_numbered_from_one(self, broker):
        publish(broker, repeat_every=60)
        delivered(broker, 120)
        assert ids(broker) == ["message:1-1", "message:1-2", "message:1-3"]

    def test_t6_a_repetition_that_occurs_once_is_numbered_all_the_same(self, broker):
        publish(broker, repeat_every=60, repeat_expires_at=date(1))
        assert ids(broker) == ["message:1-1"]

    @pytest.mark.parametrize("message_id", ["message:1", "message:1-1", "message:1-2"])
    def test_t6_the_publish_id_and_delivered_occurrences_are_known(self, broker, message_id):
        publish(broker, repeat_every=60)
        delivered(broker, 60)
        assert broker.status(message_id) == MessageStatus("scheduled", "message:1", None)

    @pytest.mark.parametrize(
        "message_id",
        [
            pytest.param("message:1-3", id="not yet delivered"),
            pytest.param("message:1-0", id="number 0"),
            pytest.param("message:1-01", id="a leading zero"),
            pytest.param("message:1-", id="no number"),
            pytest.param("message:1-x", id="a letter"),
            pytest.param("message:1-\u0661", id="an arabic digit"),
            pytest.param("message:1-1-1", id="a number of a number"),
            pytest.param("message:1-" + "9" * 5000, id="5,000 digits"),
            pytest.param("message:1-1\n", id="a newline"),
        ],
    )
    def test_t6_other_occurrences_are_unknown(self, broker, message_id):
        publish(broker, repeat_every=60)
        delivered(broker, 60)
        assert broker.status(message_id) == MessageStatus("unknown", message_id, None)

    def test_t6_a_one_shot_message_has_no_numbered_occurrence(self, broker):
        publish(broker)
        assert broker.status("message:1-1").status == "unknown"

    def test_t6_cancelling_an_occurrence_cancels_its_message(self, broker):
        publish(broker, repeat_every=60)
        delivered(broker, 60)
        assert broker.cancel("message:1-1", at(60)) == MessageStatus("cancelled", "message:1", None)
        assert delivered(broker, 300) == [(0, "hi"), (60, "hi")]

    def test_t6_an_occurrence_to_come_cannot_be_cancelled(self, broker):
        publish(broker, repeat_every=60)
        with pytest.raises(CannotCancel):
            broker.cancel("message:1-2", at(0))
        assert delivered(broker, 60) == [(0, "hi"), (60, "hi")]


class TestStatus:
    def test_t7_a_message_is_scheduled_until_it_is_delivered_and_then_published(self, broker):
        publish(broker, publish_at=date(60))
        assert broker.status("message:1") == MessageStatus("scheduled", "message:1", None)
        broker.catch_up(at(60))
        assert broker.status("message:1") == MessageStatus("published", "message:1", None)

    def test_t7_a_repeated_message_is_scheduled_until_its_last_occurrence(self, broker):
        publish(broker, repeat_every=60, repeat_expires_at=date(120))
        assert broker.status("message:1").status == "scheduled"
        broker.catch_up(at(60))
        assert broker.status("message:1").status == "published"

    def test_t7_a_message_that_repeats_for_ever_stays_scheduled(self, broker):
        publish(broker, repeat_every=60)
        broker.catch_up(at(36_000))
        assert broker.status("message:1").status == "scheduled"

    def test_t7_a_cancelled_message_is_cancelled(self, broker):
        publish(broker, publish_at=date(60))
        broker.cancel("message:1", at(1))
        assert broker.status("message:1") == MessageStatus("cancelled", "message:1", None)

    @pytest.mark.parametrize("message_id", ["message:2", "", "-", "-1", "nonsense", "subscription:1"])
    def test_t7_an_id_that_was_never_given_out_is_unknown(self, broker, message_id):
        publish(broker)
        broker.subscribe("default")
        assert broker.status(message_id) == MessageStatus("unknown", message_id, None)

    def test_t7_a_message_that_failed_says_why(self, broker):
        publish(broker, publish_at=date(60))
        publication = broker.pending["message:1"]
        publication.error_message = "no device"
        publication.become(Status.FAILED)
        assert broker.status("message:1") == MessageStatus("failed", "message:1", "no device")
        with pytest.raises(CannotCancel, match="the message is failed"):
            broker.cancel("message:1", START)


class TestProcessingTime:
    @pytest.fixture
    def broker(self):
        return new_broker(processing_time=2)

    def test_t8_delivery_happens_that_long_after_it_is_due(self, broker):
        publish(broker, publish_at=date(60))
        assert delivered(broker, 61.999999) == []
        assert broker.status("message:1").status == "scheduled"
        assert delivered(broker, 62) == [(62, "hi")]
        assert broker.status("message:1").status == "published"

    def test_t8_what_is_due_at_once_takes_as_long(self, broker):
        assert publish(broker).status == "scheduled"
        assert told(broker.channels.deliveries("default")) == []
        assert delivered(broker, 2) == [(2, "hi")]

    def test_t8_a_message_in_processing_can_be_cancelled(self, broker):
        publish(broker)
        broker.cancel("message:1", at(1.999999))
        assert delivered(broker, 60) == []

    def test_t8_the_last_occurrence_comes_though_the_expiry_passes_meanwhile(self, broker):
        publish(broker, repeat_every=10, repeat_expires_at=date(11))
        assert delivered(broker, 60) == [(2, "hi"), (12, "hi")]

    def test_t8_a_message_of_the_last_second_of_time_can_be_looked_at(self, broker):
        publish(broker, publish_at=LAST_MILLISECOND)
        assert scheduled_record(broker.pending["message:1"]).next_at.year == 9999

    def test_t8_no_look_however_late_delivers_what_is_processed_until_after_the_year_9999(self):
        broker = new_broker(processing_time=60)
        publish(broker, now=LAST_INSTANT - 100 * SECOND, repeat_every=30)
        broker.catch_up(LAST_INSTANT + 100 * SECOND)
        assert [delivery.at - LAST_INSTANT for delivery in broker.channels.deliveries("default")] == [
            -40_000_000,
            -10_000_000,
        ]
        assert broker.status("message:1").status == "published"

    def test_t8_what_would_be_delivered_after_the_year_9999_is_the_end_of_a_repetition(self, broker):
        publish(broker, publish_at=LAST_MILLISECOND - 2_500, repeat_every=1)
        broker.catch_up(LAST_MILLISECOND * 1000)
        assert broker.status("message:1").status == "published"
        assert len(broker.channels.deliveries("default")) == 1

    def test_t10_a_delivery_bears_the_instant_of_delivery(self, broker):
        publish(broker, publish_at=date(60), repeat_every=30)
        assert delivered(broker, 1000)[:3] == [(62, "hi"), (92, "hi"), (122, "hi")]


class TestCancel:
    def test_t14_a_waiting_message_is_cancelled_and_never_comes(self, broker):
        publish(broker, publish_at=date(60))
        assert broker.cancel("message:1", at(59)) == MessageStatus("cancelled", "message:1", None)
        assert broker.next_at() is None
        assert delivered(broker, 3600) == []

    def test_t14_earlier_deliveries_of_a_cancelled_message_stay(self, broker):
        publish(broker, repeat_every=60)
        broker.catch_up(at(60))
        broker.cancel("message:1", at(61))
        assert delivered(broker, 3600) == [(0, "hi"), (60, "hi")]
        assert broker.status("message:1-2").status == "cancelled"

    def test_t14_what_was_delivered_cannot_be_cancelled(self, broker):
        publish(broker)
        with pytest.raises(CannotCancel) as caught:
            broker.cancel("message:1", at(0))
        assert (caught.value.code, caught.value.detail) == (5040, "the message is published")

    def test_t14_what_was_cancelled_cannot_be_cancelled(self, broker):
        publish(broker, publish_at=date(60))
        broker.cancel("message:1", at(1))
        with pytest.raises(CannotCancel) as caught:
            broker.cancel("message:1", at(2))
        assert caught.value.detail == "the message is cancelled"

    @pytest.mark.parametrize("message_id", ["message:2", "", "message:1-1"])
    def test_t14_what_is_unknown_cannot_be_cancelled(self, broker, message_id):
        publish(broker, publish_at=date(60))
        with pytest.raises(CannotCancel) as caught:
            broker.cancel(message_id, at(0))
        assert caught.value.detail == f"no message has the id {message_id!r}"
        assert broker.status("message:1").status == "scheduled"

    def test_cancelling_one_message_leaves_the_others(self, broker):
        for data in "abc":
            publish(broker, data, publish_at=date(60))
        broker.cancel("message:2", at(1))
        assert delivered(broker, 60) == [(60, "a"), (60, "c")]


class TestOrder:
    def test_t13_deliveries_are_ordered_by_their_time(self, broker):
        publish(broker, "late", publish_at=date(90))
        publish(broker, "early", publish_at=date(30))
        publish(broker, "now")
        assert delivered(broker, 90) == [(0, "now"), (30, "early"), (90, "late")]

    def test_t13_what_is_due_at_the_same_instant_is_ordered_by_acceptance(self, broker):
        for data in "abcde":
            publish(broker, data, publish_at=date(60))
        assert delivered(broker, 60) == [(60, "a"), (60, "b"), (60, "c"), (60, "d"), (60, "e")]

    def test_t13_there_is_no_page_limit(self, broker):
        subscription = broker.subscribe("default")
        for number in range(1_500):
            publish(broker, number)
        assert [data for _, data in retrieved(broker, subscription, 1)] == list(range(1_500))

    def test_invariant_5_a_repetition_keeps_the_place_of_its_acceptance(self, broker):
        publish(broker, "first", repeat_every=30)
        publish(broker, "second", repeat_every=60)
        publish(broker, "third", publish_at=date(60))
        assert delivered(broker, 60) == [
            (0, "first"),
            (0, "second"),
            (30, "first"),
            (60, "first"),
            (60, "second"),
            (60, "third"),
        ]

    def test_invariant_5_repetitions_that_meet_come_in_order_of_acceptance_however_far_one_look_goes(self, broker):
        publish(broker, "first", repeat_every=60)
        publish(broker, "second", repeat_every=30)
        publish(broker, "once", publish_at=date(60))
        broker.catch_up(at(120))
        assert told(broker.channels.deliveries("default")) == [
            (0, "first"),
            (0, "second"),
            (30, "second"),
            (60, "first"),
            (60, "second"),
            (60, "once"),
            (90, "second"),
            (120, "first"),
            (120, "second"),
        ]

    def test_occurrences_are_numbered_on_whether_one_look_delivers_them_or_several(self, broker):
        publish(broker, repeat_every=10)
        for seconds in (0, 10, 50, 55, 80):
            broker.catch_up(at(seconds))
        log = broker.channels.deliveries("default")
        assert [(delivery.number, (delivery.at - START) // SECOND) for delivery in log] == [
            (1, 0),
            (2, 10),
            (3, 20),
            (4, 30),
            (5, 40),
            (6, 50),
            (7, 60),
            (8, 70),
            (9, 80),
        ]
        assert broker.next_at() == at(90)

    def test_a_message_published_at_an_instant_comes_after_what_was_due_then(self, broker):
        publish(broker, "due", publish_at=date(60))
        broker.catch_up(at(60))
        publish(broker, "published", now=at(60))
        assert told(broker.channels.deliveries("default")) == [(60, "due"), (60, "published")]

    def test_nothing_is_due_when_nothing_is_scheduled(self, broker):
        assert broker.next_at() is None
        publish(broker)
        assert broker.next_at() is None

    def test_the_next_instant_is_that_of_the_earliest_delivery(self, broker):
        publish(broker, publish_at=date(90))
        publish(broker, publish_at=date(30), repeat_every=100)
        assert broker.next_at() == at(30)
        broker.catch_up(at(30))
        assert broker.next_at() == at(90)
        broker.catch_up(at(90))
        assert broker.next_at() == at(130)

    def test_channels_do_not_mix(self, broker):
        publish(broker, "a", channel="one")
        publish(broker, "b", channel="two")
        assert told(broker.channels.deliveries("one")) == [(0, "a")]
        assert told(broker.channels.deliveries("two")) == [(0, "b")]
        assert told(broker.channels.deliveries("three")) == []


class TestRetrieve:
    @pytest.mark.parametrize(
        ("now", "gets"),
        [(0, [(0, "hi")]), (59.999, [(0, "hi")]), (59.999999, [(0, "hi")]), (60, []), (60.001, []), (3600, [])],
    )
    def test_t11_a_message_can_be_retrieved_for_less_than_a_minute(self, broker, now, gets):
        subscription = broker.subscribe("default")
        publish(broker)
        assert retrieved(broker, subscription, now) == gets

    @pytest.mark.parametrize(("now", "gets"), [(4.999, [(0, "hi")]), (5, [])])
    def test_t11_the_window_is_a_switch(self, now, gets):
        broker = new_broker(message_lifetime=5)
        subscription = broker.subscribe("default")
        publish(broker)
        assert retrieved(broker, subscription, now) == gets

    def test_t11_the_age_of_a_delayed_message_counts_from_its_delivery(self, broker):
        subscription = broker.subscribe("default")
        publish(broker, publish_at=date(3600))
        assert retrieved(broker, subscription, 3659) == [(3600, "hi")]

    def test_t11_a_window_may_be_longer_than_all_time(self):
        broker = new_broker(message_lifetime=1e308)
        publish(broker)
        assert retrieved(broker, broker.subscribe("default"), 10**9) == [(0, "hi")]

    def test_t12_a_new_subscription_gets_what_is_still_alive(self, broker):
        publish(broker, "gone")
        publish(broker, "alive", now=at(30))
        assert retrieved(broker, broker.subscribe("default"), 61) == [(30, "alive")]

    def test_t12_that_is_a_switch(self):
        broker = new_broker(see_earlier_messages=False)
        publish(broker, "earlier")
        subscription = broker.subscribe("default")
        publish(broker, "later")
        assert retrieved(broker, subscription, 0) == [(0, "later")]

    def test_t12_even_then_what_was_scheduled_earlier_and_delivered_later_is_seen(self):
        broker = new_broker(see_earlier_messages=False)
        publish(broker, publish_at=date(30))
        assert retrieved(broker, broker.subscribe("default"), 30) == [(30, "hi")]

    def test_a_message_is_handed_out_once_to_each_subscription(self, broker):
        one, two = broker.subscribe("default"), broker.subscribe("default")
        publish(broker)
        assert retrieved(broker, one, 1) == [(0, "hi")]
        assert retrieved(broker, one, 2) == []
        assert retrieved(broker, two, 3) == [(0, "hi")]

    def test_c6_a_subscription_with_a_subtopic_gets_what_lies_there(self, broker):
        plain = broker.subscribe("default")
        exact = broker.subscribe("default", subtopic="news.dallas")
        below = broker.subscribe("default", subtopic="news.*")
        anything = broker.subscribe("default", subtopic="*")
        publish(broker, "none")
        publish(broker, "news", subtopic="news")
        publish(broker, "dallas", subtopic="news.dallas")
        publish(broker, "sports", subtopic="news.dallas.sports")
        got = {
            subscription.subtopic: [data for _, data in retrieved(broker, subscription, 1)]
            for subscription in (plain, exact, below, anything)
        }
        assert got == {
            None: ["none", "news", "dallas", "sports"],
            "news.dallas": ["dallas"],
            "news.*": ["dallas", "sports"],
            "*": ["news", "dallas", "sports"],
        }

    def test_what_waits_can_be_looked_at_without_taking_it(self, broker):
        subscription = broker.subscribe("default")
        publish(broker)
        assert told(broker.waiting(subscription, at(1))) == [(0, "hi")]
        assert told(broker.waiting(subscription, at(60))) == []
        assert retrieved(broker, subscription, 2) == [(0, "hi")]
        assert told(broker.waiting(subscription, at(2))) == []

    @pytest.mark.parametrize("channel", ["default", "news"])
    def test_nothing_waits_for_a_subscription_that_was_dropped(self, broker, channel):
        subscription = broker.subscribe(channel)
        publish(broker, channel=channel)
        broker.delete_channel(channel, START)
        publish(broker, channel="other")
        assert broker.waiting(subscription, START) == []

    def test_nothing_waits_for_a_subscription_of_a_channel_that_was_made_again(self, broker):
        subscription = broker.subscribe("news")
        broker.delete_channel("news", START)
        publish(broker, channel="news")
        assert broker.waiting(subscription, START) == []

    def test_what_was_not_retrieved_in_time_is_lost(self, broker):
        subscription = broker.subscribe("default")
        publish(broker, "taken")
        retrieved(broker, subscription, 0)
        publish(broker, "lost", now=at(1))
        assert told(broker.lost(subscription, at(60.999999))) == []
        assert told(broker.lost(subscription, at(61))) == [(1, "lost")]

    def test_a_subscription_whose_channel_was_deleted_loses_nothing(self, broker):
        subscription = broker.subscribe("news")
        publish(broker, channel="news")
        broker.delete_channel("news", START)
        assert broker.lost(subscription, at(3600)) == []


class TestTimeGoingBack:
    def test_t15_nothing_is_undelivered_and_nothing_delivered_twice(self, broker):
        publish(broker, publish_at=date(60), repeat_every=60)
        assert delivered(broker, 120) == [(60, "hi"), (120, "hi")]
        assert delivered(broker, 0) == [(60, "hi"), (120, "hi")]
        assert delivered(broker, 179) == [(60, "hi"), (120, "hi")]
        assert delivered(broker, 180) == [(60, "hi"), (120, "hi"), (180, "hi")]

    def test_t15_a_negative_age_is_inside_the_window(self, broker):
        subscription = broker.subscribe("default")
        publish(broker, now=at(3600))
        assert retrieved(broker, subscription, 0) == [(3600, "hi")]

    def test_t15_dates_are_judged_by_the_time_that_shows(self, broker):
        publish(broker, "future", now=at(3600))
        publish(broker, "past", now=at(0), publish_at=date(10))
        with pytest.raises(InvalidPublishDate):
            publish(broker, now=at(3600), publish_at=date(10))
        assert delivered(broker, 10) == [(3600, "future"), (10, "past")]

    def test_t15_the_log_is_read_in_its_own_order(self, broker):
        subscription = broker.subscribe("default")
        publish(broker, "future", now=at(3600))
        publish(broker, "past", now=at(0))
        publish(broker, "future again", now=at(3601))
        assert retrieved(broker, subscription, 3601) == [(3600, "future"), (3601, "future again")]

    def test_t15_what_was_retrieved_stays_retrieved(self, broker):
        subscription = broker.subscribe("default")
        publish(broker, now=at(3600))
        assert retrieved(broker, subscription, 3600) == [(3600, "hi")]
        assert retrieved(broker, subscription, 3590) == []


class TestChannels:
    def test_c1_publishing_creates_a_channel(self, broker):
        publish(broker, channel="news")
        assert list(broker.channels.names) == ["default", "news"]

    def test_c1_subscribing_creates_a_channel(self, broker):
        broker.subscribe("news")
        assert list(broker.channels.names) == ["default", "news"]

    def test_c1_looking_creates_none(self, broker):
        assert broker.channels.deliveries("news") == []
        with pytest.raises(InvalidParameter):
            broker.retrieve("news", "subscription:1", START)
        assert list(broker.channels.names) == ["default"]

    def test_c1_strictly_subscribing_to_an_unknown_channel_is_refused(self):
        broker = new_broker(strict_channels=True)
        with pytest.raises(UnknownChannel) as caught:
            broker.subscribe("news")
        assert (caught.value.code, caught.value.detail) == (5010, "nobody made the channel 'news'")
        assert list(broker.channels.names) == ["default"]

    def test_c1_strictly_retrieving_from_an_unknown_channel_is_refused(self):
        broker = new_broker(strict_channels=True)
        with pytest.raises(UnknownChannel) as caught:
            broker.retrieve("news", "subscription:1", START)
        assert (caught.value.code, caught.value.detail) == (5010, "nobody made the channel 'news'")

    def test_c1_strictly_a_channel_that_somebody_published_to_is_known(self):
        broker = new_broker(strict_channels=True)
        publish(broker, channel="news")
        assert retrieved(broker, broker.subscribe("news"), 0) == [(0, "hi")]

    def test_c1_strictly_a_deleted_channel_is_unknown(self):
        broker = new_broker(strict_channels=True)
        publish(broker, channel="news")
        broker.delete_channel("news", START)
        with pytest.raises(UnknownChannel):
            broker.subscribe("news")

    def test_c2_the_default_channel_always_exists(self, broker):
        assert list(broker.channels.names) == ["default"]

    def test_c4_a_subscription_without_options_gets_everything(self, broker):
        subscription = broker.subscribe("news")
        publish(broker, "a", channel="news")
        publish(broker, "b", channel="news", subtopic="x.y", headers={"city": "Tokyo"})
        assert retrieved(broker, subscription, 0) == [(0, "a"), (0, "b")]

    def test_c5_an_unknown_subscription_is_an_invalid_parameter(self, broker):
        with pytest.raises(InvalidParameter) as caught:
            broker.retrieve("default", "subscription:9", START)
        assert (caught.value.code, caught.value.message) == (8008, "Invalid parameter 'subscriptionId'")
        assert caught.value.detail == "the channel 'default' has no such subscription"

    def test_c5_a_subscription_of_another_channel_is_an_invalid_parameter_and_loses_nothing(self, broker):
        subscription = broker.subscribe("news")
        publish(broker, channel="news")
        publish(broker, channel="other")
        with pytest.raises(InvalidParameter, match="the channel 'other' has no such subscription"):
            broker.retrieve("other", subscription.subscription_id, START)
        assert retrieved(broker, subscription, 0) == [(0, "hi")]

    def test_subscriptions_are_listed_whatever_their_channel(self, broker):
        for channel in ("news", "default", "news"):
            broker.subscribe(channel)
        assert sorted(broker.subscription_ids()) == ["subscription:1", "subscription:2", "subscription:3"]

    def test_a_subscription_knows_what_it_is_to(self, broker):
        subscription = broker.subscribe("news", subtopic="a.*")
        assert (subscription.channel, subscription.subtopic, subscription.selector) == ("news", "a.*", None)


class TestDeleteChannel:
    def test_c9_deleting_a_channel_drops_its_subscriptions(self, broker):
        subscription = broker.subscribe("news")
        other = broker.subscribe("other")
        broker.delete_channel("news", START)
        assert broker.subscription_ids() == [other.subscription_id]
        with pytest.raises(InvalidParameter):
            broker.retrieve("news", subscription.subscription_id, START)

    def test_c9_deleting_a_channel_cancels_what_is_pending_on_it(self, broker):
        publish(broker, "waiting", channel="news", publish_at=date(60))
        publish(broker, "repeating", channel="news", repeat_every=60)
        publish(broker, "elsewhere", publish_at=date(60))
        broker.delete_channel("news", at(1))
        assert [broker.status(f"message:{n}").status for n in (1, 2, 3)] == ["cancelled", "cancelled", "scheduled"]
        assert delivered(broker, 3600, "news") == [(0, "repeating")]
        assert delivered(broker, 3600) == [(60, "elsewhere")]

    def test_c9_what_was_delivered_before_stays_published(self, broker):
        publish(broker, channel="news")
        broker.delete_channel("news", START)
        assert broker.status("message:1").status == "published"
        assert told(broker.channels.deliveries("news")) == [(0, "hi")]

    def test_c9_a_channel_that_is_made_again_begins_empty(self, broker):
        publish(broker, "old", channel="news")
        broker.delete_channel("news", START)
        subscription = broker.subscribe("news")
        publish(broker, "new", channel="news")
        assert retrieved(broker, subscription, 0) == [(0, "new")]
        assert told(broker.channels.deliveries("news")) == [(0, "old"), (0, "new")]

    def test_c9_the_default_channel_is_only_emptied(self, broker):
        subscription = broker.subscribe("default")
        publish(broker, "old")
        publish(broker, "pending", publish_at=date(60))
        broker.delete_channel("default", START)
        assert list(broker.channels.names) == ["default"]
        assert broker.status("message:2").status == "cancelled"
        with pytest.raises(InvalidParameter):
            broker.retrieve("default", subscription.subscription_id, START)
        publish(broker, "new")
        assert retrieved(broker, broker.subscribe("default"), 0) == [(0, "new")]

    @pytest.mark.parametrize("strict", [True, False])
    def test_c9_deleting_an_unknown_channel_is_refused(self, strict):
        broker = new_broker(strict_channels=strict)
        with pytest.raises(UnknownChannel) as caught:
            broker.delete_channel("news", START)
        assert caught.value.code == 5010

    def test_c9_a_channel_cannot_be_deleted_twice(self, broker):
        publish(broker, channel="news")
        broker.delete_channel("news", START)
        with pytest.raises(UnknownChannel):
            broker.delete_channel("news", START)


class TestRunawaySchedules:
    def test_invariant_7_a_million_occurrences_are_allowed_and_one_more_is_not(self, broker):
        publish(broker, publish_at=date(1), repeat_every=0.001)
        publish(broker, publish_at=date(86_400))
        broker.refuse_runaway(at(1 + 999.999))
        with pytest.raises(RunawayScheduleError):
            broker.refuse_runaway(at(1 + 1000))

    def test_invariant_7_more_than_a_million_occurrences_deliver_nothing_and_end_in_a_sentence(self, broker):
        publish(broker, "harmless", channel="other", repeat_every=3600)
        publish(broker, channel="news", repeat_every=0.5)
        with pytest.raises(RunawayScheduleError) as caught:
            broker.catch_up(at(30 * 86_400))
        assert str(caught.value) == (
            "catching up would deliver 5,184,720 messages at once, more than 1,000,000; most are occurrences of "
            "message:2 on channel 'news', which repeats every 0.5 s. Nothing was delivered."
        )
        assert told(broker.channels.deliveries("news")) == [(0, "hi")]
        assert told(broker.channels.deliveries("other")) == [(0, "harmless")]

    def test_invariant_7_the_broker_goes_on_where_it_was(self, broker):
        publish(broker, repeat_every=1)
        with pytest.raises(RunawayScheduleError):
            broker.catch_up(at(10_000_000))
        assert delivered(broker, 2) == [(0, "hi"), (1, "hi"), (2, "hi")]

    def test_invariant_7_what_is_together_too_much_is_too_much(self, broker):
        publish(broker, "a", repeat_every=1)
        publish(broker, "b", repeat_every=1)
        broker.refuse_runaway(at(500_000))
        with pytest.raises(RunawayScheduleError, match=re.escape("deliver 1,000,002 messages")):
            broker.refuse_runaway(at(500_001))

    def test_invariant_7_a_short_period_elsewhere_makes_no_runaway(self, broker):
        publish(broker, "short", repeat_every=0.001, repeat_expires_at=date(1))
        publish(broker, "long", repeat_every=3600)
        assert len(delivered(broker, 7200)) == 1003

    def test_invariant_7_a_long_period_elsewhere_hides_no_runaway(self, broker):
        publish(broker, "short", repeat_every=0.001)
        publish(broker, "long", repeat_every=3600)
        with pytest.raises(RunawayScheduleError, match=r"message:1 on channel 'default', which repeats every 0\.001 s"):
            broker.refuse_runaway(at(1001))

    def test_invariant_7_a_million_messages_ahead_make_no_runaway_now(self, broker):
        publish(broker, publish_at=date(86_400), repeat_every=0.001)
        broker.refuse_runaway(at(86_399))
        with pytest.raises(RunawayScheduleError):
            broker.refuse_runaway(at(2 * 86_400))

    def test_invariant_7_what_processing_holds_back_does_not_count(self):
        broker = new_broker(processing_time=10)
        publish(broker, repeat_every=0.001)
        publish(broker, publish_at=date(86_400))
        broker.refuse_runaway(at(1009.999))
        with pytest.raises(RunawayScheduleError):
            broker.refuse_runaway(at(1010))

    def test_invariant_7_what_a_time_gone_back_has_delivered_already_hides_no_runaway(self, broker):
        publish(broker, "ahead", repeat_every=1)
        broker.catch_up(at(2000))
        publish(broker, "runaway", now=at(0), publish_at=date(1), repeat_every=0.001)
        with pytest.raises(RunawayScheduleError):
            broker.refuse_runaway(at(1001))

    def test_nothing_scheduled_is_no_runaway(self, broker):
        publish(broker)
        broker.refuse_runaway(at(10**9))
        assert told(broker.channels.deliveries("default")) == [(0, "hi")]


def test_system_headers_are_a_copy():
    given = {"BL_APPLICATION_ID": "A"}
    broker = Broker(Rules(), numbered(), system_headers=given)
    given.clear()
    assert broker.system_headers == {"BL_APPLICATION_ID": "A"}
