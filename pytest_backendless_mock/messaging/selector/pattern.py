"""LIKE patterns: characters, ``_`` for any one and ``%`` for any number of them, matched in bounded time."""

from __future__ import annotations

ONE = ""
"""In a compiled pattern: any one character."""
MANY = "%%"
"""In a compiled pattern: any number of characters."""


class Pattern:
    """A compiled LIKE pattern. Matching takes at most len(text) · len(pattern) steps, whatever the text (C8)."""

    def __init__(self, pattern: str, escape: str | None = None) -> None:
        """``escape`` before ``%``, ``_`` or itself makes that character plain. Raises ``ValueError`` otherwise."""
        if escape is not None and len(escape) != 1:
            raise ValueError(f"ESCAPE takes one character, not {escape!r}")
        self._parts: list[str] = []
        characters = iter(pattern)
        for character in characters:
            if character == escape:
                self._parts.append(_escaped(next(characters, ""), escape))
            elif character == "%":
                self._parts.append(MANY)
            else:
                self._parts.append(ONE if character == "_" else character)

    def matches(self, text: str) -> bool:
        """Whether the whole of ``text`` is like this."""
        parts = self._parts
        place = here = resume = 0
        star = -1
        while here < len(text):
            part = parts[place] if place < len(parts) else None
            if part == MANY:
                star, resume = place, here
                place += 1
            elif part in (ONE, text[here]):
                place += 1
                here += 1
            elif star >= 0:
                resume += 1
                place, here = star + 1, resume
            else:
                return False
        return all(part == MANY for part in parts[place:])


def _escaped(character: str, escape: str) -> str:
    if character not in ("%", "_", escape) or not character:
        raise ValueError(f"the escape character {escape!r} stands before '%', '_' or itself only")
    return character
