"""HAR 1.2 as a JSON Schema, written from the specification (http://www.softwareishard.com/blog/har-12-spec/).

Members that begin with ``_`` are anybody's own; no others are known. ``entries`` are in the order of their instants.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
SIZE: Schema = {"type": "integer", "minimum": -1}
INSTANT: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
DURATION: Schema = {"type": "number", "minimum": -1}


def record(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with these members, a comment, and anybody's own."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {}), "comment": TEXT},
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


def several(item: Schema) -> Schema:
    return {"type": "array", "items": item}


PAIR = record({"name": TEXT, "value": TEXT})
COOKIE = record(
    {"name": TEXT, "value": TEXT},
    {
        "path": TEXT,
        "domain": TEXT,
        "expires": {"anyOf": [INSTANT, {"type": "null"}]},
        "httpOnly": {"type": "boolean"},
        "secure": {"type": "boolean"},
    },
)
PARAM = record({"name": TEXT}, {"value": TEXT, "fileName": TEXT, "contentType": TEXT})
POST_DATA = record({"mimeType": TEXT}, {"text": TEXT, "params": several(PARAM)})
MESSAGE = {
    "httpVersion": TEXT,
    "cookies": several(COOKIE),
    "headers": several(PAIR),
    "headersSize": SIZE,
    "bodySize": SIZE,
}
REQUEST = record(
    {
        "method": TEXT,
        "url": {"type": "string", "pattern": r"^https?://[^/\s]+/\S*$"},
        "queryString": several(PAIR),
        **MESSAGE,
    },
    {"postData": POST_DATA},
)
CONTENT = record({"size": SIZE, "mimeType": TEXT}, {"compression": SIZE, "text": TEXT, "encoding": TEXT})
RESPONSE = record(
    {"status": {"type": "integer"}, "statusText": TEXT, "content": CONTENT, "redirectURL": TEXT, **MESSAGE}
)
TIMINGS = record(
    {"send": DURATION, "wait": DURATION, "receive": DURATION},
    {"dns": DURATION, "connect": DURATION, "blocked": DURATION, "ssl": DURATION},
)
ENTRY = record(
    {
        "startedDateTime": INSTANT,
        "time": {"type": "number", "minimum": 0},
        "request": REQUEST,
        "response": RESPONSE,
        "cache": record({}, {"beforeRequest": {}, "afterRequest": {}}),
        "timings": TIMINGS,
    },
    {"pageref": TEXT, "serverIPAddress": TEXT, "connection": TEXT},
)
TOOL = record({"name": TEXT, "version": TEXT})
LOG = record(
    {"version": {"const": "1.2"}, "creator": TOOL, "entries": several(ENTRY)},
    {"browser": TOOL, "pages": {"type": "array"}},
)
HAR: Schema = {"type": "object", "required": ["log"], "properties": {"log": LOG}, "additionalProperties": False}


def require_har(value: Any) -> list[dict[str, Any]]:
    """Its entries. Raises ``ValidationError`` and ``AssertionError`` for what is no HAR 1.2."""
    Draft202012Validator(HAR).validate(value)
    entries: list[dict[str, Any]] = value["log"]["entries"]
    instants = [dt.datetime.fromisoformat(entry["startedDateTime"].replace("Z", "+00:00")) for entry in entries]
    assert instants == sorted(instants)
    return entries
