"""What fuzzers feed bytes to: each target takes any bytes, and fails where the mock does what it never may.

It never may raise, answer with 500, hang, change its state while it refuses, forget a request in its journal, or answer
what is not HTTP, JSON or of its schema.
"""

from __future__ import annotations

import functools
import io
import json
import re
import socket
from collections import deque
from collections.abc import Mapping
from enum import Enum
from types import SimpleNamespace
from typing import Any, NamedTuple

from amf_support import BINARY
from http_support import PREFIX, Wire, check

from pytest_backendless_mock import Selector, SelectorError
from pytest_backendless_mock.http.amf import frame
from pytest_backendless_mock.messaging.template import Template
from pytest_backendless_mock.runtime.event import Refused
from pytest_backendless_mock.server import request_head
from pytest_backendless_mock.server.connection import Connection, KeepAliveHandler
from pytest_backendless_mock.server.request_head import BadHead

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) [A-Za-z -]+(?:\r\n|$)")
KEY = re.compile("[A-Z0-9_!#$%&'*+.^`|~]+")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
FAULT = b"flex.messaging.messages.ErrorMessage"
PLACES = (
    "messaging/default",
    "messaging/news-{}",
    "messaging/news-{}/subscribe",
    "messaging/registrations",
    "messaging/push/greeting",
    "messaging/email",
    "emailtemplate/send",
    "users/login",
)
"""Where a body counts. The first byte of an input says which is meant, its length which channel of many."""


def picture(thing: Any, around: tuple[int, ...] = ()) -> Any:
    """What can be reached from ``thing`` and could change, in a form that can be compared.

    What came over AMF may hold itself: there it says how many levels up.
    """
    kind = type(thing)
    if kind in (str, int, float, bool, type(None)):
        return thing
    if id(thing) in around:
        return ("itself", len(around) - around.index(id(thing)))
    path = (*around, id(thing))
    if kind in (list, tuple, deque):
        return [picture(item, path) for item in thing]
    if isinstance(thing, Mapping):
        return [(name, picture(value, path)) for name, value in thing.items()]
    names = attributes(kind)
    if names is None:
        return id(thing)
    return [(name, picture(getattr(thing, name, None), path)) for name in (*names, *getattr(thing, "__dict__", ()))]


@functools.cache
def attributes(kind: type) -> tuple[str, ...] | None:
    """The slots of a class of ours; nothing for one whose objects stand for themselves, because they never change."""
    is_frozen = issubclass(kind, Enum) or getattr(getattr(kind, "__dataclass_params__", None), "frozen", False)
    if is_frozen or not kind.__module__.startswith("pytest_backendless_mock."):
        return None
    slots = [getattr(base, "__slots__", ()) for base in kind.__mro__]
    return tuple(name for names in slots for name in ((names,) if isinstance(names, str) else names))


class Service:
    """An application in which something is there already, asked and watched."""

    def __init__(self) -> None:
        self.wire = Wire(allow_unknown_requests=True)
        with self.wire.application.backend.session() as (broker, _):
            broker.templates.add(Template("greeting", "hi {name}", {}, (), "default", None))
            broker.templates.add_email("letter")
        self.wire.add_user(login="ann", password="secret")
        self.wire.subscribed("default")
        self.wire.published({"message": "again", "repeatEvery": 60})
        self._state = self._look()

    def ask(self, path: str, data: bytes, content_type: str) -> bytes:
        """POST in process and return what it was answered. A fault over AMF is a refusal, too."""
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "RAW_URI": path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(data),
            "CONTENT_LENGTH": str(len(data)),
            "CONTENT_TYPE": content_type,
        }
        return self.watch(environ, lambda *_: None)

    def watch(self, environ: dict[str, Any], start_response: Any) -> bytes:
        """Serve a request, and see to it that it changed no more than it may."""
        wire = self.wire
        count = wire.tenant.journal._count
        begun: list[Any] = []

        def begin(status: str, headers: Any) -> None:
            begun.extend((status, dict(headers)))
            start_response(status, headers)

        payload = b"".join(wire.app(environ, begin))
        status, headers = begun
        if headers.get("Content-Type") == "application/json":
            check(environ, status, headers, payload)
        granted = status.startswith("2") and FAULT not in payload
        problems = wire.problems
        assert wire.tenant.journal._count == count + 1
        assert not status.startswith("500"), problems
        before, self._state = self._state, self._look()
        if not granted:
            assert problems == []
            assert self._state == before
        return payload

    def _look(self) -> Any:
        """All that the application holds, but for what it notes of refusals."""
        tenant = self.wire.tenant
        backend = tenant.application.backend
        events = sum(not isinstance(event, Refused) for event in backend.timeline)
        return picture([backend._broker, tenant.application.ids, events, tenant.originals, list(tenant.lossy)])


