"""Text that nobody should read over somebody's shoulder: tokens and passwords."""

from __future__ import annotations

SHOWN = 4
"""How many characters of a secret are printed."""


class Secret(str):
    """Text that equals itself, and whose ``repr`` shows only its beginning."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(masked(self))


def masked(secret: str) -> str:
    """The beginning of a secret, for reports."""
    return f"{secret[:SHOWN]}…"
