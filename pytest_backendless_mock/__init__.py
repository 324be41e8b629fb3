"""An in-process mock of Backendless messaging, and the pytest fixture that serves it.

The names below are resolved on first use: pytest imports this module with its plugins, in every run.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .application import BackendlessApp
    from .channel_view import ChannelView, SubscriptionView
    from .faults import Faults
    from .http.fault import Fault
    from .http.journal import Request
    from .http.listener import ServerError
    from .http.schema import PayloadError, validate
    from .http.server import BackendlessServer
    from .http.verdict import BackendlessMockWarning
    from .messaging.due import RunawayScheduleError
    from .messaging.errors import MessagingError
    from .messaging.message import MessageStatus
    from .messaging.rules import Rules
    from .messaging.selector import Selector, SelectorError
    from .mock import BackendlessMock
    from .outbox import Outbox
    from .runtime.clock import Clock
    from .runtime.record import Delivery, Device, Email, Incident, Message, Push, Refusal, Scheduled, User, View

_HOMES = {
    "BackendlessApp": "application",
    "BackendlessMock": "mock",
    "BackendlessMockWarning": "http.verdict",
    "BackendlessServer": "http.server",
    "ChannelView": "channel_view",
    "Clock": "runtime.clock",
    "Delivery": "runtime.record",
    "Device": "runtime.record",
    "Email": "runtime.record",
    "Fault": "http.fault",
    "Faults": "faults",
    "Incident": "runtime.record",
    "Message": "runtime.record",
    "MessageStatus": "messaging.message",
    "MessagingError": "messaging.errors",
    "Outbox": "outbox",
    "PayloadError": "http.schema",
    "Push": "runtime.record",
    "Refusal": "runtime.record",
    "Request": "http.journal",
    "Rules": "messaging.rules",
    "RunawayScheduleError": "messaging.due",
    "Scheduled": "runtime.record",
    "Selector": "messaging.selector",
    "SelectorError": "messaging.selector",
    "ServerError": "http.listener",
    "SubscriptionView": "channel_view",
    "User": "runtime.record",
    "View": "runtime.record",
    "validate": "http.schema",
}

__all__ = [
    "BackendlessApp",
    "BackendlessMock",
    "BackendlessMockWarning",
    "BackendlessServer",
    "ChannelView",
    "Clock",
    "Delivery",
    "Device",
    "Email",
    "Fault",
    "Faults",
    "Incident",
    "Message",
    "MessageStatus",
    "MessagingError",
    "Outbox",
    "PayloadError",
    "Push",
    "Refusal",
    "Request",
    "Rules",
    "RunawayScheduleError",
    "Scheduled",
    "Selector",
    "SelectorError",
    "ServerError",
    "SubscriptionView",
    "User",
    "View",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
