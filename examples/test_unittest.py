"""Without pytest: `python -m unittest examples/test_unittest.py`. (pytest runs it as well.)"""
# ruff: noqa: PT009, PT027 - unittest's own assertions are the point here

import unittest

import requests

from pytest_backendless_mock import BackendlessMock, MessagingError


def greet(url, name):
    """The application under test."""
    requests.post(f"{url}/messaging/greetings", json={"message": f"hello, {name}"}, timeout=5).raise_for_status()


class GreetingTest(unittest.TestCase):
    def setUp(self):
        self.mock = self.enter(BackendlessMock())

    def enter(self, manager):
        """What ``enterContext`` does from Python 3.11 on."""
        entered = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return entered

    def test_a_greeting_is_published(self):
        greet(self.mock.url, "Ada")

        self.mock.channel("greetings").assert_published("hello, Ada", times=1)

    def test_every_test_begins_with_an_empty_mock(self):
        self.assertEqual(self.mock.messages, ())

    def test_a_greeting_of_tomorrow_can_be_called_off(self):
        greeting = self.mock.publish("good morning", "greetings", publish_at="2999-01-01 08:00")

        self.assertEqual(self.mock.cancel(greeting.message_id).status, "cancelled")

        with self.assertRaisesRegex(MessagingError, "5040 Can't cancel message"):
            self.mock.cancel(greeting.message_id)


class FrozenGreetingTest(unittest.TestCase):
    def test_a_block_is_enough(self):
        with BackendlessMock(freeze="2030-01-07 08:30") as mock:
            greet(mock.url, "Ada")
            mock.channel("greetings").assert_delivered("hello, Ada", at="2030-01-07 08:30")
