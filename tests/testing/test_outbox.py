"""The outbox: what phones and mailboxes got, how it is filtered, and assertions on it."""

from __future__ import annotations

import datetime as dt

import pytest
from dirty_equals import IsStr
from mock_support import standing_mock
from plugin_support import call

from pytest_backendless_mock.types import Email, Outbox, Push

NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
TITLES = {"ios-alert-title": "News for iOS", "android-content-title": "News for Android"}


@pytest.fixture
def mock():
    with standing_mock() as mock:
        yield mock


@pytest.fixture
def phones(mock):
    mock.register_device("d1", os="IOS", channels=["news"])
    mock.register_device("d2", os="ANDROID", channels=["news"])
    return mock


def send_email(mock, **more):
    body = {"subject": "welcome", "bodyparts": {"textmessage": "hello"}, "to": ["ann@example.com"], **more}
    status, answer = call(f"{mock.url}/messaging/email", "POST", body)
    assert status == 200
    return answer["messageId"]


def test_a_push_record_says_what_the_device_showed(phones):
    headers = {**TITLES, "ios-badge": 3, "ios-sound": "ping", "ios-alert-subtitle": "sub"}
    message_id = phones.publish("hi", "news", headers=headers, publish_policy="PUSH").message_id
    stored = {**headers, "ios-badge": "3"}
    assert phones.outbox == (
        Push(
            message_id=message_id,
            at=NOW,
            device="d1",
            os="IOS",
            channel="news",
            data="hi",
            title="News for iOS",
            subtitle="sub",
            body="hi",
            badge="3",
            sound="ping",
            headers=stored,
        ),
        Push(
            message_id=message_id,
            at=NOW,
            device="d2",
            os="ANDROID",
            channel="news",
            data="hi",
            title="News for Android",
            subtitle=None,
            body=None,
            badge=None,
            sound=None,
            headers=stored,
        ),
    )


def test_an_email_lands_there_as_a_record_of_its_own(mock):
    message_id = send_email(mock, attachment=["/a.txt"])
    assert mock.outbox == (
        Email(
            message_id=message_id,
            at=NOW,
            data="welcome",
            text="hello",
            html=None,
            to=("ann@example.com",),
            cc=(),
            bcc=(),
            attachments=("/a.txt",),
            template=None,
            values={},
            criteria=None,
            unique=False,
            headers={},
        ),
    )


def test_each_occurrence_is_an_entry_at_its_instant_with_an_id_of_its_own(phones):
    end = dt.timedelta(minutes=2)
    sent = phones.publish(
        "tick",
        "news",
        headers=TITLES,
        publish_policy="PUSH",
        push_broadcast="IOS",
        repeat_every=60,
        repeat_expires_at=end,
    )
    phones.clock.advance(hours=1)
    assert [(push.message_id, push.at) for push in phones.outbox] == [
        (f"{sent.message_id}-1", NOW),
        (f"{sent.message_id}-2", NOW + dt.timedelta(minutes=1)),
    ]


def test_a_refused_push_is_not_in_the_outbox(mock):
    mock.register_device("bad", refuses="Unregistered")
    mock.publish("hi", headers=TITLES, publish_policy="PUSH")
    mock.outbox.assert_nothing_sent()


def test_looking_catches_up_with_the_clock(phones):
    phones.publish("hi", "news", headers=TITLES, publish_at=dt.timedelta(minutes=5))
    before = phones.outbox
    phones.clock.advance(minutes=5)
    assert before == ()
    assert phones.outbox.data == ["hi", "hi"]


def test_changing_a_record_s_headers_changes_nothing_else(phones):
    phones.publish("hi", "news", headers=TITLES)
    phones.outbox[0].headers["x"] = "1"
    assert phones.outbox[0].headers == TITLES


@pytest.fixture
def full(phones):
    """Two pushes of "one", one of "two" to d1 alone, and an e-mail."""
    phones.publish("one", "news", headers=TITLES)
    phones.publish("two", "news", headers={**TITLES, "city": "Oslo"}, push_singlecast=["d1"])
    send_email(phones, to=["ann@example.com", "bob@example.com"])
    return phones


FILTERS = [
    ({}, ["one", "one", "two", "welcome"]),
    ({"device": "d1"}, ["one", "two"]),
    ({"device": "d1", "os": "IOS"}, ["one", "two"]),
    ({"device": "d1", "os": "ANDROID"}, []),
    ({"os": "ANDROID"}, ["one"]),
    ({"os": "ios"}, []),
    ({"channel": "news", "data": "two"}, ["two"]),
    ({"title": "News for iOS"}, ["one", "two"]),
    ({"body": None}, ["one"]),
    ({"to": "bob@example.com"}, ["welcome"]),
    ({"to": ("ann@example.com", "bob@example.com")}, ["welcome"]),
    ({"to": "eve@example.com"}, []),
    ({"template": None}, ["welcome"]),
    ({"at": NOW}, ["one", "one", "two", "welcome"]),
    ({"headers": {**TITLES, "city": "Oslo"}}, ["two"]),
    ({"data": IsStr(regex="t.*")}, ["two"]),
]


@pytest.mark.parametrize(("fields", "data"), FILTERS, ids=[repr(row[0])[:50] for row in FILTERS])
def test_a_filter_keeps_the_records_whose_fields_are_equal(full, fields, data):
    found = full.outbox.filter(**fields)
    assert isinstance(found, Outbox)
    assert found.data == data


def test_filters_can_follow_one_another(full):
    full.outbox.filter(device="d1").filter(data="two").assert_sent("two", times=1)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("platform", "they have at, attachments, "),
        ("Device", "did you mean 'device'"),
        ("device_id", "did you mean 'device'"),
    ],
)
def test_a_field_that_no_record_has_is_an_error(full, name, remedy):
    with pytest.raises(TypeError, match=f"no record of the outbox has '{name}'; {remedy}"):
        full.outbox.filter(**{name: "x"})


