"""Whether the service can be reached: blocks of ``offline()``, and outages planned on the clock."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from ..runtime.event import Faulted
from ..runtime.instant import show_instant
from ..runtime.virtual_time import VirtualTime

SERVICE = "the service"
BACK = "online again"


@dataclass(slots=True, eq=False)
class Outage:
    """The service is down from ``start`` until before ``end`` (microseconds since the epoch)."""

    start: int
    end: int
    optional: bool = False
    began: bool = False

    def __str__(self) -> str:
        return f"outage({show_instant(self.start)!r}, {show_instant(self.end)!r})"


class Edge(NamedTuple):
    """Where an outage begins, or ends."""

    at: int
    begins: bool
    outage: Outage


class Availability:
    """Follows the clock from the first outage on, as an application does."""

    def __init__(self, time: VirtualTime, note: Callable[[Faulted], object]) -> None:
        """``note`` is told when the service goes and comes."""
        self.settle: Callable[[], object] = lambda: None
        """Has the server do what ``accepting`` says, before it returns."""
        self.on_leaving: Callable[[], object] = lambda: None
        """Called when the service goes away, before the server follows."""
        self._time = time
        self._note = note
        self._blocks = 0
        self._outages: list[Outage] = []
        self._edges: list[Edge] = []
        self._lock = threading.Lock()

    @property
    def accepting(self) -> bool:
        """Whether connections are accepted now.

        During an outage that ends on somebody else's clock they are, and each request is broken off (``check``):
        nobody would say when to accept them again.
        """
        if self._blocks:
            return False
        return not self._outages or self._time.is_led or not self._is_out()

    @property
    def outages(self) -> tuple[Outage, ...]:
        """Those that were planned, in the order in which they were."""
        return tuple(self._outages)

    def reset(self) -> None:
        """Forget the outages, and have the server follow; blocks last as long as they do."""
        with self._lock:
            self._outages, self._edges = [], []
        self.settle()

    def take_unbegun(self) -> list[Outage]:
        """Those that never began and should have, told once."""
        unbegun = [outage for outage in self._outages if not (outage.began or outage.optional)]
        for outage in unbegun:
            outage.optional = True
        return unbegun

    def check(self) -> None:
        """Raise ``ConnectionRefusedError`` while the service is down."""
        if not (self._blocks or self._outages):
            return
        self.look()
        if self._blocks or self._is_out():
            raise ConnectionRefusedError(errno.ECONNREFUSED, "the service is offline")

    @contextmanager
    def offline(self) -> Iterator[None]:
        """While the block lasts the service is down; blocks may overlap."""
        self._block(1, "offline")
        try:
            yield
        finally:
            self._block(-1, BACK)

    def plan(self, outage: Outage) -> None:
        """Be down then. It begins now if its time has come."""
        if self not in self._time.followers:
            self._time.follow(self)
        begin = Edge(max(outage.start, self._time.read()), True, outage)  # noqa: FBT003 - a row
        with self._lock:
            self._outages.append(outage)
            self._edges += [begin, Edge(outage.end, False, outage)]  # noqa: FBT003 - a row
        self.look()
        self._follow()

    is_fresh = True
    """An outage is a plan, and may be one for a time to come whatever the clock is set to."""

    @property
    def listening(self) -> bool:
        """A journey stops where an outage begins and ends."""
        return bool(self._edges)

    def next_at(self, *, until: int | None = None, delivery: bool = False) -> int | None:  # noqa: ARG002 - see Follower
        """The next instant at which an outage begins or ends; nothing is delivered here."""
        return None if delivery else min((edge.at for edge in self._edges), default=None)

    def step(self, instant: int) -> None:
        """Tell of what began or ended by ``instant`` (microseconds), and have the server follow."""
        self.catch_up(instant)
        self._follow()

    def look(self) -> None:
        """Tell of what began or ended by now."""
        if self._edges:
            self.catch_up(self._time.stamp())

    def catch_up(self, now: int) -> None:
        """Tell of the outages that began and ended by ``now`` (microseconds)."""
        if not self._edges:
            return
        with self._lock:
            passed = sorted((edge for edge in self._edges if edge.at <= now), key=lambda edge: edge[:2])
            self._edges = [edge for edge in self._edges if edge.at > now]
        told = None
        for at, begins, outage in passed:
            outage.began = True
            if begins:
                self._note(Faulted(at, SERVICE, f"offline until {show_instant(outage.end)}"))
            elif told != at and not (self._blocks or self._is_out_at(at)):
                told = at
                self._note(Faulted(at, SERVICE, BACK))

    def _block(self, change: int, text: str) -> None:
        self.look()
        with self._lock:
            changed = 0 in (self._blocks, self._blocks + change)
            self._blocks += change
        try:
            self._follow()
        except BaseException:
            self._blocks -= max(change, 0)  # nobody entered, so nobody will leave
            raise
        now = self._time.stamp()
        if changed and not (text == BACK and self._is_out_at(now)):
            self._note(Faulted(now, SERVICE, text))

    def _follow(self) -> None:
        if self._blocks or (self._outages and self._is_out()):
            self.on_leaving()
        self.settle()

    def _is_out(self) -> bool:
        return self._is_out_at(self._time.stamp())

    def _is_out_at(self, now: int) -> bool:
        return any(outage.start <= now < outage.end for outage in self._outages)
