"""The parameters of queries: what each may be, and how it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl

from ..runtime.event import KINDS
from ..service.spelling import nearest
from .problem import unfit

BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}
MOST = 10_000
"""How many records one answer lists at most."""
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "after": {
        "description": "Leave out so many of the first records: `next` of the answer before.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "last": {
        "description": "Begin with the last so many of those that there are, and not with the first.",
        "schema": {"type": "integer", "minimum": 0, "maximum": MOST},
    },
    "limit": {
        "description": "How many records to list at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST},
    },
    "wait": {
        "description": "For how many real seconds to wait for a first record.",
        "schema": {"type": "number", "minimum": 0, "maximum": 3600},
    },
    "kinds": {
        "description": f"Only events of these kinds, separated by commas: {', '.join(KINDS.values())}.",
        "schema": {"type": "string"},
    },
    "channel": {"description": "Only what is on this channel.", "schema": {"type": "string"}},
    "by": {
        "description": "Only what the subscription or listener of this id got. Of a clock: the duration to go on by.",
        "schema": {"type": "string"},
    },
    "to": {
        "description": "The instant to go to: ISO 8601, or milliseconds since 1970.",
        "schema": {"type": "string"},
    },
    "next": {"description": "Whether to go to the next delivery.", "schema": {"type": "boolean"}},
    "device": {"description": "Only what is of this device.", "schema": {"type": "string"}},
    "os": {"description": "Only what is of devices of this system.", "schema": {"type": "string"}},
    "operation": {"description": "Only requests for this operation.", "schema": {"type": "string"}},
    "status": {
        "description": "Only what has this status: of a message, or of the answer to a request.",
        "schema": {"type": "string"},
    },
    "secrets": {
        "description": "Passwords and tokens too. Without them nobody can log in who could before.",
        "schema": {"type": "boolean"},
    },
    "journal": {
        "description": "The requests too, secrets masked.",
        "schema": {"type": "boolean"},
    },
    "code": {
        "description": "Only requests answered with this code of the service's errors.",
        "schema": {"type": "integer"},
    },
}
"""As a description has them (OpenAPI)."""


def read(query: str, known: Collection[str]) -> dict[str, Any]:
    """The parameters of a query. Raises ``Problem`` for one that is not ``known``, or cannot be meant."""
    return {name: _value(name, text, known) for name, text in parse_qsl(query, keep_blank_values=True)}


def _value(name: str, text: str, known: Collection[str]) -> Any:
    if name not in known:
        near = nearest(name, known)
        there = f"did you mean {near!r}?" if near else f"there are {', '.join(known) or 'none'}"
        raise unfit(f"?{name}", f"there is no parameter {name!r} here; {there}")
    wanted = PARAMETERS[name]["schema"]
    if wanted["type"] == "string":
        return text
    if wanted["type"] == "boolean":
        if text not in BOOLEANS:
            raise unfit(f"?{name}", f"must be true or false, not {text!r}")
        return BOOLEANS[text]
    try:
        value = int(text) if wanted["type"] == "integer" else float(text)
    except ValueError:
        raise unfit(f"?{name}", f"must be a number, not {text!r}") from None
    least, most = wanted.get("minimum", value), wanted.get("maximum", value)
    if not least <= value <= most:
        raise unfit(f"?{name}", f"must be from {least} on" if value < least else f"must be at most {most}")
    return value
