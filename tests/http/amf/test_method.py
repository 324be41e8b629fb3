"""Remoting calls of .NET and Java: each method by URL style and client, beside REST on the same state."""

from __future__ import annotations

import random

import pytest
from amf_support import (
    BINARY,
    DEVICES,
    DOTNET_DELIVERY_OPTIONS,
    DOTNET_PUBLISH,
    EMAIL,
    EMAIL_TEMPLATE,
    JAVA,
    JAVA_POLL,
    MESSAGING,
    NO_HEADERS,
    OLD_JAVA,
    REAL_TIME,
    Fault,
    Remote,
    frame,
    mutate,
    options,
    same,
)
from http_support import APP_ID, LONGEST_BODY, NOW, PREFIX, Wire
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.diagnosis.report import summary
from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.http.amf.frame import AmfError, Date, TypedObject
from pytest_backendless_mock.http.amf.to_json import Projection
from pytest_backendless_mock.messaging.access import Permission, User
from pytest_backendless_mock.messaging.device import Devices
from pytest_backendless_mock.messaging.template import Template
from pytest_backendless_mock.service import operation

SHORT = "com.backendless.messaging.MessageStatus"
LONG = "com.backendless.services.messaging.MessageStatus"
MINUTE = 60_000
REGISTRATION = {"deviceId": "d1", "deviceToken": "t1", "os": "ANDROID", "osVersion": "14", "channels": ["a", "b"]}


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def java(wire):
    return Remote(wire)


@pytest.fixture
def dotnet(wire):
    return Remote(wire, headers=NO_HEADERS)


@pytest.fixture(
    params=[(False, JAVA), (False, NO_HEADERS), (True, OLD_JAVA), (True, NO_HEADERS)],
    ids=["java", "dotnet", "java-2014", "dotnet-v1"],
)
def remote(wire, request):
    legacy, headers = request.param
    return Remote(wire, legacy=legacy, headers=headers)


def later(**more):
    return options("DeliveryOptions", publishAt=Date(float(NOW + MINUTE)), **more)


def refused(call, *arguments):
    with pytest.raises(Fault) as caught:
        call(*arguments)
    return caught.value.code


class TestEveryClient:
    def test_publishes_and_polls(self, remote):
        status = remote.publish("hello", "news", options("PublishOptions", publisherId="p", headers={"n": "1"}))

        assert status.alias == (LONG if remote.legacy else SHORT)
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

        assert status.alias == (LONG if remote.legacy else SHORT)
        assert (status.members["status"], status.members["messageId"]) == ("PUBLISHED", sent)

    def test_cancels(self, remote):
        sent = remote.publish("hello", "default", None, later()).members["messageId"]

        cancelled = remote.messaging("cancel", sent)

        if remote.headers is NO_HEADERS:
            assert cancelled is True
        else:
            assert cancelled.alias == (LONG if remote.legacy else SHORT)
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
        assert known.members == {**REGISTRATION, "deviceToken": "t2", "expiration": expires, "id": registration}
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

        assert status.alias == (LONG if remote.legacy else SHORT)
        assert status.members["status"] == "SCHEDULED"
        assert refused(remote.call, EMAIL, "send", "subject", parts, [], None) == "5048"

    def test_sends_an_email_template(self, remote):
        with remote.wire.tenant.backend.session() as (broker, _):
            broker.email_templates.add("welcome")
        envelope = TypedObject("EnvelopeWithRecipients", {"addresses": ["a@example.com"], "ccAddresses": ["b@x.org"]})

        status = remote.call(EMAIL_TEMPLATE, "sendEmails", "welcome", envelope, {"name": "Ann"}, None)

        assert status.members["status"] == "SCHEDULED"
        assert refused(remote.call, EMAIL_TEMPLATE, "sendEmails", "none", envelope, None, None) == "24002"

    def test_looks_up_real_time(self, remote):
        assert remote.call(REAL_TIME, "lookup") == "http://localhost"


