"""The whole of messaging against a model that keeps plain lists and works everything out anew each time it is asked."""

from __future__ import annotations

import pytest
from core_support import SECOND, Application, FakeTime
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pytest_backendless_mock.messaging.errors import MessagingError
from pytest_backendless_mock.messaging.name import channel_name

CHANNELS = st.sampled_from(["default", "Default", "news"])
# Few values, so that instants meet: due and now, due and due, age and window, occurrence and expiry.
DELAYS = st.sampled_from([0, 0, 0, -1, 0.001, 1, 5, 10, 30, 59.999, 60, 90])
PERIODS = st.sampled_from([None, 0, 5, 10, 30, 60])
EXPIRIES = st.sampled_from([None, None, -1, 0, 0.001, 5, 10, 60, 61])
LEGS = st.sampled_from([0.001, 0, 1, 4.999, 5, 10, 30, 59.999, 60, 90])
SUBTOPICS = st.sampled_from([None, "a", "a.b", "a.b.c", "ab"])
MESSAGES = st.lists(st.tuples(CHANNELS, DELAYS, PERIODS, EXPIRIES, SUBTOPICS), min_size=1, max_size=4)
WANTED = st.sampled_from([None, "a", "a.b", "a.*", "a.b.*", "*"])

MATCHES = {
    None: {None, "a", "a.b", "a.b.c", "ab"},
    "a": {"a"},
    "a.b": {"a.b"},
    "a.*": {"a.b", "a.b.c"},
    "a.b.*": {"a.b.c"},
    "*": {"a", "a.b", "a.b.c", "ab"},
}


class Model:
    """Backendless messaging, naively: what was asked, and nothing that was worked out from it."""

    def __init__(self, processing, lifetime, see_earlier, strict):
        self.processing, self.lifetime, self.see_earlier, self.strict = processing, lifetime, see_earlier, strict
        self.messages = []
        self.subscriptions = []
        self.deletions = {"default": 0, "news": 0}
        self.known = {"default"}

    def publish(self, now, channel, *, data, delay, period, lasts, subtopic):
        first = now + round(max(delay, 0) * SECOND)
        until = None if lasts is None else first + round(lasts * SECOND)
        self.known.add(channel)
        self.messages.append(
            {
                "channel": (channel, self.deletions[channel]),
                "data": data,
                "first": first,
                "period": round(period * SECOND) if period else None,
                "until": until,
                "subtopic": subtopic,
                "cancelled": None,
            }
        )

    def occurrences(self, message, now):
        """Instants of delivery up to now."""
        instants, instant = [], message["first"]
        last = now if message["cancelled"] is None else min(now, message["cancelled"])
        while instant + self.processing <= last:
            instants.append(instant + self.processing)
            if not message["period"]:
                break
            instant += message["period"]
            if message["until"] is not None and instant >= message["until"]:
                break
        return instants

    def log(self, channel, now):
        """(instant, which message, which occurrence, data), in order, of a channel as it is since its last deletion."""
        found = []
        for order, message in enumerate(self.messages):
            if message["channel"] == channel:
                for number, instant in enumerate(self.occurrences(message, now), 1):
                    found.append((instant, order, number if message["period"] else 0, message["data"]))
        return sorted(found, key=lambda entry: entry[:3])

    def status(self, order, now):
        message = self.messages[order]
        if message["cancelled"] is not None:
            return "cancelled"
        far = now + 1_000 * SECOND
        return "scheduled" if len(self.occurrences(message, far)) > len(self.occurrences(message, now)) else "published"

    def next_at(self, now):
        due = []
        for message in self.messages:
            later = self.occurrences(message, now + 1_000 * SECOND)[len(self.occurrences(message, now)) :]
            due += later[:1]
        return min(due, default=None)

    def subscribe(self, now, channel, wanted):
        self.known.add(channel)
        place = (channel, self.deletions[channel])
        passed = set() if self.see_earlier else {entry[1:3] for entry in self.log(place, now)}
        self.subscriptions.append({"channel": place, "wanted": wanted, "passed": passed, "dropped": False})

    def waiting(self, number, now):
        subscription = self.subscriptions[number]
        return [
            entry
            for entry in self.log(subscription["channel"], now)
            if entry[1:3] not in subscription["passed"]
            and now - entry[0] < self.lifetime
            and self.messages[entry[1]]["subtopic"] in MATCHES[subscription["wanted"]]
        ]

    def retrieve(self, number, now):
        got = self.waiting(number, now)
        subscription = self.subscriptions[number]
        subscription["passed"] |= {entry[1:3] for entry in self.log(subscription["channel"], now)}
        return got

    def delete(self, now, channel):
        for order, message in enumerate(self.messages):
            if message["channel"] == (channel, self.deletions[channel]) and self.status(order, now) == "scheduled":
                message["cancelled"] = now
        for subscription in self.subscriptions:
            if subscription["channel"] == (channel, self.deletions[channel]):
                subscription["dropped"] = True
        self.deletions[channel] += 1
        if channel != "default":
            self.known.discard(channel)


