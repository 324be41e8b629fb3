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

ORDER = {
    "messaging": [],
    "runtime": ["messaging"],
    "service": ["messaging", "runtime"],
    "http": ["messaging", "runtime", "service"],
    "realtime": ["messaging", "runtime", "service", "http"],
    "server": ["messaging", "runtime", "service", "http", "realtime"],
    "diagnosis": ["messaging", "runtime", "service", "http", "realtime"],
    "testing": ["messaging", "runtime", "service", "http", "realtime", "server", "diagnosis"],
    "remote": ["messaging", "runtime", "service", "http", "diagnosis", "testing"],
    "types": ["messaging", "runtime", "service", "http", "realtime", "server", "diagnosis", "testing"],
    "control": ["messaging", "runtime", "service", "http", "realtime", "server", "diagnosis", "testing"],
    "inspector": ["http", "control"],
    "cli": ["messaging", "service", "server", "remote", "control", "inspector"],
    "__main__": ["cli"],
    "marker": [
        "messaging",
        "runtime",
        "service",
        "http",
        "realtime",
        "server",
        "diagnosis",
        "testing",
    ],
    "settings": ["messaging", "runtime", "service", "http", "realtime", "server", "diagnosis", "testing"],
    "case": ["testing", "marker"],
    "remote_fixture": ["messaging", "runtime", "service", "remote", "marker", "settings", "case"],
    "har_file": ["runtime", "http", "testing"],
    "plugin": [
        "messaging",
        "runtime",
        "service",
        "http",
        "realtime",
        "server",
        "diagnosis",
        "testing",
        "marker",
        "settings",
        "case",
        "remote_fixture",
        "har_file",
    ],
}
"""Each room, and the rooms it may stand on; imports for type checkers count as well."""
STRANGERS = {
    "messaging": {"werkzeug", "http", "json", "time", "threading", "freezegun", "pytest", "socket", "os"},
    "runtime": {"werkzeug", "http", "pytest", "socket", "json"},
    "service": {"werkzeug", "http", "pytest", "socket", "freezegun", "threading"},
    "http": {"pytest", "freezegun", "socket"},
    "realtime": {"pytest", "freezegun"},
    "server": {"pytest", "freezegun"},
    "diagnosis": {"pytest", "freezegun", "werkzeug", "socket"},
    "testing": {"pytest", "freezegun", "werkzeug", "socket"},
    "remote": {"pytest", "freezegun", "werkzeug", "socket", "time"},
    "types": {"pytest"},
    "control": {"pytest", "freezegun", "werkzeug", "socket", "time"},
    "inspector": {"pytest", "freezegun", "socket", "time"},
    "cli": {"pytest", "freezegun", "werkzeug", "time"},
    "__main__": {"pytest", "freezegun", "werkzeug", "time"},
    "marker": {"freezegun", "socket"},
    "settings": {"freezegun"},
    "case": {"freezegun", "socket", "time"},
    "remote_fixture": {"freezegun", "socket", "time"},
    "har_file": {"freezegun", "socket"},
    "plugin": {"freezegun", "socket"},
}
"""What of the world outside a room does not know."""
CODECS = {"realtime.engineio": set(), "realtime.socketio": {"realtime.engineio"}}
"""What turns bytes into packets and back, and what of ours it stands on beside the strict JSON."""
WITH_THE_PLUGIN = {
    "plugin",
    "marker",
    "settings",
    "case",
    "service",
    "service.identity",
    "testing",
    "testing.story",
}
"""What of ours is loaded in every run of pytest."""
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


def dotted(module: str) -> str:
    """``messaging/broker.py`` as ``messaging.broker``, a room's ``__init__.py`` as the room."""
    return module.removesuffix(".py").replace("/", ".").removesuffix("__init__").rstrip(".")


KNOWN = {dotted(module) for module in MODULES}


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


def imported_modules(module: str) -> set[str]:
    """The modules of ours that ``module`` imports; a name that it takes out of one does not count."""
    ours = {name.removeprefix(f"{NAME}.") for name in imports(module, MODULES[module]) if name.startswith(f"{NAME}.")}
    return {name for name in ours if name in KNOWN and name != dotted(module)}


def room(module: str) -> str:
    """Which room a module is in: a folder, or a module at the top."""
    return module.partition(".")[0]


def strangers(module: str) -> set[str]:
    return {name.partition(".")[0] for name in imports(module, MODULES[module])} - {NAME}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The names along a circle in ``graph``, the first once more at the end; empty where there is none."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph.get(name, ())):
            found = visit(other, [*path, name])
            if found:
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := visit(name, []))), [])


