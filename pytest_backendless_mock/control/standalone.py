"""The server that anybody can run: an application that is always there, those that tests make, this room's door."""

from __future__ import annotations

import json
import ssl
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from ..http.mounts import Mount
from ..http.recorder import Recorder, passing
from ..messaging.rules import Rules
from ..server.listener import ServerError
from ..server.server import LOOPBACK, BackendlessServer, hosting
from ..service.identity import API_KEY, APP_ID, PORT
from ..service.remedy import Door
from ..service.verdict import BackendlessMockWarning
from ..testing.beginning import read_beginning
from .app import ControlApp, is_for_tools
from .application import describe
from .applications import Applications, Parting
from .guard import Guard
from .hosted import ALLOW_UNKNOWN_REQUESTS, DEFAULT, LOGGER, Hosted, Plan
from .index import NAME
from .table import ROUTES

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - where such a server is found from here
PATIENCE = 1.0
"""Real seconds that who holds the port already is given to say who it is."""


class Standalone:
    """A server for clients in any language. Made by the command line; nothing in the process notices its clocks."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = PORT,
        *,
        app_id: str = APP_ID,
        api_keys: Mapping[str, str] | None = None,
        seed: str | int = 0,
        freeze: int | None = None,
        rules: Mapping[str, Any] | None = None,
        tls: ssl.SSLContext | None = None,
        allow_hosts: Iterable[str] = (),
        token: str | None = None,
        open_to_network: bool = False,
        doors: Sequence[Callable[[Guard], Mount]] = (),
        begin_with: Sequence[Path] = (),
        har: Path | None = None,
        parting: Parting | None = None,
        words: Door = "control",
    ) -> None:
        """``api_keys`` by kind and ``seed`` are the default application's, ``rules`` by name its and all others'.

        ``freeze`` is in microseconds since the epoch. With a ``token`` only who bears it may ask. ``doors``
        come before this room's, each made for the same guard. Raises ``ValueError`` for a host beyond loopback
        without a token or ``open_to_network``, and as ``Rules``.

        The default application begins with the states in the files ``begin_with``, and its texts are in ``words``.
        All requests are written to the file ``har``; they are kept without one, too, where there is ``parting``, which
        is called with each application that is taken away, and its last verdict.
        Raises as ``read_beginning``.
        """
        if host not in LOOPBACK and token is None and not open_to_network:
            raise ValueError(
                f"whoever reaches {host} could move its clocks: give it a token "
                "(BACKENDLESS_MOCK_TOKEN or --token-file), "
                "or say --open-to-network"
            )
        keys = {"REST": API_KEY, **(api_keys or {})}
        given = dict(rules or {})
        allow_unknown_requests = given.pop(ALLOW_UNKNOWN_REQUESTS, False)
        Rules(**given)
        self._plan = Plan(
            label=DEFAULT,
            app_id=app_id,
            api_keys=keys,
            seed=seed,
            freeze=freeze,
            allow_unknown_requests=allow_unknown_requests,
            rules=given,
            state=read_beginning(begin_with, app_id),
            door=words,
        )
        self._har, self._parting = har, parting
        self._beyond = None if host in LOOPBACK else ("whoever has its token" if token else "everybody")
        self.guard = Guard(token=token, allow_hosts=allow_hosts)
        self._doors = [door(self.guard) for door in doors]
        self._server = BackendlessServer(host, port, tls, app_id=app_id, api_key=keys["REST"])
        self._applications: Applications | None = None

    def start(self) -> None:
        """Listen and serve, in threads of its own. Raises ``ServerError`` where that is not possible.

        Raises ``OSError`` where the file for HAR cannot be written; what stands there is kept until it listens.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BackendlessMockWarning)  # who can reach it is said below
            try:
                self._server.start()
            except ServerError as error:
                raise ServerError(_whose(self._server, str(error))) from None
        try:
            recorder = Recorder(self._har) if self._har else passing() if self._parting else None
        except OSError:
            self._server.stop()
            raise
        self._applications = Applications(self._server, self._plan, recorder, self._parting)
        control = Mount(is_for_tools, ControlApp(self._applications, ROUTES, self.guard))
        for door in (*self._doors, control):
            hosting(self._server).add_door(door)
        if self._beyond:
            where = self._server.host_url
            LOGGER.warning("the mock listens on %s, where %s can reach it and move its clocks", where, self._beyond)

    def stop(self) -> None:
        """End every stream and connection, then all applications; where it does not run, nothing happens."""
        applications, self._applications = self._applications, None
        if applications is not None:
            applications.end()
        self._server.stop()
        if applications is not None:
            applications.close()

    @property
    def url(self) -> str:
        """Where it is found from this machine: ``http://127.0.0.1:2563``."""
        host = self._server.host
        return self._server.host_url.replace(f"//{host}:", f"//{ANYWHERE.get(host, host)}:")

    @property
    def applications(self) -> Applications:
        """Those it has. Raises ``RuntimeError`` where it does not run."""
        if self._applications is None:
            raise RuntimeError("the server does not run: start() it")
        return self._applications

    @property
    def default(self) -> Hosted:
        """The application that is always there."""
        return self.applications.default

    def describe(self) -> dict[str, Any]:
        """The default application as ``GET apps/default`` describes it."""
        return describe(self.default, self.url)


def _whose(server: BackendlessServer, trouble: str) -> str:
    """Why it cannot listen: where a mock has the port, that it has."""
    host = ANYWHERE.get(server.host, server.host).strip("[]")
    connection = HTTPConnection(host, server.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/__mock__/health")
        found = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return trouble
    finally:
        connection.close()
    if not isinstance(found, dict) or found.get("name") != NAME:
        return trouble
    return f"{NAME} is already running at http://{host}:{server.port}, version {found.get('version')}"
