"""What the tests of the mock and of the plugin share: a client, and pytest runs inside a test."""

from __future__ import annotations

import gc
import inspect
import json
import socket
import urllib.error
import urllib.request
import warnings
from contextlib import ExitStack, contextmanager

# Inner runs in this process drop the modules they were first to import. What they use is imported here once.
import freezegun  # noqa: F401
import httpx
import pytest

import pytest_backendless_mock.testing.mock  # noqa: F401

QUIET = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:anyio")


def call(url, method="GET", body=None, content_type="application/json"):
    """One request over a connection of its own: the HTTP status and the JSON of the answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": content_type} if data else {}, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@contextmanager
def free_ports(count=1):
    """The first of so many ports in a row that nobody has, nor is given before the block is over.

    They are bound without listening, as the server binds, so it can listen on them, and no client's end gets one.
    """
    while True:
        with ExitStack() as held:
            try:
                first = _bind(held, 0)
                for port in range(first + 1, first + count):
                    _bind(held, port)
            except (OSError, OverflowError):  # taken, or beyond the last port there is
                continue
            yield first
            return


def _bind(held, port):
    sock = held.enter_context(socket.socket())
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    return sock.getsockname()[1]


CLIENT = f"import json, urllib.error, urllib.request\n\n{inspect.getsource(call)}"
"""The source of ``client.py``, from which inner test files import ``call``."""


class Inner:
    """pytest runs of files that a user could have written."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "300")  # pytest cuts its summary lines to the width
        self.pytester = pytester
        self.path = pytester.path
        self.ini("filterwarnings = error")
        self.file(client=CLIENT)

    def ini(self, lines: str = "") -> None:
        self.pytester.makeini(f"[pytest]\nasyncio_default_fixture_loop_scope = function\n{lines}\n")

    def file(self, **sources: str) -> None:
        self.pytester.makepyfile(**sources)

    def run(self, source: str = "", *args: str) -> pytest.RunResult:
        """In this process: quick, and coverage sees it."""
        gc.freeze()  # what other tests left behind is not collected in there, and warns of nothing
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("default")  # what a process of its own would begin with
                return self._run(self.pytester.runpytest_inprocess, source, args)
        finally:
            gc.unfreeze()

    def run_apart(self, source: str = "", *args: str) -> pytest.RunResult:
        """In a process of its own: for whatever could leave something behind."""
        return self._run(self.pytester.runpytest_subprocess, source, args)

    def _run(self, run, source, args):
        if source:
            self.file(test_it=source)
        return run(*QUIET, *args)


def said(result: pytest.RunResult) -> str:
    """Everything that a run printed."""
    return f"{result.stdout}\n{result.stderr}"


def client_of(app):
    """A client without a socket; paths are below the application's prefix."""
    return httpx.Client(transport=httpx.WSGITransport(app=app.wsgi_app), base_url=app.url)


def objection(mock):
    """What the verdict fails the test for."""
    with pytest.raises(AssertionError) as failure:
        mock.verify()
    return str(failure.value)
