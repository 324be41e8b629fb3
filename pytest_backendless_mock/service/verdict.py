"""What must not pass unseen: problems that fail the test, hints for its reader. Each is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .remedy import Door, Finding, Remedy

TIMES = "\N{MULTIPLICATION SIGN}"
MOST_FOUND = 50
"""How many different problems, and hints, are told; of the others only the number, since a text may hold an id."""


class BackendlessMockWarning(UserWarning):
    """The code under test sent something the service would swallow without a word."""


class Verdict:
    """Collected while requests are served, judged when the test ends or ``verify()`` is called.

    In a text that comes with remedies, ``remedy.PLACE`` stands where each of them goes.
    """

    def __init__(self, door: Door = "python") -> None:
        """``door`` is where those come in who read it."""
        self._door: Door = door
        self._problems: dict[Finding, int] = {}
        """How often each was found since it was last told."""
        self._more_problems = 0
        """How many were found beyond the most that are told."""
        self._hints: list[Finding] = []
        self._told: dict[Finding, None] = {}

    def hints(self) -> list[str]:
        """All hints so far, told or not: for the report of a failing test."""
        return [hint.say(self._door) for hint in self._told]

    def report_problem(self, text: str, *remedies: Remedy) -> None:
        """Note what fails the test."""
        finding = Finding(text, remedies)
        if finding in self._problems or len(self._problems) < MOST_FOUND:
            self._problems[finding] = self._problems.get(finding, 0) + 1
        else:
            self._more_problems += 1

    def hint(self, text: str, *remedies: Remedy) -> None:
        """Note what the test's reader should know; the same hint is told once, and no more than ``MOST_FOUND`` are."""
        finding = Finding(text, remedies)
        if finding not in self._told and len(self._told) < MOST_FOUND:
            self._told[finding] = None
            self._hints.append(finding)

    def take_problems(self) -> list[str]:
        """The problems not told yet; one that was found several times is told once, with the number."""
        if not self._problems:
            return []
        taken, self._problems = self._problems, {}
        more, self._more_problems = self._more_problems, 0
        told = [counted(problem.say(self._door), number) for problem, number in taken.items()]
        return [*told, *([f"… and {more:,} more"] if more else [])]

    def take_hints(self) -> list[str]:
        """The hints not told yet."""
        if not self._hints:
            return []
        taken, self._hints = self._hints, []
        return [hint.say(self._door) for hint in taken]

    def forget(self) -> None:
        """Let what was told be told again; what was not, still will be."""
        self._told = dict.fromkeys(self._hints)


def warn_of(hints: Iterable[str], warn: Callable[[Warning], object]) -> list[str]:
    """Pass ``hints`` to ``warn``; those come back that the user's filters make an error, which are problems then."""
    problems = []
    for hint in hints:
        try:
            warn(BackendlessMockWarning(hint))
        except BackendlessMockWarning as error:
            problems.append(str(error))
    return problems


def counted(text: str, number: int) -> str:
    """A text and how often it is true; the number stands at the end of the first line, and not where it is one."""
    first, *more = text.splitlines() or [""]
    return text if number == 1 else "\n".join([f"{first}  {TIMES}{number:,}", *more])
