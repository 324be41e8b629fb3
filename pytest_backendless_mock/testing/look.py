"""What a predicate looks at, so that waiting for it in vain can be explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from ..diagnosis.report import Look
from ..messaging.name import ChannelName

Seen = TypeVar("Seen", bound=Sequence[Any])
_looks: ContextVar[list[Look] | None] = ContextVar("looks", default=None)


@contextmanager
def watching() -> Iterator[list[Look]]:
    """What is looked at in this block, in this thread."""
    looks: list[Look] = []
    before = _looks.set(looks)
    try:
        yield looks
    finally:
        _looks.reset(before)


def looked(stage: str, channel: ChannelName | None, records: Seen) -> Seen:
    """``records``, and that somebody looked at what came to that stage on ``channel`` (``None``: on any)."""
    looks = _looks.get()
    if looks is not None:
        looks.append(Look(stage, channel, records))
    return records
