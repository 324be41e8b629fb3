"""A running application: a broker behind one lock, brought to the present whenever somebody enters."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ..messaging.broker import Broker
from ..messaging.event import KINDS, Emailed, Event, Failed, Pushed, Refused, Retrieved
from ..messaging.message import Delivery as CoreDelivery
from .clock import Clock
from .process_time import real_monotonic
from .record import (
    Delivery,
    Email,
    Message,
    Push,
    Refusal,
    delivery_record,
    email_record,
    message_record,
    push_record,
    refusal_record,
)

Record = Message | Delivery | Push | Email | Refusal
Listener = Callable[[Record], object]

GLANCE = 0.05
"""Seconds between two looks of ``wait_for`` at a clock that somebody else may have moved."""


class ListenerError(RuntimeError):
    """A listener of the test raised; its own error is the cause. What the service did is done all the same."""


class Session(NamedTuple):
    """What one who entered holds: the broker, caught up, and the instant at which that was (microseconds)."""

    broker: Broker
    now: int


class Backend:
    """One application's state. It calls nobody while it holds its lock."""

    def __init__(self, broker: Broker, clock: Clock) -> None:
        self.clock = clock
        self.timeline: list[Event] = []
        self._broker = broker
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._closed = False
        self._listeners: list[tuple[str, Listener]] = []
        clock.drive(self)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Enter: take the lock, read the time once, catch up. The listeners are told after leaving.

        Raises ``RunawayScheduleError`` when there is too much to catch up with, ``ListenerError`` on leaving.
        """
        events: list[Event] = []
        try:
            with self._lock:
                try:
                    now = self._enter()
                    events += self._record()
                    yield Session(self._broker, now)
                finally:
                    events += self._record()
        finally:
            self._tell(events)

    @contextmanager
    def retrospect(self) -> Iterator[Session]:
        """Enter without reading the time or catching up: for what looks back at a test (T15)."""
        with self._lock:
            yield Session(self._broker, self.clock.seen or 0)

    def close(self) -> None:
        """From now on nothing happens any more: whoever looks sees what the last one saw (T15)."""
        with self._lock:
            self._closed = True

    def note(self, event: Event) -> None:
        """Add to the timeline what did not come from the broker."""
        with self._lock:
            self.timeline.append(event)
            self._changed.notify_all()
        self._tell([event])

    @property
    def listening(self) -> bool:
        """Whether somebody wants to be told at each instant."""
        return bool(self._listeners)

    def listen(self, kind: str, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with the record of each event of ``kind``; what comes back stops that.

        Raises ``ValueError`` for a kind there is not.
        """
        if kind not in KINDS.values():
            raise ValueError(f"there is no event {kind!r}; there are {', '.join(KINDS.values())}")
        entry = (kind, listener)
        self._listeners.append(entry)

        def stop() -> None:
            if entry in self._listeners:
                self._listeners.remove(entry)

        return stop

    def wait_for(self, predicate: Callable[[], object], timeout: float) -> bool:
        """Wait, in real seconds, until ``predicate`` holds; it is asked again at each event and each due instant."""
        deadline = real_monotonic() + timeout
        while True:
            with self.session():
                seen = len(self.timeline)
            if predicate():
                return True
            left = deadline - real_monotonic()
            if left <= 0:
                return False
            with self._changed:
                if len(self.timeline) == seen:
                    self._changed.wait(min(left, GLANCE))

    def next_at(self) -> int | None:
        """The instant of the next delivery, in microseconds."""
        with self._lock:
            return None if self._closed else self._broker.next_at()

    def refuse_runaway(self, instant: int) -> None:
        """Raise ``RunawayScheduleError`` if going to ``instant`` (microseconds) would deliver too much."""
        with self._lock:
            self._broker.refuse_runaway(instant)

    def step(self, instant: int) -> None:
        """Raise the clock to ``instant`` (microseconds), deliver what is due, tell the listeners."""
        events: list[Event] = []
        with self._lock:
            self.clock.raise_to(instant)
            self._enter()
            events = self._record()
        self._tell(events)

    def mark(self) -> int:
        """The place in the timeline after catching up to now."""
        with self.session():
            pass
        return len(self.timeline)

    def deliveries_since(self, mark: int) -> list[Delivery]:
        """What was delivered after ``mark``."""
        return [delivery_record(entry) for entry in self.timeline[mark:] if isinstance(entry, CoreDelivery)]

    def _enter(self) -> int:
        if self._closed:
            return self.clock.seen or 0
        now = self.clock.read()
        self._broker.catch_up(now)
        return now

    def _record(self) -> list[Event]:
        events = self._broker.drain()
        if events:
            self.timeline.extend(events)
            self._changed.notify_all()
        return events

    def _tell(self, events: list[Event]) -> None:
        if not self._listeners:
            return
        for entry in events:
            for kind, listener in list(self._listeners):
                if kind == KINDS[type(entry)]:
                    self._call(listener, kind, self._described(entry))

    def _call(self, listener: Listener, kind: str, record: Record) -> None:
        try:
            listener(record)
        except ListenerError:  # of a listener that this one set off: told already
            raise
        except Exception as error:
            raise ListenerError(f"a listener for {kind!r} raised {error!r}") from error

    def _described(self, entry: Event) -> Record:
        match entry:
            case CoreDelivery():
                return delivery_record(entry)
            case Retrieved():
                return delivery_record(entry.delivery)
            case Pushed() | Failed():
                return push_record(entry)
            case Emailed():
                return email_record(entry)
            case Refused():
                return refusal_record(entry)
            case _:
                with self._lock:
                    return message_record(self._broker.publications[entry.message.message_id])
