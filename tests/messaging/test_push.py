"""Pushes: which messages are pushes, which devices they reach, and what those show."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from push_support import NOW, SECOND, TITLE, device

from pytest_backendless_mock.messaging.device import Devices
from pytest_backendless_mock.messaging.errors import (
    InvalidExpirationDate,
    InvalidPublishDate,
    InvalidWhereClause,
    PushPayloadError,
)
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.messaging.push import (
    Push,
    Shown,
    decide,
    plan_push,
    platform_mask,
    shown,
    shows_something,
)
from pytest_backendless_mock.messaging.selector.selector import Selector

# --- P1: which messages are pushes

POLICIES = [
    ("PUSH", {}, ["d"]),
    ("PUSH", TITLE, ["d"]),
    ("BOTH", {}, ["*", "d"]),
    ("PUBSUB", TITLE, ["*"]),
    (None, {}, ["*"]),
    (None, {"city": "Oslo"}, ["*"]),
    (None, TITLE, ["*", "d"]),
]


@pytest.mark.parametrize(
    ("policy", "headers", "happened"), POLICIES, ids=[f"{row[0]}-{'-'.join(row[1]) or 'none'}" for row in POLICIES]
)
def test_p1_the_policy_says_who_gets_a_message(service, policy, headers, happened):
    service.register("d")
    service.publish(headers=headers, publish_policy=policy)
    assert service.happened() == happened


@pytest.mark.parametrize(
    "target",
    [{"push_broadcast": 2}, {"push_singlecast": ("d",)}, {"segment_query": "os = 'ANDROID'"}],
    ids=["broadcast", "singlecast", "segment"],
)
def test_p1_without_a_policy_a_target_makes_a_push(service, target):
    service.register("d")
    service.publish(headers={}, **target)
    assert service.happened() == ["*", "d"]


@pytest.mark.parametrize(
    "target",
    [{"push_broadcast": 2}, {"push_singlecast": ("d",)}, {"segment_query": "os = 'ANDROID'"}],
    ids=["broadcast", "singlecast", "segment"],
)
def test_p1_pubsub_reaches_no_device_whatever_the_target(service, target):
    service.register("d")
    message_id = service.publish(publish_policy="PUBSUB", **target)
    assert service.happened() == ["*"]
    assert service.outcome(message_id) == ("published", None, None)


@pytest.mark.parametrize(
    ("name", "displayed"),
    [
        ("ios-alert", True),
        ("ios-alert-title", True),
        ("ios-alert-subtitle", True),
        ("ios-alert-body", True),
        ("android-ticker-text", True),
        ("android-content-title", True),
        ("android-content-text", True),
        ("wp-title", True),
        ("wp-subtitle", True),
        ("wp-content", True),
        ("wp-backTitle", True),
        ("wp-raw", True),
        ("ios-content-available", False),
        ("ios-badge", False),
        ("ios-sound", False),
        ("android-action", False),
        ("wp-type", False),
        ("wp-titles", False),
        ("x-ios-alert", False),
        ("IOS-ALERT", False),
        ("city", False),
    ],
)
def test_p1_some_headers_are_displayed_and_make_a_push(service, name, displayed):
    assert shows_something({name: "1"}) is displayed
    service.register("d")
    service.publish(headers={name: "1"})
    assert service.happened() == ["*", "d"][: 2 if displayed else 1]


def test_p1_what_the_swift_sdk_adds_to_everything_makes_no_push(service):
    service.register("d", "IOS")
    service.publish(headers={"ios-content-available": "1"})
    assert service.happened() == ["*"]


# --- P2: targets


@pytest.mark.parametrize(
    ("mask", "reached"),
    [
        (0, "iawx"),
        (1, "i"),
        (2, "a"),
        (3, "ia"),
        (4, "w"),
        (5, "iw"),
        (8, "x"),
        (12, "wx"),
        (15, "iawx"),
    ],
)
def test_p2_a_broadcast_keeps_the_systems_of_its_mask(everybody, mask, reached):
    everybody.push(push_broadcast=mask)
    assert everybody.happened() == list(reached)


@pytest.mark.parametrize(
    ("channel", "reached"), [("default", ["d"]), ("news", ["n", "b"]), ("other", ["b"]), ("nobody", [])]
)
def test_p2_a_push_reaches_the_devices_of_its_channel(service, channel, reached):
    service.register("d")
    service.register("n", "IOS", "news")
    service.register("b", "IOS", "other", "news")
    service.push(channel=channel)
    assert service.happened() == reached


SINGLECASTS = [
    (("n",), ["n"]),
    (("n", "d"), ["n", "d"]),
    (("d", "d"), ["d"]),
    (("nobody",), []),
    (("nobody", "n"), ["n"]),
    (("N",), []),
]


@pytest.mark.parametrize(("named", "reached"), SINGLECASTS, ids=["-".join(row[0]) for row in SINGLECASTS])
def test_p2_a_singlecast_reaches_who_is_named_whatever_their_channel(service, named, reached):
    service.register("d")
    service.register("n", "IOS", "news")
    service.push(push_singlecast=named)
    assert service.happened() == reached


SEGMENTS = [
    ("os = 'IOS'", ["i14", "i17"]),
    ("osVersion > 14", ["i17"]),
    ("osVersion >= '14' AND os = 'ANDROID'", ["a14"]),
    ("deviceId IN ('a14', 'n')", ["a14"]),
    ("deviceToken LIKE '%7'", ["i17"]),
    ("channelName = 'default'", ["i14", "i17", "a14"]),
    ("channelName = 'news'", []),
    ("city = 'Oslo'", []),
    ("NOT os = 'IOS'", ["a14"]),
]


@pytest.mark.parametrize(("segment", "reached"), SEGMENTS, ids=[row[0] for row in SEGMENTS])
def test_p10_a_segment_chooses_among_the_devices_of_the_channel(service, segment, reached):
    for name, os, channel in (("i14", "IOS", "default"), ("i17", "IOS", "default"), ("a14", "ANDROID", "default")):
        service.register(name, os, channel, version=name[1:], token=f"token-{name}")
    service.register("n", "IOS", "news", version="99")
    service.push(segment_query=segment)
    assert service.happened() == reached


TOGETHER = [
    ({"push_broadcast": 1, "push_singlecast": ("i", "a")}, ["i"]),
    ({"push_broadcast": 1, "push_singlecast": ("a",)}, []),
    ({"push_broadcast": 3, "segment_query": "deviceId = 'a'"}, ["a"]),
    ({"push_broadcast": 1, "segment_query": "deviceId = 'a'"}, []),
    ({"push_singlecast": ("i", "a"), "segment_query": "os = 'ANDROID'"}, ["a"]),
    ({"push_singlecast": ("i",), "segment_query": "os = 'ANDROID'"}, []),
    ({"push_broadcast": 2, "push_singlecast": ("i", "a", "w"), "segment_query": "deviceId > 'b'"}, []),
    ({"push_broadcast": 6, "push_singlecast": ("i", "a", "w"), "segment_query": "NOT deviceId = 'a'"}, ["w"]),
]


@pytest.mark.parametrize(
    ("targets", "reached"), TOGETHER, ids=["-".join(map(str, row[0].values())) for row in TOGETHER]
)
def test_p2_targets_given_together_must_all_hold(everybody, targets, reached):
    everybody.push(**targets)
    assert everybody.happened() == reached


def test_p2_a_named_device_is_in_a_segment_with_any_of_its_channels(service):
    service.register("d", "IOS", "news", "sport")
    service.push(push_singlecast=("d",), segment_query="channelName = 'sport'")
    service.push(push_singlecast=("d",), segment_query="channelName = 'default'")
    assert service.happened() == ["d"]


def test_p2_a_device_gets_a_push_once_though_it_is_on_many_channels(service):
    service.register("d", "IOS", "news", "sport")
    service.push(channel="news", segment_query="os = 'IOS'")
    assert service.happened() == ["d"]


def test_p2_an_empty_segment_is_none(service):
    service.register("d")
    service.push(segment_query="")
    assert service.happened() == ["d"]


# --- P3: the mask

MASKS = [
    (None, 0),
    ("", 0),
    (0, 0),
    ("0", 0),
    (1, 1),
    (2, 2),
    (3, 3),
    (4, 4),
    (6, 6),
    (7, 15),
    (8, 8),
    (14, 14),
    (15, 15),
    ("1", 1),
    ("7", 15),
    ("15", 15),
    (" 3 ", 3),
    ("IOS", 1),
    ("ANDROID", 2),
    ("WP", 4),
    ("OSX", 8),
    ("ALL", 15),
    ("ios", 1),
    ("IOS|ANDROID", 3),
    ("IOS | ANDROID", 3),
    ("IOS ANDROID", 3),
    (" WP|OSX ", 12),
    ("IOS|IOS", 1),
    ("IOS|ALL", 15),
    ("FOR_IOS", 1),
    ("FOR_ALL", 15),
    ("FOR_NONE", 0),
    ("FOR_IOS|FOR_ANDROID", 3),
    ("FOR_WP|OSX", 12),
    ("for_osx", 8),
]


@pytest.mark.parametrize(("value", "mask"), MASKS, ids=[repr(row[0]) for row in MASKS])
def test_p3_a_mask_has_many_spellings(value, mask):
    assert platform_mask(value) == mask


@pytest.mark.parametrize(
    "value",
    [-1, 16, 2**70, "-1", "16", "1.5", "9" * 5000, "IPHONE", "IOS,ANDROID", "IOS|", "|", " ", "FOR_", "FOR_FOR_IOS"],
    ids=lambda value: repr(value)[:20],
)
def test_p3_anything_else_is_no_mask(value):
    with pytest.raises(ValueError, match=r"is none of IOS, ANDROID, WP, OSX, ALL|from 0 to 15|integer string"):
        platform_mask(value)


# --- P5 and what else is refused


@pytest.mark.parametrize("data", [{}, {"a": 1}, [], ["a"]], ids=repr)
@pytest.mark.parametrize("policy", ["PUSH", "BOTH", None])
def test_p5_a_push_carries_no_object_and_no_array(service, policy, data):
    with pytest.raises(PushPayloadError) as refusal:
        service.publish(data, publish_policy=policy)
    assert refusal.value.code == 5041
    assert service.broker.publications == {}


@pytest.mark.parametrize("data", ["", "hi", 5, 1.5, True], ids=repr)
def test_p5_a_push_carries_what_can_be_text(service, data):
    service.register("d")
    service.push(data)
    assert service.happened() == ["d"]


def test_p5_is_no_matter_for_a_message_that_is_no_push(service):
    service.publish({"a": 1}, publish_policy="PUBSUB")
    service.publish([1], headers={})
    assert service.happened() == ["*", "*"]


def test_a_malformed_segment_is_an_invalid_where_clause(service):
    with pytest.raises(InvalidWhereClause) as refusal:
        service.push(segment_query="os =")
    assert (refusal.value.code, refusal.value.message) == (19000, "Invalid where clause: os =")
    assert "at 4" in refusal.value.detail
    assert service.broker.publications == {}


def test_a4_dates_are_refused_before_the_payload_and_the_payload_before_the_segment(service):
    yesterday = service.in_seconds(-86400)
    with pytest.raises(InvalidPublishDate):
        service.push({}, publish_at=yesterday, repeat_expires_at=yesterday, segment_query="(")
    with pytest.raises(InvalidExpirationDate):
        service.push({}, repeat_expires_at=yesterday, segment_query="(")
    with pytest.raises(PushPayloadError):
        service.push({}, segment_query="(")


# --- what devices show

ALL_HEADERS = {
    "ios-alert-title": "i title",
    "ios-alert-subtitle": "i subtitle",
    "ios-alert-body": "i body",
    "ios-badge": "3",
    "ios-sound": "ping",
    "android-ticker-text": "a ticker",
    "android-content-title": "a title",
    "android-content-text": "a text",
    "android-summary-subtext": "a subtext",
    "android-content-sound": "bell",
    "wp-title": "w title",
    "wp-subtitle": "w subtitle",
    "wp-content": "w content",
    "wp-badge": "7",
}
SHOWN = [
    ("IOS", ALL_HEADERS, Shown("i title", "i subtitle", "i body", "3", "ping")),
    ("OSX", ALL_HEADERS, Shown("i title", "i subtitle", "i body", "3", "ping")),
    ("ANDROID", ALL_HEADERS, Shown("a title", "a subtext", "a text", None, "bell")),
    ("WP", ALL_HEADERS, Shown("w title", "w subtitle", "w content", "7", None)),
    ("IOS", {}, Shown(None, None, "hi", None, None)),
    ("OSX", {}, Shown(None, None, "hi", None, None)),
    ("ANDROID", {}, Shown(None, None, None, None, None)),
    ("WP", {}, Shown(None, None, None, None, None)),
    ("IOS", {"ios-alert": "old"}, Shown(None, None, "old", None, None)),
    ("IOS", {"ios-alert": "old", "ios-alert-body": "new"}, Shown(None, None, "new", None, None)),
    ("IOS", {"ios-alert-body": ""}, Shown(None, None, "", None, None)),
    ("IOS", {"ios-alert-body": None}, Shown(None, None, "hi", None, None)),
    ("IOS", {"ios-alert": None}, Shown(None, None, "hi", None, None)),
    ("ANDROID", {"": "nameless"}, Shown(None, None, None, None, None)),
]


def message(data, headers):
    return SimpleNamespace(data=data, options=PublishOptions(headers=headers))


@pytest.mark.parametrize(
    ("os", "headers", "expected"), SHOWN, ids=[f"{row[0]}-{'-'.join(row[1])[:30] or 'none'}" for row in SHOWN]
)
def test_the_header_catalogue_says_what_a_system_shows(os, headers, expected):
    assert shown("hi", headers, os) == expected


@pytest.mark.parametrize(
    ("data", "body"), [("", ""), (5, "5"), (1.5, "1.5"), (True, "true"), (False, "false")], ids=repr
)
def test_ios_shows_a_message_as_the_text_that_the_service_makes_of_it(data, body):
    assert shown(data, {}, "IOS").body == body


# --- the parts alone


def test_a_push_without_a_segment_is_for_every_device_of_its_systems():
    devices = Devices()
    for name, os in (("i", "IOS"), ("a", "ANDROID")):
        devices.register(device(name, os), NOW)
    reached = [found.device_id for found in Push(1, (), None).reach(devices, "default", NOW)]
    assert reached == ["i"]


def test_a_plan_holds_the_targets_and_nothing_is_no_plan():
    options = DeliveryOptions(push_broadcast=3, push_singlecast=("d",), segment_query="os = 'IOS'")
    assert plan_push("hi", options, {}) == Push(3, ("d",), Selector("os = 'IOS'"))
    assert plan_push("hi", DeliveryOptions(), {}) is None
    assert plan_push("hi", DeliveryOptions(), TITLE) == Push(0, (), None)


# --- the reasons

DECISIONS = [
    ({"publish_policy": "PUSH"}, {}, True, "its publishPolicy is PUSH"),
    ({"publish_policy": "BOTH"}, TITLE, True, "its publishPolicy is BOTH"),
    ({"publish_policy": "PUBSUB", "push_broadcast": 1}, TITLE, False, "its publishPolicy is PUBSUB"),
    ({"push_broadcast": 1}, {}, True, "it has a pushBroadcast"),
    ({"push_singlecast": ("d",)}, {}, True, "it has a pushSinglecast"),
    ({"segment_query": "os = 'IOS'"}, {}, True, "it has a segmentQuery"),
    ({}, {"city": "Oslo", "ios-alert": "x"}, True, "devices show its header 'ios-alert'"),
    ({}, {"city": "Oslo"}, False, "it has no publishPolicy, no target, and no header that a device shows"),
]


@pytest.mark.parametrize(
    ("options", "headers", "is_push", "because"), DECISIONS, ids=[f"{row[0]}-{list(row[1])}" for row in DECISIONS]
)
def test_p1_the_decision_says_what_it_is_made_by(options, headers, is_push, because):
    assert decide(DeliveryOptions(**options), headers) == (is_push, because)


PHONE = device("d", "IOS", "news", "sport", expires_at=NOW + 60 * SECOND, version="17")
OBSTACLES = [
    (Push(0, (), None), "news", 0, []),
    (Push(0, (), None), "news", 60, ["its registration expired 0 s before"]),
    (Push(0, (), None), "news", 360, ["its registration expired 5 min before"]),
    (Push(0, ("a", "b"), None), "news", 0, ["it is not among pushSinglecast 'a', 'b'"]),
    (Push(0, (), None), "default", 0, ["it is registered with 'news', 'sport', not with 'default'"]),
    (Push(0, ("d",), None), "default", 0, []),
    (Push(6, (), None), "news", 0, ["its os is IOS, pushBroadcast is ANDROID|WP"]),
    (
        Push(0, (), Selector("os = 'ANDROID' and osVersion > 20")),
        "news",
        0,
        ["segmentQuery: os = 'ANDROID' is false, os is 'IOS'; osVersion > 20 is false, osVersion is '17'"],
    ),
    (
        Push(0, (), Selector("channelName = 'sport'")),
        "news",
        0,
        ["segmentQuery: channelName = 'sport' is false, channelName is 'news'"],
    ),
    (Push(0, ("d",), Selector("channelName = 'sport'")), "news", 0, []),
    (
        Push(2, (), Selector("os = 'ANDROID'")),
        "default",
        99,
        [
            "its registration expired 39 s before",
            "it is registered with 'news', 'sport', not with 'default'",
            "its os is IOS, pushBroadcast is ANDROID",
            "segmentQuery: os = 'ANDROID' is false, os is 'IOS'",
        ],
    ),
]


@pytest.mark.parametrize(("push", "channel", "later", "told"), OBSTACLES)
def test_what_keeps_a_push_from_a_device_is_said(push, channel, later, told):
    assert push.obstacles(PHONE, channel, NOW + later * SECOND) == told


NAMES = st.sampled_from(["a", "b", "c"])
PUSHES = st.builds(
    Push,
    st.integers(0, 15),
    st.lists(NAMES, max_size=2).map(tuple),
    st.sampled_from([None, Selector("os = 'IOS'"), Selector("channelName in ('a', 'c')")]),
)
DEVICES = st.lists(
    st.builds(
        device,
        NAMES,
        st.sampled_from(["IOS", "ANDROID", "WP", "OSX"]),
        NAMES,
        expires_at=st.sampled_from([None, NOW + 1]),
    ),
    max_size=4,
)


@given(push=PUSHES, registered=DEVICES, channel=NAMES, now=st.sampled_from([NOW, NOW + 1]))
def test_a_push_reaches_exactly_the_devices_that_nothing_keeps_it_from(push, registered, channel, now):
    devices = Devices()
    for each in registered:
        devices.register(each, NOW)
    reached = {found.device_id for found in push.reach(devices, channel, now)}
    assert reached == {each.device_id for each in devices if not push.obstacles(each, channel, now)}
