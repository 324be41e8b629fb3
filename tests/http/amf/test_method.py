"""Remoting calls of .NET and Java: each method by URL style and client, beside REST on the same state."""

from __future__ import annotations

import pytest
from amf_support import (
    COLLECTION,
    DEVICES,
    DOTNET_DELIVERY_OPTIONS,
    EMAIL,
    EMAIL_TEMPLATE,
    LEGACY_STATUS,
    MINUTE,
    NO_HEADERS,
    NODE,
    OLD_JAVA,
    REAL_TIME,
    REGISTRATION,
    STATUS,
    Remote,
    later,
    options,
    refused,
    same,
)
from http_support import APP_ID, NOW, Wire
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.http.amf.frame import Date, TypedObject
from pytest_backendless_mock.messaging.device import Devices
from pytest_backendless_mock.messaging.template import Template


class TestEveryClient:
    def test_publishes_and_polls(self, remote):
        status = remote.publish("hello", "news", options("PublishOptions", publisherId="p", headers={"n": "1"}))

        assert status.alias == (LEGACY_STATUS if remote.legacy else STATUS)
        assert status.members == {
            "messageId": status.members["messageId"],
            "status": "SCHEDULED",
            "errorMessage": None,
        }
        subscription = remote.messaging("subscribeForPollingAccess", "news", None)
        (message,) = remote.messaging("pollMessages", "news", subscription)
        assert message.alias == "com.backendless.services.messaging.Message"
        assert message.members == {
            "messageId": status.members["messageId"],
            "data": "hello",
            "headers": {"n": "1", "BL_APPLICATION_ID": APP_ID},
            "publisherId": "p",
            "timestamp": float(NOW),
        }
        assert remote.messaging("pollMessages", "news", subscription) == []
        assert remote.wire.problems == []
        assert remote.wire.hints == []

    def test_asks_for_the_status(self, remote):
        sent = remote.publish("hello").members["messageId"]

        status = remote.messaging("getMessageStatus", sent)

        assert status.alias == (LEGACY_STATUS if remote.legacy else STATUS)
        assert (status.members["status"], status.members["messageId"]) == ("PUBLISHED", sent)

    def test_cancels(self, remote):
        sent = remote.publish("hello", "default", None, later()).members["messageId"]

        cancelled = remote.messaging("cancel", sent)

        if remote.headers is NO_HEADERS:
            assert cancelled is True
        else:
            assert cancelled.alias == (LEGACY_STATUS if remote.legacy else STATUS)
            assert cancelled.members == {"messageId": sent, "status": "CANCELLED", "errorMessage": None}
        assert remote.messaging("getMessageStatus", sent).members["status"] == "CANCELLED"
        assert refused(remote.messaging, "cancel", sent) == "5040"

    def test_asks_for_an_unknown_message(self, remote):
        if remote.headers is NO_HEADERS:
            assert refused(remote.messaging, "getMessageStatus", "message:NONE") == "5040"
        else:
            assert remote.messaging("getMessageStatus", "message:NONE").members["status"] == "UNKNOWN"

    def test_subscribes_with_options(self, remote):
        chosen = TypedObject(
            "com.backendless.messaging.SubscriptionOptions",
            {"subscriberId": "s", "selector": "n > 1", "subtopic": "a.*"},
        )
        subscription = remote.messaging("subscribeForPollingAccess", "default", chosen)
        for number in (1, 2):
            remote.publish(number, "default", options("PublishOptions", headers={"n": number}, subtopic="a.b"))

        assert [m.members["data"] for m in remote.messaging("pollMessages", "default", subscription)] == [2]

    def test_registers_a_device(self, remote):
        expires = Date(float(NOW + MINUTE))
        dto = TypedObject(
            "com.backendless.management.DeviceRegistrationDto", {**REGISTRATION, "expiration": expires, "id": None}
        )
        registration = remote.call(DEVICES, "registerDevice", dto)

        assert remote.call(DEVICES, "refreshDeviceToken", "d1", "t2") is True
        known = remote.call(DEVICES, "getDeviceRegistrationByDeviceId", "d1")
        assert known.alias == "com.backendless.management.DeviceRegistrationDto"
        assert known.members["id"] in registration
        assert known.members == {
            **REGISTRATION,
            "deviceToken": "t2",
            "expiration": expires,
            "id": known.members["id"],
        }
        gone = remote.call(DEVICES, "unregisterDevice", "d1", None)
        assert gone == 1
        assert isinstance(gone, bool) == (remote.legacy or remote.headers is NO_HEADERS)
        assert refused(remote.call, DEVICES, "getDeviceRegistrationByDeviceId", "d1") == "5000"
        assert refused(remote.call, DEVICES, "unregisterDevice", "d1") == "5001"
        assert refused(remote.call, DEVICES, "refreshDeviceToken", "d1", "t3") == "5000"

    def test_unregisters_a_device_from_some_channels(self, remote):
        remote.call(DEVICES, "registerDevice", REGISTRATION)

        assert remote.call(DEVICES, "unregisterDevice", "d1", ["a"])
        device = remote.call(DEVICES, "getDeviceRegistrationByDeviceId", "d1")
        assert (device.members["channels"], device.members["expiration"]) == (["b"], None)
        assert refused(remote.call, DEVICES, "unregisterDevice", "d1", "b") == "8008"
        assert refused(remote.call, DEVICES, "unregisterDevice", "d1", [5]) == "8008"
        assert refused(remote.call, DEVICES, "unregisterDevice", "d2", ["b"]) == "5001"
        assert remote.call(DEVICES, "unregisterDevice", "d1", TypedObject(COLLECTION, {"source": ["b"]}))
        assert refused(remote.call, DEVICES, "getDeviceRegistrationByDeviceId", "d1") == "5000"

    def test_sends_email(self, remote):
        parts = TypedObject("com.backendless.messaging.BodyParts", {"textMessage": "hi", "htmlMessage": None})
        status = remote.call(EMAIL, "send", "subject", parts, ["a@example.com"], [])

        assert status.alias == (LEGACY_STATUS if remote.legacy else STATUS)
        assert status.members["status"] == "SCHEDULED"
        assert refused(remote.call, EMAIL, "send", "subject", parts, [], None) == "5048"

    def test_sends_an_email_template(self, remote):
        with remote.wire.application.backend.session() as (broker, _):
            broker.templates.add_email("welcome")
        envelope = TypedObject("EnvelopeWithRecipients", {"addresses": ["a@example.com"], "ccAddresses": ["b@x.org"]})

        status = remote.call(EMAIL_TEMPLATE, "sendEmails", "welcome", envelope, {"name": "Ann"}, None)

        assert status.members["status"] == "SCHEDULED"
        assert refused(remote.call, EMAIL_TEMPLATE, "sendEmails", "none", envelope, None, None) == "24002"

    def test_looks_up_real_time(self, remote):
        assert remote.call(REAL_TIME, "lookup") == "http://localhost"


