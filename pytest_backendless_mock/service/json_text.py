"""JSON texts, as strict as a double and a stack allow (W7)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

LONGEST_NUMBER = 4_300
DEEPEST = 200


def parse(text: str, objects: Callable[[dict[str, Any]], Any] | None = None, *, deepest: int = DEEPEST) -> Any:
    """The JSON value in ``text``. Raises ``ValueError`` for everything W7 names.

    ``objects`` may put something else in the place of each object, the inner ones first.
    """
    if text.count("[") + text.count("{") > deepest and _is_too_deep(text, deepest):
        raise ValueError(f"the JSON is nested deeper than {deepest}")
    return (_DECODER if objects is None else _decoder(objects)).decode(text)


def dump(value: Any, others: Callable[[Any], Any] | None = None, *, deepest: int = DEEPEST) -> str:
    """A JSON value as a text without blanks, in ASCII. ``others`` may give a value for what is none.

    Raises ``TypeError`` for what is no JSON value, or is nested deeper than one may be.
    """
    try:
        text = (_ENCODER if others is None else _encoder(others)).encode(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"this is no JSON value: {error}") from None
    except RecursionError:
        raise TypeError(f"this is no JSON value: it is nested deeper than {deepest}") from None
    if text.count("[") + text.count("{") > deepest and _is_too_deep(text, deepest):
        raise TypeError(f"this is no JSON value: it is nested deeper than {deepest}")
    return text


def _is_too_deep(text: str, deepest: int) -> bool:
    """Whether brackets are nested deeper than ``deepest``, those inside strings left out."""
    depth = 0
    inside = escaped = False
    for character in text:
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > deepest:
                return True
        elif character in "]}":
            depth -= 1
    return False


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER or math.isinf(float(digits)):
        raise ValueError("a number is outside the range of a double")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if len(digits) > LONGEST_NUMBER or math.isinf(number):
        raise ValueError("a number is outside the range of a double")
    return number


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _decoder(objects: Callable[[dict[str, Any]], Any] | None) -> json.JSONDecoder:
    return json.JSONDecoder(object_hook=objects, parse_int=_integer, parse_float=_number, parse_constant=_constant)


def _encoder(others: Callable[[Any], Any] | None) -> json.JSONEncoder:
    return json.JSONEncoder(allow_nan=False, separators=(",", ":"), default=others)


_DECODER, _ENCODER = _decoder(None), _encoder(None)


def camel(name: str) -> str:
    """``message_id`` as ``messageId``: a field of a record as a member of an object."""
    first, *more = name.split("_")
    return first + "".join(part.capitalize() for part in more)
