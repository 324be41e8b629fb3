"""What AMF3 has for values, how they are marked, and how much of them is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Value = Any
"""``None``, ``bool``, ``int``, ``float``, ``str``, ``bytes``, ``Date``, ``list``, ``dict`` or ``TypedObject``."""
DEEPEST = 200
"""How deep values may be nested: as deep as JSON bodies (W7)."""
MOST_VALUES = 250_000
"""How many values a frame may hold: a frame of 10 MiB could hold ten million, each a Python object."""
WRAPPERS: Mapping[str, str] = {
    "flex.messaging.io.ArrayCollection": "source",
    "flex.messaging.io.ArrayList": "source",
    "flex.messaging.io.ObjectProxy": "object",
}
"""Externalizable classes, which write themselves: these as one value, which is given the name here."""
SMALLEST_INTEGER, LARGEST_INTEGER = -(2**28), 2**28 - 1
"""What AMF3 writes as an integer; anything beyond is a double."""

UNDEFINED, NULL, FALSE, TRUE, INTEGER, DOUBLE, STRING = range(7)
DATE, ARRAY, OBJECT, BYTE_ARRAY = 8, 9, 10, 12
"""AMF3's markers. XML (7, 11), vectors (13 to 16) and dictionaries (17) no SDK of Backendless sends."""


class AmfError(ValueError):
    """The bytes are no frame that the SDKs write; the text says what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Date:
    """An instant in milliseconds since the epoch."""

    milliseconds: float


@dataclass(slots=True, eq=False)
class TypedObject:
    """An object of a class: the class's alias, and its members in their order. Identity counts, as in AMF."""

    alias: str
    members: dict[str, Value] = field(default_factory=dict)


class Traits(NamedTuple):
    """What the objects of a class have in common: ``names`` are its sealed members, in their order."""

    alias: str
    names: tuple[str, ...]
    dynamic: bool
    externalizable: bool
