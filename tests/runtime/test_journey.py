"""Journeys: the time goes forward through all that is due, for applications and for whatever else follows it."""

from __future__ import annotations

import threading

import pytest
from core_support import START, Application, FakeTime, at, elsewhere, moment, seen, told

from pytest_backendless_mock.messaging.due import RunawayScheduleError
from pytest_backendless_mock.runtime import journey as journey_module
from pytest_backendless_mock.runtime.backend import ListenerError
from pytest_backendless_mock.runtime.journey import Journey, catch_up, next_at, reach
from pytest_backendless_mock.runtime.virtual_time import VirtualTime

SECOND = 1_000_000


class Reminder:
    """A follower of a clock that delivers nothing, with one instant of its own."""

    listening = True

    def __init__(self, due):
        self.due = due
        self.steps = []

    def next_at(self, *, until=None, delivery=False):
        return None if delivery else self.due

    def step(self, instant):
        self.steps.append((instant - START) / SECOND)
        if self.due is not None and self.due <= instant:
            self.due = None


class TestRun:
    def test_it_goes_to_its_target_and_hands_out_what_was_delivered_on_the_way(self, any_app):
        any_app.publish(repeat_every=60)
        with any_app.virtual_time.standing() as now:
            made = Journey(any_app.virtual_time, now, at(150)).run()
        assert told(made) == [(60, "hi"), (120, "hi")]
        assert any_app.now() == 150

    def test_what_was_due_before_it_set_out_happens_and_is_not_handed_out(self, any_app):
        any_app.publish("before", delay=60)
        any_app.publish("on the way", delay=120)
        any_app.time.pass_by(90)
        with any_app.virtual_time.standing() as now:
            made = Journey(any_app.virtual_time, now, at(150)).run()
        assert told(made) == [(120, "on the way")]
        assert any_app.deliveries() == [(60, "before"), (120, "on the way")]

    def test_it_raises_the_time_once_at_each_stop_and_then_all_that_follow_take_their_step(self, app, monkeypatch):
        first, second, raised = Reminder(at(30)), Reminder(at(60)), []
        raise_to = app.virtual_time.raise_to
        monkeypatch.setattr(
            app.virtual_time, "raise_to", lambda to: (raised.append((to - START) / SECOND), raise_to(to))
        )
        for each in (first, second):
            app.virtual_time.follow(each)
        app.clock.advance(seconds=90)
        assert (raised, first.steps, second.steps) == ([30, 60, 90], [30, 60, 90], [30, 60, 90])

    def test_where_nobody_listens_there_is_one_stop_only(self, app):
        reminder = Reminder(at(30))
        reminder.listening = False
        app.virtual_time.follow(reminder)
        app.clock.advance(seconds=90)
        assert reminder.steps == [90]

    def test_each_stop_s_deliveries_come_together(self, any_app):
        any_app.publish("a", delay=60)
        any_app.publish("b", delay=60)
        any_app.publish("c", delay=90)
        with any_app.virtual_time.standing() as now:
            stops = [told(made) for made in Journey(any_app.virtual_time, now, at(120)).steps()]
        assert stops == [[(60, "a"), (60, "b")], [(90, "c")]]
        assert any_app.now() == 120


class TestNextAt:
    def test_where_nothing_is_due_there_is_no_next_instant(self, app):
        assert next_at(app.virtual_time) is None
        assert next_at(VirtualTime(FakeTime())) is None

    def test_it_is_the_earliest_of_all_that_follow(self, app):
        app.publish(delay=60)
        app.virtual_time.follow(Reminder(at(30)))
        Application(beside=app).publish(delay=45)
        assert next_at(app.virtual_time) == at(30)

    def test_of_deliveries_alone_it_is_the_earliest_delivery(self, app):
        app.publish(delay=60)
        app.publish(delay=20, publish_policy="PUSH")
        app.virtual_time.follow(Reminder(at(30)))
        Application(beside=app).publish(delay=45)
        assert next_at(app.virtual_time, delivery=True) == at(45)


