"""README, docs and demo, executed: what they show is what happens. (The tests in examples/ run by themselves.)"""

from __future__ import annotations

import posixpath
import re
import runpy
from dataclasses import fields
from pathlib import Path

# As in plugin_support: imported here once, because inner runs drop the modules they were first to import.
import httpcore  # noqa: F401  (httpx loads it at the first client)
import httpx  # noqa: F401
import pytest
import requests  # noqa: F401
from plugin_support import Inner

from pytest_backendless_mock import Rules

ROOT = Path(__file__).parent.parent
PROJECT = "https://github.com/backendless-mock/pytest-backendless-mock/blob/main/"
README = (ROOT / "README.md").read_text("utf-8")
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(ROOT.glob("docs/**/*.md"))}
PAGES["README.md"] = README
INI = re.compile(r"^```ini\n\[pytest\]\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)
OF_DJANGO = "DJANGO_SETTINGS_MODULE = shop.settings\n"
"""An option of pytest-django's, which only ``make matrix`` installs."""
TUTORIALS = [page for page in PAGES if page.startswith("docs/tutorial/")]
"""The pages whose blocks are one file, which grows."""
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
IS_TEST = re.compile(r"^def test_|^# conftest\.py$", re.MULTILINE)
RED_TEST = re.compile(
    r"^## A red test\n.*?```python\n(?P<code>.*?)```\n\n```text\n(?P<output>.*?)```$", re.MULTILINE | re.DOTALL
)

DEMO = """\
2030-01-07, on a clock that stands until it is moved

08:30   published   stand-up         first for 09:00
08:30   published   lunch together   first for 11:30
08:30   published   go home          first for 17:00
09:00   delivered   stand-up         #1
09:00   retrieved   stand-up         #1
10:00   delivered   stand-up         #2
10:00   retrieved   stand-up         #2
10:30   cancelled   lunch together
11:00   delivered   stand-up         #3
17:00   delivered   go home          #1
17:00   retrieved   go home          #1

3 published, 4 delivered, 3 retrieved
"""

SETTINGS_HOLD = """
import os

def test_settings_hold(backendless_mock):
    assert backendless_mock.app_id == "11111111-2222-4333-8444-555555555555"
    assert backendless_mock.url == os.environ["MY_APP_BACKENDLESS"]
    assert backendless_mock.publish("hi").status == "published"
"""


def red_test(group):
    return RED_TEST.search(README)[group]


def blocks(*, of_tests):
    """The Python of README and docs, block by block; the ids are pages and line numbers."""
    return [
        pytest.param(block["code"], id=f"{page}:{1 + text[: block.start('code')].count(chr(10))}")
        for page, text in PAGES.items()
        if page not in TUTORIALS
        for block in BLOCK.finditer(text)
        if block["code"] != red_test("code") and of_tests == bool(IS_TEST.search(block["code"]))
    ]


def whole(page):
    """All Python of a page, as the one file to which its reader adds block after block."""
    return "\n\n".join(block["code"] for block in BLOCK.finditer(PAGES[page]))


def test_no_python_of_the_pages_is_left_out():
    red_one = 1
    shown = sum(text.count("```python") for page, text in PAGES.items() if page not in TUTORIALS)
    assert shown == len(blocks(of_tests=True)) + len(blocks(of_tests=False)) + red_one


def test_every_page_can_be_reached_from_the_first():
    linked = {
        posixpath.normpath(posixpath.join(posixpath.dirname(page), target)).lstrip("/")
        for page, text in PAGES.items()
        for target in re.findall(r"\]\(([^)#:]+\.md)", text.replace(PROJECT, "/"))
    }
    assert set(PAGES) - linked - {"README.md"} == set()


def test_the_readme_is_short_and_its_links_are_whole():
    """It is shown by package indexes, too, where there is no folder beside it."""
    assert len(README.splitlines()) <= 250
    assert re.findall(r"\]\((?!https://)[^)]*\)", README) == []


SOURCES = [
    path
    for folder in ("pytest_backendless_mock", "tests", "benchmarks", "examples", "schemas")
    for path in sorted((ROOT / folder).rglob("*.*"))
    if path.suffix in (".py", ".json") and "node_modules" not in path.parts
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_the_source_refers_to_is_in_the_repository(path):
    named = re.findall(r"[\w/.-]*\w\.md\b", path.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("code", blocks(of_tests=True))
def test_a_test_that_is_shown_passes(pytester, monkeypatch, code):
    inner = Inner(pytester, monkeypatch)
    if code.startswith("# conftest.py"):
        inner.file(conftest=code)
        code = SETTINGS_HOLD

    result = inner.run(code)

    result.assert_outcomes(passed=code.count("def test_"))


@pytest.mark.parametrize(
    "lines",
    [pytest.param(block["lines"], id=page) for page, text in PAGES.items() for block in INI.finditer(text)],
)
def test_settings_that_are_shown_are_read(pytester, monkeypatch, lines):
    inner = Inner(pytester, monkeypatch)
    inner.ini(lines.replace(OF_DJANGO, ""))
    names = re.findall(r"^ +(\w+)=", lines, re.MULTILINE)

    result = inner.run(
        f"""
        import os

        def test_variables_are_filled_in(backendless_mock):
            told = [os.environ[name] for name in {names}]
            assert not set("".join(told)) & set("{{}}")
        """,
        "--strict-config",
    )

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("page", TUTORIALS)
def test_the_file_that_a_tutorial_makes_passes(pytester, monkeypatch, page):
    tests = whole(page).count("def test_")
    assert tests > 1

    Inner(pytester, monkeypatch).run(whole(page)).assert_outcomes(passed=tests)


def test_the_first_test_fails_as_its_page_shows(pytester, monkeypatch):
    page = "docs/tutorial/first-test.md"
    right = '.assert_delivered("The library is open again", times=1)'
    code = whole(page).replace(right, '.assert_delivered("The library is closed")')

    result = Inner(pytester, monkeypatch).run(code)

    result.assert_outcomes(failed=1, passed=2)
    [shown] = re.findall(r"^```text\n(E .*?)```$", PAGES[page], re.MULTILINE | re.DOTALL)
    printed = [line for line in result.outlines if line.startswith("E  ")]
    assert [re.sub(r" at \S+ \S+Z$", "", line) for line in printed] == [
        re.sub(r" at \S+ \S+Z$", "", line) for line in shown.splitlines()
    ]


@pytest.mark.parametrize("code", blocks(of_tests=False))
def test_code_that_is_shown_runs(backendless_mock, code):
    exec(compile(code, "a page", "exec"), {"backendless_mock": backendless_mock})


def test_the_red_test_of_the_readme_fails_as_shown(pytester, monkeypatch):
    inner = Inner(pytester, monkeypatch)
    monkeypatch.setenv("COLUMNS", "80")  # as wide as the README
    inner.ini()
    inner.file(test_reminders=red_test("code"))

    result = inner.run("", "-q")

    result.assert_outcomes(failed=1, warnings=0)
    assert everywhere_the_same(result.stdout.str()) == everywhere_the_same(red_test("output"))


def everywhere_the_same(output):
    """Without what differs between machines: the port, the folders, and how wide the summary at the end is."""
    output = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", output.partition("short test summary")[0])
    return re.sub(r"\S+/(pytest_backendless_mock/\w+\.py):\d+", r"\1", output).rstrip("= \n")


def test_the_demo_prints_its_timeline(capsys):
    runpy.run_path(str(ROOT / "examples" / "demo.py"), run_name="__main__")  # a warning would be an error

    assert capsys.readouterr().out == DEMO
    assert f"```text\n{DEMO}```" in README


@pytest.mark.parametrize("rule", fields(Rules), ids=lambda rule: rule.name)
def test_the_page_of_the_rules_has_every_rule_and_its_default(rule):
    assert f"\n| `{rule.name}` | `{rule.default!r}` |" in PAGES["docs/reference/rules.md"]
