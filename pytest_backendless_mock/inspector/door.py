"""The way to the page: who asks for ``/__mock__/`` with a browser is led there, and its files are handed out."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from ..control.app import PREFIX, read_payload
from ..control.guard import Guard
from ..control.problem import Problem
from ..http.mounts import Mount
from ..http.path import segments_of
from ..http.response import Response, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

UI = "ui"
"""The segment below ``/__mock__/`` that the page is at."""
FOLDER = Path(__file__).parent / "page"
INDEX = "index.html"
TEXT = "text/plain; charset=utf-8"
KINDS: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""The types of files by the ends of their names; all others are text."""
METHODS = ("GET", "HEAD")
PACKED = (("Content-Encoding", "gzip"),)
"""What a file is sent with to who can unpack it: a third of its bytes go over the network."""
TOKEN = "token"  # noqa: S105 - the name of a parameter
NOT_ADMITTED = (
    "that is not this server's token, or it was used before: take the address that `backendless-mock serve --open` "
    "prints, or put behind ?token= what the server was started with (BACKENDLESS_MOCK_TOKEN or --token-file)"
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-cache"),
)
"""What every answer of this door has."""


def mount(guard: Guard) -> Mount:
    """The door, for a server that lets in whom ``guard`` does; it belongs before that of the control API."""
    return Mount(_is_for_people, Door(guard))


def _is_for_people(environ: WSGIEnvironment) -> bool:
    """Whether a request is for the page, or for ``/__mock__/`` from who would rather read HTML than JSON."""
    segments = environ["PATH_INFO"].removeprefix("/").split("/")
    if segments[0] != PREFIX:
        return False
    if segments[1:] in ([], [""]):
        return environ["REQUEST_METHOD"] in METHODS and _prefers_html(environ.get("HTTP_ACCEPT", ""))
    return bool(segments[1] == UI)


def _prefers_html(accept: str) -> bool:
    accepted = parse_accept_header(accept, MIMEAccept)
    return accepted.best_match(["application/json", "text/html"]) == "text/html"


class Door:
    """A WSGI callable that hands out the page's files; ``guard`` says by which hosts and from which pages."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request (PEP 3333)."""
        try:
            read_payload(environ)  # the next request comes behind it
            response = self._admission(environ)
            if response is None:
                self._guard.check_place(environ)
                response = _answer(environ)
        except Problem as error:
            response = _said(error.status, str(error), *error.headers)
        return whole(environ, start_response, response)

    def _admission(self, environ: WSGIEnvironment) -> Response | None:
        """The cookie for who comes with the token in the address of the page; ``None`` where none stands there.

        It is no longer in the address then, where others would see it. Raises ``Problem`` for a wrong one.
        """
        given = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        kept = [(name, value) for name, value in given if name != TOKEN]
        if segments_of(environ)[2:] != [""] or len(kept) == len(given):
            return None
        if not self._guard.admits(dict(given)[TOKEN]):
            self._guard.check_place(environ)
            raise Problem(HTTPStatus.UNAUTHORIZED, NOT_ADMITTED)
        location = f"./?{urlencode(kept)}" if kept else "./"
        headers = (("Location", location), ("Set-Cookie", self._guard.cookie(environ)))
        return _said(HTTPStatus.SEE_OTHER, "the page is there", *headers)


def address(url: str, token: str | None = None) -> str:
    """Where the page is, on the server at ``url``; with a ``token``, or a ticket, it lets a browser in."""
    return f"{url}/{PREFIX}/{UI}/" + (f"?{urlencode({TOKEN: token})}" if token else "")


def _answer(environ: WSGIEnvironment) -> Response:
    """Raises ``Problem``."""
    if environ["REQUEST_METHOD"] not in METHODS:
        raise Problem(
            HTTPStatus.METHOD_NOT_ALLOWED, "the page is only to be read", headers=(("Allow", ", ".join(METHODS)),)
        )
    segments = segments_of(environ)
    if len(segments) < 3:  # noqa: PLR2004 - the prefix, the page, and what is asked for of it
        # Relative to what was asked for, so that it holds behind a proxy, too.
        return _elsewhere(environ, {1: f"{PREFIX}/{UI}/", 2: f"{UI}/"}[len(segments)])
    return _file(environ, "/".join(segments[2:]) or INDEX)


def _elsewhere(environ: WSGIEnvironment, location: str) -> Response:
    query = environ.get("QUERY_STRING", "")
    return _said(HTTPStatus.FOUND, "the page is there", ("Location", f"{location}?{query}" if query else location))


def _file(environ: WSGIEnvironment, name: str) -> Response:
    """One that lies in the package, by its name there. Raises ``Problem``."""
    files = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.is_file()}
    path = files.get(name)
    if path is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"the page has no file {name!r}; it begins at /{PREFIX}/{UI}/")
    is_packed = bool(parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING", ""))["gzip"])
    content = gzip.compress(path.read_bytes(), mtime=0) if is_packed else path.read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = (("ETag", tag), ("Vary", "Accept-Encoding"), *HEADERS)
    if tag in environ.get("HTTP_IF_NONE_MATCH", "").replace("W/", "").split(", "):
        return Response(HTTPStatus.NOT_MODIFIED, headers, b"")
    return Response(
        HTTPStatus.OK,
        (("Content-Type", KINDS.get(path.suffix, TEXT)), *(PACKED if is_packed else ()), *headers),
        content,
    )


def _said(status: int, text: str, *headers: tuple[str, str]) -> Response:
    return Response(status, (("Content-Type", TEXT), *headers, *HEADERS), f"{text}\n".encode())
