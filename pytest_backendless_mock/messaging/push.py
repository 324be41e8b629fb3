"""Push notifications: whether a message is one, which devices it reaches, what they show, and why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from .device import SYSTEMS, Device, Devices
from .duration import show_duration
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


class Decision(NamedTuple):
    """Whether a message goes to devices, and because of what."""

    is_push: bool
    because: str


_NO_PUSH = Decision(False, "it has no publishPolicy, no target, and no header that a device shows")  # noqa: FBT003 - the field's name says it


def decide(options: DeliveryOptions, headers: Mapping[str, object]) -> Decision:
    """Whether a message goes to devices (P1)."""
    if options.publish_policy is not None:
        is_push = options.publish_policy != Policy.PUBSUB.value
        return Decision(is_push, f"its publishPolicy is {options.publish_policy}")
    for target, given in (
        ("pushBroadcast", options.push_broadcast),
        ("pushSinglecast", options.push_singlecast),
        ("segmentQuery", options.segment_query),
    ):
        if given:
            return Decision(is_push=True, because=f"it has a {target}")
    if not shows_something(headers):
        return _NO_PUSH
    header = next(name for name in headers if _DISPLAYED.fullmatch(name))
    return Decision(is_push=True, because=f"devices show its header {header!r}")


class Push(NamedTuple):
    """A message's push: which devices it is for."""

    mask: int
    device_ids: tuple[str, ...]
    segment: Selector | None

    def reach(self, devices: Devices, channel: ChannelName, now: int) -> Iterator[Device]:
        """The devices it reaches at ``now``; what is given together must all hold (P2, P10)."""
        chosen = devices.named(self.device_ids) if self.device_ids else devices.on_channel(channel)
        for device in chosen:
            attempt = Attempt(self, device, channel, now)
            if not any(stands(attempt) for stands, _ in OBSTACLES):
                yield device

    def obstacles(self, device: Device, channel: ChannelName, now: int) -> list[str]:
        """What keeps it from ``device`` at ``now``, in words; empty where it reaches it."""
        attempt = Attempt(self, device, channel, now)
        return [tell(attempt) for stands, tell in OBSTACLES if stands(attempt)]


class Attempt(NamedTuple):
    """A push of a message on ``channel`` to a device at ``now`` (microseconds), which may come to nothing."""

    push: Push
    device: Device
    channel: ChannelName
    now: int

    def outside_segment(self) -> bool:
        """Whether the segment query is true of no row of the device."""
        segment = self.push.segment
        return segment is not None and not any(segment.truth(row) for row in self._rows())

    def blame(self) -> str:
        """Which terms of the segment query are not true, of which values."""
        segment = self.push.segment
        reasons = [reason for row in self._rows() for reason in (segment.reasons(row) if segment else ())]
        return "; ".join(dict.fromkeys(reasons))

    def _rows(self) -> Iterator[dict[str, str | None]]:
        """One, or that of each channel where devices are named (P2)."""
        return map(self.device.row, self.device.channels if self.push.device_ids else (self.channel,))


OBSTACLES: tuple[tuple[Callable[[Attempt], bool], Callable[[Attempt], str]], ...] = (
    (
        lambda it: not it.device.alive(it.now),
        lambda it: f"its registration expired {show_duration(it.now - (it.device.expires_at or it.now))} before",
    ),
    (
        lambda it: bool(it.push.device_ids) and it.device.device_id not in it.push.device_ids,
        lambda it: f"it is not among pushSinglecast {_listed(it.push.device_ids)}",
    ),
    (
        lambda it: not it.push.device_ids and it.channel not in it.device.channels,
        lambda it: f"it is registered with {_listed(it.device.channels)}, not with {it.channel!r}",
    ),
    (
        lambda it: bool(it.push.mask) and not SYSTEMS[it.device.os] & it.push.mask,
        lambda it: f"its os is {it.device.os}, pushBroadcast is {mask_text(it.push.mask)}",
    ),
    (Attempt.outside_segment, lambda it: f"segmentQuery: {it.blame()}"),
)
"""What keeps a push from a device, and how that is said (P2, P7, P10)."""


def mask_text(mask: int) -> str:
    """A mask as it is written: ``IOS|ANDROID``."""
    return "|".join(name for name, bit in SYSTEMS.items() if bit & mask)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(map(repr, names))


def plan_push(data: object, options: DeliveryOptions, headers: Mapping[str, object]) -> Push | None:
    """The push that a publish asks for, ``None`` for none.

    Raises ``PushPayloadError`` (P5) and ``InvalidWhereClause``.
    """
    if not decide(options, headers).is_push:
        return None
    if isinstance(data, dict | list):
        raise PushPayloadError(detail="a push carries text, a number or a boolean")
    try:
        segment = Selector(options.segment_query) if options.segment_query else None
    except SelectorError as error:
        raise InvalidWhereClause(options.segment_query, detail=str(error)) from None
    return Push(options.push_broadcast, options.push_singlecast, segment)
