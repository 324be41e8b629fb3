"""The Python side of pushes: devices, templates, options of publish, listeners, and the verdict."""

from __future__ import annotations

import datetime as dt
import warnings

import pytest
from mock_support import standing_mock
from plugin_support import call

from pytest_backendless_mock import BackendlessMockWarning, MessagingError
from pytest_backendless_mock.types import Device, MessageStatus

NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
MINUTE = dt.timedelta(minutes=1)
TITLES = {"ios-alert-title": "News", "android-content-title": "News"}


@pytest.fixture
def mock():
    with standing_mock() as mock:
        yield mock


def refused(code):
    return pytest.raises(MessagingError, match=rf"^{code} ")


# --- devices


def test_a_registered_device_is_returned_and_listed(mock):
    device = mock.register_device(
        "d1", os="ios", token="t", os_version="17", channels=["news"], expires_at=MINUTE, refuses="Unregistered"
    )
    assert device == Device(
        device_id="d1",
        os="IOS",
        token="t",
        os_version="17",
        channels=("news",),
        expires_at=NOW + MINUTE,
        refuses="Unregistered",
    )
    assert mock.devices == (device,)


def test_a_device_needs_no_more_than_an_id(mock):
    assert mock.register_device("d1") == Device(
        device_id="d1",
        os="ANDROID",
        token="token of d1",
        os_version="",
        channels=("default",),
        expires_at=None,
        refuses=None,
    )


@pytest.mark.parametrize(
    "expires_at",
    [MINUTE, NOW + MINUTE, "2030-01-07 08:31", "2030-01-07T09:31:00+01:00"],
    ids=["timedelta", "datetime", "text", "offset"],
)
def test_p7_an_expiration_is_said_like_any_date(mock, expires_at):
    assert mock.register_device("d1", expires_at=expires_at).expires_at == NOW + MINUTE
    mock.clock.advance(seconds=59.999999)
    assert len(mock.devices) == 1
    mock.clock.advance(seconds=0.000001)
    assert mock.devices == ()


@pytest.mark.parametrize("expires_at", [-MINUTE, NOW, "2029-01-01"], ids=["timedelta", "datetime", "text"])
def test_p7_an_expiration_in_the_past_is_refused(mock, expires_at):
    with refused(5004):
        mock.register_device("d1", expires_at=expires_at)
    assert mock.devices == ()


@pytest.mark.parametrize(
    ("options", "code"),
    [({"os": "PALM"}, 5005), ({"channels": ["a/b"]}, 5044), ({"channels": [1]}, 5005), ({"os_version": 17}, 5005)],
    ids=["os", "channel", "channels", "version"],
)
def test_a_bad_device_is_refused_as_over_http(mock, options, code):
    with refused(code):
        mock.register_device("d1", **options)


def test_p6_registering_again_adds_channels(mock):
    mock.register_device("d1", channels=["news"])
    assert mock.register_device("d1", channels=["sport"]).channels == ("news", "sport")
    assert len(mock.devices) == 1


def test_a_device_that_was_made_to_refuse_accepts_when_the_test_registers_it_anew(mock):
    mock.register_device("d1", refuses="Unregistered")
    assert mock.register_device("d1").refuses is None


def test_an_app_that_registers_again_does_not_undo_what_the_test_made_its_device_do(mock):
    mock.register_device("d1", refuses="Unregistered")
    body = {"deviceId": "d1", "deviceToken": "t", "os": "IOS"}
    assert call(f"{mock.url}/messaging/registrations", "POST", body)[0] == 200
    assert mock.devices[0].refuses == "Unregistered"
    assert mock.devices[0].os == "IOS"


def test_what_an_app_registers_over_http_is_listed(mock):
    body = {"deviceId": "d1", "deviceToken": "t", "os": "IOS", "expiration": 1894005060}
    assert call(f"{mock.url}/messaging/registrations", "POST", body)[0] == 200
    assert [(device.device_id, device.expires_at) for device in mock.devices] == [("d1", NOW + MINUTE)]
    assert call(f"{mock.url}/messaging/registrations/d1", "DELETE") == (200, {"result": True})
    assert mock.devices == ()


# --- publish


@pytest.mark.parametrize(
    ("policy", "devices", "retrieved"),
    [("PUSH", ["d1"], []), ("PUBSUB", [], ["hi"]), ("BOTH", ["d1"], ["hi"]), (None, ["d1"], ["hi"])],
)
def test_p1_push_reaches_no_subscriber_pubsub_no_device_both_both(mock, policy, devices, retrieved):
    mock.register_device("d1")
    subscription = mock.subscribe()
    mock.publish("hi", headers=TITLES, publish_policy=policy)
    assert [push.device for push in mock.outbox] == devices
    assert subscription.retrieve().data == retrieved


