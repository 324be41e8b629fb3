"""The Django project in ``examples/``, as its own pytest runs it, whichever of the two plugins is registered first."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent / "examples" / "django"
REQUIRED = os.environ.get("BACKENDLESS_MOCK_MATRIX") == "required"
OURS, THEIRS = "pytest_backendless_mock.plugin", "pytest_django.plugin"


@pytest.mark.parametrize("plugins", [(OURS, THEIRS), (THEIRS, OURS)], ids=["ours first", "theirs first"])
def test_a_django_project_reads_the_address_of_the_mock_when_its_settings_are_imported(plugins, tmp_path):
    if importlib.util.find_spec("pytest_django") is None:
        if REQUIRED:
            pytest.fail("pytest-django is not installed")
        pytest.skip("pytest-django is not installed; make matrix does")
    shutil.copytree(PROJECT, tmp_path / "django", ignore=shutil.ignore_patterns("__pycache__"))
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *(word for plugin in plugins for word in ("-p", plugin))],
        cwd=tmp_path / "django",
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.stdout.splitlines()[-1].startswith("3 passed in "), ran.stdout + ran.stderr
