"""Whatever bytes come, no bug is met and a refusal changes nothing. By Hypothesis, and by atheris where it installs."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_inputs import INPUTS, SEEDS
from fuzz_support import TARGETS
from hypothesis import HealthCheck, given, settings

HERE = Path(__file__).parent
SECONDS = 10
"""How long atheris has for each target."""
PATIENCE = 55
"""Real seconds after which atheris is taken to hang: before the suite's watchdog."""


@pytest.mark.parametrize("target", SEEDS)
def test_what_hypothesis_makes_up_finds_no_bug(target):
    @settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(INPUTS[target])
    def send(data):
        TARGETS[target](data)

    send()


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris does not install here")
@pytest.mark.parametrize("target", SEEDS)
def test_what_atheris_finds_its_way_to_is_no_bug(target, tmp_path):
    for number, seed in enumerate(SEEDS[target]):
        (tmp_path / f"seed-{number}").write_bytes(seed)
    command = [sys.executable, str(HERE / "guided.py"), target, str(SECONDS), str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    done = subprocess.run(command, env=env, capture_output=True, timeout=PATIENCE, check=False)

    told = done.stderr.decode("utf-8", "replace")
    found = [path.read_bytes() for path in tmp_path.glob("found-*")]
    assert found == [], told[-5_000:]
    assert done.returncode == 0, told[-5_000:]
    assert int(re.search(r"number_of_executed_units: (\d+)", told)[1]) > 500
