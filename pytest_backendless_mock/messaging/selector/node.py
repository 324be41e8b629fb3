"""What every part of a condition has: a kind, a truth or a value, a text, and reasons for not being true.

Truth is ``True``, ``False`` or ``None`` for unknown (SQL-92). Every node compiles once into a function of the headers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..text import shortened

Headers = Mapping[str, str | None]
Truth = bool | None
Test = Callable[[Headers], Truth]
Reader = Callable[[Headers], Any]

CONDITION, HEADER, NUMBER, TEXT, TRUTH, NULL = "a condition", "a header", "a number", "text", "true or false", "NULL"


WIDEST = 100
"""How many characters of a part or a value are shown."""


class ConditionTypeError(ValueError):
    """A part of a condition is not what its place asks for; ``at`` is where it stands in the text."""

    def __init__(self, text: str, at: int) -> None:
        super().__init__(text)
        self.at = at


@dataclass(frozen=True, slots=True, eq=False)
class Node(ABC):
    """A part of a condition; ``at`` is where it begins in the text."""

    at: int

    @property
    def kind(self) -> str:
        """What it yields; most nodes are conditions."""
        return CONDITION

    @property
    @abstractmethod
    def pieces(self) -> tuple[str | Node, ...]:
        """Its text, with the nodes it is made of in their places."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes it is made of."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Node))

    def __str__(self) -> str:
        waiting: list[str | Node] = [self]
        text = []
        while waiting:  # a loop, because conditions nest deeper than Python likes to call
            piece = waiting.pop()
            if isinstance(piece, str):
                text.append(piece)
            else:
                waiting += reversed(piece.pieces)
        return "".join(text)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def test(self) -> Test:
        """Its truth as a function of the headers. Raises ``ConditionTypeError`` where it has none."""
        raise ConditionTypeError(f"a condition was expected, {short(str(self))} is {self.kind}", self.at)

    def reader(self, wanted: str) -> Reader:
        """Its value, read as ``wanted`` (``NUMBER`` or ``TEXT``). Raises ``ConditionTypeError`` where it has none."""
        raise ConditionTypeError(f"{wanted} was expected, {short(str(self))} is {self.kind}", self.at)


def walk(root: Node) -> Iterator[Node]:
    """``root`` and every node below it, from left to right."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.parts)


def short(text: str) -> str:
    """A part of a selector for people, not longer than they read."""
    return shortened(text, WIDEST)
