"""Leads what this process sends to a certain host to the mock, with no word to the code that sends it.

Four functions of the standard library are replaced while that lasts, and those who ask them for other hosts get
what they always got. requests, httpx, aiohttp and urllib have nothing else in common: names become addresses in
``socket.getaddrinfo``; connections are made by ``socket.connect``, the only place that all of them let choose the
port (the async ones drop the one that a name's address came with); TLS begins in ``SSLContext.wrap_socket``, or in
``wrap_bio`` where there is an event loop. Where aiodns is installed, aiohttp asks that for addresses, past the standard
library, so that is the fifth. TLS is spoken for real, in a context of our own, since no certificate
authority would vouch for the mock; the user's contexts stay as they are.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NamedTuple

from . import proxy, tls

FAKES = {socket.AF_INET: "127.83.0.1", socket.AF_INET6: "100::83"}
"""The address that intercepted names get; whoever connects to it is led on, so nothing is ever sent there."""
ABSENT = object()
PATCH = "backendless_mock_patch"
"""The attribute of a function by which it is known for one of ours."""

_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


class Patch(NamedTuple):
    """A function that stands in for another, and how to take it away again."""

    owner: Any
    name: str
    before: Any
    """What stood there, or ``ABSENT`` where it was inherited."""
    interception: Interception

    def take_away(self) -> None:
        """Put back what stood there before."""
        if self.before is ABSENT:
            delattr(self.owner, self.name)
        else:
            setattr(self.owner, self.name, self.before)


class Interception:
    """Hosts that are led to a server at ``address``, from the first ``add`` to ``end``."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._fake = FAKES[socket.AF_INET6 if ":" in address[0] else socket.AF_INET]
        self._context = tls.client_context()
        self._hosts: set[str] = set()
        self._undo = ExitStack()
        self.is_over = False
        """A patch may outlive it: whoever patched the same function since puts it back. It leads nowhere then."""

    @property
    def hosts(self) -> list[str]:
        """What is led there."""
        return sorted(self._hosts)

    def add(self, host: str) -> None:
        """Lead ``host``, a name as ``host_name`` gives it, there too."""
        self._hosts.add(host)
        self._undo.enter_context(proxy.bypassed(host))

    def begin(self) -> None:
        """Replace them, all or none. Raises ``RuntimeError`` where another mock of this process has done so."""
        if _active:
            raise RuntimeError("another BackendlessMock of this process intercepts already, and is not closed")
        with ExitStack() as undo:
            self._undo = undo
            _active.append(self)
            undo.callback(_active.remove, self)
            self._replace_all()
            self._undo = undo.pop_all()

    def end(self) -> None:
        """Put the replaced functions back, and the environment."""
        self.is_over = True
        self._undo.close()

    def _replace_all(self) -> None:
        self._replace(socket, "getaddrinfo", self._getaddrinfo)
        resolver = _aiodns_resolver()
        if resolver is not None:
            self._replace(resolver, "getaddrinfo", self._resolve)
        self._replace(socket.socket, "connect", self._connect)
        self._replace(ssl.SSLContext, "wrap_socket", self._wrap_socket)
        self._replace(ssl.SSLContext, "wrap_bio", self._wrap_bio)

    def _replace(self, owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
        while (patch := _patch_at(owner, name)) is not None and patch.interception.is_over:
            patch.take_away()
        new = wrap(getattr(owner, name))
        setattr(new, PATCH, Patch(owner, name, vars(owner).get(name, ABSENT), self))
        setattr(owner, name, new)
        self._undo.callback(self._take_away, owner, name)

    def _take_away(self, owner: Any, name: str) -> None:
        """Unless somebody has put a function of their own over ours: that stays, and leads through ours."""
        patch = _patch_at(owner, name)
        if patch is not None and patch.interception is self:
            patch.take_away()

    def _is_led(self, host: object) -> bool:
        return not self.is_over and _plain(host) in self._hosts

    def _led(self, host: Any) -> Any:
        return self._fake if self._is_led(host) else host

    def _getaddrinfo(self, original: Any) -> Any:
        def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
            return original(self._led(host), port, *args, **kwargs)

        return getaddrinfo

    def _resolve(self, original: Any) -> Any:
        def getaddrinfo(resolver: Any, host: Any, *args: Any, **kwargs: Any) -> Any:
            return original(resolver, self._led(host), *args, **kwargs)

        return getaddrinfo

    def _connect(self, original: Any) -> Any:
        def connect(sock: socket.socket, address: Any) -> Any:
            is_led = not self.is_over and isinstance(address, tuple) and self._led(address[0]) == self._fake
            return original(sock, self._address if is_led else address)

        return connect

    def _wrap_socket(self, original: Any) -> Any:
        def wrap_socket(  # noqa: PLR0917 - the signature of the standard library
            context: ssl.SSLContext,
            sock: socket.socket,
            server_side: bool = False,  # noqa: FBT002 - the same
            do_handshake_on_connect: bool = True,  # noqa: FBT002
            suppress_ragged_eofs: bool = True,  # noqa: FBT002
            server_hostname: str | bytes | None = None,
            session: ssl.SSLSession | None = None,
        ) -> Any:
            is_led = self._is_led(server_hostname)
            ours, session = (self._context, None) if is_led else (context, session)
            wrapped = original(
                ours, sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname, session
            )
            if is_led:
                wrapped.context = context
            return wrapped

        return wrap_socket

    def _wrap_bio(self, original: Any) -> Any:
        def wrap_bio(  # noqa: PLR0917 - the signature of the standard library
            context: ssl.SSLContext,
            incoming: ssl.MemoryBIO,
            outgoing: ssl.MemoryBIO,
            server_side: bool = False,  # noqa: FBT002 - the same
            server_hostname: str | bytes | None = None,
            session: ssl.SSLSession | None = None,
        ) -> Any:
            is_led = self._is_led(server_hostname)
            ours, session = (self._context, None) if is_led else (context, session)
            wrapped = original(ours, incoming, outgoing, server_side, server_hostname, session)
            if is_led:
                wrapped.context = context
            return wrapped

        return wrap_bio


_active: list[Interception] = []
"""The one that is not over yet, if any."""


def _patch_at(owner: Any, name: str) -> Patch | None:
    """Ours, where one stands there."""
    return getattr(vars(owner).get(name), PATCH, None)


def _aiodns_resolver() -> Any:
    """The class that looks names up for aiohttp where aiodns is installed; older ones are not asked."""
    try:
        from aiodns import DNSResolver  # noqa: PLC0415 - not a dependency
    except ImportError:
        return None
    return DNSResolver if hasattr(DNSResolver, "getaddrinfo") else None


def host_name(host: object) -> str:
    """A host's name as it is compared. Raises ``ValueError`` for what is none."""
    name = _plain(host)
    if not _is_name(name):
        raise ValueError(f"intercept() takes a host's name such as 'api.backendless.com', not {host!r}")
    return name


def _plain(host: object) -> str:
    """A host's name as the table has it; "" for what is none."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    return host.lower().rstrip(".") if isinstance(host, str) else ""


def _is_name(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _NAME.fullmatch(text) is not None
    return False
