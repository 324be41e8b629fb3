"""A message: accepted once, delivered as often as its schedule says, and its status on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .push import Push
    from .schedule import Schedule


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """What the publisher says about a message (the .NET page's ``PublishOptions``)."""

    publisher_id: str | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    subtopic: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """When a message is delivered (the .NET page's ``DeliveryOptions``), in the units of the wire.

    ``publish_at`` and ``repeat_expires_at`` are milliseconds since the epoch, NaN when what was sent is not a
    number; ``repeat_every`` is seconds. ``None`` and 0 mean "not given" (T1, T2, T4).
    """

    publish_at: float | None = None
    repeat_every: float | None = None
    repeat_expires_at: float | None = None
    publish_policy: str | None = None
    push_broadcast: int = 0
    """A mask of operating systems; 0 for not given (P3)."""
    push_singlecast: tuple[str, ...] = ()
    segment_query: str | None = None


class Failure(NamedTuple):
    """A policy under which a message is accepted: the service gives it up, for this reason."""

    reason: str
    at_once: bool = False
    """Whether it fails when it is accepted, and the answer says so; otherwise when it is due."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the service accepted it. Instants are microseconds since the epoch."""

    message_id: str
    accepted_at: int
    order: int
    """How many messages the application accepted before this one."""
    channel: str
    data: Any
    options: PublishOptions
    delivery_options: DeliveryOptions
    schedule: Schedule
    headers: Mapping[str, str | None] = field(default_factory=dict)
    """What subscribers get and selectors see: the publisher's headers and the service's own."""
    push: Push | None = None
    failure: Failure | None = None

    def occurrence_id(self, number: int) -> str:
        """The publish id for a one-shot message, ``<publish-id>-<number>`` for a repeated one (T6)."""
        return f"{self.message_id}-{number}" if self.schedule.every else self.message_id


class Delivery(NamedTuple):
    """One occurrence of a message in its channel's log; ``number`` counts from 1, ``at`` is in microseconds."""

    message: Message
    number: int
    at: int

    @property
    def message_id(self) -> str:
        """The id under which subscribers get it."""
        return self.message.occurrence_id(self.number)


class Status(Enum):
    """The statuses of the documentation's "Get Message Status" page."""

    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.SCHEDULED: frozenset({Status.PUBLISHED, Status.FAILED, Status.CANCELLED}),
    Status.PUBLISHED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.UNKNOWN: frozenset(),
}
"""Where a message can go from where it is (T7)."""


@dataclass(frozen=True, slots=True)
class MessageStatus:
    """What publishing, asking for the status and cancelling answer."""

    status: str
    message_id: str
    error_message: str | None = None
    sends: Sends | None = field(default=None, repr=False)
    """How the pushes fared; ``None`` for a message that is no push."""


class Sends(NamedTuple):
    """How many devices got a push, and how many refused it."""

    successful: int
    failed: int


NOTHING_SENT = Sends(0, 0)


@dataclass(slots=True, eq=False)
class Publication:
    """A message and how far it has come: the one thing about it that changes."""

    message: Message
    next_at: int | None
    """When the next occurrence is delivered, in microseconds; ``None`` when there is none."""
    delivered: int = 0
    status: Status = Status.SCHEDULED
    error_message: str | None = None
    sends: Sends = NOTHING_SENT

    def become(self, status: Status) -> None:
        """Go to ``status``; nothing else is due then. A step the table does not have is a bug: ``ValueError``."""
        if status not in TRANSITIONS[self.status]:
            raise ValueError(f"{self.message.message_id} cannot go from {self.status.value} to {status.value}")
        self.status = status
        self.next_at = None


def header_text(value: object) -> str | None:
    """A header value as the service stores it: text, or null (W11).

    Integers become their digits, other numbers Python's ``repr(float)``, booleans ``true`` and ``false``.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else repr(value)
