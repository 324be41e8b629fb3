"""jsonschema as it is used here, and the formats that it checks only with further packages.

It reads its metaschemas while it is imported, so it has to be before a test puts a fake file system in place.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

NO_FILES = (
    "jsonschema, which checks a schema that is given, cannot be loaded: "
    "where a fake file system is in place, import jsonschema before it"
)

try:
    from jsonschema import Draft202012Validator, FormatChecker, SchemaError, ValidationError, validators
    from referencing import Registry, Resource
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012
except (OSError, LookupError):
    raise ImportError(NO_FILES) from None

__all__ = [
    "DRAFT202012",
    "FORMATS",
    "Draft202012Validator",
    "Registry",
    "Resource",
    "SchemaError",
    "Unresolvable",
    "ValidationError",
    "validators",
]

FORMATS = FormatChecker()
"""jsonschema's own checks, and the ones below."""

_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?(?i:z|[+-]\d\d:\d\d)", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?(?i:z|[+-]\d\d:\d\d)", re.ASCII)


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    """RFC 3339, as JSON Schema asks."""
    return not isinstance(value, str) or (_DATE_TIME.fullmatch(value) is not None and _exists(value[:10], value[11:19]))


@FORMATS.checks("time", raises=ValueError)
def is_time(value: object) -> bool:
    """RFC 3339's full-time, with its offset."""
    return not isinstance(value, str) or (_TIME.fullmatch(value) is not None and _exists("2000-01-01", value[:8]))


@FORMATS.checks("uri", raises=ValueError)
def is_uri(value: object) -> bool:
    """An absolute URI: a scheme, and no blanks."""
    return not isinstance(value, str) or (bool(urlsplit(value).scheme) and not re.search(r"\s", value))


def _exists(date: str, time: str) -> bool:
    """Whether there is that day and time. Raises ``ValueError`` where there is not."""
    dt.datetime.fromisoformat(f"{date}T{time}")
    return True
