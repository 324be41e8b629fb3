"""The mock's time: what it shows under each kind of wall clock, when it stands, and what it knows about itself."""

from __future__ import annotations

import contextlib
import sys
import threading

import pytest
from core_support import FROZEN, RUNNING, START, TICKING, Application, FakeTime, at, seen, told
from freezegun import freeze_time

from pytest_backendless_mock.messaging.schedule import LAST_INSTANT
from pytest_backendless_mock.runtime.clock import Clock
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.runtime.wall_clock import WallClock

SECOND, HOUR = 1_000_000, 3_600_000_000
EACH_KIND = pytest.mark.parametrize("kind", [RUNNING, TICKING, FROZEN], ids=["running", "ticking", "frozen"])


@pytest.fixture
def time():
    return VirtualTime(FakeTime())


@pytest.fixture
def clock(time):
    return Clock(time)


def test_a_clock_that_nobody_moved_is_not_ahead(time):
    assert time.ahead == 0


def test_a_clock_that_was_moved_is_ahead_of_the_process(time, clock):
    clock.advance(hours=1)
    clock.advance(seconds=1)
    assert time.ahead == HOUR + SECOND


def test_a_freeze_moves_along_and_is_never_apart():
    time = VirtualTime()
    clock = Clock(time)
    with freeze_time("2030-01-07 08:30", real_asyncio=True):
        clock.advance(hours=1)
        assert time.ahead == 0


@pytest.mark.parametrize(
    ("instant", "over"),
    [(0, False), (1, True), (HOUR, True), (HOUR + 1, False)],
    ids=["start", "after-it", "target", "beyond"],
)
@pytest.mark.parametrize(
    "go", [lambda clock: clock.advance(hours=1), lambda clock: clock.move_to("2030-01-07 09:30")], ids=["by", "to"]
)
def test_a_jump_is_from_after_its_start_to_its_target(time, clock, go, instant, over):
    go(clock)
    assert time.jumped_over(START + instant) is over


def test_steps_and_next_are_no_jumps(app):
    app.publish("tick", repeat_every=60)
    for _ in app.clock.steps(minutes=30):
        pass
    app.clock.next()
    assert app.virtual_time.jumped_over(START + SECOND) is False
    assert app.virtual_time.has_jumped is False


def test_each_jump_is_remembered(time, clock):
    clock.advance(seconds=1)
    list(clock.steps(seconds=1))
    clock.advance(seconds=1)
    assert [time.jumped_over(START + second * SECOND) for second in (1, 2, 3, 4)] == [True, False, True, False]


class TestRead:
    @EACH_KIND
    def test_it_is_the_time_of_the_wall_clock(self, kind):
        wall = FakeTime(**kind)
        time = VirtualTime(wall)
        assert time.read() == START
        wall.pass_by(1.5)
        assert time.read() == at(1.5)

    def test_the_time_remembers_what_it_showed_last(self, app):
        assert app.virtual_time.seen is None
        app.clock.now()
        app.time.pass_by(60)
        assert app.virtual_time.seen == START

    def test_it_does_not_leave_the_years_there_are(self):
        wall = FakeTime()
        time = VirtualTime(wall)
        time.raise_to(LAST_INSTANT)
        wall.pass_by(1)
        assert time.read() == LAST_INSTANT


class TestRaiseTo:
    @EACH_KIND
    def test_it_shows_that_instant_and_the_process_goes_on_from_there(self, kind):
        wall = FakeTime(**kind)
        time = VirtualTime(wall)
        time.raise_to(at(60))
        assert (time.read(), time.seen) == (at(60), at(60))
        wall.pass_by(1)
        assert time.read() == at(61)

    @EACH_KIND
    def test_it_never_goes_back(self, kind):
        time = VirtualTime(FakeTime(**kind))
        time.raise_to(at(60))
        time.raise_to(at(30))
        assert time.read() == at(60)

    @pytest.mark.parametrize("kind", [TICKING, FROZEN], ids=["ticking", "frozen"])
    def test_a_freeze_that_rules_is_moved_along(self, kind):
        wall = FakeTime(**kind)
        VirtualTime(wall).raise_to(at(60))
        assert wall.instant == at(60)


