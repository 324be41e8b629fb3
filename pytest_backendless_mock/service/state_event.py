"""Events of the timeline <-> JSON: what is about a message names it, and is about the same one again when read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..messaging import event as core
from ..messaging.email import Email
from ..messaging.errors import ERRORS, MessagingError, UnknownUserToken
from ..messaging.message import Delivery, Message
from ..messaging.name import ChannelName, channel_name
from ..messaging.secret import masked
from ..runtime.event import KINDS, Event, Faulted, Refused
from ..runtime.instant import parse_clock_instant, write_instant
from .state_error import Path, found, reading, refusal
from .state_record import JSON, compact, read_device, write_device

Members = Mapping[str, Any]


class Known(NamedTuple):
    """What events may name."""

    messages: Mapping[str, Message]
    emails: Mapping[str, Email]


def write_event(event: Event, *, secrets: bool) -> JSON:
    """An event; what nobody should read is masked unless ``secrets`` are asked for."""
    told = _WRITERS[type(event)](event)
    if isinstance(event, Refused):
        told = _refusal(event.error, secrets=secrets) | told
    elif isinstance(event, core.Pushed | core.PushFailed):
        told["device"] = write_device(event.device, secrets=secrets)
    return {"kind": KINDS[type(event)], "at": write_instant(event.at), **told}


def read_event(item: Members, known: Known, path: Path) -> Event:
    """Raises ``StateError`` for a member that is missing, or names nothing."""
    with reading((*path, "at"), item["at"]):
        at = parse_clock_instant(item["at"])
    kind = item["kind"]
    missing = [name for name in NEEDED[kind] if name not in item]
    if missing:
        raise refusal(path, item, f"an event {kind!r} needs {missing[0]!r}")
    with reading(path, item):
        return _READERS[kind](at, item, known, path)


def _refusal(error: MessagingError, *, secrets: bool) -> dict[str, JSON]:
    values, message = list(map(str, error.args)), error.message
    if isinstance(error, UnknownUserToken) and not secrets:
        hidden = masked(values[0])
        values, message = [hidden], message.replace(values[0], hidden)
    return {"code": error.code, "values": values, "message": message, **compact(detail=error.detail)}


def _read_error(item: Members) -> MessagingError:
    """Raises ``ValueError`` for an error that the service does not have, or with too few values."""
    kind, values = ERRORS.get(item["code"]), item.get("values", [])
    if kind is None or kind.text.count("{}") > len(values):
        raise ValueError(f"the service has no error {item['code']} with {len(values)} values")
    error = kind(*values, detail=item.get("detail", ""))
    error.message = item["message"]
    return error


def _occurrence(delivery: Delivery) -> dict[str, JSON]:
    return {"message": delivery.message.message_id, "number": delivery.number}


def _retrieved(event: core.Retrieved) -> dict[str, JSON]:
    told = {"deliveredAt": write_instant(event.delivery.at), "subscriptionId": event.subscription_id}
    return {**_occurrence(event.delivery), **told, **compact(inRealTime=event.in_real_time)}


def _push(event: core.Pushed | core.PushFailed) -> dict[str, JSON]:
    return {"message": event.message.message_id, "number": event.number}


def _member(event: core.Joined | core.Listening | core.Left) -> dict[str, JSON]:
    selector = event.selector if isinstance(event, core.Listening) else None
    told = compact(userId=event.user_id, selector=selector)
    return {"channel": event.channel, "connectionId": event.connection_id, **told}


_WRITERS: Mapping[type[Event], Callable[[Any], dict[str, JSON]]] = {
    Message: lambda event: {"message": event.message_id},
    Delivery: _occurrence,
    core.Retrieved: _retrieved,
    core.Cancelled: lambda event: {"message": event.message.message_id},
    core.Pushed: _push,
    core.PushFailed: _push,
    core.NotPushed: lambda event: {**_push(event), "reason": event.reason},
    core.Failed: lambda event: {"message": event.message.message_id, "reason": event.reason},
    core.Emailed: lambda event: {"email": event.message_id},
    core.Joined: _member,
    core.Listening: _member,
    core.Left: _member,
    Refused: lambda event: {"what": event.what},
    Faulted: lambda event: {"what": event.what, "fault": event.fault},
}


def _message(item: Members, known: Known, path: Path) -> Message:
    message: Message = found(known.messages, item["message"], (*path, "message"), "message")
    return message


def _read_retrieved(at: int, item: Members, known: Known, path: Path) -> Event:
    delivery = Delivery(_message(item, known, path), item["number"], parse_clock_instant(item["deliveredAt"]))
    return core.Retrieved(at, delivery, item["subscriptionId"], item.get("inRealTime", False))


def _reading_push(kind: type[core.Pushed | core.PushFailed]) -> Callable[[int, Members, Known, Path], Event]:
    def read(at: int, item: Members, known: Known, path: Path) -> Event:
        device = read_device(item["device"], lambda _: "")
        return kind(at, _message(item, known, path), item["number"], device)

    return read


def _place(item: Members) -> tuple[ChannelName, str, str | None]:
    return channel_name(item["channel"]), item["connectionId"], item.get("userId")


def _accepted(at: int, item: Members, known: Known, path: Path) -> Event:
    message = _message(item, known, path)
    if message.at != at:
        raise ValueError(f"that message was accepted at {write_instant(message.at)}")
    return message


def _emailed(at: int, item: Members, known: Known, path: Path) -> Event:
    return core.Emailed(at, item["email"], found(known.emails, item["email"], (*path, "email"), "e-mail"))


_READERS: Mapping[str, Callable[[int, Members, Known, Path], Event]] = {
    "accepted": _accepted,
    "delivered": lambda at, item, known, path: Delivery(_message(item, known, path), item["number"], at),
    "retrieved": _read_retrieved,
    "cancelled": lambda at, item, known, path: core.Cancelled(at, _message(item, known, path)),
    "pushed": _reading_push(core.Pushed),
    "push_failed": _reading_push(core.PushFailed),
    "not_pushed": lambda at, item, known, path: core.NotPushed(
        at, _message(item, known, path), item["number"], item["reason"]
    ),
    "failed": lambda at, item, known, path: core.Failed(at, _message(item, known, path), item["reason"]),
    "emailed": _emailed,
    "joined": lambda at, item, *_: core.Joined(at, *_place(item)),
    "listening": lambda at, item, *_: core.Listening(at, *_place(item), item.get("selector")),
    "left": lambda at, item, *_: core.Left(at, *_place(item)),
    "refused": lambda at, item, *_: Refused(at, item["what"], _read_error(item)),
    "faulted": lambda at, item, *_: Faulted(at, item["what"], item["fault"]),
}
_OF_A_MESSAGE, _OF_AN_OCCURRENCE = ("message",), ("message", "number")
_OF_A_CLIENT = ("channel", "connectionId")
NEEDED: Mapping[str, tuple[str, ...]] = {
    "accepted": _OF_A_MESSAGE,
    "delivered": _OF_AN_OCCURRENCE,
    "retrieved": (*_OF_AN_OCCURRENCE, "deliveredAt", "subscriptionId"),
    "cancelled": _OF_A_MESSAGE,
    "pushed": (*_OF_AN_OCCURRENCE, "device"),
    "push_failed": (*_OF_AN_OCCURRENCE, "device"),
    "not_pushed": (*_OF_AN_OCCURRENCE, "reason"),
    "failed": (*_OF_A_MESSAGE, "reason"),
    "emailed": ("email",),
    "joined": _OF_A_CLIENT,
    "listening": _OF_A_CLIENT,
    "left": _OF_A_CLIENT,
    "refused": ("what", "code", "message"),
    "faulted": ("what", "fault"),
}
"""The members that an event of each kind has besides ``kind`` and ``at``."""
