"""Schemas that a test gives: read, followed to all they refer to, and checked by jsonschema."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from .check import Check, Violation
from .json_schema import (
    DRAFT202012,
    FORMATS,
    Draft202012Validator,
    Registry,
    Resource,
    SchemaError,
    Unresolvable,
    ValidationError,
    validators,
)
from .linear_pattern import LinearPattern

MOST_STEPS = 100_000
"""How many keywords of a schema that is not trusted are looked at for one value; that takes about a second."""
ALONE = "urn:backendless-mock:given"
"""What a schema is called that has no place of its own."""


def compiled(source: Mapping[str, Any] | str | Path, base: Path, name: str) -> Check:
    """The check of a schema that is given as such, or as a path relative to ``base``; ``name`` is what errors call it.

    Raises ``OSError`` for a file that cannot be read, ``ValueError`` for what is no JSON Schema.
    """
    if isinstance(source, Mapping):
        contents, uri = dict(source), (base / "schema.json").as_uri()
    else:
        path = (base / source).resolve()
        contents, uri = _read(path), path.as_uri()
    registry: Registry[Any] = Registry(retrieve=functools.cache(_retrieve))  # type: ignore[call-arg]  # an attrs class
    resource = Resource.from_contents(contents, default_specification=DRAFT202012)
    registry = registry.with_resource(uri, resource)
    _checked(_Walk(), contents, registry.resolver(uri), name)
    validator = Draft202012Validator({"$ref": uri}, registry=registry, format_checker=FORMATS)
    return lambda value: [_violation(error) for error in validator.iter_errors(value)]


def compiled_alone(source: Mapping[str, Any], name: str) -> Check:
    """The check of a schema of somebody who is not trusted: it refers to itself only, and takes no time to speak of.

    Its patterns are linear, and a value for which it wants more than ``MOST_STEPS`` breaks it.
    Raises ``ValueError`` for what is no JSON Schema, or may not be in such a one.
    """
    registry: Registry[Any] = Registry(retrieve=_refuse)  # type: ignore[call-arg]  # an attrs class
    resource = Resource.from_contents(dict(source), default_specification=DRAFT202012)
    registry = registry.with_resource(ALONE, resource)
    walk = _Walk(refuse_pattern_of)
    _checked(walk, dict(source), registry.resolver(ALONE), name)
    validator = BoundedValidator({"$ref": ALONE}, registry=registry, format_checker=FORMATS)

    def check(value: Any) -> list[Violation]:
        _steps.set(iter(range(MOST_STEPS)))
        try:
            return [_violation(error) for error in validator.iter_errors(value)]
        except TooManyStepsError:
            return [Violation((), value, "steps", f"at most {MOST_STEPS:,}, and this schema takes more for it")]

    return check


def refuse_pattern_of(part: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` for a pattern that takes long, or where patterns are for names of members."""
    if "patternProperties" in part:
        raise ValueError("patternProperties is not taken from there; say propertyNames, or the names in properties")
    if "pattern" in part:
        _pattern(part["pattern"])


def _checked(walk: _Walk, contents: Any, resolver: Any, name: str) -> None:
    """Raises ``ValueError`` for what is no JSON Schema."""
    try:
        walk.check(contents, resolver)
    except SchemaError as error:
        raise ValueError(f"{name} is none: {error.message}") from None
    except SchemaReferenceError as problem:
        raise ValueError(f"{name} refers to {problem}") from None
    except RecursionError:
        raise ValueError(f"{name} is nested deeper than can be followed") from None


def _refuse(uri: str) -> Resource[Any]:
    raise UnreadableError(f"a schema from there refers to itself only, not to {uri}")


_pattern = functools.lru_cache(maxsize=256)(LinearPattern)


