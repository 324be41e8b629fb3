"""A time that nobody but one mock freezes."""

from __future__ import annotations

import pytest
from fake_time import SECOND, START, FakeTime

from pytest_backendless_mock.runtime.own_time import OwnTime
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.runtime.wall_clock import Reading


def test_it_is_the_real_time_until_it_is_frozen():
    wall = FakeTime()
    time = OwnTime(wall)
    assert time.read() == Reading(START)
    assert time.move(START + SECOND) is False
    undo = time.freeze(START + SECOND)
    wall.pass_by(5)
    assert time.read() == Reading(START + SECOND, frozen=True, running=False, beside=START + 5 * SECOND)
    assert time.move(START + 2 * SECOND) is time.move(START) is True
    assert time.read().instant == START + 2 * SECOND
    undo()
    assert time.read() == Reading(START + 5 * SECOND)
    assert time.is_led() is False


def test_it_is_frozen_once():
    time = OwnTime(FakeTime())
    time.freeze(START)
    with pytest.raises(RuntimeError, match="the clock stands already, at 2030-01-07 08:30:00Z"):
        time.freeze(START)


def test_it_says_how_far_it_is_ahead_of_the_clients_frozen_or_not():
    wall = FakeTime()
    time = VirtualTime(OwnTime(wall))
    assert (time.ahead, time.is_frozen) == (0, False)
    time.raise_to(START + SECOND)
    assert time.ahead == SECOND
    time.freeze(START + 10 * SECOND)
    wall.pass_by(3)
    assert (time.ahead, time.is_frozen) == (7 * SECOND, True)


@pytest.mark.parametrize("moved", [0, 60])
def test_it_goes_on_from_where_it_stands(moved):
    wall = FakeTime()
    time = VirtualTime(OwnTime(wall))
    time.raise_to(START + moved * SECOND)
    time.freeze(START + 10 * SECOND)
    wall.pass_by(3)
    time.resume()
    assert time.read() == START + 10 * SECOND
    wall.pass_by(2)
    assert time.read() == START + 12 * SECOND
