"""What stands on the screen when a test is red, kind by kind."""

from __future__ import annotations

import textwrap

import pytest
from plugin_support import Inner, said

HEAD = """
import asyncio
import unittest
from datetime import timedelta

import pytest
from client import call

pytestmark = pytest.mark.backendless_mock(freeze="2030-01-07 08:30")


def is_eight(order):
    return order["id"] == 8


"""
BEGIN = """
def test_it(backendless_mock):
    def send(path, body):
        return call(f"{mock.url}/messaging/{path}", "POST", body)

    mock, orders = backendless_mock, backendless_mock.channel("orders")
"""
TYPO = """
call(f"{mock.url}/messaging/orders", "POST", {"message": "paid", "publishat": 1})
"""


@pytest.fixture
def inner(pytester, monkeypatch):
    inner = Inner(pytester, monkeypatch)
    inner.ini()
    return inner


def written(body):
    """A test whose body that is."""
    return HEAD + BEGIN + textwrap.indent(textwrap.dedent(body), "    ")


def pattern(line):
    """A line for ``fnmatch_lines`` in which only ``*`` is special."""
    return line.replace("[", "[[]").replace("?", "[?]")


def row(name, source, *lines):
    return pytest.param(source, lines, id=name.replace(" ", "-"))


FAILURES = [
    row(
        "not due yet",
        """
        mock.publish("stand-up", channel="orders", publish_at=timedelta(minutes=30))
        orders.assert_delivered("stand-up")
        """,
        ("expected 'stand-up' to be delivered at least once on channel 'orders'; it was never delivered"),
        "delivered there: nothing",
        "'stand-up' is not due yet: at 2030-01-07 09:00:00Z",
        "due in 30 min; try: backendless_mock.clock.advance(minutes=30)",
    ),
    row(
        "repeated not often enough",
        """
        mock.publish("stand-up", channel="orders", publish_at=timedelta(minutes=30), repeat_every=3600)
        mock.clock.advance(hours=2)
        orders.assert_delivered("stand-up", times=3)
        """,
        "expected 'stand-up' to be delivered 3 times on channel 'orders'; it was delivered 2 times",
        "delivered there:",
        "  'stand-up' at 2030-01-07 09:00:00Z",
        "  'stand-up' at 2030-01-07 10:00:00Z",
        "'stand-up' is not due yet: at 2030-01-07 11:00:00Z",
        "due in 30 min; try: backendless_mock.clock.advance(minutes=30)",
    ),
    row(
        "repeated too often",
        """
        mock.publish("stand-up", channel="orders", repeat_every=3600, repeat_expires_at=timedelta(hours=3))
        mock.clock.advance(hours=2)
        orders.assert_delivered("stand-up", times=1)
        """,
        "expected 'stand-up' to be delivered once on channel 'orders'; it was delivered 3 times",
        "delivered there:",
        "  'stand-up' at 2030-01-07 08:30:00Z",
        "  'stand-up' at 2030-01-07 09:30:00Z",
        "  'stand-up' at 2030-01-07 10:30:00Z",
    ),
    row(
        "repetition that ended",
        """
        mock.publish("stand-up", channel="orders", repeat_every=3600, repeat_expires_at=timedelta(hours=2))
        mock.clock.advance(hours=1)
        orders.assert_delivered("stand-up", times=5)
        """,
        "expected 'stand-up' to be delivered 5 times on channel 'orders'; it was delivered 2 times",
        "delivered there:",
        "  'stand-up' at 2030-01-07 08:30:00Z",
        "  'stand-up' at 2030-01-07 09:30:00Z",
    ),
    row(
        "another channel",
        """
        mock.publish("paid", channel="billing")
        orders.assert_published("paid")
        """,
        "expected 'paid' to be published at least once on channel 'orders'; it was never published",
        "published there: nothing",
        "'paid' was published on another channel, 'billing'",
    ),
    row(
        "name of a channel mistyped",
        """
        mock.publish("paid", channel="orders")
        mock.channel("order").assert_delivered()
        """,
        "expected anything to be delivered at least once on channel 'order'; it was never delivered",
        "delivered there: nothing",
        "nobody ever named the channel 'order'; did you mean 'orders'?",
    ),
    row(
        "other data in a nested object",
        """
        mock.publish({"order": {"id": 7, "total": 12.5}}, channel="orders")
        orders.assert_published({"order": {"id": 8, "total": 12.5}})
        """,
        (
            "expected {'order': {'id': 8, 'total': 12.5}} to be published at least once on channel "
            "'orders'; it was never published"
        ),
        "published there:",
        "  {'order': {'id': 7, 'total': 12.5}} at 2030-01-07 08:30:00Z",
        "{'order': {'id': 7, 'total': 12.5}} has other data: $.order.id is 7, expected 8",
    ),
    row(
        "other data in a list",
        """
        mock.publish({"lines": ["tea", "milk"]}, channel="orders")
        orders.assert_delivered({"lines": ["tea", "rum"]})
        """,
        (
            "expected {'lines': ['tea', 'rum']} to be delivered at least once on channel 'orders'; it "
            "was never delivered"
        ),
        "delivered there:",
        "  {'lines': ['tea', 'milk']} at 2030-01-07 08:30:00Z",
        "{'lines': ['tea', 'milk']} has other data: $.lines[1] is 'milk', expected 'rum'",
    ),
    row(
        "lists of other lengths",
        """
        mock.publish({"lines": ["tea", "milk"]}, channel="orders")
        orders.assert_delivered({"lines": ["tea"]})
        """,
        ("expected {'lines': ['tea']} to be delivered at least once on channel 'orders'; it was never delivered"),
        "delivered there:",
        "  {'lines': ['tea', 'milk']} at 2030-01-07 08:30:00Z",
        "{'lines': ['tea', 'milk']} has other data: $.lines is ['tea', 'milk'], expected ['tea']",
    ),
    row(
        "a field missing and one too many",
        """
        mock.publish({"id": 7, "note": "gift"}, channel="orders")
        orders.assert_published({"id": 7, "total": 12.5})
        """,
        ("expected {'id': 7, 'total': 12.5} to be published at least once on channel 'orders'; it was never published"),
        "published there:",
        "  {'id': 7, 'note': 'gift'} at 2030-01-07 08:30:00Z",
        ("{'id': 7, 'note': 'gift'} has other data: $.total is missing, expected 12.5; $.note is 'gift', not expected"),
    ),
    row(
        "more differences than are told",
        """
        mock.publish({letter: 0 for letter in "abcdefg"}, channel="orders")
        orders.assert_published({letter: 1 for letter in "abcdefg"})
        """,
        (
            "expected {'a': 1, 'b': 1, 'c': 1, 'd': 1, 'e': 1, 'f': 1, 'g': 1} to be published at "
            "least once on channel 'orders'; it was never published"
        ),
        "published there:",
        "  {'a': 0, 'b': 0, 'c': 0, 'd': 0, 'e': 0, 'f': 0, 'g': 0} at 2030-01-07 08:30:00Z",
        (
            "{'a': 0, 'b': 0, 'c': 0, 'd': 0, 'e': 0, 'f': 0, 'g': 0} has other data: $.a is 0, "
            "expected 1; $.b is 0, expected 1; $.c is 0, expected 1; $.d is 0, expected 1; $.e is 0, "
            "expected 1"
        ),
    ),
    row(
        "data that a callable refuses",
        """
        mock.publish({"id": 7}, channel="orders")
        orders.assert_published(is_eight)
        """,
        (
            "expected <function is_eight at 0x*> to be published at least once on channel 'orders'; it "
            "was never published"
        ),
        "published there:",
        "  {'id': 7} at 2030-01-07 08:30:00Z",
        "{'id': 7} has other data: expected <function is_eight at 0x*>",
    ),
    row(
        "headers",
        """
        mock.publish("paid", channel="orders", headers={"city": "Oslo"})
        orders.assert_delivered("paid", headers={"city": "Rome", "floor": 3})
        """,
        (
            "expected 'paid' with headers {'city': 'Rome', 'floor': '3'} to be delivered at least once "
            "on channel 'orders'; it was never delivered"
        ),
        "delivered there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        (
            "'paid' was delivered at 2030-01-07 08:30:00Z, but header 'city' is 'Oslo', expected "
            "'Rome'; header 'floor' is None, expected '3'"
        ),
    ),
    row(
        "the instant of a delivery",
        """
        mock.publish("paid", channel="orders")
        orders.assert_delivered("paid", at="2030-01-07 09:00")
        """,
        (
            "expected 'paid' with at 2030-01-07 09:00:00Z to be delivered at least once on channel "
            "'orders'; it was never delivered"
        ),
        "delivered there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        (
            "'paid' was delivered at 2030-01-07 08:30:00Z, but at is 2030-01-07 08:30:00+00:00, "
            "expected 2030-01-07 09:00:00+00:00"
        ),
    ),
    row(
        "the date it was published for",
        """
        mock.publish("paid", channel="orders", publish_at=timedelta(hours=1))
        orders.assert_published("paid", publish_at="2030-01-07 09:00")
        """,
        (
            "expected 'paid' with publish_at 2030-01-07 09:00:00Z to be published at least once on "
            "channel 'orders'; it was never published"
        ),
        "published there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        ("'paid' was published, but publish_at is 2030-01-07 09:30:00+00:00, expected 2030-01-07 09:00:00+00:00"),
    ),
    row(
        "how often it repeats",
        """
        mock.publish("paid", channel="orders", repeat_every=1800)
        orders.assert_published("paid", repeat_every=3600)
        """,
        (
            "expected 'paid' with repeat_every 3600 to be published at least once on channel 'orders'; "
            "it was never published"
        ),
        "published there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        "'paid' was published, but repeat_every is 1800, expected 3600",
    ),
    row(
        "when its repetition ends",
        """
        mock.publish("paid", channel="orders", repeat_every=1800)
        orders.assert_published("paid", repeat_expires_at="2030-01-07 12:00")
        """,
        (
            "expected 'paid' with repeat_expires_at 2030-01-07 12:00:00Z to be published at least once "
            "on channel 'orders'; it was never published"
        ),
        "published there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        "'paid' was published, but repeat_expires_at is None, expected 2030-01-07 12:00:00+00:00",
    ),
    row(
        "published too many times",
        """
        mock.publish("paid", channel="orders")
        mock.publish("paid", channel="orders")
        orders.assert_published("paid", times=1)
        """,
        "expected 'paid' to be published once on channel 'orders'; it was published 2 times",
        "published there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        "  'paid' at 2030-01-07 08:30:00Z",
        "'paid' was published, but 2 times, not once",
        "'paid' was published, but 2 times, not once",
    ),
    row(
        "cancelled",
        """
        paid = mock.publish("paid", channel="orders", publish_at=timedelta(hours=1))
        mock.clock.advance(minutes=10)
        mock.cancel(paid.message_id)
        orders.assert_delivered("paid")
        """,
        "expected 'paid' to be delivered at least once on channel 'orders'; it was never delivered",
        "delivered there: nothing",
        "'paid' was cancelled at 2030-01-07 08:40:00Z",
    ),
    row(
        "refused with 5030",
        """
        send("orders", {"message": "paid", "publishAt": 1000})
        orders.assert_published("paid")
        """,
        "expected 'paid' to be published at least once on channel 'orders'; it was never published",
        "published there: nothing",
        (
            "refused at 2030-01-07 08:30:00Z: POST …/messaging/orders: 5030 Invalid publish date "
            "(publishAt is 1,894,004,999 s before now)"
        ),
    ),
    row(
        "refused with 5003",
        """
        send("orders", {"message": "paid", "repeatEvery": 60, "repeatExpiresAt": 1894004999000})
        orders.assert_published("paid")
        """,
        "expected 'paid' to be published at least once on channel 'orders'; it was never published",
        "published there: nothing",
        (
            "refused at 2030-01-07 08:30:00Z: POST …/messaging/orders: 5003 Invalid expiration date "
            "(repeatExpiresAt is 1 s before the first occurrence)"
        ),
    ),
    row(
        "refused with 5007",
        """
        mock.deny("publish", channel="orders")
        send("orders", {"message": "paid"})
        orders.assert_published("paid")
        """,
        "expected 'paid' to be published at least once on channel 'orders'; it was never published",
        "published there: nothing",
        (
            "refused at 2030-01-07 08:30:00Z: POST …/messaging/orders: 5007 User has no permission to "
            "publish message (denied by deny('publish', channel='orders'))"
        ),
    ),
    row(
        "kept back by a selector",
        """
        mock.subscribe("orders", selector="city = 'Dallas' and temperature > 60")
        mock.publish("warm", channel="orders", headers={"city": "Dallas", "temperature": 58})
        orders.assert_retrieved("warm")
        """,
        "expected 'warm' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        (
            "'warm' was delivered at 2030-01-07 08:30:00Z; retrievable by 0 of 1 subscriptions: "
            "temperature > 60 is false, temperature is '58'"
        ),
    ),
    row(
        "kept back by a subtopic",
        """
        mock.subscribe("orders", subtopic="news.sport.*")
        mock.publish("goal", channel="orders", subtopic="news.local")
        orders.assert_retrieved("goal")
        """,
        "expected 'goal' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        (
            "'goal' was delivered at 2030-01-07 08:30:00Z; retrievable by 0 of 1 subscriptions: "
            "subtopic 'news.local' is not under 'news.sport.*'"
        ),
    ),
    row(
        "kept back from all but one",
        """
        mock.subscribe("orders", selector="city = 'Oslo'")
        mock.subscribe("orders")
        mock.publish("warm", channel="orders", headers={"city": "Rome"})
        orders.assert_retrieved("warm")
        """,
        "expected 'warm' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        ("'warm' was delivered at 2030-01-07 08:30:00Z; retrievable by 1 of 2 subscriptions, but nobody polled since"),
    ),
    row(
        "gone from the window",
        """
        subscription = mock.subscribe("orders")
        mock.publish("paid", channel="orders")
        mock.clock.advance(minutes=2)
        subscription.retrieve()
        orders.assert_retrieved("paid")
        """,
        "expected 'paid' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        (
            "'paid' was delivered at 2030-01-07 08:30:00Z; retrievable by 1 of 1 subscriptions, but "
            "gone from the window since 2030-01-07 08:31:00Z"
        ),
    ),
    row(
        "nobody polled",
        """
        mock.subscribe("orders")
        mock.publish("paid", channel="orders")
        orders.assert_retrieved("paid")
        """,
        "expected 'paid' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        ("'paid' was delivered at 2030-01-07 08:30:00Z; retrievable by 1 of 1 subscriptions, but nobody polled since"),
    ),
    row(
        "nobody subscribed",
        """
        mock.publish("paid", channel="orders")
        orders.assert_retrieved("paid")
        """,
        "expected 'paid' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        "'paid' was delivered at 2030-01-07 08:30:00Z; retrievable by 0 of 0 subscriptions",
    ),
    row(
        "retrieved too often",
        """
        for _ in range(2):
            mock.subscribe("orders")
        mock.publish("paid", channel="orders")
        for subscription in orders.subscriptions:
            subscription.retrieve()
        orders.assert_retrieved("paid", times=1)
        """,
        "expected 'paid' to be retrieved once on channel 'orders'; it was retrieved 2 times",
        "retrieved there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        "  'paid' at 2030-01-07 08:30:00Z",
        "'paid' was delivered at 2030-01-07 08:30:00Z, and retrieved 2 times",
    ),
    row(
        "pushed only",
        """
        mock.publish("sale", channel="orders", publish_policy="PUSH", headers={"ios-alert-title": "Shop"})
        orders.assert_delivered("sale")
        """,
        "expected 'sale' to be delivered at least once on channel 'orders'; it was never delivered",
        "delivered there: nothing",
        "'sale' was pushed only (publishPolicy PUSH): it reaches no subscriber",
    ),
    row(
        "something was published",
        """
        mock.publish("paid", channel="orders")
        orders.assert_nothing_published()
        """,
        "expected anything never to be published on channel 'orders'; it was published once",
        "published there:",
        "  'paid' at 2030-01-07 08:30:00Z",
    ),
    row(
        "something was delivered",
        """
        mock.publish("paid", channel="orders")
        orders.assert_nothing_delivered()
        """,
        "expected anything never to be delivered on channel 'orders'; it was delivered once",
        "delivered there:",
        "  'paid' at 2030-01-07 08:30:00Z",
    ),
    row(
        "nothing happened at all",
        """
        orders.assert_published()
        """,
        "expected anything to be published at least once on channel 'orders'; it was never published",
        "published there: nothing",
    ),
    row(
        "many candidates",
        """
        for number in range(12):
            mock.publish(number, channel="orders")
        orders.assert_published("paid")
        """,
        "expected 'paid' to be published at least once on channel 'orders'; it was never published",
        "published there:",
        "  … 2 more before",
        "  2 at 2030-01-07 08:30:00Z",
        "  3 at 2030-01-07 08:30:00Z",
        "  4 at 2030-01-07 08:30:00Z",
        "  5 at 2030-01-07 08:30:00Z",
        "  6 at 2030-01-07 08:30:00Z",
        "  7 at 2030-01-07 08:30:00Z",
        "  8 at 2030-01-07 08:30:00Z",
        "  9 at 2030-01-07 08:30:00Z",
        "  10 at 2030-01-07 08:30:00Z",
        "  11 at 2030-01-07 08:30:00Z",
        "0 has other data: $ is 0, expected 'paid'",
        "1 has other data: $ is 1, expected 'paid'",
        "2 has other data: $ is 2, expected 'paid'",
        "3 has other data: $ is 3, expected 'paid'",
        "4 has other data: $ is 4, expected 'paid'",
        "5 has other data: $ is 5, expected 'paid'",
        "6 has other data: $ is 6, expected 'paid'",
        "7 has other data: $ is 7, expected 'paid'",
        "… and 4 more",
    ),
    row(
        "nothing was sent",
        """
        mock.outbox.assert_sent("sale")
        """,
        "expected 'sale' to be sent at least once; it was never sent",
        "sent: nothing",
    ),
    row(
        "something else was sent",
        """
        mock.register_device("d1")
        mock.publish("sale", publish_policy="PUSH", headers={"android-content-title": "Shop"})
        mock.outbox.assert_sent("bargain")
        """,
        "expected 'bargain' to be sent at least once; it was never sent",
        "sent:",
        "  'sale' to device 'd1' at 2030-01-07 08:30:00Z",
    ),
    row(
        "something was sent",
        """
        mock.register_device("d1")
        mock.publish("sale", publish_policy="PUSH", headers={"android-content-title": "Shop"})
        mock.outbox.assert_nothing_sent()
        """,
        "expected anything never to be sent; it was sent once",
        "sent:",
        "  'sale' to device 'd1' at 2030-01-07 08:30:00Z",
    ),
    row(
        "an e-mail was sent",
        """
        email = {"subject": "sale", "bodyparts": {"textmessage": "hi"}, "to": ["ann@example.com"]}
        call(f"{mock.url}/messaging/email", "POST", email)
        mock.outbox.assert_nothing_sent()
        """,
        "expected anything never to be sent; it was sent once",
        "sent:",
        "  'sale' to ann@example.com at 2030-01-07 08:30:00Z",
    ),
    row(
        "waited in vain",
        """
        mock.publish("paid", channel="orders", publish_at=timedelta(minutes=30))
        mock.wait_until(lambda: orders.deliveries, timeout=0)
        """,
        "waited 0 s in vain",
        "timeline:",
        "  08:30:00  accepted     'paid' on 'orders', for 09:00:00",
        "  08:30:00  -- now --",
        "  09:00:00  scheduled    'paid' on 'orders', due in 30 min",
    ),
    row(
        "a long value",
        """
        mock.publish({"text": "x" * 500}, channel="orders")
        orders.assert_published("short")
        """,
        "expected 'short' to be published at least once on channel 'orders'; it was never published",
        "published there:",
        (
            "  {'text': "
            "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            "… at 2030-01-07 08:30:00Z"
        ),
        (
            "{'text': "
            "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            "… has other data: $ is {'text': "
            "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            "…, expected 'short'"
        ),
    ),
    row(
        "what cannot be printed",
        r"""
        send("orders", {"message": "red\x1b[31m\ud800"})
        orders.assert_published("blue")
        """,
        "expected 'blue' to be published at least once on channel 'orders'; it was never published",
        "published there:",
        r"  'red\x1b[31m\ud800' at 2030-01-07 08:30:00Z",
        r"'red\x1b[31m\ud800' has other data: $ is 'red\x1b[31m\ud800', expected 'blue'",
    ),
    row(
        "message alike delivered late",
        """
        mock.publish("paid", channel="orders")
        mock.publish("paid", channel="orders", publish_at=timedelta(seconds=90))
        orders.assert_delivered("paid", times=2)
        """,
        "expected 'paid' to be delivered 2 times on channel 'orders'; it was delivered once",
        "delivered there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        "'paid' is not due yet: at 2030-01-07 08:31:30Z",
        "due in 1 min 30 s; try: backendless_mock.clock.advance(minutes=1, seconds=30)",
    ),
]


