"""A channel of a mock that runs elsewhere, who gets its messages, and assertions, which the mock judges."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..diagnosis.expectation import Expectation
from ..diagnosis.report import explain_channel
from ..messaging.name import channel_name
from ..runtime.record import Delivery, Message, Scheduled, View
from ..service.verdict import BackendlessMockWarning
from ..testing.assertion import VIEWS, Assertions
from .connection import quoted
from .expected import asked, is_json
from .record import read
from .session import RemoteSession


class RemoteSubscription:
    """``Subscription``, from afar."""

    def __init__(self, session: RemoteSession, channel: str, subscription_id: str) -> None:
        self.id = subscription_id
        self.channel = channel_name(channel)
        self._session = session
        self._path = f"subscriptions/{quoted(subscription_id)}"

    def __repr__(self) -> str:
        return f"<RemoteSubscription {self.id} of channel {self.channel!r}>"

    @property
    def pending(self) -> View[Delivery]:
        """What a poll would get now; looking takes nothing away."""
        return self._session.records(f"{self._path}/pending", Delivery, channel=self.channel)

    @property
    def retrieved(self) -> View[Delivery]:
        """What was handed to it so far."""
        return self._session.records("retrieved", Delivery, channel=self.channel, by=self.id)

    def retrieve(self) -> View[Delivery]:
        """Poll once, as a client would. Raises ``MessagingError`` where the service would answer with an error."""
        taken = self._session.ask("POST", f"{self._path}/retrieve", {"channel": self.channel})
        return View(read(Delivery, each) for each in taken["items"])


class RemoteListener:
    """``Listener``, from afar, as it was when it was looked at."""

    def __init__(self, session: RemoteSession, listener: Mapping[str, Any]) -> None:
        self.id: str = listener["id"]
        self.channel: str = listener["channel"]
        self.connection_id: str = listener["connectionId"]
        self.user_id: str | None = listener["userId"]
        self.selector: str | None = listener["selector"]
        self._session = session

    def __repr__(self) -> str:
        return f"<RemoteListener {self.id} on {self.channel!r}>"

    @property
    def retrieved(self) -> View[Delivery]:
        """What it heard so far, what it heard under the same id before it came back included."""
        return self._session.records("retrieved", Delivery, channel=self.channel, by=self.id)

    def disconnect(self) -> None:
        """Cut its client's connection, as a network failure does. SDKs reconnect by themselves."""
        self._session.ask("DELETE", f"listeners/{quoted(self.id)}")


class RemoteChannel(Assertions):
    """``Channel``, from afar."""

    def __init__(self, session: RemoteSession, name: str) -> None:
        self.name = channel_name(name)
        self._session = session

    def __repr__(self) -> str:
        return f"<RemoteChannel {self.name!r}>"

    @property
    def messages(self) -> View[Message]:
        """What was published on it."""
        return self._session.records("messages", Message, channel=self.name)

    @property
    def scheduled(self) -> View[Scheduled]:
        """What is still to come on it, the next delivery first."""
        return self._session.records("scheduled", Scheduled, channel=self.name)

    @property
    def deliveries(self) -> View[Delivery]:
        """What entered its log, whoever listens."""
        return self._session.records("deliveries", Delivery, channel=self.name)

    @property
    def retrieved(self) -> View[Delivery]:
        """What was handed to its subscriptions, in the order of handing out."""
        return self._session.records("retrieved", Delivery, channel=self.name)

    @property
    def subscriptions(self) -> tuple[RemoteSubscription, ...]:
        """The subscriptions of clients to it, those made from Python included."""
        items = self._session.items("subscriptions", channel=self.name)
        return tuple(RemoteSubscription(self._session, self.name, item["id"]) for item in items)

    @property
    def listeners(self) -> tuple[RemoteListener, ...]:
        """Who hears its messages in real time now, in the order they came."""
        items = self._session.items("listeners", channel=self.name)
        return tuple(RemoteListener(self._session, item) for item in items if item["interest"] == "messages")

    def expect_schema(self, schema: Mapping[str, Any] | str | Path) -> None:
        """From now on every message published here must satisfy a JSON Schema (2020-12), or the test fails.

        ``schema`` is the schema itself or a path, relative to the test file; it refers to itself only. Raises
        ``OSError`` for a file that cannot be read, ``ValueError`` for what is no schema.
        """
        if isinstance(schema, str | Path):
            schema = json.loads((self._session.base / schema).read_text("utf-8"))
        self._session.ask("PUT", f"channels/{quoted(self.name)}/schema", schema)

    def _warn_of_typo(self) -> None:
        """The mock says so, in its answer."""

    def _check(self, wanted: Expectation) -> View[Any]:
        __tracebackhide__ = True
        kind = Message if wanted.stage == "published" else Delivery
        if is_json(wanted.data):
            answer = self._session.check(asked(wanted, self.name))
            for hint in answer.get("hints", ()):
                warnings.warn(hint, BackendlessMockWarning, stacklevel=3)
            return View(read(kind, each) for each in answer["matched"])
        records: View[Any] = getattr(self, VIEWS[wanted.stage])
        matching = View(record for record in records if wanted.matches(record))
        if not wanted.counts(len(matching)):
            raise AssertionError(explain_channel(None, self.name, wanted, records, len(matching)))
        return matching
