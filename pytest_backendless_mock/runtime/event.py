"""Everything that listeners, timeline and reports hear of: the core's events, and what only the doors can tell.

Instants are microseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from ..messaging import event as core
from ..messaging.errors import MessagingError
from ..messaging.message import Delivery, Message


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


Event = core.Event | Refused | Faulted

EventKind = Literal[
    "accepted",
    "delivered",
    "retrieved",
    "cancelled",
    "pushed",
    "push_failed",
    "not_pushed",
    "failed",
    "emailed",
    "joined",
    "listening",
    "left",
    "refused",
    "faulted",
]

KINDS: Mapping[type[Event], EventKind] = {
    Message: "accepted",
    Delivery: "delivered",
    core.Retrieved: "retrieved",
    core.Cancelled: "cancelled",
    core.Pushed: "pushed",
    core.PushFailed: "push_failed",
    core.NotPushed: "not_pushed",
    core.Failed: "failed",
    core.Emailed: "emailed",
    core.Joined: "joined",
    core.Listening: "listening",
    core.Left: "left",
    Refused: "refused",
    Faulted: "faulted",
}
"""What listeners call each kind of event, and the timeline."""
