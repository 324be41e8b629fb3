"""A channel is a log of deliveries; a subscription is a filter and a cursor into it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .errors import InvalidParameter, SubscriptionFailed, UnknownChannel
from .message import Delivery
from .name import DEFAULT_CHANNEL, ChannelName
from .selector.selector import Selector, SelectorError

EARLIER = "published before it subscribed (see_earlier_messages=False)"
"""Why a subscription does not get what its channel's log held when it came (T12)."""


def subtopic_matches(wanted: str | None, subtopic: str | None) -> bool:
    """Whether a subscription to ``wanted`` gets a message published under ``subtopic`` (C6)."""
    if wanted is None:
        return True
    if subtopic is None:
        return False
    if wanted == "*":
        return True
    return subtopic.startswith(wanted[:-1]) if wanted.endswith(".*") else subtopic == wanted


def read_selector(text: str | None) -> Selector | None:
    """The condition that a subscription comes with; an empty one is none. Raises ``SubscriptionFailed`` (C7)."""
    try:
        return Selector(text) if text else None
    except SelectorError as error:
        raise SubscriptionFailed(detail=str(error)) from None


@dataclass(slots=True, eq=False)
class Subscription:
    """A filter over a channel's log and the place up to which the log was handed out."""

    subscription_id: str
    channel: ChannelName
    cursor: int
    subtopic: str | None = None
    selector: Selector | None = None
    start: int = field(init=False)
    """The place in the log from which on it gets messages."""

    def __post_init__(self) -> None:
        self.start = self.cursor

    @property
    def selector_text(self) -> str | None:
        """Its selector as it was given; ``None`` where it has none."""
        return None if self.selector is None else self.selector.text

    def matches(self, delivery: Delivery) -> bool:
        """Whether this subscription asked for that delivery."""
        message = delivery.message
        if self.subtopic is not None and not subtopic_matches(self.subtopic, message.options.subtopic):
            return False
        return self.selector is None or self.selector.truth(message.headers) is True

    def reasons(self, delivery: Delivery) -> list[str]:
        """Why this subscription did not ask for that delivery; empty when it did."""
        message = delivery.message
        if not subtopic_matches(self.subtopic, message.options.subtopic):
            return [f"subtopic {message.options.subtopic!r} is not under {self.subtopic!r}"]
        return self.selector.reasons(message.headers) if self.selector else []


@dataclass(slots=True, eq=False)
class Channel:
    """What was delivered on a channel, in the order it happened, and who polls it."""

    name: ChannelName
    log: list[Delivery] = field(default_factory=list)
    floor: int = 0
    """Deliveries before this place belong to a channel of the same name that was deleted."""
    subscriptions: dict[str, Subscription] = field(default_factory=dict)

    def waiting(self, subscription: Subscription, alive_since: int) -> Iterator[Delivery]:
        """What ``subscription`` would get now: not yet handed out, asked for, and younger than ``alive_since``.

        The log is read in its own order, because a foreign clock may have gone back (T15).
        """
        for place in range(subscription.cursor, len(self.log)):
            delivery = self.log[place]
            if delivery.at > alive_since and subscription.matches(delivery):
                yield delivery

    def reasons(self, place: int, subscription: Subscription) -> list[str]:
        """Why ``subscription`` does not get the delivery at ``place``, but for its age; empty when it does."""
        return [EARLIER] if place < subscription.start else subscription.reasons(self.log[place])

    def lost(self, subscription: Subscription, alive_since: int) -> list[Delivery]:
        """What ``subscription`` asked for and did not take while it could."""
        unread = self.log[subscription.cursor :]
        return [delivery for delivery in unread if delivery.at <= alive_since and subscription.matches(delivery)]

    def take(self, subscription: Subscription, alive_since: int) -> list[Delivery]:
        """``waiting``, and from now on it counts as handed out."""
        taken = list(self.waiting(subscription, alive_since))
        subscription.cursor = len(self.log)
        return taken

    def empty(self) -> None:
        """Drop the subscriptions and what could still be retrieved; the log stays for those who look back."""
        self.subscriptions.clear()
        self.floor = len(self.log)


class Poll(NamedTuple):
    """What a poll was handed, and what it came upon: the channel's log from ``begin`` to ``end``."""

    taken: list[Delivery]
    channel: Channel
    subscription: Subscription
    begin: int
    end: int
    coming: tuple[Delivery, ...] = ()
    """What was still to come on the channel, where it was handed nothing."""


class Channels:
    """An application's channels; ``default`` always exists."""

    def __init__(self, *, strict: bool = False) -> None:
        """``strict``: a channel that nobody made is unknown, not empty (C1)."""
        self.strict = strict
        self._by_name: dict[ChannelName, Channel] = {DEFAULT_CHANNEL: Channel(DEFAULT_CHANNEL)}
        self._deleted: dict[ChannelName, Channel] = {}
        self.made: list[ChannelName] = [DEFAULT_CHANNEL]
        """Every name that there ever was, deleted or not, once each, in the order they came."""
        self.names: Collection[str] = self._by_name.keys()
        """Those that exist, in the order they came; always the present ones."""

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._by_name.values())

    def get(self, name: ChannelName) -> Channel | None:
        """The channel of that name, if it exists."""
        return self._by_name.get(name)

    def make(self, name: ChannelName) -> Channel:
        """The channel of that name; it comes into being, or back, where it does not exist."""
        channel = self._by_name.get(name)
        if channel is None:
            channel = self._deleted.pop(name, None)
            if channel is None:
                channel = Channel(name)
                self.made.append(name)
            self._by_name[name] = channel
        return channel

    def find(self, name: ChannelName) -> Channel:
        """The channel of that name. Raises ``UnknownChannel``."""
        if name not in self._by_name:
            raise UnknownChannel(detail=f"nobody made the channel {name!r}")
        return self._by_name[name]

    def subscription(self, name: ChannelName, subscription_id: str) -> Subscription:
        """A subscription of a channel. Raises ``UnknownChannel`` (strict channels) and ``InvalidParameter`` (C5)."""
        channel = self.find(name) if self.strict else self._by_name.get(name)
        subscription = channel.subscriptions.get(subscription_id) if channel else None
        if subscription is None:
            raise InvalidParameter("subscriptionId", detail=f"the channel {name!r} has no such subscription")
        return subscription

    def delete(self, channel: Channel) -> None:
        """Drop a channel and its subscriptions; ``default`` is emptied only (C9)."""
        channel.empty()
        if channel.name != DEFAULT_CHANNEL:
            self._deleted[channel.name] = self._by_name.pop(channel.name)

    def deleted(self) -> Iterator[Channel]:
        """Those that do not exist any more, and what was delivered there."""
        return iter(self._deleted.values())

    def resume(self, channel: Channel, *, deleted: bool = False) -> None:
        """Take in a channel as it was elsewhere, in the place of one of that name."""
        if channel.name not in self.made:
            self.made.append(channel.name)
        (self._deleted if deleted else self._by_name)[channel.name] = channel

    def deliveries(self, name: ChannelName) -> list[Delivery]:
        """Everything ever delivered on a channel, deleted or not, oldest first."""
        channel = self._by_name.get(name) or self._deleted.get(name)
        return list(channel.log) if channel else []
