"""A mock to ask, the command line in this process, and as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from pytest_backendless_mock.cli.main import main
from pytest_backendless_mock.control.standalone import Standalone

PROGRAM = [sys.executable, "-m", "pytest_backendless_mock"]
PATIENCE = 15
"""Real seconds after which a child is killed: before the suite's watchdog."""
NOW = 1_894_005_000_000_000
"""2030-01-07 08:30:00Z, in microseconds."""


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _signals_are_heard():
    """What this process was told to ignore, as ``nohup`` and ``&`` do it, its children would ignore too."""
    ignored = [number for number in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch):
    """No variable of ours leads anywhere, and nobody asks for colours or against them."""
    for name in [*os.environ]:
        if name.startswith("BACKENDLESS_") or name in {"NO_COLOR", "TERM"}:
            monkeypatch.delenv(name)


@pytest.fixture
def mock():
    """A mock whose clock stands, on a free port."""
    standalone = Standalone(port=0, freeze=NOW)
    standalone.start()
    yield standalone
    standalone.stop()


@pytest.fixture
def cli(capsys):
    """``cli("clock", "show")`` does what is typed, in this process."""

    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as error:
            code = error.code
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def ask(cli, mock, monkeypatch):
    """The same, of the mock."""
    monkeypatch.setenv("BACKENDLESS_MOCK_URL", mock.url)
    return cli


@pytest.fixture
def program():
    """``program("serve")`` runs it as a process to its end."""

    def run(*arguments, **options):
        options = {"capture_output": True, "check": False, "encoding": "utf-8", "timeout": PATIENCE, **options}
        ran = subprocess.run([*PROGRAM, *map(str, arguments)], **options)  # noqa: PLW1510 - said in the options
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    return run


@pytest.fixture
def started():
    """``with started("serve") as process:`` is a process, which is gone afterwards."""

    @contextmanager
    def start(*arguments, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "encoding": "utf-8", **options}
        with subprocess.Popen([*PROGRAM, *map(str, arguments)], **options) as process:
            try:
                yield process
            finally:
                process.kill()

    return start


@pytest.fixture
def ends():
    """``ends(process, SIGTERM)`` sends a signal, and is the exit code."""

    def end(process, number=signal.SIGTERM):
        process.send_signal(number)
        return process.wait(PATIENCE)

    return end


@pytest.fixture
def send():
    """``send(mock, "messaging/news", {...})`` is a request to the service."""

    def post(mock, path, body):
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{mock.describe()['url']}/{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    return post