TARGETS = [
    ({"push_broadcast": "IOS"}, ["i"]),
    ({"push_broadcast": 2}, ["a"]),
    ({"push_broadcast": "FOR_ALL"}, ["i", "a"]),
    ({"push_singlecast": ["a", "other"]}, ["a", "other"]),
    ({"push_singlecast": ("other",)}, ["other"]),
    ({"segment_query": "deviceId = 'a'"}, ["a"]),
]


@pytest.mark.parametrize(("options", "expected"), TARGETS, ids=[repr(row[0]) for row in TARGETS])
def test_p2_publish_takes_the_targets_as_keywords(mock, options, expected):
    mock.register_device("i", os="IOS", channels=["news"])
    mock.register_device("a", channels=["news"])
    mock.register_device("other")
    mock.publish("hi", "news", headers=TITLES, **options)
    assert [push.device for push in mock.outbox] == expected


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"publish_policy": "EVERYBODY"}, 8008),
        ({"push_broadcast": 16}, 8008),
        ({"push_broadcast": True}, 8008),
        ({"push_singlecast": [1]}, 8008),
        ({"segment_query": "os ="}, 19000),
        ({"publish_at": "2029-01-01"}, 5030),
        ({"repeat_expires_at": -MINUTE}, 5003),
    ],
    ids=["policy", "mask", "true", "names", "segment", "date", "end"],
)
def test_what_the_service_refuses_raises(mock, options, code):
    with refused(code):
        mock.publish("hi", headers=TITLES, **options)
    assert mock.messages == ()


def test_p5_a_push_of_an_object_raises(mock):
    with refused(5041):
        mock.publish({"a": 1}, headers=TITLES)


def test_a_push_s_status_has_its_sends(mock):
    mock.register_device("good")
    mock.register_device("bad", refuses="Unregistered")
    sent = mock.publish("hi", headers=TITLES, publish_policy="PUSH")
    assert (sent.status, sent.error_message, sent.sends) == ("scheduled", None, None)
    status = mock.status(sent.message_id)
    assert (status.status, status.error_message) == ("published", "Unregistered (bad)")
    assert (status.sends.successful, status.sends.failed) == (1, 1)


def test_a_message_that_is_no_push_has_no_sends(mock):
    sent = mock.publish("hi")
    assert mock.status(sent.message_id) == MessageStatus("published", sent.message_id, None, None)


def test_p10_a_push_that_every_device_refused_failed(mock):
    mock.register_device("bad", refuses="Unregistered")
    sent = mock.publish("hi", headers=TITLES, publish_policy="PUSH")
    assert mock.status(sent.message_id).status == "failed"
    assert mock.messages[0].status == "failed"


def test_a_cancelled_push_keeps_its_sends(mock):
    mock.register_device("d1")
    sent = mock.publish("hi", headers=TITLES, publish_policy="PUSH", repeat_every=60)
    cancelled = mock.cancel(sent.message_id)
    assert (cancelled.status, cancelled.sends) == ("cancelled", (1, 0))
    mock.clock.advance(hours=1)
    mock.outbox.assert_sent("hi", times=1)


def test_a_push_only_message_makes_no_delivery(mock):
    mock.register_device("d1")
    mock.publish("hi", headers=TITLES, publish_policy="PUSH", publish_at=MINUTE)
    assert mock.scheduled.data == ["hi"]
    assert mock.clock.advance(minutes=1) == ()
    assert (mock.deliveries, mock.scheduled) == ((), ())
    mock.outbox.assert_sent("hi", times=1)


# --- templates


def test_a_template_is_filled_in_and_pushed(mock):
    mock.register_device("d1", os="IOS", channels=["news"])
    mock.register_device("d2", os="IOS", channels=["news"])
    mock.register_device("d3", channels=["news"])
    mock.add_template(
        "welcome",
        message="hello {name}",
        headers={"ios-alert-title": "for {name}", "ios-badge": 3},
        platforms=["ios"],
        channel="news",
        segment="deviceId = '{device}'",
    )
    sent = mock.push_template("welcome", {"name": "Ann", "device": "d2"})
    [push] = mock.outbox
    assert (push.message_id, push.device, push.channel) == (sent.message_id, "d2", "news")
    assert (push.title, push.body, push.badge) == ("for Ann", "hello Ann", "3")
    assert mock.status(sent.message_id).sends == (1, 0)
    mock.verify()


def test_p11_a_template_push_takes_dates(mock):
    mock.add_template("tick", message="tick", headers=TITLES, channel="Default")
    mock.push_template("tick", publish_at=MINUTE, repeat_every=MINUTE, repeat_expires_at=3 * MINUTE)
    mock.register_device("d1")
    mock.clock.advance(hours=1)
    assert [push.at for push in mock.outbox] == [NOW + MINUTE, NOW + 2 * MINUTE]


