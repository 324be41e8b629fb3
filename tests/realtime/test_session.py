"""What leaves a session by which transport and in which order, and what becomes of a client that does not read."""

from __future__ import annotations

import threading

import pytest
from mock_support import WATCHDOG

from pytest_backendless_mock.realtime import session as under_test
from pytest_backendless_mock.realtime.ending import Ending
from pytest_backendless_mock.realtime.engineio import Packet, PacketType
from pytest_backendless_mock.realtime.session import MOST_QUEUED, Session

NOOP, CLOSE = Packet(PacketType.NOOP), Packet(PacketType.CLOSE)


def says(*texts):
    return [Packet(PacketType.MESSAGE, text) for text in texts]


class Wire:
    """A WebSocket whose client reads, or does not."""

    def __init__(self, *, reads=True):
        self.reads = reads
        self.came = []
        self.backlog = 0
        self.woken = 0

    def write(self, packets):
        for packet in packets:
            self.came.append(packet)
            self.backlog += 0 if self.reads else len(packet.data)

    def wake(self):
        self.woken += 1

    def ping(self, data):
        self.came.append(data)


class Source:
    def __init__(self, session):
        self.packets = []
        session.source = self.take

    def take(self):
        taken, self.packets = self.packets, []
        return taken


@pytest.fixture
def session():
    made = Session("sid", 4)
    yield made
    if made._poll is not None:
        made.end_poll(made._poll)


@pytest.fixture
def source(session):
    return Source(session)


@pytest.fixture
def ends(session):
    """How often the session ended."""
    told = []
    session.on_end = lambda: told.append(session.ending)
    return told


def polled(session):
    """What a poll is answered with."""
    poll = session.begin_poll()
    packets = session.take(poll)
    session.end_poll(poll)
    return packets


# --- long polling


def test_what_nobody_polls_for_is_kept_in_order(session, source):
    session.send(says("one"))
    source.packets = says("two")
    session.flush()
    session.send(says("three"))
    assert polled(session) == says("one", "two", "three")
    assert polled(session) == [NOOP]


def test_a_poll_that_comes_to_what_is_queued_is_due_at_once(session):
    session.send(says("one"))
    poll = session.begin_poll()
    assert poll.is_due
    assert session.take(poll) == says("one")


def test_a_poll_takes_what_came_up_meanwhile(session, source):
    session.send(says("one"))
    poll = session.begin_poll()
    source.packets = says("two")
    assert session.take(poll) == says("one", "two")


def test_who_emits_waits_until_the_open_poll_is_answered(session):
    poll = session.begin_poll()
    answered = []

    def answer():
        poll.alarm.hear()
        answered.append(session.take(poll))
        session.end_poll(poll)

    thread = threading.Thread(target=answer)
    thread.start()
    session.send(says("one"))
    assert answered == [says("one")]
    thread.join(WATCHDOG)


def test_an_emitter_waits_once_for_a_client_that_does_not_read_its_answer(session, monkeypatch):
    monkeypatch.setattr(under_test, "PATIENCE", 0)
    poll = session.begin_poll()
    waits = []
    poll._has_left.wait = waits.append
    session.send(says("one"))
    assert session.take(poll) == says("one")
    session.send(says("two"))
    session.flush()
    assert waits == [0]
    session.end_poll(poll)
    assert polled(session) == says("two")


def test_a_second_poll_while_one_is_open_is_none(session):
    assert session.begin_poll() is not None
    assert session.begin_poll() is None


def test_a_client_that_has_its_answer_may_poll_before_the_first_request_is_over(session):
    session.send(says("one"))
    first = session.begin_poll()
    assert session.take(first) == says("one")
    second = session.begin_poll()
    session.end_poll(first)
    second.close()
    session.send(says("two"))
    assert second.is_due
    assert session.take(second) == says("two")


def test_it_is_sending_while_something_may_be_on_its_way(session, source):
    assert not session.is_sending
    session.send(says("one"))
    assert session.is_sending
    poll = session.begin_poll()
    session.take(poll)
    assert session.is_sending
    session.end_poll(poll)
    assert not session.is_sending
    with session._lock:
        assert session.is_sending


# --- a WebSocket


def test_a_websocket_gets_at_once_what_was_queued_and_what_comes(session, source):
    session.send(says("one"))
    wire = Wire()
    session.take_over(wire)
    session.send(says("two"))
    source.packets = says("three")
    session.flush()
    assert wire.came == says("one", "two", "three")


def test_a_poll_that_is_open_when_the_websocket_takes_over_is_sent_away(session):
    poll = session.begin_poll()
    poll.close()
    session.take_over(Wire())
    assert poll.is_due
    assert session.take(poll) == [NOOP]


