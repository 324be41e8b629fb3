"""The page "From any language": what it shows of a shell is run, and prints what it shows."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from pytest_backendless_mock.cli import parser

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/how-to/any-language.md").read_text("utf-8")
BLOCK = re.compile(r"^```sh\n(?P<script>.*?)^```\n(?:\n```text\n(?P<shown>.*?)^```$)?", re.MULTILINE | re.DOTALL)
MARK = "--- the next block ---"


def test_every_block_of_the_shell_prints_what_stands_below_it(program, tmp_path):
    command = tmp_path / "backendless-mock"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pytest_backendless_mock "$@"\n', "utf-8")
    command.chmod(0o755)
    blocks = list(BLOCK.finditer(PAGE))
    assert len(blocks) == PAGE.count("```sh\n") == 6
    script = f"\necho; echo '{MARK}'\n".join(block["script"] for block in blocks)
    path = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    ran = program("exec", "--freeze", "2030-01-07T08:30:00Z", "--", "bash", "-euc", script, env=path)
    assert ran.code == 0, ran.err
    printed = [text.strip() for text in ran.out.split(MARK)]
    assert printed == [block["shown"].strip() for block in blocks]


def test_the_table_has_every_verb():
    verbs = parser.make_parser()._subparsers._group_actions[0].choices
    table = PAGE.partition("| verb |")[2].partition("\n\n")[0]
    assert [verb for verb in verbs if f"`{verb}" not in table] == []
