"""Sending pushes: an occurrence goes to whom it reaches now, and how that fared decides what becomes of its message."""

from __future__ import annotations

from .device import Devices
from .event import NotPushed, Pushed, PushFailed
from .message import Publication, Sends, Status
from .options import PUSH_ONLY
from .push import Push

NO_DEVICE = "no device is registered"
NO_MATCH = "no device matched"


def send(publication: Publication, push: Push, devices: Devices, at: int) -> list[Pushed | PushFailed | NotPushed]:
    """Send an occurrence to whom it reaches now, and count how that fared in ``publication``.

    A device registered meanwhile gets it, one expired meanwhile does not.
    """
    message, number = publication.message, publication.delivered
    successful, failed = publication.sends
    events: list[Pushed | PushFailed | NotPushed] = []
    for device in push.reach(devices, message.channel, at):
        if device.refuses is None:
            successful += 1
            events.append(Pushed(at, message, number, device))
        else:
            failed += 1
            publication.error_message = publication.error_message or f"{device.refuses} ({device.device_id})"
            events.append(PushFailed(at, message, number, device))
    publication.sends = Sends(successful, failed)
    if not events:
        reason = NO_MATCH if any(device.alive(at) for device in devices) else NO_DEVICE
        events.append(NotPushed(at, message, number, reason))
    return events


def outcome(publication: Publication) -> Status:
    """What becomes of a message after its last occurrence (P10)."""
    in_vain = publication.sends.failed and not publication.sends.successful
    return (
        Status.FAILED
        if in_vain and publication.message.delivery_options.publish_policy == PUSH_ONLY
        else Status.PUBLISHED
    )
