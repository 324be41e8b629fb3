"""The application from outside: forms of the URL, routes, Content-Type, order of the checks, what is noted."""

from __future__ import annotations

import pytest
from http_support import API_KEY, APP_ID, LONGEST_BODY, MESSAGING, NOTHING, NOW, PREFIX, Wire

from pytest_backendless_mock.service import operation
from pytest_backendless_mock.service.call import Call

LEGACY = {"application-id": APP_ID, "secret-key": API_KEY}
FORMS = [
    pytest.param(PREFIX, {}, id="id-and-key-in-the-path"),
    pytest.param("/api", {}, id="domain"),
    pytest.param("/v1", LEGACY, id="legacy-headers"),
]
STRANGE_ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def wire():
    return Wire()


@pytest.mark.parametrize(("prefix", "headers"), FORMS)
class TestW1EveryForm:
    def test_w1_publishes_to_the_one_application(self, wire, prefix, headers):
        answer = wire.send("POST", f"{prefix}/messaging/default", {"message": "hi"}, headers=headers)
        assert answer.status == 200
        assert wire.data() == ["hi"]

    def test_w1_serves_the_whole_life_of_a_message(self, wire, prefix, headers):
        base = f"{prefix}/messaging"
        subscription = wire.send("POST", f"{base}/news/subscribe", headers=headers).json["subscriptionId"]
        body = {"message": "hi", "repeatEvery": 60}
        message_id = wire.send("POST", f"{base}/news", body, headers=headers).json["messageId"]
        polled = wire.send("GET", f"{base}/news/{subscription}", headers=headers)
        assert [message["data"] for message in polled.json["messages"]] == ["hi"]
        assert wire.send("GET", f"{base}/{message_id}", headers=headers).json["status"] == "scheduled"
        assert wire.send("DELETE", f"{base}/{message_id}", headers=headers).json["status"] == "cancelled"
        assert wire.send("GET", f"{base}/news/properties", headers=headers).json == {}
        assert wire.send("DELETE", f"{base}/channels/news", headers=headers).json is True

    def test_w18_tells_who_the_application_is(self, wire, prefix, headers):
        answer = wire.send("GET", f"{prefix}/info", headers=headers)
        assert (answer.status, answer.json) == (
            200,
            {"appId": APP_ID, "apiKey": API_KEY, "loggers": [], "rtURL": "http://localhost"},
        )

    def test_w18_answers_the_logging_of_the_sdks(self, wire, prefix, headers):
        assert wire.send("GET", f"{prefix}/log/logger", headers=headers).raw == b"[]"
        assert wire.send("PUT", f"{prefix}/log", [{"log-level": "INFO"}], headers=headers).raw == b"{}"
        assert wire.send("POST", f"{prefix}/log", b"no JSON", content_type="text/plain", headers=headers).raw == b"{}"
        assert wire.problems == []
        assert wire.hints == []


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param(f"/{STRANGE_ID}/{API_KEY}", {}, id="unknown-id"),
        pytest.param(f"/{APP_ID}/{STRANGE_ID}", {}, id="wrong-key"),
        pytest.param(f"/{API_KEY}/{APP_ID}", {}, id="swapped"),
        pytest.param(f"/{APP_ID.lower()}/{API_KEY}", {}, id="lower-case"),
        pytest.param("//", {}, id="empty"),
        pytest.param("/v1", {"application-id": STRANGE_ID, "secret-key": API_KEY}, id="legacy-unknown-id"),
        pytest.param("/v1", {"application-id": APP_ID, "secret-key": STRANGE_ID}, id="legacy-wrong-key"),
        pytest.param("/v1", {"application-id": APP_ID}, id="legacy-without-key"),
    ],
)
def test_a1_wrong_credentials_are_2002_and_do_not_fail_a_test(wire, path, headers):
    answer = wire.send("POST", f"{path}/messaging/default", {"message": "hi"}, headers=headers)
    assert answer.status == 400
    assert answer.json == {
        "code": 2002,
        "message": "Unable to find application. Check application id and/or API key.",
    }
    assert wire.stored == NOTHING
    assert wire.problems == []


