"""Assertions and waiting over the control API: what matched, or the text that pytest would show."""

from __future__ import annotations

import threading

import pytest
from mock_support import WATCHDOG


@pytest.fixture
def told(app):
    """An application that was told something today, and something for tomorrow."""
    app.post("messages", channel="news", message={"text": "hi", "n": 1}, headers={"city": "Tokyo"})
    app.post(
        "messages",
        channel="news",
        message="tomorrow",
        publishAt="2030-01-08T08:30:00Z",
        repeatEvery="1h",
        repeatExpiresAt="2030-01-09",
    )
    app.post("devices", deviceId="d1", os="IOS", channels=["push"])
    app.post("messages", channel="push", message="ring", publishPolicy="PUSH", headers={"ios-alert-title": "Ring"})
    return app


@pytest.mark.parametrize(
    "body",
    [
        {"what": "published", "channel": "news", "times": 2},
        {"what": "delivered", "channel": "news"},
        {
            "what": "published",
            "channel": "news",
            "data": "tomorrow",
            "publishAt": "2030-01-08T08:30:00Z",
            "repeatEvery": "1h",
            "repeatExpiresAt": "2030-01-09",
            "times": 1,
        },
        {"what": "delivered", "channel": "news", "data": {"n": 1, "text": "hi"}, "headers": {"city": "Tokyo"}},
        {"what": "delivered", "channel": "news", "at": "2030-01-07T08:30:00Z", "times": 1},
        {"what": "delivered", "channel": "news", "schema": {"type": "object", "required": ["text"]}, "times": 1},
        {"what": "delivered", "channel": "elsewhere", "times": 0},
        {"what": "retrieved", "channel": "news", "times": 0},
        {"what": "sent", "data": "ring"},
        {"what": "sent", "channel": "push", "times": 1},
        {"what": "sent", "channel": "news", "times": 0},
    ],
)
def test_what_came_as_expected_is_told(told, body):
    said = told.ask("POST", "assert", body)
    assert (said.status, said.body["ok"]) == (200, True)
    assert len(said.body["matched"]) == body.get("times", 1)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            {"what": "delivered", "channel": "news", "data": "tomorrow"},
            (
                "expected 'tomorrow' to be delivered at least once on channel 'news'; it was never delivered\n"
                "delivered there:\n"
                "  {'text': 'hi', 'n': 1} at 2030-01-07 08:30:00Z\n"
                "{'text': 'hi', 'n': 1} has other data: $ is {'text': 'hi', 'n': 1}, expected 'tomorrow'\n"
                "'tomorrow' is not due yet: at 2030-01-08 08:30:00Z\n"
                'occurrence 1 is due in 1 d; try: POST clock/advance {"by": "1d"}'
            ),
        ),
        (
            {"what": "published", "channel": "news", "schema": {"type": "string", "pattern": "^h"}},
            (
                """expected what satisfies {"type":"string","pattern":"^h"} to be published at least once on channel """
                "'news'; it was never published\n"
                "published there:\n"
                "  {'text': 'hi', 'n': 1} at 2030-01-07 08:30:00Z\n"
                "  'tomorrow' at 2030-01-07 08:30:00Z\n"
                "{'text': 'hi', 'n': 1} has other data: $ is {'text': 'hi', 'n': 1}, "
                """expected what satisfies {"type":"string","pattern":"^h"}\n"""
                "'tomorrow' has other data: $ is 'tomorrow', "
                """expected what satisfies {"type":"string","pattern":"^h"}"""
            ),
        ),
        (
            {"what": "sent", "data": "ring", "times": 2},
            (
                "expected 'ring' to be sent 2 times; it was sent once\n"
                "sent:\n"
                "  'ring' to device 'd1' at 2030-01-07 08:30:00Z"
            ),
        ),
    ],
    ids=["delivered", "schema", "sent"],
)
def test_what_did_not_is_told_in_the_text_of_a_failed_test(told, body, text):
    said = told.ask("POST", "assert", body)
    assert (said.status, said.body["ok"]) == (409, False)
    assert said.body["text"] == text
    assert said.detail == text.partition("\n")[0]