class TestCatchUp:
    def test_who_is_behind_is_brought_to_the_present_and_nobody_else(self, app):
        behind, ahead, idle = Reminder(at(-5)), Reminder(at(5)), Reminder(None)
        for each in (behind, ahead, idle):
            app.virtual_time.follow(each)
        catch_up(app.virtual_time, at(0))
        assert (behind.steps, ahead.steps, idle.steps) == ([0], [], [])


class TestReach:
    def test_the_clock_goes_forward_to_an_instant(self, any_app):
        reach(any_app.virtual_time, at(60))
        assert any_app.now() == 60

    def test_it_never_goes_back(self, any_app):
        any_app.clock.advance(seconds=100)
        reach(any_app.virtual_time, at(60))
        assert any_app.now() == 100

    def test_what_is_due_on_the_way_happens_at_its_instant(self, any_app):
        any_app.publish(repeat_every=60)
        reach(any_app.virtual_time, at(150))
        assert any_app.deliveries() == [(0, "hi"), (60, "hi"), (120, "hi")]

    def test_who_listens_is_told_while_the_clock_shows_that_instant(self, any_app):
        any_app.publish(repeat_every=60)
        shown = []
        any_app.backend.listen("delivered", lambda _: shown.append(any_app.now()))
        reach(any_app.virtual_time, at(150))
        assert shown == [60, 120]

    def test_it_is_no_jump_of_the_test_s(self, any_app):
        reach(any_app.virtual_time, at(60))
        assert not any_app.virtual_time.jumped_over(at(30))
        any_app.clock.advance(seconds=60)
        assert any_app.virtual_time.jumped_over(at(90))
        assert not any_app.virtual_time.jumped_over(at(30))

    def test_a_runaway_schedule_is_refused_and_the_clock_stands(self, any_app):
        any_app.publish(repeat_every=0.001)
        with pytest.raises(RunawayScheduleError, match="would deliver 10,000,000 messages at once"):
            reach(any_app.virtual_time, at(10_000))
        assert any_app.now() == 0
        assert any_app.deliveries() == [(0, "hi")]

    def test_the_process_goes_on_from_there(self, app):
        reach(app.virtual_time, at(60))
        app.time.pass_by(1)
        assert app.now() == 61


class TestReachBackwards:
    @pytest.mark.parametrize("seconds", [-60, 0], ids=["past", "now"])
    def test_to_an_instant_that_has_come_there_is_no_journey(self, app, seconds):
        reminder = Reminder(None)
        app.virtual_time.follow(reminder)
        reach(app.virtual_time, at(seconds))
        assert (app.now(), reminder.steps) == (0, [])


class TestNextBesideAFollowerThatDeliversNothing:
    def test_it_goes_on_to_the_delivery(self, app):
        reminder = Reminder(at(30))
        app.virtual_time.follow(reminder)
        app.publish(delay=60)
        assert app.clock.next().data == "hi"
        assert app.now() == 60

    def test_what_is_due_on_the_way_there_happens_at_its_instant(self, app):
        reminder = Reminder(at(30))
        app.virtual_time.follow(reminder)
        app.publish(delay=60)
        app.clock.next()
        assert reminder.steps[0] == 30
        assert reminder.due is None

    def test_without_a_delivery_there_is_no_next_and_the_clock_stands(self, app):
        reminder = Reminder(at(30))
        app.virtual_time.follow(reminder)
        assert app.clock.next() is None
        assert (app.now(), reminder.steps) == (0, [])

    def test_a_later_instant_of_its_own_is_left_alone(self, app):
        reminder = Reminder(at(90))
        app.virtual_time.follow(reminder)
        app.publish(delay=60)
        assert app.clock.next().data == "hi"
        assert (app.now(), reminder.due) == (60, at(90))


