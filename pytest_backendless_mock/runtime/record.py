"""What a test sees: frozen records in views, copies of what the core holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

from ..messaging import message as core
from ..messaging.device import Device as CoreDevice
from ..messaging.event import Emailed, Joined, Left, Listening, Pushed, PushFailed
from ..messaging.push import shown
from ..messaging.value import copied
from .event import Faulted, Refused
from .instant import to_datetime

if TYPE_CHECKING:
    from typing_extensions import Self


class HasData(Protocol):
    """A record that carries a payload."""

    @property
    def data(self) -> Any:
        """What was published."""


Record_co = TypeVar("Record_co", covariant=True)
Entry = TypeVar("Entry")


class View(Sequence[Record_co]):
    """Records, oldest first: a read-only sequence, a snapshot, not live.

    Equal to a tuple or list of the same records, and printed like a tuple, so that pytest's own diff explains a
    comparison.
    """

    __slots__ = ("_entries", "_make", "_records")

    @overload
    def __init__(self, entries: Iterable[Record_co] = ()) -> None: ...
    @overload
    def __init__(self, entries: Iterable[Entry], make: Callable[[Entry], Record_co]) -> None: ...
    def __init__(self, entries: Iterable[Any] = (), make: Callable[[Any], Record_co] | None = None) -> None:
        """``entries`` are the records, or what ``make`` makes them of when looked at, and what never changes."""
        self._entries: tuple[Any, ...] = tuple(entries)
        self._make = make
        self._records: tuple[Record_co, ...] | None = None if make else self._entries

    @overload
    def __getitem__(self, index: int) -> Record_co: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Record_co | Self:
        if isinstance(index, slice):
            return self._part(self._record(place) for place in range(len(self))[index])
        return self._record(index)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Record_co]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, View | tuple | list):
            return self._all() == tuple(other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _record(self, place: int) -> Record_co:
        """One record, without making the others."""
        return self._make(self._entries[place]) if self._make and self._records is None else self._all()[place]

    def _all(self) -> tuple[Record_co, ...]:
        if self._records is None:
            self._records = tuple(map(self._make, self._entries))  # type: ignore[arg-type]
        return self._records

    def _part(self, records: Iterable[Record_co]) -> Self:
        """Some of the records, in a view of the same kind."""
        return type(self)(records)

    @property
    def data(self: View[HasData]) -> list[Any]:
        """The payloads alone: ``assert channel.deliveries.data == ["stand-up"]``."""
        return [record.data for record in self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message the service accepted: what the code under test published. ``repeat_every`` is in seconds."""

    message_id: str
    at: dt.datetime
    channel: str
    data: Any
    headers: Mapping[str, str | None]
    publisher_id: str | None
    subtopic: str | None
    publish_at: dt.datetime | None
    repeat_every: float | None
    repeat_expires_at: dt.datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message entering its channel's log at its due instant, whoever listens; ``number`` counts occurrences."""

    message_id: str
    number: int
    at: dt.datetime
    channel: str
    data: Any
    headers: Mapping[str, str | None]
    publisher_id: str | None
    subtopic: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A message with deliveries still to come, the next of them at ``next_at``. ``repeat_every`` is in seconds."""

    message_id: str
    channel: str
    data: Any
    next_at: dt.datetime
    repeat_every: float | None
    repeat_expires_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A registered device. ``expires_at`` is ``None`` for never, ``refuses`` the reason it gives for taking no push."""

    device_id: str
    os: str
    token: str
    os_version: str
    channels: tuple[str, ...]
    expires_at: dt.datetime | None
    refuses: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user of the application; ``token`` is the one the test gave, and prints only its beginning."""

    object_id: str
    login: str | None
    token: str | None
    roles: frozenset[str]
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A push notification that a device got, with what it shows there (``None``: nothing) and all headers."""

    message_id: str
    at: dt.datetime
    device: str
    os: str
    channel: str
    data: Any
    title: str | None
    subtitle: str | None
    body: str | None
    badge: str | None
    sound: str | None
    headers: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An e-mail that the service sent; ``data`` is its subject. One from a template has ``values``, not texts."""

    message_id: str
    at: dt.datetime
    data: str | None
    text: str | None
    html: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    attachments: tuple[str, ...]
    template: str | None
    values: Mapping[str, str | None]
    criteria: str | None
    unique: bool
    headers: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that the service refused: ``what`` is its method and path, ``reason`` the code and text."""

    at: dt.datetime
    what: str
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A fault of the test struck: ``what`` is a request's method and path, or the service itself."""

    at: dt.datetime
    what: str
    fault: str


