import unittest

import pytest

from pytest_backendless_mock import BackendlessMock

FREEZE = "2030-01-07 08:30"


@pytest.mark.backendless_mock(freeze=FREEZE)
def test_that_passes(backendless_mock, subtests):
    backendless_mock.publish("hi", channel="news")
    for word in ("hi", "ho"):
        with subtests.test(word):
            backendless_mock.publish(word, channel="news")
            backendless_mock.channel("news").assert_delivered(word)


@pytest.mark.backendless_mock(freeze=FREEZE)
def test_that_fails_in_one_of_three(backendless_mock, subtests):
    backendless_mock.publish("one", channel="news")
    for word in ("one", "two", "one"):
        with subtests.test(word):
            backendless_mock.channel("news").assert_delivered(word)


class TestUnittest(unittest.TestCase):
    def test_that_fails_in_one_of_three(self):
        with BackendlessMock() as mock:
            mock.clock.freeze(FREEZE)
            mock.publish("unit", channel="news")
            for word in ("unit", "two", "unit"):
                with self.subTest(word=word):
                    mock.channel("news").assert_delivered(word)
