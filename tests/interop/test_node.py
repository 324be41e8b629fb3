"""The published JavaScript SDKs in Node, against the fixture: every messaging call, and what the test sees of it."""

from __future__ import annotations

import datetime as dt

import pytest

ALL = [
    pytest.param(3, id="3.1.25"),
    pytest.param(4, id="4.4.4"),
    pytest.param(7, id="7.4.9"),
    pytest.param(8, id="8.0.0"),
]
POLLING, RECENT = ALL[:2], ALL[2:]
WITH_PUSH_TEMPLATES = ALL[1:]

every_sdk = pytest.mark.parametrize("release", ALL)
polling_sdks = pytest.mark.parametrize("release", POLLING)
recent_sdks = pytest.mark.parametrize("release", RECENT)

NEW_YEAR = dt.datetime(2099, 1, 1, tzinfo=dt.timezone.utc)


@every_sdk
def test_whatever_is_published_arrives_as_it_was_sent(run, backendless_mock, release):
    answers = run("publish", release)

    news = backendless_mock.channel("news")
    [hello] = news.assert_published("hello", times=1)
    assert answers["plain"] == {"errorMessage": None, "messageId": hello.message_id, "status": "scheduled"}
    assert backendless_mock.channel("types").deliveries.data == [
        12.5,
        False,
        {"id": 7, "lines": [{"price": 1.5}, None]},
        [1, "two", [3]],
    ]
    [rain] = news.assert_delivered("rain", times=1, headers={"city": "Oslo", "degrees": "5"})
    assert (rain.publisher_id, rain.subtopic) == ("ann", "weather.oslo")
    backendless_mock.channel("emoji").assert_delivered("naïve 👍🏽 日本語 👨‍👩‍👧", times=1, headers={"mood": "😀"})
    backendless_mock.channel("large").assert_delivered({"text": "é" * 100_000}, times=1)


@every_sdk
def test_what_is_scheduled_and_repeated_has_the_dates_that_were_given(run, backendless_mock, release):
    answers = run("publish", release)

    assert answers["scheduled"]["status"] == "scheduled"
    backendless_mock.channel("news").assert_published("happy new year", times=1, publish_at=NEW_YEAR)
    assert answers["repeated"]["status"] == "scheduled"
    backendless_mock.channel("pulse").assert_published(
        "tick", times=1, publish_at=NEW_YEAR, repeat_every=60, repeat_expires_at=NEW_YEAR + dt.timedelta(days=1)
    )


@recent_sdks
def test_a_channel_may_have_any_name_and_is_deleted_by_it(run, backendless_mock, release):
    backendless_mock.subscribe("plain")

    answers = run("publish", release)

    backendless_mock.channel("chan 1 & 日本").assert_delivered("encoded", times=1)
    [plain] = backendless_mock.channel("plain").messages
    assert (plain.data, plain.subtopic) == ("hello", "a.b")
    assert answers["deletes a channel"] is True
    assert backendless_mock.channel("plain").subscriptions == ()


@recent_sdks
def test_the_host_alone_stands_for_the_application(run, backendless_mock, release):
    answers = run("domain", release)

    assert answers["asks"] == {
        "status": "published",
        "messageId": answers["publishes"]["messageId"],
        "errorMessage": None,
    }
    backendless_mock.channel("news").assert_published("hello", times=1)
    # Not the last request: 7.4.9 asks for `info` when it likes.
    [asked] = [request for request in backendless_mock.requests if request.operation == "status"]
    assert asked.path.startswith("/api/messaging/message:")


@recent_sdks
def test_a_standalone_application_is_one_of_its_own(run, backendless_mock, release):
    other = backendless_mock.new_app()

    answers = run("standalone", release, SECOND_APP_ID=other.app_id, SECOND_API_KEY=other.api_key)

    assert answers["publishes as the first"]["status"] == "scheduled"
    assert answers["publishes as the second"]["status"] == "scheduled"
    assert backendless_mock.channel("news").messages.data == ["from the first"]
    assert other.channel("news").messages.data == ["from the second"]


