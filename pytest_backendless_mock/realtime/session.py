"""An Engine.IO session: what is to be sent to one client, and the transport it leaves by.

Who emits calls ``flush``: it writes to a WebSocket itself, as much as the socket takes, and otherwise wakes the poll
that waits for it. Nothing here reads a clock, and a client that does not read is not waited for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from .alarm import Alarm
from .ending import Ending
from .engineio import Packet, PacketType

MOST_QUEUED = 1024 * 1024
"""How many bytes a client may leave unread; when more is to be sent to it then, it is cut off."""
PATIENCE = 1.0
"""Real seconds that an emitter gives the thread of a poll to write its answer, and that a client in the middle of an
upgrade is given to finish it; a thousandth will do."""
NOOP = Packet(PacketType.NOOP)


class Wire(Protocol):
    """What packets leave by at once: a WebSocket."""

    @property
    def backlog(self) -> int:
        """How many bytes the socket has not taken yet."""

    def write(self, packets: Iterable[Packet]) -> None:
        """Write what the socket takes and keep the rest."""

    def wake(self) -> None:
        """Have its thread look again: there is something to write, or the session is over."""

    def ping(self, data: bytes) -> None:
        """Ask the client for ``data`` back, behind all that was written."""


class Poll:
    """A request that waits for packets; its thread waits at ``alarm``."""

    def __init__(self) -> None:
        self.alarm = Alarm()
        self.is_due = False
        """Whether it is to be answered now."""
        self.has_taken = False
        """Whether it has its answer, and the client may poll again as soon as that came."""
        self._has_left = threading.Event()
        self._is_stuck = False

    def wake(self) -> None:
        """Have it answer."""
        self.is_due = True
        self.alarm.ring()

    def wait(self) -> None:
        """Return when its answer has left, or never will. A client that does not read it is waited for once."""
        if not self._is_stuck:
            self._is_stuck = not self._has_left.wait(PATIENCE)

    def close(self) -> None:
        """It is over."""
        self._has_left.set()
        self.alarm.close()


class Session:
    """A client of the connection's own choosing: long polling, a WebSocket, or the first and then the second."""

    def __init__(self, sid: str, revision: int, *, binary_payloads: bool = False) -> None:
        self.sid = sid
        self.revision = revision
        self.binary_payloads = binary_payloads
        """Whether a poll may be answered in revision 3's binary form."""
        self.source: Callable[[], Iterable[Packet]] = tuple
        """Gives what has come up since it was last asked. It takes no lock."""
        self.on_end: Callable[[], object] = lambda: None
        """Called once, in the thread that ends the session, with no lock held."""
        self.ending: Ending | None = None
        self.cut_off = False
        """Whether the client was given up because it left too much unread."""
        self._queue: list[Packet] = []
        self._backlog = 0
        self._wire: Wire | None = None
        self._trial: Wire | None = None
        self._is_upgrading = False
        self._is_probed = False
        self._stands = threading.Event()
        """Set unless the client is in the middle of an upgrade."""
        self._stands.set()
        self._poll: Poll | None = None
        self._sent = 0
        """How many packets there were to send so far."""
        self._has_heard = threading.Event()
        """Set while the client is known to have got them all."""
        self._lock = threading.Lock()

    def send(self, packets: Iterable[Packet]) -> None:
        """Have ``packets`` sent before what the source gives."""
        with self._lock:
            self._put(packets)
        self.flush()

    @property
    def is_sending(self) -> bool:
        """Whether something may be on its way that ``flush`` would wait for."""
        return self._lock.locked() or bool(self._queue) or (self._poll is not None and self._poll.is_due)

    def flush(self) -> None:
        """Send what there is, as far as the client takes it. When this returns it is written, or the client's turn."""
        poll = None
        with self._lock:
            if self.ending is not None:
                return
            self._put(self.source())
            if self._wire is not None:
                packets, self._queue, self._backlog = self._queue, [], 0
                self._wire.write(packets)
            elif self._poll is not None:
                if self._has_answer:
                    self._poll.wake()
                poll = self._poll if self._poll.is_due else None
        if poll is not None:
            poll.wait()
        if self.cut_off:
            self.end(Ending.BROKEN)

    def begin_poll(self) -> Poll | None:
        """Wait for packets from now on; ``None`` where another request does already."""
        with self._lock:
            if self._poll is not None and not self._poll.has_taken:
                return None
            self._poll = Poll()
            if self._has_answer:
                self._poll.wake()
            else:
                self._has_heard.set()  # who polls again has got the answer before
            return self._poll

    def take(self, poll: Poll) -> list[Packet]:
        """What ``poll`` is answered with. A client that is about to change to a WebSocket is sent away empty-handed."""
        with self._lock:
            poll.is_due = poll.has_taken = True
            if self._is_probed or self._wire is not None:
                return [NOOP]
            fresh = list(self.source())
            packets, self._queue, self._backlog = [*self._queue, *fresh], [], 0
            self._count(fresh)
            if self.ending is not None:
                packets.append(Packet(PacketType.CLOSE))
            return packets or [NOOP]

    def end_poll(self, poll: Poll) -> None:
        """``poll`` was answered, or its client has gone."""
        with self._lock:
            if self._poll is poll:
                self._poll = None
        poll.close()

    def begin_upgrade(self) -> bool:
        """Whether the client may try a WebSocket: not where it has one, or is trying another."""
        with self._lock:
            is_free = self._wire is None and not self._is_upgrading
            self._is_upgrading |= is_free
            return is_free

    def try_out(self, wire: Wire) -> None:
        """``wire`` is what the client tries."""
        with self._lock:
            self._trial = wire

    def probe(self) -> None:
        """The WebSocket works: until the client takes to it, or gives it up, its polls are answered at once."""
        with self._lock:
            self._is_probed = True
            self._stands.clear()
        self.flush()

    def give_up_upgrade(self) -> None:
        """The client goes on polling."""
        with self._lock:
            self._is_upgrading = self._is_probed = False
            self._trial = None
            self._stands.set()
        self.flush()

    def take_over(self, wire: Wire) -> None:
        """From now on everything leaves by ``wire``."""
        with self._lock:
            self._wire = wire
            self._stands.set()
            if self._poll is not None:
                self._poll.wake()
        self.flush()

    def break_off(self) -> None:
        """End as a broken line does, but not in the middle of an upgrade.

        A client whose WebSocket breaks while it waits for its last poll gives up the one, has done with the other, and
        without heartbeats never notices (engine.io-client 6).
        """
        self._stands.wait(PATIENCE)
        self.end(Ending.BROKEN)

    def end(self, ending: Ending) -> None:
        """Be over; twice is once."""
        with self._lock:
            if self.ending is not None:
                return
            self.ending = ending
            self._stands.set()
            for waiting in (self._poll, self._trial, self._wire):
                if waiting is not None:
                    waiting.wake()
            self._has_heard.set()
        self.on_end()

    def settle(self, seconds: float) -> bool:
        """Wait, in real ``seconds``, until the client has got all that there was to send; whether it has."""
        with self._lock:
            if self._wire is not None and not self._has_heard.is_set():
                self._wire.ping(str(self._sent).encode("ascii"))
        return self._has_heard.wait(seconds)

    def take_pong(self, data: bytes) -> None:
        """The client has answered a ping: it got what was sent before that."""
        with self._lock:
            if data == str(self._sent).encode("ascii"):
                self._has_heard.set()

    @property
    def _has_answer(self) -> bool:
        """Whether a poll need not wait."""
        return bool(self._queue) or self._is_probed or self._wire is not None or self.ending is not None

    def _put(self, packets: Iterable[Packet]) -> None:
        """A client that is behind by too much already is given up when there is more; one burst may be of any size."""
        backlog = self._backlog if self._wire is None else self._wire.backlog
        is_behind, before = backlog > MOST_QUEUED, len(self._queue)
        self._queue += packets
        self._backlog += sum(len(packet.data) for packet in self._queue[before:])
        self._count(self._queue[before:])
        self.cut_off |= is_behind and len(self._queue) > before

    def _count(self, packets: Sequence[Packet]) -> None:
        """The client has not got these yet."""
        if packets:
            self._sent += len(packets)
            self._has_heard.clear()
