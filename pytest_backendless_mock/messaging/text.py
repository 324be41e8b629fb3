"""Text as it may be printed: no longer than it is read, no control characters, and no lines of its own."""

from __future__ import annotations


def escaped(text: str, *, keep: str = "") -> str:
    """``text`` with whatever does not print written as in a Python literal, but for the characters in ``keep``."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in keep
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def shortened(text: str, width: int) -> str:
    """Text of at most ``width`` characters."""
    return text if len(text) <= width else f"{text[: width - 1]}…"
