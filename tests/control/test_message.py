"""Publishing and cancelling over the control API."""

from __future__ import annotations

import pytest


def test_a_message_is_published_as_by_another_client(app):
    said = app.post("messages", channel="news", message={"a": 1}, headers={"n": 5}, subtopic="a.b", publisherId=7)
    assert (said.status, said.body["status"]) == (201, "scheduled")
    [record] = app.items("messages")
    assert (record["data"], record["headers"], record["subtopic"], record["publisherId"]) == (
        {"a": 1},
        {"n": "5"},
        "a.b",
        "7",
    )


def test_without_a_channel_it_is_the_default_one(app):
    app.post("messages", message="hi")
    assert app.items("messages")[0]["channel"] == "default"


@pytest.mark.parametrize("at", ["2030-01-07T09:00:00Z", 1_894_006_800_000])
def test_dates_are_instants_and_periods_durations(app, at):
    app.post("messages", message="hi", publishAt=at, repeatEvery="1h30m", repeatExpiresAt="2030-01-08")
    [record] = app.items("messages")
    assert (record["publishAt"], record["repeatEvery"], record["repeatExpiresAt"]) == (
        "2030-01-07T09:00:00Z",
        5400.0,
        "2030-01-08T00:00:00Z",
    )


def test_no_date_is_now(app):
    said = app.post("messages", message="hi", publishAt=0, repeatEvery=None)
    assert app.ask("GET", f"messages/{said.body['messageId']}").body["status"] == "published"


def test_what_is_to_come_can_be_cancelled_once(app):
    path = f"messages/{app.post('messages', message='hi', publishAt='2030-01-08').body['messageId']}"
    assert app.ask("DELETE", path).body["status"] == "cancelled"
    said = app.ask("DELETE", path)
    assert (said.status, said.body["code"]) == (409, 5040)
    assert said.detail.startswith("the service refuses that: 5040 ")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"message": None}, 8006),
        ({"message": "hi", "headers": 5}, 8008),
        ({"message": "hi", "publishAt": "2001-01-01"}, 5030),
        ({"message": "hi", "channel": "a/b"}, 5044),
    ],
)
def test_what_the_service_refuses_is_told_with_its_code_and_nothing_is_stored(app, body, code):
    said = app.ask("POST", "messages", body)
    assert (said.status, said.body["code"]) == (409, code)
    assert app.items("messages") == []


def test_a_member_that_publishing_does_not_have_is_refused(app):
    assert (
        app.post("messages", message="hi", chanel="x").detail
        == "$: there is no member 'chanel'; did you mean 'channel'?"
    )


def test_a_user_token_says_who_publishes(app):
    app.post("permissions", operation="publish", allowed=False)
    app.post("permissions", operation="publish", allowed=True, role="AuthenticatedUser")
    app.post("users", token="ann's")
    assert app.ask("POST", "messages", {"message": "hi"}).body["code"] == 5007
    assert app.ask("POST", "messages", {"message": "hi"}, headers={"user-token": "ann's"}).status == 201


def test_who_got_a_message_and_who_did_not_is_told_with_the_reason(app):
    subscribed = app.post("subscriptions", channel="news", selector="city = 'Oslo'").body["subscriptionId"]
    message_id = app.post("messages", channel="news", message="hi", headers={"city": "Rome"}).body["messageId"]
    assert app.items(f"messages/{message_id}/reasons") == [
        {
            "kind": "subscription",
            "id": subscribed,
            "channel": "news",
            "selector": "city = 'Oslo'",
            "got": False,
            "text": "city = 'Oslo' is false, city is 'Rome'",
        }
    ]


def test_the_request_that_published_a_message_is_named(app):
    app.send("GET", "info")
    message_id = app.send("POST", "messaging/news", {"message": "hi", "repeatEvery": 60}).body["messageId"]
    by_tool = app.post("messages", channel="news", message="hi").body["messageId"]
    app.post("clock/advance", by="1m")
    for asked, number in [(message_id, 2), (f"{message_id}-2", 2), (by_tool, None)]:
        assert app.ask("GET", f"messages/{asked}/reasons").body["request"] == number


def test_of_a_message_that_there_is_not_nobody_can_say_who_got_it(app):
    said = app.ask("GET", "messages/message:none/reasons")
    assert (said.status, said.detail) == (
        404,
        "no message has the id 'message:none'; GET messages lists those there are",
    )
