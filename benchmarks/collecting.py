"""What every pytest run pays because the plugin is installed, whether it uses the mock or not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from .harness import NONE, Bound, Row, alternate, at_most
from .process import OURS, PEER, processor_time, python

ROUNDS = 21
LATE = ("freezegun", "jsonschema", "werkzeug")
"""What only the first use of the mock may import; pytest-httpserver's plugin imports werkzeug itself."""
RUN = f"""
import pytest, sys
assert pytest.main(["-q", "-p", "pytest_backendless_mock.plugin"]) == 0
print("IMPORTED", *(name for name in {LATE!r} if name in sys.modules))
"""


def rows() -> Iterator[Row]:
    """Processor time of collecting nothing, with and without our plugin; and what a run without a mock imports."""
    collect = ("-m", "pytest", "--collect-only", "-q")
    with TemporaryDirectory() as folder:
        ours, theirs = alternate(
            *(partial(processor_time, folder, *collect, *plugins) for plugins in (OURS, PEER)), rounds=ROUNDS
        )
        added = ours - theirs
        yield Row(
            "pytest --collect-only, added by our plugin (peer: the run with pytest-httpserver's plugin alone)",
            f"{added * 1e3:+.1f} ms",
            f"{theirs * 1e3:.0f} ms",
            ours / theirs,
            at_most(added * 1e3, 8, " ms added"),
        )
        (Path(folder) / "test_nothing.py").write_text("def test_nothing():\n    pass\n", "utf-8")
        early = python(folder, "-c", RUN).rpartition("IMPORTED")[2].split()
    yield Row(
        f"imported by a run that uses no mock: any of {', '.join(LATE)} (without pytest-httpserver's plugin)",
        ", ".join(early) or "none",
        NONE,
        None,
        Bound("none", not early),
    )
