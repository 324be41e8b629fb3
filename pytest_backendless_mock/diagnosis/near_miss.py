"""Why an assertion about a channel does not hold, candidate by candidate, and what would make it hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import islice, takewhile
from typing import Any

from ..messaging.broker import Broker
from ..messaging.channel import Channel
from ..messaging.duration import show_duration
from ..messaging.event import Cancelled, Retrieved
from ..messaging.message import Delivery, Publication, Status
from ..messaging.name import ChannelName
from ..messaging.options import PUSH_ONLY
from ..runtime.event import Refused
from ..runtime.instant import from_datetime, show_instant
from ..runtime.record import delivery_record, message_record
from ..service.application import Application
from ..service.spelling import nearest
from .expectation import ANYTHING, Expectation
from .phrase import advance_call, differences, shown, times, veiled

MOST_CANDIDATES = 8
"""How many candidates are explained."""


class NearMiss:
    """An expectation about a channel that was not met, looked at after the fact (T15: the clock is not read)."""

    def __init__(self, application: Application, channel: ChannelName, wanted: Expectation, found: int) -> None:
        self._application = application
        self._channel = channel
        self._wanted = wanted
        self._found = found

    def lines(self) -> list[str]:
        """Each candidate with its reason; last, the call that makes the assertion hold."""
        with self._application.backend.peek() as (broker, now):
            candidates = [*self._candidates(broker, now), *self._refusals()]
            kept = candidates[:MOST_CANDIDATES]
            if len(kept) < len(candidates):
                kept.append(f"… and {len(candidates) - len(kept)} more")
            other = nearest(self._channel, broker.channels.names) if self._channel not in broker.channels else None
            if other:
                kept.append(f"nobody ever named the channel {self._channel!r}; did you mean {other!r}?")
            remedy = self._remedy(broker, now)
            return [*kept, *([remedy] if remedy else [])]

    def _candidates(self, broker: Broker, now: int) -> Iterator[str]:
        for publication in broker.publications.values():
            message = publication.message
            here, alike = message.channel == self._channel, self._wanted.matches_data(message.data)
            if not (here or (alike and self._wanted.data is not ANYTHING)):
                continue
            if not here:
                yield f"{shown(message.data)} was published on another channel, {message.channel!r}"
            elif not alike:
                yield f"{shown(message.data)} has other data: {'; '.join(self._differences(message.data))}"
            else:
                yield from self._same(publication, broker, now)

    def _same(self, publication: Publication, broker: Broker, now: int) -> Iterator[str]:
        """The right data on the right channel: what else is wrong."""
        message = publication.message
        what = shown(message.data)
        if self._wanted.stage == "published":
            yield f"{what} was published, but {self._other(message_record(publication))}"
            return
        if message.delivery_options.publish_policy == PUSH_ONLY:
            yield f"{what} was pushed only (publishPolicy PUSH): it reaches no subscriber"
            return
        deliveries = [d for d in broker.channels.deliveries(self._channel) if d.message is message]
        if self._wanted.stage == "delivered":
            yield from (
                f"{what} was delivered at {show_instant(d.at)}, but {self._other(delivery_record(d))}"
                for d in deliveries
                if not self._wanted.matches(delivery_record(d))
            )
        else:
            yield from (self._unretrieved(d, broker.channels.get(self._channel), broker, now) for d in deliveries)
        if publication.status is Status.CANCELLED:
            yield f"{what} was cancelled at {show_instant(self._cancelled_at(publication))}"
        elif message.failure is not None:
            fate = "failed" if publication.next_at is None else "will fail when it is due"
            yield f"{what} {fate}: {message.failure.reason}"
        elif publication.next_at is not None:
            wrong = self._wrong_headers(message.options.headers)
            yield "; ".join([f"{what} is not due yet: at {show_instant(publication.next_at)}", *wrong])

    def _unretrieved(self, delivery: Delivery, log: Channel | None, broker: Broker, now: int) -> str:
        handed = sum(isinstance(e, Retrieved) and e.delivery is delivery for e in self._application.backend.timeline)
        subscriptions = list(log.subscriptions.values()) if log else []
        able = [subscription for subscription in subscriptions if subscription.matches(delivery)]
        reasons = dict.fromkeys(reason for each in subscriptions for reason in each.reasons(delivery))
        what = f"{shown(delivery.message.data)} was delivered at {show_instant(delivery.at)}"
        if handed:
            return f"{what}, and retrieved {times(handed)}"
        count = f"retrievable by {len(able)} of {len(subscriptions)} subscriptions"
        if not able:
            return f"{what}; {count}" + (f": {'; '.join(reasons)}" if reasons else "")
        gone = delivery.at + broker.lifetime
        if gone <= now:
            return f"{what}; {count}, but gone from the window since {show_instant(gone)}"
        return f"{what}; {count}, but nobody polled since"

    def _other(self, record: Any) -> str:
        """What of ``record`` is not as expected."""
        wrong = self._wrong_headers(record.headers)
        for name, value in self._wanted.fields.items():
            if getattr(record, name) != value:
                wrong.append(f"{name} is {getattr(record, name)}, expected {value}")
        return "; ".join(wrong) or f"{times(self._found)}, not {times(self._wanted.times or 0)}"

    def _wrong_headers(self, headers: Mapping[str, str | None]) -> list[str]:
        return [
            f"header {name!r} is {headers.get(name)!r}, expected {text!r}"
            for name, text in self._wanted.headers.items()
            if headers.get(name) != text
        ]

    def _differences(self, data: Any) -> list[str]:
        found = [] if callable(self._wanted.data) else differences(self._wanted.data, data)
        return found or [f"expected {veiled(self._wanted.data)!r}"]

    def _refusals(self) -> Iterator[str]:
        for event in self._application.backend.timeline:
            if isinstance(event, Refused) and event.what.endswith(f"/messaging/{self._channel}"):
                yield f"refused at {show_instant(event.at)}: {event.what}: {event.error}"

    def _cancelled_at(self, publication: Publication) -> int:
        cancelled = (e for e in self._application.backend.timeline if isinstance(e, Cancelled))
        return next(e.at for e in cancelled if e.message is publication.message)

    def _remedy(self, broker: Broker, now: int) -> str | None:
        """The call after which the expectation is met, where waiting is all that is missing."""
        missing = (self._wanted.times or 1) - self._found
        if self._wanted.stage != "delivered" or self._wanted.times == 0 or missing <= 0:
            return None
        coming = merge(
            *(
                _occurrences(publication, broker.processing)
                for publication in broker.pending.values()
                if publication.message.channel == self._channel
                and self._wanted.matches_data(publication.message.data)
                and not self._wrong_headers(publication.message.options.headers)
                and publication.message.reaches_channel
            )
        )
        at = self._wanted.fields.get("at")
        wanted_at = from_datetime(at) if isinstance(at, dt.datetime) else None
        fitting = (instant for instant in _until(coming, wanted_at) if wanted_at in (None, instant))
        instant = next(islice(fitting, missing - 1, None), None)
        if instant is None:
            return None
        return f"due in {show_duration(instant - now)}; try: {advance_call(instant - now)}"


def _until(instants: Iterable[int], last: int | None) -> Iterator[int]:
    """Those up to ``last``; all of them, which may be without end, when that is ``None``."""
    return takewhile(lambda instant: last is None or instant <= last, instants)


def _occurrences(publication: Publication, processing: int) -> Iterator[int]:
    """The instants (microseconds) at which what is left of a message will be delivered."""
    number = publication.delivered + 1
    while (due := publication.message.schedule.due(number)) is not None:
        yield due + processing
        number += 1
