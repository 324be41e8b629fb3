"""A call: one operation, asked of an application that was brought to the present for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..messaging.access import REST_ROLE, Caller
from ..messaging.broker import Broker
from ..messaging.channel import Poll
from ..messaging.name import DEFAULT_CHANNEL, ChannelName, channel_name
from ..messaging.options import Failure
from ..messaging.presence import Connection
from ..messaging.rules import Rules
from .application import Application
from .remedy import Remedy

JSON = Any
NOBODY = Caller(None, frozenset())


@dataclass(slots=True)
class Call:
    """What an operation works on: ``now`` in microseconds, ``params`` from the path, ``body`` parsed JSON.

    ``origin`` says who asked, when somebody wants to know. ``caller`` and ``channel`` are settled before the
    operation begins.
    """

    application: Application
    broker: Broker
    now: int
    origin: Callable[[], str]
    params: Mapping[str, str]
    body: JSON = None
    token: str | None = None
    key_role: str = REST_ROLE
    """The role that goes with the API key of the call (A4a)."""
    failure: Failure | None = None
    """With what a message that is published is given up, if it is."""
    http_headers: Mapping[str, str] = field(default_factory=dict)
    """What the request had, names in lower case; nothing where there was none."""
    host_url: Callable[[], str] = str
    """Where the caller found the server; empty where it needed no address."""
    connection: Connection | None = None
    """The connection of who calls in real time."""
    caller: Caller = NOBODY
    channel: ChannelName = DEFAULT_CHANNEL
    poll: Poll | None = None
    """What a poll came upon, as soon as it was answered."""

    def authenticate(self) -> None:
        """Settle who calls. Raises ``UnknownUserToken`` (A2)."""
        self.caller = self.broker.access.caller(self.token, self.now, self.key_role)

    def address(self) -> None:
        """Settle which channel is meant, where the path names one. Raises ``InvalidChannelName`` (C3)."""
        if "channel" in self.params:
            self.channel = channel_name(self.params["channel"])

    def authorize(self, operation: str, channel: ChannelName) -> None:
        """Raises ``NoPermissionToPublish`` or ``NoPermissionToSubscribe`` (A3)."""
        self.broker.access.authorize(operation, channel, self.caller)

    def hint(self, text: str, *remedies: Remedy) -> None:
        """Tell the reader of the test what the caller probably meant, and who the caller is."""
        self.application.verdict.hint(f"{self.origin()}: {text}", *remedies)

    @property
    def rules(self) -> Rules:
        """The rules of the application."""
        return self.broker.rules
