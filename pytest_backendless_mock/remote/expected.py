"""What a test expects, as ``POST assert`` has it, where JSON can say it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ..diagnosis.expectation import ANYTHING, Expectation
from ..service.json_text import camel
from ..testing.client import as_json


def is_json(data: object) -> bool:
    """Whether the mock can judge it: a callable, and what has an ``==`` of its own, it cannot be sent."""
    if data is ANYTHING:
        return True
    try:
        return bool(as_json(data) == data)
    except TypeError:
        return False


def asked(wanted: Expectation, channel: str | None) -> dict[str, Any]:
    """The body of ``POST assert``."""
    body: dict[str, Any] = {"what": wanted.stage}
    if channel is not None:
        body["channel"] = channel
    if wanted.data is not ANYTHING:
        body["data"] = as_json(wanted.data)
    if wanted.times is not None:
        body["times"] = wanted.times
    if wanted.headers:
        body["headers"] = wanted.headers
    for name, value in wanted.fields.items():
        body[camel(name)] = value.isoformat() if isinstance(value, dt.datetime) else value
    return body
