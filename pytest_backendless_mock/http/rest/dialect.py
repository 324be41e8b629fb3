"""REST: the operation stands in method and path, the body is JSON, an error comes under HTTP 400."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from ...messaging.errors import UnreadableRequest
from ...service import schema
from ...service.call import JSON
from ...service.operation import OPERATIONS, Operation
from ...service.remedy import Finding
from .. import body
from ..credentials import Credentials
from ..dialect import Invocation, StubKey
from ..request import IncomingRequest
from ..response import Response
from ..tenants import Tenant
from . import route
from .nearest_route import nearest_route


class RestDialect:
    """How JSON clients talk. It keeps nothing of a request, so that one serves all."""

    content_type = "application/json"

    def read(self, request: IncomingRequest, enter: Callable[[Credentials], Tenant]) -> Invocation:
        """What method and path say. Raises ``UnknownRoute``, ``MissingApplicationId``, ``UnknownApplication``."""
        target = route.find(request.method, request.prefix, request.below, request.headers)
        request.operation = target.operation
        tenant = enter(target.credentials)
        operation = OPERATIONS[target.operation]
        return Invocation(
            operation,
            target.params,
            request.headers.get("user-token"),
            partial(_read_body, request, tenant, operation),
        )

    def stub_key(self, request: IncomingRequest) -> StubKey:
        """Method and path. Raises ``MissingApplicationId``."""
        credentials = route.credentials(request.prefix, request.headers)
        return StubKey(credentials, request.method, f"/{'/'.join(request.below)}", f"/{'/'.join(request.segments)}")

    def render_stub(self, response: Response, _: int) -> Response:
        """The stub's answer as it is."""
        return response

    def write(self, tenant: Tenant, request: IncomingRequest, answer: JSON, _: int) -> bytes:
        """The answer as JSON text; who misses something of it is told."""
        if tenant.lossy and request.operation == "retrieve":
            _hint_at_loss(tenant, request, answer)
        return _dump(answer)

    def write_error(self, error: Mapping[str, Any], status: HTTPStatus, _: int) -> tuple[HTTPStatus, bytes]:
        """The error as it is (W2, W3)."""
        return status, _dump(error)

    def write_sample(self, operation: str, _: int) -> bytes:
        """The documentation's example."""
        return _dump(schema.example(f"{operation}.response"))

    def line(self, line: str) -> str:
        """Method and path, which say all there is."""
        return line

    def nearest(self, request: IncomingRequest) -> Finding:
        """What is wrong with method or path: the nearest route, or a stub to be pasted."""
        return nearest_route(request.method, request.segments)


REST = RestDialect()
_ENCODER = json.JSONEncoder(separators=(",", ":"))
"""Made once: ``json.dumps`` makes one for each answer."""


def _dump(value: Any) -> bytes:
    return _ENCODER.encode(value).encode("ascii")


def _read_body(request: IncomingRequest, tenant: Tenant, operation: Operation) -> JSON:
    """Size, then Content-Type, then encoding and syntax (W6, W7, W14). Raises ``UnreadableRequest``."""
    payload = request.bytes()
    if operation.body is None:
        return None
    if not payload and not operation.body_required:
        return {}
    request.show_body()
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = declared == "application/json" or declared.endswith("+json")
    if payload and not is_json and tenant.application.rules.require_content_type:
        tenant.application.verdict.hint(
            f"{request.line(tenant.application.identity)}: Content-Type is {declared!r}; "
            "requests and httpx send JSON as such with json="
        )
        raise UnreadableRequest(f"Content-Type is {declared!r}, not application/json")
    if "content-encoding" in request.headers:
        request.refuse_encoding()
    return body.parse(payload)


def _hint_at_loss(tenant: Tenant, request: IncomingRequest, answer: JSON) -> None:
    """What readers of JSON miss of messages that were published in another dialect."""
    for message_id in (message["messageId"] for message in answer["messages"]):
        publish_id = message_id if message_id in tenant.lossy else message_id.rpartition("-")[0]  # an occurrence's (T6)
        if publish_id in tenant.lossy:
            tenant.application.verdict.hint(
                f"{request.line(tenant.application.identity)}: "
                f"{message_id} holds itself, which JSON cannot say: there it has null"
            )
