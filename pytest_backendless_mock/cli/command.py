"""A command of somebody's, run as a child: what signals reach it, its exit code as a shell says it, what it leaves."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

from .failure import CommandError
from .signals import OVER, Signals

GRACE = 2.0
"""Real seconds that processes a command left behind have after SIGTERM, before SIGKILL."""
_STEP = 0.02
_SHELL_SIGNAL = 128


class NoCommandError(CommandError):
    """There is no such command."""

    code = 127


class NotExecutableError(CommandError):
    """The command is there, and cannot be run."""

    code = 126


class Command:
    """A command that runs.

    It has a session of its own, so that all it started can be told to end: unless it shares our terminal, which
    sends Ctrl-C and Ctrl-Z to both, and which a session of its own would take from it.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Raises ``NoCommandError`` and ``NotExecutableError``."""
        self._own_session = hasattr(os, "killpg") and not _in_foreground()
        try:
            self._child = subprocess.Popen(  # noqa: S603 - running it is what we are asked for
                [_resolved(arguments[0], environment), *arguments[1:]],
                env=dict(environment),
                start_new_session=self._own_session,
            )
        except FileNotFoundError as error:
            raise NoCommandError(f"{arguments[0]}: {error.strerror}") from None
        except (OSError, ValueError) as error:
            raise NotExecutableError(f"{arguments[0]}: {error}") from None

    def run(self, signals: Signals) -> int:
        """Hand on signals until it is over; its exit code, or 128 + n for signal n, and nothing of it is left."""
        threading.Thread(target=self._await, args=(signals,), daemon=True).start()
        while (number := signals.wait()) != OVER:
            self._forward(number)
        if self._own_session:
            self._sweep()
        code = self._child.wait()
        return code if code >= 0 else _SHELL_SIGNAL - code

    def _await(self, signals: Signals) -> None:
        self._child.wait()
        signals.end()

    def _forward(self, number: int) -> None:
        if self._own_session:
            self._tell_session(number)
        elif number != signal.SIGINT and hasattr(os, "killpg"):  # the terminal, or the console, told both
            self._child.send_signal(number)

    def _sweep(self) -> None:
        """End what the command has left behind: politely, then not."""
        pause = threading.Event()
        for number in (signal.SIGTERM, signal.SIGKILL):
            self._tell_session(number)
            for _ in range(round(GRACE / _STEP)):
                self._reap()
                if not self._tell_session(0):
                    return
                pause.wait(_STEP)

    def _reap(self) -> None:
        """As process 1 of a container orphans are ours, and stay until somebody asks. The command itself was asked."""
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-self._child.pid, os.WNOHANG)[0]:
                pass

    def _tell_session(self, number: int) -> bool:
        """Whether anybody is there to be told; 0 only asks."""
        try:
            os.killpg(self._child.pid, number)
        except (ProcessLookupError, PermissionError):  # the second is macOS's for processes that are over
            return False
        return True


def _in_foreground() -> bool:
    """Whether we share the terminal of who started us, and it is ours at the moment."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError, AttributeError):
        return False


def _resolved(program: str, environment: Mapping[str, str]) -> str:
    """On Windows the file that PATHEXT completes: ``npx`` is ``npx.cmd``. Elsewhere the system looks itself."""
    if os.name != "nt":
        return program
    return shutil.which(program, path=environment.get("PATH")) or program
