"""The clock that tests move, on a process time that they set."""

from __future__ import annotations

import datetime as dt

import pytest
from core_support import FROZEN, RUNNING, START, TICKING, Application, FakeTime, at, date, moment, seen

from pytest_backendless_mock.runtime.clock import Clock
from pytest_backendless_mock.runtime.record import Delivery, View
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.runtime.wall_clock import WallClock

UTC = dt.timezone.utc


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
        with pytest.raises(ValueError, match=r"^advance\(\) by -1 min would go back: the mock's clock only"):
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


class TestReads:
    @pytest.mark.parametrize("kind", [RUNNING, TICKING, FROZEN], ids=["running", "ticking", "frozen"])
    def test_an_advance_with_one_delivery_and_one_listener_reads_the_time_of_the_process_four_times_at_most(self, kind):
        app = Application(FakeTime(**kind))
        app.publish(delay=60)
        heard = []
        app.backend.listen("delivered", heard.append)
        before = app.time.reads
        app.clock.advance(minutes=5)
        assert app.time.reads - before <= 4
        assert seen(heard) == [(60, "hi")]

    def test_without_a_listener_the_number_of_deliveries_makes_no_difference(self, app):
        app.publish(repeat_every=1)
        before = app.time.reads
        assert len(app.clock.advance(seconds=500)) == 500
        assert app.time.reads - before <= 3


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
        with any_app.backend.session() as (broker, _):
            subscription = broker.subscribe("default")
        any_app.publish(repeat_every=600)
        polled = []
        for _ in any_app.clock.steps(minutes=30):
            with any_app.backend.session() as (broker, now):
                polled += broker.retrieve("default", subscription.subscription_id, now).taken
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

    def test_a_target_that_has_passed_when_the_loop_begins_is_no_way_back(self, any_app):
        any_app.publish(delay=60)
        steps = any_app.clock.steps(minutes=3)
        any_app.clock.advance(hours=1)
        assert list(steps) == []
        assert any_app.now() == 3600

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


def test_the_first_occurrence_may_be_given_as_a_date_of_the_mocks_time(app):
    app.clock.advance(hours=1)
    app.publish(publish_at=date(3660))
    assert seen(app.clock.advance(seconds=60)) == [(3660, "hi")]
