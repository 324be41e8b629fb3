"""LIKE: what its characters stand for, how they are made plain, and that no text makes it slow."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.selector.pattern import Pattern


@pytest.mark.parametrize(
    ("pattern", "text", "alike"),
    [
        ("", "", True),
        ("", "a", False),
        ("a", "a", True),
        ("a", "A", False),
        ("a", "", False),
        ("a", "ab", False),
        ("ab", "a", False),
        ("_", "a", True),
        ("_", "", False),
        ("_", "ab", False),
        ("__", "ab", True),
        ("a_c", "abc", True),
        ("a_c", "ac", False),
        ("%", "", True),
        ("%", "abc", True),
        ("%%", "", True),
        ("%%%", "abc", True),
        ("a%", "a", True),
        ("a%", "abc", True),
        ("a%", "ba", False),
        ("%c", "abc", True),
        ("%c", "c", True),
        ("%c", "cb", False),
        ("%b%", "abc", True),
        ("%b%", "ac", False),
        ("a%c", "ac", True),
        ("a%c", "abcbc", True),
        ("a%c", "abcb", False),
        ("%_", "", False),
        ("%_", "a", True),
        ("_%_", "a", False),
        ("_%_", "ab", True),
        ("%ab%ab", "abab", True),
        ("%ab%ab", "aabb", False),
        ("%ab%ab", "ab", False),
        ("a%a", "a", False),
        ("%aab", "aaab", True),
        ("%a_b%c", "aaxbbcc", True),
        ("a.c", "abc", False),
        ("[a]*\\d", "[a]*\\d", True),
        ("[a]", "a", False),
        ("\\%", "\\anything", True),
        ("_", "\n", True),
        ("a%b", "a\n\r\nb", True),
        ("_", "🎈", True),
        ("%ß", "Straß", True),
        ("\x00%", "\x00a", True),
    ],
)
def test_a_percent_sign_is_any_text_and_an_underscore_any_character(pattern, text, alike):
    assert Pattern(pattern).matches(text) is alike


@pytest.mark.parametrize(
    ("pattern", "escape", "text", "alike"),
    [
        ("50!%", "!", "50%", True),
        ("50!%", "!", "50x", False),
        ("50!%%", "!", "50%x", True),
        ("a!_b", "!", "a_b", True),
        ("a!_b", "!", "axb", False),
        ("a!!b", "!", "a!b", True),
        ("a!!%", "!", "a!x", True),
        ("!%!%", "!", "%%", True),
        ("!%!%", "!", "ab", False),
        ("!%!%", "!", "%", False),
        ("a\\%", "\\", "a%", True),
        ("%%a", "%", "%a", True),
        ("%%a", "%", "xa", False),
        ("%_a", "%", "_a", True),
        ("__a", "_", "_a", True),
        ("__a", "_", "xa", False),
        ("🎈%", "🎈", "%", True),
        ("plain", "!", "plain", True),
    ],
)
def test_an_escape_makes_the_next_character_plain(pattern, escape, text, alike):
    assert Pattern(pattern, escape).matches(text) is alike


@pytest.mark.parametrize("escape", ["", "ab", "!!"])
def test_an_escape_is_one_character(escape):
    with pytest.raises(ValueError, match=r"^ESCAPE takes one character, not '") as caught:
        Pattern("a", escape)
    assert str(caught.value) == f"ESCAPE takes one character, not {escape!r}"


@pytest.mark.parametrize("pattern", ["!a", "a!", "!", "!!!", "!%!x"])
def test_an_escape_stands_before_a_special_character_only(pattern):
    with pytest.raises(ValueError, match=r"^the escape character '!' stands before '%', '_' or itself only$"):
        Pattern(pattern, "!")


class Counted(str):
    """Text that counts how often its characters are looked at."""

    __slots__ = ("looks",)

    def __getitem__(self, place):
        self.looks = getattr(self, "looks", 0) + 1
        return super().__getitem__(place)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param("%a" * 50 + "%b", "a" * 300, id="many-stars"),
        pytest.param("%" * 100 + "b", "a" * 300, id="only-stars"),
        pytest.param("%" + "a" * 100 + "b", "a" * 300, id="long-tail"),
        pytest.param("%_" * 50 + "b", "a" * 300, id="many-any"),
        pytest.param("%" + "ab" * 50 + "c", "ab" * 150, id="almost"),
    ],
)
def test_c8_like_looks_at_each_character_once_per_part_of_the_pattern_at_most(pattern, text):
    counted = Counted(text)
    assert Pattern(pattern).matches(counted) is False
    assert 0 < counted.looks <= len(pattern) * len(text)


def test_c8_a_pattern_that_would_keep_a_backtracking_regex_busy_for_ever_comes_to_an_end():
    assert Pattern("%a" * 100).matches("a" * 2_000) is True
    assert Pattern("%a" * 100 + "b").matches("a" * 2_000) is False
