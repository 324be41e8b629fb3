"""The WSGI application under ``/__mock__/``: who may ask, which route, whether the body is right; then the handler."""

from __future__ import annotations

import traceback
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ..http import body, cors
from ..http.body import BodyCutShort, BodyTooLong
from ..http.path import host_url, segments_of
from ..http.response import Response, phrase, whole
from ..messaging.due import RunawayScheduleError
from ..service import json_text
from . import parameter, problem, schema
from .applications import Applications
from .call import JSON, Answer, Call
from .guard import Guard
from .hosted import LOGGER
from .problem import Problem
from .route import Route, find

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX = "__mock__"
"""The first segment of every path here; no application can have it for an id."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
STREAM = "text/event-stream"
MEBI = 1024 * 1024
"""Bytes."""


def is_for_tools(environ: WSGIEnvironment) -> bool:
    """Whether a request is for this door."""
    path: str = environ["PATH_INFO"]
    return path.startswith(f"/{PREFIX}/") or path == f"/{PREFIX}"


class ControlApp:
    """A WSGI callable over the applications of a server."""

    def __init__(self, applications: Applications, routes: Sequence[Route], guard: Guard) -> None:
        self._applications = applications
        self._routes = routes
        self._guard = guard

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request (PEP 3333)."""
        try:
            answer = self._answer(environ)
        except Problem as error:
            answer = _refusal(error)
        except RunawayScheduleError as error:  # the clock went on by itself, and nobody asked in the meantime
            answer = _refusal(Problem(HTTPStatus.CONFLICT, f"{error} POST reset begins anew"))
        except Exception as error:  # noqa: BLE001 - a bug of ours, and its finder is told so
            LOGGER.exception("the control API has a bug")
            answer = _bug(error)
        shared = tuple(cors.answer_headers(environ["HTTP_ORIGIN"])) if self._guard.shares(environ) else ()
        kind = () if answer.status == HTTPStatus.NO_CONTENT else (("Content-Type", answer.kind),)
        headers = (*kind, ("Cache-Control", "no-store"), *answer.headers, *shared)
        if answer.kind == STREAM:
            start_response(f"{int(answer.status)} {phrase(answer.status)}", [*headers, ("Connection", "close")])
            return answer.parts()
        return whole(environ, start_response, Response(answer.status, headers, _content(answer)))

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        """Raises ``Problem`` for what is not to be answered."""
        method = environ["REQUEST_METHOD"]
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        segments = segments_of(environ)[1:] or [""]
        try:
            self._guard.check(environ)
            found = None
            if not cors.is_preflight(method, headers):
                found = find(self._routes, "GET" if method == "HEAD" else method, segments)
        except Problem:
            read_payload(environ)  # the connection goes on behind it
            raise
        if found is None:
            read_payload(environ)
            leave = cors.preflight_headers(headers.get("access-control-request-headers"), METHODS)
            return Answer(None, HTTPStatus.NO_CONTENT, leave)
        route, params = found
        payload = read_payload(environ, route.longest)
        self._applications.drop_idle()
        call = Call(self._applications, host_url(environ), params, headers=headers)
        call.query = parameter.read(environ.get("QUERY_STRING", ""), route.query)
        call.body = self._body(route, payload)
        return route.do(call)

    @staticmethod
    def _body(route: Route, payload: bytes) -> Any:
        """The body as JSON; none is an empty object. Raises ``Problem``."""
        if route.request is None:
            return {}
        try:
            text = payload.removeprefix(BOM_UTF8).decode()
            value = json_text.parse(text, deepest=route.deepest) if text else {}
        except ValueError as error:
            raise Problem(HTTPStatus.BAD_REQUEST, f"the body is no JSON: {error}") from None
        schema.judge(route.request, value)
        return value


def read_payload(environ: WSGIEnvironment, longest: int = body.LONGEST) -> bytes:
    """The request's body, of ``longest`` bytes at most. Raises ``Problem`` for one that never came whole, too."""
    try:
        return body.read(environ, longest)
    except BodyTooLong as error:
        close = (("Connection", "close"),)
        size = "more" if error.length is None else f"{error.length / MEBI:,.0f} MiB"
        told = f"a body may have {longest // MEBI} MiB here, and this one has {size}"
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, told, headers=close) from None
    except BodyCutShort as error:
        close = (("Connection", "close"),)
        raise Problem(HTTPStatus.BAD_REQUEST, f"the body never came whole: {error}", headers=close) from None


def _content(answer: Answer) -> bytes:
    if answer.status == HTTPStatus.NO_CONTENT:
        return b""
    if answer.kind in (JSON, problem.CONTENT_TYPE):
        return json_text.dump(answer.payload).encode("ascii")
    return str(answer.payload).encode(errors="replace")  # a client may have sent half of a surrogate pair


def _refusal(told: Problem) -> Answer:
    return Answer(told.payload, told.status, told.headers, problem.CONTENT_TYPE)


def _bug(error: Exception) -> Answer:
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}"
    told = Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"this is a bug of the mock, please report it: {type(error).__name__} at {where}: {error}",
    )
    return _refusal(told)
