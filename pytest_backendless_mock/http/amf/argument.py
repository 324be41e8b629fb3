"""Arguments of remote calls -> what REST would say: path parameters and a body."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ...messaging.errors import InvalidParameter
from ...messaging.secret import conceal, is_secret
from ...service.call import JSON
from .envelope import RemoteCall

DEFAULT_CHANNEL = "default"
EVERY_DEVICE = 15
"""The broadcast that Java fills in when none is given."""
EVERY_DEVICE_ONCE = 7
"""The same in Java up to 3.x, which knew three systems."""


class Request(NamedTuple):
    """An operation's path parameters and body, as REST would have them."""

    params: dict[str, str]
    body: JSON = None

    @property
    def shown(self) -> dict[str, JSON]:
        """For the journal: what the method was given, options first, since reports cut what is long."""
        body = self.body if isinstance(self.body, dict) else {}
        options = {name: value for name, value in body.items() if name != "message"}
        return {**self.params, **options, **body}


def read_publish(call: RemoteCall, arguments: list[JSON]) -> Request:
    """``publish(channel, message, PublishOptions, DeliveryOptions)``."""
    channel, message, options, delivery_options = arguments
    return Request(
        _channel(channel),
        {"message": message, **_members(options, "options", PUBLISH), **_without_defaults(call, delivery_options)},
    )


def _without_defaults(call: RemoteCall, options: JSON) -> dict[str, JSON]:
    """The SDKs fill in ``BOTH`` or ``ALSO`` and every device by themselves, for any message: that says nothing.

    Java up to 3.x, which has no other URL than ``/v1/binary``, writes every device as 7; from .NET a 7 is meant.
    """
    filled_in_by_itself = (
        None,
        0,
        EVERY_DEVICE,
        *([EVERY_DEVICE_ONCE] if call.legacy and not call.from_dotnet else []),
    )
    given = _members(options, "deliveryOptions", DELIVERY)
    silent = (
        given.get("publishPolicy") in (None, "BOTH")
        and given.get("pushPolicy") in (None, "ALSO")
        and given.get("pushBroadcast") in filled_in_by_itself
        and not given.get("pushSinglecast")
        and not given.get("segmentQuery")
    )
    filled_in = ("publishPolicy", "pushPolicy", "pushBroadcast") if silent else ()
    return {name: value for name, value in given.items() if name not in filled_in}


def read_subscribe(_: RemoteCall, arguments: list[JSON]) -> Request:
    """``subscribeForPollingAccess(channel, SubscriptionOptions)``."""
    return Request(_channel(arguments[0]), _members(arguments[1], "options", SUBSCRIPTION))


def read_poll(_: RemoteCall, arguments: list[JSON]) -> Request:
    """``pollMessages(channel, subscriptionId)``."""
    return Request({**_channel(arguments[0]), "subscription": _text(arguments[1], "subscriptionId")})


def read_push(_: RemoteCall, arguments: list[JSON]) -> Request:
    """``pushWithTemplate(name, values)``."""
    values = arguments[1]
    return Request(
        {"template": _text(arguments[0], "templateName")}, {} if values is None else {"templateValues": values}
    )


def read_registration(_: RemoteCall, arguments: list[JSON]) -> Request:
    """``registerDevice(DeviceRegistrationDto)``."""
    device = arguments[0]
    return Request({}, None if device is None else _members(device, "deviceRegistration", REGISTRATION))


def read_unregister(_: RemoteCall, arguments: list[JSON]) -> Request:
    """``unregisterDevice(deviceId, channels)``."""
    return Request({"device": _text(arguments[0], "deviceId")}, {"channels": arguments[1]} if arguments[1] else {})


def read_token(_: RemoteCall, arguments: list[JSON]) -> Request:
    """``refreshDeviceToken(deviceId, token)``."""
    return Request({"device": _text(arguments[0], "deviceId"), "token": _text(arguments[1], "deviceToken")})


def read_email(_: RemoteCall, arguments: list[JSON]) -> Request:
    """``send(subject, BodyParts, recipients, attachments)``."""
    subject, parts, recipients, attachments = arguments
    texts = {name.lower(): text for name, text in _members(parts, "bodyparts", BODY_PARTS).items()}
    sent = {"to": _without_nulls(recipients), "attachment": _without_nulls(attachments)}
    return Request({}, {"subject": subject, "bodyparts": texts, **sent})


def read_email_template(_: RemoteCall, arguments: list[JSON]) -> Request:
    """``sendEmails(template, envelope, values, attachments)``."""
    template, envelope, values, attachments = arguments
    given = {ENVELOPE[name]: value for name, value in _members(envelope, "envelope", ENVELOPE).items()}
    return Request(
        {}, {"template-name": template, **given, "template-values": values, "attachment": _without_nulls(attachments)}
    )


def read_nothing(_: RemoteCall, __: list[JSON]) -> Request:
    """What the arguments say counts for nothing."""
    return Request({})


def read_login(_: RemoteCall, arguments: list[JSON]) -> Request:
    """``login(login, password)``."""
    return Request({}, {"login": arguments[0], "password": arguments[1]})


def reading(parameter: str, name: str) -> Callable[[RemoteCall, list[JSON]], Request]:
    """One argument that REST has in the path; ``name`` is what errors call it."""
    return lambda _, arguments: Request({parameter: _text(arguments[0], name)})


def _members(value: JSON, name: str, known: Iterable[str]) -> dict[str, JSON]:
    """Those members of an option class that are ``known`` and say something; Java's carry forty constants besides."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidParameter(name)
    return {key: _without_nulls(value[key]) for key in known if value.get(key) is not None}


def _without_nulls(value: JSON) -> JSON:
    """A null in an array is nothing given: Java's arrays have a length of their own."""
    return [item for item in value if item is not None] if isinstance(value, list) else value


def _channel(value: JSON) -> dict[str, str]:
    return {"channel": DEFAULT_CHANNEL if value is None else _text(value, "channelName")}


def _text(value: JSON, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidParameter(name, detail=f"{conceal(value, secret=is_secret(name))!r} is no text")
    return value


PUBLISH = ("publisherId", "headers", "subtopic", "templateValues")
DELIVERY = (
    *("publishAt", "repeatEvery", "repeatExpiresAt"),
    *("publishPolicy", "pushPolicy", "pushBroadcast", "pushSinglecast", "segmentQuery"),
)
SUBSCRIPTION = ("subscriberId", "selector", "subtopic")
REGISTRATION = ("deviceId", "deviceToken", "os", "osVersion", "channels", "expiration")
BODY_PARTS = ("textMessage", "htmlMessage")
ENVELOPE = {
    "to": "addresses",
    "cc": "cc-addresses",
    "bcc": "bcc-addresses",
    "addresses": "addresses",
    "ccAddresses": "cc-addresses",
    "bccAddresses": "bcc-addresses",
    "query": "criteria",
    "uniqueEmails": "uniqueEmails",
}