def readings(tree: ast.AST) -> set[str]:
    """Calls that read the time, as they are written."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    written = {ast.unparse(func) for func in calls if isinstance(func, ast.Attribute) and func.attr in CLOCK_READINGS}
    return {call for call in written if not call.endswith(("clock.now", "time.now"))}


def test_every_module_is_in_a_room_of_the_table():
    assert {room(name) for name in KNOWN if name} == set(ORDER)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_room_stands_only_on_those_the_table_gives_it(module):
    name = dotted(module)
    if name:
        rooms = {room(other) for other in imported_modules(module)} - {room(name)}
        assert rooms <= set(ORDER[room(name)])


def test_the_table_of_rooms_is_an_order():
    """Each room stands on rooms that come before it, so that no two can stand on each other."""
    before: list[str] = []
    for name, below in ORDER.items():
        assert set(below) <= set(before), name
        before.append(name)


def test_no_modules_import_each_other_in_a_circle():
    graph = {dotted(module): imported_modules(module) for module in MODULES}
    assert " -> ".join(circle(graph)) == ""


def test_a_circle_is_told_with_its_names():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_room_knows_no_more_of_the_world_than_it_needs(module):
    name = dotted(module)
    if name:
        assert strangers(module).isdisjoint(STRANGERS[room(name)])


@pytest.mark.parametrize("module", sorted(CODECS))
def test_a_codec_knows_bytes_and_packets_only(module):
    path = f"{module.replace('.', '/')}.py"
    assert imported_modules(path) - {"service", "service.json_text"} == CODECS[module]
    assert strangers(path) <= {
        "__future__",
        "base64",
        "collections",
        "dataclasses",
        "enum",
        "itertools",
        "re",
        "typing",
    }


@pytest.mark.parametrize("module", sorted(WITH_THE_PLUGIN))
def test_what_is_loaded_in_every_run_imports_pytest_and_the_standard_library(module):
    path = f"{module}/__init__.py" if module in {"service", "testing"} else f"{module.replace('.', '/')}.py"
    at_load = ast.Module(MODULES[path].body, [])
    at_load.body = [node for node in at_load.body if isinstance(node, ast.Import | ast.ImportFrom)]
    found = {name.partition(".")[0] for name in imports(path, at_load)}
    assert found - {"pytest", NAME} <= sys.stdlib_module_names


def test_one_module_imports_freezegun():
    assert [module for module in MODULES if "freezegun" in strangers(module)] == ["runtime/wall_clock.py"]


def test_one_module_imports_websockets():
    assert [module for module in MODULES if "websockets" in strangers(module)] == ["realtime/websocket.py"]


def test_one_module_imports_time():
    assert [module for module in MODULES if "time" in strangers(module)] == ["runtime/wall_clock.py"]


def test_one_module_reads_the_time():
    assert {module: readings(tree) for module, tree in MODULES.items() if readings(tree)} == {
        "runtime/wall_clock.py": {"real_datetime().now"}
    }


def test_nobody_waits_by_a_clock_of_the_library_s():
    """``Condition.wait_for`` and queues measure in Python, by ``time.monotonic``, which others replace or stop."""
    waits = {
        (module, ast.unparse(node.func))
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "wait_for"
    }
    assert waits == {
        ("testing/app.py", "self._application.backend.wait_for"),
        ("control/hosted.py", "self.application.backend.wait_for"),
    }
    assert not [module for module in MODULES if {"queue", "sched"} & set(strangers(module))]


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("http.app", ["pytest", "_pytest", "freezegun", "websockets"]),
        ("testing.mock", ["pytest_backendless_mock.plugin", "freezegun", "lark", "asyncio", "unittest", "websockets"]),
        ("cli.serve", ["pytest", "_pytest", "freezegun", "lark", "asyncio", "unittest", "jsonschema", "websockets"]),
        ("plugin", ["werkzeug", "jsonschema", "freezegun", "pytest_httpserver"]),
        ("messaging.broker", ["json", "threading", "werkzeug", "lark", "pytest_backendless_mock.runtime"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fresh_interpreter_loads_only_what_is_needed(imported, absent):
    assert set(absent).isdisjoint(_loaded_with(imported))


def test_loading_the_plugin_loads_little_of_ours():
    ours = {name for name in _loaded_with("plugin") if name.partition(".")[0] == NAME}
    assert ours == {NAME, *(f"{NAME}.{module}" for module in WITH_THE_PLUGIN)}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_fits_into_350_lines(module):
    assert len((PACKAGE / module).read_text("utf-8").splitlines()) <= 350


def _loaded_with(module: str) -> list[str]:
    """What importing a module of the package loads in a fresh interpreter, which nothing in its environment touches."""
    program = f"import sys; before = {{*sys.modules}}; import {NAME}.{module}; print(*{{*sys.modules}} - before)"
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return ran.stdout.split()
