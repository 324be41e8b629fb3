"""Views: all that there is to look at, filtered, and in pieces."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.control.view import VIEWS


@pytest.fixture
def busy(app):
    """An application with one of everything."""
    app.post("devices", deviceId="d1", os="IOS", channels=["news"])
    app.post("devices", deviceId="d2")
    app.post("users", login="ann", password="secret", roles=["b", "a"], properties={"age": 3})
    app.send("POST", "messaging/news/subscribe", {"selector": "city = 'Tokyo'", "subtopic": "a.*"})
    app.post("messages", channel="news", message="hi", headers={"ios-alert-title": "Hi"}, publishPolicy="BOTH")
    app.post("messages", channel="later", message="ho", publishAt="2030-01-08")
    app.send("POST", "messaging/news", {})
    return app


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_view_satisfies_its_schema_empty_and_full(app, busy, view):
    assert busy.ask("GET", view.name).status == 200


@pytest.mark.parametrize(
    ("view", "query", "member", "found"),
    [
        ("messages", {}, "data", ["hi", "ho"]),
        ("messages", {"channel": "later"}, "data", ["ho"]),
        ("messages", {"status": "published"}, "data", ["hi"]),
        ("scheduled", {"channel": "news"}, "data", []),
        ("scheduled", {"channel": "later"}, "nextAt", ["2030-01-08T00:00:00Z"]),
        ("deliveries", {"channel": "news"}, "data", ["hi"]),
        ("outbox", {"device": "d1"}, "title", ["Hi"]),
        ("outbox", {"device": "d2"}, "title", []),
        ("outbox", {"os": "IOS", "channel": "news"}, "title", ["Hi"]),
        ("devices", {"channel": "default"}, "deviceId", ["d2"]),
        ("devices", {"device": "d1", "os": "IOS"}, "deviceId", ["d1"]),
        ("requests", {"operation": "publish"}, "code", [8007]),
        ("requests", {"status": "200"}, "operation", ["subscribe"]),
        ("requests", {"code": "8007"}, "json", [{}]),
        ("channels", {}, "name", ["default", "news", "later"]),
        ("channels", {}, "deliveries", [0, 1, 0]),
        ("subscriptions", {"channel": "news"}, "selector", ["city = 'Tokyo'"]),
        ("subscriptions", {"channel": "later"}, "selector", []),
        ("users", {}, "roles", [["a", "b"]]),
        ("users", {}, "token", [None]),
    ],
)
def test_a_view_is_filtered_by_what_its_records_say(busy, view, query, member, found):
    assert [each[member] for each in busy.items(view, **query)] == found


def test_a_view_comes_in_pieces(app):
    for number in range(5):
        app.post("messages", channel="odd" if number % 2 else "even", message=number)
    first = app.ask("GET", "deliveries", limit=2, channel="even").body
    assert ([each["data"] for each in first["items"]], first["next"]) == ([0, 2], 3)
    rest = app.ask("GET", "deliveries", after=first["next"], channel="even").body
    assert ([each["data"] for each in rest["items"]], rest["next"]) == ([4], 5)
    assert app.ask("GET", "deliveries", after=9).body == {"items": [], "next": 9}


def test_requests_are_numbered_though_the_oldest_are_kept_no_longer(app, monkeypatch):
    monkeypatch.setattr("pytest_backendless_mock.http.journal.MOST_KEPT", 2)
    for _ in range(3):
        app.send("GET", "info")
    assert app.ask("GET", "requests").body["next"] == 3
    assert len(app.items("requests", after=1)) == 2
    assert len(app.items("requests", after=2)) == 1


def test_looking_takes_nothing_away(app):
    subscription = app.send("POST", "messaging/news/subscribe").body["subscriptionId"]
    app.post("messages", channel="news", message="hi")
    assert [each["pending"] for each in app.items("subscriptions")] == [1]
    assert len(app.items("deliveries")) == len(app.items("deliveries")) == 1
    polled = app.send("GET", f"messaging/news/{subscription}").body["messages"]
    assert [each["data"] for each in polled] == ["hi"]
    assert [each["data"] for each in app.items("retrieved")] == ["hi"]


def mail(app, **body):
    assert app.send("POST", "messaging/email", {"subject": "s", "to": ["a@b.example"], **body}).status == 200


def test_the_html_of_an_e_mail_is_handed_out_where_nothing_in_it_runs(app):
    html = "<p style='color: red'>Grüße</p><script>alert(1)</script>"
    mail(app, bodyparts={"htmlmessage": html})
    said = app.ask("GET", "outbox/1/html")
    assert (said.status, said.body) == (200, html)
    kept = ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")
    assert [said.headers[name] for name in kept] == [
        "text/html; charset=utf-8",
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        "nosniff",
        "no-store",
    ]


def test_half_of_a_surrogate_pair_in_an_e_mail_is_a_question_mark(app):
    mail(app, bodyparts={"htmlmessage": "a\ud800b"})
    assert app.ask("GET", "outbox/1/html").body == "a?b"


@pytest.mark.parametrize(
    ("number", "detail"),
    [
        ("1", "1 is a push; GET outbox lists what was sent"),
        ("2", "2 is an e-mail without HTML; GET outbox lists what was sent"),
        ("3", "3 is nothing of that number in the outbox, which has 2; GET outbox lists what was sent"),
        ("0", "0 is nothing of that number in the outbox, which has 2; GET outbox lists what was sent"),
        (
            "9" * 5_000,
            f"{'9' * 5_000} is nothing of that number in the outbox, which has 2; GET outbox lists what was sent",
        ),
        ("x", "x is nothing of that number in the outbox, which has 2; GET outbox lists what was sent"),
    ],
)
def test_what_has_no_html_is_a_404_that_says_what_it_is(app, number, detail):
    app.post("devices", deviceId="phone", os="IOS", channels=["news"])
    app.post("messages", channel="news", message="x", publishPolicy="PUSH")
    mail(app, bodyparts={"textmessage": "hi"})
    said = app.ask("GET", f"outbox/{number}/html")
    assert (said.status, said.detail) == (404, detail)
