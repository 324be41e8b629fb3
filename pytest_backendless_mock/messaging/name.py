"""Channel names: which there may be, and the one that always exists (C2, C3)."""

from __future__ import annotations

import unicodedata

from .errors import InvalidChannelName

DEFAULT_CHANNEL = "default"


def channel_name(name: str) -> str:
    """``name`` as the service knows it: ``Default`` is ``default`` (C2). Raises ``InvalidChannelName`` (C3)."""
    plain = name.isascii() and name.isprintable()
    odd = not plain and any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in name)
    if not name or "/" in name or odd:
        raise InvalidChannelName(detail="a channel name is not empty and holds no slash and no control character")
    return DEFAULT_CHANNEL if name == "Default" else name
