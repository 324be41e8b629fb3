"""Patterns that are searched in one go find what Python's own find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.service.linear_pattern import LONGEST_TEXT, LinearPattern

PATTERNS = [
    "",
    "a",
    "^a",
    "a$",
    r"\Aa\Z",
    "ab|bc|c",
    "a*b",
    "a+?b",
    "a??b",
    "a{2}",
    "a{2,}",
    "a{1,2}b",
    "(ab)*c",
    "(?:a|b)+c",
    "[abc]+",
    "[^ab]",
    "[a-c][^b-c]",
    r"\d+",
    r"\D",
    r"\s",
    r"\S",
    r"\w+\W",
    r"\bab\b",
    r"a\Bb",
    "(a|b)*$",
    "(a*)*b",
    r"[\d\s]a",
    "[^a]",
    ".b",
    "(?P<name>a)b",
    "[.]",
    r"\.",
    "a|",
    "^$",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(
    "text", ["", "a", "b", "ab", "abc", "aab", "bca", "a b", "1 a\n", "ab\n", "\n", "caab", "_a-b."]
)
def test_what_is_found_is_what_python_finds(pattern, text):
    assert LinearPattern(pattern).found_in(text) is (re.search(pattern, text) is not None)


@given(st.from_regex(r"\A([ab]|\.|[ab][*+?]|\([ab]\|[ab]\)[*+]?){1,6}\Z"), st.text("abc\n", max_size=8))
def test_whatever_is_asked_for_is_found_as_python_finds_it(pattern, text):
    assert LinearPattern(pattern).found_in(text) is (re.search(pattern, text) is not None)


def test_a_pattern_on_which_python_would_not_end_ends():
    assert LinearPattern("^(a+)+$").found_in("a" * 1_000 + "b") is False


def test_a_text_that_is_too_long_has_no_match():
    assert LinearPattern("a").found_in("a" * LONGEST_TEXT) is True
    assert LinearPattern("a").found_in("a" * (LONGEST_TEXT + 1)) is False


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("a" * 201, "a pattern has 200 characters at most"),
        ("(", r"'(' is no pattern: missing ), unterminated subpattern at position 0"),
        ("(?i)a", "'(?i)a': a pattern has no flags here"),
        ("(?i:a)", "a pattern has no flags here"),
        ("(?=a)", "a pattern cannot look around or back here (assert)"),
        (r"(a)\1", "a pattern cannot look around or back here (groupref)"),
        ("(a{99}){99}", "the pattern repeats too much"),
    ],
)
def test_what_cannot_be_searched_in_one_go_is_refused(pattern, told):
    with pytest.raises(ValueError) as raised:
        LinearPattern(pattern)
    assert str(raised.value) == told


def test_a_pattern_that_may_be_read_otherwise_one_day_is_read_as_today():
    assert LinearPattern("[[a]").found_in("[")
