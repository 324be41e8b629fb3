"""Why an assertion about a channel does not hold, and what would make it hold."""

from __future__ import annotations

import datetime as dt
from unittest.mock import ANY

import pytest
from mock_support import standing_mock
from plugin_support import call

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def news(mock):
    return mock.channel("news")


def reasons(assertion, *args, **expected):
    """What an assertion that fails says after the list of what was there."""
    with pytest.raises(AssertionError) as failure:
        assertion(*args, **expected)
    lines = str(failure.value).splitlines()[1:]
    return [line for line in lines[1:] if not line.startswith("  ")]


EARLY = {
    "one": (lambda mock: mock.publish("hi", channel="news", publish_at=30 * MINUTE), 1, "minutes=30"),
    "fraction": (
        lambda mock: mock.publish("hi", channel="news", publish_at=dt.timedelta(microseconds=12_345_612)),
        1,
        "seconds=12.346",
    ),
    "repeated": (lambda mock: mock.publish("hi", channel="news", repeat_every=600), 4, "minutes=30"),
    "two messages": (
        lambda mock: [
            mock.publish("hi", channel="news", publish_at=2 * HOUR),
            mock.publish("hi", channel="news", publish_at=HOUR),
        ],
        2,
        "hours=2",
    ),
    "two repetitions": (
        lambda mock: [
            mock.publish("hi", channel="news", publish_at=HOUR, repeat_every=3600),
            mock.publish("hi", channel="news", publish_at=1.5 * HOUR, repeat_every=3600),
        ],
        3,
        "hours=2",
    ),
}


@pytest.mark.parametrize("name", EARLY)
def test_the_call_it_ends_with_makes_the_assertion_hold(mock, news, name):
    publish, times, arguments = EARLY[name]
    publish(mock)
    remedy = reasons(news.assert_delivered, "hi", times=times)[-1].partition("; try: ")[2]
    assert remedy == f"backendless_mock.clock.advance({arguments})"
    eval(remedy, {"backendless_mock": mock})
    assert len(news.assert_delivered("hi", times=times)) == times


def test_that_call_counts_the_time_of_processing():
    with standing_mock(processing_time=5) as mock:
        news = mock.channel("news")
        mock.publish("hi", channel="news", publish_at=MINUTE)
        told = reasons(news.assert_delivered, "hi")
        assert told[-1] == "due in 1 min 5 s; try: backendless_mock.clock.advance(minutes=1, seconds=5)"
        mock.clock.advance(minutes=1, seconds=5)
        news.assert_delivered("hi")


@pytest.mark.parametrize(
    "expected",
    [{"headers": {"city": "Rome"}}, {"at": "2030-01-07 09:00"}, {"times": 3}, {"at": "2030-01-07 08:00"}],
    ids=["headers", "at", "times", "at-in-the-past"],
)
def test_there_is_no_such_call_where_no_time_will_help(mock, news, expected):
    mock.publish("hi", channel="news", publish_at=HOUR, headers={"city": "Oslo"})
    mock.publish("hi", channel="news", publish_at=HOUR, headers={"city": "Oslo"})
    assert "try:" not in "\n".join(reasons(news.assert_delivered, "hi", **expected))


def test_there_is_one_for_the_instant_that_is_expected(mock, news):
    mock.publish("hi", channel="news", publish_at=HOUR, repeat_every=3600)
    assert reasons(news.assert_delivered, "hi", at="2030-01-07 10:30")[-1] == (
        "occurrence 2 is due in 2 h; try: backendless_mock.clock.advance(hours=2)"
    )


@pytest.mark.parametrize("times", [None, 1])
def test_there_is_none_for_what_was_pushed_only_or_cancelled(mock, news, times):
    headers = {"ios-alert-title": "Shop"}
    mock.publish("hi", channel="news", publish_at=HOUR, publish_policy="PUSH", headers=headers)
    mock.cancel(mock.publish("hi", channel="news", publish_at=HOUR).message_id)
    assert reasons(news.assert_delivered, "hi", times=times) == [
        "'hi' was pushed only (publishPolicy PUSH): it reaches no subscriber",
        "'hi' was cancelled at 2030-01-07 08:30:00Z",
    ]


def test_a_repeated_message_that_was_cancelled_says_both(mock, news):
    hourly = mock.publish("hi", channel="news", repeat_every=3600)
    mock.clock.advance(hours=1)
    mock.cancel(hourly.message_id)
    assert reasons(news.assert_delivered, "hi", times=3) == ["'hi' was cancelled at 2030-01-07 09:30:00Z"]
    assert reasons(news.assert_retrieved, "hi") == [
        "'hi' was delivered at 2030-01-07 08:30:00Z; nobody subscribed",
        "'hi' was delivered at 2030-01-07 09:30:00Z; nobody subscribed",
        "'hi' was cancelled at 2030-01-07 09:30:00Z",
    ]


