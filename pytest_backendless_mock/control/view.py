"""What there is to look at: each view a list of records, which looking does not change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from ..http import record_json
from ..messaging.event import Retrieved
from ..runtime.record import Device, Email, Push, User, delivery_record
from . import codec
from .call import Answer, Call
from .hosted import Hosted
from .page import page
from .problem import Problem

HTML = "text/html; charset=utf-8"
FRAMED = (
    ("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"),
    ("X-Content-Type-Options", "nosniff"),
)
"""What keeps the HTML of an e-mail from doing anything: it is whatever somebody sent."""


class View(NamedTuple):
    """A row of the table: what it lists, and by what that can be filtered."""

    name: str
    summary: str
    records: Callable[[Hosted], Sequence[Any]]
    filters: tuple[str, ...]
    dropped: Callable[[Hosted], int] = lambda _: 0
    """How many of the oldest records are kept no longer."""
    numbered: bool = False
    """Whether each can be asked for by its number."""

    def answer(self, call: Call) -> Answer:
        """Some of its records."""
        hosted = call.hosted
        wanted = {name: value for name, value in call.query.items() if name in self.filters}
        records = self.records(hosted)
        return page(
            call, records, lambda record: _fits(record, wanted), dropped=self.dropped(hosted), numbered=self.numbered
        )


def _fits(record: Any, wanted: Mapping[str, Any]) -> bool:
    return all(str(value) in _values(record, name) for name, value in wanted.items())


def _values(record: Any, name: str) -> tuple[str, ...]:
    """What a record says of a filter, as text; nothing where it knows nothing of it."""
    if isinstance(record, dict):
        return (str(record.get(name)),)
    if isinstance(record, Device) and name == "channel":
        return record.channels
    field = "device_id" if isinstance(record, Device) and name == "device" else name
    # Not `str`, which before 3.11 gives an HTTPStatus by its name.
    return (f"{getattr(record, field)}",) if hasattr(record, field) else ()


def channels(hosted: Hosted) -> list[dict[str, Any]]:
    """The channels that exist, with how much there is on each."""
    with hosted.application.backend.session() as (broker, _):
        published = [each.message.channel for each in broker.publications.values()]
        return [
            {
                "name": channel.name,
                "messages": published.count(channel.name),
                "deliveries": len(channel.log),
                "subscriptions": len(channel.subscriptions),
                "listeners": len(broker.presence.listening(channel.name)),
            }
            for channel in broker.channels
        ]


def subscriptions(hosted: Hosted) -> list[dict[str, Any]]:
    """The subscriptions of clients that poll."""
    with hosted.application.backend.session() as (broker, now):
        return [
            {
                "id": each.subscription_id,
                "channel": each.channel,
                "selector": each.selector_text,
                "subtopic": each.subtopic,
                "pending": len(broker.waiting(each, now)),
            }
            for channel in broker.channels
            for each in channel.subscriptions.values()
        ]


def listeners(hosted: Hosted) -> list[dict[str, Any]]:
    """Who hears of what happens in real time."""
    with hosted.application.backend.session() as (broker, _):
        return [
            {
                "id": each.listener_id,
                "channel": each.channel,
                "interest": each.interest.value,
                "selector": each.selector_text,
                "connectionId": each.connection.connection_id,
                "userId": each.connection.user_id,
            }
            for on_channel in broker.presence.listeners.values()
            for each in on_channel
        ]


def retrieved(hosted: Hosted) -> list[dict[str, Any]]:
    """What was handed out, each with the id of the subscription or listener that got it: ``by``."""
    with hosted.application.backend.session():
        handed_out = [entry for entry in hosted.application.backend.timeline if isinstance(entry, Retrieved)]
    return [{**record_json.write(delivery_record(each.delivery)), "by": each.subscription_id} for each in handed_out]


def users(hosted: Hosted) -> list[User]:
    """The users that are known, without what they log in with."""
    with hosted.application.backend.session() as (broker, _):
        return [
            User(object_id=each.object_id, login=each.login, token=None, roles=each.roles, properties=each.properties)
            for each in broker.access.users
        ]


def email_html(call: Call) -> Answer:
    """The HTML of an e-mail, for a frame of its own: nothing in it runs, and nothing is fetched for it."""
    outbox, number = call.hosted.mock.outbox, call.params["number"]
    place = codec.read_count(number) or 0
    record = outbox[place - 1] if 0 < place <= len(outbox) else None
    if not isinstance(record, Email) or record.html is None:
        what = f"nothing of that number in the outbox, which has {len(outbox)}"
        if record is not None:
            what = "a push" if isinstance(record, Push) else "an e-mail without HTML"
        raise Problem(HTTPStatus.NOT_FOUND, f"{number} is {what}; GET outbox lists what was sent")
    return Answer(record.html, HTTPStatus.OK, FRAMED, HTML)


def _dropped(hosted: Hosted) -> int:
    return hosted.tenant.journal.dropped


VIEWS = (
    View("messages", "What was published, as it was accepted.", lambda it: it.mock.messages, ("channel", "status")),
    View("scheduled", "What is still to come, the next first.", lambda it: it.mock.scheduled, ("channel",)),
    View("deliveries", "What entered a channel's log.", lambda it: it.mock.deliveries, ("channel",)),
    View("retrieved", "What was handed to subscriptions and listeners.", retrieved, ("channel", "by")),
    View(
        "outbox",
        "The pushes and e-mails that were sent.",
        lambda it: it.mock.outbox,
        ("channel", "device", "os"),
        numbered=True,
    ),
    View("devices", "The registered devices.", lambda it: it.mock.devices, ("device", "os", "channel")),
    View(
        "requests",
        "The requests that came, with what they were answered.",
        lambda it: it.mock.requests,
        ("operation", "status", "code"),
        _dropped,
        numbered=True,
    ),
    View("channels", "The channels that exist.", channels, ()),
    View("subscriptions", "The subscriptions of clients that poll.", subscriptions, ("channel",)),
    View("listeners", "Who listens in real time.", listeners, ("channel",)),
    View("users", "The users that are known.", users, ()),
    View("hints", "What the tests' reader should know, told by a verdict or not.", lambda it: it.mock.hints, ()),
    View("timeline", "What happened, now, and what is to come, in lines.", lambda it: [*it.mock.timeline], ()),
)
"""Each is a route of that name."""
EVERY = ("after", "limit")
"""Parameters that all of them take."""
