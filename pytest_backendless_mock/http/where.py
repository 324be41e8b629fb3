"""Requests chosen by a schema over what everybody is told of them: what takes a callable's place in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..service.check import Check
from ..service.json_text import dump
from .journal import Request
from .record_json import write


class Where:
    """Holds for a request that satisfies a schema."""

    def __init__(self, source: Mapping[str, Any], check: Check) -> None:
        """``check`` is what ``source`` was compiled to."""
        self.source = source
        self._check = check

    def __call__(self, request: Request) -> bool:
        """Whether it holds."""
        return not self._check(write(request))

    def __repr__(self) -> str:
        return f"where {dump(self.source)}"
