"""The words of the timeline: every kind of event, what a callback gets, and when it comes about."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_backendless_mock.diagnosis.timeline import SCHEDULED
from pytest_backendless_mock.runtime.event import KINDS, EventKind

from .text import code, table

TOLD: Mapping[EventKind, tuple[str, str]] = {
    "accepted": ("Message", "the service took a message in"),
    "delivered": ("Delivery", "it entered its channel's log, at the instant when it was due"),
    "retrieved": ("Delivery", "it was handed to a subscription, or sent to a listener"),
    "cancelled": ("Message", "it was cancelled"),
    "failed": ("Message", "its status became `failed`; also a message of policy `PUSH` that every device refused"),
    "pushed": ("Push", "a device got a push"),
    "push_failed": ("Push", "a device refused a push"),
    "not_pushed": ("Message", "a push found no device"),
    "emailed": ("Email", "an e-mail was sent"),
    "joined": ("Member", "a client came to a channel, in real time"),
    "listening": ("Member", "it began to hear the channel's messages"),
    "left": ("Member", "it left, or was gone"),
    "refused": ("Refusal", "a request was answered with an error of Backendless"),
    "faulted": ("Incident", "a fault that the test asked for struck"),
}
"""What a callback of ``on`` gets, and when."""


def page() -> str:
    """The words, in the order of the source."""
    rows = [(code(kind), code(TOLD[kind][0]), TOLD[kind][1]) for kind in KINDS.values()]
    coming = (code(SCHEDULED), "", "below `-- now --`: a delivery that is still to come; no callback gets it")
    return table(("word", "a callback gets", "when"), [*rows, coming])