@every_sdk
def test_a_message_can_be_followed_and_cancelled(start, backendless_mock, release):
    script = start("schedule", release)

    script.until("asks before")
    backendless_mock.clock.move_to("2099-01-01 09:00")
    script.go_on()
    script.until("repeats")
    backendless_mock.clock.advance(minutes=1)
    script.go_on()
    answers = script.finish()

    later, pulse = answers["schedules"]["messageId"], answers["repeats"]["messageId"]
    assert answers["asks before"] == {"status": "scheduled", "messageId": later, "errorMessage": None}
    assert answers["asks after"] == {"status": "published", "messageId": later, "errorMessage": None}
    assert answers["cancels"] == {"status": "cancelled", "messageId": pulse, "errorMessage": None}
    assert answers["asks at last"] == {"status": "cancelled", "messageId": pulse, "errorMessage": None}
    assert answers["asks for a stranger"] == {"status": "unknown", "messageId": "message:NONE", "errorMessage": None}
    backendless_mock.channel("pulse").assert_delivered("tick", times=2)
    assert backendless_mock.scheduled == ()


@polling_sdks
def test_subscriptions_hear_what_their_selector_and_subtopic_let_through(start, backendless_mock, release):
    script = start("poll", release)

    script.until("subscribes by subtopic")
    news = backendless_mock.channel("news")
    # subscribe() of these releases settles before the service has answered.
    backendless_mock.wait_until(lambda: len(news.subscriptions) == 4, timeout=30)
    script.go_on()
    answers = script.finish()

    def heard(step):
        return [message["data"] for message in answers[step]]

    assert heard("hears all") == ["rain", "sun", "heat", {"no": "headers"}]
    assert heard("hears by selector") == ["rain"]
    assert heard("hears by number") == ["sun", "heat"]
    assert heard("hears by subtopic") == ["rain", "sun"]
    [rain] = news.assert_published("rain", times=1)
    assert answers["hears by selector"] == [
        {
            "headers": {"city": "Oslo", "degrees": "5", "BL_APPLICATION_ID": backendless_mock.app_id},
            "publishedAt": int(rain.at.timestamp() * 1000),
            "publisherId": "ann",
            "data": "rain",
            "messageId": rain.message_id,
        }
    ]
    news.assert_retrieved("rain", times=3)
    news.assert_retrieved("sun", times=3)
    news.assert_retrieved("heat", times=2)
    news.assert_retrieved({"no": "headers"}, times=1)


@every_sdk
def test_a_device_is_registered_looked_up_and_unregistered(run, backendless_mock, release):
    refused = []
    backendless_mock.on("refused", lambda refusal: refused.append(refusal.code))

    answers = run("devices", release)

    [registration] = answers["looks it up"]
    assert registration["deviceId"] == "phone-1"
    assert registration["deviceToken"] == "token of phone-1"
    assert registration["os"] == "ANDROID"
    assert registration["osVersion"] == "14"
    assert registration["channels"] == ["news", "sport"]
    assert answers["unregisters"] == {"result": True}
    assert answers.error("looks in vain")["code"] == 5000
    assert answers.error("unregisters in vain")["code"] == 5001
    assert refused == [5000, 5001]
    assert backendless_mock.devices == ()


@every_sdk
def test_a_registration_has_an_id_for_each_channel(run, release):
    ids = run("devices", release)["registers"]["registrationId"].split(",")

    guids, channels = zip(*(each.split("::") for each in ids), strict=True)
    assert channels == ("news", "sport")
    assert [len(guid) for guid in guids] == [36, 36]


