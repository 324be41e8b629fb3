"""What a publish costs without a socket: the application as a WSGI callable, its time and its calls."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pytest_backendless_mock import BackendlessMock

from .harness import NONE, Row, alternate, at_most, stopwatch
from .publishing import BODY, CANNED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUESTS = 1_000
"""In one measurement."""
ROUNDS = 9
BYTES = json.dumps(BODY).encode("ascii")


def rows() -> Iterator[Row]:
    """Ours against a callable that parses and answers the same JSON, and nothing else."""
    with BackendlessMock() as mock:
        path = f"{urlsplit(mock.url).path}/messaging/news"
        ours, bare = alternate(partial(_publish, mock.wsgi_app, path), partial(_publish, _bare, path), rounds=ROUNDS)
        frames = _frames(partial(_call, mock.wsgi_app, _environ(path)))
    yield Row(
        "publish by a raw WSGI call (peer: a bare callable that parses and answers the same JSON)",
        f"{ours * 1e6:.0f} µs",
        f"{bare * 1e6:.1f} µs",
        ours / bare,
        at_most(ours / bare, 4, "x the time"),
    )
    yield Row("Python's calls in it, of any origin", f"{frames}", NONE, None, at_most(frames, 150, ""))


def _publish(app: WSGIApplication, path: str) -> float:
    environs = [_environ(path) for _ in range(REQUESTS)]

    def publish() -> None:
        for environ in environs:
            _call(app, environ)

    return stopwatch(publish) / REQUESTS


def _call(app: WSGIApplication, environ: WSGIEnvironment) -> None:
    b"".join(app(environ, _start))


def _environ(path: str) -> WSGIEnvironment:
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "RAW_URI": path,
        "REQUEST_URI": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_USER_AGENT": "benchmarks",
        "HTTP_ACCEPT": "*/*",
        "HTTP_ACCEPT_ENCODING": "identity",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(BYTES)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(BYTES),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _start(*_: Any) -> Any:
    """Take status and headers, as a server does."""


def _bare(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    answer = json.dumps(CANNED).encode("ascii")
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]


def _frames(job: Callable[[], object]) -> int:
    """How many functions in Python ``job`` goes through."""
    found = 0

    def profile(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal found
        found += event == "call"

    sys.setprofile(profile)
    try:
        job()
    finally:
        sys.setprofile(None)
    return found
