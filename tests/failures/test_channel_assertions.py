"""What a failed assertion about a channel says, kind by kind."""

from __future__ import annotations

import textwrap

import pytest
from failure_support import assert_fails_with, row, written

from pytest_backendless_mock.service.verdict import TIMES

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
        "occurrence 3 is due in 30 min; try: backendless_mock.clock.advance(minutes=30)",
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
            "expected data accepted by `is_eight (test_it.py:11)` to be published at least once on channel 'orders'; "
            "it was never published"
        ),
        "published there:",
        "  {'id': 7} at 2030-01-07 08:30:00Z",
        "{'id': 7} is not accepted",
    ),
    row(
        "data that a lambda refuses",
        """
        mock.publish({"id": 7}, channel="orders")
        mock.publish({"id": 8}, channel="billing")
        orders.assert_delivered(lambda order: order["id"] == 8)
        """,
        (
            'expected data accepted by `lambda order: order["id"] == 8` to be delivered at least once on channel '
            "'orders'; it was never delivered"
        ),
        "delivered there:",
        "  {'id': 7} at 2030-01-07 08:30:00Z",
        "{'id': 7} is not accepted",
        "{'id': 8} was published on another channel, 'billing'",
    ),
    row(
        "data on which a callable raises",
        """
        mock.publish({"number": 7}, channel="orders")
        mock.publish("paid", channel="orders")
        orders.assert_delivered(is_eight)
        """,
        (
            "expected data accepted by `is_eight (test_it.py:11)` to be delivered at least once on channel 'orders'; "
            "it was never delivered"
        ),
        "delivered there:",
        "  {'number': 7} at 2030-01-07 08:30:00Z",
        "  'paid' at 2030-01-07 08:30:00Z",
        "{'number': 7} is not accepted: it raised KeyError('id')",
        "'paid' is not accepted: it raised TypeError(*)",
    ),
    row(
        "a callable that looks at the mock itself",
        """
        mock.publish("paid", channel="orders")
        orders.assert_delivered(lambda data: len(mock.messages) > 1)
        """,
        (
            "expected data accepted by `lambda data: len(mock.messages) > 1` to be delivered at least once on channel "
            "'orders'; it was never delivered"
        ),
        "delivered there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        "'paid' is not accepted",
    ),
    row(
        "a comparison that raises",
        """
        class Picky:
            def __eq__(self, other):
                raise ValueError("ambiguous")

            def __repr__(self):
                return "<Picky>"

        mock.publish("paid", channel="orders")
        orders.assert_delivered(Picky())
        """,
        "expected <Picky> to be delivered at least once on channel 'orders'; it was never delivered",
        "delivered there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        "'paid' is not accepted: it raised ValueError('ambiguous')",
    ),
    row(
        "the fourth of a message that repeats",
        """
        mock.publish("stand-up", channel="orders", publish_at=timedelta(hours=1), repeat_every=86_400 / 2)
        mock.clock.advance(hours=24)
        orders.assert_delivered("stand-up", times=4)
        """,
        "expected 'stand-up' to be delivered 4 times on channel 'orders'; it was delivered 2 times",
        "delivered there:",
        "  'stand-up' at 2030-01-07 09:30:00Z",
        "  'stand-up' at 2030-01-07 21:30:00Z",
        "'stand-up' is not due yet: at 2030-01-08 09:30:00Z",
        "occurrence 4 is due in 13 h; try: backendless_mock.clock.advance(hours=13)",
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
        f"  'paid' at 2030-01-07 08:30:00Z  {TIMES}2",
        f"'paid' was published, but 2 times, not once  {TIMES}2",
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
            "(publishAt is 60 years before now)"
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
        "'paid' was delivered at 2030-01-07 08:30:00Z; nobody subscribed",
    ),
    row(
        "kept back from a listener by its selector",
        """
        from presence_support import client_of_mock

        client_of_mock(mock).join("orders").listen("orders", selector="temperature > 60")
        mock.publish("warm", channel="orders", headers={"temperature": 50})
        orders.assert_retrieved("warm")
        """,
        "expected 'warm' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        (
            "'warm' was delivered at 2030-01-07 08:30:00Z; 1 listener kept it back: "
            "temperature > 60 is false, temperature is '50'"
        ),
    ),
    row(
        "published before anybody listened",
        """
        from presence_support import client_of_mock

        mock.publish("paid", channel="orders")
        for number in "12":
            client_of_mock(mock, number).join("orders").listen("orders")
        orders.assert_retrieved("paid")
        """,
        "expected 'paid' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        "'paid' was delivered at 2030-01-07 08:30:00Z; 2 listeners kept it back: published before it listened",
    ),
    row(
        "lost on its way to a listener",
        """
        from presence_support import client_of_mock

        client_of_mock(mock, loses=lambda _: True).join("orders").listen("orders")
        mock.publish("paid", channel="orders")
        orders.assert_retrieved("paid")
        """,
        "expected 'paid' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        "'paid' was delivered at 2030-01-07 08:30:00Z; it was lost on its way to 1 listener",
    ),
    row(
        "kept back from who polls and from who listens",
        """
        from presence_support import client_of_mock

        mock.subscribe("orders", selector="city = 'Oslo'")
        client_of_mock(mock, "1").join("orders").listen("orders", selector="city = 'Rome'")
        client_of_mock(mock, "2", loses=lambda _: True).join("orders").listen("orders")
        mock.publish("warm", channel="orders", headers={"city": "Bonn"})
        orders.assert_retrieved("warm")
        """,
        "expected 'warm' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        (
            "'warm' was delivered at 2030-01-07 08:30:00Z; retrievable by 0 of 1 subscriptions: "
            "city = 'Oslo' is false, city is 'Bonn'; 1 listener kept it back: city = 'Rome' is false, city is 'Bonn'; "
            "it was lost on its way to 1 listener"
        ),
    ),
    row(
        "published after the listener left",
        """
        from presence_support import client_of_mock

        client = client_of_mock(mock, user_id="ann").join("orders").listen("orders")
        client.disconnect()
        mock.clock.advance(minutes=1)
        mock.publish("paid", channel="orders")
        orders.assert_retrieved("paid")
        """,
        "expected 'paid' to be retrieved at least once on channel 'orders'; it was never retrieved",
        "retrieved there: nothing",
        "'paid' was delivered at 2030-01-07 08:31:00Z; nobody subscribed; user ann left at 2030-01-07 08:30:00Z",
    ),
    row(
        "heard by a listener, but not so often",
        """
        from presence_support import client_of_mock

        client_of_mock(mock).join("orders").listen("orders")
        mock.publish("paid", channel="orders")
        orders.assert_retrieved("paid", times=1)
        orders.assert_retrieved("paid", times=2)
        """,
        "expected 'paid' to be retrieved 2 times on channel 'orders'; it was retrieved once",
        "retrieved there:",
        "  'paid' at 2030-01-07 08:30:00Z",
        "'paid' was delivered at 2030-01-07 08:30:00Z, and retrieved once",
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
        f"  'paid' at 2030-01-07 08:30:00Z  {TIMES}2",
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
    assert_fails_with(inner, source, lines)


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
    remedy = next(line.partition("; try: ")[2] for line in red.outlines if "; try: " in line)
    green = inner.run(written(f'{source}\n{remedy}\norders.assert_delivered("stand-up", times=1)'))
    green.assert_outcomes(passed=1)