@every_sdk
def test_pushes_reach_the_devices_they_are_for(run, backendless_mock, release):
    backendless_mock.register_device("phone", os="IOS", channels=["shop"])
    backendless_mock.register_device("tablet", os="ANDROID", channels=["shop"])
    backendless_mock.register_device("laptop", os="OSX", channels=["shop"])
    listening = backendless_mock.subscribe("shop")
    add_templates(backendless_mock)

    answers = run("push", release)

    assert answers["to the channel"]["status"] == "scheduled"
    sent = backendless_mock.outbox
    assert [push.device for push in sent if push.data == "sale!"] == ["phone", "tablet", "laptop"]
    assert [push.device for push in sent if push.data == "by name"] == ["phone", "tablet"]
    assert [push.device for push in sent if push.data == "by device"] == ["phone"]
    [push] = sent.filter(device="phone", data="sale!")
    assert (push.title, push.badge) == ("Shop", "3")
    assert listening.pending.data == []


@every_sdk
def test_systems_may_be_named_by_their_numbers(run, backendless_mock, release):
    backendless_mock.register_device("phone", os="IOS", channels=["shop"])
    backendless_mock.register_device("tablet", os="ANDROID", channels=["shop"])
    backendless_mock.register_device("laptop", os="OSX", channels=["shop"])
    add_templates(backendless_mock)

    answers = run("push", release)

    assert answers["to systems by number"]["status"] == "scheduled"
    assert [push.device for push in backendless_mock.outbox if push.data == "by number"] == ["phone", "tablet"]


@pytest.mark.parametrize("release", WITH_PUSH_TEMPLATES)
def test_a_push_is_sent_from_a_template(run, backendless_mock, release):
    backendless_mock.register_device("phone", os="IOS")
    add_templates(backendless_mock)

    answers = run("push", release)

    assert answers["from a template"]["status"] == "scheduled"
    backendless_mock.outbox.assert_sent("Everything must go", times=1)


@recent_sdks
def test_the_values_of_a_push_template_are_filled_in(run, backendless_mock, release):
    backendless_mock.register_device("phone", os="IOS")
    add_templates(backendless_mock)

    answers = run("push", release)

    assert answers["from a template with values"]["status"] == "scheduled"
    [push] = backendless_mock.outbox.assert_sent("Order 17 is on its way", times=1)
    assert push.title == "Hello Ann"


@recent_sdks
def test_push_templates_are_listed_by_name(run, backendless_mock, release):
    add_templates(backendless_mock)

    answers = run("push", release)

    templates = answers["lists templates"]
    assert sorted(templates) == ["sale", "shipped"]
    assert templates["shipped"]["name"] == "shipped"
    assert templates["shipped"]["message"] == "Order {order} is on its way"
    assert answers["lists no templates"] == {}


def test_a_call_that_the_mock_does_not_have_is_answered_by_a_stub(run, backendless_mock):
    backendless_mock.stub("POST", "/messaging/push", json={"sent": 1})

    answers = run("push_object", 4)

    assert answers["pushes"] == {"sent": 1}
    assert backendless_mock.requests[-1].json == {"targets": ["phone"], "text": "sale!"}


def add_templates(mock):
    mock.add_template("sale", message="Everything must go", headers={"ios-alert-title": "Shop"}, platforms=["IOS"])
    mock.add_template(
        "shipped",
        message="Order {order} is on its way",
        headers={"ios-alert-title": "Hello {name}"},
        platforms=["IOS"],
    )


@every_sdk
def test_an_email_lands_in_the_outbox(run, backendless_mock, release):
    backendless_mock.add_email_template("welcome")

    answers = run("email", release)

    [order] = backendless_mock.outbox.assert_sent("Your order", times=1)
    assert (order.text, order.html) == ("It is on its way", "<b>It is on its way</b>")
    assert (order.to, order.attachments) == (("ann@example.com", "bob@example.com"), ())
    [bill] = backendless_mock.outbox.assert_sent("Your bill", times=1)
    assert bill.attachments == ("bills/17.pdf",)
    # 4.4.4 hands out nothing but the status.
    status = answers["sends"] if release == 4 else answers["sends"]["status"]
    assert status == "scheduled"


