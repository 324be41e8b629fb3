"""Selectors: SQL-92 conditions over the headers of a message, parsed once and then asked."""

from __future__ import annotations

from collections.abc import Mapping

from ..header import header_text

CONTEXT = 60
"""How many characters before and after the place of an error are shown."""


class SelectorError(ValueError):
    """Text that is no selector: the message says what was expected, and shows the place with a caret."""

    def __init__(self, text: str, at: int, problem: str) -> None:
        begin = max(at - CONTEXT, 0)
        shown = "".join(character if character.isprintable() else " " for character in text[begin : at + CONTEXT])
        super().__init__(f"{problem}, at {at}\n  {shown}\n  {' ' * (at - begin)}^")


class Selector:
    """A condition such as ``city = 'Tokyo' AND temperature > 60``, asked of a message's headers.

    Header names are case-sensitive, keywords are not; a header is text, and a number where it is compared with one
    (``docs/protocol/subscribe.md``). Raises ``SelectorError`` for text that is no condition, ``TypeError`` for what
    is no text.
    """

    def __init__(self, text: str) -> None:
        from .grammar import GrammarError, parse  # noqa: PLC0415 - with lark 60 ms, and only selectors need it
        from .node import ConditionTypeError  # noqa: PLC0415 - loaded with the grammar

        if not isinstance(text, str):
            raise TypeError(f"a selector is text, not {text!r}")
        self.text = text
        try:
            self._root = parse(text)
            self.truth = self._root.test()
            """``True``, ``False`` or ``None`` (unknown) for headers that are text already."""
        except (GrammarError, ConditionTypeError) as error:
            raise SelectorError(text, error.at, str(error)) from None

    def matches(self, headers: Mapping[str, object]) -> bool:
        """Whether a message with ``headers`` is delivered: only a condition that is true lets it pass."""
        return self.truth(_as_text(headers)) is True

    def header_names(self) -> list[str]:
        """The headers it asks for."""
        from .condition import header_names  # noqa: PLC0415 - loaded with the grammar

        return header_names(self._root)

    def reasons(self, headers: Mapping[str, object]) -> list[str]:
        """Which parts keep the condition from being true, with the values they met; empty when it is true."""
        from .condition import reasons  # noqa: PLC0415 - loaded with the grammar

        texts = _as_text(headers)
        return [] if self.truth(texts) else reasons(self._root, texts)

    def __str__(self) -> str:
        return str(self._root)

    def __repr__(self) -> str:
        return f"Selector({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return self._root == other._root if isinstance(other, Selector) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._root)


def _as_text(headers: Mapping[str, object]) -> dict[str, str | None]:
    return {name: header_text(value) for name, value in headers.items()}