class TestListenersOnTheWay:
    def test_invariant_3_a_listener_sees_the_instant_of_its_delivery(self, any_app):
        shown = []
        any_app.publish(repeat_every=60)
        any_app.backend.listen("delivered", lambda delivery: shown.append((any_app.now(), delivery.number)))
        any_app.clock.advance(seconds=150)
        assert shown == [(60, 2), (120, 3)]
        assert any_app.now() == 150

    def test_invariant_3_one_step_is_all_deliveries_of_an_instant_and_then_the_listeners(self, any_app):
        known = []
        any_app.publish("a", delay=60)
        any_app.publish("b", delay=60)
        any_app.backend.listen("delivered", lambda _: known.append(any_app.deliveries()))
        any_app.clock.advance(seconds=60)
        assert known == [[(60, "a"), (60, "b")], [(60, "a"), (60, "b")]]

    def test_invariant_3_the_clock_stands_while_listeners_take_their_time(self, app):
        shown = []

        def slow(_):
            app.time.pass_by(1000)
            shown.append(app.now())

        app.publish(repeat_every=60)
        app.backend.listen("delivered", slow)
        app.clock.advance(seconds=150)
        assert (shown, app.now()) == ([60, 120], 150)

    def test_invariant_4_a_listener_may_publish_for_now(self, any_app):
        def answer(delivery):
            if delivery.data == "question":
                any_app.publish("answer")

        any_app.backend.listen("delivered", answer)
        any_app.publish("question", delay=60)
        assert seen(any_app.clock.advance(minutes=5)) == [(60, "question"), (60, "answer")]

    def test_invariant_4_a_listener_may_publish_for_later_on_the_way(self, any_app):
        def again(delivery):
            if delivery.at < moment(150):
                any_app.publish("again", delay=60)

        any_app.backend.listen("delivered", again)
        any_app.publish("first", delay=30)
        assert seen(any_app.clock.advance(minutes=5)) == [(30, "first"), (90, "again"), (150, "again")]

    def test_invariant_4_a_listener_may_cancel_what_was_to_come(self, any_app):
        message_id = any_app.publish("cancelled", delay=90).message_id
        any_app.publish("first", delay=60)

        def cancel(_):
            with any_app.backend.session() as (broker, now):
                broker.cancel(message_id, now)

        any_app.backend.listen("delivered", cancel)
        assert seen(any_app.clock.advance(minutes=5)) == [(60, "first")]

    def test_invariant_4_a_listener_may_advance(self, any_app):
        nested = []

        def jump(delivery):
            if delivery.number == 2:
                nested.append(seen(any_app.clock.advance(seconds=130)))

        any_app.backend.listen("delivered", jump)
        any_app.publish(repeat_every=60)
        made = any_app.clock.advance(seconds=150)
        assert nested == [[(120, "hi"), (180, "hi")]]
        assert seen(made) == [(60, "hi"), (120, "hi"), (180, "hi")]
        assert any_app.now() == 190

    def test_invariant_3_a_nested_journey_never_brings_the_clock_back(self, any_app):
        shown = []

        def jump(delivery):
            if delivery.number == 2:
                any_app.clock.advance(seconds=1)
            shown.append(any_app.now())

        any_app.backend.listen("delivered", jump)
        any_app.publish(repeat_every=60)
        any_app.clock.advance(seconds=130)
        assert shown == [0, 61, 120]
        assert any_app.now() == 130

    def test_a_listener_may_go_step_by_step_too(self, any_app):
        inner = []

        def walk(delivery):
            if delivery.number == 2:
                inner.extend(each.number for each in any_app.clock.steps(seconds=120))

        any_app.backend.listen("delivered", walk)
        any_app.publish(repeat_every=60)
        assert [delivery.number for delivery in any_app.clock.steps(seconds=240)] == [2, 3, 4, 5]
        assert inner == [3, 4]

    def test_a_listener_that_raises_ends_the_journey_at_its_delivery(self, any_app):
        def fail(delivery):
            if delivery.number == 2:
                raise KeyError("the listener")

        any_app.backend.listen("delivered", fail)
        any_app.publish(repeat_every=60)
        with pytest.raises(ListenerError, match="a listener for 'delivered' raised KeyError"):
            any_app.clock.advance(seconds=150)
        assert any_app.now() == 60
        assert any_app.deliveries() == [(0, "hi"), (60, "hi")]

    def test_after_a_listener_that_raised_time_runs_and_journeys_go_on(self, app):
        def fail(delivery):
            if delivery.number == 2:
                raise KeyError("the listener")

        app.backend.listen("delivered", fail)
        app.publish(repeat_every=60)
        with pytest.raises(ListenerError):
            app.clock.advance(seconds=150)
        app.time.pass_by(1)
        assert app.now() == 61
        assert seen(app.clock.advance(seconds=60)) == [(120, "hi")]

    def test_a_listener_that_thaws_time_leaves_the_clock_at_the_end_of_the_journey(self, app):
        app.clock.freeze()
        app.publish(delay=60)
        app.backend.listen("delivered", lambda _: app.clock.unfreeze())
        app.clock.advance(seconds=90)
        assert app.now() == 90

    def test_a_listener_that_thaws_time_and_goes_further_is_not_brought_back(self, app):
        app.clock.freeze()
        app.publish("thaw", delay=60)
        app.publish("on the way", delay=70)

        def thaw_and_go(delivery):
            if delivery.data == "thaw":
                app.clock.unfreeze()
                app.clock.advance(seconds=100)

        app.backend.listen("delivered", thaw_and_go)
        app.clock.advance(seconds=90)
        assert app.now() == 160

    def test_a_listener_that_thaws_time_frozen_in_the_past_brings_the_present_back(self, app):
        app.clock.freeze("2012-01-01")
        app.publish(delay=60)
        app.backend.listen("delivered", lambda _: app.clock.unfreeze())
        app.clock.advance(seconds=90)
        assert app.now() == 0

    def test_a_listener_that_freezes_time_keeps_it_at_the_end_of_the_journey(self, app):
        app.publish(delay=60)
        app.backend.listen("delivered", lambda _: app.clock.freeze())
        app.clock.advance(seconds=90)
        assert (app.time.instant, app.now()) == (at(90), 90)
        app.clock.unfreeze()
        assert app.now() == 60


