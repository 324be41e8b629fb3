"""The clock that tests move, on a process time that they set."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from core_support import START, Application, FakeTime, at, date, elsewhere, moment, seen

from pytest_backendless_mock.messaging.due import RunawayScheduleError
from pytest_backendless_mock.runtime import journey as journey_module
from pytest_backendless_mock.runtime.backend import ListenerError
from pytest_backendless_mock.runtime.clock import Clock
from pytest_backendless_mock.runtime.record import Delivery, View
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.runtime.wall_clock import WallClock

UTC = dt.timezone.utc
RUNNING = {"frozen": False, "running": True}
TICKING = {"frozen": True, "running": True}
FROZEN = {"frozen": True, "running": False}


@pytest.fixture
def app():
    return Application()


@pytest.fixture(params=[RUNNING, TICKING, FROZEN], ids=["running", "ticking", "frozen"])
def any_app(request):
    """An application under each kind of process time."""
    return Application(FakeTime(**request.param))


class TestNow:
    def test_it_is_the_time_of_the_process(self, any_app):
        assert any_app.clock.now() == dt.datetime(2030, 1, 7, 8, 30, tzinfo=UTC)
        any_app.time.pass_by(1.5)
        assert any_app.clock.now() == dt.datetime(2030, 1, 7, 8, 30, 1, 500_000, tzinfo=UTC)

    def test_without_a_time_of_its_own_it_follows_the_process(self):
        before, now, after = dt.datetime.now(UTC), Clock().now(), dt.datetime.now(UTC)
        assert before <= now <= after
        assert isinstance(Clock()._time._wall, WallClock)

    def test_it_is_aware_and_in_utc(self, app):
        assert app.clock.now().tzinfo is UTC

    def test_the_clock_remembers_what_it_showed_last(self, app):
        assert app.virtual_time.seen is None
        app.clock.now()
        app.time.pass_by(60)
        assert app.virtual_time.seen == START

    def test_the_clock_shows_what_it_showed_last_without_reading(self, app):
        assert repr(app.clock) == "<Clock not read yet>"
        app.clock.now()
        app.time.pass_by(60)
        assert repr(app.clock) == "<Clock 2030-01-07 08:30:00Z>"


class TestAdvance:
    def test_the_clock_goes_forward(self, any_app):
        any_app.clock.advance(minutes=5)
        assert any_app.now() == 300

    def test_a_timedelta_will_do(self, any_app):
        any_app.clock.advance(dt.timedelta(minutes=5))
        assert any_app.now() == 300

    def test_by_nothing_it_stands(self, any_app):
        assert any_app.clock.advance(seconds=0) == ()
        assert any_app.now() == 0

    def test_running_time_goes_on_from_there(self, app):
        app.clock.advance(minutes=5)
        app.time.pass_by(1)
        assert app.now() == 301

    def test_unless_time_is_frozen_the_process_stays_where_it_is(self, app):
        app.clock.advance(minutes=5)
        assert app.time.instant == START

    @pytest.mark.parametrize("kind", [TICKING, FROZEN], ids=["ticking", "frozen"])
    def test_a_freeze_is_moved_along(self, kind):
        app = Application(FakeTime(**kind))
        app.clock.advance(minutes=5)
        assert app.time.instant == at(300)

    def test_it_returns_what_was_delivered_on_the_way_each_at_its_own_instant(self, any_app):
        any_app.publish("late", delay=90)
        any_app.publish("early", delay=30)
        any_app.publish("after", delay=301)
        made = any_app.clock.advance(minutes=5)
        assert seen(made) == [(30, "early"), (90, "late")]
        assert made.data == ["early", "late"]
        assert isinstance(made, View)
        assert isinstance(made[0], Delivery)

    def test_it_returns_nothing_that_was_delivered_before(self, any_app):
        any_app.publish("before")
        any_app.publish("due while time ran", delay=1)
        any_app.time.pass_by(2)
        any_app.publish("on the way", delay=1)
        assert any_app.clock.advance(seconds=10).data == ["on the way"]

    def test_t5_what_is_due_exactly_at_the_end_is_delivered(self, any_app):
        any_app.publish(delay=60)
        assert any_app.clock.advance(seconds=59.999999) == ()
        assert seen(any_app.clock.advance(seconds=0.000001)) == [(60, "hi")]

    @pytest.mark.parametrize("listening", [False, True])
    def test_it_returns_the_same_whether_somebody_listens_or_not(self, any_app, listening):
        any_app.publish(repeat_every=60)
        if listening:
            any_app.backend.listen("delivered", lambda _: None)
        assert seen(any_app.clock.advance(seconds=130)) == [(60, "hi"), (120, "hi")]

    def test_a_bare_number_is_refused_with_a_sentence(self, app):
        with pytest.raises(
            TypeError, match=r"^advance\(60\): of what\? Say advance\(seconds=60\), or pass a timedelta$"
        ):
            app.clock.advance(60)
        assert app.now() == 0

    def test_t15_it_does_not_go_back(self, app):
        with pytest.raises(ValueError, match=r"^advance\(\) by -1 day, 23:59:00 would go back: the mock's clock only"):
            app.clock.advance(minutes=-1)
        assert app.now() == 0

    def test_it_does_not_leave_the_years_there_are(self, any_app):
        with pytest.raises((ValueError, OverflowError)):
            any_app.clock.advance(days=3_000_000)
        assert any_app.now() == 0

    def test_a_clock_without_an_application_goes_too(self):
        clock = Clock(VirtualTime(FakeTime()))
        assert clock.advance(seconds=60) == ()
        assert list(clock.steps(seconds=60)) == []
        assert clock.next() is None
        assert clock.now() == moment(120)


class TestMoveTo:
    @pytest.mark.parametrize(
        "instant",
        [
            "2030-01-07 09:00",
            "2030-01-07T18:00+09:00",
            dt.datetime(2030, 1, 7, 9, tzinfo=UTC),
            dt.datetime(2030, 1, 7, 10, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        ],
        ids=["text", "text with an offset", "datetime", "datetime in another zone"],
    )
    def test_the_clock_shows_that_instant(self, any_app, instant):
        any_app.clock.move_to(instant)
        assert any_app.now() == 1800

    def test_it_returns_what_was_delivered_on_the_way(self, any_app):
        any_app.publish(delay=1800)
        assert seen(any_app.clock.move_to("2030-01-07 09:00")) == [(1800, "hi")]

    def test_to_where_it_is_it_stands(self, any_app):
        assert any_app.clock.move_to("2030-01-07 08:30") == ()
        assert any_app.now() == 0

    def test_t15_it_does_not_go_back(self, any_app):
        with pytest.raises(
            ValueError, match=r"^2030-01-07 08:29:59Z has passed: the mock's clock shows 2030-01-07 08:30:00Z$"
        ):
            any_app.clock.move_to("2030-01-07 08:29:59")
        assert any_app.now() == 0

    def test_a_naive_datetime_is_refused(self, app):
        with pytest.raises(ValueError, match="has no time zone"):
            app.clock.move_to(dt.datetime(2031, 1, 1))

    @pytest.mark.parametrize("value", [60, None, dt.timedelta(1)])
    def test_what_is_no_instant_is_refused(self, app, value):
        with pytest.raises(TypeError, match="an instant is an aware datetime or ISO 8601 text"):
            app.clock.move_to(value)


class TestSteps:
    def test_each_delivery_is_handed_out_at_its_own_instant(self, any_app):
        any_app.publish(repeat_every=60)
        stops = [(any_app.now(), delivery.number) for delivery in any_app.clock.steps(minutes=3)]
        assert stops == [(60, 2), (120, 3), (180, 4)]

    def test_at_the_end_the_clock_shows_the_end(self, any_app):
        any_app.publish(delay=60)
        assert seen(any_app.clock.steps(minutes=3)) == [(60, "hi")]
        assert any_app.now() == 180

    def test_deliveries_of_one_instant_come_one_by_one(self, any_app):
        any_app.publish("a", delay=60)
        any_app.publish("b", delay=60)
        assert [(any_app.now(), delivery.data) for delivery in any_app.clock.steps(hours=1)] == [(60, "a"), (60, "b")]

    def test_the_clock_stands_while_the_body_runs(self, app):
        app.publish(delay=60)
        for _ in app.clock.steps(minutes=3):
            app.time.pass_by(1000)
            assert app.now() == 60
        assert app.now() == 180

    def test_afterwards_the_clock_runs_again(self, app):
        app.publish(delay=60)
        assert len(list(app.clock.steps(minutes=3))) == 1
        app.time.pass_by(1)
        assert app.now() == 181

    def test_t11_a_body_that_polls_gets_what_a_jump_would_lose(self, any_app):
        with any_app.backend.session() as (broker, now):
            subscription = broker.subscribe("default")
        any_app.publish(repeat_every=600)
        polled = []
        for _ in any_app.clock.steps(minutes=30):
            with any_app.backend.session() as (broker, now):
                polled += broker.retrieve("default", subscription.subscription_id, now)
        assert [delivery.number for delivery in polled] == [2, 3, 4]

    def test_what_the_body_publishes_for_later_is_a_stop_too(self, any_app):
        any_app.publish("first", delay=60)
        stops = []
        for delivery in any_app.clock.steps(minutes=3):
            stops.append((any_app.now(), delivery.data))
            if delivery.data == "first":
                any_app.publish("answer", delay=30)
        assert stops == [(60, "first"), (90, "answer")]

    def test_a_body_may_advance(self, any_app):
        any_app.publish(repeat_every=60)
        stops = []
        for delivery in any_app.clock.steps(minutes=5):
            stops.append(delivery.number)
            any_app.clock.advance(seconds=90)
        assert stops == [2, 4, 6]
        assert any_app.now() == 390
        assert [number for number, _ in any_app.deliveries()] == [0, 60, 120, 180, 240, 300, 360]

    def test_the_target_is_that_of_the_call(self, app):
        steps = app.clock.steps(minutes=3)
        app.time.pass_by(60)
        assert list(steps) == []
        assert app.now() == 180

    def test_who_leaves_early_stays_at_that_stop_and_time_runs_again(self, app):
        app.publish(repeat_every=60)
        steps = app.clock.steps(hours=3)
        assert next(steps).number == 2
        steps.close()
        assert app.now() == 60
        app.time.pass_by(1)
        assert app.now() == 61

    def test_a_body_that_raises_leaves_a_clock_that_runs(self, app):
        app.publish(delay=60)
        steps = app.clock.steps(hours=1)
        next(steps)
        with pytest.raises(KeyError):
            steps.throw(KeyError("the body"))
        app.time.pass_by(1)
        assert app.now() == 61

    def test_durations_are_judged_at_once(self, app):
        with pytest.raises(TypeError, match=r"^steps\(60\): of what\?"):
            app.clock.steps(60)
        with pytest.raises(ValueError, match=r"^steps\(\) by .* would go back"):
            app.clock.steps(hours=-1)


class TestNext:
    def test_it_goes_to_the_next_delivery_and_returns_it(self, any_app):
        any_app.publish("late", delay=90)
        any_app.publish("early", delay=30)
        assert any_app.clock.next().data == "early"
        assert any_app.now() == 30
        assert any_app.clock.next().data == "late"
        assert any_app.now() == 90

    def test_without_anything_scheduled_there_is_none_and_the_clock_stands(self, any_app):
        any_app.publish("delivered")
        assert any_app.clock.next() is None
        assert any_app.now() == 0

    def test_of_several_at_one_instant_the_first_is_returned_and_all_are_delivered(self, any_app):
        any_app.publish("a", delay=60)
        any_app.publish("b", delay=60)
        assert any_app.clock.next().data == "a"
        assert any_app.deliveries() == [(60, "a"), (60, "b")]
        assert any_app.clock.next() is None

    def test_what_came_due_while_time_ran_is_not_next(self, app):
        app.publish("passed", delay=1)
        app.publish("next", delay=60)
        app.time.pass_by(2)
        assert app.clock.next().data == "next"

    def test_a_delivery_that_another_journey_made_meanwhile_is_not_returned(self, app):
        """Between looking for the next instant and going there, the queue may have been emptied by a cancel."""
        message_id = app.publish(delay=60).message_id
        looked = app.backend.next_at

        def look_and_cancel(**asked):
            instant = looked(**asked)
            if asked.get("delivery"):
                with app.backend.session() as (broker, now):
                    broker.cancel(message_id, now)
            return instant

        app.backend.next_at = look_and_cancel
        assert app.clock.next() is None
        assert app.deliveries() == []


class TestSleep:
    def test_it_advances_by_seconds_and_returns_nothing_as_time_sleep_does(self, any_app):
        any_app.publish(delay=60)
        assert any_app.clock.sleep(90) is None
        assert any_app.now() == 90
        assert any_app.deliveries() == [(60, "hi")]

    def test_a_fraction_will_do(self, any_app):
        any_app.clock.sleep(0.25)
        assert any_app.now() == 0.25

    def test_it_does_not_go_back(self, app):
        with pytest.raises(ValueError, match="would go back"):
            app.clock.sleep(-1)


class TestFreeze:
    def test_it_freezes_the_process_where_the_clock_stands(self, app):
        app.clock.advance(hours=1)
        app.clock.freeze()
        assert (app.time.instant, app.now()) == (at(3600), 3600)
        assert app.time.frozen

    @pytest.mark.parametrize("instant", ["2030-01-07 09:00", dt.datetime(2030, 1, 7, 9, tzinfo=UTC)])
    def test_it_freezes_the_process_at_an_instant(self, app, instant):
        app.clock.freeze(instant)
        assert (app.time.instant, app.now()) == (at(1800), 1800)

    def test_it_may_freeze_in_the_past(self, app):
        app.clock.freeze("2012-01-01")
        assert app.clock.now() == dt.datetime(2012, 1, 1, tzinfo=UTC)

    def test_while_it_lasts_advancing_moves_the_process(self, app):
        app.clock.freeze()
        app.clock.advance(hours=1)
        assert app.time.instant == at(3600)

    def test_unfreezing_ends_it(self, app):
        app.clock.freeze("2030-01-07 09:00")
        app.clock.unfreeze()
        assert not app.time.frozen
        assert app.now() == 0

    def test_after_unfreezing_the_clock_is_where_advancing_had_brought_it_before(self, app):
        app.clock.advance(seconds=60)
        app.clock.freeze()
        app.clock.advance(seconds=5)
        app.clock.unfreeze()
        assert app.now() == 60

    def test_unfreezing_what_is_not_frozen_does_nothing(self, app):
        app.clock.unfreeze()
        app.clock.freeze()
        app.clock.unfreeze()
        app.clock.unfreeze()
        assert not app.time.frozen

    def test_unfreezing_leaves_the_freeze_of_somebody_else(self):
        app = Application(FakeTime(**FROZEN))
        app.clock.unfreeze()
        assert app.time.frozen

    def test_as_a_context_manager_it_ends_with_the_block(self, app):
        with app.clock.freeze("2030-01-07 09:00") as clock:
            assert clock is app.clock
            assert app.now() == 1800
        assert not app.time.frozen

    def test_as_a_context_manager_it_ends_with_an_error_too(self, app):
        with pytest.raises(KeyError), app.clock.freeze():
            raise KeyError("the block")
        assert not app.time.frozen

    def test_what_is_frozen_is_not_frozen_again(self, app):
        app.clock.freeze()
        with pytest.raises(RuntimeError, match="already frozen"):
            app.clock.freeze("2031-01-01")
        app.clock.unfreeze()
        assert not app.time.frozen

    @pytest.mark.parametrize(
        ("instant", "error"), [("someday", ValueError), (dt.datetime(2030, 1, 7), ValueError), (60, TypeError)]
    )
    def test_an_instant_that_is_none_freezes_nothing(self, app, instant, error):
        with pytest.raises(error):
            app.clock.freeze(instant)
        assert not app.time.frozen

    def test_a_freeze_that_cannot_be_undone_yet_can_be_undone_later(self, app):
        app.clock.freeze()
        undone = []

        def not_yet():
            undone.append("tried")
            if len(undone) == 1:
                raise RuntimeError("a later freeze is still active")

        app.virtual_time._undo_freeze = not_yet
        with pytest.raises(RuntimeError, match="still active"):
            app.clock.unfreeze()
        app.clock.unfreeze()
        app.clock.unfreeze()
        assert undone == ["tried", "tried"]


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
        """Between reading the time and setting out, another thread's whole journey takes place."""

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


