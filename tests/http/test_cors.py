"""W22: pages on other origins may ask, send and read, whatever they get."""

from __future__ import annotations

import http.client
import json
import socket

import pytest
from http_support import MESSAGING, PREFIX, Wire, serving
from mock_support import standing_mock
from werkzeug.test import Client

from pytest_backendless_mock import BackendlessServer

PAGE = "http://localhost:5173"
ASKING = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x"}
SHARED = {
    "Access-Control-Allow-Origin": PAGE,
    "Vary": "Origin",
    "Access-Control-Expose-Headers": "*",
}


@pytest.fixture
def wire():
    return Wire()


def sent(wire, method, path, headers, **more):
    """Status, the headers that say what a page may do, and the body."""
    with Client(wire.app).open(path, method=method, headers=headers, **more) as response:
        said = {name: text for name, text in response.headers if name.startswith("Access-Control") or name == "Vary"}
        return response.status_code, said, response.data


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (f"{MESSAGING}/news", "POST, GET, DELETE"),
        (f"{MESSAGING}/news/subscribe", "GET, POST"),
        (f"{PREFIX}/binary", "POST"),
        ("/v1/binary", "POST"),
        (f"{PREFIX}/data/Orders", "GET, POST, PUT, DELETE, PATCH"),
        ("/nobody/nothing", "GET, POST, PUT, DELETE, PATCH"),
    ],
)
def test_w22_a_preflight_is_answered_with_what_the_path_takes(wire, path, methods):
    status, said, body = sent(wire, "OPTIONS", path, ASKING)
    assert (status, body) == (204, b"")
    allowed = set(said.pop("Access-Control-Allow-Methods").split(", "))
    assert allowed == set(methods.split(", "))
    assert said == {**SHARED, "Access-Control-Allow-Headers": "content-type,x", "Access-Control-Max-Age": "86400"}
    assert "Access-Control-Allow-Credentials" not in said


def test_w22_a_preflight_that_asks_for_no_headers_is_told_of_none(wire):
    _, said, _ = sent(wire, "OPTIONS", f"{MESSAGING}/a", {"Origin": PAGE, "Access-Control-Request-Method": "DELETE"})
    assert "Access-Control-Allow-Headers" not in said


def test_w22_a_preflight_has_no_content_type_is_in_the_journal_and_fails_no_test(wire):
    with Client(wire.app).open(f"{MESSAGING}/news", method="OPTIONS", headers=ASKING) as response:
        assert "Content-Type" not in response.headers
    (request,) = wire.tenant.journal.requests()
    assert (request.method, request.path, request.operation, request.status) == (
        "OPTIONS",
        f"{MESSAGING}/news",
        None,
        204,
    )
    assert (wire.problems, wire.hints, wire.stored.channels) == ([], [], ("default",))


def test_w21_an_options_that_is_no_preflight_is_404_as_before(wire):
    status, said, _ = sent(wire, "OPTIONS", f"{MESSAGING}/news", {"Origin": PAGE})
    assert (status, said) == (404, SHARED)
    assert len(wire.problems) == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", f"{MESSAGING}/news", {"message": "hi"}, 200),
        ("POST", f"{MESSAGING}/news", {}, 400),
        ("GET", f"{PREFIX}/nothing/here", None, 404),
        ("POST", f"{PREFIX}/binary", None, 200),
    ],
    ids=["an answer", "an error", "what the service does not have", "AMF"],
)
def test_w22_every_answer_to_a_page_can_be_read_there(wire, method, path, body, status):
    content = {} if body is None else {"json": body}
    assert sent(wire, method, path, {"Origin": PAGE}, **content)[:2] == (status, SHARED)


@pytest.mark.parametrize(
    "origin",
    ["capacitor://localhost", "file://", "http://[::1]:8080", "https://xn--bcher-kva.example", "null"],
)
def test_w22_every_origin_that_a_browser_sends_is_sent_back(wire, origin):
    assert sent(wire, "GET", f"{PREFIX}/info", {"Origin": origin})[1] == {
        **SHARED,
        "Access-Control-Allow-Origin": origin,
    }