class TestStanding:
    def test_in_the_block_it_stands_however_long_that_takes(self):
        wall = FakeTime()
        time = VirtualTime(wall)
        with time.standing() as now:
            wall.pass_by(1000)
            assert (now, time.read()) == (START, START)

    def test_afterwards_it_runs_on_from_where_it_stood(self):
        wall = FakeTime()
        time = VirtualTime(wall)
        with time.standing():
            wall.pass_by(1000)
            time.raise_to(at(60))
        assert time.read() == at(60)
        wall.pass_by(1)
        assert time.read() == at(61)

    def test_a_block_that_raises_leaves_a_time_that_runs(self):
        wall = FakeTime()
        time = VirtualTime(wall)
        with pytest.raises(KeyError), time.standing():
            raise KeyError("the block")
        wall.pass_by(1)
        assert time.read() == at(1)

    def test_of_blocks_in_each_other_the_outer_one_lets_it_run_again(self):
        wall = FakeTime()
        time = VirtualTime(wall)
        with time.standing():
            with time.standing() as now:
                time.raise_to(at(60))
            wall.pass_by(1000)
            assert (now, time.read()) == (START, at(60))
        wall.pass_by(1)
        assert time.read() == at(61)

    @EACH_KIND
    def test_a_journey_reads_a_clock_that_runs_as_often_however_many_stops_it_makes(self, kind):
        reads = []
        for stops in (1, 100):
            wall = FakeTime(**kind)
            time = VirtualTime(wall)
            with time.standing():
                for stop in range(stops):
                    time.raise_to(at(stop))
            reads.append(wall.reads)
        assert reads[0] == reads[1]

    def test_a_freeze_begun_in_the_block_and_ended_after_it_leaves_the_time_where_it_was_raised_to(self):
        wall = FakeTime()
        time = VirtualTime(wall)
        with time.standing():
            time.raise_to(at(60))
            undo = wall.freeze(at(60))
        assert time.read() == at(60)
        undo()
        assert time.read() == at(60)

    def test_a_freeze_ended_in_the_block_leaves_the_time_where_it_was_raised_to_since(self):
        wall = FakeTime()
        time = VirtualTime(wall)
        undo = wall.freeze(at(30))
        with time.standing():
            undo()
            time.raise_to(at(60))
        assert time.read() == at(60)

    def test_a_freeze_that_does_not_run_rules_in_the_block_too(self):
        wall = FakeTime(**FROZEN)
        time = VirtualTime(wall)
        with time.standing():
            wall.pass_by(60)
            assert time.read() == at(60)

    def test_what_it_is_given_is_what_was_seen_last(self):
        time = VirtualTime(FakeTime())
        with time.standing() as now:
            assert time.seen == now


class TestLogging:
    def test_the_deliveries_made_while_a_block_lasts_are_in_its_log(self, app):
        app.publish("before")
        with app.virtual_time.logging() as log:
            app.publish("in the block")
        app.publish("after")
        assert told(log) == [(0, "in the block")]
        assert app.virtual_time.logs == []

    def test_what_is_no_delivery_is_not_in_it(self, app):
        with app.virtual_time.logging() as log:
            app.publish(delay=60)
            app.publish(publish_policy="PUSH")
        assert log == []

    def test_what_is_caught_up_with_in_the_block_counts(self, app):
        app.publish(delay=60)
        app.time.pass_by(60)
        with app.virtual_time.logging() as log:
            app.deliveries()
        assert told(log) == [(60, "hi")]

    def test_what_was_caught_up_with_before_it_does_not(self, app):
        app.publish(delay=60)
        app.time.pass_by(60)
        app.deliveries()
        with app.virtual_time.logging() as log:
            app.deliveries()
        assert log == []

    def test_of_blocks_in_each_other_both_hear_of_what_is_made_in_the_inner_one(self, app):
        with app.virtual_time.logging() as outer:
            app.publish("outside")
            with app.virtual_time.logging() as inner:
                app.publish("inside")
        assert (told(outer), told(inner)) == ([(0, "outside"), (0, "inside")], [(0, "inside")])

    def test_of_two_logs_that_are_equal_the_one_that_ends_is_taken_off(self, app):
        first = app.virtual_time.logging()
        log = first.__enter__()
        with app.virtual_time.logging() as second:
            first.__exit__(None, None, None)
            app.publish()
        assert (log, told(second)) == ([], [(0, "hi")])

    def test_a_block_that_raises_ends_its_log(self, app):
        with pytest.raises(KeyError), app.virtual_time.logging():
            raise KeyError("the block")
        assert app.virtual_time.logs == []


