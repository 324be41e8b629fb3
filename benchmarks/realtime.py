"""What it costs to have listeners in real time, beside python-socketio; and what they cost the clock and the end."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import socketio
from werkzeug.serving import WSGIRequestHandler, make_server

from pytest_backendless_mock import BackendlessMock

from .harness import Row, alternate, at_most, milliseconds, stopwatch
from .listening import CHANNEL
from .publishing import JSON_HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROUNDS = 15
ADVANCES = 5
EACH = 20
"""How many messages one figure is the mean of."""
LISTENERS = 50
DELIVERIES = 10_000
CLIENTS = 10
MESSAGE = {"text": "order 7 was shipped", "number": 7}


def rows() -> Iterator[Row]:
    """One listener, many, a long way on the clock, and the end."""
    yield _publishing(1, "its listener has it")
    yield _publishing(LISTENERS, f"the last of {LISTENERS} listeners has it")
    yield _advancing(f"{DELIVERIES:,} messages", _one_by_one)
    yield _advancing(f"{DELIVERIES:,} occurrences of one message", _repeating)
    yield _closing()


def _publishing(number: int, until: str) -> Row:
    with BackendlessMock() as mock, _peer() as (port, app_id), ExitStack() as processes:
        mine = processes.enter_context(_listening(mock, number))
        its = processes.enter_context(_listeners(port, app_id, "key", number))
        path = f"/{mock.app_id}/{mock.api_key}/messaging/{CHANNEL}"
        ours, theirs = alternate(
            lambda: _until_heard(mine, _port(mock), path), lambda: _until_heard(its, port, "/publish"), rounds=ROUNDS
        )
    return Row(
        f"from a publish over HTTP until {until}, WebSockets in another process "
        "(peer: a request that has python-socketio 5 emit)",
        milliseconds(ours),
        milliseconds(theirs),
        ours / theirs,
        at_most(ours / theirs, 1.5, "x"),
    )


def _until_heard(listening: subprocess.Popen[str], port: int, path: str) -> float:
    """Seconds from the request until the last listener has it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body, total = json.dumps({"message": MESSAGE}), 0.0
    for _ in range(EACH):
        start = perf_counter()
        connection.request("POST", path, body, JSON_HEADERS)
        total += _heard(listening) - start
        connection.getresponse().read()
    connection.close()
    return total / EACH


def _heard(listening: subprocess.Popen[str]) -> float:
    assert listening.stdout is not None
    return float(listening.stdout.readline())


def _advancing(what: str, publish: Callable[[BackendlessMock, dt.datetime], object]) -> Row:
    ours, theirs = alternate(
        lambda: _advance(publish, listeners=1), lambda: _advance(publish, listeners=0), rounds=ADVANCES
    )
    return Row(
        f"advance over {what} to a WebSocket in another process (peer: ours, nobody listens)",
        milliseconds(ours),
        milliseconds(theirs),
        ours / theirs,
        at_most(ours / theirs, 3, "x"),
    )


def _one_by_one(mock: BackendlessMock, start: dt.datetime) -> None:
    for number in range(DELIVERIES):
        mock.publish(MESSAGE, CHANNEL, publish_at=start + dt.timedelta(seconds=number))


def _repeating(mock: BackendlessMock, start: dt.datetime) -> None:
    mock.publish(MESSAGE, CHANNEL, publish_at=start, repeat_every=1)


def _advance(publish: Callable[[BackendlessMock, dt.datetime], object], *, listeners: int) -> float:
    with BackendlessMock() as mock, _listening(mock, listeners) as listening:
        publish(mock, mock.clock.now() + dt.timedelta(minutes=1))
        took = stopwatch(lambda: mock.clock.advance(seconds=60 + DELIVERIES - 1))
        for _ in range(DELIVERIES * listeners):
            _heard(listening)
    return took


def _closing() -> Row:
    (ours,) = alternate(_close, rounds=ROUNDS)
    return Row(
        f"close a mock with {CLIENTS} clients connected, half of them polling, and stop its server",
        milliseconds(ours),
        "",
        None,
        at_most(ours * 1e3, 10, " ms"),
    )


def _close() -> float:
    with ExitStack() as clients:
        mock = BackendlessMock()
        mock.__enter__()
        clients.enter_context(_listening(mock, CLIENTS // 2))
        for _ in range(CLIENTS // 2):
            clients.enter_context(_open_poll(mock))
        threading.Event().wait(0.05)  # they are waiting by now
        return stopwatch(lambda: mock.__exit__(None, None, None))


def _open_poll(mock: BackendlessMock) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", _port(mock)))
    path = f"/{mock.app_id}/?EIO=4&transport=polling&apiKey={mock.api_key}"
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    sid = sock.recv(65_536).partition(b'"sid":"')[2].partition(b'"')[0].decode()
    sock.sendall(f"GET {path}&sid={sid} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return sock


def _port(mock: BackendlessMock) -> int:
    port = urlsplit(mock.host_url).port
    assert port is not None
    return port


@contextmanager
def _listening(mock: BackendlessMock, number: int) -> Iterator[subprocess.Popen[str]]:
    with _listeners(_port(mock), mock.app_id, mock.api_key, number) as process:
        yield process


@contextmanager
def _listeners(port: int, app_id: str, api_key: str, number: int) -> Iterator[subprocess.Popen[str]]:
    """A process in which that many listen."""
    command = [sys.executable, "-m", "benchmarks.listening", str(port), app_id, api_key, str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "listening\n"
            yield process
        finally:
            process.kill()


class _KeepingAlive(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"


@contextmanager
def _peer() -> Iterator[tuple[int, str]]:
    """A server of python-socketio as its threading mode has it: port, and path; ``/publish`` is to all who listen."""
    app_id = "app"
    namespace = f"/{app_id}"
    server = socketio.Server(async_mode="threading")
    server.on("connect", lambda _sid, _environ: None, namespace=namespace)
    server.on(
        "SUB_ON",
        lambda sid, asked: server.emit("SUB_READY", {"id": asked["id"]}, to=sid, namespace=namespace),
        namespace=namespace,
    )

    def publish(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        heard = {"id": "one", "data": {**asked, "messageId": "1" * 36, "headers": {}, "timestamp": 1}}
        server.emit("SUB_RES", heard, namespace=namespace)
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
        return [b"{}"]

    application = socketio.WSGIApp(server, publish, socketio_path=app_id)
    serving = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_KeepingAlive)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    try:
        yield serving.port, app_id
    finally:
        serving.shutdown()
        thread.join()
        server.shutdown()
        serving.server_close()
