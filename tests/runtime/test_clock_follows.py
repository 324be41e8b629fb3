"""The clock on the real time of the process: what freezegun and time-machine do to it, and it to them."""

from __future__ import annotations

import asyncio
import datetime as dt
import time

import freezegun
import freezegun.api
import pytest
import time_machine
from core_support import Application, elsewhere, moment, seen

from pytest_backendless_mock.messaging.device import Device
from pytest_backendless_mock.messaging.email import Email
from pytest_backendless_mock.messaging.errors import InvalidPublishDate
from pytest_backendless_mock.messaging.name import channel_name
from pytest_backendless_mock.runtime.record import delivery_record, message_record, scheduled_record
from pytest_backendless_mock.runtime.wall_clock import WallClock

UTC = dt.timezone.utc
FROZEN = "2030-01-07 08:30"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def app():
    app = Application(WallClock())
    yield app
    app.clock.unfreeze()
    assert freezegun.api.freeze_factories == []


class TestFreezegun:
    def test_the_mock_shows_what_the_code_under_test_sees(self, app):
        with freezegun.freeze_time(FROZEN):
            assert app.clock.now() == dt.datetime.now(UTC) == moment(0)

    def test_a_freeze_that_the_user_ticks_needs_no_call_to_the_mock(self, app):
        with freezegun.freeze_time(FROZEN) as frozen:
            app.publish(repeat_every=60)
            frozen.tick(150)
            assert app.deliveries() == [(0, "hi"), (60, "hi"), (120, "hi")]

    def test_advancing_moves_the_freeze_of_the_user(self, app):
        with freezegun.freeze_time(FROZEN):
            app.publish(delay=60)
            assert seen(app.clock.advance(minutes=5)) == [(60, "hi")]
            assert dt.datetime.now(UTC) == moment(300)
            assert time.time() == 1_894_005_300.0

    def test_on_the_way_the_process_shows_the_instant_of_each_delivery(self, app):
        shown = []
        with freezegun.freeze_time(FROZEN):
            app.publish(repeat_every=60)
            app.backend.listen("delivered", lambda _: shown.append(dt.datetime.now(UTC)))
            app.clock.advance(seconds=150)
        assert shown == [moment(60), moment(120)]

    def test_steps_move_the_freeze_of_the_user(self, app):
        with freezegun.freeze_time(FROZEN):
            app.publish(repeat_every=60)
            assert [dt.datetime.now(UTC) for _ in app.clock.steps(minutes=2)] == [moment(60), moment(120)]

    def test_the_next_delivery_moves_the_freeze_of_the_user(self, app):
        with freezegun.freeze_time(FROZEN):
            app.publish(delay=60)
            app.clock.next()
            assert dt.datetime.now(UTC) == moment(60)

    def test_sleeping_moves_the_freeze_of_the_user(self, app):
        with freezegun.freeze_time(FROZEN):
            app.clock.sleep(60)
            assert dt.datetime.now(UTC) == moment(60)

    def test_a_ticking_freeze_is_followed_and_moved_and_ticks_on(self, app):
        with freezegun.freeze_time(FROZEN, tick=True):
            assert moment(0) <= app.clock.now() < moment(1000)
            app.clock.advance(hours=1)
            now, then = app.clock.now(), dt.datetime.now(UTC)
            assert moment(3600) <= now <= then < moment(4600)

    def test_while_listeners_run_a_ticking_freeze_shows_the_mock_the_instant_of_the_delivery(self, app):
        with freezegun.freeze_time(FROZEN, tick=True):
            due = app.clock.now() + HOUR
            app.publish(publish_at=due.timestamp() * 1000)
            shown = []
            app.backend.listen("delivered", lambda delivery: shown.append(app.clock.now() - delivery.at))
            app.clock.advance(hours=2)
        assert shown == [dt.timedelta(0)]

    @pytest.mark.usefixtures("no_collections")
    def test_an_auto_ticking_freeze_does_not_tick_by_our_looking(self, app):
        with freezegun.freeze_time(FROZEN, auto_tick_seconds=15):
            app.publish()
            app.clock.advance(seconds=60)
            assert app.deliveries() == [(0, "hi")]
            assert app.clock.now() == moment(60)
            assert dt.datetime.now(UTC) == moment(60)
            assert app.clock.now() == moment(75)

    def test_of_nested_freezes_the_inner_one_is_followed_and_moved(self, app):
        with freezegun.freeze_time("2012-01-01"):
            with freezegun.freeze_time(FROZEN):
                app.clock.advance(minutes=1)
                assert app.clock.now() == moment(60)
            assert app.clock.now() == dt.datetime(2012, 1, 1, tzinfo=UTC)

    @freezegun.freeze_time(FROZEN)
    def test_a_decorated_test_is_followed_and_moved(self, app):
        app.publish(delay=60)
        app.clock.advance(minutes=1)
        assert dt.datetime.now(UTC) == moment(60)
        assert app.deliveries() == [(60, "hi")]

    def test_a_tz_offset_shifts_neither_the_clock_nor_what_is_due(self, app):
        with freezegun.freeze_time(FROZEN, tz_offset=-8) as frozen:
            app.publish(delay=60)
            assert seen(app.clock.advance(minutes=1)) == [(60, "hi")]
            assert frozen() == dt.datetime(2030, 1, 7, 8, 31)

    def test_the_freezer_fixture_is_followed_and_moved(self, app, freezer):
        freezer.move_to(FROZEN)
        app.publish(repeat_every=60)
        freezer.tick(60)
        assert app.deliveries() == [(0, "hi"), (60, "hi")]
        assert seen(app.clock.advance(seconds=60)) == [(120, "hi")]
        assert dt.datetime.now(UTC) == moment(120)

    def test_a_coroutine_sees_the_time_the_mock_advances_to(self, app):
        @freezegun.freeze_time(FROZEN, real_asyncio=True)
        async def advance():
            await asyncio.to_thread(app.clock.advance, minutes=1)
            return dt.datetime.now(UTC)

        assert asyncio.run(advance()) == moment(60)

    def test_another_thread_may_advance(self, app):
        with freezegun.freeze_time(FROZEN):
            app.publish(delay=60)
            assert seen(elsewhere(lambda: app.clock.advance(minutes=1))) == [(60, "hi")]
            assert dt.datetime.now(UTC) == moment(60)

    def test_invariant_1_no_datetime_of_freezegun_leaves(self, app):
        plain = freezegun.api.real_datetime
        with freezegun.freeze_time(FROZEN):
            app.publish(repeat_every=60, publish_at=1_894_005_060_000, repeat_expires_at=1_894_005_600_000)
            (delivery,) = app.clock.advance(minutes=1)
            publication = app.broker.publications["message:1"]
            message, scheduled = message_record(publication), scheduled_record(publication)
            left = [
                app.clock.now(),
                delivery.at,
                delivery_record(app.broker.channels.deliveries("default")[0]).at,
                message.at,
                message.publish_at,
                message.repeat_expires_at,
                scheduled.next_at,
                scheduled.repeat_expires_at,
            ]
            assert dt.datetime is not plain
            assert [type(each) for each in left] == [plain] * 8

    def test_a_datetime_of_freezegun_may_come_in(self, app):
        with freezegun.freeze_time(FROZEN):
            app.clock.move_to(dt.datetime.now(UTC) + HOUR)
            assert app.clock.now() == moment(3600)


