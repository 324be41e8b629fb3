"""LIKE: what its characters stand for, how they are made plain, and that no text makes it slow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.messaging.pattern import like, starred


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
    assert like(pattern).matches(text) is alike


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
    assert like(pattern, escape).matches(text) is alike


@pytest.mark.parametrize("escape", ["", "ab", "!!"])
def test_an_escape_is_one_character(escape):
    with pytest.raises(ValueError, match=r"^ESCAPE takes one character, not '") as caught:
        like("a", escape)
    assert str(caught.value) == f"ESCAPE takes one character, not {escape!r}"


@pytest.mark.parametrize("pattern", ["!a", "a!", "!", "!!!", "!%!x"])
def test_an_escape_stands_before_a_special_character_only(pattern):
    with pytest.raises(ValueError, match=r"^the escape character '!' stands before '%', '_' or itself only$"):
        like(pattern, "!")


@pytest.mark.parametrize(
    ("pattern", "text", "alike"),
    [
        ("", "", True),
        ("", "/", False),
        ("*", "", True),
        ("*", "/data/Orders", True),
        ("/data/*", "/data/", True),
        ("/data/*", "/data/Orders/1", True),
        ("/data/*", "/files/data/", False),
        ("/data/*/1", "/data/Orders/1", True),
        ("/data/*/1", "/data/1", False),
        ("/data/**", "/data/a", True),
        ("*/*/*", "a/b/c", True),
        ("*/*/*", "a/b", False),
        ("a*b*a", "aba", True),
        ("a*b*a", "aa", False),
        ("a*a", "a", False),
        ("a.c", "abc", False),
        ("a_c%", "a_c%", True),
        ("a_c%", "abcd", False),
        ("a*", "a\nb", True),
    ],
)
def test_a_star_is_any_text_and_nothing_else_is_a_wildcard(pattern, text, alike):
    assert starred(pattern).matches(text) is alike


@given(st.text("ab%_", max_size=8), st.text("ab", max_size=12))
def test_like_says_what_trying_every_way_says(pattern, text):
    def tried(pattern, text):
        if not pattern:
            return not text
        if pattern[0] == "%":
            return any(tried(pattern[1:], text[at:]) for at in range(len(text) + 1))
        return bool(text) and pattern[0] in ("_", text[0]) and tried(pattern[1:], text[1:])

    assert like(pattern).matches(text) is tried(pattern, text)


class Counted(str):
    """Text that counts how often something is looked for in it, and adds up how far the looks can go."""

    __slots__ = ("looks",)

    def __init__(self, _):
        self.looks = 0

    def find(self, part, begin, end):
        self.looks += 1
        return super().find(part, begin, end)


def test_c8_each_run_of_a_pattern_is_looked_for_once():
    text = Counted("a" * 300)
    assert like("%a" * 50 + "%b").matches(text) is False  # its end is not there
    assert text.looks == 0
    assert like("%a" * 50 + "%b%").matches(text) is False
    assert text.looks == 51
    assert like("%aa" * 100 + "%b%a").matches(text) is False
    assert text.looks == 51 + 101


@pytest.mark.parametrize(
    ("unit", "times"),
    [
        pytest.param("%a", 4_000, id="many-stars"),
        pytest.param("%a_", 2_700, id="many-runs-with-any"),
        pytest.param("%", 16_000, id="only-stars"),
        pytest.param("a", 4_000, id="long-run"),
        pytest.param("a_", 2_000, id="long-run-with-any"),
        pytest.param("%_", 4_000, id="many-any"),
        pytest.param("aaaaaaaaab", 400, id="almost"),
    ],
)
def test_c8_a_pattern_that_would_keep_a_backtracking_matcher_busy_for_ever_comes_to_an_end(unit, times):
    text = (unit if unit.isalpha() else "a") * 8_192
    assert like(f"%{unit * times}c%").matches(text[:8_192]) is False
    assert like(f"%{unit * times}%").matches(text[:8_192]) is True
