"""Text from outside, as it may be printed."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.text import escaped, shortened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("grüße 🎈 'a' \\n", "grüße 🎈 'a' \\n"),
        ("a\nb", "a\\nb"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\0\t\r\x7f\x85", "\\x00\\t\\r\\x7f\\x85"),
        ("\u2028\u202e\ufeff", "\\u2028\\u202e\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
    ],
    ids=["empty", "plain", "line", "colour", "controls", "format", "surrogate", "tag"],
)
def test_what_does_not_print_is_escaped(text, shown):
    assert escaped(text) == shown


def test_some_characters_may_be_kept():
    assert escaped("a\n\tb\x1b", keep="\n") == "a\n\\tb\\x1b"


@pytest.mark.parametrize(("text", "width", "short"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("", 1, "")])
def test_a_text_that_is_too_long_ends_in_dots(text, width, short):
    assert shortened(text, width) == short
