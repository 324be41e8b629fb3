"""What a misspelt name was meant to be: the one place that judges how much names are alike."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable, Iterator
from itertools import pairwise

SHORTEST_NAME = 5
"""Names shorter than this many characters are too alike to be taken for slips of the finger."""
LONGEST_NAME = 100
"""Longer names are no slips: what is kept of a name grows with the square of its length."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that ``name`` is most likely a typo of; capital letters count for nothing."""
    lowered = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.7)
    return lowered[close[0]] if close else None


class Slips:
    """Known names, and which of them a name differs from by a slip of the finger; stricter than ``nearest``.

    A slip is two neighbours swapped, or a character inside left out or doubled. Digits are never slips: ``room-12`` and
    ``room-21`` are two rooms. A question costs as much among ten thousand names as among ten: each name is kept under
    what is left of it without one of its characters.
    """

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._names: dict[str, list[str]] = {}
        self._shortened: dict[str, list[str]] = {}

    def __len__(self) -> int:
        """How many names were added; the same one counts once."""
        return len(self._places)

    def add(self, name: str) -> None:
        """Make a name known."""
        if name in self._places:
            return
        self._places[name] = len(self._places)
        lowered = name.lower()
        self._names.setdefault(lowered, []).append(name)
        for shorter in _shortened(lowered):
            self._shortened.setdefault(shorter, []).append(name)

    def find(self, name: str, among: Container[str]) -> str | None:
        """The first added of the names ``among`` those that still count that ``name`` is a slip of."""
        if len(name) < SHORTEST_NAME or name in among:
            return None
        lowered = name.lower()
        close = [*self._shortened.get(lowered, ())]
        for other in (*_swapped(lowered), *_shortened(lowered)):
            close += self._names.get(other, ())
        return min((other for other in close if other in among), key=self._places.__getitem__, default=None)


def likeness(one: str, other: str) -> float:
    """How much two words are alike, from 0 to 1."""
    return difflib.SequenceMatcher(None, one, other).ratio()


def _shortened(name: str) -> Iterator[str]:
    """``name`` without one of its characters that is no digit; the first stays, and a last one is no slip (plurals)."""
    if len(name) > LONGEST_NAME:
        return
    for place in range(1, len(name) - 1):
        character = name[place]
        if not _is_digit(character) and character != name[place + 1]:  # of equal neighbours the last will do
            yield name[:place] + name[place + 1 :]


def _swapped(name: str) -> Iterator[str]:
    """``name`` with two neighbours swapped, neither of them a digit."""
    if len(name) > LONGEST_NAME:
        return
    for place, (one, two) in enumerate(pairwise(name)):
        if one != two and not _is_digit(one) and not _is_digit(two):
            yield f"{name[:place]}{two}{one}{name[place + 2 :]}"


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"
