"""Why an assertion about the outbox does not hold, message by message and device by device, and what would help."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import merge
from itertools import groupby
from typing import NamedTuple

from ..messaging.device import Device
from ..messaging.event import Emailed, NotPushed, Pushed, PushFailed
from ..messaging.forecast import Occurrence, occurrences
from ..messaging.message import Message, Publication
from ..messaging.push import Push as PushPlan
from ..messaging.push import decide
from ..messaging.sending import NO_DEVICE, NO_MATCH
from ..messaging.text import escaped
from ..runtime.instant import show_instant
from ..runtime.record import Email, Push, email_record, push_record
from ..service.application import Application
from ..service.spelling import nearest
from .expectation import Expectation
from .near_miss import fate, limited, refusals
from .outbox_filter import OutboxFilter
from .phrase import due, shown

_SENDING = re.compile(r"POST .*/(messaging/(?!.*/subscribe)|emailtemplate/send)")
"""The requests without which nothing is sent: publishing, e-mails, and registering a device."""


class OutboxNearMiss:
    """An expectation about the outbox that was not met, looked at after the fact (T15: the clock is not read).

    What the test expects may be code of its own, so all is copied first, and judged with no lock held.
    """

    def __init__(
        self, application: Application, kept: OutboxFilter, wanted: Expectation, records: Iterable[Push | Email]
    ) -> None:
        """``records`` are those that the test looked at."""
        self._kept = kept
        self._wanted = wanted
        self._records = list(records)
        with application.backend.peek() as (broker, self._now):
            self._publications = [replace(publication) for publication in broker.publications.values()]
            self._devices = list(broker.devices)
            self._events = list(application.backend.timeline)
            self._processing = broker.processing

    def lines(self, found: int) -> list[str]:
        """Each candidate with its reason, where only ``found`` were; last, the call that makes the assertion hold."""
        refused = refusals(self._events, _SENDING.match)
        candidates = [*self._pushes(), *self._emails(), *self._unknown_device(), *refused]
        remedy = self._remedy((self._wanted.times or 1) - found)
        return [*limited(candidates), *([remedy] if remedy else [])]

    def grounds(self) -> list[str]:
        """Why what should not have been sent was a push."""
        ids = [record.message_id for record in self._records]
        messages = [each.message for each in self._publications if any(_is_of(id_, each.message) for id_ in ids)]
        told = [f"{shown(message.data)} is a push: {_decision(message)}" for message in messages]
        return limited(list(dict.fromkeys(told)))

    def _pushes(self) -> Iterator[str]:
        for publication in self._publications:
            message = publication.message
            what, push = shown(message.data), message.push
            wrong = self._wanted.wrong_data(message.data)
            headers = self._wanted.wrong_headers(message.options.headers)
            if wrong is not None:
                if push is not None and self._kept.kind is not Email:
                    yield f"{what} {wrong}"
            elif push is None:
                yield f"{what} is no push: {_decision(message)}"
            elif headers:
                yield f"{what} has other headers: {'; '.join(headers)}"
            else:
                yield from self._reached(publication, push)

    def _reached(self, publication: Publication, push: PushPlan) -> Iterator[str]:
        """The right message, and a push: whom it did not reach, and why what it reached does not count."""
        message, what = publication.message, shown(publication.message.data)
        events = [e for e in self._events if isinstance(e, Pushed | PushFailed | NotPushed) and e.message is message]
        for event in events:
            when = f"at {show_instant(event.at)}"
            if isinstance(event, NotPushed):
                yield f"{what} was pushed {when}, but {event.reason}"
            elif isinstance(event, PushFailed):
                yield f"device {event.device.device_id!r} refused {what} {when}: {escaped(str(event.device.refuses))}"
            elif reasons := self._misfits(push_record(event)):
                yield f"{what} was sent to device {event.device.device_id!r} {when}, but {'; '.join(reasons)}"
        told = fate(publication, self._events)
        if told is not None:
            yield told
        if publication.delivered or publication.next_at is not None:
            met = {event.device.device_id for event in events if not isinstance(event, NotPushed)}
            yield from self._unreached(publication, push, met)

    def _unreached(self, publication: Publication, push: PushPlan, met: set[str]) -> Iterator[str]:
        """The devices that the last occurrence did not reach, or the first will not."""
        message, what = publication.message, shown(publication.message.data)
        at = _last(publication, self._processing) if publication.delivered else publication.next_at or 0
        verb = "did not reach" if publication.delivered else "will not reach"
        alive = [device for device in self._devices if device.alive(at)]
        reached = [device for device in alive if not push.obstacles(device, message.channel, at)]
        if not publication.delivered and not reached:
            yield f"{what} will reach nobody: {NO_MATCH if alive else NO_DEVICE}"
        for device in self._devices:
            obstacles = push.obstacles(device, message.channel, at)
            if device.device_id in met or self._misfits_device(message, device, at):
                continue
            if obstacles or publication.delivered:
                reason = "; ".join(obstacles) or "it came to be as it is only afterwards"
                yield f"{what} {verb} device {device.device_id!r}: {reason}"
        known = [device.device_id for device in self._devices]
        for name in dict.fromkeys(push.device_ids):
            if name not in known:
                yield f"{what} {verb} device {name!r}: {_unregistered(name, known)}"

    def _emails(self) -> Iterator[str]:
        for event in self._events:
            if not isinstance(event, Emailed):
                continue
            record = email_record(event)
            wrong = self._wanted.wrong_data(record.data)
            if wrong is None:
                reasons = self._wanted.wrong_headers({}) or self._misfits(record)
                if reasons:
                    yield f"{name_email(record)} was sent at {show_instant(event.at)}, but {'; '.join(reasons)}"
            elif self._kept.kind is not Push:
                if record.template is not None:
                    wrong = f"has no subject to compare with; try: filter(template={record.template!r}).assert_sent()"
                yield f"{name_email(record)} {wrong}"

    def _unknown_device(self) -> Iterator[str]:
        """A device that the test asks for, and that nobody registered."""
        known = [device.device_id for device in self._devices]
        for name, value in self._kept.fields:
            if name == "device" and isinstance(value, str) and value not in known:
                yield f"the filter asks for device {value!r}: {_unregistered(value, known)}"

    def _misfits(self, record: Push | Email) -> list[str]:
        """Why a record that is as expected does not count."""
        elsewhere = (
            [] if record in self._records else ["it came after this outbox was looked at, or is in another part"]
        )
        return self._kept.misfits(record) or elsewhere

    def _misfits_device(self, message: Message, device: Device, at: int) -> list[str]:
        """Why a push to ``device`` would not count, had it come."""
        return self._kept.misfits(push_record(Pushed(at, message, 1, device)))

    def _remedy(self, missing: int) -> str | None:
        """The call after which the expectation is met, where waiting is all that is missing."""
        total = 0
        coming = merge(*map(self._gains, self._publications), key=_at)
        for _, gains in groupby(coming, _at):
            together = list(gains)
            total += sum(gain.devices for gain in together)
            if total == missing or self._wanted.times is None:
                return due(together[-1].occurrence, self._now)
            if total > missing:
                return None
        return None

    def _gains(self, publication: Publication) -> Iterator[_Gain]:
        """How many records each occurrence to come will add. Devices only expire, so that none is the end of it."""
        message = publication.message
        fits = publication.next_at is not None and message.failure is None and self._wanted.matches_data(message.data)
        if message.push is None or not fits or self._wanted.wrong_headers(message.options.headers):
            return
        for occurrence in occurrences(publication, self._processing):
            devices = sum(
                device.refuses is None
                and not message.push.obstacles(device, message.channel, occurrence.at)
                and not self._misfits_device(message, device, occurrence.at)
                for device in self._devices
            )
            if not devices:
                return
            yield _Gain(occurrence, devices)


class _Gain(NamedTuple):
    """How many records an occurrence to come will add to what the test looks at."""

    occurrence: Occurrence
    devices: int


def _at(gain: _Gain) -> int:
    return gain.occurrence.at


def name_email(email: Email) -> str:
    """An e-mail by its subject, or by its template, and by who gets it."""
    what = shown(email.data) if email.template is None else f"the template {shown(email.template)}"
    recipients = f"users where {email.criteria}" if email.criteria else ", ".join(email.to)
    return f"{what} to {escaped(recipients)}"


def _is_of(message_id: str, message: Message) -> bool:
    """Whether a record with that id is an occurrence of ``message``."""
    return message_id == message.message_id or message_id.startswith(f"{message.message_id}-")


def _decision(message: Message) -> str:
    return decide(message.delivery_options, message.options.headers).because


def _last(publication: Publication, processing: int) -> int:
    """The instant of the last occurrence that was delivered."""
    return (publication.message.schedule.due(publication.delivered) or 0) + processing


def _unregistered(name: str, known: Iterable[str]) -> str:
    other = nearest(name, known)
    return f"no such device is registered; did you mean {other!r}?" if other else "no such device is registered"
