"""Jest, in Node and in jsdom, beside a mock that `exec` starts: the helper for JavaScript, and its recipes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MOCK = [sys.executable, "-m", "pytest_backendless_mock"]
HELPER = HERE.parent.parent / "clients" / "backendless-mock.mjs"
EXAMPLE = HERE.parent.parent / "examples" / "jest"
FILES = ("node", "jsdom", "recipes", "start", "state")
WORKER = """
import { appendFileSync } from 'node:fs';
import { connect } from 'HELPER';

test('worker', async () => {
  const mock = await connect();
  await mock.run('worker NUMBER', async (app) => {
    const sent = [await app.publish('news', 1), await app.publish('news', 2, { repeatEvery: 60 })];
    const { deliveries, now } = await app.clock.advance('NUMBERm');
    const told = { appId: app.appId, ids: sent.map((each) => each.messageId), deliveries: deliveries.length };
    appendFileSync(process.env.TOLD, `${JSON.stringify(told)}\\n`);
  }, { freeze: '2030-01-01T00:00:00Z' });
});
"""
"""Each has an application of its own: what it delivers is what its own clock passes."""


def run(command, **env):
    surroundings = {**os.environ, "NODE_NO_WARNINGS": "1", "MOCK_COMMAND": json.dumps(MOCK), **env}
    return subprocess.run(
        [*MOCK, "exec", "--", *command],
        cwd=HERE,
        env=surroundings,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=50,
    )


@pytest.mark.parametrize("file", FILES)
def test_jest_beside_a_mock(jest, file):
    ran = run([*jest, f"jest/{file}.test.mjs"])
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"^Tests: +\d+ passed, \d+ total$", ran.stderr, re.MULTILINE)


def test_every_file_of_jest_is_run():
    assert {path.name.removesuffix(".test.mjs") for path in (HERE / "jest").glob("*.test.mjs")} == set(FILES)


def test_the_example_is_a_project_whose_npm_test_passes(jest, package, tmp_path):
    project, commands = tmp_path / "project", tmp_path / "bin"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("node_modules", "backendless-mock.mjs"))
    for name, kept in (("backendless", "backendless-8"), ("jest", "jest"), ("@jest/globals", "@jest/globals")):
        link = project / "node_modules" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path(package(kept, "package.json")).parent)
    commands.mkdir()
    command = commands / "backendless-mock"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pytest_backendless_mock "$@"\n', "utf-8")
    command.chmod(0o755)
    ran = subprocess.run(
        [shutil.which("npm") or "npm", "test"],
        cwd=project,
        env={**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=50,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"^Tests: +1 passed, 1 total$", ran.stderr, re.MULTILINE)


def test_eight_workers_have_an_application_each_and_the_same_ids_on_every_run(jest, tmp_path):
    for number in range(1, 9):
        text = WORKER.replace("HELPER", HELPER.as_uri()).replace("NUMBER", str(number))
        (tmp_path / f"w{number}.test.mjs").write_text(text, "utf-8")
    told = [workers(jest, tmp_path, tmp_path / f"told-{turn}") for turn in range(2)]
    assert told[0] == told[1]
    assert len({each["appId"] for each in told[0]}) == 8
    assert [each["deliveries"] for each in told[0]] == [1, 2, 3, 4, 5, 6, 7, 8]


def workers(jest, folder: Path, told: Path):
    """What eight workers tell, in the order of how far their clocks went."""
    options = [
        "--rootDir",
        str(folder),
        "--testMatch",
        "**/*.test.mjs",
        "--maxWorkers=8",
        "--cacheDirectory",
        str(folder),
    ]
    ran = run([*jest, *options], TOLD=str(told))
    assert ran.returncode == 0, ran.stderr
    lines = [json.loads(line) for line in told.read_text("utf-8").splitlines()]
    return sorted(lines, key=lambda line: line["deliveries"])
