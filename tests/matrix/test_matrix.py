"""The fixture beside other plugins and clients: a table, each row a pytest process of its own with that plugin alone.

``make matrix`` installs them into an environment of their own; where they are not installed, the rows are skipped.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from pytest_backendless_mock.diagnosis.suspect import OTHER_MOCKS

HERE = Path(__file__).parent
BESIDE = (HERE.parent.parent / "docs/how-to/beside.md").read_text("utf-8")
"""The page that says the same."""
REQUIRED = os.environ.get("BACKENDLESS_MOCK_MATRIX") == "required"
"""Set by ``make matrix``: what is not installed fails then."""


class Row(NamedTuple):
    module: str
    """What must be there."""
    plugin: str
    """The module that is its plugin, "" for none."""
    file: str
    """The tests, in ``suites/``."""
    outcomes: str
    """How pytest sums them up."""
    options: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    """What stands in the output, each as often as here."""


NOTHING = "requests: none reached the mock"
RESPONSES = (
    "  responses is active, and may answer in its place; what lets requests pass: "
    "responses.add_passthru(backendless_mock.host_url)"
)
REQUESTS_MOCK = (
    "  requests-mock is active, and may answer in its place; what lets requests pass: "
    "requests_mock.Mocker(real_http=True)"
)
RESPX = (
    "  respx is active, and may answer in its place; what lets requests pass: "
    'respx.route(host="127.0.0.1").pass_through()'
)
PYTEST_HTTPX = (
    "  pytest-httpx is active, and may answer in its place; what lets requests pass: "
    '@pytest.mark.httpx_mock(should_mock=lambda request: request.url.host != "127.0.0.1")'
)
AIORESPONSES = (
    "  aioresponses is active, and may answer in its place; what lets requests pass: "
    "aioresponses(passthrough=[backendless_mock.host_url])"
)
VCRPY = "  vcrpy is active, and may answer in its place; what lets requests pass: vcr.VCR(ignore_localhost=True)"

ROWS = {
    "no plugin": Row("pytest", "", "plain_suite.py", "2 passed"),
    "pytest-socket": Row("pytest_socket", "pytest_socket", "socket_suite.py", "2 passed", ("--disable-socket",)),
    "pyfakefs": Row("pyfakefs", "pyfakefs.pytest_plugin", "pyfakefs_suite.py", "3 passed"),
    "pyfakefs, first use": Row("pyfakefs", "pyfakefs.pytest_plugin", "pyfakefs_first_suite.py", "1 passed"),
    "niquests": Row("niquests", "", "niquests_suite.py", "3 passed"),
    "pytest-rerunfailures": Row(
        "pytest_rerunfailures", "pytest_rerunfailures", "reruns_suite.py", "2 passed, 2 rerun", ("--reruns=1",)
    ),
    "pytest-retry": Row(
        "pytest_retry", "pytest_retry.retry_plugin", "reruns_suite.py", "2 passed, 2 retried", ("--retries=1",)
    ),
    "flaky": Row(
        "flaky", "flaky.flaky_pytest_plugin", "reruns_suite.py", "2 passed", ("--force-flaky", "--no-flaky-report")
    ),
    "responses": Row("responses", "", "responses_suite.py", "2 failed, 2 passed", lines=(NOTHING, RESPONSES) * 2),
    "requests-mock": Row(
        "requests_mock",
        "requests_mock.contrib._pytest_plugin",
        "requests_mock_suite.py",
        "3 failed, 2 passed",
        lines=(NOTHING, REQUESTS_MOCK) * 3,
    ),
    "respx": Row("respx", "respx.plugin", "respx_suite.py", "3 failed, 2 passed", lines=(NOTHING, RESPX) * 3),
    "pytest-httpx": Row(
        "pytest_httpx",
        "pytest_httpx",
        "pytest_httpx_suite.py",
        "2 failed, 2 passed",
        lines=(NOTHING, PYTEST_HTTPX) * 2,
    ),
    "aioresponses": Row(
        "aioresponses", "", "aioresponses_suite.py", "2 failed, 1 passed", lines=(NOTHING, AIORESPONSES) * 2
    ),
    "vcrpy": Row("vcr", "", "vcrpy_suite.py", "2 failed, 2 passed", lines=(NOTHING, VCRPY) * 2),
    "pytest-randomly, in one order": Row(
        "pytest_randomly", "pytest_randomly", "randomly_suite.py", "7 passed", ("--randomly-seed=1",)
    ),
    "pytest-randomly, in another": Row(
        "pytest_randomly", "pytest_randomly", "randomly_suite.py", "7 passed", ("--randomly-seed=2",)
    ),
    "pytest-timeout": Row(
        "pytest_timeout",
        "pytest_timeout",
        "timeout_suite.py",
        "3 failed, 4 passed",
        lines=(
            *("E       Failed: Timeout (>0.3s) from pytest-timeout.",) * 3,
            "  08:30:00  accepted     'hangs' on 'news'",
            "  08:30:00  accepted     'waits' on 'news'",
            "  08:30:00  accepted     'unanswered' on 'news'",
        ),
    ),
    "pytest-subtests": Row(
        "pytest_subtests",
        "pytest_subtests.plugin",
        "subtests_suite.py",
        "2 failed, 3 passed, 6 subtests passed",
        lines=("  08:30:00  accepted     'one' on 'news'", "  08:30:00  accepted     'unit' on 'news'"),
    ),
    "hypothesis": Row(
        "hypothesis",
        "_hypothesis_pytestplugin",
        "hypothesis_suite.py",
        "2 failed, 3 passed",
        lines=(
            (
                "E   hypothesis.errors.FailedHealthCheck: "
                "'test_suite.py::test_fails_because_all_examples_would_share_the_mock' "
                "uses a function-scoped fixture 'backendless_mock'."
            ),
            "  08:30:00  accepted     42 on 'news'",
        ),
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_the_fixture_does_its_part_beside(row, tmp_path):
    if importlib.util.find_spec(row.module) is None:
        if REQUIRED:
            pytest.fail(f"{row.module} is not installed")
        pytest.skip(f"{row.module} is not installed; make matrix does")
    suite = tmp_path / "test_suite.py"
    suite.write_text((HERE / "suites" / row.file).read_text("utf-8"), "utf-8")
    plugins = ["-p", "pytest_backendless_mock.plugin"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, *_loading(row), *row.options, str(suite)],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    said = ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1].startswith(f"{row.outcomes} in "), said
    told = {without_indent(line) for line in row.lines}
    found = Counter(text for line in ran.stdout.splitlines() if (text := without_indent(line)) in told)
    assert found == Counter(map(without_indent, row.lines)), said
    assert ran.returncode == int(" failed" in row.outcomes), said


@pytest.mark.parametrize("other", OTHER_MOCKS, ids=lambda other: other.name)
def test_what_a_report_advises_is_what_is_done_here(other):
    assert other.pass_through in (HERE / "suites" / ROWS[other.name].file).read_text("utf-8")
    assert other.pass_through in BESIDE


def without_indent(line: str) -> str:
    """A line of the output, however deep pytest shows it: that of an error stands below the code that raised it."""
    return " ".join(line.split())


def _loading(row: Row) -> list[str]:
    """None but this one: plugins are not found by their entry points here."""
    return ["-p", row.plugin] if row.plugin else []
