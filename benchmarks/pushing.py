"""How long a push to many devices takes, and whether the ten-thousandth registration costs more than the first."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_backendless_mock.messaging.broker import Broker
from pytest_backendless_mock.messaging.device import Device
from pytest_backendless_mock.messaging.name import DEFAULT_CHANNEL
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.messaging.rules import Rules
from pytest_backendless_mock.runtime.ids import Ids

from .harness import NONE, Row, alternate, at_most, milliseconds, stopwatch

DEVICES = 10_000
BATCH = 100
"""Registrations in one measurement, for a single one is too short to be measured."""
ROUNDS = 9
NOW = 1_894_005_000_000_000
HEADERS = {"ios-alert-title": "News", "android-content-title": "News"}


def rows() -> Iterator[Row]:
    """A push to all devices, and registering the last ones against registering the first ones."""
    yield _push_to_all()
    yield _last_against_first()


def _push_to_all() -> Row:
    broker = _broker(DEVICES)

    def push() -> None:
        broker.publish(
            DEFAULT_CHANNEL, "hi", PublishOptions(headers=HEADERS), DeliveryOptions(publish_policy="PUSH"), NOW
        )

    def measure() -> float:
        broker.drain()
        return stopwatch(push)

    [seconds] = alternate(measure, rounds=ROUNDS)
    assert broker.status(list(broker.publications)[-1]).sends == (DEVICES, 0)
    return Row(f"a push to {DEVICES:,} devices", milliseconds(seconds), NONE, None, at_most(seconds * 1e3, 50, " ms"))


def _last_against_first() -> Row:
    last, first = alternate(lambda: _register_after(DEVICES - BATCH), lambda: _register_after(0), rounds=ROUNDS)
    return Row(
        f"registering {BATCH} devices up to the {DEVICES:,}th (peer: ours, the first {BATCH})",
        milliseconds(last),
        milliseconds(first),
        last / first,
        at_most(last / first, 1.2, "x the time"),
    )


def _register_after(registered: int) -> float:
    broker = _broker(registered)
    return stopwatch(lambda: _register(broker, registered, registered + BATCH))


def _broker(registered: int) -> Broker:
    broker = Broker(Rules(), Ids(0, "benchmark").new)
    _register(broker, 0, registered)
    return broker


def _register(broker: Broker, start: int, stop: int) -> None:
    for number in range(start, stop):
        os = "IOS" if number % 2 else "ANDROID"
        broker.register(Device("", f"device-{number}", f"token-{number}", os, "17", (DEFAULT_CHANNEL,)), NOW)
