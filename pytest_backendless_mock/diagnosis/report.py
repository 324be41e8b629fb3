"""The texts that stand under a red test: why an assertion failed, and what the application went through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ..http.tenants import Tenant
from ..messaging.name import ChannelName
from ..runtime.instant import parse_instant, show_instant
from ..runtime.record import Email, Push
from ..service.application import Application
from ..service.remedy import GIVE_URL, Door
from .conversation import conversation
from .expectation import ANYTHING, Expectation
from .listener import LISTENING, why_nobody_more
from .near_miss import NearMiss, limited
from .outbox_filter import OutboxFilter
from .outbox_near_miss import OutboxNearMiss, name_email
from .phrase import cut, folded, happened, limits, shown, telling
from .predicate import source_of
from .suspect import suspects
from .timeline import picture
from .traffic import Traffic

SENT = "sent"
"""The stage of what is in the outbox."""
MOST_LOOKS = 3
"""How many of the places that a predicate looked at are explained, and channels of one place."""
HEADINGS = 4
"""How many lines of a report are headings of its parts, and the line of now."""
_DATED = re.compile(r" +\d{4,}-\d\d-\d\d ")
"""A line with the date that the lines below it go by."""


def explain_channel(
    application: Application | None, channel: ChannelName, wanted: Expectation, records: Iterable[Any], found: int
) -> str:
    """Why an assertion about ``channel`` failed: what was expected, what was there, and why not otherwise.

    Why not otherwise nobody knows where the ``application`` is not at hand.
    """
    if application is None:
        return "\n".join(_channel(None, channel, wanted, records, found))
    with telling(whole=application.verbose, door=application.door):
        return "\n".join(_channel(application, channel, wanted, records, found))


def _channel(
    application: Application | None, channel: ChannelName, wanted: Expectation, records: Iterable[Any], found: int
) -> list[str]:
    lines = [f"expected {wanted} on channel {channel!r}; it {happened(wanted.stage, found)}"]
    lines += _listed(f"{wanted.stage} there", records)
    if wanted.times != 0 and application is not None:
        lines += NearMiss(application, channel, wanted, found).lines()
    return lines


def explain_outbox(
    application: Application | None,
    kept: OutboxFilter,
    wanted: Expectation,
    records: Sequence[Push | Email],
    found: int,
) -> str:
    """Why an assertion about ``records``, what is ``kept`` of an outbox, failed; ``None``: nobody knows whose."""
    door: Door = "python" if application is None else application.door
    with telling(whole=application is not None and application.verbose, door=door):
        return "\n".join(_outbox(application, kept, wanted, records, found))


def _outbox(
    application: Application | None,
    kept: OutboxFilter,
    wanted: Expectation,
    records: Sequence[Push | Email],
    found: int,
) -> list[str]:
    among = f" (filter: {kept})" if str(kept) else ""
    lines = [f"expected {wanted}{among}; it {happened(SENT, found)}"]
    lines += _listed("sent, and kept by the filter" if among else "sent", records)
    if application is not None:
        near_miss = OutboxNearMiss(application, kept, wanted, records)
        lines += near_miss.grounds() if wanted.times == 0 else near_miss.lines(found)
    return lines


class Look(NamedTuple):
    """What a test saw of the messages that came to ``stage`` on ``channel``; ``None`` is all channels."""

    stage: str
    channel: ChannelName | None
    records: Sequence[Any]


def explain_wait(
    application: Application, predicate: Callable[[], object] | str, seconds: float, looks: Iterable[Look]
) -> str:
    """Why ``predicate`` did not hold within real ``seconds``; ``looks`` is what it looked at when asked last.

    Where it is no callable it is said in words.
    """
    awaited = predicate if isinstance(predicate, str) else f"`{source_of(predicate)}`"
    with telling(whole=application.verbose, door=application.door):
        lines = [f"waited {seconds:g} s in vain for {awaited}"]
        for look in list({(look.stage, look.channel): look for look in looks}.values())[:MOST_LOOKS]:
            lines += [*_seen(look), *_why_not_more(application, look)]
        return "\n".join(lines)


def _seen(look: Look) -> list[str]:
    """What a test saw there."""
    where = f" on channel {look.channel!r}" if look.channel is not None else ""
    if look.stage != LISTENING:
        return _listed(f"{look.stage}{where}", look.records)
    if not look.records:
        return [f"nobody listens{where}"]
    return [f"{LISTENING}{where}:", *(f"  {listener!r}" for listener in look.records)]


def _why_not_more(application: Application, look: Look) -> Iterator[str]:
    """Why there is not one record more than were seen."""
    if look.stage == SENT:
        wanted = Expectation(SENT, ANYTHING, len(look.records) + 1)
        yield from OutboxNearMiss(application, OutboxFilter(), wanted, look.records).lines(len(look.records))
        return
    if look.stage == LISTENING and look.channel is not None:
        yield from limited([*why_nobody_more(application, look.channel)])
        return
    for channel in [look.channel] if look.channel is not None else _channels(application):
        found = sum(record.channel == channel for record in look.records)
        yield from NearMiss(application, channel, Expectation(look.stage, ANYTHING, found + 1), found).lines()


def _channels(application: Application) -> list[ChannelName]:
    """Some on which something was published."""
    with application.backend.peek() as (broker, _):
        return list(dict.fromkeys(each.message.channel for each in broker.publications.values()))[:MOST_LOOKS]


def summary(tenant: Tenant, why_nothing_came: Sequence[str] = ()) -> str:
    """What stands under a failing test: timeline, subscriptions, requests with their answers, and hints.

    Hints are told whole; what is too much of the rest is left out.
    """
    with telling(whole=tenant.application.verbose, door=tenant.application.door):
        return "\n".join(_summary(tenant, why_nothing_came))


def why_nothing_came(
    host: str, intercepted: Sequence[str], error: BaseException | None, door: Door = "python"
) -> list[str]:
    """What may have kept requests from the mock on ``host``; ``error`` is what the test failed with.

    Of the process of the code under test only a test in Python knows anything.
    """
    if door != "python":
        return [GIVE_URL.say(door)]
    if intercepted:
        led = ", ".join(f"https://{name}" for name in intercepted)
        likely = f"what is sent to {led} is led here; does the code under test use another host?"
    else:
        likely = GIVE_URL.say(door)
    return [*suspects(host, error), likely]


def _summary(tenant: Tenant, why_nothing_came: Sequence[str]) -> Iterator[str]:
    past, now, coming, day = picture(tenant.application)
    traffic = Traffic(tenant, day)
    parts = [_plain(folded(map(cut, past))), _plain(folded(map(cut, coming))), _plain(traffic.subscriptions())]
    parts.append(_plain(traffic.requests()))
    parts.append(_plain(conversation(tenant, day)))
    dropped = [f"… {tenant.journal.dropped} requests are kept no longer"] if tenant.journal.dropped else []
    beside = _plain([*dropped, *why_nothing_came])
    share = _shares(limits().report - len(beside) - HEADINGS, [len(part) for part in parts])
    yield from ("timeline:", *_newest(parts[0], share[0]), f"  {now}", *_nearest(parts[1], share[1]))
    if parts[2]:
        yield from ("subscriptions:", *_newest(parts[2], share[2]))
    if parts[3] or why_nothing_came:
        yield "requests: none reached the mock" if why_nothing_came else "requests:"
        yield from (*beside, *_newest(parts[3], share[3]))
    if parts[4]:
        yield from ("real time:", *_newest(parts[4], share[4]))
    hints = tenant.application.verdict.hints()
    if hints:
        yield from ("hints:", *_plain(hints[: limits().hints]), *_left_out(len(hints) - limits().hints))


def _shares(room: int, wanted: list[int]) -> list[int]:
    """How many lines each part gets: what it wants, or a fair share of the room; what one leaves, others take."""
    shares = [0] * len(wanted)
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    for left, place in zip(range(len(wanted), 0, -1), order, strict=True):
        shares[place] = min(wanted[place], room // left)
        room -= shares[place]
    return shares


def _newest(lines: list[str], room: int) -> list[str]:
    if len(lines) <= room:
        return lines
    dropped, kept = lines[: len(lines) - room + 1], lines[len(lines) - room + 1 :]
    dates = [line.split()[0] for line in dropped if _DATED.match(line)]
    last = f", the last on {dates[-1]}" if dates else ""
    return [f"  … {len(dropped)} left out{last}", *kept]


def _nearest(lines: list[str], room: int) -> list[str]:
    kept = lines[: room - 1] if len(lines) > room else lines
    return [*kept, *_left_out(len(lines) - len(kept))]


def _left_out(count: int) -> list[str]:
    return [f"  … {count:,} left out"] if count > 0 else []


def _listed(heading: str, records: Iterable[Any]) -> list[str]:
    """The last of some records, a line each."""
    lines = folded(f"  {_name(record)} at {show_instant(parse_instant(record.at))}" for record in records)
    kept = lines[-limits().records :]
    left_out = [f"  … {len(lines) - len(kept)} more before"] if len(kept) < len(lines) else []
    return [f"{heading}:", *left_out, *kept] if lines else [f"{heading}: nothing"]


def _name(record: Any) -> str:
    if isinstance(record, Email):
        return name_email(record)
    return f"{shown(record.data)} to device {record.device!r}" if isinstance(record, Push) else shown(record.data)


def _plain(texts: Iterable[str]) -> list[str]:
    """Lines under a heading; a text of several lines stays indented below its first."""
    plain = []
    for text in texts:
        first, *more = text.splitlines()
        plain += [f"  {first}", *(f"    {line}" for line in more)]
    return plain
