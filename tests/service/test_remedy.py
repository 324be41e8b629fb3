"""What to do about a problem, in the words of each door."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.service.remedy import ALLOW_UNKNOWN_REQUESTS, NEW_APPLICATION, PLACE, Finding, Remedy
from pytest_backendless_mock.service.verdict import Verdict

SAY = Remedy(python="say it", control="POST it", command="type it")


@pytest.mark.parametrize(("door", "said"), [("python", "say it"), ("control", "POST it"), ("command", "type it")])
def test_each_door_is_told_in_its_own_words(door, said):
    assert Finding(f"No: {PLACE}, please", (SAY,)).say(door) == f"No: {said}, please"


def test_what_a_client_sent_is_escaped_but_for_the_ends_of_lines():
    assert Finding(f"what a client sent: {PLACE}\x1b[2J\r\n  a place").say() == (
        "what a client sent: \\x00\\x1b[2J\\r\n  a place"
    )


def test_remedies_take_the_last_places_since_what_was_sent_may_hold_anything():
    assert Finding(f"{PLACE}{PLACE}; {PLACE} or {PLACE}", (SAY, SAY)).say() == "\\x00\\x00; say it or say it"


def test_a_verdict_is_told_in_the_words_of_who_asks():
    verdict = Verdict("control")
    verdict.report_problem(f"unknown: {PLACE}", ALLOW_UNKNOWN_REQUESTS)
    verdict.hint(f"other: {PLACE}", NEW_APPLICATION)
    assert verdict.hints() == ['other: POST apps {"appId": …, "apiKeys": …}']
    assert verdict.take_problems() == ['unknown: PATCH rules {"allow_unknown_requests": true}']
    assert verdict.take_hints() == ['other: POST apps {"appId": …, "apiKeys": …}']


def test_a_test_in_python_is_told_in_python():
    verdict = Verdict()
    verdict.hint(f"other: {PLACE}", NEW_APPLICATION)
    assert verdict.take_hints() == ["other: backendless_mock.new_app(app_id=..., api_key=...)"]