@pytest.mark.parametrize(("source", "lines"), FAILURES)
def test_an_assertion_that_fails_says_why(inner, source, lines):
    result = inner.run(written(source))
    result.assert_outcomes(failed=1)
    first, *others = lines
    expected = [f"E       AssertionError: {first}", *(f"E       {line}" for line in others), ""]
    result.stdout.fnmatch_lines([pattern(line) for line in expected], consecutive=True)


REMEDIES = {
    "an hour": """
        mock.publish("stand-up", channel="orders", publish_at=timedelta(hours=1))
    """,
    "days and seconds": """
        mock.publish("stand-up", channel="orders", publish_at=timedelta(days=2, seconds=1.5))
    """,
    "half a second": """
        mock.publish("stand-up", channel="orders", publish_at=timedelta(milliseconds=500))
    """,
    "the next occurrence": """
        mock.publish("stand-up", channel="orders", publish_at=timedelta(minutes=20), repeat_every=3600)
    """,
}


@pytest.mark.parametrize("source", [pytest.param(REMEDIES[name], id=name.replace(" ", "-")) for name in REMEDIES])
def test_the_last_line_of_an_early_assertion_makes_it_green(inner, source):
    source = textwrap.dedent(source).strip()
    red = inner.run(written(f'{source}\norders.assert_delivered("stand-up", times=1)'))
    red.assert_outcomes(failed=1)
    remedy = next(line.partition("; try: ")[2] for line in red.outlines if line.startswith("E       due in "))
    green = inner.run(written(f'{source}\n{remedy}\norders.assert_delivered("stand-up", times=1)'))
    green.assert_outcomes(passed=1)


