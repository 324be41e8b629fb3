"""The values in a condition: literals, headers, arithmetic. Headers are text, and numbers among numbers (C8)."""

from __future__ import annotations

import functools
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .node import HEADER, NULL, NUMBER, TEXT, TRUTH, Headers, Node, Reader, Test

KEYWORDS = frozenset({"AND", "BETWEEN", "ESCAPE", "FALSE", "IN", "IS", "LIKE", "NOT", "NULL", "OR", "TRUE"})
"""Words that name a header only in quotes."""

LONGEST_VALUE = 8_192
"""Headers with more characters compare as unknown (C8)."""
LONGEST_REMEMBERED = 40
"""Headers up to this length are read as a number once, not for every subscription."""
_PLAIN_NAME = re.compile(r"[^\W\d][\w.]*")
_NUMBER = re.compile(r"[ \t\r\n]*[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?[ \t\r\n]*")
_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_TRUTHS: Mapping[str | None, bool] = {"true": True, "false": False}


def _number(text: str) -> float | None:
    """``text`` as a number: JSON's syntax with an optional sign and blanks around; ``None`` if it is none (C8)."""
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


_remembered = functools.lru_cache(maxsize=4096)(_number)


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Node):
    """A number, a text, TRUE, FALSE or NULL."""

    value: float | str | bool | None

    @property
    def kind(self) -> str:
        if self.value is None:
            return NULL
        return {bool: TRUTH, str: TEXT}.get(type(self.value), NUMBER)

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        if isinstance(self.value, str):
            return ("'" + self.value.replace("'", "''") + "'",)
        if isinstance(self.value, float):
            return (repr(self.value).removesuffix(".0"),)
        return ({True: "TRUE", False: "FALSE", None: "NULL"}[self.value],)

    def test(self) -> Test:
        truth = self.value
        if truth is None or isinstance(truth, bool):
            return lambda _: truth
        return Node.test(self)

    def reader(self, wanted: str) -> Reader:
        if self.kind not in (wanted, NULL) and not (self.kind == TRUTH and wanted == TEXT):
            return Node.reader(self, wanted)
        value = str(self).lower() if self.kind == TRUTH else self.value
        return lambda _: value


@dataclass(frozen=True, slots=True, eq=False)
class Header(Node):
    """A header's value. Where a condition is expected, it is true or false if its text says so (C8)."""

    name: str

    @property
    def kind(self) -> str:
        return HEADER

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        plain = _PLAIN_NAME.fullmatch(self.name) and self.name.upper() not in KEYWORDS
        return (self.name if plain else '"' + self.name.replace('"', '""') + '"',)

    def test(self) -> Test:
        name = self.name
        return lambda headers: _TRUTHS.get(headers.get(name))

    def reader(self, wanted: str) -> Reader:
        """As ``HEADER``: whatever it is, however long."""
        name = self.name
        if wanted == HEADER:
            return lambda headers: headers.get(name)

        def text(headers: Headers) -> str | None:
            value = headers.get(name)
            return value if value is None or len(value) <= LONGEST_VALUE else None

        def number(headers: Headers) -> float | None:
            value = headers.get(name)
            if value is None or len(value) > LONGEST_VALUE:
                return None
            return _remembered(value) if len(value) <= LONGEST_REMEMBERED else _number(value)

        return text if wanted == TEXT else number


@dataclass(frozen=True, slots=True, eq=False)
class Group(Node):
    """Something in parentheses."""

    inner: Node

    @property
    def kind(self) -> str:
        return self.inner.kind

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        return ("(", self.inner, ")")

    def test(self) -> Test:
        return self.inner.test()

    def reader(self, wanted: str) -> Reader:
        return self.inner.reader(wanted)


@dataclass(frozen=True, slots=True, eq=False)
class Sign(Node):
    """A number with + or - before it."""

    sign: str
    operand: Node

    @property
    def kind(self) -> str:
        return NUMBER

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        return (self.sign, " " if isinstance(self.operand, Sign) else "", self.operand)

    def reader(self, wanted: str) -> Reader:
        if wanted != NUMBER:
            return Node.reader(self, wanted)
        read, factor = self.operand.reader(NUMBER), -1.0 if self.sign == "-" else 1.0
        return lambda headers: None if (value := read(headers)) is None else value * factor


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic(Node):
    """Terms joined by + and -, or by * and /, from left to right; unknown as soon as one is, or divided by zero."""

    first: Node
    rest: tuple[tuple[str, Node], ...]

    @property
    def kind(self) -> str:
        return NUMBER

    @property
    def pieces(self) -> tuple[str | Node, ...]:
        rest: list[str | Node] = []
        for sign, term in self.rest:
            rest += (f" {sign} ", term)
        return (self.first, *rest)

    def reader(self, wanted: str) -> Reader:
        if wanted != NUMBER:
            return Node.reader(self, wanted)
        first = self.first.reader(NUMBER)
        rest = [(_ARITHMETIC[sign], term.reader(NUMBER)) for sign, term in self.rest]

        def read(headers: Headers) -> float | None:
            total = first(headers)
            for combine, term in rest:
                value = term(headers)
                if total is None or value is None or (combine is operator.truediv and value == 0):
                    return None
                total = combine(total, value)
            return None if total is None or math.isnan(total) else float(total)

        return read
