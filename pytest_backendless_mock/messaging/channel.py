"""A channel is a log of deliveries; a subscription is a filter and a cursor into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .message import Delivery
from .selector.selector import Selector


def subtopic_matches(wanted: str | None, subtopic: str | None) -> bool:
    """Whether a subscription to ``wanted`` gets a message published under ``subtopic`` (C6)."""
    if wanted is None:
        return True
    if subtopic is None:
        return False
    if wanted == "*":
        return True
    return subtopic.startswith(wanted[:-1]) if wanted.endswith(".*") else subtopic == wanted


@dataclass(slots=True, eq=False)
class Subscription:
    """A filter over a channel's log and the place up to which the log was handed out."""

    subscription_id: str
    channel: str
    created_at: int
    cursor: int
    subtopic: str | None = None
    selector: Selector | None = None

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

    name: str
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
