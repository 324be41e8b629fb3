"""A test that is under way: the mocks it has, what fails it by their verdict, and what stands below its failure.

It is loaded with the plugin, in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

import pytest

from .marker import MARKER, WIDER, is_too_wide
from .testing.story import Stories

if TYPE_CHECKING:
    from .testing.factory import BackendlessMockFactory
    from .testing.session import Session


class Judged(Protocol):
    """A test's own mock, as far as its verdict goes."""

    def judge(self, warn: Callable[[Warning], object]) -> list[str]:
        """What fails the test; hints go to ``warn``. Each is told once."""


STORIES = pytest.StashKey[Stories]()
FACTORY: pytest.StashKey[BackendlessMockFactory] = pytest.StashKey()
SESSION: pytest.StashKey[Judged | None] = pytest.StashKey()
PROBLEMS = pytest.StashKey[list[str]]()
"""What would have failed a test that failed by itself."""
REFUSAL = pytest.StashKey[str]()
"""What is wrong with a test's marker, where that could not be said at collection."""
RAN = pytest.StashKey[bool]()
"""Whether the test's body ran, and was not skipped."""


def sessions(config: pytest.Config) -> list[Session]:
    """The wider mocks that are judged with each test."""
    return config.stash[FACTORY].sessions if FACTORY in config.stash else []


def judge(item: pytest.Item) -> list[str]:
    """What fails the test; hints become warnings of it. What never happened to a wider mock may happen later."""
    own = item.stash.get(SESSION, None)
    problems = [] if own is None else own.judge(item.warn)
    for session in sessions(item.config):
        problems += session.judge(item.warn, last=False)
    return problems


def sections(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[tuple[str, str]]:
    """What stands under a failing test, with its heading."""
    if call.excinfo is not None and is_too_wide(call.excinfo.value):
        yield MARKER, WIDER
    problems = item.stash.get(PROBLEMS, [])
    if problems:
        item.stash[PROBLEMS] = []
        yield f"{MARKER}: verdict", "\n".join(problems)
    yield from item.config.stash[STORIES].tell(call.excinfo.value if call.excinfo else None)


def add_section(report: pytest.TestReport, name: str, text: str) -> None:
    """Put a text where every report of the failure has it, JUnit's too; a failure that is mere text takes none."""
    add = getattr(report.longrepr, "addsection", None)
    if add is None:
        report.sections.append((name, text))
    else:
        add(name, text)


def fail_for(problems: list[str]) -> None:
    """Fail, with nothing but what is wrong."""
    __tracebackhide__ = True
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def refuse(item: pytest.Item) -> None:
    """Fail a test whose marker could not be refused at collection."""
    __tracebackhide__ = True
    fail_for([item.stash[REFUSAL]] if REFUSAL in item.stash else [])