def test_while_a_websocket_is_tried_polls_are_answered_at_once_with_nothing_and_what_comes_is_kept(session):
    wire = Wire()
    assert session.begin_upgrade()
    session.try_out(wire)
    session.probe()
    session.send(says("one"))
    assert polled(session) == [NOOP]
    assert wire.came == []
    session.take_over(wire)
    assert wire.came == says("one")


def test_a_client_that_gives_up_the_websocket_goes_on_polling(session):
    assert session.begin_upgrade()
    session.probe()
    session.send(says("one"))
    session.give_up_upgrade()
    assert polled(session) == says("one")
    assert session.begin_upgrade()


def test_one_websocket_is_tried_at_a_time_and_none_beside_one(session):
    assert session.begin_upgrade()
    assert not session.begin_upgrade()
    session.take_over(Wire())
    session.give_up_upgrade()
    assert not session.begin_upgrade()


@pytest.mark.parametrize("finish", [lambda session: session.take_over(Wire()), Session.give_up_upgrade])
def test_a_line_breaks_only_when_an_upgrade_is_finished_or_given_up(session, waiting, finish):
    assert session.begin_upgrade()
    session.probe()
    broken = waiting(session.break_off)
    assert session.ending is None
    finish(session)
    broken.result(WATCHDOG)
    assert session.ending is Ending.BROKEN


def test_a_client_that_does_not_finish_its_upgrade_is_not_waited_for_any_longer(session, monkeypatch):
    monkeypatch.setattr(under_test, "PATIENCE", 0)
    assert session.begin_upgrade()
    session.probe()
    session.break_off()
    assert session.ending is Ending.BROKEN


# --- the end


@pytest.mark.parametrize("ending", Ending)
def test_the_end_comes_once_and_wakes_all_who_wait(session, ends, ending):
    poll, wire, trial = session.begin_poll(), Wire(), Wire()
    session.try_out(trial)
    session.end(ending)
    session.end(Ending.BROKEN)
    session.take_over(wire)
    assert ends == [ending]
    assert poll.is_due
    assert trial.woken == 1
    assert wire.came == []


def test_the_last_poll_gets_what_is_left_and_the_end(session):
    session.send(says("one"))
    session.end(Ending.CLOSED)
    assert polled(session) == [*says("one"), CLOSE]


def test_after_the_end_nothing_is_sent(session, source):
    wire = Wire()
    session.take_over(wire)
    session.end(Ending.CLOSED)
    source.packets = says("late")
    session.flush()
    assert wire.came == []
    assert wire.woken == 1


# --- clients that do not read

BURST = "x" * (MOST_QUEUED + 1)


@pytest.mark.parametrize("wire", [None, Wire(reads=False)], ids=["polling", "websocket"])
def test_one_burst_may_be_of_any_size_and_whatever_comes_before_it_was_read_is_too_much(session, ends, wire):
    if wire is not None:
        session.take_over(wire)
    session.send(says(BURST, BURST, "and more"))
    session.flush()
    assert (session.cut_off, ends) == (False, [])
    session.send(says("one more"))
    assert (session.cut_off, ends) == (True, [Ending.BROKEN])


@pytest.mark.parametrize("wire", [None, Wire(reads=False)], ids=["polling", "websocket"])
def test_a_client_may_be_behind_by_a_mebibyte(session, ends, wire):
    if wire is not None:
        session.take_over(wire)
    session.send(says(BURST[1:]))
    session.send(says("one more"))
    assert (session.cut_off, ends) == (False, [])


def test_a_client_that_read_it_all_is_not_behind(session, source, ends):
    for _ in range(3):
        session.send(says(BURST))
        poll = session.begin_poll()
        source.packets = says("meanwhile")
        assert session.take(poll) == says(BURST, "meanwhile")
        session.end_poll(poll)
    wire = Wire()
    session.take_over(wire)
    session.send(says(BURST))
    session.send(says(BURST))
    assert (session.cut_off, ends) == (False, [])


# --- what a client has got


def test_a_websocket_has_got_what_was_sent_when_it_answers_the_ping_behind_it(session):
    wire = Wire()
    session.take_over(wire)
    session.send(says("a"))
    assert session.settle(0) is False
    assert wire.came == [*says("a"), b"1"]
    session.send(says("b"))
    session.take_pong(b"1")
    assert session.settle(0) is False
    session.take_pong(b"2")
    assert session.settle(0) is True
    assert wire.came[2:] == [*says("b"), b"2"]


def test_who_polls_again_has_got_what_the_poll_before_was_answered(session):
    session.send(says("a"))
    assert polled(session) == says("a")
    assert session.settle(0) is False
    session.begin_poll()
    assert session.settle(0) is True


def test_a_client_that_is_gone_is_waited_for_no_longer(session):
    session.send(says("a"))
    session.end(Ending.CLOSED)
    assert session.settle(WATCHDOG) is True
