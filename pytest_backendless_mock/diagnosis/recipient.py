"""Who got a message and who did not, subscription by subscription and listener by listener, each with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal, NamedTuple

from ..messaging.broker import Broker
from ..messaging.channel import Channel, Subscription
from ..messaging.event import Retrieved
from ..messaging.message import Delivery, Publication
from ..messaging.name import ChannelName
from ..messaging.presence import Listener
from ..runtime.instant import show_instant
from ..service.application import Application
from . import listener
from .near_miss import fate, pushed_only, unclaimed
from .phrase import telling

Kind = Literal["subscription", "listener"]


class Recipient(NamedTuple):
    """Somebody whom a message may have been for; ``text`` says why it came there, or did not."""

    kind: Kind
    id: str
    channel: ChannelName
    selector: str | None
    got: bool
    text: str


def recipients(application: Application, message_id: str) -> list[Recipient] | None:
    """Everybody who subscribed or listens, those on the message's own channel first; then who got it and is gone.

    ``message_id`` may be that of an occurrence, which alone is meant then. ``None`` for an id never given out.
    """
    telling_all = telling(whole=application.verbose, door=application.door)
    with telling_all, application.backend.session() as (broker, now):
        publication = broker.publications.find(message_id)
        if publication is None:
            return None
        found = [*_Fate(application, broker, now, publication, message_id)]
        return sorted(found, key=lambda it: it.channel != publication.message.channel)


class _Fate:
    """What became of a message, for each who may have got it."""

    def __init__(
        self, application: Application, broker: Broker, now: int, publication: Publication, message_id: str
    ) -> None:
        self._broker = broker
        self._now = now
        self._message = message = publication.message
        log = broker.channels.deliveries(message.channel)
        occurrences = [(place, each) for place, each in enumerate(log) if each.message is message]
        self._deliveries = [each for each in occurrences if message_id in (message.message_id, each[1].message_id)]
        meant = {id(delivery) for _, delivery in self._deliveries}
        timeline = application.backend.timeline
        self._retrieved: defaultdict[str, list[Retrieved]] = defaultdict(list)
        """By the subscription or listener that got it."""
        for each in timeline:
            if isinstance(each, Retrieved) and id(each.delivery) in meant:
                self._retrieved[each.subscription_id].append(each)
        self._why_nobody = pushed_only(message) or fate(publication, timeline) or "it was never delivered"

    def __iter__(self) -> Iterator[Recipient]:
        found = [*self._subscriptions(), *self._listeners()]
        yield from found
        there = {each.id for each in found}
        for name, events in self._retrieved.items():
            if name not in there:
                kind: Kind = "listener" if events[-1].in_real_time else "subscription"
                text = f"{self._handed(name)}, and is there no more"
                yield Recipient(kind, name, self._message.channel, None, got=True, text=text)

    def _subscriptions(self) -> Iterator[Recipient]:
        for channel in self._broker.channels:
            for each in channel.subscriptions.values():
                got, text = self._told(each.subscription_id, channel.name, partial(self._unpolled, channel, each))
                yield Recipient("subscription", each.subscription_id, channel.name, each.selector_text, got, text)

    def _listeners(self) -> Iterator[Recipient]:
        for name in self._broker.presence.listeners:
            for each in self._broker.presence.listening(name):
                got, text = self._told(each.listener_id, name, partial(_unheard, each))
                yield Recipient("listener", each.listener_id, name, each.selector_text, got, text)

    def _told(self, name: str, channel: ChannelName, why_not: Callable[[int, Delivery], str]) -> tuple[bool, str]:
        """Whether it came there, and why, or why not; of several occurrences it is the last that is explained."""
        if name in self._retrieved:
            return True, self._handed(name)
        if channel != self._message.channel:
            return False, f"it is on another channel, {channel!r}"
        return False, why_not(*self._deliveries[-1]) if self._deliveries else self._why_nobody

    def _handed(self, name: str) -> str:
        events = self._retrieved[name]
        which = "it" if len(self._deliveries) == 1 else f"{len(events)} of {len(self._deliveries)} occurrences"
        last = ", the last" if len(events) > 1 else ""
        return f"was handed {which}{last} at {show_instant(events[-1].at)}"

    def _unpolled(self, channel: Channel, subscription: Subscription, place: int, delivery: Delivery) -> str:
        return "; ".join(channel.reasons(place, subscription)) or unclaimed(delivery, self._broker, self._now)


def _unheard(who: Listener, place: int, delivery: Delivery) -> str:
    return "; ".join(listener.reasons(who, place, delivery))
