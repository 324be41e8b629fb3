"""The texts a person reads when a test is red."""

from __future__ import annotations

import datetime as dt

import pytest

HOUR = dt.timedelta(hours=1)


def disappointment(mock, channel="default"):
    with pytest.raises(AssertionError) as failure:
        mock.channel(channel).assert_published("missing")
    return str(failure.value).splitlines()


def summary(mock):
    assert mock.timeline is not None, "it catches up, which a report does not"
    lines = mock.report().splitlines()
    return lines[: lines.index("requests: none reached the mock")]


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("hi", "'hi'"),
        ("grüße", "'grüße'"),
        ("red\x1b[31m", r"'red\x1b[31m'"),
        ("two\nlines", r"'two\nlines'"),
        ("\u202eabc", r"'\u202eabc'"),
        ("x" * 98, "'" + "x" * 98 + "'"),
        ("x" * 99, "'" + "x" * 98 + "…"),
        ({"a": [1, None, True]}, "{'a': [1, None, True]}"),
        ({"a": "x" * 200}, "{'a': '" + "x" * 92 + "…"),
        ({"a": "\x1b"}, r"{'a': '\x1b'}"),
    ],
    ids=["text", "letters", "escape", "lines", "direction", "longest", "longer", "object", "long-object", "nested"],
)
def test_a_payload_is_shown_in_a_line_of_bounded_length(mock, data, shown):
    mock.publish(data)
    assert disappointment(mock)[2] == f"  {shown} at 2030-01-07 08:30:00Z"


def test_a_silent_channel_is_said_to_be_silent(mock):
    assert disappointment(mock) == [
        "expected 'missing' to be published at least once on channel 'default'; it was never published",
        "published there: nothing",
    ]


def test_only_the_last_ten_records_are_listed(mock):
    for number in range(13):
        mock.publish(number)
    assert disappointment(mock)[1:] == [
        "published there:",
        "  … 3 more before",
        *(f"  {number} at 2030-01-07 08:30:00Z" for number in range(3, 13)),
        *(f"{number} has other data: $ is {number}, expected 'missing'" for number in range(8)),
        "… and 5 more",
    ]


def test_exactly_ten_are_all_listed(mock):
    for number in range(10):
        mock.publish(number)
    assert disappointment(mock)[2] == "  0 at 2030-01-07 08:30:00Z"


def test_what_is_scheduled_elsewhere_is_not_told(mock):
    mock.publish("elsewhere", channel="news", publish_at=HOUR)
    assert len(disappointment(mock)) == 2


@pytest.mark.parametrize(
    ("delay", "told"),
    [
        (
            dt.timedelta(seconds=1, milliseconds=500),
            "due in 1.5 s; try: backendless_mock.clock.advance(seconds=1.5)",
        ),
        (
            dt.timedelta(minutes=90),
            "due in 1 h 30 min; try: backendless_mock.clock.advance(hours=1, minutes=30)",
        ),
        (
            dt.timedelta(days=2, seconds=3),
            "due in 2 d 3 s; try: backendless_mock.clock.advance(days=2, seconds=3)",
        ),
    ],
    ids=["seconds", "hours", "days"],
)
def test_what_is_to_come_is_told_with_how_long_that_is(mock, delay, told):
    mock.publish("hi", publish_at=delay)
    with pytest.raises(AssertionError) as failure:
        mock.channel("default").assert_delivered("hi")
    assert str(failure.value).splitlines()[-1] == told


def test_what_happened_is_told_in_order_with_its_own_instants(mock, time):
    message_id = mock.publish("later", publish_at=HOUR).message_id
    mock.publish("gone", publish_at=HOUR)
    mock.cancel(message_id)
    time.instant += 7_200_000_000
    assert summary(mock) == [
        "timeline:",
        "  08:30:00  accepted     'later' on 'default', for 09:30:00",
        "  08:30:00  accepted     'gone' on 'default', for 09:30:00",
        "  08:30:00  cancelled    'later' on 'default'",
        "  09:30:00  delivered    'gone' on 'default'",
        "  10:30:00  -- now --",
    ]
