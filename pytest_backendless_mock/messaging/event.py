"""What happened, and when: the core's only way of telling the outside. Instants are microseconds.

A ``Message`` is its own event, that it was accepted, and a ``Delivery`` is; the others are here.
"""

from __future__ import annotations

from typing import NamedTuple

from .device import Device
from .email import Email
from .message import Delivery, Message
from .name import ChannelName


class Retrieved(NamedTuple):
    """A delivery was handed out to the subscription with that id, or sent to the listener with it."""

    at: int
    delivery: Delivery
    subscription_id: str
    in_real_time: bool = False


class Cancelled(NamedTuple):
    """A message that was still to come will not come any more."""

    at: int
    message: Message


class Pushed(NamedTuple):
    """A device got a push: occurrence ``number`` of a message."""

    at: int
    message: Message
    number: int
    device: Device


class PushFailed(NamedTuple):
    """A device refused a push."""

    at: int
    message: Message
    number: int
    device: Device


class NotPushed(NamedTuple):
    """Occurrence ``number`` of a message was a push that neither reached a device nor was refused by one."""

    at: int
    message: Message
    number: int
    reason: str


class Failed(NamedTuple):
    """A message's status became ``failed``: the service gave it up, or every device refused it (P10)."""

    at: int
    message: Message
    reason: str


class Emailed(NamedTuple):
    """The service sent an e-mail."""

    at: int
    message_id: str
    email: Email


class Joined(NamedTuple):
    """A client came to a channel, in real time; ``user_id`` is its user's ``objectId``."""

    at: int
    channel: ChannelName
    connection_id: str
    user_id: str | None


class Listening(NamedTuple):
    """A client begins to hear the messages of a channel, those that satisfy its selector."""

    at: int
    channel: ChannelName
    connection_id: str
    user_id: str | None
    selector: str | None


class Left(NamedTuple):
    """A client is on a channel no more: it left, or is gone."""

    at: int
    channel: ChannelName
    connection_id: str
    user_id: str | None


Event = (
    Message
    | Delivery
    | Retrieved
    | Cancelled
    | Pushed
    | PushFailed
    | NotPushed
    | Failed
    | Emailed
    | Joined
    | Listening
    | Left
)
