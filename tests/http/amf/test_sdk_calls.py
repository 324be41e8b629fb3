"""What the published SDKs send over AMF and how they read the answer, as seen when they ran (docs/protocol/amf.md)."""

from __future__ import annotations

import json

import pytest
from amf_support import (
    BINARY,
    DEVICES,
    EMAIL_TEMPLATE,
    JAVA,
    MESSAGING,
    NO_HEADERS,
    OLD_JAVA,
    Fault,
    Remote,
    frame,
    options,
    refused,
)
from http_support import APP_ID, Wire
from mock_support import standing_mock

from pytest_backendless_mock.http.amf.frame import TypedObject
from pytest_backendless_mock.messaging.template import Template

USERS = "com.backendless.services.users.UserService"
LOG = "com.backendless.services.logging.LogService"
GRINNING = "\N{GRINNING FACE}"


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture(params=["Java", "old Java", ".NET", "old .NET"])
def remote(wire, request):
    legacy = request.param.startswith("old")
    headers = NO_HEADERS if request.param.endswith(".NET") else OLD_JAVA if legacy else JAVA
    return Remote(wire, legacy=legacy, headers=headers)


def old_java(wire):
    return Remote(wire, legacy=True, headers=OLD_JAVA)


def old_dotnet(wire):
    return Remote(wire, legacy=True, headers=NO_HEADERS)


FILLED_IN_BY_3 = {"pushPolicy": "ALSO", "pushSinglecast": [], "pushBroadcast": 7}


class TestJava3:
    @pytest.mark.parametrize("message", ["hi", {"a": 1}, [1, 2]], ids=repr)
    def test_fills_in_every_device_as_7_and_means_nothing_by_it(self, wire, message):
        wire.send("POST", f"{BINARY.removesuffix('/binary')}/messaging/registrations", DEVICE)
        old_java(wire).publish(message, "default", None, options("DeliveryOptions", **FILLED_IN_BY_3))
        (publication,) = wire.application.backend._broker.publications.values()
        assert publication.message.push is None
        assert wire.hints == []

    def test_a_7_from_dotnet_is_meant(self, wire):
        meant = options("DeliveryOptions", **FILLED_IN_BY_3)
        assert refused(old_dotnet(wire).publish, [1], "default", None, meant) == "5041"

    def test_reads_back_the_modified_utf_8_that_it_writes(self, wire):
        java = old_java(wire)
        java.publish("before")
        subscription = java.messaging("subscribeForPollingAccess", "default", None)
        java.messaging("pollMessages", "default", subscription)
        wire.publish({"message": f"{GRINNING}\0"})
        sent = frame(MESSAGING, "pollMessages", [APP_ID, "v1", "default", subscription], OLD_JAVA)
        with java.client.open("/v1/binary", method="POST", data=sent, content_type="application/x-amf") as response:
            assert b"\xed\xa0\xbd\xed\xb8\x80\xc0\x80" in response.data

    def test_an_emoji_as_two_surrogates_is_one_character(self, wire):
        halves = frame(MESSAGING, "publish", [APP_ID, "v1", "default", "\ud83d\ude00", None, None], OLD_JAVA)
        assert b"\xed\xa0\xbd\xed\xb8\x80" in halves
        old_java(wire).send(halves)
        assert wire.data() == [GRINNING]


DEVICE = {"deviceId": "d1", "deviceToken": "t", "os": "ANDROID", "channels": ["default"]}


def test_a_null_among_the_devices_of_a_push_is_nothing_given(remote, wire):
    remote.publish("hi", "default", None, options("DeliveryOptions", pushSinglecast=[None]))
    assert wire.stored.messages == 1
    (publication,) = wire.application.backend._broker.publications.values()
    assert publication.message.push is None


def test_the_envelope_of_a_template_e_mail_has_to_cc_bcc_and_query(remote, wire):
    with wire.application.backend.session() as (broker, _):
        broker.templates.add_email("welcome")
    envelope = TypedObject(
        "com.backendless.messaging.EmailEnvelope", {"to": ["a@b.c"], "cc": ["c@b.c"], "bcc": ["d@b.c"], "query": None}
    )
    remote.call(EMAIL_TEMPLATE, "sendEmails", "welcome", envelope, {"name": "Ann"}, None)
    (email,) = wire.application.backend._broker.emails.values()
    assert (email.to, email.cc, email.bcc, email.criteria) == (("a@b.c",), ("c@b.c",), ("d@b.c",), None)


