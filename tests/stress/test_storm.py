"""64 clients publish at once, in all weathers: nothing is lost, nothing comes twice, nothing comes from nowhere."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from datetime import timedelta

import pytest
from fake_time import FakeTime
from mock_support import standing_mock
from stress_support import PUBLISHERS, WATCHDOG, Client, Told, crowd, texts

from pytest_backendless_mock import BackendlessServer

NOW = 1_894_005_000_000
"""2030-01-07 08:30:00Z in milliseconds: where the mock's clock begins. It stands unless a test moves it."""
HOUR = 3600 * 1000
DAY = 24 * HOUR
CHANNELS = [f"channel-{number}" for number in range(8)]
YEARS = 1e8
"""Seconds: messages stay for as long as a test may take to poll them."""


@pytest.fixture
def mock():
    with standing_mock(FakeTime(), message_lifetime=YEARS) as opened:
        yield opened


@pytest.fixture
def told():
    return Told()


def publishing(mock, publish, publishers=PUBLISHERS):
    """The jobs of a crowd: each calls ``publish(client, channel, text)`` for every text of one publisher."""

    def job(publisher):
        def work():
            with contextlib.closing(Client(mock)) as client:
                for text in texts(publisher):
                    publish(client, CHANNELS[publisher % len(CHANNELS)], text)

        return work

    return [job(publisher) for publisher in range(publishers)]


@contextlib.contextmanager
def polled(mock):
    """All channels are polled as long as the block lasts, and then once more; what came is handed out."""
    over, came = threading.Event(), []

    def job(channel, subscription):
        def work():
            with contextlib.closing(Client(mock)) as client:
                last = False
                while not last:
                    last = over.is_set()
                    _, answer = client.ask("GET", f"{channel}/{subscription.id}")
                    came.extend(message["data"] for message in answer["messages"])

        return work

    with crowd(*(job(channel, mock.subscribe(channel)) for channel in CHANNELS)):
        try:
            yield came
        finally:
            over.set()


def after(mock, number):
    """An event that is set when ``number`` messages were accepted."""
    reached = threading.Event()
    left = iter(range(number - 1))
    mock.on("accepted", lambda _: next(left, None) is None and reached.set())
    return reached


EVERYTHING = Counter(text for publisher in range(PUBLISHERS) for text in texts(publisher))


def test_what_64_clients_publish_at_once_is_stored_delivered_told_and_polled_once_each(mock, told):
    heard = []
    mock.on("delivered", lambda delivery: heard.append(delivery.data))

    with polled(mock) as came, crowd(*publishing(mock, told.publish)):
        for _ in range(100):
            mock.clock.advance(seconds=1)

    assert len(told.accepted) == 12_800
    assert len(set(told.accepted.values())) == 12_800
    assert Counter(mock.messages.data) == EVERYTHING
    assert Counter(mock.deliveries.data) == EVERYTHING
    assert Counter(heard) == EVERYTHING
    assert Counter(came) == EVERYTHING
    assert Counter(mock.retrieved.data) == EVERYTHING
    assert len(mock.scheduled) == 0


def test_what_is_for_later_comes_when_it_is_due_and_as_often_as_it_should(mock, told):
    later = {"publishAt": NOW + DAY}
    thrice = {**later, "repeatEvery": 3600, "repeatExpiresAt": NOW + DAY + 3 * HOUR}
    kinds = [{}, later, thrice, later]

    def publish(client, channel, text):
        kind = int(text.partition("-")[2]) % 4
        told.publish(client, channel, text, **kinds[kind])
        if kind == 3:
            assert client.ask("DELETE", told.accepted[text])[1]["status"] == "cancelled"

    with crowd(*publishing(mock, publish)):
        for _ in range(100):
            mock.clock.advance(seconds=1)
    at_once = Counter(mock.deliveries.data)
    assert len(mock.scheduled) == 6_400
    mock.clock.advance(hours=25)
    mock.clock.advance(hours=25)

    assert len(told.accepted) == 12_800
    times = [1, 1, 3, 0]
    due = Counter({text: times[int(text.partition("-")[2]) % 4] for text in EVERYTHING})
    assert at_once == Counter({text: 1 for text in EVERYTHING if int(text.partition("-")[2]) % 4 == 0})
    assert Counter(mock.deliveries.data) == +due
    assert len(mock.deliveries) == 16_000
    assert len(mock.scheduled) == 0


def test_what_a_fault_takes_is_not_there_and_what_it_does_not_take_is(mock, told):
    mock.faults.fail("publish", http=503, body={"code": 503}, times=100)
    mock.faults.fail("publish", error=5007, times=100)
    mock.faults.reset("publish", times=100)
    mock.faults.empty("publish", times=100)
    mock.faults.lose("publish", times=100)

    with polled(mock) as came, crowd(*publishing(mock, told.publish)):
        for _ in range(100):
            mock.clock.advance(seconds=1)

    stored = set(mock.messages.data)
    assert len(mock.messages) == len(stored) == 12_400
    assert len(told.accepted) == 12_300
    assert len(told.refused) == 200
    assert len(told.broken_off) == 300
    assert stored > set(told.accepted)
    assert len(stored & told.broken_off) == 100
    assert stored.isdisjoint(told.refused)
    assert Counter(mock.deliveries.data) == Counter(stored)
    assert Counter(came) == Counter(stored)


def test_an_outage_and_an_offline_block_turn_clients_away_and_lose_nothing_that_was_accepted(mock, told):
    mock.outage(timedelta(seconds=10), timedelta(seconds=20))
    soon, later = after(mock, 2_000), after(mock, 6_000)

    with crowd(*publishing(mock, told.publish)):
        assert soon.wait(WATCHDOG)
        for _ in range(10):
            mock.clock.advance(seconds=1)
        for _ in range(10):
            with pytest.raises(ConnectionRefusedError):
                Client(mock).ask("POST", "default", {"message": "never"})
            mock.clock.advance(seconds=1)
        assert later.wait(WATCHDOG)
        with mock.offline():
            for _ in range(10):
                with pytest.raises(ConnectionRefusedError):
                    Client(mock).ask("POST", "default", {"message": "never"})
                mock.clock.advance(seconds=1)

    stored = set(mock.messages.data)
    assert told.refused == {}
    assert len(told.accepted) + len(told.broken_off) == 12_800
    assert told.turned_away
    assert len(mock.messages) == len(stored)
    assert set(told.accepted) <= stored <= set(told.accepted) | told.broken_off
    assert Counter(mock.deliveries.data) == Counter(stored)


def test_mocks_come_and_go_and_each_has_what_was_answered_in_its_time_and_nothing_afterwards(told):
    server = BackendlessServer()
    server.start()
    mocks, at_the_end = [], []
    try:
        with crowd(*publishing(server, told.publish)):
            for number in range(20):
                with standing_mock(FakeTime(), seed=number, server=server) as mock:
                    assert after(mock, 100).wait(WATCHDOG)
                mocks.append(mock)
                at_the_end.append(tuple(mock.messages))
    finally:
        server.stop()

    assert set(told.refused.values()) <= {503}
    assert [tuple(mock.messages) for mock in mocks] == at_the_end
    stored = {message.message_id: message.data for messages in at_the_end for message in messages}
    assert len(stored) == sum(map(len, at_the_end))
    assert set(told.accepted.values()) <= set(stored)
    assert {stored[message_id] for message_id in told.accepted.values()} == set(told.accepted)
    assert set(stored.values()).isdisjoint(told.refused)
