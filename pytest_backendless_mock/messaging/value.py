"""JSON values: copied without recursion, since they may be nested deeper than what is left of the stack."""

from __future__ import annotations

from typing import Any


def copied(value: Any) -> Any:
    """A JSON value that shares nothing changeable with ``value``."""
    if not isinstance(value, dict | list):
        return value
    copy = _shallow(value)
    waiting = [copy]
    while waiting:
        holder = waiting.pop()
        for place, item in holder.items() if isinstance(holder, dict) else enumerate(holder):
            if isinstance(item, dict | list):
                holder[place] = _shallow(item)
                waiting.append(holder[place])
    return copy


def _shallow(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else list(value)
