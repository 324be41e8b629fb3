"""What Backendless does not document, as one frozen value: the switches of ``docs/protocol/decisions.md``."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Literal, TypedDict, get_args

ImmediateStatus = Literal["scheduled", "published"]
CancelledSpelling = Literal["cancelled", "canceled", "CANCELLED"]


class RuleOptions(TypedDict, total=False):
    """The fields of ``Rules`` as keywords: what ``BackendlessMock`` takes."""

    require_content_type: bool
    transport_headers: bool
    error_data: bool
    publish_at_tolerance: float
    processing_time: float
    immediate_status: ImmediateStatus
    message_lifetime: float
    see_earlier_messages: bool
    cancelled_spelling: CancelledSpelling
    strict_channels: bool
    accept_unknown_tokens: bool
    accept_any_api_key: bool
    multiple_logins: bool
    cors: bool
    token_lifetime: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """How the mock behaves where the service's documentation is silent or contradicts itself.

    The fields are also the keywords of ``@pytest.mark.backendless_mock(...)``. Durations are seconds, as a
    number. Raises ``TypeError`` or ``ValueError`` with the field's name for a value that cannot be meant.
    """

    require_content_type: bool = True
    """A POST whose body is not declared as JSON is refused with 8002 (W6)."""
    transport_headers: bool = False
    """Retrieved messages carry ``DSId``, ``DSDstClientId`` and ``BL_VERSION_URL_PREFIX`` too (W13)."""
    error_data: bool = False
    """Every error also carries ``"errorData": {}``, as newer servers do (W17)."""
    publish_at_tolerance: float = 1
    """Seconds by which ``publishAt`` may lie in the past; it then counts as now (T1)."""
    processing_time: float = 0
    """Seconds between the instant a message is due and its delivery (T8)."""
    immediate_status: ImmediateStatus = "scheduled"
    """What publishing answers for a message that is neither delayed nor repeated (T9)."""
    message_lifetime: float = 60
    """Seconds during which a delivered message can be retrieved (T11)."""
    see_earlier_messages: bool = True
    """A new subscription gets the messages delivered before it that are still alive (T12)."""
    cancelled_spelling: CancelledSpelling = "cancelled"
    """How the status of a cancelled message is spelled (T14)."""
    strict_channels: bool = False
    """Subscribing to an unknown channel, and retrieving from it, is 5010 (C1)."""
    accept_unknown_tokens: bool = False
    """An unknown ``user-token`` counts as an authenticated user (A2)."""
    accept_any_api_key: bool = False
    """Any API key is good, and gives the role of the REST key (A4a)."""
    multiple_logins: bool = False
    """A log-in leaves the tokens of earlier log-ins of the same user good (A7)."""
    cors: bool = True
    """Pages of any origin may read the answers, and their preflights are answered (W22)."""
    token_lifetime: float | None = None
    """Seconds after which a user token expires; ``None`` for never (A2)."""

    def __post_init__(self) -> None:
        for field in _FIELDS:
            value = getattr(self, field.name)
            if value is not field.default:
                _check(field.name, str(field.type), value)


_FIELDS = fields(Rules)


def _check(name: str, kind: str, value: object) -> None:
    if kind == "bool" and not isinstance(value, bool):
        raise TypeError(f"{name} is True or False, not {value!r}")
    if kind == "float" or (kind == "float | None" and value is not None):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{name} is a number of seconds, not {value!r}")
        if not (0 <= value < math.inf):
            raise ValueError(f"{name} is a number of seconds from 0 on, not {value!r}")
    allowed = {"immediate_status": get_args(ImmediateStatus), "cancelled_spelling": get_args(CancelledSpelling)}.get(
        name
    )
    if allowed and value not in allowed:
        raise ValueError(f"{name} is one of {', '.join(map(repr, allowed))}, not {value!r}")