class TestPushes:
    def test_a_template(self, wire, java):
        with wire.application.backend.session() as (broker, _):
            broker.templates.add(Template("t", "hi {name}", channel="default"))
        java.call(DEVICES, "registerDevice", {"deviceId": "d1", "deviceToken": "t1", "os": "IOS"})

        assert java.messaging("pushWithTemplate", "t", {"name": "Ann"}).members["status"] == "SCHEDULED"
        assert java.messaging("pushWithTemplate", "t", {"name": "Ben"}).alias == STATUS
        assert refused(java.messaging, "pushWithTemplate", "none", None) == "24002"

    @pytest.mark.parametrize(
        "given",
        [{"pushPolicy": "ALSO", "pushBroadcast": 0}, {"publishPolicy": "BOTH", "pushBroadcast": 15}, {}],
        ids=["dotnet", "java", "nothing"],
    )
    def test_what_sdks_fill_in_is_no_push(self, wire, java, given):
        java.publish({"an": "object"}, "default", None, options("DeliveryOptions", **given))

        assert java.data() == [{"an": "object"}]
        assert wire.hints == []

    @pytest.mark.parametrize(
        "given",
        [{"publishPolicy": "PUSH", "pushBroadcast": 15}, {"pushBroadcast": 1}, {"pushSinglecast": ["d1"]}],
        ids=repr,
    )
    def test_what_somebody_chose_is_one(self, java, given):
        assert refused(java.publish, {"an": "object"}, "default", None, options("DeliveryOptions", **given)) == "5041"


