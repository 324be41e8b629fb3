"""The mock's time as the rooms around it use it: the wall clock plus an offset, standing still on a journey.

The law of this module: time is read here, once for each request, and never goes back by itself (invariants 1 and 3).
While a journey lasts the time stands where it was raised to, however long the listeners take in fact; when the last
journey ends the offset takes up what has passed, so that nobody sees the time go back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from ..messaging.message import Delivery
from ..messaging.schedule import LAST_INSTANT
from .instant import NOT_BEFORE_1970, show_instant
from .wall_clock import Reading, Time, WallClock


class Follower(Protocol):
    """What goes along when the time is moved: a running application, or planned outages. Instants are microseconds."""

    @property
    def listening(self) -> bool:
        """Whether somebody wants to be told at each instant, so that a journey has to stop there."""

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has happened yet that a clock set back would contradict."""

    def next_at(self, *, until: int | None = None, delivery: bool = False) -> int | None:
        """The next instant at which something is due, or a ``delivery`` is.

        Raises ``RunawayScheduleError`` where going to ``until`` would deliver too much (invariant 7).
        """

    def step(self, instant: int) -> None:
        """The time has come to ``instant``: deliver what is due by then, and tell the listeners."""


class BeforeEpochError(RuntimeError):
    """The process shows a time that Backendless has no number for."""


class VirtualTime:
    """The wall clock plus an offset. Everything is in microseconds since the epoch."""

    def __init__(self, wall: Time | None = None) -> None:
        """``wall`` is the time of the process; tests of the clock hand in a fake one."""
        self.followers: list[Follower] = []
        self.seen: int | None = None
        """The last instant that was read: what reports go by, since they never read (T15)."""
        self._wall = wall or WallClock()
        self._offset = 0
        self._journeys = 0
        self._standing = 0
        self._began: int | None = None
        """What a wall clock that ran showed when the first journey began: all go by that one reading."""
        self._moved = False
        self._guard = threading.Lock()
        self.logs: list[list[Delivery]] = []
        """Filled with the deliveries that are made while a journey is under way."""
        self.has_jumped = False
        """Whether the test ever went somewhere without a stop for code that polls."""
        self._jumps: list[tuple[int, int]] = []
        self._undo_freeze: Callable[[], None] | None = None

    def read(self) -> int:
        """The mock's time. Raises ``BeforeEpochError`` where somebody else holds it before 1970."""
        with self._guard:  # an offset is never seen without the reading it belongs to
            self.seen = self._shown(self._wall.read())
            return self.seen

    def stamp(self) -> int:
        """The mock's time, for what has to bear one; where ``read`` raises, the last that was seen."""
        try:
            return self.read()
        except BeforeEpochError:
            return self.seen or 0

    @property
    def is_fresh(self) -> bool:
        """Whether time may still be set back: nobody has moved it, and nothing has happened."""
        return not self._moved and all(follower.is_fresh for follower in self.followers)

    @property
    def ahead(self) -> int:
        """By how much the mock's time is ahead of the one that clients see, in microseconds."""
        reading = self._wall.read()
        if reading.beside is not None:
            return reading.instant - reading.beside
        return 0 if reading.frozen else self._offset

    @property
    def is_frozen(self) -> bool:
        """Whether the time stands until somebody moves it."""
        reading = self._wall.read()
        return reading.frozen and not reading.running

    @property
    def is_led(self) -> bool:
        """Whether somebody else moves the time, and would not say so: the user's freezegun or time-machine."""
        return self._wall.is_led()

    def follow(self, follower: Follower) -> None:
        """From now on a journey goes through what is due in ``follower``."""
        self.followers.append(follower)

    def raise_to(self, instant: int) -> None:
        """Show at least ``instant`` from now on; a freeze that rules is moved along."""
        with self._guard:
            self._moved = True
            self._standing = max(self._standing, instant)
            if not self._wall.move(instant):
                began = self._wall.read().instant if self._began is None else self._began
                self._offset = max(self._offset, instant - began)
            self.seen = max(self.seen or 0, instant)

    @contextmanager
    def standing(self) -> Iterator[int]:
        """In the block the time stands, from now, which it is given, to where it is raised."""
        with self._guard:
            reading = self._wall.read()
            now = self.seen = self._shown(reading)
            if not self._journeys:
                self._standing = now
                self._began = None if reading.frozen else reading.instant
            self._journeys += 1
        try:
            yield now
        finally:
            with self._guard:
                self._journeys -= 1
                if not self._journeys and self._began is not None:
                    self._began = None
                    reading = self._wall.read()
                    if not reading.frozen:
                        self._offset = self._standing - reading.instant

    def _shown(self, reading: Reading) -> int:
        """What the mock shows while the wall clock says ``reading``. Raises ``BeforeEpochError``."""
        if reading.instant < 0:
            raise BeforeEpochError(f"the time of this process is {show_instant(reading.instant)}: {NOT_BEFORE_1970}")
        if reading.frozen and not reading.running:
            return reading.instant
        if self._journeys:
            return self._standing
        return min(reading.instant + (0 if reading.frozen else self._offset), LAST_INSTANT)

    @contextmanager
    def logging(self) -> Iterator[list[Delivery]]:
        """What comes out of the block's ``with`` fills with the deliveries made while it lasts."""
        log: list[Delivery] = []
        self.logs.append(log)
        try:
            yield log
        finally:
            self.logs[:] = [each for each in self.logs if each is not log]

    def log(self, deliveries: Collection[Delivery]) -> None:
        """Deliveries were made: a journey under way hands them out."""
        for log in tuple(self.logs):
            log.extend(deliveries)

    def note_jump(self, start: int, target: int) -> None:
        """The test went from ``start`` to ``target`` without a stop for code that polls."""
        self._jumps.append((start, target))
        self.has_jumped = True

    def jumped_over(self, instant: int) -> bool:
        """Whether the test went past ``instant`` without a stop for code that polls."""
        return any(start < instant <= target for start, target in self._jumps)

    def begin_at(self, instant: int) -> None:
        """Show ``instant`` now, and run on from there; time that somebody froze is moved on to it, never back."""
        with self._guard:
            self._moved = True
            if not self._wall.move(instant):
                self._offset = instant - self._wall.read().instant
            self.seen = instant

    def freeze(self, instant: int) -> None:
        """Freeze the process at ``instant``. Raises ``RuntimeError`` while time is frozen already."""
        self._undo_freeze = self._wall.freeze(instant)

    def unfreeze(self) -> None:
        """Undo ``freeze``, if it was called. Raises ``RuntimeError`` while a later freeze is still active."""
        if self._undo_freeze is not None:
            self._undo_freeze()
            self._undo_freeze = None

    def resume(self) -> None:
        """Undo ``freeze``, and go on from where the time stands: for a freeze that is nobody else's."""
        with self._guard:
            now = self.seen = self._shown(self._wall.read())
            self.unfreeze()
            self._offset = now - self._wall.read().instant
