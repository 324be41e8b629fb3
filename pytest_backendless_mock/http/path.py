"""Paths: what came percent-encoded, in segments; what stands before the service's own part; and as people read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from ..messaging.secret import is_secret, masked
from ..messaging.text import escaped

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


USERS = "users"
"""The service some of whose paths end in a secret: ``users/isvalidusertoken/<token>``."""
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/]*)")


def split_target(target: str) -> tuple[str | None, str, str]:
    """What a request is for: the host where it is named, the path, and the query, all as they came."""
    path, _, query = target.partition("?")
    found = None if path.startswith("/") else _AUTHORITY.match(path)
    return (None, path, query) if found is None else (found[1], path[found.end() :] or "/", query)


def segments_of(environ: WSGIEnvironment) -> list[str]:
    """The percent-decoded segments of the path, split before decoding, so that ``%2F`` stays inside one."""
    raw: str | None = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw is None:
        return list(_in_process_segments(environ["PATH_INFO"]))
    path = raw.partition("?")[0] if raw.startswith("/") else split_target(raw)[1]
    if "%" not in path and path.isascii():
        return path.removeprefix("/").split("/")
    return [
        unquote_to_bytes(segment.encode("latin-1")).decode("utf-8", "surrogateescape")
        for segment in path.removeprefix("/").split("/")
    ]


def host_url(environ: WSGIEnvironment) -> str:
    """Where the client found the server."""
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{environ['wsgi.url_scheme']}://{host}"


def split_prefix(segments: list[str]) -> tuple[list[str], list[str]]:
    """What says which application is meant (W1), and the path below it."""
    size = 1 if segments[0] in ("api", "v1") else 2
    return segments[:size], segments[size:]


def show(segments: list[str]) -> str:
    """A path for people: what does not print in it is escaped, and of a secret only the beginning stands there."""
    if USERS in segments:
        shown = segments[:2]
        for service, name, segment in zip(segments, segments[1:], segments[2:], strict=False):
            shown.append(masked(segment) if service == USERS and is_secret(name) else segment)
        segments = shown
    path = "/".join(segments)
    return path if path.isprintable() else escaped(path)


def _in_process_segments(path: str) -> Iterator[str]:
    """Without a raw path ``PATH_INFO`` has to do: WSGI says latin-1, ``httpx.WSGITransport`` hands over Unicode."""
    for segment in path.removeprefix("/").split("/"):
        try:
            yield segment.encode("latin-1").decode("utf-8")
        except UnicodeError:
            yield segment
