"""Looking, once and for as long as something comes."""

from __future__ import annotations

import json
import signal
import subprocess

import pytest

from pytest_backendless_mock.cli import look
from pytest_backendless_mock.cli.parser import VIEWS
from pytest_backendless_mock.control import page


def kinds(lines):
    return [line.split()[1] for line in lines.splitlines()]


@pytest.mark.parametrize("view", [*VIEWS, "timeline"])
def test_nothing_is_nothing(ask, view):
    assert ask(view) == (0, "", "")
    assert ask(view, "--json") == (0, "", "")


def test_deliveries_are_a_table_or_a_line_of_json_each(ask):
    ask("publish", "news", "hello", "--header", "a=b")
    ask("publish", "other", '{"n": 1}')
    rows = [line.split() for line in ask("deliveries").out.splitlines()]
    assert rows[0] == ["at", "channel", "data", "headers", "messageId"]
    assert [row[1] for row in rows[1:]] == ["news", "other"]
    told = [json.loads(line) for line in ask("deliveries", "--json").out.splitlines()]
    assert [each["data"] for each in told] == ["hello", {"n": 1}]


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        (["deliveries", "--channel", "news"], 1),
        (["deliveries", "--channel", "none"], 0),
        (["messages", "--status", "published"], 2),
        (["devices", "--os", "IOS"], 1),
        (["devices", "--device", "phone", "--channel", "default"], 1),
        (["requests", "--operation", "publish", "--code", "1"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_filters_are_the_mock_s(ask, mock, send, typed, count):
    ask("publish", "news", "hello")
    ask("publish", "other", "hello")
    device = {"deviceId": "phone", "deviceToken": "t", "os": "IOS", "osVersion": "17", "channels": ["default"]}
    send(mock, "messaging/registrations", device)
    assert len(ask(*typed, "--json").out.splitlines()) == count


def test_a_filter_that_the_view_does_not_take_is_2(ask):
    ran = ask("deliveries", "--code", "1")
    assert (ran.code, ran.out) == (2, "")
    assert "code" in ran.err


def test_more_than_one_answer_holds_is_asked_for_again(ask, monkeypatch):
    monkeypatch.setattr(page, "USUAL", 2)
    for number in range(5):
        ask("publish", "news", str(number))
    told = [json.loads(line)["data"] for line in ask("deliveries", "--json").out.splitlines()]
    assert told == [0, 1, 2, 3, 4]


def test_the_timeline_has_what_is_told_of_each_event(ask):
    ask("publish", "news", "hello")
    heading, *rows = [line.split() for line in ask("timeline").out.splitlines()]
    assert heading == ["at", "kind", "channel", "data", "messageId"]
    assert [row[1:4] for row in rows] == [["accepted", "news", "hello"], ["delivered", "news", "hello"]]
    assert kinds(ask("timeline", "--kinds", "delivered").out) == ["kind", "delivered"]
    assert [json.loads(line)["kind"] for line in ask("timeline", "--json").out.splitlines()] == [
        "accepted",
        "delivered",
    ]


@pytest.mark.parametrize("view", ["deliveries", "timeline", "requests"])
def test_what_comes_is_followed_until_ctrl_c(mock, started, ends, send, view):
    send(mock, "messaging/news", {"message": "before"})
    with started(view, "--follow", "--json", "--url", mock.url, stderr=subprocess.PIPE) as process:
        assert json.loads(process.stdout.readline())["at"] == "2030-01-07T08:30:00Z"
        send(mock, "messaging/news", {"message": "later"})
        assert read_until(process, "later")
        assert ends(process, signal.SIGINT) == 130
        assert process.stderr.read() == ""


@pytest.mark.parametrize("view", ["deliveries", "timeline", "requests"])
def test_what_comes_after_a_reset_is_followed_too(mock, started, send, ask, view):
    send(mock, "messaging/news", {"message": "first"})
    send(mock, "messaging/news", {"message": "second"})
    with started(view, "--follow", "--json", "--url", mock.url) as process:
        assert read_until(process, "second")
        ask("reset")
        send(mock, "messaging/news", {"message": "third"})
        assert read_until(process, "third")


def read_until(process, text):
    return any(text in line for line in process.stdout)


def test_what_is_scheduled_is_followed_though_it_vanishes(mock, started, ends, ask):
    ask("publish", "news", "first", "--at", "+1h")
    with started("scheduled", "--follow", "--json", "--url", mock.url) as process:
        assert json.loads(process.stdout.readline())["data"] == "first"
        ask("clock", "advance", "2h")
        ask("publish", "news", "second", "--at", "+1h")
        assert json.loads(process.stdout.readline())["data"] == "second"
        assert ends(process, signal.SIGINT) == 130


def test_every_view_but_two_only_grows():
    assert set(look.STATES) == {"scheduled", "devices"}
