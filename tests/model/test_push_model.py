"""Devices and pushes against a model that does everything the long way."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from mock_support import standing_mock

from pytest_backendless_mock import MessagingError
from pytest_backendless_mock.service.call import Call
from pytest_backendless_mock.service.operation import OPERATIONS

DEVICES = st.sampled_from(["d1", "d2", "d3", "d4"])
CHANNELS = st.sampled_from(["default", "news"])
SYSTEMS = {"IOS": 1, "ANDROID": 2, "WP": 4, "OSX": 8}
SECONDS = st.integers(1, 40)
NEVER = 10**9


@dataclass
class Phone:
    os: str
    channels: set[str]
    expires: int
    refuses: bool


@dataclass
class Sent:
    message_id: str
    channel: str
    policy: str
    mask: int
    named: list[str]
    dues: list[int]
    repeated: bool
    cancelled: bool = False
    done: int = 0
    got: list[tuple[str, int]] = field(default_factory=list)
    failed: int = 0

    @property
    def status(self):
        if self.cancelled:
            return "cancelled"
        if self.done < len(self.dues):
            return "scheduled"
        return "failed" if self.policy == "PUSH" and self.failed and not self.got else "published"


class Pushes(RuleBasedStateMachine):
    """Seconds count from the beginning; the model walks through them one by one."""

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.mock = self.stack.enter_context(standing_mock())
        self.start = self.mock.clock.now()
        self.now = 0
        self.phones: dict[str, Phone] = {}
        self.sent: list[Sent] = []
        self.log: list[tuple[str, str, int]] = []
        self.delivered: list[tuple[str, int]] = []

    def teardown(self):
        self.stack.close()

    def run(self, operation, **params):
        application = self.mock._application
        with application.backend.session() as (broker, now):
            return OPERATIONS[operation].run(Call(application, broker, now, lambda: "the model", params))

    def alive(self):
        return {name: phone for name, phone in self.phones.items() if phone.expires > self.now}

    def deliver_due(self):
        for sent in self.sent:
            while not sent.cancelled and sent.done < len(sent.dues) and sent.dues[sent.done] == self.now:
                sent.done += 1
                occurrence = f"{sent.message_id}-{sent.done}" if sent.repeated else sent.message_id
                if sent.policy != "PUSH":
                    self.delivered.append((occurrence, self.now))
                for name, phone in self.alive().items() if sent.policy != "PUBSUB" else ():
                    addressed = name in sent.named if sent.named else sent.channel in phone.channels
                    if not addressed or (sent.mask and not SYSTEMS[phone.os] & sent.mask):
                        continue
                    if phone.refuses:
                        sent.failed += 1
                    else:
                        sent.got.append((name, self.now))
                        self.log.append((occurrence, name, self.now))

    @rule(
        name=DEVICES,
        os=st.sampled_from(list(SYSTEMS)),
        channel=CHANNELS,
        lifetime=st.none() | SECONDS,
        refuses=st.booleans(),
    )
    def register(self, name, os, channel, lifetime, refuses):
        known = self.alive().get(name)
        self.mock.register_device(
            name,
            os=os,
            channels=[channel],
            expires_at=None if lifetime is None else dt.timedelta(seconds=lifetime),
            refuses="no" if refuses else None,
        )
        expires = NEVER if lifetime is None else self.now + lifetime
        self.phones[name] = Phone(os, {channel} | (known.channels if known else set()), expires, refuses)

    @rule(name=DEVICES)
    def unregister(self, name):
        known = name in self.alive()
        if known:
            assert self.run("unregister", device=name) == {"result": True}
            del self.phones[name]
        else:
            with pytest.raises(MessagingError, match="5001"):
                self.run("unregister", device=name)

    @precondition(lambda self: self.alive())
    @rule(data=st.data())
    def refuse(self, data):
        name = data.draw(st.sampled_from(sorted(self.alive())))
        with self.mock._application.backend.session() as (broker, now):
            broker.devices.refuse(name, "no", now)
        self.phones[name].refuses = True

    @rule(
        channel=CHANNELS,
        policy=st.sampled_from(["PUSH", "BOTH", "PUBSUB"]),
        mask=st.integers(0, 15),
        named=st.just([]) | st.lists(DEVICES, min_size=1, max_size=3),
        delay=st.just(0) | SECONDS,
        period=st.none() | st.integers(3, 20),
        times=st.integers(1, 4),
    )
    def publish(self, channel, policy, mask, named, delay, period, times):  # noqa: PLR0917
        answer = self.mock.publish(
            "hi",
            channel,
            headers={"ios-alert": "hi"},
            publish_policy=policy,
            push_broadcast=mask,
            push_singlecast=named,
            publish_at=dt.timedelta(seconds=delay),
            repeat_every=period,
            repeat_expires_at=dt.timedelta(seconds=delay + period * times) if period else None,
        )
        dues = [self.now + delay + place * (period or 0) for place in range(times if period else 1)]
        kept = 15 if mask == 7 else mask
        self.sent.append(Sent(answer.message_id, channel, policy, kept, named, dues, period is not None))
        self.deliver_due()

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def cancel(self, data):
        sent = data.draw(st.sampled_from(self.sent))
        if sent.status == "scheduled":
            assert self.mock.cancel(sent.message_id).status == "cancelled"
            sent.cancelled = True
        else:
            with pytest.raises(MessagingError, match="5040"):
                self.mock.cancel(sent.message_id)

    @rule(seconds=st.integers(0, 60))
    def advance(self, seconds):
        for _ in range(seconds):
            self.now += 1
            self.deliver_due()
        self.mock.clock.advance(seconds=seconds)

    def second(self, moment):
        return int((moment - self.start).total_seconds())

    @invariant()
    def the_devices_are_the_same(self):
        found = {
            device.device_id: (device.os, set(device.channels), device.refuses is not None)
            for device in self.mock.devices
        }
        assert found == {name: (phone.os, phone.channels, phone.refuses) for name, phone in self.alive().items()}

    @invariant()
    def the_outbox_is_the_same(self):
        found = sorted((push.message_id, push.device, self.second(push.at)) for push in self.mock.outbox)
        assert found == sorted(self.log)

    @invariant()
    def the_outbox_is_in_the_order_of_time(self):
        moments = [push.at for push in self.mock.outbox]
        assert moments == sorted(moments)

    @invariant()
    def the_deliveries_are_the_same(self):
        found = sorted((delivery.message_id, self.second(delivery.at)) for delivery in self.mock.deliveries)
        assert found == sorted(self.delivered)

    @invariant()
    def the_statuses_and_counters_are_the_same(self):
        for sent in self.sent:
            status = self.mock.status(sent.message_id)
            counted = None if sent.policy == "PUBSUB" else (len(sent.got), sent.failed)
            assert (status.status, status.sends) == (sent.status, counted)
            assert (status.error_message is not None) is (sent.failed > 0)


TestPushes = Pushes.TestCase
TestPushes.settings = settings(max_examples=200, stateful_step_count=30, deadline=None, derandomize=True)