class TestForeignTime:
    """The process is frozen, moved and thawed by somebody else, while the mock looks on."""

    def test_t15_time_that_goes_back_undoes_and_repeats_nothing(self, any_app):
        any_app.publish(repeat_every=60)
        any_app.time.pass_by(60)
        assert any_app.deliveries() == [(0, "hi"), (60, "hi")]
        any_app.time.pass_by(-3600)
        assert any_app.now() == -3540
        assert any_app.deliveries() == [(0, "hi"), (60, "hi")]
        any_app.time.pass_by(3660)
        assert any_app.deliveries() == [(0, "hi"), (60, "hi"), (120, "hi")]

    def test_t15_the_mock_advances_from_the_time_that_shows(self, any_app):
        any_app.publish("ahead", delay=60)
        any_app.time.pass_by(-3600)
        assert any_app.clock.advance(seconds=3659) == ()
        assert seen(any_app.clock.advance(seconds=1)) == [(60, "ahead")]

    def test_t15_a_freeze_in_the_past_between_setup_and_teardown(self, app):
        app.publish("in setup")
        app.time.instant, app.time.frozen, app.time.running = at(-1_000_000), True, False
        app.publish("in the body", delay=60)
        assert seen(app.clock.advance(seconds=60)) == [(-999_940, "in the body")]
        app.time.instant, app.time.frozen, app.time.running = at(5), False, True
        assert app.now() == 5
        assert app.deliveries() == [(0, "in setup"), (-999_940, "in the body")]

    @pytest.mark.parametrize("running", [False, True], ids=["frozen", "ticking"])
    def test_a_foreign_freeze_hides_what_was_advanced_before_until_it_thaws(self, app, running):
        app.clock.advance(hours=1)
        app.time.frozen, app.time.running = True, running
        assert app.now() == 0
        app.time.frozen, app.time.running = False, True
        assert app.now() == 3600

    def test_a_foreign_jump_delivers_each_at_its_due_instant_when_somebody_looks(self, any_app):
        any_app.publish(repeat_every=60)
        any_app.time.pass_by(150)
        assert any_app.deliveries() == [(0, "hi"), (60, "hi"), (120, "hi")]

    def test_invariant_4_after_a_foreign_jump_listeners_are_told_late_at_the_time_that_shows(self, any_app):
        shown = []
        any_app.backend.listen("delivered", lambda delivery: shown.append((any_app.now(), delivery.number)))
        any_app.publish(repeat_every=60)
        any_app.time.pass_by(150)
        any_app.clock.advance(seconds=10)
        assert shown == [(0, 1), (150, 2), (150, 3)]


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


def test_the_first_occurrence_may_be_given_as_a_date_of_the_mocks_time(app):
    app.clock.advance(hours=1)
    app.publish(publish_at=date(3660))
    assert seen(app.clock.advance(seconds=60)) == [(3660, "hi")]
