"""AMF3 values to bytes; what was written before is referred to."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .text import encode_modified, encode_utf8
from .value import (
    ARRAY,
    BYTE_ARRAY,
    DATE,
    DOUBLE,
    FALSE,
    INTEGER,
    LARGEST_INTEGER,
    NULL,
    OBJECT,
    SMALLEST_INTEGER,
    STRING,
    TRUE,
    WRAPPERS,
    Date,
    Traits,
    TypedObject,
    Value,
)


class Writer:
    """Writes AMF3 values; what was written before is referred to, which is what keeps cycles finite."""

    def __init__(self, *, modified: bool = False) -> None:
        """``modified``: strings are in Java's modified UTF-8."""
        self.out = bytearray()
        self._encode = encode_modified if modified else encode_utf8
        self._strings: dict[str, int] = {}
        self._objects: dict[int, int] = {}
        self._written: list[Value] = []  # kept alive: an id means nothing afterwards
        self._traits: dict[Traits, int] = {}

    def value(self, value: Value) -> None:
        """Append one value. Raises ``TypeError`` for what AMF does not have.

        A loop over what is open, since values nest deeper than what may be left of the stack.
        """
        inside: list[Iterator[Value]] = [iter((value,))]
        while inside:
            for item in inside[-1]:
                write = _WRITE.get(type(item)) or _of_subclass(item)
                items = write(self, item)
                if items is not None:
                    inside.append(items)
                    break
            else:
                inside.pop()

    def null(self, _: None) -> None:
        """Append null."""
        self.out.append(NULL)

    def boolean(self, value: bool) -> None:
        """Append a boolean."""
        self.out.append(TRUE if value else FALSE)

    def integer(self, value: int) -> None:
        """Append an integer, or a double where it is beyond 29 bits."""
        if SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
            self.out.append(INTEGER)
            self._u29(value % 2**29)
        else:
            self.double(_as_double(value))

    def double(self, value: float) -> None:
        """Append a double."""
        self.out.append(DOUBLE)
        self.out += struct.pack(">d", value)

    def string(self, value: str) -> None:
        """Append a string."""
        self.out.append(STRING)
        self._text(value)

    def date(self, value: Date) -> None:
        """Append a date."""
        if self._begin(DATE, value):
            self._u29(1)
            self.out += struct.pack(">d", value.milliseconds)

    def byte_array(self, value: bytes) -> None:
        """Append a byte array."""
        if self._begin(BYTE_ARRAY, value):
            self._u29(len(value) << 1 | 1)
            self.out += value

    def array(self, value: list[Value] | tuple[Value, ...]) -> Iterator[Value]:
        """Append a list, as far as its items, which come back."""
        if self._begin(ARRAY, value):
            self._u29(len(value) << 1 | 1)
            self._text("")
            yield from value

    def map(self, value: dict[str, Value]) -> Iterator[Value]:
        """Append an anonymous dynamic object; an empty name, which would end it, is written as a sealed member."""
        if not self._begin(OBJECT, value):
            return
        sealed = ("",) if "" in value else ()
        self._write_traits(Traits("", sealed, dynamic=True, externalizable=False))
        for name in sealed:
            yield value[name]
        for name, member in value.items():
            if name:
                self._text(name)
                yield member
        self._text("")

    def typed(self, value: TypedObject) -> Iterator[Value]:
        """Append an object of a class, its members sealed, as the SDKs write them."""
        if not self._begin(OBJECT, value):
            return
        names = tuple(value.members)
        wraps = names == (WRAPPERS.get(value.alias),)
        self._write_traits(Traits(value.alias, names, dynamic=False, externalizable=wraps))
        yield from value.members.values()

    def _begin(self, marker: int, value: Value) -> bool:
        """Append the marker; whether the value itself must follow, because it was not written before."""
        self.out.append(marker)
        index = self._objects.setdefault(id(value), len(self._written))
        if index < len(self._written):
            self._u29(index << 1)
            return False
        self._written.append(value)
        return True

    def _write_traits(self, traits: Traits) -> None:
        index = self._traits.get(traits)
        if index is not None:
            self._u29(index << 2 | 1)
            return
        self._traits[traits] = len(self._traits)
        if traits.externalizable:
            self._u29(0b111)
            self._text(traits.alias)
            return
        self._u29(len(traits.names) << 4 | traits.dynamic << 3 | 0b011)
        for text in (traits.alias, *traits.names):
            self._text(text)

    def _text(self, text: str) -> None:
        """A string without its marker."""
        index = self._strings.get(text)
        if index is not None:
            self._u29(index << 1)
            return
        written = self._encode(text)
        self._u29(len(written) << 1 | 1)
        self.out += written
        if text:
            self._strings[text] = len(self._strings)

    def _u29(self, number: int) -> None:
        if number < 2**7:
            self.out.append(number)
        elif number < 2**14:
            self.out += bytes((number >> 7 | 0x80, number & 0x7F))
        elif number < 2**21:
            self.out += bytes((number >> 14 | 0x80, number >> 7 & 0x7F | 0x80, number & 0x7F))
        else:
            self.out += bytes(
                (number >> 22 | 0x80, number >> 15 & 0x7F | 0x80, number >> 8 & 0x7F | 0x80, number & 0xFF)
            )


def _as_double(number: int) -> float:
    """The nearest double; infinity beyond its range."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


Write = Callable[[Writer, Any], "Iterator[Value] | None"]
"""Appends a value; of one that holds others it yields these, each to be appended before the next is asked for."""


def _of_subclass(value: Value) -> Write:
    """How an instance of a subclass is written: enumerations, secrets, whatever a test publishes."""
    for kind, write in _WRITE.items():
        if isinstance(value, kind):
            return write
    raise TypeError(f"AMF has no {type(value).__name__}")


_WRITE: Mapping[type, Write] = {
    type(None): Writer.null,
    bool: Writer.boolean,
    int: Writer.integer,
    float: Writer.double,
    str: Writer.string,
    bytes: Writer.byte_array,
    Date: Writer.date,
    list: Writer.array,
    tuple: Writer.array,
    dict: Writer.map,
    TypedObject: Writer.typed,
}
