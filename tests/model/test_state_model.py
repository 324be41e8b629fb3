"""An application, and another that goes on with its state from a random step: nobody can tell the two apart."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import ExitStack

from fake_time import FakeTime
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from mock_support import standing_mock

from pytest_backendless_mock import MessagingError, Rules
from pytest_backendless_mock.messaging.secret import conceal
from pytest_backendless_mock.messaging.value import copied
from pytest_backendless_mock.service.call import Call
from pytest_backendless_mock.service.operation import OPERATIONS

CHANNELS = st.sampled_from(["default", "news", "weather"])
SECONDS = st.sampled_from([0, 0.001, 1, 5, 10, 30, 59.999, 60, 90])
USERS = st.sampled_from(["ann", "bob"])
DEVICES = st.sampled_from(["d1", "d2", "d3"])
NAMES = st.sampled_from([None, "a", "a.b"])
DATA = st.sampled_from(["hi", 1, 2.5, True, {"password": "1234567890abcdef", "n": [1]}, [], ""])


def seconds(value):
    return None if value is None else dt.timedelta(seconds=value)


class Fork(RuleBasedStateMachine):
    """``mocks`` is one application, and from the fork on two."""

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.subscriptions = []
        self.messages = []
        self.tokens = []

    @initialize(
        frozen=st.booleans(),
        rules=st.sampled_from(
            [
                {},
                {"processing_time": 0.5, "message_lifetime": 5.0},
                {"see_earlier_messages": False, "strict_channels": True, "multiple_logins": True},
                {"token_lifetime": 20.0, "transport_headers": True},
            ]
        ),
    )
    def begin(self, frozen, rules):
        self.rules = rules
        self.walls = [FakeTime(frozen=frozen, running=not frozen)]
        self.mocks = [self.stack.enter_context(standing_mock(self.walls[0], **rules))]

    def teardown(self):
        for mock in getattr(self, "mocks", ()):
            mock._session.judge(lambda _: None)  # what faults did not do is not the point
        self.stack.close()

    def all(self, act):
        """What ``act`` comes to, which is the same for each of the mocks."""
        outcomes = []
        for mock in self.mocks:
            try:
                outcomes.append(act(mock))
            except MessagingError as error:
                outcomes.append((error.code, error.message, error.detail))
        assert outcomes == outcomes[:1] * len(outcomes)
        return outcomes[0]

    def ask(self, name, body=None, token=None, **params):
        """An operation as a client asks for it."""

        def act(mock):
            application = mock._application
            with (
                mock._tenant.faults.failing(name, params.get("channel")) as failure,
                application.backend.session() as (broker, now),
            ):
                given = conceal(copied(body))  # as both doors do
                call = Call(application, broker, now, lambda: "the model", params, given, token, failure=failure)
                return OPERATIONS[name].run(call)

        return self.all(act)

    @precondition(lambda self: len(self.mocks) == 1)
    @rule(later=st.sampled_from([0, 1_000]))
    def fork(self, later):
        """The wall clock shows another time where it goes on, unless it stands."""
        first = self.mocks[0]
        text = json.dumps(first.state(secrets=True, journal=True))
        here = self.walls[0]
        self.walls.append(FakeTime(here.instant, frozen=here.frozen, running=here.running))
        if here.running:
            self.walls[1].pass_by(later)
        state = json.loads(text)
        rules = dict(state["rules"])
        assert Rules(**rules) == first._application.rules
        self.mocks.append(self.stack.enter_context(standing_mock(self.walls[1], seed=7, state=state, **rules)))

    @rule(
        channel=CHANNELS,
        data=DATA,
        delay=st.none() | SECONDS,
        every=st.sampled_from([None, None, 5, 10]),
        lasts=st.sampled_from([None, 20, 60]),
        headers=st.sampled_from([None, {"city": "Oslo"}, {"city": None}]),
        subtopic=NAMES,
        policy=st.sampled_from([None, None, "PUSH", "BOTH"]),
        token=st.integers(0, 3),
    )
    def publish(self, *, channel, data, delay, every, lasts, headers, subtopic, policy, token):
        now = self.mocks[0].clock.now().timestamp() * 1000
        body = {
            "message": data,
            "headers": headers,
            "subtopic": subtopic,
            "publishAt": None if delay is None else round(now + delay * 1000),
            "repeatEvery": every,
            "repeatExpiresAt": None if lasts is None or every is None else round(now + 100_000 + lasts * 1000),
            "publishPolicy": policy,
        }
        token = self.tokens[token] if token < len(self.tokens) else None
        answer = self.ask("publish", body, token, channel=channel)
        if isinstance(answer, dict):
            self.messages.append(answer["messageId"])

    @rule(
        channel=CHANNELS, subtopic=st.sampled_from([None, "a", "a.*"]), selector=st.sampled_from([None, "city='Oslo'"])
    )
    def subscribe(self, channel, subtopic, selector):
        answer = self.ask("subscribe", {"subtopic": subtopic, "selector": selector}, channel=channel)
        if isinstance(answer, dict):
            self.subscriptions.append((channel, answer["subscriptionId"]))

    @precondition(lambda self: self.subscriptions)
    @rule(number=st.integers(0, 9))
    def retrieve(self, number):
        channel, subscription = self.subscriptions[number % len(self.subscriptions)]
        self.ask("retrieve", channel=channel, subscription=subscription)

    @precondition(lambda self: self.messages)
    @rule(number=st.integers(0, 9), operation=st.sampled_from(["status", "cancel"]))
    def look_or_cancel(self, number, operation):
        self.ask(operation, message=self.messages[number % len(self.messages)])

    @rule(channel=CHANNELS)
    def delete(self, channel):
        self.ask("delete_channel", channel=channel)

    @rule(device=DEVICES, channels=st.lists(CHANNELS, max_size=2), lasts=st.none() | SECONDS, refuses=st.booleans())
    def register(self, device, channels, lasts, refuses):
        self.all(
            lambda mock: mock.register_device(
                device, channels=channels, expires_at=seconds(lasts), refuses="no" if refuses else None
            )
        )

    @rule(device=DEVICES)
    def unregister(self, device):
        self.ask("unregister", device=device)

    @rule(name=st.sampled_from(["t1", "t2"]), platforms=st.sampled_from([(), ("IOS",)]), channel=CHANNELS)
    def add_templates(self, name, platforms, channel):
        self.all(lambda mock: mock.add_template(name, message="to {who}", platforms=platforms, channel=channel))
        self.all(lambda mock: mock.add_email_template(name))

    @rule(name=st.sampled_from(["t1", "t2"]), who=st.sampled_from([None, "ann"]))
    def push(self, name, who):
        self.ask("push_template", {"templateValues": {"who": who}}, template=name)
        self.ask("email_template", {"template-name": name, "addresses": ["a@b.example"], "template-values": {}})

    @rule(login=USERS, roles=st.sampled_from([[], ["Editors"]]))
    def add_user(self, login, roles):
        self.all(lambda mock: mock.add_user(login=login, password="pass of them", roles=roles, age=7))

    @rule(login=USERS)
    def log_in(self, login):
        answer = self.ask("login", {"login": login, "password": "pass of them"})
        if isinstance(answer, dict):
            self.tokens.append(answer["user-token"])

    @precondition(lambda self: self.tokens)
    @rule()
    def log_out(self):
        self.ask("logout", token=self.tokens[0])

    @rule(
        operation=st.sampled_from(["publish", "subscribe"]),
        channel=st.none() | CHANNELS,
        role=st.sampled_from([None, "Editors"]),
        allowed=st.booleans(),
    )
    def permit(self, operation, channel, role, allowed):
        self.all(lambda mock: (mock.allow if allowed else mock.deny)(operation, channel=channel, role=role))

    @rule(times=st.sampled_from([None, 1, 2]), channel=st.none() | CHANNELS)
    def fail_delivery(self, times, channel):
        which = {name: value for name, value in (("times", times), ("channel", channel)) if value is not None}
        self.all(lambda mock: mock.faults.fail_delivery(**which) and None)

    @rule(leg=SECONDS)
    def advance(self, leg):
        self.all(lambda mock: mock.clock.advance(seconds=leg))

    @rule(leg=SECONDS)
    def pass_by(self, leg):
        for wall in self.walls:
            wall.pass_by(leg)

    @invariant()
    def they_hold_the_same(self):
        if len(getattr(self, "mocks", ())) == 2:
            first, second = (mock.state(secrets=True, journal=True) for mock in self.mocks)
            assert first == second
            assert str(self.mocks[0].timeline) == str(self.mocks[1].timeline)


Fork.TestCase.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestFork = Fork.TestCase
