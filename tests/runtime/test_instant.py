"""Instants and durations as people write them."""

from __future__ import annotations

import datetime as dt
import math
import re
import sys

import freezegun.api
import pytest
import time_machine
from core_support import START

from pytest_backendless_mock.runtime.instant import (
    from_datetime,
    parse_duration,
    parse_instant,
    parse_seconds,
    real_datetime,
    show_instant,
    to_datetime,
)

UTC = dt.timezone.utc
TOKYO = dt.timezone(dt.timedelta(hours=9))


@pytest.mark.parametrize(
    ("moment", "instant"),
    [
        pytest.param(dt.datetime(1970, 1, 1, tzinfo=UTC), 0, id="the epoch"),
        pytest.param(dt.datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), -1, id="before the epoch"),
        pytest.param(dt.datetime(2030, 1, 7, 8, 30, tzinfo=UTC), 1_894_005_000_000_000, id="a Monday"),
        pytest.param(dt.datetime(2030, 1, 7, 17, 30, tzinfo=TOKYO), 1_894_005_000_000_000, id="the same in Tokyo"),
        pytest.param(dt.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), 253_402_300_799_999_999, id="the last"),
    ],
)
def test_an_aware_datetime_is_microseconds_since_the_epoch_and_back(moment, instant):
    assert from_datetime(moment) == instant
    assert to_datetime(instant) == moment
    assert to_datetime(instant).tzinfo is UTC


@pytest.mark.parametrize("convert", [from_datetime, parse_instant])
def test_a_naive_datetime_names_no_instant(convert):
    with pytest.raises(ValueError, match=r"^2030-01-07 08:30:00 has no time zone, so it names no instant: pass "):
        convert(dt.datetime(2030, 1, 7, 8, 30))


@pytest.mark.parametrize(
    "text",
    [
        "2030-01-07 08:30",
        "2030-01-07T08:30:00",
        "2030-01-07T08:30:00Z",
        "2030-01-07 08:30z",
        "2030-01-07 08:30:00.000000",
        "2030-01-07 08:30+00:00",
        "2030-01-07T17:30+09:00",
        "2030-01-06T23:30:00-09:00",
    ],
)
def test_text_is_iso_8601_and_utc_unless_it_says_otherwise(text):
    assert parse_instant(text) == START


def test_a_date_alone_is_its_midnight():
    assert parse_instant("1970-01-02") == 86_400_000_000


def test_microseconds_are_kept():
    assert parse_instant("1970-01-01 00:00:00.000001") == 1


@pytest.mark.parametrize("text", ["", "tomorrow", "2030-13-01", "08:30", "2030-01-07 25:00", "Z"])
def test_text_that_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=f"^{text!r} is no ISO 8601 instant such as '2030-01-07 08:30'$"):
        parse_instant(text)


@pytest.mark.parametrize("value", [None, 1_894_005_000, 1.5, dt.date(2030, 1, 7), dt.timedelta(1)])
def test_anything_else_is_no_instant(value):
    with pytest.raises(TypeError, match=r"^an instant is an aware datetime or ISO 8601 text, not "):
        parse_instant(value)


@pytest.mark.parametrize(
    ("delta", "units", "microseconds"),
    [
        pytest.param(dt.timedelta(minutes=5), {}, 300_000_000, id="a timedelta"),
        pytest.param(dt.timedelta(0), {}, 0, id="nothing"),
        pytest.param(None, {"minutes": 5}, 300_000_000, id="a unit"),
        pytest.param(None, {"hours": 1, "minutes": 30, "seconds": 0.5}, 5_400_500_000, id="several units"),
        pytest.param(None, {"milliseconds": 1.5}, 1_500, id="a fraction"),
        pytest.param(None, {"hours": 1, "minutes": -30}, 1_800_000_000, id="a negative unit of a positive duration"),
        pytest.param(None, {"seconds": 0}, 0, id="no seconds"),
    ],
)
def test_a_duration_is_a_timedelta_or_units(delta, units, microseconds):
    assert parse_duration("advance", delta, units) == microseconds