def _linear(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """The keyword ``pattern``."""
    if isinstance(instance, str) and not _pattern(pattern).found_in(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _unique(_: Any, rule: bool, instance: Any, __: Any) -> Iterator[ValidationError]:
    """The keyword ``uniqueItems``; jsonschema compares each object with each other."""
    if rule and isinstance(instance, list) and len(set(map(_comparable, instance))) < len(instance):
        yield ValidationError(f"{instance!r} has an item twice")


def _comparable(value: Any) -> Any:
    """What is equal for equal JSON values only, and can be in a set."""
    if isinstance(value, dict):
        return frozenset((name, _comparable(item)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(map(_comparable, value))
    return (bool, value) if isinstance(value, bool) else value  # True == 1


class TooManyStepsError(Exception):
    """A schema takes longer for a value than anybody waits."""


_steps: ContextVar[Iterator[int]] = ContextVar("steps")
"""Those that are left for the value that is checked; each thread has its own."""


def _counted(keyword: Callable[..., Any]) -> Callable[..., Any]:
    """A keyword that takes a step. Parts that each refer twice to the next double with every one of them."""

    def step(*given: Any) -> Any:
        if next(_steps.get(), None) is None:
            raise TooManyStepsError
        return keyword(*given)

    return step


_KEYWORDS: Mapping[str, Callable[..., Any]] = {
    **Draft202012Validator.VALIDATORS,
    "pattern": _linear,
    "uniqueItems": _unique,
}
BoundedValidator: type[Draft202012Validator] = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {name: _counted(keyword) for name, keyword in _KEYWORDS.items()}
)


def _violation(error: ValidationError) -> Violation:
    return Violation(
        tuple(error.absolute_path), error.instance, cast("str | None", error.validator), error.validator_value
    )


class UnreadableError(ValueError):
    """A file that is no JSON, or what is no file."""


class SchemaReferenceError(Exception):
    """What is wrong with where a reference leads; the text completes "refers to"."""


class _Walk:
    """A schema and all that it leads to, each part once: whether it is a schema, and every reference leads on."""

    def __init__(self, look_at: Callable[[Mapping[str, Any]], object] = lambda _: None) -> None:
        """``look_at`` is given each part, and raises what it objects to."""
        self._look_at = look_at
        self._finished: dict[int, bool] = {}
        """Parts by identity; ``False`` for those that are being looked at."""
        self._inner: list[tuple[Any, Any]] = []

    def check(self, contents: Any, resolver: Any) -> None:
        """Raises ``SchemaError`` and ``SchemaReferenceError``."""
        Draft202012Validator.check_schema(contents)
        self._inner.append((contents, resolver))
        while self._inner:
            self._look(*self._inner.pop(), "")

    def _look(self, part: Any, resolver: Any, reference: str) -> None:
        """A part, then those that are about the same value; those about what is inside it have their turn later."""
        if not isinstance(part, dict) or self._finished.get(id(part)):
            return
        if id(part) in self._finished:
            raise SchemaReferenceError(f"itself without going into the message, by {reference!r}")
        self._finished[id(part)] = False
        self._look_at(part)
        resolver = resolver.in_subresource(DRAFT202012.create_resource(part))
        for keyword in sorted(REFERENCES & part.keys()):
            target = _follow(part[keyword], resolver)
            self._look(target.contents, target.resolver, part[keyword])
        for below in _parts(part, SAME_VALUE):
            self._look(below, resolver, reference)
        self._inner += ((below, resolver) for below in _parts(part, VALUE_INSIDE))
        self._finished[id(part)] = True


def _follow(reference: str, resolver: Any) -> Any:
    """Where a reference leads. Raises ``SchemaReferenceError``."""
    try:
        target = resolver.lookup(reference)
        Draft202012Validator.check_schema(target.contents)
    except Unresolvable as error:
        cause: BaseException = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        unread = isinstance(cause, OSError | UnreadableError)
        what = f"cannot be read: {cause}" if unread else "is not there"
        raise SchemaReferenceError(f"{reference!r}, which {what}") from None
    except SchemaError as error:
        raise SchemaReferenceError(f"{reference!r}, which is no schema: {error.message}") from None
    return target


def _parts(part: Mapping[str, Any], keywords: Mapping[str, Callable[[Any], Iterable[Any]]]) -> Iterator[Any]:
    for keyword in keywords.keys() & part.keys():
        yield from keywords[keyword](part[keyword])


def _one(value: Any) -> Iterable[Any]:
    return (value,)


def _listed(value: list[Any]) -> Iterable[Any]:
    return value


def _named(value: dict[str, Any]) -> Iterable[Any]:
    return value.values()


REFERENCES = frozenset({"$ref", "$dynamicRef"})
SAME_VALUE: Mapping[str, Callable[[Any], Iterable[Any]]] = {
    **dict.fromkeys(("not", "if", "then", "else"), _one),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), _listed),
    "dependentSchemas": _named,
}
"""Keywords whose schemas are about the value itself, and how these are found in what stands under the keyword."""
VALUE_INSIDE: Mapping[str, Callable[[Any], Iterable[Any]]] = {
    **dict.fromkeys(("items", "contains", "unevaluatedItems"), _one),
    **dict.fromkeys(("additionalProperties", "unevaluatedProperties", "propertyNames"), _one),
    "prefixItems": _listed,
    **dict.fromkeys(("properties", "patternProperties", "$defs"), _named),
}
"""Keywords whose schemas are about what is inside the value, or about nothing until they are referred to."""


def _retrieve(uri: str) -> Resource[Any]:
    parts = urlsplit(uri)
    if parts.scheme != "file":
        raise UnreadableError("only files are looked for")
    return Resource.from_contents(_read(Path(unquote(parts.path))), default_specification=DRAFT202012)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise error.with_traceback(None)  # noqa: B904 - it is the same one, without the lines of pathlib
    except json.JSONDecodeError as error:
        raise UnreadableError(f"{path} is no JSON: {error}") from None
