"""What of an AMF value JSON can say, for everything that reads JSON."""

from __future__ import annotations

import base64
import math
from collections.abc import Generator
from typing import Any, NamedTuple

from ..body import LONGEST
from .value import DEEPEST, LARGEST_INTEGER, MOST_VALUES, WRAPPERS, AmfError, Date, TypedObject, Value

_Filling = Generator[Value, Any, Any]
"""Yields the values inside one after the other, is sent what JSON says of each, and returns what that makes."""
CLASS = "___class"
"""The member under which REST readers find an object's class."""
LARGEST_EXACT = 2**53


class Converted(NamedTuple):
    """What JSON says of a value, and whether something in it holds itself; there JSON has null."""

    json: Any
    cyclic: bool


def to_json(value: Value) -> Converted:
    """Dates as milliseconds, byte arrays as Base64, objects with ``___class``, references written out.

    Raises ``AmfError`` where that gets longer or deeper than a JSON body may be, as a few bytes of references can.
    """
    converter = _Converter()
    return Converted(converter.convert(value), converter.cyclic)


class _Converter:
    """Counts what is written out, and knows what it is inside of."""

    def __init__(self) -> None:
        self.cyclic = False
        self._values_left = MOST_VALUES
        self._characters_left = LONGEST
        self._path: set[int] = set()

    def convert(self, value: Value) -> Any:
        """A loop over what is open, since values nest deeper than what may be left of the stack."""
        inside: list[_Filling] = []
        while True:
            converted, filling = self._begin(value)
            if filling is not None:
                inside.append(filling)
            while inside:
                try:
                    value = inside[-1].send(converted)
                    break
                except StopIteration as done:
                    converted = done.value
                    inside.pop()
            else:
                return converted

    def _begin(self, value: Value) -> tuple[Any, _Filling | None]:
        """What JSON says of a value, or for one that holds others what puts that together."""
        self._spend(0)
        match value:
            case str():
                self._spend(len(value))
                return value, None
            case bytes():
                self._spend(len(value) * 4 // 3)
                return base64.b64encode(value).decode("ascii"), None
            case float():
                return _number(value), None
            case Date():
                return _number(value.milliseconds, exact=True), None
            case TypedObject() | dict() | list():
                return None, self._within(value)
            case _:
                return value, None

    def _within(self, value: TypedObject | dict[str, Value] | list[Value]) -> _Filling:
        if id(value) in self._path:
            self.cyclic = True
            return None
        if len(self._path) >= DEEPEST:
            raise AmfError(f"written out, the value is nested deeper than {DEEPEST}")
        self._path.add(id(value))
        match value:
            case TypedObject():
                converted = yield from self._object(value)
            case dict():
                converted = yield from self._members(value)
            case _:
                converted = []
                for item in value:
                    converted.append((yield item))
        self._path.remove(id(value))
        return converted

    def _object(self, value: TypedObject) -> _Filling:
        if value.alias in WRAPPERS and WRAPPERS[value.alias] in value.members:
            return (yield value.members[WRAPPERS[value.alias]])
        self._spend(len(value.alias))
        members = yield from self._members(value.members)
        return {**members, CLASS: value.alias}

    def _members(self, members: dict[str, Value]) -> _Filling:
        self._spend(sum(map(len, members)))
        converted = {}
        for name, member in members.items():
            converted[name] = yield member
        return converted

    def _spend(self, characters: int) -> None:
        self._values_left -= 1
        self._characters_left -= characters
        if self._values_left < 0 or self._characters_left < 0:
            raise AmfError(f"written out, the value is longer than {LONGEST} characters or {MOST_VALUES} values")


def _number(value: float, *, exact: bool = False) -> float | str:
    """NaN and infinities as text. What AMF writes as a double because it is too large for its integers is one."""
    if not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    whole = value.is_integer() and abs(value) <= LARGEST_EXACT
    return int(value) if whole and (exact or abs(value) > LARGEST_INTEGER) else value
