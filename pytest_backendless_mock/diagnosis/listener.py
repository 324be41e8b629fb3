"""Who listens in real time, in words: what a listener did not hear and why, and why nobody more listens."""

from __future__ import annotations

from collections.abc import Iterator

from ..messaging.broker import Broker
from ..messaging.event import Joined, Left
from ..messaging.message import Delivery
from ..messaging.name import ChannelName
from ..messaging.presence import Listener
from ..messaging.text import escaped
from ..runtime.event import Refused
from ..runtime.instant import show_instant
from ..service.application import Application
from .phrase import client, number_of, shown

LISTENING = "listening"
"""The stage of those who hear messages, where somebody waits for them."""
EARLIER = "published before it listened"
"""Why a listener does not hear what its channel's log held when it came (R2)."""
LOST = "lost on its way"
"""Why it does not hear what it asked for: a fault of the test."""


def describe(listener: Listener) -> str:
    """Which listener it is, whose, and what it asks for."""
    who = client(*listener.connection.member)
    selector = f", selector {shown(listener.selector.text)}" if listener.selector else ""
    return f"{escaped(listener.listener_id)} of {who} on {listener.channel!r}{selector}"


def reasons(listener: Listener, place: int, delivery: Delivery) -> list[str]:
    """Why it did not hear the delivery at ``place`` of its channel's log."""
    return [EARLIER] if place < listener.start else listener.reasons(delivery) or [LOST]


def kept_back(broker: Broker, channel: ChannelName, place: int, delivery: Delivery) -> Iterator[str]:
    """What became of a delivery that no listener of the channel heard; nothing where nobody listens."""
    found = [reasons(listener, place, delivery) for listener in broker.presence.listening(channel)]
    lost = found.count([LOST])
    if lost < len(found):
        why = dict.fromkeys(reason for each in found if each != [LOST] for reason in each)
        yield f"{number_of('listener', len(found) - lost)} kept it back: {'; '.join(why)}"
    if lost:
        yield f"it was {LOST} to {number_of('listener', lost)}"


def last_to_leave(application: Application, channel: ChannelName) -> str | None:
    """Who was the last to leave a channel, and when; ``None`` where nobody did."""
    for event in reversed(application.backend.timeline):
        if isinstance(event, Left) and event.channel == channel:
            return f"{client(event.connection_id, event.user_id)} left at {show_instant(event.at)}"
    return None


def why_nobody_more(application: Application, channel: ChannelName) -> Iterator[str]:
    """Who does not listen on a channel, though a test may think so."""
    with application.backend.peek() as (broker, _):
        presence = broker.presence
        listening = {listener.connection.member for listener in presence.listening(channel)}
        for member in presence.members(channel):
            if member not in listening:
                yield f"{client(*member)} joined, and does not listen for messages"
        for event in application.backend.timeline:
            if isinstance(event, Refused) and event.what.endswith(f" {channel!r}"):
                yield f"refused at {show_instant(event.at)}: {event.what}: {event.error}"
        if not any(isinstance(event, Joined) for event in application.backend.timeline):
            yield "no client joined any channel in real time"
        last = last_to_leave(application, channel)
        if last is not None:
            yield last
        for other in presence.listeners:
            if other != channel and presence.listening(other):
                yield f"{number_of('listener', len(presence.listening(other)))} on another channel, {other!r}"
        subscriptions = {each.name: len(each.subscriptions) for each in broker.channels}.get(channel)
        if subscriptions:
            yield f"{number_of('subscription', subscriptions)} there, which a client polls: see channel.subscriptions"
