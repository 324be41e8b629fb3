"""What each operation does: from path parameters and a JSON body to a JSON answer, inside one session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..messaging.broker import Broker
from ..messaging.channel import channel_name
from ..messaging.rules import Rules
from . import wire
from .route import Credentials
from .wire import JSON


class Call(NamedTuple):
    """An operation to be carried out: ``now`` in microseconds, ``params`` from the path, ``body`` parsed JSON."""

    identity: Credentials
    broker: Broker
    now: int
    params: Mapping[str, str]
    body: JSON = None

    @property
    def rules(self) -> Rules:
        """The rules of the application."""
        return self.broker.rules


class Operation(NamedTuple):
    """A row of the table. ``body`` names the request's schema; without one a body is ignored (W16)."""

    run: Callable[[Call], JSON]
    body: str | None = None
    body_required: bool = False


def publish(call: Call) -> JSON:
    """``POST …/messaging/<channel>``."""
    channel = channel_name(call.params["channel"])
    publishing = wire.read_publish(call.body)
    status = call.broker.publish(channel, publishing.message, publishing.options, publishing.delivery_options, call.now)
    return wire.write_published(status)


def status(call: Call) -> JSON:
    """``GET …/messaging/<message-id>``."""
    return wire.write_status(call.broker.status(call.params["message"]), call.rules)


def cancel(call: Call) -> JSON:
    """``DELETE …/messaging/<message-id>``."""
    return wire.write_status(call.broker.cancel(call.params["message"], call.now), call.rules)


def subscribe(call: Call) -> JSON:
    """``POST …/messaging/<channel>/subscribe``."""
    channel = channel_name(call.params["channel"])
    subscribing = wire.read_subscribe(call.body)
    subscription = call.broker.subscribe(
        channel, call.now, subtopic=subscribing.subtopic, selector=subscribing.selector
    )
    return {"subscriptionId": subscription.subscription_id}


def retrieve(call: Call) -> JSON:
    """``GET …/messaging/<channel>/<subscription-id>``."""
    deliveries = call.broker.retrieve(call.params["channel"], call.params["subscription"], call.now)
    return wire.write_retrieved(deliveries)


def delete_channel(call: Call) -> JSON:
    """``DELETE …/messaging/channels/<channel>``."""
    call.broker.delete_channel(call.params["channel"], call.now)
    return True


def properties(call: Call) -> JSON:
    """``GET …/messaging/<channel>/properties``: polling SDKs ask for it before anything else (W15)."""
    channel_name(call.params["channel"])
    return {}


def info(call: Call) -> JSON:
    """``GET …/info``: the JavaScript SDK asks at its start (W18)."""
    return {"appId": call.identity.app_id, "apiKey": call.identity.api_key}


OPERATIONS: Mapping[str, Operation] = {
    "publish": Operation(publish, "publish.request", body_required=True),
    "status": Operation(status),
    "cancel": Operation(cancel),
    "subscribe": Operation(subscribe, "subscribe.request"),
    "retrieve": Operation(retrieve),
    "delete_channel": Operation(delete_channel),
    "properties": Operation(properties),
    "info": Operation(info),
    "loggers": Operation(lambda _: []),
    "log": Operation(lambda _: {}),
}
"""Every operation by its name, as the route table has it."""
