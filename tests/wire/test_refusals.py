"""A listener for "refused" hears of what the service did not accept."""

from __future__ import annotations

import datetime as dt

import pytest
from mock_support import standing_mock
from plugin_support import call

from pytest_backendless_mock import MessagingError

NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)


@pytest.fixture
def mock():
    with standing_mock() as mock:
        yield mock


def test_a_refusal_is_told_with_request_code_and_reason(mock):
    heard = []
    off = mock.on("refused", heard.append)
    call(f"{mock.url}/messaging/news", "POST", {"message": None})
    off()
    call(f"{mock.url}/messaging/news", "POST", {"message": None})
    (refusal,) = heard
    assert (refusal.at, refusal.what, refusal.code) == (NOW, "POST …/messaging/news", 8006)
    assert refusal.reason == "8006 Invalid NULL param for request (message is null)"


def test_what_is_accepted_is_not_told(mock):
    heard = []
    mock.on("refused", heard.append)
    call(f"{mock.url}/messaging/news", "POST", {"message": "hi"})
    assert heard == []


def test_what_the_test_itself_is_refused_is_raised_instead(mock):
    heard = []
    mock.on("refused", heard.append)
    with pytest.raises(MessagingError, match=r"^5030 "):
        mock.publish("hi", publish_at=NOW - dt.timedelta(hours=1))
    assert heard == []


def test_a_listener_that_raises_fails_the_test_and_not_the_client(mock):
    def picky(refusal):
        raise KeyError("no")

    mock.on("refused", picky)
    status, answer = call(f"{mock.url}/messaging/news", "POST", {"message": None})
    assert (status, answer["code"]) == (400, 8006)
    with pytest.raises(AssertionError, match=r"(?s)POST …/messaging/news.*KeyError: 'no'"):
        mock.verify()


def test_a_refusal_wakes_who_waits(mock):
    call(f"{mock.url}/messaging/news", "POST", {"message": None})
    mock.wait_until(lambda: mock.requests[0].code == 8006, timeout=0)