UNKNOWN = [
    pytest.param("GET", "/", id="root"),
    pytest.param("GET", "/favicon.ico", id="favicon"),
    pytest.param("GET", "/api", id="domain-alone"),
    pytest.param("GET", PREFIX, id="application-alone"),
    pytest.param("POST", f"{PREFIX}/data/Person", id="another-service"),
    pytest.param("POST", "/v2/messaging/default", id="another-version"),
    pytest.param("POST", "/messaging/default", id="no-prefix"),
    pytest.param("POST", MESSAGING, id="messaging-alone"),
    pytest.param("GET", MESSAGING, id="messaging-alone-get"),
    pytest.param("GET", f"{MESSAGING}/", id="status-of-nothing"),
    pytest.param("DELETE", f"{MESSAGING}/", id="cancel-nothing"),
    pytest.param("GET", f"{MESSAGING}/default/", id="poll-nothing"),
    pytest.param("PUT", f"{MESSAGING}/default", id="put-to-a-channel"),
    pytest.param("PATCH", f"{MESSAGING}/default", id="patch"),
    pytest.param("BREW", f"{MESSAGING}/default", id="a-method-nobody-knows"),
    pytest.param("POST", f"{MESSAGING}/default/", id="trailing-slash"),
    pytest.param("POST", f"{MESSAGING}/default/publish", id="post-two-below"),
    pytest.param("PUT", f"{MESSAGING}/default/subscribe", id="put-subscribe"),
    pytest.param("POST", f"{MESSAGING}/default/subscribe/x", id="three-below"),
    pytest.param("DELETE", f"{MESSAGING}/default/x", id="no-unsubscribe"),
    pytest.param("DELETE", f"{MESSAGING}/channels", id="no-channel-to-delete"),
    pytest.param("DELETE", f"{PREFIX}/log", id="delete-log"),
    pytest.param("POST", f"{PREFIX}/info", id="post-info"),
    pytest.param("POST", f"{PREFIX}/Messaging/default", id="wrong-case"),
]


@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_w2_what_the_service_does_not_have_is_404_and_fails_the_test(wire, method, path):
    answer = wire.send(method, path, {"message": "hi"})
    assert answer.error == (404, 404)
    assert answer.json["message"].startswith("pytest-backendless-mock: the service has no ")
    assert wire.stored == NOTHING
    [problem] = wire.problems
    assert problem.startswith(f"the service has no {method} ")
    assert problem.endswith("use @pytest.mark.backendless_mock(allow_unknown_requests=True)")


def test_w2_an_unknown_request_may_be_allowed():
    wire = Wire(allow_unknown_requests=True)
    assert wire.send("GET", f"{PREFIX}/data/Person").error == (404, 404)
    assert wire.problems == []


def test_w2_an_unknown_request_is_shown_without_the_application_s_prefix(wire):
    answer = wire.send("GET", f"{PREFIX}/data/Person")
    assert answer.json["message"] == "pytest-backendless-mock: the service has no GET …/data/Person"


@pytest.mark.parametrize("held", ["%FF", "%00", "%7B%7D"], ids=["no-text", "nul", "braces"])
def test_w2_what_is_said_of_a_request_can_be_printed_whatever_its_path_holds(wire, held):
    wire.send("GET", f"{PREFIX}/data/{held}")
    [problem] = wire.problems
    assert problem.encode().startswith(b"the service has no GET ")
    assert problem.endswith("If this is intended, use @pytest.mark.backendless_mock(allow_unknown_requests=True)")


RESERVED = [
    *[("POST", f"{word}/subscribe") for word in ("email", "registrations", "pushtemplates", "channels")],
    *[("GET", f"{word}/properties") for word in ("email", "push", "channels")],
    *[("GET", word) for word in ("email", "push", "channels")],
    *[("DELETE", word) for word in ("email", "registrations", "push", "pushtemplates", "channels")],
    ("POST", "channels"),
    ("POST", "%63hannels"),
    ("GET", f"channels/{STRANGE_ID}"),
]


@pytest.mark.parametrize(("method", "path"), RESERVED, ids=[" ".join(row).replace("/", "-") for row in RESERVED])
def test_c3_a_reserved_word_is_never_a_channel_nor_a_message(wire, method, path):
    assert wire.send(method, f"{MESSAGING}/{path}", {"message": "hi"}).error == (404, 404)
    assert wire.stored == NOTHING


