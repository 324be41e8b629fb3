"""The verbs of Backendless messaging: publish, status, cancel, subscribe, retrieve, and the catching up between.

Every instant is an argument, in microseconds since the epoch. Nothing here waits, sends or knows a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from .access import Access
from .channel import Channels, Poll, Subscription, read_selector
from .device import Device, Devices
from .due import MOST_OCCURRENCES, DueQueue, refuse_runaway
from .email import Email
from .errors import CannotCancel
from .event import Cancelled, Emailed, Event, Failed, Retrieved
from .message import Delivery, Message, MessageStatus, Publication, Publications, Status
from .name import ChannelName
from .options import PUSH_ONLY, DeliveryOptions, Failure, PublishOptions
from .presence import Presence
from .push import plan_push
from .rules import Rules
from .schedule import LAST_INSTANT, plan, seconds
from .sending import outcome, send
from .template import Templates

MOST_COMING = 100
"""How many pending messages an empty poll looks through for what is not due yet."""


class Broker:
    """One application's messaging: its channels, its messages, and what of them is still to come."""

    def __init__(
        self,
        rules: Rules,
        new_id: Callable[[str], str],
        *,
        system_headers: Mapping[str, str] | None = None,
    ) -> None:
        """``new_id`` makes an id of the kind it is given; ``system_headers`` are added to every retrieved message."""
        self.channels = Channels()
        self.publications = Publications()
        self.pending: dict[str, Publication] = {}
        self.access = Access()
        self.devices = Devices()
        self.templates = Templates()
        self.presence = Presence(self.channels, self._happened)
        self.emails: dict[str, Email] = {}
        """What was sent, by id."""
        self._new_id = new_id
        self._queue = DueQueue()
        self._shortest_period = LAST_INSTANT
        self.is_fresh = True
        """Whether nothing has happened yet that bears an instant: no message, subscription or registration."""
        self.events: list[Event] = []
        """What happened since ``drain`` was last called."""
        self.go_by(rules, system_headers)

    def go_by(self, rules: Rules, system_headers: Mapping[str, str] | None = None) -> None:
        """From now on what comes is judged by ``rules``; what was accepted stays as it is."""
        self.rules, self.system_headers = rules, dict(system_headers or {})
        self.channels.strict = rules.strict_channels
        self.access.go_by(rules)
        self.lifetime = seconds(rules.message_lifetime)
        self.processing = seconds(rules.processing_time)
        self._tolerance = seconds(rules.publish_at_tolerance)

    def publish(
        self,
        channel: ChannelName,
        data: Any,
        options: PublishOptions,
        delivery_options: DeliveryOptions,
        now: int,
        *,
        failure: Failure | None = None,
    ) -> MessageStatus:
        """Accept a message and deliver what of it is due; with a ``failure``, give it up instead.

        Raises ``InvalidPublishDate``, ``InvalidExpirationDate``, and for a push ``PushPayloadError`` and
        ``InvalidWhereClause``.
        """
        schedule = plan(delivery_options, now, tolerance=self._tolerance)
        at_once = schedule.first == now and schedule.every is None
        push = plan_push(data, delivery_options, options.headers)
        channel = self.channels.make(channel).name  # one text for all messages of a channel
        message = Message(
            message_id=self._new_id("message"),
            at=now,
            channel=channel,
            data=data,
            headers={**options.headers, **self.system_headers} if options.headers else self.system_headers,
            options=options,
            delivery_options=delivery_options,
            planned=None if at_once else schedule,
            push=push,
            failure=failure,
        )
        first = schedule.first  # adding 0 would make another number, to be kept for each message
        publication = Publication(message, min(first + self.processing, LAST_INSTANT) if self.processing else first)
        self.publications.add(publication)
        self.pending[message.message_id] = publication
        self.is_fresh = False
        self.events.append(message)
        if failure is not None and failure.at_once:
            self._give_up(publication, failure, now)
            return self._status(publication)
        if schedule.every is not None:
            self._shortest_period = min(self._shortest_period, schedule.every)
        if at_once and not self.processing:
            self.catch_up(now)
            self._deliver(publication, now, now)
        else:
            self._queue.push(publication)
            self.catch_up(now)
        status = self.rules.immediate_status if at_once else Status.SCHEDULED.value
        return MessageStatus(status, message.message_id)

    def push_template(
        self,
        name: str,
        values: Mapping[str, str | None],
        dates: DeliveryOptions,
        now: int,
        *,
        failure: Failure | None = None,
    ) -> MessageStatus:
        """Push a template to whom it is for; ``dates`` say when (P11).

        Raises for the dates as ``publish`` does, then ``UnknownTemplate`` (A4), then as ``publish``.
        """
        plan(dates, now, tolerance=self._tolerance)
        template = self.templates.find(name)
        text, options, targets = template.fill(values)
        when = replace(
            targets,
            publish_at=dates.publish_at,
            repeat_every=dates.repeat_every,
            repeat_expires_at=dates.repeat_expires_at,
        )
        return self.publish(template.channel, text, options, when, now, failure=failure)

    def register(self, device: Device, now: int) -> Device:
        """Take a device in; its channels come into being. Raises as ``Devices.register``, and then makes no id."""
        device.require_alive(now)
        registered = self.devices.register(replace(device, registration_id=self._new_id("registration")), now)
        self.is_fresh = False
        for name in registered.channels:
            self.channels.make(name)
        return registered

    def send_email(self, email: Email, now: int) -> MessageStatus:
        """Send an e-mail. Raises ``UnknownTemplate``, ``MissingRecipient`` and ``MissingBody`` (W20)."""
        if email.template is not None:
            self.templates.require_email(email.template)
        email.check()
        message_id = self._new_id("email")
        self.is_fresh = False
        self.emails[message_id] = email
        self.events.append(Emailed(now, message_id, email))
        return MessageStatus(Status.SCHEDULED.value, message_id)

    def status(self, message_id: str) -> MessageStatus:
        """How far a message has come; ``unknown`` for an id that was never given out (T7)."""
        if message_id in self.emails:
            return MessageStatus(Status.PUBLISHED.value, message_id)
        publication = self.publications.find(message_id)
        if publication is None:
            return MessageStatus(Status.UNKNOWN.value, message_id)
        return self._status(publication)

    def cancel(self, message_id: str, now: int) -> MessageStatus:
        """Stop a message that is waiting or repeating. Raises ``CannotCancel`` (T14)."""
        publication = self.publications.find(message_id)
        if publication is None:
            raise CannotCancel(detail=f"no message has the id {message_id!r}")
        if publication.status is not Status.SCHEDULED:
            raise CannotCancel(detail=f"the message is {publication.status.value}")
        self._cancel(publication, now)
        return self._status(publication)

    def subscribe(
        self, channel: ChannelName, *, subtopic: str | None = None, selector: str | None = None
    ) -> Subscription:
        """A new subscription; an empty selector is none.

        Raises ``SubscriptionFailed`` for a malformed selector (C7), and, under strict channels,
        ``UnknownChannel``.
        """
        condition = read_selector(selector)
        if self.rules.strict_channels:
            self.channels.find(channel)
        log = self.channels.make(channel)
        cursor = log.floor if self.rules.see_earlier_messages else len(log.log)
        subscription = Subscription(self._new_id("subscription"), channel, cursor, subtopic, condition)
        log.subscriptions[subscription.subscription_id] = subscription
        self.is_fresh = False
        return subscription

    def retrieve(self, channel: ChannelName, subscription_id: str, now: int) -> Poll:
        """Hand out what the subscription has not had yet and is still alive (T11).

        Raises as ``Channels.subscription`` does.
        """
        subscription = self.channels.subscription(channel, subscription_id)
        log = self.channels.find(channel)
        taken = log.take(subscription, now - self.lifetime)
        self.events.extend(Retrieved(now, delivery, subscription_id) for delivery in taken)
        coming = () if taken else tuple(self._coming(channel))
        return Poll(taken, log, subscription, log.floor, len(log.log), coming)

    def _coming(self, name: ChannelName) -> Iterator[Delivery]:
        """The next deliveries on a channel, of not more pending messages than one look takes in."""
        for publication in islice(self.pending.values(), MOST_COMING):
            message, at = publication.message, publication.next_at
            if message.channel == name and message.reaches_channel and at is not None:
                yield Delivery(message, publication.delivered + 1, at)

    def lost(self, subscription: Subscription, now: int) -> list[Delivery]:
        """What the subscription asked for and never had, because it is alive no more."""
        channel = self.channels.get(subscription.channel)
        return channel.lost(subscription, now - self.lifetime) if channel else []

    def waiting(self, subscription: Subscription, now: int) -> list[Delivery]:
        """What ``retrieve`` would hand out, left where it is."""
        channel = self.channels.get(subscription.channel)
        if channel is None or subscription.subscription_id not in channel.subscriptions:
            return []
        return list(channel.waiting(subscription, now - self.lifetime))

    def delete_channel(self, name: ChannelName, now: int) -> None:
        """Drop a channel's subscriptions and cancel what is pending on it (C9). Raises ``UnknownChannel``."""
        channel = self.channels.find(name)
        for publication in [p for p in self.pending.values() if p.message.channel == name]:
            self._cancel(publication, now)
        self.channels.delete(channel)
        self.presence.close(name, now)

    def subscription_ids(self) -> list[str]:
        """The ids of all subscriptions there are."""
        return [subscription_id for channel in self.channels for subscription_id in channel.subscriptions]

    def next_at(self) -> int | None:
        """The next instant at which something is due."""
        return self._queue.next_at()

    def next_delivery_at(self) -> int | None:
        """The instant of the next delivery: not of a push alone, nor of what will be given up."""
        coming = (p.next_at for p in self.pending.values() if p.next_at is not None and p.message.reaches_channel)
        return min(coming, default=None)

    def catch_up(self, now: int) -> None:
        """Deliver all that is due by ``now``, each occurrence stamped with its own instant.

        Raises ``RunawayScheduleError`` before anything is delivered (invariant 7).
        """
        due = self._queue.next_at()
        if due is None or due > now:
            return
        if self._may_run_away(due, now):
            refuse_runaway(self.pending.values(), now - self.processing)
        while due is not None and due <= now:
            publication, until = self._queue.first(now)
            self._deliver(publication, due, until)
            due = self._queue.next_at()

    def refuse_runaway(self, now: int) -> None:
        """Raise ``RunawayScheduleError`` if catching up to ``now`` would deliver more than a million occurrences."""
        due = self._queue.next_at()
        if due is not None and self._may_run_away(due, now):
            refuse_runaway(self.pending.values(), now - self.processing)

    def _may_run_away(self, due: int, now: int) -> bool:
        """Cheap, and never wrong where it says no: as if all that is pending came as often as the most frequent."""
        return len(self.pending) * ((now - due) // self._shortest_period + 1) > MOST_OCCURRENCES

    def drain(self) -> list[Event]:
        """What happened since this was last asked."""
        events, self.events = self.events, []
        return events

    def resume(self, publication: Publication) -> None:
        """Take in a message that was accepted elsewhere; what is still to come of it comes here."""
        message, self.is_fresh = publication.message, False
        self.publications.add(publication)
        if publication.status is not Status.SCHEDULED:
            self.publications.settle(publication)
            return
        self.pending[message.message_id] = publication
        self._shortest_period = min(self._shortest_period, message.schedule.every or LAST_INSTANT)
        self._queue.push(publication)

    def _happened(self, event: Event) -> None:
        self.is_fresh = False
        self.events.append(event)

    def _deliver(self, publication: Publication, at: int, until: int) -> None:
        """Deliver the occurrence that is due at ``at``, and those after it while it is nobody else's turn."""
        message = publication.message
        if message.failure is not None:
            self._give_up(publication, message.failure, at)
            return
        log = self.channels.make(message.channel).log
        publication.delivered += 1
        if message.delivery_options.publish_policy != PUSH_ONLY:
            delivery = Delivery(message, publication.delivered, at)
            log.append(delivery)
            if self.presence.listeners:
                self.events += self.presence.hear(message.channel, [delivery])
            else:
                self.events.append(delivery)
        if message.push is not None:
            self.events += send(publication, message.push, self.devices, at)
        elif until > at and message.repeats:
            further = publication.repeat(at, min(until, LAST_INSTANT) - self.processing)
            log += further
            self.events += self.presence.hear(message.channel, further) if self.presence.listeners else further
        due = message.planned.due(publication.delivered + 1) if message.planned else None
        if due is None or due + self.processing > LAST_INSTANT:
            self._end(publication, outcome(publication) if message.push else Status.PUBLISHED, at)
        else:
            publication.next_at = due + self.processing

    def _give_up(self, publication: Publication, failure: Failure, at: int) -> None:
        publication.error_message = failure.reason
        self._end(publication, Status.FAILED, at)

    def _cancel(self, publication: Publication, now: int) -> None:
        self._end(publication, Status.CANCELLED, now)
        self.events.append(Cancelled(now, publication.message))

    def _end(self, publication: Publication, status: Status, at: int) -> None:
        publication.become(status)
        del self.pending[publication.message.message_id]
        self.publications.settle(publication)
        if status is Status.FAILED:
            self.events.append(Failed(at, publication.message, publication.error_message or ""))

    def _status(self, publication: Publication) -> MessageStatus:
        return MessageStatus(
            publication.status.value,
            publication.message.message_id,
            publication.error_message,
            publication.sends if publication.message.push else None,
        )
