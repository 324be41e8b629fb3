"""What of an AMF value JSON can say, for everything that reads JSON; and the originals, for AMF readers."""

from __future__ import annotations

import base64
import math
from typing import Any

from ..body import LONGEST
from .value import DEEPEST, LARGEST_INTEGER, MOST_VALUES, WRAPPERS, AmfError, Date, TypedObject, Value

CLASS = "___class"
"""The member under which REST readers find an object's class."""
LARGEST_EXACT = 2**53


class Projection:
    """A value as JSON: dates as milliseconds, byte arrays as Base64, objects with ``___class``, references written out.

    Raises ``AmfError`` where that gets longer or deeper than a JSON body may be, as a few bytes of references can.
    """

    def __init__(self, value: Value) -> None:
        self._values_left = MOST_VALUES
        self._letters_left = LONGEST
        self._path: set[int] = set()
        self.cyclic = False
        """Whether something in it holds itself; there JSON has null."""
        self.json = self._project(value)

    def _project(self, value: Value) -> Any:
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
                return self._project_within(value)
            case _:
                return value

    def _project_within(self, value: TypedObject | dict[str, Value] | list[Value]) -> Any:
        if id(value) in self._path:
            self.cyclic = True
            return None
        if len(self._path) >= DEEPEST:
            raise AmfError(f"written out, the value is nested deeper than {DEEPEST}")
        self._path.add(id(value))
        try:
            match value:
                case TypedObject():
                    return self._project_object(value)
                case dict():
                    return self._project_members(value)
                case _:
                    return [self._project(item) for item in value]
        finally:
            self._path.remove(id(value))

    def _project_object(self, value: TypedObject) -> Any:
        if value.alias in WRAPPERS and WRAPPERS[value.alias] in value.members:
            return self._project(value.members[WRAPPERS[value.alias]])
        self._spend(len(value.alias))
        return {**self._project_members(value.members), CLASS: value.alias}

    def _project_members(self, members: dict[str, Value]) -> dict[str, Any]:
        self._spend(sum(map(len, members)))
        return {name: self._project(member) for name, member in members.items()}

    def _spend(self, letters: int) -> None:
        self._values_left -= 1
        self._letters_left -= letters
        if self._values_left < 0 or self._letters_left < 0:
            raise AmfError(f"written out, the value is longer than {LONGEST} letters or {MOST_VALUES} values")


class Originals:
    """Messages that were published over AMF and are more than their JSON, by message id."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}
        self._cyclic: set[str] = set()

    def keep(self, message_id: str, value: Value, projection: Projection) -> None:
        """Keep ``value``, unless its JSON says the same."""
        if isinstance(value, str | bool | int | float) and projection.json == value:
            return
        self._values[message_id] = value
        if projection.cyclic:
            self._cyclic.add(message_id)

    def find(self, message_id: str, data: Any) -> Value:
        """What was published under an occurrence's id; ``data`` where that is all there is."""
        return self._values.get(self._publish_id(message_id), data)

    def cyclic(self, message_id: str) -> bool:
        """Whether a reader of JSON misses something, because the message holds itself."""
        return self._publish_id(message_id) in self._cyclic

    def _publish_id(self, message_id: str) -> str:
        """An occurrence has the publish id, or that and its number (T6)."""
        return message_id if message_id in self._values else message_id.rpartition("-")[0]


def _number(value: float, *, exact: bool = False) -> float | str:
    """NaN and infinities as text. What AMF writes as a double because it is too large for its integers is one."""
    if not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    whole = value.is_integer() and abs(value) <= LARGEST_EXACT
    return int(value) if whole and (exact or abs(value) > LARGEST_INTEGER) else value