@pytest.mark.parametrize("name", ["subscribe", "properties", "info", "log", "messaging", "api", "v1", "Email"])
def test_c3_other_words_of_the_routes_are_good_names(wire, name):
    wire.published({"message": "hi"}, name)
    assert wire.data(name) == ["hi"]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    ["", "/default", "/default/subscribe", "/default/properties", "/message:1", "/channels/default"],
    ids=["messaging", "channel", "subscribe", "properties", "message", "channels"],
)
def test_w21_head_and_options_are_404_and_store_nothing(wire, method, path):
    answer = wire.send(method, MESSAGING + path, {"message": "hi"})
    assert answer.status == 404
    assert wire.stored == NOTHING
    assert len(wire.problems) == 1


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_w21_head_and_options_consume_nothing(wire, method):
    subscription = wire.subscribed()
    wire.published({"message": "hi"})
    assert wire.send(method, f"{MESSAGING}/default/{subscription}").status == 404
    assert [message["data"] for message in wire.poll(subscription)] == ["hi"]


@pytest.mark.parametrize("path", ["/v1/messaging/default", "/v1/info", "/v1/log"])
def test_w21_the_legacy_form_without_an_application_id_is_8022(wire, path):
    answer = wire.send("GET" if path == "/v1/info" else "POST", path, {"message": "hi"})
    assert (answer.status, answer.json) == (400, {"code": 8022, "message": 'Missing "application-id" header'})
    assert wire.stored == NOTHING


@pytest.mark.parametrize(
    ("app_id", "api_key"), [("api", "messaging"), ("v1", "messaging")], ids=["domain-form", "legacy-form"]
)
def test_w21_api_and_v1_win_over_an_application_of_that_name(app_id, api_key):
    wire = Wire(app_id=app_id, api_key=api_key)
    answer = wire.send("POST", f"/{app_id}/{api_key}/messaging/default", {"message": "hi"})
    assert answer.error == (404, 404)
    assert wire.stored == NOTHING


CONTENT_TYPES = [
    pytest.param("application/json", 200, id="json"),
    pytest.param("application/json; charset=utf-8", 200, id="with-a-charset"),
    pytest.param("APPLICATION/JSON", 200, id="upper-case"),
    pytest.param(" application/json ;charset=UTF-8", 200, id="blanks"),
    pytest.param("application/vnd.api+json", 200, id="a-json-dialect"),
    pytest.param(None, 400, id="absent"),
    pytest.param("text/plain", 400, id="text"),
    pytest.param("application/x-www-form-urlencoded", 400, id="form"),
    pytest.param("application/jsonx", 400, id="almost"),
    pytest.param("text/plain; application/json", 400, id="as-a-parameter"),
]


@pytest.mark.parametrize(("content_type", "status"), CONTENT_TYPES)
@pytest.mark.parametrize("path", ["default", "default/subscribe"])
def test_w6_a_body_must_be_declared_as_json(wire, content_type, status, path):
    answer = wire.send("POST", f"{MESSAGING}/{path}", {"message": "hi"}, content_type=content_type)
    assert answer.status == status
    assert (answer.json.get("code") == 8002) is (status == 400)
    assert (wire.stored == NOTHING) is (status == 400)


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_w6_the_check_can_be_switched_off(content_type):
    wire = Wire(require_content_type=False)
    assert wire.publish({"message": "hi"}, content_type=content_type).status == 200
    assert wire.data() == ["hi"]


def test_w6_switched_off_a_body_is_still_json():
    wire = Wire(require_content_type=False)
    assert wire.publish(b"message=hi", content_type="application/x-www-form-urlencoded").error == (400, 8002)
    assert wire.stored == NOTHING


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_w6_a_post_without_a_body_needs_no_content_type(wire, content_type):
    answer = wire.send("POST", f"{MESSAGING}/default/subscribe", b"", content_type=content_type)
    assert answer.status == 200
    assert wire.stored.subscriptions == 1


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
@pytest.mark.parametrize("body", [b'""', b"{", b"\xff", b"null"], ids=["php", "broken", "not-utf-8", "null"])
def test_w16_a_body_on_get_or_delete_is_ignored(wire, content_type, body):
    def ignored(method, path):
        return wire.send(method, f"{MESSAGING}/{path}", body, content_type=content_type).status

    subscription = wire.subscribed("news")
    message_id = wire.published({"message": "hi", "publishAt": NOW + 1000}, "news")
    assert ignored("GET", f"news/{subscription}") == 200
    assert ignored("GET", message_id) == 200
    assert ignored("DELETE", message_id) == 200
    assert ignored("GET", "news/properties") == 200
    assert ignored("DELETE", "channels/news") == 200


