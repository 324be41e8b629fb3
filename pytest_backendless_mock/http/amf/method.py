"""Remoting calls <-> operations: the methods of the services that the .NET and Java SDKs call, and their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ...messaging.errors import CannotCancel, InvalidParameter, UnknownDeviceToCancel
from ...messaging.message import Status
from ...service.call import JSON, Call
from ...service.operation import OPERATIONS, Operation
from ...service.spelling import nearest
from ..dialect import UnknownRoute
from .envelope import RemoteCall
from .originals import Originals
from .to_json import Converted, to_json
from .value import Date, TypedObject, Value

MESSAGE = "com.backendless.services.messaging.Message"
STATUS = "com.backendless.messaging.MessageStatus"
LEGACY_STATUS = "com.backendless.services.messaging.MessageStatus"
"""What clients of ``/v1/binary`` call a MessageStatus."""
DEVICE = "com.backendless.management.DeviceRegistrationDto"
DEFAULT_CHANNEL = "default"
MOST_ARGUMENTS = 4
"""How many arguments any method has."""
EVERY_DEVICE = 15
"""The broadcast that Java fills in when none is given."""


class Context(NamedTuple):
    """What an answer depends on besides what the operation says."""

    call: RemoteCall
    originals: Originals
    cancelled_spelling: str
    url: str
    """Where the server is, as RTService tells."""


class Request(NamedTuple):
    """An operation's path parameters and body, as REST would have them."""

    params: dict[str, str]
    body: JSON = None

    @property
    def shown(self) -> dict[str, JSON]:
        """For the journal: what the method was given."""
        return {**self.params, **(self.body if isinstance(self.body, dict) else {})}


class Method(NamedTuple):
    """A row of the table: what it does, and both translations."""

    operation: Operation
    read: Callable[[list[JSON]], Request]
    write: Callable[[Context, JSON], Value]


def find(call: RemoteCall) -> Method:
    """The row for a call. Raises ``UnknownRoute``."""
    method = METHODS.get((call.source, call.operation))
    if method is None:
        raise UnknownRoute(call.name)
    return method


def read_arguments(method: Method, call: RemoteCall) -> tuple[Request, list[Converted]]:
    """A call's path parameters and body as REST would have them, and the arguments as JSON.

    Raises ``AmfError``, and ``InvalidParameter`` for what is no text.
    """
    arguments = [*call.arguments, *[None] * MOST_ARGUMENTS][:MOST_ARGUMENTS]
    converted = [to_json(argument) for argument in arguments]
    return method.read([each.json for each in converted]), converted


def nearest_method(call: RemoteCall) -> str:
    """What an unknown call may have meant, for people."""
    known = {f"{source.rpartition('.')[2]}.{operation}": source for source, operation in METHODS}
    if call.name in known:
        return f"{call.name} is one of {known[call.name]}"
    near = nearest(call.name, known)
    return f"the nearest it has is {near}" if near else f"it has {', '.join(known)}"


# From arguments to what REST would say.


def _read_publish(arguments: list[JSON]) -> Request:
    channel, message, options, delivery_options = arguments
    return Request(
        _channel(channel),
        {"message": message, **_members(options, "options", PUBLISH), **_without_defaults(delivery_options)},
    )


def _without_defaults(options: JSON) -> dict[str, JSON]:
    """The SDKs fill in ``BOTH`` or ``ALSO`` and every device by themselves, for any message: that says nothing."""
    given = _members(options, "deliveryOptions", DELIVERY)
    silent = (
        given.get("publishPolicy") in (None, "BOTH")
        and given.get("pushPolicy") in (None, "ALSO")
        and given.get("pushBroadcast") in (None, 0, EVERY_DEVICE)
        and not given.get("pushSinglecast")
        and not given.get("segmentQuery")
    )
    filled_in = ("publishPolicy", "pushPolicy", "pushBroadcast") if silent else ()
    return {name: value for name, value in given.items() if name not in filled_in}


def _read_subscribe(arguments: list[JSON]) -> Request:
    return Request(_channel(arguments[0]), _members(arguments[1], "options", SUBSCRIPTION))


def _read_poll(arguments: list[JSON]) -> Request:
    return Request({**_channel(arguments[0]), "subscription": _text(arguments[1], "subscriptionId")})


def _read_push(arguments: list[JSON]) -> Request:
    values = arguments[1]
    return Request(
        {"template": _text(arguments[0], "templateName")}, {} if values is None else {"templateValues": values}
    )


def _read_registration(arguments: list[JSON]) -> Request:
    device = arguments[0]
    return Request({}, None if device is None else _members(device, "deviceRegistration", REGISTRATION))


def _read_unregister(arguments: list[JSON]) -> Request:
    return Request({"device": _text(arguments[0], "deviceId")}, {"channels": arguments[1]} if arguments[1] else {})


def _read_token(arguments: list[JSON]) -> Request:
    return Request({"device": _text(arguments[0], "deviceId"), "token": _text(arguments[1], "deviceToken")})


def _read_email(arguments: list[JSON]) -> Request:
    subject, parts, recipients, attachments = arguments
    texts = {name.lower(): text for name, text in _members(parts, "bodyparts", BODY_PARTS).items()}
    return Request({}, {"subject": subject, "bodyparts": texts, "to": recipients, "attachment": attachments})


def _read_email_template(arguments: list[JSON]) -> Request:
    template, envelope, values, attachments = arguments
    given = {ENVELOPE[name]: value for name, value in _members(envelope, "envelope", ENVELOPE).items()}
    return Request({}, {"template-name": template, **given, "template-values": values, "attachment": attachments})


