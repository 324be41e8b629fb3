"""The doors of the server: which WSGI application answers a request. The service comes last, and takes the rest.

A door is a row in an ordered table. Whoever adds one gives a test of the WSGI environment and an application; the
exchange with the service does not know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from .response import Response, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Mount(NamedTuple):
    """A row of the table: an application, and the requests that are for it."""

    accepts: Callable[[WSGIEnvironment], bool]
    application: WSGIApplication


def _asks_for_icon(environ: WSGIEnvironment) -> bool:
    return (
        environ["PATH_INFO"] == "/favicon.ico"
        and environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and not environ.get("CONTENT_LENGTH")
    )


def _no_icon(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return whole(environ, start_response, Response(HTTPStatus.NO_CONTENT, (), b""))


ICON = Mount(_asks_for_icon, _no_icon)
"""What browsers ask every server for by themselves: there is none, and no test fails for it."""


class Mounts:
    """A WSGI callable that hands each request to the first mount that accepts it, and else to the service."""

    def __init__(self, mounts: Sequence[Mount], service: WSGIApplication) -> None:
        self._mounts = list(mounts)
        self._service = service

    def add(self, mount: Mount) -> None:
        """Open another door, before the service and after those that are there."""
        self._mounts.append(mount)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request (PEP 3333)."""
        for mount in self._mounts:
            if mount.accepts(environ):
                return mount.application(environ, start_response)
        return self._service(environ, start_response)
