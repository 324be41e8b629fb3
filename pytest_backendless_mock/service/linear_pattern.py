"""Regular expressions whose search takes time in proportion to the text, whatever they are (Thompson's construction).

Python's own go back and try again, which for ``^(a+)+$`` takes seconds, during which nothing else of the process runs.
What cannot be searched for in one go (references back, looking around) is refused.
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
import warnings
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

LONGEST = 200
"""Characters of an expression."""
LONGEST_TEXT = 8_192
"""Characters of a text that is searched; a longer one is taken for one without a match."""
MOST_STEPS = 2_000
"""Steps of the program that an expression becomes: ``(a{99}){99}`` would be too many."""
_PARSER: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_PLACES: dict[str, Callable[[str, int], bool]] = {
    "AT_BEGINNING": lambda _, at: at == 0,
    "AT_BEGINNING_STRING": lambda _, at: at == 0,
    "AT_END": lambda text, at: at == len(text) or (at == len(text) - 1 and text[at] == "\n"),
    "AT_END_STRING": lambda text, at: at == len(text),
    "AT_BOUNDARY": lambda text, at: _is_word(text, at - 1) != _is_word(text, at),
    "AT_NON_BOUNDARY": lambda text, at: _is_word(text, at - 1) == _is_word(text, at),
}
Test = Callable[[str], bool]


class Step(NamedTuple):
    """One step of a program: take a character, be at a place, or go on at one of several steps."""

    takes: Test | None = None
    place: Callable[[str, int], bool] | None = None
    goes: tuple[int, ...] = ()


class LinearPattern:
    """A regular expression. Raises ``ValueError`` for what is none, is too long, or cannot be searched in one go."""

    def __init__(self, expression: str) -> None:
        if len(expression) > LONGEST:
            raise ValueError(f"a pattern has {LONGEST} characters at most")
        self._steps: list[Step] = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)  # what may be read otherwise one day
                parsed = _PARSER.parse(expression)
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"{expression!r} is no pattern: {error}") from None
        if parsed.state.flags & ~re.UNICODE.value:
            raise ValueError(f"{expression!r}: a pattern has no flags here")
        self._write(parsed)

    def found_in(self, text: str) -> bool:
        """Whether it is somewhere in ``text``."""
        if len(text) > LONGEST_TEXT:
            return False
        current: set[int] = set()
        for at in range(len(text) + 1):
            reached = self._reached({*current, 0}, text, at)
            if len(self._steps) in reached:
                return True
            if at < len(text):
                takers = ((place, self._steps[place].takes) for place in reached)
                current = {place + 1 for place, takes in takers if takes is not None and takes(text[at])}
        return False

    def _reached(self, begin: Iterable[int], text: str, at: int) -> set[int]:
        """All steps that are come to from some without taking a character."""
        reached: set[int] = set()
        waiting = list(begin)
        while waiting:
            place = waiting.pop()
            if place in reached:
                continue
            reached.add(place)
            step = self._steps[place] if place < len(self._steps) else Step()
            waiting += step.goes
            if step.place is not None and step.place(text, at):
                waiting.append(place + 1)
        return reached

    def _write(self, parts: Iterable[tuple[Any, Any]]) -> None:
        for kind, argument in parts:
            write = getattr(self, f"_write_{str(kind).lower()}", None)
            if write is None:
                raise ValueError(f"a pattern cannot look around or back here ({str(kind).lower()})")
            write(argument)

    def _add(self, step: Step) -> int:
        if len(self._steps) >= MOST_STEPS:
            raise ValueError("the pattern repeats too much")
        self._steps.append(step)
        return len(self._steps) - 1

    def _write_literal(self, code: int) -> None:
        self._add(Step(takes=chr(code).__eq__))

    def _write_not_literal(self, code: int) -> None:
        self._add(Step(takes=chr(code).__ne__))

    def _write_any(self, _: None) -> None:
        self._add(Step(takes="\n".__ne__))

    def _write_in(self, items: list[tuple[Any, Any]]) -> None:
        self._add(Step(takes=_one_of(items)))

    def _write_at(self, where: Any) -> None:
        self._add(Step(place=_PLACES[str(where)]))

    def _write_subpattern(self, argument: tuple[Any, int, int, Any]) -> None:
        _, more_flags, fewer_flags, inside = argument
        if more_flags or fewer_flags:
            raise ValueError("a pattern has no flags here")
        self._write(inside)

    def _write_branch(self, argument: tuple[Any, list[Any]]) -> None:
        _, branches = argument
        fork = self._add(Step())
        starts, ends = [], []
        for branch in branches:
            starts.append(len(self._steps))
            self._write(branch)
            ends.append(self._add(Step()))
        self._steps[fork] = Step(goes=tuple(starts))
        for end in ends:
            self._steps[end] = Step(goes=(len(self._steps),))

    def _write_max_repeat(self, argument: tuple[int, Any, Any]) -> None:
        least, most, inside = argument
        for _ in range(least):
            self._write(inside)
        if most is _PARSER.MAXREPEAT:
            fork = self._add(Step())
            self._write(inside)
            self._add(Step(goes=(fork,)))
            self._steps[fork] = Step(goes=(fork + 1, len(self._steps)))
            return
        forks = []
        for _ in range(most - least):
            forks.append(self._add(Step()))
            self._write(inside)
        for fork in forks:
            self._steps[fork] = Step(goes=(fork + 1, len(self._steps)))

    _write_min_repeat = _write_max_repeat


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")


def _one_of(items: list[tuple[Any, Any]]) -> Test:
    """What a set of characters takes."""
    named = [(str(kind), argument) for kind, argument in items]
    negated = named[0][0] == "NEGATE"
    tests = [_test(kind, argument) for kind, argument in named[negated:]]
    return lambda character: any(test(character) for test in tests) != negated


def _test(kind: str, argument: Any) -> Test:
    if kind == "LITERAL":
        return chr(argument).__eq__
    if kind == "RANGE":
        first, last = map(chr, argument)
        return lambda character: first <= character <= last
    return functools.partial(_is_of, re.compile(_CATEGORIES[str(argument)]))


def _is_of(category: re.Pattern[str], character: str) -> bool:
    return category.match(character) is not None
