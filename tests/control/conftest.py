"""A server asked without a socket, and an application on it whose clock stands."""

from __future__ import annotations

import pytest
from control_support import Tools


@pytest.fixture
def tools():
    with Tools() as made:
        yield made


@pytest.fixture
def app(tools):
    return tools.new()
