"""Any condition, any headers: SQLite says the same, printing loses nothing, and no text breaks the parser."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_backendless_mock import Selector, SelectorError

NUMBERS = ("m", "n", "number.of")
"""Headers that hold numbers, or are missing."""
TEXTS = ("s", "t", "a-b")
"""Headers that hold text that is no number, or are missing. No two names are equal ignoring case."""
LETTERS = "aAbz%_!'é "
COMPARISONS = st.sampled_from(["=", "<>", "!=", "<", "<=", ">", ">="])
NEGATION = st.sampled_from(["", "NOT "])


def quoted(name):
    return name if name.isidentifier() else f'"{name}"'


def text_literal(text):
    return "'" + text.replace("'", "''") + "'"


amounts = st.one_of(st.integers(-20, 20), st.sampled_from([0.5, -2.25, 1e3, 1e-3, 1e15]))
words = st.text(LETTERS, max_size=4)
number_names = st.sampled_from(NUMBERS).map(quoted)
text_names = st.sampled_from(TEXTS).map(quoted)
literals = amounts.map(lambda amount: repr(float(abs(amount))))
number_leaves = st.one_of(literals, number_names)


def joined(*parts):
    return st.tuples(*parts).map("".join)


def arithmetic(inner):
    signs = st.sampled_from([" + ", " - ", " * ", " / "])
    return st.one_of(
        joined(inner, signs, inner),
        joined(st.just("("), inner, signs, inner, st.just(")")),
        joined(st.sampled_from(["- ", "+ "]), st.just("("), inner, st.just(")")),
    )


sums = st.recursive(number_leaves, arithmetic, max_leaves=4)
plain_texts = st.one_of(words.map(text_literal), text_names)
patterns = st.one_of(
    words.map(text_literal),
    st.text("aA%_", max_size=4).map(lambda text: text_literal(text.replace("_", "!_")) + " ESCAPE '!'"),
)


def comparing(values):
    listed = st.lists(st.one_of(values, st.just("NULL")), min_size=1, max_size=3).map(", ".join)
    return st.one_of(
        joined(values, st.just(" "), COMPARISONS, st.just(" "), values),
        joined(values, st.just(" "), NEGATION, st.just("IN ("), listed, st.just(")")),
        joined(values, st.just(" "), NEGATION, st.just("BETWEEN "), values, st.just(" AND "), values),
        joined(values, st.just(" IS "), NEGATION, st.just("NULL")),
    )


# A sum with a number in it: two bare headers would be compared as text (C8), which SQLite cannot know.
predicates = st.one_of(
    comparing(st.one_of(sums.map("0 + ({})".format), literals)),
    comparing(plain_texts),
    joined(plain_texts, st.just(" "), NEGATION, st.just("LIKE "), patterns),
)


def joining(inner):
    return st.one_of(
        joined(inner, st.sampled_from([" AND ", " OR ", " and ", " or "]), inner),
        joined(st.just("NOT "), inner),
        joined(st.just("("), inner, st.just(")")),
    )


conditions = st.recursive(predicates, joining, max_leaves=8)
headers = st.fixed_dictionaries(
    {},
    optional={**dict.fromkeys(NUMBERS, amounts), **dict.fromkeys(TEXTS, words)},
)


@pytest.fixture(scope="module")
def sqlite():
    with sqlite3.connect(":memory:") as connection:
        connection.execute("PRAGMA case_sensitive_like = ON")
        yield connection
    connection.close()


def asked_of(connection, condition, values):
    """SQLite's truth: numbers are REAL, a missing header is NULL."""
    columns = ", ".join(f'? AS "{name}"' for name in NUMBERS + TEXTS)
    bound = [values.get(name) for name in NUMBERS + TEXTS]
    bound = [float(value) if isinstance(value, int) else value for value in bound]
    ((found,),) = connection.execute(f"SELECT ({condition}) FROM (SELECT {columns})", bound)
    return None if found is None else bool(found)


