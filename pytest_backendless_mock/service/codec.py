"""JSON <-> core, both directions: the only place that knows the names of the fields.

Types, required fields and ranges live in the schemas, the errors that violations make in ``violation.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, KeysView
from dataclasses import replace
from typing import Any, NamedTuple

from ..messaging.access import User
from ..messaging.device import SYSTEMS, Device, likely_system
from ..messaging.email import Email
from ..messaging.errors import (
    InvalidParameter,
    InvalidRegistrationDate,
    LoginByObjectId,
    MalformedRegistration,
    NullRegistration,
)
from ..messaging.header import header_text
from ..messaging.message import Delivery, Message, MessageStatus, Status
from ..messaging.name import channel_name
from ..messaging.options import LEGACY_POLICIES, DeliveryOptions, PublishOptions
from ..messaging.push import platform_mask
from ..messaging.rules import Rules
from ..messaging.schedule import LAST_INSTANT
from ..messaging.secret import Secret
from ..messaging.template import Template
from . import schema
from .violation import refuse_violations

JSON = Any
SECONDS_BELOW = 10**11
"""An expiration below this is in seconds, as the JavaScript SDK sends dates (P7)."""

NO_OPTIONS = PublishOptions()
NO_DELIVERY_OPTIONS = DeliveryOptions()
"""Most messages say nothing but themselves; they share these."""


class PublishRequest(NamedTuple):
    """A publish request, understood."""

    message: JSON
    options: PublishOptions
    delivery_options: DeliveryOptions


class SubscribeRequest(NamedTuple):
    """A subscribe request, understood."""

    selector: str | None = None
    subtopic: str | None = None


def read_publish(body: JSON) -> PublishRequest:
    """Raises what ``VIOLATIONS`` says (W7, W8, W9, W11, W12)."""
    refuse_violations(body, "publish.request")
    if len(body) == 1:
        return PublishRequest(body["message"], NO_OPTIONS, NO_DELIVERY_OPTIONS)
    headers = body.get("headers") or {}
    return PublishRequest(
        body["message"],
        PublishOptions(
            publisher_id=header_text(body.get("publisherId")),
            headers={name: header_text(value) for name, value in headers.items()},
            subtopic=body.get("subtopic"),
        ),
        replace(
            _read_dates(body),
            publish_policy=body.get("publishPolicy") or LEGACY_POLICIES.get(body.get("pushPolicy")),
            push_broadcast=_read_mask(body.get("pushBroadcast")),
            push_singlecast=tuple(body.get("pushSinglecast") or ()),
            segment_query=body.get("segmentQuery"),
        ),
    )


def read_push_template(body: JSON) -> tuple[dict[str, str | None], DeliveryOptions]:
    """The values for a template's placeholders, and the dates (P11). Raises what ``VIOLATIONS`` says."""
    refuse_violations(body, "push_template.request")
    values = body.get("templateValues") or {}
    return {name: header_text(value) for name, value in values.items()}, _read_dates(body)


def read_registration(body: JSON) -> Device:
    """Raises what ``VIOLATIONS`` says, then ``InvalidRegistrationDate`` for no date, then ``InvalidChannelName``."""
    if body is None:
        raise NullRegistration
    refuse_violations(body, "register.request")
    system = body["os"].upper()
    if system not in SYSTEMS:
        raise MalformedRegistration(
            f"os is none of {', '.join(SYSTEMS)}", detail=f"it is {body['os']!r}{likely_system(body['os'])}"
        )
    expires_at = _read_expiration(body.get("expiration"))
    return Device(
        registration_id="",
        device_id=body["deviceId"],
        token=body["deviceToken"],
        os=system,
        os_version=body.get("osVersion") or "",
        channels=tuple(map(channel_name, body.get("channels") or ())),
        expires_at=expires_at,
    )


def read_email(body: JSON) -> Email:
    """Raises what ``VIOLATIONS`` says."""
    refuse_violations(body, "email.request")
    parts = body.get("bodyparts") or {}
    return Email(
        subject=body.get("subject"),
        text=parts.get("textmessage"),
        html=parts.get("htmlmessage"),
        to=tuple(body.get("to") or ()),
        attachments=tuple(body.get("attachment") or ()),
    )


def read_email_template(body: JSON) -> Email:
    """``addresses`` are ignored when there are ``criteria`` (``docs/protocol/push.md``).

    Raises what ``VIOLATIONS`` says.
    """
    refuse_violations(body, "email_template.request")
    criteria = body.get("criteria")
    unique = bool(body.get("uniqueEmails"))
    lists = ([] if criteria else body.get("addresses"), body.get("cc-addresses"), body.get("bcc-addresses"))
    to, cc, bcc = _once_each(lists) if unique else (tuple(addresses or ()) for addresses in lists)
    return Email(
        to=to,
        cc=cc,
        bcc=bcc,
        attachments=tuple(body.get("attachment") or ()),
        template=body["template-name"],
        values={name: header_text(value) for name, value in (body.get("template-values") or {}).items()},
        criteria=criteria,
        unique=unique,
    )


def read_subscribe(body: JSON) -> SubscribeRequest:
    """``[]`` is what the PHP SDK sends for no options (C4). Raises what ``VIOLATIONS`` says."""
    refuse_violations(body, "subscribe.request")
    return SubscribeRequest(body.get("selector"), body.get("subtopic")) if body else SubscribeRequest()


