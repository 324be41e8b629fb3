"""What happened, now, and what is still to come: one picture."""

from __future__ import annotations

import datetime as dt

import pytest
from mock_support import standing_mock
from plugin_support import call
from presence_support import client_of_mock

from pytest_backendless_mock.diagnosis.timeline import TELLERS
from pytest_backendless_mock.runtime.event import KINDS

HOUR = dt.timedelta(hours=1)
TITLE = {"android-content-title": "Shop", "ios-alert-title": "Shop"}


def past(mock):
    """The lines before now."""
    lines = list(mock.timeline)
    return lines[: next(place for place, line in enumerate(lines) if line.endswith("-- now --"))]


def rest(mock):
    """The line of now, and what is to come."""
    return list(mock.timeline)[len(past(mock)) :]


def test_past_now_and_future_stand_in_one_picture(mock):
    subscription = mock.subscribe("news")
    mock.publish("tick", channel="news", repeat_every=1800, repeat_expires_at=2 * HOUR)
    mock.publish("lunch", channel="news", publish_at=4 * HOUR)
    subscription.retrieve()
    mock.clock.advance(minutes=40)
    mock.cancel(mock.publish("dinner", channel="news", publish_at=HOUR).message_id)
    assert str(mock.timeline).splitlines() == [
        "08:30:00  accepted     'tick' on 'news', every 30 min until 10:30:00",
        "08:30:00  delivered    'tick' on 'news' #1",
        "08:30:00  accepted     'lunch' on 'news', for 12:30:00",
        f"08:30:00  retrieved    'tick' on 'news' #1 by {subscription.id}",
        "09:00:00  delivered    'tick' on 'news' #2",
        "09:10:00  accepted     'dinner' on 'news', for 10:10:00",
        "09:10:00  cancelled    'dinner' on 'news'",
        "09:10:00  -- now --",
        "09:30:00  scheduled    'tick' on 'news' #3, due in 20 min",
        "12:30:00  scheduled    'lunch' on 'news', due in 3 h 20 min",
    ]


def test_what_is_to_come_stands_in_the_order_in_which_it_comes(mock):
    mock.publish("dinner", channel="news", publish_at=4 * HOUR)
    mock.publish("lunch", channel="news", publish_at=2 * HOUR)
    mock.publish("dessert", channel="news", publish_at=4 * HOUR)
    mock.publish("tea", channel="news", publish_at=3 * HOUR)
    assert rest(mock)[1:] == [
        "10:30:00  scheduled    'lunch' on 'news', due in 2 h",
        "11:30:00  scheduled    'tea' on 'news', due in 3 h",
        "12:30:00  scheduled    'dinner' on 'news', due in 4 h",
        "12:30:00  scheduled    'dessert' on 'news', due in 4 h",
    ]
    assert mock.scheduled.data == ["lunch", "tea", "dinner", "dessert"]
    assert mock.channel("news").scheduled.data == ["lunch", "tea", "dinner", "dessert"]


PUBLISHED = [
    ({}, "'hi' on 'default'"),
    ({"publish_at": HOUR}, "'hi' on 'default', for 09:30:00"),
    ({"publish_at": 24 * HOUR}, "'hi' on 'default', for 2030-01-08 08:30:00"),
    ({"repeat_every": 60}, "'hi' on 'default', every 1 min"),
    ({"publish_at": HOUR, "repeat_every": 60}, "'hi' on 'default', for 09:30:00 every 1 min"),
    (
        {"publish_at": HOUR, "repeat_every": 60, "repeat_expires_at": 2 * HOUR},
        "'hi' on 'default', for 09:30:00 every 1 min until 10:30:00",
    ),
    ({"repeat_expires_at": HOUR}, "'hi' on 'default'"),
]


@pytest.mark.parametrize(
    ("plan", "told"), PUBLISHED, ids=["now", "later", "tomorrow", "every", "later-every", "until", "no-repetition"]
)
def test_what_was_accepted_is_told_with_its_plan(mock, plan, told):
    mock.publish("hi", **plan)
    assert past(mock)[0].removeprefix("2030-01-07 ") == f"08:30:00  accepted     {told}"


