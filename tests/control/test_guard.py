"""Who may ask: by which name, from which page, with which token."""

from __future__ import annotations

import logging

import pytest
from control_support import Tools

from pytest_backendless_mock.control.guard import Guard

TOKEN = "a token that nobody guesses"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:2563",
        "127.0.0.1",
        "localhost:2563",
        "LOCALHOST.",
        "10.0.2.2:80",
        "192.168.0.7",
        "[::1]:2563",
        "[fe80::1]",
        "mock",
        "mock:8080",
        "host.docker.internal:2563",
        "app.localhost:1",
        "ci.example:443",
        "CI.EXAMPLE.",
    ],
)
def test_a_name_that_nobody_else_can_give_us_passes(host):
    with Tools(guard=Guard(allow_hosts=["CI.example"])) as tools:
        assert tools.ask("GET", "health", headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:2563",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "10.0.2.2.nip.io",
        "evil.localhost.example",
    ],
)
def test_a_name_that_may_be_somebody_elses_is_refused_with_the_flag_that_allows_it(host):
    with Tools() as tools:
        said = tools.ask("GET", "apps", headers={"Host": host})
    name = host.partition(":")[0]
    assert said.status == 403
    assert said.detail == (
        f"the Host '{name}' may be somebody else's name for this machine: ask by its address, "
        f"or start the server with --allow-host {name}"
    )


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:2563", 200),
        ("http://localhost:5173", 200),
        ("https://localhost", 200),
        ("http://[::1]:3000", 200),
        ("http://app.localhost:3000", 200),
        ("http://evil.example", 403),
        ("http://localhost.evil.example", 403),
        ("http://192.168.0.7", 403),
        ("null", 403),
        ("file://", 403),
        ("HTTP://LOCALHOST", 403),
        ("", 403),
    ],
)
def test_pages_of_this_server_and_of_loopback_may_ask(origin, status):
    with Tools() as tools:
        said = tools.ask("POST", "apps", {}, headers={"Origin": origin})
    assert said.status == (201 if status == 200 else 403)
    assert said.headers.get("Access-Control-Allow-Origin") == (origin if status == 200 else None)


def test_a_page_of_the_name_that_the_server_is_asked_by_may_ask():
    with Tools() as tools:
        own = {"Host": "mock:8080", "Origin": "http://mock:8080"}
        assert tools.ask("GET", "apps", headers=own).status == 200
        assert tools.ask("GET", "apps", headers={**own, "Origin": "http://mock:8081"}).status == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (BEARER, 200),
        ({"Authorization": f"bearer  {TOKEN}"}, 200),
        ({**BEARER, "Host": "evil.example"}, 200),
        ({**BEARER, "Origin": "http://evil.example"}, 403),
        ({}, 401),
        ({"Authorization": TOKEN}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"Authorization": "Bearer \xe4"}, 401),
        ({"Authorization": f"Bearer {TOKEN}x", "Host": "evil.example"}, 403),
    ],
)
def test_where_there_is_a_token_only_who_bears_it_may_ask(headers, status):
    with Tools(guard=Guard(token=TOKEN)) as tools:
        said = tools.ask("GET", "apps", headers=headers)
    assert said.status == status
    assert said.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)


def test_health_and_preflights_need_no_token():
    with Tools(guard=Guard(token=TOKEN)) as tools:
        assert tools.ask("GET", "health").status == 200
        asked = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
        said = tools.ask("OPTIONS", "apps", headers={**asked, "Access-Control-Request-Headers": "authorization"})
    assert (said.status, said.body) == (204, "")
    assert said.headers["Access-Control-Allow-Headers"] == "authorization"
    assert said.headers["Access-Control-Allow-Methods"] == "GET, POST, PUT, PATCH, DELETE"


