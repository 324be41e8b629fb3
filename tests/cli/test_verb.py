"""Verbs that ask a running mock, with the mock behind them."""

from __future__ import annotations

import io
import json

import pytest

ID = "message:427B51C5-7AF4-4B1B-9395-79191738A948"
"""The first that seed 0 gives."""


def test_the_clock_is_shown(ask):
    shown = ["now       2030-01-07T08:30:00Z", "nowMs     1894005000000", "offsetMs  "]
    for typed in (("clock",), ("clock", "show")):
        ran = ask(*typed)
        assert ran.code == 0
        assert [line[: len(start)] for line, start in zip(ran.out.splitlines(), shown, strict=False)] == shown


def test_the_clock_is_moved_and_what_that_delivers_is_shown(ask):
    ask("publish", "news", "hello", "--at", "+90s")
    ran = ask("clock", "advance", "2m")
    heading, row, *clock = ran.out.splitlines()
    assert heading.split() == ["at", "channel", "data", "messageId"]
    assert row.split() == ["2030-01-07T08:31:30Z", "news", "hello", ID]
    assert clock[0] == "now       2030-01-07T08:32:00Z"


@pytest.mark.parametrize(
    ("typed", "now"),
    [
        (["advance", "90"], "2030-01-07T08:31:30Z"),
        (["advance", "1h30m", "--pause", "0", "--settle", "0"], "2030-01-07T10:00:00Z"),
        (["move-to", "2030-01-08"], "2030-01-08T00:00:00Z"),
        (["move-to", "1894005001000"], "2030-01-07T08:30:01Z"),
        (["next"], "2030-01-07T08:30:00Z"),
        (["freeze"], "2030-01-07T08:30:00Z"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_each_way_of_moving_the_clock(ask, typed, now):
    ran = ask("clock", *typed, "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["now"] == now


def test_a_clock_that_runs_again(ask):
    assert json.loads(ask("clock", "--json").out)["frozen"] is True
    assert json.loads(ask("clock", "--json", "unfreeze").out)["frozen"] is False
    assert json.loads(ask("clock", "freeze", "2031-01-01", "--json").out)["now"] == "2031-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "typed",
    [
        ["clock", "move-to", "2020-01-01"],
        ["clock", "move-to", "2030"],
        ["clock", "advance", "soon"],
        ["publish", "a", "b", "--at", "+soon"],
    ],
    ids=" ".join,
)
def test_an_instant_or_a_duration_that_cannot_be_meant_is_2(ask, typed):
    ran = ask(*typed)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("backendless-mock: ")


@pytest.mark.parametrize(
    ("typed", "data"),
    [
        (["hello"], "hello"),
        (['{"a": [1, 2.5, null]}'], {"a": [1, 2.5, None]}),
        (["42"], 42),
        (["42", "--text"], "42"),
        (["-"], {"from": "a pipe"}),
        (["--text", "-"], '{"from": "a pipe"}'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_message_is_json_where_it_reads_as_json(ask, mock, monkeypatch, typed, data):
    monkeypatch.setattr("sys.stdin", io.StringIO('{"from": "a pipe"}'))
    ran = ask("publish", "news", *typed)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == ["errorMessage  ", f"messageId     {ID}", "status        scheduled"]
    assert mock.default.mock.channel("news").deliveries.data == [data]


def test_a_message_has_headers_and_a_schedule(ask, mock):
    ran = ask(
        *("publish", "news", "hello", "--header", "a=b", "--header", "c=d"),
        *("--at", "2030-01-07T09:00:00Z", "--every", "1h30m", "--until", "+1d"),
    )
    assert ran.code == 0, ran.err
    (message,) = mock.default.mock.channel("news").messages
    assert message.headers == {"a": "b", "c": "d"}
    assert message.repeat_every == 5400
    assert [str(message.publish_at), str(message.repeat_expires_at)] == [
        "2030-01-07 09:00:00+00:00",
        "2030-01-08 08:30:00+00:00",
    ]


def test_what_is_scheduled_is_cancelled(ask):
    ask("publish", "news", "hello", "--at", "+1h")
    assert json.loads(ask("cancel", ID, "--json").out)["status"] == "cancelled"
    again = ask("cancel", ID)
    assert again.code == 2
    assert "5040" in again.err


def test_waiting_holds_or_is_1_with_the_text_of_the_mock(ask):
    ask("publish", "news", "hello")
    assert ask("wait", "delivered", "--channel", "news", "--count", "1") == (0, "ok\n", "")
    ran = ask("wait", "delivered", "--channel", "nwes", "--timeout", "0")
    assert (ran.code, ran.out) == (1, "")
    assert "did you mean 'news'?" in ran.err
    assert json.loads(ask("wait", "delivered", "--channel", "nwes", "--timeout", "0", "--json").out)["ok"] is False


def test_the_verdict_is_given_once(ask, mock):
    assert ask("verify") == (0, "ok\n", "")
    mock.default.mock.faults.reset("publish")
    ran = ask("verify")
    assert (ran.code, ran.out) == (1, "")
    assert "never" in ran.err
    assert "timeline:" in ran.err


def test_hints_are_told_of_what_is_ok(ask, mock, send):
    send(mock, "messaging/news", {"message": "hello", "releatEvery": 5})
    ran = ask("verify")
    assert (ran.code, ran.out) == (0, "ok\n")
    assert "did you mean 'repeatEvery'?" in ran.err


def test_resetting_begins_anew(ask):
    ask("publish", "news", "hello")
    assert ask("reset", "--seed", "7", "--freeze", "2031-01-01", "--keep-sessions") == (0, "", "")
    assert ask("messages").out == ""
    assert json.loads(ask("clock", "--json").out)["now"] == "2031-01-01T00:00:00Z"
    assert ask("publish", "news", "hello").out.splitlines()[1] != f"messageId     {ID}"


def test_health_tells_who_answers(ask):
    assert ask("health").out.splitlines()[0] == "status   ok"
    assert json.loads(ask("health", "--json").out)["status"] == "ok"
    assert ask("health", "--quiet") == (0, "", "")


def test_health_is_3_where_nobody_answers(cli):
    assert cli("health", "--quiet", "--url", "http://127.0.0.1:9") == (3, "", "")
    assert cli("health", "--url", "http://127.0.0.1:9").err.startswith("backendless-mock: no mock answers at ")


def test_applications_come_and_go(ask):
    made = ask(
        "app", "new", "--label", "t", "--api-key", "JS=J", "--rule", "strict_channels=true", "--freeze", "2031-01-01"
    )
    assert made.code == 0, made.err
    shown = dict(line.split(None, 1) for line in made.out.splitlines())
    assert list(shown) == ["label", "appId", "apiKey", "url", "hostUrl"]
    assert shown["label"] == "t"
    assert json.loads(ask("clock", "--json", "--app", shown["appId"]).out)["now"] == "2031-01-01T00:00:00Z"
    assert [line.split()[0] for line in ask("app", "list").out.splitlines()] == ["label", "default", "t"]
    assert [json.loads(line)["label"] for line in ask("app", "list", "--json").out.splitlines()] == ["default", "t"]
    assert ask("app", "delete", shown["appId"]) == (0, "ok\n", "")
    assert ask("app", "delete", shown["appId"]).code == 2


def test_a_new_application_has_the_variables_of_templates(ask, mock):
    ran = ask(
        "app", "new", "--label", "t", "--app-id", "A", "--api-key", "K", "--seed", "s", "--env", "MY={appId}", "--json"
    )
    app = json.loads(ran.out)
    assert (app["appId"], app["apiKey"], app["mockUrl"]) == ("A", "K", mock.url)
    assert app["env"]["MY"] == "A"
    assert app["env"]["BACKENDLESS_API_KEY"] == "K"


def test_a_rule_there_is_not_is_2(ask):
    ran = ask("app", "new", "--rule", "strict_chanels=true")
    assert ran.code == 2
    assert "there is no such rule" in ran.err


def test_the_last_verdict_on_an_application_is_1_where_it_fails(ask, mock):
    shown = json.loads(ask("app", "new", "--label", "t", "--json").out)
    mock.applications.find(shown["appId"]).mock.faults.reset("publish")
    ran = ask("app", "delete", shown["appId"])
    assert (ran.code, ran.out) == (1, "")
    assert "never" in ran.err
