"""JSON <-> core, both directions: the only place that knows the names of the fields.

Types, required fields and ranges live in the schemas; here is which error the service makes of a violation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ..messaging.errors import (
    InvalidParameter,
    MessagingError,
    MissingParameter,
    NullParameter,
    UnreadableRequest,
)
from ..messaging.message import (
    Delivery,
    DeliveryOptions,
    MessageStatus,
    PublishOptions,
    Status,
    header_text,
)
from ..messaging.rules import Rules
from . import schema

JSON = Any
ANY_KEYWORD = ""


class Violation(NamedTuple):
    """A row of the table below: what is wrong where, and the error that is."""

    field: str
    keyword: str
    error: Callable[[], MessagingError]


def _invalid(name: str) -> Violation:
    return Violation(name, ANY_KEYWORD, lambda: InvalidParameter(name))


def _not_an_object() -> MessagingError:
    return UnreadableRequest("the body is not a JSON object")


VIOLATIONS: Mapping[str, tuple[Violation, ...]] = {
    "publish.request": (
        Violation("", "type", _not_an_object),
        Violation("", "required", lambda: MissingParameter("message")),
        Violation("message", "type", lambda: NullParameter(detail="message is null")),
        *map(_invalid, ("publisherId", "headers", "subtopic", "repeatEvery")),
    ),
    "subscribe.request": (
        Violation("", "anyOf", _not_an_object),
        *map(_invalid, ("subscriberId", "selector", "subtopic")),
    ),
}
"""Schema violations and what the service says to them, first row first (A4); ``""`` is the body itself.

Dates are not here: a date that is no number becomes NaN, and the core, which judges dates in their order, refuses it.
"""


NO_OPTIONS = PublishOptions()
NO_DELIVERY_OPTIONS = DeliveryOptions()
"""Most messages say nothing but themselves; they share these."""


class Publishing(NamedTuple):
    """A publish request, understood."""

    message: JSON
    options: PublishOptions
    delivery_options: DeliveryOptions


class Subscribing(NamedTuple):
    """A subscribe request, understood."""

    selector: str | None = None
    subtopic: str | None = None


def read_publish(body: JSON) -> Publishing:
    """Raises what ``VIOLATIONS`` says (W7, W8, W9, W11, W12)."""
    _refuse_violations(body, "publish.request")
    if len(body) == 1:
        return Publishing(body["message"], NO_OPTIONS, NO_DELIVERY_OPTIONS)
    headers = body.get("headers") or {}
    return Publishing(
        body["message"],
        PublishOptions(
            publisher_id=header_text(body.get("publisherId")),
            headers={name: header_text(value) for name, value in headers.items()},
            subtopic=body.get("subtopic"),
        ),
        DeliveryOptions(
            publish_at=_number_or_nan(body.get("publishAt")),
            repeat_every=body.get("repeatEvery"),
            repeat_expires_at=_number_or_nan(body.get("repeatExpiresAt")),
        ),
    )


def read_subscribe(body: JSON) -> Subscribing:
    """``[]`` is what the PHP SDK sends for no options (C4). Raises what ``VIOLATIONS`` says."""
    _refuse_violations(body, "subscribe.request")
    return Subscribing(body.get("selector"), body.get("subtopic")) if body else Subscribing()


def unknown_fields(body: JSON, name: str) -> list[str]:
    """The members of ``body`` that the schema ``name`` does not know (W10)."""
    return [key for key in body if key not in schema.fields(name)] if isinstance(body, dict) else []


def known_fields(name: str) -> tuple[str, ...]:
    """The members that the schema ``name`` knows."""
    return schema.fields(name)


def write_published(status: MessageStatus) -> JSON:
    """The publish answer, its keys in the order of the documented sample (W4)."""
    return {"errorMessage": status.error_message, "messageId": status.message_id, "status": status.status}


def write_status(status: MessageStatus, rules: Rules) -> JSON:
    """The answer to status and cancel, its keys in the order of the documented sample (W4, T14)."""
    cancelled = status.status == Status.CANCELLED.value
    shown = rules.cancelled_spelling if cancelled else status.status
    return {"status": shown, "messageId": status.message_id, "errorMessage": status.error_message}


def write_retrieved(deliveries: Iterable[Delivery]) -> JSON:
    """The messages of a poll, the keys of each in the order of the documented sample (W4, W13, T10)."""
    return {
        "messages": [
            {
                "headers": dict(delivery.message.headers),
                "publishedAt": delivery.at // 1000,
                "publisherId": delivery.message.options.publisher_id,
                "data": delivery.message.data,
                "messageId": delivery.message_id,
            }
            for delivery in deliveries
        ]
    }


def write_error(code: int, message: str, rules: Rules) -> JSON:
    """The shape of every error (W3, W17)."""
    return {"code": code, "message": message, **({"errorData": {}} if rules.error_data else {})}


def _refuse_violations(body: JSON, name: str) -> None:
    found = {
        (str(problem.path[0]) if problem.path else "", str(problem.validator))
        for problem in schema.violations(body, name)
    }
    for row in VIOLATIONS[name] if found else ():
        if any(field == row.field and row.keyword in (ANY_KEYWORD, keyword) for field, keyword in found):
            raise row.error()


def _number_or_nan(value: JSON) -> float | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return math.nan
