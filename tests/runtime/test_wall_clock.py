"""The time of the process, whoever made it: real, freezegun's in all its kinds, time-machine's."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import threading
import time

import freezegun
import freezegun.api
import pytest
import time_machine
from _pytest import timing
from core_support import START, at, elsewhere

from pytest_backendless_mock.runtime import wall_clock
from pytest_backendless_mock.runtime.instant import from_datetime
from pytest_backendless_mock.runtime.wall_clock import Reading, WallClock, real_monotonic, wait_for

UTC = dt.timezone.utc
FROZEN = "2030-01-07 08:30"
HOUR = 3_600_000_000


@pytest.fixture
def process_time():
    return WallClock()


def utcnow():
    return from_datetime(dt.datetime.now(UTC))


class TestRead:
    def test_a_time_machine_that_stops_in_the_middle_of_it_is_read_past(self, process_time, monkeypatch):
        answers = [ValueError("Not currently time-travelling."), dt.datetime(2030, 1, 7, tzinfo=UTC)]

        class Stopped:
            @staticmethod
            def now(_):
                answer = answers.pop(0)
                if isinstance(answer, Exception):
                    raise answer
                return answer

        monkeypatch.setattr(wall_clock, "real_datetime", lambda: Stopped)
        assert process_time.read() == Reading(1_893_974_400_000_000)

    def test_without_a_freeze_it_is_the_real_time_and_runs(self, process_time):
        before, reading, after = utcnow(), process_time.read(), utcnow()
        assert before <= reading.instant <= after
        assert (reading.frozen, reading.running) == (False, True)

    def test_without_freezegun_it_is_the_real_time(self, process_time, monkeypatch):
        monkeypatch.delitem(sys.modules, "freezegun.api")
        before, reading, after = utcnow(), process_time.read(), utcnow()
        assert before <= reading.instant <= after

    def test_a_freeze_that_another_thread_is_just_stopping_is_none(self, process_time, monkeypatch):
        """Its stacks are empty by then, and its classes are still in their places."""
        with freezegun.freeze_time(FROZEN), monkeypatch.context() as patch:
            patch.setattr(freezegun.api, "freeze_factories", [])
            patch.setattr(freezegun.api, "tz_offsets", [])
            reading = process_time.read()
        assert (reading.frozen, reading.instant != START) == (False, True)

    def test_a_freeze_is_read(self, process_time):
        with freezegun.freeze_time(FROZEN):
            assert process_time.read() == Reading(START, frozen=True, running=False)
        assert not process_time.read().frozen

    def test_a_freeze_that_ticks_is_read_and_runs(self, process_time):
        with freezegun.freeze_time(FROZEN, tick=True):
            reading = process_time.read()
            assert START <= reading.instant < START + HOUR
            assert (reading.frozen, reading.running) == (True, True)

    @pytest.mark.usefixtures("no_collections")
    def test_invariant_1_an_auto_ticking_freeze_does_not_tick_by_our_looking(self, process_time):
        with freezegun.freeze_time(FROZEN, auto_tick_seconds=15):
            readings = [process_time.read() for _ in range(3)]
            assert readings == [Reading(START, frozen=True, running=False)] * 3
            assert utcnow() == at(0)
            assert utcnow() == at(15)
            assert process_time.read().instant == at(30)

    @pytest.mark.parametrize("tz_offset", [9, -3.5])
    def test_invariant_1_a_tz_offset_does_not_shift_us(self, process_time, tz_offset):
        with freezegun.freeze_time(FROZEN, tz_offset=tz_offset):
            assert process_time.read().instant == START
            assert time.time() == 1_894_005_000.0

    def test_of_nested_freezes_the_inner_one_rules(self, process_time):
        with freezegun.freeze_time("2012-01-01"):
            with freezegun.freeze_time(FROZEN):
                assert process_time.read().instant == START
            assert process_time.read().instant == 1_325_376_000_000_000

    @freezegun.freeze_time(FROZEN)
    def test_a_freeze_by_decorator_is_read(self):
        assert WallClock().read().instant == START

    def test_a_freeze_of_a_coroutine_is_read(self, process_time):
        @freezegun.freeze_time(FROZEN, real_asyncio=True)
        async def look():
            return process_time.read()

        assert asyncio.run(look()).instant == START

    def test_a_freeze_given_in_another_zone_is_read(self, process_time):
        tokyo = dt.timezone(dt.timedelta(hours=9))
        with freezegun.freeze_time(dt.datetime(2030, 1, 7, 17, 30, tzinfo=tokyo)):
            assert process_time.read().instant == START

    def test_the_freezer_fixture_is_read(self, process_time, freezer):
        freezer.move_to(FROZEN)
        assert process_time.read() == Reading(START, frozen=True, running=False)
        freezer.tick(60)
        assert process_time.read().instant == at(60)

    def test_a_freeze_that_the_user_moves_is_read(self, process_time):
        with freezegun.freeze_time(FROZEN) as frozen:
            frozen.tick(60)
            assert process_time.read().instant == at(60)
            frozen.move_to("2030-01-07 08:00")
            assert process_time.read().instant == at(-1800)

    def test_another_thread_reads_the_same_freeze(self, process_time):
        with freezegun.freeze_time(FROZEN):
            assert elsewhere(process_time.read).instant == START

    def test_time_machine_standing_is_read(self, process_time):
        with time_machine.travel(dt.datetime(2030, 1, 7, 8, 30, tzinfo=UTC), tick=False) as traveller:
            assert process_time.read() == Reading(START, frozen=False, running=True)
            traveller.shift(60)
            assert process_time.read().instant == at(60)

    def test_time_machine_ticking_is_read(self, process_time):
        with time_machine.travel(dt.datetime(2030, 1, 7, 8, 30, tzinfo=UTC), tick=True):
            assert START <= process_time.read().instant < START + HOUR

    def test_time_machine_in_another_zone_is_read(self, process_time):
        tokyo = dt.timezone(dt.timedelta(hours=9))
        with time_machine.travel(dt.datetime(2030, 1, 7, 17, 30, tzinfo=tokyo), tick=False):
            assert process_time.read().instant == START


class TestMove:
    @pytest.mark.parametrize(
        "options",
        [
            pytest.param({}, id="plain"),
            pytest.param({"auto_tick_seconds": 15}, id="auto-ticking"),
            pytest.param({"tz_offset": 9}, id="with an offset"),
        ],
    )
    @pytest.mark.usefixtures("no_collections")
    def test_the_freeze_of_the_user_is_moved(self, process_time, options):
        with freezegun.freeze_time(FROZEN, **options):
            assert process_time.move(at(90.5)) is True
            assert process_time.read().instant == at(90.5)
            assert time.time() == 1_894_005_090.5

    def test_a_ticking_freeze_is_moved_and_ticks_on(self, process_time):
        with freezegun.freeze_time(FROZEN, tick=True):
            process_time.move(at(3600))
            first, second = process_time.read(), process_time.read()
            assert at(3600) <= first.instant <= second.instant < at(7200)
            assert second.running

    def test_a_freeze_by_decorator_is_moved(self, process_time):
        @freezegun.freeze_time(FROZEN)
        def moved():
            process_time.move(at(60))
            return utcnow()

        assert moved() == at(60)

    def test_the_freezer_fixture_is_moved(self, process_time, freezer):
        freezer.move_to(FROZEN)
        process_time.move(at(60))
        assert utcnow() == at(60)

    def test_only_the_inner_of_nested_freezes_is_moved(self, process_time):
        with freezegun.freeze_time("2012-01-01"):
            with freezegun.freeze_time(FROZEN):
                process_time.move(at(60))
                assert utcnow() == at(60)
            assert process_time.read().instant == 1_325_376_000_000_000

    @pytest.mark.usefixtures("no_collections")
    @pytest.mark.parametrize("options", [{}, {"auto_tick_seconds": 15}])
    @pytest.mark.parametrize("seconds", [0, -60])
    def test_nothing_is_moved_back_or_to_where_it_is(self, process_time, options, seconds):
        with freezegun.freeze_time(FROZEN, **options):
            process_time.move(at(seconds))
            assert process_time.read().instant == START

    def test_without_a_freeze_nothing_is_moved(self, process_time):
        assert process_time.move(utcnow() + HOUR) is False
        assert process_time.read().instant < utcnow() + HOUR


class TestFreeze:
    def test_the_process_is_frozen_until_that_is_undone(self, process_time):
        undo = process_time.freeze(START)
        try:
            assert (utcnow(), time.time()) == (START, 1_894_005_000.0)
        finally:
            undo()
        assert not process_time.read().frozen

    def test_pytest_goes_on_measuring_in_real_time(self, process_time):
        before = timing.time, timing.perf_counter
        undo = process_time.freeze(START)
        try:
            assert (timing.time, timing.perf_counter) == before
            assert timing.time() != 1_894_005_000.0
        finally:
            undo()

    def test_asyncio_goes_on_in_real_time(self, process_time):
        async def loop_time():
            return asyncio.get_running_loop().time()

        before = asyncio.run(loop_time())
        undo = process_time.freeze(START)
        try:
            assert before <= asyncio.run(loop_time()) < 1_894_005_000.0
        finally:
            undo()

    def test_a_freeze_of_the_user_is_left_alone(self, process_time):
        with (
            freezegun.freeze_time("2012-01-01"),
            pytest.raises(RuntimeError, match=r"^time is already frozen by freezegun; .* clock\.advance\(\.\.\.\) or"),
        ):
            process_time.freeze(START)
        assert freezegun.api.freeze_factories == []

    @pytest.mark.parametrize("tick", [True, False])
    def test_a_journey_of_time_machine_is_left_alone(self, process_time, tick):
        with (
            time_machine.travel(0, tick=tick),
            pytest.raises(RuntimeError, match=r"^time is already frozen by time-machine; the mock follows it"),
        ):
            process_time.freeze(START)
        assert freezegun.api.freeze_factories == []

    def test_the_process_is_not_frozen_twice(self, process_time):
        undo = process_time.freeze(START)
        try:
            with pytest.raises(RuntimeError, match="already frozen by freezegun"):
                process_time.freeze(START)
            assert utcnow() == START
        finally:
            undo()

    def test_freezes_are_undone_in_order(self, process_time):
        undo = process_time.freeze(START)
        later = freezegun.freeze_time("2040-01-01")
        later.start()
        try:
            with pytest.raises(
                RuntimeError, match=r"^a freeze_time\(\) started after clock\.freeze\(\) is still active"
            ):
                undo()
            assert process_time.read().instant == 2_208_988_800_000_000
        finally:
            later.stop()
            undo()
        assert freezegun.api.freeze_factories == []


class TestRealMonotonic:
    def test_it_goes_on_under_a_freeze(self):
        before = real_monotonic()
        with freezegun.freeze_time(FROZEN):
            assert time.monotonic() == 1_894_005_000.0
            inside = real_monotonic()
        assert before <= inside <= real_monotonic()

    def test_it_goes_on_under_time_machine(self):
        before = real_monotonic()
        with time_machine.travel(0, tick=False):
            inside = real_monotonic()
        assert before <= inside <= real_monotonic()

    def test_it_goes_on_where_somebody_replaced_what_is_usually_measured_with(self, monkeypatch):
        for name in ("monotonic", "perf_counter", "time"):
            monkeypatch.setattr(time, name, lambda: 0.0)
        before = real_monotonic()
        threading.Event().wait(0.001)
        assert real_monotonic() > before


class TestWaitFor:
    def test_what_holds_is_not_waited_for(self):
        condition = threading.Condition()
        with condition:
            assert wait_for(condition, lambda: True, 0)

    def test_what_comes_is_noticed_and_what_does_not_come_is_given_up_under_a_freeze(self):
        condition = threading.Condition()
        came = []

        def come():
            with condition:
                came.append(True)
                condition.notify_all()

        with freezegun.freeze_time(FROZEN), condition:
            thread = threading.Thread(target=come)
            thread.start()
            assert wait_for(condition, lambda: bool(came), 10)
            assert not wait_for(condition, lambda: False, 0.001)
        thread.join()


class TestIsLed:
    def test_real_time_is_nobody_s(self, process_time):
        assert not process_time.is_led()

    def test_a_freeze_of_its_own_is_nobody_else_s(self, process_time):
        undo = process_time.freeze(START)
        assert not process_time.is_led()
        undo()
        assert not process_time.is_led()

    @pytest.mark.parametrize(
        "held",
        [lambda: freezegun.freeze_time(FROZEN), lambda: time_machine.travel(0)],
        ids=["freezegun", "time-machine"],
    )
    def test_a_freeze_or_a_journey_of_somebody_s_is(self, process_time, held):
        with held():
            assert process_time.is_led()
        assert not process_time.is_led()

    def test_a_freeze_of_somebody_s_on_top_of_its_own_is_too(self, process_time):
        undo = process_time.freeze(START)
        with freezegun.freeze_time(FROZEN):
            assert process_time.is_led()
        assert not process_time.is_led()
        undo()

    def test_after_its_own_freeze_somebody_s_is_again(self, process_time):
        process_time.freeze(START)()
        with freezegun.freeze_time(FROZEN):
            assert process_time.is_led()
