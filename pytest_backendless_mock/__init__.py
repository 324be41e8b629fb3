"""An in-process mock of Backendless messaging, and the pytest fixture that serves it.

The names below are resolved on first use: pytest imports this module with its plugins, in every run.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .http.fault import Fault
    from .http.journal import Request
    from .messaging.due import RunawayScheduleError
    from .messaging.errors import MessagingError
    from .messaging.message import MessageStatus
    from .messaging.rules import Rules
    from .messaging.selector.selector import Selector, SelectorError
    from .runtime.clock import Clock
    from .runtime.record import Delivery, Device, Email, Incident, Message, Push, Refusal, Scheduled, User, View
    from .server.listener import ServerError
    from .server.server import BackendlessServer
    from .service.schema import PayloadError, validate
    from .service.verdict import BackendlessMockWarning
    from .testing.app import BackendlessApp
    from .testing.channel import ChannelView, SubscriptionView
    from .testing.faults import Faults
    from .testing.mock import BackendlessMock
    from .testing.outbox import Outbox

_HOMES = {
    "BackendlessApp": "testing.app",
    "BackendlessMock": "testing.mock",
    "BackendlessMockWarning": "service.verdict",
    "BackendlessServer": "server.server",
    "ChannelView": "testing.channel",
    "Clock": "runtime.clock",
    "Delivery": "runtime.record",
    "Device": "runtime.record",
    "Email": "runtime.record",
    "Fault": "http.fault",
    "Faults": "testing.faults",
    "Incident": "runtime.record",
    "Message": "runtime.record",
    "MessageStatus": "messaging.message",
    "MessagingError": "messaging.errors",
    "Outbox": "testing.outbox",
    "PayloadError": "service.schema",
    "Push": "runtime.record",
    "Refusal": "runtime.record",
    "Request": "http.journal",
    "Rules": "messaging.rules",
    "RunawayScheduleError": "messaging.due",
    "Scheduled": "runtime.record",
    "Selector": "messaging.selector.selector",
    "SelectorError": "messaging.selector.selector",
    "ServerError": "server.listener",
    "SubscriptionView": "testing.channel",
    "User": "runtime.record",
    "View": "runtime.record",
    "validate": "service.schema",
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