class TestConcurrentJourneys:
    def test_invariant_3_two_journeys_at_once_only_raise_the_clock(self, any_app):
        """While one journey's listener is at work another thread goes further; then the first goes on."""
        shown = []

        def let_another_go(delivery):
            shown.append(any_app.now())
            if delivery.number == 2:
                elsewhere(lambda: any_app.clock.advance(seconds=190))
                shown.append(any_app.now())

        any_app.backend.listen("delivered", let_another_go)
        any_app.publish(repeat_every=60)
        shown.clear()
        made = any_app.clock.advance(seconds=150)
        assert shown == [60, 120, 180, 240, 250]
        assert any_app.now() == 250
        assert [delivery.number for delivery in made] == [2, 3, 4, 5]
        assert any_app.deliveries() == [(0, "hi"), (60, "hi"), (120, "hi"), (180, "hi"), (240, "hi")]

    def test_invariant_3_a_journey_that_ends_first_does_not_let_time_run_for_the_other(self, app):
        app.publish(delay=60)
        steps = app.clock.steps(seconds=90)
        next(steps)
        elsewhere(lambda: app.clock.advance(seconds=1))
        app.time.pass_by(1000)
        assert app.now() == 61
        assert list(steps) == []
        assert app.now() == 90
        app.time.pass_by(1)
        assert app.now() == 91

    def test_invariant_3_a_journey_that_ends_while_another_sets_out_is_not_undone(self, app):
        """Just before it reads the time and sets out, which is one, another thread's whole journey takes place."""

        class Gate:
            """The clock's guard, which first lets another thread through."""

            def __init__(self, guard):
                self.guard = guard
                self.another = lambda: app.clock.advance(seconds=100)

            def __enter__(self):
                another, self.another = self.another, None
                if another:
                    elsewhere(another)
                return self.guard.__enter__()

            def __exit__(self, *error):
                return self.guard.__exit__(*error)

        app.virtual_time._guard = Gate(app.virtual_time._guard)
        app.clock.advance(seconds=10)
        assert app.now() >= 100

    def test_invariant_3_the_time_from_which_a_journey_sets_out_is_read_while_nobody_else_can_set_out(self, app):
        time, alone = app.virtual_time, []
        read = app.time.read

        def look():
            alone.append(time._guard.locked())
            return read()

        app.time.read = look
        app.clock.advance(seconds=10)
        app.clock.next()
        reach(time, at(20))
        assert alone
        assert all(alone)

    def test_many_threads_advance_together(self, any_app):
        any_app.publish(repeat_every=1)
        any_app.backend.listen("delivered", lambda _: None)
        together = threading.Barrier(4, timeout=10)

        def go():
            together.wait()
            for _ in range(5):
                any_app.clock.advance(seconds=3)

        threads = [threading.Thread(target=go) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in threads)
        now = round(any_app.now())
        assert 15 <= now <= 60
        assert any_app.deliveries() == [(second, "hi") for second in range(now + 1)]


