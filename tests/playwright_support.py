"""Playwright's ``expect``, with patience for a machine that does much else; without it the tests are skipped."""

from __future__ import annotations

import pytest
from interop_support import REQUIRED

try:
    from playwright.sync_api import expect
except ImportError:
    if REQUIRED:
        raise
    pytest.skip("no playwright in this environment; `make interop` installs it", allow_module_level=True)

PATIENCE = 10_000
"""Milliseconds that a page is given to show something."""
expect.set_options(timeout=PATIENCE)
