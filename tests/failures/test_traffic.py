"""What the section under a failing test says of requests, polls and subscriptions."""

from __future__ import annotations

import textwrap

import pytest
from failure_support import pattern, row, the_section, written

from pytest_backendless_mock.service.verdict import TIMES

SUBSCRIBE = """
def subscribe(body):
    return send("orders/subscribe", body)[1]["subscriptionId"]

def poll(subscription):
    return call(f"{mock.url}/messaging/orders/{subscription}")

"""
TRAFFIC = [
    row(
        "a poll that got something, and one that got nothing new",
        """
        one = subscribe({})
        send("orders", {"message": "x"})
        poll(one)
        poll(one)
        """,
        "subscriptions:",
        "  * on 'orders': was handed 1 message",
        "requests:",
        "  08:30:00  POST …/messaging/orders/subscribe {} -> 200",
        "  08:30:00  POST …/messaging/orders {'message': 'x'} -> 200",
        "  08:30:00  GET …/messaging/orders/* -> 200, 1 message",
        "  08:30:00  GET …/messaging/orders/* -> 200, 0 messages",
    ),
    row(
        "nothing was there",
        """
        poll(subscribe({}))
        """,
        "  08:30:00  GET …/messaging/orders/* -> 200, 0 messages; nothing was delivered on 'orders' by then",
    ),
    row(
        "kept back by a selector",
        """
        one = subscribe({"selector": "region = 'US'"})
        send("orders", {"message": "x", "headers": {"region": "EU"}})
        poll(one)
        """,
        "subscriptions:",
        "  * on 'orders', selector \"region = 'US'\": was handed 0 messages",
        "requests:",
        "  08:30:00  POST …/messaging/orders/subscribe {'selector': \"region = 'US'\"} -> 200",
        "  08:30:00  POST …/messaging/orders {'message': 'x', 'headers': {'region': 'EU'}} -> 200",
        (
            "  08:30:00  GET …/messaging/orders/* -> 200, 0 messages; "
            "kept back 'x': region = 'US' is false, region is 'EU'"
        ),
    ),
    row(
        "kept back by a subtopic, twice",
        """
        one = subscribe({"subtopic": "news.*"})
        send("orders", {"message": "x", "subtopic": "weather"})
        send("orders", {"message": "y", "subtopic": "weather"})
        poll(one)
        """,
        "  * on 'orders', subtopic 'news.*': was handed 0 messages",
        "*",
        "*",
        "*",
        "*",
        (
            "  08:30:00  GET …/messaging/orders/* -> 200, 0 messages; "
            "kept back 'y' and 1 more: subtopic 'weather' is not under 'news.*'"
        ),
    ),
    row(
        "gone since",
        """
        one = subscribe({})
        send("orders", {"message": "x"})
        mock.clock.advance(minutes=2)
        poll(one)
        """,
        "  08:32:00  GET …/messaging/orders/* -> 200, 0 messages; kept back 'x': gone since 08:31:00",
    ),
    row(
        "not due",
        """
        one = subscribe({})
        mock.publish("elsewhere", publish_at=timedelta(hours=1))
        mock.publish("x", channel="orders", publish_at=timedelta(hours=1))
        poll(one)
        mock.clock.advance(hours=1)
        """,
        "  08:30:00  GET …/messaging/orders/* -> 200, 0 messages; kept back 'x': not due before 09:30:00",
    ),
    row(
        "several reasons",
        """
        one = subscribe({"selector": "a = 1"})
        for number in range(5):
            send("orders", {"message": number, "headers": {"a": str(number + 2)}})
        poll(one)
        """,
        "  08:30:00  GET …/messaging/orders/* -> 200, 0 messages; kept back 4: a = 1 is false, a is '6'",
        "    kept back 3: a = 1 is false, a is '5'",
        "    kept back 2: a = 1 is false, a is '4'",
        "    … and 2 reasons more",
    ),
    row(
        "polls of two in a loop",
        """
        one, two = subscribe({}), subscribe({})
        for _ in range(30):
            poll(one)
            poll(two)
        """,
        "requests:",
        f"  08:30:00  POST …/messaging/orders/subscribe {{}} -> 200  {TIMES}2",
        *(2 * [f"  08:30:00  GET …/* -> 200, 0 messages; nothing was delivered on 'orders' by then  {TIMES}30"]),
    ),
    row(
        "polls while time passes",
        """
        one = subscribe({"selector": "a = 1"})
        send("orders", {"message": "x", "headers": {"a": "2"}})
        for _ in range(3):
            poll(one)
            mock.clock.advance(seconds=5)
        """,
        (
            "  08:30:00  GET …/messaging/orders/* -> 200, 0 messages; "
            f"kept back 'x': a = 1 is false, a is '2'  {TIMES}3, until 08:30:10"
        ),
    ),
    row(
        "what publishes between two polls parts them",
        """
        one = subscribe({})
        for _ in range(2):
            call(f"{mock.url}/info")
            send("orders", {"message": "x"})
        """,
        "  08:30:00  GET …/info -> 200",
        "  08:30:00  POST …/messaging/orders {'message': 'x'} -> 200",
        "  08:30:00  GET …/info -> 200",
        "  08:30:00  POST …/messaging/orders {'message': 'x'} -> 200",
    ),
    row(
        "listeners, one of which heard nothing",
        """
        from presence_support import client_of_mock

        client_of_mock(mock, "1", user_id="ann").join("orders").listen("orders", "one")
        client_of_mock(mock, "2").join("orders").listen("orders", "two", selector="a = 1")
        for number in range(5):
            mock.publish(number, channel="orders", headers={"a": number + 2})
        """,
        "subscriptions:",
        "  listener one of user ann on 'orders': was handed 5 messages",
        (
            "  listener two of client 2 on 'orders', selector 'a = 1': was handed 0 messages; "
            "kept back 4: a = 1 is false, a is '6'"
        ),
        "    kept back 3: a = 1 is false, a is '5'",
        "    kept back 2: a = 1 is false, a is '4'",
        "    … and 2 reasons more",
    ),
    row(
        "an answer that was lost",
        """
        one = subscribe({})
        send("orders", {"message": "x"})
        mock.faults.lose("retrieve")
        with pytest.raises(OSError):
            poll(one)
        """,
        "  08:30:00  GET …/messaging/orders/* -> no answer, 1 message",
    ),
]


