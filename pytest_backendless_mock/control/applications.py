"""The applications of a server: the default one, which is always there, and those that tests made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from ..http.recorder import Recorder
from ..server.server import BackendlessServer
from .hosted import ALLOW_UNKNOWN_REQUESTS, DEFAULT, LOGGER, Hosted, Plan
from .problem import Problem

Parting = Callable[[Hosted, Mapping[str, Any]], object]
"""Told of an application that goes, and of its verdict."""
LONGEST_IDLE = 3600.0
"""Real seconds after which an application goes that nobody asked for."""


class Applications:
    """By id; idle ones go when somebody asks for anything."""

    def __init__(
        self,
        server: BackendlessServer,
        plan: Plan,
        recorder: Recorder | None = None,
        parting: Parting | None = None,
    ) -> None:
        """``plan`` is the default application's, and its rules are below those that others are made with.

        With a ``recorder`` the requests of all are kept.
        ``parting`` is called with each application that is taken away, and its last verdict.
        """
        self._server = server
        self._recorder = recorder
        self._parting = parting
        self.rules = {**plan.rules, ALLOW_UNKNOWN_REQUESTS: plan.allow_unknown_requests}
        """By name, with what is said among them: an application has them unless it is made with others."""
        self._lock = threading.Lock()
        self.default = Hosted(server, plan, recorder)
        self._by_id: dict[str, Hosted] = {plan.app_id: self.default}
        self._made = 0

    def __iter__(self) -> Iterator[Hosted]:
        return iter(tuple(self._by_id.values()))

    def find(self, name: str) -> Hosted:
        """The application with that id, or ``default``. Raises ``Problem``."""
        hosted = self.default if name == DEFAULT else self._by_id.get(name)
        if hosted is None:
            raise Problem(
                HTTPStatus.NOT_FOUND,
                f"there is no application {name!r}; GET apps lists those there are, POST apps makes one. "
                f"One that nobody asks for goes after {LONGEST_IDLE / 60:g} minutes",
            )
        hosted.touch()
        return hosted

    def next_label(self) -> str:
        """A label for who gave none."""
        with self._lock:
            self._made += 1
            return f"application {self._made}"

    def make(self, plan: Plan) -> tuple[Hosted, bool]:
        """Another application, and whether it took the place of one with the same label.

        Raises ``Problem`` where its id is taken by another.
        """
        with self._lock:
            before = self._by_id.get(plan.app_id)
            if before is None:
                before = next((each for each in self._by_id.values() if each.plan.label == plan.label), None)
            if before is not None and (before is self.default or before.plan.label != plan.label):
                raise Problem(
                    HTTPStatus.CONFLICT,
                    f"the application {plan.app_id} is there already, labelled {before.plan.label!r}: "
                    "take another appId or label, or DELETE that one first",
                )
            if before is not None:
                self._remove(before)
            made = self._by_id[plan.app_id] = Hosted(self._server, plan, self._recorder)
        if before is not None:
            self._part(before)
        return made, before is not None

    def remove(self, hosted: Hosted) -> dict[str, Any]:
        """Take an application away, and give its last verdict. Raises ``Problem`` for the default one."""
        if hosted is self.default:
            raise Problem(HTTPStatus.CONFLICT, "the default application is always there: POST reset empties it")
        with self._lock:
            self._remove(hosted)
        return self._part(hosted)

    def drop_idle(self) -> None:
        """Take those away that nobody asked for in a long time."""
        for hosted in self:
            if hosted is not self.default and hosted.idle_for() > LONGEST_IDLE:
                LOGGER.warning(
                    "application %s (%s) is gone: nobody asked for it for %g minutes",
                    hosted.plan.app_id,
                    hosted.plan.label,
                    LONGEST_IDLE / 60,
                )
                with self._lock:
                    self._remove(hosted)
                self._part(hosted)

    def end(self) -> None:
        """Nobody waits any more: streams end, and whoever waits for something is told so."""
        for hosted in self:
            hosted.over.set()

    def close(self) -> None:
        """Take all away."""
        for hosted in self:
            hosted.close()

    def _remove(self, hosted: Hosted) -> None:
        self._by_id.pop(hosted.plan.app_id, None)
        hosted.close()

    def _part(self, hosted: Hosted) -> dict[str, Any]:
        verdict = hosted.judge()
        if self._parting is not None:
            self._parting(hosted, verdict)
        return verdict
