"""A message: accepted once, delivered as often as its schedule says, and its status on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import repeat
from typing import Any, NamedTuple

from .name import ChannelName
from .options import PUSH_ONLY, DeliveryOptions, Failure, PublishOptions
from .push import Push
from .schedule import Schedule

_OCCURRENCE = re.compile("[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the service accepted it, ``at`` an instant in microseconds since the epoch."""

    message_id: str
    at: int
    channel: ChannelName
    data: Any
    options: PublishOptions
    delivery_options: DeliveryOptions
    planned: Schedule | None = None
    """When it is due; ``None`` for what nearly every message is: once, at once."""
    headers: Mapping[str, str | None] = field(default_factory=dict)
    """What subscribers get and selectors see: the publisher's headers and the service's own."""
    push: Push | None = None
    failure: Failure | None = None

    @property
    def schedule(self) -> Schedule:
        """When it is due."""
        return self.planned or Schedule(self.at)

    @property
    def repeats(self) -> bool:
        """Whether it may be due more than once."""
        return self.planned is not None and self.planned.every is not None

    def occurrence_id(self, number: int) -> str:
        """The publish id for a one-shot message, ``<publish-id>-<number>`` for a repeated one (T6)."""
        return f"{self.message_id}-{number}" if self.planned and self.planned.every else self.message_id

    @property
    def reaches_channel(self) -> bool:
        """Whether it will enter its channel's log: no push alone does, and nothing that will be given up."""
        return self.delivery_options.publish_policy != PUSH_ONLY and self.failure is None


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

    __hash__ = object.__hash__  # each is there once; Enum's own is a call in Python for every look into a table


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

    def repeat(self, at: int, until: int) -> list[Delivery]:
        """The occurrences after the last, which was delivered at ``at``, that are due by ``until``, all at once."""
        every, before = self.message.schedule.every or 1, self.delivered
        self.delivered = max(before, self.message.schedule.count(until))
        numbers = range(before + 1, self.delivered + 1)
        instants = range(at + every, at + every * len(numbers) + 1, every)
        return list(map(Delivery, repeat(self.message), numbers, instants))

    def become(self, status: Status) -> None:
        """Go to ``status``; nothing else is due then. A step the table does not have is a bug: ``ValueError``."""
        if status not in TRANSITIONS[self.status]:
            raise ValueError(f"{self.message.message_id} cannot go from {self.status.value} to {status.value}")
        self.status = status
        self.next_at = None


class Publications(Mapping[str, Publication]):
    """All that an application accepted and how far each has come, by id, in order of acceptance.

    Of what was delivered once, and is over, the message alone is kept: there is no more to say of it, and there may be
    thousands.
    """

    def __init__(self) -> None:
        self._kept: dict[str, Message | Publication] = {}

    def add(self, publication: Publication) -> None:
        """Take in what was just accepted."""
        self._kept[publication.message.message_id] = publication

    def settle(self, publication: Publication) -> None:
        """It is over; nothing of it changes any more."""
        message = publication.message
        if publication.status is Status.PUBLISHED and message.push is None and message.planned is None:
            self._kept[message.message_id] = message

    def find(self, message_id: str) -> Publication | None:
        """What has that id, or an occurrence of it that was delivered (T6); ``None`` for an id never given out."""
        publication = self.get(message_id)
        if publication is not None:
            return publication
        publish_id, _, number = message_id.rpartition("-")
        publication = self.get(publish_id)
        if publication is None or not publication.message.repeats:
            return None
        delivered = _OCCURRENCE.fullmatch(number) and int(number) <= publication.delivered
        return publication if delivered else None

    def message(self, message_id: str) -> Message:
        """The message of that id. Raises ``KeyError``."""
        kept = self._kept[message_id]
        return kept if isinstance(kept, Message) else kept.message

    def __getitem__(self, message_id: str) -> Publication:
        kept = self._kept[message_id]
        return Publication(kept, None, 1, Status.PUBLISHED) if isinstance(kept, Message) else kept

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)
