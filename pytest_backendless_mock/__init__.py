"""An in-process mock of Backendless messaging, and the pytest fixture that serves it.

What users import is here; the types of everything else that the fixture hands out are in
``pytest_backendless_mock.types``. The names below are resolved on first use: pytest imports this module with its
plugins, in every run.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .http.journal import Request
    from .messaging.due import RunawayScheduleError
    from .messaging.errors import MessagingError
    from .messaging.rules import Rules
    from .messaging.selector.selector import Selector, SelectorError
    from .runtime.record import Delivery, Message
    from .server.listener import ServerError
    from .server.server import BackendlessServer
    from .service.schema import PayloadError, validate
    from .service.verdict import BackendlessMockWarning
    from .testing.mock import BackendlessMock

    __version__: str

_HOMES = {
    "BackendlessMock": "testing.mock",
    "BackendlessMockWarning": "service.verdict",
    "BackendlessServer": "server.server",
    "Delivery": "runtime.record",
    "Message": "runtime.record",
    "MessagingError": "messaging.errors",
    "PayloadError": "service.schema",
    "Request": "http.journal",
    "Rules": "messaging.rules",
    "RunawayScheduleError": "messaging.due",
    "Selector": "messaging.selector.selector",
    "SelectorError": "messaging.selector.selector",
    "ServerError": "server.listener",
    "validate": "service.schema",
}

__all__ = [
    "BackendlessMock",
    "BackendlessMockWarning",
    "BackendlessServer",
    "Delivery",
    "Message",
    "MessagingError",
    "PayloadError",
    "Request",
    "Rules",
    "RunawayScheduleError",
    "Selector",
    "SelectorError",
    "ServerError",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("pytest-backendless-mock")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
