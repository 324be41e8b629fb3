"""The WSGI application: what it makes of requests that are not as they should be, and of bugs."""

from __future__ import annotations

import io
import json

import pytest
from control_support import START
from werkzeug.test import EnvironBuilder, run_wsgi_app

from pytest_backendless_mock.control import index, schema
from pytest_backendless_mock.control.app import is_for_tools
from pytest_backendless_mock.control.table import ROUTES

WITH_BODY = [route for route in ROUTES if route.request]


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("/__mock__", True),
        ("/__mock__/", True),
        ("/__mock__/apps", True),
        ("/__mocks__/", False),
        ("/a/__mock__/", False),
    ],
)
def test_the_door_is_told_by_the_first_segment(path, ours):
    assert is_for_tools({"PATH_INFO": path}) is ours


def test_the_index_tells_name_version_and_applications(tools, app):
    said = tools.ask("GET", "")
    assert (said.body["name"], said.body["api"], said.body["hostUrl"]) == (
        "pytest-backendless-mock",
        1,
        "http://127.0.0.1:2563",
    )
    assert [each["label"] for each in said.body["apps"]] == ["default", "a test"]
    assert said.headers["Cache-Control"] == "no-store"


def test_health_is_told_with_the_version(tools):
    assert tools.ask("GET", "health").body == {
        "status": "ok",
        "name": "pytest-backendless-mock",
        "version": index.version(),
    }


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "detail"),
    [
        (
            "GET",
            "helth",
            None,
            404,
            (
                "there is no GET /__mock__/helth; the nearest there is is GET /__mock__/health. GET "
                "/__mock__/openapi.json describes all of them"
            ),
        ),
        ("POST", "health", {}, 405, "this path takes GET, not POST"),
        (
            "GET",
            "apps/X/clock",
            None,
            404,
            (
                "there is no application 'X'; GET apps lists those there are, POST apps makes one. "
                "One that nobody asks for goes after 60 minutes"
            ),
        ),
        (
            "POST",
            "apps",
            b"{",
            400,
            "the body is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        (
            "POST",
            "apps",
            b"\xff",
            400,
            "the body is no JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        ),
        ("POST", "apps", [], 422, "$: must be an object"),
        ("POST", "apps", {"lable": "x"}, 422, "$: there is no member 'lable'; did you mean 'label'?"),
        ("POST", "apps", {"label": ""}, 422, "$.label: must not be empty"),
        ("POST", "apps/default/clock/advance", None, 422, "$: needs by"),
        ("GET", "apps?limit=1", None, 422, "?limit: there is no parameter 'limit' here; there are none"),
        ("GET", "strays?after=x", None, 422, "?after: must be a number, not 'x'"),
        ("GET", "strays?after=-1", None, 422, "?after: must be from 0 on"),
        ("GET", "strays?limit=10001", None, 422, "?limit: must be at most 10000"),
        ("GET", "strays?afer=1", None, 422, "?afer: there is no parameter 'afer' here; did you mean 'after'?"),
    ],
)
def test_what_cannot_be_done_is_a_problem_that_says_what_to_do(tools, method, path, body, *, status, detail):
    said = tools.ask(method, path, body)
    assert (said.status, said.detail) == (status, detail)
    assert said.headers["Content-Type"] == "application/problem+json"


def test_a_method_that_a_path_does_not_take_is_told_those_that_it_does(tools):
    assert tools.ask("PUT", "apps").headers["Allow"] == "POST, GET"


def test_every_place_that_is_wrong_is_told(tools):
    said = tools.ask("POST", "apps", {"label": 1, "apiKeys": {"REST": 2, "X": "k"}, "seed": []})
    assert said.body["errors"] == [
        {"path": "$.label", "message": "must be text"},
        {"path": "$.apiKeys.REST", "message": "must be text"},
        {"path": "$.apiKeys", "message": "there is no member 'X'; there are REST, JS, ANDROID, IOS, .NET, AS, BL"},
        {"path": "$.seed", "message": "must be text or a whole number"},
    ]


def test_a_body_that_is_too_long_is_refused_with_its_size(tools):
    said = tools.ask("POST", "apps/default/clock/advance", b" " * (15 * 1024 * 1024))
    assert (said.status, said.headers["Connection"]) == (413, "close")
    assert said.detail == "a body may have 10 MiB here, and this one has 15 MiB"


