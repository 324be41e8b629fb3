"""What happened, and when: the core's only way of telling the outside. Instants are microseconds.

A ``Delivery`` is its own event; the others are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .channel import Subscription
from .device import Device
from .email import Email
from .errors import MessagingError
from .message import Delivery, Message


class Accepted(NamedTuple):
    """The service took a message in."""

    at: int
    message: Message


class Retrieved(NamedTuple):
    """A delivery was handed out to a subscription."""

    at: int
    delivery: Delivery
    subscription: Subscription


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


class Failed(NamedTuple):
    """A device refused a push."""

    at: int
    message: Message
    number: int
    device: Device


class Dropped(NamedTuple):
    """The service gave a message up that it had accepted."""

    at: int
    message: Message
    reason: str


class Emailed(NamedTuple):
    """The service sent an e-mail."""

    at: int
    message_id: str
    email: Email


class Refused(NamedTuple):
    """A request was answered with an error; ``what`` is its method and path."""

    at: int
    what: str
    error: MessagingError


class Faulted(NamedTuple):
    """A fault that the test asked for struck ``what``: a request, by method and path, or the service itself."""

    at: int
    what: str
    fault: str


Event = Accepted | Delivery | Retrieved | Cancelled | Pushed | Failed | Dropped | Emailed | Refused | Faulted

KINDS: Mapping[type[Event], str] = {
    Accepted: "accepted",
    Delivery: "delivered",
    Retrieved: "retrieved",
    Cancelled: "cancelled",
    Pushed: "pushed",
    Failed: "failed",
    Dropped: "dropped",
    Emailed: "emailed",
    Refused: "refused",
    Faulted: "faulted",
}
"""What listeners call each kind of event."""
