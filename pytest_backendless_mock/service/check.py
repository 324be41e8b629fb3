"""Checks compiled from JSON Schemas, so that a payload that is as it should be costs a few calls.

There are the keywords that our schemas use, and they mean what jsonschema takes them to mean: tests hold every schema's
check to it. Schemas that a test gives are checked by jsonschema itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

Schema = Mapping[str, Any]


class Violation(NamedTuple):
    """What in a payload breaks which rule: where it stands, the value, the keyword, and what the schema says by it."""

    path: tuple[str | int, ...]
    value: Any
    keyword: str | None
    rule: Any

    def inside(self, step: str | int) -> Violation:
        """The same, seen from the object or array around it."""
        return self._replace(path=(step, *self.path))


Check = Callable[[Any], list[Violation]]
"""Says what in a JSON value is broken."""
Holds = Callable[[Any], bool]
"""Says whether a JSON value, as a whole, keeps a rule."""
Compiler = Callable[[Schema], Check]
"""Makes the check of a schema that stands inside another."""


class Checks:
    """The checks of schemas that refer to each other by their files' names, each compiled when first asked for."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._compiled: dict[str, Check] = {}

    def __getitem__(self, name: str) -> Check:
        """The check of the schema ``name``. Raises ``LookupError`` for a schema, or a keyword in it, there is not."""
        check = self._compiled.get(name)
        if check is None:
            check = self._compiled[name] = self._compile(self._schemas[name], name)
        return check

    def _compile(self, schema: Schema, home: str) -> Check:
        """The check of a schema that stands in the file ``home``: of the value as a whole, then of what is in it."""
        rules: list[tuple[Holds, str, Any]] = []
        parts: list[Check] = []
        for keyword, rule in schema.items():
            if keyword in RULES:
                rules.append((RULES[keyword](rule), keyword, rule))
            elif keyword in PARTS:
                parts.append(PARTS[keyword](schema, partial(self._compile, home=home)))
            elif keyword == "$ref":
                parts.append(self._referred(rule))
            elif keyword not in ANNOTATIONS:
                raise LookupError(f"the schema {home} has a keyword that nothing checks: {keyword!r}")

        def check(value: Any) -> list[Violation]:
            found = []
            for holds, keyword, rule in rules:
                if not holds(value):
                    found.append(Violation((), value, keyword, rule))
            for part in parts:
                found += part(value)
            return found

        return check

    def _referred(self, reference: str) -> Check:
        file, _, pointer = reference.partition("#")
        home = file.removesuffix(".json")
        target: Any = self._schemas[home]
        for step in pointer.split("/")[1:]:
            target = target[step]
        return self._compile(target, home)


def _any_of(schema: Schema, compiled: Compiler) -> Check:
    options = schema["anyOf"]
    checks = [compiled(option) for option in options]

    def check(value: Any) -> list[Violation]:
        return [Violation((), value, "anyOf", options)] if all(option(value) for option in checks) else []

    return check


def _not(schema: Schema, compiled: Compiler) -> Check:
    unwanted = schema["not"]
    broken = compiled(unwanted)

    def check(value: Any) -> list[Violation]:
        return [] if broken(value) else [Violation((), value, "not", unwanted)]

    return check


def _properties(schema: Schema, compiled: Compiler) -> Check:
    checks = {name: compiled(below) for name, below in schema["properties"].items()}

    def check(value: Any) -> list[Violation]:
        found: list[Violation] = []
        if isinstance(value, dict):
            for name, item in value.items():
                if name in checks:
                    found += [violation.inside(name) for violation in checks[name](item)]
        return found

    return check


def _additional_properties(schema: Schema, compiled: Compiler) -> Check:
    known, further = schema.get("properties", {}).keys(), schema["additionalProperties"]
    item_check = None if further is False else compiled(further)

    def check(value: Any) -> list[Violation]:
        if not isinstance(value, dict) or value.keys() <= known:
            return []
        if item_check is None:
            return [Violation((), value, "additionalProperties", further)]
        names = [name for name in value if name not in known]
        return [violation.inside(name) for name in names for violation in item_check(value[name])]

    return check


def _items(schema: Schema, compiled: Compiler) -> Check:
    item_check = compiled(schema["items"])

    def check(value: Any) -> list[Violation]:
        if not isinstance(value, list):
            return []
        return [violation.inside(place) for place, item in enumerate(value) for violation in item_check(item)]

    return check


def _type(wanted: str | list[str]) -> Holds:
    names = [wanted] if isinstance(wanted, str) else wanted
    classes = tuple({one for name in names for one in CLASSES[name]})
    booleans, fractions = "boolean" in names, "number" in names

    def holds(value: Any) -> bool:
        if not isinstance(value, classes):
            return False
        if value is True or value is False:
            return booleans
        return fractions or not isinstance(value, float) or value.is_integer()

    return holds


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: 1 is 1.0, and no boolean is a number."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    return one is other or (one == other and isinstance(one, bool) == isinstance(other, bool))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _required(names: list[str]) -> Holds:
    needed = frozenset(names)
    return lambda value: not isinstance(value, dict) or value.keys() >= needed


def _depends(needed: Mapping[str, list[str]]) -> Holds:
    return lambda value: (
        not isinstance(value, dict)
        or all(name in value for given, names in needed.items() if given in value for name in names)
    )


def _pattern(text: str) -> Holds:
    search = re.compile(text).search
    return lambda value: not isinstance(value, str) or search(value) is not None


CLASSES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
"""What the types of JSON are in Python; a float is an integer where nothing stands behind the point."""
RULES: Mapping[str, Callable[[Any], Holds]] = {
    "type": _type,
    "enum": lambda values: lambda value: any(same(value, each) for each in values),
    "const": lambda wanted: lambda value: same(value, wanted),
    "minimum": lambda least: lambda value: not _is_number(value) or value >= least,
    "maximum": lambda most: lambda value: not _is_number(value) or value <= most,
    "minLength": lambda least: lambda value: not isinstance(value, str) or len(value) >= least,
    "pattern": _pattern,
    "minItems": lambda least: lambda value: not isinstance(value, list) or len(value) >= least,
    "maxItems": lambda most: lambda value: not isinstance(value, list) or len(value) <= most,
    "uniqueItems": lambda _: (
        lambda value: (
            not isinstance(value, list)
            or not any(same(item, other) for place, item in enumerate(value) for other in value[:place])
        )
    ),
    "required": _required,
    "dependentRequired": _depends,
}
"""Keywords about a value as a whole."""
PARTS: Mapping[str, Callable[[Schema, Compiler], Check]] = {
    "anyOf": _any_of,
    "not": _not,
    "properties": _properties,
    "additionalProperties": _additional_properties,
    "items": _items,
}
"""Keywords that hold schemas of their own."""
ANNOTATIONS = frozenset({"$schema", "$id", "$defs", "title", "description", "examples"})
"""Keywords that check nothing."""
