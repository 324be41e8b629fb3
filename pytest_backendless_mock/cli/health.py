"""``backendless-mock health``: whether a mock answers. Containers ask every two seconds, so it loads little."""

from __future__ import annotations

from typing import Any

from .failure import UnreachableError
from .output import as_json, pairs, say
from .target import find_target


def run(options: Any) -> int:
    """Print what the mock says of itself."""
    target = find_target(options)
    try:
        health = target.ask("GET", "health").value
    except UnreachableError as error:
        if options.quiet:
            return error.code
        raise
    if not options.quiet:
        for line in [as_json(health)] if options.json else pairs(health):
            say(line)
    return 0
