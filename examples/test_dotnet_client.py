"""The .NET SDK's side of the wire, byte by byte: what an unmodified .NET (or Java) client gets from the mock."""

import http.client
from datetime import timedelta

import pytest

from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.http.amf.frame import Date, TypedObject

MESSAGING = "com.backendless.services.messaging.MessagingService"
PUBLISH_HELLO = bytes.fromhex(
    "00030000000100046e756c6c00046e756c6cffffffff110903010a81234f666c65782e6d6573736167696e672e6d657373616765732e52"
    "656d6f74696e674d657373616765136f7065726174696f6e1d6d657373616765526566547970650d736f757263651374696d657374616d70"
    "09626f64791574696d65546f4c6976651764657374696e6174696f6e136d657373616765496411636c69656e7449641b636f7272656c6174"
    "696f6e4964060f7075626c697368010667636f6d2e6261636b656e646c6573732e73657276696365732e6d6573736167696e672e4d657373"
    "6167696e6753657276696365050000000000000000090901060f64656661756c74060b68656c6c6f01010400062547656e65726963446573"
    "74696e6174696f6e010101"
)
"""Recorded: Backendless.Messaging.Publish("hello"), .NET 5.2."""


class Client:
    """One keep-alive connection, as .NET holds it."""

    def __init__(self, mock):
        server = mock.url.removeprefix("http://")
        host, _, self.path = server.partition("/")
        self.connection = http.client.HTTPConnection(host, timeout=5)

    def post(self, frame):
        size = 1 << (len(frame) - 1).bit_length()  # the whole buffer goes, zeros and all
        headers = {"Content-Type": "application/x-amf", "Expect": "100-continue"}
        self.connection.request("POST", f"/{self.path}/binary", frame.ljust(size, b"\0"), headers)
        response = self.connection.getresponse()
        assert response.status == 200
        return amf.decode(response.read()).value

    def invoke(self, operation, *arguments):
        """The result; a BackendlessException (here: RuntimeError) for a fault."""
        call = {"operation": operation, "source": MESSAGING, "body": [*arguments], "messageId": None}
        answer = self.post(amf.encode([TypedObject("flex.messaging.messages.RemotingMessage", call)], "null"))
        if answer.alias.endswith("ErrorMessage"):
            raise RuntimeError(answer.members["faultCode"], answer.members["faultString"])
        return answer.members["body"]


@pytest.fixture
def client(backendless_mock):
    client = Client(backendless_mock)
    yield client
    client.connection.close()


def options(**members):
    return TypedObject("com.backendless.services.messaging.DeliveryOptions", members)


def test_publish_as_recorded(backendless_mock, client):
    answer = client.post(PUBLISH_HELLO)

    status = answer.members["body"]
    assert status.alias == "com.backendless.messaging.MessageStatus"
    assert status.members["status"] == "SCHEDULED"
    backendless_mock.channel("default").assert_published("hello", times=1)


def test_an_order_comes_back_as_an_order(backendless_mock, client):
    shipped = Date(1_893_456_000_000.0)
    subscription = client.invoke("subscribeForPollingAccess", "orders", None)
    client.invoke("publish", "orders", TypedObject("Acme.Order", {"Number": 17, "Shipped": shipped}), None, None)

    (message,) = client.invoke("pollMessages", "orders", subscription)
    order = message.members["data"]
    assert order.alias == "Acme.Order"
    assert order.members == {"Number": 17, "Shipped": shipped}
    # Everybody who reads JSON, the test included, sees the same order like this:
    shown = {"Number": 17, "Shipped": 1_893_456_000_000, "___class": "Acme.Order"}
    backendless_mock.channel("orders").assert_published(shown, times=1)


@pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
def test_a_reminder_is_cancelled_in_time(backendless_mock, client):
    at = (backendless_mock.clock.now() + timedelta(hours=1)).timestamp() * 1000
    status = client.invoke("publish", "default", "stand-up", None, options(publishAt=Date(at), pushPolicy="ALSO"))

    assert client.invoke("cancel", status.members["messageId"]) is True
    backendless_mock.clock.advance(hours=2)
    backendless_mock.channel("default").assert_delivered("stand-up", times=0)


def test_a_date_of_yesterday_is_5030(client):
    with pytest.raises(RuntimeError, match="5030"):
        client.invoke("publish", "default", "late", None, options(publishAt=Date(1_000_000_000_000.0)))
