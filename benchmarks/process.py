"""Processes of their own, for what can only be measured once in each: imports, and whole runs of pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from resource import RUSAGE_CHILDREN, getrusage

PEER = ("-p", "pytest_httpserver.pytest_plugin")
OURS = (*PEER, "-p", "pytest_backendless_mock.plugin")


def python(folder: str, *arguments: str) -> str:
    """What a Python that runs in ``folder`` prints. Each plugin of pytest must be named.

    Compiled modules are kept in ``folder``, so that from the second time on a module costs what it costs where it is
    installed, wherever this one is run from.
    """
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 5), done.stdout + done.stderr  # 5: no tests, as it should be
    return done.stdout


def processor_time(folder: str, *arguments: str) -> float:
    """Seconds that the processor spends on it, from its beginning to its end."""
    before = getrusage(RUSAGE_CHILDREN)
    python(folder, *arguments)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
