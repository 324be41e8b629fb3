"""Why an assertion about a channel does not hold, candidate by candidate, and what would make it hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice, takewhile
from typing import Any

from ..messaging.broker import Broker
from ..messaging.channel import Channel
from ..messaging.event import Cancelled, Retrieved
from ..messaging.forecast import Occurrence, upcoming
from ..messaging.message import Delivery, Message, Publication, Status
from ..messaging.name import ChannelName
from ..messaging.options import PUSH_ONLY
from ..runtime.event import Event, Refused
from ..runtime.instant import from_datetime, show_instant
from ..runtime.record import delivery_record, message_record
from ..service.application import Application
from ..service.spelling import nearest
from .expectation import ANYTHING, Expectation
from .listener import kept_back, last_to_leave
from .phrase import due, folded, limits, shown, times


class NearMiss:
    """An expectation about a channel that was not met, looked at after the fact (T15: the clock is not read)."""

    def __init__(self, application: Application, channel: ChannelName, wanted: Expectation, found: int) -> None:
        self._application = application
        self._channel = channel
        self._wanted = wanted
        self._found = found
        with application.backend.peek() as (broker, _):
            self._publications = list(broker.publications.values())
        # What the test expects may be code of its own, which is not called while the lock is held.
        messages = [publication.message for publication in self._publications]
        self._wrong_data = {message.message_id: wanted.wrong_data(message.data) for message in messages}

    def lines(self) -> list[str]:
        """Each candidate with its reason; last, the call that makes the assertion hold."""
        path = f"/messaging/{self._channel}"
        with self._application.backend.peek() as (broker, now):
            refused = refusals(self._application.backend.timeline, lambda what: what.endswith(path))
            kept = limited([*self._candidates(broker, now), *refused])
            other = nearest(self._channel, broker.channels.names) if self._channel not in broker.channels else None
            if other:
                kept.append(f"nobody ever named the channel {self._channel!r}; did you mean {other!r}?")
            remedy = self._remedy(broker, now)
            return [*kept, *([remedy] if remedy else [])]

    def _candidates(self, broker: Broker, now: int) -> Iterator[str]:
        for publication in self._publications:
            message, wrong = publication.message, self._wrong_data[publication.message.message_id]
            here, alike = message.channel == self._channel, wrong is None
            if not (here or (alike and self._wanted.data is not ANYTHING)):
                continue
            if not here:
                yield f"{shown(message.data)} was published on another channel, {message.channel!r}"
            elif not alike:
                yield f"{shown(message.data)} {wrong}"
            else:
                yield from self._same(publication, broker, now)

    def _same(self, publication: Publication, broker: Broker, now: int) -> Iterator[str]:
        """The right data on the right channel: what else is wrong."""
        message = publication.message
        what = shown(message.data)
        if self._wanted.stage == "published":
            record = message_record(publication)
            wrong = self._wanted.data is not ANYTHING or self._wanted.wrong(record)
            if wrong or self._found >= (self._wanted.times or 0):
                yield f"{what} was published, but {self._other(record)}"
            return
        told = pushed_only(message)
        if told is not None:
            yield told
            return
        log = broker.channels.deliveries(self._channel)
        deliveries = [(place, delivery) for place, delivery in enumerate(log) if delivery.message is message]
        if self._wanted.stage == "delivered":
            yield from (
                f"{what} was delivered at {show_instant(d.at)}, but {self._other(delivery_record(d))}"
                for _, d in deliveries
                if self._wanted.wrong(delivery_record(d))
            )
        else:
            yield from (self._unretrieved(place, delivery, broker, now) for place, delivery in deliveries)
        told = fate(publication, self._application.backend.timeline)
        if told is not None:
            wrong = self._wanted.wrong_headers(message.options.headers) if publication.next_at is not None else []
            yield "; ".join([told, *wrong])

    def _unretrieved(self, place: int, delivery: Delivery, broker: Broker, now: int) -> str:
        handed = sum(isinstance(e, Retrieved) and e.delivery is delivery for e in self._application.backend.timeline)
        what = f"{shown(delivery.message.data)} was delivered at {show_instant(delivery.at)}"
        if handed:
            return f"{what}, and retrieved {times(handed)}"
        channel = broker.channels.get(self._channel)
        polled = [_unpolled(channel, place, broker, now)] if channel is not None and channel.subscriptions else []
        unheard = kept_back(broker, self._channel, place, delivery)
        last = last_to_leave(self._application, self._channel)
        nobody = ["nobody subscribed", *([last] if last else [])]
        return "; ".join([what, *([*polled, *unheard] or nobody)])

    def _other(self, record: Any) -> str:
        """What of ``record`` is not as expected."""
        return "; ".join(self._wanted.wrong(record)) or f"{times(self._found)}, not {times(self._wanted.times or 0)}"

    def _remedy(self, broker: Broker, now: int) -> str | None:
        """The call after which the expectation is met, where waiting is all that is missing."""
        missing = (self._wanted.times or 1) - self._found
        if self._wanted.stage != "delivered" or self._wanted.times == 0 or missing <= 0:
            return None
        wanted = [
            publication
            for publication in broker.pending.values()
            if publication.message.channel == self._channel
            and self._wrong_data.get(publication.message.message_id, "") is None
            and not self._wanted.wrong_headers(publication.message.options.headers)
            and publication.message.reaches_channel
        ]
        coming = upcoming(wanted, broker.processing)
        at = self._wanted.fields.get("at")
        wanted_at = from_datetime(at) if isinstance(at, dt.datetime) else None
        fitting = (each for each in _until(coming, wanted_at) if wanted_at in (None, each.at))
        last = next(islice(fitting, missing - 1, None), None)
        return None if last is None else due(last, now)


def _unpolled(channel: Channel, place: int, broker: Broker, now: int) -> str:
    """Why nobody who polls got the delivery at ``place``."""
    reasons = [channel.reasons(place, subscription) for subscription in channel.subscriptions.values()]
    count = f"retrievable by {reasons.count([])} of {len(reasons)} subscriptions"
    if [] not in reasons:
        return f"{count}: {'; '.join(dict.fromkeys(chain.from_iterable(reasons)))}"
    return f"{count}, but {unclaimed(channel.log[place], broker, now)}"


def unclaimed(delivery: Delivery, broker: Broker, now: int) -> str:
    """Why a delivery that somebody asked for was handed to nobody."""
    gone = delivery.at + broker.lifetime
    return f"gone from the window since {show_instant(gone)}" if gone <= now else "nobody polled since"


def limited(candidates: list[str]) -> list[str]:
    """As many as anybody reads, and how many more there are."""
    told = folded(candidates)
    kept = told[: limits().candidates]
    return kept if len(kept) == len(told) else [*kept, f"… and {len(told) - len(kept)} more"]


def pushed_only(message: Message) -> str | None:
    """Why a message reaches no subscriber, where it goes to devices alone."""
    if message.delivery_options.publish_policy != PUSH_ONLY:
        return None
    return f"{shown(message.data)} was pushed only (publishPolicy PUSH): it reaches no subscriber"


def fate(publication: Publication, timeline: Iterable[Event]) -> str | None:
    """Why a message did not come, or not yet, whoever it was for; ``None`` where it came."""
    message, what = publication.message, shown(publication.message.data)
    if publication.status is Status.CANCELLED:
        at = next(event.at for event in timeline if isinstance(event, Cancelled) and event.message is message)
        return f"{what} was cancelled at {show_instant(at)}"
    if message.failure is not None:
        verb = "failed" if publication.next_at is None else "will fail when it is due"
        return f"{what} {verb}: {message.failure.reason}"
    if publication.next_at is not None:
        return f"{what} is not due yet: at {show_instant(publication.next_at)}"
    return None


def refusals(timeline: Iterable[Event], is_meant: Callable[[str], object]) -> Iterator[str]:
    """The refusals of requests (``POST …/messaging/news``) that are meant."""
    for event in timeline:
        if isinstance(event, Refused) and is_meant(event.what):
            yield f"refused at {show_instant(event.at)}: {event.what}: {event.error}"


def _until(coming: Iterable[Occurrence], last: int | None) -> Iterator[Occurrence]:
    """Those up to ``last``; all of them when that is ``None``."""
    return takewhile(lambda occurrence: last is None or occurrence.at <= last, coming)
