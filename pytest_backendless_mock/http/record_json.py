"""Records as JSON, as everybody is told of them who is not a Python test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from ..service.json_text import camel
from .journal import Request

OMITTED: Mapping[type, Collection[str]] = {Request: ("body", "answer")}
"""Fields of records that are bytes."""


def write(value: Any) -> Any:
    """A record, or several, as JSON: names in camel case, instants as text; payloads, headers and properties stay."""
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if hasattr(value, "__dataclass_fields__"):
        omitted = OMITTED.get(type(value), ())
        return {
            camel(each.name): _content(getattr(value, each.name)) for each in fields(value) if each.name not in omitted
        }
    return value


def _content(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else write(value)


def moment(value: dt.datetime) -> str:
    """A date as ISO 8601 that ends in ``Z``."""
    return value.isoformat().replace("+00:00", "Z")
