"""The catalogue of failing tests: how a row is written, how it is run, and where in the output its lines stand."""

from __future__ import annotations

import textwrap

import pytest

HEAD = """
import asyncio
import unittest
from datetime import timedelta

import pytest
from client import call

pytestmark = pytest.mark.backendless_mock(freeze="2030-01-07 08:30")


def is_eight(order):
    return order["id"] == 8


"""

BEGIN = """
def test_it(backendless_mock):
    def send(path, body):
        return call(f"{mock.url}/messaging/{path}", "POST", body)

    mock, orders = backendless_mock, backendless_mock.channel("orders")
"""
ALLOW = "If this is intended, use @pytest.mark.backendless_mock(allow_unknown_requests=True)"
"""What the verdict on an unknown request ends with."""


def written(body):
    """A test whose body that is."""
    return HEAD + BEGIN + textwrap.indent(textwrap.dedent(body), "    ")


def pattern(line):
    """A line for ``fnmatch_lines`` in which only ``*`` is special."""
    return line.replace("[", "[[]").replace("?", "[?]")


def row(name, source, *lines):
    return pytest.param(source, lines, id=name.replace(" ", "-"))


def assert_fails_with(inner, source, lines):
    """A test with that body fails with an ``AssertionError`` of exactly these lines."""
    result = inner.run(written(source))
    result.assert_outcomes(failed=1)
    first, *others = lines
    expected = [f"E       AssertionError: {first}", *(f"E       {line}" for line in others), ""]
    result.stdout.fnmatch_lines([pattern(line) for line in expected], consecutive=True)


def the_section(result):
    """The lines under a failing test."""
    lines = result.outlines
    begin = next(place for place, line in enumerate(lines) if line.startswith("-") and " backendless_mock " in line)
    end = next(place for place in range(begin + 1, len(lines)) if lines[place].startswith("==="))
    return lines[begin + 1 : end]
