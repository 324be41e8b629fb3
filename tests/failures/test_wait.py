"""What a wait in vain says: for what, what was there, why no more; and the story once."""

from __future__ import annotations

import pytest
from failure_support import assert_fails_with, row, written

WAITS = [
    row(
        "not due yet",
        """
        mock.publish("paid", channel="orders", publish_at=timedelta(minutes=30))
        mock.wait_until(lambda: orders.deliveries, timeout=0)
        """,
        "waited 0 s in vain for `lambda: orders.deliveries`",
        "delivered on channel 'orders': nothing",
        "'paid' is not due yet: at 2030-01-07 09:00:00Z",
        "due in 30 min; try: backendless_mock.clock.advance(minutes=30)",
    ),
    row(
        "kept back by a selector",
        """
        mock.subscribe("orders", selector="region = 'US'")
        mock.publish("paid", channel="orders", headers={"region": "EU"})
        mock.wait_until(lambda: orders.retrieved.data == ["paid"], timeout=0)
        """,
        'waited 0 s in vain for `lambda: orders.retrieved.data == ["paid"]`',
        "retrieved on channel 'orders': nothing",
        (
            "'paid' was delivered at 2030-01-07 08:30:00Z; retrievable by 0 of 1 subscriptions: "
            "region = 'US' is false, region is 'EU'"
        ),
    ),
    row(
        "nobody came in real time",
        """
        mock.wait_until(lambda: orders.listeners, timeout=0)
        """,
        "waited 0 s in vain for `lambda: orders.listeners`",
        "nobody listens on channel 'orders'",
        "no client joined any channel in real time",
    ),
    row(
        "somebody polls, and nobody listens",
        """
        mock.subscribe("orders")
        mock.wait_until(lambda: orders.listeners, timeout=0)
        """,
        "waited 0 s in vain for `lambda: orders.listeners`",
        "nobody listens on channel 'orders'",
        "no client joined any channel in real time",
        "1 subscription there, which a client polls: see channel.subscriptions",
    ),
    row(
        "clients that are elsewhere, gone, or hear no messages",
        """
        from presence_support import client_of_mock

        client_of_mock(mock, "1").join("order").listen("order")
        client_of_mock(mock, "2").join("orders")
        client_of_mock(mock, "3", user_id="ann").join("orders").listen("orders").disconnect()
        mock.wait_until(lambda: orders.listeners, timeout=0)
        """,
        "waited 0 s in vain for `lambda: orders.listeners`",
        "nobody listens on channel 'orders'",
        "client 2 joined, and does not listen for messages",
        "user ann left at 2030-01-07 08:30:00Z",
        "1 listener on another channel, 'order'",
    ),
    row(
        "fewer listeners than were waited for",
        """
        from presence_support import client_of_mock

        client_of_mock(mock, "1", user_id="ann").join("orders").listen("orders", selector="city = 'Oslo'")
        mock.wait_until(lambda: len(orders.listeners) == 2, timeout=0)
        """,
        "waited 0 s in vain for `lambda: len(orders.listeners) == 2`",
        "listening on channel 'orders':",
        "  <Listener listener:1 of user ann on 'orders', selector \"city = 'Oslo'\">",
    ),
    row(
        "refused",
        """
        send("orders", {"message": None})
        mock.wait_until(lambda: orders.messages, timeout=0)
        """,
        "waited 0 s in vain for `lambda: orders.messages`",
        "published on channel 'orders': nothing",
        (
            "refused at 2030-01-07 08:30:00Z: POST …/messaging/orders: "
            "8006 Invalid NULL param for request (message is null)"
        ),
    ),
    row(
        "a function that looks at nothing",
        """
        def done():
            return False

        mock.wait_until(done, timeout=0)
        """,
        "waited 0 s in vain for `done (test_it.py:*)`",
    ),
]


@pytest.mark.parametrize(("source", "lines"), WAITS)
def test_a_wait_in_vain_says_why(inner, source, lines):
    assert_fails_with(inner, source, lines)


def test_the_story_of_a_wait_in_vain_stands_once(inner):
    result = inner.run(written('send("orders", {"message": "paid"})\nmock.wait_until(lambda: False, timeout=0)'))
    assert result.stdout.str().count("timeline:") == 1
    assert result.stdout.str().count("POST …/messaging/orders {'message': 'paid'} -> 200") == 1
