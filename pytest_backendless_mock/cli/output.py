"""How answers look: aligned and coloured for people, JSON for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32"}
WIDEST = 80
"""How many characters of a value a column shows."""


def styled(text: str, style: str, stream: TextIO | None = None) -> str:
    """``text`` in a style where ``stream`` (standard output) is a terminal that may be coloured."""
    return f"\033[{STYLES[style]}m{text}\033[0m" if coloured(stream or sys.stdout) else text


def coloured(stream: TextIO) -> bool:
    """Whether a stream takes colours: a terminal, unless NO_COLOR says otherwise (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def say(text: str) -> None:
    """A line for standard output, at once: whoever reads a pipe waits for it."""
    print(text, flush=True)


def tell(text: str) -> None:
    """A line for standard error."""
    print(text, file=sys.stderr, flush=True)


def as_json(value: object) -> str:
    """A value on one line, for programs."""
    return json.dumps(value)


def as_document(value: object) -> str:
    """A value on many lines, for a file."""
    return json.dumps(value, indent=1)


class Table:
    """Rows under a heading, aligned. One that ``stays`` gets more rows later, and keeps every column for them."""

    def __init__(self, columns: Sequence[str], *, stays: bool = False) -> None:
        self._columns = columns
        self._widths = [0] * len(columns)
        self._stays = stays
        self._begun = False

    def lines(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """The lines of more rows; before the first ones the heading."""
        cells = [[shown(row.get(column)) for column in self._columns] for row in rows]
        columns = range(len(self._columns))
        kept = [at for at in columns if self._stays or any(line[at] for line in cells)]
        for at in columns:
            self._widths[at] = max(self._widths[at], len(self._columns[at]), *(len(line[at]) for line in cells))
        heading = [] if self._begun or not cells else [styled(self._aligned(self._columns, kept), "bold")]
        self._begun = self._begun or bool(cells)
        return heading + [self._aligned(line, kept) for line in cells]

    def _aligned(self, cells: Sequence[str], kept: Sequence[int]) -> str:
        return "  ".join(f"{cells[at]:<{self._widths[at]}}" for at in kept).rstrip()


def pairs(values: Mapping[str, Any]) -> list[str]:
    """A line for each member, the values aligned."""
    width = max(map(len, values), default=0)
    return [f"{name:<{width}}  {shown(value, WIDEST * 2)}" for name, value in values.items()]


def shown(value: object, widest: int = WIDEST) -> str:
    """A value in a cell: text as it is, anything else as JSON, cut where it is too wide; "" for ``None``."""
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text if text.isprintable() else json.dumps(text, ensure_ascii=False)[1:-1]
    return text if len(text) <= widest else f"{text[: widest - 1]}…"
