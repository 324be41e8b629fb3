"""Whatever goes wrong on the way: nothing accepted is lost, but by ``lose``, and nothing refused is delivered."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import timedelta
from http.client import BadStatusLine

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from mock_support import standing_mock
from werkzeug.test import Client

FOREVER = 10**6
KINDS = {
    "error": lambda faults, operation, **which: faults.fail(operation, error=5007, **which),
    "http": lambda faults, operation, **which: faults.fail(operation, http=502, **which),
    "soft": lambda faults, _, **which: faults.fail("publish", message="soft", **which),
    "when due": lambda faults, _, **which: faults.fail_delivery(message="when due", **which),
    "reset": lambda faults, operation, **which: faults.reset(operation, **which),
    "midway": lambda faults, operation, **which: faults.reset(operation, midway=True, **which),
    "empty": lambda faults, operation, **which: faults.empty(operation, **which),
    "not JSON": lambda faults, operation, **which: faults.garbage(operation, "not JSON", **which),
    "truncated": lambda faults, operation, **which: faults.garbage(operation, "truncated JSON", **which),
    "not HTTP": lambda faults, operation, **which: faults.garbage(operation, "not HTTP", **which),
    "slow": lambda faults, operation, **which: faults.slow(operation, 0, **which),
    "hang": lambda faults, operation, **which: faults.hang(operation, clock=7, **which),
    "delay": lambda faults, operation, **which: faults.delay(operation, 9, **which),
    "lose": lambda faults, operation, **which: faults.lose(operation, **which),
}
CARRIED_OUT = {"when due", "slow", "delay", "lose"}
"""After which the service does what it was asked for."""
ANSWERED = {"slow", "delay", "when due"}
"""After which the client has the answer, and may believe it."""
CHANNELS = ["news", "chat"]
DELAYS = st.sampled_from([0, 0, 0, 10, 30])
"""Seconds; none is less than a fault's delay, which would make the date one that has passed."""


