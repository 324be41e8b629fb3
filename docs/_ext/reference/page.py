"""Which part of which page is made, of what, and how it gets there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from pytest_backendless_mock.control import openapi, service_openapi
from pytest_backendless_mock.control.table import ROUTES
from pytest_backendless_mock.http.rest.route import ROUTES as SERVICE
from pytest_backendless_mock.service.identity import API_KEY, APP_ID, Identity

from . import command, decisions, described, errors, events, names, options

DOCS = Path(__file__).parent.parent.parent
HOST = "http://127.0.0.1:2563"
_BLOCK = re.compile(r"(?P<begin><!-- made: (?P<name>[\w-]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)

_PLACE = re.compile(r"\{\w+\}")

Maker = Callable[[], str]


def _service() -> str:
    """The service, whose paths stand as in its own table: a description has one name for all that a place may be."""
    names = {(route.method, _PLACE.sub("{}", f"/{route.path}")): route.path for route in SERVICE}
    description = service_openapi.service(HOST, Identity(APP_ID, API_KEY))
    return described.page(description, lambda method, path: f"{method} /{names[method, _PLACE.sub('{}', path)]}")


def _control() -> str:
    description = openapi.control(ROUTES, HOST)
    return described.page(description, lambda method, path: f"{method} {path.removeprefix('/__mock__')}")


PAGES: Mapping[str, Mapping[str, Maker]] = {
    "reference/python.md": {"names": names.page},
    "reference/options.md": {"fixtures": options.fixtures, "marker": options.marker, "options": options.options},
    "reference/routes.md": {"routes": _service},
    "reference/control.md": {"routes": _control},
    "reference/errors.md": {"errors": errors.page},
    "reference/command-line.md": {"verbs": command.page},
    "reference/timeline.md": {"words": events.page},
    "explanation/fidelity.md": {"decisions": decisions.page},
}
"""What is made, by page and by the name of the place in it."""


def filled(page: str, makers: Mapping[str, Maker]) -> str:
    """A page with what is made in its places. Raises ``LookupError`` where places and makers do not agree."""
    there = [block["name"] for block in _BLOCK.finditer(page)]
    if sorted(there) != sorted(makers):
        raise LookupError(f"the page has places for {there}, and there are {[*makers]}")
    return _BLOCK.sub(lambda block: f"{block['begin']}\n{makers[block['name']]().strip()}\n\n{block['end']}", page)
