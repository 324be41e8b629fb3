"""What answers when no test is running, or the test is over: 503, and a note for the terminal summary."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..messaging.text import escaped
from ..service.verdict import counted
from . import body, cors
from .body import BodyCutShort, BodyTooLong
from .path import segments_of, show
from .response import OURS, Response, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class IdleApp:
    """A WSGI callable that refuses and remembers."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, int] = defaultdict(int)

    @property
    def strays(self) -> list[str]:
        """The requests that came outside any test, as ``GET /path``, each with how often it came."""
        return [counted(line, number) for line, number in self._counts.items()]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request (PEP 3333)."""
        start_response = cors.sharing(environ, start_response)
        try:
            body.read(environ)
        except (BodyTooLong, BodyCutShort):
            return self.refuse(environ, start_response, spent=True)
        return self.refuse(environ, start_response, spent=False)

    def refuse(self, environ: WSGIEnvironment, start_response: StartResponse, *, spent: bool) -> Iterable[bytes]:
        """Answer a request whose body was read; ``spent`` says that the connection cannot be used further."""
        headers = [("Content-Type", "application/json"), *([("Connection", "close")] if spent else [])]
        self._counts[f"{escaped(environ['REQUEST_METHOD'])} /{show(segments_of(environ))}"] += 1
        text = f"{OURS}no test is running that uses backendless_mock"
        payload = json.dumps({"code": 503, "message": text}).encode("ascii")
        response = Response(HTTPStatus.SERVICE_UNAVAILABLE, tuple(headers), payload)
        return whole(environ, start_response, response)