def test_the_token_is_in_no_log_report_or_answer(caplog):
    caplog.set_level(logging.DEBUG)
    with Tools(guard=Guard(token=TOKEN)) as tools:
        texts = [
            str(tools.ask("GET", path, headers=BEARER).body)
            for path in ("", "apps/default/report", "apps/default/requests", "strays", "nowhere")
        ]
        texts.append(str(tools.ask("POST", "apps/default/verify", {}, headers=BEARER).body))
    assert TOKEN not in "".join([*texts, caplog.text])


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        pytest.param("127.0.0.1:2563", "https://mock.example", 200, id="behind-a-proxy-that-says-another-host"),
        pytest.param("mock.example", "https://mock.example", 200, id="behind-a-proxy-that-ends-tls"),
        pytest.param("mock.example", "https://other.example", 403, id="another"),
    ],
)
def test_pages_of_a_host_that_was_allowed_may_ask(host, origin, status):
    with Tools(guard=Guard(allow_hosts=["mock.example"])) as tools:
        assert tools.ask("GET", "apps", headers={"Host": host, "Origin": origin}).status == status


def borne(guard):
    """The cookie that a browser has of a guard."""
    return guard.cookie({"wsgi.url_scheme": "http"}).partition(";")[0]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="a-page-of-ours"),
        pytest.param({"Origin": "http://127.0.0.1:2563"}, 200, id="its-post"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="same-origin"),
        pytest.param({"Sec-Fetch-Site": "none"}, 200, id="typed"),
        pytest.param({"Host": "my-machine.example"}, 200, id="by-a-name-that-only-who-has-the-token-came-by"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 401, id="a-page-at-another-port"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 401, id="a-page-elsewhere"),
        pytest.param({"Origin": "http://127.0.0.1:5173"}, 401, id="the-post-of-a-page-at-another-port"),
        pytest.param({"Origin": "http://evil.example"}, 403, id="the-post-of-a-page-elsewhere"),
    ],
)
def test_a_browser_bears_a_cookie_in_the_place_of_the_token_for_pages_of_ours_alone(headers, status):
    guard = Guard(token=TOKEN)
    with Tools(guard=guard) as tools:
        said = tools.ask("GET", "apps", headers={"Cookie": f"a=b; {borne(guard)}; c=d", **headers})
    assert said.status == status


@pytest.mark.parametrize(
    "cookie", ["", "backendless_mock_token=", f"backendless_mock_token={TOKEN}", "backendless_mock_token=\xe4", "x"]
)
def test_another_cookie_is_none(cookie):
    with Tools(guard=Guard(token=TOKEN)) as tools:
        assert tools.ask("GET", "apps", headers={"Cookie": cookie}).status == 401


def test_a_cookie_is_no_key_where_there_is_no_token():
    guard = Guard()
    with Tools(guard=guard) as tools:
        assert tools.ask("GET", "apps", headers={"Cookie": borne(guard), "Host": "evil.example"}).status == 403


def test_the_cookie_is_no_script_s_to_read_and_outlives_the_server():
    cookie = Guard(token=TOKEN).cookie({"wsgi.url_scheme": "http"})
    name, *rest = cookie.split("; ")
    assert name.startswith("backendless_mock_token=")
    assert TOKEN not in name
    assert rest == ["HttpOnly", "SameSite=Strict", "Path=/__mock__/"]
    assert Guard(token=TOKEN).cookie({"wsgi.url_scheme": "https"}) == f"{cookie}; Secure"
    assert Guard(token="another").cookie({"wsgi.url_scheme": "http"}) != cookie


def test_a_ticket_lets_in_once_and_the_token_always():
    guard = Guard(token=TOKEN)
    ticket = guard.ticket()
    assert [guard.admits(each) for each in (ticket, ticket, TOKEN, TOKEN, "\ud800", "")] == [
        True,
        False,
        True,
        True,
        False,
        False,
    ]


def test_where_there_is_no_token_nobody_needs_a_ticket():
    assert (Guard().ticket(), Guard().admits("anything")) == (None, True)