def error_code(action):
    with pytest.raises(MessagingError) as caught:
        action()
    return caught.value.code


class Messaging(RuleBasedStateMachine):
    @initialize(
        processing=st.sampled_from([0, 0, 0.5, 10]),
        lifetime=st.sampled_from([60, 60, 5]),
        see_earlier=st.booleans(),
        strict=st.booleans(),
        frozen=st.booleans(),
        listening=st.booleans(),
    )
    def begin(self, *, processing, lifetime, see_earlier, strict, frozen, listening):
        self.app = Application(
            FakeTime(frozen=frozen, running=not frozen),
            processing_time=processing,
            message_lifetime=lifetime,
            see_earlier_messages=see_earlier,
            strict_channels=strict,
        )
        self.heard = []
        if listening:
            self.app.backend.listen("delivered", self.heard.append)
        self.listening = listening
        self.model = Model(round(processing * SECOND), lifetime * SECOND, see_earlier, strict)
        self.ids = []
        self.subscription_ids = []
        for channel, wanted in (("default", None), ("default", "a.*"), ("news", "*")):
            self.subscribe(channel, wanted)

    def now(self):
        return self.app.virtual_time.read()

    @precondition(lambda self: len(self.ids) < 20)
    @rule(messages=MESSAGES)
    def publish(self, messages):
        for channel, delay, period, expiry, subtopic in messages:
            self.publish_one(channel, delay, period, expiry, subtopic)

    def publish_one(self, channel, delay, period, expiry, subtopic):
        now = self.now()
        lasts = None if expiry is None else expiry - min(delay, 0)
        options = {
            "channel": channel,
            "delay": delay,
            "repeat_every": period,
            "repeat_expires_at": None if lasts is None else (now + round((max(delay, 0) + lasts) * SECOND)) / 1000,
            "subtopic": subtopic,
        }
        if lasts is not None and lasts <= 0:
            assert error_code(lambda: self.app.publish("refused", **options)) == 5003
            return
        answer = self.app.publish(len(self.ids), **options)
        assert answer.status == "scheduled"
        self.model.publish(
            now, channel.lower(), data=len(self.ids), delay=delay, period=period, lasts=lasts, subtopic=subtopic
        )
        self.ids.append(answer.message_id)

    @precondition(lambda self: len(self.subscription_ids) < 8)
    @rule(channel=CHANNELS, wanted=WANTED)
    def subscribe(self, channel, wanted):
        now, name = self.now(), channel.lower()
        with self.app.backend.session() as (broker, _):
            if self.model.strict and name not in self.model.known:
                assert error_code(lambda: broker.subscribe(channel_name(channel), subtopic=wanted)) == 5010
                return
            self.subscription_ids.append(broker.subscribe(channel_name(channel), subtopic=wanted).subscription_id)
        self.model.subscribe(now, name, wanted)

    @rule(which=st.sampled_from([(0,), (1,), (0, 1)]))
    def retrieve(self, which):
        """Every second subscription polls, or all do."""
        for number, subscription_id in enumerate(self.subscription_ids):
            if number % 2 in which and not self.model.subscriptions[number]["dropped"]:
                self.retrieve_one(number, subscription_id)

    def retrieve_one(self, number, subscription_id):
        name = self.model.subscriptions[number]["channel"][0]
        with self.app.backend.session() as (broker, now):
            got = broker.retrieve(name, subscription_id, now).taken
        assert [self.plain(delivery) for delivery in got] == self.model.retrieve(number, now)

    @precondition(lambda self: any(subscription["dropped"] for subscription in self.model.subscriptions))
    @rule()
    def retrieve_what_was_dropped(self):
        for subscription, subscription_id in zip(self.model.subscriptions, self.subscription_ids, strict=True):
            if subscription["dropped"]:
                self.refuse_to_retrieve(subscription["channel"][0], subscription_id)

    def refuse_to_retrieve(self, name, subscription_id):
        with self.app.backend.session() as (broker, now):
            code = 5010 if self.model.strict and name not in self.model.known else 8008
            assert error_code(lambda: broker.retrieve(name, subscription_id, now)) == code

    @precondition(lambda self: self.subscription_ids)
    @rule(data=st.data())
    def retrieve_from_the_wrong_channel(self, data):
        number = data.draw(st.integers(0, len(self.subscription_ids) - 1))
        other = "news" if self.model.subscriptions[number]["channel"][0] == "default" else "default"
        self.refuse_to_retrieve(other, self.subscription_ids[number])

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def cancel(self, data):
        order = data.draw(st.integers(0, len(self.ids) - 1))
        with self.app.backend.session() as (broker, now):
            if self.model.status(order, now) == "scheduled":
                assert broker.cancel(self.ids[order], now).status == "cancelled"
                self.model.messages[order]["cancelled"] = now
            else:
                assert error_code(lambda: broker.cancel(self.ids[order], now)) == 5040

    @precondition(lambda self: len(self.ids) > 5)
    @rule(channel=CHANNELS)
    def delete_channel(self, channel):
        name = channel.lower()
        with self.app.backend.session() as (broker, now):
            if name not in self.model.known:
                assert error_code(lambda: broker.delete_channel(channel_name(channel), now)) == 5010
                return
            broker.delete_channel(channel_name(channel), now)
        self.model.delete(now, name)

    @rule(leg=LEGS)
    def advance(self, leg):
        self.check_journey(leg, lambda: list(self.app.clock.advance(seconds=leg)))

    @rule(leg=LEGS)
    def go_step_by_step(self, leg):
        self.check_journey(leg, lambda: list(self.app.clock.steps(seconds=leg)))

    @rule(leg=LEGS)
    def let_time_pass(self, leg):
        before = self.now()
        self.app.time.pass_by(leg)
        assert self.now() == before + round(leg * SECOND)

    @rule()
    def go_to_the_next_delivery(self):
        now = self.now()
        self.app.deliveries()
        due = self.model.next_at(now)
        delivery = self.app.clock.next()
        then = now if due is None else due
        assert self.now() == then
        data = next((entry[3] for entry in self.everything(then) if entry[0] == due), None)
        assert (delivery and delivery.data) == data

    def check_journey(self, leg, go):
        before = self.now()
        self.app.deliveries()
        known = len(self.everything(before))
        made = go()
        assert self.now() == before + round(leg * SECOND)
        assert [delivery.data for delivery in made] == [entry[3] for entry in self.everything(self.now())[known:]]

    def everything(self, now):
        """What the model knows of all channels, deleted or not."""
        places = {message["channel"] for message in self.model.messages}
        return sorted((entry for place in places for entry in self.model.log(place, now)), key=lambda entry: entry[:3])

    def plain(self, delivery):
        number = delivery.number if delivery.message_id != delivery.message.message_id else 0
        return delivery.at, self.ids.index(delivery.message.message_id), number, delivery.message.data

    @invariant()
    def what_can_be_seen_is_what_the_model_works_out(self):
        with self.app.backend.session() as (broker, now):
            log = [
                self.plain(delivery) for name in ("default", "news") for delivery in broker.channels.deliveries(name)
            ]
            statuses = [broker.status(message_id).status for message_id in self.ids]
            waiting = [broker.subscription_ids(), broker.next_at(), set(broker.channels.names)]
            pending = {self.ids.index(message_id) for message_id in broker.pending}
            peeked = {
                subscription_id: [self.plain(delivery) for delivery in broker.waiting(subscription, now)]
                for channel in broker.channels
                for subscription_id, subscription in channel.subscriptions.items()
            }
        assert sorted(log) == self.everything(now)
        assert statuses == [self.model.status(order, now) for order in range(len(self.ids))]
        assert pending == {order for order, status in enumerate(statuses) if status == "scheduled"}
        alive = {
            subscription_id: number
            for number, subscription_id in enumerate(self.subscription_ids)
            if not self.model.subscriptions[number]["dropped"]
        }
        assert sorted(waiting[0]) == sorted(alive)
        assert waiting[1:] == [self.model.next_at(now), self.model.known]
        assert peeked == {subscription_id: self.model.waiting(number, now) for subscription_id, number in alive.items()}
        if self.listening:
            heard = [(delivery.at, delivery.data) for delivery in self.heard]
            assert len(heard) == len(log)


TestMessaging = Messaging.TestCase
TestMessaging.settings = settings(
    max_examples=200,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
