"""What a test asserts of a channel, wherever the mock runs: arguments, and what they expect."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from ..diagnosis.expectation import ANYTHING, Expectation
from ..runtime.record import Delivery, Message, View

VIEWS = {"published": "messages", "delivered": "deliveries", "retrieved": "retrieved"}
"""Where the records of a channel are, by how far messages came."""


class Assertions(ABC):
    """Assertions about a channel; whose channel it is says how an expectation is judged."""

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
        """The code under test published ``data`` here, ``times`` times; returns those messages.

        ``times=None`` is at least once. ``headers`` must be among the message's; dates are aware datetimes or
        ISO 8601 text, ``repeat_every`` is seconds or a timedelta. Raises ``AssertionError``.
        """
        __tracebackhide__ = True
        wanted = Expectation("published", data, times, headers)
        wanted.expect_moment("publish_at", publish_at)
        wanted.expect_seconds("repeat_every", repeat_every)
        wanted.expect_moment("repeat_expires_at", repeat_expires_at)
        return self._check(wanted)

    def assert_delivered(
        self,
        data: Any = ANYTHING,
        *,
        times: int | None = None,
        headers: Mapping[str, object] | None = None,
        at: dt.datetime | str | None = None,
    ) -> View[Delivery]:
        """``data`` was delivered here, ``times`` times (``None``: at least once); returns those deliveries.

        ``at`` is an aware datetime or ISO 8601 text. Raises ``AssertionError``.
        """
        __tracebackhide__ = True
        wanted = Expectation("delivered", data, times, headers)
        wanted.expect_moment("at", at)
        return self._check(wanted)

    def assert_retrieved(self, data: Any = ANYTHING, *, times: int | None = None) -> View[Delivery]:
        """A subscriber got ``data``, ``times`` times; returns those deliveries.

        ``times=None`` is at least once. Raises ``AssertionError``.
        """
        __tracebackhide__ = True
        return self._check(Expectation("retrieved", data, times))

    def assert_nothing_published(self) -> None:
        """Nothing was published here; warns if the name looks like a typo. Raises ``AssertionError``."""
        __tracebackhide__ = True
        self._warn_of_typo()
        self._check(Expectation("published", ANYTHING, 0))

    def assert_nothing_delivered(self) -> None:
        """Nothing was delivered here; warns if the name looks like a typo. Raises ``AssertionError``."""
        __tracebackhide__ = True
        self._warn_of_typo()
        self._check(Expectation("delivered", ANYTHING, 0))

    @abstractmethod
    def _warn_of_typo(self) -> None:
        """Where nobody ever named the channel."""

    @abstractmethod
    def _check(self, wanted: Expectation) -> View[Any]:
        """The records that are as ``wanted``. Raises ``AssertionError``. The test is two frames up."""
