"""An application's messaging <-> JSON: all of what happened and what is still to come, to go on from elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..messaging.access import Access, Token
from ..messaging.broker import Broker
from ..messaging.channel import Channel, Subscription, read_selector
from ..messaging.message import Delivery, Message
from ..messaging.name import channel_name
from ..messaging.secret import Secret
from ..runtime.event import Event
from ..runtime.instant import parse_clock_instant, write_instant
from . import state_record as record
from .state_error import Path, found, once, reading, refusal
from .state_event import Known, read_event, write_event
from .state_record import JSON, compact

State = Mapping[str, Any]
"""What satisfies the schema ``state``."""


def write_broker(broker: Broker, timeline: Iterable[Event], *, secrets: bool) -> dict[str, JSON]:
    """The members of a state that a broker and its timeline fill; passwords and tokens only with ``secrets``."""
    return {
        "channels": [
            *(_write_channel(channel) for channel in broker.channels),
            *(_write_channel(channel, deleted=True) for channel in broker.channels.deleted()),
        ],
        "messages": list(map(record.write_message, broker.publications.values())),
        "emails": [record.write_email(message_id, email) for message_id, email in broker.emails.items()],
        "devices": [record.write_device(device, secrets=secrets) for device in broker.devices],
        "templates": list(map(record.write_template, broker.templates)),
        "emailTemplates": list(broker.templates.for_email),
        "users": _write_users(broker.access, secrets=secrets),
        "permissions": [
            record.write_permission(permission, allowed=allowed)
            for permission, allowed in broker.access.permissions.items()
        ],
        "endedTokens": [{"token": token, "why": why} for token, why in broker.access.ended.items() if secrets],
        "timeline": [write_event(event, secrets=secrets) for event in timeline],
    }


def read_broker(state: State, broker: Broker, new_id: Callable[[str], str]) -> list[Event]:
    """Fill a ``broker`` that is new, and return the timeline. Raises ``StateError``: then the broker is of no use."""
    messages = _read_messages(state, broker)
    emails = _read_emails(state, broker)
    _read_channels(state, broker, messages)
    _read_devices(state, broker, new_id)
    templates = state.get("templates", ())
    once([item["name"] for item in templates], ("templates",), "name")
    for place, item in enumerate(templates):
        with reading(("templates", place), item):
            broker.templates.add(record.read_template(item))
    for name in state.get("emailTemplates", ()):
        broker.templates.add_email(name)
    _read_access(state, broker, new_id)
    known = Known(messages, emails)
    timeline = [read_event(item, known, ("timeline", place)) for place, item in enumerate(state.get("timeline", ()))]
    broker.is_fresh = broker.is_fresh and not timeline
    return timeline


def _write_channel(channel: Channel, *, deleted: bool = False) -> JSON:
    return {
        "name": channel.name,
        **compact(
            deleted=deleted,
            log=[
                {"message": message.message_id, "number": number, "at": write_instant(at)}
                for message, number, at in channel.log
            ],
            floor=channel.floor,
            subscriptions=list(map(_write_subscription, channel.subscriptions.values())),
        ),
    }


def _write_subscription(subscription: Subscription) -> JSON:
    return {
        "subscriptionId": subscription.subscription_id,
        "cursor": subscription.cursor,
        "start": subscription.start,
        **compact(subtopic=subscription.subtopic, selector=subscription.selector_text),
    }


def _write_users(access: Access, *, secrets: bool) -> list[JSON]:
    held: defaultdict[int, dict[str, Token]] = defaultdict(dict)
    for token, each in access.tokens.items():
        held[id(each.user)][token] = each
    return [record.write_user(user, held[id(user)], secrets=secrets) for user in access.users]


def _read_messages(state: State, broker: Broker) -> dict[str, Message]:
    items = state.get("messages", ())
    once([item["messageId"] for item in items], ("messages",), "messageId")
    for place, item in enumerate(items):
        with reading(("messages", place), item):
            broker.resume(record.read_message(item, broker))
    return {message_id: broker.publications.message(message_id) for message_id in broker.publications}


def _read_emails(state: State, broker: Broker) -> Mapping[str, Any]:
    items = state.get("emails", ())
    once([item["messageId"] for item in items], ("emails",), "messageId")
    for place, item in enumerate(items):
        with reading(("emails", place), item):
            broker.emails[item["messageId"]] = record.read_email(item)
    broker.is_fresh = broker.is_fresh and not broker.emails
    return broker.emails


def _read_channels(state: State, broker: Broker, messages: Mapping[str, Message]) -> None:
    items = state.get("channels", ())
    once([item["name"] for item in items], ("channels",), "name")
    for place, item in enumerate(items):
        with reading(("channels", place), item):
            channel = _read_channel(item, messages, ("channels", place))
            broker.channels.resume(channel, deleted=item.get("deleted", False))
        broker.is_fresh = broker.is_fresh and not channel.subscriptions
    for message in messages.values():
        if message.channel not in broker.channels.made:
            broker.channels.make(message.channel)


def _read_channel(item: Mapping[str, JSON], messages: Mapping[str, Message], path: Path) -> Channel:
    channel = Channel(channel_name(item["name"]))
    for place, entry in enumerate(item.get("log", ())):
        here = (*path, "log", place)
        message = found(messages, entry["message"], (*here, "message"), "message")
        with reading((*here, "at"), entry["at"]):
            channel.log.append(Delivery(message, int(entry["number"]), parse_clock_instant(entry["at"])))
    channel.floor = _within(channel, item.get("floor", 0), (*path, "floor"))
    for place, entry in enumerate(item.get("subscriptions", ())):
        here = (*path, "subscriptions", place)
        cursor = _within(channel, entry.get("cursor", channel.floor), (*here, "cursor"))
        subscription = Subscription(entry["subscriptionId"], channel.name, cursor, entry.get("subtopic"))
        subscription.start = _within(channel, entry.get("start", cursor), (*here, "start"))
        if entry["subscriptionId"] in channel.subscriptions:
            raise refusal((*here, "subscriptionId"), entry["subscriptionId"], "it stands there twice")
        with reading((*here, "selector"), entry.get("selector")):
            subscription.selector = read_selector(entry.get("selector"))
        channel.subscriptions[subscription.subscription_id] = subscription
    return channel


def _within(channel: Channel, place: int, path: Path) -> int:
    """A place in the channel's log, or behind its end. JSON may have whole numbers as ``1.0``, which no list takes."""
    if place > len(channel.log):
        raise refusal(path, place, f"the channel's log has {len(channel.log):,} deliveries")
    return int(place)


def _read_devices(state: State, broker: Broker, new_id: Callable[[str], str]) -> None:
    items = state.get("devices", ())
    once([item["deviceId"] for item in items], ("devices",), "deviceId")
    for place, item in enumerate(items):
        with reading(("devices", place), item):
            device = record.read_device(item, new_id)
        broker.devices.keep(device)
        for name in device.channels:
            if name not in broker.channels.made:
                broker.channels.make(name)


def _read_access(state: State, broker: Broker, new_id: Callable[[str], str]) -> None:
    items = state.get("users", ())
    once([item.get("objectId") for item in items], ("users",), "objectId")
    for place, item in enumerate(items):
        with reading(("users", place), item):
            user, tokens = record.read_user(item, new_id)
        broker.access.add(user)
        broker.access.tokens.update(tokens)
    for item in state.get("endedTokens", ()):
        broker.access.ended[Secret(item["token"])] = item["why"]
    for place, item in enumerate(state.get("permissions", ())):
        with reading(("permissions", place), item):
            broker.access.rule(record.read_permission(item), allowed=item["allowed"])
