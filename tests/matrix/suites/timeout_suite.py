"""A test that hangs while time is frozen ends, its story is told, and the next test is in real time."""

import datetime as dt
import threading

import pytest
import requests

REAL = dt.datetime
FROZEN = pytest.mark.backendless_mock(freeze="2001-01-07 08:30")


def test_the_address_is_known(backendless_mock):
    assert backendless_mock.url.startswith("http://127.0.0.1:")


@FROZEN
@pytest.mark.timeout(0.3, func_only=True)
def test_fails_because_a_thread_never_ends(backendless_mock):
    backendless_mock.publish("hangs", channel="news")
    threading.Event().wait()


def test_time_is_real_after_a_thread(backendless_mock):
    assert dt.datetime is REAL
    assert backendless_mock.clock.now().year > 2001


@FROZEN
@pytest.mark.timeout(0.3, func_only=True)
def test_fails_because_what_it_waits_for_never_comes(backendless_mock):
    backendless_mock.publish("waits", channel="news")
    backendless_mock.wait_until(lambda: False, timeout=1000)


def test_time_is_real_after_a_wait(backendless_mock):
    assert dt.datetime is REAL
    assert backendless_mock.clock.now().year > 2001


@FROZEN
@pytest.mark.timeout(0.3, func_only=True)
def test_fails_because_the_mock_never_answers(backendless_mock):
    backendless_mock.publish("unanswered", channel="news")
    backendless_mock.faults.hang("publish", channel="orders")
    requests.post(f"{backendless_mock.url}/messaging/orders", json={"message": "hi"}, timeout=None)


def test_time_is_real_and_the_mock_answers_after_a_request(backendless_mock):
    assert dt.datetime is REAL
    assert backendless_mock.clock.now().year > 2001
    requests.post(f"{backendless_mock.url}/messaging/news", json={"message": "hi"}, timeout=20).raise_for_status()