def test_nothing_expected_on_a_channel_that_nobody_named_is_hinted_at(told):
    said = told.post("assert", what="published", channel="newss", times=0)
    assert said.body["hints"] == ["nobody ever named the channel 'newss'; did you mean 'news'?"]
    assert "hints" not in told.post("assert", what="published", channel="quite-another", times=0).body
    assert "hints" not in told.post("assert", what="retrieved", channel="news", times=0).body


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"what": "published"}, "$.channel: is needed for what was published"),
        ({"what": "heard", "channel": "news"}, "$.what: must be one of published, delivered, retrieved, sent"),
        ({"what": "published", "channel": "a/b"}, "$.channel: 5044"),
        (
            {"what": "published", "channel": "news", "data": 1, "schema": {}},
            "$.schema: takes the place of data: give one of the two",
        ),
        ({"what": "published", "channel": "news", "at": 0}, "$.at: is not known of what was published"),
        ({"what": "delivered", "channel": "news", "publishAt": 0}, "$.publishAt: is not known of what was delivered"),
        (
            {"what": "delivered", "channel": "news", "repeatEvery": 1},
            "$.repeatEvery: is not known of what was delivered",
        ),
        ({"what": "delivered", "channel": "news", "times": -1}, "$.times: must be at least 0"),
    ],
)
def test_what_cannot_be_expected_is_refused(told, body, detail):
    said = told.ask("POST", "assert", body)
    assert said.status == 422
    assert said.detail.startswith(detail)


def test_an_assertion_can_wait_for_what_it_expects(app):
    thread = threading.Thread(target=app.post, args=("messages",), kwargs={"channel": "news", "message": "hi"})
    asked = threading.Thread(
        target=lambda: answers.append(app.post("assert", what="delivered", channel="news", within=WATCHDOG))
    )
    answers = []
    asked.start()
    thread.start()
    asked.join(WATCHDOG)
    thread.join(WATCHDOG)
    assert answers[0].status == 200


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"what": "published", "channel": "news", "count": 2}, 2),
        ({"what": "published", "count": 3}, 3),
        ({"what": "delivered"}, 1),
        ({"what": "sent"}, 1),
        ({"what": "retrieved", "count": 0}, 0),
        ({"what": "subscriptions", "channel": "news", "count": 0}, 0),
        ({"what": "listeners", "count": 0}, 0),
        ({"what": "requests", "count": 0}, 0),
    ],
)
def test_waiting_for_what_is_there_takes_no_time(told, body, count):
    said = told.ask("POST", "wait", body)
    assert (said.status, said.body) == (200, {"ok": True, "count": count})


@pytest.mark.parametrize(
    ("body", "first"),
    [
        (
            {"what": "published", "channel": "news", "count": 3},
            "waited 0.01 s in vain for 3 messages published on channel 'news'; there are 2",
        ),
        ({"what": "sent", "count": 2}, "waited 0.01 s in vain for 2 messages sent; there are 1"),
        (
            {"what": "listeners", "channel": "news"},
            "waited 0.01 s in vain for 1 listener on channel 'news'; there are 0",
        ),
        ({"what": "listeners", "count": 2}, "waited 0.01 s in vain for 2 listeners; there are 0"),
        ({"what": "requests", "count": 2}, "waited 0.01 s in vain for 2 requests; there are 0"),
    ],
)
def test_waiting_in_vain_is_told_with_what_there_is(told, body, first):
    said = told.ask("POST", "wait", {**body, "within": 0.01})
    assert (said.status, said.body["ok"], said.detail) == (409, False, first)


def test_subscriptions_can_be_waited_for(app):
    app.send("POST", "messaging/news/subscribe")
    assert app.post("wait", what="subscriptions", channel="news", within=0).body["count"] == 1
    assert app.post("wait", what="subscriptions", channel="other", within=0).status == 409
    assert app.post("wait", what="requests", within=0).status == 200


def test_whoever_waits_for_an_application_that_goes_is_answered(tools, app):
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(app.post("wait", what="requests", within=WATCHDOG)))
    waiting.start()
    tools.applications.end()
    waiting.join(WATCHDOG)
    assert answers[0].status == 409
