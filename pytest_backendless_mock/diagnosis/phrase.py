"""How values, instants and counts are said to a person: short, in one line, and the same everywhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import groupby, islice
from typing import Any, NamedTuple

from ..messaging.duration import DAY, HOUR, MINUTE, SECOND, show_duration
from ..messaging.forecast import Occurrence
from ..messaging.secret import conceal
from ..messaging.text import escaped, shortened
from ..messaging.value import copied
from ..runtime.instant import to_datetime
from ..service.remedy import Door, advance
from ..service.verdict import counted


class Limits(NamedTuple):
    """How much of what there is a text shows."""

    value: int = 100
    """Characters of a payload."""
    line: int = 160
    """Characters of a line under a failing test."""
    report: int = 60
    """Lines under a failing test, those of the hints apart."""
    records: int = 10
    """Records that a failed assertion lists."""
    candidates: int = 8
    """Candidates that it explains."""
    differences: int = 5
    """Differences between two payloads."""
    hints: int = 20


SHORT = Limits()
WHOLE = Limits(*[sys.maxsize] * len(SHORT))
"""Nothing is left out: what ``-vv`` asks for."""
_limits: ContextVar[Limits] = ContextVar("limits", default=SHORT)
_door: ContextVar[Door] = ContextVar("door", default="python")
_ABSENT = object()
MILLISECOND = 1_000
_UNITS = (("days", DAY), ("hours", HOUR), ("minutes", MINUTE))


def limits() -> Limits:
    """Those of the text that is being written."""
    return _limits.get()


@contextmanager
def telling(*, whole: bool, door: Door = "python") -> Iterator[None]:
    """Texts that are written in this block leave out what is long, or, with ``whole``, nothing.

    What they say to do is in the words of those who come through ``door``.
    """
    before, other = _limits.set(WHOLE if whole else SHORT), _door.set(door)
    try:
        yield
    finally:
        _limits.reset(before)
        _door.reset(other)


def shown(data: Any) -> str:
    """A payload in one line, its end left out where it is long."""
    text = ascii(data) if isinstance(data, str) and not data.isprintable() else repr(data)
    return shortened(text, limits().value)


def cut(text: str) -> str:
    """Text whose lines are no longer than those of a report."""
    return "\n".join(shortened(line, limits().line) for line in text.splitlines())


def folded(lines: Iterable[str]) -> list[str]:
    """Lines of which those that are alike and follow each other are told once, with the number."""
    return [counted(line, sum(1 for _ in alike)) for line, alike in groupby(lines)]


def number_of(noun: str, count: int) -> str:
    """``1 message``, ``1,200 deliveries``, ``2 pushes``."""
    return f"{count:,} {noun if count == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith("y"):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith("sh") else f"{noun}s"


def times(count: int) -> str:
    """A count as an adverb: never, once, 3 times."""
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def happened(stage: str, count: int) -> str:
    """How often something came to a stage: ``was never delivered``, ``was delivered twice``."""
    return f"was never {stage}" if count == 0 else f"was {stage} {times(count)}"


def client(connection_id: str, user_id: str | None) -> str:
    """Who is connected: a user, or a connection that has none."""
    return f"user {escaped(user_id)}" if user_id else f"client {escaped(connection_id)}"


def time_of_day(instant: int, day: int | None = None) -> str:
    """``09:00:00``, with the date where it is not that of ``day`` (both in microseconds since the epoch)."""
    moment = to_datetime(instant)
    clock = f"{moment:%H:%M:%S}"
    fraction = f".{moment.microsecond // 1_000:03}" if moment.microsecond else ""
    same_day = day is not None and to_datetime(day).date() == moment.date()
    return f"{clock}{fraction}" if same_day else f"{moment:%Y-%m-%d} {clock}{fraction}"


def stamped(entries: Sequence[tuple[int, str]]) -> list[str]:
    """Texts behind the times of their instants (microseconds); over several days, the date stands where it changes."""
    days = [to_datetime(instant).date() for instant, _ in entries]
    dated = len(set(days)) > 1
    lines = []
    for (instant, text), day, before in zip(entries, days, [None, *days], strict=False):
        date = f"{day} " if day != before else " " * len(f"{day} ")
        lines.append(f"{date if dated else ''}{time_of_day(instant, instant)}  {text}")
    return lines


def due(occurrence: Occurrence, now: int) -> str:
    """When something will be there, seen from ``now`` (microseconds), and the call after which it is."""
    which = f"occurrence {occurrence.number} is due" if occurrence.message.repeats else "due"
    return f"{which} in {show_duration(occurrence.at - now)}; try: {advance_call(occurrence.at - now)}"


def advance_call(duration: int) -> str:
    """The call that moves the clock by ``duration`` (microseconds), rounded up to what people write."""
    grain = SECOND if duration > MINUTE else MILLISECOND  # over a minute nobody cares for fractions
    duration = -(-duration // grain) * grain
    parts, rest = [], duration
    for name, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append((name, str(count)))
    if rest or not parts:
        parts.append(("seconds", f"{rest / SECOND:.3f}".rstrip("0").rstrip(".")))
    return advance(parts).say(_door.get())


def veiled(data: Any) -> Any:
    """A payload of the test's own as it may be printed: what has the name of a secret is one."""
    return conceal(copied(data)) if type(data) in (dict, list) else data


def differences(expected: Any, actual: Any) -> list[str]:
    """Where two payloads differ, field by field; what has the name of a secret is shown as one."""
    return list(islice(_differences(veiled(expected), veiled(actual)), limits().differences))


def _differences(expected: Any, actual: Any) -> Iterator[str]:
    """A loop, since payloads may be nested deeper than what is left of the stack."""
    waiting = [("$", expected, actual)]
    while waiting:
        path, one, two = waiting.pop()
        if isinstance(one, dict) and isinstance(two, dict):
            names = dict.fromkeys([*one, *two])
            inner = [(f"{path}.{escaped(str(name))}", one.get(name, _ABSENT), two.get(name, _ABSENT)) for name in names]
            waiting += reversed(inner)
        elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
            pairs = enumerate(zip(one, two, strict=True))
            waiting += reversed([(f"{path}[{at}]", *pair) for at, pair in pairs])
        elif two is _ABSENT:
            yield f"{path} is missing, expected {shown(one)}"
        elif one is _ABSENT:
            yield f"{path} is {shown(two)}, not expected"
        elif one != two:
            yield f"{path} is {shown(two)}, expected {shown(one)}"
