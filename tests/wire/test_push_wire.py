"""What travels for pushes: registrations, targets, templates, statuses with counters, and e-mails."""

from __future__ import annotations

import re

import pytest
from http_support import ABSENT, MESSAGING, NOTHING, NOW, PREFIX, YEAR_10000, Stored, Wire

from pytest_backendless_mock.diagnosis.timeline import tell
from pytest_backendless_mock.messaging.event import Pushed, PushFailed
from pytest_backendless_mock.messaging.template import Template

REGISTRATIONS = f"{MESSAGING}/registrations"
TITLE = {"ios-alert-title": "News", "android-content-title": "News"}
NEVER_HEARD = "message:00000000-0000-4000-8000-000000000000"


@pytest.fixture
def wire():
    return Wire()


def ids_of(rows):
    return [re.sub("[^0-9a-zA-Z.-]+", "_", repr(row[0] if isinstance(row, tuple) else row))[:40] for row in rows]


def register(wire, device_id="d1", **more):
    body = {"deviceId": device_id, "deviceToken": "t1", "os": "ANDROID", **more}
    answer = wire.send("POST", REGISTRATIONS, body)
    assert answer.status == 200, answer
    return answer


def retrieve(wire, device_id="d1"):
    return wire.send("GET", f"{REGISTRATIONS}/{device_id}")


def refuse(wire, device_id="d1", reason="Unregistered"):
    with wire.application.backend.session() as (broker, now):
        broker.devices.refuse(device_id, reason, now)


def add_template(wire, name, message="hi", **more):
    with wire.application.backend.session() as (broker, _):
        broker.templates.add(Template(name, message, **more))


def add_email_template(wire, name):
    with wire.application.backend.session() as (broker, _):
        broker.templates.add_email(name)


def reached(wire):
    """Who got pushes so far, refusals with a minus."""
    with wire.application.backend.session():
        pass
    told = {Pushed: "", PushFailed: "-"}
    return [
        told[type(entry)] + entry.device.device_id for entry in wire.application.backend.timeline if type(entry) in told
    ]


# --- registrations


def test_p6_a_registration_answers_its_id(wire):
    answer = register(wire)
    registration_id = answer.json["registrationId"]
    assert answer.raw == b'{"registrationId":"%s"}' % registration_id.encode()
    assert re.fullmatch("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}::default", registration_id)


def test_p6_a_registration_is_retrieved_as_an_array_of_one(wire):
    registration_id = register(wire, os="IOS", osVersion="17.2", channels=["news", "Default"]).json["registrationId"]
    assert (
        retrieve(wire).raw
        == (
            b'[{"id":"%s","deviceToken":"t1","deviceId":"d1","os":"IOS","osVersion":"17.2","expiration":null,'
            b'"channels":["news","default"]}]'
        )
        % registration_id.partition("::")[0].encode()
    )


def test_p6_what_a_registration_leaves_out_is_filled_in(wire):
    register(wire, osVersion=None, channels=None, expiration=None)
    [found] = retrieve(wire).json
    assert (found["osVersion"], found["channels"], found["expiration"]) == ("", ["default"], None)


def test_p6_registering_again_adds_channels_and_keeps_the_id(wire):
    first = register(wire, channels=["news"], deviceToken="old")
    again = register(wire, channels=["sport"], deviceToken="new").json["registrationId"]
    guid = first.json["registrationId"].removesuffix("::news")
    assert again == f"{guid}::news,{guid}::sport"
    [found] = retrieve(wire).json
    assert (found["channels"], found["deviceToken"]) == (["news", "sport"], "new")


def test_p6_unregistering_answers_true_and_the_device_is_gone(wire):
    register(wire)
    answer = wire.send("DELETE", f"{REGISTRATIONS}/d1")
    assert (answer.status, answer.raw) == (200, b'{"result":true}')
    assert retrieve(wire).error == (400, 5000)


def test_a_device_id_is_percent_decoded(wire):
    register(wire, "a b/c:#é")
    assert retrieve(wire, "a%20b%2Fc:%23%C3%A9").json[0]["deviceId"] == "a b/c:#é"
    assert wire.send("DELETE", f"{REGISTRATIONS}/a%20b%2Fc:%23%C3%A9").status == 200