ALLOW = "If it is meant, say @pytest.mark.backendless_mock(allow_unknown_requests=True)"
VERDICTS = [
    row(
        "a method the service does not have there",
        """
        call(mock.url + "/messaging/orders", "PUT", {})
        """,
        "the service has no PUT …/messaging/orders; that path takes POST and GET and DELETE.",
        ALLOW,
    ),
    row(
        "a path without the application",
        """
        call(mock.host_url + "/messaging/orders", "POST", {"message": "paid"})
        """,
        (
            "the service has no POST /messaging/orders; "
            "its path lacks the application: /<app-id>/<api-key> (backendless_mock.url), or /api, comes first."
        ),
        ALLOW,
    ),
    row(
        "a path mistyped",
        """
        call(mock.url + "/messageing/orders", "POST", {"message": "paid"})
        """,
        "the service has no POST …/messageing/orders; the nearest it has is POST …/messaging/<channel>.",
        ALLOW,
    ),
    row(
        "a segment too many",
        """
        call(mock.url + "/messaging/orders/abc/messages")
        """,
        (
            "the service has no GET …/messaging/orders/abc/messages; "
            "the nearest it has is GET …/messaging/<channel>/<subscription>."
        ),
        ALLOW,
    ),
    row(
        "a placeholder without a value",
        """
        mock.add_template("shipped", message="Order {order} is on its way")
        mock.push_template("shipped")
        """,
        "the push template 'shipped' was sent without a value for {order}",
    ),
    row(
        "a payload that breaks its schema",
        """
        orders.expect_schema({"type": "object", "properties": {"total": {"type": "number", "minimum": 0}}})
        send("orders", {"message": {"total": -1}})
        """,
        "POST …/messaging/orders: the message on channel 'orders' breaks its schema",
        "  at $.total: -1 breaks 'minimum': 0",
    ),
    row(
        "a payload of the test's own that breaks its schema",
        """
        orders.expect_schema({"type": "object", "required": ["id"]})
        mock.publish([], channel="orders")
        mock.publish({}, channel="orders")
        """,
        "backendless_mock.publish(): the message on channel 'orders' breaks its schema",
        "  at $: [] breaks 'type': 'object'",
        "backendless_mock.publish(): the message on channel 'orders' breaks its schema",
        "  at $: {} breaks 'required': ['id']",
    ),
    row(
        "a token in an unknown path",
        """
        call(mock.url + "/users/isvalidusertoken/0123456789/again")
        """,
        "the service has no GET …/users/isvalidusertoken/0123…/again; *",
        ALLOW,
    ),
    row(
        "several things at once",
        """
        call(mock.url + "/one")
        call(mock.url + "/two", "PUT", {})
        """,
        "the service has no GET …/one; *",
        ALLOW,
        "the service has no PUT …/two; *",
        ALLOW,
    ),
]