def body(data: bytes) -> None:
    """A JSON body, behind a byte that says where it is sent."""
    path = PLACES[data[0] % len(PLACES) if data else 0].format(len(data))
    Service().ask(f"{PREFIX}/{path}", data[1:], "application/json")


def amf(data: bytes) -> None:
    """A frame, sent to the binary route; the answer can be read."""
    frame.decode(Service().ask(BINARY, data, "application/x-amf"))


def selector(data: bytes) -> None:
    """The text of a selector: parsed or refused, printed and parsed again to the same, and asked."""
    text = data.decode("utf-8", "replace")
    try:
        selector = Selector(text)
    except SelectorError:
        return
    headers = {"a": "1", "n": "2.5", "s": "x%y", "city": "Tokyo", "none": None}
    assert Selector(str(selector)) == selector
    assert selector.matches(headers) is (selector.truth(headers) is True)
    assert (selector.reasons(headers) == []) is selector.matches(headers)


def head(data: bytes) -> None:
    """What a client sends before a body: refused, or an environment that can be relied upon."""
    try:
        found = request_head.read(io.BytesIO(data))
    except BadHead:
        return
    if found is None:
        return
    assert all(KEY.fullmatch(name) for name in found.environ)
    assert [
        value for value in found.environ.values() if CONTROL.search(value) and value != found.environ["PATH_INFO"]
    ] == []
    assert found.environ["SERVER_PROTOCOL"] in ("HTTP/1.0", "HTTP/1.1")
    length = found.environ.get("CONTENT_LENGTH")
    assert length is None or (length.isascii() and length.isdigit() and not found.chunked)


def connection(data: bytes) -> None:
    """All that a client sends on a connection before it hangs up: what comes back is a row of answers."""
    assert [answer for answer in exchanged(data, Service()) if answer.status >= 500] == []


def exchanged(data: bytes, service: Service) -> list[Got]:
    """What a service answers on a connection on which ``data`` comes: each request, and at the end what is none."""
    methods: list[str] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        methods.append(environ["REQUEST_METHOD"])
        return [service.watch(environ, start_response)]

    answers = answers_in(Handler(data, app).wfile.getvalue(), methods)
    assert len(methods) <= len(answers) <= len(methods) + 1
    return answers


class Handler(KeepAliveHandler):
    """The server's own, but what it reads and writes are bytes; the client behind its socket is gone."""

    def __init__(self, data: bytes, app: Any) -> None:
        self._data = data
        ours, theirs = socket.socketpair()
        theirs.close()
        with ours:
            server = SimpleNamespace(
                current_app=lambda: app, busy=set(), heard=0, gather=lambda: None, server_address=("127.0.0.1", 80)
            )
            super().__init__(Connection(ours), ("127.0.0.1", 50_000), server)

    def setup(self) -> None:
        self.connection = self.request
        self.rfile, self.wfile = io.BytesIO(self._data), io.BytesIO()

    def finish(self) -> None:
        pass


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def answers_in(raw: bytes, methods: list[str]) -> list[Got]:
    """The answers in what came back, to requests of these ``methods`` and perhaps to one that was none."""
    found: list[Got] = []
    while raw:
        head, end, raw = raw.partition(b"\r\n\r\n")
        status = STATUS_LINE.match(head)
        assert end, head
        assert status, head
        headers = dict(line.split(": ", 1) for line in head[status.end() :].decode("latin-1").split("\r\n") if line)
        if status[1] == b"100":
            continue
        length = int(headers.get("Content-Length", "0"))
        if len(found) < len(methods) and methods[len(found)] == "HEAD":
            length = 0
        body, raw = raw[:length], raw[length:]
        assert len(body) == length
        if body and headers["Content-Type"] == "application/json":
            json.loads(body)
        found.append(Got(int(status[1]), headers, body))
    return found


TARGETS = {"body": body, "amf": amf, "selector": selector, "head": head, "connection": connection}
