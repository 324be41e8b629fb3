"""Problems that fail a test, hints for its reader, and the nearest known name."""

from __future__ import annotations

import pytest

from pytest_backendless_mock import BackendlessMockWarning
from pytest_backendless_mock.service.verdict import Verdict, nearest


def test_problems_are_told_once_in_their_order():
    verdict = Verdict()
    verdict.object_to("one")
    verdict.object_to("two")
    verdict.object_to("one")
    assert verdict.take_problems() == ["one", "two", "one"]
    assert verdict.take_problems() == []


def test_the_same_hint_is_told_once():
    verdict = Verdict()
    verdict.hint_at("one")
    verdict.hint_at("two")
    verdict.hint_at("one")
    assert verdict.take_hints() == ["one", "two"]
    assert verdict.take_hints() == []


def test_a_hint_that_was_told_is_not_told_again():
    verdict = Verdict()
    verdict.hint_at("one")
    verdict.take_hints()
    verdict.hint_at("one")
    verdict.hint_at("two")
    assert verdict.take_hints() == ["two"]


def test_problems_and_hints_are_apart():
    verdict = Verdict()
    verdict.object_to("problem")
    verdict.hint_at("hint")
    assert (verdict.take_hints(), verdict.take_problems()) == (["hint"], ["problem"])


def test_the_warning_is_a_user_warning():
    assert issubclass(BackendlessMockWarning, UserWarning)


KNOWN = ("message", "publisherId", "headers", "publishAt", "repeatEvery", "repeatExpiresAt")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("releatEvery", "repeatEvery"),
        ("repeatevery", "repeatEvery"),
        ("PUBLISHAT", "publishAt"),
        ("publish_at", "publishAt"),
        ("repeatExpireAt", "repeatExpiresAt"),
        ("mesage", "message"),
        ("colour", None),
        ("", None),
        ("x" * 5000, None),
    ],
    ids=["transposed", "lower", "upper", "underscore", "letter-missing", "doubled", "nothing-near", "empty", "long"],
)
def test_the_nearest_known_name_is_found_whatever_its_case(name, meant):
    assert nearest(name, KNOWN) == meant


def test_where_nothing_is_known_nothing_is_near():
    assert nearest("message", ()) is None
