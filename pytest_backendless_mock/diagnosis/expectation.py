"""What an assertion expects of a record, and how that is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from ..messaging.header import header_text
from ..messaging.secret import conceal
from ..messaging.text import shortened
from ..messaging.value import copied
from ..runtime.instant import parse_instant, parse_seconds, show_instant, to_datetime
from .phrase import differences, limits, times, veiled
from .predicate import source_of


class _Anything:
    def __repr__(self) -> str:
        return "anything"


ANYTHING = _Anything()
"""Expected data that every message satisfies."""


class Expectation:
    """How far a message should have come (``stage``), with which ``data``, how often, and what else must hold.

    ``data`` is a value, anything with an ``==`` of its own, or a callable, which gets a copy.
    """

    def __init__(self, stage: str, data: Any, times: int | None, headers: Mapping[str, object] | None = None) -> None:
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 0):
            raise ValueError(f"times is a number from 0 on, or None for at least once, not {times!r}")
        self.stage = stage
        self.data = data
        self.times = times
        self.headers = conceal({name: header_text(value) for name, value in (headers or {}).items()})
        self.fields: dict[str, object] = {}

    def expect_moment(self, field: str, value: dt.datetime | str | None) -> None:
        """``field`` of the record is that instant, unless ``None``."""
        if value is not None:
            self.fields[field] = to_datetime(parse_instant(value))

    def expect_seconds(self, field: str, value: float | dt.timedelta | None) -> None:
        """``field`` of the record is that many seconds, unless ``None``."""
        if value is not None:
            self.fields[field] = parse_seconds(field, value)

    def matches(self, record: Any) -> bool:
        """Whether ``record`` is what was expected."""
        return self.matches_data(record.data) and not self.wrong(record)

    def matches_data(self, data: Any) -> bool:
        """Whether the payload alone is what was expected; one that a callable or an ``==`` chokes on is not."""
        try:
            return self._accepts(data)
        except Exception:  # noqa: BLE001 - user code may raise anything; ``wrong_data`` tells what
            return False

    def wrong_data(self, data: Any) -> str | None:
        """What is wrong with a payload, for a line that begins with it; ``None`` for nothing."""
        try:
            if self._accepts(data):
                return None
            found = [] if self._judges else differences(self.data, data) or [f"expected {veiled(self.data)!r}"]
        except Exception as error:  # noqa: BLE001 - user code may raise anything, and it is told
            return f"is not accepted: it raised {shortened(repr(error), limits().value)}"
        return f"has other data: {'; '.join(found)}" if found else "is not accepted"

    def wrong_headers(self, headers: Mapping[str, str | None]) -> list[str]:
        """Which headers are not as expected, and how."""
        return [
            f"header {name!r} is {headers.get(name)!r}, expected {text!r}"
            for name, text in self.headers.items()
            if name not in headers or headers[name] != text
        ]

    def wrong(self, record: Any) -> list[str]:
        """What of ``record`` besides its data is not as expected."""
        fields = [
            f"{name} is {getattr(record, name)}, expected {value}"
            for name, value in self.fields.items()
            if getattr(record, name) != value
        ]
        return [*self.wrong_headers(record.headers), *fields]

    @property
    def _judges(self) -> bool:
        return callable(self.data) and not isinstance(self.data, type)

    def _accepts(self, data: Any) -> bool:
        if self.data is ANYTHING or self.data == data:
            return True
        return self._judges and bool(self.data(copied(data)))

    def counts(self, found: int) -> bool:
        """Whether ``found`` is as often as expected."""
        return found > 0 if self.times is None else found == self.times

    def __str__(self) -> str:
        said = [f"headers {self.headers}"] if self.headers else []
        for name, value in self.fields.items():
            shown = show_instant(parse_instant(value)) if isinstance(value, dt.datetime) else repr(value)
            said.append(f"{name} {shown}")
        conditions = f" with {', '.join(said)}" if said else ""
        what = f"data accepted by `{source_of(self.data)}`" if self._judges else repr(veiled(self.data))
        what += conditions
        if self.times == 0:
            return f"{what} never to be {self.stage}"
        often = "at least once" if self.times is None else times(self.times)
        return f"{what} to be {self.stage} {often}"
