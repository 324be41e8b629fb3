"""What the pages of the reference have from the source: committed, compared, and complete."""

from __future__ import annotations

import argparse
import ast

import pytest
from reference import command, described, errors, events, names, options, text
from reference.page import DOCS, PAGES, filled

from pytest_backendless_mock.messaging.errors import ERRORS
from pytest_backendless_mock.runtime.event import KINDS

PACKAGE = DOCS.parent / "pytest_backendless_mock"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_what_the_source_says(page):
    """Where it is not: ``make reference``."""
    committed = (DOCS / page).read_text("utf-8")
    assert filled(committed, PAGES[page]) == committed


def test_what_stands_around_a_place_stays():
    page = "# Title\n\n<!-- made: words -->\nold\n<!-- end -->\n\nafter\n"
    assert filled(page, {"words": lambda: "new\n"}) == (
        "# Title\n\n<!-- made: words -->\n\nnew\n\n<!-- end -->\n\nafter\n"
    )


@pytest.mark.parametrize("makers", [{}, {"words": str, "others": str}, {"others": str}], ids=len)
def test_a_place_that_nobody_fills_is_an_error_and_so_is_a_maker_without_a_place(makers):
    with pytest.raises(LookupError, match=r"the page has places for \['words'\], and there are "):
        filled("<!-- made: words -->\n<!-- end -->", makers)


def test_a_public_name_in_no_group_is_an_error(monkeypatch):
    monkeypatch.setattr(names, "GROUPS", {title: group[1:] for title, group in names.GROUPS.items()})
    with pytest.raises(LookupError, match="ApiKeyKind, BackendlessMock, Message, MessagingError, Rules"):
        names.page()


def test_no_group_has_a_name_that_is_not_public():
    grouped = [name for group in names.GROUPS.values() for name in group]
    assert sorted(grouped) == sorted(names.public())


def test_when_an_error_comes_is_said_of_those_that_the_mock_raises_and_no_others():
    used = {
        node.id if isinstance(node, ast.Name) else node.attr
        for path in PACKAGE.rglob("*.py")
        if path != PACKAGE / "messaging" / "errors.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Name | ast.Attribute)
    }
    assert {code for code, kind in ERRORS.items() if kind.__name__ in used} == set(errors.WHEN)


def test_each_kind_of_event_is_told():
    assert set(events.TOLD) == set(KINDS.values())


def test_each_keyword_of_the_marker_that_is_no_rule_is_told():
    assert tuple(options.MARKER) == options.OPTIONS


CALLS = {
    "nothing": ("def call(self): ...", "call()"),
    "a default": ("def call(self, name: str = 'x', other=1) -> str: ...", "call(name: str = 'x', other=1) -> str"),
    "by place": (
        "def call(self, delta: int | None = None, /, **units: float): ...",
        "call(delta: int | None = None, /, **units: float)",
    ),
    "by name": ("def call(self, *, times: int = 1, _own: int = 2): ...", "call(*, times: int = 1)"),
    "too long for a line": (
        f"def call(self, {'a' * 50}: int, {'b' * 50}: str) -> None: ...",
        f"call(\n    {'a' * 50}: int,\n    {'b' * 50}: str,\n) -> None",
    ),
}


@pytest.mark.parametrize(("source", "call"), CALLS.values(), ids=CALLS)
def test_how_something_is_called_is_told_as_it_is_written(source, call):
    assert names._call("call", ast.parse(source).body[0], ast) == call


def test_keywords_that_only_a_private_type_lists_are_told_one_by_one():
    assert "\n    channel: str = ...,\n    when: Callable[[Request], object] = ...,\n" in names.page()


SCHEMAS = {
    "text": ({"type": "string"}, "text"),
    "several types": ({"type": ["integer", "null"]}, "whole number or null"),
    "anything": ({}, "any value"),
    "values": ({"enum": ["IOS", None]}, '`"IOS"`, `null`'),
    "one value": ({"const": True}, "`true`"),
    "a list": ({"type": "array", "items": {"type": "number"}}, "list of number"),
    "a mapping": ({"type": ["object", "null"], "additionalProperties": {"type": "string"}}, "object of text or null"),
    "what is shared": ({"$ref": "#/components/schemas/common.device"}, "[device](#device)"),
    "what is shared and simple": ({"$ref": "#/components/schemas/common.guid"}, "text"),
    "what is part of another": ({"$ref": "#/components/schemas/common.device/properties/os"}, "text"),
}
SHARED = {
    "common.device": {"type": "object", "required": ["os"], "properties": {"os": {"type": "string"}}},
    "common.guid": {"type": "string"},
}


@pytest.mark.parametrize(("schema", "kind"), SCHEMAS.values(), ids=SCHEMAS)
def test_what_a_value_is_is_told_in_words(schema, kind):
    assert described.Description({"components": {"schemas": SHARED}})._kind(schema) == kind


def test_a_route_is_told_with_what_it_takes_and_answers():
    inner = {"type": "object", "properties": {"at": {"type": "string", "description": "When."}}}
    answer = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": inner}}}
    media = {"schema": {"$ref": "#/components/schemas/answer"}, "example": {"items": []}}
    told = described.page(
        {
            "components": {"schemas": {"answer": answer}},
            "paths": {
                "/devices/{id}": {
                    "post": {
                        "summary": "By ``Accept``, a list.",
                        "parameters": [
                            {"name": "id", "in": "path"},
                            {"name": "os", "in": "query", "description": "Only a|b."},
                        ],
                        "requestBody": {"content": {"application/json": media}},
                        "responses": {"200": {"content": {"application/json": media}}, "204": {}, "400": {}},
                    }
                }
            },
        },
        lambda method, path: f"{method} …{path}",
    )
    assert told.split("\n") == [
        *["## All routes", ""],
        *["| route |  |", "| --- | --- |", "| [`POST …/devices/{id}`](#post-devicesid) | By `Accept`, a list. |", ""],
        *["## Each route", "", "### `POST …/devices/{id}`", "", "By `Accept`, a list.", ""],
        *["| parameter | in |  |", "| --- | --- | --- |", r"| `os` | query | Only a\|b. |", ""],
        *["The body:", "", "| member |  |  |  |", "| --- | --- | --- | --- |"],
        *["| `items` | list of object | required |  |", "| `items[].at` | text |  | When. |", ""],
        *["```json", '{"items": []}', "```", ""],
        *["Answers 200:", "", "| member |  |  |  |", "| --- | --- | --- | --- |"],
        *["| `items` | list of object | required |  |", "| `items[].at` | text |  | When. |", ""],
        "Answers 204.",
    ]


def test_an_argument_of_the_command_line_is_told_as_it_is_typed():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", metavar="WHAT", nargs="?", help="which one")
    parser.add_argument("language", choices=["js", "java"])
    parser.add_argument("--port", type=int, default=7, help="where (default: %(default)s)")
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing")
    parser.add_argument("--env", action="append", metavar="NAME=VALUE")
    assert command._rows(parser) == [
        ("`[WHAT]`", "", "which one"),
        ("`{js,java}`", "", ""),
        ("`--port PORT`", "`7`", "where"),
        ("`--quiet`", "", "print nothing"),
        ("`--env NAME=VALUE`", "", "may be given more than once"),
    ]


def test_a_docstring_becomes_markdown():
    assert text.prose("One ``word``.\n\n    Two.\n    ") == "One `word`.\n\nTwo."
    assert text.line("One\n    ``word``.") == "One `word`."
    assert text.prose(None) == ""
