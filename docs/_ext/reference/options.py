"""How a run and a test are configured: fixtures, the marker's keywords, and the options of pytest."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

from pytest_backendless_mock import plugin, settings
from pytest_backendless_mock.marker import OPTIONS
from pytest_backendless_mock.messaging.rules import Rules

from .names import members
from .text import code, line, table

if TYPE_CHECKING:
    import pytest

MARKER: Mapping[str, tuple[str, str]] = {
    "freeze": ("None", "the process stands at this instant, while the test and its own fixtures last"),
    "allow_unknown_requests": ("False", "requests that the service does not have do not fail the test"),
    "state": ("None", "what the mock begins with: a value, or a path relative to the test's file"),
}
"""The default and the meaning of each keyword that is no rule."""
_SCOPE = re.compile(r"scope='(?P<scope>\w+)'")


def fixtures() -> str:
    """Every fixture, with its scope."""
    syntax = ast.parse(inspect.getsource(plugin))
    rows = [
        (code(node.name), _scope(ast.unparse(decorator)), line(ast.get_docstring(node)))
        for node in syntax.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        for decorator in node.decorator_list
        if ast.unparse(decorator).startswith("pytest.fixture")
    ]
    rows.sort(key=lambda row: row[0].strip("`"))
    return table(("fixture", "scope", ""), rows)


def _scope(decorator: str) -> str:
    said = _SCOPE.search(decorator)
    return said["scope"] if said else "function"


def marker() -> str:
    """Every keyword of the marker; rules are told on a page of their own."""
    own = [(code(name), code(MARKER[name][0]), MARKER[name][1]) for name in OPTIONS]
    told = {member.name: line(member.doc) for member in members(Rules)}
    rules = [(code(rule.name), code(repr(rule.default)), told[rule.name]) for rule in fields(Rules)]
    return table(("keyword", "default", ""), [*own, *rules])


class _Recorder:
    """What stands for a parser of pytest, and only notes what it is told."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str]] = []

    def getgroup(self, _: str) -> _Recorder:
        """Options of the command line come here too."""
        return self

    def addoption(self, flag: str, *, metavar: str, help: str, **_: Any) -> None:  # noqa: A002 - as pytest calls it
        """Note an option of the command line."""
        self.rows.append((code(f"{flag} {metavar}"), "command line", "", help))

    def addini(self, name: str, help: str, *, default: object, **_: Any) -> None:  # noqa: A002 - the same
        """Note an ini option."""
        self.rows.append((code(name), "ini", code(default or ""), help))


def options() -> str:
    """The options of the command line, then the ini options."""
    recorder = _Recorder()
    settings.add_options(cast("pytest.Parser", recorder))
    return table(("option", "where", "default", ""), recorder.rows)
