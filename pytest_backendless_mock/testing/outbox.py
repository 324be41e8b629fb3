"""The outbox: what left the service for phones and mailboxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..diagnosis import report
from ..diagnosis.expectation import ANYTHING, Expectation
from ..diagnosis.outbox_filter import FIELDS, OutboxFilter
from ..messaging.event import Emailed, Pushed
from ..runtime.record import Email, Push, View, email_record, push_record
from ..service.application import Application
from ..service.spelling import nearest

if TYPE_CHECKING:
    from typing_extensions import Self

Sent = TypeVar("Sent", Push, Email)
Sent_co = TypeVar("Sent_co", bound=Push | Email, covariant=True)


class Outbox(View[Sent_co]):
    """``Push`` and ``Email`` records, oldest first; a snapshot, like every view."""

    __slots__ = ("_application", "_filter")

    def __init__(
        self,
        records: Iterable[Sent_co] = (),
        *,
        _application: Application | None = None,
        _filter: OutboxFilter = OutboxFilter(),  # noqa: B008 - frozen
    ) -> None:
        """``_application`` is whose records they are, and ``_filter`` what they were filtered by: for explanations."""
        super().__init__(records)
        self._application = _application
        self._filter = _filter

    @property
    def pushes(self) -> Outbox[Push]:
        """The push notifications alone."""
        return self._only(Push)

    @property
    def emails(self) -> Outbox[Email]:
        """The e-mails alone."""
        return self._only(Email)

    def filter(self, **fields: object) -> Outbox[Sent_co]:
        """The records whose fields are equal: ``outbox.filter(device="d1", os="IOS")``.

        ``to``, ``cc`` and ``bcc`` match if the address is among them. Raises ``TypeError`` for a field
        that neither record has.
        """
        for name in fields:
            if name not in FIELDS:
                near = nearest(name, FIELDS)
                meant = f"did you mean {near!r}?" if near else f"they have {', '.join(sorted(FIELDS))}"
                raise TypeError(f"no record of the outbox has {name!r}; {meant}")
        kept = self._filter._replace(fields=(*self._filter.fields, *fields.items()))
        return Outbox(
            (record for record in self if not kept.misfits(record)), _application=self._application, _filter=kept
        )

    def assert_sent(
        self, data: Any = ANYTHING, *, times: int | None = None, headers: Mapping[str, object] | None = None
    ) -> Outbox[Sent_co]:
        """``data`` was sent, ``times`` times (``None``: at least once); returns those records.

        ``data`` is the message of a push and the subject of an e-mail. Raises ``AssertionError``.
        """
        __tracebackhide__ = True
        wanted = Expectation("sent", data, times, headers)
        matching = self._part(record for record in self if wanted.matches(record))
        if not wanted.counts(len(matching)):
            raise AssertionError(report.explain_outbox(self._application, self._filter, wanted, self, len(matching)))
        return matching

    def assert_nothing_sent(self) -> None:
        """Nothing was sent. Raises ``AssertionError``."""
        __tracebackhide__ = True
        self.assert_sent(times=0)

    def _only(self, kind: type[Sent]) -> Outbox[Sent]:
        records = [record for record in self if isinstance(record, kind)]
        return Outbox(records, _application=self._application, _filter=self._filter._replace(kind=kind))

    def _part(self, records: Iterable[Sent_co]) -> Self:
        return type(self)(records, _application=self._application, _filter=self._filter)


def outbox(application: Application) -> Outbox[Push | Email]:
    """The outbox as the events of an application have filled it; the caller holds the lock."""
    return Outbox(
        (
            push_record(event) if isinstance(event, Pushed) else email_record(event)
            for event in application.backend.timeline
            if isinstance(event, Pushed | Emailed)
        ),
        _application=application,
    )
