"""Stubs as a test asks for them: what can be meant, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from ..http.amf.method import remote_methods
from ..http.rest import route
from ..http.stub import AMF, METHODS, Stub, canned


def make_stub(
    method: str,
    path: str,
    status: int,
    json: Any,
    headers: Mapping[str, str] | None,
    *,
    root: bool,
    app_id: str,
) -> Stub:
    """The stub that ``BackendlessApp.stub`` adds; raises as that does."""
    kind = method.upper()
    if kind not in METHODS:
        raise ValueError(f"a method is one of {', '.join(METHODS)}, not {method!r}")
    if kind == AMF:
        return _remote_stub(path, status, json, headers, root=root)
    below = unquote(path.removeprefix("/"))
    if any(mark in path for mark in ("?", "#", "://")) or (below.startswith(f"{app_id}/") and not root):
        raise ValueError(f"a stub's path is what stands below the application's prefix, without a query, not {path!r}")
    if "*" not in below and not root and route.has(kind, below.split("/")):
        raise ValueError(f"the mock answers {method} {path} itself; what goes wrong there is backendless_mock.faults")
    return Stub(kind, f"/{below}", canned(status, json, headers, as_json=True), root)


def _remote_stub(name: str, status: int, json: Any, headers: Mapping[str, str] | None, *, root: bool) -> Stub:
    if status != HTTPStatus.OK or headers is not None or root:
        raise ValueError("over AMF a stub has a result alone: json=")
    if name in remote_methods():
        raise ValueError(f"the mock answers {name} itself; what goes wrong there is backendless_mock.faults")
    return Stub(AMF, name, canned(HTTPStatus.OK, json, None, as_json=True))
