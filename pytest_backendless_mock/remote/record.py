"""Records as the control API writes them, read back into what a test holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from ..http.journal import Query, Request
from ..messaging.secret import conceal
from ..runtime.instant import parse_instant, to_datetime
from ..runtime.record import Email, Push
from ..service.json_text import camel

Record = TypeVar("Record")
READERS: Mapping[str, Callable[[Any], Any]] = {
    "dt.datetime": lambda text: to_datetime(parse_instant(text)),
    "tuple[str, ...]": tuple,
    "frozenset[str]": frozenset,
}
"""What becomes of JSON, by how a field is annotated; of anything else nothing."""


def read(kind: type[Record], written: Mapping[str, Any]) -> Record:
    """A record of a ``kind``; members that it does not know are left out, and secrets concealed."""
    given = conceal(dict(written))
    values = {
        each.name: _value(str(each.type).removesuffix(" | None"), given[camel(each.name)])
        for each in fields(kind)  # type: ignore[arg-type]  # each kind is a dataclass
        if camel(each.name) in given
    }
    if kind is Request:
        values["query"] = Query(values["query"])
    return kind(**values)


def _value(annotation: str, value: Any) -> Any:
    reader = READERS.get(annotation)
    return value if reader is None or value is None else reader(value)


def sent(written: Mapping[str, Any]) -> Push | Email:
    """A record of the outbox."""
    return read(Push, written) if "device" in written else read(Email, written)
