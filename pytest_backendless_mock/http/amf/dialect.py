"""AMF: the call stands in a frame, an error comes under HTTP 200, as the .NET and Java SDKs want."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from ...messaging.errors import UnreadableRequest
from ...service.call import JSON, Call
from ...service.operation import Operation
from ..dialect import Invocation
from ..request import IncomingRequest
from ..tenants import Credentials, Tenant
from . import envelope, frame, method
from .envelope import RemoteCall
from .method import Context, Method
from .to_json import Converted
from .value import AmfError, Value

MOST_HEX = 1_024
"""How many bytes of a frame that could not be read the journal shows."""


def is_binary(request: IncomingRequest) -> bool:
    """Whether a request is a remoting call: whose, on ``/v1/binary``, only its arguments say."""
    return request.method == "POST" and request.below == ["binary"]


class AmfDialect:
    """How the .NET and Java SDKs talk; one for each request, of which it keeps the call."""

    content_type = "application/x-amf"

    def __init__(self) -> None:
        self._call: RemoteCall | None = None
        self._method: Method | None = None
        self._response = "null"

    def read(self, request: IncomingRequest, enter: Callable[[Credentials], Tenant]) -> Invocation:
        """What the frame says. Raises ``UnknownRoute``, ``UnreadableRequest``, ``UnknownApplication``."""
        form = request.prefix
        legacy = form == ["v1"]
        tenant = None if legacy else enter(Credentials() if form == ["api"] else Credentials(*form))
        payload = request.bytes()
        try:
            call = self._call = self._decode(payload, legacy=legacy)
            if legacy:
                credentials, call = envelope.credentials(call)
                self._call = call
                tenant = enter(credentials)
            assert tenant is not None, "one of the two forms said whose it is"
            _note(request, {"operation": call.operation})
            self._method = method.find(call)
            asked, arguments = method.read_arguments(self._method, call)
        except AmfError as error:
            _note(request, {"hex": payload[:MOST_HEX].hex()})
            raise UnreadableRequest(str(error)) from None
        operation = self._method.operation
        request.operation = operation.name
        _note(request, {"operation": call.operation, **asked.shown})
        if operation.name == "publish":
            operation = _keeping(operation, tenant, call.arguments[1:2], arguments[1])
        token = call.token or request.headers.get("user-token")
        return Invocation(operation, asked.params, token, lambda: asked.body)

    def stub_key(self, _: IncomingRequest) -> None:
        """A remote call cannot be stubbed."""

    def write(self, tenant: Tenant, request: IncomingRequest, answer: JSON, now: int) -> bytes:
        """A frame with an AcknowledgeMessage that carries the result."""
        assert self._call is not None
        assert self._method is not None, "what is answered was read before"
        spelling = tenant.application.rules.cancelled_spelling
        context = Context(self._call, tenant.originals, spelling, request.host_url)
        return self._acknowledge(self._method.write(context, answer), now)

    def write_error(self, error: Mapping[str, Any], _: HTTPStatus, now: int) -> tuple[HTTPStatus, bytes]:
        """A frame with an ErrorMessage, under HTTP 200."""
        fault = envelope.fault(self._call, error["code"], error["message"], now)
        return HTTPStatus.OK, frame.encode(fault, f"{self._response}/onStatus")

    def write_sample(self, _: str, now: int) -> bytes:
        """A frame that acknowledges, with nothing in it."""
        return self._acknowledge(None, now)

    def line(self, line: str) -> str:
        """The method that is called behind the path, which is always the same."""
        return f"{line} {self._call.name}" if self._call else line

    def nearest(self, _: IncomingRequest) -> str:
        """What of the method's name is wrong."""
        assert self._call is not None, "a call was read before it could be unknown"
        return method.nearest_method(self._call)

    def _acknowledge(self, result: Value, now: int) -> bytes:
        return frame.encode(envelope.acknowledge(self._call, result, now), f"{self._response}/onResult")

    def _decode(self, payload: bytes, *, legacy: bool) -> RemoteCall:
        decoded = frame.decode(payload)
        self._response = decoded.response[: envelope.LONGEST_NAME]
        return envelope.read_call(decoded.value, legacy=legacy)


def _keeping(operation: Operation, tenant: Tenant, values: list[Value], converted: Converted) -> Operation:
    """Publishing that keeps the message as it came, before any reader can have it."""

    def do(call: Call) -> JSON:
        answer = operation.do(call)
        tenant.originals.keep(answer["messageId"], values[0] if values else None, converted)
        if converted.cyclic:
            tenant.lossy.add(answer["messageId"])
        return answer

    return operation._replace(do=do)


def _note(request: IncomingRequest, shown: Any) -> None:
    """What the journal shows of the call, as if it had come as JSON."""
    request.shown = json.dumps(shown, separators=(",", ":")).encode("ascii")