@pytest.mark.parametrize("os", ["ios", "Ios", "IOS"])
def test_a_system_is_known_in_any_case(wire, os):
    register(wire, os=os)
    assert retrieve(wire).json[0]["os"] == "IOS"


def test_registering_makes_the_channels_of_the_device():
    wire = Wire(strict_channels=True)
    assert wire.send("POST", f"{MESSAGING}/news/subscribe").error == (400, 5010)
    register(wire, channels=["news"])
    assert wire.send("POST", f"{MESSAGING}/news/subscribe").status == 200


EXPIRATIONS = [
    (NOW + 1, NOW + 1),
    (NOW / 1000 + 0.25, NOW + 250),
    (NOW // 1000 + 60, NOW + 60_000),
    (NOW + 0.9, NOW),
    (99_999_999_999, 99_999_999_999_000),
    (YEAR_10000 - 1, YEAR_10000 - 1),
]


@pytest.mark.parametrize(
    ("sent", "stored"), EXPIRATIONS, ids=["swift", "javascript", "seconds", "fraction", "most-seconds", "last"]
)
def test_p7_an_expiration_is_seconds_or_milliseconds_by_its_size(wire, sent, stored):
    register(wire, expiration=sent)
    assert retrieve(wire).json[0]["expiration"] == stored


@pytest.mark.parametrize("expiration", [0, 0.0, None, ABSENT], ids=["0", "0.0", "null", "absent"])
def test_p7_without_an_expiration_a_device_stays(wire, expiration):
    register(wire, **({} if expiration is ABSENT else {"expiration": expiration}))
    wire.time.milliseconds = YEAR_10000 - 1
    assert retrieve(wire).json[0]["expiration"] is None


def test_p7_an_expired_device_is_unknown(wire):
    register(wire, expiration=NOW + 1000)
    wire.time.milliseconds = NOW + 999
    assert retrieve(wire).status == 200
    wire.time.milliseconds = NOW + 1000
    assert retrieve(wire).error == (400, 5000)
    assert wire.send("DELETE", f"{REGISTRATIONS}/d1").error == (400, 5001)
    wire.published({"message": "hi", "headers": TITLE})
    assert reached(wire) == []


BAD_DATES = [NOW, NOW - 1, NOW // 1000, 1, 10**11, 0.001, -1, YEAR_10000, 10**18, 1e300, 1e308]


@pytest.mark.parametrize("expiration", BAD_DATES, ids=repr)
def test_p7_an_expiration_that_is_no_date_to_come_is_5004(wire, expiration):
    answer = wire.send(
        "POST", REGISTRATIONS, {"deviceId": "d1", "deviceToken": "t", "os": "IOS", "expiration": expiration}
    )
    assert (answer.status, answer.json) == (
        400,
        {"code": 5004, "message": "Unable to register device. Invalid expiration date."},
    )
    assert wire.stored == NOTHING


GOOD = {"deviceId": "d1", "deviceToken": "t", "os": "IOS"}
BAD_REGISTRATIONS = [
    (None, 5006),
    ([], 5005),
    ("d1", 5005),
    (5, 5005),
    ({}, 5011),
    ({"deviceToken": "t", "os": "IOS"}, 5011),
    ({**GOOD, "deviceId": None}, 5011),
    ({"deviceId": None}, 5011),
    ({**GOOD, "deviceId": 7}, 5005),
    ({"deviceId": "d1"}, 5005),
    ({"deviceId": "d1", "os": "IOS"}, 5005),
    ({"deviceId": "d1", "deviceToken": "t"}, 5005),
    ({**GOOD, "deviceToken": None}, 5005),
    ({**GOOD, "deviceToken": 7}, 5005),
    ({**GOOD, "os": None}, 5005),
    ({**GOOD, "os": "PALM"}, 5005),
    ({**GOOD, "os": "IOS\n"}, 5005),
    ({**GOOD, "os": "\u0130OS"}, 5005),
    ({**GOOD, "osVersion": 17}, 5005),
    ({**GOOD, "channels": "news"}, 5005),
    ({**GOOD, "channels": [1]}, 5005),
    ({**GOOD, "channels": [None]}, 5005),
    ({**GOOD, "expiration": "tomorrow"}, 5004),
    ({**GOOD, "expiration": True}, 5004),
    ({**GOOD, "channels": ["a/b"]}, 5044),
    ({**GOOD, "channels": ["a\n"]}, 5044),
]


@pytest.mark.parametrize(("body", "code"), BAD_REGISTRATIONS, ids=ids_of(BAD_REGISTRATIONS))
def test_p6_a_bad_registration_is_refused(wire, body, code):
    assert wire.send("POST", REGISTRATIONS, body).error == (400, code)
    assert wire.stored == NOTHING


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"expiration":NaN}', b"\xef\xbb\xbf{"], ids=["empty", "cut", "latin", "nan", "bom"]
)
def test_p6_what_is_no_json_stays_8002(wire, body):
    assert wire.send("POST", REGISTRATIONS, body).error == (400, 8002)
    assert wire.stored == NOTHING