def test_another_day_is_told(mock):
    mock.publish("hi", publish_at=24 * HOUR)
    mock.clock.advance(days=1)
    assert list(mock.timeline) == [
        "2030-01-07 08:30:00  accepted     'hi' on 'default', for 2030-01-08 08:30:00",
        "2030-01-08 08:30:00  delivered    'hi' on 'default'",
        "           08:30:00  -- now --",
    ]


def test_pushes_are_told_with_their_devices_and_what_these_refused(mock):
    mock.register_device("good", os="IOS")
    mock.register_device("bad", refuses="Unregistered")
    mock.publish("sale", headers=TITLE, publish_policy="PUSH")
    assert past(mock)[1:] == [
        "08:30:00  pushed       'sale' to device 'good' (IOS)",
        "08:30:00  push_failed  'sale' to device 'bad' (ANDROID), which refused: Unregistered",
    ]


def test_a_push_without_a_device_is_told_with_the_reason(mock):
    mock.publish("sale", headers=TITLE, publish_policy="PUSH")
    mock.register_device("d1")
    mock.publish("sale", headers=TITLE, publish_policy="PUSH", push_broadcast="IOS")
    assert [line for line in past(mock) if "accepted" not in line] == [
        "08:30:00  not_pushed   'sale' on 'default': no device is registered",
        "08:30:00  not_pushed   'sale' on 'default': no device matched",
    ]


@pytest.mark.parametrize(
    ("recipients", "told"),
    [
        ({"to": ["ann@example.com"]}, "ann@example.com"),
        ({"to": ["ann@example.com", "bob@example.com"]}, "ann@example.com, bob@example.com"),
    ],
    ids=["one", "two"],
)
def test_e_mails_are_told_with_their_recipients(mock, recipients, told):
    email = {"subject": "sale", "bodyparts": {"textmessage": "hi"}, **recipients}
    assert call(f"{mock.url}/messaging/email", "POST", email)[0] == 200
    assert past(mock) == [f"08:30:00  emailed      'sale' to {told}"]


def test_an_e_mail_to_whoever_a_condition_finds_tells_the_condition(mock):
    mock.add_email_template("welcome")
    email = {"template-name": "welcome", "criteria": "age > 18"}
    assert call(f"{mock.url}/emailtemplate/send", "POST", email)[0] == 200
    assert past(mock) == ["08:30:00  emailed      the template 'welcome' to age > 18"]


def test_refusals_are_told_with_code_and_reason(mock):
    call(f"{mock.url}/messaging/news", "POST", {"message": None})
    call(f"{mock.url}/messaging/news", "POST", {"message": 1, "publishAt": 1})
    assert past(mock) == [
        "08:30:00  refused      POST …/messaging/news: 8006 Invalid NULL param for request (message is null)",
        ("08:30:00  refused      POST …/messaging/news: 5030 Invalid publish date (publishAt is 60 years before now)"),
    ]


def test_clients_in_real_time_are_told_as_they_come_hear_and_go(mock):
    ann = client_of_mock(mock, "connection:1", user_id="ann").join().listen(selector="city = 'Oslo'")
    client_of_mock(mock, "connection:2").join().listen(listener_id="listener:2")
    mock.publish("cold", channel="news", headers={"city": "Oslo"})
    ann.disconnect()
    assert past(mock) == [
        "08:30:00  joined       'news' by user ann",
        "08:30:00  listening    'news' to \"city = 'Oslo'\" by user ann",
        "08:30:00  joined       'news' by client connection:2",
        "08:30:00  listening    'news' by client connection:2",
        "08:30:00  accepted     'cold' on 'news'",
        "08:30:00  delivered    'cold' on 'news'",
        "08:30:00  retrieved    'cold' on 'news' by listener listener:1",
        "08:30:00  retrieved    'cold' on 'news' by listener listener:2",
        "08:30:00  left         'news' by user ann",
    ]


def test_every_kind_of_event_is_told():
    assert TELLERS.keys() == KINDS.keys()


