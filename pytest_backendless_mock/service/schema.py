"""The JSON Schemas of every payload: read with this module, compiled once on first use, and asked."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..messaging.secret import conceal, is_secret
from ..messaging.text import escaped
from ..messaging.value import copied
from .json_schema import NO_FILES, Draft202012Validator, Registry, Resource, ValidationError

PACKAGED = Path(__file__).parent.parent / "schemas"
"""Where a wheel keeps them; a checkout has them beside the package."""
WIDEST = 80
"""How many characters of a value an error shows."""


def _read() -> dict[str, dict[str, Any]]:
    folder = PACKAGED if PACKAGED.is_dir() else PACKAGED.parent.parent / "schemas"
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}
    if not found:
        raise ImportError(NO_FILES)
    return found


_SCHEMAS = _read()


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
    return [name for name in _SCHEMAS if name != "common"]


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(_load(name), registry=_registry())


@functools.cache
def _registry() -> Registry[Any]:
    return [Resource.from_contents(contents) for contents in _SCHEMAS.values()] @ Registry()


def _load(name: str) -> dict[str, Any]:
    if name not in names():
        raise LookupError(f"there is no schema {name!r}; there are {', '.join(names())}")
    return _SCHEMAS[name]


def describe(problem: ValidationError) -> str:
    """Where a payload breaks a rule, what stands there, and which rule."""
    secret = any(isinstance(name, str) and is_secret(name) for name in problem.absolute_path)
    value = repr(conceal(copied(problem.instance), secret=secret))
    shown = value if len(value) <= WIDEST else f"{value[: WIDEST - 1]}…"
    return f"at {escaped(problem.json_path)}: {shown} breaks {problem.validator!r}: {problem.validator_value!r}"
