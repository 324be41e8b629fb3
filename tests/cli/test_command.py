"""A command as a child: what no exit code shows."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_backendless_mock.cli import command
from pytest_backendless_mock.cli.command import Command, NoCommandError


class Signals:
    """In place of the real ones: what is put in comes out."""

    def __init__(self, *numbers):
        self._queue = queue.SimpleQueue()
        for number in numbers:
            self._queue.put(number)

    def wait(self):
        return self._queue.get(timeout=15)

    def end(self):
        self._queue.put(0)


@pytest.fixture
def alone(monkeypatch):
    """As if there were no terminal."""
    monkeypatch.setattr(command, "_in_foreground", lambda: False)


def test_what_ignores_sigterm_is_killed(alone, monkeypatch, tmp_path):
    monkeypatch.setattr(command, "GRACE", 0.1)
    program = f"""
import os, signal, sys
reads, writes = os.pipe()
if os.fork():
    os.read(reads, 1)
else:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open({str(tmp_path / "pid")!r}, "w").write(str(os.getpid()))
    os.write(writes, b".")
    while True:
        signal.pause()
"""
    assert Command([sys.executable, "-c", program], os.environ).run(Signals()) == 0
    pid = int((tmp_path / "pid").read_text("utf-8"))
    for _ in range(300):  # one that was killed takes its time on a busy machine
        if not _runs(pid):
            break
    assert not _runs(pid)


def _runs(pid):
    """Whether a process does anything yet; one that is over may wait for somebody to ask."""
    ran = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False, encoding="utf-8")
    return ran.stdout.strip() not in {"", "Z", "Zs"}


def test_one_that_cannot_be_killed_is_left_after_a_while(alone, monkeypatch):
    monkeypatch.setattr(command, "GRACE", 0.04)
    child = Command(["true"], os.environ)
    told = []
    monkeypatch.setattr(child, "_tell_session", lambda number: told.append(number) or True)
    assert child.run(Signals()) == 0
    assert told == [signal.SIGTERM, 0, 0, signal.SIGKILL, 0, 0]


def test_on_a_terminal_only_what_it_did_not_send_is_handed_on(monkeypatch):
    monkeypatch.setattr(command, "_in_foreground", lambda: True)
    child = Command(["sh", "-c", "read line"], os.environ)
    sent = []
    monkeypatch.setattr(child._child, "send_signal", sent.append)
    child._forward(signal.SIGINT)
    child._forward(signal.SIGTERM)
    assert sent == [signal.SIGTERM]
    child._child.kill()
    child._child.wait()


def test_without_groups_of_processes_a_console_tells_both(monkeypatch):
    monkeypatch.delattr(os, "killpg")
    child = Command(["true"], os.environ)
    assert child.run(Signals(signal.SIGTERM, signal.SIGINT)) == 0


@pytest.mark.parametrize("missing", ["tcgetpgrp", "getpgrp"])
def test_without_a_terminal_nobody_is_in_the_foreground(monkeypatch, missing):
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        assert command._in_foreground() is False
        monkeypatch.delattr(os, missing)
        assert command._in_foreground() is False
        monkeypatch.setattr("sys.stdin", None)
        assert command._in_foreground() is False


def test_windows_completes_the_name_of_a_command(monkeypatch):
    monkeypatch.setattr(command.os, "name", "nt")
    monkeypatch.setattr(command.shutil, "which", lambda name, path: f"{path}\\{name}.cmd" if name == "npx" else None)
    assert command._resolved("npx", {"PATH": "C:\\node"}) == "C:\\node\\npx.cmd"
    assert command._resolved("jest", {"PATH": "C:\\node"}) == "jest"


def test_a_command_that_is_not_there_is_127():
    with pytest.raises(NoCommandError, match=r"^no-such-command: No such file or directory$") as caught:
        Command(["no-such-command"], os.environ)
    assert caught.value.code == 127
