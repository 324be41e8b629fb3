"""What an application begins with that files say: one state of one or more, such as users here and stubs there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..service.state_error import StateError
from .state import State, read_state

ON_TOP = ("rules", "schemas")
"""Members of which a later file's names go on top of an earlier one's; what is a list goes on."""


def read_beginning(paths: Sequence[Path], app_id: str) -> State | None:
    """The state that files say for the application ``app_id``; ``None`` where there are no files.

    Lists of a later file follow those of an earlier one, its rules and channel schemas go on top, and its clock and ids
    take their place. Raises ``OSError`` for a file that cannot be read, ``StateError`` for what is no state, and where
    two do not go together.
    """
    if not paths:
        return None
    value: dict[str, Any] = {}
    for path in paths:
        for name, part in read_state(path).value.items():
            value[name] = _together(name, value.get(name), part)
    try:
        return State(value, app_id)
    except StateError as error:
        raise StateError(f"{' + '.join(map(str, paths))}: {error}", error.errors) from None


def _together(name: str, before: Any, part: Any) -> Any:
    if before is None:
        return part
    if isinstance(part, list):
        return [*before, *part]
    return {**before, **part} if name in ON_TOP else part