@pytest.mark.parametrize(
    "origin",
    ["", "localhost", "HTTP/1.1 200 OK", "http://HTTP", "http://b\xfccher.example", "http://a http://b", "a\tb://c"],
    ids=["empty", "no-scheme", "status-line", "capitals", "no-ascii", "two", "tab"],
)
def test_w22_what_no_browser_calls_an_origin_is_not_sent_back(wire, origin):
    assert sent(wire, "GET", f"{PREFIX}/info", {"Origin": origin})[:2] == (200, {})
    assert sent(wire, "OPTIONS", f"{PREFIX}/info", {**ASKING, "Origin": origin})[:2] == (404, {})


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [("X-HTTP-Method-Override,Accept", "x-http-method-override,accept"), ("", ""), ("x-\xfc", None)],
    ids=["capitals", "none", "no-ascii"],
)
def test_w22_names_of_headers_are_sent_back_as_browsers_write_them(wire, asked, allowed):
    _, said, _ = sent(wire, "OPTIONS", f"{PREFIX}/info", {**ASKING, "Access-Control-Request-Headers": asked})
    assert said.get("Access-Control-Allow-Headers") == allowed


def test_w22_without_an_origin_nothing_is_said(wire):
    assert sent(wire, "POST", f"{MESSAGING}/news", {}, json={"message": "hi"})[1] == {}


def test_w22_the_switch_turns_all_of_it_off():
    wire = Wire(cors=False)
    assert sent(wire, "POST", f"{MESSAGING}/news", {"Origin": PAGE}, json={"message": "hi"})[1] == {}
    assert sent(wire, "OPTIONS", f"{MESSAGING}/news", ASKING)[:2] == (404, {})


def test_w22_what_a_stub_says_itself_wins():
    with standing_mock() as mock:
        mock.stub("GET", "/data/Orders", json=[], headers={"access-control-allow-origin": "https://only.example"})
        path = f"/{mock.app_id}/{mock.api_key}/data/Orders"
        with Client(mock.wsgi_app).get(path, headers={"Origin": PAGE}) as response:
            assert response.headers.getlist("Access-Control-Allow-Origin") == ["https://only.example"]
            assert response.headers["Vary"] == "Origin"


def test_w22_a_fault_with_an_answer_can_be_read_and_a_preflight_meets_none():
    with standing_mock() as mock:
        fault = mock.faults.fail("all", http=503)
        path = f"/{mock.app_id}/{mock.api_key}/messaging/news"
        client = Client(mock.wsgi_app)
        with client.open(path, method="OPTIONS", headers=ASKING) as response:
            assert (response.status_code, fault.fired) == (204, 0)
        with client.post(path, json={"message": "hi"}, headers={"Origin": PAGE}) as response:
            assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (503, PAGE)


def test_w22_while_the_service_is_offline_a_preflight_is_refused_too():
    with standing_mock() as mock, mock.offline(), pytest.raises(ConnectionRefusedError):
        Client(mock.wsgi_app).open(f"/{mock.app_id}/x/messaging/a", method="OPTIONS", headers=ASKING)


def test_w22_the_server_s_own_400_and_the_503_between_tests_can_be_read(wire):
    with BackendlessServer() as idle:
        connection = http.client.HTTPConnection(idle.host, idle.port, timeout=10)
        connection.request("GET", "/", headers={"Origin": PAGE})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (503, PAGE)
        assert json.loads(answer.read())["code"] == 503
        connection.close()
    with serving(wire) as server, socket.create_connection((server.host, server.port), timeout=10) as raw:
        raw.sendall(f"GET http://[/ HTTP/1.1\r\nHost: x\r\nOrigin: {PAGE}\r\n\r\n".encode())  # nobody can read that
        answer = raw.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert f"Access-Control-Allow-Origin: {PAGE}\r\n".encode() in answer
