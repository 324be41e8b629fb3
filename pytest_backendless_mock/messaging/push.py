"""Push notifications: whether a message is one, which devices it reaches, and what they show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .device import SYSTEMS, Device, Devices
from .errors import InvalidWhereClause, PushPayloadError
from .header import header_text
from .name import ChannelName
from .options import DeliveryOptions, Policy
from .selector.selector import Selector, SelectorError

EVERY_SYSTEM = sum(SYSTEMS.values())
_MASKS: Mapping[str, int] = {**SYSTEMS, "ALL": EVERY_SYSTEM, "NONE": 0}
_ALL_IN_THE_DOCUMENTATION = 7
_DIGITS = re.compile("[0-9]{1,3}")
_DISPLAYED = re.compile(
    r"ios-alert(-.*)?|android-content-.*|android-ticker-text|wp-(title|subtitle|content|backTitle|backContent|raw)"
)


class Shown(NamedTuple):
    """What a device shows of a push; ``None`` where the headers say nothing."""

    title: str | None
    subtitle: str | None
    body: str | None
    badge: str | None
    sound: str | None


_IOS = ("ios-alert-title", "ios-alert-subtitle", "ios-alert-body", "ios-badge", "ios-sound")
_CATALOGUE: Mapping[str, tuple[str | None, ...]] = {
    "IOS": _IOS,
    "OSX": _IOS,
    "ANDROID": (
        "android-content-title",
        "android-summary-subtext",
        "android-content-text",
        None,
        "android-content-sound",
    ),
    "WP": ("wp-title", "wp-subtitle", "wp-content", "wp-badge", None),
}
"""Which header says what on which system, in the order of ``Shown`` (``docs/protocol/push.md``)."""


def shown(data: object, headers: Mapping[str, str | None], os: str) -> Shown:
    """What a device with ``os`` shows of a message; iOS falls back to the message itself, ``data``, as body."""
    title, subtitle, body, badge, sound = (None if name is None else headers.get(name) for name in _CATALOGUE[os])
    if os in ("IOS", "OSX") and body is None:
        alert = headers.get("ios-alert")
        body = header_text(data) if alert is None else alert
    return Shown(title, subtitle, body, badge, sound)


def shows_something(headers: Mapping[str, object]) -> bool:
    """Whether any header is one that a device displays (P1, P9)."""
    return bool(headers) and any(_DISPLAYED.fullmatch(name) for name in headers)


def platform_mask(value: int | str | None) -> int:
    """``pushBroadcast`` as a mask; 0 when it says nothing. Raises ``ValueError`` for what P3 does not have."""
    if value is None or value == "":
        return 0
    if isinstance(value, str) and not value.strip().isdecimal():
        mask = 0
        for token in re.split(r"[|\s]+", value.strip()):
            name = token.upper().removeprefix("FOR_")
            if name not in _MASKS and not _DIGITS.fullmatch(name):
                raise ValueError(f"{token!r} is none of {', '.join(_MASKS)}")
            mask |= _MASKS[name] if name in _MASKS else _checked_mask(int(name))
        return mask
    return _checked_mask(int(value))


def _checked_mask(mask: int) -> int:
    if not 0 <= mask <= EVERY_SYSTEM:
        raise ValueError(f"{mask} is not a mask from 0 to {EVERY_SYSTEM}")
    return EVERY_SYSTEM if mask == _ALL_IN_THE_DOCUMENTATION else mask


def is_push(options: DeliveryOptions, headers: Mapping[str, object]) -> bool:
    """Whether a message goes to devices (P1)."""
    if options.publish_policy is not None:
        return options.publish_policy != Policy.PUBSUB.value
    targeted = options.push_broadcast or options.push_singlecast or options.segment_query
    return bool(targeted) or shows_something(headers)


class Push(NamedTuple):
    """A message's push: which devices it is for."""

    mask: int
    device_ids: tuple[str, ...]
    segment: Selector | None

    def reach(self, devices: Devices, channel: ChannelName, now: int) -> Iterator[Device]:
        """The devices it reaches at ``now``; what is given together must all hold (P2, P10)."""
        chosen = devices.named(self.device_ids, now) if self.device_ids else devices.on_channel(channel, now)
        mask = self.mask or EVERY_SYSTEM
        for device in chosen:
            rows = device.channels if self.device_ids else (channel,)
            if SYSTEMS[device.os] & mask and (self.segment is None or self._in_segment(device, rows)):
                yield device

    def _in_segment(self, device: Device, channels: tuple[str, ...]) -> bool:
        truth = self.segment.truth if self.segment else None
        return truth is None or any(truth(device.row(channel)) for channel in channels)


def plan_push(data: object, options: DeliveryOptions, headers: Mapping[str, object]) -> Push | None:
    """The push that a publish asks for, ``None`` for none.

    Raises ``PushPayloadError`` (P5) and ``InvalidWhereClause``.
    """
    if not is_push(options, headers):
        return None
    if isinstance(data, dict | list):
        raise PushPayloadError(detail="a push carries text, a number or a boolean")
    try:
        segment = Selector(options.segment_query) if options.segment_query else None
    except SelectorError as error:
        raise InvalidWhereClause(options.segment_query, detail=str(error)) from None
    return Push(options.push_broadcast, options.push_singlecast, segment)