class TestOracle:
    @settings(max_examples=400, deadline=None)
    @given(condition=conditions, values=headers)
    def test_sqlite_says_the_same(self, sqlite, condition, values):
        expected = asked_of(sqlite, condition, values)
        selector = Selector(condition)
        texts = {name: str(value) for name, value in values.items()}
        assert selector.truth(texts) is expected
        assert selector.matches(values) is (expected is True)
        assert (selector.reasons(values) == []) is (expected is True)

    @pytest.mark.parametrize("truth", [True, False, None])
    def test_every_truth_is_among_what_is_compared(self, sqlite, truth):
        values = {} if truth is None else {"m": 1 if truth else 2}
        assert asked_of(sqlite, "m = 1.0", values) is truth


names = st.one_of(
    st.sampled_from(
        ["a", "a.b", "and", "NULL", "lIke", "a-b", 'a"b', "a`b", "", " ", "ß", "1a", "li\u212ae", "\u0131n"]
    ),
    st.text(max_size=5),
)
any_values = st.one_of(
    names.map(lambda name: '"' + name.replace('"', '""') + '"'),
    names.map(lambda name: "`" + name.replace("`", "``") + "`"),
    st.text(max_size=5).map(text_literal),
    st.floats(min_value=0, allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["TRUE", "false", "Null"]),
)


@settings(max_examples=400, deadline=None)
@given(
    st.recursive(
        st.one_of(conditions, joined(any_values, st.sampled_from([" = ", " <> ", "<"]), any_values), any_values),
        joining,
        max_leaves=6,
    )
)
def test_what_is_printed_is_read_as_the_same_and_printed_the_same(text):
    try:
        selector = Selector(text)
    except SelectorError:
        return  # types that do not go together
    again = Selector(str(selector))
    assert again == selector
    assert hash(again) == hash(selector)
    assert str(again) == str(selector)


TOKENS = st.sampled_from(
    [
        *(
            "a",
            "b.c",
            '"',
            "'",
            "`",
            "(",
            ")",
            ",",
            "=",
            "<",
            ">",
            "!",
            "!=",
            "+",
            "-",
            "*",
            "/",
            "%",
            "_",
            "1",
            ".",
            "e9",
        ),
        *("AND", "OR", "NOT", "LIKE", "ESCAPE", "IN", "BETWEEN", "IS", "NULL", "TRUE", "FALSE", "'x'", '"q"', "''"),
        *(" ", "\n", "\x00", "\ud800", "\u0130", "\u212a", "é", "--", "/*", ";", "\\", "1e999", "::", "||"),
    ]
)


def accepted_or_refused(text):
    try:
        selector = Selector(text)
    except SelectorError as error:
        problem, shown, caret = str(error).rsplit("\n", 2)
        assert problem
        assert shown.startswith("  ")
        assert caret.strip() == "^"
        assert len(caret) <= len(shown) + 1
        return
    assert selector.matches({"a": "1", "b": "x"}) is (selector.reasons({"a": "1", "b": "x"}) == [])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=40), st.binary(max_size=40).map(lambda raw: raw.decode("utf-8", "surrogateescape"))))
def test_any_text_is_a_selector_or_a_selector_error(text):
    accepted_or_refused(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(TOKENS, max_size=16), st.sampled_from(["", " "]))
def test_any_row_of_tokens_is_a_selector_or_a_selector_error(tokens, between):
    accepted_or_refused(between.join(tokens))


@settings(max_examples=400, deadline=None)
@given(conditions, st.data())
def test_a_selector_with_a_piece_changed_is_a_selector_or_a_selector_error(text, data):
    begin = data.draw(st.integers(0, len(text)), label="begin")
    end = data.draw(st.integers(begin, min(len(text), begin + 6)), label="end")
    piece = data.draw(st.one_of(st.just(""), TOKENS, st.text(max_size=3)), label="piece")
    accepted_or_refused(text[:begin] + piece + text[end:])
