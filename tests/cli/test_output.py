"""How answers look to people and to programs."""

from __future__ import annotations

import io

import pytest

from pytest_backendless_mock.cli.output import Table, as_json, coloured, pairs, shown, styled


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "variables", "expected"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
    ids=["terminal", "empty NO_COLOR", "NO_COLOR", "dumb", "no terminal"],
)
def test_a_terminal_is_coloured_unless_it_is_told_otherwise(monkeypatch, stream, variables, expected):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert coloured(stream) is expected


def test_a_style_is_undone_behind_the_text():
    assert styled("ok", "green", Terminal()) == "\033[32mok\033[0m"
    assert styled("ok", "green", io.StringIO()) == "ok"


def test_a_table_is_aligned_and_leaves_out_columns_that_are_empty():
    rows = [{"at": "now", "status": None, "data": "hello"}, {"at": "later on", "status": None, "data": {"a": 1}}]
    assert Table(("at", "status", "data")).lines(rows) == ["at        data", "now       hello", 'later on  {"a": 1}']


def test_a_table_of_nothing_has_no_heading():
    assert Table(("at", "data")).lines([]) == []


def test_a_table_that_stays_has_one_heading_and_every_column():
    view = Table(("at", "status", "data"), stays=True)
    assert view.lines([]) == []
    assert view.lines([{"at": "now", "data": "hello"}]) == ["at   status  data", "now          hello"]
    assert view.lines([{"at": "later on", "data": 1}]) == ["later on          1"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("text", "text"),
        (1.5, "1.5"),
        (False, "false"),
        (["ä", None], '["ä", null]'),
        ("two\nlines", "two\\nlines"),
        ("\033[31mred", "\\u001b[31mred"),
        ("x" * 81, "x" * 79 + "…"),
        ("x" * 80, "x" * 80),
    ],
    ids=["none", "text", "number", "boolean", "list", "lines", "escape", "long", "fits"],
)
def test_a_cell_is_one_line_that_a_terminal_can_show(value, expected):
    assert shown(value) == expected


def test_pairs_are_aligned():
    assert pairs({"now": "2030", "nextAt": None}) == ["now     2030", "nextAt  "]
    assert pairs({}) == []


def test_json_for_programs_is_ascii():
    assert as_json({"a": "ä"}) == '{"a": "\\u00e4"}'
