"""A header's value as the service stores it: text, or null (W11)."""

from __future__ import annotations


def header_text(value: object) -> str | None:
    """A header value as the service stores it: text, or null (W11).

    Integers become their digits, other numbers Python's ``repr(float)``, booleans ``true`` and ``false``.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return int.__repr__(value) if isinstance(value, int) else float.__repr__(value)  # a secret's own says nothing
