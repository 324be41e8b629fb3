"""One remoting call (AMF) on its way through the same checks as a REST request."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ...messaging.errors import UnreadableRequest
from ..body import BodyTooLong
from ..exchange import Answer, Exchange
from ..response import Response
from ..rest import route
from ..rest.route import Credentials
from . import envelope
from . import frame as amf
from . import method as remoting
from .envelope import RemoteCall
from .method import Context
from .value import AmfError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_HEX = 1_024
"""How many bytes of a frame that could not be read the journal shows."""


class RemoteExchange(Exchange):
    """A remoting call (AMF) on its way through the same checks: its faults come under HTTP 200, as the SDKs want."""

    content_type = "application/x-amf"
    _call: RemoteCall | None = None
    _response = "null"

    def write(self, payload: Any) -> bytes:
        """An answer's bytes: a frame."""
        outcome = "onStatus" if payload.alias == envelope.ERROR else "onResult"
        return amf.encode(payload, f"{self._response}/{outcome}")

    def _run(self, payload: bytes | BodyTooLong) -> Any:
        credentials = route.find_binary(self._method, self._segments) or Credentials()
        legacy = self._segments[0] == "v1"
        if not legacy:
            self._tenant = self._application.tenant(credentials)
        if isinstance(payload, BodyTooLong):
            raise payload
        try:
            call = self._call = self._decode(payload, legacy=legacy)
            if legacy:
                credentials, call = envelope.credentials(call)
                self._call = call
                self._tenant = self._application.tenant(credentials)
            self._note({"operation": call.operation})
            task = remoting.plan(call, self._tenant.originals)
        except AmfError as error:
            self._note({"hex": payload[:MOST_HEX].hex()})
            raise UnreadableRequest(str(error)) from None
        self._operation = task.method.name
        self._note({"operation": call.operation, **task.shown})
        if self._tenant.faults:
            self._meet_faults(task.request.params.get("channel"), self._sample)
        token = call.token or self._headers.get("user-token")
        answer = self._operate(task.operation, task.request.params, task.request.body, token)
        spelling = self._tenant.rules.cancelled_spelling
        context = Context(call, self._tenant.originals, spelling, _url(self._environ))
        result = task.method.write(context, answer)
        return envelope.acknowledge(call, result, self.at)

    def _sample(self) -> Response:
        frame = self.write(envelope.acknowledge(self._call, None, self.at))
        return Response(HTTPStatus.OK, (("Content-Type", self.content_type),), frame)

    def _decode(self, payload: bytes, *, legacy: bool) -> RemoteCall:
        frame = amf.decode(payload)
        self._response = frame.response[: envelope.LONGEST_NAME]
        return envelope.read_call(frame.value, legacy=legacy)

    def _note(self, shown: Any) -> None:
        """What the journal shows of the call, as if it had come as JSON."""
        self._read = json.dumps(shown, separators=(",", ":")).encode("ascii")

    def _near(self) -> str:
        assert self._call is not None, "a call was read before it could be unknown"
        return remoting.nearest_method(self._call)

    def _line(self) -> str:
        return f"{super()._line()} {self._call.name}" if self._call else super()._line()

    def _error(self, status: HTTPStatus, code: int, text: str) -> Answer:  # noqa: ARG002 - it is always 200
        return Answer(HTTPStatus.OK, envelope.fault(self._call, code, text, self.at), code)


def _url(environ: WSGIEnvironment) -> str:
    """Where the client found the server."""
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{environ['wsgi.url_scheme']}://{host}"