COLLECTION = "flex.messaging.io.ArrayCollection"


class TestPushes:
    def test_a_template(self, wire, java):
        with wire.tenant.backend.session() as (broker, _):
            broker.templates["t"] = Template("t", "hi {name}", channel="default")
        java.call(DEVICES, "registerDevice", {"deviceId": "d1", "deviceToken": "t1", "os": "IOS"})

        assert java.messaging("pushWithTemplate", "t", {"name": "Ann"}).members["status"] == "SCHEDULED"
        assert java.messaging("pushWithTemplate", "t", {"name": "Ben"}).alias == SHORT
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


NODE = TypedObject("com.acme.Node", {"name": "a"})
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

    def test_a_repeated_original_comes_back_each_time(self, wire, java):
        java.publish(NODE, "default", None, options("DeliveryOptions", repeatEvery=10))
        wire.time.milliseconds += 10_000

        assert all(same(received, NODE) for received in java.data())
        assert len(wire.data()) == 2

    def test_references_that_grow_are_refused(self, java, wire):
        grown = ["x" * 1000]
        for _ in range(60):
            grown = [grown, grown]
        deep = ["end"]
        for _ in range(150):
            deep = [deep]
        deeper = deep
        for _ in range(3):
            chain = [deeper]
            for _ in range(100):
                chain = [chain]
            deeper = chain
        assert refused(java.publish, grown) == "8002"
        assert refused(java.publish, [["y" * 10_000_000], "y" * 10_000_000]) == "8002"
        with pytest.raises(AmfError, match="nested deeper"):
            Projection(deeper)
        assert wire.stored.messages == 0

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


class TestAccess:
    def test_a_user_s_token_in_the_message(self, wire):
        with wire.tenant.backend.session() as (broker, _):
            broker.access.give_token(User("ann"), "T1", 0)
        assert Remote(wire, headers={**JAVA, "user-token": "T1"}).publish("x").alias == SHORT
        assert refused(Remote(wire, headers={**JAVA, "user-token": "none"}).publish, "x") == "3064"
        logged_in = Remote(wire, headers={"user-token": "T1"})
        sent = logged_in.publish("x", "default", None, later()).members["messageId"]
        assert logged_in.messaging("cancel", sent) is True

    def test_permissions(self, wire, java):
        with wire.tenant.backend.session() as (broker, _):
            for verb in ("publish", "subscribe"):
                broker.access.rule(Permission(verb, "secret"), allowed=False)

        assert refused(java.publish, "x", "secret") == "5007"
        assert refused(java.messaging, "subscribeForPollingAccess", "secret", None) == "5008"

    def test_wrong_credentials(self, wire, java):
        strange = java.send(DOTNET_PUBLISH, f"/{APP_ID}/WRONG/binary")
        old = Remote(wire, legacy=True, headers={**OLD_JAVA, "secret-key": "WRONG"})

        assert strange.members["faultCode"] == "2002"
        assert refused(old.publish, "x") == "2002"
        assert java.send(frame(MESSAGING, "publish", []), "/v1/binary").members["faultCode"] == "8022"
        assert java.send(frame(MESSAGING, "publish", [1, "v1"]), "/v1/binary").members["faultCode"] == "8022"

    def test_a_domain(self, wire, java):
        assert java.send(DOTNET_PUBLISH, "/api/binary").members["body"].members["status"] == "SCHEDULED"
        assert wire.data() == ["hello"]


