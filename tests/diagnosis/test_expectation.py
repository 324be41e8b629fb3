"""Expectation: when a record is what was expected, and how that is said."""

from __future__ import annotations

import datetime as dt
from unittest.mock import ANY

import pytest
from dirty_equals import IsInt, IsStr

from pytest_backendless_mock import Delivery
from pytest_backendless_mock.diagnosis.expectation import ANYTHING, Expectation

NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)


def delivery(data="hi", **headers):
    return Delivery("message:1", 1, NOW, "news", data, headers, None, None)


@pytest.mark.parametrize(
    ("expected", "data", "matches"),
    [
        (ANYTHING, None, True),
        (ANY, None, True),
        ("hi", "hi", True),
        ("hi", "ho", False),
        ("", "", True),
        ({"a": [1]}, {"a": [1]}, True),
        ({"a": [1]}, {"a": [2]}, False),
        ([1, IsInt(gt=1)], [1, 2], True),
        (IsStr(regex="h."), "hi", True),
        (IsStr, "hi", True),
        (IsStr, 1, False),
        (str, "hi", False),
        (len, "hi", True),
        (len, "", False),
        (lambda data: data.startswith("h"), "hi", True),
        (lambda data: data.startswith("h"), "ho ho"[1:], False),
        (None, "hi", False),
    ],
)
def test_data_is_a_value_an_equality_or_a_callable(expected, data, matches):
    assert Expectation("published", expected, None).matches(delivery(data)) is matches


@pytest.mark.parametrize(
    ("expected", "matches"),
    [
        ({}, True),
        ({"a": 1}, True),
        ({"a": "1", "b": True}, True),
        ({"c": None}, True),
        ({"a": 1.0}, False),
        ({"a": None}, False),
        ({"missing": None}, False),
        ({"a": 1, "missing": "x"}, False),
    ],
    ids=repr,
)
def test_headers_are_a_subset_compared_as_text(expected, matches):
    wanted = Expectation("published", ANYTHING, None, expected)
    assert wanted.matches(delivery(a="1", b="true", c=None)) is matches


@pytest.mark.parametrize(
    ("value", "matches"),
    [(None, True), (NOW, True), ("2030-01-07 08:30", True), ("2030-01-07T09:30:00+01:00", True), ("2030-01-08", False)],
    ids=repr,
)
def test_a_moment_is_the_same_instant(value, matches):
    wanted = Expectation("delivered", ANYTHING, None)
    wanted.expect_moment("at", value)
    assert wanted.matches(delivery()) is matches


@pytest.mark.parametrize(
    ("value", "matches"),
    [(None, True), (1, True), (1.0, True), (dt.timedelta(seconds=1), True), (2, False)],
    ids=repr,
)
def test_seconds_are_a_number_or_a_timedelta(value, matches):
    wanted = Expectation("delivered", ANYTHING, None)
    wanted.expect_seconds("number", value)
    assert wanted.matches(delivery()) is matches


@pytest.mark.parametrize(
    ("times", "found", "counts"),
    [(None, 0, False), (None, 1, True), (None, 9, True), (0, 0, True), (0, 1, False), (2, 2, True), (2, 3, False)],
)
def test_times_is_exact_and_none_is_at_least_once(times, found, counts):
    assert Expectation("published", ANYTHING, times).counts(found) is counts


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (Expectation("published", ANYTHING, None), "anything to be published at least once"),
        (Expectation("delivered", "hi", 0), "'hi' never to be delivered"),
        (Expectation("retrieved", {"a": 1}, 1), "{'a': 1} to be retrieved once"),
        (Expectation("published", ANY, 5, {"a": 1.5}), "<ANY> with headers {'a': '1.5'} to be published 5 times"),
    ],
    ids=["anything", "never", "once", "headers"],
)
def test_it_is_said_in_a_phrase(wanted, text):
    assert str(wanted) == text
