"""Registered devices: who they are, until when, and on which channels they want pushes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from .errors import InvalidRegistrationDate, UnknownDevice
from .name import DEFAULT_CHANNEL, ChannelName, channel_name

System = Literal["IOS", "ANDROID", "WP", "OSX"]
"""An operating system, in capitals for type checkers; at run time any case will do."""
SYSTEMS: Mapping[str, int] = {"IOS": 1, "ANDROID": 2, "WP": 4, "OSX": 8}
"""The operating systems and their bits in a broadcast mask."""
_BEGINNINGS: Mapping[str, str] = {
    **{name: name for name in SYSTEMS},
    "IPHONE": "IOS",
    "IPAD": "IOS",
    "APN": "IOS",
    "MAC": "OSX",
    "WIN": "WP",
    "FCM": "ANDROID",
    "GCM": "ANDROID",
}
"""How names begin that people give to them."""


def likely_system(text: str) -> str:
    """``"; did you mean 'IOS'?"`` for the system that ``text`` likely means, "" where there is none."""
    meant = [system for beginning, system in _BEGINNINGS.items() if text.upper().startswith(beginning)]
    return f"; did you mean {meant[0]!r}?" if meant else ""


@dataclass(frozen=True, slots=True)
class Device:
    """A registration. ``expires_at`` is in microseconds since the epoch, ``None`` for never."""

    registration_id: str
    device_id: str
    token: str
    os: str
    os_version: str
    channels: tuple[ChannelName, ...]
    expires_at: int | None = None
    refuses: str | None = None
    """Why a push to it fails, where a test wants that."""

    def alive(self, now: int) -> bool:
        """Whether it is still registered at ``now`` (microseconds)."""
        return self.expires_at is None or self.expires_at > now

    def require_alive(self, now: int) -> None:
        """Raises ``InvalidRegistrationDate`` for an expiration that has passed (P7)."""
        if not self.alive(now):
            raise InvalidRegistrationDate(detail="expiration has passed")

    def row(self, channel: str) -> dict[str, str | None]:
        """What a segment query sees: the service keeps one row for each channel (``docs/protocol/push.md``)."""
        return {
            "deviceId": self.device_id,
            "deviceToken": self.token,
            "os": self.os,
            "osVersion": self.os_version,
            "channelName": channel,
        }


class Devices:
    """An application's devices, by id and by channel."""

    def __init__(self) -> None:
        self._by_id: dict[str, Device] = {}
        self._by_channel: dict[ChannelName, dict[str, Device]] = {}
        self._places: dict[str, int] = {}
        """Which came first: they are pushed to in that order, whichever channels they added later."""
        self._came = 0

    def register(self, device: Device, now: int) -> Device:
        """Take a device in, or bring its registration up to date: its channels are added (P6).

        Raises ``InvalidRegistrationDate`` for an expiration that has passed (P7).
        """
        device.require_alive(now)
        names = tuple(dict.fromkeys(device.channels)) or (DEFAULT_CHANNEL,)
        known = self._by_id.get(device.device_id)
        if known is not None and known.alive(now):
            names = tuple(dict.fromkeys((*known.channels, *names)))
            device = replace(device, registration_id=known.registration_id, refuses=known.refuses)
        elif known is not None:
            self._drop(known)
        device = replace(device, channels=names)
        self.keep(device)
        return device

    def unregister(self, device_id: str, now: int) -> bool:
        """Drop a device; whether there was one."""
        device = self._by_id.get(device_id)
        if device is None:
            return False
        self._drop(device)
        return device.alive(now)

    def leave(self, device_id: str, channels: Iterable[str], now: int) -> bool:
        """Take a device off ``channels``, and drop it when none is left; whether there was one."""
        device = self._by_id.get(device_id)
        if device is None:
            return False
        left = {channel_name(name) for name in channels}
        kept = tuple(name for name in device.channels if name not in left)
        self._drop(device)
        if kept:
            self.keep(replace(device, channels=kept))
        return device.alive(now)

    def find(self, device_id: str, now: int) -> Device:
        """The registration of ``device_id``. Raises ``UnknownDevice`` (5000)."""
        device = self._by_id.get(device_id)
        if device is None or not device.alive(now):
            raise UnknownDevice(detail=f"no device {device_id!r} is registered")
        return device

    def refuse(self, device_id: str, reason: str | None, now: int) -> Device:
        """From now on pushes to the device fail for ``reason``; ``None``: they succeed. Raises ``UnknownDevice``."""
        device = replace(self.find(device_id, now), refuses=reason)
        self.keep(device)
        return device

    def alive(self, now: int) -> list[Device]:
        """All that are registered at ``now``, in the order they came."""
        return [device for device in self if device.alive(now)]

    def __iter__(self) -> Iterator[Device]:
        """All that are known, in the order they came, those that have expired included."""
        return iter(self._by_id.values())

    def on_channel(self, channel: ChannelName) -> Iterator[Device]:
        """Those registered with ``channel``, in the order they came, those that have expired included."""
        return iter(sorted(self._by_channel.get(channel, {}).values(), key=lambda it: self._places[it.device_id]))

    def named(self, device_ids: tuple[str, ...]) -> Iterator[Device]:
        """Those with one of the ids, whatever their channels (P2), those that have expired included."""
        known = (self._by_id.get(device_id) for device_id in dict.fromkeys(device_ids))
        return (device for device in known if device is not None)

    def keep(self, device: Device) -> None:
        """Have it as it is, in the place of one with the same id."""
        self._by_id[device.device_id] = device
        self._came += 1
        self._places.setdefault(device.device_id, self._came)
        for name in device.channels:
            self._by_channel.setdefault(name, {})[device.device_id] = device

    def _drop(self, device: Device) -> None:
        del self._by_id[device.device_id], self._places[device.device_id]
        for name in device.channels:
            del self._by_channel[name][device.device_id]
