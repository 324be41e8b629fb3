"""Verdict and report over the control API."""

from __future__ import annotations


def test_an_application_where_nothing_is_wrong_passes(app):
    said = app.post("verify")
    assert (said.status, said.body["ok"], said.body["problems"]) == (200, True, [])


def test_what_fails_a_test_is_told_once_with_the_report(app):
    app.send("GET", "data/Orders")
    said = app.post("verify")
    assert said.status == 409
    assert said.body["ok"] is False
    assert said.detail == said.body["problems"][0].partition("\n")[0]
    assert said.body["problems"] == [
        (
            "the service has no GET …/data/Orders; that is a part of Backendless which the mock leaves out: "
            'POST stubs {"method": "GET", "path": "/data/Orders", "json": []} answers it.\n'
            'If this is intended, use PATCH rules {"allow_unknown_requests": true}'
        )
    ]
    assert "GET" in said.body["report"]
    assert app.post("verify").status == 200


def test_a_fault_that_never_struck_is_told_in_the_words_of_this_door(app):
    app.post("faults", kind="reset", operation="publish")
    app.post("outages", start="1h", end="2h")
    assert app.post("verify").body["problems"] == [
        "the fault reset('publish') never fired: no such request came. If that is right, say \"optional\": true",
        (
            "the outage('2030-01-07 09:30:00Z', '2030-01-07 10:30:00Z') never began: "
            'the clock shows 2030-01-07 08:30:00Z. If that is right, say "optional": true'
        ),
    ]


def test_the_report_is_text(app):
    app.post("messages", channel="news", message="hi")
    said = app.ask("GET", "report")
    assert said.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert said.body == (
        "timeline:\n"
        "  08:30:00  accepted     'hi' on 'news'\n"
        "  08:30:00  delivered    'hi' on 'news'\n"
        "  08:30:00  -- now --\n"
        "requests: none reached the mock\n"
        "  does the code under test use this application's url (GET apps/{app})? "
        "GET /__mock__/strays lists requests to applications that do not exist\n"
    )


def test_a_wrong_prefix_or_key_is_told_in_the_words_of_this_door(tools, app):
    tools.send("POST", "/messaging/news", {"message": "hi"})
    assert "the application's url" in tools.ask("POST", "apps/default/verify").body["problems"][0]
    tools.send("GET", f"/{app.app_id}/wrong/info")
    assert "; apiKeys of GET /__mock__/apps has them all" in app.items("events")[0]["record"]["reason"]
    tools.send("GET", "/nobody/wrong/info")
    [stray] = tools.ask("GET", "apps/default/events").body["items"]
    assert "; POST /__mock__/apps makes others" in stray["record"]["reason"]
