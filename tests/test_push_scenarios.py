"""The two pages "Push with API" read one to one: the REST page over HTTP, the .NET page as Python calls."""

from __future__ import annotations

import datetime as dt

import pytest
import requests
from mock_support import standing_mock

from pytest_backendless_mock import MessagingError
from pytest_backendless_mock.types import MessageStatus

NOW = 1_894_005_000_000
MINUTE = dt.timedelta(minutes=1)
HEADERS = {"ios-alert-title": "News", "android-content-title": "News"}
YESTERDAY = NOW - 86_400_000


@pytest.fixture
def mock():
    with standing_mock() as mock:
        for name, os, channel in (
            ("iphone", "IOS", "news"),
            ("pixel", "ANDROID", "news"),
            ("lumia", "WP", "news"),
            ("elsewhere", "IOS", "default"),
        ):
            mock.register_device(name, os=os, channels=[channel])
        yield mock


@pytest.fixture
def post(mock):
    with requests.Session() as session:

        def send(path="news", **body):
            answer = session.post(f"{mock.url}/messaging/{path}", json=body, timeout=5)
            return answer.status_code, answer.json()

        yield send


def reached(mock):
    return [push.device for push in mock.outbox]


class TestTheRestPage:
    def test_push_notification_from_a_push_template(self, mock, post):
        mock.add_template("offer", message="hi {name}", headers=HEADERS, channel="news", segment="osVersion = ''")
        status, answer = post("push/offer", templateValues={"name": "Ann"})
        assert (status, answer["status"]) == (200, "scheduled")
        assert mock.outbox.data == ["hi Ann"] * 3

    def test_basic_push_notification(self, mock, post):
        status, answer = post(message="hi", headers=HEADERS, publishPolicy="PUSH")
        assert (status, answer["status"], answer["errorMessage"]) == (200, "scheduled", None)
        assert reached(mock) == ["iphone", "pixel", "lumia"]

    @pytest.mark.parametrize(
        ("mask", "devices"),
        [
            (1, ["iphone"]),
            (2, ["pixel"]),
            (3, ["iphone", "pixel"]),
            (4, ["lumia"]),
            (7, ["iphone", "pixel", "lumia"]),
            ("IOS | ANDROID", ["iphone", "pixel"]),
            ("ALL", ["iphone", "pixel", "lumia"]),
        ],
    )
    def test_push_notification_to_devices_grouped_by_the_os(self, mock, post, mask, devices):
        post(message="hi", headers=HEADERS, publishPolicy="PUSH", pushBroadcast=mask)
        assert reached(mock) == devices

    def test_push_notification_to_specific_devices(self, mock, post):
        post(message="hi", headers=HEADERS, publishPolicy="PUSH", pushSinglecast=["pixel", "elsewhere"])
        assert reached(mock) == ["pixel", "elsewhere"]

    @pytest.mark.parametrize(
        ("scenario", "devices"),
        [
            ({}, ["iphone", "pixel", "lumia"]),
            ({"pushBroadcast": 1}, ["iphone"]),
            ({"pushSinglecast": ["lumia"]}, ["lumia"]),
        ],
        ids=["basic", "by-os", "specific"],
    )
    def test_delayed_publishing_for_every_scenario(self, mock, post, scenario, devices):
        post(message="hi", headers=HEADERS, publishPolicy="PUSH", publishAt=NOW + 60_000, **scenario)
        mock.outbox.assert_nothing_sent()
        mock.clock.advance(minutes=1)
        assert reached(mock) == devices

    def test_delayed_publishing_for_the_template_scenario(self, mock, post):
        mock.add_template("offer", message="hi", headers=HEADERS, channel="news")
        post("push/offer", publishAt=NOW + 60_000)
        mock.outbox.assert_nothing_sent()
        mock.clock.advance(minutes=1)
        mock.outbox.assert_sent("hi", times=3)

    def test_the_headers_control_what_the_devices_show(self, mock, post):
        post(message="hi", headers={"ios-alert-title": "for iOS", "android-content-title": "for Android"})
        assert [push.title for push in mock.outbox] == ["for iOS", "for Android", None]
        assert mock.outbox[0].headers == {"ios-alert-title": "for iOS", "android-content-title": "for Android"}

    @pytest.mark.parametrize(("policy", "retrieved"), [("PUSH", []), ("BOTH", ["hi"])])
    def test_the_publish_policy_says_whether_it_is_a_pubsub_message_too(self, mock, post, policy, retrieved):
        subscription = mock.subscribe("news")
        post(message="hi", headers=HEADERS, publishPolicy=policy)
        assert subscription.retrieve().data == retrieved
        assert reached(mock) == ["iphone", "pixel", "lumia"]

    def test_a_push_is_repeated_until_it_expires(self, mock, post):
        post(
            message="hi",
            headers=HEADERS,
            publishPolicy="PUSH",
            pushBroadcast=1,
            publishAt=NOW + 60_000,
            repeatEvery=60,
            repeatExpiresAt=NOW + 180_000,
        )
        mock.clock.advance(hours=1)
        assert [push.at.minute for push in mock.outbox] == [31, 32]

    def test_publisher_id_and_any_message_value_are_taken(self, mock, post):
        assert post(message=5, publisherId="p1", headers=HEADERS, publishPolicy="PUSH")[0] == 200
        assert (mock.messages[0].publisher_id, mock.outbox.data) == ("p1", [5, 5, 5])

    def test_the_message_status_is_asked_with_the_id_of_the_answer(self, mock, post):
        message_id = post(message="hi", headers=HEADERS, publishPolicy="PUSH")[1]["messageId"]
        status = requests.get(f"{mock.url}/messaging/{message_id}", timeout=5).json()
        assert (status["status"], status["messageId"], status["successfulSendsAmount"]) == ("published", message_id, 3)

    @pytest.mark.parametrize(
        ("date", "error"),
        [
            ({"repeatExpiresAt": YESTERDAY}, {"code": 5003, "message": "Invalid expiration date"}),
            ({"publishAt": YESTERDAY}, {"code": 5030, "message": "Invalid publish date"}),
        ],
        ids=["5003", "5030"],
    )
    def test_a_wrong_date_is_an_error(self, mock, post, date, error):
        assert post(message="hi", headers=HEADERS, publishPolicy="PUSH", **date) == (400, error)
        mock.outbox.assert_nothing_sent()


