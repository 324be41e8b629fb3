"""What a publisher asks for besides the message itself: options about the message, and about its delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, NamedTuple


class Policy(Enum):
    """Who a message is for: push notifications, pub/sub subscribers, or both (P1)."""

    PUSH = "PUSH"
    PUBSUB = "PUBSUB"
    BOTH = "BOTH"


PolicyName = Literal["PUSH", "PUBSUB", "BOTH"]
PUSH_ONLY = Policy.PUSH.value
"""The policy under which subscribers get nothing."""
LEGACY_POLICIES: Mapping[str, str] = {"ONLY": "PUSH", "ALSO": "BOTH"}
"""What ``pushPolicy`` of older clients says in today's words."""


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
