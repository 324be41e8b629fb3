"""The texts a person reads when a test is red."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .expectation import Expectation
from .http.tenant import Tenant
from .messaging.broker import Broker
from .messaging.event import KINDS, Emailed, Event, Retrieved
from .messaging.message import Publication
from .runtime.instant import parse_instant, show_duration, show_instant
from .runtime.record import Email, Push

WIDEST = 100
"""How many letters of a payload are shown."""
MOST_LINES = 10
"""How many records are listed."""


def instant_or_unknown(instant: int) -> str:
    """An instant (microseconds), or that nobody has looked at the clock yet."""
    return show_instant(instant) if instant else "not read yet"


def disappointment(tenant: Tenant, channel: str, wanted: Expectation, records: Iterable[Any], found: int) -> str:
    """Why an assertion about ``channel`` failed: what was expected, what was there, what is still to come."""
    lines = [f"expected {wanted} on channel {channel!r}; it was {wanted.done} {_times(found)}"]
    listed = [f"{_shown(record.data)} at {show_instant(parse_instant(record.at))}" for record in records]
    lines += [f"{wanted.done} there:", *_indented(listed)] if listed else [f"{wanted.done} there: nothing"]
    with tenant.backend.retrospect() as (broker, now):
        pending = [p for p in broker.pending.values() if p.message.channel == channel]
        lines += ["still scheduled there:", *_indented([_due(p, now) for p in pending])] if pending else []
        if wanted.done == "retrieved":
            lines += _unretrieved(broker, channel, wanted)
    return "\n".join(lines)


def _unretrieved(broker: Broker, channel: str, wanted: Expectation) -> list[str]:
    """Who could have got what was delivered, and what kept the others from it."""
    log = broker.channels.get(channel)
    subscriptions = list(log.subscriptions.values()) if log else []
    lines = []
    for delivery in broker.deliveries(channel):
        if wanted.matches_data(delivery.message.data):
            reasons = dict.fromkeys(reason for each in subscriptions for reason in each.reasons(delivery))
            able = sum(each.matches(delivery) for each in subscriptions)
            why = f": {'; '.join(reasons)}" if reasons else ""
            lines.append(
                f"{_shown(delivery.message.data)} retrievable by {able} of {len(subscriptions)} subscriptions{why}"
            )
    return ["delivered there:", *_indented(lines)] if lines else []


def unsent(wanted: Expectation, records: Iterable[Any], found: int) -> str:
    """Why an assertion about the outbox failed."""
    lines = [f"expected {wanted}; it was sent {_times(found)}"]
    listed = [
        f"{_shown(record.data)} to {_recipient(record)} at {show_instant(parse_instant(record.at))}"
        for record in records
    ]
    return "\n".join([*lines, *(["sent:", *_indented(listed)] if listed else ["sent: nothing"])])


def summary(tenant: Tenant) -> str:
    """What was delivered and what is still to come, in a few lines."""
    with tenant.backend.retrospect() as (broker, now):
        delivered = [
            f"{KINDS[type(entry)]} {_shown(_payload(entry))} at {show_instant(entry.at)}"
            for entry in tenant.backend.timeline
        ]
        pending = [_due(p, now) for p in broker.pending.values()]
    return "\n".join(
        ["what happened:", *_indented(delivered or ["nothing"]), "still scheduled:", *_indented(pending or ["nothing"])]
    )


def _recipient(record: Push | Email) -> str:
    if isinstance(record, Push):
        return f"device {record.device!r}"
    return f"users where {record.criteria}" if record.criteria else ", ".join(record.to)


def _payload(entry: Event) -> Any:
    if isinstance(entry, Emailed):
        return entry.email.subject
    return entry.delivery.message.data if isinstance(entry, Retrieved) else entry.message.data


def _due(publication: Publication, now: int) -> str:
    at = publication.next_at or 0
    return f"{_shown(publication.message.data)} at {show_instant(at)}, due in {show_duration(at - now)}"


def _shown(data: Any) -> str:
    text = ascii(data) if isinstance(data, str) and not data.isprintable() else repr(data)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _indented(lines: list[str]) -> list[str]:
    kept = lines[-MOST_LINES:]
    left_out = [f"  … {len(lines) - len(kept)} more before"] if len(kept) < len(lines) else []
    return [*left_out, *(f"  {line}" for line in kept)]


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")
