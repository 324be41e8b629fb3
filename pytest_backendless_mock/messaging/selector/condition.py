"""Conditions over headers, in SQL's three-valued logic."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..pattern import like
from ..text import escaped
from .node import HEADER, NUMBER, TEXT, TRUTH, ConditionTypeError, Headers, Node, Reader, Test, Truth, short, walk
from .term import LONGEST_VALUE, Group, Header, Literal

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(Node):
    """``left sign right``."""

    left: Node
    sign: str
    right: Node

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        return (self.left, f" {self.sign} ", self.right)

    def test(self) -> Test:
        return _compare(self.left, _COMPARISONS[self.sign], self.right)


@dataclass(frozen=True, slots=True, eq=False)
class Like(Node):
    """``operand [NOT] LIKE pattern [ESCAPE escape]``."""

    operand: Node
    pattern: str
    escape: str | None
    negated: bool

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        escape = "" if self.escape is None else f" ESCAPE {Literal(0, self.escape)}"
        return (self.operand, f" {'NOT ' * self.negated}LIKE {Literal(0, self.pattern)}{escape}")

    def test(self) -> Test:
        read = self.operand.reader(TEXT)
        try:
            matches = like(self.pattern, self.escape).matches
        except ValueError as error:
            raise ConditionTypeError(str(error), self.at) from None
        wanted = not self.negated
        return lambda headers: None if (text := read(headers)) is None else matches(text) is wanted


@dataclass(frozen=True, slots=True, eq=False)
class In(Node):
    """``operand [NOT] IN (options)``."""

    operand: Node
    options: tuple[Node, ...]
    negated: bool

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        return (self.operand, f" {'NOT ' * self.negated}IN (", *_joined(", ", self.options), ")")

    def test(self) -> Test:
        kinds = [_compared_as(self.operand, option) for option in self.options]
        operands = {kind: self.operand.reader(kind) for kind in dict.fromkeys(kinds)}
        options = [(kind, option.reader(kind)) for kind, option in zip(kinds, self.options, strict=True)]
        wanted = not self.negated
        if len(operands) == 1 and all(isinstance(option, Literal) for option in self.options):
            return _is_one_of(operands[kinds[0]], [read({}) for _, read in options], wanted=wanted)

        def test(headers: Headers) -> Truth:
            values = {kind: read(headers) for kind, read in operands.items()}
            truth: Truth = not wanted
            for kind, read in options:
                one, two = values[kind], read(headers)
                if one is None or two is None:
                    truth = None
                elif one == two:
                    return wanted
            return truth

        return test


@dataclass(frozen=True, slots=True, eq=False)
class Between(Node):
    """``operand [NOT] BETWEEN low AND high``."""

    operand: Node
    low: Node
    high: Node
    negated: bool

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        return (self.operand, f" {'NOT ' * self.negated}BETWEEN ", self.low, " AND ", self.high)

    def test(self) -> Test:
        bounds = [_compare(self.operand, operator.ge, self.low), _compare(self.operand, operator.le, self.high)]
        inside = _all(bounds)
        return _negation(inside) if self.negated else inside


@dataclass(frozen=True, slots=True, eq=False)
class IsNull(Node):
    """``operand IS [NOT] NULL``; a missing header is NULL."""

    operand: Node
    negated: bool

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        return (self.operand, f" IS {'NOT ' * self.negated}NULL")

    def test(self) -> Test:
        kind = self.operand.kind
        read = self.operand.reader(kind if kind in (HEADER, NUMBER) else TEXT)
        wanted = not self.negated
        return lambda headers: (read(headers) is None) is wanted


@dataclass(frozen=True, slots=True, eq=False)
class Not(Node):
    """``NOT operand``."""

    operand: Node

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        return ("NOT ", self.operand)

    def test(self) -> Test:
        return _negation(self.operand.test())


@dataclass(frozen=True, slots=True, eq=False)
class Junction(Node):
    """Conditions joined by ``AND`` or by ``OR``."""

    word: str
    operands: tuple[Node, ...]

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        return _joined(f" {self.word} ", self.operands)

    def test(self) -> Test:
        tests = []
        for operand in self.operands:
            tests.append(operand.test())  # noqa: PERF401 - a comprehension would be one call more for every level
        return {"AND": _all, "OR": _any}[self.word](tests)


def reasons(root: Node, headers: Headers) -> list[str]:
    """Why ``root`` is not true of ``headers``: the smallest conditions that are to blame, with what they met."""
    waiting, found = [root], []
    while waiting:
        node = waiting.pop()
        if isinstance(node, Group):
            waiting.append(node.inner)
        elif isinstance(node, Junction):
            waiting += [operand for operand in reversed(node.operands) if operand.test()(headers) is not True]
        else:
            found.append(_reason(node, headers))
    return found


def header_names(root: Node) -> list[str]:
    """The headers that a condition asks for, each once."""
    return list(dict.fromkeys(part.name for part in walk(root) if isinstance(part, Header)))


def _reason(node: Node, headers: Headers) -> str:
    truth = {True: "true", False: "false", None: "unknown"}[node.test()(headers)]
    seen = [f"{name} is {_shown(headers.get(name))}" for name in header_names(node)]
    return escaped(", ".join([f"{short(str(node))} is {truth}", *seen]))


def _joined(between: str, nodes: tuple[Node, ...]) -> tuple[str | Node, ...]:
    pieces: list[str | Node] = []
    for node in nodes:
        pieces += (between, node)
    return tuple(pieces[1:])


def _shown(value: str | None) -> str:
    if value is None:
        return "missing"
    longer = f", {len(value):,} characters, and over {LONGEST_VALUE:,} nothing is compared"
    return short(repr(value)) + (longer if len(value) > LONGEST_VALUE else "")


def _compared_as(left: Node, right: Node) -> str:
    """Numbers if either side is one, otherwise text (C8). Raises ``ConditionTypeError`` for text and a truth."""
    if {left.kind, right.kind} == {TEXT, TRUTH}:
        sides = f"{short(str(left))} and {short(str(right))}"
        raise ConditionTypeError(f"{sides} cannot be compared", right.at)
    return NUMBER if NUMBER in (left.kind, right.kind) else TEXT


def _compare(left: Node, holds: Callable[[Any, Any], bool], right: Node) -> Test:
    """Unknown when a side is NULL or no number."""
    kind = _compared_as(left, right)
    read, other = left.reader(kind), right.reader(kind)
    if isinstance(right, Literal):  # as most are: read once, not for every message
        return _compare_with(read, holds, other({}))

    def test(headers: Headers) -> Truth:
        one, two = read(headers), other(headers)
        return None if one is None or two is None else holds(one, two)

    return test


def _is_one_of(read: Reader, constants: list[Any], *, wanted: bool) -> Test:
    """``IN`` over literals of one kind, as most are: looked up, not compared one by one."""
    known = frozenset(constants) - {None}
    otherwise = None if None in constants else not wanted

    def test(headers: Headers) -> Truth:
        value = read(headers)
        if value is None:
            return None
        return wanted if value in known else otherwise

    return test


def _compare_with(read: Reader, holds: Callable[[Any, Any], bool], constant: Any) -> Test:
    if constant is None:
        return lambda _: None

    def test(headers: Headers) -> Truth:
        value = read(headers)
        return None if value is None else holds(value, constant)

    return test


def _all(tests: list[Test]) -> Test:
    def test(headers: Headers) -> Truth:
        truth: Truth = True
        for each in tests:
            found = each(headers)
            if found is False:
                return False
            if found is None:
                truth = None
        return truth

    return test


def _any(tests: list[Test]) -> Test:
    def test(headers: Headers) -> Truth:
        truth: Truth = False
        for each in tests:
            found = each(headers)
            if found:
                return True
            if found is None:
                truth = None
        return truth

    return test


def _negation(test: Test) -> Test:
    return lambda headers: None if (truth := test(headers)) is None else not truth
