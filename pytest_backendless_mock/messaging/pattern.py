"""Patterns with wildcards, of LIKE and of stubs, matched without backtracking (C8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

ONE = ""
"""In a pattern: any one character."""
MANY = "%%"
"""In a pattern: any number of characters."""


class Pattern:
    """Characters, ``ONE`` and ``MANY``, in one sequence.

    What stands between two ``MANY`` has a fixed length, so that the first place where it fits is as good as any: each
    run is looked for once, behind the one before, and nothing is ever tried again.
    """

    def __init__(self, parts: Iterable[str]) -> None:
        runs: list[list[str]] = [[]]
        for part in parts:
            if part == MANY:
                runs.append([])
            else:
                runs[-1].append(part)
        first, *others = map(_Run, runs)
        self._first = first
        self._last = others.pop() if others else None
        self._inner = [run for run in others if run.length]

    def matches(self, text: str) -> bool:
        """Whether the whole of ``text`` is like this."""
        if self._last is None:
            return len(text) == self._first.length and self._first.stands(text, 0)
        place, end = self._first.length, len(text) - self._last.length
        if place > end or not (self._first.stands(text, 0) and self._last.stands(text, end)):
            return False
        for run in self._inner:
            found = run.find(text, place, end)
            if found < 0:
                return False
            place = found + run.length
        return True


class _Run:
    """Characters and ``ONE``, as many as it is long."""

    def __init__(self, parts: list[str]) -> None:
        self.length = len(parts)
        self._text = "".join(parts)
        self._expression: re.Pattern[str] | None = None
        if ONE in parts:  # an expression without repetition: it has nothing to go back to
            self._expression = re.compile("".join("." if part == ONE else re.escape(part) for part in parts), re.DOTALL)

    def stands(self, text: str, place: int) -> bool:
        """Whether it stands at ``place``."""
        if self._expression is None:
            return text.startswith(self._text, place)
        return self._expression.match(text, place) is not None

    def find(self, text: str, place: int, end: int) -> int:
        """The first place from ``place`` on where it stands, before ``end``; -1 where there is none."""
        if self._expression is None:
            return text.find(self._text, place, end)
        found = self._expression.search(text, place, end)
        return -1 if found is None else found.start()


def like(pattern: str, escape: str | None = None) -> Pattern:
    """A LIKE pattern: ``_`` is any one character, ``%`` any number of them.

    ``escape`` before ``%``, ``_`` or itself makes that character plain. Raises ``ValueError`` otherwise.
    """
    if escape is not None and len(escape) != 1:
        raise ValueError(f"ESCAPE takes one character, not {escape!r}")
    return Pattern(_like(pattern, escape))


def starred(pattern: str) -> Pattern:
    """A pattern in which ``*`` is any number of characters, and all others are themselves."""
    return Pattern(MANY if character == "*" else character for character in pattern)


def _like(pattern: str, escape: str | None) -> Iterator[str]:
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            yield _escaped(next(characters, ""), escape)
        else:
            yield {"%": MANY, "_": ONE}.get(character, character)


def _escaped(character: str, escape: str) -> str:
    if character not in ("%", "_", escape) or not character:
        raise ValueError(f"the escape character {escape!r} stands before '%', '_' or itself only")
    return character
