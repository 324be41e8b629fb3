"""What flags with a small syntax of their own say."""

from __future__ import annotations

import json
from typing import Any

from ..messaging.access import KEY_ROLES
from .failure import UsageError


def parse_keys(given: list[str]) -> dict[str, str]:
    """``[KIND=]KEY`` by kind; without a kind it is the REST key. Raises ``UsageError``."""
    keys: dict[str, str] = {}
    for text in given:
        kind, equals, key = text.partition("=")
        kind, key = (kind, key) if equals else ("REST", text)
        if kind not in KEY_ROLES or kind in keys or not key:
            raise UsageError(f"--api-key takes KEY or KIND=KEY, each of {', '.join(KEY_ROLES)} once, not {text!r}")
        keys[kind] = key
    return keys


def parse_rules(given: list[str]) -> dict[str, Any]:
    """``NAME=VALUE`` by name, the value JSON where it reads as JSON. Raises ``UsageError``."""
    rules: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        try:
            rules[name.replace("-", "_")] = json.loads(value)
        except ValueError:
            rules[name.replace("-", "_")] = value
        if not equals:
            raise UsageError(f"--rule takes NAME=VALUE, as in strict_channels=true, not {text!r}")
    return rules


def parse_instant(text: str) -> int | str:
    """As the control API takes it: milliseconds as a number, everything else as text that the mock reads, and judges.

    Four digits are a year that somebody takes for a date, and not two seconds after 1970.
    """
    return int(text) if text.isdecimal() and len(text) > len("2030") else text


def parse_headers(given: list[str]) -> dict[str, str]:
    """``NAME=VALUE`` by name. Raises ``UsageError``."""
    headers: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"--header takes NAME=VALUE, not {text!r}")
        headers[name] = value
    return headers