@pytest.mark.parametrize(("source", "lines"), VERDICTS)
def test_what_the_mock_objects_to_fails_the_test_in_its_own_words(inner, source, lines):
    result = inner.run(written(source))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*_ test_it _*", *map(pattern, lines)], consecutive=True)
    assert "Error" not in result.stdout.str().partition("= FAILURES =")[2].partition("= short test summary")[0]
    assert "plugin.py" not in said(result)


def test_a_refused_request_shows_the_place_of_the_error(inner):
    """C7."""
    result = inner.run(
        written(
            """
            send("orders/subscribe", {"selector": "city = = 'Oslo'"})
            raise AssertionError
            """
        )
    )
    result.assert_outcomes(failed=1)
    section = result.outlines[result.outlines.index("timeline:") :]
    [at] = [place for place, line in enumerate(section) if line.endswith("  city = = 'Oslo'")]
    assert "5009 Error during subscribing" in section[at - 1]
    assert section[at + 1].index("^") == section[at].rindex("=")


class TestASchema:
    def test_may_be_a_file_beside_the_test_that_refers_to_another(self, inner):
        inner.ini("pythonpath = .")
        (inner.path / "shop").mkdir()
        (inner.path / "shop" / "orders.json").write_text('{"properties": {"by": {"$ref": "person.json"}}}')
        (inner.path / "shop" / "person.json").write_text(
            '{"properties": {"mail": {"type": "string", "format": "email"}, "born": {"format": "date"}}}'
        )
        (inner.path / "shop" / "test_it.py").write_text(
            written(
                """
                orders.expect_schema("orders.json")
                send("orders", {"message": {"by": {"mail": "ann@example.com", "born": "1990-02-28"}}})
                send("orders", {"message": {"by": {"mail": "ann", "born": "1990-02-30"}}})
                """
            )
        )
        result = inner.run()
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(
            [
                "POST …/messaging/orders: the message on channel 'orders' breaks its schema",
                "  at $.by.mail: 'ann' breaks 'format': 'email'",
                "  at $.by.born: '1990-02-30' breaks 'format': 'date'",
            ],
            consecutive=True,
        )

    def test_is_not_seen_on_the_wire(self, inner):
        result = inner.run(
            written(
                """
                orders.expect_schema({"not": {}})
                status, answer = send("orders", {"message": "paid"})
                assert (status, answer["status"]) == (200, "scheduled")
                orders.assert_delivered("paid")
                with pytest.raises(AssertionError, match="breaks its schema"):
                    mock.verify()
                """
            )
        )
        result.assert_outcomes(passed=1)

    def test_asks_nothing_of_other_channels_and_of_what_was_before(self, inner):
        result = inner.run(
            written(
                """
                mock.publish("early", channel="orders")
                orders.expect_schema({"type": "object"})
                mock.publish("elsewhere", channel="news")
                mock.publish({}, channel="orders")
                """
            )
        )
        result.assert_outcomes(passed=1)