class TestFaults:
    def test_their_members(self, java):
        with pytest.raises(Fault) as caught:
            java.publish("x", "a/b")
        fault = caught.value.members

        assert (fault["faultCode"], fault["faultDetail"]) == ("5044", fault["faultString"])
        assert fault["extendedData"] == {}
        assert {name: fault[name] for name in ("rootCause", "code", "body", "destination", "timeToLive")} == {
            "rootCause": None,
            "code": None,
            "body": None,
            "destination": None,
            "timeToLive": 0,
        }
        assert fault["timestamp"] == float(NOW)

    def test_an_unknown_operation_fails_the_test(self, wire, java):
        with pytest.raises(Fault, match=r"MessagingService\.publsh") as caught:
            java.messaging("publsh", "x")

        assert caught.value.code == "404"
        (problem,) = wire.problems
        assert "the service has no POST …/binary MessagingService.publsh; the nearest it has is" in problem

    @pytest.mark.parametrize(
        ("source", "operation", "said"),
        [("x.y.MessagingService", "cancel", "is one of com.backendless"), ("PersistenceService", "save", "it has")],
    )
    def test_what_else_is_said_of_it(self, wire, java, source, operation, said):
        assert refused(java.call, source, operation) == "404"
        assert said in wire.problems[0]

    def test_an_unknown_operation_may_be_allowed(self):
        wire = Wire(allow_unknown_requests=True)

        assert refused(Remote(wire).messaging, "nothing") == "404"
        assert wire.problems == []

    @pytest.mark.parametrize(
        ("operation", "arguments"),
        [
            ("publish", (5, "x")),
            ("publish", ("default", "x", "no options")),
            ("pollMessages", ("default", None)),
            ("cancel", (None,)),
            ("pushWithTemplate", (None,)),
        ],
    )
    def test_arguments_of_the_wrong_kind(self, java, operation, arguments):
        assert refused(java.messaging, operation, *arguments) == "8008"

    def test_a_stranger_s_subscription(self, wire, java):
        wire.application.strangers = {"S1": "test_before"}

        assert refused(java.messaging, "pollMessages", "default", "S1") == "8008"
        assert "its poller outlived that test" in wire.hints[0]

    def test_registrations_that_are_none(self, java):
        assert refused(java.call, DEVICES, "registerDevice", None) == "5006"
        assert refused(java.call, DEVICES, "registerDevice", {}) == "5011"

    @pytest.mark.parametrize(
        "value",
        [
            5,
            [],
            {},
            TypedObject("flex.messaging.messages.RemotingMessage", {}),
            TypedObject("flex.messaging.messages.RemotingMessage", {"source": "a", "operation": "b", "body": None}),
        ],
        ids=["number", "nothing", "map", "empty", "no body"],
    )
    def test_what_is_no_call(self, java, value):
        fault = java.send(amf.encode(value, "null")).members

        assert fault["faultCode"] == "8002"
        assert fault["correlationId"] is None

    def test_what_is_no_frame_is_shown_as_hex(self, wire, java):
        assert java.send(b"\x00\x03garbage").members["faultCode"] == "8002"

        (request,) = wire.tenant.journal.requests()
        assert (request.operation, request.json, request.status, request.code) == (
            None,
            {"hex": b"\x00\x03garbage".hex()},
            200,
            8002,
        )

    def test_a_body_that_is_too_long(self, wire, java):
        assert java.send(b"\0" * (LONGEST_BODY + 1)).members["faultCode"] == "8002"
        assert wire.stored.messages == 0

    def test_a_body_that_never_comes_whole(self, java):
        cut = java.send(DOTNET_PUBLISH, environ_overrides={"CONTENT_LENGTH": "1000"})

        assert cut.members["faultCode"] == "8002"

    def test_a_bug_is_told(self, wire, java, monkeypatch):
        monkeypatch.setattr(operation.wire, "write_published", lambda _: 1 / 0)

        assert refused(java.publish, "x") == "500"
        assert "this is a bug of the mock" in wire.problems[0]

    def test_other_methods_are_unknown_routes(self, wire):
        assert wire.send("GET", BINARY).error == (404, 404)
        assert len(wire.problems) == 1


