"""`serve`: what it prints, what it listens on, and how it ends."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
import webbrowser

import pytest

from pytest_backendless_mock.cli import serve
from pytest_backendless_mock.service.identity import API_KEY, APP_ID

HELLO = '{"message": "hello"}'


def health(url):
    with urllib.request.urlopen(f"{url}/__mock__/health") as answer:
        return json.load(answer)["status"]


def test_the_first_line_is_the_application_as_json(started, ends):
    with started("serve", "--port", "0", "--json") as process:
        app = json.loads(process.stdout.readline())
        assert app["pid"] == process.pid
        assert app["mockUrl"] == app["hostUrl"]
        assert app["inspectorUrl"] == f"{app['mockUrl']}/__mock__/ui/"
        assert app["url"] == f"{app['hostUrl']}/{APP_ID}/{API_KEY}"
        assert app["env"] == {
            "BACKENDLESS_URL": app["url"],
            "BACKENDLESS_HOST_URL": app["hostUrl"],
            "BACKENDLESS_APP_ID": APP_ID,
            "BACKENDLESS_API_KEY": API_KEY,
            "BACKENDLESS_MOCK_URL": app["mockUrl"],
        }
        assert health(app["mockUrl"]) == "ok"
        assert ends(process) == 0


def test_for_people_there_are_the_addresses_and_a_curl_that_works(started, ends):
    with started("serve", "--port", "0", "--app-id", "A", "--api-key", "K") as process:
        lines = [process.stdout.readline().rstrip("\n") for _ in range(7)]
        host_url = lines[0].split()[3].rstrip(",")
        assert lines == [
            f"backendless-mock listens on {host_url}, until Ctrl-C",
            f"  url      {host_url}/A/K",
            "  app id   A",
            "  api key  K",
            f"  control  {host_url}/__mock__/",
            f"  page     {host_url}/__mock__/ui/",
            f"  curl {host_url}/A/K/messaging/default -H 'Content-Type: application/json' -d '{HELLO}'",
        ]
        ran = subprocess.run(["sh", "-c", f"{lines[6]} -s"], capture_output=True, check=True, encoding="utf-8")
        assert json.loads(ran.stdout)["status"] == "scheduled"
        assert ends(process) == 0


def test_the_page_is_opened_in_a_browser_and_the_token_is_not_on_its_command_line(started, ends, tmp_path):
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\n')
    browser.chmod(0o755)
    environment = {**os.environ, "BROWSER": f"{browser} %s", "BACKENDLESS_MOCK_TOKEN": "a token"}
    with started("serve", "--port", "0", "--json", "--open", env=environment, stderr=subprocess.PIPE) as process:
        app = json.loads(process.stdout.readline())
        page = f"{app['mockUrl']}/__mock__/ui/"
        assert app["inspectorUrl"] == f"{page}?token=a+token"
        assert ends(process) == 0
        assert process.stderr.read() == ""
    url, _, ticket = opened.read_text("utf-8").partition("?token=")
    assert (url, len(ticket) > 40) == (page, True)


def test_without_a_token_the_plain_page_is_opened(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    serve._open("http://x/__mock__/ui/", "http://x/__mock__/ui/")
    assert opened == ["http://x/__mock__/ui/"]


@pytest.mark.parametrize(
    "trouble", [None, webbrowser.Error("could not locate runnable browser")], ids=["none", "error"]
)
def test_where_no_browser_starts_the_address_is_told(monkeypatch, capsys, trouble):
    def fail(_):
        if trouble:
            raise trouble
        return False

    monkeypatch.setattr("webbrowser.open", fail)
    serve._open("http://x/?token=ticket", "http://x/")
    assert capsys.readouterr().err == (
        "backendless-mock: --open: there is no browser here that could be started; open http://x/ yourself\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_it_with_0_and_says_nothing(started, ends, number):
    with started("serve", "--port", "0", "--json", stderr=subprocess.PIPE) as process:
        url = json.loads(process.stdout.readline())["mockUrl"]
        assert ends(process, number) == 0
        assert process.stdout.read() + process.stderr.read() == ""
    with pytest.raises(urllib.error.URLError):
        health(url)


def test_a_second_signal_does_not_take_the_place_of_the_exit_code(started):
    with started("serve", "--port", "0", "--json", stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
        assert process.returncode == 0
        assert process.stderr.read() == ""


def test_it_ends_with_who_holds_its_input(started):
    with started("serve", "--port", "0", "--json", "--until-stdin-closes", stdin=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdin.write("what is said does not matter\n")
        process.stdin.flush()
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(15) == 0


def test_an_input_that_cannot_be_read_is_one_that_closes(monkeypatch, capsys):
    ended = []

    class Signals:
        def end(self):
            ended.append(True)

    monkeypatch.setattr("sys.stdin", io.StringIO())
    serve._wait_for_end_of_input(Signals())
    assert ended == [True]
    assert capsys.readouterr().err.startswith("backendless-mock: standard input: ")


def test_the_variables_are_written_once_it_listens(started, ends, tmp_path):
    path = tmp_path / ".env"
    flags = ("--env", "VITE_URL={hostUrl}", "--env-file", path)
    with started("serve", "--port", "0", "--json", *flags) as process:
        app = json.loads(process.stdout.readline())
        assert app["env"]["VITE_URL"] == app["hostUrl"]
        lines = path.read_text("utf-8").splitlines()
        assert lines == [f"{name}={value}" for name, value in app["env"].items()]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert ends(process) == 0


def test_a_file_of_variables_that_cannot_be_written_ends_it(program, tmp_path):
    ran = program("serve", "--port", "0", "--env-file", tmp_path / "none" / ".env")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("backendless-mock: --env-file: ")


def test_a_port_that_a_mock_has_is_3_and_tells_which(mock, program):
    port = mock.url.rpartition(":")[2]
    ran = program("serve", "--port", port)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == f"backendless-mock: pytest-backendless-mock is already running at {mock.url}, version 0.1.0\n"


def test_a_port_that_somebody_else_has_is_3(program):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(0)
        port = bound.getsockname()[1]
        ran = program("serve", "--port", port)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"backendless-mock: the mock cannot listen on 127.0.0.1:{port}: ")


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--host", "0.0.0.0"], "--open-to-network"),
        (["--rule", "strict_chanels=true"], "strict_chanels"),
        (["--rule", "strict_channels=1"], "strict_channels is True or False, not 1"),
        (["--freeze", "soon"], "--freeze"),
        (["--env", "A={b}"], "--env takes NAME=TEMPLATE"),
        (["--api-key", "PHP=x"], "--api-key takes KEY or KIND=KEY"),
        (["--tls-key", "x"], "--tls-key goes with --tls-cert"),
        (["--tls-cert", "/nowhere"], "--tls-cert /nowhere: "),
        (["--token-file", "/nowhere"], "--token-file: "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_meant_is_2(cli, monkeypatch, flags, told):
    ran = cli("serve", "--port", "0", *flags)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("backendless-mock: ")
    assert told in ran.err


def test_flags_make_the_application(started, ends):
    flags = ("--api-key", "JS=J", "--freeze", "2030-01-01", "--rule", "strict_channels=true", "--seed", "s")
    with started("serve", "--port", "0", "--json", *flags) as process:
        app = json.loads(process.stdout.readline())
        assert app["apiKeys"]["JS"] == "J"
        assert app["seed"] == "s"
        assert app["clock"]["now"] == "2030-01-01T00:00:00Z"
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(f"{app['url']}/messaging/unknown/subscribe", b"")
        assert ends(process) == 0


def test_it_speaks_tls_with_a_certificate(authority, started, ends, tmp_path):
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "cert.pem")
    with started("serve", "--port", "0", "--json", "--tls-cert", tmp_path / "cert.pem") as process:
        assert json.loads(process.stdout.readline())["hostUrl"].startswith("https://127.0.0.1:")
        assert ends(process) == 0


def test_what_follows_two_dashes_is_no_command_of_serve(cli):
    assert cli("serve", "--", "true").code == 2


def test_windows_has_other_signals_and_none_to_block():
    """Without what only POSIX has it starts, serves, and ends."""
    program = """
import json, os, signal, sys, threading, urllib.request
for name in ("pthread_sigmask", "SIGHUP"):
    delattr(signal, name)
for name in ("killpg", "getpgrp", "tcgetpgrp", "fork", "setsid"):
    delattr(os, name)
sys.argv = ["backendless-mock", "serve", "--port", "0", "--json"]
from pytest_backendless_mock.cli import serve
say, serve.say = serve.say, lambda text: (say(text), os.kill(os.getpid(), signal.SIGTERM))
from pytest_backendless_mock.cli.main import main
code = main()
assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
sys.exit(code)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, encoding="utf-8", timeout=15
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["appId"] == APP_ID


def test_its_environment_may_say_the_token(started, ends, cli):
    with started("serve", "--port", "0", "--json", env={**os.environ, "BACKENDLESS_MOCK_TOKEN": "t"}) as process:
        app = json.loads(process.stdout.readline())
        assert "t" not in {app[name] for name in ("url", "mockUrl")}
        assert cli("clock", "--url", app["mockUrl"]).code == 2
        assert ends(process) == 0
