"""What is to come, and what a move of the clock would bring, over the control API."""

from __future__ import annotations

import pytest
from control_support import START


@pytest.fixture
def planned(app):
    """Three messages to come: one repeats, one is a push."""
    app.post("devices", deviceId="phone", os="IOS", channels=["news"])
    app.post("messages", channel="news", message="tick", publishAt="2030-01-07T09:00:00Z", repeatEvery="10m")
    app.post("messages", channel="orders", message={"id": 7}, publishAt="2030-01-07T09:05:00Z")
    app.post("messages", channel="news", message="ring", publishAt="2030-01-07T09:06:00Z", publishPolicy="PUSH")
    return app


def told(said):
    return [(each["at"][11:16], each["kind"], each["channel"], each["number"], each["data"]) for each in said["items"]]


def test_what_is_to_come_is_listed_occurrence_by_occurrence(planned):
    said = planned.ask("GET", "upcoming", limit=4).body
    assert told(said) == [
        ("09:00", "delivery", "news", 1, "tick"),
        ("09:05", "delivery", "orders", 1, {"id": 7}),
        ("09:06", "push", "news", 1, "ring"),
        ("09:10", "delivery", "news", 2, "tick"),
    ]
    assert said["items"][0]["messageId"] == said["items"][3]["messageId"] == planned.items("messages")[0]["messageId"]


def test_without_a_limit_a_schedule_without_end_is_listed_a_thousand_times(planned):
    assert len(planned.items("upcoming")) == 1_000


def test_the_list_can_be_of_one_channel(planned):
    assert told(planned.ask("GET", "upcoming", channel="orders").body) == [
        ("09:05", "delivery", "orders", 1, {"id": 7})
    ]


def test_a_message_for_subscribers_and_devices_is_listed_as_both(app):
    app.post("messages", channel="news", message="x", publishAt="2030-01-07T09:00:00Z", publishPolicy="BOTH")
    assert [each["kind"] for each in app.items("upcoming")] == ["delivery", "push"]


def test_a_message_that_will_fail_is_listed_as_that(app):
    assert app.post("faults", kind="failDelivery", message="no").status == 201
    app.post("messages", channel="news", message="x", publishAt="2030-01-07T09:00:00Z")
    assert [each["kind"] for each in app.items("upcoming")] == ["failure"]
    assert app.ask("GET", "clock/ahead", by="1h").body["text"] == "1 failure"


def test_looking_consumes_nothing_and_moves_nothing(planned):
    before = planned.ask("GET", "clock").body
    first = planned.items("upcoming", limit=5)
    planned.ask("GET", "clock/ahead", by="1d")
    after = planned.ask("GET", "clock").body
    assert planned.items("upcoming", limit=5) == first
    assert (after["now"], after["nextAt"], after["pending"]) == (before["now"], before["nextAt"], before["pending"])
    assert planned.items("deliveries") == []


@pytest.mark.parametrize(
    ("move", "to", "text"),
    [
        pytest.param({"by": "1m"}, "2030-01-07T08:31:00Z", "nothing is due", id="nothing"),
        pytest.param({"by": "30m"}, "2030-01-07T09:00:00Z", "1 delivery on 1 channel", id="one"),
        pytest.param({"by": "2100"}, "2030-01-07T09:05:00Z", "2 deliveries on 2 channels", id="seconds"),
        pytest.param({"by": "1h"}, "2030-01-07T09:30:00Z", "5 deliveries on 2 channels, 1 push", id="push"),
        pytest.param({"to": "2030-01-07T09:05:00Z"}, "2030-01-07T09:05:00Z", "2 deliveries on 2 channels", id="to"),
        pytest.param({"to": "1894007100000"}, "2030-01-07T09:05:00Z", "2 deliveries on 2 channels", id="milliseconds"),
        pytest.param({"next": "true"}, "2030-01-07T09:00:00Z", "1 delivery on 1 channel", id="next"),
    ],
)
def test_what_a_move_would_bring_is_said_and_then_comes(planned, move, to, text):
    said = planned.ask("GET", "clock/ahead", **move).body
    assert (said["to"], said["text"]) == (to, text)
    gone = planned.post("clock/move-to", to=to).body
    assert len(gone["deliveries"]) == said["deliveries"]
    assert len(planned.items("outbox")) == said["pushes"]


def test_a_push_that_finds_no_device_is_said(app):
    app.post("messages", channel="x", message="ring", publishAt="2030-01-07T09:00:00Z", publishPolicy="PUSH")
    said = app.ask("GET", "clock/ahead", by="1h").body
    assert (said["inVain"], said["text"]) == (1, "1 push to no device")


def test_where_nothing_is_to_come_next_stays(app):
    said = app.ask("GET", "clock/ahead", next="true").body
    assert (said["to"], said["text"]) == (START, "nothing is due")


@pytest.mark.parametrize(
    ("look", "move"),
    [
        pytest.param({"to": "2020-01-01T00:00:00Z"}, ("move-to", {"to": "2020-01-01T00:00:00Z"}), id="back"),
        pytest.param({"by": "9000000d"}, ("advance", {"by": "9000000d"}), id="beyond-9999"),
        pytest.param({"by": "5000d"}, ("advance", {"by": "5000d"}), id="runaway"),
    ],
)
def test_a_move_that_would_be_refused_is_refused_alike(planned, look, move):
    planned.post("messages", channel="news", message="!", publishAt="2030-01-07T09:00:00Z", repeatEvery="1s")
    refused = planned.ask("GET", "clock/ahead", **look)
    assert refused.status == 409
    assert refused.body == planned.ask("POST", f"clock/{move[0]}", move[1]).body


@pytest.mark.parametrize(
    ("query", "path", "message"),
    [
        ({}, "?by", "say one of by, to, next: which move of the clock is meant"),
        ({"by": "1h", "next": "true"}, "?by", "say one of by, to, next: which move of the clock is meant"),
        ({"next": "false"}, "?by", "say one of by, to, next: which move of the clock is meant"),
        ({"next": "yes"}, "?next", "must be true or false, not 'yes'"),
        (
            {"to": "9" * 5_000},
            "?to",
            f"{'9' * 5_000!r} is no instant: say ISO 8601 such as 2030-01-07T08:30:00Z, or milliseconds since 1970",
        ),
        ({"by": "soon"}, "?by", "'soon' is no duration: say 90s, 5m, 1h30m or 2d, or a number of seconds"),
        (
            {"to": "2030"},
            "?to",
            "'2030' is no instant: say ISO 8601 such as 2030-01-07T08:30:00Z, or milliseconds since 1970",
        ),
    ],
)
def test_what_is_no_move_is_said_to_be_none(app, query, path, message):
    said = app.ask("GET", "clock/ahead", **query)
    assert (said.status, said.body["errors"]) == (422, [{"path": path, "message": message}])
