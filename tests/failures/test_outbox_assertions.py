"""What a failed assertion about the outbox says, kind by kind."""

from __future__ import annotations

import pytest
from failure_support import assert_fails_with, row

FAILURES = [
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
]


@pytest.mark.parametrize(("source", "lines"), FAILURES)
def test_an_assertion_that_fails_says_why(inner, source, lines):
    assert_fails_with(inner, source, lines)
