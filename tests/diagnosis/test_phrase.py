"""Values, instants, counts and differences, as they are said to people."""

from __future__ import annotations

from unittest.mock import ANY

import pytest

from pytest_backendless_mock.diagnosis.phrase import (
    advance_call,
    differences,
    shown,
    stamped,
    time_of_day,
    times,
)
from pytest_backendless_mock.runtime.instant import parse_instant

MORNING = parse_instant("2030-01-07 08:30")
SECOND, MINUTE, HOUR, DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("hi", "'hi'"),
        ("grüße", "'grüße'"),
        ("\ud800", r"'\ud800'"),
        ("a\x07b", r"'a\x07b'"),
        ({"a": "\ud800"}, r"{'a': '\ud800'}"),
        (None, "None"),
        ("x" * 98, f"'{'x' * 98}'"),
        ("x" * 99, f"'{'x' * 98}…"),
        ([0] * 50, f"[{'0, ' * 32}0,…"),
    ],
    ids=["text", "letters", "surrogate", "bell", "nested", "none", "longest", "longer", "list"],
)
def test_a_payload_is_one_printable_line_of_a_hundred_letters_at_most(data, text):
    assert shown(data) == text
    assert len(shown(data)) <= 100


@pytest.mark.parametrize(("count", "said"), [(0, "never"), (1, "once"), (2, "2 times"), (10, "10 times")])
def test_a_count_is_said_in_words(count, said):
    assert times(count) == said


@pytest.mark.parametrize(
    ("instant", "day", "text"),
    [
        (MORNING, MORNING, "08:30:00"),
        (MORNING, MORNING + 15 * HOUR, "08:30:00"),
        (MORNING, MORNING + 16 * HOUR, "2030-01-07 08:30:00"),
        (MORNING, None, "2030-01-07 08:30:00"),
        (MORNING + 250_000, MORNING, "08:30:00.250"),
        (MORNING + DAY + 1_000, MORNING, "2030-01-08 08:30:00.001"),
    ],
    ids=["same-day", "same-day-late", "next-day", "no-day", "fraction", "next-day-fraction"],
)
def test_an_instant_has_its_date_where_that_is_not_clear(instant, day, text):
    assert time_of_day(instant, day) == text


def test_a_fraction_never_rounds_up_to_a_whole_second():
    assert time_of_day(MORNING + 999_999, MORNING) == "08:30:00.999"


@pytest.mark.parametrize(
    ("duration", "arguments"),
    [
        (30 * MINUTE, "minutes=30"),
        (HOUR, "hours=1"),
        (DAY, "days=1"),
        (DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND, "days=1, hours=2, minutes=3, seconds=4"),
        (1_500_000, "seconds=1.5"),
        (MINUTE, "minutes=1"),
        (MINUTE + 1, "minutes=1, seconds=1"),
        (HOUR - 1, "hours=1"),
        (0, "seconds=0"),
        (250_000, "seconds=0.25"),
    ],
    ids=str,
)
def test_a_duration_is_a_call_of_advance_as_people_write_it(duration, arguments):
    assert advance_call(duration) == f"backendless_mock.clock.advance({arguments})"


@pytest.mark.parametrize("duration", [1, 12_345_612, 59_999_999, 10_000_049, 60_000_001, HOUR + 1], ids=str)
def test_that_call_never_falls_short(duration):
    call = advance_call(duration)
    moved = eval(call.replace("backendless_mock.clock.advance", "__import__('datetime').timedelta"))
    assert round(moved.total_seconds() * SECOND) >= duration


@pytest.mark.parametrize(
    ("expected", "actual", "lines"),
    [
        (1, 1, []),
        (1, 2, ["$ is 2, expected 1"]),
        (ANY, {"a": 1}, []),
        ({"a": ANY}, {"a": 1}, []),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 3}]}}, ["$.a.b[1].c is 3, expected 2"]),
        ({"a": 1}, {}, ["$.a is missing, expected 1"]),
        ({}, {"a": 1}, ["$.a is 1, not expected"]),
        ({"a": 1, "b": 2}, {"b": 3, "c": 4}, ["$.a is missing, expected 1", "$.b is 3, expected 2"]),
        ([1, 2], [1, 3], ["$[1] is 3, expected 2"]),
        ([1], [1, 2], ["$ is [1, 2], expected [1]"]),
        ([], {}, ["$ is {}, expected []"]),
        ("a", None, ["$ is None, expected 'a'"]),
    ],
    ids=[
        "same",
        "values",
        "ANY",
        "ANY-inside",
        "nested",
        "missing",
        "extra",
        "several",
        "items",
        "lengths",
        "kinds",
        "null",
    ],
)
def test_two_payloads_are_compared_field_by_field(expected, actual, lines):
    assert differences(expected, actual)[: len(lines) or None] == lines


@pytest.mark.parametrize(
    ("expected", "actual"),
    [({str(n): 0 for n in range(9)}, {str(n): 1 for n in range(9)}), ([0] * 9, [1] * 9)],
    ids=["object", "list"],
)
def test_of_many_differences_five_are_told(expected, actual):
    assert len(differences(expected, actual)) == 5


STAMPED = {
    "nothing": ([], []),
    "one day": ([(0, "a"), (HOUR, "b")], ["08:30:00  a", "09:30:00  b"]),
    "three days": (
        [(0, "a"), (HOUR, "b"), (DAY, "c"), (DAY + SECOND // 2, "d"), (2 * DAY, "e")],
        [
            "2030-01-07 08:30:00  a",
            "           09:30:00  b",
            "2030-01-08 08:30:00  c",
            "           08:30:00.500  d",
            "2030-01-09 08:30:00  e",
        ],
    ),
    "a clock that went back": (
        [(DAY, "a"), (0, "b"), (DAY, "c")],
        ["2030-01-08 08:30:00  a", "2030-01-07 08:30:00  b", "2030-01-08 08:30:00  c"],
    ),
}


@pytest.mark.parametrize("name", STAMPED)
def test_the_date_stands_where_it_changes(name):
    entries, lines = STAMPED[name]
    assert stamped([(MORNING + later, text) for later, text in entries]) == lines
