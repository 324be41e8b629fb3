"""Listeners in real time beside pollers: each gets each message that it asked for once, in order, while it is there."""

from __future__ import annotations

import itertools

from core_support import SECOND, Application, FakeTime
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pytest_backendless_mock.messaging.event import Retrieved
from pytest_backendless_mock.messaging.message import Delivery
from pytest_backendless_mock.messaging.presence import Connection

CHANNELS = st.sampled_from(["default", "news"])
CLIENTS = st.integers(0, 2)
CITIES = st.sampled_from([None, "Oslo", "Rome"])
# Few values, so that instants meet: what is due with who comes and goes, and with one another.
MESSAGE = st.tuples(CHANNELS, st.sampled_from([0, 0, 5, 10, 30]), st.sampled_from([None, None, 5, 10]), CITIES)
LEGS = st.sampled_from([0, 1, 5, 10, 30, 60])
FOREVER = 10**6


class Model:
    """What was asked, and nothing that was worked out from it."""

    def __init__(self):
        self.messages = []
        self.joins = []
        self.listeners = {}
        self.losing = {}

    def entries(self, now):
        """All that was delivered: (instant, which message, number), in order."""
        found = []
        for order, message in enumerate(self.messages):
            last = now if message["cancelled"] is None else message["cancelled"]
            instants = itertools.count(message["due"], message["period"]) if message["period"] else [message["due"]]
            due = itertools.takewhile(lambda instant, last=last: instant <= last, instants)
            found += [(instant, order, number) for number, instant in enumerate(due, 1)]
        return sorted(found)

    def is_over(self, order, now):
        message = self.messages[order]
        return message["cancelled"] is not None or (not message["period"] and message["due"] <= now)

    def cancel(self, order, now):
        if not self.is_over(order, now):
            self.messages[order]["cancelled"] = now

    def listen(self, key, now, client, name, city):
        self.listeners[key] = {
            "client": client,
            "name": name,
            "channel": self.channel_of(name),
            "city": city,
            "before": set(self.entries(now)),
            "until": None,
            "lost": set(),
        }

    @staticmethod
    def channel_of(name):
        return name.partition(" ")[0]

    def end(self, now, which):
        for listener in self.listeners.values():
            if listener["until"] is None and which(listener):
                self.settle(listener, now)
                listener["until"] = set(self.entries(now))

    def settle(self, listener, now):
        """What its client was losing is lost to it."""
        since = self.losing.get(listener["client"])
        if since is not None:
            listener["lost"] |= set(self.entries(now)) - since

    def lose(self, now, client):
        self.losing[client] = set(self.entries(now))

    def lose_no_more(self, now, client):
        for listener in self.listeners.values():
            if listener["client"] == client and listener["until"] is None:
                self.settle(listener, now)
        self.losing[client] = None

    def heard(self, key, now):
        listener = self.listeners[key]
        lost = set(listener["lost"])
        if listener["until"] is None and self.losing.get(listener["client"]) is not None:
            lost |= set(self.entries(now)) - self.losing[listener["client"]]
        return [
            entry
            for entry in self.entries(now)
            if self.messages[entry[1]]["channel"] == listener["channel"]
            and entry not in listener["before"] | lost
            and (listener["until"] is None or entry in listener["until"])
            and listener["city"] in (None, self.messages[entry[1]]["city"])
        ]

    def leave(self, now, client, channel, join_id):
        if (client, channel, join_id) in self.joins:
            self.joins.remove((client, channel, join_id))
            if not any(join[:2] == (client, channel) for join in self.joins):
                self.end(now, lambda listener: (listener["client"], listener["channel"]) == (client, channel))

    def members(self, channel):
        return list(dict.fromkeys(client for client, name, _ in self.joins if name == channel))