def test_a_runaway_schedule_is_a_sentence_and_no_traceback(inner):
    result = inner.run(
        written(
            """
            mock.publish("tick", channel="orders", repeat_every=0.001)
            with pytest.raises(RuntimeError):
                mock.clock.advance(days=1)
            """
        )
    )
    result.assert_outcomes(passed=1)

    result = inner.run(
        HEAD
        + textwrap.dedent(
            """
            from freezegun import freeze_time

            @pytest.mark.backendless_mock(freeze=None)
            def test_it(backendless_mock):
                with freeze_time("2030-01-07", real_asyncio=True) as frozen:
                    backendless_mock.publish("tick", channel="orders", repeat_every=0.001)
                    frozen.tick(timedelta(days=1))
                    call(backendless_mock.url + "/messaging/message:1")
            """
        )
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            (
                "catching up would deliver 86,400,000 messages at once, more than 1,000,000; most are "
                "occurrences of message:* on channel 'orders', which repeats every 0.001 s. Nothing was delivered."
            )
        ]
    )
    assert "Traceback" not in said(result)


def test_a_bug_of_the_mock_shows_its_traceback(inner):
    result = inner.run(
        HEAD
        + textwrap.dedent(
            """
            from pytest_backendless_mock.service import operation

            def test_it(backendless_mock, monkeypatch):
                def broken(call):
                    raise ZeroDivisionError("a slip")

                monkeypatch.setitem(operation.OPERATIONS, "status", operation.Operation("status", broken))
                call(backendless_mock.url + "/messaging/message:1")
            """
        )
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ("pytest-backendless-mock: this is a bug of the mock, please report it. GET …/messaging/message:1 raised"),
            "Traceback (most recent call last):",
            '    raise ZeroDivisionError("a slip")',
            "ZeroDivisionError: a slip",
            "*- backendless_mock -*",
            "timeline:",
            "  08:30:00  -- now --",
            "requests:",
            "  08:30:00  GET …/messaging/message:1 -> 500",
        ]
    )


