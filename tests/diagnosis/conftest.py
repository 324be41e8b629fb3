"""A mock that stands still, which the tests of explanations ask."""

from __future__ import annotations

import pytest
from fake_time import FakeTime
from mock_support import standing_mock


@pytest.fixture
def time():
    return FakeTime()


@pytest.fixture
def mock(time):
    with standing_mock(time) as mock:
        yield mock
