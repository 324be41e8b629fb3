"""What every pytest run pays because the plugin is installed, whether it uses the mock or not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from .harness import NONE, Bound, Row, alternate, at_most, stopwatch

ROUNDS = 21
PEER = ("-p", "pytest_httpserver.pytest_plugin")
OURS = (*PEER, "-p", "pytest_backendless_mock.plugin")
LATE = ("freezegun", "jsonschema", "werkzeug")
"""What only the first use of the mock may import; pytest-httpserver's plugin imports werkzeug itself."""


def rows() -> Iterator[Row]:
    """``pytest --collect-only`` in an empty folder with pytest-httpserver's plugin only, and with ours too."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = alternate(lambda: _collect(folder, OURS), lambda: _collect(folder, PEER), rounds=ROUNDS)
        added = ours - theirs
        yield Row(
            "pytest --collect-only, added by our plugin (peer: the run with pytest-httpserver's plugin alone)",
            f"{added * 1e3:+.1f} ms",
            f"{theirs * 1e3:.0f} ms",
            ours / theirs,
            at_most(added * 1e3, 15, " ms added"),
        )
        early = _imported(folder)
        yield Row(
            f"imported by then: any of {', '.join(LATE)} (without pytest-httpserver's plugin)",
            ", ".join(early) or "none",
            NONE,
            None,
            Bound("none", not early),
        )


def _collect(folder: str, plugins: tuple[str, ...]) -> float:
    return stopwatch(lambda: _python(folder, "-m", "pytest", "--collect-only", "-q", *plugins))


def _imported(folder: str) -> list[str]:
    program = (
        "import pytest, sys\n"
        "pytest.main(['--collect-only', '-q', '-p', 'pytest_backendless_mock.plugin'])\n"
        f"print('IMPORTED', *(name for name in {LATE!r} if name in sys.modules))"
    )
    return _python(folder, "-c", program).rpartition("IMPORTED")[2].split()


def _python(folder: str, *arguments: str) -> str:
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 5), done.stdout + done.stderr  # 5: no tests, as it should be
    return done.stdout
