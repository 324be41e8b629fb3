"""Mocks that are wider than a test: on the session's server, each with an application of its own."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..messaging.rules import RuleOptions, Rules
from ..runtime.ids import guid
from ..server.server import BackendlessServer
from ..service.identity import Identity
from .mock import BackendlessMock
from .session import Session
from .state import read_state

if TYPE_CHECKING:
    from typing_extensions import Unpack


class BackendlessMockFactory:
    """``with backendless_mock_factory() as mock:`` in a fixture of any scope; several may be open at once.

    Each has its own application id, key and clock. Its ids are the same in every run, since they are derived from
    where it is made.
    """

    def __init__(self, server: BackendlessServer, rules: Rules, root: Path, *, verbose: bool) -> None:
        """``rules`` are what each call goes on top of; ``root`` is what the places are relative to.

        With ``verbose`` reports leave nothing out.
        """
        self._server = server
        self._rules = rules
        self._root = root
        self._verbose = verbose
        self._made: list[Session] = []
        self._counts: Counter[str] = Counter()

    @property
    def sessions(self) -> list[Session]:
        """Those that were made and are not closed."""
        self._made = [session for session in self._made if not session.is_closed]
        return self._made

    def close(self, warn: Callable[[Warning], object]) -> list[str]:
        """Close those that nobody closed, the newest first, and return what would have failed them."""
        problems = []
        for session in self.sessions[::-1]:
            session.close()
            problems += session.judge(warn)
        return problems

    def __call__(
        self,
        *,
        freeze: dt.datetime | str | None = None,
        allow_unknown_requests: bool = False,
        state: Mapping[str, Any] | str | Path | None = None,
        **rules: Unpack[RuleOptions],
    ) -> BackendlessMock:
        """A mock that is open during its ``with`` block, whose end gives the last verdict on it.

        ``freeze`` is when the process's time stands meanwhile; one freeze rules at a time. It begins with a ``state``,
        as ``BackendlessMock`` does; a path is relative to the caller's file. Raises ``TypeError`` or ``ValueError`` for
        a rule that cannot be meant, and for what is no state, ``OSError`` for a file that cannot be read.
        """
        place, folder = _caller(self._root)
        beginning = None if state is None else read_state(state, folder)
        self._counts[place] += 1
        session = Session(
            replace(self._rules, **{**(beginning.rules if beginning else {}), **rules}),
            seed=place if self._counts[place] == 1 else f"{place} ({self._counts[place]})",
            freeze=freeze,
            allow_unknown_requests=allow_unknown_requests,
            server=self._server,
            base=folder,
            verbose=self._verbose,
            beside=self._free_identity(place),
            name=f"backendless_mock_factory in {place}",
            state=beginning,
        )
        self._made.append(session)
        return BackendlessMock(_session=session)

    def _free_identity(self, place: str) -> Identity:
        """The first of a place's identities that nobody has now: settings that were read once stay true."""
        taken = {session.app.tenants.default.application.identity.app_id for session in self.sessions}
        number = 1
        while (app_id := guid(f"{place} {number} id")) in taken:
            number += 1
        return Identity(app_id, guid(f"{place} {number} key"))


def _caller(root: Path) -> tuple[str, Path]:
    """Who asks for a mock, as ``conftest.py::shop``, and the folder of that file."""
    code = sys._getframe(2).f_code  # noqa: SLF001 - `inspect.stack` reads every source file on the way
    path = Path(code.co_filename)
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    return f"{shown}::{code.co_name}", path.parent
