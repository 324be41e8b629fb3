"""JUnit 5 and `HttpClient` beside a mock that `exec` starts: the helper for Java."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
HELPER = HERE.parent.parent / "clients" / "BackendlessMockExtension.java"
MOCK = [sys.executable, "-m", "pytest_backendless_mock"]


@pytest.fixture(scope="module")
def suite(junit, tmp_path_factory):
    """``suite("NewsTest")`` runs the tests of a class, which are compiled once."""
    compiler, java, jars = junit
    folder = tmp_path_factory.mktemp("junit")
    sources = [HELPER, *sorted((HERE / "junit").glob("*.java"))]
    subprocess.run(
        [compiler, "-Xlint:all,-path", "-Werror", "-cp", jars, "-d", folder, *sources], check=True, timeout=50
    )
    launch = [java, "-cp", f"{folder}:{jars}", "org.junit.platform.console.ConsoleLauncher", "--disable-banner"]

    def run(name):
        command = [*MOCK, "exec", "--", *launch, "--disable-ansi-colors", "--select-class", name]
        return subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=50)

    return run


def test_junit_publishes_and_asserts_with_the_same_ids_on_every_run(suite):
    published = []
    for _ in range(2):
        ran = suite("NewsTest")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "4 tests successful" in ran.stdout
        published += re.findall("published as (message:.+)", ran.stdout)
    assert len(published) == 2
    assert published[0] == published[1]


def test_a_failure_has_the_report_below_it_and_what_only_the_mock_saw_fails(suite):
    ran = suite("FailingTest")
    assert ran.returncode == 1
    assert "2 tests failed" in ran.stdout
    assert re.search(r"by itself(?s:.*)what the mock saw:\s+timeline:(?s:.*)'seen by the mock'", ran.stdout)
    assert "the service has no PATCH" in ran.stdout
