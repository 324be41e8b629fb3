"""Instants, durations and records, between JSON and the mock."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.control import codec
from pytest_backendless_mock.control.problem import Problem

START = 1_894_005_000_000_000


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("9" * 15, 10**15 - 1),
        ("9" * 16, None),
        ("9" * 5_000, None),
        ("-1", None),
        ("1.5", None),
        ("1\n", None),
        ("²", None),
        ("٣", None),
        ("", None),
    ],
)
def test_a_count_is_a_whole_number_that_something_can_be_counted_to(given, number):
    assert codec.read_count(given) == number


@pytest.mark.parametrize(
    ("given", "microseconds"),
    [
        ("2030-01-07T08:30:00Z", START),
        ("2030-01-07 08:30", START),
        ("2030-01-07T09:30:00+01:00", START),
        (1_894_005_000_000, START),
        (1_894_005_000_000.5, START + 500),
        (0, 0),
    ],
)
def test_an_instant_is_iso_text_or_milliseconds(given, microseconds):
    assert codec.read_instant(given, "$.at") == microseconds


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            "tomorrow",
            "$.at: 'tomorrow' is no instant: say ISO 8601 such as 2030-01-07T08:30:00Z, or milliseconds since 1970",
        ),
        ("1969-12-31T00:00:00Z", "$.at: '1969-12-31T00:00:00Z' is not between 1970 and the end of the year 9999"),
        (-1, "$.at: -1 is not between 1970 and the end of the year 9999"),
        (10**18, "$.at: 1000000000000000000 is not between 1970 and the end of the year 9999"),
    ],
)
def test_what_is_no_instant_is_told_with_its_place(given, told):
    with pytest.raises(Problem) as raised:
        codec.read_instant(given, "$.at")
    assert (raised.value.status, str(raised.value)) == (422, told)


@pytest.mark.parametrize(
    ("given", "microseconds"),
    [
        ("90s", 90_000_000),
        ("5m", 300_000_000),
        ("1h30m", 5_400_000_000),
        ("2d", 172_800_000_000),
        ("1w", 604_800_000_000),
        ("250ms", 250_000),
        ("1.5s", 1_500_000),
        ("90", 90_000_000),
        (90, 90_000_000),
        (0.25, 250_000),
        (1e30, 253_402_300_799_999_999),
    ],
)
def test_a_duration_is_text_with_units_or_seconds(given, microseconds):
    assert codec.read_duration(given, "$.by") == microseconds


@pytest.mark.parametrize("given", ["", "soon", "1h later", "5 m", "h", "1y", "٣s", float("inf")])
def test_what_is_no_duration_is_told_what_one_is(given):
    with pytest.raises(Problem, match=r"is no duration: say 90s, 5m, 1h30m or 2d, or a number of seconds"):
        codec.read_duration(given, "$.by")


def test_a_duration_does_not_go_back():
    with pytest.raises(Problem, match=r"\$\.by: -1 goes back"):
        codec.read_duration(-1, "$.by")


@pytest.mark.parametrize(
    ("instant", "text"), [(START, "2030-01-07T08:30:00Z"), (START + 500, "2030-01-07T08:30:00.000500Z")]
)
def test_an_instant_goes_as_text_that_ends_in_z(instant, text):
    assert codec.write_instant(instant) == text
