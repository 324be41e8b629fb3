"""The JSON Schemas of every payload: found, compiled once on first use, and asked."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

PACKAGED = Path(__file__).parent.parent / "schemas"
"""Where a wheel keeps them; a checkout has them beside the package."""


WIDEST = 80
"""How many characters of a value an error shows."""


class PayloadError(ValueError):
    """A payload does not satisfy its schema; the text says where, what stands there, and which rule it breaks."""


def validate(payload: object, name: str) -> None:
    """Check ``payload`` against a schema by its file's name, such as ``"publish.request"``.

    Raises ``PayloadError`` with path, value and rule of each violation, and ``LookupError`` for a name there is not.
    """
    problems = list(violations(payload, name))
    if problems:
        lines = "".join(f"\n  {describe(problem)}" for problem in problems)
        raise PayloadError(f"this is no {name}:{lines}")


def violations(payload: object, name: str) -> Iterator[ValidationError]:
    """What in ``payload`` breaks the schema ``name``, in no particular order."""
    return _validator(name).iter_errors(payload)


@functools.cache
def fields(name: str) -> tuple[str, ...]:
    """The members that the schema ``name`` knows."""
    return tuple(_load(name)["properties"])


def example(name: str) -> Any:
    """A payload as the documentation shows it."""
    return _load(name)["examples"][0]


def names() -> list[str]:
    """The names that ``validate`` takes."""
    return sorted(path.stem for path in _folder().glob("*.json") if path.stem != "common")


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(_load(name), registry=_registry())


@functools.cache
def _registry() -> Registry[Any]:
    resources = [Resource.from_contents(json.loads(path.read_text("utf-8"))) for path in _folder().glob("*.json")]
    return resources @ Registry()


@functools.cache
def _load(name: str) -> dict[str, Any]:
    if name not in names():
        raise LookupError(f"there is no schema {name!r}; there are {', '.join(names())}")
    schema: dict[str, Any] = json.loads((_folder() / f"{name}.json").read_text("utf-8"))
    return schema


def _folder() -> Path:
    return PACKAGED if PACKAGED.is_dir() else PACKAGED.parent.parent / "schemas"


def describe(problem: ValidationError) -> str:
    """Where a payload breaks a rule, what stands there, and which rule."""
    value = repr(problem.instance)
    shown = value if len(value) <= WIDEST else f"{value[: WIDEST - 1]}…"
    return f"at {problem.json_path}: {shown} breaks {problem.validator!r}: {problem.validator_value!r}"
