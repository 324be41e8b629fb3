"""``backendless-mock client``: the helpers that a suite in another language copies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from .parser import CLIENTS

PACKAGED = Path(__file__).parent.parent / "clients"
"""Where a wheel keeps them; a checkout has them beside the package."""


def run(options: Any) -> int:
    """Print the file."""
    folder = PACKAGED if PACKAGED.is_dir() else PACKAGED.parent.parent / "clients"
    sys.stdout.write((folder / CLIENTS[options.language]).read_text("utf-8"))
    return 0
