"""How the clock got there does not matter: jumps, small steps, stops and letting time run lead to the same."""

from __future__ import annotations

import pytest
from core_support import Application, FakeTime, at, seen
from hypothesis import given, settings
from hypothesis import strategies as st

QUICK = settings(max_examples=120, deadline=None, database=None, derandomize=True)

# Few values, so that instants coincide with each other, with the stops and with the end.
DELAYS = st.sampled_from([0, 0.001, 1, 10, 20, 30, 59.999, 60, 90, 120])
PERIODS = st.sampled_from([None, 7, 10, 30, 60])
LIFETIMES = st.sampled_from([None, 0.001, 10, 60, 61, 1000])
LEGS = st.lists(st.sampled_from([0, 0.001, 1, 9.999, 10, 30, 60, 100]), min_size=1, max_size=5)
PUBLISHED = st.lists(st.tuples(DELAYS, PERIODS, LIFETIMES), min_size=1, max_size=5)
KINDS = st.sampled_from([(False, True), (True, True), (True, False)])
PROCESSING = st.sampled_from([0, 0.5, 10])


def filled(published, kind, processing, listening):
    """An application with messages in it, and listeners that answer each of them once."""
    frozen, running = kind
    app = Application(FakeTime(frozen=frozen, running=running), processing_time=processing)
    if listening:
        app.backend.listen("delivered", lambda delivery: answer(app, delivery))
    for number, (delay, period, lifetime) in enumerate(published):
        expiry = None if lifetime is None else at(delay + lifetime) / 1000
        app.publish(number, delay=delay, repeat_every=period, repeat_expires_at=expiry)
    return app


def answer(app, delivery):
    if isinstance(delivery.data, int) and delivery.number <= 3:
        app.publish(f"at once to {delivery.data}")
        app.publish(f"later to {delivery.data}", delay=10, channel="answers")


def history(app):
    """Everything that can be told apart afterwards, ids included: the order of acceptance is part of it."""
    with app.backend.session() as (broker, now):
        statuses = {message_id: publication.status for message_id, publication in broker.publications.items()}
        data = {message_id: publication.message.data for message_id, publication in broker.publications.items()}
        events = [
            (type(event).__name__, event.at, getattr(event, "message", event).message_id, getattr(event, "number", 0))
            for event in app.backend.timeline
        ]
        return now, statuses, data, events, broker.next_at()


def by_jumps(app, legs):
    for leg in legs:
        app.clock.advance(seconds=leg)


def by_steps(app, legs):
    for leg in legs:
        for _ in app.clock.steps(seconds=leg):
            pass


def by_next(app, legs):
    """Delivery by delivery, each as far as the end."""
    end = app.virtual_time.read() + round(sum(legs) * 1_000_000)
    while (due := app.backend.next_at()) is not None and due <= end:
        assert app.clock.next() is not None
    app.clock.advance(microseconds=end - app.virtual_time.read())


def by_sleeping(app, legs):
    for leg in legs:
        app.clock.sleep(leg)


WAYS = [by_jumps, by_steps, by_next, by_sleeping]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("listening", [False, True])
@QUICK
@given(published=PUBLISHED, legs=LEGS, kind=KINDS, processing=PROCESSING)
def test_however_the_clock_gets_there_the_same_has_happened(way, listening, *, published, legs, kind, processing):
    at_once = filled(published, kind, processing, listening)
    at_once.clock.advance(microseconds=round(sum(legs) * 1_000_000))
    otherwise = filled(published, kind, processing, listening)
    way(otherwise, legs)
    assert history(otherwise) == history(at_once)


@QUICK
@given(published=PUBLISHED, legs=LEGS, kind=KINDS, processing=PROCESSING)
def test_advancing_twice_returns_what_advancing_once_does(published, legs, kind, processing):
    at_once = filled(published, kind, processing, listening=True)
    otherwise = filled(published, kind, processing, listening=True)
    made = at_once.clock.advance(microseconds=round(sum(legs) * 1_000_000))
    assert [delivery for leg in legs for delivery in otherwise.clock.advance(seconds=leg)] == list(made)


@QUICK
@given(published=PUBLISHED, legs=LEGS, kind=KINDS, listening=st.booleans())
def test_steps_hand_out_what_advance_returns(published, legs, kind, listening):
    advancing = filled(published, kind, 0, listening)
    stepping = filled(published, kind, 0, listening)
    for leg in legs:
        assert list(stepping.clock.steps(seconds=leg)) == list(advancing.clock.advance(seconds=leg))


@QUICK
@given(published=PUBLISHED, legs=LEGS, kind=KINDS)
def test_who_only_listens_changes_nothing(published, legs, kind):
    alone = filled(published, kind, 0, listening=False)
    overheard = filled(published, kind, 0, listening=False)
    heard = []
    overheard.backend.listen("delivered", heard.append)
    for leg in legs:
        made = alone.clock.advance(seconds=leg)
        assert seen(overheard.clock.advance(seconds=leg)) == seen(made) == seen(heard)
        heard.clear()
    assert history(overheard) == history(alone)


@QUICK
@given(published=PUBLISHED, legs=LEGS, kind=KINDS, processing=PROCESSING)
def test_letting_time_run_is_like_advancing(published, legs, kind, processing):
    advanced = filled(published, kind, processing, listening=False)
    advanced.clock.advance(microseconds=round(sum(legs) * 1_000_000))
    lived = filled(published, kind, processing, listening=False)
    for leg in legs:
        lived.time.pass_by(leg)
        lived.deliveries()
    assert history(lived) == history(advanced)


@QUICK
@given(published=PUBLISHED, legs=LEGS, kind=KINDS, listening=st.booleans())
def test_t13_the_log_is_in_order_of_time_and_each_occurrence_is_there_once(published, legs, kind, listening):
    app = filled(published, kind, 0, listening)
    by_jumps(app, legs)
    log = app.broker.channels.deliveries("default")
    assert [delivery.at for delivery in log] == sorted(delivery.at for delivery in log)
    assert len({delivery.message_id for delivery in log}) == len(log)
    assert all(delivery.at <= app.virtual_time.read() for delivery in log)
