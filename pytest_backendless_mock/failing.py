"""What stands under a failing test: the verdict, the story of each mock, and where its requests were written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .http import har
from .marker import MARKER, WIDER, is_too_wide
from .runtime.ids import guid
from .testing.story import Stories

if TYPE_CHECKING:
    import pytest

LONGEST_NAME = 150
"""How many characters of a test's name its file has."""


def explain(
    report: pytest.TestReport,
    failure: pytest.ExceptionInfo[BaseException] | None,
    problems: list[str],
    stories: Stories,
    folder: Path | None,
) -> None:
    """Add what is known to a ``report``; with a ``folder`` the requests of its mocks go to a file there."""
    error = failure.value if failure else None
    for name, text in _sections(error, problems, stories):
        _add_section(report, name, text)
    if folder is not None and any(stories):
        _add_section(report, f"{MARKER}: HAR", _write_har(folder, report.nodeid, stories))


def _sections(error: BaseException | None, problems: list[str], stories: Stories) -> Iterator[tuple[str, str]]:
    """What stands under a failing test, with its heading."""
    if error is not None and is_too_wide(error):
        yield MARKER, WIDER
    if problems:
        yield f"{MARKER}: verdict", "\n".join(problems)
    yield from stories.tell(error)


def _add_section(report: pytest.TestReport, name: str, text: str) -> None:
    """Put a text where every report of the failure has it, JUnit's too; a failure that is mere text takes none."""
    add = getattr(report.longrepr, "addsection", None)
    if add is None:
        report.sections.append((name, text))
    else:
        add(name, text)


def _write_har(folder: Path, nodeid: str, stories: Stories) -> str:
    """Write the requests of all mocks of a test; returns where, or why not."""
    plain = re.sub(r"[^\w.-]+", "-", nodeid, flags=re.ASCII)[-LONGEST_NAME:].strip("-")
    path = folder / f"{plain}-{guid(nodeid)[:8]}.har"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(_together([told.har() for told in stories]), indent=1), "utf-8")
    except OSError as error:
        return f"the requests could not be written: {error}"
    return str(path)


def _together(hars: list[dict[str, Any]]) -> dict[str, Any]:
    """One HAR of several, in the order of the requests."""
    entries = [entry for each in hars for entry in each["log"]["entries"]]
    comments = [each["log"]["comment"] for each in hars if "comment" in each["log"]]
    return har.log(sorted(entries, key=itemgetter("startedDateTime")), "; ".join(comments))
