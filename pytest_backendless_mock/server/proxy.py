"""Keeps what goes to the mock from a proxy that the environment names, in both spellings of ``no_proxy``.

Clients prefer one spelling or the other, and a lower-case one that was not there before would shadow the user's. So
both say what they said, or what the other said, and the hosts of every mock of this process behind that.
"""

from __future__ import annotations

import os
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
EXEMPTIONS = {"no_proxy": "NO_PROXY", "NO_PROXY": "no_proxy"}
"""Each spelling, and the other one."""

_hosts: list[str] = []
"""Whose requests are kept from proxies now; a host stands there once for each who asked."""
_before: dict[str, str | None] = {}
"""What the environment said before the first of them."""


@contextmanager
def bypassed(host: str) -> Iterator[None]:
    """While the block lasts, what goes to ``host`` goes to no proxy. Where there is none, nothing is changed."""
    if not _is_set():
        yield
        return
    if not _hosts:
        _before.update({name: os.environ.get(name) for name in EXEMPTIONS})
    _hosts.append(host)
    _tell()
    try:
        yield
    finally:
        _hosts.remove(host)
        _tell()


def exemptions() -> dict[str, str]:
    """The variables that were changed, for the environment of a subprocess."""
    return {name: os.environ[name] for name in EXEMPTIONS if _hosts and name in os.environ}


def _is_set() -> bool:
    """Whether there is a proxy; it may be a setting of the system, where the system has such."""
    named = any(name in os.environ for name in PROXIES)
    return named or (sys.platform in {"darwin", "win32"} and bool(urllib.request.getproxies()))


def _tell() -> None:
    for name, other in EXEMPTIONS.items():
        text = _extended(_before[name], _before[other])
        if text is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = text


def _extended(own: str | None, other: str | None) -> str | None:
    """What a spelling says now: ``own`` is what it said, ``other`` what the other one did."""
    said = (own if own is not None else other) or ""
    if not _hosts or said.strip() == "*":
        return own
    listed = [host.strip() for host in said.split(",")]
    return ",".join(filter(None, [said, *(host for host in dict.fromkeys(_hosts) if host not in listed)]))
