"""The verbs and flags, against what else knows of them."""

from __future__ import annotations

from pytest_backendless_mock.cli import look, parser, verb
from pytest_backendless_mock.cli.main import HOMES
from pytest_backendless_mock.control import view


def test_each_view_is_one_of_the_control_api_and_has_columns():
    known = {row.name: row for row in view.VIEWS}
    assert set(parser.VIEWS) <= set(known)
    assert set(look.COLUMNS) == {*parser.VIEWS, "timeline"}


def test_each_view_takes_the_filters_that_the_control_api_has_of_it():
    assert set(parser.FILTERS) == {name for row in view.VIEWS for name in row.filters}


def test_each_verb_has_a_home(monkeypatch):
    verbs = parser.make_parser()._subparsers._group_actions[0].choices
    assert set(verbs) == {*HOMES, *verb.VERBS}
