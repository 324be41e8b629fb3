"""The page's files: what others wrote is as they wrote it, and every script can be read."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pytest_backendless_mock.inspector import door

ROOT = Path(__file__).parent.parent.parent
VENDORED = door.FOLDER.parent / "vendored"
OWN = sorted(door.FOLDER.glob("*.js"))
CALLS_FOR_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet|\beval\b|new Function"
)


def test_the_vendored_file_is_what_its_checksum_says():
    checksum, name = (VENDORED / "SHA256SUMS").read_text("utf-8").split()
    assert hashlib.sha256((door.FOLDER / "vendor" / name).read_bytes()).hexdigest() == checksum


def test_the_vendored_file_comes_with_its_licences():
    text = (VENDORED / "LICENSES.txt").read_text("utf-8")
    for part in ("The MIT License (MIT)", "Jason Miller", "Apache License", "Version 2.0", "Google Inc."):
        assert part in text


@pytest.mark.parametrize("script", OWN, ids=lambda path: path.name)
def test_no_script_makes_markup_of_text(script):
    assert CALLS_FOR_MARKUP.search(script.read_text("utf-8")) is None


@pytest.mark.parametrize("script", OWN, ids=lambda path: path.name)
def test_a_script_begins_with_what_it_is_for_and_is_no_longer_than_a_module_of_python(script):
    lines = script.read_text("utf-8").splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= 350


@pytest.mark.parametrize("script", OWN, ids=lambda path: path.name)
def test_node_can_read_a_script(script):
    node = shutil.which("node") or pytest.skip("no node on PATH")
    source = script.read_bytes()
    read = subprocess.run([node, "--input-type=module", "--check"], input=source, capture_output=True, check=False)
    assert read.returncode == 0, read.stderr.decode()


def test_all_of_the_page_is_60_kb_on_its_way_to_a_browser_and_76_as_it_lies_there():
    contents = [path.read_bytes() for path in door.FOLDER.rglob("*") if path.is_file()]
    assert sum(len(gzip.compress(content, mtime=0)) for content in contents) <= 60_000
    assert sum(map(len, contents)) <= 75_700


def test_every_file_that_is_named_is_there():
    page = door.FOLDER
    named = set(re.findall(r'(?:src|href)="([^"]+)"', (page / "index.html").read_text("utf-8")))
    for script in OWN:
        named |= set(re.findall(r"from '\./([^']+)'", script.read_text("utf-8")))
    files = {path.relative_to(page).as_posix() for path in page.rglob("*") if path.is_file()}
    assert named | {"index.html"} == files


@pytest.mark.parametrize("page", ["README.md", "docs/how-to/inspector.md"])
def test_the_pictures_of_a_page_are_there_and_small(page):
    named = re.findall(r"!\[[^\]]*\]\([^)]*img/([^)]+)\)", (ROOT / page).read_text("utf-8"))
    assert sorted(named) == ["inspector-requests.png", "inspector-timeline.png"]
    for name in named:
        picture = (ROOT / "docs" / "img" / name).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) <= 150_000
