"""Signals as values; in processes of their own, since handlers are the whole process's."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(text, **options):
    program = f"import os, signal\nfrom pytest_backendless_mock.cli.signals import Signals, OVER\n{text}"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, encoding="utf-8", timeout=15, **options
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.splitlines()


def test_each_signal_is_handed_out_in_order():
    assert run(
        """
with Signals() as signals:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(os.getpid(), number)
    print(signals.wait(), signals.wait(), signals.wait())
    signals.end()
    print(signals.wait() == OVER)
signals.end()  # too late, and no harm done
"""
    ) == ["15 2 1", "True"]


def test_when_the_block_is_over_they_are_blocked():
    assert run(
        """
with Signals() as signals:
    signals.end()
    signals.wait()
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    os.kill(os.getpid(), number)
print(sorted(signal.sigpending()) == [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
"""
    ) == ["True"]


def test_signals_of_others_are_not_handed_out():
    assert run(
        """
signal.signal(signal.SIGUSR1, lambda number, frame: print("theirs"))
with Signals() as signals:
    os.kill(os.getpid(), signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGTERM)
    print(signals.wait())
"""
    ) == ["theirs", "15"]


@pytest.mark.parametrize(("name", "handed_out"), [("SIGHUP", "[15]"), ("SIGINT", "[2, 15]")])
def test_one_that_was_ignored_from_the_start_stays_so_but_for_sigint(name, handed_out):
    """A shell has what it starts in the background ignore SIGINT, and who starts a server so wants to end it."""
    assert run(
        f"""
signal.signal(signal.{name}, signal.SIG_IGN)
with Signals() as signals:
    os.kill(os.getpid(), signal.{name})
    os.kill(os.getpid(), signal.SIGTERM)
    heard = [signals.wait()]
    while heard[-1] != signal.SIGTERM:
        heard.append(signals.wait())
    print([int(number) for number in heard])
"""
    ) == [handed_out]