def test_p8_an_unknown_template_raises(mock):
    with refused(24002):
        mock.push_template("welcome")


def test_a_template_can_be_replaced(mock):
    mock.register_device("d1")
    mock.add_template("t", message="old")
    mock.add_template("t", message="new")
    mock.push_template("t")
    assert mock.outbox.data == ["new"]


@pytest.mark.parametrize("platforms", [["PALM"], ["IOS", "PALM"], ["7"], ["NONE"], ["FOR_IOS"], ["ALL"], [""]])
def test_a_template_is_for_platforms_there_are(mock, platforms):
    with pytest.raises(ValueError, match=r"none of|IOS, ANDROID, WP, OSX"):
        mock.add_template("t", message="hi", platforms=platforms)


def test_a_template_needs_a_channel_name(mock):
    with refused(5044):
        mock.add_template("t", message="hi", channel="a/b")


def test_an_unresolved_placeholder_fails_the_test_with_its_name(mock):
    mock.add_template("welcome", message="hello {name}")
    mock.push_template("welcome")
    with pytest.raises(AssertionError) as failure:
        mock.verify()
    assert str(failure.value) == "the push template 'welcome' was sent without a value for {name}"
    mock.verify()


def test_an_unresolved_placeholder_stays_in_the_text(mock):
    mock.register_device("d1")
    mock.add_template("welcome", message="hello {name}")
    mock.push_template("welcome", {"nam": "Ann"})
    assert mock.outbox.data == ["hello {name}"]
    with pytest.raises(AssertionError, match=r"\{name\}"):
        mock.verify()


# --- e-mails


def test_w20_an_email_template_has_to_be_made_known(mock):
    body = {"template-name": "welcome", "addresses": ["ann@example.com"], "template-values": {"name": "Ann"}}
    url = f"{mock.url}/emailtemplate/send"
    expected = {"code": 24002, "message": "Email Template with name 'welcome' doesn't exist."}
    assert call(url, "POST", body) == (400, expected)
    mock.add_email_template("welcome")
    assert call(url, "POST", body)[0] == 200
    [email] = mock.outbox
    assert (email.template, email.values, email.to) == ("welcome", {"name": "Ann"}, ("ann@example.com",))
    assert (email.data, email.text, email.html) == (None, None, None)


# --- listeners


def test_listeners_hear_of_pushes_refusals_and_emails(mock):
    heard = []
    for kind in ("pushed", "push_failed"):
        mock.on(kind, lambda push, kind=kind: heard.append((kind, push.device, push.data)))
    mock.on("emailed", lambda email: heard.append(("emailed", *email.to, email.data)))
    mock.register_device("good")
    mock.register_device("bad", refuses="Unregistered")
    mock.publish("hi", headers=TITLES)
    body = {"subject": "welcome", "bodyparts": {"htmlmessage": "<p>"}, "to": ["ann@example.com"]}
    call(f"{mock.url}/messaging/email", "POST", body)
    assert heard == [("pushed", "good", "hi"), ("push_failed", "bad", "hi"), ("emailed", "ann@example.com", "welcome")]


def test_a_listener_hears_of_a_push_that_found_no_device(mock):
    heard = []
    mock.on("not_pushed", heard.append)
    mock.publish("hi", headers=TITLES)
    assert [(message.data, message.channel) for message in heard] == [("hi", "default")]


def test_a_listener_hears_of_a_delayed_push_at_its_instant(mock):
    heard = []
    mock.on("pushed", lambda push: heard.append((push.at, mock.clock.now())))
    mock.register_device("d1")
    mock.publish("hi", headers=TITLES, publish_policy="PUSH", publish_at=MINUTE)
    mock.clock.advance(hours=1)
    assert heard == [(NOW + MINUTE, NOW + MINUTE)]


def test_a_listener_can_be_taken_off(mock):
    heard = []
    mock.register_device("d1")
    mock.on("pushed", heard.append)()
    mock.publish("hi", headers=TITLES)
    assert heard == []


# --- the hint


def test_p9_a_push_without_display_headers_warns(mock):
    mock.publish("hi", publish_policy="PUSH")
    with pytest.warns(BackendlessMockWarning, match=r"a push to channel 'default' has no header that a device shows"):
        mock.verify()


@pytest.mark.parametrize("options", [{"headers": TITLES, "publish_policy": "PUSH"}, {}, {"publish_policy": "PUBSUB"}])
def test_p9_there_is_no_warning_where_there_is_no_need(mock, options):
    mock.publish("hi", **options)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mock.verify()


@pytest.mark.parametrize("message", [object(), float("nan"), {1, 2}], ids=["object", "nan", "set"])
def test_a_message_is_a_json_value(mock, message):
    with pytest.raises(TypeError, match="this is no JSON value"):
        mock.publish(message)
    assert mock.messages == ()