def test_p6_a_byte_order_mark_is_dropped(wire):
    body = b'\xef\xbb\xbf{"deviceId":"d1","deviceToken":"t","os":"IOS"}'
    assert wire.send("POST", REGISTRATIONS, body).status == 200


DEVICE_TEXTS = [
    ("GET registrations/d1", ABSENT, 5000, "Unable to retrieve device. Invalid device ID."),
    ("DELETE registrations/d1", ABSENT, 5001, "Unable to cancel device registration. Invalid device ID"),
    ("POST registrations", None, 5006, "Device registration can't be null"),
    ("POST registrations", {}, 5011, "Unable to register device, deviceId cannot be null"),
    ("POST registrations", [], 5005, "Wrong json format for device registration: it is not an object"),
    (
        "POST registrations",
        {"deviceId": "d1"},
        5005,
        "Wrong json format for device registration: deviceToken and os are needed",
    ),
    (
        "POST registrations",
        {**GOOD, "os": "PALM"},
        5005,
        "Wrong json format for device registration: os is none of IOS, ANDROID, WP, OSX",
    ),
    (
        "POST news",
        {"message": [], "publishPolicy": "PUSH"},
        5041,
        "Invalid message for push notification, provide message that could be cast to String",
    ),
    ("POST news", {"message": "hi", "segmentQuery": "os ="}, 19000, "Invalid where clause: os ="),
    ("POST push/welcome", {}, 24002, "Push Template with name 'welcome' doesn't exist."),
    ("POST push/a%20b", ABSENT, 24002, "Push Template with name 'a b' doesn't exist."),
    ("POST email", {}, 5048, "You must specify at least one recipient's email address"),
    ("POST email", {"to": ["ann@example.com"]}, 5049, "You must specify at least one body"),
    (
        "POST ../emailtemplate/send",
        {"template-name": "welcome"},
        24002,
        "Email Template with name 'welcome' doesn't exist.",
    ),
]


@pytest.mark.parametrize(
    ("request_line", "body", "code", "text"), DEVICE_TEXTS, ids=[f"{row[2]}-{row[0]}" for row in DEVICE_TEXTS]
)
def test_w3_each_error_of_pushes_has_the_service_s_text(wire, request_line, body, code, text):
    method, path = request_line.split(" ")
    url = f"{PREFIX}/{path[3:]}" if path.startswith("../") else f"{MESSAGING}/{path}"
    answer = wire.send(method, url, body)
    assert (answer.status, answer.json) == (400, {"code": code, "message": text})
    assert wire.stored == NOTHING


@pytest.mark.parametrize(
    "line",
    [
        "GET registrations",
        "DELETE registrations",
        "GET registrations/",
        "PUT registrations/d1",
        "POST registrations/d1",
        "POST push",
        "GET push/welcome",
        "POST pushtemplates",
        "DELETE pushtemplates/IOS",
        "GET email",
        "POST push/welcome/now",
    ],
)
def test_what_is_next_to_the_push_routes_is_unknown(wire, line):
    method, path = line.split(" ")
    assert wire.send(method, f"{MESSAGING}/{path}").error == (404, 404)
    assert len(wire.problems) == 1


