"""What a misspelt name was meant to be: the one place that judges how much names are alike."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

SHORTEST_NAME = 5
"""Names shorter than this many characters are too alike to be taken for slips of the finger."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that ``name`` is most likely a typo of; capital letters count for nothing."""
    lowered = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.7)
    return lowered[close[0]] if close else None


def slip(name: str, known: Collection[str]) -> str | None:
    """The one of ``known`` that differs from ``name`` by a slip of the finger; stricter than ``nearest``."""
    if name in known or len(name) < SHORTEST_NAME:
        return None
    return next((other for other in known if _is_slip(name.lower(), other.lower())), None)


def likeness(one: str, other: str) -> float:
    """How much two words are alike, from 0 to 1."""
    return difflib.SequenceMatcher(None, one, other).ratio()


def _is_slip(one: str, other: str) -> bool:
    """Two neighbours swapped, or a character inside left out or doubled; numbers are never typos of each other."""
    if re.sub("[0-9]", "", one) == re.sub("[0-9]", "", other):
        return False
    if len(one) == len(other):
        apart = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        swapped = len(apart) == 2 and apart[1] == apart[0] + 1  # noqa: PLR2004 - neighbours
        return swapped and one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
    shorter, longer = sorted((one, other), key=len)
    return (
        len(longer) == len(shorter) + 1
        and any(longer[:place] + longer[place + 1 :] == shorter for place in range(1, len(shorter)))
        and longer[:-1] != shorter
    )
