"""The description of the service that is mocked (OpenAPI 3.1), out of its table of routes and its schemas."""

from __future__ import annotations

import re
from typing import Any

from ..http.rest.route import ROUTES, Route
from ..service import schema
from ..service.identity import Identity
from ..service.operation import OPERATIONS
from ..service.state_error import SCHEMA as STATE
from .openapi import VERSION, components, places

_PLACE = re.compile(r"\{(\w+)\}")
USER_TOKEN = {
    "name": "user-token",
    "in": "header",
    "description": "Who calls, if somebody logged in.",
    "schema": {"type": "string"},
}


def service(host_url: str, identity: Identity) -> dict[str, Any]:
    """The description, for a server found at ``host_url`` and an application to begin with."""
    names = _names()
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        shape = _PLACE.sub("{}", route.path)
        path = "/" + shape.format(*names[shape])
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, path)
    payloads = {name: content for name, content in schema.every().items() if name != STATE}
    return {
        "openapi": VERSION,
        "info": {
            "title": "Backendless messaging, as it is mocked",
            "version": "1",
            "description": "The REST API of Backendless messaging, and what clients ask beside it.",
        },
        "servers": [
            {
                "url": f"{host_url}/{{appId}}/{{apiKey}}",
                "variables": {"appId": {"default": identity.app_id}, "apiKey": {"default": identity.api_key}},
            }
        ],
        "paths": paths,
        "components": {"schemas": components(payloads)},
    }


def _names() -> dict[str, list[str]]:
    """The names of a path's places: paths that differ in these alone are one, and say what each may be."""
    found: dict[str, list[list[str]]] = {}
    for route in ROUTES:
        found.setdefault(_PLACE.sub("{}", route.path), []).append(_PLACE.findall(route.path))
    return {shape: [_joined(names) for names in zip(*each, strict=True)] for shape, each in found.items()}


def _joined(names: tuple[str, ...]) -> str:
    """``channel`` and ``message`` as ``{channelOrMessage}``."""
    first, *more = dict.fromkeys(names)
    return "{" + "Or".join([first, *(name.capitalize() for name in more)]) + "}"


def _operation(route: Route, path: str) -> dict[str, Any]:
    operation = OPERATIONS[route.operation]
    body = schema.load(operation.body) if operation.body else None
    answer = schema.load(f"{route.operation}.response")
    described: dict[str, Any] = {
        "operationId": f"{route.operation}_{len(route.path.split('/'))}_{route.method.lower()}",
        "summary": (body or answer)["title"],
        "parameters": [*places(path), *([USER_TOKEN] if operation.checks_token else [])],
    }
    if operation.body and body is not None:
        media = {"schema": _component(operation.body), "example": body["examples"][0]}
        described["requestBody"] = {"required": operation.body_required, "content": {"application/json": media}}
    media = {"schema": _component(f"{route.operation}.response"), "example": answer["examples"][0]}
    error = {"schema": _component("error.response"), "example": schema.load("error.response")["examples"][0]}
    described["responses"] = {
        "200": {"description": answer["title"], "content": {"application/json": media}},
        "400": {"description": "What the service refuses", "content": {"application/json": error}},
    }
    return described


def _component(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