class TestUsers:
    def test_a_log_in_answers_a_plain_map_with_the_token(self, remote, wire):
        user = wire.add_user("first", login="ann", password="secret")
        answer = remote.call(USERS, "login", "ann", "secret")
        assert type(answer) is dict
        assert (answer["login"], answer["objectId"]) == ("ann", user.object_id)
        assert remote.call(USERS, "isValidUserToken", answer["user-token"]) is True

    def test_a_wrong_password_is_3003(self, remote, wire):
        wire.add_user("t", login="ann", password="secret")
        assert refused(remote.call, USERS, "login", "ann", "guess") == "3003"

    def test_a_log_out_answers_null_and_ends_the_token(self, wire):
        wire.add_user("first", login="ann", password="secret")
        token = Remote(wire).call(USERS, "login", "ann", "secret")["user-token"]
        held = Remote(wire, headers={**JAVA, "user-token": token})
        assert held.call(USERS, "getUserRoles") == ["AuthenticatedUser", "RestUser"]
        assert held.call(USERS, "logout") is None
        assert Remote(wire).call(USERS, "isValidUserToken", token) is False

    def test_who_did_not_log_in_has_roles_too(self, remote):
        assert remote.call(USERS, "getUserRoles") == ["NotAuthenticatedUser", "RestUser"]


@pytest.mark.parametrize(
    ("method", "arguments"), [("log", ["INFO", "a", "hi", None]), ("batchLog", [[{"message": "hi"}]])]
)
def test_w18_logging_is_answered_null_and_fails_no_test(remote, wire, method, arguments):
    assert remote.call(LOG, method, *arguments) is None
    assert wire.problems == []


class TestDevices:
    def test_unregistering_from_all_is_a_boolean_and_from_channels_a_count(self, wire):
        java = Remote(wire)
        for _ in range(2):
            java.call(DEVICES, "registerDevice", DEVICE)
        assert java.call(DEVICES, "unregisterDevice", "d1", ["default"]) == 1
        java.call(DEVICES, "registerDevice", DEVICE)
        assert java.call(DEVICES, "unregisterDevice", "d1") is True

    def test_p6_a_registration_on_the_new_url_is_the_text_that_android_takes_apart(self, wire):
        with wire.application.backend.session() as (broker, _):
            broker.templates.add(Template("sale", "cheap"))
        ids, templates = json.loads(Remote(wire).call(DEVICES, "registerDevice", {**DEVICE, "channels": ["a", "b"]}))
        assert [each.partition("::")[2] for each in ids.split(",")] == ["a", "b"]
        assert templates["sale"]["message"] == "cheap"

    def test_p6_on_v1_binary_it_is_the_plain_id(self, wire):
        registration = old_java(wire).call(DEVICES, "registerDevice", DEVICE)
        assert (len(registration), "::" in registration) == (36, False)

    def test_a_system_there_is_not_is_told_with_those_there_are(self, remote):
        with pytest.raises(Fault) as caught:
            remote.call(DEVICES, "registerDevice", {**DEVICE, "os": "Linux"})
        assert caught.value.members["faultString"] == (
            "Wrong json format for device registration: os is none of IOS, ANDROID, WP, OSX"
        )


class TestStubs:
    def test_a_call_that_the_mock_does_not_have_can_be_stubbed_by_service_and_method(self):
        with standing_mock() as mock:
            mock.stub("AMF", "PersistenceService.find", json=[{"name": "tea"}])
            caller = Remote(_Seen(mock))
            assert caller.call("com.backendless.services.persistence.PersistenceService", "find") == [{"name": "tea"}]
            assert mock.requests[0].operation == "stub"

    def test_the_text_of_an_unknown_call_names_the_stub_to_paste(self, wire):
        assert refused(Remote(wire).call, "com.backendless.services.persistence.PersistenceService", "find") == "404"
        (problem,) = wire.problems
        assert 'backendless_mock.stub("AMF", "PersistenceService.find", json=...) answers it' in problem

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ({"status": 500}, "over AMF a stub has a result alone: json="),
            ({"headers": {}}, "over AMF a stub has a result alone: json="),
            ({"root": True}, "over AMF a stub has a result alone: json="),
        ],
        ids=["status", "headers", "root"],
    )
    def test_what_amf_does_not_have_is_refused(self, given, text):
        with standing_mock() as mock, pytest.raises(ValueError, match=f"^{text}$"):
            mock.stub("AMF", "PersistenceService.find", json=1, **given)

    def test_what_the_mock_has_is_not_shadowed(self):
        with standing_mock() as mock, pytest.raises(ValueError, match=r"^the mock answers MessagingService\.publish"):
            mock.stub("AMF", "MessagingService.publish", json=1)


class _Seen:
    """What ``Remote`` needs of a wire."""

    def __init__(self, mock):
        self.app = mock.wsgi_app


def test_the_report_shows_the_options_of_a_call_before_its_message(wire):
    Remote(wire).publish("x" * 500, "news", options("PublishOptions", publisherId="p"))
    (request,) = wire.tenant.journal.requests()
    assert list(request.json) == ["operation", "channel", "publisherId", "message"]
