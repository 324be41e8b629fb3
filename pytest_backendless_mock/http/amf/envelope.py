"""The messages around a remoting call: RemotingMessage in, AcknowledgeMessage or ErrorMessage out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ...messaging.errors import MissingApplicationId
from ...messaging.secret import Secret
from ...messaging.text import escaped
from ...runtime.ids import guid
from ..credentials import Credentials
from .value import AmfError, TypedObject, Value

REMOTING = "flex.messaging.messages.RemotingMessage"
ACKNOWLEDGE = "flex.messaging.messages.AcknowledgeMessage"
ERROR = "flex.messaging.messages.ErrorMessage"
NEVER_JAVA = (None, "REST", "WP")
"""Application types of a caller that has headers and is .NET all the same, logged in."""
LONGEST_NAME = 200
"""How much of a name that nobody knows is repeated."""


class RemoteCall(NamedTuple):
    """A RemotingMessage, and whether it came to ``/v1/binary``. ``headers`` is ``None`` where it has no such member."""

    source: str
    operation: str
    arguments: list[Value]
    headers: Mapping[str, Value] | None
    message_id: str | None
    legacy: bool

    @property
    def service(self) -> str:
        """The source without its package."""
        return self.source.rpartition(".")[2]

    @property
    def name(self) -> str:
        """``MessagingService.publish``."""
        return escaped(f"{self.service}.{self.operation}")[:LONGEST_NAME]

    @property
    def from_dotnet(self) -> bool:
        """Only .NET sends no member ``headers``; logged in, it has one that names no other application type."""
        if self.headers is None:
            return True
        return bool(self.headers) and self.headers.get("application-type") in NEVER_JAVA

    @property
    def token(self) -> str | None:
        """The user's token, where the message has one."""
        token = (self.headers or {}).get("user-token")
        return Secret(token) if isinstance(token, str) else None


def read_call(value: Value, *, legacy: bool) -> RemoteCall:
    """The call in a frame's value. Raises ``AmfError`` for what is no RemotingMessage."""
    message = value[0] if isinstance(value, list) and value else value
    if not (isinstance(message, TypedObject) and message.alias == REMOTING):
        raise AmfError(f"the frame holds no {REMOTING}")
    members = message.members
    source, operation = members.get("source"), members.get("operation")
    arguments, headers = _unwrapped(members.get("body")), members.get("headers")
    if not (isinstance(source, str) and isinstance(operation, str) and isinstance(arguments, list)):
        raise AmfError("source, operation or body of the RemotingMessage is missing")
    said = headers if isinstance(headers, dict) else {} if "headers" in members else None
    message_id = members.get("messageId")
    return RemoteCall(source, operation, arguments, said, message_id if isinstance(message_id, str) else None, legacy)


def credentials(call: RemoteCall) -> tuple[Credentials, RemoteCall]:
    """What a call to ``/v1/binary`` says about its application, and the call without that.

    .NET says no key there, so none is asked for. Raises ``MissingApplicationId``.
    """
    own = call.arguments[:2]
    if len(own) < 2 or not isinstance(own[0], str):  # noqa: PLR2004 - application id and version
        raise MissingApplicationId(detail="the first two arguments on /v1/binary are application id and version")
    key = (call.headers or {}).get("secret-key")
    rest = call._replace(arguments=call.arguments[2:])
    return Credentials(own[0], key if isinstance(key, str) else None), rest


def acknowledge(call: RemoteCall | None, result: Value, now: int) -> TypedObject:
    """The answer to a call; ``now`` in microseconds."""
    return TypedObject(ACKNOWLEDGE, {**_envelope(call, now), "body": result})


def fault(call: RemoteCall | None, code: int, text: str, now: int) -> TypedObject:
    """The answer instead of a result; ``now`` in microseconds. ``call`` is ``None`` where there was none to read."""
    said = {"faultCode": str(code), "faultString": text, "faultDetail": text}
    rest: dict[str, Value] = {"extendedData": {}, "rootCause": None, "code": None, "body": None}
    return TypedObject(ERROR, {**said, **rest, **_envelope(call, now)})


def _envelope(call: RemoteCall | None, now: int) -> dict[str, Value]:
    message_id = call.message_id if call else None
    return {
        "messageId": guid(f"answer to {message_id} at {now}"),
        "clientId": None,
        "correlationId": message_id,
        "destination": None,
        "headers": {},
        "timestamp": now / 1000,
        "timeToLive": 0,
    }


def _unwrapped(value: Value) -> Value:
    """The list in an ArrayCollection."""
    return value.members.get("source") if isinstance(value, TypedObject) else value
