"""When a message is due: the judgement of dates and the occurrences they make."""

from __future__ import annotations

import math

import pytest
from core_support import START, YEAR_10000, at, date

from pytest_backendless_mock.messaging.errors import InvalidExpirationDate, InvalidPublishDate
from pytest_backendless_mock.messaging.options import DeliveryOptions
from pytest_backendless_mock.messaging.schedule import Schedule, plan

LAST_MILLISECOND = 253_402_300_799_999
LAST_MICROSECOND = 253_402_300_799_999_999

NO_DATES = [
    pytest.param(math.nan, id="not a number"),
    pytest.param(math.inf, id="infinite"),
    pytest.param(-math.inf, id="minus infinite"),
    pytest.param(-1, id="negative"),
    pytest.param(-0.5, id="negative fraction"),
    pytest.param(YEAR_10000, id="year 10000"),
    pytest.param(float(YEAR_10000), id="year 10000, a float"),
    pytest.param(10**400, id="400 digits"),
]
NOT_GIVEN = [pytest.param(None, id="absent"), pytest.param(0, id="0"), pytest.param(0.0, id="0.0")]


def planned(now=START, tolerance=1_000_000, **options):
    return plan(DeliveryOptions(**options), now, tolerance=tolerance)


@pytest.mark.parametrize("absent", NOT_GIVEN)
def test_t1_without_publish_at_the_message_is_due_now(absent):
    assert planned(publish_at=absent) == Schedule(1_894_005_000_000_000, None, None)


@pytest.mark.parametrize(
    ("publish_at", "first"),
    [
        pytest.param(1_894_005_005_000, 1_894_005_005_000_000, id="whole milliseconds"),
        pytest.param(1_894_005_005_000.25, 1_894_005_005_000_250, id="a fraction"),
        pytest.param(1_894_005_000_000, 1_894_005_000_000_000, id="exactly now"),
        pytest.param(LAST_MILLISECOND, 253_402_300_799_999_000, id="the last millisecond of 9999"),
    ],
)
def test_t1_publish_at_is_milliseconds_since_the_epoch(publish_at, first):
    assert planned(publish_at=publish_at).first == first


@pytest.mark.parametrize("value", NO_DATES)
def test_t1_what_is_no_date_is_refused_as_publish_date(value):
    with pytest.raises(InvalidPublishDate) as caught:
        planned(publish_at=value)
    assert caught.value.detail == "publishAt is a number of milliseconds from 0 to the year 9999"


@pytest.mark.parametrize("late", [0.001, 0.5, 1])
def test_t1_a_little_late_counts_as_now(late):
    assert planned(publish_at=date(-late)).first == START


@pytest.mark.parametrize(
    ("publish_at", "detail"),
    [
        pytest.param(1_894_004_998_999, "publishAt is 1.001 s before now", id="a millisecond past the tolerance"),
        pytest.param(1_894_004_990_000, "publishAt is 10 s before now", id="ten seconds ago"),
    ],
)
def test_t1_later_than_the_tolerance_is_refused(publish_at, detail):
    with pytest.raises(InvalidPublishDate) as caught:
        planned(publish_at=publish_at)
    assert caught.value.detail == detail


def test_t1_the_tolerance_is_a_switch():
    assert planned(publish_at=date(-3600), tolerance=3_600_000_000).first == START
    with pytest.raises(InvalidPublishDate):
        planned(publish_at=date(-0.001), tolerance=0)


@pytest.mark.parametrize("absent", NOT_GIVEN)
def test_t2_without_expiry_a_message_repeats_for_ever(absent):
    assert planned(repeat_every=60, repeat_expires_at=absent) == Schedule(START, 60_000_000, None)


@pytest.mark.parametrize("repeat_every", [None, 60])
@pytest.mark.parametrize("value", NO_DATES)
def test_t2_what_is_no_date_is_refused_as_expiry_with_and_without_repetition(value, repeat_every):
    with pytest.raises(InvalidExpirationDate) as caught:
        planned(repeat_expires_at=value, repeat_every=repeat_every)
    assert caught.value.detail == "repeatExpiresAt is a number of milliseconds from 0 to the year 9999"


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        pytest.param({"repeat_expires_at": date(0)}, True, id="now"),
        pytest.param({"repeat_expires_at": date(-0.5)}, True, id="past, inside the tolerance of the other date"),
        pytest.param({"repeat_expires_at": date(0.001)}, False, id="a millisecond from now"),
        pytest.param({"publish_at": date(60), "repeat_expires_at": date(60)}, True, id="the first occurrence"),
        pytest.param({"publish_at": date(60), "repeat_expires_at": date(30)}, True, id="before the first occurrence"),
        pytest.param({"publish_at": date(60), "repeat_expires_at": date(60.001)}, False, id="right after the first"),
        pytest.param({"publish_at": date(-1), "repeat_expires_at": date(-0.5)}, True, id="after a late publish_at"),
    ],
)
@pytest.mark.parametrize("repeat_every", [None, 60])
def test_t2_the_expiry_lies_after_the_first_occurrence(options, refused, repeat_every):
    if refused:
        with pytest.raises(InvalidExpirationDate, match="before the first occurrence"):
            planned(**options, repeat_every=repeat_every)
    else:
        assert planned(**options, repeat_every=repeat_every).due(1) is not None


