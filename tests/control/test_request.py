"""One request with its answer, over the control API."""

from __future__ import annotations

import json

import pytest
from amf_support import MESSAGING
from control_support import HOST, START
from werkzeug.test import EnvironBuilder, run_wsgi_app

from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.http.amf.frame import TypedObject
from pytest_backendless_mock.server.server import hosting


def send(app, path, data, kind, **headers):
    """A request with a body that is no JSON."""
    given = {"path": f"{app.prefix}/{path}", "method": "POST", "data": data, "content_type": kind, "headers": headers}
    run_wsgi_app(hosting(app.tools.server), EnvironBuilder(**given).get_environ(), buffered=True)


def show(app, number=1):
    return app.ask("GET", f"requests/{number}").body


def test_a_request_is_shown_whole_with_its_answer(app):
    answered = app.send("POST", "messaging/news", {"message": "hi"}, headers={"Host": HOST}).body
    said = show(app)
    listed = app.items("requests")[0]
    assert {name: said[name] for name in listed} == listed
    assert (said["number"], said["at"], said["operation"], said["status"]) == (1, START, "publish", 200)
    assert (said["body"], said["bodyComment"], said["json"]) == ('{"message": "hi"}', None, {"message": "hi"})
    assert json.loads(said["answer"].pop("body")) == answered
    assert said["answer"] == {
        "status": 200,
        "headers": {"Content-Type": "application/json"},
        "size": listed["answerSize"],
        "comment": None,
    }
    url = f"http://{HOST}{app.prefix}/messaging/news"
    assert said["curl"] == f"curl {url} -H 'content-type: application/json' --data-raw '{{\"message\": \"hi\"}}'"
    assert (said["nearest"], said["stub"]) == (None, None)


def test_requests_keep_their_numbers_when_old_ones_are_dropped(app, monkeypatch):
    monkeypatch.setattr("pytest_backendless_mock.http.journal.MOST_KEPT", 2)
    for name in ("a", "b", "c"):
        app.send("GET", f"messaging/{name}/properties")
    assert [each["number"] for each in app.items("requests")] == [2, 3]
    assert [show(app, number)["path"].rsplit("/", 2)[1] for number in (2, 3)] == ["b", "c"]


@pytest.mark.parametrize("number", ["0", "1", "4", "-1", "first", "²", "9" * 20, "9" * 5_000])
def test_a_request_that_is_not_there_is_a_404_that_counts_them(app, monkeypatch, number):
    monkeypatch.setattr("pytest_backendless_mock.http.journal.MOST_KEPT", 2)
    for _ in range(3):
        app.send("GET", "info")
    said = app.ask("GET", f"requests/{number}")
    assert said.status == 404
    assert said.detail.endswith(": 3 came, and the first 1 are kept no longer")


def test_a_request_without_a_body_has_none(app):
    app.send("GET", "messaging/default/properties")
    said = show(app)
    assert (said["body"], said["json"], said["answer"]["body"]) == (None, None, "{}")
    assert said["curl"] == f"curl http://localhost{app.prefix}/messaging/default/properties"


def test_tokens_and_passwords_are_masked_wherever_they_stand(app):
    app.post("users", login="ann", password="hunter22", token="a-token-of-ann")
    app.send("POST", "users/login", {"login": "ann", "password": "hunter22"})
    app.send("GET", "info?user-token=a-token-of-ann", headers={"user-token": "a-token-of-ann"})
    told = json.dumps([show(app, 1), show(app, 2)], ensure_ascii=False)
    assert "hunter22" not in told
    assert "a-token-of-ann" not in told
    assert (show(app, 1)["json"], show(app, 2)["query"]) == ({"login": "ann", "password": "…"}, "user-token=…")
    assert show(app, 2)["headers"]["user-token"] == "…"


def test_a_request_that_a_fault_left_without_an_answer_has_none(app):
    app.post("faults", kind="reset", operation="info")
    with pytest.raises(ConnectionResetError):
        app.send("GET", "info")
    assert (show(app)["status"], show(app)["answer"]) == (None, None)


def test_what_an_answer_said_of_itself_is_told(app):
    stub = {"method": "GET", "path": "/data/Person", "json": [], "headers": {"X-Page": "1"}}
    assert app.ask("POST", "stubs", stub).status == 201
    app.send("GET", "data/Person", headers={"Origin": "http://localhost:5173"})
    assert show(app)["answer"]["headers"] == {
        "Content-Type": "application/json",
        "X-Page": "1",
        "Access-Control-Allow-Origin": "http://localhost:5173",
        "Access-Control-Expose-Headers": "*",
        "Vary": "Origin",
    }


def test_a_call_over_amf_is_shown_as_json_and_no_shell_can_say_it(app):
    call = {"source": MESSAGING, "operation": "publish", "body": ["", "", "default", "hi", None, None]}
    data = amf.encode([TypedObject("flex.messaging.messages.RemotingMessage", call)], "null")
    send(app, "binary", data, "application/x-amf")
    said = show(app)
    assert (said["json"]["operation"], said["bodyComment"], said["curl"]) == ("publish", "shown as JSON", None)
    assert (said["answer"]["body"], said["answer"]["comment"]) == (None, "it is no text")


def test_a_body_that_is_no_json_is_shown_as_text(app):
    send(app, "messaging/news", b"{message}", "application/json")
    said = show(app)
    assert (said["status"], said["code"], said["body"], said["json"]) == (400, 8002, "{message}", None)


def test_a_body_that_is_no_text_is_told_and_no_shell_can_say_it(app):
    send(app, "messaging/news", b"a\xff", "application/json")
    said = show(app)
    assert (said["body"], said["bodyComment"]) == ("a\ufffd", "not UTF-8: bytes that are none are replaced")
    assert said["curl"] is None


def test_what_was_too_long_to_be_kept_is_not_there_and_told(app, monkeypatch):
    monkeypatch.setattr("pytest_backendless_mock.http.journal.LONGEST_CONTENT", 10)
    app.send("POST", "messaging/news", {"message": "hi"})
    answer = show(app)["answer"]
    assert (answer["body"], answer["comment"], answer["size"] > 10) == (None, "not kept", True)


def test_an_unknown_request_has_the_nearest_route(app):
    app.send("POST", "messagin/news/subscribe", {})
    said = show(app)
    assert said["nearest"] == "the nearest it has is POST …/messaging/<channel>/subscribe"
    assert said["stub"] is None


def test_an_unknown_request_of_another_service_has_the_stub_that_answers_it(app):
    app.send("GET", "data/Person")
    said = show(app)
    assert said["stub"] == 'POST stubs {"method": "GET", "path": "/data/Person", "json": []}'
    assert said["nearest"] == f"that is a part of Backendless which the mock leaves out: {said['stub']} answers it"
    app.ask("POST", "stubs", json.loads(said["stub"].removeprefix("POST stubs ")))
    assert app.send("GET", "data/Person").body == []


def test_pushes_and_e_mails_are_numbered_too(app):
    app.post("devices", deviceId="phone", os="IOS", channels=["news"])
    for _ in range(2):
        app.post("messages", channel="news", message="x", publishPolicy="PUSH")
    assert [each["number"] for each in app.items("outbox")] == [1, 2]
    assert [each["number"] for each in app.items("outbox", after=1)] == [2]
