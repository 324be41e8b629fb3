"""Children that were forked while a mock listened: they hold copies of its sockets, and must not keep them open."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import traceback
from contextlib import contextmanager

import pytest
from http_support import MESSAGING, PREFIX
from plugin_support import call

from pytest_backendless_mock import BackendlessMock, ServerError
from pytest_backendless_mock.server import listener as listener_module
from pytest_backendless_mock.server.listener import Listener

WATCHDOG = 20
pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]


@contextmanager
def forked_child():
    """A child by os.fork that does nothing while the block lasts."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    os.close(reading)
    try:
        yield
    finally:
        os.close(writing)
        os.waitpid(child, 0)


@contextmanager
def multiprocessing_child():
    """The same by multiprocessing, as it is by default on Linux before Python 3.14."""
    context = multiprocessing.get_context("fork")
    over = context.Event()
    child = context.Process(target=over.wait)
    child.start()
    try:
        yield
    finally:
        over.set()
        child.join()


@contextmanager
def subprocess_child():
    """A program that is let have every file it can have."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False) as child:
        yield
        child.communicate(b"\n")


CHILDREN = {"fork": forked_child, "multiprocessing": multiprocessing_child, "subprocess": subprocess_child}
with_a_child = pytest.mark.parametrize("child", CHILDREN.values(), ids=CHILDREN)


def said_by_a_child(act):
    """What ``act`` returns in a forked child, as JSON, or the traceback of what it raises."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            answer = json.dumps(act())
        except BaseException:  # noqa: BLE001 - the child must not go on with pytest
            answer = json.dumps(traceback.format_exc())
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        answer = json.load(file)
    os.waitpid(child, 0)
    return answer


@pytest.fixture
def mock():
    with BackendlessMock() as mock:
        assert mock.url  # it listens
        yield mock


@pytest.fixture
def connection(mock):
    """Open since before the child was."""
    connection = http.client.HTTPConnection("127.0.0.1", mock._session.server.port, timeout=WATCHDOG)
    connection.request("GET", f"{PREFIX}/info")
    connection.getresponse().read()
    yield connection
    connection.close()


def ask(connection):
    connection.request("GET", f"{MESSAGING}/message:1")
    return connection.getresponse().read()


@with_a_child
def test_offline_refuses_and_ends_while_a_child_is_alive(mock, connection, child):
    with child():
        with mock.offline():
            with pytest.raises(OSError, match="refused"):
                call(f"{mock.url}/info")
            with pytest.raises(ConnectionError):
                ask(connection)
        assert call(f"{mock.url}/info")[0] == 200


@with_a_child
def test_a_reset_is_one_while_a_child_is_alive(mock, connection, child):
    mock.faults.reset("status", times=1)
    with child(), pytest.raises(ConnectionResetError):
        ask(connection)


@with_a_child
def test_a_closed_mock_refuses_while_a_child_is_alive(child):
    with BackendlessMock() as mock:
        url = mock.url
        block = child()
        block.__enter__()
    with pytest.raises(OSError, match="refused"):
        call(f"{url}/info")
    block.__exit__(None, None, None)


def test_a_child_reaches_its_parent_s_mock(mock):
    url = mock.url
    assert said_by_a_child(lambda: call(f"{url}/messaging/news", "POST", {"message": "hi"})[0]) == 200
    assert mock.messages.data == ["hi"]


def test_a_child_that_closes_its_copy_of_the_mock_leaves_the_parent_s_alone(mock, connection):
    def leave():
        with mock.offline():
            pass
        mock._session.close()

    mock.intercept()
    assert said_by_a_child(leave) is None
    assert ask(connection)
    assert call(f"{mock.url}/info")[0] == 200


def test_a_child_cannot_start_its_parent_s_server():
    with BackendlessMock() as mock:
        said = said_by_a_child(lambda: mock.url)
        assert said.endswith(
            "ServerError: the mock has no port yet, and a forked child cannot open one for it: "
            "ask for its url, or host_url, before the fork\n"
        )
        assert call(f"{mock.url}/info")[0] == 200


def test_another_process_s_server_is_not_started(monkeypatch):
    with BackendlessMock() as mock:
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: -1)
            with pytest.raises(ServerError, match=r"^the mock has no port yet, and a forked child cannot open one"):
                _ = mock.url
        assert call(f"{mock.url}/info")[0] == 200


def test_a_child_has_a_mock_of_its_own_all_the_same(mock):
    def publish():
        with BackendlessMock() as own:
            return call(f"{own.url}/messaging/news", "POST", {"message": "hi"})[0]

    assert said_by_a_child(publish) == 200
    assert mock.messages == ()


@pytest.fixture
def hooks(monkeypatch):
    """What was registered, instead of being run at forks."""
    registered = []
    monkeypatch.setattr(os, "register_at_fork", lambda *, after_in_child: registered.append(after_in_child))
    watch = listener_module._listeners_of_this_process.__wrapped__
    listeners = watch()
    monkeypatch.setattr(listener_module, "_listeners_of_this_process", lambda: listeners)
    return registered


def test_in_the_child_every_copy_is_closed_and_nothing_is_waited_for(hooks):
    listener = Listener("127.0.0.1", 0, None, None, lambda: True)
    with socket.create_connection(listener.server_address, timeout=WATCHDOG):
        accepted, _ = listener.get_request()
        listener._connections = {None: listener_module.Connection(accepted)}
        sockets = [listener.socket, listener._holder, listener._waker, listener._alarm, accepted]
        with accepted.makefile():
            hooks[0]()
            assert [sock.fileno() for sock in sockets if sock is not None] == [-1] * 5
    listener.settle()
    hooks[0]()


def test_where_processes_do_not_fork_it_listens_all_the_same(monkeypatch):
    monkeypatch.delattr(os, "register_at_fork")
    watch = listener_module._listeners_of_this_process.__wrapped__
    assert list(watch()) == []
