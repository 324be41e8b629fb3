"""What a test keeps of the outbox: which kind of record, and with which fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..runtime.record import Email, Push

KINDS: Mapping[type[Push | Email], str] = {Push: "push", Email: "e-mail"}
"""What the records of the outbox are called."""
FIELDS = frozenset({*Push.__dataclass_fields__, *Email.__dataclass_fields__})
"""What the records of the outbox can be filtered by."""


class OutboxFilter(NamedTuple):
    """Records of one ``kind`` (``None``: of both), whose ``fields`` have these values."""

    kind: type[Push | Email] | None = None
    fields: tuple[tuple[str, object], ...] = ()

    def misfits(self, record: Push | Email) -> list[str]:
        """What keeps ``record`` out, in words; empty for one that is kept."""
        if self.kind is not None and not isinstance(record, self.kind):
            return [f"it is no {KINDS[self.kind]}"]
        return [misfit for name, value in self.fields if (misfit := _misfit(record, name, value))]

    def __str__(self) -> str:
        kind = [] if self.kind is None else [f"{KINDS[self.kind]}es" if self.kind is Push else "e-mails"]
        return ", ".join([*kind, *(f"{name}={value!r}" for name, value in self.fields)])


def _misfit(record: Push | Email, name: str, value: object) -> str | None:
    if name not in record.__dataclass_fields__:
        return f"an {KINDS[Email]} has no {name}" if isinstance(record, Email) else f"a {KINDS[Push]} has no {name}"
    found = getattr(record, name)
    if value == found or (isinstance(found, tuple) and value in found):
        return None
    return f"its {name} is {', '.join(map(repr, found)) if isinstance(found, tuple) else repr(found)}, not {value!r}"
