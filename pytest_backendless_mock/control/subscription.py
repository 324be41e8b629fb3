"""Subscribing and polling, as another client of the application would; and cutting a listener's line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from ..http import record_json
from ..messaging.broker import Broker
from ..messaging.errors import MessagingError
from ..messaging.header import header_text
from ..messaging.name import ChannelName, channel_name
from ..messaging.selector.selector import Selector, SelectorError
from ..runtime.record import View, delivery_record
from .call import Answer, Call
from .message import operate
from .page import page
from .problem import Problem, refused, unfit


def subscribe(call: Call) -> Answer:
    """Subscribe to a channel, for who polls."""
    body = dict(call.body)
    channel = body.pop("channel", "default")
    return Answer(operate(call, "subscribe", {"channel": channel}, body), HTTPStatus.CREATED)


def try_selector(call: Call) -> Answer:
    """Whether a selector lets headers pass, and what in it keeps them back. Nothing is subscribed."""
    text, headers = call.body["selector"], call.body.get("headers", {})
    try:
        selector = Selector(text) if text else None  # an empty one is none
    except SelectorError as error:
        raise unfit("$.selector", str(error)) from None
    truth = True if selector is None else selector.truth({name: header_text(each) for name, each in headers.items()})
    reasons = [] if selector is None else selector.reasons(headers)
    return Answer({"matches": truth is True, "truth": truth, "reasons": reasons})


def pending(call: Call) -> Answer:
    """What a poll of a subscription would get now; looking takes nothing away."""
    with _broker(call) as (broker, now):
        subscription = broker.channels.subscription(_channel(call), call.params["id"])
        waiting = View(broker.waiting(subscription, now), delivery_record)
    return page(call, waiting)


def retrieve(call: Call) -> Answer:
    """Poll a subscription once, as a client would."""
    with _broker(call) as (broker, now):
        taken = View(broker.retrieve(_channel(call), call.params["id"], now).taken, delivery_record)
    items = [record_json.write(each) for each in taken]
    return Answer({"items": items, "next": len(taken)})  # what is left out is lost


def _channel(call: Call) -> ChannelName:
    return channel_name(call.query.get("channel") or call.body.get("channel", "default"))


@contextmanager
def _broker(call: Call) -> Iterator[tuple[Broker, int]]:
    """Raises ``Problem`` for what the service refuses."""
    try:
        with call.hosted.application.backend.session() as session:
            yield session
    except MessagingError as error:
        raise refused(error) from None


def disconnect(call: Call) -> Answer:
    """Cut the connection of a listener's client, as a broken line does. Clients come back by themselves."""
    name = call.params["id"]
    with call.hosted.application.backend.session() as (broker, _):
        everybody = [each for on_channel in broker.presence.listeners.values() for each in on_channel]
    found = [each for each in everybody if each.listener_id == name]
    if not found:
        raise Problem(HTTPStatus.NOT_FOUND, f"nobody listens by the id {name!r}; GET listeners lists those who do")
    found[0].connection.hang_up()
    return Answer(None, HTTPStatus.NO_CONTENT)
