"""The words of the timeline: every kind of event, what a callback gets, and when it comes about."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_backendless_mock.diagnosis.timeline import SCHEDULED
from pytest_backendless_mock.runtime.event import KINDS, EventKind

from .text import code, table

TOLD: Mapping[EventKind, tuple[str, str]] = {
    "accepted": ("Message", "the service accepted a message"),
    "delivered": ("Delivery", "it was delivered to its channel, at the instant when it was due"),
    "retrieved": ("Delivery", "a subscription or a listener got it"),
    "cancelled": ("Message", "it was cancelled"),
    "failed": (
        "Message",
        "its status became `failed`, for example because every device refused a message of policy `PUSH`",
    ),
    "pushed": ("Push", "a device got a push"),
    "push_failed": ("Push", "a device refused a push"),
    "not_pushed": ("Message", "a push found no device"),
    "emailed": ("Email", "an e-mail was sent"),
    "joined": ("Member", "a real-time client joined a channel"),
    "listening": ("Member", "it began to listen for the channel's messages"),
    "left": ("Member", "it left, or its connection ended"),
    "refused": ("Refusal", "a request was answered with an error of Backendless"),
    "faulted": ("Incident", "a fault that the test asked for happened"),
}
"""What a callback of ``on`` gets, and when."""


def page() -> str:
    """The words, in the order of the source."""
    rows = [(code(kind), code(TOLD[kind][0]), TOLD[kind][1]) for kind in KINDS.values()]
    coming = (code(SCHEDULED), "", "a delivery that is still to come, below `-- now --`; there is no callback for it")
    return table(("word", "a callback gets", "when"), [*rows, coming])
