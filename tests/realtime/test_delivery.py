"""When listeners hear, in which order and how often; and what faults take away."""

from __future__ import annotations

import datetime as dt
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import freezegun
import pytest
import requests
import time_machine
from mock_support import WATCHDOG, listening, standing_mock
from realtime_support import TRANSPORTS, Gone, Handshake, Polling, WebSocketClient, seat, wait_for_poll

from pytest_backendless_mock import BackendlessMock, BackendlessServer
from pytest_backendless_mock.realtime.ending import Ending

HOUR = dt.timedelta(hours=1)
NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
every_transport = pytest.mark.parametrize("kind", TRANSPORTS.values(), ids=TRANSPORTS)


@pytest.fixture
def news(mock):
    return mock.channel("news")


@pytest.fixture
def open_poll(mock, connect):
    """A poll that waits on the server: its socket, with nothing in it yet."""
    client = connect(Polling).listen()
    with socket.create_connection(listening(mock), timeout=WATCHDOG) as raw:
        raw.sendall(f"GET {client.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_for_poll(mock, client)
        raw.settimeout(0)
        yield raw


def at_once(client, number=1):
    """What a WebSocket has in it already: nothing is waited for."""
    client.socket.settimeout(0)
    try:
        return client.hears(number)
    finally:
        client.socket.settimeout(WATCHDOG)


def payloads(raw):
    return re.findall(rb'"message":"([a-z0-9]*)"', raw)


# --- when


def test_advancing_returns_when_the_frames_are_written(mock, connect):
    clients = [connect(WebSocketClient, revision).listen() for revision in (3, 4)]
    mock.publish("tomorrow", "news", publish_at=NOW + dt.timedelta(days=1))
    mock.clock.advance(days=1)
    assert [at_once(client) for client in clients] == [["tomorrow"], ["tomorrow"]]


def test_publishing_returns_when_an_open_poll_is_answered(mock, open_poll):
    mock.publish("one", "news")
    assert payloads(open_poll.recv(65_536)) == [b"one"]


def test_advancing_returns_when_an_open_poll_is_answered(mock, open_poll):
    mock.publish("tomorrow", "news", publish_at=NOW + dt.timedelta(days=1))
    mock.clock.advance(days=1)
    assert payloads(open_poll.recv(65_536)) == [b"tomorrow"]


@every_transport
def test_each_occurrence_comes_once_in_order_with_its_instant(mock, connect, kind):
    client = connect(kind).listen()
    mock.publish("again", "news", publish_at=NOW + HOUR, repeat_every=60)
    mock.publish("between", "news", publish_at=NOW + HOUR + dt.timedelta(seconds=90))
    mock.clock.advance(hours=1, minutes=3)
    heard = [client.event()[1]["data"] for _ in range(5)]
    first = int((NOW + HOUR).timestamp() * 1000)
    assert [(each["message"], (each["timestamp"] - first) // 1000) for each in heard] == [
        ("again", 0),
        ("again", 60),
        ("between", 90),
        ("again", 120),
        ("again", 180),
    ]


def test_a_step_of_the_clock_has_its_frames_on_the_way_before_the_body_runs(mock, connect):
    client = connect(WebSocketClient).listen()
    mock.publish("again", "news", publish_at=NOW + HOUR, repeat_every=60)
    heard = [(delivery.at - NOW - HOUR, at_once(client)) for delivery in mock.clock.steps(hours=1, minutes=2)]
    minute = dt.timedelta(minutes=1)
    assert heard == [(0 * minute, ["again"]), (minute, ["again"]), (2 * minute, ["again"])]


def test_a_listener_of_the_tests_finds_the_frame_written(mock, connect):
    client = connect(WebSocketClient).listen()
    heard = []
    mock.on("delivered", lambda _: heard.extend(at_once(client)))
    mock.publish("one", "news")
    assert heard == ["one"]


@every_transport
def test_a_listener_of_the_tests_that_publishes_is_heard_after_what_it_heard(mock, connect, kind):
    client = connect(kind).listen()
    mock.on("delivered", lambda delivery: delivery.data == "one" and mock.publish("two", "news"))
    mock.publish("one", "news")
    mock.publish("three", "news")
    assert client.hears(3) == ["one", "two", "three"]


@every_transport
def test_who_comes_later_gets_nothing_from_before(mock, connect, kind):
    mock.publish("before", "news")
    client = connect(kind).listen()
    mock.publish("after", "news")
    assert client.hears() == ["after"]


def test_what_is_published_over_http_is_written_before_the_answer_comes(mock, connect):
    client = connect(WebSocketClient).listen()
    requests.post(f"{mock.url}/messaging/news", json={"message": "hi"}, timeout=WATCHDOG).raise_for_status()
    assert at_once(client) == ["hi"]


FREEZES = {
    "freezegun": lambda: freezegun.freeze_time("2030-01-07 08:30"),
    "freezegun-ticking": lambda: freezegun.freeze_time("2030-01-07 08:30", tick=True),
    "time-machine": lambda: time_machine.travel("2030-01-07 08:30Z", tick=False),
}


@every_transport
@pytest.mark.parametrize("freeze", FREEZES.values(), ids=FREEZES)
def test_under_a_frozen_clock_nothing_waits_for_it(freeze, kind):
    with freeze(), BackendlessMock() as mock, kind(mock) as client:
        client.listen()
        mock.publish("now", "news")
        mock.publish("tomorrow", "news", publish_at=mock.clock.now() + dt.timedelta(days=1))
        mock.clock.advance(days=1)
        assert client.hears(2) == ["now", "tomorrow"]


@pytest.mark.parametrize("freeze", FREEZES.values(), ids=FREEZES)
def test_under_a_frozen_clock_an_open_poll_is_answered_and_ended(freeze, waiting):
    with freeze(), BackendlessMock() as mock, Polling(mock) as client:
        client.listen()
        heard = waiting(client.hears)
        wait_for_poll(mock, client)
        mock.publish("hi", "news")
        assert heard.result(WATCHDOG) == ["hi"]
        ended = waiting(client.poll)
        wait_for_poll(mock, client)
        mock._session._realtime.end()
        assert ended.result(WATCHDOG) == b"1"


def test_a_clock_frozen_before_1970_fails_the_test_and_not_the_client(mock):
    with BackendlessMock() as other, WebSocketClient(other) as client:
        verdict = other._session.app.tenants.default.application.verdict
        with time_machine.travel(-60.0, tick=False):
            client.subscribe("PUB_SUB_CONNECT", channel="news")
            found = []
            while not found:
                found += verdict.take_problems()
        assert "BeforeEpochError" in found[0]
        client.listen("later")


# --- several at once

THREADS, EACH = 6, 40


def test_what_several_threads_publish_at_once_each_listener_gets_once_in_the_order_of_the_log(mock, connect, news):
    clients = [connect(kind, revision).listen() for kind in TRANSPORTS.values() for revision in (3, 4)]
    upgraded = Polling(mock).listen()
    clients.append(connect(WebSocketClient, sid=upgraded.sid))
    together = threading.Barrier(THREADS)

    def publish(thread):
        together.wait(WATCHDOG)
        for number in range(EACH):
            mock.publish(f"{thread}-{number}", "news")

    with ThreadPoolExecutor(THREADS + len(clients)) as pool:
        heard = [pool.submit(client.hears, THREADS * EACH) for client in clients[:-1]]
        published = [pool.submit(publish, thread) for thread in range(THREADS)]
        clients[-1].upgrade()
        with upgraded:
            late = clients[-1].hears(THREADS * EACH)
        for each in published:
            each.result(WATCHDOG)
        log = news.deliveries.data
        assert [each.result(WATCHDOG) for each in heard] == [log] * 4
    assert late == log
    assert len(log) == THREADS * EACH


def test_publishing_in_one_thread_returns_when_what_it_published_is_written_whoever_writes_it(mock, connect):
    clients = [connect(WebSocketClient).listen(f"news-{thread}") for thread in range(THREADS)]

    def publish(thread):
        late = 0
        for number in range(EACH):
            mock.publish(f"{thread}-{number}", f"news-{thread}")
            try:
                late += at_once(clients[thread]) != [f"{thread}-{number}"]
            except BlockingIOError:
                late += 1
        return late

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(publish, range(THREADS))) == [0] * THREADS


# --- faults


def test_a_join_may_be_refused(mock, connect):
    fault = mock.faults.fail("join", error=5008, times=1)
    client = connect(WebSocketClient)
    asked = client.subscribe("PUB_SUB_CONNECT", channel="news")
    refused = {"code": 5008, "message": "User has no permission to subscribe", "details": {}}
    assert client.event() == ("SUB_RES", {"id": asked, "error": refused})
    assert fault.fired == 1
    client.listen()


def test_a_join_may_be_late_by_the_clock_and_then_be_refused(mock, connect):
    mock.faults.delay("join", 30)
    mock.faults.fail("join", error=5008, times=1)
    client = connect(WebSocketClient)
    client.subscribe("PUB_SUB_CONNECT", channel="news")
    assert client.event()[1]["error"]["code"] == 5008
    assert mock.clock.now() == NOW + dt.timedelta(seconds=30)
    client.listen()
    assert mock.clock.now() == NOW + dt.timedelta(seconds=60)


def test_while_a_join_is_late_others_hear_what_is_due(mock, connect):
    other = connect(WebSocketClient).listen()
    mock.publish("meanwhile", "news", publish_at=NOW + dt.timedelta(seconds=10))
    mock.faults.delay("join", 30)
    connect(WebSocketClient).listen()
    assert at_once(other) == ["meanwhile"]


def test_a_listener_that_raises_while_a_join_is_late_fails_the_test_only(mock, connect, problems):
    mock.publish("meanwhile", "news", publish_at=NOW + dt.timedelta(seconds=10))
    mock.faults.delay("join", 30)
    mock.on("delivered", lambda _: 1 / 0)
    connect(WebSocketClient).listen()
    [problem] = problems()
    assert "ZeroDivisionError" in problem


def test_a_join_may_be_cut_off(mock, connect):
    fault = mock.faults.reset("join", times=1)
    client = connect(WebSocketClient)
    client.subscribe("PUB_SUB_CONNECT", channel="news")
    with pytest.raises(Gone, match="reset"):
        client.packets()
    assert fault.fired == 1
    connect(WebSocketClient).listen()


def test_a_join_that_is_posted_is_cut_off_instead_of_its_answer(mock, connect):
    fault = mock.faults.reset("join", times=1)
    client = connect(Polling)
    with pytest.raises(ConnectionResetError):
        client.subscribe("PUB_SUB_CONNECT", channel="news")
    with pytest.raises(Handshake, match="Session ID unknown"):
        client.packets()
    assert fault.fired == 1
    connect(Polling).listen()


def test_a_fault_for_one_channel_leaves_the_others_alone(mock, connect):
    fault = mock.faults.fail("join", error=5008, channel="news")
    client = connect(WebSocketClient).listen("other")
    client.subscribe("PUB_SUB_CONNECT", channel="news")
    assert client.event()[1]["error"]["code"] == 5008
    assert fault.fired == 1


@every_transport
def test_a_message_may_be_lost_and_is_not_retrieved(mock, connect, news, kind):
    client = connect(kind).listen()
    fault = mock.faults.lose("realtime", times=1)
    for text in ("lost", "hi"):
        mock.publish(text, "news")
    assert client.hears() == ["hi"]
    assert (news.deliveries.data, news.retrieved.data, fault.fired) == (["lost", "hi"], ["hi"], 1)


@every_transport
def test_a_message_may_break_the_connection_and_what_comes_after_it_is_lost_too(mock, connect, news, kind):
    client = connect(kind).listen()
    mock.faults.reset("realtime", times=1)
    mock.publish("again", "news", publish_at=NOW + HOUR, repeat_every=60)
    mock.clock.advance(hours=2)
    with pytest.raises((Gone, Handshake)):
        client.packets()
    assert news.retrieved == ()
    assert news.listeners == ()
    connect(kind).listen()
    mock.publish("hi", "news")
    assert news.retrieved.data == ["hi"]


def test_disconnecting_a_listener_breaks_its_connection_only(mock, connect, news):
    first, second = connect(WebSocketClient).listen(), connect(WebSocketClient).listen()
    news.listeners[0].disconnect()
    with pytest.raises(Gone, match="reset"):
        first.packets()
    mock.publish("hi", "news")
    assert second.hears() == ["hi"]


@every_transport
def test_while_the_service_is_offline_nobody_is_connected_and_what_comes_is_missed(mock, connect, news, kind):
    client = connect(kind).listen()
    with mock.offline():
        assert news.listeners == ()
        with pytest.raises((Gone, OSError)):
            client.packets()
        with pytest.raises(OSError, match="refused"):
            kind(mock)
        mock.publish("missed", "news")
    again = connect(kind).listen()
    mock.publish("hi", "news")
    assert again.hears() == ["hi"]


def test_an_open_poll_is_reset_when_the_service_goes_offline(mock, open_poll):
    with mock.offline():
        open_poll.settimeout(WATCHDOG)
        with pytest.raises(ConnectionResetError):
            open_poll.recv(1)


@every_transport
def test_an_outage_on_the_clock_ends_connections_when_it_begins(mock, connect, news, kind):
    client = connect(kind).listen()
    mock.outage(start=NOW + HOUR, end=NOW + 2 * HOUR)
    mock.publish("missed", "news", publish_at=NOW + HOUR + dt.timedelta(seconds=1))
    mock.clock.advance(minutes=59)
    assert len(news.listeners) == 1
    mock.clock.advance(minutes=2)
    assert news.listeners == ()
    with pytest.raises((Gone, OSError)):
        client.packets()
    mock.clock.advance(hours=1)
    again = connect(kind).listen()
    mock.publish("hi", "news")
    assert again.hears() == ["hi"]


# --- one mock after another


@every_transport
def test_a_reset_of_the_mock_ends_the_connections(mock, connect, news, kind):
    client = connect(kind).listen()
    mock.reset()
    with pytest.raises((Gone, Handshake)):
        client.packets()
    assert news.listeners == ()
    again = connect(kind).listen()
    mock.publish("hi", "news")
    assert again.hears() == ["hi"]


@every_transport
def test_the_next_mock_on_the_same_server_knows_nobody(kind):
    with BackendlessServer() as server:
        with standing_mock(server=server) as first:
            client = kind(first).listen()
        with standing_mock(server=server, seed=1) as second, client:
            with pytest.raises((Gone, Handshake)):
                client.packets()
            with kind(second) as again:
                again.listen()
                second.publish("hi", "news")
                assert again.hears() == ["hi"]


def test_two_mocks_side_by_side_have_clients_of_their_own(mock, connect):
    client = connect(WebSocketClient).listen()
    with standing_mock(seed=1) as other, WebSocketClient(other) as second:
        second.listen()
        other.publish("other", "news")
        mock.publish("mine", "news")
        assert (client.hears(), second.hears()) == (["mine"], ["other"])


def test_a_session_that_is_being_ended_hears_nothing_more(mock, connect, news):
    client = connect(WebSocketClient).listen()
    session = seat(mock, client)
    session.on_end = lambda: mock.publish("late", "news")
    session.end(Ending.CLOSED)
    with pytest.raises(Gone, match="1000"):
        client.packets()
    assert (news.deliveries.data, news.retrieved.data) == (["late"], [])
