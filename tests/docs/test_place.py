"""Everything that there is has its place in the site: what the source offers is compared with the pages."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

import pytest

import pytest_backendless_mock
from pytest_backendless_mock import Rules, plugin, types
from pytest_backendless_mock.cli.parser import make_parser
from pytest_backendless_mock.control.table import ROUTES as CONTROL
from pytest_backendless_mock.http.rest.route import ROUTES
from pytest_backendless_mock.marker import OPTIONS
from pytest_backendless_mock.messaging.errors import ERRORS
from pytest_backendless_mock.runtime.event import KINDS
from pytest_backendless_mock.service.schema import every

REFERENCE = Path(__file__).parent.parent.parent / "docs" / "reference"
NAMES = dict.fromkeys([*pytest_backendless_mock.__all__, *types.__all__])


def page(name):
    return (REFERENCE / f"{name}.md").read_text("utf-8")


def missing(name, lines):
    """Those that no line of a page begins with."""
    told = page(name)
    return [line for line in lines if f"\n{line}" not in told]


def test_every_public_name():
    assert missing("python", [f"### `{name}`\n" for name in NAMES]) == []


@pytest.mark.parametrize("name", [name for name in NAMES if inspect.isclass(getattr(types, name, None))])
def test_every_public_member_of_what_a_test_holds(name):
    kind = getattr(types, name)
    ours = [home for home in kind.__mro__ if home.__module__.startswith("pytest_backendless_mock.")]
    members = [
        (member, value)
        for home in ours
        if home is kind or home.__name__ not in NAMES
        for member, value in vars(home).items()
        if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property))
    ]
    methods = [f"#### `{name}.{member}`\n" for member, value in members if inspect.isfunction(value)]
    assert missing("python", methods) == []
    of_class = page("python").partition(f"\n### `{name}`\n")[2].partition("\n### ")[0]
    properties = [member for member, value in members if isinstance(value, property)]
    assert [member for member in properties if f"\n- `{member}`" not in of_class] == []


def test_every_fixture():
    found = re.findall(r"^@pytest\.fixture.*\ndef ([a-z]\w+)", Path(plugin.__file__).read_text("utf-8"), re.MULTILINE)
    assert {"backendless_mock", "backendless_mock_rules"} <= set(found)
    assert missing("options", [f"| `{name}` | " for name in found]) == []


def test_every_option_of_pytest(pytestconfig):
    parser = pytestconfig._parser
    ini = [name for name in parser._inidict if name.startswith("backendless_mock")]
    group = parser.getgroup("backendless_mock")
    flags = [flag for option in group.options for flag in option.names()]
    assert len(ini) >= 5
    assert len(flags) >= 2
    assert missing("options", [*(f"| `{name}` | ini |" for name in ini), *(f"| `{flag} " for flag in flags)]) == []


def test_every_keyword_of_the_marker():
    keywords = [*OPTIONS, *(field.name for field in fields(Rules))]
    assert missing("options", [f"| `{keyword}` | `" for keyword in keywords]) == []


def test_every_rule():
    assert missing("rules", [f"| `{rule.name}` | `{rule.default!r}` |" for rule in fields(Rules)]) == []


def test_every_verb_and_every_flag_of_the_command_line():
    verbs = make_parser()._subparsers._group_actions[0].choices
    told = page("command-line")
    for verb, parser in verbs.items():
        assert f"\n## `backendless-mock {verb}`\n" in told
        section = told.partition(f"\n## `backendless-mock {verb}`\n")[2].partition("\n## ")[0]
        below = [action for action in parser._actions if action.choices and not action.option_strings]
        actions = [name for action in below for name in action.choices]
        assert [name for name in actions if name not in section] == []
        flags = [flag for action in parser._actions for flag in action.option_strings[-1:] if flag != "--help"]
        assert [flag for flag in flags if f"| `{flag}" not in section] == []


def test_every_route_of_the_service():
    assert missing("routes", [f"### `{route.method} /{route.path}`\n" for route in ROUTES]) == []


def test_every_route_of_the_control_api():
    assert missing("control", [f"### `{route.method} /{route.path}`\n" for route in CONTROL]) == []


def test_every_error():
    rows = [f"| {code} | {kind.text.replace('{}', '…')} | " for code, kind in ERRORS.items()]
    assert missing("errors", rows) == []
    assert re.findall(r"\n\| \d+ \|.*\| (?!400 \|)[^|]*\|\n", page("errors")) == []


def test_every_word_of_the_timeline():
    assert missing("timeline", [f"| `{word}` | " for word in [*KINDS.values(), "scheduled"]]) == []


def test_every_schema_of_a_payload():
    payloads = [name for name in every() if name.endswith(("request", "response"))]
    in_real_time = {"join.request", "listen.request", "command.request", "set_user_token.request"}
    assert [name for name in payloads if f"`{name}`" not in page("payloads") and name not in in_real_time] == []
