"""What of an AMF value JSON can say, for everything that reads JSON."""

from __future__ import annotations

import base64
import math
from typing import Any, NamedTuple

from ..body import LONGEST
from .value import DEEPEST, LARGEST_INTEGER, MOST_VALUES, WRAPPERS, AmfError, Date, TypedObject, Value

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
        self._spend(0)
        match value:
            case str():
                self._spend(len(value))
                return value
            case bytes():
                self._spend(len(value) * 4 // 3)
                return base64.b64encode(value).decode("ascii")
            case float():
                return _number(value)
            case Date():
                return _number(value.milliseconds, exact=True)
            case TypedObject() | dict() | list():
                return self._convert_within(value)
            case _:
                return value

    def _convert_within(self, value: TypedObject | dict[str, Value] | list[Value]) -> Any:
        if id(value) in self._path:
            self.cyclic = True
            return None
        if len(self._path) >= DEEPEST:
            raise AmfError(f"written out, the value is nested deeper than {DEEPEST}")
        self._path.add(id(value))
        try:
            match value:
                case TypedObject():
                    return self._convert_object(value)
                case dict():
                    return self._convert_members(value)
                case _:
                    return [self.convert(item) for item in value]
        finally:
            self._path.remove(id(value))

    def _convert_object(self, value: TypedObject) -> Any:
        if value.alias in WRAPPERS and WRAPPERS[value.alias] in value.members:
            return self.convert(value.members[WRAPPERS[value.alias]])
        self._spend(len(value.alias))
        return {**self._convert_members(value.members), CLASS: value.alias}

    def _convert_members(self, members: dict[str, Value]) -> dict[str, Any]:
        self._spend(sum(map(len, members)))
        return {name: self.convert(member) for name, member in members.items()}

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
