"""What travels: exact answers, the fields of a publish request, dates, statuses, channels and subscriptions."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from http_support import API_KEY, APP_ID, MESSAGING, NOTHING, NOW, YEAR_10000, Stored, Wire

GUID4 = re.compile("[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}")
STRANGE_ID = "00000000-0000-4000-8000-000000000000"
ACCEPTED = 0


@pytest.fixture
def wire():
    return Wire()


def outcome(answer):
    """0 for an accepted request, else the Backendless code, which must stand under HTTP 400."""
    if answer.status == 200:
        return ACCEPTED
    assert answer.status == 400
    return answer.json["code"]


def ids_of(rows):
    return [re.sub("[^0-9a-zA-Z.-]+", "_", json.dumps(row[0]))[:40].strip("_") or "empty" for row in rows]


# --- answers, byte by byte


def test_w4_publish_answers_error_message_then_id_then_status(wire):
    answer = wire.publish({"message": "hi"})
    message_id = answer.json["messageId"]
    assert answer.raw == b'{"errorMessage":null,"messageId":"%s","status":"scheduled"}' % message_id.encode()


def test_w4_status_answers_status_then_id_then_error_message(wire):
    message_id = wire.published({"message": "hi"})
    expected = b'{"status":"published","messageId":"%s","errorMessage":null}' % message_id.encode()
    assert wire.status(message_id).raw == expected


def test_w4_cancel_answers_status_then_id_then_error_message(wire):
    message_id = wire.published({"message": "hi", "publishAt": NOW + 1})
    expected = b'{"status":"cancelled","messageId":"%s","errorMessage":null}' % message_id.encode()
    assert wire.cancel(message_id).raw == expected


def test_w4_a_retrieved_message_has_the_order_of_the_documented_sample(wire):
    message_id = wire.published(
        {"publisherId": "p1", "headers": {"b": "2", "a": "1"}, "message": {"z": 1, "y": [None]}}
    )
    subscription = wire.subscribed()
    assert wire.send("GET", f"{MESSAGING}/default/{subscription}").raw == (
        b'{"messages":[{"headers":{"b":"2","a":"1","BL_APPLICATION_ID":"%s"},"publishedAt":1894005000000,'
        b'"publisherId":"p1","data":{"z":1,"y":[null]},"messageId":"%s"}]}'
    ) % (APP_ID.encode(), message_id.encode())


def test_w4_absent_values_of_a_retrieved_message_are_null(wire):
    message_id = wire.published({"message": ""})
    subscription = wire.subscribed()
    assert wire.send("GET", f"{MESSAGING}/default/{subscription}").raw == (
        b'{"messages":[{"headers":{"BL_APPLICATION_ID":"%s"},"publishedAt":1894005000000,"publisherId":null,'
        b'"data":"","messageId":"%s"}]}'
    ) % (APP_ID.encode(), message_id.encode())


def test_w4_the_other_answers_are_as_small_as_can_be(wire):
    subscription = wire.send("POST", f"{MESSAGING}/news/subscribe")
    subscription_id = subscription.json["subscriptionId"]
    assert subscription.raw == b'{"subscriptionId":"%s"}' % subscription_id.encode()
    assert wire.send("GET", f"{MESSAGING}/news/{subscription_id}").raw == b'{"messages":[]}'
    assert wire.send("GET", f"{MESSAGING}/news/properties").raw == b"{}"
    assert wire.send("DELETE", f"{MESSAGING}/channels/news").raw == b"true"


def test_w3_an_error_is_its_code_and_text(wire):
    answer = wire.cancel("message:none")
    assert answer.status == 400
    assert answer.raw == (
        b'{"code":5040,"message":"Can\'t cancel message. Already cancelled or there is no such message"}'
    )


ERROR_TEXTS = [
    ("POST x", {}, 8007, "Missing parameter 'message'."),
    ("POST x", {"message": None}, 8006, "Invalid NULL param for request"),
    ("POST x", {"message": 1, "headers": 1}, 8008, "Invalid parameter 'headers'"),
    ("POST x", {"message": 1, "publishAt": -1}, 5030, "Invalid publish date"),
    ("POST x", {"message": 1, "repeatExpiresAt": 1}, 5003, "Invalid expiration date"),
    ("POST a%2Fb", {"message": 1}, 5044, "Channel name contains invalid character"),
    ("POST x", [], 8002, "Could not parse request with message: the body is not a JSON object"),
    (f"GET x/{STRANGE_ID}", {}, 8008, "Invalid parameter 'subscriptionId'"),
    (
        "DELETE channels/x",
        {},
        5010,
        "Can't find message channel with such name for the given application",
    ),
]


@pytest.mark.parametrize(
    ("request_line", "body", "code", "text"), ERROR_TEXTS, ids=[f"{row[2]}-{row[0]}" for row in ERROR_TEXTS]
)
def test_w3_each_error_has_the_service_s_text(request_line, body, code, text):
    wire = Wire()
    method, path = request_line.split(" ")
    answer = wire.send(method, f"{MESSAGING}/{path}", body)
    assert (answer.status, answer.json) == (400, {"code": code, "message": text})
    assert wire.stored == NOTHING


def test_w17_error_data_can_be_switched_on_for_every_error():
    wire = Wire(error_data=True)
    assert wire.publish({}).raw == b'{"code":8007,"message":"Missing parameter \'message\'.","errorData":{}}'
    assert wire.send("GET", "/nowhere").json["errorData"] == {}
    assert list(wire.publish({"message": "hi"}).json) == ["errorMessage", "messageId", "status"]


# --- ids


def test_w5_ids_are_upper_case_version_4_guids(wire):
    message_id, subscription_id = wire.published({"message": "hi"}), wire.subscribed()
    assert message_id.startswith("message:")
    assert GUID4.fullmatch(message_id.removeprefix("message:"))
    assert GUID4.fullmatch(subscription_id)
    assert uuid.UUID(subscription_id).version == 4


def drawn(wire):
    return [wire.published({"message": 1}), wire.published({"message": 2}), wire.subscribed(), wire.subscribed()]


def test_w5_the_same_seed_and_application_give_the_same_ids():
    first = drawn(Wire(seed="a"))
    assert first == drawn(Wire(seed="a"))
    assert len(set(first)) == 4


def test_w5_another_seed_gives_other_ids():
    assert set(drawn(Wire(seed="a"))) & set(drawn(Wire(seed="b"))) == set()


def test_w5_another_application_gives_other_ids():
    def ids_under(app_id):
        wire = Wire(app_id=app_id)
        body = {"message": 1}
        return wire.send("POST", f"/{app_id}/{API_KEY}/messaging/default", body).json["messageId"]

    assert ids_under(APP_ID) != ids_under(STRANGE_ID)


def test_w5_a_refused_request_uses_up_no_id():
    first, second = Wire(), Wire()
    second.publish({"message": 1, "publishAt": -1})
    assert first.published({"message": 1}) == second.published({"message": 1})


# --- the fields of a publish request

MESSAGES = [
    ("", ACCEPTED),
    ("text", ACCEPTED),
    (0, ACCEPTED),
    (-1.5, ACCEPTED),
    (False, ACCEPTED),
    (True, ACCEPTED),
    ([], ACCEPTED),
    ({}, ACCEPTED),
    ([[None], {"a": None}], ACCEPTED),
    ({"message": None}, ACCEPTED),
    ("naïve \u0000 日本 😀", ACCEPTED),
    (10**300, ACCEPTED),
    (None, 8006),
]


@pytest.mark.parametrize(("message", "code"), MESSAGES, ids=ids_of(MESSAGES))
def test_w8_any_json_but_null_is_a_message_and_comes_back_equal(wire, message, code):
    assert outcome(wire.publish({"message": message})) == code
    assert wire.data() == [json.loads(json.dumps(message))] * (code == ACCEPTED)


def test_w8_types_survive_the_journey(wire):
    wire.published({"message": [1, 1.0, True, "1"]})
    [data] = wire.data()
    assert [type(value) for value in data] == [int, float, bool, str]


@pytest.mark.parametrize("body", [{}, {"Message": "hi"}, {"data": "hi"}, {"headers": {}}], ids=json.dumps)
def test_w8_without_a_message_it_is_8007(wire, body):
    assert outcome(wire.publish(body)) == 8007
    assert wire.stored == NOTHING


WRONG_TYPES = {
    "publisherId": [True, False, [], {}, ["p"], {"id": "p"}],
    "headers": ["text", 1, True, [], [{"a": 1}], "", 0, False],
    "subtopic": [1, True, [], {}, ["a.b"], 0, False],
    "repeatEvery": ["60", True, False, [], {}, "", -1, -0.001, 0.0009, 0.0005],
}
WRONG = [(name, value) for name, values in WRONG_TYPES.items() for value in values]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=[f"{name}={json.dumps(value)}" for name, value in WRONG])
def test_w9_a_field_of_the_wrong_type_is_8008_with_its_name(wire, name, value):
    answer = wire.publish({"message": "hi", name: value})
    assert (answer.status, answer.json) == (400, {"code": 8008, "message": f"Invalid parameter '{name}'"})
    assert wire.stored == NOTHING


SUBSCRIBE_WRONG_TYPES = {
    "subscriberId": [True, [], {}],
    "selector": [1, True, [], {}],
    "subtopic": [1, True, [], {}],
}
SUBSCRIBE_WRONG = [(name, value) for name, values in SUBSCRIBE_WRONG_TYPES.items() for value in values]


@pytest.mark.parametrize(
    ("name", "value"), SUBSCRIBE_WRONG, ids=[f"{name}={json.dumps(value)}" for name, value in SUBSCRIBE_WRONG]
)
def test_w9_the_same_holds_for_subscribing(wire, name, value):
    answer = wire.send("POST", f"{MESSAGING}/default/subscribe", {name: value})
    assert (answer.status, answer.json) == (400, {"code": 8008, "message": f"Invalid parameter '{name}'"})
    assert wire.stored == NOTHING


OPTIONAL = ["publisherId", "headers", "subtopic", "publishAt", "repeatEvery", "repeatExpiresAt"]


@pytest.mark.parametrize("name", OPTIONAL)
def test_w9_null_in_an_optional_field_means_absent(wire, name):
    wire.published({"message": "plain"})
    wire.published({"message": "plain", name: None})
    first, second = wire.poll(wire.subscribed())
    assert {**first, "messageId": ""} == {**second, "messageId": ""}


@pytest.mark.parametrize("name", ["subscriberId", "selector", "subtopic"])
def test_w9_null_in_an_optional_field_of_subscribing_means_absent(wire, name):
    wire.published({"message": "hi", "subtopic": "a"})
    subscription = wire.subscribed(body={name: None})
    assert [message["data"] for message in wire.poll(subscription)] == ["hi"]


UNKNOWN_FIELDS = [
    pytest.param("releatEvery", "repeatEvery", id="the-documentation-s-own"),
    pytest.param("publishat", "publishAt", id="case"),
    pytest.param("repeatExpireAt", "repeatExpiresAt", id="a-letter-less"),
    pytest.param("header", "headers", id="singular"),
    pytest.param("colour", None, id="nothing-near"),
]


@pytest.mark.parametrize(("field", "meant"), UNKNOWN_FIELDS)
def test_w10_an_unknown_field_is_ignored_and_hinted_at(wire, field, meant):
    wire.published({"message": "hi", field: 60})
    assert wire.data() == ["hi"]
    guess = f"; did you mean {meant!r}?" if meant else ""
    assert wire.hints == [f"POST …/messaging/default: the service ignores the field {field!r}{guess}"]
    assert wire.problems == []


def test_w10_an_unknown_field_of_subscribing_is_ignored_and_hinted_at(wire):
    wire.subscribed(body={"publisherId": 12232, "subTopic": "a"})
    assert wire.hints == [
        "POST …/messaging/default/subscribe: the service ignores the field 'publisherId'",
        "POST …/messaging/default/subscribe: the service ignores the field 'subTopic'; did you mean 'subtopic'?",
    ]


def test_w10_members_inside_the_message_and_the_headers_are_the_user_s_own(wire):
    wire.published({"message": {"releatEvery": 1}, "headers": {"releatEvery": "1"}})
    assert wire.hints == []


HEADER_VALUES = [
    ("20", "20"),
    ("", ""),
    (20, "20"),
    (0, "0"),
    (-7, "-7"),
    (1.5, "1.5"),
    (2.0, "2.0"),
    (1e22, "1e+22"),
    (10**20, "100000000000000000000"),
    (True, "true"),
    (False, "false"),
    (None, None),
]


@pytest.mark.parametrize(("sent", "returned"), HEADER_VALUES, ids=ids_of(HEADER_VALUES))
def test_w11_header_values_come_back_as_text(wire, sent, returned):
    wire.published({"message": "hi", "headers": {"h": sent}})
    [message] = wire.poll(wire.subscribed())
    assert message["headers"] == {"h": returned, "BL_APPLICATION_ID": APP_ID}


def test_w11_a_number_s_spelling_is_normalised(wire):
    wire.publish(b'{"message":"hi","headers":{"a":1.50,"b":1E2,"c":-0,"d":-0.0}}')
    [message] = wire.poll(wire.subscribed())
    assert message["headers"] == {"a": "1.5", "b": "100.0", "c": "0", "d": "-0.0", "BL_APPLICATION_ID": APP_ID}


@pytest.mark.parametrize("value", [{}, [], {"a": "b"}, ["a"], [1]], ids=json.dumps)
def test_w11_an_object_or_array_as_a_header_value_is_8008(wire, value):
    answer = wire.publish({"message": "hi", "headers": {"good": "1", "bad": value}})
    assert (answer.status, answer.json) == (400, {"code": 8008, "message": "Invalid parameter 'headers'"})
    assert wire.stored == NOTHING


PUBLISHERS = [("p1", "p1"), ("", ""), (12232, "12232"), (1.5, "1.5"), (0, "0"), (None, None)]


@pytest.mark.parametrize(("sent", "returned"), PUBLISHERS, ids=ids_of(PUBLISHERS))
def test_w12_a_publisher_id_comes_back_as_text(wire, sent, returned):
    wire.published({"message": "hi", "publisherId": sent})
    [message] = wire.poll(wire.subscribed())
    assert message["publisherId"] == returned


@pytest.mark.parametrize("value", [True, False, [], {}, ["p"]], ids=json.dumps)
def test_w12_anything_else_as_a_publisher_id_is_8008(wire, value):
    assert wire.publish({"message": "hi", "publisherId": value}).error == (400, 8008)
    assert wire.stored == NOTHING


def test_w13_a_retrieved_message_carries_the_application_id_whatever_the_publisher_says(wire):
    wire.published({"message": "hi", "headers": {"BL_APPLICATION_ID": "mine"}})
    [message] = wire.poll(wire.subscribed())
    assert message["headers"] == {"BL_APPLICATION_ID": APP_ID}


def test_w13_transport_headers_can_be_switched_on():
    wire = Wire(transport_headers=True)
    wire.published({"message": "hi", "headers": {"city": "Tokyo"}})
    [message] = wire.poll(wire.subscribed())
    headers = message["headers"]
    assert list(headers) == ["city", "DSId", "DSDstClientId", "BL_APPLICATION_ID", "BL_VERSION_URL_PREFIX"]
    assert (headers["BL_APPLICATION_ID"], headers["BL_VERSION_URL_PREFIX"]) == (APP_ID, "v1")
    assert GUID4.fullmatch(headers["DSId"])
    assert GUID4.fullmatch(headers["DSDstClientId"])
    assert headers["DSId"] != headers["DSDstClientId"]


@pytest.mark.parametrize("channel", ["default", "Default", "nobody-made-it", "a%20b%23c"])
def test_w15_the_properties_of_any_channel_are_empty_and_asking_creates_nothing(wire, channel):
    answer = wire.send("GET", f"{MESSAGING}/{channel}/properties")
    assert (answer.status, answer.raw) == (200, b"{}")
    assert wire.stored == NOTHING


# --- dates

PUBLISH_AT = [
    (0, ACCEPTED),
    (0.0, ACCEPTED),
    (-0.0, ACCEPTED),
    (None, ACCEPTED),
    (NOW, ACCEPTED),
    (NOW - 1000, ACCEPTED),
    (NOW - 0.5, ACCEPTED),
    (NOW - 1001, 5030),
    (NOW - 1000.5, 5030),
    (1, 5030),
    (NOW // 1000, 5030),
    (-1, 5030),
    (-NOW, 5030),
    (-1e300, 5030),
    (1e300, 5030),
    (10**300, 5030),
    (YEAR_10000, 5030),
    (True, 5030),
    (False, 5030),
    ("soon", 5030),
    ("", 5030),
    (str(NOW), 5030),
    ("2030-01-07T09:00:00Z", 5030),
    ([], 5030),
    ({}, 5030),
    ([NOW], 5030),
]


@pytest.mark.parametrize(("publish_at", "code"), PUBLISH_AT, ids=ids_of(PUBLISH_AT))
def test_t1_publish_at_is_now_or_a_date_that_has_not_passed(wire, publish_at, code):
    assert outcome(wire.publish({"message": "hi", "publishAt": publish_at})) == code
    if code != ACCEPTED:
        assert wire.stored == NOTHING
    assert [message["publishedAt"] for message in wire.poll(wire.subscribed())] == [NOW] * (code == ACCEPTED)


@pytest.mark.parametrize("publish_at", [NOW + 1, NOW + 0.5, NOW + 3_600_000, YEAR_10000 - 1])
def test_t1_publish_at_in_the_future_is_waited_for(wire, publish_at):
    message_id = wire.published({"message": "hi", "publishAt": publish_at})
    assert wire.data() == []
    assert wire.status(message_id).json["status"] == "scheduled"
    assert (wire.stored.messages, wire.stored.pending) == (1, 1)


def test_t1_a_delayed_message_is_delivered_at_its_date_not_before(wire):
    wire.published({"message": "hi", "publishAt": NOW + 3_600_000})
    wire.time.milliseconds += 3_599_999
    assert wire.data() == []
    wire.time.milliseconds += 1
    [message] = wire.poll(wire.subscribed())
    assert (message["data"], message["publishedAt"]) == ("hi", NOW + 3_600_000)


@pytest.mark.parametrize(
    ("tolerance", "publish_at", "code"),
    [(0, NOW, ACCEPTED), (0, NOW - 1, 5030), (3600, NOW - 3_600_000, ACCEPTED), (3600, NOW - 3_600_001, 5030)],
    ids=["none-now", "none-a-moment-ago", "an-hour", "over-an-hour"],
)
def test_t1_the_tolerance_can_be_set(tolerance, publish_at, code):
    wire = Wire(publish_at_tolerance=tolerance)
    assert outcome(wire.publish({"message": "hi", "publishAt": publish_at})) == code
    assert wire.stored.messages == (code == ACCEPTED)


REPEAT_EXPIRES_AT = [
    (0, ACCEPTED),
    (-0.0, ACCEPTED),
    (None, ACCEPTED),
    (NOW + 1, ACCEPTED),
    (NOW + 0.5, ACCEPTED),
    (YEAR_10000 - 1, ACCEPTED),
    (NOW, 5003),
    (NOW - 1, 5003),
    (1, 5003),
    (-1, 5003),
    (1e300, 5003),
    (10**300, 5003),
    (YEAR_10000, 5003),
    (True, 5003),
    (False, 5003),
    ("soon", 5003),
    ("", 5003),
    ([], 5003),
    ({}, 5003),
]


@pytest.mark.parametrize("repeat_every", [60, 0, None], ids=["repeated", "zero", "once"])
@pytest.mark.parametrize(("expires_at", "code"), REPEAT_EXPIRES_AT, ids=ids_of(REPEAT_EXPIRES_AT))
def test_t2_repeat_expires_at_is_never_or_after_the_first_occurrence(wire, expires_at, code, repeat_every):
    body = {"message": "hi", "repeatEvery": repeat_every, "repeatExpiresAt": expires_at}
    assert outcome(wire.publish(body)) == code
    if code != ACCEPTED:
        assert wire.stored == NOTHING
    assert wire.data() == ["hi"] * (code == ACCEPTED)


def test_t2_repeat_expires_at_is_compared_with_publish_at(wire):
    body = {"message": "hi", "repeatEvery": 60, "publishAt": NOW + 60_000}
    assert outcome(wire.publish({**body, "repeatExpiresAt": NOW + 60_000})) == 5003
    assert wire.stored == NOTHING
    assert outcome(wire.publish({**body, "repeatExpiresAt": NOW + 60_001})) == ACCEPTED


def test_t2_repeat_expires_at_without_repeat_every_has_no_further_effect(wire):
    message_id = wire.published({"message": "hi", "repeatExpiresAt": NOW + 60_000})
    assert wire.status(message_id).json["status"] == "published"


@pytest.mark.parametrize("publish_at", [-1, "soon", 1, True])
@pytest.mark.parametrize("expires_at", [-1, "soon", 1, True])
def test_t3_of_two_wrong_dates_publish_at_answers(wire, publish_at, expires_at):
    body = {"message": "hi", "publishAt": publish_at, "repeatExpiresAt": expires_at, "repeatEvery": 1}
    assert outcome(wire.publish(body)) == 5030
    assert wire.stored == NOTHING


@pytest.mark.parametrize("repeat_every", [0, 0.0, -0.0, None], ids=str)
def test_t4_repeat_every_zero_or_null_is_once(wire, repeat_every):
    message_id = wire.published({"message": "hi", "repeatEvery": repeat_every})
    assert wire.status(message_id).json["status"] == "published"


@pytest.mark.parametrize(
    ("repeat_every", "instants"),
    [
        (20, [NOW, NOW + 20_000, NOW + 40_000]),
        (12.5, [NOW, NOW + 12_500, NOW + 25_000, NOW + 37_500, NOW + 50_000]),
        (59.999, [NOW, NOW + 59_999]),
        (1e300, [NOW]),
        (10**300, [NOW]),
    ],
    ids=["integer", "fraction", "almost-a-minute", "never-again", "never-again-integer"],
)
def test_t4_repeat_every_is_in_seconds(wire, repeat_every, instants):
    wire.published({"message": "hi", "repeatEvery": repeat_every})
    wire.time.milliseconds += 59_999
    assert [message["publishedAt"] for message in wire.poll(wire.subscribed())] == instants


def test_t4_repeat_every_goes_down_to_a_millisecond(wire):
    wire.published({"message": "hi", "repeatEvery": 0.001, "repeatExpiresAt": NOW + 3})
    wire.time.milliseconds += 10
    assert [message["publishedAt"] for message in wire.poll(wire.subscribed())] == [NOW, NOW + 1, NOW + 2]


# --- statuses


def test_t7_a_one_shot_message_is_scheduled_then_published(wire):
    message_id = wire.published({"message": "hi", "publishAt": NOW + 5000})
    assert wire.status(message_id).json == {"status": "scheduled", "messageId": message_id, "errorMessage": None}
    wire.time.milliseconds += 5000
    assert wire.status(message_id).json == {"status": "published", "messageId": message_id, "errorMessage": None}


def test_t7_a_repeated_message_is_scheduled_until_its_last_occurrence(wire):
    message_id = wire.published({"message": "hi", "repeatEvery": 60, "repeatExpiresAt": NOW + 120_000})
    assert wire.status(message_id).json["status"] == "scheduled"
    wire.time.milliseconds += 59_999
    assert wire.status(message_id).json["status"] == "scheduled"
    wire.time.milliseconds += 1
    assert wire.status(message_id).json["status"] == "published"


def test_t7_a_cancelled_message_stays_cancelled(wire):
    message_id = wire.published({"message": "hi", "repeatEvery": 60})
    wire.cancel(message_id)
    wire.time.milliseconds += 600_000
    assert wire.status(message_id).json == {"status": "cancelled", "messageId": message_id, "errorMessage": None}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"message:{STRANGE_ID}", f"message:{STRANGE_ID}"),
        (STRANGE_ID, STRANGE_ID),
        ("default", "default"),
        ("a%20b", "a b"),
        ("a%2Fb", "a/b"),
        ("%00", "\u0000"),
        ("%FF", "\udcff"),
        ("日本", "日本"),
        ("1-1", "1-1"),
    ],
    ids=["message-id", "guid", "a-channel", "blank", "slash", "control", "not-utf-8", "unicode", "occurrence"],
)
def test_t7_an_unknown_id_is_no_error(wire, path, shown):
    answer = wire.status(path)
    assert (answer.status, answer.json) == (200, {"status": "unknown", "messageId": shown, "errorMessage": None})
    assert wire.stored == NOTHING


def test_t6_the_id_of_a_delivered_occurrence_is_answered_for_its_message(wire):
    message_id = wire.published({"message": "hi", "repeatEvery": 60})
    [message] = wire.poll(wire.subscribed())
    assert message["messageId"] == f"{message_id}-1"
    assert wire.status(f"{message_id}-1").json == wire.status(message_id).json
    assert wire.status(f"{message_id}-2").json["status"] == "unknown"


TIMINGS = [
    pytest.param({}, "scheduled", "published", id="at-once"),
    pytest.param({"publishAt": NOW}, "scheduled", "published", id="now"),
    pytest.param({"publishAt": NOW + 1}, "scheduled", "scheduled", id="delayed"),
    pytest.param({"repeatEvery": 60}, "scheduled", "scheduled", id="repeated"),
]


@pytest.mark.parametrize(("timing", "by_default", "switched"), TIMINGS)
def test_t9_publish_answers_scheduled_or_what_servers_of_2014_said(wire, timing, by_default, switched):
    old = Wire(immediate_status="published")
    assert wire.publish({"message": "hi", **timing}).json["status"] == by_default
    assert old.publish({"message": "hi", **timing}).json["status"] == switched


def test_t10_published_at_is_the_instant_of_delivery():
    wire = Wire(processing_time=2)
    wire.published({"message": "at once"})
    wire.published({"message": "later", "publishAt": NOW + 1000})
    assert wire.data() == []
    wire.time.milliseconds += 30_000
    messages = wire.poll(wire.subscribed())
    assert [(message["data"], message["publishedAt"]) for message in messages] == [
        ("at once", NOW + 2000),
        ("later", NOW + 3000),
    ]


@pytest.mark.parametrize("options", [{"publishAt": NOW + 60_000}, {"repeatEvery": 60}], ids=["waiting", "repeating"])
def test_t14_what_is_still_to_come_can_be_cancelled(wire, options):
    message_id = wire.published({"message": "hi", **options})
    answer = wire.cancel(message_id)
    assert answer.json == {"status": "cancelled", "messageId": message_id, "errorMessage": None}
    wire.time.milliseconds += 60_000
    assert wire.data() == []
    assert wire.stored.pending == 0


def test_t14_earlier_deliveries_of_a_cancelled_message_stay(wire):
    message_id = wire.published({"message": "hi", "repeatEvery": 20})
    wire.time.milliseconds += 20_000
    wire.cancel(message_id)
    wire.time.milliseconds += 20_000
    assert wire.data() == ["hi", "hi"]


def test_t14_what_is_delivered_cancelled_or_unknown_cannot_be_cancelled(wire):
    delivered = wire.published({"message": "hi"})
    cancelled = wire.published({"message": "hi", "publishAt": NOW + 1})
    wire.cancel(cancelled)
    before = wire.stored
    assert [wire.cancel(each).error for each in (delivered, cancelled, "message:none", "%FF")] == [(400, 5040)] * 4
    assert wire.stored == before


@pytest.mark.parametrize("spelling", ["cancelled", "canceled", "CANCELLED"])
def test_t14_the_spelling_can_be_set_for_cancel_and_status(spelling):
    wire = Wire(cancelled_spelling=spelling)
    message_id = wire.published({"message": "hi", "repeatEvery": 60})
    assert wire.cancel(message_id).json["status"] == spelling
    assert wire.status(message_id).json["status"] == spelling


# --- channels and subscriptions


@pytest.mark.parametrize(("published", "subscribed"), [("Default", "default"), ("default", "Default")])
def test_c2_default_in_upper_case_is_the_same_channel(wire, published, subscribed):
    subscription = wire.subscribed(subscribed)
    wire.published({"message": "hi"}, published)
    assert [message["data"] for message in wire.poll(subscription, published)] == ["hi"]
    assert wire.stored.channels == ("default",)


@pytest.mark.parametrize(("one", "other"), [("default", "DEFAULT"), ("news", "News"), ("default", "default%20")])
def test_c2_other_names_are_case_sensitive(wire, one, other):
    wire.published({"message": "hi"}, one)
    assert wire.data(other) == []
    assert wire.data(one) == ["hi"]


NAMES = [
    pytest.param("a%20b", "a b", id="space"),
    pytest.param("%20", " ", id="only-a-space"),
    pytest.param("a%23b", "a#b", id="hash"),
    pytest.param("a#b", "a#b", id="literal-hash"),
    pytest.param("a%3Fb", "a?b", id="question-mark"),
    pytest.param("a+b&c", "a+b&c", id="plus-and-ampersand"),
    pytest.param("a%2Bb", "a+b", id="encoded-plus"),
    pytest.param("a%25b", "a%b", id="percent"),
    pytest.param("a%252Fb", "a%2Fb", id="encoded-twice"),
    pytest.param("@:=$;,", "@:=$;,", id="literal-punctuation"),
    pytest.param("%E6%97%A5%E6%9C%AC", "日本", id="unicode"),
    pytest.param("%e6%97%a5", "日", id="lower-case-escapes"),
    pytest.param("%F0%9F%98%80", "😀", id="beyond-the-bmp"),
    pytest.param("e%CC%81", "e\u0301", id="combining"),
    pytest.param("..", "..", id="dots"),
    pytest.param("%zz", "%zz", id="no-escape"),
    pytest.param("a%5Cb", "a\\b", id="backslash"),
    pytest.param("message:1", "message:1", id="like-a-message-id"),
    pytest.param("x" * 5000, "x" * 5000, id="long"),
]


@pytest.mark.parametrize(("encoded", "name"), NAMES)
def test_c3_names_are_percent_decoded_and_may_hold_almost_anything(wire, encoded, name):
    wire.published({"message": "hi"}, encoded)
    assert wire.stored.channels == ("default", name)
    assert wire.data(encoded) == ["hi"]
    assert wire.send("DELETE", f"{MESSAGING}/channels/{encoded}").json is True


def test_c3_a_query_is_no_part_of_a_name(wire):
    wire.published({"message": "hi"}, "news?x=1")
    assert wire.stored.channels == ("default", "news")


BAD_NAMES = {
    "empty": "",
    "slash": "a%2Fb",
    "only-a-slash": "%2f",
    "nul": "%00",
    "newline": "a%0Ab",
    "tab": "%09",
    "delete": "%7F",
    "c1-control": "%C2%85",
    "not-utf-8": "%FF",
    "cut-utf-8": "%E6%97",
    "utf-8-surrogate": "%ED%A0%80",
}


@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=BAD_NAMES)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "{}"),
        ("POST", "{}/subscribe"),
        ("GET", "{}/properties"),
        ("GET", "{}/" + STRANGE_ID),
        ("DELETE", "channels/{}"),
    ],
    ids=["publish", "subscribe", "properties", "retrieve", "delete"],
)
def test_c3_a_bad_name_is_5044(wire, method, path, name):
    answer = wire.send(method, f"{MESSAGING}/{path.format(name)}", {"message": "hi"})
    assert (answer.status, answer.json) == (400, {"code": 5044, "message": "Channel name contains invalid character"})
    assert wire.stored == NOTHING
    assert wire.problems == []


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b" { } ", b"\xef\xbb\xbf[]"], ids=["absent", "object", "php", "blanks", "bom"]
)
def test_c4_a_plain_subscription_needs_no_body(wire, body):
    wire.published({"message": "hi", "subtopic": "a.b", "headers": {"x": 1}})
    answer = wire.send("POST", f"{MESSAGING}/default/subscribe", body)
    assert answer.status == 200
    assert [message["data"] for message in wire.poll(answer.json["subscriptionId"])] == ["hi"]


@pytest.mark.parametrize("body", [None, [{}], [1], "", "a", 1, True], ids=json.dumps)
def test_c4_any_other_body_is_8002(wire, body):
    assert wire.send("POST", f"{MESSAGING}/default/subscribe", body).error == (400, 8002)
    assert wire.stored == NOTHING


def test_c4_every_subscription_is_new_even_for_the_same_subscriber(wire):
    first, second = (wire.subscribed(body={"subscriberId": "s1"}) for _ in range(2))
    wire.published({"message": "hi"})
    assert first != second
    assert [len(wire.poll(each)) for each in (first, first, second)] == [1, 0, 1]


def test_c4_a_subscriber_id_may_be_a_number(wire):
    assert wire.subscribed(body={"subscriberId": 1})
    assert wire.hints == []


@pytest.mark.parametrize("channel", ["default", "other", "nobody-made-it", "News"])
def test_c5_the_subscription_of_another_channel_is_8008(wire, channel):
    subscription = wire.subscribed("news")
    wire.published({"message": "hi"}, "news")
    wire.published({"message": "hi"}, "other")
    answer = wire.send("GET", f"{MESSAGING}/{channel}/{subscription}")
    assert (answer.status, answer.json) == (400, {"code": 8008, "message": "Invalid parameter 'subscriptionId'"})
    assert [message["data"] for message in wire.poll(subscription, "news")] == ["hi"]


@pytest.mark.parametrize("subscription", [STRANGE_ID, "x", "%FF", "%00", "a%2Fb", "message:1", "Properties"])
def test_c5_an_unknown_subscription_is_8008(wire, subscription):
    answer = wire.send("GET", f"{MESSAGING}/default/{subscription}")
    assert (answer.status, answer.json) == (400, {"code": 8008, "message": "Invalid parameter 'subscriptionId'"})
    assert wire.stored == NOTHING


def test_c5_the_letters_of_a_subscription_id_are_case_sensitive(wire):
    subscription = wire.subscribed()
    assert wire.send("GET", f"{MESSAGING}/default/{subscription.lower()}").error == (400, 8008)


def test_c1_publishing_and_subscribing_create_a_channel(wire):
    wire.published({"message": "hi"}, "one")
    wire.subscribed("two")
    assert wire.stored.channels == ("default", "one", "two")


def test_c1_strict_channels_refuse_what_nobody_made():
    wire = Wire(strict_channels=True)
    subscribed = wire.send("POST", f"{MESSAGING}/news/subscribe")
    assert (subscribed.status, subscribed.json) == (
        400,
        {"code": 5010, "message": "Can't find message channel with such name for the given application"},
    )
    assert wire.send("GET", f"{MESSAGING}/news/{STRANGE_ID}").error == (400, 5010)
    assert wire.stored == NOTHING
    wire.published({"message": "hi"}, "news")
    assert wire.data("news") == ["hi"]


def test_c6_a_subtopic_travels_both_ways(wire):
    for subtopic in ("a", "a.b", "a.b.c", "ab", None):
        wire.published({"message": subtopic or "none", "subtopic": subtopic})
    polled = {wanted: wire.poll(wire.subscribed(body={"subtopic": wanted})) for wanted in ("a", "a.*", "*", None)}
    assert {wanted: [message["data"] for message in messages] for wanted, messages in polled.items()} == {
        "a": ["a"],
        "a.*": ["a.b", "a.b.c"],
        "*": ["a", "a.b", "a.b.c", "ab"],
        None: ["a", "a.b", "a.b.c", "ab", "none"],
    }


def test_c9_deleting_a_channel_drops_its_subscriptions_and_cancels_what_is_pending(wire):
    subscription = wire.subscribed("news")
    waiting = wire.published({"message": "hi", "publishAt": NOW + 1000}, "news")
    elsewhere = wire.published({"message": "hi", "publishAt": NOW + 1000}, "other")
    answer = wire.send("DELETE", f"{MESSAGING}/channels/news")
    assert (answer.status, answer.json) == (200, True)
    assert wire.send("GET", f"{MESSAGING}/news/{subscription}").error == (400, 8008)
    assert wire.status(waiting).json["status"] == "cancelled"
    assert wire.status(elsewhere).json["status"] == "scheduled"
    assert wire.stored.channels == ("default", "other")


def test_c9_a_channel_made_anew_knows_nothing_of_the_deleted_one(wire):
    wire.published({"message": "old"}, "news")
    wire.send("DELETE", f"{MESSAGING}/channels/news")
    wire.published({"message": "new"}, "news")
    assert wire.data("news") == ["new"]


@pytest.mark.parametrize("name", ["default", "Default"])
def test_c9_the_default_channel_is_only_emptied(wire, name):
    subscription = wire.subscribed()
    wire.published({"message": "hi"})
    assert wire.send("DELETE", f"{MESSAGING}/channels/{name}").json is True
    assert wire.send("GET", f"{MESSAGING}/default/{subscription}").error == (400, 8008)
    assert wire.data() == []
    assert wire.stored.channels == ("default",)


@pytest.mark.parametrize("name", ["nobody-made-it", "DEFAULT", "properties"])
def test_c9_deleting_an_unknown_channel_is_5010(wire, name):
    assert wire.send("DELETE", f"{MESSAGING}/channels/{name}").error == (400, 5010)
    assert wire.stored == NOTHING


def test_t11_a_message_can_be_retrieved_while_it_is_younger_than_a_minute(wire):
    early, late = wire.subscribed(), wire.subscribed()
    wire.published({"message": "hi"})
    wire.time.milliseconds += 59_999
    assert [message["data"] for message in wire.poll(early)] == ["hi"]
    wire.time.milliseconds += 1
    assert wire.poll(late) == []


def test_what_was_handed_out_once_is_not_returned_again_but_others_still_get_it(wire):
    first, second = wire.subscribed(), wire.subscribed()
    wire.published({"message": "hi"})
    assert [len(wire.poll(each)) for each in (first, first, second, second)] == [1, 0, 1, 0]


def test_what_is_stored_counts_what_a_request_may_change(wire):
    wire.published({"message": "hi", "repeatEvery": 60}, "news")
    wire.subscribed("news")
    assert wire.stored == Stored(1, 1, ("default", "news"), 1, 2)
