"""Faults and stubs over the control API."""

from __future__ import annotations

import pytest


def publish(app):
    return app.send("POST", "messaging/news", {"message": "hi"})


def test_a_fault_strikes_so_many_times(app):
    said = app.post("faults", kind="fail", operation="publish", error=5007, times=1)
    assert (said.status, said.body) == (
        201,
        {"id": "1", "kind": "fail", "operation": "publish", "fired": 0, "text": "fail('publish', error=5007, times=1)"},
    )
    assert [publish(app).body.get("code"), publish(app).body.get("code")] == [5007, None]
    assert [each["fired"] for each in app.items("faults")] == [1]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "fail", "http": 503, "body": {"a": 1}, "headers": {"Retry-After": "1"}},
        {"kind": "fail", "operation": "publish", "message": "no"},
        {"kind": "failDelivery", "message": "no"},
        {"kind": "reset", "operation": "retrieve", "midway": True},
        {"kind": "empty", "operation": "all", "channel": "news"},
        {"kind": "garbage", "garbage": "not HTTP"},
        {"kind": "slow", "operation": "publish", "seconds": "100ms"},
        {"kind": "hang", "operation": "publish", "clock": "1m"},
        {"kind": "delay", "operation": "publish", "seconds": 5},
        {"kind": "lose", "operation": "realtime"},
        {"kind": "fail", "operation": "join", "error": 5008},
    ],
    ids=lambda body: body["kind"],
)
def test_every_kind_of_fault_can_be_had(app, body):
    assert app.ask("POST", "faults", {**body, "optional": True}).status == 201
    assert len(app.items("faults")) == 1


def test_a_delay_moves_the_clock(app):
    app.post("faults", kind="delay", operation="publish", seconds="5m")
    publish(app)
    assert app.ask("GET", "clock").body["now"] == "2030-01-07T08:35:00Z"


def test_where_is_a_schema_over_the_record_of_the_request(app):
    where = {"properties": {"json": {"properties": {"message": {"const": "bad"}}, "required": ["message"]}}}
    app.post("faults", kind="fail", operation="publish", error=5007, where=where)
    assert publish(app).status == 200
    assert app.send("POST", "messaging/news", {"message": "bad"}).body["code"] == 5007


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            {"kind": "explode"},
            "$.kind: must be one of fail, failDelivery, reset, empty, garbage, slow, hang, delay, lose",
        ),
        (
            {"kind": "reset", "error": 1},
            "$.error: makes no sense for 'reset': there are midway, channel, times, optional",
        ),
        ({"kind": "failDelivery", "operation": "publish"}, "$.operation: makes no sense for 'failDelivery'"),
        ({"kind": "reset", "operation": "publsh"}, "$: there is no operation 'publsh'; did you mean 'publish'?"),
        ({"kind": "fail", "operation": "publish"}, "$: fail() takes one of error="),
        ({"kind": "slow", "seconds": "soon"}, "$.seconds: 'soon' is no duration"),
        ({"kind": "slow"}, "$.seconds: is needed for 'slow'"),
        ({"kind": "reset", "operation": "join", "where": {}}, "$: reset(when=...) is for HTTP requests"),
        (
            {"kind": "reset", "where": {"$ref": "file:///etc/passwd"}},
            "$.where: the schema refers to 'file:///etc/passwd'",
        ),
    ],
)
def test_a_fault_that_cannot_be_is_refused(app, body, told):
    said = app.ask("POST", "faults", body)
    assert (said.status, said.detail[: len(told)]) == (422, told)
    assert app.items("faults") == []


def test_a_fault_can_be_ended_and_is_not_missed(app):
    for _ in range(2):
        app.post("faults", kind="fail", operation="publish", error=5007)
    assert app.ask("DELETE", "faults/1").status == 204
    assert publish(app).body["code"] == 5007
    assert app.ask("DELETE", "faults").status == 204
    assert publish(app).status == 200
    said = app.ask("DELETE", "faults/1")
    assert (said.status, said.detail) == (404, "there is no fault '1'; there are none")
    assert app.post("faults", kind="reset").body["id"] == "3"


def test_a_stub_answers_what_the_mock_does_not_have(app):
    said = app.ask(
        "POST", "stubs", {"method": "GET", "path": "/data/Orders", "json": [1], "status": 201, "headers": {"X-A": "b"}}
    )
    assert (said.status, said.body) == (
        201,
        {"id": "1", "method": "GET", "path": "/data/Orders", "status": 201, "root": False},
    )
    answer = app.send("GET", "data/Orders")
    assert (answer.status, answer.body, answer.headers["X-A"]) == (201, [1], "b")
    assert len(app.items("stubs")) == 1
    assert app.ask("DELETE", "stubs/1").status == 204
    assert app.send("GET", "data/Orders").status == 404


def test_all_stubs_can_be_taken_away(app):
    app.ask("POST", "stubs", {"method": "*", "path": "/a*"})
    app.ask("POST", "stubs", {"method": "GET", "path": "/b", "root": True})
    assert app.ask("DELETE", "stubs").status == 204
    assert app.items("stubs") == []
    assert app.ask("DELETE", "stubs/2").detail == "there is no stub '2'; there are none"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"method": "GET", "path": "/info"}, "$: the mock answers GET /info itself; what goes wrong there is"),
        ({"method": "GET", "path": "/x", "status": 99}, "$: an HTTP status is a number from 200 to 599, not 99"),
        ({"path": "/x"}, "$: needs method, path"),
    ],
)
def test_a_stub_that_cannot_be_is_refused(app, body, told):
    said = app.ask("POST", "stubs", body)
    assert (said.status, said.detail[: len(told)]) == (422, told)
