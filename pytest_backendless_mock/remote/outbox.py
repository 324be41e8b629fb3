"""The outbox of a mock that runs elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..diagnosis.expectation import ANYTHING, Expectation
from ..diagnosis.outbox_filter import OutboxFilter
from ..diagnosis.report import SENT
from ..runtime.record import Email, Push
from ..service.application import Application
from ..testing.outbox import Outbox
from .expected import asked, is_json
from .record import sent
from .session import RemoteSession


class RemoteOutbox(Outbox[Push | Email]):
    """``Outbox``, from afar: what is filtered is judged by its records alone, and no near misses are told."""

    __slots__ = ("_session",)

    def __init__(
        self,
        records: Iterable[Push | Email] = (),
        *,
        session: RemoteSession | None = None,
        _application: Application | None = None,
        _filter: OutboxFilter = OutboxFilter(),  # noqa: B008 - frozen
    ) -> None:
        """With a ``session`` it is the whole outbox, which the mock judges."""
        super().__init__(records, _application=_application, _filter=_filter)
        self._session = session

    def assert_sent(
        self, data: Any = ANYTHING, *, times: int | None = None, headers: Mapping[str, object] | None = None
    ) -> Outbox[Push | Email]:
        """``data`` was sent, ``times`` times (``None``: at least once); returns those records."""
        __tracebackhide__ = True
        if self._session is None or not is_json(data):
            return super().assert_sent(data, times=times, headers=headers)
        wanted = Expectation(SENT, data, times, headers)
        return RemoteOutbox(map(sent, self._session.check(asked(wanted, None))["matched"]))


def outbox(session: RemoteSession) -> RemoteOutbox:
    """All that was sent so far."""
    return RemoteOutbox(map(sent, session.items("outbox")), session=session)
