"""C6, C7 and C8 as a client sees them: subtopics and selectors of a subscription, over the wire."""

from __future__ import annotations

import subprocess
import sys

import pytest
from http_support import APP_ID, MESSAGING, NOTHING, NOW, Wire

SUBSCRIBE = f"{MESSAGING}/default/subscribe"
REFUSED = b'{"code":5009,"message":"Error during subscribing"}'


@pytest.fixture
def wire():
    return Wire()


def got(wire, options, *publications):
    """The data that a subscription with ``options`` gets of what is published after it."""
    subscription = wire.subscribed(body=options)
    for number, publication in enumerate(publications):
        wire.published({"message": number, **publication})
    return [message["data"] for message in wire.poll(subscription)]


class TestC6Subtopics:
    @pytest.mark.parametrize(
        ("wanted", "subtopic", "delivered"),
        [
            ("stocks.*", "stocks.nasdaq.msft", True),
            ("stocks.*", "stocks.nyse.ibm", True),
            ("stocks.nasdaq.*", "stocks.nasdaq.msft", True),
            ("stocks.nasdaq.*", "stocks.nyse.ibm", False),
            ("foo.bar", "foo.bar", True),
            ("foo.bar", "foo.baz", False),
            ("foo.bar", "foo.bar.x", False),
            ("foo.bar", "foo", False),
            ("foo", "Foo", False),
            ("a.*", "a", False),
            ("a.*", "ab.c", False),
            ("a.*", "a.b.c.d", True),
            ("*", "a", True),
            ("*", "a.b", True),
            ("*", None, False),
            ("a", None, False),
            (None, "a", True),
            (None, None, True),
        ],
    )
    def test_c6_a_subtopic_gets_what_equals_it_or_lies_below_its_star(self, wire, wanted, subtopic, delivered):
        assert got(wire, {"subtopic": wanted}, {"subtopic": subtopic}) == ([0] if delivered else [])

    def test_c6_a_selector_and_a_subtopic_must_both_hold(self, wire):
        assert got(
            wire,
            {"subtopic": "stocks.*", "selector": "price > 10"},
            {"subtopic": "stocks.ibm", "headers": {"price": 11}},
            {"subtopic": "stocks.ibm", "headers": {"price": 9}},
            {"subtopic": "bonds.ibm", "headers": {"price": 11}},
            {"headers": {"price": 11}},
        ) == [0]


class TestC8Selectors:
    def test_c8_foo_above_ten_gets_twenty_and_fifty_as_text(self, wire):
        subscription = wire.subscribed(body={"selector": "foo > 10"})
        for foo in (20, 10, 50, 5):
            wire.published({"message": f"foo {foo}", "headers": {"foo": foo}})
        wire.published({"message": "empty headers", "headers": {}})
        wire.published({"message": "no headers"})
        assert [(message["data"], message["headers"]["foo"]) for message in wire.poll(subscription)] == [
            ("foo 20", "20"),
            ("foo 50", "50"),
        ]

    @pytest.mark.parametrize(
        ("selector", "headers", "delivered"),
        [
            ("city = 'Dallas' and temperature > 60", {"city": "Dallas", "temperature": "62"}, True),
            ("city = 'Dallas' and temperature > 60", {"city": "Dallas", "temperature": "60"}, False),
            ("city = 'Dallas' and temperature > 60", {"city": "Houston", "temperature": "62"}, False),
            ("importance = 'high'", {"importance": "high"}, True),
            ("importance = 'high'", {"importance": "low"}, False),
            ("importance = 'high' and customerId = 55561", {"importance": "high", "customerId": "55561"}, True),
            ("importance = 'high' and customerId = 55561", {"importance": "high", "customerId": 55561}, True),
            ("importance = 'high' and customerId = 55561", {"importance": "high", "customerId": "55562"}, False),
            ("foo = 'bar'", {"foo": "bar"}, True),
            ("foo = 'bar'", {"foo": "baz"}, False),
            ("header_123='someValue'", {"header_123": "someValue"}, True),
            ("header_123='someValue'", {"header_123": "somevalue"}, False),
            ("retailer = 'A' and discount < 50 and item in ('hat', 'shoe')", {"retailer": "A", "discount": 9}, False),
            ("item in ('hat', 'shoe')", {"item": "shoe"}, True),
            ("item = 'hat' or item = 'shoe'", {"item": "hat"}, True),
            ("foo is null", {}, True),
            ("not(foo is null)", {"foo": "x"}, True),
            ("foo is null", {"foo": None}, True),
            ("foo = true", {"foo": True}, True),
            ("foo = false", {"foo": True}, False),
            ("foo = null", {"foo": None}, False),
            ("foo", {"foo": True}, True),
            ("foo = '1.5'", {"foo": 1.50}, True),
            ("foo > 10", {"foo": "x"}, False),
            ("not foo > 10", {"foo": "x"}, False),
            ("Foo > 10", {"foo": 20}, False),
            ("foo like 'b%'", {"foo": "bar"}, True),
            ("foo not like 'b%'", {"foo": "bar"}, False),
            ("foo between 1 and 3", {"foo": 2}, True),
            ("foo not in (1, 2)", {"foo": 3}, True),
            ("", {"foo": 1}, True),
            (None, {"foo": 1}, True),
        ],
    )
    def test_c8_a_message_is_delivered_when_the_condition_is_true(self, wire, selector, headers, delivered):
        assert got(wire, {"selector": selector}, {"headers": headers}) == ([0] if delivered else [])

    @pytest.mark.parametrize(
        ("selector", "delivered"),
        [
            (f"BL_APPLICATION_ID = '{APP_ID}'", True),
            ("BL_APPLICATION_ID <> 'another'", True),
            ("BL_APPLICATION_ID IS NULL", False),
            ("BL_VERSION_URL_PREFIX IS NULL", True),
        ],
    )
    def test_c8_system_headers_can_be_selected_on(self, wire, selector, delivered):
        assert got(wire, {"selector": selector}, {"headers": {"foo": 1}}) == ([0] if delivered else [])
        assert got(wire, {"selector": selector}, {}) == ([0] if delivered else []) * 2

    def test_c8_transport_headers_can_be_selected_on_when_they_are_sent(self):
        assert got(Wire(transport_headers=True), {"selector": "BL_VERSION_URL_PREFIX = 'v1'"}, {}) == [0]

    def test_c8_a_selector_looks_at_every_occurrence_and_at_earlier_messages(self, wire):
        wire.published({"message": "early", "headers": {"foo": 20}})
        wire.published({"message": "often", "headers": {"foo": 30}, "repeatEvery": 10})
        wire.published({"message": "low", "headers": {"foo": 3}, "repeatEvery": 10})
        subscription = wire.subscribed(body={"selector": "foo > 10"})
        wire.time.milliseconds += 10_000
        assert [message["data"] for message in wire.poll(subscription)] == ["early", "often", "often"]
        assert wire.poll(subscription) == []