def test_a_listener_that_raises_shows_its_own_traceback(inner):
    result = inner.run(
        written(
            """
            def picky(delivery):
                raise KeyError("no such order")

            mock.on("delivered", picky)
            assert send("orders", {"message": "paid"})[0] == 200
            """
        )
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "POST …/messaging/orders",
            "Traceback (most recent call last):",
            '    raise KeyError("no such order")',
            "KeyError: 'no such order'",
            "*ListenerError: a listener for 'delivered' raised KeyError('no such order')",
        ]
    )


TIMELINE = [
    "*- backendless_mock -*",
    "timeline:",
    "  08:30:00  accepted     'paid' on 'orders', for 09:00:00",
    "  08:30:00  -- now --",
    "  09:00:00  scheduled    'paid' on 'orders', due in 30 min",
]
PUBLISH = 'mock.publish("paid", channel="orders", publish_at=timedelta(minutes=30))'
IN_TEST = f"def test_it(backendless_mock):\n    mock = backendless_mock\n    {PUBLISH}\n"
PLACES = {
    "function": f"{IN_TEST}    assert 1 == 2",
    "pytest.raises": f"{IN_TEST}    with pytest.raises(KeyError):\n        pass",
    "pytest.fail": f"{IN_TEST}    pytest.fail('no')",
    "SystemExit": f"{IN_TEST}    raise SystemExit(3)",
    "setup": f"""
@pytest.fixture
def shop(backendless_mock):
    mock = backendless_mock
    {PUBLISH}
    raise OSError("closed")

def test_it(shop):
    pass
""",
    "teardown": f"""
@pytest.fixture
def shop(backendless_mock):
    mock = backendless_mock
    {PUBLISH}
    yield
    raise OSError("closed")

def test_it(shop):
    pass
""",
    "TestCase": f"""
@pytest.mark.usefixtures("backendless_mock")
class TestShop(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def hold(self, backendless_mock):
        self.mock = backendless_mock

    def test_it(self):
        mock = self.mock
        {PUBLISH}
        self.assertEqual(1, 2)
""",
    "asyncio": f"@pytest.mark.asyncio\nasync {IN_TEST}    await asyncio.sleep(0)\n    assert 1 == 2",
}


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in PLACES.items()])
def test_the_timeline_stands_under_whatever_fails(inner, source):
    result = inner.run(HEAD + source)
    assert sum(result.parseoutcomes().get(outcome, 0) for outcome in ("failed", "error", "errors")) == 1
    result.stdout.fnmatch_lines([pattern(line) for line in TIMELINE], consecutive=True)
    assert result.stdout.str().count("-- now --") == 1


