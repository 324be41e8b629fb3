"""A dialect: how one kind of client says what it wants, and how it wants to be answered.

An exchange is given one; which, is decided once, by the request's path (``app.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

from ..service.call import JSON
from ..service.operation import Operation
from ..service.remedy import Finding
from .credentials import Credentials
from .request import IncomingRequest
from .response import Response
from .tenants import Tenant


class UnknownRoute(LookupError):
    """The service has no such method and path, or remote method."""


class Invocation(NamedTuple):
    """What a request asks for, once it is known which application is asked."""

    operation: Operation
    params: Mapping[str, str]
    token: str | None
    body: Callable[[], JSON]
    """Gives the body, or raises what is wrong with it: after the faults had their say."""


class StubKey(NamedTuple):
    """Under what a stub for a request would be found: whose it is, the method, the path below the prefix."""

    credentials: Credentials
    method: str
    path: str
    whole_path: str
    """With whatever stands before; "" where there is no such thing."""


class Dialect(Protocol):
    """REST and AMF are two. Where one keeps something of a request, it is made for that request."""

    content_type: str

    def read(self, request: IncomingRequest, enter: Callable[[Credentials], Tenant]) -> Invocation:
        """What is asked for; ``enter`` settles for which application, as soon as that is known.

        Raises ``UnknownRoute``, ``MessagingError``, and what ``enter`` raises.
        """

    def stub_key(self, request: IncomingRequest) -> StubKey:
        """Under what a stub for an unknown request may be found. Raises ``MissingApplicationId``."""

    def render_stub(self, response: Response, now: int) -> Response:
        """A stub's answer, as this kind of client reads it; ``now`` in microseconds."""

    def write(self, tenant: Tenant, request: IncomingRequest, answer: JSON, now: int) -> bytes:
        """An answer's bytes; ``now`` in microseconds."""

    def write_error(self, error: Mapping[str, Any], status: HTTPStatus, now: int) -> tuple[HTTPStatus, bytes]:
        """An error's HTTP status and bytes; ``error`` is what REST says, ``now`` is in microseconds."""

    def write_sample(self, operation: str, now: int) -> bytes:
        """An answer such as ``operation`` gives, for a fault to spoil."""

    def line(self, line: str) -> str:
        """A request in one line, for people; ``line`` is its method and path."""

    def nearest(self, request: IncomingRequest) -> Finding:
        """What an unknown request may have meant, for people, and what to do about it besides allowing it."""
