"""What the pages show of a shell: blocks of ``sh`` are run and print what stands below them, other commands parse."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest

from pytest_backendless_mock.cli import main, parser

ROOT = Path(__file__).parent.parent.parent
PAGES = {path.relative_to(ROOT).as_posix(): path for path in [*ROOT.glob("*.md"), *sorted(ROOT.glob("docs/**/*.md"))]}
BLOCK = re.compile(r"^```sh\n(?P<script>.*?)^```\n(?:\n```text\n(?P<shown>.*?)^```$)?", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|&& )(?:\$ )?(?:\w+=\S+ )*(?:\S*/)?backendless-mock (?!\.)(?P<typed>[^|>&]+)")
MARK = "--- the next block ---"
LANGUAGES = {"", "csharp", "console", "ini", "java", "js", "json", "php", "python", "sh", "text", "toml", "xml", "yaml"}
"""With those of Sphinx in braces: a block in none of them would escape the tests that look for blocks."""


def text(page):
    return PAGES[page].read_text("utf-8")


@pytest.fixture
def shell(program, tmp_path):
    """``shell(script)`` runs it in a folder of its own, with a user's commands, beside a mock whose clock stands."""
    commands, folder = tmp_path / "bin", tmp_path / "folder"
    commands.mkdir()
    folder.mkdir()
    for name, module in (("backendless-mock", "pytest_backendless_mock"), ("pytest", "pytest")):
        command = commands / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', "utf-8")
        command.chmod(0o755)
    path = {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}"}

    def run(script):
        words = ("exec", "--freeze", "2030-01-07T08:30:00Z", "--", "bash", "-euc", script)
        return program(*words, env=path, cwd=folder, timeout=50)

    return run


@pytest.mark.parametrize("page", [page for page in PAGES if "```sh\n" in text(page)])
def test_every_block_of_the_shell_prints_what_stands_below_it(shell, page):
    blocks = list(BLOCK.finditer(text(page)))
    assert len(blocks) == text(page).count("```sh\n")
    ran = shell(f"\necho; echo '{MARK}'\n".join(block["script"] for block in blocks))
    assert ran.code == 0, ran.err
    printed = [part.strip() for part in ran.out.split(MARK)]
    assert printed == [(block["shown"] or "").strip() for block in blocks]


TYPED = [
    pytest.param(command["typed"], id=f"{page}: {command['typed'].partition('#')[0].strip()}")
    for page in PAGES
    for block in CONSOLE.finditer(text(page))
    for line in block["lines"].splitlines()
    for command in COMMAND.finditer(line)
]


@pytest.mark.parametrize("typed", TYPED)
def test_a_command_that_is_shown_and_not_run_can_be_typed(typed):
    before, _ = main._split(shlex.split(typed, comments=True))
    assert parser.make_parser().parse_args(before).verb


def test_there_are_commands_to_type():
    assert len(TYPED) >= 4


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_page_says_in_what_language_it_is(page):
    fences = re.findall(r"^ *```+(?!`)(.*)$", text(page), re.MULTILINE)[::2]
    assert {language for language in fences if not language.startswith("{")} <= LANGUAGES


DEMO = """\
2030-01-07T08:30:00Z  accepted   reminders  stand-up
2030-01-07T08:30:00Z  accepted   reminders  lunch together
2030-01-07T08:30:00Z  accepted   reminders  go home
2030-01-07T09:00:00Z  delivered  reminders  stand-up
2030-01-07T10:00:00Z  delivered  reminders  stand-up
2030-01-07T10:30:00Z  cancelled  reminders  lunch together
2030-01-07T11:00:00Z  delivered  reminders  stand-up
2030-01-07T17:00:00Z  delivered  reminders  go home
"""


def test_the_demo_of_the_shell_has_the_day_of_the_other(shell):
    ran = shell(f"sh '{ROOT}/examples/demo.sh'")
    assert ran.code == 0, ran.err
    assert re.sub(r" +(?:messageId|message:\S+)$", "", ran.out.partition("\n")[2], flags=re.MULTILINE) == DEMO


def test_the_table_has_every_verb():
    verbs = parser.make_parser()._subparsers._group_actions[0].choices
    table = text("docs/how-to/any-language.md").partition("| verb |")[2].partition("\n\n")[0]
    assert [verb for verb in verbs if f"`{verb}" not in table] == []