def test_nothing_stands_under_a_test_without_the_fixture_or_that_passed(inner):
    result = inner.run("def test_it():\n    assert 1 == 2\n\ndef test_other(backendless_mock):\n    pass\n")
    result.assert_outcomes(passed=1, failed=1)
    assert "timeline" not in result.stdout.str()


def test_the_body_s_failure_and_the_verdict_are_both_shown(inner):
    result = inner.run(
        written(
            """
            call(mock.url + "/nowhere")
            assert 1 == 2, "the body"
            """
        )
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E       AssertionError: the body",
            "*- *backendless_mock* -*",
            "the service has no GET …/nowhere; *",
            ALLOW,
            "*- backendless_mock -*",
            "timeline:",
        ]
    )


def test_an_expected_failure_may_be_the_verdict(inner):
    result = inner.run(
        HEAD
        + textwrap.dedent(
            """
            @pytest.mark.xfail(strict=True)
            def test_verdict(backendless_mock):
                call(backendless_mock.url + "/nowhere")

            @pytest.mark.xfail(strict=True)
            def test_assertion(backendless_mock):
                backendless_mock.channel("orders").assert_published("paid")
            """
        ),
        "-rx",
    )
    result.assert_outcomes(xfailed=2)
    result.stdout.fnmatch_lines(["XFAIL test_it.py::test_verdict*", "XFAIL test_it.py::test_assertion*"])


