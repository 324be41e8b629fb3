"""What answers when no test is running: 503, and a note for the terminal summary."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..http import body, cors
from ..http.body import BodyCutShort, BodyTooLong
from ..http.path import segments_of, show
from ..http.response import Response, whole
from ..messaging.text import escaped
from ..service.verdict import counted

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class IdleApp:
    """A WSGI callable that refuses and remembers."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    @property
    def strays(self) -> list[str]:
        """The requests that came outside any test, as ``GET /path``, each with how often it came."""
        return [counted(line, number) for line, number in self._counts.items()]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request (PEP 3333)."""
        start_response = cors.sharing(environ, start_response)
        headers = [("Content-Type", "application/json")]
        try:
            body.read(environ)
        except (BodyTooLong, BodyCutShort):
            headers.append(("Connection", "close"))
        self._counts[f"{escaped(environ['REQUEST_METHOD'])} /{show(segments_of(environ))}"] += 1
        text = "pytest-backendless-mock: no test is running that uses backendless_mock"
        payload = json.dumps({"code": 503, "message": text}).encode("ascii")
        response = Response(HTTPStatus.SERVICE_UNAVAILABLE, tuple(headers), payload)
        return whole(environ, start_response, response)
