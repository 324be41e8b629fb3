"""The description of the control API (OpenAPI 3.1), out of the table of routes and the schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..http.response import phrase
from .index import API, NAME
from .parameter import PARAMETERS
from .problem import CONTENT_TYPE
from .route import Route
from .schema import schemas

VERSION = "3.1.0"
LEFT_OUT = ("$id", "$schema", "$defs")
"""What belongs to a schema that is a file of its own."""
COMMON = "common"
TAKES_LONG = 409
_PLACE = re.compile(r"\{(\w+)\}")
OTHER_CONTENT: Mapping[str, Mapping[str, Any]] = {
    "showEmail": {"text/html": {"schema": {"type": "string"}}},
    "report": {"text/plain": {"schema": {"type": "string"}}},
    "showHar": {"application/json": {"schema": {"type": "object"}}},
    "describeControl": {"application/json": {"schema": {"type": "object"}}},
    "describeService": {"application/json": {"schema": {"type": "object"}}},
}
"""What is answered that has no schema, by the routes' names."""
STREAM: Mapping[str, Any] = {"text/event-stream": {"schema": {"type": "string"}}}


def control(routes: Sequence[Route], host_url: str) -> dict[str, Any]:
    """The description of ``routes``, for a server that was found at ``host_url``."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(f"/__mock__/{route.path}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": VERSION,
        "info": {
            "title": f"{NAME}: control API",
            "version": str(API),
            "description": "Applications with a clock of their own, for tests in any language. "
            "Members and routes are only added: ignore those that you do not know.",
        },
        "servers": [{"url": host_url}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": components(schemas()),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Where the server was started with a token.",
                }
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {"operationId": route.name, "summary": route.summary}
    parameters = [*places(route.path), *(_parameter(name) for name in route.query)]
    if parameters:
        described["parameters"] = parameters
    if route.request:
        needed = schemas()[route.request].get("required")
        described["requestBody"] = {"required": bool(needed), "content": _json(route.request)}
    described["responses"] = {
        str(int(route.status)): _answer(route),
        **({str(TAKES_LONG): _refusal(route.refusal)} if route.refusal else {}),
        "default": _refusal("problem"),
    }
    return described


def _answer(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {"description": phrase(route.status)}
    content = OTHER_CONTENT.get(route.name) if route.response is None else _json(route.response)
    if content is not None:
        described["content"] = {**content, **(STREAM if route.name == "listEvents" else {})}
    return described


def _refusal(name: str) -> dict[str, Any]:
    return {"description": schemas()[name]["title"], "content": {CONTENT_TYPE: _media(name)}}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": _media(name)}


def _media(name: str) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}, "example": schemas()[name]["examples"][0]}


def _parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", **PARAMETERS[name]}


def places(path: str) -> list[dict[str, Any]]:
    """The parameters of a path, as they are described."""
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            **({"example": "default", "description": "An application's id, or `default`."} if name == "app" else {}),
        }
        for name in _PLACE.findall(path)
    ]


def components(named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Schemas that refer to each other's files, as they stand in one description."""
    flat = {name: each for name, each in named.items() if name != COMMON}
    flat |= {f"{name}.{part}": shared for name, each in named.items() for part, shared in each.get("$defs", {}).items()}
    return {name: _inside(each) for name, each in sorted(flat.items())}


def _inside(part: Any) -> Any:
    if isinstance(part, list):
        return [_inside(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    return dict(_members(part.items()))


def _members(members: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    for name, value in members:
        if name == "$ref":
            yield name, _reference(value)
        elif name == "examples":
            yield name, value
        elif name not in LEFT_OUT:
            yield name, _inside(value)


def _reference(reference: str) -> str:
    """``common.json#/$defs/instant`` as the component ``common.instant``, ``error.json`` as ``error``."""
    file, _, pointer = reference.partition("#")
    return f"#/components/schemas/{file.removesuffix('.json')}{pointer.replace('/$defs/', '.')}"