# --- publishing to devices

MASKS = [
    (1, "i"),
    (2, "a"),
    (3, "ia"),
    (7, "iawx"),
    (15, "iawx"),
    ("12", "wx"),
    ("IOS", "i"),
    ("ALL", "iawx"),
    ("IOS | ANDROID", "ia"),
    ("FOR_ALL", "iawx"),
    ("FOR_IOS|FOR_ANDROID", "ia"),
    ("FOR_NONE", "iawx"),
    ("for_osx", "x"),
    (0, "iawx"),
    ("", "iawx"),
    (None, "iawx"),
]


@pytest.mark.parametrize(("mask", "expected"), MASKS, ids=[repr(row[0]) for row in MASKS])
def test_p3_a_broadcast_in_every_spelling(wire, mask, expected):
    for name, os in (("i", "IOS"), ("a", "ANDROID"), ("w", "WP"), ("x", "OSX")):
        register(wire, name, os=os)
    wire.published({"message": "hi", "headers": TITLE, "publishPolicy": "PUSH", "pushBroadcast": mask})
    assert reached(wire) == list(expected)


BAD_OPTIONS = [
    ("pushBroadcast", -1),
    ("pushBroadcast", 16),
    ("pushBroadcast", 1.5),
    ("pushBroadcast", True),
    ("pushBroadcast", "PALM"),
    ("pushBroadcast", "-1"),
    ("pushBroadcast", ["IOS"]),
    ("pushSinglecast", "d1"),
    ("pushSinglecast", [1]),
    ("pushSinglecast", {}),
    ("segmentQuery", 5),
    ("segmentQuery", ["os = 'IOS'"]),
    ("publishPolicy", "EVERYBODY"),
    ("publishPolicy", "push"),
    ("publishPolicy", ""),
    ("publishPolicy", 1),
    ("pushPolicy", "PUSH"),
    ("pushPolicy", "NONE"),
    ("templateValues", []),
]


@pytest.mark.parametrize(("field", "value"), BAD_OPTIONS, ids=[f"{row[0]}-{row[1]!r}" for row in BAD_OPTIONS])
def test_p1_p3_a_push_option_of_another_kind_is_8008_with_its_name(wire, field, value):
    answer = wire.publish({"message": "hi", "headers": TITLE, field: value})
    assert (answer.status, answer.json) == (400, {"code": 8008, "message": f"Invalid parameter '{field}'"})
    assert wire.stored == NOTHING


@pytest.mark.parametrize(
    ("field", "value"),
    [(name, None) for name in ("publishPolicy", "pushPolicy", "pushBroadcast", "pushSinglecast", "segmentQuery")],
)
def test_w9_null_in_a_push_option_means_absent(wire, field, value):
    register(wire)
    wire.published({"message": "hi", field: value})
    assert reached(wire) == []


POLICIES = [
    ({}, ["d1"], ["hi"]),
    ({"publishPolicy": "PUSH"}, ["d1"], []),
    ({"publishPolicy": "PUBSUB"}, [], ["hi"]),
    ({"publishPolicy": "BOTH"}, ["d1"], ["hi"]),
    ({"pushPolicy": "ONLY"}, ["d1"], []),
    ({"pushPolicy": "ALSO"}, ["d1"], ["hi"]),
    ({"publishPolicy": "PUBSUB", "pushPolicy": "ONLY"}, [], ["hi"]),
]


@pytest.mark.parametrize(("policy", "devices", "retrieved"), POLICIES, ids=ids_of(POLICIES))
def test_p1_push_reaches_no_subscriber_pubsub_no_device_both_both(wire, policy, devices, retrieved):
    register(wire)
    wire.published({"message": "hi", "headers": TITLE, **policy})
    assert reached(wire) == devices
    assert wire.data() == retrieved


def test_p2_targets_come_from_the_wire(wire):
    for name, os in (("d1", "IOS"), ("d2", "IOS"), ("d3", "ANDROID")):
        register(wire, name, os=os, channels=["news"])
    targets = {"pushBroadcast": "IOS", "pushSinglecast": ["d2", "d3"], "segmentQuery": "channelName = 'news'"}
    wire.published({"message": "hi", "headers": TITLE, **targets})
    assert reached(wire) == ["d2"]


