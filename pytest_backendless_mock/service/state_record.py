"""Messages, devices, templates, users, e-mails <-> JSON, as a state holds them: complete, unlike what the wire shows.

Members that say nothing are left out. Instants are ISO 8601; what a publisher asked for is in the units of the wire.
What follows from the rest is not written: the schedule and the push of a message are worked out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..messaging.access import Permission, Token, User
from ..messaging.broker import Broker
from ..messaging.device import SYSTEMS, Device
from ..messaging.email import Email
from ..messaging.message import Message, Publication, Sends, Status
from ..messaging.name import DEFAULT_CHANNEL, channel_name
from ..messaging.options import DeliveryOptions, Failure, PublishOptions
from ..messaging.push import plan_push
from ..messaging.schedule import FOREVER, LAST_INSTANT, plan
from ..messaging.secret import Secret, secret_text
from ..messaging.template import Template
from ..messaging.value import copied
from ..runtime.instant import parse_clock_instant, write_instant

JSON = Any


def compact(**members: JSON) -> dict[str, JSON]:
    """An object without the members that say nothing; an empty text says something."""
    return {name: value for name, value in members.items() if value or value == ""}


def write_date(instant: int | None) -> str | None:
    """An instant in microseconds as text; one that never comes is none."""
    return None if instant is None or instant > LAST_INSTANT else write_instant(instant)


def read_date(text: str | None) -> int | None:
    """Raises ``ValueError`` for what is no instant from 1970 on."""
    return None if text is None else parse_clock_instant(text)


def write_message(publication: Publication) -> JSON:
    """A message, what was asked for it, and how far it has come."""
    message, options, asked = publication.message, publication.message.options, publication.message.delivery_options
    return {
        "messageId": message.message_id,
        "at": write_instant(message.at),
        "channel": message.channel,
        "data": copied(message.data),
        "status": publication.status.value,
        **compact(
            headers=dict(options.headers),
            publisherId=options.publisher_id,
            subtopic=options.subtopic,
            publishAt=asked.publish_at,
            repeatEvery=asked.repeat_every,
            repeatExpiresAt=asked.repeat_expires_at,
            publishPolicy=asked.publish_policy,
            pushBroadcast=asked.push_broadcast,
            pushSinglecast=list(asked.push_singlecast),
            segmentQuery=asked.segment_query,
            failure=message.failure and {"reason": message.failure.reason, "atOnce": message.failure.at_once},
            delivered=publication.delivered,
            nextAt=write_date(publication.next_at),
            errorMessage=publication.error_message,
            successfulSends=publication.sends.successful,
            failedSends=publication.sends.failed,
        ),
    }


def read_message(item: Mapping[str, JSON], broker: Broker) -> Publication:
    """Raises ``ValueError`` and ``MessagingError`` for what cannot have been accepted."""
    at = parse_clock_instant(item["at"])
    options = PublishOptions(item.get("publisherId"), item.get("headers", {}), item.get("subtopic"))
    asked = DeliveryOptions(
        publish_at=item.get("publishAt"),
        repeat_every=item.get("repeatEvery"),
        repeat_expires_at=item.get("repeatExpiresAt"),
        publish_policy=item.get("publishPolicy"),
        push_broadcast=item.get("pushBroadcast", 0),
        push_singlecast=tuple(item.get("pushSinglecast", ())),
        segment_query=item.get("segmentQuery"),
    )
    schedule = plan(asked, at, tolerance=FOREVER)  # it was near enough when it was accepted
    failure = item.get("failure")
    message = Message(
        message_id=item["messageId"],
        at=at,
        channel=channel_name(item["channel"]),
        data=item["data"],
        options=options,
        delivery_options=asked,
        planned=None if schedule.first == at and schedule.every is None else schedule,
        headers={**options.headers, **broker.system_headers},
        push=plan_push(item["data"], asked, options.headers),
        failure=failure and Failure(failure["reason"], failure["atOnce"]),
    )
    status, delivered = Status(item.get("status", "scheduled")), int(item.get("delivered", 0))
    due = schedule.due(delivered + 1)
    if status is Status.SCHEDULED and due is None:
        raise ValueError(f"nothing of it is still to come after {delivered:,} deliveries, so it is not scheduled")
    next_at = read_date(item.get("nextAt"))
    if next_at is None and due is not None:
        next_at = min(due + broker.processing, LAST_INSTANT)
    return Publication(
        message,
        next_at if status is Status.SCHEDULED else None,
        delivered,
        status,
        item.get("errorMessage"),
        Sends(int(item.get("successfulSends", 0)), int(item.get("failedSends", 0))),
    )


def write_device(device: Device, *, secrets: bool) -> JSON:
    """A registration; its token is a secret."""
    return {
        "deviceId": device.device_id,
        "os": device.os,
        "channels": list(device.channels),
        **compact(
            registrationId=device.registration_id,
            deviceToken=device.token if secrets else None,
            osVersion=device.os_version,
            expiresAt=write_date(device.expires_at),
            refuses=device.refuses,
        ),
    }


def read_device(item: Mapping[str, JSON], new_id: Callable[[str], str]) -> Device:
    """Raises ``ValueError`` and ``MessagingError``; a token that is not told is made up."""
    device_id, system = item["deviceId"], item["os"].upper()
    if system not in SYSTEMS:
        raise ValueError(f"os is one of {', '.join(SYSTEMS)}, in any case")
    return Device(
        registration_id=item.get("registrationId") or new_id("registration"),
        device_id=device_id,
        token=Secret(item.get("deviceToken", f"token of {device_id}")),
        os=system,
        os_version=item.get("osVersion", ""),
        channels=tuple(dict.fromkeys(map(channel_name, item.get("channels", [DEFAULT_CHANNEL])))),
        expires_at=read_date(item.get("expiresAt")),
        refuses=item.get("refuses"),
    )


def write_template(template: Template) -> JSON:
    """A push template."""
    return {
        "name": template.name,
        "message": template.message,
        "channel": template.channel,
        **compact(headers=dict(template.headers), platforms=list(template.platforms), segment=template.segment),
    }


def read_template(item: Mapping[str, JSON]) -> Template:
    """Raises ``MessagingError`` for the name of its channel."""
    return Template(
        name=item["name"],
        message=item["message"],
        headers=item.get("headers", {}),
        platforms=tuple(item.get("platforms", ())),
        channel=channel_name(item.get("channel", DEFAULT_CHANNEL)),
        segment=item.get("segment"),
    )


LISTS = ("to", "cc", "bcc", "attachments")
"""The members of an e-mail that are several texts."""
TEXTS = ("subject", "text", "html", "template", "criteria", "unique")


def write_email(message_id: str, email: Email) -> JSON:
    """An e-mail, as it was asked for."""
    told = {name: getattr(email, name) for name in TEXTS} | {name: list(getattr(email, name)) for name in LISTS}
    return {"messageId": message_id, **compact(**told, values=dict(email.values))}


def read_email(item: Mapping[str, JSON]) -> Email:
    """Raises ``MessagingError`` for one that nobody gets, or that says nothing."""
    told: dict[str, Any] = {name: item[name] for name in (*TEXTS, "values") if name in item}
    told |= {name: tuple(item.get(name, ())) for name in LISTS}
    email = Email(**told)
    email.check()
    return email


def write_user(user: User, held: Mapping[str, Token], *, secrets: bool) -> JSON:
    """A user; the password and the tokens ``held`` are secrets."""
    return {
        "objectId": user.object_id,
        **compact(
            login=user.login,
            password=user.password if secrets else None,
            roles=sorted(user.roles),
            properties=copied(dict(user.properties)),
            tokens=[
                {"token": token, **compact(expiresAt=write_date(each.expires_at), byLogin=each.by_login)}
                for token, each in held.items()
                if secrets
            ],
        ),
    }


def read_user(item: Mapping[str, JSON], new_id: Callable[[str], str]) -> tuple[User, dict[str, Token]]:
    """A user and the tokens held. Raises ``ValueError`` for an instant."""
    user = User(
        item.get("objectId") or new_id("user"),
        item.get("login"),
        secret_text(item.get("password")),
        frozenset(item.get("roles", ())),
        item.get("properties", {}),
    )
    return user, {
        Secret(held["token"]): Token(user, read_date(held.get("expiresAt")), held.get("byLogin", False))
        for held in item.get("tokens", ())
    }


def write_permission(permission: Permission, *, allowed: bool) -> JSON:
    """A rule about who may publish or subscribe."""
    return {"allowed": allowed, **compact(**permission._asdict())}


def read_permission(item: Mapping[str, JSON]) -> Permission:
    """Whom it is about."""
    return Permission(**{name: value for name, value in item.items() if name != "allowed"})
