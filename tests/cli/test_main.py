"""What was typed, the exit code, and what is loaded for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

import pytest_backendless_mock
from pytest_backendless_mock.cli import health, main, parser

VERBS = [
    *("serve", "exec", "clock", "publish", "cancel", "messages", "scheduled", "deliveries", "retrieved", "outbox"),
    *("requests", "devices", "timeline", "wait", "verify", "reset", "health", "app", "state", "client"),
]


def test_help_names_every_verb(cli):
    ran = cli("--help")
    assert ran.code == 0
    told = [line.split()[0] for line in ran.out.splitlines() if line.startswith("    ") and line[4] != " "]
    assert told == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_a_help_of_its_own(cli, verb):
    ran = cli(verb, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"usage: backendless-mock {verb} ")


def test_without_a_verb_the_help_goes_to_standard_error(cli):
    ran = cli()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: backendless-mock ")


def test_the_version_is_the_package_s(cli):
    assert cli("--version") == (0, f"{pytest_backendless_mock.__version__}\n", "")


@pytest.mark.parametrize(
    "typed",
    [
        ["srve"],
        ["serve", "--prot", "1"],
        ["serve", "--port", "many"],
        ["clock", "back"],
        ["publish", "news"],
        ["client", "php"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_parsed_is_2(cli, typed):
    ran = cli(*typed)
    assert (ran.code, ran.out) == (2, "")
    assert "error: " in ran.err


def test_flags_are_not_abbreviated(cli):
    assert cli("serve", "--until-stdin").code == 2


def test_help_loads_nothing_of_the_mock_but_constants():
    program = """
import sys
before = {*sys.modules}
sys.argv = ["backendless-mock", "--help"]
from pytest_backendless_mock.cli.main import main
try:
    main()
except SystemExit:
    loaded = {*sys.modules} - before
    print(*sorted(name for name in loaded if name.startswith("pytest_backendless_mock")), file=sys.stderr)
    print(*loaded & {"http", "json", "ssl", "socket", "typing_extensions", "werkzeug", "pytest"}, file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8")
    ours, others = ran.stderr.splitlines()
    assert ours.split() == [
        "pytest_backendless_mock",
        "pytest_backendless_mock.cli",
        "pytest_backendless_mock.cli.failure",
        "pytest_backendless_mock.cli.main",
        "pytest_backendless_mock.cli.parser",
        "pytest_backendless_mock.service",
        "pytest_backendless_mock.service.identity",
    ]
    assert others == ""


def test_it_can_be_run_as_a_module(program):
    ran = program("--help")
    assert (ran.code, ran.err) == (0, "")
    assert parser.DESCRIPTION in ran.out


def test_ctrl_c_is_130_and_prints_nothing(cli, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(health, "run", interrupted)
    assert cli("health") == (130, "", "")


def test_who_reads_only_the_beginning_gets_no_complaint(mock, started):
    reads, writes = os.pipe()
    os.close(reads)
    with started("deliveries", "--url", mock.url, stdout=writes, stderr=subprocess.PIPE) as process:
        os.close(writes)
        mock.default.mock.publish("news", "hello")
        assert process.communicate()[1] == ""
        assert process.returncode in {0, main.BROKEN_PIPE}


def test_a_broken_pipe_is_told_as_a_shell_tells_it(started, monkeypatch):
    reads, writes = os.pipe()
    os.close(reads)
    with started("client", "js", stdout=writes, stderr=subprocess.PIPE) as process:
        os.close(writes)
        assert process.communicate()[1] == ""
        assert process.returncode == 128 + signal.SIGPIPE


def test_what_the_terminal_cannot_show_is_escaped(mock, program):
    mock.default.mock.publish("news", "ä→")
    ran = program("deliveries", "--url", mock.url, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert ran.code == 0
    assert "\\xe4\\u2192" in ran.out
