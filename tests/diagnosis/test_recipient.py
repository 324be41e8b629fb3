"""Who got a message and who did not, each with the reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from presence_support import client_of_mock

from pytest_backendless_mock.diagnosis.recipient import Recipient, recipients

NOW = "2030-01-07 08:30:00Z"
SOON = "2030-01-07 08:30:10Z"


def told(mock, message_id):
    """Who got it, as (got, text), by the order in which they are told."""
    return [(each.got, each.text) for each in recipients(mock._application, message_id)]


def publish(mock, **more):
    return mock.publish("hi", channel="news", **more).message_id


def subscription(mock, **more):
    return mock.subscribe("news", **more)


def test_of_an_id_that_was_never_given_out_there_is_nothing_to_tell(mock):
    assert recipients(mock._application, "message:none") is None


def test_where_nobody_subscribed_nobody_is_told(mock):
    assert told(mock, publish(mock)) == []


def test_each_is_told_with_what_it_asks_for(mock):
    subscribed = subscription(mock, selector="city = 'Oslo'")
    client_of_mock(mock).join().listen(selector="city = 'Rome'")
    message_id = publish(mock, headers={"city": "Oslo"})
    assert recipients(mock._application, message_id) == [
        Recipient("subscription", subscribed.id, "news", "city = 'Oslo'", got=False, text="nobody polled since"),
        Recipient(
            "listener", "listener:1", "news", "city = 'Rome'", got=False, text="city = 'Rome' is false, city is 'Oslo'"
        ),
    ]


def test_who_was_handed_it_got_it(mock):
    subscribed = subscription(mock)
    client_of_mock(mock).join().listen()
    message_id = publish(mock)
    mock.clock.advance(seconds=10)
    subscribed.retrieve()
    assert told(mock, message_id) == [(True, f"was handed it at {SOON}"), (True, f"was handed it at {NOW}")]


@pytest.mark.parametrize(
    ("prepare", "text"),
    [
        pytest.param(subscription, "nobody polled since", id="unpolled"),
        pytest.param(
            lambda mock: subscription(mock, subtopic="sport"), "subtopic None is not under 'sport'", id="subtopic"
        ),
        pytest.param(
            lambda mock: subscription(mock, selector="a = 1"), "a = 1 is unknown, a is missing", id="selector"
        ),
        pytest.param(lambda mock: mock.subscribe("other"), "it is on another channel, 'other'", id="other-channel"),
        pytest.param(
            lambda mock: client_of_mock(mock).join("other").listen("other"),
            "it is on another channel, 'other'",
            id="listener-elsewhere",
        ),
        pytest.param(
            lambda mock: client_of_mock(mock, loses=lambda _: True).join().listen(), "lost on its way", id="lost"
        ),
    ],
)
def test_why_somebody_did_not_get_it(mock, prepare, text):
    prepare(mock)
    assert told(mock, publish(mock)) == [(False, text)]


def test_who_came_later_is_told_that_it_did(mock):
    message_id = publish(mock)
    client_of_mock(mock).join().listen()
    assert told(mock, message_id) == [(False, "published before it listened")]


def test_what_was_not_polled_in_time_is_gone(mock):
    subscription(mock)
    message_id = publish(mock)
    mock.clock.advance(minutes=2)
    assert told(mock, message_id) == [(False, "gone from the window since 2030-01-07 08:31:00Z")]


def test_what_is_not_there_yet_is_nobodys(mock):
    subscription(mock)
    assert told(mock, publish(mock, publish_at=timedelta(seconds=10))) == [(False, f"'hi' is not due yet: at {SOON}")]


def test_what_was_cancelled_is_nobodys(mock):
    subscription(mock)
    message_id = publish(mock, publish_at=timedelta(seconds=10))
    mock.cancel(message_id)
    assert told(mock, message_id) == [(False, f"'hi' was cancelled at {NOW}")]


def test_what_goes_to_devices_alone_is_no_subscribers(mock):
    subscription(mock)
    message_id = publish(mock, publish_policy="PUSH", headers={"ios-alert-title": "x"})
    assert told(mock, message_id) == [(False, "'hi' was pushed only (publishPolicy PUSH): it reaches no subscriber")]


def test_of_a_repeated_message_the_occurrences_are_counted_and_the_last_is_explained(mock):
    subscribed, slow = subscription(mock), subscription(mock, selector="a = 1")
    message_id = publish(mock, repeat_every=5)
    for _ in mock.clock.steps(seconds=10):
        subscribed.retrieve()
    mock.clock.advance(seconds=5)
    assert told(mock, message_id) == [
        (True, f"was handed 3 of 4 occurrences, the last at {SOON}"),
        (False, "a = 1 is unknown, a is missing"),
    ]
    assert [told(mock, f"{message_id}-{number}")[0] for number in (3, 4)] == [
        (True, f"was handed it at {SOON}"),
        (False, "nobody polled since"),
    ]
    assert slow.retrieved == ()


def test_who_got_it_and_left_is_told_last(mock):
    subscription(mock)
    client = client_of_mock(mock).join().listen()
    message_id = publish(mock)
    client.disconnect()
    assert told(mock, message_id) == [
        (False, "nobody polled since"),
        (True, f"was handed it at {NOW}, and is there no more"),
    ]
    assert recipients(mock._application, message_id)[1].kind == "listener"


def test_those_on_the_messages_own_channel_come_first(mock):
    mock.subscribe("other")
    subscription(mock)
    assert [each.channel for each in recipients(mock._application, publish(mock))] == ["news", "other"]