@pytest.mark.parametrize(("source", "lines"), TRAFFIC)
def test_requests_are_told_with_what_came_of_them(inner, source, lines):
    result = inner.run(written(f"{SUBSCRIBE}{textwrap.dedent(source)}\nraise KeyError"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([pattern(line) for line in lines], consecutive=True)


def test_what_happened_several_times_in_a_row_is_told_once_with_the_number(inner):
    result = inner.run(written('for _ in range(30):\n    send("orders", {"message": None})\nraise KeyError'))
    assert the_section(result) == [
        "timeline:",
        (
            "  08:30:00  refused      POST …/messaging/orders: "
            f"8006 Invalid NULL param for request (message is null)  {TIMES}30"
        ),
        "  08:30:00  -- now --",
        "requests:",
        f"  08:30:00  POST …/messaging/orders {{'message': None}} -> 400 8006  {TIMES}30",
    ]


@pytest.mark.parametrize("rule", ["", ", see_earlier_messages=False"])
def test_a_message_from_before_a_subscription_is_said_to_be(inner, rule):
    result = inner.run(
        written(
            """
            mock.publish("x", channel="orders")
            one = mock.subscribe("orders")
            call(f"{mock.url}/messaging/orders/{one.id}")
            orders.assert_retrieved("y")
            """
        ).replace('08:30")', f'08:30"{rule})')
    )
    told = "kept back 'x': published before it subscribed (see_earlier_messages=False)" if rule else ""
    assert the_section(result)[-1].partition(" -> ")[2] == (f"200, 0 messages; {told}" if told else "200, 1 message")


def test_a_subscription_made_from_python_stands_there_too(inner):
    result = inner.run(written('one = mock.subscribe("orders", selector="a = 1")\nraise KeyError(one.id)'))
    section = the_section(result)
    at = section.index("subscriptions:")
    result.stdout.fnmatch_lines([f"*KeyError: '{section[at + 1].split()[0]}'"])
    assert section[at + 1].endswith(" on 'orders', selector 'a = 1': was handed 0 messages")


class TestWithVerbosity:
    LONG = """
    for number in range(100):
        send("orders", {"message": f"{number} " + "x" * 500})
    orders.assert_published("paid")
    """

    def test_two_nothing_is_left_out(self, inner):
        result = inner.run(written(self.LONG), "-vv")
        text = result.stdout.str()
        assert "left out" not in text
        assert "…\n" not in text
        assert text.count(f"{'x' * 500}'}} -> 200") == 100
        assert sum(line.startswith("E  ") and " has other data: " in line for line in result.outlines) == 100

    @pytest.mark.parametrize("option", ["-v", "-q"])
    def test_one_what_is_long_is_left_out(self, inner, option):
        result = inner.run(written(self.LONG), option)
        assert len(the_section(result)) <= 60
        assert "x" * 200 not in "\n".join(the_section(result))


def test_hints_are_told_whole(inner):
    result = inner.run(
        written(
            """
            for number in range(25):
                send(f"channel{number}", {"message": "x", "publishAt": "2030-01-07T09:00:00+00:00"})
            raise KeyError
            """
        ),
        "-W",
        "ignore",
    )
    section = the_section(result)
    at = section.index("hints:")
    assert section[at + 1 :] == [
        *(
            (
                f"  POST …/messaging/channel{number}: publishAt '2030-01-07T09:00:00+00:00' is text; "
                "the service reads milliseconds, and that is 1894006800000: "
                "round(when.timestamp() * 1000) in Python, when.getTime() in JavaScript"
            )
            for number in range(20)
        ),
        "  … 5 left out",
    ]
