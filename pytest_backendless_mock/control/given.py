"""Schemas that come over the network: they refer to themselves only, and their patterns take no time to speak of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..service.check import Check, Violation
from ..service.json_text import dump
from .problem import unfit


def compiled(source: Mapping[str, Any], path: str) -> Check:
    """The check of a schema. Raises ``Problem`` for what is none, or may not come over the network."""
    from ..service.given_schema import compiled_alone  # noqa: PLC0415 - jsonschema takes 75 ms to load

    try:
        return compiled_alone(source, "the schema")
    except ValueError as error:
        raise unfit(path, str(error)) from None


class Satisfying:
    """Equal to every value that satisfies a schema: what an assertion expects in place of data."""

    __hash__ = None  # type: ignore[assignment]  # what is compared by a rule is in no set

    def __init__(self, schema: Mapping[str, Any], check: Check) -> None:
        self._schema = schema
        self._check = check

    def __eq__(self, other: object) -> bool:
        return not self.violations(other)

    def violations(self, value: object) -> list[Violation]:
        """What in a value breaks the schema."""
        return self._check(value)

    def __repr__(self) -> str:
        return f"what satisfies {dump(self._schema)}"
