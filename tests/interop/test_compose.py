"""The suite of `examples/compose`, which has no helper, beside a mock that `exec` starts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "compose"


def test_its_suite_passes_beside_a_mock(node):
    command = [sys.executable, "-m", "pytest_backendless_mock", "exec", "--", node, "--test"]
    ran = subprocess.run(command, cwd=EXAMPLE / "suite", capture_output=True, check=False, encoding="utf-8", timeout=50)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"^# pass 1$", ran.stdout, re.MULTILINE)


def test_its_tests_wait_until_the_mock_answers():
    text = (EXAMPLE / "compose.yaml").read_text("utf-8")
    assert "condition: service_healthy" in text
    assert "HEALTHCHECK --interval=2s" in (EXAMPLE.parent.parent / "Dockerfile").read_text("utf-8")
