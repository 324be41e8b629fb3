"""Vitest, and Playwright with a page in Chromium, beside a mock that `exec` starts: a client takes the mock's time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
]


def run(command, **env):
    return subprocess.run(
        [sys.executable, "-m", "pytest_backendless_mock", "exec", "--", *command],
        cwd=HERE,
        env={**os.environ, **env},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=50,
    )


def test_vitest_sets_the_time_of_the_system(node, package):
    ran = run([node, package("vitest", "vitest.mjs"), "run", "--no-cache", "--testTimeout=30000", "vitest/"])
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout


def test_playwright_sets_the_clock_of_a_page(node, package, chromium):
    package("playwright-core", "package.json")
    ran = run([node, "--test", "playwright/recipes.test.mjs"], CHROMIUM=chromium, FLAGS=json.dumps(FLAGS))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "# pass 1\n" in ran.stdout


def test_playwright_plays_back_what_was_answered_when_the_mock_is_gone(node, package, chromium, tmp_path):
    package("playwright-core", "package.json")
    flags = {"CHROMIUM": chromium, "FLAGS": json.dumps(FLAGS), "HAR": str(tmp_path / "all.har")}
    ran = run([node, "--test", "playwright/har.test.mjs"], **flags)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "# pass 1\n" in ran.stdout


@pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
def test_playwright_for_python_runs_its_loop_in_the_thread_of_the_test(request, backendless_mock):
    pytest.importorskip("playwright.sync_api")
    news = backendless_mock.channel("news")
    publish = """async ([url, publishAt]) => {
        const headers = { 'Content-Type': 'application/json' };
        const body = JSON.stringify({ message: 'from a page', publishAt });
        return (await fetch(`${url}/messaging/news`, { method: 'POST', headers, body })).status;
    }"""

    page = request.getfixturevalue("browser").new_page()
    assert page.evaluate(publish, [backendless_mock.url, 1_894_006_800_000]) == 200
    backendless_mock.wait_until(lambda: news.messages, timeout=30)
    backendless_mock.clock.advance(minutes=30)
    news.assert_delivered("from a page", times=1, at="2030-01-07 09:00")
    page.close()
