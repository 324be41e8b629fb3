"""The timeline of an application: what happened, now, and what is still to come, in one picture."""

from __future__ import annotations

from collections.abc import Iterator

from ..http.tenant import Tenant
from ..messaging.event import KINDS, Accepted, Cancelled, Dropped, Emailed, Event, Failed, Faulted, Pushed, Retrieved
from ..messaging.message import Delivery, Publication
from ..runtime.instant import show_duration
from .phrase import shown, time_of_day


class Timeline:
    """``print(backendless_mock.timeline)``; a snapshot, like every view. Iterating gives its lines."""

    def __init__(self, tenant: Tenant) -> None:
        with tenant.backend.retrospect() as (broker, now):
            self._events = list(tenant.backend.timeline)
            pending = sorted(broker.pending.values(), key=lambda p: (p.next_at or 0, p.message.order))
            day = self._events[0].at if self._events else now
            self._past = [_happened(event, day) for event in self._events]
            self._now = f"{time_of_day(now, day)}  -- now --" if now else "-- now --"
            self._future = [_coming(publication, now, day) for publication in pending]
            self.day = day
            """The instant (microseconds) whose date is left out of the lines."""

    def __iter__(self) -> Iterator[str]:
        return iter([*self._past, self._now, *self._future])

    def __str__(self) -> str:
        return "\n".join(self)

    def __repr__(self) -> str:
        return f"<Timeline {len(self._past)} events, {len(self._future)} to come>"

    @property
    def past(self) -> list[str]:
        """The lines of what happened."""
        return self._past

    @property
    def rest(self) -> list[str]:
        """The line of now, and those of what is to come."""
        return [self._now, *self._future]


def tell(event: Event) -> str:
    """An event in words, without its instant and kind."""
    match event:
        case Accepted() | Cancelled() | Dropped():
            return f"{shown(event.message.data)} on {event.message.channel!r}{_plan(event)}"
        case Delivery():
            number = _number(event.message.schedule.every, event.number)
            return f"{shown(event.message.data)} on {event.message.channel!r}{number}"
        case Retrieved():
            return f"{tell(event.delivery)} by {event.subscription.subscription_id}"
        case Pushed() | Failed():
            reason = f", which refused: {event.device.refuses}" if isinstance(event, Failed) else ""
            return f"{shown(event.message.data)} to device {event.device.device_id!r} ({event.device.os}){reason}"
        case Emailed():
            return f"{shown(event.email.subject)} to {', '.join(event.email.to) or event.email.criteria}"
        case _:
            return f"{event.what}: {event.fault if isinstance(event, Faulted) else event.error}"


def _plan(event: Accepted | Cancelled | Dropped) -> str:
    """When a message will be delivered, where that is not at once; or why it never was."""
    if isinstance(event, Dropped):
        return f": {event.reason}"
    schedule = event.message.schedule
    parts = []
    if isinstance(event, Accepted) and schedule.first > event.at:
        parts.append(f"for {time_of_day(schedule.first, event.at)}")
    if isinstance(event, Accepted) and schedule.every is not None:
        parts.append(f"every {show_duration(schedule.every)}")
        if schedule.until is not None:
            parts.append(f"until {time_of_day(schedule.until, event.at)}")
    if isinstance(event, Accepted) and event.message.failure is not None:
        parts.append("and will fail" if parts else "to fail")
    return f", {' '.join(parts)}" if parts else ""


def _number(every: int | None, number: int) -> str:
    return f" #{number}" if every else ""


def _happened(event: Event, day: int) -> str:
    return f"{time_of_day(event.at, day)}  {KINDS[type(event)]:<9}  {tell(event)}"


def _coming(publication: Publication, now: int, day: int) -> str:
    at = publication.next_at or 0
    message = publication.message
    number = _number(message.schedule.every, publication.delivered + 1)
    line = f"{shown(message.data)} on {message.channel!r}{number}, due in {show_duration(at - now)}"
    line += ", and will fail" if message.failure else ""
    return f"{time_of_day(at, day)}  scheduled  {line}"