class TestTheDotNetPage:
    """``publishOptions`` are the keywords publisher_id, subtopic, headers; ``deliveryOptions`` the others."""

    def test_publish_message_publish_options(self, mock):
        status = mock.publish("hi", headers=HEADERS, publisher_id="p1", subtopic="a.b")
        assert isinstance(status, MessageStatus)
        assert reached(mock) == ["elsewhere"]
        assert (mock.messages[0].publisher_id, mock.messages[0].subtopic) == ("p1", "a.b")

    def test_publish_message_channel_name_publish_options(self, mock):
        mock.publish("hi", "news", headers=HEADERS)
        assert reached(mock) == ["iphone", "pixel", "lumia"]

    def test_publish_message_publish_options_delivery_options(self, mock):
        mock.publish("hi", headers=HEADERS, publish_policy="PUSH", push_broadcast="IOS")
        assert reached(mock) == ["elsewhere"]
        assert mock.deliveries == ()

    def test_publish_message_channel_name_publish_options_delivery_options(self, mock):
        mock.publish("hi", "news", headers=HEADERS, publish_policy="PUSH", push_broadcast="IOS")
        assert reached(mock) == ["iphone"]

    def test_a_channel_that_does_not_exist_is_created(self, mock):
        mock.publish("hi", "brand new", headers=HEADERS)
        assert mock.channel("brand new").deliveries.data == ["hi"]

    @pytest.mark.parametrize(("policy", "delivered"), [("PUSH", []), ("BOTH", ["hi"])])
    def test_delivery_options_1_push_only_or_both(self, mock, policy, delivered):
        mock.publish("hi", "news", headers=HEADERS, publish_policy=policy)
        assert mock.channel("news").deliveries.data == delivered
        mock.outbox.assert_sent("hi", times=3)

    def test_delivery_options_2_singlecast(self, mock):
        mock.publish("hi", headers=HEADERS, push_singlecast=["pixel"])
        assert reached(mock) == ["pixel"]

    def test_delivery_options_3_broadcast(self, mock):
        mock.publish("hi", "news", headers=HEADERS, push_broadcast="ANDROID|WP")
        assert reached(mock) == ["pixel", "lumia"]

    def test_delivery_options_4_delayed(self, mock):
        mock.publish("hi", headers=HEADERS, publish_at=MINUTE)
        mock.outbox.assert_nothing_sent()
        mock.clock.advance(minutes=1)
        assert reached(mock) == ["elsewhere"]

    def test_delivery_options_5_repeated(self, mock):
        mock.publish("hi", headers=HEADERS, repeat_every=60, repeat_expires_at=3 * MINUTE)
        mock.clock.advance(hours=1)
        assert reached(mock) == ["elsewhere"] * 3

    @pytest.mark.parametrize("message", ["hi", 5, 1.5, True], ids=repr)
    def test_a_push_takes_every_primitive_value(self, mock, message):
        mock.publish(message, headers=HEADERS)
        assert mock.outbox.data == [message]

    @pytest.mark.parametrize("message", [{"a": 1}, [1, 2]], ids=repr)
    def test_objects_and_collections_are_published_but_not_pushed(self, mock, message):
        mock.publish(message)
        assert mock.channel("default").deliveries.data == [message]
        mock.outbox.assert_nothing_sent()

    def test_message_status_has_three_values(self, mock):
        answer = mock.publish("hi", headers=HEADERS)
        assert (answer.status, answer.message_id, answer.error_message) == (
            "scheduled",
            mock.messages[0].message_id,
            None,
        )

    def test_the_statuses_are_failed_published_scheduled_cancelled(self, mock):
        mock.register_device("bad", channels=["bad"], refuses="Unregistered")
        failed = mock.publish("hi", "bad", headers=HEADERS, publish_policy="PUSH")
        published = mock.publish("hi", headers=HEADERS)
        scheduled = mock.publish("hi", headers=HEADERS, publish_at=MINUTE)
        cancelled = mock.publish("hi", headers=HEADERS, publish_at=MINUTE)
        mock.cancel(cancelled.message_id)
        asked = [mock.status(sent.message_id).status for sent in (failed, published, scheduled, cancelled)]
        assert asked == ["failed", "published", "scheduled", "cancelled"]

    def test_a_failed_message_has_its_error_message(self, mock):
        mock.register_device("bad", channels=["bad"], refuses="Unregistered")
        sent = mock.publish("hi", "bad", headers=HEADERS, publish_policy="PUSH")
        assert mock.status(sent.message_id).error_message == "Unregistered (bad)"

    @pytest.mark.parametrize(
        ("options", "code"), [({"repeat_expires_at": -MINUTE}, 5003), ({"publish_at": -MINUTE}, 5030)]
    )
    def test_a_wrong_date_in_the_delivery_options_is_an_error(self, mock, options, code):
        with pytest.raises(MessagingError) as refusal:
            mock.publish("hi", headers=HEADERS, **options)
        assert refusal.value.code == code
        mock.outbox.assert_nothing_sent()
