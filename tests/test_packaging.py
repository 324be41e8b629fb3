"""What the wheel and the sdist hold. Built in this process, into a folder of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling import build

ROOT = Path(__file__).parent.parent
CLIENTS = sorted(path.name for path in (ROOT / "clients").iterdir())
INSPECTOR = ROOT / "pytest_backendless_mock" / "inspector"
PAGE = {path for folder in ("page", "vendored") for path in (INSPECTOR / folder).rglob("*") if path.is_file()}
SCHEMAS = sorted(path.relative_to(ROOT / "schemas").as_posix() for path in (ROOT / "schemas").rglob("*.json"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with both, built once."""
    folder = tmp_path_factory.mktemp("dist")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        build.build_wheel(str(folder))
        build.build_sdist(str(folder))
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def sdist(built):
    """The sdist's members below its one folder, and their contents."""
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        return {member.name.partition("/")[2]: archive.extractfile(member).read() for member in files}


def test_the_wheel_is_pure_and_named_after_the_project(built):
    assert [path.name for path in built.glob("*.whl")] == ["pytest_backendless_mock-0.1.0-py3-none-any.whl"]


def test_there_are_schemas_to_ship():
    assert {"common.json", "publish.request.json", "error.response.json", "control/common.json"} <= set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_wheel_holds_the_schemas_byte_for_byte(wheel, name):
    assert wheel.read(f"pytest_backendless_mock/schemas/{name}") == (ROOT / "schemas" / name).read_bytes()


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pytest_backendless_mock").rglob("*")
        if path.suffix in (".py", ".typed") or path in PAGE
    }
    schemas = {f"pytest_backendless_mock/schemas/{name}" for name in SCHEMAS}
    clients = {f"pytest_backendless_mock/clients/{name}" for name in CLIENTS}
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert "pytest_backendless_mock/py.typed" in shipped
    assert shipped == package | schemas | clients


@pytest.mark.parametrize("name", CLIENTS)
def test_the_wheel_holds_the_helpers_for_other_languages_byte_for_byte(wheel, name):
    assert wheel.read(f"pytest_backendless_mock/clients/{name}") == (ROOT / "clients" / name).read_bytes()


def test_the_wheel_holds_the_inspectors_page_byte_for_byte(wheel):
    page = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (INSPECTOR / "page").rglob("*")
        if path.is_file()
    }
    assert "pytest_backendless_mock/inspector/page/index.html" in page
    assert {name: wheel.read(name) for name in page} == page


def test_the_wheel_registers_the_plugin_and_the_command(wheel):
    text = wheel.read("pytest_backendless_mock-0.1.0.dist-info/entry_points.txt").decode()
    assert text.splitlines() == [
        "[console_scripts]",
        "backendless-mock = pytest_backendless_mock.cli.main:main",
        "",
        "[pytest11]",
        "backendless_mock = pytest_backendless_mock.plugin",
    ]


def test_the_wheel_carries_its_license(wheel):
    name = "pytest_backendless_mock-0.1.0.dist-info/licenses/LICENSE"
    assert wheel.read(name) == (ROOT / "LICENSE").read_bytes()


@pytest.mark.parametrize("folder", ["pytest_backendless_mock", "schemas", "tests", "examples"])
def test_the_sdist_holds_every_source_of_a_folder(sdist, folder):
    sources = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / folder).rglob("*")
        if (path.suffix in (".py", ".json", ".typed") or path in PAGE) and "node_modules" not in path.parts
    }
    assert sources
    assert {name: content for name, content in sdist.items() if name in sources} == sources


@pytest.mark.parametrize("name", ["pyproject.toml", "README.md", "LICENSE"])
def test_the_sdist_holds_what_building_it_again_takes(sdist, name):
    assert sdist[name] == (ROOT / name).read_bytes()


def test_the_sdist_holds_nothing_of_ours_alone(sdist):
    parts = {part for name in sdist for part in name.split("/")}
    assert parts.isdisjoint({".ci", ".git", ".github", "__pycache__", ".mypy_cache", ".ruff_cache", ".coverage"})


def test_an_unpacked_wheel_finds_its_schemas(wheel, tmp_path):
    wheel.extractall(tmp_path / "site")
    program = """
import sys
sys.path.insert(0, sys.argv[1])
from pytest_backendless_mock import PayloadError, validate
from pytest_backendless_mock.service import schema
assert schema.__file__.startswith(sys.argv[1]), schema.__file__
validate({"message": "hi"}, "publish.request")
try:
    validate({}, "publish.request")
except PayloadError:
    print(*schema.names())
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "site")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [f"{name}.json" for name in ran.stdout.split()] == [
        name for name in SCHEMAS if name != "common.json" and "/" not in name
    ]
