"""Imports point one way, time is read in one place, and nothing is loaded before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import pytest_backendless_mock

NAME = "pytest_backendless_mock"
PACKAGE = Path(pytest_backendless_mock.__file__).parent
MODULES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}
CORE_STRANGERS = ("werkzeug", "json", "time", "threading", "freezegun", "pytest", "socket")
TOPS = [
    "expectation",
    "wording",
    "near_miss",
    "timeline",
    "report",
    "channel_view",
    "outbox",
    "client",
    "faults",
    "interception",
    "application",
    "mock",
]
"""The modules between the rooms and the plugin, each standing on those before it only."""
CLOCK_READINGS = {
    "now",
    "utcnow",
    "today",
    "time",
    "time_ns",
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "perf_counter_ns",
}


def imports(module: str, tree: ast.AST) -> set[str]:
    """Everything that ``module`` imports, anywhere in it, by absolute name."""
    package = [NAME, *Path(module).parent.parts]
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            found |= {source} | {f"{source}.{alias.name}" for alias in node.names if node.level}
    return found


def room(name: str) -> str | None:
    """Which part of the package an absolute name belongs to: a folder, or a module at the top."""
    first, _, rest = name.partition(".")
    return rest.partition(".")[0] if first == NAME else None


def rooms(module: str) -> set[str]:
    return {found for name in imports(module, MODULES[module]) if (found := room(name))}


def strangers(module: str) -> set[str]:
    return {name.partition(".")[0] for name in imports(module, MODULES[module])} - {NAME}


def readings(tree: ast.AST) -> set[str]:
    """Calls that read the time, as they are written."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    written = {ast.unparse(func) for func in calls if isinstance(func, ast.Attribute) and func.attr in CLOCK_READINGS}
    return {call for call in written if not call.endswith("clock.now")}


def below(folder: str) -> list[str]:
    return sorted(module for module in MODULES if module.startswith(f"{folder}/"))


def test_the_rooms_are_where_they_should_be():
    assert {module.partition("/")[0] for module in MODULES if "/" in module} == {"messaging", "runtime", "http"}
    assert rooms("http/exchange.py") >= {"messaging", "runtime", "http"}
    assert rooms("mock.py") >= {"messaging", "runtime", "http", "application"}


@pytest.mark.parametrize("module", below("messaging"))
def test_the_core_knows_nothing_outside(module):
    assert rooms(module) <= {"messaging"}
    assert strangers(module).isdisjoint(CORE_STRANGERS)


@pytest.mark.parametrize("module", below("runtime"))
def test_the_runtime_knows_the_core_only(module):
    assert rooms(module) <= {"messaging", "runtime"}
    assert strangers(module).isdisjoint({"werkzeug", "http", "pytest", "socket", "json"})


@pytest.mark.parametrize("module", below("http"))
def test_http_knows_the_runtime_and_the_core(module):
    assert rooms(module) <= {"messaging", "runtime", "http"}
    assert strangers(module).isdisjoint({"pytest", "freezegun"})


@pytest.mark.parametrize("module", TOPS)
def test_what_a_test_holds_stands_on_the_rooms_and_on_what_comes_before_it(module):
    below = {"messaging", "runtime", "http", *TOPS[: TOPS.index(module)]}
    assert rooms(f"{module}.py") <= below
    assert strangers(f"{module}.py").isdisjoint({"pytest", "freezegun"})


def test_every_module_at_the_top_has_its_place():
    tops = {module.removesuffix(".py") for module in MODULES if "/" not in module}
    assert tops == {"__init__", *TOPS, "plugin"}


def test_nothing_imports_the_plugin():
    assert not [module for module in MODULES if module != "plugin.py" and "plugin" in rooms(module)]


def test_the_plugin_imports_pytest_and_the_standard_library_at_load():
    at_load = ast.Module(MODULES["plugin.py"].body, [])
    at_load.body = [node for node in at_load.body if isinstance(node, ast.Import | ast.ImportFrom)]
    found = {name.partition(".")[0] for name in imports("plugin.py", at_load)}
    assert "pytest" in found
    assert found - {"pytest"} <= sys.stdlib_module_names


def test_one_module_imports_freezegun():
    assert [module for module in MODULES if "freezegun" in strangers(module)] == ["runtime/process_time.py"]


def test_one_module_imports_time():
    assert [module for module in MODULES if "time" in strangers(module)] == ["runtime/process_time.py"]


def test_one_module_reads_the_time():
    assert {module: readings(tree) for module, tree in MODULES.items() if readings(tree)} == {
        "runtime/process_time.py": {"real_datetime().now", "time.monotonic"}
    }


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("http.app", ["pytest", "_pytest", "freezegun"]),
        ("mock", ["pytest_backendless_mock.plugin", "freezegun"]),
        ("plugin", ["werkzeug", "jsonschema", "freezegun", "pytest_httpserver"]),
        ("messaging.broker", ["json", "threading", "werkzeug", "pytest_backendless_mock.runtime"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fresh_interpreter_loads_only_what_is_needed(imported, absent):
    assert set(absent).isdisjoint(_loaded_with(imported))


def test_loading_the_plugin_loads_nothing_else_of_ours():
    ours = {name for name in _loaded_with("plugin") if name.partition(".")[0] == NAME}
    assert ours == {NAME, f"{NAME}.plugin"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_fits_into_350_lines(module):
    assert len((PACKAGE / module).read_text("utf-8").splitlines()) <= 350


def _loaded_with(module: str) -> list[str]:
    """What importing a module of the package loads in a fresh interpreter, which nothing in its environment touches."""
    program = f"import sys; before = {{*sys.modules}}; import {NAME}.{module}; print(*{{*sys.modules}} - before)"
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return ran.stdout.split()
