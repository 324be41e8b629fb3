"""An application's clock: looking at it, moving it, and waiting until those who listen have heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from ..http import record_json
from ..messaging.due import RunawayScheduleError
from ..messaging.duration import SECOND
from ..messaging.message import Delivery as CoreDelivery
from ..runtime.clock import require_reachable
from ..runtime.instant import to_datetime
from ..runtime.journey import Journey, next_at
from ..runtime.record import Delivery, delivery_record
from . import codec
from .call import Answer, Call
from .hosted import Hosted
from .problem import Problem, unfit

PATIENCE = 0.2
"""Real seconds that listeners are given to answer, where nobody says."""


def state(hosted: Hosted) -> dict[str, Any]:
    """What the clock shows, how far it is ahead of the clients' own, and what is to come."""
    time, backend = hosted.session.time, hosted.application.backend
    with backend.session() as (broker, now):
        pending = len(broker.pending)
    coming = next_at(time)
    return {
        "now": codec.write_instant(now),
        "nowMs": now // 1000,
        "offsetMs": round(time.ahead / 1000),
        "frozen": time.is_frozen,
        "nextAt": None if coming is None else codec.write_instant(coming),
        "pending": pending,
    }


def show(call: Call) -> Answer:
    """The clock."""
    return Answer(state(call.hosted))


def advance(call: Call) -> Answer:
    """Go forward by a duration."""
    duration = codec.read_duration(call.body["by"], "$.by")
    return _go(call, lambda now: now + duration)


def move_to(call: Call) -> Answer:
    """Go forward to an instant."""
    target = codec.read_instant(call.body["to"], "$.to")
    return _go(call, lambda _: target)


def next_delivery(call: Call) -> Answer:
    """Go to the next delivery."""
    hosted = call.hosted
    with moving(), hosted.session.time.logging() as log:
        first = hosted.mock.clock.next()
    made = [] if first is None else [each for each in map(delivery_record, log) if each.at == first.at]
    return _arrived(call, hosted, made)


def freeze(call: Call) -> Answer:
    """Stop the clock, or at an instant."""
    hosted, at = call.hosted, call.body.get("at")
    if at is None and hosted.session.time.is_frozen:
        return Answer(state(hosted))
    instant = None if at is None else to_datetime(codec.read_instant(at, "$.at"))
    if hosted.session.time.is_fresh:  # nothing has happened that another instant would contradict
        hosted.session.time.unfreeze()
    try:
        hosted.mock.clock.freeze(instant)
    except RuntimeError as error:
        raise Problem(
            HTTPStatus.CONFLICT, f"{error}; POST clock/move-to moves it, POST clock/unfreeze lets it run"
        ) from None
    except ValueError:
        raise unfit(
            "$.at",
            "that has passed by this clock, and something has happened by it: freeze first, or POST apps with freeze",
        ) from None
    return Answer(state(hosted))


def unfreeze(call: Call) -> Answer:
    """Let the clock run, from where it stands."""
    call.hosted.session.time.resume()
    return Answer(state(call.hosted))


def _go(call: Call, to: Callable[[int], int]) -> Answer:
    """Go to the instant that ``to`` gives of the present one; with a pause, stop at each instant on the way."""
    hosted = call.hosted
    pause = codec.read_duration(call.body.get("pause", 0), "$.pause") / SECOND
    time = hosted.session.time
    with moving(), time.standing() as now:
        target = require_reachable(now, to(now))
        journey = Journey(time, now, target)
        made: list[CoreDelivery] = []
        if pause:
            for stop in journey.steps():
                made += stop
                hosted.over.wait(pause)
        else:
            time.note_jump(now, target)
            made = journey.run()
    return _arrived(call, hosted, map(delivery_record, made))


@contextmanager
def moving() -> Iterator[None]:
    """Raises ``Problem`` where the clock cannot go there."""
    try:
        yield
    except (ValueError, RunawayScheduleError) as error:
        raise Problem(HTTPStatus.CONFLICT, str(error)) from None


def _arrived(call: Call, hosted: Hosted, made: Iterable[Delivery]) -> Answer:
    patience = codec.read_duration(call.body["settle"], "$.settle") / SECOND if "settle" in call.body else PATIENCE
    settled = hosted.session.settle(patience)
    return Answer({**state(hosted), "deliveries": [record_json.write(each) for each in made], "settled": settled})
