"""How an answer goes over the wire: whole, slowly, in half, or not at all.

Over a socket the server makes of each error here what the client would meet (``server/connection.py``); a client
without a socket meets the error itself.
"""

from __future__ import annotations

import selectors
import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from http.client import BadStatusLine
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
UNKNOWN = "Unknown"
"""What a status is called that HTTP does not know."""
PIECES = 10
"""In how many pieces a slow answer comes."""
GLANCE = 0.05
"""Real seconds between two looks at whether the test is over."""
PATIENCE = 30.0
"""Real seconds after which a client that waits for an answer is taken for one that would wait for ever."""
GATHER = "backendless_mock.gather"
"""Where a server puts into the WSGI environment the call that waits for requests made at the same time."""
CONNECTION = "backendless_mock.connection"
"""Where it puts the ``Connection`` that a request came over."""
OURS = "pytest-backendless-mock: "
"""How texts begin that the service itself would never say."""
STATUS_LINE_OF_ANOTHER_PROTOCOL = "SSH-2.0-OpenSSH_9.6"


class Connection:
    """What a request comes over; without a server it is always there."""

    is_cut_off = False
    """Whether the service went away since: no answer gets through any more."""


THERE = Connection()


class Response(NamedTuple):
    """An answer as HTTP has it; ``Content-Length`` comes with the sending."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __repr__(self) -> str:
        """Without the body, which may hold a token."""
        return f"<Response {self.status}, {len(self.body)} bytes>"


Transport = Callable[["WSGIEnvironment", "StartResponse", Response], Iterable[bytes]]
"""Sends a response; what it raises or yields is what the client gets to see."""


def whole(_: WSGIEnvironment, start_response: StartResponse, response: Response) -> Iterable[bytes]:
    """The answer as it is: nothing goes wrong."""
    _start(start_response, response)
    return [response.body]


def truncated(environ: WSGIEnvironment, start_response: StartResponse, response: Response) -> Iterable[bytes]:
    """Half of the body, as if it were all."""
    return whole(environ, start_response, response._replace(body=_half(response.body)))


def reset(*_: object) -> Iterable[bytes]:
    """No answer: the connection is reset. Raises ``ConnectionResetError``."""
    raise ConnectionResetError("backendless_mock.faults reset the connection")


def reset_midway(_: WSGIEnvironment, start_response: StartResponse, response: Response) -> Iterator[bytes]:
    """Half of the body, then ``reset``."""
    _start(start_response, response)
    yield _half(response.body)
    reset()


def nothing(*_: object) -> Iterable[bytes]:
    """No answer: the connection is closed in good order. Raises ``ConnectionAbortedError``."""
    raise ConnectionAbortedError("backendless_mock.faults closed the connection without an answer")


def not_http(*_: object) -> Iterable[bytes]:
    """Something that is no HTTP. Raises ``BadStatusLine``, with what is sent."""
    raise BadStatusLine(STATUS_LINE_OF_ANOTHER_PROTOCOL)


def slowly(seconds: float, over: threading.Event) -> Transport:
    """In pieces, spread over real ``seconds``; when the test is ``over`` nothing more comes."""

    def send(_: WSGIEnvironment, start_response: StartResponse, response: Response) -> Iterator[bytes]:
        _start(start_response, response)
        yield b""
        size = -(-len(response.body) // PIECES) or 1
        pieces = [response.body[at : at + size] for at in range(0, len(response.body), size)] or [b""]
        for piece in pieces:
            if over.wait(min(seconds, threading.TIMEOUT_MAX) / len(pieces)):
                nothing()
            yield piece

    return send


def hanging(over: threading.Event, complain: Callable[[str], object]) -> Transport:
    """No answer until the client gives up, or the test is ``over``; after ``PATIENCE``, ``complain``.

    A client without a socket cannot be seen giving up: for it ``TimeoutError`` is raised at once.
    """

    def send(environ: WSGIEnvironment, *_: object) -> Iterable[bytes]:
        if "werkzeug.socket" not in environ:
            raise TimeoutError("backendless_mock.faults left the request without an answer")
        with selectors.DefaultSelector() as selector:
            selector.register(environ["werkzeug.socket"], selectors.EVENT_READ)
            glances = 0
            while not over.is_set() and not selector.select(GLANCE):
                glances += 1
                if glances * GLANCE >= PATIENCE:
                    complain(f"a request was left without an answer for {PATIENCE:g} s: its client has no timeout")
                    break
        return nothing()

    return send


def _start(start_response: StartResponse, response: Response) -> None:
    status, headers, body = response
    length = () if status in BODILESS else (("Content-Length", str(len(body))),)
    start_response(f"{int(status)} {_PHRASES.get(status, UNKNOWN)}", [*headers, *length])


def phrase(status: int) -> str:
    """The reason phrase that goes with a status."""
    return _PHRASES.get(status, UNKNOWN)


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


_PHRASES = {status.value: status.phrase for status in HTTPStatus}
