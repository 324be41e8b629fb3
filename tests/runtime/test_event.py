"""What listeners and the timeline call each kind of event."""

from __future__ import annotations

from pytest_backendless_mock.messaging.event import (
    Cancelled,
    Emailed,
    Failed,
    Joined,
    Left,
    Listening,
    NotPushed,
    Pushed,
    PushFailed,
    Retrieved,
)
from pytest_backendless_mock.messaging.message import Delivery, Message
from pytest_backendless_mock.runtime.event import KINDS, Faulted, Refused


def test_these_are_the_kinds_of_event():
    assert dict(KINDS) == {
        Message: "accepted",
        Delivery: "delivered",
        Retrieved: "retrieved",
        Cancelled: "cancelled",
        Pushed: "pushed",
        PushFailed: "push_failed",
        NotPushed: "not_pushed",
        Failed: "failed",
        Emailed: "emailed",
        Joined: "joined",
        Listening: "listening",
        Left: "left",
        Refused: "refused",
        Faulted: "faulted",
    }