def test_p5_5041_is_said_after_the_dates_and_before_the_segment(wire):
    body = {"message": {}, "publishPolicy": "PUSH", "segmentQuery": "os ="}
    assert wire.publish({**body, "publishAt": 1, "repeatExpiresAt": 1}).error == (400, 5030)
    assert wire.publish({**body, "repeatExpiresAt": 1}).error == (400, 5003)
    assert wire.publish(body).error == (400, 5041)
    assert wire.publish({**body, "message": "hi"}).error == (400, 19000)
    assert wire.publish({**body, "publishPolicy": "PUBSUB"}).status == 200


def test_p9_a_push_without_display_headers_is_accepted_with_a_hint(wire):
    register(wire)
    wire.published({"message": "hi", "publishPolicy": "PUSH"}, "news")
    assert wire.hints == [
        (
            "a push to channel 'news' has no header that a device shows: "
            "ios-alert-title, ios-alert-body on iOS, android-content-title, android-content-text on Android"
        )
    ]
    assert wire.problems == []


@pytest.mark.parametrize(
    "body",
    [{"publishPolicy": "PUSH", "headers": TITLE}, {"publishPolicy": "PUBSUB", "pushBroadcast": 1}, {}],
    ids=["display", "pubsub", "plain"],
)
def test_p9_there_is_no_hint_where_there_is_no_need(wire, body):
    wire.published({"message": "hi", **body})
    assert wire.hints == []


# --- status


def test_a_push_s_status_carries_its_counters_behind_the_error_message(wire):
    register(wire)
    message_id = wire.published({"message": "hi", "headers": TITLE, "publishPolicy": "PUSH"})
    assert (
        wire.status(message_id).raw
        == (
            b'{"status":"published","messageId":"%s","errorMessage":null,'
            b'"sendingTimeInMillis":0,"successfulSendsAmount":1,"failedSendsAmount":0}'
        )
        % message_id.encode()
    )


@pytest.mark.parametrize("body", [{}, {"publishPolicy": "PUBSUB", "headers": TITLE}], ids=["plain", "pubsub"])
def test_a_pubsub_message_s_status_stays_the_three_documented_keys(wire, body):
    message_id = wire.published({"message": "hi", **body})
    expected = b'{"status":"published","messageId":"%s","errorMessage":null}' % message_id.encode()
    assert wire.status(message_id).raw == expected


def test_an_unknown_message_s_status_stays_the_three_documented_keys(wire):
    assert list(wire.status(NEVER_HEARD).json) == ["status", "messageId", "errorMessage"]


def test_the_publish_answer_of_a_push_is_that_of_any_message(wire):
    answer = wire.publish({"message": "hi", "headers": TITLE, "publishPolicy": "PUSH"})
    expected = b'{"errorMessage":null,"messageId":"%s","status":"scheduled"}' % answer.json["messageId"].encode()
    assert answer.raw == expected


def test_p4_a_push_to_nobody_is_published(wire):
    status = wire.status(wire.published({"message": "hi", "headers": TITLE, "publishPolicy": "PUSH"})).json
    assert (status["status"], status["successfulSendsAmount"], status["failedSendsAmount"]) == ("published", 0, 0)


@pytest.mark.parametrize(("policy", "expected"), [("PUSH", "failed"), ("BOTH", "published")])
def test_p10_a_push_that_every_device_refused(wire, policy, expected):
    register(wire)
    refuse(wire)
    message_id = wire.published({"message": "hi", "headers": TITLE, "publishPolicy": policy})
    assert wire.status(message_id).json == {
        "status": expected,
        "messageId": message_id,
        "errorMessage": "Unregistered (d1)",
        "sendingTimeInMillis": 0,
        "successfulSendsAmount": 0,
        "failedSendsAmount": 1,
    }
    assert reached(wire) == ["-d1"]