TOO_LONG = b" " * (LONGEST_BODY + 1)
TWO_FAULTS = [
    pytest.param(f"/{STRANGE_ID}/{API_KEY}/data/x", b"{", None, 404, id="route-before-application"),
    pytest.param(f"{PREFIX}/data/x", TOO_LONG, None, 404, id="route-before-size"),
    pytest.param(f"/{STRANGE_ID}/{API_KEY}/messaging/default", TOO_LONG, None, 2002, id="application-before-size"),
    pytest.param(f"/{STRANGE_ID}/{API_KEY}/messaging/default", b"{", None, 2002, id="application-before-content-type"),
    pytest.param("/v1/messaging/default", b"{", None, 8022, id="application-id-before-content-type"),
    pytest.param(f"{MESSAGING}/a%2Fb", b"{", "application/json", 8002, id="syntax-before-channel-name"),
    pytest.param(f"{MESSAGING}/a%2Fb", b"{}", "text/plain", 8002, id="content-type-before-channel-name"),
    pytest.param(f"{MESSAGING}/a%2Fb", b"{}", "application/json", 5044, id="channel-name-before-required"),
    pytest.param(f"{MESSAGING}/a%2Fb", b"[]", "application/json", 5044, id="channel-name-before-not-an-object"),
    pytest.param(f"{MESSAGING}/a%2Fb/subscribe", b'{"subtopic":1}', "application/json", 5044, id="name-before-field"),
    pytest.param(f"{MESSAGING}/x", b'{"headers":1}', "application/json", 8007, id="required-before-type"),
    pytest.param(f"{MESSAGING}/x", b'{"headers":1,"message":null}', "application/json", 8006, id="null-before-type"),
    pytest.param(
        f"{MESSAGING}/x", b'{"message":1,"publishAt":-1,"headers":1}', "application/json", 8008, id="type-before-date"
    ),
    pytest.param(
        f"{MESSAGING}/x",
        b'{"message":1,"repeatExpiresAt":-1,"repeatEvery":-1,"publishAt":-1}',
        "application/json",
        8008,
        id="repeat-every-before-dates",
    ),
    pytest.param(
        f"{MESSAGING}/x", b'{"message":1,"repeatExpiresAt":-1,"publishAt":-1}', "application/json", 5030, id="t3"
    ),
]


@pytest.mark.parametrize(("path", "body", "content_type", "code"), TWO_FAULTS)
def test_a4_of_two_faults_the_first_in_order_answers(wire, path, body, content_type, code):
    answer = wire.send("POST", path, body, content_type=content_type)
    assert answer.json["code"] == code
    assert wire.stored == NOTHING


def test_a4_of_two_wrong_fields_the_first_in_the_table_answers(wire):
    body = {"message": 1, "repeatEvery": "x", "subtopic": 1, "headers": 1, "publisherId": []}
    assert wire.publish(body).json["message"] == "Invalid parameter 'publisherId'"


def test_backendless_errors_by_themselves_do_not_fail_a_test(wire):
    assert wire.publish({}).status == 400
    assert wire.cancel("message:none").status == 400
    assert wire.problems == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{MESSAGING}/default/subscribe"),
        ("GET", f"{PREFIX}/info"),
        ("GET", "/nowhere"),
        ("GET", f"{MESSAGING}/default/{STRANGE_ID}"),
    ],
    ids=["success", "info", "unknown-request", "error"],
)
def test_w19_every_answer_says_that_it_is_json_and_no_header_says_http(wire, method, path):
    headers = wire.send(method, path).headers
    assert headers["Content-Type"] == "application/json"
    assert [value for value in headers.values() if "HTTP" in value] == []


def test_the_date_header_shows_the_mock_s_clock(wire):
    assert wire.send("GET", f"{PREFIX}/info").headers["Date"] == "Mon, 07 Jan 2030 08:30:00 GMT"
    wire.clock.advance(days=1, seconds=1)
    assert wire.send("GET", "/nowhere").headers["Date"] == "Tue, 08 Jan 2030 08:30:01 GMT"


