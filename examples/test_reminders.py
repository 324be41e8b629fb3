"""Delayed and repeated delivery: the clock goes where the test says, and nobody sleeps."""

from datetime import datetime, timedelta, timezone

import pytest
import requests

pytestmark = pytest.mark.backendless_mock(freeze="2030-01-07 08:30")


class Reminders:
    """The application under test: it reads the time itself, so the tests freeze it."""

    def __init__(self, url):
        self.messaging = f"{url}/messaging"
        self.session = requests.Session()

    def remind_in(self, delay, text):
        return self._publish(text, publishAt=_milliseconds(datetime.now(timezone.utc) + delay))

    def remind_hourly(self, text, first, end):
        return self._publish(text, publishAt=_milliseconds(first), repeatEvery=3600, repeatExpiresAt=_milliseconds(end))

    def forget(self, message_id):
        self.session.delete(f"{self.messaging}/{message_id}", timeout=5).raise_for_status()

    def subscribe(self):
        answer = self.session.post(f"{self.messaging}/reminders/subscribe", json={}, timeout=5)
        return answer.json()["subscriptionId"]

    def poll(self, subscription_id):
        answer = self.session.get(f"{self.messaging}/reminders/{subscription_id}", timeout=5)
        return [message["data"] for message in answer.json()["messages"]]

    def _publish(self, text, **options):
        answer = self.session.post(f"{self.messaging}/reminders", json={"message": text, **options}, timeout=5)
        answer.raise_for_status()
        return answer.json()["messageId"]


def _milliseconds(moment):
    return int(moment.timestamp() * 1000)


NINE = datetime(2030, 1, 7, 9, tzinfo=timezone.utc)
NOON = datetime(2030, 1, 7, 12, tzinfo=timezone.utc)


@pytest.fixture
def reminders(backendless_mock):
    return Reminders(backendless_mock.url)


def test_a_reminder_waits_for_its_time(reminders, backendless_mock):
    channel = backendless_mock.channel("reminders")

    reminders.remind_in(timedelta(minutes=30), "stand-up")
    channel.assert_published("stand-up", publish_at="2030-01-07 09:00")
    channel.assert_nothing_delivered()

    backendless_mock.clock.advance(minutes=29, seconds=59)
    channel.assert_nothing_delivered()

    backendless_mock.clock.advance(seconds=1)
    channel.assert_delivered("stand-up", times=1, at="2030-01-07 09:00")


def test_an_hourly_reminder_stops_before_noon(reminders, backendless_mock):
    reminders.remind_hourly("drink water", first=NINE, end=NOON)

    deliveries = backendless_mock.clock.move_to("2030-01-07 18:00")

    assert [(delivery.at.hour, delivery.data) for delivery in deliveries] == [
        (9, "drink water"),
        (10, "drink water"),
        (11, "drink water"),
    ]
    assert backendless_mock.scheduled == ()


def test_a_forgotten_reminder_stays_away(reminders, backendless_mock):
    message_id = reminders.remind_hourly("drink water", first=NINE, end=NOON)
    backendless_mock.clock.move_to("2030-01-07 09:30")

    reminders.forget(message_id)
    backendless_mock.clock.advance(days=1)

    backendless_mock.channel("reminders").assert_delivered("drink water", times=1)
    assert backendless_mock.status(message_id).status == "cancelled"


def test_who_polls_at_every_delivery_misses_none(reminders, backendless_mock):
    subscription_id = reminders.subscribe()
    reminders.remind_hourly("drink water", first=NINE, end=NOON)

    seen = []
    for delivery in backendless_mock.clock.steps(hours=4):
        seen += [(delivery.at.hour, text) for text in reminders.poll(subscription_id)]

    assert seen == [(9, "drink water"), (10, "drink water"), (11, "drink water")]


def test_who_polls_too_late_misses_it(reminders, backendless_mock):
    reminders.subscribe()
    reminders.remind_in(timedelta(minutes=30), "stand-up")
    [subscription] = backendless_mock.channel("reminders").subscriptions

    backendless_mock.clock.advance(minutes=30)
    assert subscription.pending.data == ["stand-up"]
    backendless_mock.clock.advance(seconds=60)

    assert subscription.pending.data == []
    backendless_mock.channel("reminders").assert_retrieved("stand-up", times=0)


def test_the_next_reminder_is_one_call_away(reminders, backendless_mock):
    reminders.remind_in(timedelta(days=365), "renew the domain")

    assert backendless_mock.clock.next().data == "renew the domain"
    assert datetime.now(timezone.utc) == datetime(2031, 1, 7, 8, 30, tzinfo=timezone.utc)
