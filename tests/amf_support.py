"""What the tests of the remoting wire share: captured frames, and a client that speaks AMF without a socket."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from http_support import API_KEY, APP_ID, NOW, PREFIX, Wire
from werkzeug.test import Client

from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.http.amf.frame import Date, TypedObject

MINUTE = 60_000
"""In milliseconds."""
REGISTRATION = {"deviceId": "d1", "deviceToken": "t1", "os": "ANDROID", "osVersion": "14", "channels": ["a", "b"]}
ENVELOPE = "00030000000100046e756c6c00046e756c6cffffffff110903010a81"
REMOTING = "666c65782e6d6573736167696e672e6d657373616765732e52656d6f74696e674d657373616765"
SERVICE = "0667636f6d2e6261636b656e646c6573732e73657276696365732e6d6573736167696e672e4d6573736167696e6753657276696365"
DOTNET_PUBLISH = bytes.fromhex(
    f"{ENVELOPE}234f{REMOTING}"
    "136f7065726174696f6e1d6d657373616765526566547970650d736f757263651374696d657374616d7009626f64791574696d65546f4c697665"
    "1764657374696e6174696f6e136d657373616765496411636c69656e7449641b636f7272656c6174696f6e4964060f7075626c69736801"
    f"{SERVICE}050000000000000000090901060f64656661756c74060b68656c6c6f0101"
    "0400062547656e6572696344657374696e6174696f6e010101"
).ljust(512, b"\0")
"""``Backendless.Messaging.Publish("hello")`` of .NET 5.2, with the zeros of its buffer."""
JAVA_POLL = bytes.fromhex(
    f"{ENVELOPE}334f{REMOTING}"
    "1574696d65546f4c6976650f6865616465727311636c69656e7449641764657374696e6174696f6e136d65737361676549641b636f7272656c"
    "6174696f6e49640d736f7572636509626f6479136f7065726174696f6e1d6d657373616765526566547970651374696d657374616d70"
    "04000a2301216170706c69636174696f6e2d74797065176170692d76657273696f6e060f414e44524f49440607312e3001"
    "062547656e6572696344657374696e6174696f6e0101"
    f"{SERVICE}090501060f64656661756c74060b7375622d310619706f6c6c4d657373616765730104 00"
)
"""``pollMessages("default", "sub-1")`` of Java 6.3.1, complete."""
DOTNET_DELIVERY_OPTIONS = bytes.fromhex(
    "0a6365636f6d2e6261636b656e646c6573732e73657276696365732e6d6573736167696e672e44656c69766572794f7074696f6e73"
    "1b7075736842726f616463617374" + b"".join((b"\x1d", b"pushSinglecast")).hex() + "137075626c6973684174"
    "177265706561744576657279" + "1f726570656174457870697265734174" + "1570757368506f6c696379"
    "04000108014278bcfe5680000005404e00000000000008014278bcfee8fc00000609414c534f"
)
"""Of .NET: PublishAt 1700000000 s, RepeatEvery 60, RepeatExpiresAt 1700000600 s."""

MESSAGING = "com.backendless.services.messaging.MessagingService"
DEVICES = "com.backendless.services.messaging.DeviceRegistrationService"
EMAIL = "com.backendless.services.mail.CustomersEmailService"
EMAIL_TEMPLATE = "com.backendless.services.mail.EmailTemplateSender"
REAL_TIME = "com.backendless.rt.RTService"
STATUS = "com.backendless.messaging.MessageStatus"
LEGACY_STATUS = "com.backendless.services.messaging.MessageStatus"
COLLECTION = "flex.messaging.io.ArrayCollection"
NODE = TypedObject("com.acme.Node", {"name": "a"})
BINARY = f"{PREFIX}/binary"
JAVA = {"application-type": "ANDROID", "api-version": "1.0"}
OLD_JAVA = {"application-type": "ANDROID", "application-id": APP_ID, "secret-key": API_KEY}
NO_HEADERS = None


def mutate(data: bytes, chance: Random) -> bytes:
    """A few bytes changed, dropped or put in between."""
    mutant = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(mutant) - 8)
        change = chance.randrange(3)
        if change == 0:
            mutant[at] = chance.randrange(256)
        elif change == 1:
            del mutant[at : at + chance.randrange(8)]
        else:
            mutant[at:at] = chance.randbytes(chance.randrange(8))
    return bytes(mutant)


def options(alias: str, **members: Any) -> TypedObject:
    return TypedObject(f"com.backendless.services.messaging.{alias}", members)


def later(**more: Any) -> TypedObject:
    """The options of a message that goes out in a minute."""
    return options("DeliveryOptions", publishAt=Date(float(NOW + MINUTE)), **more)


def frame(source: str, operation: str, arguments: Any, headers: Any = JAVA) -> bytes:
    """A request as Java sends it; as .NET does, where there are no ``headers``."""
    members = {
        "operation": operation,
        "source": source,
        "body": arguments,
        "messageId": "m-1",
        "destination": "GenericDestination",
    }
    if headers is not NO_HEADERS:
        members["headers"] = headers
    return amf.encode([TypedObject("flex.messaging.messages.RemotingMessage", members)], "null")


class Fault(Exception):
    """A call was answered with an ErrorMessage."""

    def __init__(self, members: dict[str, Any]) -> None:
        super().__init__(members["faultCode"], members["faultString"])
        self.code = members["faultCode"]
        self.members = members


class Remote:
    """A client of one URL style, with or without headers."""

    def __init__(self, wire: Wire, *, legacy: bool = False, headers: Any = JAVA) -> None:
        self.wire = wire
        self.legacy = legacy
        self.headers = headers
        self.client = Client(wire.app)

    def send(self, data: bytes, path: str | None = None, **more: Any) -> TypedObject:
        path = path or ("/v1/binary" if self.legacy else BINARY)
        with self.client.open(path, method="POST", data=data, content_type="application/x-amf", **more) as response:
            assert response.status_code == 200
            assert response.headers["Content-Type"] == "application/x-amf"
            value = amf.decode(response.data).value
            assert isinstance(value, TypedObject)
            assert value.members["headers"] == {}
            return value

    def call(self, source: str, operation: str, *arguments: Any) -> Any:
        own = [APP_ID, "v1"] if self.legacy else []
        answer = self.send(frame(source, operation, [*own, *arguments], self.headers))
        if answer.alias == "flex.messaging.messages.ErrorMessage":
            raise Fault(answer.members)
        assert answer.alias == "flex.messaging.messages.AcknowledgeMessage"
        assert answer.members["correlationId"] == "m-1"
        return answer.members["body"]

    def messaging(self, operation: str, *arguments: Any) -> Any:
        return self.call(MESSAGING, operation, *arguments)

    def publish(self, message: Any, channel: str | None = "default", *more: Any) -> TypedObject:
        return self.messaging("publish", channel, message, *more)

    def data(self, channel: str = "default") -> list[Any]:
        """The payloads that a new subscription gets over AMF."""
        subscription = self.messaging("subscribeForPollingAccess", channel, None)
        return [message.members["data"] for message in self.messaging("pollMessages", channel, subscription)]


def same(one: Any, other: Any) -> bool:
    """Equal by structure: types, aliases, names and values; cycles are followed once."""
    return _same(one, other, {})


def _same(one: Any, other: Any, met: dict[int, int]) -> bool:
    assert type(one) is type(other)
    if not isinstance(one, list | dict | TypedObject):
        return repr(one) == repr(other)
    if id(one) in met:
        return met[id(one)] == id(other)
    met[id(one)] = id(other)
    if isinstance(one, TypedObject):
        return one.alias == other.alias and _same(one.members, other.members, met)
    if isinstance(one, dict):
        return set(one) == set(other) and all(_same(one[name], other[name], met) for name in one)
    return len(one) == len(other) and all(_same(a, b, met) for a, b in zip(one, other, strict=True))


def refused(call: Any, *arguments: Any) -> str:
    """The code of the fault that a call must be answered with."""
    with pytest.raises(Fault) as caught:
        call(*arguments)
    return str(caught.value.code)
