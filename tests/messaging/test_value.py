"""Copies of JSON values."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.value import copied


@pytest.mark.parametrize(
    "value", [None, True, 1, 1.5, "text", [], {}, {"a": [1, {"b": []}], "c": {"d": None}}], ids=repr
)
def test_a_copy_is_equal_and_in_the_same_order(value):
    assert copied(value) == value
    assert repr(copied(value)) == repr(value)


def test_a_copy_shares_nothing_that_changes():
    value = {"a": [1, {"b": [2]}], "c": {}}
    copy = copied(value)
    copy["a"][1]["b"].append(3)
    copy["c"]["d"] = 4
    assert value == {"a": [1, {"b": [2]}], "c": {}}


def test_a_copy_needs_no_stack():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    copy, depth = copied(deep), 0
    while copy:
        copy, depth = copy[0], depth + 1
    assert depth == 100_000
