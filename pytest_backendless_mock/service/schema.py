"""The JSON Schemas of every payload: read with this module, so that no request reads a file, and asked."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, KeysView
from pathlib import Path
from typing import Any

from ..messaging.secret import conceal, is_secret
from ..messaging.text import escaped, shortened
from ..messaging.value import copied
from .check import Checks, Violation

NO_FILES = (
    "the schemas of the mock cannot be read: where a fake file system (pyfakefs) is in place, "
    "import pytest_backendless_mock.testing.mock before it, or ask for the fixture backendless_mock_server"
)
PACKAGED = Path(__file__).parent.parent / "schemas"
"""Where a wheel keeps them; a checkout has them beside the package."""
WIDEST = 80
"""How many characters of a value an error shows."""
_PLAIN_NAME = re.compile("[a-zA-Z][a-zA-Z0-9_]*")
"""What a JSON path writes behind a point."""


def folder() -> Path:
    """Where the schemas are; those of payloads that the service does not have are below it."""
    return PACKAGED if PACKAGED.is_dir() else PACKAGED.parent.parent / "schemas"


def _read() -> dict[str, dict[str, Any]]:
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder().glob("*.json"))}
    if not found:
        raise ImportError(NO_FILES)
    return found


_SCHEMAS = _read()
_CHECKS = Checks(_SCHEMAS)


class PayloadError(ValueError):
    """A payload does not satisfy its schema; the text says where, what stands there, and which rule it breaks."""


def validate(payload: object, name: str) -> None:
    """Check ``payload`` against a schema by its file's name, such as ``"publish.request"``.

    Raises ``PayloadError`` with path, value and rule of each violation, and ``LookupError`` for a name there is not.
    """
    load(name)
    problems = violations(payload, name)
    if problems:
        lines = "".join(f"\n  {describe(problem)}" for problem in problems)
        raise PayloadError(f"this is no {name}:{lines}")


def violations(payload: object, name: str) -> list[Violation]:
    """What in ``payload`` breaks the schema ``name``."""
    return _CHECKS[name](payload)


@functools.cache
def fields(name: str) -> KeysView[str]:
    """The members that the schema ``name`` knows."""
    properties: dict[str, Any] = load(name)["properties"]
    return properties.keys()


def example(name: str) -> Any:
    """A payload as the documentation shows it."""
    return load(name)["examples"][0]


def names() -> list[str]:
    """The names that ``validate`` takes."""
    return [name for name in _SCHEMAS if name != "common"]


def every() -> dict[str, dict[str, Any]]:
    """All schemas, and what they share, by the names of their files."""
    return _SCHEMAS


def load(name: str) -> dict[str, Any]:
    """The schema ``name``. Raises ``LookupError`` for a name there is not."""
    if name not in names():
        raise LookupError(f"there is no schema {name!r}; there are {', '.join(names())}")
    return _SCHEMAS[name]


def describe(problem: Violation) -> str:
    """Where a payload breaks a rule, what stands there, and which rule."""
    return f"at {escaped(json_path(problem.path))}: {broken(problem)}"


def broken(problem: Violation) -> str:
    """What stands where a payload breaks a rule, and which rule."""
    secret = any(isinstance(name, str) and is_secret(name) for name in problem.path)
    shown = shortened(repr(conceal(copied(problem.value), secret=secret)), WIDEST)
    return f"{shown} breaks {problem.keyword!r}: {problem.rule!r}"


def json_path(path: Iterable[str | int]) -> str:
    """A place in a JSON value, as ``$.messages[0].at``."""
    return "$" + "".join(map(_step, path))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN_NAME.fullmatch(step):
        return f".{step}"
    return "['{}']".format(step.replace("\\", "\\\\").replace("'", "\\'"))