@recent_sdks
def test_an_email_is_sent_from_a_template(run, backendless_mock, release):
    backendless_mock.add_email_template("welcome")

    answers = run("email", release)

    email = backendless_mock.outbox.filter(template="welcome")[0]
    assert (email.to, email.cc, email.values) == (("ann@example.com",), ("bob@example.com",), {"name": "Ann"})
    assert answers["sends from a template"] == {
        "errorMessage": None,
        "messageId": email.message_id,
        "status": "scheduled",
    }


@recent_sdks
def test_an_address_that_stands_there_twice_gets_one_email_where_the_sdk_asks_for_it(run, backendless_mock, release):
    backendless_mock.add_email_template("welcome")

    answers = run("email", release)

    assert answers["sends to each once"]["status"] == "scheduled"
    assert backendless_mock.outbox.filter(template="welcome")[1].to == ("ann@example.com",)


DENIED = {"code": 5007, "message": "User has no permission to publish message"}


@pytest.fixture
def members(backendless_mock):
    """Only who is logged in may publish."""
    backendless_mock.add_user(login="ann", password="secret", name="Ann")
    backendless_mock.deny("publish", role="NotAuthenticatedUser")


def refusal(error):
    return {key: error[key] for key in ("code", "message")}


@every_sdk
def test_who_logs_in_acts_as_that_user_until_logging_out(run, backendless_mock, members, release):
    answers = run("login", release)

    assert refusal(answers.error("publishes as nobody")) == DENIED
    assert answers["is nobody"] is False
    assert refusal(answers.error("logs in with a wrong password")) == {
        "code": 3003,
        "message": "Invalid login or password",
    }
    assert answers["logs in"] == {"login": "ann", "name": "Ann"}
    assert answers["is somebody"] is True
    assert answers["publishes as somebody"]["status"] == "scheduled"
    assert answers["logs out"] is None
    assert answers["is nobody again"] is False
    assert refusal(answers.error("publishes as nobody again")) == DENIED
    assert backendless_mock.channel("news").messages.data == ["from ann"]


@every_sdk
def test_a_login_may_be_a_number(run, backendless_mock, release):
    backendless_mock.add_user(login="12345", password="secret", name="Number Five")

    answers = run("login_by", release)

    assert answers["number"] == {"login": "12345", "name": "Number Five"}


@recent_sdks
def test_nobody_logs_in_by_object_id(run, release):
    answers = run("login_by", release)

    assert refusal(answers.error("id")) == {
        "code": 2014,
        "message": "Login by object id is allowed only for Code Runner API key",
    }


@every_sdk
def test_logging_in_elsewhere_ends_the_earlier_token(run, backendless_mock, members, release):
    answers = run("login_twice", release)

    assert answers["logs in elsewhere"] == 200
    assert answers["is nobody here"] is False
    ended = answers.error("publishes with the earlier token")
    assert ended["code"] == 3064
    assert ended["message"].startswith("Not existing user token - ")
    assert answers.error("logs out with the earlier token")["code"] == 3064
    assert refusal(answers.error("publishes without a token")) == DENIED
    backendless_mock.channel("news").assert_nothing_published()


@every_sdk
def test_errors_have_their_code_and_message(run, backendless_mock, release):
    backendless_mock.deny("publish", channel="secret")

    answers = run("errors", release)

    assert refusal(answers.error("a date in the past")) == {"code": 5030, "message": "Invalid publish date"}
    assert refusal(answers.error("an end before the beginning")) == {
        "code": 5003,
        "message": "Invalid expiration date",
    }
    assert refusal(answers.error("a denied channel")) == DENIED
    [cancelled] = [request for request in backendless_mock.requests if request.operation == "cancel"]
    assert cancelled.code == 5040
    assert backendless_mock.channel("secret").messages == ()