class Conversation(RuleBasedStateMachine):
    @initialize(pace=st.sampled_from(["advance", "steps"]))
    def begin(self, pace):
        self.app = Application(FakeTime(), message_lifetime=FOREVER)
        self.pace = pace
        self.model = Model()
        self.ids = []
        self.got = {}
        self.lost = dict.fromkeys(range(3), False)
        self.connections = [self.connect(client) for client in range(3)]
        self.polls = {channel: [] for channel in ("default", "news")}
        self.pollers = {channel: self.subscribe(channel) for channel in self.polls}
        for client, channel, city in ((0, "news", None), (1, "news", "Oslo"), (2, "default", None)):
            self.join(client, channel, "a")
            self.listen(client, channel, 1, city)

    def connect(self, client):
        return Connection(f"connection:{client}", loses=lambda _: self.lost[client])

    def subscribe(self, channel):
        with self.app.backend.session() as (broker, _):
            return broker.subscribe(channel).subscription_id

    def now(self):
        return self.app.virtual_time.read()

    @precondition(lambda self: len(self.ids) < 15)
    @rule(messages=st.lists(MESSAGE, min_size=1, max_size=4))
    def publish(self, messages):
        for channel, delay, period, city in messages:
            self.publish_one(channel, delay, period, city)

    def publish_one(self, channel, delay, period, city):
        headers = {} if city is None else {"city": city}
        answer = self.app.publish(len(self.ids), channel=channel, delay=delay, repeat_every=period, headers=headers)
        self.ids.append(answer.message_id)
        self.model.messages.append(
            {
                "channel": channel,
                "due": self.now() + delay * SECOND,
                "period": period and period * SECOND,
                "city": city,
                "cancelled": None,
            }
        )

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def cancel(self, data):
        order = data.draw(st.integers(0, len(self.ids) - 1))
        with self.app.backend.session() as (broker, now):
            if not self.model.is_over(order, now):
                broker.cancel(self.ids[order], now)
        self.model.cancel(order, self.now())

    @rule(client=CLIENTS, channel=CHANNELS, join_id=st.sampled_from("ab"))
    def join(self, client, channel, join_id):
        with self.app.backend.session() as (broker, now):
            broker.presence.join(self.connections[client], f"{channel} {join_id}", channel, now)
        if (client, channel, join_id) not in self.model.joins:
            self.model.joins.append((client, channel, join_id))

    @rule(client=CLIENTS, channel=CHANNELS, number=st.integers(1, 2), city=CITIES)
    def listen(self, client, channel, number, city):
        name = f"{channel} {client} {number}"
        selector = None if city is None else f"city = '{city}'"
        with self.app.backend.session() as (broker, now):
            listener = broker.presence.listen(self.connections[client], name, channel, now, selector=selector)
        self.model.end(now, lambda other: other["name"] == name)
        self.model.listen(listener, now, client, name, city)
        self.got[listener] = []

    @rule(client=CLIENTS, channel=CHANNELS, number=st.integers(1, 2))
    def listen_no_more(self, client, channel, number):
        name = f"{channel} {client} {number}"
        with self.app.backend.session() as (broker, now):
            broker.presence.leave(self.connections[client], name, now)
        self.model.end(now, lambda listener: listener["name"] == name)

    @rule(client=CLIENTS, channel=CHANNELS, join_id=st.sampled_from("ab"))
    def leave(self, client, channel, join_id):
        with self.app.backend.session() as (broker, now):
            broker.presence.leave(self.connections[client], f"{channel} {join_id}", now)
        self.model.leave(now, client, channel, join_id)

    @rule(client=CLIENTS)
    def disconnect(self, client):
        with self.app.backend.session() as (broker, now):
            broker.presence.disconnect(self.connections[client], now)
        self.model.joins = [join for join in self.model.joins if join[0] != client]
        self.model.end(now, lambda listener: listener["client"] == client)
        self.read(client)
        self.connections[client] = self.connect(client)

    @rule(client=CLIENTS)
    def begin_or_cease_to_lose(self, client):
        with self.app.backend.session() as (_, now):
            self.lost[client] = not self.lost[client]
        (self.model.lose if self.lost[client] else self.model.lose_no_more)(now, client)

    @precondition(lambda self: len(self.ids) > 3)
    @rule(channel=CHANNELS)
    def delete_channel(self, channel):
        self.poll()
        with self.app.backend.session() as (broker, now):
            if channel not in broker.channels:
                return
            broker.delete_channel(channel, now)
        for order, message in enumerate(self.model.messages):
            if message["channel"] == channel:
                self.model.cancel(order, now)
        self.model.joins = [join for join in self.model.joins if join[1] != channel]
        self.model.end(now, lambda listener: listener["channel"] == channel)
        self.pollers[channel] = self.subscribe(channel)
        self.polls[channel] = list(self.channel_entries(channel))

    @rule(leg=LEGS)
    def let_time_pass(self, leg):
        if self.pace == "advance":
            self.app.clock.advance(seconds=leg)
        else:
            list(self.app.clock.steps(seconds=leg))

    @rule()
    def poll(self):
        for channel, subscription_id in self.pollers.items():
            with self.app.backend.session() as (broker, now):
                taken = broker.retrieve(channel, subscription_id, now).taken
            self.polls[channel] += map(self.plain, taken)
            assert self.polls[channel] == self.channel_entries(channel)

    def channel_entries(self, channel):
        entries = self.model.entries(self.now())
        return [entry for entry in entries if self.model.messages[entry[1]]["channel"] == channel]

    def plain(self, delivery):
        return delivery.at, self.ids.index(delivery.message.message_id), max(delivery.number, 1)

    def read(self, client):
        """What came over a connection, in order."""
        inbox = self.connections[client].inbox
        came = [(listener, what) for listener, what in inbox if isinstance(what, Delivery)]
        inbox.clear()
        instants = [delivery.at for _, delivery in came]
        assert instants == sorted(instants)
        for listener, delivery in came:
            self.got[listener].append(self.plain(delivery))

    @invariant()
    def each_heard_what_it_asked_for_once_and_in_order(self):
        with self.app.backend.session() as (broker, now):
            members = {channel: list(broker.presence.members(channel)) for channel in self.polls}
            listening = {listener for channel in self.polls for listener in broker.presence.listening(channel)}
        for client in range(3):
            self.read(client)
        expected = {listener: self.model.heard(listener, now) for listener in self.got}
        assert self.got == expected
        assert listening == {key for key, listener in self.model.listeners.items() if listener["until"] is None}
        assert {channel: [member.connection_id for member in found] for channel, found in members.items()} == {
            channel: [f"connection:{client}" for client in self.model.members(channel)] for channel in self.polls
        }
        self.check_what_counts_as_retrieved(expected)

    def check_what_counts_as_retrieved(self, expected):
        """Once by each listener, at the instant of the delivery, whichever connection it came over."""
        told = {}
        for event in self.app.backend.timeline:
            if isinstance(event, Retrieved) and event.in_real_time:
                assert event.at == event.delivery.at
                told.setdefault(event.subscription_id, []).append(self.plain(event.delivery))
        lives = {}
        for listener, entries in expected.items():
            lives.setdefault(listener.listener_id, []).extend(entries)
        assert told == {name: entries for name, entries in lives.items() if entries}


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=150,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
