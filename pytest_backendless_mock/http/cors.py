"""Pages on other origins: preflights, and the headers without which a browser keeps an answer from its page (W22).

Applied around every door, so that no door has to think of it. No credentials, since the service knows no cookies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
"""What a path takes that the service does not have: a stub may."""
DAY = "86400"
"""Seconds for which a browser may remember a preflight."""
_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]*://[!-@\[-~]*")
"""As browsers write it (RFC 6454, 6.1): no capitals, so that no answer says ``HTTP`` in a header (W19)."""


def is_origin(text: str) -> bool:
    """Whether ``text`` is what a browser says of a page; anything else is not sent back."""
    return _ORIGIN.fullmatch(text) is not None


def is_preflight(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a browser asks if a page may send a request; the names of ``headers`` are in lower case."""
    return method == "OPTIONS" and is_origin(headers.get("origin", "")) and "access-control-request-method" in headers


def preflight_headers(asked: str | None, methods: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What a preflight is answered, besides what every answer says; ``asked`` is which headers the page would send."""
    names = None if asked is None else asked.lower()  # as browsers ask
    allowed = (("Access-Control-Allow-Headers", names),) if names is not None and names.isascii() else ()
    return (("Access-Control-Allow-Methods", ", ".join(methods)), *allowed, ("Access-Control-Max-Age", DAY))


def answer_headers(origin: str) -> list[tuple[str, str]]:
    """What every answer to a page on ``origin`` says."""
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Vary", "Origin"),
        ("Access-Control-Expose-Headers", "*"),
    ]


def shared(origin: str, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The ``headers`` of an answer to a page on ``origin``; what it says itself wins."""
    said = list(headers)
    given = {name.lower() for name, _ in said}
    return [*said, *(each for each in answer_headers(origin) if each[0].lower() not in given)]


def with_credentials(environ: WSGIEnvironment, start_response: StartResponse) -> StartResponse:
    """``start_response`` for clients that send credentials, wanted or not (Socket.IO 2).

    Browsers then ask for leave, and take ``*`` for a name.
    """
    origin: str = environ.get("HTTP_ORIGIN", "")
    if not is_origin(origin) or origin == "null":
        return start_response
    leave = [("Access-Control-Allow-Credentials", "true"), ("Access-Control-Expose-Headers", "Content-Type, Date")]

    def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        return start_response(status, [*headers, *leave], *exc_info)

    return start


def sharing(environ: WSGIEnvironment, start_response: StartResponse) -> StartResponse:
    """``start_response`` for a request of a page: its answers can be read there. What an answer says itself wins."""
    origin: str | None = environ.get("HTTP_ORIGIN")
    if origin is None or not is_origin(origin):
        return start_response

    def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        return start_response(status, shared(origin, headers), *exc_info)

    return start