class Outages(RuleBasedStateMachine):
    """A publisher and a consumer, over HTTP, through whatever the test lets go wrong."""

    @initialize()
    def begin(self):
        self.stack = ExitStack()
        # A message that is too old to be retrieved would be lost in another way.
        self.mock = self.stack.enter_context(standing_mock(message_lifetime=FOREVER))
        self.client = Client(self.mock.wsgi_app)
        self.subscriptions = {channel: self.mock.subscribe(channel).id for channel in CHANNELS}
        self.blocks = []
        self.faults = []
        self.outages = []
        self.published = 0
        self.accepted = {}
        self.doomed = set()
        self.cancelled = set()
        self.got = []
        self.lost = []

    def teardown(self):
        if hasattr(self, "stack"):
            self.all_is_well_again()
            self.stack.close()

    def send(self, method, path, body=None):
        """What struck, and the answer: status and JSON, or ``None`` where there was none to be believed."""
        before = [fault.fired for _, fault in self.faults]
        payload = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        try:
            path = f"/{self.mock.app_id}/{self.mock.api_key}/messaging/{path}"
            with self.client.open(path, method=method, buffered=True, **payload) as response:
                answer = response.status_code, json.loads(response.data)
        except (OSError, BadStatusLine, ValueError):
            answer = None
        fired = [fault.fired - count for (_, fault), count in zip(self.faults, before, strict=True)]
        struck = {kind for (kind, _), times in zip(self.faults, fired, strict=True) if times}
        assert sum(fired) == len(struck)
        assert len(struck - {"delay"}) <= 1
        return struck, answer

    @rule(messages=st.lists(st.tuples(st.sampled_from(CHANNELS), DELAYS), min_size=1, max_size=4))
    def publish(self, messages):
        for channel, delay in messages:
            self.publish_one(channel, delay)

    def publish_one(self, channel, delay):
        data, self.published = self.published, self.published + 1
        due = self.mock.clock.now() + timedelta(seconds=delay)
        body = {"message": data, **({"publishAt": due.timestamp() * 1000} if delay else {})}
        down = self.is_down
        struck, answer = self.send("POST", channel, body)
        known = {message.data: message for message in self.mock.messages}
        if struck <= CARRIED_OUT and not down:
            assert known[data].status in {"scheduled", "published", "failed"}
            self.accepted[data] = known[data].message_id
            assert (answer is None) == ("lose" in struck)
            if "when due" in struck:
                self.doomed.add(data)
        elif "soft" in struck:
            assert answer == (
                200,
                {"errorMessage": "soft", "messageId": known[data].message_id, "status": "failed"},
            )
        else:
            assert data not in known
            assert answer is None or answer[0] in (400, 502)

    @rule(channels=st.sampled_from([["news"], ["chat"], ["news", "chat", "news"]]))
    def poll(self, channels):
        for channel in channels:
            self.poll_one(channel)

    def poll_one(self, channel):
        handed_out = len(self.mock.retrieved)
        down = self.is_down
        struck, answer = self.send("GET", f"{channel}/{self.subscriptions[channel]}")
        taken = self.mock.retrieved.data[handed_out:]
        if down or not struck <= CARRIED_OUT:
            assert taken == []
        elif "lose" in struck:
            self.lost += taken
        else:
            assert [message["data"] for message in answer[1]["messages"]] == taken
            self.got += taken

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def cancel(self, data):
        which = data.draw(st.sampled_from(sorted(self.accepted)))
        before = self.mock.status(self.accepted[which]).status
        struck, answer = self.send("DELETE", self.accepted[which])
        after = self.mock.status(self.accepted[which]).status
        if after == "cancelled" != before:
            assert struck <= CARRIED_OUT
            assert answer is None or answer[1]["status"] == "cancelled"
            self.cancelled.add(which)
            self.doomed.discard(which)

    @rule(
        kind=st.sampled_from(sorted(KINDS)),
        operation=st.sampled_from(["publish", "retrieve", "cancel", "all"]),
        times=st.sampled_from([1, 1, 2, None]),
        channel=st.sampled_from([None, None, "news"]),
    )
    def let_something_go_wrong(self, kind, operation, times, channel):
        if operation == "cancel":
            channel = None
        which = {"times": times, "channel": channel, "optional": True}
        which = {name: value for name, value in which.items() if value is not None}
        self.faults.append((kind, KINDS[kind](self.mock.faults, operation, **which)))

    @precondition(lambda self: self.faults)
    @rule()
    def put_the_oldest_right(self):
        self.faults.pop(0)[1].end()

    @rule(seconds=st.sampled_from([1, 5, 10, 60]))
    def advance(self, seconds):
        self.mock.clock.advance(seconds=seconds)

    @rule()
    def go_offline_or_come_back(self):
        if self.blocks:
            self.blocks.pop().close()
            return
        block = ExitStack()
        block.enter_context(self.mock.offline())
        self.blocks.append(block)

    @rule(start=st.sampled_from([0, 5, 10]), lasts=st.sampled_from([5, 30]))
    def plan_an_outage(self, start, lasts):
        begins = self.mock.clock.now() + timedelta(seconds=start)
        self.outages.append((begins, begins + timedelta(seconds=lasts)))
        self.mock.outage(*self.outages[-1], optional=True)

    @property
    def is_down(self):
        now = self.mock.clock.now()
        return bool(self.blocks) or any(start <= now < end for start, end in self.outages)

    @invariant()
    def nothing_refused_is_delivered(self):
        if not hasattr(self, "mock"):
            return
        delivered = self.mock.deliveries.data
        assert len(delivered) == len(set(delivered))
        assert set(delivered) <= set(self.accepted) - self.doomed - self.cancelled

    def all_is_well_again(self):
        """What was accepted has come, or comes now."""
        for _, fault in self.faults:
            fault.end()
        while self.blocks:
            self.blocks.pop().close()
        self.mock.clock.advance(seconds=1_000)
        self.poll(CHANNELS)
        assert sorted(self.got + self.lost) == sorted(set(self.accepted) - self.doomed - self.cancelled)
        assert [self.mock.status(self.accepted[data]).status for data in sorted(self.doomed)] == ["failed"] * len(
            self.doomed
        )


TestOutages = Outages.TestCase
TestOutages.settings = settings(
    max_examples=400,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
