"""The helper for xunit compiles, against stand-ins for the libraries. It never ran: there is no .NET to be had here."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SOURCES = [HERE.parent.parent / "clients" / "BackendlessMock.cs", HERE / "xunit" / "Libraries.cs"]


@pytest.mark.parametrize("symbols", [[], ["-define:NET8_0_OR_GREATER"]], ids=[".NET 6", ".NET 8"])
def test_the_helper_for_xunit_compiles(mcs, tmp_path, symbols):
    command = [mcs, "-target:library", "-warnaserror", *symbols, f"-out:{tmp_path / 'helper.dll'}", *SOURCES]
    ran = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=50)
    assert ran.returncode == 0, ran.stdout + ran.stderr
