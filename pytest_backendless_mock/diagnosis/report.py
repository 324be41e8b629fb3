"""The texts that stand under a red test: why an assertion failed, and what the application went through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..http.journal import Request
from ..http.tenants import Tenant
from ..messaging.name import ChannelName
from ..runtime.instant import from_datetime, parse_instant, show_instant
from ..runtime.record import Email, Push
from ..service.application import Application
from .expectation import Expectation
from .near_miss import NearMiss
from .outbox_filter import OutboxFilter
from .outbox_near_miss import OutboxNearMiss, name_email
from .phrase import happened, shortened, shown, time_of_day
from .timeline import picture

MOST_LISTED = 10
"""How many records a failed assertion lists."""
MOST_LINES = 60
"""How many lines the report of a test has (the newest are kept)."""
HEADINGS = 4
"""How many of them are headings, and the line of now."""
WIDEST_LINE = 160
"""How many characters of a line are shown."""


_DATED = re.compile(r" +\d{4,}-\d\d-\d\d ")
"""A line with the date that the lines below it go by."""


def explain_channel(
    application: Application, channel: ChannelName, wanted: Expectation, records: Iterable[Any], found: int
) -> str:
    """Why an assertion about ``channel`` failed: what was expected, what was there, and why not otherwise."""
    lines = [f"expected {wanted} on channel {channel!r}; it {happened(wanted.stage, found)}"]
    listed = [f"{shown(record.data)} at {show_instant(parse_instant(record.at))}" for record in records]
    lines += [f"{wanted.stage} there:", *_indented(listed)] if listed else [f"{wanted.stage} there: nothing"]
    if wanted.times != 0:
        lines += NearMiss(application, channel, wanted, found).lines()
    return "\n".join(lines)


def explain_outbox(
    application: Application | None,
    kept: OutboxFilter,
    wanted: Expectation,
    records: Sequence[Push | Email],
    found: int,
) -> str:
    """Why an assertion about ``records``, what is ``kept`` of an outbox, failed; ``None``: nobody knows whose."""
    among = f" (filter: {kept})" if str(kept) else ""
    lines = [f"expected {wanted}{among}; it {happened('sent', found)}"]
    heading = "sent, and kept by the filter:" if among else "sent:"
    listed = [f"{_sent(record)} at {show_instant(parse_instant(record.at))}" for record in records]
    lines += [heading, *_indented(listed)] if listed else [f"{heading} nothing"]
    if application is not None:
        near_miss = OutboxNearMiss(application, kept, wanted, records)
        lines += near_miss.grounds() if wanted.times == 0 else near_miss.lines(found)
    return "\n".join(lines)


def summary(tenant: Tenant) -> str:
    """The timeline, the requests with their answers, and the hints: what stands under a failing test."""
    past, now, coming, day = picture(tenant.application)
    requests = [_request(tenant, request, day) for request in tenant.journal.requests()]
    dropped = [f"… {tenant.journal.dropped} requests are kept no longer"] if tenant.journal.dropped else []
    hints = _plain(tenant.application.verdict.hints())[:MOST_LISTED]
    room = MOST_LINES - len(hints) - len(dropped) - HEADINGS
    past, coming, asked = _plain(past), _plain(coming), _plain(requests)
    share = _shares(room, [len(past), len(coming), len(asked)])
    lines = ["timeline:", *_newest(past, share[0]), *_plain([now]), *_nearest(coming, share[1])]
    if requests:
        lines += ["requests:", *_plain(dropped), *_newest(asked, share[2])]
    if hints:
        lines += ["hints:", *hints]
    return "\n".join(lines)


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
    return [f"  … {count} left out"] if count else []


def _request(tenant: Tenant, request: Request, day: int) -> str:
    app_id, api_key = tenant.application.identity
    path = request.path.removeprefix(f"/{app_id}/{api_key}/")
    line = f"{request.method} {'…/' if path != request.path else ''}{path}"
    body = "" if request.json is None else f" {request.json!r}"
    refused = "" if request.code in (None, request.status) else f" {request.code}"
    answer = "no answer" if request.status is None else f"{int(request.status)}{refused}"
    return f"{time_of_day(from_datetime(request.at), day)}  {line}{shortened(body, WIDEST_LINE // 2)} -> {answer}"


def _sent(record: Push | Email) -> str:
    return name_email(record) if isinstance(record, Email) else f"{shown(record.data)} to device {record.device!r}"


def _plain(lines: Iterable[str]) -> list[str]:
    """Lines under a heading; a text of several lines stays indented below its first."""
    plain = []
    for text in lines:
        first, *more = text.splitlines()
        plain += [f"  {shortened(first, WIDEST_LINE)}", *(f"    {shortened(line, WIDEST_LINE)}" for line in more)]
    return plain


def _indented(lines: list[str]) -> list[str]:
    kept = lines[-MOST_LISTED:]
    left_out = [f"  … {len(lines) - len(kept)} more before"] if len(kept) < len(lines) else []
    return [*left_out, *(f"  {line}" for line in kept)]
