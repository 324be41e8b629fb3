"""An application's clock over the control API."""

from __future__ import annotations

import threading

import pytest
from control_support import START

DAY = 86_400_000


def test_a_clock_that_stands_is_told_with_what_is_to_come(app):
    app.post("messages", channel="news", message="hi", publishAt="2030-01-07T09:00:00Z")
    said = app.ask("GET", "clock").body
    offset = said.pop("offsetMs")
    assert said == {
        "now": START,
        "nowMs": 1_894_005_000_000,
        "frozen": True,
        "nextAt": "2030-01-07T09:00:00Z",
        "pending": 1,
    }
    assert offset > 0


def test_a_clock_that_runs_shows_the_real_time_until_it_is_moved(tools):
    app = tools.new(freeze=None)
    assert app.ask("GET", "clock").body["offsetMs"] == 0
    app.post("clock/advance", by="1d")
    said = app.ask("GET", "clock").body
    assert abs(said["offsetMs"] - DAY) < 60_000
    assert said["frozen"] is False


def test_advancing_delivers_what_is_due_on_the_way(app):
    app.post("messages", channel="news", message="hi", publishAt="2030-01-07T09:00:00Z", repeatEvery="10m")
    said = app.post("clock/advance", by="41m")
    assert [(each["at"], each["number"]) for each in said.body["deliveries"]] == [
        ("2030-01-07T09:00:00Z", 1),
        ("2030-01-07T09:10:00Z", 2),
    ]
    assert (said.body["now"], said.body["settled"]) == ("2030-01-07T09:11:00Z", True)


@pytest.mark.parametrize("to", ["2030-01-07T09:00:00Z", "2030-01-07 10:00+01:00", 1_894_006_800_000])
def test_the_clock_can_be_moved_to_an_instant(app, to):
    assert app.post("clock/move-to", to=to).body["now"] == "2030-01-07T09:00:00Z"


def test_next_goes_to_the_next_delivery(app):
    for message in ("a", "b"):
        app.post("messages", channel="news", message=message, publishAt="2030-01-07T09:00:00Z")
    said = app.post("clock/next")
    assert [each["data"] for each in said.body["deliveries"]] == ["a", "b"]
    assert said.body["now"] == "2030-01-07T09:00:00Z"
    said = app.post("clock/next")
    assert (said.body["deliveries"], said.body["now"]) == ([], "2030-01-07T09:00:00Z")


def test_with_a_pause_the_clock_stops_at_each_instant_on_the_way(app, monkeypatch):
    app.post(
        "messages",
        channel="news",
        message="hi",
        publishAt="2030-01-07T09:00:00Z",
        repeatEvery="10m",
        repeatExpiresAt="2030-01-07T09:15:00Z",
    )
    stops = []

    class Over(threading.Event):
        def wait(self, timeout):
            stops.append((timeout, app.ask("GET", "clock").body["now"]))

    monkeypatch.setattr(app.hosted, "over", Over())
    said = app.post("clock/advance", by="1h", pause="50ms")
    assert stops == [(0.05, "2030-01-07T09:00:00Z"), (0.05, "2030-01-07T09:10:00Z")]
    assert [each["number"] for each in said.body["deliveries"]] == [1, 2]


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        (
            "clock/move-to",
            {"to": "2030-01-07T08:00:00Z"},
            "2030-01-07 08:00:00Z has passed: the mock's clock shows 2030-01-07 08:30:00Z",
        ),
        ("clock/advance", {"by": 10**12}, "the clock goes to the end of the year 9999"),
    ],
)
def test_where_the_clock_cannot_go_is_told(app, path, body, detail):
    said = app.ask("POST", path, body)
    assert (said.status, said.detail) == (409, detail)


def test_a_schedule_that_nobody_means_is_told_and_nothing_moves(app):
    app.post("messages", channel="news", message="hi", repeatEvery=0.001)
    said = app.post("clock/advance", by="1h")
    assert said.status == 409
    assert "1,000,000" in said.detail
    assert app.ask("GET", "clock").body["now"] == START


def test_a_clock_that_is_let_run_goes_on_from_where_it_stands(app):
    app.post("clock/advance", by="1h")
    said = app.post("clock/unfreeze").body
    assert said["frozen"] is False
    assert said["now"].startswith("2030-01-07T09:30:")
    assert app.post("clock/freeze").body["now"].startswith("2030-01-07T09:30:")


def test_freezing_twice_is_once_unless_it_is_at_another_instant(app):
    app.post("messages", channel="news", message="hi")
    assert app.post("clock/freeze").status == 200
    said = app.post("clock/freeze", at="2030-01-07T10:00:00Z")
    assert said.status == 409
    assert said.detail == (
        "the clock stands already, at 2030-01-07 08:30:00Z; POST clock/move-to "
        "moves it, POST clock/unfreeze lets it run"
    )


def test_before_anything_happened_the_clock_can_be_frozen_at_any_instant(app):
    assert app.post("clock/freeze", at="2001-01-01").body["now"] == "2001-01-01T00:00:00Z"


def test_the_clock_is_not_frozen_at_what_has_passed_once_something_has_happened(tools):
    app = tools.new(freeze=None)
    app.post("messages", channel="news", message="hi")
    said = app.post("clock/freeze", at="2001-01-01")
    assert (said.status, said.body["errors"][0]["path"]) == (422, "$.at")


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"publishAt": 1_894_005_000_000}, 5030),
        ({"repeatEvery": 60, "repeatExpiresAt": 1_894_005_000_000}, 5003),
    ],
)
def test_a_date_of_a_client_on_real_time_is_told_with_the_remedy(tools, dates, code):
    app = tools.new(freeze="9990-01-01")
    assert app.send("POST", "messaging/news", {"message": "hi", **dates}).body["code"] == code
    [hint] = app.post("verify").body["hints"]
    assert hint.endswith(
        " years ahead of the client's, by which the date was computed: "
        "set the client's clock by offsetMs of GET clock, or schedule by its nowMs"
    )
