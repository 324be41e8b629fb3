"""What the tests of push notifications share: a broker without a clock, at an instant that the test moves."""

from __future__ import annotations

from collections import Counter

from pytest_backendless_mock.messaging.broker import Broker
from pytest_backendless_mock.messaging.device import Device
from pytest_backendless_mock.messaging.event import Pushed, PushFailed
from pytest_backendless_mock.messaging.message import Delivery
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.messaging.rules import Rules

NOW = 1_894_005_000_000_000
"""2030-01-07 08:30:00Z in microseconds."""
SECOND = 1_000_000
TITLE = {"ios-alert-title": "News", "android-content-title": "News"}
"""Headers that make devices show something."""


def device(device_id, os="ANDROID", *channels, token="t", version="1", expires_at=None, refuses=None):
    return Device("registration:1", device_id, token, os, version, channels, expires_at, refuses)


class Service:
    """A broker, the instant it is asked at, and what it did since it was last asked."""

    def __init__(self, **rules):
        self.now = NOW
        self._given = Counter()
        self.broker = Broker(Rules(**rules), self._new_id)

    def _new_id(self, kind):
        self._given[kind] += 1
        return f"{kind}:{self._given[kind]}"

    def register(self, device_id, os="ANDROID", *channels, **more):
        return self.broker.register(device(device_id, os, *channels, **more), self.now)

    def publish(self, data="hi", channel="default", *, headers=None, **options):
        """Publish with the delivery options; the answer's id."""
        sent = PublishOptions(headers=TITLE if headers is None else headers)
        return self.broker.publish(channel, data, sent, DeliveryOptions(**options), self.now).message_id

    def push(self, data="hi", channel="default", **more):
        return self.publish(data, channel, publish_policy="PUSH", **more)

    def in_seconds(self, seconds):
        """That many seconds from now, as the wire says it."""
        return (self.now + seconds * SECOND) / 1000

    def advance(self, seconds):
        self.now += seconds * SECOND
        self.broker.catch_up(self.now)

    def happened(self):
        """Who got what since this was last asked: ``device`` got it, ``-device`` refused it, ``*`` is a delivery."""
        told = []
        for event in self.broker.drain():
            match event:
                case Pushed():
                    told.append(event.device.device_id)
                case PushFailed():
                    told.append(f"-{event.device.device_id}")
                case Delivery():
                    told.append("*")
        return told

    def outcome(self, message_id):
        """Status, error message and counters of a message."""
        status = self.broker.status(message_id)
        return status.status, status.error_message, status.sends