class TestGoingBack:
    def test_t15_setup_in_real_time_a_test_in_the_past_and_teardown_in_real_time(self, app):
        app.publish("setup")
        with freezegun.freeze_time("2012-01-01"):
            app.publish("body", delay=60)
            assert app.clock.advance(minutes=1).data == ["body"]
            assert app.clock.now() == dt.datetime(2012, 1, 1, 0, 1, tzinfo=UTC)
        app.publish("teardown")
        assert [data for _, data in app.deliveries()] == ["setup", "body", "teardown"]

    def test_t15_a_freeze_that_is_moved_back_repeats_nothing(self, app):
        with freezegun.freeze_time(FROZEN) as frozen:
            app.publish(repeat_every=60)
            frozen.tick(60)
            assert app.deliveries() == [(0, "hi"), (60, "hi")]
            frozen.move_to("2030-01-07 08:00")
            assert app.clock.now() == moment(-1800)
            assert app.deliveries() == [(0, "hi"), (60, "hi")]
            frozen.move_to("2030-01-07 08:32")
            assert app.deliveries() == [(0, "hi"), (60, "hi"), (120, "hi")]

    def test_t15_dates_are_judged_by_the_time_that_shows(self, app):
        in_2012 = 1_325_376_060_000
        with pytest.raises(InvalidPublishDate):
            app.publish(publish_at=in_2012)
        with freezegun.freeze_time("2012-01-01"):
            assert app.publish(publish_at=in_2012).status == "scheduled"

    def test_t15_looking_back_reads_no_time(self, app):
        with freezegun.freeze_time(FROZEN):
            app.publish(delay=60)
        with app.backend.peek() as (broker, now):
            assert (list(broker.pending), now) == (["message:1"], 1_894_005_000_000_000)


class TestTimeMachine:
    @pytest.mark.parametrize("tick", [False, True])
    def test_it_is_followed(self, app, tick):
        with time_machine.travel(moment(0), tick=tick):
            assert moment(0) <= app.clock.now() < moment(1000)

    def test_a_shift_by_the_user_needs_no_call_to_the_mock(self, app):
        with time_machine.travel(moment(0), tick=False) as traveller:
            app.publish(repeat_every=60)
            traveller.shift(150)
            assert app.deliveries() == [(0, "hi"), (60, "hi"), (120, "hi")]

    def test_advancing_moves_only_the_mock(self, app):
        with time_machine.travel(moment(0), tick=False):
            app.publish(delay=60)
            assert seen(app.clock.advance(minutes=5)) == [(60, "hi")]
            assert app.clock.now() == moment(300)
            assert dt.datetime.now(UTC) == moment(0)

    def test_t15_it_may_go_back(self, app):
        with time_machine.travel(moment(0), tick=False) as traveller:
            app.publish(repeat_every=60)
            traveller.shift(60)
            assert app.deliveries() == [(0, "hi"), (60, "hi")]
            traveller.move_to(moment(-3600))
            assert app.clock.now() == moment(-3600)
            assert app.deliveries() == [(0, "hi"), (60, "hi")]

    def test_freezing_meanwhile_is_refused(self, app):
        with (
            time_machine.travel(moment(0)),
            pytest.raises(RuntimeError, match=r"frozen by time-machine; .* clock\.advance"),
        ):
            app.clock.freeze()


