"""The requests of a failing test, in a file. Only a failing test loads it."""

from __future__ import annotations

import json
import re
from operator import itemgetter
from pathlib import Path
from typing import Any

from .http import har
from .runtime.ids import guid
from .testing.story import Stories

LONGEST_NAME = 150
"""How many characters of a test's name its file has."""


def write_har(folder: Path, nodeid: str, stories: Stories) -> str:
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
