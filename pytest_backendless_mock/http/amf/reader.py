"""Bytes to AMF3 values, bounded: depth, number, and no length is believed before that many bytes are there."""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Mapping
from typing import Any

from .text import decode
from .value import (
    ARRAY,
    BYTE_ARRAY,
    DATE,
    DEEPEST,
    DOUBLE,
    FALSE,
    INTEGER,
    LARGEST_INTEGER,
    MOST_VALUES,
    NULL,
    OBJECT,
    STRING,
    TRUE,
    UNDEFINED,
    WRAPPERS,
    AmfError,
    Date,
    Traits,
    TypedObject,
    Value,
)

Filling = Generator[None, Value, None]
"""What fills a value with others: it is sent one after the other, as they come."""


class Reader:
    """Reads AMF3 values and keeps what later ones may refer to."""

    def __init__(self, data: bytes) -> None:
        self.position = 0
        self._data = data
        self._strings: list[str] = []
        self._objects: list[Value] = []
        self._traits: list[Traits] = []
        self._left = MOST_VALUES

    def take(self, length: int) -> bytes:
        """The next ``length`` bytes."""
        end = self.position + length
        if end > len(self._data):
            raise AmfError(
                f"at byte {self.position}: {length} bytes should follow, {len(self._data) - self.position} do"
            )
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def unpack(self, layout: str) -> tuple[Any, ...]:
        """The next numbers, as ``struct`` names them."""
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def short_text(self) -> str:
        """A text of the envelope."""
        return self._text(self.unpack(">H")[0])

    def value(self) -> Value:
        """The next value: a loop over what is open, since values nest deeper than what may be left of the stack."""
        inside: list[tuple[Value, Filling]] = []
        while True:
            value, filling = self._begin()
            if filling is not None:
                if len(inside) >= DEEPEST:
                    raise AmfError(f"at byte {self.position}: values are nested deeper than {DEEPEST}")
                inside.append((value, filling))
                value = None  # what a generator begins with
            while inside:
                try:
                    inside[-1][1].send(value)
                    break
                except StopIteration:
                    value = inside.pop()[0]
            else:
                return value

    def _begin(self) -> tuple[Value, Filling | None]:
        """A value, and for one that holds others what fills it."""
        self._count(1)
        marker = self._byte()
        read = _READ.get(marker)
        if read is not None:
            return read(self), None
        begin = _BEGIN.get(marker)
        if begin is None:
            raise AmfError(f"at byte {self.position - 1}: marker {marker} is none that the SDKs write")
        return begin(self)

    def integer(self) -> int:
        """29 bits, signed."""
        number = self._u29()
        return number - 2**29 if number > LARGEST_INTEGER else number

    def double(self) -> float:
        """A double."""
        number: float = self.unpack(">d")[0]
        return number

    def string(self) -> str:
        """A string, or a reference to one; the empty one is never referred to."""
        length, inline = self._header()
        if not inline:
            text: str = self._referred(self._strings, length, "string")
            return text
        text = self._text(length)
        if text:
            self._strings.append(text)
        return text

    def date(self) -> Value:
        """A date, or a reference to one."""
        return self._shared(lambda _: Date(self.double()))

    def byte_array(self) -> Value:
        """A byte array, or a reference to one."""
        return self._shared(self.take)

    def _shared(self, read: Callable[[int], Value]) -> Value:
        header, inline = self._header()
        if not inline:
            return self._referred(self._objects, header, "object")
        value = read(header)
        self._objects.append(value)
        return value

    def array(self) -> tuple[Value, Filling | None]:
        """A list; a dict where it has named elements, those without a name under their number."""
        length, inline = self._header()
        if not inline:
            return self._referred(self._objects, length, "object"), None
        name = self.string()
        if not name:
            items: list[Value] = []
            self._objects.append(items)
            return items, self._items(items, length)
        mixed: dict[str, Value] = {}
        self._objects.append(mixed)
        return mixed, self._mixed(mixed, name, length)

    def object(self) -> tuple[Value, Filling | None]:
        """A ``TypedObject``; a dict where the class has no name."""
        header, inline = self._header()
        if not inline:
            return self._referred(self._objects, header, "object"), None
        traits = self._read_traits(header)
        members: dict[str, Value] = {}
        made = TypedObject(traits.alias, members) if traits.alias else members
        self._objects.append(made)
        return made, self._members(members, traits)

    def _items(self, items: list[Value], length: int) -> Filling:
        """No room is made beforehand: the length may be a lie."""
        for _ in range(length):
            items.append((yield))  # noqa: PERF401 - what is read may refer to the list

    def _mixed(self, members: dict[str, Value], name: str, length: int) -> Filling:
        yield from self._named(members, name)
        for number in range(length):
            members[str(number)] = yield

    def _members(self, members: dict[str, Value], traits: Traits) -> Filling:
        for name in traits.names:
            members[name] = yield
        if traits.dynamic:
            yield from self._named(members, self.string())

    def _named(self, members: dict[str, Value], name: str) -> Filling:
        """Names and values, until an empty name."""
        while name:
            members[name] = yield
            name = self.string()

    def _read_traits(self, header: int) -> Traits:
        """Bits of ``header``: traits inline, externalizable, dynamic; the rest is a count or a reference."""
        if not header & 1:
            traits: Traits = self._referred(self._traits, header >> 1, "class")
            return traits
        alias = self.string()
        if header & 2:
            if alias not in WRAPPERS:
                raise AmfError(f"at byte {self.position}: the class {alias!r} writes itself, nobody knows how")
            traits = Traits(alias, (WRAPPERS[alias],), dynamic=False, externalizable=True)
        else:
            self._count(header >> 3)
            names = tuple(self.string() for _ in range(header >> 3))
            traits = Traits(alias, names, dynamic=bool(header & 4), externalizable=False)
        self._traits.append(traits)
        return traits

    def _count(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise AmfError(f"at byte {self.position}: the frame holds more than {MOST_VALUES} values and names")

    def _byte(self) -> int:
        if self.position >= len(self._data):
            raise AmfError(f"at byte {self.position}: the frame ends in the middle of a value")
        self.position += 1
        return self._data[self.position - 1]

    def _header(self) -> tuple[int, bool]:
        """A length or a reference, and which of the two: whether the value itself follows."""
        number = self._u29()
        return number >> 1, bool(number & 1)

    def _u29(self) -> int:
        """Seven bits a byte while the first is set; the fourth byte has eight."""
        number = 0
        for _ in range(3):
            byte = self._byte()
            number = number << 7 | byte & 0x7F
            if byte < 0x80:  # noqa: PLR2004 - the first bit
                return number
        return number << 8 | self._byte()

    def _text(self, length: int) -> str:
        """Lone surrogates are kept, as in JSON (W7); two that make a character are one."""
        try:
            return decode(self.take(length))
        except UnicodeDecodeError:
            raise AmfError(f"at byte {self.position - length}: a string is not UTF-8") from None

    def _referred(self, known: list[Any], index: int, what: str) -> Any:
        if index >= len(known):
            raise AmfError(f"at byte {self.position}: {what} {index} is referred to, and there are {len(known)}")
        return known[index]


_READ: Mapping[int, Callable[[Reader], Value]] = {
    UNDEFINED: lambda _: None,
    NULL: lambda _: None,
    FALSE: lambda _: False,
    TRUE: lambda _: True,
    INTEGER: Reader.integer,
    DOUBLE: Reader.double,
    STRING: Reader.string,
    DATE: Reader.date,
    BYTE_ARRAY: Reader.byte_array,
}
_BEGIN: Mapping[int, Callable[[Reader], tuple[Value, Filling | None]]] = {ARRAY: Reader.array, OBJECT: Reader.object}
