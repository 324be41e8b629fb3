"""The dialect of .NET and Java around its methods: whose a call is, what is refused and how, what the journal shows."""

from __future__ import annotations

import random

import pytest
from amf_support import (
    BINARY,
    COLLECTION,
    DEVICES,
    DOTNET_PUBLISH,
    EMAIL,
    EMAIL_TEMPLATE,
    JAVA,
    JAVA_POLL,
    MESSAGING,
    MINUTE,
    NODE,
    OLD_JAVA,
    REGISTRATION,
    STATUS,
    Fault,
    Remote,
    frame,
    later,
    mutate,
    options,
    refused,
)
from http_support import APP_ID, LONGEST_BODY, NOW, PREFIX, Wire

from pytest_backendless_mock.diagnosis.report import summary
from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.http.amf.frame import Date, TypedObject
from pytest_backendless_mock.messaging.access import Permission, User
from pytest_backendless_mock.service import operation


class TestAccess:
    def test_a_user_s_token_in_the_message(self, wire):
        with wire.application.backend.session() as (broker, _):
            broker.access.give_token(User("ann"), "T1", 0)
        assert Remote(wire, headers={**JAVA, "user-token": "T1"}).publish("x").alias == STATUS
        assert refused(Remote(wire, headers={**JAVA, "user-token": "none"}).publish, "x") == "3064"
        logged_in = Remote(wire, headers={"user-token": "T1"})
        sent = logged_in.publish("x", "default", None, later()).members["messageId"]
        assert logged_in.messaging("cancel", sent) is True

    def test_permissions(self, wire, java):
        with wire.application.backend.session() as (broker, _):
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
        wire.app.tenants.stale_subscriptions = {"S1": "test_before"}

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

    def test_w7_a_body_that_is_encoded(self, wire, java):
        fault = java.send(DOTNET_PUBLISH, headers={"Content-Encoding": "gzip"}).members

        assert fault["faultCode"] == "8002"
        assert fault["faultString"].endswith("Content-Encoding is 'gzip'; a body has to come unencoded")
        assert wire.stored.messages == 0

    def test_a_body_that_never_comes_whole(self, java):
        cut = java.send(DOTNET_PUBLISH, environ_overrides={"CONTENT_LENGTH": "1000"})

        assert cut.members["faultCode"] == "8002"

    def test_a_bug_is_told(self, wire, java, monkeypatch):
        monkeypatch.setattr(operation.codec, "write_published", lambda _: 1 / 0)

        assert refused(java.publish, "x") == "500"
        assert "this is a bug of the mock" in wire.problems[0]

    def test_other_methods_are_unknown_routes(self, wire):
        assert wire.send("GET", BINARY).error == (404, 404)
        assert len(wire.problems) == 1


class TestFrames:
    def test_dotnet_as_captured(self, wire, java):
        answer = java.send(DOTNET_PUBLISH)

        assert answer.alias == "flex.messaging.messages.AcknowledgeMessage"
        assert answer.members["body"].alias == STATUS
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

        assert answer.members["body"].alias == STATUS
        assert wire.data() == ["x"]

    def test_hostile_names_do_no_harm(self, java):
        odd = frame("a" * 100_000, "\ud800", [])
        assert java.send(odd).members["faultCode"] == "404"
        headers = {"application-type": ["x"], "user-token": 5}
        assert Remote(java.wire, headers=headers).publish("x").alias == STATUS

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
