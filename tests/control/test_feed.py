"""The feed: what happens, as a list that can be waited for, and as a stream."""

from __future__ import annotations

import json
import threading

import pytest
from control_support import HOST
from mock_support import WATCHDOG
from werkzeug.test import EnvironBuilder

from pytest_backendless_mock.control import feed
from pytest_backendless_mock.runtime.event import Faulted


def stream(app, query_string="", **headers):
    """The parts of a stream as they come."""
    sent = {"Host": HOST, "Accept": "text/event-stream", **headers}
    environ = EnvironBuilder(
        f"/__mock__/apps/{app.app_id}/events", query_string=query_string, headers=sent
    ).get_environ()
    begun = []
    parts = app.tools.control(environ, lambda status, headers: begun.append((status, dict(headers))))
    assert begun[0][0] == "200 OK"
    assert (begun[0][1]["Content-Type"], begun[0][1]["Connection"]) == ("text/event-stream", "close")
    return iter(parts)


def test_what_happened_is_listed_with_numbers(app):
    app.post("messages", channel="news", message="hi")
    said = app.ask("GET", "events").body
    assert [(each["id"], each["kind"]) for each in said["items"]] == [(1, "accepted"), (2, "delivered")]
    assert said["items"][1]["at"] == said["items"][1]["record"]["at"] == "2030-01-07T08:30:00Z"
    assert said["next"] == 2
    assert app.ask("GET", "events", after=1).body["items"] == said["items"][1:]
    assert app.ask("GET", "events", after=2).body == {"items": [], "next": 2}


@pytest.mark.parametrize(("query", "numbers"), [({"last": 1}, [4]), ({"last": 9}, [1, 2, 3, 4]), ({"last": 0}, [])])
def test_who_comes_late_begins_with_the_last_of_them(app, query, numbers):
    app.post("messages", channel="news", message="hi")
    app.post("messages", channel="news", message="ho")
    assert [each["id"] for each in app.items("events", **query)] == numbers
    assert [each["id"] for each in app.items("events", after=3, last=3)] == [4]


def test_kinds_are_chosen_and_the_numbers_stay(app):
    app.post("messages", channel="news", message="hi")
    app.post("messages", channel="news", message="ho")
    said = app.ask("GET", "events", kinds="delivered,cancelled").body
    assert [each["id"] for each in said["items"]] == [2, 4]
    assert said["next"] == 4


def test_a_kind_that_there_is_not_is_told_the_one_that_was_meant(app):
    assert (
        app.ask("GET", "events", kinds="deliverd").detail
        == "?kinds: there is no event 'deliverd'; did you mean 'delivered'?"
    )
    assert app.ask("GET", "events", kinds="x").detail.startswith(
        "?kinds: there is no event 'x'; there are accepted, delivered"
    )


def test_who_waits_is_answered_by_the_first_event(app):
    answers = []
    asked = threading.Thread(
        target=lambda: answers.append(app.ask("GET", "events", wait=WATCHDOG, kinds="delivered").body)
    )
    asked.start()
    app.post("messages", channel="news", message="hi")
    asked.join(WATCHDOG)
    assert [each["id"] for each in answers[0]["items"]] == [2]


def test_numbers_go_on_when_the_application_is_reset(app):
    app.post("messages", channel="news", message="hi")
    app.post("reset")
    app.post("messages", channel="news", message="ho")
    for after in (0, 1, 2):
        items = app.items("events", after=after)
        assert [(each["id"], each["record"]["data"]) for each in items] == [(3, "ho"), (4, "ho")]


def test_who_follows_since_before_a_reset_goes_on_after_it(app):
    answers = []
    asked = threading.Thread(target=lambda: answers.append(app.ask("GET", "events", wait=WATCHDOG).body))
    asked.start()
    app.post("reset")
    app.post("messages", channel="news", message="hi")
    asked.join(WATCHDOG)
    assert answers[0]["items"][0]["record"]["data"] == "hi"


def test_a_number_of_an_earlier_server_begins_at_the_beginning(app):
    app.post("messages", channel="news", message="hi")
    assert [each["id"] for each in app.items("events", after=500)] == [1, 2]


def test_what_is_found_out_late_comes_last(app):
    app.post("messages", channel="news", message="hi")
    app.post("clock/advance", by="1h")
    backend = app.hosted.application.backend
    backend.note(Faulted(1_894_005_000_000_000, "the service", "late"), late=True)
    app.post("messages", channel="news", message="ho")
    backend.note(Faulted(1_894_005_000_000_001, "the service", "later"), late=True)
    found = [each["record"].get("fault", each["record"].get("data")) for each in app.items("events")]
    assert found == ["hi", "hi", "late", "ho", "ho", "later"]
    assert [each["record"]["fault"] for each in app.items("events", after=5)] == ["later"]


def test_many_events_come_in_several_goes(app, monkeypatch):
    monkeypatch.setattr(feed, "MOST", 3)
    for number in range(2):
        app.post("messages", channel="news", message=number)
    said = app.ask("GET", "events").body
    assert ([each["id"] for each in said["items"]], said["next"]) == ([1, 2, 3], 3)
    assert [each["id"] for each in app.items("events", after=3)] == [4]


def test_a_message_of_which_nothing_is_kept_is_left_out(app, monkeypatch):
    app.post("messages", channel="news", message="hi")
    monkeypatch.setattr(app.hosted.application.backend, "described", lambda _: None)
    assert app.ask("GET", "events").body == {"items": [], "next": 2}


def test_a_stream_tells_events_with_number_and_kind(app):
    app.post("messages", channel="news", message="hi")
    parts = stream(app)
    assert next(parts) == b": here\n\n"
    first = next(parts).decode().split("\n")
    assert first[:2] == ["id: 1", "event: accepted"]
    assert json.loads(first[2].removeprefix("data: "))["record"]["data"] == "hi"
    assert next(parts).startswith(b"id: 2\nevent: delivered\n")
    parts.close()
    parts = stream(app, query_string="last=1")
    next(parts)
    assert next(parts).startswith(b"id: 2\n")
    parts.close()


@pytest.mark.parametrize(
    ("last", "first"), [("1", b"id: 2\n"), ("x", b"id: 1\n"), ("²", b"id: 1\n"), ("9" * 5_000, b"id: 1\n")]
)
def test_a_stream_goes_on_where_it_was_left(app, last, first):
    app.post("messages", channel="news", message="hi")
    parts = stream(app, **{"Last-Event-ID": last.encode().decode("latin-1")})
    assert [next(parts), next(parts)[:6]] == [b": here\n\n", first]
    parts.close()


def test_a_stream_without_news_says_that_it_is_there(app, monkeypatch):
    monkeypatch.setattr(feed, "BREATH", 0)
    parts = stream(app)
    assert [next(parts), next(parts)] == [b": here\n\n", b": still here\n\n"]
    parts.close()


def test_a_stream_ends_with_the_application(app):
    parts = stream(app)
    assert next(parts) == b": here\n\n"
    app.tools.ask("DELETE", f"apps/{app.app_id}")
    assert list(parts) == []
