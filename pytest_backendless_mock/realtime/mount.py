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

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._lock:
            if self._door is None:
                from .door import Door  # noqa: PLC0415 - 10 ms, which most tests do not need

                self._door = Door(self._app)
        return self._door(environ, start_response)


def _is_for_real_time(environ: WSGIEnvironment) -> bool:
    query: str = environ.get("QUERY_STRING", "")
    return "EIO=" in query and (query.startswith("EIO=") or "&EIO=" in query)
