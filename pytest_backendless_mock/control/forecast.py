"""What is to come: the occurrences ahead, and what a move of the clock would bring. Looking moves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from ..diagnosis.phrase import number_of
from ..messaging.broker import Broker
from ..messaging.forecast import Ahead, Occurrence, ahead, upcoming
from ..messaging.options import PUSH_ONLY
from ..runtime.clock import require_reachable
from ..service.json_text import camel
from . import codec
from .call import Answer, Call
from .clock import moving
from .page import USUAL
from .problem import unfit

MOVES = ("by", "to", "next")
"""The parameters that say which move is meant; one at a time."""
FEWEST_DIGITS = 5
"""From how many digits on a number is milliseconds; four are a year."""


def list_upcoming(call: Call) -> Answer:
    """What is to come, occurrence by occurrence, the nearest first."""
    channel = call.query.get("channel")
    with call.hosted.application.backend.session() as (broker, _):
        # Sought among the messages: occurrences may be without end.
        pending = [each for each in broker.pending.values() if channel in (None, each.message.channel)]
        effects = chain.from_iterable(map(_effects, upcoming(pending, broker.processing)))
        items = list(islice(effects, call.query.get("limit", USUAL)))
    return Answer({"items": items})


def _effects(occurrence: Occurrence) -> Iterator[dict[str, Any]]:
    """What happens when a message is due: its delivery, its push, or both; or that it fails."""
    at, number, message = occurrence
    if message.failure is not None:
        kinds = ["failure"]
    else:
        kinds = ["delivery"] if message.delivery_options.publish_policy != PUSH_ONLY else []
        kinds += ["push"] if message.push is not None else []
    for kind in kinds:
        yield {
            "at": codec.write_instant(at),
            "kind": kind,
            "channel": message.channel,
            "messageId": message.message_id,
            "number": number,
            "data": message.data,  # it goes into JSON, and there may be thousands of them
        }


def look_ahead(call: Call) -> Answer:
    """What a move of the clock would bring."""
    with moving(), call.hosted.application.backend.session() as (broker, now):
        target = require_reachable(now, _target(call.query, broker, now))
        broker.refuse_runaway(target)
        told = ahead(broker.pending.values(), broker.devices, broker.processing, target)
    counts = {camel(name): count for name, count in told._asdict().items()}
    return Answer({"to": codec.write_instant(target), **counts, "text": _said(told)})


def _target(query: Mapping[str, Any], broker: Broker, now: int) -> int:
    """Where a move would go. Raises ``Problem`` for what is no move, or several."""
    meant = [name for name in MOVES if query.get(name)]
    if len(meant) != 1:
        raise unfit(f"?{MOVES[0]}", f"say one of {', '.join(MOVES)}: which move of the clock is meant")
    if "by" in query:
        return now + codec.read_duration(query["by"], "?by")
    if "to" in query:
        text = query["to"]
        milliseconds = codec.read_count(text) if len(text) >= FEWEST_DIGITS else None
        return codec.read_instant(text if milliseconds is None else milliseconds, "?to")
    coming = broker.next_delivery_at()
    return now if coming is None else coming


def _said(told: Ahead) -> str:
    """``3 deliveries on 2 channels, 1 push``."""
    parts = (
        (told.deliveries, f"{number_of('delivery', told.deliveries)} on {number_of('channel', told.channels)}"),
        (told.pushes, number_of("push", told.pushes)),
        (told.in_vain, f"{number_of('push', told.in_vain)} to no device"),
        (told.failures, number_of("failure", told.failures)),
    )
    return ", ".join(text for count, text in parts if count) or "nothing is due"