def test_an_answer_that_is_not_the_last_keeps_the_connection(wire):
    assert "Connection" not in wire.publish({}).headers


def test_the_journal_tells_what_came_and_what_was_answered(wire):
    wire.add_user("t")
    wire.publish({"message": "hi"}, "a%20b", headers={"User-Token": "t"})
    wire.publish({}, headers={"X-Trace": "1"})
    wire.send("GET", "/nowhere")
    first, second, third = wire.tenant.journal.requests()
    assert (first.operation, first.method, first.path) == ("publish", "POST", f"{MESSAGING}/a b")
    assert (first.json, first.status, first.code) == ({"message": "hi"}, 200, None)
    assert first.headers["user-token"] == "t"
    assert first.headers["content-type"] == "application/json"
    assert first.at.isoformat() == "2030-01-07T08:30:00+00:00"
    assert (second.json, second.status, second.code) == ({}, 400, 8007)
    assert (third.operation, third.json, third.status, third.code) == (None, None, 404, 404)


def test_c10_the_poll_of_an_earlier_test_s_subscription_is_8008_and_its_owner_is_named(wire):
    wire.app.tenants.stale_subscriptions = {STRANGE_ID: "tests/test_x.py::test_a"}
    answer = wire.send("GET", f"{MESSAGING}/default/{STRANGE_ID}")
    assert (answer.status, answer.json) == (400, {"code": 8008, "message": "Invalid parameter 'subscriptionId'"})
    [hint] = wire.hints
    assert hint.startswith(f"GET …/messaging/default/{STRANGE_ID}: ")
    assert hint.endswith(": a subscription of tests/test_x.py::test_a; its poller outlived that test")
    assert wire.problems == []


def test_c10_an_id_that_nobody_was_given_says_nothing_of_a_stranger(wire):
    wire.app.tenants.stale_subscriptions = {STRANGE_ID: "tests/test_x.py::test_a"}
    assert wire.send("GET", f"{MESSAGING}/default/{APP_ID}").error == (400, 8008)
    assert wire.hints == []


def test_a_runaway_schedule_is_a_500_with_a_sentence_and_fails_the_test(wire):
    message_id = wire.published({"message": "tick", "repeatEvery": 0.001})
    wire.time.milliseconds += 1_000_001
    answer = wire.status(message_id)
    assert answer.error == (500, 500)
    assert answer.json["message"].startswith(
        "pytest-backendless-mock: catching up would deliver 1,000,001 messages at once, more than 1,000,000; "
        f"most are occurrences of {message_id}"
    )
    [problem] = wire.problems
    assert message_id in problem


def test_a_bug_of_the_mock_is_a_500_and_fails_the_test_with_its_traceback(wire, monkeypatch):
    def divide(_):
        return 1 / 0

    monkeypatch.setitem(operation.OPERATIONS, "info", operation.Operation("info", divide))
    answer = wire.send("GET", f"{PREFIX}/info")
    assert answer.error == (500, 500)
    assert "ZeroDivisionError" in answer.json["message"]
    [problem] = wire.problems
    assert problem.startswith("pytest-backendless-mock: this is a bug of the mock, please report it. GET …/info raised")
    assert "return 1 / 0" in problem


def test_an_error_of_a_test_s_own_listener_fails_the_test_and_the_client_does_not_notice(wire):
    def divide(_):
        return 1 / 0

    wire.application.backend.listen("accepted", divide)
    assert wire.publish({"message": "hi"}).json["status"] == "scheduled"
    [problem] = wire.problems
    assert "return 1 / 0" in problem
    assert "bug of the mock" not in problem
    assert wire.data() == ["hi"]


def test_an_operation_can_be_carried_out_without_http(wire):
    application = wire.application
    with application.backend.session() as (broker, now):
        call = Call(application, broker, now, lambda: "a test", {"channel": "default"}, {"message": "hi"})
        answer = operation.OPERATIONS["publish"].run(call)
    assert answer["status"] == "scheduled"
    assert wire.data() == ["hi"]
    assert "publish" not in [request.operation for request in wire.tenant.journal.requests()]
