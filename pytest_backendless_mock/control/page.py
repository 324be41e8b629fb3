"""Lists in pieces: what came after so many records, and where to go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..http import record_json
from .call import Answer, Call

USUAL = 1_000
"""How many records an answer lists where nobody says."""


def page(
    call: Call,
    records: Sequence[Any],
    keep: Callable[[Any], bool] = lambda _: True,
    write: Callable[[Any], Any] = record_json.write,
    *,
    dropped: int = 0,
    numbered: bool = False,
) -> Answer:
    """Those of ``records`` behind ``after`` that ``keep`` keeps; ``dropped`` came before them and are gone.

    Where they are ``numbered`` each says which it is of all there were, from 1 on.

    ``next`` counts every record that was looked at, kept or not: asked for again, it gives what came since.
    """
    after: int = call.query.get("after", 0)
    limit: int = call.query.get("limit", USUAL)
    items: list[Any] = []
    place = max(after - dropped, 0)
    while place < len(records) and len(items) < limit:
        record = records[place]
        place += 1
        if keep(record):
            written = write(record)
            items.append({"number": place + dropped, **written} if numbered else written)
    return Answer({"items": items, "next": max(after, place + dropped)})
