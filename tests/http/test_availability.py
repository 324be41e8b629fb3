"""Whether the service can be reached: blocks of offline(), outages by the clock, and the port meanwhile."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import http.client
import queue
import socket
import threading
import time as real_time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
import time_machine
from core_support import at, moment
from fake_time import START, FakeTime
from freezegun import freeze_time
from mock_support import WATCHDOG, listening, met, standing_mock
from werkzeug.test import EnvironBuilder

from pytest_backendless_mock import BackendlessMock, ServerError
from pytest_backendless_mock.http.availability import Availability, Outage
from pytest_backendless_mock.http.response import CONNECTION
from pytest_backendless_mock.runtime.clock import Clock
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.server.server import hosting

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


class Time(FakeTime):
    """Says who leads it."""

    leader = None

    def is_led(self):
        return self.leader is not None


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def virtual_time(time):
    return VirtualTime(time)


@pytest.fixture
def clock(virtual_time):
    return Clock(virtual_time)


@pytest.fixture
def notes():
    return []


@pytest.fixture
def availability(virtual_time, notes):
    return Availability(virtual_time, notes.append)


@pytest.fixture
def mock(time):
    with standing_mock(time) as mock:
        yield mock


def planned(availability, *outages):
    """Plan outages that begin and end so many seconds after the start."""
    for start, end in outages:
        availability.plan(Outage(at(start), at(end)))


def is_out(availability):
    """Whether a request would be broken off."""
    try:
        availability.check()
    except ConnectionRefusedError:
        return True
    return False


def told(notes):
    """The notes, as seconds after the start and what they say."""
    return [((note.at - START) / 1_000_000, note.fault) for note in notes]


def faulted(app):
    """What the timeline says about the service."""
    return [line for line in app.timeline if "faulted" in line]


# --- on a clock, without a server


def test_a_service_without_outages_is_there_and_reads_no_time(availability, time):
    reads = time.reads
    assert availability.accepting
    availability.check()
    assert (availability.next_at(), availability.listening) == (None, False)
    assert time.reads == reads


@pytest.mark.parametrize("seconds", [0, 59.999999, 60, 119.999999, 120, 1_000])
@pytest.mark.parametrize("passes", ["running", "moved", "led"])
def test_an_outage_lasts_from_its_start_until_before_its_end(availability, time, clock, seconds, passes):
    out = seconds in {60, 119.999999}
    planned(availability, (60, 120))
    if passes == "moved":
        clock.advance(seconds=seconds)
    else:
        time.pass_by(seconds)
    if passes == "led":
        time.leader = "freezegun"
    assert is_out(availability) == out
    assert availability.accepting == (passes == "led" or not out)


def test_offline_accepts_nothing_whoever_leads_the_time(availability, time):
    time.leader = "time-machine"
    with availability.offline():
        assert not availability.accepting
        assert is_out(availability)
    assert availability.accepting
    assert not is_out(availability)


def test_an_outage_goes_on_after_an_offline_block_and_a_block_after_an_outage(availability, clock):
    planned(availability, (0, 60))
    with availability.offline():
        assert not availability.accepting
    assert not availability.accepting
    with availability.offline():
        clock.advance(seconds=60)
        assert not availability.accepting
        assert is_out(availability)
    assert availability.accepting


NOTES = {
    "one": ([(60, 120)], [(60, "offline until 2030-01-07 08:32:00Z"), (120, "online again")]),
    "two": (
        [(180, 240), (60, 120)],
        [
            (60, "offline until 2030-01-07 08:32:00Z"),
            (120, "online again"),
            (180, "offline until 2030-01-07 08:34:00Z"),
            (240, "online again"),
        ],
    ),
    "overlapping": (
        [(60, 180), (120, 240)],
        [
            (60, "offline until 2030-01-07 08:33:00Z"),
            (120, "offline until 2030-01-07 08:34:00Z"),
            (240, "online again"),
        ],
    ),
    "one-inside-the-other": (
        [(60, 240), (120, 180)],
        [
            (60, "offline until 2030-01-07 08:34:00Z"),
            (120, "offline until 2030-01-07 08:33:00Z"),
            (240, "online again"),
        ],
    ),
    "one-after-the-other": (
        [(60, 120), (120, 180)],
        [
            (60, "offline until 2030-01-07 08:32:00Z"),
            (120, "offline until 2030-01-07 08:33:00Z"),
            (180, "online again"),
        ],
    ),
    "ending-together": (
        [(60, 180), (120, 180)],
        [
            (60, "offline until 2030-01-07 08:33:00Z"),
            (120, "offline until 2030-01-07 08:33:00Z"),
            (180, "online again"),
        ],
    ),
}


@pytest.mark.parametrize("steps", [1, 300], ids=["at-once", "by-the-second"])
@pytest.mark.parametrize("case", NOTES)
def test_going_and_coming_is_told_at_its_instant(availability, clock, notes, case, steps):
    outages, expected = NOTES[case]
    planned(availability, *outages)
    for _ in range(steps):
        clock.advance(seconds=300 / steps)
    assert told(notes) == expected
    assert {note.what for note in notes} == {"the service"}


def test_what_time_itself_passed_over_is_told_at_its_instants_too(availability, time, notes):
    planned(availability, (60, 120))
    time.pass_by(300)
    availability.check()
    availability.check()
    assert told(notes) == [(60, "offline until 2030-01-07 08:32:00Z"), (120, "online again")]


def test_nested_blocks_tell_once(availability, clock, notes):
    with availability.offline():
        clock.advance(seconds=10)
        with availability.offline():
            clock.advance(seconds=10)
        clock.advance(seconds=10)
    assert told(notes) == [(0, "offline"), (30, "online again")]


def test_it_is_not_online_again_after_a_block_inside_an_outage(availability, clock, notes):
    planned(availability, (0, 60))
    with availability.offline():
        pass
    clock.advance(seconds=60)
    assert [note for note in told(notes) if note[1] == "online again"] == [(60, "online again")]


def test_it_is_not_online_again_after_an_outage_inside_a_block(availability, clock, notes):
    planned(availability, (10, 20))
    with availability.offline():
        clock.advance(seconds=60)
    assert [note for note in told(notes) if note[1] == "online again"] == [(60, "online again")]


def test_the_server_is_settled_whenever_something_changes(availability, clock):
    settled = []
    availability.settle = lambda: settled.append(availability.accepting)
    with availability.offline(), availability.offline():
        assert settled == [False, False]
    assert settled == [False, False, False, True]
    planned(availability, (60, 120))
    assert settled[4:] == [True]
    clock.advance(seconds=60)
    assert not settled[-1]
    clock.advance(seconds=60)
    assert settled[-1]


def test_a_block_that_could_not_be_entered_does_not_last(availability):
    def fail():
        availability.settle = lambda: None
        raise ServerError("the mock cannot listen")

    availability.settle = fail
    with pytest.raises(ServerError), availability.offline():
        pytest.fail("entered")
    assert availability.accepting


def test_a_journey_stops_where_an_outage_begins_and_ends(availability, clock):
    planned(availability, (60, 120))
    assert (availability.next_at(), availability.listening) == (at(60), True)
    clock.advance(seconds=60)
    assert (availability.next_at(), availability.listening) == (at(120), True)
    clock.advance(seconds=60)
    assert (availability.next_at(), availability.listening) == (None, False)


def test_what_never_began_is_told_once(availability, clock):
    planned(availability, (0, 10), (60, 120))
    availability.plan(Outage(at(60), at(120), optional=True))
    clock.advance(seconds=20)
    assert [str(outage) for outage in availability.take_unbegun()] == [
        "outage('2030-01-07 08:31:00Z', '2030-01-07 08:32:00Z')"
    ]
    assert availability.take_unbegun() == []


# --- offline


def test_offline_lasts_as_long_as_its_block(mock):
    assert met(mock) == "served"
    with mock.offline():
        assert met(mock) == "refused"
    assert met(mock) == "served"
    assert len(mock.requests) == 2


def test_nested_blocks_last_until_the_outer_one_ends(mock):
    with mock.offline():
        with mock.offline():
            assert met(mock) == "refused"
        assert met(mock) == "refused"
    assert met(mock) == "served"


def test_overlapping_blocks_last_until_the_last_one_ends(mock):
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(mock.offline())
        second.enter_context(mock.offline())
        first.close()
        assert met(mock) == "refused"
        second.close()
        assert met(mock) == "served"


def test_an_error_in_the_block_comes_through_and_ends_it(mock):
    with pytest.raises(KeyError, match="the block"), mock.offline():
        raise KeyError("the block")
    assert met(mock) == "served"


@pytest.mark.parametrize("over_http", [True, False], ids=["http", "own-call"])
def test_a_listener_takes_the_service_offline_after_the_first_delivery(mock, over_http):
    with ExitStack() as block:
        mock.on("delivered", lambda _: block.enter_context(mock.offline()))
        if over_http:
            with contextlib.closing(http.client.HTTPConnection(*listening(mock), timeout=WATCHDOG)) as connection:
                path, headers = f"/{mock.app_id}/{mock.api_key}/messaging/news", {"Content-Type": "application/json"}
                connection.request("POST", path, b'{"message":"hi"}', headers)
                with pytest.raises(ConnectionResetError):
                    connection.getresponse()
            assert [request.status for request in mock.requests] == [None]
        else:
            mock.publish("hi", channel="news")
        assert met(mock) == "refused"
        assert mock.deliveries.data == ["hi"]
    assert met(mock) == "served"


@pytest.mark.parametrize("used", [True, False], ids=["used-before", "silent"])
def test_an_idle_connection_is_reset_when_the_service_goes_offline(mock, used):
    with socket.create_connection(listening(mock), timeout=WATCHDOG) as idle:
        if used:
            idle.sendall(f"GET /{mock.app_id}/{mock.api_key}/info HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert idle.recv(65_536).startswith(b"HTTP/1.1 200 ")
        with mock.offline(), pytest.raises(ConnectionResetError):
            idle.recv(65_536)


def test_a_client_that_is_left_hanging_is_reset_when_the_service_goes_offline(mock):
    arrived = threading.Event()
    mock.on("faulted", lambda _: arrived.set())
    mock.faults.hang("info")
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(met, mock)
        assert arrived.wait(WATCHDOG)
        with mock.offline():
            assert hanging.result(WATCHDOG) == "reset"


MIDDLE = {
    "head": ("Content-Type: applic", None),
    "before-the-body": ("Content-Length: 16\r\nExpect: 100-continue\r\n\r\n", ""),
    "body": ("Content-Length: 16\r\nExpect: 100-continue\r\n\r\n", '{"message":'),
    "chunk": ("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n", '10\r\n{"message":'),
    "between-chunks": ("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n", '10\r\n{"message":"hi"}\r\n'),
}
"""How far a client came: the end of the head, and what of the body follows once the server waits for it."""


@contextlib.contextmanager
def begun(mock, middle):
    """A client in the middle of a request."""
    head, body = MIDDLE[middle]
    with socket.create_connection(listening(mock), timeout=WATCHDOG) as client:
        client.sendall(f"POST /{mock.app_id}/{mock.api_key}/messaging/news HTTP/1.1\r\nHost: x\r\n{head}".encode())
        if body is not None:
            assert client.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.sendall(body.encode())
        yield client


def test_a_request_whose_connection_was_cut_off_meanwhile_is_reset_and_told(mock):
    path = f"/{mock.app_id}/{mock.api_key}/info"
    environ = EnvironBuilder(path=path, environ_overrides={CONNECTION: SimpleNamespace(is_cut_off=True)}).get_environ()
    with pytest.raises(ConnectionResetError):
        mock.wsgi_app(environ, pytest.fail)
    assert mock.requests == ()
    assert faulted(mock) == [f"08:30:00  faulted      GET {path}: the service went offline meanwhile"]


@pytest.mark.parametrize("planned_before", [False, True], ids=["offline", "outage"])
@pytest.mark.parametrize("middle", MIDDLE)
def test_a_client_in_the_middle_of_a_request_is_reset_when_the_service_goes_offline(mock, middle, planned_before):
    if planned_before:
        mock.outage(MINUTE, 2 * MINUTE)
    with begun(mock, middle) as client, ExitStack() as block:
        if planned_before:
            mock.clock.advance(minutes=1)
        else:
            block.enter_context(mock.offline())
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    mock.clock.advance(minutes=1)
    assert met(mock) == "served"
    assert (mock.messages, [request.operation for request in mock.requests]) == ((), ["info"])


def test_a_client_in_the_middle_of_a_request_is_reset_though_the_service_is_online_again(mock):
    with begun(mock, "body") as client:
        with mock.offline():
            pass
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    assert (mock.messages, mock.requests) == ((), ())


def test_a_request_that_was_broken_off_by_an_outage_stands_in_the_timeline(mock):
    mock.on("faulted", lambda record: told.put(str(record)))
    told = queue.Queue()
    with begun(mock, "body"):
        mock.outage(dt.timedelta(0), MINUTE)
        lines = {told.get(timeout=WATCHDOG) for _ in range(2)}
    assert len(lines) == 2
    assert [line for line in faulted(mock) if "POST" in line] == [
        f"08:30:00  faulted      POST /{mock.app_id}/{mock.api_key}/messaging/news: the service is offline"
    ]


def test_what_is_due_while_the_service_is_offline_is_delivered(mock):
    mock.publish("hi", publish_at=MINUTE)
    with mock.offline():
        assert mock.clock.advance(minutes=2).data == ["hi"]
    assert [delivery.at for delivery in mock.deliveries] == [moment(60)]


def test_offline_stands_in_the_timeline_of_every_application(mock):
    other = mock.new_app()
    with mock.offline():
        mock.clock.advance(minutes=2)
    lines = ["08:30:00  faulted      the service: offline", "08:32:00  faulted      the service: online again"]
    assert (faulted(mock), faulted(other)) == (lines, lines)


def test_every_application_of_the_server_is_offline(mock):
    other = mock.new_app()
    with mock.offline():
        assert met(other) == "refused"
    assert met(other) == "served"


def test_going_offline_many_times_keeps_the_port(mock):
    address = listening(mock)
    for _ in range(50):
        with mock.offline():
            assert listening(mock) == address
        assert met(mock) == "served"


# --- the port


def test_nobody_else_gets_the_port_while_the_service_is_offline(mock):
    with mock.offline(), socket.socket() as rival:
        with pytest.raises(OSError, match="in use") as caught:
            rival.bind(listening(mock))
        assert caught.value.errno == errno.EADDRINUSE
    assert met(mock) == "served"


@pytest.fixture
def robbed(time):
    """A mock whose port somebody took who insisted, and whom."""
    with ExitStack() as stack:
        mock = stack.enter_context(standing_mock(time))
        rival = stack.enter_context(socket.socket())
        rival.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        yield mock, rival


def rob(mock, rival):
    rival.bind(listening(mock))
    rival.listen()


def test_coming_back_to_a_port_that_was_taken_is_an_error_in_a_sentence(robbed):
    mock, rival = robbed
    host, port = listening(mock)
    with (
        pytest.raises(ServerError, match=rf"^the mock cannot listen on {host}:{port}: .*Address already in use$"),
        mock.offline(),
    ):
        rob(mock, rival)
    rival.close()
    hosting(mock._session.server).settle()
    assert met(mock) == "served"


def test_an_outage_that_ends_at_a_port_that_was_taken_is_the_same_error(robbed):
    mock, rival = robbed
    mock.outage(dt.timedelta(0), MINUTE)
    rob(mock, rival)
    with pytest.raises(ServerError, match=r"^the mock cannot listen on "):
        mock.clock.advance(minutes=1)
    rival.close()
    hosting(mock._session.server).settle()
    assert met(mock) == "served"


def test_a_mock_whose_port_was_taken_can_be_closed(time):
    mock = standing_mock(time)
    mock._session.open()
    server = mock._session.server
    with socket.socket() as rival:
        rival.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(ServerError), mock.offline():
            rob(mock, rival)
        try:
            with contextlib.suppress(ServerError):
                mock._session.close()
            assert not server.is_running()
        finally:
            if server.is_running():
                server.stop()


# --- outages by the clock


def advance(mock):
    mock.clock.advance(minutes=30)
    yield


def move_to(mock):
    mock.clock.move_to(mock.clock.now() + dt.timedelta(minutes=30))
    yield


def step(mock):
    mock.publish("step", publish_at=dt.timedelta(minutes=30))
    for _ in mock.clock.steps(minutes=30):
        yield


def go_to_next(mock):
    mock.publish("next", publish_at=dt.timedelta(minutes=30))
    mock.clock.next()
    yield


@pytest.mark.parametrize("move", [advance, move_to, step, go_to_next])
def test_an_outage_begins_and_ends_when_the_clock_is_moved_there(mock, move):
    mock.outage("2030-01-07 09:00", "2030-01-07 10:00")
    seen = [met(mock)]
    for _ in range(4):
        seen += [met(mock) for _ in move(mock)]
    assert seen == ["served", "refused", "refused", "served", "served"]


@pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
def test_an_outage_in_frozen_time_refuses_connections(backendless_mock):
    backendless_mock.outage(HOUR, 2 * HOUR)
    assert met(backendless_mock) == "served"
    backendless_mock.clock.advance(HOUR)
    assert met(backendless_mock) == "refused"
    backendless_mock.clock.advance(HOUR)
    assert met(backendless_mock) == "served"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2030-01-07 08:00", "2030-01-07 09:00"),
        (moment(-1), moment(1_800)),
        (dt.timedelta(0), dt.timedelta(minutes=30)),
        (-HOUR, "2030-01-07T10:00:00+01:00"),
    ],
    ids=["text", "datetimes", "timedeltas", "mixed"],
)
def test_an_outage_whose_start_has_passed_begins_at_once(mock, start, end):
    mock.outage(start, end)
    assert met(mock) == "refused"
    mock.clock.advance(minutes=29, seconds=59)
    assert met(mock) == "refused"
    mock.clock.advance(seconds=1)
    assert met(mock) == "served"


def test_the_next_delivery_is_a_delivery_though_an_outage_lies_before_it(mock):
    mock.publish("hi", publish_at=3 * HOUR)
    mock.outage(HOUR, 2 * HOUR)
    delivery = mock.clock.next()
    assert (delivery.data, delivery.at) == ("hi", moment(3 * 3600))
    assert met(mock) == "served"


def test_there_is_no_next_delivery_where_only_outages_are_to_come(mock):
    mock.outage(HOUR, 2 * HOUR, optional=True)
    assert mock.clock.next() is None
    assert mock.clock.now() == moment()


def test_steps_hand_out_deliveries_and_nothing_for_an_outage(mock):
    mock.publish("one", publish_at=HOUR)
    mock.publish("two", publish_at=4 * HOUR)
    mock.outage(HOUR + MINUTE, 2 * HOUR)
    assert [delivery.data for delivery in mock.clock.steps(hours=5)] == ["one", "two"]
    assert met(mock) == "served"


def test_an_outage_stands_in_the_timeline_between_the_deliveries_of_before_and_after(mock):
    for hours in (1, 2, 3):
        mock.publish(f"at {hours}", publish_at=hours * HOUR)
    mock.outage("2030-01-07 10:00", "2030-01-07 11:00")
    assert mock.clock.advance(hours=4).data == ["at 1", "at 2", "at 3"]
    assert list(mock.timeline)[3:] == [
        "09:30:00  delivered    'at 1' on 'default'",
        "10:00:00  faulted      the service: offline until 2030-01-07 11:00:00Z",
        "10:30:00  delivered    'at 2' on 'default'",
        "11:00:00  faulted      the service: online again",
        "11:30:00  delivered    'at 3' on 'default'",
        "12:30:00  -- now --",
    ]


def test_an_outage_stands_in_the_timeline_in_order_though_time_itself_passed_over_it(mock, time):
    mock.publish("meanwhile", publish_at=dt.timedelta(minutes=90))
    mock.outage(HOUR, 2 * HOUR)
    time.pass_by(3 * 3600)
    assert list(mock.timeline)[1:] == [
        "09:30:00  faulted      the service: offline until 2030-01-07 10:30:00Z",
        "10:00:00  delivered    'meanwhile' on 'default'",
        "10:30:00  faulted      the service: online again",
        "11:30:00  -- now --",
    ]


def test_an_outage_stands_in_the_timeline_of_every_application_and_is_told_to_listeners(mock):
    other, heard = mock.new_app(), []
    other.on("faulted", lambda incident: heard.append((incident.at, mock.clock.now())))
    mock.outage(HOUR, 2 * HOUR)
    mock.clock.advance(hours=3)
    lines = [
        "09:30:00  faulted      the service: offline until 2030-01-07 10:30:00Z",
        "10:30:00  faulted      the service: online again",
    ]
    assert (faulted(mock), faulted(other)) == (lines, lines)
    assert heard == [(moment(3_600), moment(3_600)), (moment(7_200), moment(7_200))]


def test_overlapping_outages_are_one(mock):
    mock.outage(HOUR, 3 * HOUR)
    mock.outage(2 * HOUR, 4 * HOUR)
    seen = []
    for _ in range(5):
        seen.append(met(mock))
        mock.clock.advance(HOUR)
    assert [*seen, met(mock)] == ["served", "refused", "refused", "refused", "served", "served"]


def test_an_outage_that_a_listener_plans_begins_on_the_same_journey(mock):
    mock.publish("first", publish_at=HOUR)
    mock.publish("second", publish_at=3 * HOUR)
    mock.on("delivered", lambda d: d.data == "first" and mock.outage(HOUR, 2 * HOUR))
    assert mock.clock.advance(hours=5).data == ["first", "second"]
    assert faulted(mock) == [
        "10:30:00  faulted      the service: offline until 2030-01-07 11:30:00Z",
        "11:30:00  faulted      the service: online again",
    ]


def test_in_running_time_an_outage_ends_by_itself_for_a_client_that_tries_again():
    with BackendlessMock() as mock:
        mock.outage(dt.timedelta(0), dt.timedelta(seconds=0.2))
        seen, deadline = [met(mock)], real_time.monotonic() + WATCHDOG
        while seen[-1] != "served" and real_time.monotonic() < deadline:
            seen.append(met(mock))
        assert seen[-1] == "served"
        assert set(seen) <= {"refused", "served"}
        assert [line.partition("the service: ")[2][:12] for line in faulted(mock)] == ["offline unti", "online again"]


@pytest.mark.parametrize(
    "frozen",
    [
        lambda: freeze_time("2030-01-07 08:30"),
        lambda: time_machine.travel(moment(), tick=False),
    ],
    ids=["freezegun", "time-machine"],
)
def test_an_outage_in_somebody_else_s_time_resets_each_request(backendless_mock, frozen):
    with frozen() as traveller:
        backendless_mock.publish("hi", publish_at=dt.timedelta(minutes=90))
        backendless_mock.outage("2030-01-07 09:30", "2030-01-07 10:30")
        seen = []
        for seconds in (0, 3_599, 3_600, 7_199, 7_200):
            traveller.move_to(moment(seconds))
            seen.append(met(backendless_mock))
        assert seen == ["served", "served", "reset", "reset", "served"]
        assert len(backendless_mock.requests) == 3
        assert [delivery.at for delivery in backendless_mock.deliveries] == [moment(5_400)]
        with backendless_mock.offline():
            assert met(backendless_mock) == "refused"


@pytest.mark.parametrize(
    ("start", "end", "error", "text"),
    [
        (-2 * HOUR, -HOUR, ValueError, "would be over before it begins; the clock shows 2030-01-07 08:30:00Z$"),
        (-HOUR, dt.timedelta(0), ValueError, "would be over before it begins"),
        (HOUR, HOUR, ValueError, r"^outage\('2030-01-07 09:30:00Z', '2030-01-07 09:30:00Z'\) would be over"),
        (2 * HOUR, HOUR, ValueError, "would be over before it begins"),
        (HOUR, "2030-01-07 09:00", ValueError, "would be over before it begins"),
        ("soon", HOUR, ValueError, "'soon' is no ISO 8601 instant"),
        (dt.datetime(2030, 1, 7, 9), HOUR, ValueError, "has no time zone"),
        (60, HOUR, TypeError, "^an instant is an aware datetime or ISO 8601 text, not 60$"),
        (HOUR, None, TypeError, "not None$"),
        (HOUR, dt.timedelta.max, ValueError, ""),
        (dt.timedelta.min, HOUR, ValueError, ""),
    ],
    ids=[
        "over",
        "over-now",
        "empty",
        "backwards",
        "backwards-mixed",
        "no-date",
        "naive",
        "number",
        "nothing",
        "beyond-the-year-9999",
        "before-the-year-1",
    ],
)
def test_an_outage_that_cannot_be_is_an_error_and_none_is_planned(mock, start, end, error, text):
    with pytest.raises(error, match=text or None):
        mock.outage(start, end)
    mock.clock.advance(HOUR + MINUTE)
    assert met(mock) == "served"
    assert faulted(mock) == []


# --- the verdict


def test_an_outage_that_never_began_fails_the_test(mock):
    mock.outage(HOUR, 2 * HOUR)
    mock.clock.advance(minutes=59)
    with pytest.raises(AssertionError) as caught:
        mock.verify()
    assert str(caught.value) == (
        "backendless_mock.outage('2030-01-07 09:30:00Z', '2030-01-07 10:30:00Z') never began: "
        "the clock shows 2030-01-07 09:29:00Z. If that is right, say optional=True"
    )
    mock.verify()


def test_an_optional_outage_need_not_begin_nor_any_outage_end(mock):
    mock.outage(HOUR, 2 * HOUR, optional=True)
    mock.outage(MINUTE, HOUR)
    mock.clock.advance(MINUTE)
    mock.verify()


def test_an_outage_began_when_its_time_came_though_nobody_asked_for_anything_then(mock, time):
    mock.outage(MINUTE, HOUR)
    time.pass_by(60)
    assert mock.clock.now() == moment(60)
    mock.verify()


# --- where it meets others


def test_what_was_delivered_before_is_no_part_of_a_journey_after_an_outage_that_nobody_noticed(mock, time):
    mock.outage(HOUR, 2 * HOUR)
    time.pass_by(3 * 3600)
    mock.publish("before")
    assert list(mock.clock.advance(minutes=1)) == []


def test_a_listener_that_raises_leaves_nobody_offline_and_fails_the_test(mock):
    off = mock.on("faulted", lambda incident: 1 / 0)
    with mock.offline():
        assert met(mock) == "refused"
    assert met(mock) == "served"
    off()
    with pytest.raises(
        AssertionError, match=r"(?s)^the service: offline\n.*ZeroDivisionError.*the service: online again\n"
    ):
        mock.verify()


def test_a_listener_that_raises_during_a_request_fails_the_test_and_the_client_notices_nothing(mock, time):
    mock.outage(MINUTE, HOUR)
    time.leader = "freezegun"
    time.pass_by(60)
    off = mock.on("faulted", lambda incident: 1 / 0)
    assert met(mock) == "reset"
    off()
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        mock.verify()


def test_a_request_that_an_outage_breaks_off_stands_in_the_timeline(mock, time):
    time.leader = "freezegun"
    mock.outage(dt.timedelta(0), HOUR)
    met(mock)
    assert faulted(mock) == [
        "08:30:00  faulted      the service: offline until 2030-01-07 09:30:00Z",
        f"08:30:00  faulted      GET /{mock.app_id}/{mock.api_key}/info: the service is offline",
    ]


@pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
def test_a_freeze_on_top_of_the_mock_s_own_ends_an_outage_too(backendless_mock):
    backendless_mock.outage(MINUTE, HOUR)
    backendless_mock.clock.advance(minutes=1)
    assert met(backendless_mock) == "refused"
    with freeze_time("2030-01-07 09:31", real_asyncio=True):
        assert backendless_mock._session.time.is_led
        backendless_mock.wait_until(lambda: met(backendless_mock) == "served", timeout=WATCHDOG)
    assert not backendless_mock._session.time.is_led


def test_a_slow_answer_is_cut_when_the_service_goes_offline(mock):
    begun = threading.Event()
    mock.faults.slow("info", 3)
    with (
        ThreadPoolExecutor(1) as pool,
        contextlib.closing(http.client.HTTPConnection(*listening(mock), timeout=WATCHDOG)) as connection,
    ):
        connection.request("GET", f"/{mock.app_id}/{mock.api_key}/info")
        answer = connection.getresponse()
        reading = pool.submit(lambda: (begun.set(), answer.read()))
        assert begun.wait(WATCHDOG)
        with mock.offline(), pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
            reading.result(timeout=WATCHDOG)
        answer.close()


def test_once_the_service_is_offline_the_connections_of_before_are_gone(mock):
    with contextlib.closing(http.client.HTTPConnection(*listening(mock), timeout=WATCHDOG)) as connection:
        connection.request("GET", f"/{mock.app_id}/{mock.api_key}/info")
        connection.getresponse().read()
        with mock.offline():
            pass
        [threads] = [[t for t in threading.enumerate() if t.name == "backendless-mock connection"]]
        assert threads == []