@dataclass(frozen=True, slots=True)
class Member:
    """A client joined a channel in real time, began to listen there, or left."""

    at: dt.datetime
    channel: str
    connection_id: str
    user_id: str | None


def message_record(publication: core.Publication) -> Message:
    """A copy of a message as it stands."""
    message, asked = publication.message, publication.message.delivery_options
    return Message(
        message_id=message.message_id,
        at=to_datetime(message.at),
        channel=message.channel,
        data=copied(message.data),
        headers=dict(message.options.headers),
        publisher_id=message.options.publisher_id,
        subtopic=message.options.subtopic,
        publish_at=_moment(asked.publish_at),
        repeat_every=asked.repeat_every or None,
        repeat_expires_at=_moment(asked.repeat_expires_at),
        status=publication.status.value,
    )


def delivery_record(delivery: core.Delivery) -> Delivery:
    """A copy of a delivery."""
    message, options = delivery.message, delivery.message.options
    return Delivery(
        message.occurrence_id(delivery.number),
        delivery.number,
        to_datetime(delivery.at),
        message.channel,
        copied(message.data),
        dict(options.headers),
        options.publisher_id,
        options.subtopic,
    )


def scheduled_record(publication: core.Publication) -> Scheduled:
    """A copy of what is still to come of a message."""
    assert publication.next_at is not None, "only what is pending has a next delivery"
    asked = publication.message.delivery_options
    return Scheduled(
        message_id=publication.message.message_id,
        channel=publication.message.channel,
        data=copied(publication.message.data),
        next_at=to_datetime(publication.next_at),
        repeat_every=asked.repeat_every or None,
        repeat_expires_at=_moment(asked.repeat_expires_at),
    )


def device_record(device: CoreDevice) -> Device:
    """A copy of a registration."""
    return Device(
        device_id=device.device_id,
        os=device.os,
        token=device.token,
        os_version=device.os_version,
        channels=device.channels,
        expires_at=None if device.expires_at is None else to_datetime(device.expires_at),
        refuses=device.refuses,
    )


def push_record(event: Pushed | PushFailed) -> Push:
    """What a device got, or refused."""
    message = event.message
    return Push(
        message_id=message.occurrence_id(event.number),
        at=to_datetime(event.at),
        device=event.device.device_id,
        os=event.device.os,
        channel=message.channel,
        data=copied(message.data),
        headers=dict(message.options.headers),
        **shown(message.data, message.options.headers, event.device.os)._asdict(),
    )


def email_record(event: Emailed) -> Email:
    """A copy of an e-mail."""
    email = event.email
    return Email(
        message_id=event.message_id,
        at=to_datetime(event.at),
        data=email.subject,
        text=email.text,
        html=email.html,
        to=email.to,
        cc=email.cc,
        bcc=email.bcc,
        attachments=email.attachments,
        template=email.template,
        values=dict(email.values),
        criteria=email.criteria,
        unique=email.unique,
        headers={},
    )


def refusal_record(event: Refused) -> Refusal:
    """A copy of a refusal."""
    return Refusal(to_datetime(event.at), event.what, event.error.code, str(event.error))


def incident_record(event: Faulted) -> Incident:
    """A copy of a fault that struck."""
    return Incident(to_datetime(event.at), event.what, event.fault)


def member_record(event: Joined | Listening | Left) -> Member:
    """A copy of who came or went."""
    return Member(to_datetime(event.at), event.channel, event.connection_id, event.user_id)


def _moment(milliseconds: float | None) -> dt.datetime | None:
    return to_datetime(round(milliseconds * 1000)) if milliseconds else None
