"""Who may ask: the service reflects any origin, but what moves clocks and reads everything does not.

A page elsewhere can have a browser send requests here, by this server's own name (its origin tells) or by a name of its
own that it had resolve to us (DNS rebinding: the host tells).
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..http import cors
from .problem import Problem

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

GATEWAY = "host.docker.internal"
"""How a container calls the machine it runs on."""
OPEN = frozenset({"/__mock__/health"})
"""Paths that need no token: what a container's health check asks."""
COOKIE = "backendless_mock_token"
"""What a browser bears in the place of the token, which no page can give it."""
OWN_PAGE = ("same-origin", "none")
"""What ``Sec-Fetch-Site`` says of a request by a page of ours, or by who typed its address."""


class Guard:
    """Asked before anything else of a request is looked at."""

    def __init__(self, *, token: str | None = None, allow_hosts: Iterable[str] = ()) -> None:
        """``allow_hosts`` are names that the server is known by besides those that nobody can have resolve to it."""
        self._token = None if token is None else token.encode()
        self._tickets: set[str] = set()
        self._cookie = hmac.digest(self._token or b"", COOKIE.encode(), "sha256").hex()
        self._allowed = frozenset(_plain(name) for name in allow_hosts)

    def check(self, environ: WSGIEnvironment) -> None:
        """Raises ``Problem``: as ``check_place``, and 401 for a token that is wrong or missing."""
        self.check_place(environ)
        if self._token is not None and not self._bears_token(environ) and not _is_open(environ):
            raise Problem(
                HTTPStatus.UNAUTHORIZED,
                "this server wants its token: send Authorization: Bearer with what it was started with "
                "(BACKENDLESS_MOCK_TOKEN or --token-file); a browser is let in by the address that serve --open prints",
                headers=(("WWW-Authenticate", "Bearer"),),
            )

    def check_place(self, environ: WSGIEnvironment) -> None:
        """Raises ``Problem``: 403 for the host that is asked, or the origin of the page that asks."""
        bears_token = self._bears_token(environ)
        host: str | None = environ.get("HTTP_HOST")
        if host is not None and not bears_token and not self._is_known(_name(host)):
            raise Problem(
                HTTPStatus.FORBIDDEN,
                f"the Host {_name(host)!r} may be somebody else's name for this machine: ask by its address, "
                f"or start the server with --allow-host {_name(host)}",
            )
        origin: str | None = environ.get("HTTP_ORIGIN")
        if origin is not None and not self.shares(environ):
            raise Problem(
                HTTPStatus.FORBIDDEN,
                f"pages of {origin!r} may not ask this: only those of this server, of loopback addresses and of hosts "
                "that --allow-host names may",
            )

    def admits(self, given: str) -> bool:
        """Whether who says that may have the cookie: it is the token, or a ticket, which is spent then."""
        if self._token is None or hmac.compare_digest(given.encode(errors="replace"), self._token):
            return True
        known = given in self._tickets
        self._tickets.discard(given)
        return known

    def ticket(self) -> str | None:
        """What lets a browser in once, in the place of the token: its command line is seen by others.

        ``None`` where there is no token.
        """
        if self._token is None:
            return None
        ticket = secrets.token_urlsafe()
        self._tickets.add(ticket)
        return ticket

    def cookie(self, environ: WSGIEnvironment) -> str:
        """The header that gives a browser the cookie."""
        secure = "; Secure" if environ["wsgi.url_scheme"] == "https" else ""
        return f"{COOKIE}={self._cookie}; HttpOnly; SameSite=Strict; Path=/__mock__/{secure}"

    def shares(self, environ: WSGIEnvironment) -> bool:
        """Whether the page that asks, if one does, may read the answer."""
        origin: str = environ.get("HTTP_ORIGIN", "")
        if not cors.is_origin(origin):
            return False
        name = _name(urlsplit(origin).netloc)
        return origin == _own_origin(environ) or name in self._allowed or _is_loopback(name)

    def _bears_token(self, environ: WSGIEnvironment) -> bool:
        if self._token is None:
            return False
        scheme, _, given = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        is_token = scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode("latin-1"), self._token)
        return is_token or self._bears_cookie(environ)

    def _bears_cookie(self, environ: WSGIEnvironment) -> bool:
        """A browser adds the cookie to what pages at other ports of this host ask, too: theirs does not count."""
        origin, site = environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE", OWN_PAGE[0])
        if site not in OWN_PAGE or origin not in (None, _own_origin(environ)):
            return False
        cookies = (each.strip().partition("=") for each in environ.get("HTTP_COOKIE", "").split(";"))
        given = [value for name, _, value in cookies if name == COOKIE]
        return any(hmac.compare_digest(each.encode("latin-1"), self._cookie.encode()) for each in given)

    def _is_known(self, name: str) -> bool:
        return "." not in name or name == GATEWAY or name in self._allowed or _is_loopback(name) or _is_address(name)


def _is_open(environ: WSGIEnvironment) -> bool:
    return environ["PATH_INFO"] in OPEN or environ["REQUEST_METHOD"] == "OPTIONS"


def _own_origin(environ: WSGIEnvironment) -> str:
    """The origin of pages that this server hands out, by the name that it was asked by."""
    return f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}".lower()


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")


def _name(host: str) -> str:
    """A host without its port, and an address of IPv6 without its brackets."""
    if host.startswith("["):
        return _plain(host[1:].partition("]")[0])
    return _plain(host.partition(":")[0])


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return _is_address(name) and ipaddress.ip_address(name).is_loopback


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
