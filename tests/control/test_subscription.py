"""Another client that polls, over the control API; and listeners whose line is cut."""

from __future__ import annotations

import pytest
from presence_support import client_of_mock


@pytest.fixture
def subscription(app):
    return app.post("subscriptions", channel="news", selector="city = 'Tokyo'").body["subscriptionId"]


def test_a_subscription_is_one_of_the_service_s(app, subscription):
    [record] = app.items("subscriptions")
    assert (record["id"], record["channel"], record["selector"]) == (subscription, "news", "city = 'Tokyo'")
    assert app.items("requests") == []


def test_what_is_pending_is_looked_at_and_retrieved_once(app, subscription):
    app.post("messages", channel="news", message="hi", headers={"city": "Tokyo"})
    app.post("messages", channel="news", message="no")
    assert [each["data"] for each in app.items(f"subscriptions/{subscription}/pending", channel="news")] == ["hi"]
    taken = app.post(f"subscriptions/{subscription}/retrieve", channel="news").body["items"]
    assert [each["data"] for each in taken] == ["hi"]
    assert app.post(f"subscriptions/{subscription}/retrieve", channel="news").body["items"] == []
    assert [(each["data"], each["by"]) for each in app.items("retrieved", by=subscription)] == [("hi", subscription)]
    assert app.items("retrieved", by="another") == []


def test_a_poll_gets_all_that_waits(app, monkeypatch, subscription):
    monkeypatch.setattr("pytest_backendless_mock.control.page.USUAL", 2)
    for number in range(5):
        app.post("messages", channel="news", message=number, headers={"city": "Tokyo"})
    taken = app.post(f"subscriptions/{subscription}/retrieve", channel="news").body["items"]
    assert [each["data"] for each in taken] == [0, 1, 2, 3, 4]


def test_without_a_channel_it_is_the_default_one(app):
    found = app.post("subscriptions").body["subscriptionId"]
    assert app.items(f"subscriptions/{found}/pending") == []
    assert app.items("subscriptions")[0]["channel"] == "default"


def test_what_the_service_refuses_is_told_with_its_code(app):
    refused = app.post("subscriptions", selector="=")
    assert (refused.status, refused.body["code"]) == (409, 5009)
    for said in (app.ask("GET", "subscriptions/x/pending"), app.post("subscriptions/x/retrieve")):
        assert (said.status, said.body["code"]) == (409, 8008)


def test_a_push_comes_from_a_template(app):
    app.post("devices", deviceId="d1")
    app.ask("PUT", "templates/sale", {"message": "Hello {name}"})
    said = app.post("templates/sale/push", templateValues={"name": "Ann"}, publishAt="2030-01-07T09:00:00Z")
    assert (said.status, app.items("outbox")) == (201, [])
    app.post("clock/move-to", to="2030-01-07T09:00:00Z")
    assert [each["data"] for each in app.items("outbox")] == ["Hello Ann"]


def test_the_line_of_a_listener_is_cut(app):
    client_of_mock(app.hosted.mock).listen("news")
    [listener] = app.items("listeners")
    path = f"listeners/{listener['id']}"
    assert app.ask("DELETE", path).status == 204
    assert app.items("listeners") == []
    assert app.ask("DELETE", path).detail.startswith(f"nobody listens by the id {listener['id']!r}; GET listeners")


def test_hints_and_timeline_are_views(app):
    app.post("messages", message="hi")
    app.send("POST", "messaging/news", {"message": "ho", "publish_at": 1})
    assert app.items("hints") == app.items("hints")
    assert "publish_at" in app.items("hints")[0]
    assert [line.split()[1] for line in app.items("timeline")] == ["accepted", "delivered"] * 2 + ["--"]


def test_texts_are_in_the_words_of_the_door_that_was_named(tools):
    told = []
    for door in ({}, {"door": "remote"}):
        app = tools.new(f"in the words of {door}", **door)
        app.post("faults", kind="fail", operation="publish", error=5007)
        told.append(app.post("verify").body["problems"])
    assert [each[0].rpartition("say ")[2] for each in told] == ['"optional": true', "optional=True"]
    assert told[1][0].startswith("backendless_mock.faults.fail(")


@pytest.mark.parametrize(
    ("selector", "headers", "truth", "reasons"),
    [
        pytest.param("city = 'Oslo'", {"city": "Oslo"}, True, [], id="true"),
        pytest.param("t > 20", {"t": 25}, True, [], id="numbers-are-text-first"),
        pytest.param("t > 20 AND ok", {"t": 3.5, "ok": True}, False, ["t > 20 is false, t is '3.5'"], id="false"),
        pytest.param("t > 20", {}, None, ["t > 20 is unknown, t is missing"], id="missing"),
        pytest.param("t > 20", {"t": None}, None, ["t > 20 is unknown, t is missing"], id="null"),
        pytest.param("", {"t": 1}, True, [], id="empty"),
    ],
)
def test_a_selector_can_be_tried_on_headers(app, selector, headers, truth, reasons):
    said = app.post("selector", selector=selector, headers=headers).body
    assert said == {"matches": truth is True, "truth": truth, "reasons": reasons}
    assert app.items("subscriptions") == []


def test_a_selector_may_be_tried_without_headers(app):
    assert app.post("selector", selector="a IS NULL").body["matches"] is True


def test_a_selector_that_does_not_parse_is_refused_with_the_place(app):
    said = app.post("selector", selector="city = ")
    [error] = said.body["errors"]
    assert (said.status, error["path"]) == (422, "$.selector")
    assert error["message"].endswith("at 7\n  city = \n         ^")


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({}, "$", "needs selector"),
        (
            {"selector": "a = 1", "headers": {"a": []}},
            "$.headers.a",
            "must be text or a number or true or false or null",
        ),
    ],
)
def test_what_is_no_selector_and_no_header_is_said(app, body, path, message):
    said = app.ask("POST", "selector", body)
    assert (said.status, said.body["errors"]) == (422, [{"path": path, "message": message}])