def read_login(body: JSON) -> tuple[str, Secret]:
    """Login and password. Raises ``LoginByObjectId`` (A6), then what ``VIOLATIONS`` says."""
    if isinstance(body, dict) and body.get("objectId") is not None:
        raise LoginByObjectId
    refuse_violations(body, "login.request")
    return str(header_text(body["login"])), Secret(body["password"])


def write_user(user: User, token: str) -> JSON:
    """The answer to a log-in (``docs/protocol/errors.md``)."""
    known = {} if user.login is None else {"login": user.login}
    return {**user.properties, **known, "objectId": user.object_id, "user-token": token}


def unknown_fields(body: JSON, name: str) -> list[str]:
    """The members of ``body`` that the schema ``name`` does not know (W10)."""
    known = schema.fields(name)
    return [key for key in body if key not in known] if isinstance(body, dict) else []


def known_fields(name: str) -> KeysView[str]:
    """The members that the schema ``name`` knows."""
    return schema.fields(name)


def write_published(status: MessageStatus) -> JSON:
    """The publish answer, its keys in the order of the documented sample (W4)."""
    return {"errorMessage": status.error_message, "messageId": status.message_id, "status": status.status}


def write_status(status: MessageStatus, rules: Rules) -> JSON:
    """The answer to status and cancel, its keys in the order of the documented sample (W4, T14)."""
    cancelled = status.status == Status.CANCELLED.value
    shown = rules.cancelled_spelling if cancelled else status.status
    written: dict[str, JSON] = {"status": shown, "messageId": status.message_id, "errorMessage": status.error_message}
    if status.sends is not None:
        written["sendingTimeInMillis"] = 0
        written["successfulSendsAmount"], written["failedSendsAmount"] = status.sends
    return written


def write_registrations(device: Device) -> JSON:
    """An array, though the page shows an object: SDKs decode an array (P6)."""
    return [
        {
            "id": device.registration_id,
            "deviceToken": device.token,
            "deviceId": device.device_id,
            "os": device.os,
            "osVersion": device.os_version,
            "expiration": None if device.expires_at is None else device.expires_at // 1000,
            "channels": list(device.channels),
        }
    ]


def write_templates(templates: Iterable[Template]) -> JSON:
    """Push templates by name (P12), each in the shape of the console's sample (``docs/protocol/push.md``)."""
    return {
        template.name: {
            "name": template.name,
            "message": template.message,
            "platforms": list(template.platforms),
            "channelName": template.channel,
            "segmentQuery": template.segment,
            "headers": dict(template.headers),
        }
        for template in templates
    }


def write_registration(device: Device) -> JSON:
    """The answer to a registration: an id for each channel (P6)."""
    return {"registrationId": ",".join(f"{device.registration_id}::{channel}" for channel in device.channels)}


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


def write_heard(message: Message) -> JSON:
    """A message as listeners get it in real time (``docs/protocol/realtime.md``): all the fields there are (R4).

    Without its data, and without ``messageId`` and ``timestamp``, which its deliveries do not have in common.
    """
    options, sending = message.options, message.delivery_options
    return {
        "headers": dict(options.headers),
        "publisherId": options.publisher_id,
        "subtopic": options.subtopic,
        "pushSinglecast": list(sending.push_singlecast) or None,
        "pushBroadcast": sending.push_broadcast or None,
        "publishPolicy": sending.publish_policy,
        "templateValues": None,
        "query": sending.segment_query,
        "publishAt": sending.publish_at or 0,
        "repeatEvery": sending.repeat_every or 0,
        "repeatExpiresAt": sending.repeat_expires_at or 0,
    }


def write_error(code: int, message: str, rules: Rules) -> JSON:
    """The shape of every error (W3, W17)."""
    return {"code": code, "message": message, **({"errorData": {}} if rules.error_data else {})}


def _once_each(lists: Iterable[Iterable[str] | None]) -> list[tuple[str, ...]]:
    """Each address where it stands first, whatever the case (W20)."""
    seen: set[str] = set()
    kept = []
    for addresses in lists:
        fresh = {address.lower(): address for address in reversed(list(addresses or ())) if address.lower() not in seen}
        seen |= fresh.keys()
        kept.append(tuple(reversed(fresh.values())))
    return kept


def _read_expiration(value: float | None) -> int | None:
    """0 and null are never; seconds below 10^11, otherwise milliseconds (P7). Raises ``InvalidRegistrationDate``."""
    if not value:
        return None
    milliseconds = value * 1000 if value < SECONDS_BELOW else value
    if not 0 < milliseconds <= LAST_INSTANT // 1000:
        raise InvalidRegistrationDate(detail="expiration is not between now and the year 9999")
    return round(milliseconds * 1000)


def _read_dates(body: JSON) -> DeliveryOptions:
    return DeliveryOptions(
        publish_at=_number_or_nan(body.get("publishAt")),
        repeat_every=body.get("repeatEvery"),
        repeat_expires_at=_number_or_nan(body.get("repeatExpiresAt")),
    )


def _read_mask(value: JSON) -> int:
    try:
        return platform_mask(value)
    except ValueError as error:
        raise InvalidParameter("pushBroadcast", detail=str(error)) from None


def _number_or_nan(value: JSON) -> float | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return math.nan
