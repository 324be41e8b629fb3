"""What REST would say -> results of remote calls, as each SDK reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

from ...messaging.errors import CannotCancel
from ...messaging.message import Status
from ...service.application import Application
from ...service.call import JSON
from ...service.codec import write_templates
from .envelope import RemoteCall
from .originals import Originals
from .value import Date, TypedObject, Value

MESSAGE = "com.backendless.services.messaging.Message"
STATUS = "com.backendless.messaging.MessageStatus"
LEGACY_STATUS = "com.backendless.services.messaging.MessageStatus"
"""What clients of ``/v1/binary`` call a MessageStatus."""
DEVICE = "com.backendless.management.DeviceRegistrationDto"


class Context(NamedTuple):
    """What an answer depends on besides what the operation says."""

    call: RemoteCall
    originals: Originals
    cancelled_spelling: str
    application: Application


def write_status(context: Context, answer: JSON) -> Value:
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


def write_cancelled(context: Context, answer: JSON) -> Value:
    """Java wants the status, .NET whether it was cancelled."""
    return True if context.call.from_dotnet else write_status(context, answer)


def write_messages(context: Context, answer: JSON) -> Value:
    """The messages of a poll, each as it was published."""
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


def write_device(_: Context, answer: JSON) -> Value:
    """A registration, its expiration as a date."""
    device = answer[0]
    expiration = device["expiration"]
    return TypedObject(DEVICE, {**device, "expiration": None if expiration is None else Date(float(expiration))})


def write_unregistered(context: Context, answer: JSON) -> Value:
    """A boolean; Java, since it has the application in the path, counts where it names channels."""
    result: bool = answer["result"]
    counts = not (context.call.legacy or context.call.from_dotnet) and len(context.call.arguments) > 1
    return int(result) if counts else result


def write_registered(context: Context, answer: JSON) -> Value:
    """The plain id; on the new URL the JSON text that Android's registration parses, templates and all (P6)."""
    ids: str = answer["registrationId"]
    if context.call.legacy:
        return ids.partition("::")[0]
    with context.application.backend.peek() as (broker, _):
        templates = write_templates(broker.templates.for_platform(""))
    return json.dumps([ids, templates], separators=(",", ":"))


def write_as_it_is(_: Context, answer: JSON) -> Value:
    """Plain values and maps, as all SDKs take them."""
    return answer


def member(name: str) -> Callable[[Context, JSON], Value]:
    """One member of what REST answers."""
    return lambda _, answer: answer[name]
