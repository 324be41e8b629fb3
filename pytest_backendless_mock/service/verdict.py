"""What must not pass unseen: problems that fail the test, hints for its reader. Each is told once."""

from __future__ import annotations

from .remedy import Door, Finding, Remedy


class BackendlessMockWarning(UserWarning):
    """The code under test sent something the service would swallow without a word."""


class Verdict:
    """Collected while requests are served, judged when the test ends or ``verify()`` is called.

    In a text that comes with remedies, ``remedy.PLACE`` stands where each of them goes.
    """

    def __init__(self) -> None:
        self._problems: list[Finding] = []
        self._hints: list[Finding] = []
        self._told: dict[Finding, None] = {}

    def hints(self, door: Door = "python") -> list[str]:
        """All hints so far, told or not: for the report of a failing test."""
        return [hint.say(door) for hint in self._told]

    def report_problem(self, text: str, *remedies: Remedy) -> None:
        """Note what fails the test."""
        self._problems.append(Finding(text, remedies))

    def hint(self, text: str, *remedies: Remedy) -> None:
        """Note what the test's reader should know; the same hint is told once."""
        finding = Finding(text, remedies)
        if finding not in self._told:
            self._told[finding] = None
            self._hints.append(finding)

    def take_problems(self, door: Door = "python") -> list[str]:
        """The problems not told yet."""
        taken, self._problems = self._problems, []
        return [problem.say(door) for problem in taken]

    def take_hints(self, door: Door = "python") -> list[str]:
        """The hints not told yet."""
        taken, self._hints = self._hints, []
        return [hint.say(door) for hint in taken]
