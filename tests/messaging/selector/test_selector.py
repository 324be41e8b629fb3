"""C8: what a selector says about headers, what it refuses with which words, and how it shows itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pytest_backendless_mock import Selector, SelectorError
from pytest_backendless_mock.messaging.selector.term import Header

TRUE, FALSE, UNKNOWN = True, False, None


def case(selector, headers, truth):
    shown = ", ".join(f"{name}={value}" for name, value in headers.items()) or "none"
    return pytest.param(selector, headers, truth, id=f"{selector} [{shown}] is {truth}")


def says(cases):
    return pytest.mark.parametrize(("selector", "headers", "truth"), [case(*each) for each in cases])


def truth_of(selector, headers):
    found = Selector(selector)
    assert found.matches(headers) is (found.truth(headers) is True)
    assert (found.reasons(headers) == []) is (found.truth(headers) is True)
    return found.truth(headers)


class TestNumbers:
    @says(
        [
            ("a = 10", {"a": "10"}, TRUE),
            ("a = 10", {"a": "11"}, FALSE),
            ("a = 10", {"a": "10.0"}, TRUE),
            ("a = 10", {"a": "1e1"}, TRUE),
            ("a <> 10", {"a": "11"}, TRUE),
            ("a <> 10", {"a": "10"}, FALSE),
            ("a != 10", {"a": "11"}, TRUE),
            ("a != 10", {"a": "10"}, FALSE),
            ("a < 10", {"a": "9"}, TRUE),
            ("a < 10", {"a": "10"}, FALSE),
            ("a <= 10", {"a": "10"}, TRUE),
            ("a <= 10", {"a": "11"}, FALSE),
            ("a > 10", {"a": "11"}, TRUE),
            ("a > 10", {"a": "10"}, FALSE),
            ("a >= 10", {"a": "10"}, TRUE),
            ("a >= 10", {"a": "9"}, FALSE),
            ("10 < a", {"a": "11"}, TRUE),
            ("10 < a", {"a": "9"}, FALSE),
            ("1 < 2", {}, TRUE),
            ("2 < 1", {}, FALSE),
        ]
    )
    def test_c8_a_header_compared_with_a_number_is_a_number(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    def test_c8_five_is_not_more_than_ten_as_it_would_be_as_text(self):
        assert truth_of("a > 10", {"a": "5"}) is FALSE

    @says(
        [
            ("a = 1.5", {"a": "1.5"}, TRUE),
            ("a = .5", {"a": "0.5"}, TRUE),
            ("a = 5.", {"a": "5"}, TRUE),
            ("a = +5", {"a": "5"}, TRUE),
            ("a = -5", {"a": "-5"}, TRUE),
            ("a = - 5", {"a": "-5"}, TRUE),
            ("a = - -5", {"a": "5"}, TRUE),
            ("a = --5", {"a": "5"}, TRUE),
            ("a = 1e3", {"a": "1000"}, TRUE),
            ("a = 1E3", {"a": "1000"}, TRUE),
            ("a = 1.5e+3", {"a": "1500"}, TRUE),
            ("a = 15e-1", {"a": "1.5"}, TRUE),
            ("a = .5e1", {"a": "5"}, TRUE),
            ("a = 007", {"a": "7"}, TRUE),
            ("a = -0", {"a": "0"}, TRUE),
            ("a = 1e-999", {"a": "0"}, TRUE),
        ]
    )
    def test_a_number_has_a_sign_a_fraction_and_an_exponent(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(text, id=repr(text))
            for text in ("7", "+7", "-7", "7.0", "7.25", "7e0", "7E+1", "7e-1", " 7 ", "\t7", "7\r\n", "0", "-0", "0.5")
        ],
    )
    def test_c8_jsons_numbers_with_a_sign_and_blanks_around_are_numbers(self, text):
        assert truth_of("a < 1000", {"a": text}) is TRUE

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(text, id=repr(text))
            for text in (
                *("", " ", "x", "nan", "NaN", "inf", "-inf", "Infinity", "1_000", "1,5", "0x10", "1 000", "7a", "true"),
                *(
                    "007",
                    "-01",
                    ".5",
                    "5.",
                    "1e",
                    "e1",
                    "--7",
                    "+ 7",
                    "\u0663",
                    "\uff17",
                    "\xb2",
                    "\xa07",
                    "\f7",
                    "7\v",
                    "1e999",
                ),
            )
        ],
    )
    def test_c8_anything_else_is_none_and_the_comparison_is_unknown(self, text):
        assert truth_of("a < 1000", {"a": text}) is UNKNOWN
        assert truth_of("NOT a < 1000", {"a": text}) is UNKNOWN

    @says(
        [
            ("a + 1 = 3", {"a": "2"}, TRUE),
            ("a - 1 = 3", {"a": "4"}, TRUE),
            ("a * 2 = 6", {"a": "3"}, TRUE),
            ("a / 2 = 3.5", {"a": "7"}, TRUE),
            ("7 / 2 = 3.5", {}, TRUE),
            ("10 - 3 - 2 = 5", {}, TRUE),
            ("100 / 10 / 5 = 2", {}, TRUE),
            ("1 + 2 * 3 = 7", {}, TRUE),
            ("(1 + 2) * 3 = 9", {}, TRUE),
            ("-2 * -3 = 6", {}, TRUE),
            ("-(1 + 2) = -3", {}, TRUE),
            ("-a = 2", {"a": "-2"}, TRUE),
            ("+a = 2", {"a": "2"}, TRUE),
            ("1-1=0", {}, TRUE),
            ("a-b = 1", {"a": "3", "b": "2"}, TRUE),
            ("a+b = 10", {"a": "1", "b": "9"}, TRUE),
            ("a + 0 < b + 0", {"a": "9", "b": "10"}, TRUE),
            ("a + 0 = b", {"a": "1.0", "b": "1"}, TRUE),
            ("1e308 * 10 > 1e308", {}, TRUE),
        ]
    )
    def test_arithmetic_goes_from_left_to_right_and_products_come_first(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @says(
        [
            ("1 / 0 = 1", {}, UNKNOWN),
            ("1 / 0 <> 1", {}, UNKNOWN),
            ("0 / 0 = 0 / 0", {}, UNKNOWN),
            ("1 / -0 = 1", {}, UNKNOWN),
            ("1 / a = 1", {"a": "0.0"}, UNKNOWN),
            ("1 / a = 1", {"a": "x"}, UNKNOWN),
            ("a / 2 = 1", {}, UNKNOWN),
            ("a + 1 = 1", {"a": "x"}, UNKNOWN),
            ("-a = 1", {}, UNKNOWN),
            ("NULL + 1 = 1", {}, UNKNOWN),
            ("1 / 0 IS NULL", {}, TRUE),
            ("1e308 * 10 - 1e308 * 10 = 0", {}, UNKNOWN),
            ("1e308 * 10 - 1e308 * 10 <> 0", {}, UNKNOWN),
        ]
    )
    def test_c8_division_by_zero_and_what_is_made_of_the_unknown_is_unknown(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth


class TestText:
    @says(
        [
            ("a = 'x'", {"a": "x"}, TRUE),
            ("a = 'x'", {"a": "X"}, FALSE),
            ("a = 'x'", {"a": "x "}, FALSE),
            ("a = '10'", {"a": "10.0"}, FALSE),
            ("a < '9'", {"a": "10"}, TRUE),
            ("a <> 'x'", {"a": "y"}, TRUE),
            ("a >= 'b'", {"a": "b"}, TRUE),
            ("'b' <= a", {"a": "a"}, FALSE),
            ("a = ''", {"a": ""}, TRUE),
            ("a = 'it''s'", {"a": "it's"}, TRUE),
            ("a = ''''", {"a": "'"}, TRUE),
            ("a = ''''''", {"a": "''"}, TRUE),
            ("a = '\"`%_\\'", {"a": '"`%_\\'}, TRUE),
            ("a = 'Ünïcødé 🎈'", {"a": "Ünïcødé 🎈"}, TRUE),
            ("a = 'x\ny'", {"a": "x\ny"}, TRUE),
            ("a='x'", {"a": "x"}, TRUE),
            ("'x' = 'x'", {}, TRUE),
            ("'x' = 'y'", {}, FALSE),
            ("('x') = (a)", {"a": "x"}, TRUE),
        ]
    )
    def test_c8_a_header_compared_with_text_is_text(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @says(
        [
            ("a = b", {"a": "1", "b": "1"}, TRUE),
            ("a = b", {"a": "1", "b": "1.0"}, FALSE),
            ("a < b", {"a": "10", "b": "9"}, TRUE),
            ("a = a", {"a": "x"}, TRUE),
            ("a = b", {"a": "x"}, UNKNOWN),
            ("a = a", {}, UNKNOWN),
        ]
    )
    def test_c8_two_headers_are_compared_as_text(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth


class TestTruths:
    @says(
        [
            ("a = true", {"a": "true"}, TRUE),
            ("a = TRUE", {"a": "false"}, FALSE),
            ("a = False", {"a": "false"}, TRUE),
            ("a <> true", {"a": "false"}, TRUE),
            ("a = true", {"a": "TRUE"}, FALSE),
            ("a = true", {"a": "1"}, FALSE),
            ("a = true", {}, UNKNOWN),
            ("true = a", {"a": "true"}, TRUE),
            ("true = true", {}, TRUE),
            ("true = false", {}, FALSE),
            ("a IN (true, 'x')", {"a": "true"}, TRUE),
        ]
    )
    def test_c8_true_and_false_compare_with_their_words(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @says(
        [
            ("a", {"a": "true"}, TRUE),
            ("a", {"a": "false"}, FALSE),
            ("a", {"a": "True"}, UNKNOWN),
            ("a", {"a": "1"}, UNKNOWN),
            ("a", {}, UNKNOWN),
            ("NOT a", {"a": "false"}, TRUE),
            ("NOT a", {"a": "yes"}, UNKNOWN),
            ("(a)", {"a": "true"}, TRUE),
            ("a AND b", {"a": "true", "b": "true"}, TRUE),
            ("true", {}, TRUE),
            ("false", {}, FALSE),
            ("null", {}, UNKNOWN),
            ("(TRUE)", {}, TRUE),
        ]
    )
    def test_c8_a_bare_header_is_its_own_truth(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @pytest.mark.parametrize(
        ("left", "right", "both", "either"),
        [
            ("TRUE", "TRUE", TRUE, TRUE),
            ("TRUE", "FALSE", FALSE, TRUE),
            ("TRUE", "NULL", UNKNOWN, TRUE),
            ("FALSE", "TRUE", FALSE, TRUE),
            ("FALSE", "FALSE", FALSE, FALSE),
            ("FALSE", "NULL", FALSE, UNKNOWN),
            ("NULL", "TRUE", UNKNOWN, TRUE),
            ("NULL", "FALSE", FALSE, UNKNOWN),
            ("NULL", "NULL", UNKNOWN, UNKNOWN),
        ],
    )
    def test_c8_and_and_or_follow_sqls_truth_tables(self, left, right, both, either):
        assert truth_of(f"{left} AND {right}", {}) is both
        assert truth_of(f"{left} OR {right}", {}) is either

    @pytest.mark.parametrize(("word", "truth"), [("TRUE", FALSE), ("FALSE", TRUE), ("NULL", UNKNOWN)])
    def test_c8_not_follows_sqls_truth_table(self, word, truth):
        assert truth_of(f"NOT {word}", {}) is truth

    @says(
        [
            ("TRUE OR TRUE AND FALSE", {}, TRUE),
            ("(TRUE OR TRUE) AND FALSE", {}, FALSE),
            ("FALSE AND TRUE OR TRUE", {}, TRUE),
            ("FALSE AND (TRUE OR TRUE)", {}, FALSE),
            ("NOT FALSE OR TRUE", {}, TRUE),
            ("NOT (FALSE OR TRUE)", {}, FALSE),
            ("NOT TRUE AND FALSE", {}, FALSE),
            ("NOT (TRUE AND FALSE)", {}, TRUE),
            ("NOT NOT TRUE", {}, TRUE),
            ("NOT a = 1", {"a": "2"}, TRUE),
            ("TRUE AND TRUE AND FALSE", {}, FALSE),
            ("FALSE OR NULL OR TRUE", {}, TRUE),
            ("NULL AND NULL AND FALSE", {}, FALSE),
        ]
    )
    def test_not_binds_closer_than_and_and_and_closer_than_or(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth


class TestPredicates:
    @says(
        [
            ("a IN (1, 2)", {"a": "2.0"}, TRUE),
            ("a IN (1, 2)", {"a": "3"}, FALSE),
            ("a NOT IN (1, 2)", {"a": "3"}, TRUE),
            ("a NOT IN (1, 2)", {"a": "1"}, FALSE),
            ("a IN ('x')", {"a": "x"}, TRUE),
            ("a IN ('1')", {"a": "1.0"}, FALSE),
            ("a IN ('x', 1)", {"a": "1"}, TRUE),
            ("a IN ('x', 1)", {"a": "x"}, TRUE),
            ("a IN ('x', 1)", {"a": "y"}, UNKNOWN),
            ("a IN (1)", {}, UNKNOWN),
            ("a NOT IN (1)", {}, UNKNOWN),
            ("a IN (1, NULL)", {"a": "1"}, TRUE),
            ("a IN (1, NULL)", {"a": "2"}, UNKNOWN),
            ("a NOT IN (1, NULL)", {"a": "1"}, FALSE),
            ("a NOT IN (1, NULL)", {"a": "2"}, UNKNOWN),
            ("a IN (b, c)", {"a": "x", "b": "y", "c": "x"}, TRUE),
            ("2 IN (a, b)", {"a": "1", "b": "2.0"}, TRUE),
            ("'x' IN (a)", {"a": "x"}, TRUE),
            ("a + 1 IN (2 * 2, 5)", {"a": "3"}, TRUE),
            ("a + 1 IN (b, c)", {"a": "3", "b": "7", "c": "4.0"}, TRUE),
            ("NULL IN (NULL)", {}, UNKNOWN),
            ("NOT a IN (1)", {"a": "2"}, TRUE),
        ]
    )
    def test_in_is_an_equality_or_another(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @says(
        [
            ("a BETWEEN 1 AND 3", {"a": "1"}, TRUE),
            ("a BETWEEN 1 AND 3", {"a": "3"}, TRUE),
            ("a BETWEEN 1 AND 3", {"a": "0.9"}, FALSE),
            ("a BETWEEN 1 AND 3", {"a": "3.1"}, FALSE),
            ("a BETWEEN 3 AND 1", {"a": "2"}, FALSE),
            ("a NOT BETWEEN 1 AND 3", {"a": "4"}, TRUE),
            ("a NOT BETWEEN 1 AND 3", {"a": "2"}, FALSE),
            ("a BETWEEN 1 AND 3", {}, UNKNOWN),
            ("a NOT BETWEEN 1 AND 3", {"a": "x"}, UNKNOWN),
            ("a BETWEEN NULL AND 3", {"a": "4"}, FALSE),
            ("a NOT BETWEEN NULL AND 3", {"a": "4"}, TRUE),
            ("a BETWEEN NULL AND 3", {"a": "2"}, UNKNOWN),
            ("a BETWEEN 1 AND NULL", {"a": "0"}, FALSE),
            ("a BETWEEN 'b' AND 'd'", {"a": "c"}, TRUE),
            ("a BETWEEN 'b' AND 'd'", {"a": "e"}, FALSE),
            ("a BETWEEN b AND c", {"a": "10", "b": "1", "c": "9"}, TRUE),
            ("2 BETWEEN a AND b", {"a": "1", "b": "10"}, TRUE),
            ("a BETWEEN 1 AND 3 AND b = 1", {"a": "2", "b": "2"}, FALSE),
            ("a BETWEEN 1 AND 3 OR TRUE", {"a": "9"}, TRUE),
            ("a BETWEEN 1 + 1 AND 2 * 3", {"a": "6"}, TRUE),
            ("NOT a BETWEEN 1 AND 3", {"a": "4"}, TRUE),
        ]
    )
    def test_between_includes_its_ends(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @says(
        [
            ("a IS NULL", {}, TRUE),
            ("a IS NULL", {"a": None}, TRUE),
            ("a IS NULL", {"a": ""}, FALSE),
            ("a IS NULL", {"a": "null"}, FALSE),
            ("a IS NOT NULL", {"a": "x"}, TRUE),
            ("a IS NOT NULL", {}, FALSE),
            ("NOT (a IS NULL)", {"a": "x"}, TRUE),
            ("not(a is null)", {}, FALSE),
            ("a + 1 IS NULL", {"a": "x"}, TRUE),
            ("a + 1 IS NOT NULL", {"a": "1"}, TRUE),
            ("-a IS NULL", {"a": "1"}, FALSE),
            ("(a) IS NULL", {}, TRUE),
            ("NULL IS NULL", {}, TRUE),
            ("NULL IS NOT NULL", {}, FALSE),
            ("1 IS NULL", {}, FALSE),
            ("'' IS NULL", {}, FALSE),
            ("TRUE IS NOT NULL", {}, TRUE),
        ]
    )
    def test_is_null_is_never_unknown(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @says(
        [
            ("a = 1", {}, UNKNOWN),
            ("a = 1", {"a": None}, UNKNOWN),
            ("a <> 'x'", {}, UNKNOWN),
            ("NOT a = 1", {}, UNKNOWN),
            ("a = NULL", {"a": "x"}, UNKNOWN),
            ("a = NULL", {}, UNKNOWN),
            ("a <> NULL", {"a": "x"}, UNKNOWN),
            ("NULL = NULL", {}, UNKNOWN),
            ("1 = NULL", {}, UNKNOWN),
            ("NULL = 'x'", {}, UNKNOWN),
            ("TRUE = NULL", {}, UNKNOWN),
            ("a = 1 OR a IS NULL", {}, TRUE),
        ]
    )
    def test_c8_a_missing_header_is_null_and_compares_with_nothing(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @says(
        [
            ("a LIKE 'x%'", {"a": "xyz"}, TRUE),
            ("a LIKE 'x%'", {"a": "Xyz"}, FALSE),
            ("a NOT LIKE 'x%'", {"a": "yz"}, TRUE),
            ("a NOT LIKE 'x%'", {"a": "xz"}, FALSE),
            ("a LIKE '1_'", {"a": "12"}, TRUE),
            ("a LIKE '%'", {}, UNKNOWN),
            ("a NOT LIKE '%'", {}, UNKNOWN),
            ("a LIKE '50!%' ESCAPE '!'", {"a": "50%"}, TRUE),
            ("a LIKE '50!%' ESCAPE '!'", {"a": "50x"}, FALSE),
            ("a NOT LIKE '50!%' ESCAPE '!'", {"a": "50x"}, TRUE),
            ("a LIKE '%''%'", {"a": "it's"}, TRUE),
            ("'abc' LIKE 'a_c'", {}, TRUE),
            ("NULL LIKE '%'", {}, UNKNOWN),
            ("TRUE LIKE 't%'", {}, TRUE),
            ("(a) LIKE 'x'", {"a": "x"}, TRUE),
            ("NOT a LIKE 'x'", {"a": "y"}, TRUE),
        ]
    )
    def test_like_looks_at_the_text_of_a_header(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth


class TestNames:
    @says(
        [
            ("City = 'x'", {"City": "x"}, TRUE),
            ("city = 'x'", {"City": "x"}, UNKNOWN),
            ("header_123='x'", {"header_123": "x"}, TRUE),
            ("_a = 'x'", {"_a": "x"}, TRUE),
            ("a.b.c = 'x'", {"a.b.c": "x"}, TRUE),
            ("größe = 1", {"größe": "1"}, TRUE),
            ("order = 1", {"order": "1"}, TRUE),
            ("android = 1", {"android": "1"}, TRUE),
            ("nothing = 1", {"nothing": "1"}, TRUE),
            ("inn = 1", {"inn": "1"}, TRUE),
            ("is_new = 1", {"is_new": "1"}, TRUE),
            ("in.stock = 1", {"in.stock": "1"}, TRUE),
            ("x.in = 1", {"x.in": "1"}, TRUE),
            ("select = 1", {"select": "1"}, TRUE),
            ('"a-b" = 1', {"a-b": "1"}, TRUE),
            ("`a-b` = 1", {"a-b": "1"}, TRUE),
            ('"a b" = 1', {"a b": "1"}, TRUE),
            ('"and" = 1', {"and": "1"}, TRUE),
            ("`NULL` = 1", {"NULL": "1"}, TRUE),
            ('"a""b" = 1', {'a"b': "1"}, TRUE),
            ("`a``b` = 1", {"a`b": "1"}, TRUE),
            ('"a`b" = 1', {"a`b": "1"}, TRUE),
            ('"" = 1', {"": "1"}, TRUE),
            ('"1" = 1', {"1": "1"}, TRUE),
            ('"a" = 1', {"a": "1"}, TRUE),
            ('"a" = 1', {"A": "1"}, UNKNOWN),
        ]
    )
    def test_c8_names_keep_their_case_and_quotes_allow_any_character(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @pytest.mark.parametrize(
        "name",
        [
            pytest.param("li\u212ae", id="kelvin-sign"),
            pytest.param("\u0131s", id="dotless-i"),
            pytest.param("\u0130s", id="i-with-a-dot"),
            pytest.param("i\u017f", id="long-s"),
        ],
    )
    def test_only_ascii_letters_make_a_keyword(self, name):
        assert truth_of(f"{name} = 1", {name: "1"}) is TRUE
        assert Selector(str(Selector(f'"{name}" = 1'))) == Selector(f'"{name}" = 1')

    @says(
        [
            ("a=1 and b=2 or not c=3", {"a": "1", "b": "2"}, TRUE),
            ("a=1 AND b=2 OR NOT c=3", {"a": "1", "b": "2"}, TRUE),
            ("a=1 aNd b=2", {"a": "1", "b": "2"}, TRUE),
            ("a In (1)", {"a": "1"}, TRUE),
            ("a bEtWeEn 1 aNd 2", {"a": "1"}, TRUE),
            ("a lIkE '!%' eScApE '!'", {"a": "%"}, TRUE),
            ("a iS nUlL", {}, TRUE),
            ("tRuE", {}, TRUE),
            ("fAlSe", {}, FALSE),
        ]
    )
    def test_keywords_are_written_in_any_case(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth

    @says(
        [
            ("  a  =\t1\r\nAND\fb = 2  ", {"a": "1", "b": "2"}, TRUE),
            ("a=1and b=2", {"a": "1", "b": "2"}, TRUE),
            ("(a=1)and(b=2)", {"a": "1", "b": "2"}, TRUE),
            ("a in(1,2)", {"a": "1"}, TRUE),
            ("a='x'or'y'=b", {"a": "z", "b": "y"}, TRUE),
        ]
    )
    def test_blanks_stand_anywhere_and_are_needed_between_words_only(self, selector, headers, truth):
        assert truth_of(selector, headers) is truth


@pytest.mark.parametrize(
    ("value", "selector"),
    [
        pytest.param(20, "a = '20'", id="int"),
        pytest.param(1.5, "a = '1.5'", id="float"),
        pytest.param(True, "a = 'true'", id="true"),
        pytest.param(False, "a = 'false'", id="false"),
        pytest.param("x", "a = 'x'", id="text"),
        pytest.param(None, "a IS NULL", id="none"),
        pytest.param(float("nan"), "a + 1 IS NULL", id="nan"),
    ],
)
def test_headers_that_are_no_text_yet_are_read_as_the_service_stores_them(value, selector):
    assert Selector(selector).matches({"a": value})
    assert Selector(selector).reasons({"a": value}) == []


WANTS_VALUE = "expected '(', + or -, a header or a value"
WANTS_CONDITION = "expected '(', + or -, NOT, a header or a value"
AFTER_VALUE = "expected * or /, + or -, AND, BETWEEN, IN, IS, LIKE, NOT, OR, a comparison or the end"
ESCAPES = "the escape character '!' stands before '%', '_' or itself only"

REFUSALS = [
    ("", f"{WANTS_CONDITION}; the selector ends, at 0\n  \n  ^"),
    ("  ", f"{WANTS_CONDITION}; the selector ends, at 2\n    \n    ^"),
    ("a =", f"{WANTS_VALUE}; the selector ends, at 3\n  a =\n     ^"),
    ("= 1", f"{WANTS_CONDITION}; found '=', at 0\n  = 1\n  ^"),
    ("a == 1", f"{WANTS_VALUE}; found '=', at 3\n  a == 1\n     ^"),
    ("a 1", f"{AFTER_VALUE}; found '1', at 2\n  a 1\n    ^"),
    ("a = 1 = 2", "expected AND, OR or the end; found '=', at 6\n  a = 1 = 2\n        ^"),
    ("(a = 1", "expected ')'; the selector ends, at 6\n  (a = 1\n        ^"),
    ("a = 1)", "expected the end; found ')', at 5\n  a = 1)\n       ^"),
    ("a = 1 AND", f"{WANTS_CONDITION}; the selector ends, at 9\n  a = 1 AND\n           ^"),
    ("a AND OR b", f"{WANTS_CONDITION}; found 'OR', at 6\n  a AND OR b\n        ^"),
    ("NOT", f"{WANTS_CONDITION}; the selector ends, at 3\n  NOT\n     ^"),
    ("a = 'x", "a quote is never closed, at 4\n  a = 'x\n      ^"),
    ("a = 'it''", "a quote is never closed, at 8\n  a = 'it''\n          ^"),
    ('"a = 1', 'a quote is never closed, at 0\n  "a = 1\n  ^'),
    ("`a = 1", "a quote is never closed, at 0\n  `a = 1\n  ^"),
    ("a ; b", "';' cannot stand here, at 2\n  a ; b\n    ^"),
    ("a || b = 'c'", "'|' cannot stand here, at 2\n  a || b = 'c'\n    ^"),
    ("a = ?", "'?' cannot stand here, at 4\n  a = ?\n      ^"),
    ("a IN ()", f"{WANTS_VALUE}; found ')', at 6\n  a IN ()\n        ^"),
    ("a IN (1", "expected ')' or ','; the selector ends, at 7\n  a IN (1\n         ^"),
    ("a IN 1", "expected '('; found '1', at 5\n  a IN 1\n       ^"),
    ("a IN (1,)", f"{WANTS_VALUE}; found ')', at 8\n  a IN (1,)\n          ^"),
    ("a LIKE b", "expected text in single quotes; found 'b', at 7\n  a LIKE b\n         ^"),
    ("a NOT 1", "expected BETWEEN, IN or LIKE; found '1', at 6\n  a NOT 1\n        ^"),
    ("a IS 1", "expected NOT or NULL; found '1', at 5\n  a IS 1\n       ^"),
    ("a IS NOT", "expected NULL; the selector ends, at 8\n  a IS NOT\n          ^"),
    ("a BETWEEN 1", "expected AND; the selector ends, at 11\n  a BETWEEN 1\n             ^"),
    ("a BETWEEN 1 OR 2", "expected AND; found 'OR', at 12\n  a BETWEEN 1 OR 2\n              ^"),
    ("SELECT * FROM x", f"{AFTER_VALUE}; found 'x', at 14\n  SELECT * FROM x\n                ^"),
    ("a\n=\t;", "';' cannot stand here, at 4\n  a = ;\n      ^"),
    ("1", "a condition was expected, 1 is a number, at 0\n  1\n  ^"),
    ("'x'", "a condition was expected, 'x' is text, at 0\n  'x'\n  ^"),
    ("a + 1", "a condition was expected, a + 1 is a number, at 0\n  a + 1\n  ^"),
    ("-a", "a condition was expected, -a is a number, at 0\n  -a\n  ^"),
    ("(1)", "a condition was expected, 1 is a number, at 1\n  (1)\n   ^"),
    ("NOT 5", "a condition was expected, 5 is a number, at 4\n  NOT 5\n      ^"),
    ("a = 1 AND 5", "a condition was expected, 5 is a number, at 10\n  a = 1 AND 5\n            ^"),
    ("'a' = 1", "a number was expected, 'a' is text, at 0\n  'a' = 1\n  ^"),
    ("1 = 'a'", "a number was expected, 'a' is text, at 4\n  1 = 'a'\n      ^"),
    ("TRUE = 1", "a number was expected, TRUE is true or false, at 0\n  TRUE = 1\n  ^"),
    ("'a' = TRUE", "'a' and TRUE cannot be compared, at 6\n  'a' = TRUE\n        ^"),
    ("a + 'x' = 1", "a number was expected, 'x' is text, at 4\n  a + 'x' = 1\n      ^"),
    ("a - TRUE = 1", "a number was expected, TRUE is true or false, at 4\n  a - TRUE = 1\n      ^"),
    ("-'a' = 2", "a number was expected, 'a' is text, at 1\n  -'a' = 2\n   ^"),
    ("a = 'x' -- c", "a number was expected, 'x' is text, at 4\n  a = 'x' -- c\n      ^"),
    ("1 LIKE 'x'", "text was expected, 1 is a number, at 0\n  1 LIKE 'x'\n  ^"),
    ("a + 1 LIKE 'x'", "text was expected, a + 1 is a number, at 0\n  a + 1 LIKE 'x'\n  ^"),
    ("-a LIKE 'x'", "text was expected, -a is a number, at 0\n  -a LIKE 'x'\n  ^"),
    ("(a = 1) = 2", "a number was expected, a = 1 is a condition, at 1\n  (a = 1) = 2\n   ^"),
    ("(a = 1) IS NULL", "text was expected, a = 1 is a condition, at 1\n  (a = 1) IS NULL\n   ^"),
    ("a IN ((b = 1))", "text was expected, b = 1 is a condition, at 7\n  a IN ((b = 1))\n         ^"),
    ("1 BETWEEN 0 AND 'x'", "a number was expected, 'x' is text, at 16\n  1 BETWEEN 0 AND 'x'\n                  ^"),
    ("a LIKE 'x' ESCAPE 'ab'", "ESCAPE takes one character, not 'ab', at 0\n  a LIKE 'x' ESCAPE 'ab'\n  ^"),
    ("a LIKE 'x' ESCAPE ''", "ESCAPE takes one character, not '', at 0\n  a LIKE 'x' ESCAPE ''\n  ^"),
    ("a LIKE '!x' ESCAPE '!'", f"{ESCAPES}, at 0\n  a LIKE '!x' ESCAPE '!'\n  ^"),
    ("a LIKE 'x!' ESCAPE '!'", f"{ESCAPES}, at 0\n  a LIKE 'x!' ESCAPE '!'\n  ^"),
    ("a = 1e999", "1e999 is outside the range of a double, at 4\n  a = 1e999\n      ^"),
]


@pytest.mark.parametrize(("selector", "told"), [pytest.param(*each, id=repr(each[0])) for each in REFUSALS])
def test_c7_a_refusal_says_what_was_expected_and_points_at_the_place(selector, told):
    with pytest.raises(SelectorError) as caught:
        Selector(selector)
    assert str(caught.value) == told


def test_c7_a_long_selector_is_shown_around_the_place():
    with pytest.raises(SelectorError) as caught:
        Selector(f"{'a = 1 AND ' * 20}; {'AND a = 1 ' * 20}")
    assert str(caught.value) == (
        "';' cannot stand here, at 200\n"
        "  a = 1 AND a = 1 AND a = 1 AND a = 1 AND a = 1 AND a = 1 AND "
        "; AND a = 1 AND a = 1 AND a = 1 AND a = 1 AND a = 1 AND a = \n"
        "                                                              ^"
    )


@pytest.mark.parametrize("value", [None, 5, b"a = 1", ["a = 1"]], ids=repr)
def test_what_is_no_text_is_a_type_error(value):
    with pytest.raises(TypeError) as caught:
        Selector(value)
    assert str(caught.value) == f"a selector is text, not {value!r}"


def test_a_selector_error_is_a_value_error_without_a_chain_of_the_parsers_own():
    with pytest.raises(ValueError, match="a value; the selector ends") as caught:
        Selector("a =")
    assert type(caught.value) is SelectorError
    assert caught.value.__suppress_context__


class TestReasons:
    @pytest.mark.parametrize(
        ("selector", "headers", "reasons"),
        [
            ("a > 10", {"a": "5"}, ["a > 10 is false, a is '5'"]),
            ("a > 10", {}, ["a > 10 is unknown, a is missing"]),
            ("a > 10", {"a": "x"}, ["a > 10 is unknown, a is 'x'"]),
            ("a > 10", {"a": None}, ["a > 10 is unknown, a is missing"]),
            ("a > 10", {"a": 5}, ["a > 10 is false, a is '5'"]),
            ("a > 10", {"a": "11"}, []),
            ("a = b", {"b": "x"}, ["a = b is unknown, a is missing, b is 'x'"]),
            ("a = a", {}, ["a = a is unknown, a is missing"]),
            ("1 = 2", {}, ["1 = 2 is false"]),
            ("FALSE", {}, ["FALSE is false"]),
            ("NULL", {}, ["NULL is unknown"]),
            ("a", {"a": "no"}, ["a is unknown, a is 'no'"]),
            ("a = 1 AND b = 2", {"a": "1", "b": "3"}, ["b = 2 is false, b is '3'"]),
            ("a = 1 AND b = 2", {"a": "2"}, ["a = 1 is false, a is '2'", "b = 2 is unknown, b is missing"]),
            ("a = 1 OR b = 2", {"a": "2"}, ["a = 1 is false, a is '2'", "b = 2 is unknown, b is missing"]),
            ("a = 1 OR b = 2", {"b": "2"}, []),
            ("(a = 1 OR b = 2) AND c", {"a": "1", "c": "false"}, ["c is false, c is 'false'"]),
            ("(a = 1 OR b = 2) AND TRUE", {}, ["a = 1 is unknown, a is missing", "b = 2 is unknown, b is missing"]),
            ("NOT a = 1", {"a": "1"}, ["NOT a = 1 is false, a is '1'"]),
            ("NOT (a = 1 OR b)", {"b": "true"}, ["NOT (a = 1 OR b) is false, a is missing, b is 'true'"]),
            ("a LIKE 'x%'", {"a": "y"}, ["a LIKE 'x%' is false, a is 'y'"]),
            ("a in (1,b)", {"a": "2"}, ["a IN (1, b) is unknown, a is '2', b is missing"]),
            ("a between 1 and 2", {"a": "3"}, ["a BETWEEN 1 AND 2 is false, a is '3'"]),
            ("a is null", {"a": ""}, ["a IS NULL is false, a is ''"]),
            ("-a * 2 = b", {"a": "1", "b": "2"}, ["-a * 2 = b is false, a is '1', b is '2'"]),
        ],
        ids=str,
    )
    def test_the_smallest_parts_to_blame_are_told_with_what_they_met(self, selector, headers, reasons):
        assert Selector(selector).reasons(headers) == reasons


class TestShowing:
    @pytest.mark.parametrize(
        ("selector", "shown"),
        [
            ("a=1 and b<>'x'", "a = 1 AND b <> 'x'"),
            ("a != 1 or not b", "a != 1 OR NOT b"),
            ("((a))", "((a))"),
            ("a not like'x!%'escape'!'", "a NOT LIKE 'x!%' ESCAPE '!'"),
            ("a in(1,'it''s',null,true)", "a IN (1, 'it''s', NULL, TRUE)"),
            ("a not in (b)", "a NOT IN (b)"),
            ("a not between 1 and 2", "a NOT BETWEEN 1 AND 2"),
            ("a is not null or a is null", "a IS NOT NULL OR a IS NULL"),
            ("`a-b`=1", '"a-b" = 1'),
            ('"plain" = 1', "plain = 1"),
            ('"and"="a""b"', '"and" = "a""b"'),
            ("- -a+ +1*(2-3)/4=0.50", "- -a + +1 * (2 - 3) / 4 = 0.5"),
            ("a = 1e3", "a = 1000"),
            ("a = 1e22", "a = 1e+22"),
            ("a = 1E-7", "a = 1e-07"),
            ("a = false", "a = FALSE"),
        ],
        ids=str,
    )
    def test_str_is_the_selector_in_one_way_of_writing(self, selector, shown):
        assert str(Selector(selector)) == shown

    def test_repr_is_what_was_written(self):
        assert repr(Selector("a='x' and b")) == "Selector(\"a='x' and b\")"
        assert Selector(" a ").text == " a "

    @pytest.mark.parametrize(
        ("one", "other"),
        [("a=1", " a  =  1.0 "), ("a AND b", "a and b"), ("\"a\" = 'x'", "`a`='x'"), ("a in (1,2)", "a IN(1, 2)")],
    )
    def test_selectors_are_equal_when_only_their_writing_differs(self, one, other):
        assert Selector(one) == Selector(other)
        assert hash(Selector(one)) == hash(Selector(other))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            pytest.param("a = 1", "a = 2", id="number"),
            pytest.param("a = 1", "A = 1", id="case-of-a-name"),
            pytest.param("a = 'x'", "a = 'X'", id="case-of-text"),
            pytest.param("a = 1", "a = '1'", id="number-and-text"),
            pytest.param("a = 1", "a = TRUE", id="one-and-true"),
            pytest.param("a = 0", "a = FALSE", id="zero-and-false"),
            pytest.param("a = 'TRUE'", "a = TRUE", id="text-and-true"),
            pytest.param("a = b", "a = 'b'", id="header-and-text"),
            pytest.param("a AND b", "a OR b", id="word"),
            pytest.param("a AND b", "b AND a", id="order"),
            pytest.param("a IN (1)", "a NOT IN (1)", id="negation"),
            pytest.param("a LIKE 'x'", "a LIKE 'x' ESCAPE '!'", id="escape"),
        ],
    )
    def test_selectors_that_say_something_else_differ(self, one, other):
        assert Selector(one) != Selector(other)

    def test_a_selector_is_no_text(self):
        assert Selector("a") != "a"
        assert {Selector("a = 1"): "kept"}[Selector("a=1")] == "kept"


def longest(length):
    selector = "a = '" + "x" * (length - 6) + "'"
    assert len(selector) == length
    return selector


def nested(level, leaf, depth):
    for _ in range(depth):
        leaf = level.replace("@", leaf)
    return leaf


DEEPEST = [
    pytest.param("(@)", "a", "@", id="parentheses"),
    pytest.param("NOT @", "a", "@", id="not"),
    pytest.param("-@", "a", "@ = 1", id="sign"),
    pytest.param("(a OR b AND @)", "a", "@", id="conditions"),
    pytest.param("(1 + 2 * @)", "a", "@ = 1", id="arithmetic"),
]


class TestLimits:
    def test_c8_a_selector_has_at_most_16384_characters(self):
        assert Selector(longest(16_384)).truth({"a": "x"}) is False
        with pytest.raises(SelectorError) as caught:
            Selector(longest(16_385))
        shown = "x" * 59
        told = str(caught.value).splitlines()
        assert told[0] == "a selector has at most 16,384 characters, at 16384"
        assert told[1] == f"  {shown}x'"
        assert told[2] == f"  {' ' * 60}^"

    @pytest.mark.parametrize(("level", "leaf", "whole"), DEEPEST)
    def test_c8_a_hundred_levels_work_in_every_way(self, level, leaf, whole):
        text = whole.replace("@", nested(level, leaf, 100))
        selector = Selector(text)
        assert selector.matches({}) is False
        assert selector.reasons({})
        assert Selector(str(selector)) == selector
        assert hash(Selector(text)) == hash(selector)

    @pytest.mark.parametrize(("level", "leaf", "whole"), DEEPEST)
    def test_c8_a_hundred_and_one_levels_are_refused(self, level, leaf, whole):
        with pytest.raises(SelectorError, match=r"^a selector is nested at most 100 deep, at \d+\n"):
            Selector(whole.replace("@", nested(level, leaf, 101)))

    def test_c8_the_refusal_points_at_what_is_too_deep(self):
        with pytest.raises(SelectorError) as caught:
            Selector("(" * 101 + "a" + ")" * 101)
        shown = "(" * 60 + "a" + ")" * 59
        assert str(caught.value) == f"a selector is nested at most 100 deep, at 101\n  {shown}\n  {' ' * 60}^"

    @pytest.mark.parametrize(
        "level",
        [
            pytest.param("(a OR b AND 1 + 2 * @ = 1)", id="comparisons"),
            pytest.param("(a OR b AND 2 IN (3, 1 + 2 * @))", id="in"),
        ],
    )
    def test_a_wrong_type_a_hundred_levels_deep_is_a_selector_error(self, level):
        with pytest.raises(SelectorError, match="a number was expected"):
            Selector(nested(level, "a", 100))

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("(" * 16_384, id="opening"),
            pytest.param(")" * 16_384, id="closing"),
            pytest.param("(" * 8_191 + "a" + ")" * 8_191, id="parentheses"),
            pytest.param("NOT " * 4_000 + "a", id="not"),
            pytest.param("-" * 16_380 + "1=1", id="signs"),
            pytest.param("'" * 16_383, id="quotes"),
            pytest.param('"' * 16_383, id="double-quotes"),
            pytest.param("a LIKE '" + "!" * 16_301 + "x' ESCAPE '!'", id="escapes"),
            pytest.param("9" * 16_384, id="digits"),
            pytest.param("a = 1e" + "9" * 16_000, id="exponent"),
            pytest.param("a IN (" + "1," * 8_000, id="list"),
            pytest.param("a AND " * 2_700, id="and"),
            pytest.param("\ud800", id="lone-surrogate"),
            pytest.param("a = 1 \x00", id="null-character"),
        ],
    )
    def test_hostile_text_is_refused_like_any_other(self, text):
        with pytest.raises(SelectorError):
            Selector(text)

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("a AND " * 2_000 + "a", id="and"),
            pytest.param("a=1 OR " * 2_000 + "a", id="or"),
            pytest.param("a+" * 8_000 + "a=0", id="sum"),
            pytest.param("a IN (" + "1," * 8_000 + "1)", id="list"),
        ],
    )
    def test_a_long_flat_selector_is_no_deeper_than_a_short_one(self, text):
        selector = Selector(text)
        assert selector.matches({}) is False
        assert selector.reasons({})
        assert Selector(text) == selector


class Asked(Mapping):
    """Headers that count how often they are asked."""

    def __init__(self, value):
        self.value = value
        self.count = 0

    def __getitem__(self, name):
        self.count += 1
        return self.value

    def __iter__(self):
        raise NotImplementedError

    def __len__(self):
        raise NotImplementedError


LINEAR = [
    pytest.param("+".join(["a"] * 200) + " IN (" + ",".join(["1"] * 200) + ")", id="sum-in-list"),
    pytest.param("+".join(["a"] * 200) + " BETWEEN 1 AND 2", id="sum-between"),
    pytest.param("a IN (" + ",".join(["b"] * 200) + ")", id="headers-in-list"),
    pytest.param(" AND ".join(["a = b"] * 200), id="and"),
    pytest.param(nested("(a = 1 OR @)", "a", 100), id="nested"),
]


@pytest.mark.parametrize("text", LINEAR)
class TestLinearTime:
    def test_c8_a_match_reads_no_more_headers_than_the_selector_has_characters(self, text):
        headers = Asked("7")
        Selector(text).truth(headers)
        assert 0 < headers.count <= len(text)

    def test_c8_parsing_prepares_no_more_readers_than_the_selector_has_characters(self, text, monkeypatch):
        prepared = []
        original = Header.reader

        def reader(self, wanted):
            prepared.append(self.name)
            return original(self, wanted)

        monkeypatch.setattr(Header, "reader", reader)
        Selector(text)
        assert 0 < len(prepared) <= len(text)


LONG, TOO_LONG = "1" * 8_192, "1" * 8_193


class TestLongHeaders:
    @pytest.mark.parametrize(
        ("selector", "truth"),
        [
            ("a = b", TRUE),
            ("a <> 'x'", TRUE),
            ("a LIKE '1%1'", TRUE),
            ("a NOT LIKE '%2%'", TRUE),
            ("a IN ('x', a)", TRUE),
            ("a NOT IN ('x', 'y')", TRUE),
            ("a BETWEEN '1' AND '2'", TRUE),
            ("a NOT BETWEEN '2' AND '3'", TRUE),
            ("NOT a = 'x'", TRUE),
            ("a IS NULL", FALSE),
            ("(a) IS NOT NULL", TRUE),
        ],
    )
    def test_c8_up_to_8192_characters_are_compared_and_one_more_is_unknown(self, selector, truth):
        assert truth_of(selector, {"a": LONG, "b": LONG}) is truth
        exists = "NULL" in selector
        assert truth_of(selector, {"a": TOO_LONG, "b": TOO_LONG}) is (truth if exists else UNKNOWN)

    @pytest.mark.parametrize("selector", ["a > 1", "a + 1 > 1", "-a < 1", "a IN (1, 2)"])
    def test_c8_as_a_number_too(self, selector):
        blank = " " * 8_191
        assert truth_of(selector, {"a": f"{blank}2"}) is TRUE
        assert truth_of(selector, {"a": f"{blank} 2"}) is UNKNOWN

    def test_c8_the_reason_says_that_it_is_too_long(self):
        assert Selector("a LIKE '1%'").reasons({"a": TOO_LONG}) == [
            f"a LIKE '1%' is unknown, a is '{'1' * 98}…, 8,193 characters, and over 8,192 nothing is compared"
        ]
