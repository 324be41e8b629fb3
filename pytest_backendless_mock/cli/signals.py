"""Signals as values: a process that waits for one, and is not ended by it halfway through its end."""

from __future__ import annotations

import signal
import socket
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""What ends a process politely, on POSIX and on Windows; each exists where it exists."""
OVER = 0
"""What ``Signals.wait`` answers after ``end``: no signal has this number."""


class Signals:
    """While the block lasts, signals that would end the process are handed out by ``wait``.

    They have a handler and are not ignored, because a command that is started would go on ignoring them. One that was
    ignored from the start, as ``nohup`` does it, stays ignored. When the block is over they are blocked: npm sends
    SIGINT twice, and the second would take the place of the exit code while the interpreter shuts down.
    """

    def __enter__(self) -> Self:
        self._reads, self._writes = socket.socketpair()
        self._writes.settimeout(0)
        self._wakeup = signal.set_wakeup_fd(self._writes.fileno(), warn_on_full_buffer=False)
        self._before = {}
        for number in _numbers():
            if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, _heard)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _block(list(self._before))
        signal.set_wakeup_fd(self._wakeup)
        self._reads.close()
        self._writes.close()

    def wait(self) -> int:
        """The number of the next signal, or ``OVER`` once somebody called ``end``."""
        number = self._reads.recv(1)[0]
        return number if number in self._before else OVER if number == OVER else self.wait()

    def end(self) -> None:
        """Have ``wait`` answer ``OVER``; for threads."""
        try:
            self._writes.send(bytes([OVER]))
        except OSError:  # the block is over already
            return


def _numbers() -> list[signal.Signals]:
    return [signal.Signals[name] for name in NAMES if hasattr(signal, name)]


def _heard(number: int, frame: FrameType | None) -> None:
    """A handler: the number is in the socket already."""


def _block(numbers: list[signal.Signals]) -> None:
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    else:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
