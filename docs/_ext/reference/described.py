"""A description of routes (OpenAPI) as a page: what each route takes, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .text import code, prose, section, slug, table

WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"} | {
    "object": "object",
    "array": "list",
    "null": "null",
}
METHODS = ("get", "post", "put", "patch", "delete")
HERE = "#/components/schemas/"
REFUSED = "400"
"""What every route may answer; the pages say so once."""

Schema = Mapping[str, Any]


class Description:
    """A description, of which the schemas that several routes share are told once, at the end."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self._described = described
        self._schemas: Mapping[str, Schema] = described["components"]["schemas"]
        self._shared: dict[str, Schema] = {}

    def operations(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Path, method and description of each route."""
        for path, methods in self._described["paths"].items():
            for method in METHODS:
                if method in methods:
                    yield path, method.upper(), methods[method]

    def route(self, operation: Mapping[str, Any]) -> Iterator[str]:
        """What is told of one route: what it is for, its parameters, body and answers."""
        yield f"{prose(operation['summary']).rstrip('.')}."
        asked = [each for each in operation.get("parameters", []) if each["in"] != "path"]
        if asked:
            rows = [(code(each["name"]), each["in"], each["description"]) for each in asked]
            yield table(("parameter", "in", ""), rows)
        if "requestBody" in operation:
            yield from self._body("The body:", operation["requestBody"]["content"]["application/json"])
        for status, answer in operation["responses"].items():
            if status not in (REFUSED, "default"):
                yield from self._answer(status, answer)

    def shared(self) -> Iterator[tuple[str, str]]:
        """The schemas that were named so far, those that they name in turn included."""
        told: set[str] = set()
        while left := [name for name in self._shared if name not in told]:
            for name in left:
                told.add(name)
                yield name, self._fields(self._shared[name])

    def _answer(self, status: str, answer: Mapping[str, Any]) -> Iterator[str]:
        content = answer.get("content", {})
        kinds = [kind for kind in content if kind.endswith("json")]
        if not kinds or "$ref" not in content[kinds[0]]["schema"]:
            yield f"Answers {status}{f', `{chr(96).join(content)}`' if content else ''}."
            return
        yield from self._body(f"Answers {status}:", content[kinds[0]], example=False)

    def _body(self, title: str, media: Mapping[str, Any], *, example: bool = True) -> Iterator[str]:
        schema = self._schemas[media["schema"]["$ref"].removeprefix(HERE)]
        fields = self._fields(schema)
        yield f"{title} {self._kind(schema) if not fields else ''}".strip() + ("" if fields else ".")
        yield fields
        if example and media["example"]:
            yield f"```json\n{json.dumps(media['example'], ensure_ascii=False)}\n```"

    def _fields(self, schema: Schema) -> str:
        rows = list(self._rows(schema))
        return table(("member", "", "", ""), rows) if rows else ""

    def _rows(self, schema: Schema, prefix: str = "") -> Iterator[tuple[str, str, str, str]]:
        for name, own in schema.get("properties", {}).items():
            part = self._followed(own)
            needed = "required" if name in schema.get("required", ()) else ""
            yield code(f"{prefix}{name}"), self._kind(own), needed, part.get("description", "")
            inner = part.get("items", part)
            if "$ref" not in own and "$ref" not in inner:
                yield from self._rows(inner, f"{prefix}{name}{'[]' if 'items' in part else ''}.")

    def _followed(self, part: Schema) -> Schema:
        """A part with what it refers to, its own words on top."""
        if "$ref" not in part:
            return part
        meant: Schema = self._schemas
        for step in part["$ref"].removeprefix(HERE).split("/"):
            meant = meant[step]
        return {**meant, **part}

    def _kind(self, part: Schema) -> str:
        """What a value is, in words."""
        if "$ref" in part:
            name = part["$ref"].removeprefix(HERE)
            if "properties" in self._followed(part):
                self._shared.setdefault(short(name), self._schemas[name])
                return f"[{short(name)}](#{slug(short(name))})"
        part = self._followed(part)
        if "enum" in part or "const" in part:
            return ", ".join(code(json.dumps(each)) for each in part.get("enum", [part.get("const")]))
        given = part.get("type", "any value")
        kinds = [WORDS.get(each, each) for each in ([given] if isinstance(given, str) else given)]
        if "items" in part:
            kinds = [f"list of {self._kind(part['items'])}" if kind == "list" else kind for kind in kinds]
        more = part.get("additionalProperties")
        if isinstance(more, Mapping):
            kinds = [f"object of {self._kind(more)}" if kind == "object" else kind for kind in kinds]
        return " or ".join(kinds)


def short(name: str) -> str:
    """``common.delivery`` as its anchor has it."""
    return name.removeprefix("common.")


def page(described: Mapping[str, Any], name: Callable[[str, str], str]) -> str:
    """All routes in one table, then each with what it takes and answers, then what they share.

    ``name`` is how a route is called, by its method and path.
    """
    description = Description(described)
    operations = [(name(method, path), told) for path, method, told in description.operations()]
    index = table(
        ("route", ""), [(f"[`{route}`](#{slug(route)})", prose(told["summary"])) for route, told in operations]
    )
    routes = [section(3, code(route), *description.route(told)) for route, told in operations]
    shared = [section(3, schema, fields) for schema, fields in description.shared()]
    return "\n\n".join(["## All routes", index, "## Each route", *routes, *(["## Values", *shared] if shared else [])])
