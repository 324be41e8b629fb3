"""Where real time is mounted on a server's application; all else of this room is loaded when a client comes."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..http.app import App
from ..http.mounts import Mount
from .ending import Ending

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from .door import Door


class RealTime:
    """The door, which comes into being with the first client that knocks."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._door: Door | None = None
        self._lock = threading.Lock()
        app.mounts.add(Mount(_is_for_real_time, self._serve))
        app.availability.on_leaving = lambda: self.end(Ending.BROKEN)

    def end(self, ending: Ending = Ending.CLOSED) -> None:
        """End every session."""
        if self._door is not None:
            self._door.end(ending)

    def settle(self, seconds: float) -> bool:
        """Wait, in real ``seconds``, until every client has got all that there was to send; whether they have."""
        return self._door is None or self._door.settle(seconds)

    def take_over(self, other: RealTime) -> None:
        """Take the sessions of ``other``, in whose place this one comes."""
        if other._door is not None:
            self._made_door().take_over(other._door)

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._made_door()(environ, start_response)

    def _made_door(self) -> Door:
        with self._lock:
            if self._door is None:
                from .door import Door  # noqa: PLC0415 - 10 ms, which most tests do not need

                self._door = Door(self._app)
            return self._door


def _is_for_real_time(environ: WSGIEnvironment) -> bool:
    query: str = environ.get("QUERY_STRING", "")
    return "EIO=" in query and (query.startswith("EIO=") or "&EIO=" in query)