def test_cancelling_a_push_answers_its_counters_too(wire):
    message_id = wire.published({"message": "hi", "headers": TITLE, "publishPolicy": "PUSH", "publishAt": NOW + 1000})
    assert (
        wire.cancel(message_id).raw
        == (
            b'{"status":"cancelled","messageId":"%s","errorMessage":null,'
            b'"sendingTimeInMillis":0,"successfulSendsAmount":0,"failedSendsAmount":0}'
        )
        % message_id.encode()
    )


def test_t6_an_occurrence_of_a_repeated_push_has_the_status_of_its_message(wire):
    register(wire)
    body = {"message": "hi", "headers": TITLE, "publishPolicy": "PUSH", "repeatEvery": 60}
    message_id = wire.published(body)
    wire.time.milliseconds += 60_000
    status = wire.status(f"{message_id}-2").json
    assert (status["messageId"], status["successfulSendsAmount"]) == (message_id, 2)
    assert wire.status(f"{message_id}-3").json["status"] == "unknown"


def test_a_delayed_push_is_decided_when_it_is_due(wire):
    register(wire, "brief", expiration=NOW + 30_000)
    wire.published({"message": "hi", "headers": TITLE, "publishAt": NOW + 60_000})
    wire.time.milliseconds = NOW + 59_999
    register(wire, "late")
    assert reached(wire) == []
    wire.time.milliseconds = NOW + 60_000
    assert reached(wire) == ["late"]


# --- templates


@pytest.mark.parametrize(
    "body",
    [ABSENT, {}, {"templateValues": {}}, {"templateValues": None}],
    ids=["absent", "nothing", "no-values", "null"],
)
def test_a_template_push_needs_no_values(wire, body):
    register(wire)
    add_template(wire, "welcome")
    answer = wire.send("POST", f"{MESSAGING}/push/welcome", body)
    expected = b'{"errorMessage":null,"messageId":"%s","status":"scheduled"}' % answer.json["messageId"].encode()
    assert answer.raw == expected
    assert reached(wire) == ["d1"]
    assert wire.status(answer.json["messageId"]).json["successfulSendsAmount"] == 1
    assert wire.data() == []
    assert wire.problems == []


def test_template_values_become_text(wire):
    add_template(wire, "t", "{a} {b} {c} {d}")
    values = {"a": 20, "b": True, "c": 1.5, "d": "x"}
    wire.send("POST", f"{MESSAGING}/push/t", {"templateValues": values})
    with wire.application.backend.session() as (broker, _):
        assert [publication.message.data for publication in broker.publications.values()] == ["20 true 1.5 x"]


BAD_TEMPLATE_BODIES = [
    ([], 8002),
    (None, 8002),
    ("x", 8002),
    (b"{", 8002),
    ({"templateValues": []}, 8008),
    ({"templateValues": {"a": {}}}, 8008),
    ({"templateValues": {"a": [1]}}, 8008),
    ({"repeatEvery": -1}, 8008),
    ({"publishAt": NOW - 60_000}, 5030),
    ({"publishAt": "soon"}, 5030),
    ({"repeatExpiresAt": NOW}, 5003),
    ({"publishAt": -1, "repeatExpiresAt": 1}, 5030),
]


@pytest.mark.parametrize(("body", "code"), BAD_TEMPLATE_BODIES, ids=ids_of(BAD_TEMPLATE_BODIES))
def test_p11_a_bad_template_push_is_refused(wire, body, code):
    add_template(wire, "welcome")
    assert wire.send("POST", f"{MESSAGING}/push/welcome", body).error == (400, code)
    assert wire.stored == NOTHING


def test_p11_a_template_push_takes_the_dates_of_a_publish(wire):
    add_template(wire, "welcome")
    dates = {"publishAt": NOW + 60_000, "repeatEvery": 60, "repeatExpiresAt": NOW + 180_000}
    message_id = wire.send("POST", f"{MESSAGING}/push/welcome", dates).json["messageId"]
    register(wire)
    wire.time.milliseconds = NOW + 600_000
    assert reached(wire) == ["d1", "d1"]
    assert wire.status(message_id).json["successfulSendsAmount"] == 2


