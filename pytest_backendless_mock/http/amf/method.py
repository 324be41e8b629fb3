"""The methods of the services that the .NET and Java SDKs call: which operation each is, and both translations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from ...messaging.errors import InvalidParameter, UnknownDeviceToCancel
from ...service.call import JSON, Call
from ...service.operation import OPERATIONS, Operation
from ...service.remedy import PLACE
from ...service.spelling import nearest
from ..dialect import UnknownRoute
from .argument import (
    Request,
    read_email,
    read_email_template,
    read_login,
    read_nothing,
    read_poll,
    read_publish,
    read_push,
    read_registration,
    read_subscribe,
    read_token,
    read_unregister,
    reading,
)
from .envelope import RemoteCall
from .result import (
    Context,
    member,
    write_as_it_is,
    write_cancelled,
    write_device,
    write_messages,
    write_registered,
    write_status,
    write_unregistered,
)
from .to_json import Converted, to_json
from .value import Value

MOST_ARGUMENTS = 4
"""How many arguments any method has."""
Reader = Callable[[RemoteCall, list[JSON]], Request]
Writer = Callable[[Context, JSON], Value]


class Method(NamedTuple):
    """A row of the table: what it does, and both translations."""

    operation: Operation
    read: Reader
    write: Writer


def find(call: RemoteCall) -> Method:
    """The row for a call. Raises ``UnknownRoute``."""
    method = METHODS.get((call.source, call.operation)) or METHODS.get((call.service, call.operation))
    if method is None:
        raise UnknownRoute(call.name)
    return method


def read_arguments(method: Method, call: RemoteCall) -> tuple[Request, list[Converted]]:
    """A call's path parameters and body as REST would have them, and the arguments as JSON.

    Raises ``AmfError``, and ``InvalidParameter`` for what is no text.
    """
    arguments = [*call.arguments, *[None] * MOST_ARGUMENTS][:MOST_ARGUMENTS]
    converted = [to_json(argument) for argument in arguments]
    return method.read(call, [each.json for each in converted]), converted


def knows(call: RemoteCall) -> bool:
    """Whether there is such a method, though in another package than the call says."""
    return call.name in remote_methods()


def remote_methods() -> dict[str, str]:
    """The methods by name, without their services' packages, and the service of each in full."""
    return {f"{source.rpartition('.')[2]}.{operation}": source for source, operation in METHODS}


def nearest_method(call: RemoteCall) -> str:
    """What an unknown call may have meant, for people."""
    known = remote_methods()
    if knows(call):
        return f"{call.name} is one of {known[call.name]}"
    near = nearest(call.name, known)
    has = f"the nearest it has is {near}" if near else f"it has {', '.join(known)}"
    return f"{has}; {PLACE} answers it"


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
_USERS = "com.backendless.services.users.UserService"
LOG_SERVICE = "LogService"
"""Its package differs between the SDKs."""


def _as_in_rest(name: str, read: Reader, write: Writer) -> Method:
    return Method(OPERATIONS[name], read, write)


METHODS: Mapping[tuple[str, str], Method] = {
    (_MESSAGING, "publish"): _as_in_rest("publish", read_publish, write_status),
    (_MESSAGING, "getMessageStatus"): _as_in_rest("status", reading("message", "messageId"), write_status),
    (_MESSAGING, "cancel"): _as_in_rest("cancel", reading("message", "messageId"), write_cancelled),
    (_MESSAGING, "subscribeForPollingAccess"): _as_in_rest("subscribe", read_subscribe, member("subscriptionId")),
    (_MESSAGING, "pollMessages"): _as_in_rest("retrieve", read_poll, write_messages),
    (_MESSAGING, "pushWithTemplate"): _as_in_rest("push_template", read_push, write_status),
    (_DEVICES, "registerDevice"): _as_in_rest("register", read_registration, write_registered),
    (_DEVICES, "unregisterDevice"): Method(Operation("unregister", _unregister), read_unregister, write_unregistered),
    (_DEVICES, "getDeviceRegistrationByDeviceId"): _as_in_rest(
        "registrations", reading("device", "deviceId"), write_device
    ),
    (_DEVICES, "refreshDeviceToken"): Method(Operation("refresh_token", _refresh_token), read_token, member("result")),
    (_EMAIL, "send"): _as_in_rest("email", read_email, write_status),
    (_EMAIL_TEMPLATE, "sendEmails"): _as_in_rest("email_template", read_email_template, write_status),
    (_USERS, "login"): _as_in_rest("login", read_login, write_as_it_is),
    (_USERS, "logout"): _as_in_rest("logout", read_nothing, write_as_it_is),
    (_USERS, "isValidUserToken"): _as_in_rest("is_valid_token", reading("token", "userToken"), write_as_it_is),
    (_USERS, "getUserRoles"): _as_in_rest("user_roles", read_nothing, write_as_it_is),
    (LOG_SERVICE, "log"): _as_in_rest("log", read_nothing, lambda _, __: None),
    (LOG_SERVICE, "batchLog"): _as_in_rest("log", read_nothing, lambda _, __: None),
    (_REAL_TIME, "lookup"): _as_in_rest("lookup", read_nothing, write_as_it_is),
}
"""Every method by service and name."""
