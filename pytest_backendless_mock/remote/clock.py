"""The clock of an application on a mock that runs elsewhere. Nothing in this process follows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from ..runtime.instant import parse_clock_instant, parse_duration, parse_instant, to_datetime
from ..runtime.record import Delivery, View
from .record import read
from .refusal import NotRemoteError
from .server import ConflictError
from .session import RemoteSession

MICROSECONDS = 1_000_000


class RemoteClock:
    """``Clock``, from afar: the same verbs, units and errors. Who listens has heard when a verb returns."""

    def __init__(self, session: RemoteSession) -> None:
        self._session = session

    def __repr__(self) -> str:
        return f"<RemoteClock of {self._session.described['url']}>"

    def now(self) -> dt.datetime:
        """The mock's time, an aware datetime in UTC."""
        return to_datetime(self._now())

    def advance(self, delta: dt.timedelta | None = None, /, **units: float) -> View[Delivery]:
        """Go forward: ``advance(minutes=5)`` or ``advance(timedelta(...))``; returns the deliveries made on the way."""
        duration = parse_duration("advance", delta, units)
        return self._go("advance", {"by": duration / MICROSECONDS})

    def move_to(self, instant: dt.datetime | str) -> View[Delivery]:
        """Go forward to an aware datetime or ISO 8601 text (no offset means UTC); returns the deliveries made."""
        return self._go("move-to", {"to": _text(parse_instant(instant))})

    def steps(self, delta: dt.timedelta | None = None, /, **units: float) -> Iterator[Delivery]:
        """Go forward like ``advance``, but stop at each delivery and yield it.

        The clock stands while the loop's body runs. Raises ``NotRemoteError`` where anybody listens in real time.
        """
        duration = parse_duration("steps", delta, units)
        if self._session.items("listeners"):
            raise NotRemoteError("steps")
        return self._stepping(self._now() + duration)

    def _stepping(self, target: int) -> Iterator[Delivery]:
        was_frozen = self._state()["frozen"]
        self._session.ask("POST", "clock/freeze", {})
        try:
            while (stop := self._state()["nextAt"]) is not None and parse_instant(stop) < target:
                yield from self._go("move-to", {"to": stop})
            yield from self._go("move-to", {"to": _text(target)})
        finally:
            if not was_frozen:
                self.unfreeze()

    def next(self) -> Delivery | None:
        """Go to the next delivery and return it; ``None`` if there is none to come."""
        made = self._go("next", {})
        return made[0] if made else None

    def sleep(self, seconds: float) -> None:
        """``advance(seconds=...)`` with the signature of ``time.sleep``, which it can replace in code under test."""
        self.advance(seconds=seconds)

    def freeze(self, at: dt.datetime | str | None = None) -> RemoteFreeze:
        """Let this clock stand at ``at``, or where it is; the process's time goes on.

        Raises ``RuntimeError`` where it stands already, ``ValueError`` for an instant that is none or has passed.
        """
        if at is None and self._state()["frozen"]:
            raise RuntimeError("the clock stands already")
        body = {} if at is None else {"at": _text(parse_clock_instant(at))}
        try:
            self._session.ask("POST", "clock/freeze", body)
        except ConflictError as error:
            raise RuntimeError(str(error)) from None
        return RemoteFreeze(self)

    def unfreeze(self) -> None:
        """Let it run again, from where it stands."""
        self._session.ask("POST", "clock/unfreeze", {})

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = self._session.ask("GET", "clock")
        return state

    def _now(self) -> int:
        return parse_instant(self._state()["now"])

    def _go(self, verb: str, body: dict[str, Any]) -> View[Delivery]:
        return View(read(Delivery, each) for each in self._session.ask("POST", f"clock/{verb}", body)["deliveries"])


class RemoteFreeze:
    """What ``clock.freeze()`` returns: a context manager that lets the clock run at the end of its block."""

    def __init__(self, clock: RemoteClock) -> None:
        self._clock = clock

    def __enter__(self) -> RemoteClock:
        return self._clock

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clock.unfreeze()


def _text(instant: int) -> str:
    return to_datetime(instant).isoformat()
