"""Environment variables that lead code to the mock: names with templates, and a file of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .failure import UsageError
from .private_file import write_private

PLACES = ("url", "hostUrl", "appId", "apiKey", "mockUrl")
"""What a template can name: members of what ``POST /apps`` answers, and the address of the control API."""
_PLACE = re.compile(r"\{(\w+)\}")
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[\w./:@%+,=-]*")


def parse_template(text: str) -> tuple[str, str]:
    """``NAME=TEMPLATE`` as a pair. Raises ``UsageError`` for what is no name, or names a place there is not."""
    name, equals, template = text.partition("=")
    unknown = [place for place in _PLACE.findall(template) if place not in PLACES]
    if not equals or not _NAME.fullmatch(name) or unknown or not template.isprintable():
        places = ", ".join(f"{{{place}}}" for place in PLACES)
        raise UsageError(f"--env takes NAME=TEMPLATE such as VITE_BACKENDLESS_URL={{hostUrl}}, with {places}: {text!r}")
    return name, template


def variables(app: Mapping[str, Any], templates: Mapping[str, str]) -> dict[str, str]:
    """What a command is told of an application as ``serve --json`` prints it: the usual names, then ``templates``."""
    return {**app["env"], **{name: _filled(template, app) for name, template in templates.items()}}


def write_file(path: Path, variables: Mapping[str, str]) -> None:
    """Write ``NAME=value`` lines that only the owner can read; whoever waits for the file finds it whole."""
    write_private(path, "".join(f"{name}={_quoted(value)}\n" for name, value in variables.items()))


def _filled(template: str, app: Mapping[str, Any]) -> str:
    return _PLACE.sub(lambda place: str(app[place[1]]), template)


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else '"' + re.sub(r'([\\"$`])', r"\\\1", value) + '"'
