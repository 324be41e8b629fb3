"""What the tests need that run programs of others: leave to do without one, and how a browser is started."""

from __future__ import annotations

import os

import pytest

REQUIRED = os.environ.get("BACKENDLESS_MOCK_INTEROP") == "required"
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
)


def do_without(reason):
    """Skip the test for want of a program; where all are required, fail it."""
    if REQUIRED:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