def test_t2_without_repetition_the_expiry_has_no_effect():
    assert planned(repeat_expires_at=date(60)) == Schedule(START, None, None)


@pytest.mark.parametrize("publish_at", [-1, math.nan, date(-60)])
@pytest.mark.parametrize("repeat_expires_at", [-1, math.nan, date(-60)])
def test_t3_of_two_wrong_dates_the_publish_date_is_named(publish_at, repeat_expires_at):
    with pytest.raises(InvalidPublishDate):
        planned(publish_at=publish_at, repeat_expires_at=repeat_expires_at)


@pytest.mark.parametrize(
    ("repeat_every", "every"),
    [
        pytest.param(None, None, id="absent"),
        pytest.param(0, None, id="0"),
        pytest.param(0.0, None, id="0.0"),
        pytest.param(0.001, 1_000, id="the shortest"),
        pytest.param(1, 1_000_000, id="1 s"),
        pytest.param(0.0015, 1_500, id="a fraction of a millisecond"),
        pytest.param(1 / 3, 333_333, id="a third is cut to microseconds"),
        pytest.param(86_400, 86_400_000_000, id="a day"),
    ],
)
def test_t4_the_period_is_seconds(repeat_every, every):
    assert planned(repeat_every=repeat_every).every == every


@pytest.mark.parametrize("longest", [1e308, 10**308])
def test_t4_a_period_beyond_all_time_means_one_occurrence(longest):
    schedule = planned(repeat_every=longest)
    assert (schedule.due(1), schedule.due(2)) == (START, None)


def test_t4_nothing_occurs_after_the_year_9999():
    schedule = Schedule(LAST_MICROSECOND - 10, 5)
    assert [schedule.due(number) for number in (1, 2, 3, 4)] == [
        253_402_300_799_999_989,
        253_402_300_799_999_994,
        253_402_300_799_999_999,
        None,
    ]
    assert schedule.count(LAST_MICROSECOND + 1_000) == 3


def test_t5_the_first_occurrence_is_at_the_publish_date_and_the_others_follow():
    schedule = planned(publish_at=date(60), repeat_every=30)
    assert [schedule.due(number) for number in (1, 2, 3)] == [at(60), at(90), at(120)]


@pytest.mark.parametrize(
    ("until", "instants"),
    [
        pytest.param(20.001, [at(0), at(10), at(20), None], id="a moment after the third"),
        pytest.param(20, [at(0), at(10), None, None], id="exactly at the third"),
        pytest.param(0.001, [at(0), None, None, None], id="right after the first"),
    ],
)
def test_t5_occurrences_lie_strictly_before_the_expiry(until, instants):
    schedule = planned(repeat_every=10, repeat_expires_at=date(until))
    assert [schedule.due(number) for number in (1, 2, 3, 4)] == instants


def test_t5_a_message_that_does_not_repeat_is_due_once():
    schedule = planned(publish_at=date(60))
    assert (schedule.due(1), schedule.due(2)) == (at(60), None)


ONCE = Schedule(100)
FOR_EVER = Schedule(100, 10)
ENDING = Schedule(100, 10, 121)
ENDING_ON_THE_BEAT = Schedule(100, 10, 120)


@pytest.mark.parametrize(
    ("schedule", "until", "count"),
    [
        pytest.param(ONCE, 99, 0, id="once, before"),
        pytest.param(ONCE, 100, 1, id="once, exactly then"),
        pytest.param(ONCE, 10_000, 1, id="once, long after"),
        pytest.param(FOR_EVER, 99, 0, id="repeating, before"),
        pytest.param(FOR_EVER, 100, 1, id="repeating, exactly at the first"),
        pytest.param(FOR_EVER, 109, 1, id="repeating, just before the second"),
        pytest.param(FOR_EVER, 110, 2, id="repeating, exactly at the second"),
        pytest.param(FOR_EVER, 10_100, 1_001, id="repeating, long after"),
        pytest.param(ENDING, 120, 3, id="ending, at the last"),
        pytest.param(ENDING, 10_000, 3, id="ending, long after"),
        pytest.param(ENDING_ON_THE_BEAT, 10_000, 2, id="what is due at the expiry does not count"),
    ],
)
def test_counts_the_occurrences_up_to_an_instant_and_including_it(schedule, until, count):
    assert schedule.count(until) == count