class TestBefore1970:
    """Backendless has no number for such a time."""

    @pytest.mark.parametrize(
        "held",
        [lambda: freezegun.freeze_time("1969-12-31 23:59"), lambda: time_machine.travel(-60.0, tick=False)],
        ids=["freezegun", "time-machine"],
    )
    def test_a_time_of_the_user_s_fails_what_needs_it_at_once(self, app, held):
        app.publish("before")
        with held():
            for call in (app.clock.now, app.publish, app.deliveries, lambda: app.clock.advance(minutes=1)):
                with pytest.raises(
                    RuntimeError, match=r"^the time of this process is 1969-12-31 23:59:00Z: Backendless "
                ):
                    call()
        assert [data for _, data in app.deliveries()] == ["before"]

    def test_a_freeze_is_refused(self, app):
        with pytest.raises(
            ValueError, match=r"^1969-12-31 is before 1970: Backendless counts time from 1970 on, so pick"
        ):
            app.clock.freeze("1969-12-31")
        assert freezegun.api.freeze_factories == []

    def test_1970_itself_will_do(self, app):
        with app.clock.freeze("1970-01-01"):
            app.publish()
            assert app.clock.now().timestamp() == 0


HAPPENED = {
    "message": lambda app: app.publish(delay=3600),
    "subscription": lambda app: app.broker.subscribe(channel_name("news")),
    "registration": lambda app: app.broker.register(Device("", "phone", "token", "IOS", "17", ()), 0),
    "e-mail": lambda app: app.broker.send_email(Email(subject="hi", text="hi", to=("a@b.c",)), 0),
    "advance": lambda app: app.clock.advance(seconds=1),
    "step": lambda app: list(app.clock.steps(seconds=1)),
}


class TestFreezingInThePast:
    @pytest.mark.parametrize("happen", HAPPENED.values(), ids=list(HAPPENED))
    def test_is_refused_once_something_happened_by_the_clock(self, app, happen):
        app.clock.freeze("2020-01-01")
        app.clock.unfreeze()
        happen(app)
        with pytest.raises(
            ValueError, match=r"^2020-01-01 00:00:00Z has passed: the mock's clock shows 20.* the marker"
        ):
            app.clock.freeze("2020-01-01")
        assert freezegun.api.freeze_factories == []
        app.clock.freeze("2090-01-01")

    def test_is_free_to_who_only_looked(self, app):
        app.clock.now()
        assert app.deliveries() == []
        app.clock.freeze("2020-01-01")
        assert app.clock.now() == dt.datetime(2020, 1, 1, tzinfo=UTC)


class TestFreeze:
    def test_the_process_stands_where_the_clock_stands_and_moves_along(self, app):
        app.clock.freeze(FROZEN)
        assert dt.datetime.now(UTC) == app.clock.now() == moment(0)
        app.clock.advance(minutes=1)
        assert dt.datetime.now(UTC) == app.clock.now() == moment(60)

    def test_what_was_advanced_before_is_part_of_it(self, app):
        app.clock.advance(days=365)
        before = app.clock.now()
        app.clock.freeze()
        assert before <= dt.datetime.now(UTC) < before + HOUR

    def test_it_ends_with_its_block(self, app):
        with app.clock.freeze(FROZEN):
            assert dt.datetime.now(UTC) == moment(0)
        assert freezegun.api.freeze_factories == []

    def test_a_freeze_of_the_user_inside_it_rules_while_it_lasts(self, app):
        with app.clock.freeze(FROZEN):
            with freezegun.freeze_time("2040-01-01"):
                app.clock.advance(hours=1)
                assert app.clock.now() == dt.datetime(2040, 1, 1, 1, tzinfo=UTC)
            assert app.clock.now() == moment(0)

    def test_it_is_not_thawed_under_a_freeze_that_the_user_started_later(self, app):
        app.clock.freeze(FROZEN)
        with (
            freezegun.freeze_time("2040-01-01"),
            pytest.raises(RuntimeError, match=r"a freeze_time\(\) started after clock\.freeze\(\) is still active"),
        ):
            app.clock.unfreeze()
        assert app.clock.now() == moment(0)

    def test_inside_a_freeze_of_the_user_it_points_to_advance(self, app):
        with (
            freezegun.freeze_time(FROZEN),
            pytest.raises(RuntimeError, match=r"clock\.advance\(\.\.\.\) or clock\.move"),
        ):
            app.clock.freeze()
