"""What happens, as it happens: a list that can be waited for, or a stream of events (SSE). One numbering for both.

An event's number is how many there were before it, and one; it goes on when the application is reset.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from ..http import record_json
from ..runtime.event import KINDS
from ..service.json_text import dump
from ..service.spelling import nearest
from . import codec
from .call import Answer, Call
from .hosted import Hosted
from .problem import unfit

STREAM = "text/event-stream"
MOST = 1_000
"""How many events are read in one go."""
BREATH = 15.0
"""Real seconds after which a stream says that it is still there, and finds out whether its reader is."""


def events(call: Call) -> Answer:
    """What happened after a number, in order; by ``Accept`` a stream of it."""
    hosted = call.hosted
    kinds = _kinds(call.query.get("kinds"))
    if STREAM in call.headers.get("accept", ""):
        seen = codec.read_count(call.headers.get("last-event-id", ""))
        start = _start(call) if seen is None else seen
        return Answer(_stream(hosted, start, kinds), kind=STREAM)
    after = _start(call)
    with hosted.watched():
        items, last = _await(hosted, after, kinds, call.query.get("wait", 0))
    return Answer({"items": items, "next": last})


def _start(call: Call) -> int:
    """The number to begin behind: the one that is said, or that of the last but so many."""
    hosted, after = call.hosted, call.query.get("after", 0)
    if "last" not in call.query:
        return int(after)
    there = hosted.told + len(hosted.application.backend.timeline)
    return int(max(after, there - call.query["last"], 0))


def _kinds(text: str | None) -> Collection[str]:
    known = KINDS.values()
    kinds = known if not text else text.split(",")
    for kind in kinds:
        if kind not in known:
            near = nearest(kind, known)
            meant = f"did you mean {near!r}?" if near else f"there are {', '.join(known)}"
            raise unfit("?kinds", f"there is no event {kind!r}; {meant}")
    return kinds


def _stream(hosted: Hosted, after: int, kinds: Collection[str]) -> Iterator[bytes]:
    """Until the application, or the server, is gone; the first line comes at once: a reader knows that it is there."""
    yield b": here\n\n"
    with hosted.watched():
        while not hosted.over.is_set():
            items, after = _await(hosted, after, kinds, BREATH)
            if not items:
                yield b": still here\n\n"
            for item in items:
                yield f"id: {item['id']}\nevent: {item['kind']}\ndata: {dump(item)}\n\n".encode("ascii")


def _await(hosted: Hosted, after: int, kinds: Collection[str], seconds: float) -> tuple[list[dict[str, Any]], int]:
    """Events after a number, as soon as there are any; and the number to go on from."""
    items: list[dict[str, Any]] = []
    last = after

    def holds() -> bool:
        nonlocal last
        more, last = _read(hosted, last, kinds)
        items.extend(more)
        return bool(items)

    hosted.comes_about(holds, seconds)
    return items, last


def _read(hosted: Hosted, after: int, kinds: Collection[str]) -> tuple[list[dict[str, Any]], int]:
    """What there is after a number, and the number of the last that was looked at.

    A number that was not given out yet is one of an earlier server: then it is all that there is.
    """
    told, backend = hosted.told, hosted.application.backend
    first = told if after > told + len(backend.timeline) else max(after, told)
    known = backend.since(first - told)[:MOST]
    items = []
    for number, event in enumerate(known, first + 1):
        kind = KINDS[type(event)]
        record = backend.described(event) if kind in kinds else None
        if record is not None:
            items.append(
                {"id": number, "kind": kind, "at": codec.write_instant(event.at), "record": record_json.write(record)}
            )
    return items, first + len(known)
