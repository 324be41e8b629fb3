"""The grammar itself: without conflicts, and what it makes of a text is what it makes of its own print."""

from __future__ import annotations

import logging
import threading

import lark
import pytest

from pytest_backendless_mock.messaging.selector import grammar
from pytest_backendless_mock.messaging.selector.grammar import GrammarError, parse
from pytest_backendless_mock.messaging.selector.term import KEYWORDS

AMBIGUOUS = r"""
start: "if" start | "if" start "else" start | "x"
"""


@pytest.fixture
def told():
    """What lark says while it builds a parser."""
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    level = lark.logger.level
    lark.logger.addHandler(handler)
    lark.logger.setLevel(logging.DEBUG)
    yield lines
    lark.logger.setLevel(level)
    lark.logger.removeHandler(handler)


def conflicts(lines):
    return [line for line in lines if "conflict" in line.lower()]


def test_the_grammar_has_no_conflicts(told):
    lark.Lark(grammar.GRAMMAR, parser="lalr", lexer="basic", maybe_placeholders=True, debug=True)
    assert conflicts(told) == []


def test_lark_would_tell_of_a_conflict(told):
    lark.Lark(AMBIGUOUS, parser="lalr", lexer="basic", debug=True)
    assert conflicts(told) != []


def test_every_keyword_of_the_grammar_is_known_to_the_printer():
    built = lark.Lark(grammar.GRAMMAR, parser="lalr", lexer="basic", maybe_placeholders=True)
    priority = {terminal.name.removeprefix("_") for terminal in built.terminals if terminal.priority}
    assert priority == KEYWORDS


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "TRUE OR FALSE OR NULL",
        "a = 1 AND b <> 2 OR c != 3 AND d < 4",
        "a <= 1 AND b > 2 AND c >= 3",
        "NOT NOT (a OR NOT b)",
        "a LIKE 'x%' OR a NOT LIKE 'x!%' ESCAPE '!' OR a LIKE '%''%' ESCAPE ''''",
        "a IN (1, 'x', b, NULL, TRUE, -1, (2), 1 + 1)",
        "a NOT IN (b) AND a NOT BETWEEN 1 AND b",
        "a BETWEEN 1 AND 2 AND b BETWEEN -1 AND (3)",
        "a IS NULL OR a + 1 IS NOT NULL",
        "a - -1 + +2 * 3 / -(4 - 5) = 1e+22",
        "a = - -1",
        '"a-b" = "a""b" AND "and" = "1" AND "" = "a`b" AND "a b" = größe.x_1',
        "a = '' AND b = '''' AND c = 'it''s' AND d = '\n'",
        "a = 0.1 AND b = 1e-07 AND c = 1.7976931348623157e+308 AND d = 1.2345678901234568e+17",
        '"Or" = 1 AND "nULL" = 2 AND "escape" = 3 AND nulls = 4 AND a.null = 5',
    ],
)
def test_what_it_prints_is_read_as_the_same_and_printed_the_same(text):
    tree = parse(text)
    assert str(tree) == text
    assert parse(str(tree)) == tree


@pytest.mark.parametrize("word", sorted(KEYWORDS))
def test_a_keyword_names_a_header_in_quotes_only(word):
    assert str(parse(f'"{word}" = 1')) == f'"{word}" = 1'
    assert str(parse(f"`{word.lower()}` = 1")) == f'"{word.lower()}" = 1'
    assert str(parse(f"{word}s = 1")) == f"{word}s = 1"
    with pytest.raises(GrammarError):
        parse(f"a = {word} 1")


@pytest.mark.parametrize(
    ("text", "at"), [("a = ;", 4), ("a =", 3), ("a = 1e999", 4), ("", 0), ("a" * 16_385, 16_384)], ids=range(5)
)
def test_a_grammar_error_knows_its_place(text, at):
    with pytest.raises(GrammarError) as caught:
        parse(text)
    assert caught.value.at == at


def test_parts_know_where_they_begin():
    tree = parse("NOT (a = 1) OR b LIKE 'x'")
    negation, like = tree.parts
    group = negation.parts[0]
    comparison = group.parts[0]
    assert [part.at for part in (tree, negation, group, comparison, *comparison.parts, like)] == [0, 0, 4, 5, 5, 9, 15]


def test_the_one_parser_serves_many_threads():
    texts = [f"a = {number} AND (b LIKE 'x{number}%' OR c IN ({number}, 'y'))" for number in range(8)]
    printed = {}

    def read(text):
        printed[text] = {str(parse(text)) for _ in range(25)}

    threads = [threading.Thread(target=read, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert printed == {text: {text} for text in texts}
