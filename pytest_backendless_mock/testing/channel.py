"""A channel and who gets its messages, as a test sees them: what was accepted, delivered, retrieved; and assertions."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any

from ..diagnosis import report
from ..diagnosis.expectation import Expectation
from ..diagnosis.listener import LISTENING, describe
from ..messaging import presence
from ..messaging.event import Retrieved
from ..messaging.name import ChannelName, channel_name
from ..runtime.record import Delivery, Message, Scheduled, View, delivery_record, message_record, scheduled_record
from ..service import hint
from ..service.application import Application
from ..service.verdict import BackendlessMockWarning
from .assertion import VIEWS, Assertions
from .look import looked


class Subscription:
    """A subscription of a channel. It is the same one that the service has under ``id``."""

    def __init__(self, application: Application, channel: str, subscription_id: str) -> None:
        self.id = subscription_id
        self.channel = channel_name(channel)
        self._application = application

    def __repr__(self) -> str:
        return f"<Subscription {self.id} of channel {self.channel!r}>"

    @property
    def pending(self) -> View[Delivery]:
        """What a poll would get now; looking takes nothing away."""
        with self._application.backend.session() as (broker, now):
            return View(broker.waiting(broker.channels.subscription(self.channel, self.id), now), delivery_record)

    @property
    def retrieved(self) -> View[Delivery]:
        """What was handed to it so far."""
        return _handed_out(self._application, self.channel, self.id)

    def retrieve(self) -> View[Delivery]:
        """Poll once, as a client would. Raises ``MessagingError`` where the service would answer with an error."""
        with self._application.backend.session() as (broker, now):
            return View(broker.retrieve(self.channel, self.id, now).taken, delivery_record)


class Listener:
    """A client that receives a channel's messages in real time; a snapshot."""

    def __init__(self, application: Application, listener: presence.Listener) -> None:
        self.id = listener.listener_id
        self.channel = listener.channel
        self.connection_id, self.user_id = listener.connection.member
        self.selector = listener.selector_text
        self._application = application
        self._hang_up = listener.connection.hang_up
        self._described = describe(listener)

    def __repr__(self) -> str:
        return f"<Listener {self._described}>"

    @property
    def retrieved(self) -> View[Delivery]:
        """What it heard so far, what it heard under the same id before it came back included."""
        return _handed_out(self._application, self.channel, self.id)

    def disconnect(self) -> None:
        """Cut its client's connection, as a network failure does. SDKs reconnect by themselves."""
        self._hang_up()


class Channel(Assertions):
    """A channel of the application, whether it exists already or not."""

    def __init__(self, application: Application, name: str) -> None:
        self.name = channel_name(name)
        self._application = application

    def __repr__(self) -> str:
        return f"<Channel {self.name!r}>"

    @property
    def messages(self) -> View[Message]:
        """What was published on it."""
        with self._application.backend.session() as (broker, _):
            published = [p for p in broker.publications.values() if p.message.channel == self.name]
            return looked("published", self.name, View(map(message_record, published)))

    @property
    def scheduled(self) -> View[Scheduled]:
        """What is still to come on it, the next delivery first."""
        with self._application.backend.session() as (broker, _):
            pending = [p for p in broker.pending.values() if p.message.channel == self.name]
            return View(map(scheduled_record, sorted(pending, key=attrgetter("next_at"))))

    @property
    def deliveries(self) -> View[Delivery]:
        """What entered its log, whoever listens."""
        with self._application.backend.session() as (broker, _):
            return looked("delivered", self.name, View(broker.channels.deliveries(self.name), delivery_record))

    @property
    def retrieved(self) -> View[Delivery]:
        """What was handed to its subscriptions, in the order of handing out."""
        with self._application.backend.session():
            handed_out = (
                entry.delivery for entry in self._application.backend.timeline if isinstance(entry, Retrieved)
            )
            retrieved = View((d for d in handed_out if d.message.channel == self.name), delivery_record)
            return looked("retrieved", self.name, retrieved)

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """The subscriptions of clients to it, those made from Python included."""
        with self._application.backend.session() as (broker, _):
            channel = broker.channels.get(self.name)
            ids = list(channel.subscriptions) if channel else []
        return tuple(Subscription(self._application, self.name, subscription_id) for subscription_id in ids)

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """Who hears its messages in real time now, in the order they came."""
        with self._application.backend.session() as (broker, _):
            listening = tuple(Listener(self._application, each) for each in broker.presence.listening(self.name))
            return looked(LISTENING, self.name, listening)

    def expect_schema(self, schema: Mapping[str, Any] | str | Path) -> None:
        """From now on every message published here must satisfy a JSON Schema (2020-12), or the test fails.

        ``schema`` is the schema itself or a path, relative to the test file; ``$ref`` may name files beside it.
        The client is answered as usual. Raises ``OSError`` for a file that cannot be read, ``ValueError`` for an
        invalid schema.
        """
        self._application.schemas.expect(self.name, schema, self._application.base or Path.cwd())

    def _warn_of_typo(self) -> None:
        with self._application.backend.session() as (broker, _):
            text = hint.never_named(self.name, list(broker.channels.names))
        if text:
            warnings.warn(text, BackendlessMockWarning, stacklevel=3)

    def _check(self, wanted: Expectation) -> View[Any]:
        __tracebackhide__ = True
        records: View[Any] = getattr(self, VIEWS[wanted.stage])
        matching = View(record for record in records if wanted.matches(record))
        if not wanted.counts(len(matching)):
            raise AssertionError(report.explain_channel(self._application, self.name, wanted, records, len(matching)))
        return matching


def _handed_out(application: Application, channel: ChannelName, subscription_id: str) -> View[Delivery]:
    with application.backend.session():
        handed_out = (entry for entry in application.backend.timeline if isinstance(entry, Retrieved))
        own = (entry.delivery for entry in handed_out if entry.subscription_id == subscription_id)
        return looked("retrieved", channel, View(own, delivery_record))