def test_it_catches_up_and_is_a_snapshot(mock, time):
    mock.publish("hi", publish_at=HOUR)
    before = mock.timeline
    time.instant += 7_200_000_000
    assert past(mock)[1:] == ["09:30:00  delivered    'hi' on 'default'"]
    assert rest(mock) == ["10:30:00  -- now --"]
    assert len(list(before)) == 3


def test_its_repr_counts(mock):
    mock.publish("hi", publish_at=HOUR)
    assert repr(mock.timeline) == "<Timeline 1 events, 1 to come>"


NOTHING_CAME = [
    "requests: none reached the mock",
    (
        "  does the code under test use backendless_mock.url? "
        "backendless_mock.intercept() redirects a hard-coded address here"
    ),
]


def test_nobody_who_reports_reads_the_clock(time):
    """T15."""
    mock = standing_mock(time)
    reads = time.reads
    assert mock.report().splitlines() == ["timeline:", "  -- now --", *NOTHING_CAME]
    assert time.reads == reads


class TestTheReport:
    def test_tells_the_requests_with_their_answers(self, mock):
        call(f"{mock.url}/messaging/news", "POST", {"message": "hi"})
        call(f"{mock.url}/messaging/news", "POST", {"message": None})
        call(f"{mock.url}/messaging/message:1")
        assert mock.report().splitlines() == [
            "timeline:",
            "  08:30:00  accepted     'hi' on 'news'",
            "  08:30:00  delivered    'hi' on 'news'",
            "  08:30:00  refused      POST …/messaging/news: 8006 Invalid NULL param for request (message is null)",
            "  08:30:00  -- now --",
            "requests:",
            "  08:30:00  POST …/messaging/news {'message': 'hi'} -> 200",
            "  08:30:00  POST …/messaging/news {'message': None} -> 400 8006",
            "  08:30:00  GET …/messaging/message:1 -> 200",
        ]

    def test_tells_the_requests_of_a_test_without_events_on_the_same_day(self, mock):
        call(f"{mock.url}/messaging/message:1")
        assert mock.report().splitlines() == [
            "timeline:",
            "  08:30:00  -- now --",
            "requests:",
            "  08:30:00  GET …/messaging/message:1 -> 200",
        ]

    def test_says_how_many_requests_are_kept_no_longer(self, mock):
        mock._tenant.journal._count = 10_000
        for _ in range(2):
            call(f"{mock.url}/messaging/message:1")
        assert mock.report().splitlines()[2:4] == ["requests:", "  … 10000 requests are kept no longer"]

    def test_has_a_paragraph_for_each_application(self, mock):
        mock.publish("one")
        mock.new_app().publish("two")
        assert [part.splitlines() for part in mock.report().split("\n\n")] == [
            [
                "timeline:",
                f"  08:30:00  accepted     {data!r} on 'default'",
                f"  08:30:00  delivered    {data!r} on 'default'",
                "  08:30:00  -- now --",
                *nothing_came,
            ]
            for data, nothing_came in (("one", NOTHING_CAME), ("two", []))
        ]

    @pytest.mark.parametrize(("events", "to_come"), [(0, 200), (200, 0), (200, 200), (3, 57), (100, 40)])
    def test_has_sixty_lines_at_most_with_now_among_them(self, mock, events, to_come):
        for number in range(events):
            call(f"{mock.url}/messaging/news", "POST", {"message": number})
        for number in range(to_come):
            mock.publish(number, publish_at=HOUR)
        lines = mock.report().splitlines()
        assert len(lines) <= 60
        assert "  08:30:00  -- now --" in lines
        left_out = [int(line.split()[1]) for line in lines if line.startswith("  … ")]
        headings = 2 if events else 1 + len(NOTHING_CAME)
        everything = headings + 3 * events + 2 * to_come + 1
        assert len(lines) - len(left_out) + sum(left_out) == everything

    def test_keeps_the_newest(self, mock):
        for number in range(100):
            mock.publish(number, channel="news")
        lines = mock.report().splitlines()
        assert lines[1] == "  … 146 left out"
        assert lines[-4:] == ["  08:30:00  delivered    99 on 'news'", "  08:30:00  -- now --", *NOTHING_CAME]