def test_the_right_message_is_found_among_those_cancelled(mock, news):
    mock.cancel(mock.publish("one", channel="news", publish_at=HOUR).message_id)
    mock.clock.advance(minutes=1)
    mock.cancel(mock.publish("two", channel="news", publish_at=HOUR).message_id)
    assert reasons(news.assert_delivered, "two")[-1] == "'two' was cancelled at 2030-01-07 08:31:00Z"


def test_another_channel_is_told_only_where_data_was_expected(mock, news):
    mock.publish("hi", channel="other")
    assert reasons(news.assert_published, "hi") == ["'hi' was published on another channel, 'other'"]
    assert reasons(news.assert_published) == []


def test_a_refusal_is_told_only_of_the_channel_it_concerns(mock, news):
    for channel in ("news", "other"):
        call(f"{mock.url}/messaging/{channel}", "POST", {"message": None})
    assert reasons(news.assert_published) == [
        "refused at 2030-01-07 08:30:00Z: POST …/messaging/news: 8006 Invalid NULL param for request (message is null)"
    ]


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ({"a": ANY, "b": 2}, "$.b is 3, expected 2"),
        ("text", "$ is {'a': 1, 'b': 3}, expected 'text'"),
    ],
    ids=["ANY", "kind"],
)
def test_other_data_is_told_field_by_field(mock, news, expected, told):
    mock.publish({"a": 1, "b": 3}, channel="news")
    assert reasons(news.assert_published, expected) == [f"{{'a': 1, 'b': 3}} has other data: {told}"]


def test_only_the_conditions_that_do_not_hold_are_told(mock, news):
    mock.publish("hi", channel="news", headers={"city": "Oslo"}, publish_at=HOUR, repeat_every=60)
    expected = {"headers": {"city": "Oslo"}, "publish_at": "2030-01-07 09:30", "repeat_every": 30}
    assert reasons(news.assert_published, "hi", **expected) == [
        "'hi' was published, but repeat_every is 60, expected 30"
    ]


def test_of_many_candidates_eight_are_explained(mock, news):
    for number in range(9):
        mock.publish(number, channel="news")
    told = reasons(news.assert_published, "hi")
    assert (len(told), told[-1]) == (9, "… and 1 more")


def test_what_was_retrieved_before_it_was_gone_is_said_to_be_retrieved(mock, news):
    subscription = mock.subscribe("news")
    mock.publish("hi", channel="news")
    subscription.retrieve()
    mock.clock.advance(minutes=5)
    assert reasons(news.assert_retrieved, "hi", times=2) == [
        "'hi' was delivered at 2030-01-07 08:30:00Z, and retrieved once"
    ]


def test_each_delivery_is_told_by_itself(mock, news):
    mock.subscribe("news", selector="city = 'Oslo'")
    mock.publish("hi", channel="news", headers={"city": "Oslo"})
    mock.clock.advance(seconds=30)
    mock.publish("hi", channel="news", headers={"city": "Rome"})
    mock.clock.advance(seconds=30)
    assert reasons(news.assert_retrieved, "hi") == [
        (
            "'hi' was delivered at 2030-01-07 08:30:00Z; retrievable by 1 of 1 subscriptions, "
            "but gone from the window since 2030-01-07 08:31:00Z"
        ),
        (
            "'hi' was delivered at 2030-01-07 08:30:30Z; retrievable by 0 of 1 subscriptions: "
            "city = 'Oslo' is false, city is 'Rome'"
        ),
    ]


def test_a_deleted_channel_has_nobody_who_could_retrieve(mock, news):
    mock.subscribe("news")
    mock.publish("hi", channel="news")
    call(f"{mock.url}/messaging/channels/news", "DELETE")
    assert reasons(news.assert_retrieved, "hi") == ["'hi' was delivered at 2030-01-07 08:30:00Z; nobody subscribed"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Nwes", ["nobody ever named the channel 'Nwes'; did you mean 'news'?"]),
        ("billing", []),
    ],
    ids=["typo", "new"],
)
def test_a_channel_nobody_named_is_told_with_the_nearest(mock, name, told):
    mock.publish("hi", channel="news")
    assert reasons(mock.channel(name).assert_published) == told


def test_looking_back_reads_no_clock_of_its_own(mock, news, time):
    """T15: the views read it, the reasons do not."""
    mock.publish("hi", channel="news", publish_at=HOUR)
    records = news.deliveries
    reads = time.reads
    assert records == ()
    reasons(news.assert_delivered, "hi")
    assert time.reads == reads + 1
