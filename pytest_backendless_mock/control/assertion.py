"""Assertions and waiting: whether it came as expected, and if not, the text that pytest would show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from ..diagnosis import report
from ..diagnosis.expectation import ANYTHING, Expectation
from ..diagnosis.listener import LISTENING
from ..diagnosis.outbox_filter import OutboxFilter
from ..diagnosis.phrase import number_of
from ..diagnosis.report import Look
from ..http import record_json
from ..messaging.duration import SECOND
from ..messaging.errors import MessagingError
from ..messaging.name import ChannelName, channel_name
from ..messaging.presence import Interest
from ..runtime.instant import to_datetime
from ..service import hint
from . import codec, problem
from .call import Answer, Call
from .given import Satisfying, compiled
from .hosted import Hosted
from .problem import Problem, unfit

SENT = report.SENT
DATES: Mapping[str, Mapping[str, str]] = {
    "published": {"publishAt": "publish_at", "repeatExpiresAt": "repeat_expires_at"},
    "delivered": {"at": "at"},
}
"""Members that say when, by how far it came, and the records' fields."""
LISTENERS, SUBSCRIPTIONS, REQUESTS = "listeners", "subscriptions", "requests"
PATIENCE = 5.0
"""Real seconds that are waited where nobody says."""
NOTHING = OutboxFilter()


def check(call: Call) -> Answer:
    """What came as expected; 409 with the text of a failed assertion where it did not."""
    hosted, body = call.hosted, call.body
    what, channel = body["what"], _channel(body)
    if channel is None and what != SENT:
        raise unfit("$.channel", f"is needed for what was {what}")
    wanted = _expectation(body, what)
    within = codec.read_duration(body.get("within", 0), "$.within") / SECOND
    matched: list[Any] = []

    def holds() -> bool:
        matched[:] = [record for record in _records(hosted, what, channel) if wanted.matches(record)]
        return wanted.counts(len(matched))

    if hosted.comes_about(holds, within):
        written = [record_json.write(record) for record in matched]
        return Answer({"ok": True, "matched": written, **_typo(hosted, wanted, channel)})
    return _failed(_explain(hosted, what, channel, wanted, len(matched)))


def wait(call: Call) -> Answer:
    """Wait until there are so many; 409 with what there is instead."""
    hosted, body = call.hosted, call.body
    what, channel, count = body["what"], _channel(body), int(body.get("count", 1))
    within = codec.read_duration(body.get("within", PATIENCE), "$.within") / SECOND
    found: int = 0

    def holds() -> bool:
        nonlocal found
        found = _count(hosted, what, channel)
        return found >= count

    if hosted.comes_about(holds, within):
        return Answer({"ok": True, "count": found})
    where = "" if channel is None else f" on channel {channel!r}"
    awaited = f"{_named(what, count)}{where}; there are {found}"
    return _failed(report.explain_wait(hosted.application, awaited, within, _looks(hosted, what, channel)))


def _looks(hosted: Hosted, what: str, channel: ChannelName | None) -> list[Look]:
    """What was looked at, for who explains why there is no more of it."""
    if what in STAGES:
        return [Look(what, channel, _records(hosted, what, channel))]
    if what == LISTENERS and channel is not None:
        return [Look(LISTENING, channel, hosted.mock.channel(channel).listeners)]
    return []


def _failed(text: str) -> Answer:
    first = text.partition("\n")[0]
    failed = Problem(HTTPStatus.CONFLICT, first, ok=False, text=text)
    return Answer(failed.payload, failed.status, (), problem.CONTENT_TYPE)


def _channel(body: Mapping[str, Any]) -> ChannelName | None:
    try:
        return channel_name(body["channel"]) if "channel" in body else None
    except MessagingError as error:
        raise unfit("$.channel", str(error)) from None


def _expectation(body: Mapping[str, Any], what: str) -> Expectation:
    data = body.get("data", ANYTHING)
    if "schema" in body:
        if "data" in body:
            raise unfit("$.schema", "takes the place of data: give one of the two")
        data = Satisfying(body["schema"], compiled(body["schema"], "$.schema"))
    wanted = Expectation(what, data, body.get("times"), body.get("headers"))
    for member, field in {name: field for dates in DATES.values() for name, field in dates.items()}.items():
        if member in body:
            if member not in DATES.get(what, {}):
                raise unfit(f"$.{member}", f"is not known of what was {what}")
            wanted.expect_moment(field, to_datetime(codec.read_instant(body[member], f"$.{member}")))
    if "repeatEvery" in body:
        if what != "published":
            raise unfit("$.repeatEvery", f"is not known of what was {what}")
        wanted.expect_seconds("repeat_every", codec.read_duration(body["repeatEvery"], "$.repeatEvery") / SECOND)
    return wanted


def _explain(hosted: Hosted, what: str, channel: ChannelName | None, wanted: Expectation, found: int) -> str:
    records = _records(hosted, what, channel)
    if channel is None or what == SENT:
        return report.explain_outbox(hosted.application, NOTHING, wanted, records, found)
    return report.explain_channel(hosted.application, channel, wanted, records, found)


def _typo(hosted: Hosted, wanted: Expectation, channel: ChannelName | None) -> dict[str, list[str]]:
    """A hint where nothing was expected on a channel that nobody ever named, and one is called alike."""
    if wanted.times != 0 or channel is None:
        return {}
    with hosted.application.backend.session() as (broker, _):
        text = hint.never_named(channel, list(broker.channels.names))
    return {"hints": [text]} if text else {}


def _records(hosted: Hosted, what: str, channel: ChannelName | None) -> Sequence[Any]:
    return [record for record in STAGES[what](hosted) if channel is None or getattr(record, "channel", None) == channel]


STAGES: Mapping[str, Callable[[Hosted], Sequence[Any]]] = {
    "published": lambda hosted: hosted.mock.messages,
    "delivered": lambda hosted: hosted.mock.deliveries,
    "retrieved": lambda hosted: hosted.mock.retrieved,
    SENT: lambda hosted: hosted.mock.outbox,
}
"""How far a message may have come, and what has come so far."""


def _count(hosted: Hosted, what: str, channel: ChannelName | None) -> int:
    if what in STAGES:
        return len(_records(hosted, what, channel))
    if what == REQUESTS:
        return hosted.tenant.journal.came
    with hosted.application.backend.session() as (broker, _):
        if what == LISTENERS:
            on = list(broker.presence.listeners) if channel is None else [channel]
            return sum(len(broker.presence.listening(name, Interest.MESSAGES)) for name in on)
        return sum(len(each.subscriptions) for each in broker.channels if channel in (None, each.name))


def _named(what: str, count: int) -> str:
    """What is waited for, in words."""
    if what in STAGES:
        return f"{number_of('message', count)} {what}"
    return number_of(what.removesuffix("s"), count)
