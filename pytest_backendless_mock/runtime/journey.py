"""A journey: from now to a later instant, through all that is due on the way (invariant 3).

One step is all that is due at one instant, then the listeners. No lock spans a journey: while its steps run others may
publish, poll and set out on journeys of their own, which only raise the time further.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from ..messaging.due import MOST_OCCURRENCES, RunawayScheduleError
from ..messaging.message import Delivery
from .instant import show_instant
from .virtual_time import VirtualTime


class Journey:
    """From ``now``, at which the time stands (``VirtualTime.standing``), to ``target``, in microseconds."""

    def __init__(self, time: VirtualTime, now: int, target: int) -> None:
        """Raises ``RunawayScheduleError`` where there is more on the way than anybody means; nothing has moved then."""
        self._time = time
        self._target = target
        catch_up(time, now)
        for follower in time.followers:
            follower.next_at(until=target)

    def run(self) -> list[Delivery]:
        """Go there at once, or instant by instant where somebody listens; returns the deliveries made on the way."""
        with self._time.logging() as made:
            if any(follower.listening for follower in self._time.followers):
                for _ in self._stops():
                    pass
            else:
                self._stop_at(self._target)
            return self._in_order(made)

    def steps(self) -> Iterator[list[Delivery]]:
        """Go there instant by instant, and hand out the deliveries of each."""
        with self._time.logging() as made:
            for _ in self._stops():
                yield self._in_order(made.copy())
                made.clear()

    def _stops(self) -> Iterator[int]:
        stops = 0
        while (instant := next_at(self._time)) is not None and instant <= self._target:
            stops += 1
            if stops > MOST_OCCURRENCES:
                raise RunawayScheduleError(
                    f"the journey to {show_instant(self._target)} stopped a million times and is only at "
                    f"{show_instant(instant)}: does a listener publish for every delivery?"
                )
            self._stop_at(instant)
            yield instant
        self._stop_at(self._target)

    def _stop_at(self, instant: int) -> None:
        self._time.raise_to(instant)
        for follower in tuple(self._time.followers):
            follower.step(instant)

    def _in_order(self, made: list[Delivery]) -> list[Delivery]:
        """Those of several applications come one application after the other."""
        return sorted(made, key=attrgetter("at")) if len(self._time.followers) > 1 else made


def reach(time: VirtualTime, instant: int) -> None:
    """Go forward to ``instant`` (microseconds) as time itself would, unless it has passed.

    What polls miss on the way is not put down to a jump of the test's. Raises ``RunawayScheduleError``.
    """
    with time.standing() as now:
        if instant > now:
            Journey(time, now, instant).run()


def catch_up(time: VirtualTime, now: int) -> None:
    """Have happen what is due by ``now`` (microseconds) already: it is not made on the way."""
    for follower in time.followers:
        due = follower.next_at()
        if due is not None and due <= now:
            follower.step(now)


def next_at(time: VirtualTime, *, delivery: bool = False) -> int | None:
    """The next instant (microseconds) at which something is due anywhere, or a ``delivery`` is."""
    earliest = None
    for follower in time.followers:
        instant = follower.next_at(delivery=delivery)
        if instant is not None and (earliest is None or instant < earliest):
            earliest = instant
    return earliest