def test_an_unresolved_placeholder_is_objected_to_with_its_name(wire):
    add_template(wire, "welcome", "hi {name}", headers={"ios-alert-title": "{title}"})
    assert wire.send("POST", f"{MESSAGING}/push/welcome", {"templateValues": {"name": None}}).status == 200
    assert wire.problems == [
        "the push template 'welcome' was sent without a value for {name}",
        "the push template 'welcome' was sent without a value for {title}",
    ]


def test_an_unresolved_placeholder_that_spoils_the_segment_is_shown_with_the_refusal(wire):
    add_template(wire, "welcome", segment="osVersion > {least}")
    assert wire.send("POST", f"{MESSAGING}/push/welcome", {}).error == (400, 19000)
    [refusal] = [tell(event).splitlines() for event in wire.application.backend.timeline]
    assert refusal == [
        "POST …/messaging/push/welcome: 19000 Invalid where clause: osVersion > {least} ('{' cannot stand here, at 12",
        "  osVersion > {least}",
        "              ^)",
    ]
    assert wire.problems == []


def test_an_unknown_field_of_a_template_push_is_hinted_at(wire):
    add_template(wire, "welcome")
    wire.send("POST", f"{MESSAGING}/push/welcome", {"templateValue": {}})
    assert wire.hints == [
        "POST …/messaging/push/welcome: the service ignores the field 'templateValue'; did you mean 'templateValues'?"
    ]


def test_templates_are_listed_in_the_shape_of_the_console(wire):
    assert wire.send("GET", f"{MESSAGING}/pushtemplates").raw == b"{}"
    add_template(
        wire, "t", "hi {a}", headers={"x": "1"}, platforms=("IOS",), channel="news", segment="deviceId = '{a}'"
    )
    assert wire.send("GET", f"{MESSAGING}/pushtemplates").raw == (
        b'{"t":{"name":"t","message":"hi {a}","platforms":["IOS"],"channelName":"news",'
        b'"segmentQuery":"deviceId = \'{a}\'","headers":{"x":"1"}}}'
    )


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("pushtemplates", ["apple", "google", "all"]),
        ("pushtemplates/IOS", ["apple", "all"]),
        ("pushtemplates/ios", ["apple", "all"]),
        ("pushtemplates/OSX", ["apple", "all"]),
        ("pushtemplates/ANDROID", ["google", "all"]),
        ("pushtemplates/PALM", ["all"]),
    ],
)
def test_templates_are_listed_by_device_type_and_without_platforms_for_all(wire, path, names):
    add_template(wire, "apple", platforms=("IOS", "OSX"))
    add_template(wire, "google", platforms=("ANDROID",))
    add_template(wire, "all")
    assert list(wire.send("GET", f"{MESSAGING}/{path}").json) == names


# --- e-mails

HELLO = {"subject": "hi", "bodyparts": {"textmessage": "hello"}, "to": ["ann@example.com"]}
EMAIL_TEMPLATE = f"{PREFIX}/emailtemplate/send"


def emails(wire):
    return [entry.email for entry in wire.application.backend.timeline if hasattr(entry, "email")]


def test_w20_an_email_is_answered_as_scheduled(wire):
    answer = wire.send("POST", f"{MESSAGING}/email", {**HELLO, "attachment": ["/a.txt"]})
    message_id = answer.json["messageId"]
    assert answer.raw == b'{"errorMessage":null,"messageId":"%s","status":"scheduled"}' % message_id.encode()
    assert re.fullmatch("mail:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", message_id)
    expected = b'{"status":"published","messageId":"%s","errorMessage":null}' % message_id.encode()
    assert wire.status(message_id).raw == expected
    [email] = emails(wire)
    assert (email.subject, email.text, email.html) == ("hi", "hello", None)
    assert (email.to, email.attachments) == (("ann@example.com",), ("/a.txt",))