class TestC7MalformedSelectors:
    @pytest.mark.parametrize(
        "selector",
        [
            pytest.param("foo >", id="cut-short"),
            pytest.param("foo > > 10", id="two-signs"),
            pytest.param("foo ; DROP TABLE x", id="injection"),
            pytest.param("foo = 'x", id="open-quote"),
            pytest.param("10", id="no-condition"),
            pytest.param("foo + 'x' = 1", id="text-in-arithmetic"),
            pytest.param("foo LIKE 'x' ESCAPE 'ab'", id="escape"),
            pytest.param(" ", id="blank"),
            pytest.param("\x00", id="null-character"),
            pytest.param("\ud800", id="lone-surrogate"),
            pytest.param("(" * 101 + "a" + ")" * 101, id="too-deep"),
            pytest.param("a OR " * 3_277 + "a", id="too-long"),
        ],
    )
    def test_c7_a_malformed_selector_is_error_5009_and_nothing_is_stored(self, wire, selector):
        answer = wire.send("POST", f"{MESSAGING}/news/subscribe", {"selector": selector})
        assert (answer.status, answer.raw) == (400, REFUSED)
        assert wire.stored == NOTHING
        assert wire.problems == []

    def test_c7_the_place_and_what_was_expected_are_noted_for_the_reader(self, wire):
        wire.send("POST", SUBSCRIBE, {"selector": "foo > > 10"})
        (event,) = wire.application.backend.timeline
        assert (event.at, event.what) == (NOW * 1000, "POST …/messaging/default/subscribe")
        assert event.error.detail == (
            "expected '(', + or -, a header or a value; found '>', at 6\n  foo > > 10\n        ^"
        )

    @pytest.mark.parametrize("selector", [5, 0, True, False, ["a = 1"], [], {"a": 1}, {}], ids=repr)
    def test_w9_a_selector_that_is_no_text_is_error_8008_and_nothing_is_stored(self, wire, selector):
        answer = wire.send("POST", SUBSCRIBE, {"selector": selector})
        assert (answer.status, answer.raw) == (400, b'{"code":8008,"message":"Invalid parameter \'selector\'"}')
        assert wire.stored == NOTHING

    def test_a4_a_malformed_selector_is_told_before_an_unknown_channel(self):
        wire = Wire(strict_channels=True)
        assert wire.send("POST", f"{MESSAGING}/news/subscribe", {"selector": "foo >"}).error == (400, 5009)
        assert wire.send("POST", f"{MESSAGING}/news/subscribe", {"selector": "foo > 1"}).error == (400, 5010)

    @pytest.mark.parametrize(
        ("path", "body", "error"),
        [
            pytest.param(f"{MESSAGING}/a%2Fb/subscribe", {"selector": "foo >"}, (400, 5044), id="channel-name"),
            pytest.param(SUBSCRIBE, {"selector": "foo >", "subtopic": 5}, (400, 8008), id="field-type"),
        ],
    )
    def test_a4_a_malformed_selector_is_told_after_names_and_types(self, wire, path, body, error):
        assert wire.send("POST", path, body).error == error


PROGRAM = """
import sys
from pytest_backendless_mock import BackendlessMock, Selector, SelectorError

with BackendlessMock() as mock:
    mock.publish("hi", headers={"a": 1})
    subscription = mock.subscribe(subtopic="a.*")
    mock.subscribe(selector="")
    mock.publish("hi", subtopic="a.b")
print("lark" in sys.modules)
with BackendlessMock() as mock:
    mock.subscribe(selector="a = 1")
print("lark" in sys.modules)
"""


def test_lark_is_imported_with_the_first_selector_and_not_before():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr, done.returncode) == (["False", "True"], "", 0)