def test_of_a_body_in_chunks_that_is_too_long_the_size_is_not_known(tools):
    environ = EnvironBuilder("/__mock__/apps/default/verify", method="POST").get_environ()
    body = io.BytesIO(b" " * (10 * 1024 * 1024 + 1))
    parts, status, _ = run_wsgi_app(
        tools.control, {**environ, "wsgi.input": body, "wsgi.input_terminated": True}, buffered=True
    )
    assert status.startswith("413")
    assert json.loads(b"".join(parts))["detail"] == "a body may have 10 MiB here, and this one has more"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [("POST", "nowhere", {}, 404), ("POST", "apps", {"Host": "evil.example"}, 403), ("OPTIONS", "apps", {}, 204)],
    ids=["no route", "no right to ask", "a preflight"],
)
def test_the_body_of_a_request_that_is_answered_without_it_is_read(tools, method, path, headers, status):
    preflight = {"Origin": "http://localhost", "Access-Control-Request-Method": "POST"} if method == "OPTIONS" else {}
    body = io.BytesIO(b"{} the next request")
    environ = EnvironBuilder(f"/__mock__/{path}", method=method, headers={**preflight, **headers}).get_environ()
    _, answered, _ = run_wsgi_app(tools.control, {**environ, "CONTENT_LENGTH": "2", "wsgi.input": body})
    assert int(answered.split()[0]) == status
    assert body.read() == b" the next request"


def test_a_body_that_never_comes_whole_is_refused(tools):
    environ = EnvironBuilder("/__mock__/apps", method="POST").get_environ()
    parts, status, _ = run_wsgi_app(tools.control, {**environ, "CONTENT_LENGTH": "10", "wsgi.input": io.BytesIO(b"{")})
    assert status == "400 Bad Request"
    assert json.loads(b"".join(parts))["detail"] == "the body never came whole: 1 of 10 bytes came"


def test_a_bug_is_told_as_one(tools, monkeypatch, caplog):
    monkeypatch.setattr(tools.applications, "find", lambda _: 1 / 0)
    said = tools.ask("GET", "apps/default/clock")
    assert said.status == 500
    assert said.detail.startswith("this is a bug of the mock, please report it: ZeroDivisionError at test_app.py:")
    assert "ZeroDivisionError" in caplog.text


def test_more_than_can_be_caught_up_with_is_a_conflict_that_a_reset_ends(tools):
    app = tools.new()
    state = {"messages": [{"messageId": "m", "at": "2000-01-01", "channel": "news", "data": 1, "repeatEvery": 1}]}
    assert app.ask("PUT", "state", state).status == 204  # it has no clock, so ours catches up with it
    said = app.ask("GET", "clock")
    assert (said.status, said.detail[:38]) == (409, "catching up would deliver 947,320,201 ")
    assert said.detail.endswith("Nothing was delivered. POST reset begins anew")
    assert app.post("reset", empty=True).status == 204
    assert app.ask("GET", "clock").status == 200


def test_a_request_without_a_host_is_answered(tools):
    answer = tools.client.open(path="/__mock__/", environ_overrides={"HTTP_HOST": None})
    assert answer.status_code == 200


def test_head_is_asked_as_get(tools):
    answer = tools.client.head("/__mock__/health")
    assert answer.status_code == 200


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
def test_the_examples_of_every_request_are_taken(tools, route):
    for example in schema.schemas()[route.request]["examples"]:
        app = tools.new(freeze=START)
        subscription = "1"
        if route.name == "retrieve":
            subscription = app.post("subscriptions", channel="news").body["subscriptionId"]
        if route.name == "pushTemplate":
            app.ask("PUT", "templates/sale", {"message": "Hello {name}"})
        path = route.path.format(app=app.app_id, name="sale", channel="news", id=subscription, message="x")
        assert tools.ask(route.method, path, example).status == route.status, example


@pytest.mark.parametrize("name", sorted(schema.schemas().keys() - {"common"}))
def test_the_examples_of_every_schema_satisfy_it(name):
    examples = schema.schemas()[name]["examples"]
    assert examples
    assert [schema.violations(name, example) for example in examples] == [[] for _ in examples]
