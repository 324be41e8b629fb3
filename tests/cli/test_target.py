"""Which mock is asked, and what comes of it where none answers, or something else does."""

from __future__ import annotations

import json
import socket
import ssl
from types import SimpleNamespace

import pytest
from pytest_httpserver import HTTPServer

from pytest_backendless_mock.cli.failure import UnreachableError, UsageError
from pytest_backendless_mock.cli.target import Target, find_target, read_token
from pytest_backendless_mock.control.standalone import Standalone


@pytest.fixture
def nobody():
    """An address that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
def other():
    """A server that is no mock of ours."""
    with HTTPServer() as server:
        yield server


def options(**given):
    return SimpleNamespace(**{"url": None, "token_file": None, **given})


def test_the_flag_wins_then_the_variable_then_the_usual_port(monkeypatch):
    assert find_target(options()).url == "http://127.0.0.1:2563"
    monkeypatch.setenv("BACKENDLESS_MOCK_URL", "http://mock:1/__mock__/")
    assert find_target(options()).url == "http://mock:1"
    assert find_target(options(url="localhost:2")).url == "http://localhost:2"


def test_the_application_is_the_flag_s_then_the_variable_s_then_the_first(monkeypatch, mock, ask):
    shown = json.loads(ask("app", "new", "--label", "t", "--json").out)
    ask("publish", "news", "in the first")
    assert ask("deliveries", "--app", shown["appId"]).out == ""
    monkeypatch.setenv("BACKENDLESS_APP_ID", shown["appId"])
    assert ask("deliveries").out == ""
    assert "in the first" in ask("deliveries", "--app", "default").out
    monkeypatch.delenv("BACKENDLESS_APP_ID")
    assert "in the first" in ask("deliveries").out


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "http://a:b:c", "http://a:99999", "http://[::1"])
def test_what_is_no_address_is_2(cli, url):
    ran = cli("health", "--url", url)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"backendless-mock: {url!r} is no address of a mock, which looks like http://127.0.0.1:2563\n"


def test_where_nobody_answers_it_is_3_with_what_to_do(cli, nobody):
    ran = cli("clock", "show", "--url", nobody)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        f"backendless-mock: no mock answers at {nobody} (ConnectionRefusedError: [Errno 111] Connection refused). "
        "Start one with `backendless-mock serve`, or say where it is with --url or BACKENDLESS_MOCK_URL\n"
    )


def test_what_is_no_http_is_3(cli):
    with socket.create_server(("127.0.0.1", 0)) as server:
        target = Target(f"http://127.0.0.1:{server.getsockname()[1]}")
        connection = target._connection.connect()
        connection.connect()
        accepted, _ = server.accept()
        accepted.sendall(b"SSH-2.0-OpenSSH\r\n")
        target._connection.connect = lambda: connection
        with accepted, pytest.raises(UnreachableError, match=r"no mock answers at .* \(BadStatusLine: SSH-2.0-OpenSSH"):
            target.ask("GET", "health")


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (404, "<html>", "text/html"),
        (500, "", "application/json"),
        (200, "not JSON", "application/json"),
        (404, "[]", "application/json"),
    ],
    ids=["a page", "nothing", "no JSON", "a list"],
)
def test_another_server_is_3(cli, other, status, content, kind):
    other.expect_request("/__mock__/health").respond_with_data(content, status, content_type=kind)
    ran = cli("health", "--url", other.url_for(""))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(
        f"backendless-mock: what answers at {other.url_for('').rstrip('/')} is no mock of ours: {status} {content!r}\n"
    )


def test_text_is_an_answer_too(mock):
    answer = Target(mock.url).ask_app("GET", "report")
    assert answer.holds
    assert answer.value.startswith("timeline:")


def test_what_the_mock_refuses_is_2_with_its_text(ask):
    ran = ask("messages", "--app", "nobody's")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith('backendless-mock: there is no application "nobody\'s"; GET apps lists those there are')


def test_a_bug_of_the_mock_is_1_with_its_text(cli, other):
    problem = {"title": "Internal Server Error", "status": 500, "detail": "this is a bug of the mock"}
    other.expect_request("/__mock__/health").respond_with_json(problem, 500, content_type="application/problem+json")
    assert cli("health", "--url", other.url_for("")) == (1, "", "backendless-mock: this is a bug of the mock\n")


def test_tls_is_checked_unless_the_server_is_our_own(authority, certified, monkeypatch, tmp_path):
    standalone = Standalone(port=0, tls=certified)
    standalone.start()
    try:
        assert standalone.url.startswith("https:")
        with pytest.raises(UnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
            Target(standalone.url).ask("GET", "health")
        assert Target(standalone.url, trusted=True).ask("GET", "health").value["status"] == "ok"
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert ssl.get_default_verify_paths().cafile == str(tmp_path / "ca.pem")
        assert Target(standalone.url).ask("GET", "health").value["status"] == "ok"
    finally:
        standalone.stop()


def test_the_token_is_sent_from_its_file_or_the_variable(cli, monkeypatch, tmp_path):
    standalone = Standalone(port=0, token="secret")
    standalone.start()
    try:
        refused = cli("clock", "--url", standalone.url)
        assert refused.code == 2
        assert "this server wants its token" in refused.err
        (tmp_path / "token").write_text("secret\n", "utf-8")
        assert cli("clock", "--url", standalone.url, "--token-file", tmp_path / "token").code == 0
        monkeypatch.setenv("BACKENDLESS_MOCK_TOKEN", "secret")
        assert cli("clock", "--url", standalone.url).code == 0
    finally:
        standalone.stop()


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines", "schlüssel".encode(), b"\xff"], ids=repr)
def test_a_file_that_holds_no_token_is_refused(tmp_path, content):
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(UsageError, match=r"^--token-file: "):
        read_token(str(tmp_path / "token"))


def test_a_token_file_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match=r"^--token-file: .*No such file"):
        read_token("/nowhere/at/all")
