"""The outbox: what left the service for phones and mailboxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from ..diagnosis import report
from ..diagnosis.expectation import ANYTHING, Expectation
from ..messaging.event import Emailed, Pushed
from ..runtime.event import Event
from ..runtime.record import Email, Push, View, email_record, push_record

Sent_co = TypeVar("Sent_co", bound=Push | Email, covariant=True)

FIELDS = frozenset({*Push.__dataclass_fields__, *Email.__dataclass_fields__})
"""What the records of the outbox can be filtered by."""


class Outbox(View[Sent_co]):
    """``Push`` and ``Email`` records, oldest first; a snapshot, like every view."""

    __slots__ = ()

    @property
    def pushes(self) -> Outbox[Push]:
        """The push notifications alone."""
        return Outbox(record for record in self if isinstance(record, Push))

    @property
    def emails(self) -> Outbox[Email]:
        """The e-mails alone."""
        return Outbox(record for record in self if isinstance(record, Email))

    def filter(self, **fields: object) -> Outbox[Sent_co]:
        """Those whose fields are equal: ``outbox.filter(device="d1", os="IOS")``; a record without the field is not.

        ``to``, ``cc`` and ``bcc`` of an e-mail are met by any one address in them. Raises ``TypeError`` for a field
        that neither record has.
        """
        for name in fields:
            if name not in FIELDS:
                raise TypeError(f"no record of the outbox has {name!r}; they have {', '.join(sorted(FIELDS))}")
        return Outbox(record for record in self if all(_has(record, *field) for field in fields.items()))

    def assert_sent(
        self, data: Any = ANYTHING, *, times: int | None = None, headers: Mapping[str, object] | None = None
    ) -> Outbox[Sent_co]:
        """``data`` was sent, ``times`` times (``None``: at least once); returns those records.

        ``data`` is the message of a push and the subject of an e-mail. Raises ``AssertionError``.
        """
        __tracebackhide__ = True
        wanted = Expectation("sent", data, times, headers)
        matching = Outbox(record for record in self if wanted.matches(record))
        if not wanted.counts(len(matching)):
            raise AssertionError(report.explain_outbox(wanted, self, len(matching)))
        return matching

    def assert_nothing_sent(self) -> None:
        """Nothing was sent. Raises ``AssertionError``."""
        __tracebackhide__ = True
        self.assert_sent(times=0)


def outbox(timeline: Iterable[Event]) -> Outbox[Push | Email]:
    """The outbox as the events have filled it."""
    return Outbox(
        push_record(event) if isinstance(event, Pushed) else email_record(event)
        for event in timeline
        if isinstance(event, Pushed | Emailed)
    )


def _has(record: Push | Email, name: str, value: object) -> bool:
    if name not in record.__dataclass_fields__:
        return False
    found = getattr(record, name)
    return bool(value == found or (isinstance(found, tuple) and value in found))