@every_sdk
def test_an_error_is_what_the_release_makes_of_it(run, backendless_mock, release):
    backendless_mock.deny("publish", channel="secret")

    error = run("errors", release).error("a denied channel")

    # 3.1.25 rejects with the parsed body itself.
    assert (error["isError"], error.get("status")) == ((False, None) if release == 3 else (True, 400))


@pytest.mark.parametrize("release", WITH_PUSH_TEMPLATES)
def test_an_unknown_push_template_is_an_error(run, backendless_mock, release):
    backendless_mock.deny("publish", channel="secret")

    assert refusal(run("errors", release).error("an unknown push template")) == {
        "code": 24002,
        "message": "Push Template with name 'nothing' doesn't exist.",
    }


@recent_sdks
def test_what_is_unknown_is_an_error(run, backendless_mock, release):
    backendless_mock.deny("publish", channel="secret")

    answers = run("errors", release)

    assert refusal(answers.error("an unknown message")) == {
        "code": 5040,
        "message": "Can't cancel message. Already cancelled or there is no such message",
    }
    assert refusal(answers.error("an unknown e-mail template")) == {
        "code": 24002,
        "message": "Email Template with name 'nothing' doesn't exist.",
    }
    assert answers.error("an unknown channel")["code"] == 5010


@every_sdk
def test_500_messages_are_published_at_once(run, backendless_mock, release):
    answers = run("at_once", release)

    assert answers["publishes 500 times"] == {"statuses": ["scheduled"], "ids": 500}
    assert sorted(backendless_mock.channel("news").deliveries.data) == list(range(500))


@every_sdk
def test_an_sdk_as_it_is_set_up_by_default_has_nothing_to_complain_about(start, backendless_mock, release):
    script = start("logging", release)

    answers = script.finish()

    assert script.told() == ""
    assert answers["publishes"]["status"] == "scheduled"
    if release >= 7:
        assert answers["reads about the application"] == {
            "appId": backendless_mock.app_id,
            "apiKey": backendless_mock.api_key,
            "loggers": [],
            "rtURL": backendless_mock.host_url,
        }
    operations = [request.operation for request in backendless_mock.requests if request.operation != "info"]
    assert operations == ["log", "publish"]


@every_sdk
def test_a_wrong_api_key_is_an_error(run, release):
    answers = run("one", release, BACKENDLESS_API_KEY="NOT-THE-KEY")

    assert refusal(answers.error("publishes")) == {
        "code": 2002,
        "message": "Unable to find application. Check application id and/or API key.",
    }


@every_sdk
def test_each_api_key_of_an_application_has_its_role(run, backendless_mock, release):
    shop = backendless_mock.new_app(api_keys={"REST": "KEY-OF-SCRIPTS", "JS": "KEY-OF-PAGES"})
    shop.deny("publish", role="JSUser")

    refused = run("one", release, **{**shop.env, "BACKENDLESS_API_KEY": "KEY-OF-PAGES"})
    published = run("one", release, **{**shop.env, "BACKENDLESS_API_KEY": "KEY-OF-SCRIPTS"})

    assert refusal(refused.error("publishes")) == DENIED
    assert published["publishes"]["status"] == "scheduled"
    shop.channel("news").assert_published("hello", times=1)
    backendless_mock.channel("news").assert_nothing_published()


@every_sdk
def test_the_fixture_has_an_api_key_for_scripts_and_one_for_pages(run, backendless_mock, release):
    keys = backendless_mock.api_keys

    answers = [run("one", release, BACKENDLESS_API_KEY=keys[kind]) for kind in ("REST", "JS")]

    assert keys["REST"] == backendless_mock.api_key
    assert [answer["publishes"]["status"] for answer in answers] == ["scheduled", "scheduled"]
    backendless_mock.channel("news").assert_published("hello", times=2)
