"""A channel of a mock that runs elsewhere, who gets its messages, and assertions, which the mock judges."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from ..diagnosis.expectation import ANYTHING, Expectation
from ..diagnosis.report import explain_channel
from ..messaging.name import channel_name
from ..runtime.record import Delivery, Message, Scheduled, View
from ..service.verdict import BackendlessMockWarning
from .expected import asked, is_json
from .record import read
from .session import RemoteSession

Record = TypeVar("Record", Message, Delivery)


class RemoteSubscription:
    """``Subscription``, from afar."""

    def __init__(self, session: RemoteSession, channel: str, subscription_id: str) -> None:
        self.id = subscription_id
        self.channel = channel_name(channel)
        self._session = session
        self._path = f"subscriptions/{quote(subscription_id, safe='')}"

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
        """Poll once, as a client would. Raises ``MessagingError`` for what the service refuses."""
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
        """Cut its client's connection, as a broken line does. Clients come back by themselves."""
        self._session.ask("DELETE", f"listeners/{quote(self.id, safe='')}")


class RemoteChannel:
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

    def assert_published(
        self,
        data: Any = ANYTHING,
        *,
        times: int | None = None,
        headers: Mapping[str, object] | None = None,
        publish_at: dt.datetime | str | None = None,
        repeat_every: float | dt.timedelta | None = None,
        repeat_expires_at: dt.datetime | str | None = None,
    ) -> View[Message]:
        """The code under test published ``data`` here, ``times`` times; returns those messages."""
        __tracebackhide__ = True
        wanted = Expectation("published", data, times, headers)
        wanted.expect_moment("publish_at", publish_at)
        wanted.expect_seconds("repeat_every", repeat_every)
        wanted.expect_moment("repeat_expires_at", repeat_expires_at)
        return self._check(wanted, Message)

    def assert_delivered(
        self,
        data: Any = ANYTHING,
        *,
        times: int | None = None,
        headers: Mapping[str, object] | None = None,
        at: dt.datetime | str | None = None,
    ) -> View[Delivery]:
        """``data`` entered the channel's log, ``times`` times (``None``: at least once); returns those deliveries."""
        __tracebackhide__ = True
        wanted = Expectation("delivered", data, times, headers)
        wanted.expect_moment("at", at)
        return self._check(wanted, Delivery)

    def assert_retrieved(self, data: Any = ANYTHING, *, times: int | None = None) -> View[Delivery]:
        """``data`` was handed to a subscription, ``times`` times; returns those deliveries."""
        __tracebackhide__ = True
        return self._check(Expectation("retrieved", data, times), Delivery)

    def assert_nothing_published(self) -> None:
        """Nobody published here; a name like a typo of another channel warns. Raises ``AssertionError``."""
        __tracebackhide__ = True
        self._check(Expectation("published", ANYTHING, 0), Message)

    def assert_nothing_delivered(self) -> None:
        """Nothing entered the channel's log; a name like a typo of another channel warns. Raises ``AssertionError``."""
        __tracebackhide__ = True
        self._check(Expectation("delivered", ANYTHING, 0), Delivery)

    def expect_schema(self, schema: Mapping[str, Any] | str | Path) -> None:
        """From now on every message published here must satisfy a JSON Schema (2020-12), or the test fails.

        ``schema`` is the schema itself or a path, relative to the test file; it refers to itself only. Raises
        ``OSError`` for a file that cannot be read, ``ValueError`` for what is no schema.
        """
        if isinstance(schema, str | Path):
            schema = json.loads((self._session.base / schema).read_text("utf-8"))
        self._session.ask("PUT", f"channels/{quote(self.name, safe='')}/schema", schema)

    def _check(self, wanted: Expectation, kind: type[Record]) -> View[Record]:
        __tracebackhide__ = True
        if is_json(wanted.data):
            answer = self._session.check(asked(wanted, self.name))
            for hint in answer.get("hints", ()):
                warnings.warn(hint, BackendlessMockWarning, stacklevel=3)
            return View(read(kind, each) for each in answer["matched"])
        records: View[Record] = self._session.records(VIEWS[wanted.stage], kind, channel=self.name)
        matching = View(record for record in records if wanted.matches(record))
        if not wanted.counts(len(matching)):
            raise AssertionError(explain_channel(None, self.name, wanted, records, len(matching)))
        return matching


VIEWS = {"published": "messages", "delivered": "deliveries", "retrieved": "retrieved"}
"""Where the records are, by how far messages came."""
