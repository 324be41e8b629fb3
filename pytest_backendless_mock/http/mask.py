"""Requests and answers for files that others read: tokens, passwords and cookies are masked, ids and keys are not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from ..messaging.errors import UnreadableRequest
from ..messaging.secret import is_secret
from ..service.json_text import dump
from . import body
from .journal import Entry

MASK = "…"
"""What stands in the place of a secret."""
SHORTEST = 4
"""How long a secret must be for it to be looked for in texts; shorter ones are found everywhere."""
_IN_BYTES = re.compile(rb"(?i)token|password|passwd|passphrase|secret")
"""What names of secrets have in common, for contents that cannot be taken apart."""


def headers(given: Mapping[str, str]) -> dict[str, str]:
    """HTTP headers."""
    return {name: MASK if is_secret(name) else value for name, value in given.items()}


def query(text: str) -> str:
    """What stands behind the ``?``."""
    pairs = (pair.partition("=") for pair in text.split("&"))
    return "&".join(f"{name}{sign}{MASK if is_secret(unquote(name)) else value}" for name, sign, value in pairs)


def secrets(entry: Entry) -> frozenset[str]:
    """What is a secret of a request or its answer, wherever it stands."""
    named = [value for name, value in entry.headers.items() if is_secret(name)]
    for content in (entry.body, entry.answer):
        named += _secrets_in(_parsed(content))
    return frozenset(str(value) for value in named if len(str(value)) >= SHORTEST)


def content(given: bytes | None, known: Iterable[str]) -> bytes | None:
    """A body or an answer, in which no secret stands, nor any that is ``known``.

    ``None`` for one that cannot be taken apart and may hold some. One that holds none is as it came.
    """
    if given is None:
        return None
    value = _parsed(given)
    texts = [secret.encode() for secret in known]
    if isinstance(value, dict | list) and next(_secrets_in(value), None) is not None:
        given = dump(_masked(value)).encode()
    elif value is None and _IN_BYTES.search(given) and not _is_text(given):
        return None
    for text in texts:
        given = given.replace(text, MASK.encode())
    return given


def _is_text(given: bytes) -> bool:
    try:
        return "\0" not in given.decode()
    except UnicodeDecodeError:
        return False


def _parsed(given: bytes | None) -> Any:
    """A JSON value; ``None`` where it is none."""
    try:
        return None if given is None else body.parse(given)
    except UnreadableRequest:
        return None


def _secrets_in(value: Any) -> Iterator[Any]:
    """The texts and numbers below names of secrets."""
    waiting = [(value, False)]
    while waiting:
        part, secret = waiting.pop()
        if isinstance(part, dict):
            waiting += [(item, secret or is_secret(name)) for name, item in part.items()]
        elif isinstance(part, list):
            waiting += [(item, secret) for item in part]
        elif secret and isinstance(part, str | int | float) and not isinstance(part, bool):
            yield part


def _masked(value: Any) -> Any:
    """The same JSON value, changed in place."""
    waiting = [(value, False)]
    while waiting:
        holder, secret = waiting.pop()
        for place, item in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            hidden = secret or (isinstance(place, str) and is_secret(place))
            if isinstance(item, dict | list):
                waiting.append((item, hidden))
            elif hidden and isinstance(item, str | int | float) and not isinstance(item, bool):
                holder[place] = MASK
    return value
