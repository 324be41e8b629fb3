"""A running application: a broker behind one lock, brought to the present whenever somebody enters."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..messaging.broker import Broker
from ..messaging.due import RunawayScheduleError
from ..messaging.event import (
    Cancelled,
    Emailed,
    Failed,
    Joined,
    Left,
    Listening,
    NotPushed,
    Pushed,
    PushFailed,
    Retrieved,
)
from ..messaging.message import Delivery as CoreDelivery
from ..messaging.message import Message as CoreMessage
from .event import KINDS, Event, Faulted, Refused
from .record import (
    Delivery,
    Email,
    Incident,
    Member,
    Message,
    Push,
    Refusal,
    delivery_record,
    email_record,
    incident_record,
    member_record,
    message_record,
    push_record,
    refusal_record,
)
from .virtual_time import VirtualTime
from .wall_clock import real_monotonic

Record = Message | Delivery | Push | Email | Refusal | Incident | Member
Listener = Callable[[Any], object]

RECORDS: Mapping[type[Event], Callable[[Any], Record]] = {
    CoreDelivery: delivery_record,
    Retrieved: lambda event: delivery_record(event.delivery),
    Pushed: push_record,
    PushFailed: push_record,
    Emailed: email_record,
    Joined: member_record,
    Listening: member_record,
    Left: member_record,
    Refused: refusal_record,
    Faulted: incident_record,
}
"""What listeners get for each kind of event; for what is about a message alone, the message as it stands."""

LOGGER = logging.getLogger("backendless_mock")
"""Hears of each event at DEBUG."""
GLANCE = 0.05
"""Seconds between two looks of ``wait_for`` at a clock that somebody else may have moved."""


MOST_CALLS = 100
"""How many calls of listeners may be under way at once, each over HTTP in a thread of its own."""
RUNAWAY = "listeners set one another off without end: does one publish for every delivery that it is told of?"


class ListenerError(RuntimeError):
    """A listener of the test raised; its own error is the cause. What the service did is done all the same."""


class Session(NamedTuple):
    """What one who entered holds: the broker, caught up, and the instant at which that was (microseconds)."""

    broker: Broker
    now: int


class Backend:
    """One application's state. It calls nobody while it holds its lock."""

    def __init__(self, broker: Broker, time: VirtualTime, tell: Callable[[Event], str] = repr) -> None:
        """``tell`` says an event in one line of the log, for people."""
        self.time = time
        self.timeline: list[Event] = []
        """What happened, oldest first: the one record of it; whatever looks back reads this."""
        self._late: list[tuple[int, Event]] = []
        """What was put between others, and how many there were when it became known."""
        self._broker = broker
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._waiting = 0
        """How many wait for a change; mostly nobody does, and telling nobody costs as much as a delivery."""
        self.closed = False
        """Whether the test is over: nothing happens any more."""
        self._listeners: list[tuple[str, Listener]] = []
        self.outlet: Callable[[], object] | None = None
        """Sends what was put into the inboxes of connections. It is called before the listeners, at each instant."""
        self.tell = tell
        self._calls = 0
        """How many listeners are being called: inside one another, or by several threads."""
        self._running_away = False
        """Until they have all come back: nobody else is called, and whatever they raise comes of that."""
        time.follow(self)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Enter: take the lock, read the time once, catch up. The listeners are told after leaving.

        Raises ``RunawayScheduleError`` when there is too much to catch up with, or listeners set one another off
        without end, and ``ListenerError`` on leaving.
        """
        events: list[Event] = []
        try:
            with self._lock:
                try:
                    now = self._enter()
                    if self._broker.events:
                        events += self._record()
                    yield Session(self._broker, now)
                finally:
                    if self._broker.events:
                        events += self._record()
        finally:
            if self._listeners or self.outlet is not None or LOGGER.isEnabledFor(logging.DEBUG):
                self._tell(events)

    @contextmanager
    def peek(self) -> Iterator[Session]:
        """Enter without reading the time or catching up: for what looks back at a test (T15)."""
        with self._lock:
            yield Session(self._broker, self.time.seen or 0)

    def close(self) -> None:
        """From now on nothing happens any more: whoever looks sees what the last one saw (T15)."""
        with self._lock:
            self.closed = True
            self._changed.notify_all()

    def restart(self, broker: Broker, timeline: Iterable[Event] = ()) -> None:
        """Go on with ``broker``, as if only the ``timeline`` had happened: nobody listens, the time stays.

        Not while closed.
        """
        with self._lock:
            self._broker = broker
            self.timeline, self._late = list(timeline), []
            self._listeners = []
            self._changed.notify_all()

    def note(self, event: Event, *, late: bool = False) -> None:
        """Add to the timeline what did not come from the broker; what comes ``late`` goes where its instant belongs."""
        with self._lock:
            place = known = len(self.timeline)
            while late and place and self.timeline[place - 1].at > event.at:
                place -= 1
            self.timeline.insert(place, event)
            if place < known:
                self._late.append((known, event))
            self._changed.notify_all()
        self._tell([event])

    def since(self, number: int) -> list[Event]:
        """What happened after the first ``number`` events, in the order in which it became known."""
        with self._lock:
            if not self._late:
                return self.timeline[number:]
            late = {id(event) for _, event in self._late}
            known = [event for event in self.timeline if id(event) not in late]
            for place, event in self._late:
                known.insert(place, event)
            return known[number:]

    @property
    def listening(self) -> bool:
        """Whether somebody wants to be told at each instant."""
        return bool(self._listeners)

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has happened yet that a clock set back would contradict."""
        return self._broker.is_fresh

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
                    self._waiting += 1
                    try:
                        self._changed.wait(min(left, GLANCE))
                    finally:
                        self._waiting -= 1

    def next_at(self, *, until: int | None = None, delivery: bool = False) -> int | None:
        """The next instant at which something is due, or a ``delivery`` is, in microseconds.

        Raises ``RunawayScheduleError`` where going to ``until`` would deliver too much.
        """
        with self._lock:
            if self.closed:
                return None
            if until is not None:
                self._broker.refuse_runaway(until)
            return self._broker.next_delivery_at() if delivery else self._broker.next_at()

    def step(self, instant: int) -> None:
        """Deliver what is due by ``instant`` (microseconds), to which the time was raised, and tell the listeners."""
        with self._lock:
            if self.closed:
                return
            self._broker.catch_up(instant)
            events = self._record()
        self._tell(events)

    def _enter(self) -> int:
        if self.closed:
            return self.time.seen or 0
        now = self.time.read()
        self._broker.catch_up(now)
        return now

    def _record(self) -> Sequence[Event]:
        events = self._broker.drain()
        self.timeline += events
        if self.time.logs:
            self.time.log([event for event in events if isinstance(event, CoreDelivery)])
        if self._waiting:
            self._changed.notify_all()
        return events

    def _tell(self, events: Sequence[Event]) -> None:
        """Log them, then call who listens; no lock is held."""
        if LOGGER.isEnabledFor(logging.DEBUG):
            for entry in events:
                LOGGER.debug(self.tell(entry))
        if self.outlet is not None:
            self.outlet()
        if not self._listeners:
            return
        for entry in events:
            told = KINDS[type(entry)]
            for kind, listener in tuple(self._listeners):
                if kind != told:
                    continue
                record = self.described(entry)
                if record is not None:
                    self._call(listener, kind, record)

    @property
    def is_nested(self) -> bool:
        """Whether a listener is being called while another is."""
        return self._calls > 1

    def _call(self, listener: Listener, kind: str, record: Record) -> None:
        with self._lock:
            self._running_away |= self._calls >= MOST_CALLS
            if self._running_away:
                raise RunawayScheduleError(RUNAWAY)
            self._calls += 1
        try:
            listener(record)
        except ListenerError:  # of a listener that this one set off: told already
            raise
        except RunawayScheduleError as error:
            raise RunawayScheduleError(*error.args) from None  # without the traceback of a hundred calls
        except Exception as error:
            if self._running_away or (self.is_nested and isinstance(error, RecursionError)):
                self._running_away = True
                raise RunawayScheduleError(RUNAWAY) from None
            raise ListenerError(f"a listener for {kind!r} raised {error!r}") from error
        finally:
            with self._lock:
                self._calls -= 1
                self._running_away &= self._calls > 0

    def described(self, entry: Event) -> Record | None:
        """The record of an event; of one about a message alone the message as it stands, if it is still there."""
        describe = RECORDS.get(type(entry))
        if describe is not None:
            return describe(entry)
        assert isinstance(entry, CoreMessage | Cancelled | Failed | NotPushed)
        message = entry if isinstance(entry, CoreMessage) else entry.message
        with self._lock:
            publication = self._broker.publications.get(message.message_id)
            return None if publication is None else message_record(publication)
