"""What the clock knows about itself for the reader of a report: how far it is ahead, and what it went past."""

from __future__ import annotations

import pytest
from fake_time import FakeTime
from freezegun import freeze_time
from mock_support import standing_mock

from pytest_backendless_mock.runtime.clock import Clock
from pytest_backendless_mock.runtime.instant import parse_instant
from pytest_backendless_mock.runtime.virtual_time import VirtualTime

SECOND, HOUR = 1_000_000, 3_600_000_000
MORNING = parse_instant("2030-01-07 08:30")


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
    assert time.jumped_over(MORNING + instant) is over


def test_steps_and_next_are_no_jumps():
    with standing_mock() as mock:
        mock.publish("tick", repeat_every=60)
        for _ in mock.clock.steps(minutes=30):
            pass
        mock.clock.next()
        assert mock._session.time.jumped_over(MORNING + SECOND) is False


def test_each_jump_is_remembered(time, clock):
    clock.advance(seconds=1)
    list(clock.steps(seconds=1))
    clock.advance(seconds=1)
    assert [time.jumped_over(MORNING + second * SECOND) for second in (1, 2, 3, 4)] == [True, False, True, False]
