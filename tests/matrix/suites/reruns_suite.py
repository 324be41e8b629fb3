"""Each test fails once; the second run must be as frozen, and as early, as the first."""

import datetime as dt
import unittest

import pytest

SEEN = []


def begin(mock):
    SEEN.append((mock.clock.now().isoformat(), dt.datetime.now().isoformat(), len(mock.messages)))
    mock.publish("hi")
    mock.clock.advance(hours=1)
    assert len(SEEN) % 2 == 0, "the first run"
    assert SEEN[-2:] == [("2030-01-07T08:30:00+00:00", "2030-01-07T08:30:00", 0)] * 2


@pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
def test_a_function(backendless_mock):
    begin(backendless_mock)


@pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
class TestUnittest(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def hold(self, backendless_mock):
        self.mock = backendless_mock

    def test_a_method(self):
        begin(self.mock)
