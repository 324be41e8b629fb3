"""What ``exec`` keeps of each application, those that were taken away meanwhile too: a folder with files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..control.hosted import Hosted
from .output import as_document, tell

_UNFIT = re.compile(r"[^\w.-]+")
LONGEST_NAME = 80
"""How many bytes of a label a folder's name has: file systems take 255 in all."""


class Artifacts:
    """A folder of folders, one for each application."""

    def __init__(self, folder: Path) -> None:
        """Raises ``OSError`` where it cannot be made."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.are_kept = True
        """Whether all could be written."""

    def keep(self, application: Hosted, verdict: Mapping[str, Any]) -> None:
        """Write down what there is of an application, in the place of one of before."""
        label, app_id = application.plan.label, application.plan.app_id
        name = _UNFIT.sub("-", label).strip("-.").encode()[:LONGEST_NAME].decode(errors="ignore")
        # Labels may differ in what no file's name can have, so the id is there, too.
        folder = self._folder / f"{name}{'-' if name else ''}{app_id}"
        try:
            folder.mkdir(exist_ok=True)
            for file, text in _contents(application, verdict):
                (folder / file).write_text(f"{text}\n", "utf-8")
        except (OSError, ValueError) as error:  # also of the file with the requests, which anybody can spoil
            self.are_kept = False
            tell(f"backendless-mock: --artifacts: {error}")


def _contents(application: Hosted, verdict: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """By the names of files. Raises ``OSError`` or ``ValueError`` where the requests are gone."""
    plan = application.plan
    told = {"label": plan.label, "appId": plan.app_id}
    yield "report.txt", verdict["report"]
    yield "verdict.json", as_document({**told, **{name: verdict[name] for name in ("ok", "problems", "hints")}})
    yield "state.json", as_document(application.mock.state(journal=True))
    yield "requests.har", as_document(application.mock.har())