class TestWhoLeads:
    @pytest.mark.parametrize("led", [True, False])
    def test_the_wall_clock_knows_whether_somebody_else_moves_the_time(self, led):
        wall = FakeTime()
        wall.is_led = lambda: led
        assert VirtualTime(wall).is_led is led

    def test_who_follows_is_asked_in_the_order_it_came(self, time):
        time.follow("one")
        time.follow("two")
        assert time.followers == ["one", "two"]


class TestFreezing:
    def test_it_freezes_the_wall_clock_and_gives_it_back(self):
        wall = FakeTime()
        time = VirtualTime(wall)
        time.freeze(at(60))
        assert (wall.frozen, time.read()) == (True, at(60))
        time.unfreeze()
        assert (wall.frozen, time.read()) == (False, START)

    def test_unfreezing_what_it_did_not_freeze_does_nothing(self):
        wall = FakeTime(**FROZEN)
        VirtualTime(wall).unfreeze()
        assert wall.frozen

    def test_a_freeze_hides_by_how_much_it_is_ahead(self, time):
        time.raise_to(at(60))
        time.freeze(START)
        assert time.ahead == 0
        time.unfreeze()
        assert time.ahead == 60 * SECOND


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


@contextlib.contextmanager
def meanwhile(*actions):
    """While the block lasts, each action is done over and over in a thread of its own, and threads take turns often."""
    over = threading.Event()

    def repeat(action):
        while not over.is_set():
            action()

    threads = [threading.Thread(target=repeat, args=(action,)) for action in actions]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)


class Dawdling(WallClock):
    """Lets others have their turn between the look at the clock and what is made of it."""

    def read(self):
        reading = super().read()
        threading.Event().wait(1e-5)
        return reading


def test_the_clock_never_goes_back_under_its_readers_and_deliveries_never_descend():
    app = Application(Dawdling())
    gone_back = []

    def look():
        first, second = app.clock.now(), app.clock.now()
        if second < first:
            gone_back.append(first - second)

    app.publish("tick", repeat_every=1)
    app.backend.listen("delivered", lambda delivery: app.clock.now() if delivery.channel == "default" else None)
    with meanwhile(look, look, look, lambda: app.publish("hi", channel="beside")):
        for _ in range(200):
            app.clock.advance(seconds=1)
    assert gone_back == []
    for channel in ("default", "beside"):
        instants = [at for at, _ in app.deliveries(channel)]
        assert len(instants) > 1
        assert instants == sorted(instants)
    told = [event.at for event in app.backend.timeline]
    assert told == sorted(told)


class TestBeginningAt:
    @pytest.mark.parametrize("seconds", [-100, 100], ids=["earlier", "later"])
    def test_a_time_that_runs_shows_that_instant_and_runs_on(self, seconds):
        wall = FakeTime(**RUNNING)
        time = VirtualTime(wall)
        time.begin_at(at(seconds))
        wall.pass_by(5)
        assert time.read() == at(seconds + 5)
        time.raise_to(at(seconds + 7))
        assert time.read() == at(seconds + 7)

    @pytest.mark.parametrize("kind", [TICKING, FROZEN], ids=["ticking", "frozen"])
    @pytest.mark.parametrize(("seconds", "shown"), [(-100, 0), (100, 100)], ids=["earlier", "later"])
    def test_a_freeze_is_moved_on_and_never_back(self, kind, seconds, shown):
        time = VirtualTime(FakeTime(**kind))
        time.begin_at(at(seconds))
        assert time.read() == at(shown)

    def test_it_is_not_set_back_any_more(self, time):
        assert time.is_fresh
        time.begin_at(at(0))
        assert not time.is_fresh

    @pytest.mark.parametrize(("kind", "frozen"), [(RUNNING, False), (TICKING, False), (FROZEN, True)])
    def test_it_is_known_whether_it_stands(self, kind, frozen):
        assert VirtualTime(FakeTime(**kind)).is_frozen == frozen
