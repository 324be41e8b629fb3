"""Who listens in real time, in words."""

from __future__ import annotations

import pytest
from presence_support import client_of_mock

from pytest_backendless_mock.diagnosis.listener import describe, why_nobody_more
from pytest_backendless_mock.messaging.errors import NoPermissionToSubscribe
from pytest_backendless_mock.messaging.presence import Interest
from pytest_backendless_mock.runtime.event import Refused


def reasons(mock, channel="news"):
    return list(why_nobody_more(mock._application, channel))


@pytest.mark.parametrize(
    ("user_id", "selector", "told"),
    [
        (None, None, "listener:1 of client connection:1 on 'news'"),
        ("ann", None, "listener:1 of user ann on 'news'"),
        (None, "a = 1", "listener:1 of client connection:1 on 'news', selector 'a = 1'"),
        ("red\x1b", "", r"listener:1 of user red\x1b on 'news'"),
    ],
    ids=["client", "user", "selector", "escape"],
)
def test_a_listener_is_told_with_whose_it_is_and_what_it_asks_for(mock, user_id, selector, told):
    client = client_of_mock(mock, user_id=user_id).listen(selector=selector)
    with client.backend.session() as (broker, _):
        [listener] = broker.presence.listening("news")
    assert describe(listener) == told


def test_who_was_refused_is_told_with_the_reason(mock):
    backend = mock._application.backend
    for channel in ("news", "other"):
        backend.note(Refused(backend.time.read(), f"PUB_SUB_CONNECT {channel!r}", NoPermissionToSubscribe()))
    assert reasons(mock) == [
        "refused at 2030-01-07 08:30:00Z: PUB_SUB_CONNECT 'news': 5008 User has no permission to subscribe",
        "no client joined any channel in real time",
    ]


def test_who_listens_for_something_else_does_not_count_as_a_listener_elsewhere(mock):
    client_of_mock(mock).join("other").listen("other", interest=Interest.COMMANDS)
    assert reasons(mock) == []


def test_who_left_another_channel_is_not_told(mock):
    client_of_mock(mock).join("other").leave()
    assert reasons(mock) == []


def test_the_last_to_leave_is_told(mock):
    for number in ("1", "2"):
        client_of_mock(mock, number).join().disconnect()
        mock.clock.advance(seconds=5)
    assert reasons(mock) == ["client 2 left at 2030-01-07 08:30:05Z"]


def test_who_listens_is_not_told_as_one_who_does_not(mock):
    client_of_mock(mock).join().listen()
    assert reasons(mock) == []


def test_nobody_who_explains_reads_the_clock(mock, time):
    """T15."""
    client_of_mock(mock).join()
    reads = time.reads
    assert reasons(mock) == ["client connection:1 joined, and does not listen for messages"]
    assert time.reads == reads
