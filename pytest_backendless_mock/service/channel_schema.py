"""Channel schemas: what a test expects of the messages on a channel, a JSON Schema of its own for each."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import schema

if TYPE_CHECKING:
    from .check import Check

HIDES_FILES = "pyfakefs"
"""The package whose presence means that a test may hide the files that jsonschema reads while it is loaded."""


class ChannelSchemas:
    """The schemas of an application's channels."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self.sources: dict[str, tuple[Mapping[str, Any] | str | Path, Path]] = {}
        """What each was given as, and what it was relative to."""

    def expect(self, channel: str, source: Mapping[str, Any] | str | Path, base: Path) -> None:
        """From now on messages on ``channel`` should satisfy a schema, given as such or as a path relative to ``base``.

        ``$ref`` may name files beside it. Raises ``OSError`` for a file that cannot be read, ``ValueError`` for what
        is no JSON Schema.
        """
        from .given_schema import compiled  # noqa: PLC0415 - jsonschema takes its time to load, and few give a schema

        self._checks[channel] = compiled(source, base, f"the schema for channel {channel!r}")
        self.sources[channel] = source, base

    def put(self, channel: str, source: Mapping[str, Any], check: Check) -> None:
        """From now on messages on ``channel`` should pass the ``check`` of a schema, which is made already."""
        self._checks[channel] = check
        self.sources[channel] = source, Path()

    def violations(self, channel: str, message: Any) -> list[str]:
        """What in a message on ``channel`` breaks its schema: place, value, rule."""
        check = self._checks.get(channel)
        if check is None:
            return []
        try:
            return [schema.describe(problem) for problem in check(message)]
        except RecursionError:
            return ["it is nested deeper than its schema can be followed"]


if HIDES_FILES in sys.modules:
    import_module(f"{__package__}.given_schema")
