"""The wall clock: the time of the process, whoever made it. The only module that reads it or imports freezegun.

Facts about freezegun this rests on (``docs/contributing/architecture.md``): in a thread ``time.time()`` may stay real
while ``datetime.now()`` is frozen; ``tz_offset`` shifts ``now()`` but not the frozen instant; an auto-ticking factory
ticks by being looked at; ``stop()`` makes other threads see empty stacks for an instant. So a frozen time is
read from the factory on top of freezegun's stack, and never by calling a patched function.
"""

from __future__ import annotations

import datetime as dt
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from .instant import EPOCH, MICROSECOND, from_datetime, real_datetime, to_datetime

UTC = dt.timezone.utc


class Reading(NamedTuple):
    """``instant`` in microseconds since the epoch; ``frozen`` when a freeze rules, ``running`` when it passes."""

    instant: int
    frozen: bool = False
    running: bool = True
    beside: int | None = None
    """What clients see meanwhile, where the freeze is not theirs."""


class Time(Protocol):
    """What a clock needs of the process's time; tests hand it a fake one."""

    def read(self) -> Reading:
        """The process's time, now."""

    def move(self, instant: int) -> bool:
        """Move the freeze that rules to ``instant`` (microseconds), never back; returns whether there is one."""

    def freeze(self, instant: int) -> Callable[[], None]:
        """Freeze the process at ``instant`` (microseconds); what comes back undoes it."""

    def is_led(self) -> bool:
        """Whether somebody else froze or moved the time, on top of our own freeze if there is one."""


class WallClock:
    """The time that ``datetime.now()`` shows the code under test, whether real, frozen or travelled to."""

    _own: Any = None
    """The factory of our own freeze."""

    def read(self) -> Reading:
        """The process's time, now, without making an auto-ticking freeze tick."""
        factory = _top_factory()
        if factory is None:
            try:
                now = real_datetime().now(UTC)
            except ValueError:  # time-machine was stopped by another thread, in the middle of this call
                now = real_datetime().now(UTC)
            return Reading((now - EPOCH) // MICROSECOND)
        running = isinstance(factory, sys.modules["freezegun.api"].TickingDateTimeFactory)
        frozen = factory() if running else factory.time_to_freeze
        return Reading(from_datetime(frozen.replace(tzinfo=dt.timezone.utc)), frozen=True, running=running)

    def move(self, instant: int) -> bool:
        """Move the user's or our own freezegun freeze to ``instant`` (microseconds), never back, if there is one."""
        factory = _top_factory()
        if factory is None:
            return False
        if instant > self.read().instant:
            factory.move_to(to_datetime(instant).replace(tzinfo=None))
        return True

    def freeze(self, instant: int) -> Callable[[], None]:
        """Freeze the process at ``instant`` (microseconds); raises ``RuntimeError`` where somebody else did."""
        rival = _rival()
        if rival:
            raise RuntimeError(
                f"time is already frozen by {rival}; the mock follows it. "
                "Move it with clock.advance(...) or clock.move_to(...) instead of freezing again."
            )
        import freezegun  # noqa: PLC0415 - 56 ms, and only who freezes needs it

        freezer = freezegun.freeze_time(to_datetime(instant), real_asyncio=True, ignore=["_pytest.timing"])
        factory = self._own = freezer.start()

        def undo() -> None:
            if _top_factory() is not factory:
                raise RuntimeError("a freeze_time() started after clock.freeze() is still active: stop it first")
            freezer.stop()
            self._own = None

        return undo

    def is_led(self) -> bool:
        """Whether somebody else froze or moved the time, on top of our own freeze if there is one."""
        top = _top_factory()
        return _rival() is not None and (top is None or top is not self._own)


_REAL = (getattr(sys.modules.get("freezegun.api"), "real_perf_counter", time.perf_counter),)
"""Not ``time.monotonic``, which time-machine up to 2.19 stops under every name; and freezegun, which replaces every
name that a module has for a function, leaves what is in a tuple."""


def real_monotonic() -> float:
    """Seconds that pass whatever is frozen: for waiting in running time."""
    return _REAL[0]()


def wait_for(condition: threading.Condition, predicate: Callable[[], bool], timeout: float) -> bool:
    """``condition.wait_for`` with a ``timeout`` in real seconds; that of the library goes by ``time.monotonic``."""
    deadline = real_monotonic() + timeout
    while not predicate():
        left = deadline - real_monotonic()
        if left <= 0:
            return False
        condition.wait(left)
    return True


def _top_factory() -> Any:
    freezegun = sys.modules.get("freezegun.api")
    top = freezegun.freeze_factories[-1:] if freezegun else ()  # a slice: another thread may just have popped it
    return top[0] if top else None


def _rival() -> str | None:
    """Which library froze or moved the time, if any did."""
    if _top_factory() is not None:
        return "freezegun"
    hatch = getattr(sys.modules.get("time_machine"), "escape_hatch", None)
    return "time-machine" if hatch is not None and hatch.is_travelling() else None
