"""Times at which an application cannot be reached: its requests are reset, and nobody else's."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ..http.availability import Outage
from ..runtime.instant import to_datetime
from . import codec
from .call import Answer, Call
from .problem import unfit

NO_CONTENT = Answer(None, HTTPStatus.NO_CONTENT)


def add(call: Call) -> Answer:
    """Be out of reach from one instant until before another, on the application's clock."""
    hosted, body = call.hosted, call.body
    now = hosted.session.time.read()
    start, end = (_when(body[name], now, f"$.{name}") for name in ("start", "end"))
    try:
        hosted.mock.outage(to_datetime(start), to_datetime(end), optional=body.get("optional", False))
    except ValueError as error:
        raise unfit("$", str(error)) from None
    return Answer(_written(hosted.session.app.availability.outages[-1]), HTTPStatus.CREATED)


def _when(value: str | float, now: int, path: str) -> int:
    """An instant, or as a duration one from now on, in microseconds."""
    if isinstance(value, str) and codec.is_duration(value):
        return now + codec.read_duration(value, path)
    return codec.read_instant(value, path)


def _written(outage: Outage) -> dict[str, Any]:
    return {
        "start": codec.write_instant(outage.start),
        "end": codec.write_instant(outage.end),
        "optional": outage.optional,
        "began": outage.began,
    }


def listed(call: Call) -> Answer:
    """The outages that were planned."""
    hosted = call.hosted
    hosted.session.app.availability.look()
    return Answer({"items": [_written(outage) for outage in hosted.session.app.availability.outages]})


def end(call: Call) -> Answer:
    """Forget all outages, the one that lasts too."""
    call.hosted.session.app.availability.reset()
    return NO_CONTENT


def offline(call: Call) -> Answer:
    """Be out of reach, or be back, until the next word."""
    call.hosted.be_offline(is_offline=call.body["offline"])
    return Answer({"offline": call.body["offline"]})
