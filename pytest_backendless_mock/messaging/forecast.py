"""What is still to come, as things stand: each occurrence, and what going to an instant would bring. Nothing happens.

Instants are microseconds since the epoch. A device that registers meanwhile, and a listener that publishes, nobody
foresees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from operator import attrgetter
from typing import NamedTuple

from .device import Devices
from .message import Message, Publication
from .options import PUSH_ONLY
from .push import Push
from .schedule import LAST_INSTANT


class Occurrence(NamedTuple):
    """A time at which a message is due; ``number`` counts from 1."""

    at: int
    number: int
    message: Message


class Ahead(NamedTuple):
    """What happens on the way to an instant."""

    deliveries: int = 0
    channels: int = 0
    """On how many there are any."""
    pushes: int = 0
    """How many devices get one, each as often as it does."""
    in_vain: int = 0
    """How many pushes are to go out, and find no device."""
    failures: int = 0
    """How many messages are given up, and pushes refused."""


def occurrences(publication: Publication, processing: int) -> Iterator[Occurrence]:
    """What is left of a message, in order; it may be without end. Of one that will be given up it is that."""
    message, number, at = publication.message, publication.delivered + 1, publication.next_at
    while at is not None:
        yield Occurrence(at, number, message)
        number += 1
        due = None if message.failure is not None else message.schedule.due(number)
        at = None if due is None or due + processing > LAST_INSTANT else due + processing


def upcoming(publications: Iterable[Publication], processing: int) -> Iterator[Occurrence]:
    """What is left of all of them, the nearest first; at the same instant in their order."""
    return merge(*(occurrences(each, processing) for each in publications), key=attrgetter("at"))


def ahead(publications: Iterable[Publication], devices: Devices, processing: int, until: int) -> Ahead:
    """What ``publications`` bring by ``until``, to ``devices`` as they are."""
    deliveries = pushes = in_vain = failures = 0
    channels = set()
    for publication in publications:
        message, count = publication.message, _count(publication, processing, until)
        if count and message.failure is not None:
            failures += 1
            continue
        if count and message.delivery_options.publish_policy != PUSH_ONLY:
            deliveries += count
            channels.add(message.channel)
        if count and message.push is not None:
            sent, refused = _pushes(publication, message.push, devices, processing, until)
            pushes += sent
            failures += refused
            in_vain += 0 if sent or refused else count
    return Ahead(deliveries, len(channels), pushes, in_vain, failures)


def _count(publication: Publication, processing: int, until: int) -> int:
    """How many occurrences of a message are due by ``until``."""
    if publication.next_at is None or publication.next_at > until:
        return 0
    return max(publication.message.schedule.count(min(until, LAST_INSTANT) - processing) - publication.delivered, 1)


def _pushes(publication: Publication, push: Push, devices: Devices, processing: int, until: int) -> tuple[int, int]:
    """How many pushes devices get of it by then, and how many they refuse. They only expire meanwhile."""
    taken = refused = 0
    for device in push.reach(devices, publication.message.channel, publication.next_at or 0):
        last = until if device.expires_at is None else min(until, device.expires_at - 1)
        count = _count(publication, processing, last)
        taken += 0 if device.refuses else count
        refused += count if device.refuses else 0
    return taken, refused