@pytest.mark.parametrize(
    ("delta", "units", "message"),
    [
        pytest.param(60, {}, r"advance(60): of what? Say advance(seconds=60), or pass a timedelta", id="a number"),
        pytest.param(1.5, {}, r"advance(1.5): of what? Say advance(seconds=1.5), or pass a timedelta", id="a fraction"),
        pytest.param(0, {}, r"advance(0): of what? Say advance(seconds=0), or pass a timedelta", id="zero"),
        pytest.param(None, {}, "advance() takes a timedelta or units such as minutes=5, one of the two", id="nothing"),
        pytest.param(
            dt.timedelta(1),
            {"minutes": 5},
            "advance() takes a timedelta or units such as minutes=5, one of the two",
            id="both",
        ),
    ],
)
def test_a_bare_number_or_nothing_is_no_duration(delta, units, message):
    with pytest.raises(TypeError) as caught:
        parse_duration("advance", delta, units)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ({"fortnights": 1}, "advance() has no unit 'fortnights'; it has weeks, days, hours, minutes, seconds, "),
        ({"hours": 1, "seconds": "60"}, "advance() takes numbers of its units, not seconds='60'"),
        ({"seconds": True}, "advance() takes numbers of its units, not seconds=True"),
        ({"seconds": math.nan}, "advance() takes numbers of its units, not seconds=nan"),
    ],
    ids=["unknown", "text", "truth", "nan"],
)
def test_units_are_those_of_timedelta(units, message):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
        parse_duration("advance", None, units)


@pytest.mark.parametrize(
    "units", [{"days": 10**10}, {"weeks": 10**400}, {"seconds": 1e300}], ids=["days", "weeks", "seconds"]
)
def test_a_duration_longer_than_all_is_the_longest(units):
    assert parse_duration("advance", None, units) == dt.timedelta.max // dt.timedelta(microseconds=1)


@pytest.mark.parametrize("units", [{"days": -(10**10)}, {"weeks": -(10**400)}], ids=["days", "weeks"])
def test_a_duration_further_back_than_all_does_not_go_back(units):
    with pytest.raises(ValueError, match="would go back"):
        parse_duration("advance", None, units)


@pytest.mark.parametrize(("delta", "units"), [(dt.timedelta(seconds=-1), {}), (None, {"seconds": -1})])
def test_a_duration_does_not_go_back(delta, units):
    with pytest.raises(ValueError, match=r"^steps\(\) by -1 s would go back: the mock's clock only goes"):
        parse_duration("steps", delta, units)


@pytest.mark.parametrize(("value", "seconds"), [(60, 60), (0.5, 0.5), (dt.timedelta(minutes=2), 120.0), (-1, -1)])
def test_seconds_are_a_number_or_a_timedelta(value, seconds):
    assert parse_seconds("repeat_every", value) == seconds


@pytest.mark.parametrize("value", ["60", None, True, math.nan, math.inf])
def test_anything_else_is_no_number_of_seconds(value):
    with pytest.raises(TypeError, match=f"^repeat_every is a number of seconds or a timedelta, not {value!r}$"):
        parse_seconds("repeat_every", value)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (1_894_005_000_000_000, "2030-01-07 08:30:00Z"),
        (1_894_005_000_500_000, "2030-01-07 08:30:00.500000Z"),
        (0, "1970-01-01 00:00:00Z"),
    ],
)
def test_an_instant_is_shown_with_a_fraction_only_where_there_is_one(instant, text):
    assert show_instant(instant) == text


class TestUnderAFreeze:
    def test_invariant_1_what_comes_out_is_the_plain_class(self):
        with freezegun.freeze_time("2012-01-01"):
            moment = to_datetime(START)
            assert dt.datetime is not freezegun.api.real_datetime
            assert type(moment) is freezegun.api.real_datetime
            assert real_datetime() is freezegun.api.real_datetime

    def test_frozen_datetimes_go_in(self):
        with freezegun.freeze_time("2030-01-07 08:30"):
            assert from_datetime(dt.datetime.now(UTC)) == START
            assert parse_instant(dt.datetime.now(UTC)) == START

    def test_text_and_plain_datetimes_go_in(self):
        moment = dt.datetime(2030, 1, 7, 8, 30, tzinfo=UTC)
        with freezegun.freeze_time("2012-01-01"):
            assert parse_instant(moment) == START
            assert parse_instant("2030-01-07 08:30") == START

    def test_a_naive_frozen_datetime_names_no_instant(self):
        with freezegun.freeze_time("2012-01-01"), pytest.raises(ValueError, match="has no time zone"):
            parse_instant(dt.datetime.now())


def test_a_journey_of_time_machine_changes_no_conversion():
    with time_machine.travel(dt.datetime(2012, 1, 1, tzinfo=UTC), tick=False):
        assert (to_datetime(START).year, parse_instant("2030-01-07 08:30")) == (2030, START)


def test_without_freezegun_datetime_is_its_own_class(monkeypatch):
    monkeypatch.delitem(sys.modules, "freezegun.api")
    assert real_datetime() is dt.datetime
