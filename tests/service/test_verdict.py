"""Problems that fail a test, hints for its reader, and the nearest known name."""

from __future__ import annotations

from pytest_backendless_mock import BackendlessMockWarning
from pytest_backendless_mock.service.verdict import Verdict


def test_problems_are_told_once_in_their_order():
    verdict = Verdict()
    verdict.report_problem("one")
    verdict.report_problem("two")
    verdict.report_problem("one")
    assert verdict.take_problems() == ["one  \N{MULTIPLICATION SIGN}2", "two"]
    assert verdict.take_problems() == []


def test_what_comes_three_thousand_times_is_told_once_with_the_number_on_its_first_line():
    verdict = Verdict()
    for _ in range(3_000):
        verdict.report_problem("the service has no GET /nowhere\nIf this is intended, use so")
    assert verdict.take_problems() == [
        "the service has no GET /nowhere  \N{MULTIPLICATION SIGN}3,000\nIf this is intended, use so"
    ]


def test_the_same_hint_is_told_once():
    verdict = Verdict()
    verdict.hint("one")
    verdict.hint("two")
    verdict.hint("one")
    assert verdict.take_hints() == ["one", "two"]
    assert verdict.take_hints() == []


def test_a_hint_that_was_told_is_not_told_again():
    verdict = Verdict()
    verdict.hint("one")
    verdict.take_hints()
    verdict.hint("one")
    verdict.hint("two")
    assert verdict.take_hints() == ["two"]


def test_of_problems_that_all_differ_fifty_are_told_and_the_number_of_the_others():
    verdict = Verdict()
    for number in range(60):
        verdict.report_problem(f"no message {number}")
        verdict.report_problem("no message 0")
    told = verdict.take_problems()
    assert told[0] == "no message 0  \N{MULTIPLICATION SIGN}61"
    assert told[1:3] == ["no message 1", "no message 2"]
    assert told[49:] == ["no message 49", "… and 10 more"]
    verdict.report_problem("no message 60")
    assert verdict.take_problems() == ["no message 60"]


def test_of_hints_that_all_differ_fifty_are_told():
    verdict = Verdict()
    for number in range(60):
        verdict.hint(f"perhaps {number}")
    assert verdict.take_hints() == [f"perhaps {number}" for number in range(50)]


def test_problems_and_hints_are_apart():
    verdict = Verdict()
    verdict.report_problem("problem")
    verdict.hint("hint")
    assert (verdict.take_hints(), verdict.take_problems()) == (["hint"], ["problem"])


def test_the_warning_is_a_user_warning():
    assert issubclass(BackendlessMockWarning, UserWarning)