def test_an_assertion_inside_pytest_raises_is_an_assertion_error(inner):
    result = inner.run(
        written(
            """
            with pytest.raises(AssertionError, match="'paid' to be published at least once"):
                orders.assert_published("paid")
            """
        )
    )
    result.assert_outcomes(passed=1)


EARLY = written(
    """
    mock.publish("paid", channel="orders", publish_at=timedelta(minutes=30))
    orders.assert_delivered("paid")
    """
)


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["here", "xdist"])
def test_sections_come_from_wherever_the_test_ran(inner, workers):
    result = inner.run_apart(EARLY, *workers)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E       due in 30 min; try: backendless_mock.clock.advance(minutes=30)",
            *map(pattern, TIMELINE),
        ]
    )


@pytest.mark.parametrize("options", [("-p", "no:terminal"), ("--tb=no",), ("--tb=line",), ("-q", "-q")], ids=" ".join)
def test_reports_that_say_less_do_no_harm(inner, options):
    result = inner.run_apart(EARLY, *options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "INTERNALERROR" not in said(result)


def test_a_narrow_terminal_gets_narrow_rules_and_whole_lines(inner, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    result = inner.run(EARLY)
    rules = [line for line in result.outlines if "- backendless_mock -" in line]
    assert [len(rule) for rule in rules] == [80]
    result.stdout.fnmatch_lines([pattern(line) for line in TIMELINE[1:]], consecutive=True)


class TestTheLengthOfAReport:
    @pytest.mark.parametrize(
        "how",
        ['mock.publish(f"message {number}", channel="orders")', 'send("orders", {"message": f"message {number}"})'],
        ids=["by-the-test", "by-HTTP"],
    )
    def test_is_sixty_lines_at_most_and_says_what_was_left_out(self, inner, how):
        result = inner.run(
            written(
                f"for number in range(200):\n    {how}\nmock.publish('soon', publish_at=timedelta(hours=1))\nassert 0"
            )
        )
        section = the_section(result)
        assert len(section) <= 60
        assert section[1].startswith("  … ")
        assert section[1].endswith(" left out")
        assert "  08:30:00  -- now --" in section
        assert "  09:30:00  scheduled    'soon' on 'default', due in 1 h" in section

    def test_is_kept_where_more_is_to_come_than_fits(self, inner):
        result = inner.run(
            written(
                """
                for number in range(200):
                    mock.publish(number, channel="orders", publish_at=timedelta(hours=1))
                assert 0
                """
            )
        )
        section = the_section(result)
        assert len(section) <= 60
        assert "  08:30:00  -- now --" in section
        assert [line for line in section if line.startswith("  … ") and line.endswith("left out")] != []

    def test_leaves_no_line_long(self, inner):
        result = inner.run(
            written(
                """
                send("orders", {"message": {"text": "x" * 5000}, "headers": {"note": "y" * 5000}})
                assert 0
                """
            )
        )
        section = the_section(result)
        assert max(map(len, section)) <= 162
        assert [line[-8:] for line in section if " POST " in line] == ["… -> 200"]


def the_section(result):
    """The lines under a failing test."""
    lines = result.outlines
    begin = next(place for place, line in enumerate(lines) if line.startswith("-") and " backendless_mock " in line)
    end = next(place for place in range(begin + 1, len(lines)) if lines[place].startswith("==="))
    return lines[begin + 1 : end]


def test_secrets_are_masked_in_the_section(inner):
    result = inner.run(
        HEAD
        + textwrap.dedent(
            """
            def test_it(backendless_mock):
                backendless_mock.add_user(login="ann", password="correct horse", token="topsecrettoken")
                call(f"{backendless_mock.url}/users/login", "POST", {"login": "ann", "password": "wrong horse"})
                call(f"{backendless_mock.url}/users/isvalidusertoken/topsecrettoken")
                raise KeyError
            """
        )
    )
    section = "\n".join(the_section(result))
    assert "POST …/users/login {'login': 'ann', 'password': 'wron…'} -> 400 3003" in section
    assert "GET …/users/isvalidusertoken/tops… -> 200" in section
    assert "wrong horse" not in section
    assert "topsecrettoken" not in section


def test_what_cannot_be_printed_is_escaped_in_the_section_too(inner):
    result = inner.run(
        written(
            r"""
            send("orders", {"message": "red\x1b[31m\ud800\n", "headers": {"a\x07": "\ud800"}})
            raise KeyError
            """
        )
    )
    section = "\n".join(the_section(result))
    assert r"  08:30:00  accepted     'red\x1b[31m\ud800\n' on 'orders'" in section
    assert section.replace("\n", "").isprintable()


class TestOneOfSeveralApplications:
    def test_has_a_picture_of_its_own(self, inner):
        result = inner.run(
            written(
                """
                mock.new_app().publish("two", channel="orders")
                mock.publish("one", channel="orders")
                raise KeyError
                """
            )
        )
        result.stdout.fnmatch_lines(
            ["*accepted     'one' on 'orders'", "*-- now --", "timeline:", "*'two' on 'orders'"]
        )