class TestFrames:
    def test_dotnet_as_captured(self, wire, java):
        answer = java.send(DOTNET_PUBLISH)

        assert answer.alias == "flex.messaging.messages.AcknowledgeMessage"
        assert answer.members["body"].alias == SHORT
        assert wire.data() == ["hello"]

    def test_java_as_captured(self, wire, java):
        assert java.send(JAVA_POLL).members["faultCode"] == "8008"

    def test_where_an_answer_is_addressed(self, wire, java):
        def target(data):
            return java.client.post(BINARY, data=data).data[6:].split(b"\x00\x04null")[0][2:]

        assert target(DOTNET_PUBLISH) == b"null/onResult"
        assert target(JAVA_POLL) == b"null/onStatus"

    @pytest.mark.parametrize("kind", ["list", "collection", "alone"])
    def test_how_a_call_may_be_wrapped(self, wire, java, kind):
        call = amf.decode(frame(MESSAGING, "publish", ["default", "x"])).value[0]
        call.members["headers"] = None
        if kind == "collection":
            call.members["body"] = TypedObject(COLLECTION, {"source": call.members["body"]})
        answer = java.send(amf.encode(call if kind == "alone" else [call], "null"))

        assert answer.members["body"].alias == SHORT
        assert wire.data() == ["x"]

    def test_hostile_names_do_no_harm(self, java):
        odd = frame("a" * 100_000, "\ud800", [])
        assert java.send(odd).members["faultCode"] == "404"
        headers = {"application-type": ["x"], "user-token": 5}
        assert Remote(java.wire, headers=headers).publish("x").alias == SHORT

    @pytest.mark.parametrize("seed", range(10))
    def test_mutated_frames_find_no_bug(self, java, seed):
        chance = random.Random(seed)
        when = options("DeliveryOptions", publishAt=Date(float(NOW + MINUTE)), repeatEvery=60.0, pushSinglecast=["d"])
        said = options("PublishOptions", headers={"n": 5, "s": "x"}, subtopic="a.b", publisherId="p")
        frames = [
            DOTNET_PUBLISH[:290],
            frame(MESSAGING, "publish", ["default", NODE, said, when]),
            frame(MESSAGING, "subscribeForPollingAccess", ["default", {"selector": "n > 1", "subtopic": "a.*"}]),
            frame(MESSAGING, "pushWithTemplate", ["t", {"name": "Ann"}]),
            frame(DEVICES, "registerDevice", [{**REGISTRATION, "expiration": Date(1.0)}]),
            frame(DEVICES, "unregisterDevice", ["d1", ["a"]]),
            frame(DEVICES, "refreshDeviceToken", ["d1", "t"]),
            frame(EMAIL, "send", ["s", {"textMessage": "x"}, ["a@b.c"], ["file"]]),
            frame(EMAIL_TEMPLATE, "sendEmails", ["t", {"addresses": ["a@b.c"], "uniqueEmails": True}, {"a": 1}, None]),
        ]
        for _ in range(150):
            java.send(mutate(chance.choice(frames), chance))

        assert [problem for problem in java.wire.problems if "the service has no" not in problem] == []


class TestJournal:
    def test_calls_are_shown_like_requests(self, wire, java):
        java.publish(NODE, "news", options("PublishOptions", publisherId="p"))
        refused(java.messaging, "cancel", "message:NONE")

        one, two = wire.tenant.journal.requests()
        assert (one.operation, one.path, one.status, one.code) == ("publish", f"{PREFIX}/binary", 200, None)
        assert one.json == {
            "operation": "publish",
            "channel": "news",
            "message": {"name": "a", "___class": "com.acme.Node"},
            "publisherId": "p",
        }
        assert (two.operation, two.code) == ("cancel", 5040)

    def test_the_report_has_them(self, wire, java):
        java.publish("hello", "news")

        shown = summary(wire.tenant)
        assert "POST …/binary {'operation': 'publish', 'channel': 'news', 'message': 'hello'} -> 200" in shown

    def test_no_token_is_in_it(self, wire):
        refused(Remote(wire, headers={**JAVA, "user-token": "SECRET-TOKEN"}).publish, "x")

        assert "SECRET-TOKEN" not in repr(wire.tenant.journal.requests())


def test_a_device_leaves_channels():
    assert Devices().leave("none", ["a"], 0) is False
