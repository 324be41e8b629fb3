"""The fixture beside other plugins and clients: a table, each row a pytest process of its own with that plugin alone.

``make matrix`` installs them into an environment of their own; where they are not installed, the rows are skipped.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
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
    assert ran.returncode == 0, said


def _loading(row: Row) -> list[str]:
    """None but this one: plugins are not found by their entry points here."""
    return ["-p", row.plugin] if row.plugin else []
