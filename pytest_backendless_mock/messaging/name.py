"""Channel names: which there may be, and the one that always exists (C2, C3)."""

from __future__ import annotations

import unicodedata
from typing import NewType

from .errors import InvalidChannelName

ChannelName = NewType("ChannelName", str)
"""A channel's name as the service knows it: what ``channel_name`` returned. Checked once, where it comes in."""
DEFAULT_CHANNEL = ChannelName("default")


def channel_name(name: str) -> ChannelName:
    """``name`` as the service knows it: ``Default`` is ``default`` (C2). Raises ``InvalidChannelName`` (C3)."""
    plain = name.isascii() and name.isprintable()
    odd = not plain and any(unicodedata.category(character) in {"Cc", "Cs"} for character in name)
    if not name or "/" in name or odd:
        raise InvalidChannelName(detail="a channel name is not empty and holds no slash and no control character")
    return DEFAULT_CHANNEL if name == "Default" else ChannelName(name)
