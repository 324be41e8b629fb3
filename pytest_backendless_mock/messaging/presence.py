"""Who is connected in real time: the channels that a connection joined, and what it listens for there.

A listener is a subscription without polling: what happens on its channel is put into its connection's ``inbox`` at
that instant, and whoever owns the connection sends it. Nothing from before is ever put there (R2).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from .channel import Channels, read_selector
from .event import Event, Joined, Left, Listening, Retrieved
from .message import Delivery
from .name import ChannelName
from .selector.selector import Selector


class Interest(Enum):
    """What a listener hears of."""

    MESSAGES = "messages"
    COMMANDS = "commands"
    USERS = "users"


class Ready(NamedTuple):
    """A listener hears from now on."""


class Command(NamedTuple):
    """What a client told all who listen for commands on a channel."""

    type: str
    data: Any
    connection_id: str
    user_id: str | None


class Member(NamedTuple):
    """A connection as others on its channel see it."""

    connection_id: str
    user_id: str | None


class Listing(NamedTuple):
    """Who is on a channel already when somebody begins to listen for users."""

    members: tuple[Member, ...]


Heard = Ready | Delivery | Command | Listing | Joined | Left


@dataclass(slots=True, eq=False)
class Connection:
    """A client that is connected, whichever channels it joins."""

    connection_id: str
    loses: Callable[[Delivery], bool] = lambda _: False
    """Asked before each message: whether it is lost on its way. It must not call out."""
    hang_up: Callable[[], object] = lambda: None
    """Ends it as a broken line would. The core never does."""
    user_id: str | None = None
    inbox: deque[tuple[Listener, Heard]] = field(default_factory=deque)
    """What it has heard and nobody has sent yet, oldest first."""

    @property
    def member(self) -> Member:
        """What others see of it now."""
        return Member(self.connection_id, self.user_id)


@dataclass(slots=True, eq=False)
class Listener:
    """What a connection listens for on a channel; the client chose its id, which is its own on its connection."""

    listener_id: str
    channel: ChannelName
    connection: Connection
    interest: Interest = Interest.MESSAGES
    selector: Selector | None = None
    start: int = 0
    """The place in the channel's log from which on it hears messages."""

    @property
    def selector_text(self) -> str | None:
        """Its selector as it was given; ``None`` where it has none."""
        return None if self.selector is None else self.selector.text

    def matches(self, delivery: Delivery) -> bool:
        """Whether it asked for that delivery."""
        return self.selector is None or self.selector.truth(delivery.message.headers) is True

    def reasons(self, delivery: Delivery) -> list[str]:
        """Why it did not ask for that delivery; empty when it did."""
        return self.selector.reasons(delivery.message.headers) if self.selector else []


