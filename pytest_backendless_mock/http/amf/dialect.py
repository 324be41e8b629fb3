"""AMF: the call stands in a frame, an error comes under HTTP 200, as the .NET and Java SDKs want."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from ...messaging.errors import UnreadableRequest
from ...service.call import JSON, Call
from ...service.operation import Operation
from ...service.remedy import Finding, stub_remote_call
from ..credentials import Credentials
from ..dialect import Invocation, StubKey
from ..request import IncomingRequest
from ..response import Response
from ..stub import AMF
from ..tenants import Tenant
from . import envelope, frame, method
from .envelope import RemoteCall
from .method import Method
from .result import Context
from .to_json import Converted
from .value import AmfError, Value

_SECRET = re.compile(rb"token|passw|secret|login|cookie|authoriz", re.IGNORECASE)
"""What a frame says that may hold a secret; where that stands in one that cannot be read, nobody knows."""
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
        self._credentials = Credentials()

    def read(self, request: IncomingRequest, enter: Callable[[Credentials], Tenant]) -> Invocation:
        """What the frame says. Raises ``UnknownRoute``, ``UnreadableRequest``, ``UnknownApplication``."""
        legacy = request.prefix == ["v1"]
        self._credentials = request.credentials
        tenant = None if legacy else enter(self._credentials)
        payload = request.bytes()
        if "content-encoding" in request.headers:
            request.refuse_encoding()
        try:
            call = self._call = self._decode(payload, legacy=legacy)
            if legacy:
                self._credentials, call = envelope.credentials(call)
                self._call = call
                tenant = enter(self._credentials)
            assert tenant is not None, "one of the two forms said whose it is"
            _note(request, {"operation": call.operation})
            self._method = method.find(call)
            asked, arguments = method.read_arguments(self._method, call)
        except AmfError as error:
            _note(request, {"bytes": len(payload)} if _SECRET.search(payload) else {"hex": payload[:MOST_HEX].hex()})
            raise UnreadableRequest(str(error)) from None
        operation = self._method.operation
        request.operation = operation.name
        _note(request, {"operation": call.operation, **asked.shown})
        if operation.name == "publish":
            operation = _keeping(operation, tenant, call.arguments[1:2], arguments[1])
        token = call.token or request.headers.get("user-token")
        return Invocation(operation, asked.params, token, lambda: asked.body)

    def stub_key(self, _: IncomingRequest) -> StubKey:
        """Service and method, without the service's package."""
        assert self._call is not None, "a call was read before it could be unknown"
        return StubKey(self._credentials, AMF, self._call.name, "")

    def render_stub(self, response: Response, now: int) -> Response:
        """A frame that acknowledges with the stub's JSON as result."""
        frame = self._acknowledge(json.loads(response.body), now)
        return Response(HTTPStatus.OK, (("Content-Type", self.content_type),), frame)

    def write(self, tenant: Tenant, _: IncomingRequest, answer: JSON, now: int) -> bytes:
        """A frame with an AcknowledgeMessage that carries the result."""
        assert self._call is not None
        assert self._method is not None, "what is answered was read before"
        spelling = tenant.application.rules.cancelled_spelling
        context = Context(self._call, tenant.originals, spelling, tenant.application)
        return self._acknowledge(self._method.write(context, answer), now)

    def write_error(self, error: Mapping[str, Any], _: HTTPStatus, now: int) -> tuple[HTTPStatus, bytes]:
        """A frame with an ErrorMessage, under HTTP 200."""
        fault = envelope.fault(self._call, error["code"], error["message"], now)
        return HTTPStatus.OK, self._encode(fault, "onStatus")

    def write_sample(self, _: str, now: int) -> bytes:
        """A frame that acknowledges, with nothing in it."""
        return self._acknowledge(None, now)

    def line(self, line: str) -> str:
        """The method that is called behind the path, which is always the same."""
        return f"{line} {self._call.name}" if self._call else line

    def nearest(self, _: IncomingRequest) -> Finding:
        """What of the method's name is wrong; a stub for the call, to be pasted."""
        assert self._call is not None, "a call was read before it could be unknown"
        remedies = () if method.knows(self._call) else (stub_remote_call(self._call.name),)
        return Finding(method.nearest_method(self._call), remedies)

    def _acknowledge(self, result: Value, now: int) -> bytes:
        return self._encode(envelope.acknowledge(self._call, result, now), "onResult")

    def _encode(self, value: Value, outcome: str) -> bytes:
        """Java before 4.0 reads the UTF-8 that it writes: Java's modified form."""
        modified = self._call is not None and self._call.legacy and not self._call.from_dotnet
        return frame.encode(value, f"{self._response}/{outcome}", modified=modified)

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
