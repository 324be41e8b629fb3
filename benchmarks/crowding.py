"""Many clients at once: who is refused, who waits, and how fast all are answered."""

from __future__ import annotations

import json
import resource
import selectors
import socket
import statistics
from collections.abc import Iterator
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit

from pytest_backendless_mock import BackendlessMock

from .harness import NONE, Row, at_least, at_most, milliseconds
from .publishing import BODY, canned

CROWDS = (200, 500)
ROUNDS = 5
LONGEST = 30.0
"""Seconds after which those who still wait are given up."""


class Outcome(NamedTuple):
    """How a crowd fared: how long all of it took, how long the last one waited, and who got no answer."""

    seconds: float
    worst: float
    unanswered: int


def rows() -> Iterator[Row]:
    """Each client connects and publishes once, all at the same time."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with canned() as peer, BackendlessMock() as mock:
        for clients in CROWDS:
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(crowd(f"{mock.url}/messaging/news", clients))
                theirs.append(crowd(peer, clients))
            yield from _rows(clients, ours, theirs)


def _rows(clients: int, ours: list[Outcome], theirs: list[Outcome]) -> Iterator[Row]:
    what = f"{clients} clients that connect and publish at once"
    our_rate, their_rate = (
        clients / statistics.median(each.seconds for each in outcomes) for outcomes in (ours, theirs)
    )
    yield Row(
        f"{what} (peer: pytest-httpserver's HTTPServer, one canned JSON handler)",
        f"{our_rate:.0f}/s",
        f"{their_rate:.0f}/s",
        our_rate / their_rate,
        at_least(our_rate / their_rate, 1.5, "x its rate"),
    )
    worst = max(each.worst for each in ours)
    unanswered = sum(each.unanswered for each in ours)
    yield Row(f"{what}: the longest wait", milliseconds(worst), NONE, None, at_most(worst, 1, " s"))
    yield Row(f"{what}: without an answer", f"{unanswered}", NONE, None, at_most(unanswered, 0, ""))


def crowd(url: str, clients: int) -> Outcome:
    """Have ``clients`` publish at once, from one thread, so that no client's own work stands in the way of another."""
    address = urlsplit(url)
    body = json.dumps(BODY)
    request = (
        f"POST {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode("ascii")
    unanswered, worst, start = clients, 0.0, perf_counter()
    with selectors.DefaultSelector() as selector:
        sockets = [socket.socket() for _ in range(clients)]
        for sock in sockets:
            sock.settimeout(0)
            sock.connect_ex((address.hostname, address.port))
            selector.register(sock, selectors.EVENT_WRITE, bytearray())
        while selector.get_map() and perf_counter() - start < LONGEST:
            for key, _ in selector.select(1):
                if key.events == selectors.EVENT_WRITE:
                    _send(selector, key, request)
                elif _is_over(selector, key):
                    worst = perf_counter() - start
                    unanswered -= b" 200 " in key.data[:16]
        seconds = perf_counter() - start
        for sock in sockets:
            sock.close()
    return Outcome(seconds, worst if not unanswered else LONGEST, unanswered)


def _send(selector: selectors.BaseSelector, key: selectors.SelectorKey, request: bytes) -> None:
    sock = key.fileobj
    assert isinstance(sock, socket.socket)
    if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        _leave(selector, sock)
    else:
        sock.send(request)
        selector.modify(sock, selectors.EVENT_READ, key.data)


def _is_over(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> bool:
    """Take what has come; whether that was all."""
    sock = key.fileobj
    assert isinstance(sock, socket.socket)
    try:
        part = sock.recv(65_536)
    except ConnectionError:
        part = b""
    key.data.extend(part)
    if not part:
        _leave(selector, sock)
    return not part


def _leave(selector: selectors.BaseSelector, sock: socket.socket) -> None:
    selector.unregister(sock)
    sock.close()