def test_a_view_without_an_application_says_what_it_has():
    with pytest.raises(AssertionError) as failure:
        Outbox().assert_sent("hi")
    assert str(failure.value) == "expected 'hi' to be sent at least once; it was never sent\nsent: nothing"


EXPECTED = [
    ({}, ["one", "one", "two", "welcome"]),
    ({"data": "one"}, ["one", "one"]),
    ({"data": "one", "times": 2}, ["one", "one"]),
    ({"data": "two", "headers": {"city": "Oslo"}}, ["two"]),
    ({"headers": {"city": "Oslo"}, "times": 1}, ["two"]),
    ({"data": "welcome", "times": 1}, ["welcome"]),
    ({"data": lambda data: "o" in data}, ["one", "one", "two", "welcome"]),
    ({"data": "three", "times": 0}, []),
]
EXPECTED_IDS = ["anything", "data", "twice", "data-and-headers", "headers", "email", "callable", "never"]


@pytest.mark.parametrize(("wanted", "data"), EXPECTED, ids=EXPECTED_IDS)
def test_assert_sent_returns_what_matched(full, wanted, data):
    found = full.outbox.assert_sent(**wanted)
    assert isinstance(found, Outbox)
    assert found.data == data


@pytest.mark.parametrize(
    "wanted",
    [
        {"data": "three"},
        {"data": "one", "times": 1},
        {"data": "one", "times": 0},
        {"data": "one", "headers": {"city": "Oslo"}},
        {"data": "welcome", "headers": {"city": "Oslo"}},
    ],
    ids=repr,
)
def test_assert_sent_fails_for_what_was_not_sent_like_that(full, wanted):
    with pytest.raises(AssertionError, match="to be sent"):
        full.outbox.assert_sent(**wanted)


def test_pushes_and_emails_can_be_looked_at_alone(mock):
    mock.register_device("d1")
    mock.publish("hi", headers=TITLES)
    body = {"subject": "welcome", "bodyparts": {"textmessage": "hello"}, "to": ["ann@example.com"]}
    call(f"{mock.url}/messaging/email", "POST", body)
    assert (mock.outbox.pushes.data, mock.outbox.emails.data) == (["hi"], ["welcome"])
    assert mock.outbox.pushes.filter(device="d1") == mock.outbox.pushes


def test_a_failed_assertion_says_what_was_sent_to_whom(full):
    with pytest.raises(AssertionError) as failure:
        full.outbox.assert_sent("three", headers={"city": "Oslo"})
    assert str(failure.value) == (
        "expected 'three' with headers {'city': 'Oslo'} to be sent at least once; it was never sent\n"
        "sent:\n"
        "  'one' to device 'd1' at 2030-01-07 08:30:00Z\n"
        "  'one' to device 'd2' at 2030-01-07 08:30:00Z\n"
        "  'two' to device 'd1' at 2030-01-07 08:30:00Z\n"
        "  'welcome' to ann@example.com, bob@example.com at 2030-01-07 08:30:00Z\n"
        "'one' has other data: $ is 'one', expected 'three'\n"
        "'two' has other data: $ is 'two', expected 'three'\n"
        "'welcome' to ann@example.com, bob@example.com has other data: $ is 'welcome', expected 'three'"
    )


def test_a_failed_assertion_about_an_empty_outbox_says_so(mock):
    with pytest.raises(AssertionError) as failure:
        mock.outbox.assert_sent("hi", times=2)
    assert str(failure.value) == "expected 'hi' to be sent 2 times; it was never sent\nsent: nothing"


def test_nothing_sent_fails_when_something_was(phones):
    phones.outbox.assert_nothing_sent()
    phones.publish("hi", "news", headers=TITLES, push_broadcast="IOS")
    with pytest.raises(AssertionError) as failure:
        phones.outbox.assert_nothing_sent()
    assert str(failure.value) == (
        "expected anything never to be sent; it was sent once\n"
        "sent:\n"
        "  'hi' to device 'd1' at 2030-01-07 08:30:00Z\n"
        "'hi' is a push: it has a pushBroadcast"
    )


def test_a_device_with_an_empty_id_is_told_like_any_other(mock):
    mock.register_device("")
    mock.publish("hi", headers=TITLES)
    with pytest.raises(AssertionError, match="'hi' to device '' at 2030"):
        mock.outbox.assert_nothing_sent()


@pytest.mark.parametrize("times", [-1, 1.0, True, "1"], ids=repr)
def test_times_is_a_number(mock, times):
    with pytest.raises(ValueError, match="times is a number from 0 on"):
        mock.outbox.assert_sent("hi", times=times)


def test_what_waited_in_vain_tells_of_emails_too(mock):
    send_email(mock)
    with pytest.raises(AssertionError, match=r"\nsent:\n  'welcome' to .* at 2030-01-07 08:30:00Z"):
        mock.wait_until(lambda: len(mock.outbox) > 1, timeout=0)


def test_what_waited_in_vain_tells_of_pushes_too(mock):
    mock.register_device("good")
    mock.register_device("bad", refuses="Unregistered")
    mock.publish("hi", headers=TITLES, publish_policy="PUSH")
    with pytest.raises(AssertionError) as failure:
        mock.wait_until(lambda: len(mock.outbox) == 2, timeout=0)
    assert str(failure.value).splitlines() == [
        "waited 0 s in vain for `lambda: len(mock.outbox) == 2`",
        "sent:",
        "  'hi' to device 'good' at 2030-01-07 08:30:00Z",
        "device 'bad' refused 'hi' at 2030-01-07 08:30:00Z: Unregistered",
    ]