def test_w20_an_email_from_a_template_is_answered_as_scheduled(wire):
    add_email_template(wire, "welcome")
    body = {
        "template-name": "welcome",
        "addresses": ["ann@example.com"],
        "cc-addresses": ["bob@example.com"],
        "bcc-addresses": ["eve@example.com"],
        "template-values": {"name": "Ann", "n": 1},
        "uniqueEmails": True,
        "attachment": ["/a.txt"],
    }
    answer = wire.send("POST", EMAIL_TEMPLATE, body)
    expected = b'{"errorMessage":null,"messageId":"%s","status":"scheduled"}' % answer.json["messageId"].encode()
    assert answer.raw == expected
    [email] = emails(wire)
    assert (email.to, email.cc, email.bcc) == (("ann@example.com",), ("bob@example.com",), ("eve@example.com",))
    assert (email.template, email.values) == ("welcome", {"name": "Ann", "n": "1"})
    assert (email.attachments, email.criteria) == (("/a.txt",), None)


def test_w20_addresses_are_ignored_when_there_are_criteria(wire):
    add_email_template(wire, "welcome")
    body = {"template-name": "welcome", "addresses": ["ann@example.com"], "criteria": "age > 18"}
    assert wire.send("POST", EMAIL_TEMPLATE, body).status == 200
    [email] = emails(wire)
    assert (email.to, email.criteria) == ((), "age > 18")


BAD_EMAILS = [
    ({}, 5048),
    ({**HELLO, "to": []}, 5048),
    ({**HELLO, "to": None}, 5048),
    ({"to": []}, 5048),
    ({**HELLO, "bodyparts": {}}, 5049),
    ({**HELLO, "bodyparts": None}, 5049),
    ({**HELLO, "bodyparts": {"textmessage": "", "htmlmessage": None}}, 5049),
    ({**HELLO, "to": "ann@example.com"}, 8008),
    ({**HELLO, "to": [1]}, 8008),
    ({**HELLO, "subject": 5}, 8008),
    ({**HELLO, "bodyparts": "hello"}, 8008),
    ({**HELLO, "bodyparts": {"textmessage": 5}}, 8008),
    ({**HELLO, "attachment": "/a.txt"}, 8008),
    ([], 8002),
    (b"", 8002),
]


@pytest.mark.parametrize(("body", "code"), BAD_EMAILS, ids=ids_of(BAD_EMAILS))
def test_w20_a_bad_email_is_refused(wire, body, code):
    assert wire.send("POST", f"{MESSAGING}/email", body).error == (400, code)
    assert wire.stored == NOTHING


WELCOME = {"template-name": "welcome", "addresses": ["ann@example.com"]}
BAD_TEMPLATE_EMAILS = [
    ({}, 8007),
    ({**WELCOME, "template-name": None}, 8008),
    ({**WELCOME, "template-name": "nobody's"}, 24002),
    ({"template-name": "nobody's"}, 24002),
    ({"template-name": "welcome"}, 5048),
    ({"template-name": "welcome", "cc-addresses": ["ann@example.com"]}, 5048),
    ({"template-name": "welcome", "criteria": ""}, 5048),
    ({**WELCOME, "addresses": "ann@example.com"}, 8008),
    ({**WELCOME, "cc-addresses": [1]}, 8008),
    ({**WELCOME, "bcc-addresses": 1}, 8008),
    ({**WELCOME, "criteria": 1}, 8008),
    ({**WELCOME, "uniqueEmails": "yes"}, 8008),
    ({**WELCOME, "template-values": []}, 8008),
    ({**WELCOME, "attachment": 1}, 8008),
    ([], 8002),
]


@pytest.mark.parametrize(("body", "code"), BAD_TEMPLATE_EMAILS, ids=ids_of(BAD_TEMPLATE_EMAILS))
def test_w20_a_bad_email_from_a_template_is_refused(wire, body, code):
    add_email_template(wire, "welcome")
    assert wire.send("POST", EMAIL_TEMPLATE, body).error == (400, code)
    assert wire.stored == NOTHING


# --- other forms of the URL


@pytest.mark.parametrize("prefix", ["/api", "/v1", PREFIX])
def test_w1_registrations_have_every_form_of_the_url(wire, prefix):
    headers = {"application-id": wire.application.identity.app_id, "secret-key": wire.application.identity.api_key}
    url = f"{prefix}/messaging/registrations"
    assert wire.send("POST", url, GOOD, headers=headers).status == 200
    assert wire.send("GET", f"{url}/d1", headers=headers).json[0]["deviceToken"] == "t"
    assert wire.stored == Stored()
