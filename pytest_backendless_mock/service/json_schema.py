"""jsonschema as it is used here, and the formats that it checks only with further packages.

It reads its metaschemas while it is imported, and we ours: both before the first mock of a process is made, so that no
request reads a file. A test may have put a fake file system in place by then.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

NO_FILES = (
    "the schemas of the mock cannot be read: where a fake file system (pyfakefs) is in place, "
    "import pytest_backendless_mock.testing.mock before it, or ask for the fixture backendless_mock_server"
)

try:
    from jsonschema import Draft202012Validator, FormatChecker, SchemaError, ValidationError
    from referencing import Registry, Resource
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012
except (OSError, LookupError):
    raise ImportError(NO_FILES) from None

__all__ = [
    "DRAFT202012",
    "FORMATS",
    "NO_FILES",
    "Draft202012Validator",
    "Registry",
    "Resource",
    "SchemaError",
    "Unresolvable",
    "ValidationError",
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
