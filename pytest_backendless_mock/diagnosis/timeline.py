"""The timeline of an application: what happened, now, and what is still to come, in one picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from ..messaging.duration import show_duration
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
from ..messaging.message import Delivery, Message, Publication
from ..messaging.text import escaped
from ..runtime.event import KINDS, Event, Faulted, Refused
from ..service.application import Application
from .phrase import client, shown, stamped, time_of_day

SCHEDULED = "scheduled"
"""What the timeline says of what is to come."""
WIDTH = max(map(len, [*KINDS.values(), SCHEDULED]))


class Picture(NamedTuple):
    """The lines of a timeline; ``day`` is the instant (microseconds) whose date is left out of them."""

    past: list[str]
    now: str
    coming: list[str]
    day: int


class Timeline:
    """``print(backendless_mock.timeline)``; a snapshot, like every view. Iterating gives its lines."""

    def __init__(self, application: Application) -> None:
        self._picture = picture(application)

    def __iter__(self) -> Iterator[str]:
        past, now, coming, _ = self._picture
        return iter([*past, now, *coming])

    def __str__(self) -> str:
        return "\n".join(self)

    def __repr__(self) -> str:
        return f"<Timeline {len(self._picture.past)} events, {len(self._picture.coming)} to come>"


def picture(application: Application) -> Picture:
    """What happened, now, and what is to come, in lines. Reads no clock (T15)."""
    with application.backend.peek() as (broker, now):
        events = list(application.backend.timeline)
        pending = sorted(broker.pending.values(), key=attrgetter("next_at"))
        past = [(event.at, _happened(event)) for event in events]
        coming = [(publication.next_at or 0, _coming(publication, now)) for publication in pending]
    lines = stamped([*past, (now, "-- now --"), *coming]) if now else ["-- now --"]
    here = len(past)
    return Picture(lines[:here], lines[here], lines[here + 1 :], day=events[0].at if events else now)


def log_line(event: Event) -> str:
    """An event in one line, with its whole date: for who sees it apart from all others."""
    return " ".join(f"{time_of_day(event.at)}  {_happened(event)}".splitlines())


def tell(event: Event) -> str:
    """An event in words, without its instant and kind."""
    return TELLERS[type(event)](event)


def _message(event: Message | Cancelled | Failed | NotPushed) -> str:
    message = event if isinstance(event, Message) else event.message
    return f"{shown(message.data)} on {message.channel!r}{_plan(event)}"


def _plan(event: Message | Cancelled | Failed | NotPushed) -> str:
    """When a message will be delivered, where that is not at once; or why it never was."""
    if isinstance(event, Failed | NotPushed):
        return f": {escaped(event.reason)}"
    if isinstance(event, Cancelled):
        return ""
    schedule = event.schedule
    parts = []
    if schedule.first > event.at:
        parts.append(f"for {time_of_day(schedule.first, event.at)}")
    if schedule.every is not None:
        parts.append(f"every {show_duration(schedule.every)}")
        if schedule.until is not None:
            parts.append(f"until {time_of_day(schedule.until, event.at)}")
    if event.failure is not None:
        parts.append("and will fail" if parts else "to fail")
    return f", {' '.join(parts)}" if parts else ""


def _delivery(event: Delivery) -> str:
    number = _number(event.message.schedule.every, event.number)
    return f"{shown(event.message.data)} on {event.message.channel!r}{number}"


def _retrieved(event: Retrieved) -> str:
    who = "listener " if event.in_real_time else ""
    return f"{_delivery(event.delivery)} by {who}{escaped(event.subscription_id)}"


def _pushed(event: Pushed | PushFailed) -> str:
    reason = f", which refused: {escaped(str(event.device.refuses))}" if isinstance(event, PushFailed) else ""
    return f"{shown(event.message.data)} to device {event.device.device_id!r} ({event.device.os}){reason}"


def _emailed(event: Emailed) -> str:
    email = event.email
    what = shown(email.subject) if email.template is None else f"the template {shown(email.template)}"
    return f"{what} to {escaped(', '.join(email.to) or str(email.criteria))}"


def _member(event: Joined | Listening | Left) -> str:
    condition = f" to {shown(event.selector)}" if isinstance(event, Listening) and event.selector is not None else ""
    return f"{event.channel!r}{condition} by {client(event.connection_id, event.user_id)}"


def _number(every: int | None, number: int) -> str:
    return f" #{number}" if every else ""


def _happened(event: Event) -> str:
    return f"{KINDS[type(event)]:<{WIDTH}}  {tell(event)}"


def _coming(publication: Publication, now: int) -> str:
    at = publication.next_at or 0
    message = publication.message
    number = _number(message.schedule.every, publication.delivered + 1)
    line = f"{shown(message.data)} on {message.channel!r}{number}, due in {show_duration(at - now)}"
    line += ", and will fail" if message.failure else ""
    return f"{SCHEDULED:<{WIDTH}}  {line}"


TELLERS: Mapping[type[Event], Callable[[Any], str]] = {
    Message: _message,
    Cancelled: _message,
    Failed: _message,
    NotPushed: _message,
    Delivery: _delivery,
    Retrieved: _retrieved,
    Pushed: _pushed,
    PushFailed: _pushed,
    Emailed: _emailed,
    Joined: _member,
    Listening: _member,
    Left: _member,
    Refused: lambda event: f"{event.what}: {event.error}",
    Faulted: lambda event: f"{event.what}: {event.fault}",
}
"""How each kind of event is told."""
