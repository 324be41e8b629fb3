"""Markdown: how docstrings and tables are written."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence


def prose(docstring: str | None) -> str:
    """A docstring as Markdown: its literals have one backtick there."""
    return inspect.cleandoc(docstring or "").replace("``", "`")


def line(docstring: str | None) -> str:
    """The same as one line, for a cell or an item of a list."""
    return " ".join(prose(docstring).split())


def code(text: object) -> str:
    """Text as code, "" for none."""
    return f"`{text}`" if str(text) else ""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a bar in a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in each)} |" for each in lines)


def section(level: int, title: str, *parts: str) -> str:
    """A heading and what stands below it; parts that are empty are left out."""
    return "\n\n".join([f"{'#' * level} {title}", *(part for part in parts if part)])


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return "".join(each for each in heading.lower() if each.isalnum() or each in " -_").replace(" ", "-")
