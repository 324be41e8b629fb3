"""The schemas of the control API's payloads: requests are judged by them, and its description is made of them."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from ..service import schema
from ..service.check import Checks, Violation
from ..service.spelling import nearest
from .problem import invalid

STATE = "state"
"""The schema of a state, which files have to satisfy too."""
WORDS = {"string": "text", "number": "a number", "integer": "a whole number", "boolean": "true or false"} | {
    "object": "an object",
    "array": "a list",
    "null": "null",
}
"""What the types of JSON are for people."""


@functools.cache
def schemas() -> dict[str, dict[str, Any]]:
    """All of them, by the names of their files. They are read when somebody asks."""
    folder = schema.folder() / "control"
    own = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}
    return {**own, STATE: schema.load(STATE)}


@functools.cache
def _checks() -> Checks:
    return Checks(schemas())


def violations(name: str, payload: object) -> list[Violation]:
    """What in ``payload`` breaks the schema ``name``."""
    return _checks()[name](payload)


def judge(name: str, payload: object) -> None:
    """Raise ``Problem`` for a request's body that breaks its schema, with each place and what belongs there.

    A state is judged by who reads it, with the values that stand there.
    """
    found = [] if name == STATE else violations(name, payload)
    if found:
        raise invalid([(_path(problem.path), _message(name, problem)) for problem in found])


def _path(steps: tuple[str | int, ...]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _message(name: str, problem: Violation) -> str:
    say = MESSAGES.get(str(problem.keyword))
    if problem.keyword == "additionalProperties":
        return _unknown_members(name, problem)
    return say(problem.rule) if say else f"breaks {problem.keyword!r}: {problem.rule!r}"


def _followed(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a part stands for: itself, or what it refers to among what schemas share."""
    reference: str | None = part.get("$ref")
    return part if reference is None else schemas()["common"]["$defs"][reference.rpartition("/")[2]]


def _unknown_members(name: str, problem: Violation) -> str:
    part: Mapping[str, Any] = schemas()[name]
    for step in problem.path:
        part = _followed(part["properties"][step])
    known = part.get("properties", {})
    unknown = next(member for member in problem.value if member not in known)
    near = nearest(unknown, known)
    there = f"did you mean {near!r}?" if near else f"there are {', '.join(known) or 'none'}"
    return f"there is no member {unknown!r}; {there}"


def _types(rule: str | list[str]) -> str:
    return "must be " + " or ".join(WORDS[each] for each in ([rule] if isinstance(rule, str) else rule))


MESSAGES: Mapping[str, Callable[[Any], str]] = {
    "type": _types,
    "enum": lambda rule: f"must be one of {', '.join(map(str, rule))}",
    "required": lambda rule: f"needs {', '.join(rule)}",
    "minimum": lambda rule: f"must be at least {rule}",
    "maximum": lambda rule: f"must be at most {rule}",
    "minLength": lambda _: "must not be empty",
    "dependentRequired": lambda rule: "; ".join(f"{one} needs {', '.join(more)}" for one, more in rule.items()),
}
"""How a broken rule is said to people."""