class Presence:
    """An application's connections, by the channels they joined."""

    def __init__(self, channels: Channels, report: Callable[[Event], object]) -> None:
        """``report`` is told what happens."""
        self._channels = channels
        self._report = report
        self._joins: dict[tuple[Connection, str], ChannelName] = {}
        """By connection and the id that the client gave its joining: a client may join a channel twice."""
        self.listeners: dict[ChannelName, list[Listener]] = {}
        """Only channels that somebody listens to."""

    def take_over(self, other: Presence) -> None:
        """Be who ``other`` had: joined and listening on channels of the same names, where nothing has happened yet."""
        self._joins, self.listeners = dict(other._joins), dict(other.listeners)
        for channel in {*self._joins.values(), *self.listeners}:
            start = len(self._channels.make(channel).log)
            for listener in self.listeners.get(channel, ()):
                listener.start = start

    def join(self, connection: Connection, join_id: str, channel: ChannelName, now: int) -> None:
        """Come to a channel, which comes into being. The same id again changes nothing."""
        if (connection, join_id) in self._joins:
            return
        self._channels.make(channel)
        is_new = not self.has_joined(connection, channel)
        self._joins[connection, join_id] = channel
        if is_new:
            self._announce(Joined(now, channel, *connection.member))

    def listen(
        self,
        connection: Connection,
        listener_id: str,
        channel: ChannelName,
        now: int,
        *,
        interest: Interest = Interest.MESSAGES,
        selector: str | None = None,
    ) -> Listener:
        """Hear from now on; an empty selector is none, and the same id again takes the place of the one before.

        Raises ``SubscriptionFailed`` for a malformed selector.
        """
        condition = read_selector(selector)
        self._stop(connection, listener_id)
        start = len(self._channels.make(channel).log)
        listener = Listener(listener_id, channel, connection, interest, condition, start)
        self.listeners.setdefault(channel, []).append(listener)
        connection.inbox.append((listener, Ready()))
        if interest is Interest.MESSAGES:
            self._report(Listening(now, channel, *connection.member, selector or None))
        elif interest is Interest.USERS:
            connection.inbox.append((listener, Listing(tuple(self.members(channel)))))
        return listener

    def leave(self, connection: Connection, subscription_id: str, now: int) -> None:
        """End a listener, or a joining; with the last joining of a channel all that listens there. None: nothing."""
        self._stop(connection, subscription_id)
        channel = self._joins.pop((connection, subscription_id), None)
        if channel is not None and not self.has_joined(connection, channel):
            self._announce(Left(now, channel, *connection.member))
            self._drop(lambda listener: listener.connection is connection and listener.channel == channel)

    def disconnect(self, connection: Connection, now: int) -> None:
        """End all that a connection has."""
        joined = dict.fromkeys(channel for (other, _), channel in self._joins.items() if other is connection)
        self._joins = {key: channel for key, channel in self._joins.items() if key[0] is not connection}
        self._drop(lambda listener: listener.connection is connection)
        for channel in joined:
            self._announce(Left(now, channel, *connection.member))

    def close(self, channel: ChannelName, now: int) -> None:
        """End all that anybody has on a channel: it was deleted."""
        members = list(self.members(channel))
        self._joins = {key: name for key, name in self._joins.items() if name != channel}
        self.listeners.pop(channel, None)
        for member in members:
            self._report(Left(now, channel, *member))

    def has_joined(self, connection: Connection, channel: ChannelName) -> bool:
        """Whether a connection is on a channel."""
        return any(other is connection and name == channel for (other, _), name in self._joins.items())

    def members(self, channel: ChannelName) -> Iterator[Member]:
        """Who is on a channel, in the order they came."""
        joined = dict.fromkeys(connection for (connection, _), name in self._joins.items() if name == channel)
        return (connection.member for connection in joined)

    def listening(self, channel: ChannelName, interest: Interest = Interest.MESSAGES) -> list[Listener]:
        """Who hears what is of ``interest`` on a channel, in the order they came."""
        return [listener for listener in self.listeners.get(channel, ()) if listener.interest is interest]

    def hear(self, channel: ChannelName, deliveries: Iterable[Delivery]) -> Iterator[Event]:
        """Let those who listen hear of deliveries on a channel; gives these back, each with its retrievals (R3)."""
        listeners = self.listening(channel)
        for delivery in deliveries:
            yield delivery
            for listener in listeners:
                if listener.matches(delivery) and not listener.connection.loses(delivery):
                    listener.connection.inbox.append((listener, delivery))
                    yield Retrieved(delivery.at, delivery, listener.listener_id, in_real_time=True)

    def command(self, connection: Connection, channel: ChannelName, kind: str, data: Any) -> None:
        """Tell all who listen for commands on a channel, the sender included (R6)."""
        self._tell(channel, Interest.COMMANDS, Command(kind, data, *connection.member))

    def _announce(self, event: Joined | Left) -> None:
        self._report(event)
        self._tell(event.channel, Interest.USERS, event)

    def _tell(self, channel: ChannelName, interest: Interest, heard: Heard) -> None:
        for listener in self.listening(channel, interest):
            listener.connection.inbox.append((listener, heard))

    def _stop(self, connection: Connection, listener_id: str) -> None:
        self._drop(lambda listener: listener.connection is connection and listener.listener_id == listener_id)

    def _drop(self, ends: Callable[[Listener], bool]) -> None:
        kept = {
            channel: [listener for listener in listeners if not ends(listener)]
            for channel, listeners in self.listeners.items()
        }
        self.listeners = {channel: listeners for channel, listeners in kept.items() if listeners}
