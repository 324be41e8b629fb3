"""What the tests of the core and the runtime share: a fake time, numbered ids, and instants as seconds from a start."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from fake_time import SECOND, START, FakeTime

from pytest_backendless_mock.messaging.broker import Broker
from pytest_backendless_mock.messaging.name import channel_name
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.messaging.rules import Rules
from pytest_backendless_mock.runtime.backend import Backend
from pytest_backendless_mock.runtime.clock import Clock
from pytest_backendless_mock.runtime.virtual_time import VirtualTime

YEAR_10000 = 253_402_300_800_000
"""In milliseconds."""
RUNNING = {"frozen": False, "running": True}
TICKING = {"frozen": True, "running": True}
FROZEN = {"frozen": True, "running": False}
"""The kinds of wall clock there are, as arguments of ``FakeTime``."""


def at(seconds=0):
    """An instant as the core counts it."""
    return START + round(seconds * SECOND)


def date(seconds):
    """The same instant as a publisher writes it: milliseconds."""
    return at(seconds) / 1000


def moment(seconds=0):
    """The same instant as a test sees it."""
    return dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc) + dt.timedelta(seconds=seconds)


def numbered():
    """Ids that a test can write down: ``message:1``, ``subscription:1``, ``message:2``."""
    given = Counter()

    def new_id(kind):
        given[kind] += 1
        return f"{kind}:{given[kind]}"

    return new_id


def new_broker(**rules):
    return Broker(Rules(**rules), numbered())


def publish(broker, data="hi", *, now=START, channel="default", headers=None, subtopic=None, publisher_id=None, **when):
    """Publish at the instant ``now``; ``when`` is the delivery options. Returns the status."""
    options = PublishOptions(publisher_id=publisher_id, headers=headers or {}, subtopic=subtopic)
    return broker.publish(channel_name(channel), data, options, DeliveryOptions(**when), now)


def told(deliveries):
    """The core's deliveries as (seconds after the start, payload)."""
    return [((delivery.at - START) / SECOND, delivery.message.data) for delivery in deliveries]


def seen(deliveries):
    """The same of the records a test holds."""
    return [((delivery.at - moment()).total_seconds(), delivery.data) for delivery in deliveries]


class Application:
    """A backend on a fake time, with the verbs a client has."""

    def __init__(self, time=None, beside=None, **rules):
        """``beside``: another one, whose clock it shares."""
        self.time = beside.time if beside else time or FakeTime()
        self.virtual_time = beside.virtual_time if beside else VirtualTime(self.time)
        self.clock = Clock(self.virtual_time)
        self.broker = new_broker(**rules)
        self.backend = Backend(self.broker, self.virtual_time)

    def publish(self, data="hi", **options):
        """``delay`` is in seconds from now; the other options are those of ``publish`` above."""
        with self.backend.session() as (broker, now):
            if "delay" in options:
                options["publish_at"] = (now + round(options.pop("delay") * SECOND)) / 1000
            return publish(broker, data, now=now, **options)

    def deliveries(self, channel="default"):
        """As (seconds after the start, payload)."""
        with self.backend.session() as (broker, _):
            return told(broker.channels.deliveries(channel))

    def now(self):
        """In seconds after the start."""
        return (self.clock.now() - moment()).total_seconds()


def elsewhere(action, *args):
    """What ``action`` returns or raises when another thread does it; a deadlock fails after ten seconds."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(action, *args).result(timeout=10)
    finally:
        pool.shutdown(wait=False)
