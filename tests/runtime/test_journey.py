"""Journeys: the time goes forward through all that is due, for applications and for whatever else follows it."""

from __future__ import annotations

import pytest
from core_support import START, Application, FakeTime, at

from pytest_backendless_mock.messaging.due import RunawayScheduleError
from pytest_backendless_mock.runtime.journey import reach


class TestReach:
    @pytest.fixture(
        params=[
            {"frozen": False, "running": True},
            {"frozen": True, "running": True},
            {"frozen": True, "running": False},
        ],
        ids=["running", "ticking", "frozen"],
    )
    def app(self, request):
        """An application under each kind of process time."""
        return Application(FakeTime(**request.param))

    def test_the_clock_goes_forward_to_an_instant(self, app):
        reach(app.virtual_time, at(60))
        assert app.now() == 60

    def test_it_never_goes_back(self, app):
        app.clock.advance(seconds=100)
        reach(app.virtual_time, at(60))
        assert app.now() == 100

    def test_what_is_due_on_the_way_happens_at_its_instant(self, app):
        app.publish(repeat_every=60)
        reach(app.virtual_time, at(150))
        assert app.deliveries() == [(0, "hi"), (60, "hi"), (120, "hi")]

    def test_who_listens_is_told_while_the_clock_shows_that_instant(self, app):
        app.publish(repeat_every=60)
        shown = []
        app.backend.listen("delivered", lambda _: shown.append(app.now()))
        reach(app.virtual_time, at(150))
        assert shown == [60, 120]

    def test_it_is_no_jump_of_the_test_s(self, app):
        reach(app.virtual_time, at(60))
        assert not app.virtual_time.jumped_over(at(30))
        app.clock.advance(seconds=60)
        assert app.virtual_time.jumped_over(at(90))
        assert not app.virtual_time.jumped_over(at(30))

    def test_a_runaway_schedule_is_refused_and_the_clock_stands(self, app):
        app.publish(repeat_every=0.001)
        with pytest.raises(RunawayScheduleError, match="would deliver 10,000,000 messages at once"):
            reach(app.virtual_time, at(10_000))
        assert app.now() == 0
        assert app.deliveries() == [(0, "hi")]

    def test_the_process_goes_on_from_there(self):
        app = Application()
        reach(app.virtual_time, at(60))
        app.time.pass_by(1)
        assert app.now() == 61


class Reminder:
    """A follower of a clock that delivers nothing, with one instant of its own."""

    listening = True

    def __init__(self, due):
        self.due = due
        self.steps = []

    def next_at(self, *, until=None, delivery=False):
        return None if delivery else self.due

    def step(self, instant):
        self.steps.append((instant - START) / 1_000_000)
        if self.due is not None and self.due <= instant:
            self.due = None


class TestReachBackwards:
    @pytest.mark.parametrize("seconds", [-60, 0], ids=["past", "now"])
    def test_to_an_instant_that_has_come_there_is_no_journey(self, seconds):
        app = Application()
        reminder = Reminder(None)
        app.virtual_time.follow(reminder)
        reach(app.virtual_time, at(seconds))
        assert (app.now(), reminder.steps) == (0, [])


class TestNextBesideAFollowerThatDeliversNothing:
    def test_it_goes_on_to_the_delivery(self):
        app = Application()
        reminder = Reminder(at(30))
        app.virtual_time.follow(reminder)
        app.publish(delay=60)
        assert app.clock.next().data == "hi"
        assert app.now() == 60

    def test_what_is_due_on_the_way_there_happens_at_its_instant(self):
        app = Application()
        reminder = Reminder(at(30))
        app.virtual_time.follow(reminder)
        app.publish(delay=60)
        app.clock.next()
        assert reminder.steps[0] == 30
        assert reminder.due is None

    def test_without_a_delivery_there_is_no_next_and_the_clock_stands(self):
        app = Application()
        reminder = Reminder(at(30))
        app.virtual_time.follow(reminder)
        assert app.clock.next() is None
        assert (app.now(), reminder.steps) == (0, [])

    def test_a_later_instant_of_its_own_is_left_alone(self):
        app = Application()
        reminder = Reminder(at(90))
        app.virtual_time.follow(reminder)
        app.publish(delay=60)
        assert app.clock.next().data == "hi"
        assert (app.now(), reminder.due) == (60, at(90))
