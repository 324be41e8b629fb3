"""The listening socket, the connections it made, and the thread that accepts them.

Connections can be refused for a while without losing the port: a second socket, bound and never listening, keeps it.
"""

from __future__ import annotations

import contextlib
import functools
import os
import selectors
import socket
import ssl
import sys
import threading
import traceback
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..http.response import OURS
from ..runtime.wall_clock import wait_for
from .connection import RESET, Connection, KeepAliveHandler, reset_when_closed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

POLL_INTERVAL = 0.05
"""Real seconds between two looks at whether connections are to be accepted."""
SHORT_INTERVAL = 0.002
"""The same while they are not: an outage may be over by somebody else's clock."""
BACKLOG = 4_096
"""How many connections may wait to be accepted; the system may allow fewer."""
PATIENCE = 5.0
"""Seconds that is waited for a thread."""
WAKE_UPS = 128
"""How many wake-ups are taken at once."""
LULL = 0.02
"""Real seconds: requests no further apart were made at the same time, as far as a delay goes."""
MOST_LULLS = 10
TLS_RECORD = b"\x16"
"""How a connection begins that speaks TLS."""


class ServerError(RuntimeError):
    """The server cannot listen where it was told to; the text says where and why."""


class Listener:
    """A thread for each connection, its socket kept at hand so that it can be ended."""

    def __init__(
        self,
        host: str,
        port: int,
        current_app: Callable[[], WSGIApplication],
        ssl_context: ssl.SSLContext | None,
        is_accepting: Callable[[], bool],
        *,
        bound: socket.socket | None = None,
    ) -> None:
        """``current_app`` is asked for each request, ``is_accepting`` again and again.

        A socket that is ``bound`` has the address already. Raises ``ServerError``.
        """
        self.socket, self._holder = _bind(host, port, bound)
        self.host = host
        self.server_address = self.socket.getsockname()
        self.port: int = self.server_address[1]
        self.ssl_context = ssl_context
        self.spare_context: ssl.SSLContext | None = None
        """For clients that speak TLS though ``ssl_context`` says nothing of it."""
        self.current_app = current_app
        self.listening = True
        self.busy: set[threading.Thread] = set()
        """The threads that have a request in hand."""
        self.heard = 0
        """How many requests began."""
        self._is_accepting = is_accepting
        self._connections: dict[threading.Thread, Connection] = {}
        """By the thread that serves each."""
        self._stopping = False
        self._waker, self._alarm = socket.socketpair()
        self._changed = threading.Condition()
        self._asked = self._settled = 0
        self._trouble: ServerError | None = None
        self._belongs_to_parent = False
        _listeners_of_this_process().add(self)

    def serve(self) -> None:
        """Accept connections, or refuse them, until ``stop``."""
        with selectors.DefaultSelector() as selector, self._alarm:
            selector.register(self._alarm, selectors.EVENT_READ)
            selector.register(self.socket, selectors.EVENT_READ)
            while not self._stopping:
                asked = self._asked
                if self.listening != self._wanted():
                    self._turn(selector)
                else:
                    self._trouble = None
                with self._changed:
                    self._settled = asked
                    self._changed.notify_all()
                for key, _ in selector.select(POLL_INTERVAL if self.listening else SHORT_INTERVAL):
                    if key.fileobj is self._alarm:
                        self._alarm.recv(WAKE_UPS)
                    else:
                        self._accept()
        self._close_listening()

    def give_up(self) -> None:
        """Close what was opened, where ``serve`` was never called."""
        self._waker.close()
        self._alarm.close()
        self._close_listening()

    def settle(self) -> None:
        """Return when connections are accepted, or refused, as ``is_accepting`` said after this was called.

        Raises ``ServerError`` where somebody else took the port meanwhile.
        """
        if self._belongs_to_parent:
            return
        with self._changed:
            self._asked += 1
            wanted = self._asked
            self._wake()
            settled = wait_for(self._changed, lambda: self._settled >= wanted, PATIENCE)
        if self._trouble is not None or not settled:
            raise self._trouble or ServerError(f"the server's thread does not answer since {PATIENCE:g} s")
        if not self.listening:
            self._see_off()

    def gather(self) -> None:
        """Return when all who ask at the same time were heard: when ``LULL`` has passed without another request.

        Somebody who never stops asking is not waited for.
        """
        for _ in range(MOST_LULLS):
            heard = self.heard
            threading.Event().wait(LULL)
            if heard == self.heard:
                break

    def stop(self, thread: threading.Thread) -> None:
        """End ``serve``, which runs in ``thread``, and every connection; wait for their threads."""
        self._stopping = True
        with self._waker:
            self._wake()
            thread.join()
        self.end_connections()
        for connection_thread in self._connections:
            connection_thread.join(PATIENCE)

    def end_connections(self) -> None:
        """Hang up on everybody; who wants more connects again."""
        for connection in tuple(self._connections.values()):
            connection.end()

    def process_request(self, request: socket.socket, client_address: Any) -> None:
        """Serve a new connection in a thread of its own; turn the client away where there is none to be had."""
        connection = Connection(request)
        thread = threading.Thread(
            target=self._serve, args=(connection, client_address), name="backendless-mock connection", daemon=True
        )
        alive = {other: served for other, served in self._connections.items() if other.is_alive()}
        self._connections = {**alive, thread: connection}
        try:
            thread.start()
        except (RuntimeError, MemoryError) as error:
            self._connections = alive
            sys.stderr.write(f"{OURS}a client was turned away: {error}\n")
            reset_when_closed(request)
            request.close()

    def leave_to_parent(self) -> None:
        """In a forked child: close the copies, which would keep what the parent closes open.

        The connections themselves are the parent's, so nothing is shut down; and a lock may be one that a thread of
        the parent's held, so none is taken.
        """
        self._belongs_to_parent = True
        connections, self._connections = self._connections, {}
        kept = [self.socket, self._holder, self._waker, self._alarm]
        for sock in (*kept, *(connection.socket for connection in connections.values())):
            if sock is not None and sock.fileno() >= 0:
                os.close(sock.detach())  # a socket that is read as a file would put its closing off

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a client: its socket and its address."""
        return self.socket.accept()

    def _stop_listening(self) -> None:
        with contextlib.suppress(OSError):  # Linux only: also for who has a copy of the socket, as C code forks them
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _close_listening(self) -> None:
        self._stop_listening()
        if self._holder is not None:
            self._holder.close()

    def _wanted(self) -> bool:
        try:
            return self._is_accepting()
        except Exception:  # noqa: BLE001 - a bug of ours; the thread has more to do
            traceback.print_exc()
            return True

    def _see_off(self) -> None:
        """Wait until those are gone who were reset; a request under way may take its time, or be waiting for us."""
        for thread in tuple(self._connections):
            if thread not in self.busy and thread is not threading.current_thread():
                thread.join(PATIENCE)

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # it woke by itself, and is gone
            self._waker.send(b"!")

    def _accept(self) -> None:
        try:
            request, address = self.get_request()
        except OSError:
            return  # the client hung up again
        self.process_request(request, address)

    def _turn(self, selector: selectors.BaseSelector) -> None:
        """Close the listening socket and reset who is connected, or listen again on the same port."""
        if self.listening:
            self.listening = False
            selector.unregister(self.socket)
            self._stop_listening()
            for connection in self._connections.values():
                connection.cut_off()
            return
        try:
            self.socket = _listening(_bound(self.host, self.port))
        except ServerError as error:
            self._trouble = error
            return
        self._trouble = None
        self.listening = True
        selector.register(self.socket, selectors.EVENT_READ)

    def _serve(self, connection: Connection, client_address: Any) -> None:
        """TLS is shaken hands over here, so that a silent client blocks its own thread only."""
        try:
            context = self.ssl_context or self._spare(connection.socket)
            if context is not None:
                secure = context.wrap_socket(connection.socket, server_side=True, do_handshake_on_connect=False)
                connection.socket = secure
                if connection.ended:
                    return
                if connection.is_cut_off:
                    reset_when_closed(secure)
                    return
                secure.do_handshake()
            KeepAliveHandler(connection, client_address, self)
        except OSError:
            pass  # the client hung up, or does not speak TLS
        except Exception:  # noqa: BLE001 - a bug of ours; nobody joins this thread to be told
            traceback.print_exc()
        finally:
            _close(connection.socket)

    def _spare(self, sock: socket.socket) -> ssl.SSLContext | None:
        is_tls = self.spare_context is not None and sock.recv(1, socket.MSG_PEEK) == TLS_RECORD
        return self.spare_context if is_tls else None


@functools.cache
def _listeners_of_this_process() -> weakref.WeakSet[Listener]:
    """Those whose sockets a forked child gets copies of. Who never listens watches no fork."""
    listeners: weakref.WeakSet[Listener] = weakref.WeakSet()

    def leave_to_parent() -> None:
        for listener in listeners:
            listener.leave_to_parent()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=leave_to_parent)
    return listeners


def _close(sock: socket.socket) -> None:
    """Close a connection in good order, or reset it."""
    with contextlib.suppress(OSError):
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(RESET)) != RESET:
            sock.shutdown(socket.SHUT_WR)
    sock.close()


def _bind(host: str, port: int, bound: socket.socket | None) -> tuple[socket.socket, socket.socket | None]:
    """A listening socket, and another that keeps its port where the system has it so; it must be bound before."""
    bound = bound or _bound(host, port)
    holder = None
    with contextlib.ExitStack() as undo:
        if os.name == "posix":
            with contextlib.suppress(ServerError):
                holder = undo.enter_context(_bound(host, bound.getsockname()[1]))
        listening = _listening(bound)
        undo.pop_all()
    return listening, holder


def _bound(host: str, port: int) -> socket.socket:
    bound = None
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere the option would let two servers share a port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except (OSError, OverflowError, TypeError, UnicodeError) as error:
        if bound is not None:
            bound.close()
        raise ServerError(f"the mock cannot listen on {host}:{port}: {error}") from None
    return bound


def _listening(bound: socket.socket) -> socket.socket:
    try:
        bound.listen(BACKLOG)
    except OSError as error:
        host, port = bound.getsockname()[:2]
        bound.close()
        raise ServerError(f"the mock cannot listen on {host}:{port}: {error}") from None
    return bound
