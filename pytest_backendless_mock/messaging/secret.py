"""What nobody should read over somebody's shoulder: tokens, passwords, and by what names they are known."""

from __future__ import annotations

import functools
from typing import Any

SHOWN = 4
"""How many characters of a secret are printed."""
SHORTEST_SHOWN = 12
"""How long it must be for that: of a shorter one they would give away too much."""
ENDINGS = ("token", "tokens", "secret", "passwd", "passphrase")
"""How names of secrets end; one with ``password`` in it is another."""
NAMES = frozenset({"authorization", "cookie", "proxyauthorization", "secretkey", "setcookie"})
"""Names of secrets that end otherwise."""


class Secret(str):
    """Text that equals itself, and whose ``repr`` shows its beginning at most."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(masked(self))


class SecretInteger(int):
    """A number that equals itself, and whose ``repr`` shows nothing of it."""

    __slots__ = ()
    __str__ = int.__repr__

    def __repr__(self) -> str:
        return masked("")


class SecretFloat(float):
    """As ``SecretInteger``."""

    __slots__ = ()
    __str__ = float.__repr__

    def __repr__(self) -> str:
        return masked("")


def masked(secret: str) -> str:
    """The beginning of a secret, for reports."""
    return f"{secret[:SHOWN] if len(secret) >= SHORTEST_SHOWN else ''}…"


@functools.lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Whether what has that name is a secret: a member of an object, a header, a segment of a path, in any case."""
    plain = name.lower().replace("-", "").replace("_", "")
    return plain.endswith(ENDINGS) or "password" in plain or plain in NAMES


def secret_text(text: str | None) -> Secret | None:
    """A text as a secret, if there is one."""
    return None if text is None else Secret(text)


def wrapped(value: Any) -> Any:
    """A text or number as a secret; anything else as it is."""
    if isinstance(value, str):
        return Secret(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return SecretInteger(value) if isinstance(value, int) else SecretFloat(value)


def conceal(value: Any, *, secret: bool = False) -> Any:
    """The same JSON value, in which all that stands under the name of a secret has become one, at any depth.

    It is changed in place; what equalled it still does. ``secret``: it stands under such a name itself.
    """
    if not isinstance(value, dict | list):
        return wrapped(value) if secret else value
    waiting = [(value, secret)]
    while waiting:
        holder, within = waiting.pop()
        for place, item in holder.items() if isinstance(holder, dict) else enumerate(holder):
            hidden = within or (isinstance(place, str) and is_secret(place))
            if isinstance(item, dict | list):
                waiting.append((item, hidden))
            elif hidden:
                holder[place] = wrapped(item)
    return value
