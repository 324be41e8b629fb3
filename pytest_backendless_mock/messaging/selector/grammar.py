"""The grammar of selectors (Lark, LALR without conflicts), and the tree its parser makes.

It is loaded when the first selector is parsed: lark takes longer than the rest of the package.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from typing import Any

from lark import Lark, UnexpectedCharacters, UnexpectedToken

from .condition import Between, Comparison, In, IsNull, Junction, Like, Not
from .node import Node, short
from .term import Arithmetic, Group, Header, Literal, Sign

LONGEST = 16_384
"""The most characters of a selector (C8)."""
DEEPEST = 100
"""How deep parentheses, NOTs and signs may be nested (C8)."""

GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction (_OR conjunction)*
?conjunction: negation (_AND negation)*
?negation: predicate
    | NOT negation                                -> negated
?predicate: sum
    | sum COMPARISON sum                          -> comparison
    | sum [NOT] _LIKE STRING [_ESCAPE STRING]     -> like
    | sum [NOT] _IN "(" sum ("," sum)* ")"        -> in_
    | sum [NOT] _BETWEEN sum _AND sum             -> between
    | sum _IS [NOT] NULL                          -> is_null
?sum: product
    | product (SIGN product)+                     -> arithmetic
?product: signed
    | signed (FACTOR signed)+                     -> arithmetic
?signed: atom
    | SIGN signed                                 -> sign
?atom: NUMBER                                     -> number
    | STRING                                      -> text
    | TRUE                                        -> true
    | FALSE                                       -> false
    | NULL                                        -> null
    | NAME                                        -> name
    | QUOTED                                      -> quoted
    | OPEN disjunction ")"                        -> group

_AND.2: /(?ai:and)(?![\w.])/
_BETWEEN.2: /(?ai:between)(?![\w.])/
_ESCAPE.2: /(?ai:escape)(?![\w.])/
_IN.2: /(?ai:in)(?![\w.])/
_IS.2: /(?ai:is)(?![\w.])/
_LIKE.2: /(?ai:like)(?![\w.])/
_OR.2: /(?ai:or)(?![\w.])/
FALSE.2: /(?ai:false)(?![\w.])/
NOT.2: /(?ai:not)(?![\w.])/
NULL.2: /(?ai:null)(?![\w.])/
TRUE.2: /(?ai:true)(?![\w.])/
COMPARISON: "<>" | "!=" | "<=" | ">=" | "=" | "<" | ">"
SIGN: "+" | "-"
FACTOR: "*" | "/"
OPEN: "("
NUMBER: /([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?/
STRING: /'[^']*(?:''[^']*)*'/
NAME: /[^\W\d][\w.]*/
QUOTED: /"[^"]*(?:""[^"]*)*"/ | /`[^`]*(?:``[^`]*)*`/
%ignore /\s+/
"""

_WORDS: Mapping[str, str] = {
    "NAME": "a header",
    "STRING": "text in single quotes",
    "VALUE": "a value",
    "COMPARISON": "a comparison",
    "SIGN": "+ or -",
    "FACTOR": "* or /",
    "OPEN": "'('",
    "LPAR": "'('",
    "RPAR": "')'",
    "COMMA": "','",
    "$END": "the end",
}
"""What people call the grammar's terminals; keywords are called by their names."""
_VALUES = frozenset({"NUMBER", "STRING", "TRUE", "FALSE", "NULL"})


class GrammarError(ValueError):
    """Text that the grammar does not have; ``at`` is the place where that shows."""

    def __init__(self, problem: str, at: int) -> None:
        super().__init__(problem)
        self.at = at


class Builder:
    """From what the parser finds to nodes. The methods are named after the rules of the grammar."""

    def number(self, found: list[Any]) -> Node:
        value = float(found[0])
        if math.isinf(value):
            raise GrammarError(f"{found[0]} is outside the range of a double", found[0].start_pos)
        return Literal(found[0].start_pos, value)

    def text(self, found: list[Any]) -> Node:
        return Literal(found[0].start_pos, _unquoted(found[0]))

    def true(self, found: list[Any]) -> Node:
        return Literal(found[0].start_pos, value=True)

    def false(self, found: list[Any]) -> Node:
        return Literal(found[0].start_pos, value=False)

    def null(self, found: list[Any]) -> Node:
        return Literal(found[0].start_pos, None)

    def name(self, found: list[Any]) -> Node:
        return Header(found[0].start_pos, str(found[0]))

    def quoted(self, found: list[Any]) -> Node:
        return Header(found[0].start_pos, _unquoted(found[0]))

    def group(self, found: list[Any]) -> Node:
        return Group(found[0].start_pos, found[1])

    def sign(self, found: list[Any]) -> Node:
        return Sign(found[0].start_pos, str(found[0]), found[1])

    def arithmetic(self, found: list[Any]) -> Node:
        signs = map(str, found[1::2])
        return Arithmetic(found[0].at, found[0], tuple(zip(signs, found[2::2], strict=True)))

    def comparison(self, found: list[Any]) -> Node:
        left, sign, right = found
        return Comparison(left.at, left, str(sign), right)

    def like(self, found: list[Any]) -> Node:
        operand, negation, pattern, escape = found
        character = None if escape is None else _unquoted(escape)
        return Like(operand.at, operand, _unquoted(pattern), character, negation is not None)

    def in_(self, found: list[Any]) -> Node:
        operand, negation, *options = found
        return In(operand.at, operand, tuple(options), negation is not None)

    def between(self, found: list[Any]) -> Node:
        operand, negation, low, high = found
        return Between(operand.at, operand, low, high, negation is not None)

    def is_null(self, found: list[Any]) -> Node:
        operand, negation, _ = found
        return IsNull(operand.at, operand, negation is not None)

    def negated(self, found: list[Any]) -> Node:
        return Not(found[0].start_pos, found[1])

    def disjunction(self, found: list[Any]) -> Node:
        return Junction(found[0].at, "OR", tuple(found))

    def conjunction(self, found: list[Any]) -> Node:
        return Junction(found[0].at, "AND", tuple(found))


def parse(text: str) -> Node:
    """The tree of ``text``, bounded in length and depth. Raises ``GrammarError``."""
    if len(text) > LONGEST:
        raise GrammarError(f"a selector has at most {LONGEST:,} characters", LONGEST)
    try:
        tree: Any = _parser().parse(text)
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        problem = "a quote is never closed" if text[at] in "'\"`" else f"{text[at]!r} cannot stand here"
        raise GrammarError(problem, at) from None
    except UnexpectedToken as error:
        ended = error.token.type == "$END"
        found = "the selector ends" if ended else f"found {short(repr(str(error.token)))}"
        at = len(text) if ended else error.token.start_pos or 0
        raise GrammarError(f"expected {_listed(error.accepts or error.expected)}; {found}", at) from None
    root: Node = tree
    _refuse_depth(root)
    return root


def _refuse_depth(root: Node) -> None:
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise GrammarError(f"a selector is nested at most {DEEPEST} deep", node.at)
        deeper = depth + isinstance(node, Group | Not | Sign)
        waiting += [(part, deeper) for part in node.parts]


def _listed(terminals: Iterable[str]) -> str:
    names = set(terminals)
    names.discard("QUOTED")  # a header too, and NAME says so
    if names >= _VALUES:
        names = names - _VALUES | {"VALUE"}
    words = sorted(_WORDS.get(name, name.removeprefix("_")) for name in names)
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _unquoted(token: str) -> str:
    quote = token[0]
    return token[1:-1].replace(quote * 2, quote)


@functools.cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic", maybe_placeholders=True, transformer=Builder())