class TestTime:
    def test_dates_and_periods(self, wire, dotnet):
        when = amf.decode(b"\0\3\0\0\0\1\0\0\0\0\xff\xff\xff\xff\x11" + DOTNET_DELIVERY_OPTIONS).value
        assert refused(dotnet.publish, "late", "default", None, when) == "5030"
        when.members["publishAt"] = Date(float(NOW + MINUTE))
        when.members["repeatExpiresAt"] = Date(float(NOW))
        assert refused(dotnet.publish, "late", "default", None, when) == "5003"
        when.members["repeatExpiresAt"] = Date(float(NOW + 3 * MINUTE))
        sent = dotnet.publish("often", "default", None, when).members

        assert sent["status"] == "SCHEDULED"
        wire.time.milliseconds += MINUTE
        assert dotnet.data() == ["often"]
        assert dotnet.messaging("cancel", sent["messageId"]) is True

    def test_an_immediate_status_of_old(self):
        wire = Wire(immediate_status="published", cancelled_spelling="canceled")
        java = Remote(wire, legacy=True, headers=OLD_JAVA)

        assert java.publish("x").members["status"] == "PUBLISHED"
        sent = java.publish("x", "default", None, later()).members["messageId"]
        assert java.messaging("cancel", sent).members["status"] == "CANCELLED"


VALUES = {
    "text": ("x", "x"),
    "number": (5, 5),
    "double": (1.5, 1.5),
    "large": (float(2**40), 2**40),
    "nan": (float("nan"), "NaN"),
    "infinite": ([float("inf"), float("-inf")], ["Infinity", "-Infinity"]),
    "boolean": (True, True),
    "date": (Date(1.7e12), 1_700_000_000_000),
    "no date": ([Date(float("nan"))], ["NaN"]),
    "fraction": (Date(0.5), 0.5),
    "bytes": (b"abc", "YWJj"),
    "map": ({"a": None, "": 1}, {"a": None, "": 1}),
    "object": (NODE, {"name": "a", "___class": "com.acme.Node"}),
    "objects": ([NODE, NODE], [{"name": "a", "___class": "com.acme.Node"}] * 2),
    "collection": (TypedObject(COLLECTION, {"source": [1]}), [1]),
}


class TestValues:
    @pytest.mark.parametrize(("value", "shown"), VALUES.values(), ids=VALUES)
    def test_come_back_equal_and_are_read_over_rest(self, wire, java, value, shown):
        java.publish(value)

        (received,) = java.data()
        assert same(received, value)
        assert wire.data() == [shown]

    def test_null_is_refused_as_over_rest(self, java):
        assert refused(java.publish, None) == "8006"

    def test_a_cycle_is_null_over_rest_with_a_hint(self, wire, java):
        node = TypedObject("Node", {"value": 1})
        node.members["next"] = node
        sent = java.publish(node).members["messageId"]

        assert same(java.data()[0], node)
        assert wire.hints == []
        assert wire.data() == [{"value": 1, "next": None, "___class": "Node"}]
        (hint,) = wire.hints
        assert f"{sent} holds itself" in hint

    def test_of_several_messages_the_hint_is_about_the_cycle_only(self, wire, java):
        node = TypedObject("Node", {})
        node.members["next"] = node
        java.publish(node)
        wire.published({"message": "plain"})
        assert wire.data() == [{"next": None, "___class": "Node"}, "plain"]
        assert len(wire.hints) == 1

    def test_a_repeated_original_comes_back_each_time(self, wire, java):
        java.publish(NODE, "default", None, options("DeliveryOptions", repeatEvery=10))
        wire.time.milliseconds += 10_000

        assert all(same(received, NODE) for received in java.data())
        assert len(wire.data()) == 2

    def test_references_that_grow_are_refused(self, java, wire):
        grown = ["x" * 1000]
        for _ in range(60):
            grown = [grown, grown]
        assert refused(java.publish, grown) == "8002"
        assert refused(java.publish, [["y" * 10_000_000], "y" * 10_000_000]) == "8002"
        assert wire.stored.messages == 0

    @settings(deadline=None)  # each example makes an application of its own
    @given(
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(2**53), 2**53)
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
            max_leaves=20,
        ).filter(lambda value: value is not None)
    )
    def test_rest_to_amf_to_rest(self, value):
        wire = Wire()
        java = Remote(wire)
        wire.published({"message": value}, "there")
        (received,) = java.data("there")
        java.publish(received, "back")

        assert received == value
        assert wire.data("back") == [value]


def test_a_device_leaves_channels():
    assert Devices().leave("none", ["a"], 0) is False