def _reading(parameter: str, name: str) -> Callable[[list[JSON]], Request]:
    """One argument that REST has in the path; ``name`` is what errors call it."""
    return lambda arguments: Request({parameter: _text(arguments[0], name)})


def _members(value: JSON, name: str, known: Iterable[str]) -> dict[str, JSON]:
    """Those members of an option class that are ``known`` and say something; Java's carry forty constants besides."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidParameter(name)
    return {key: value[key] for key in known if value.get(key) is not None}


def _channel(value: JSON) -> dict[str, str]:
    return {"channel": DEFAULT_CHANNEL if value is None else _text(value, "channelName")}


def _text(value: JSON, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidParameter(name, detail=f"{value!r} is no text")
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
    "addresses": "addresses",
    "ccAddresses": "cc-addresses",
    "bccAddresses": "bcc-addresses",
    "query": "criteria",
    "uniqueEmails": "uniqueEmails",
}


# From what REST would say to results.


def _write_status(context: Context, answer: JSON) -> Value:
    """Upper-case names only. .NET cannot read UNKNOWN. Raises ``CannotCancel`` there."""
    status = answer["status"]
    if status == Status.UNKNOWN.value and context.call.from_dotnet:
        raise CannotCancel(detail=f"no message has the id {answer['messageId']!r}")
    cancelled = status == context.cancelled_spelling
    return TypedObject(
        LEGACY_STATUS if context.call.legacy else STATUS,
        {
            "messageId": answer["messageId"],
            "status": Status.CANCELLED.name if cancelled else status.upper(),
            "errorMessage": answer["errorMessage"],
        },
    )


def _write_cancelled(context: Context, answer: JSON) -> Value:
    return True if context.call.from_dotnet else _write_status(context, answer)


def _write_messages(context: Context, answer: JSON) -> Value:
    return [
        TypedObject(
            MESSAGE,
            {
                "messageId": message["messageId"],
                "data": context.originals.find(message["messageId"], message["data"]),
                "headers": message["headers"],
                "publisherId": message["publisherId"],
                "timestamp": message["publishedAt"],
            },
        )
        for message in answer["messages"]
    ]


def _write_device(_: Context, answer: JSON) -> Value:
    device = answer[0]
    expiration = device["expiration"]
    return TypedObject(DEVICE, {**device, "expiration": None if expiration is None else Date(float(expiration))})


def _write_unregistered(context: Context, answer: JSON) -> Value:
    """A boolean; Java counts since it has the application in the path."""
    result: bool = answer["result"]
    return result if context.call.legacy or context.call.from_dotnet else int(result)


def _member(name: str) -> Callable[[Context, JSON], Value]:
    return lambda _, answer: answer[name]


# What REST does not have.


def _unregister(call: Call) -> JSON:
    """Channels may be given, which REST has not: then the device leaves these only."""
    channels = call.body.get("channels")
    device_id = call.params["device"]
    if not channels:
        return OPERATIONS["unregister"].do(call)
    if not isinstance(channels, list) or not all(isinstance(name, str) for name in channels):
        raise InvalidParameter("channels")
    if not call.broker.devices.leave(device_id, channels, call.now):
        raise UnknownDeviceToCancel(detail=f"no device {device_id!r} is registered")
    return {"result": True}


def _refresh_token(call: Call) -> JSON:
    device = call.broker.devices.find(call.params["device"], call.now)
    call.broker.register(replace(device, token=call.params["token"]), call.now)
    return {"result": True}


_MESSAGING = "com.backendless.services.messaging.MessagingService"
_DEVICES = "com.backendless.services.messaging.DeviceRegistrationService"
_EMAIL = "com.backendless.services.mail.CustomersEmailService"
_EMAIL_TEMPLATE = "com.backendless.services.mail.EmailTemplateSender"
_REAL_TIME = "com.backendless.rt.RTService"


def _as_in_rest(name: str, read: Callable[[list[JSON]], Request], write: Callable[[Context, JSON], Any]) -> Method:
    return Method(OPERATIONS[name], read, write)


METHODS: Mapping[tuple[str, str], Method] = {
    (_MESSAGING, "publish"): _as_in_rest("publish", _read_publish, _write_status),
    (_MESSAGING, "getMessageStatus"): _as_in_rest("status", _reading("message", "messageId"), _write_status),
    (_MESSAGING, "cancel"): _as_in_rest("cancel", _reading("message", "messageId"), _write_cancelled),
    (_MESSAGING, "subscribeForPollingAccess"): _as_in_rest("subscribe", _read_subscribe, _member("subscriptionId")),
    (_MESSAGING, "pollMessages"): _as_in_rest("retrieve", _read_poll, _write_messages),
    (_MESSAGING, "pushWithTemplate"): _as_in_rest("push_template", _read_push, _write_status),
    (_DEVICES, "registerDevice"): _as_in_rest("register", _read_registration, _member("registrationId")),
    (_DEVICES, "unregisterDevice"): Method(Operation("unregister", _unregister), _read_unregister, _write_unregistered),
    (_DEVICES, "getDeviceRegistrationByDeviceId"): _as_in_rest(
        "registrations", _reading("device", "deviceId"), _write_device
    ),
    (_DEVICES, "refreshDeviceToken"): Method(
        Operation("refresh_token", _refresh_token), _read_token, _member("result")
    ),
    (_EMAIL, "send"): _as_in_rest("email", _read_email, _write_status),
    (_EMAIL_TEMPLATE, "sendEmails"): _as_in_rest("email_template", _read_email_template, _write_status),
    (_REAL_TIME, "lookup"): Method(
        Operation("lookup", lambda _: None, checks_token=False), lambda _: Request({}), lambda context, _: context.url
    ),
}
"""Every method by service and name."""
