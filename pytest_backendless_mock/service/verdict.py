"""What must not pass unseen: problems that fail the test, hints for its reader. Each is told once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class BackendlessMockWarning(UserWarning):
    """The code under test sent something the service would swallow without a word."""


class Verdict:
    """Collected while requests are served, judged when the test ends or ``verify()`` is called."""

    def __init__(self) -> None:
        self._problems: list[str] = []
        self._hints: list[str] = []
        self._told: dict[str, None] = {}

    @property
    def hints(self) -> list[str]:
        """All hints so far, told or not: for the report of a failing test."""
        return list(self._told)

    def object_to(self, problem: str) -> None:
        """Note what fails the test."""
        self._problems.append(problem)

    def hint_at(self, hint: str) -> None:
        """Note what its reader should know; the same hint is told once."""
        if hint not in self._told:
            self._told[hint] = None
            self._hints.append(hint)

    def take_problems(self) -> list[str]:
        """The problems not told yet."""
        taken, self._problems = self._problems, []
        return taken

    def take_hints(self) -> list[str]:
        """The hints not told yet."""
        taken, self._hints = self._hints, []
        return taken


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that ``name`` is most likely a typo of."""
    lowered = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.7)
    return lowered[close[0]] if close else None
