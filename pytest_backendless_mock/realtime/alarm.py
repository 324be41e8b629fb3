"""How a thread that waits for sockets is told to look up, by any other."""

from __future__ import annotations

import contextlib
import socket
import threading

MOST_RINGS = 4_096
"""How many rings are heard at once."""


class Alarm:
    """Something to wait for beside a socket. No clock is asked, which somebody might stop."""

    def __init__(self) -> None:
        self._ear, self._bell = socket.socketpair()
        self._bell.settimeout(0)
        self._lock = threading.Lock()

    def fileno(self) -> int:
        """What a selector waits for."""
        return self._ear.fileno()

    def ring(self) -> None:
        """Wake whoever waits; this itself never waits, however many rings nobody has heard yet."""
        with self._lock, contextlib.suppress(OSError):  # it is closed, or full of rings
            self._bell.send(b"!")

    def hear(self) -> None:
        """Take the rings that came."""
        self._ear.recv(MOST_RINGS)

    def close(self) -> None:
        """Nobody waits any more."""
        with self._lock:
            self._ear.close()
            self._bell.close()
