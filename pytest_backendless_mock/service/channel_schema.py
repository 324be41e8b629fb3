"""Channel schemas: what a test expects of the messages on a channel, a JSON Schema of its own for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jsonschema import Draft202012Validator, SchemaError
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from . import schema
from .schema_format import FORMATS


class ChannelSchemas:
    """The schemas of an application's channels."""

    def __init__(self) -> None:
        self._validators: dict[str, Draft202012Validator] = {}

    def expect(self, channel: str, source: Mapping[str, Any] | str | Path, base: Path) -> None:
        """From now on messages on ``channel`` should satisfy a schema, given as such or as a path relative to ``base``.

        ``$ref`` may name files beside it. Raises ``OSError`` for a file that cannot be read, ``ValueError`` for what
        is no JSON Schema.
        """
        if isinstance(source, Mapping):
            contents, uri = dict(source), (base / "schema.json").as_uri()
        else:
            path = (base / source).resolve()
            contents, uri = _read(path), path.as_uri()
        registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]  # an attrs class
        resource = Resource.from_contents(contents, default_specification=DRAFT202012)
        registry = registry.with_resource(uri, resource)
        try:
            _check(contents, registry.resolver(uri), {uri})
        except SchemaError as error:
            raise ValueError(f"the schema for channel {channel!r} is none: {error.message}") from None
        except Unresolvable as error:
            raise ValueError(f"the schema for channel {channel!r} refers to what is not there: {error}") from None
        pointer = {"$ref": uri}
        self._validators[channel] = Draft202012Validator(pointer, registry=registry, format_checker=FORMATS)

    def violations(self, channel: str, message: Any) -> list[str]:
        """What in a message on ``channel`` breaks its schema: place, value, rule."""
        validator = self._validators.get(channel)
        return [] if validator is None else [schema.describe(problem) for problem in validator.iter_errors(message)]


def _check(contents: Any, resolver: Any, seen: set[str]) -> None:
    """Raise for what is no schema, and for a ``$ref`` that leads nowhere, in files it leads to as well."""
    Draft202012Validator.check_schema(contents)
    waiting = [contents]
    while waiting:
        part = waiting.pop()
        waiting += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        reference = part.get("$ref") if isinstance(part, dict) else None
        if not isinstance(reference, str):
            continue
        target = resolver.lookup(reference)
        name = f"{target.resolver._base_uri}{reference.rpartition('#')[2]}"  # noqa: SLF001 - which file it is in
        if name not in seen:
            seen.add(name)
            _check(target.contents, target.resolver, seen)


def _retrieve(uri: str) -> Resource[Any]:
    return Resource.from_contents(_read(Path(unquote(urlsplit(uri).path))), default_specification=DRAFT202012)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