class TestSeveralApplications:
    def test_a_journey_goes_through_what_is_due_in_all_of_them(self, any_app):
        other = Application(beside=any_app)
        any_app.publish("one", repeat_every=60)
        other.publish("two", repeat_every=40)
        assert seen(any_app.clock.advance(seconds=120)) == [
            (40, "two"),
            (60, "one"),
            (80, "two"),
            (120, "one"),
            (120, "two"),
        ]
        assert any_app.deliveries() == [(0, "one"), (60, "one"), (120, "one")]

    def test_steps_stop_for_all_of_them(self, any_app):
        other = Application(beside=any_app)
        any_app.publish("one", delay=60)
        other.publish("two", delay=30)
        stops = [(any_app.now(), delivery.data) for delivery in any_app.clock.steps(seconds=90)]
        assert stops == [(30, "two"), (60, "one")]

    def test_a_runaway_in_one_of_them_stops_the_journey_before_it_begins(self, any_app):
        other = Application(beside=any_app)
        any_app.publish("one", delay=60)
        other.publish("two", repeat_every=0.001)
        with pytest.raises(RunawayScheduleError):
            any_app.clock.advance(days=1)
        assert any_app.now() == 0
        assert any_app.deliveries() == []


class TestRunawaySchedules:
    @pytest.mark.parametrize("listening", [False, True])
    @pytest.mark.parametrize(
        "go",
        [
            pytest.param(lambda clock: clock.advance(days=365), id="advance"),
            pytest.param(lambda clock: clock.move_to("2031-01-07"), id="move_to"),
            pytest.param(lambda clock: next(clock.steps(days=365)), id="steps"),
            pytest.param(lambda clock: clock.sleep(365 * 86_400), id="sleep"),
        ],
    )
    def test_invariant_7_a_journey_through_more_than_a_million_occurrences_does_not_begin(self, any_app, go, listening):
        any_app.publish(repeat_every=1)
        if listening:
            any_app.backend.listen("delivered", lambda _: None)
        with pytest.raises(
            RunawayScheduleError, match=r"most are occurrences of message:1 on channel 'default', which"
        ):
            go(any_app.clock)
        assert any_app.now() == 0
        assert any_app.deliveries() == [(0, "hi")]

    def test_invariant_7_a_listener_that_publishes_for_every_delivery_ends_in_a_sentence(self, app, monkeypatch):
        monkeypatch.setattr(journey_module, "MOST_OCCURRENCES", 100)
        app.backend.listen("delivered", lambda _: app.publish(delay=0.001))
        app.publish(delay=1)
        with pytest.raises(RunawayScheduleError) as caught:
            app.clock.advance(hours=1)
        assert str(caught.value) == (
            "the journey to 2030-01-07 09:30:00Z stopped a million times and is only at "
            "2030-01-07 08:30:01.100000Z: does a listener publish for every delivery?"
        )

    def test_invariant_7_as_many_stops_as_are_allowed_are_made(self, app, monkeypatch):
        monkeypatch.setattr(journey_module, "MOST_OCCURRENCES", 3)
        app.publish(repeat_every=60)
        assert len(list(app.clock.steps(seconds=180))) == 3
        with pytest.raises(RunawayScheduleError):
            list(app.clock.steps(seconds=240))
