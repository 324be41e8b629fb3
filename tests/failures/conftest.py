"""Test files that a user could have written, run inside a test."""

from __future__ import annotations

import pytest
from plugin_support import Inner


@pytest.fixture
def inner(pytester, monkeypatch):
    inner = Inner(pytester, monkeypatch)
    inner.ini()
    return inner
