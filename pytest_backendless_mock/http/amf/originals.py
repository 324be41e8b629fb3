"""What was published over AMF and is more than its JSON, for readers over AMF."""

from __future__ import annotations

from typing import Any

from .to_json import Converted
from .value import Value


class Originals:
    """Messages as they came, by message id."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}

    def keep(self, message_id: str, value: Value, converted: Converted) -> None:
        """Keep ``value``, unless its JSON says the same."""
        if not (isinstance(value, str | bool | int | float) and converted.json == value):
            self._values[message_id] = value

    def find(self, message_id: str, data: Any) -> Value:
        """What was published under an occurrence's id; ``data`` where that is all there is."""
        publish_id = message_id if message_id in self._values else message_id.rpartition("-")[0]  # an occurrence's (T6)
        return self._values.get(publish_id, data)
