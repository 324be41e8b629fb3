"""The arguments of events, as they are read and written."""

from __future__ import annotations

import json

import pytest
from mock_support import standing_mock
from realtime_support import TRANSPORTS

from pytest_backendless_mock.messaging.event import Joined, Left
from pytest_backendless_mock.messaging.message import Delivery
from pytest_backendless_mock.messaging.name import channel_name
from pytest_backendless_mock.messaging.presence import Command, Listing, Member, Ready
from pytest_backendless_mock.realtime.argument import MOST_KEPT, Asked, Writer, read_asked, read_ended, write_refusal

NEWS = channel_name("news")


@pytest.fixture
def publish():
    """``publish(data, …)`` is the delivery of a message."""
    with standing_mock() as mock:

        def published(data, **how):
            mock.publish(data, "news", **how)
            with mock._tenant.application.backend.session() as (broker, _):
                [*_, delivery] = broker.channels.find(NEWS).log
            return delivery

        yield published


@pytest.mark.parametrize("kind", TRANSPORTS)
def test_data_may_be_nested_as_deep_as_anything_may(mock, connect, kind):
    data = json.loads("[" * 199 + "]" * 199)
    client = connect(TRANSPORTS[kind]).listen()
    mock.publish(data, "news")
    assert client.hears() == [data]


def test_each_occurrence_of_a_message_has_its_own_id_and_instant(publish):
    first = publish("hi", repeat_every=60)
    second = Delivery(first.message, 2, first.at + 60_000_000)
    writer = Writer()
    one, two = (json.loads(writer.heard("x", each)) for each in (first, second))
    assert [each["data"].pop("messageId") for each in (one, two)] == [first.message_id, second.message_id]
    assert [each["data"].pop("timestamp") for each in (one, two)] == [1_894_005_000_000, 1_894_005_060_000]
    assert one == two
    assert one["data"]["repeatEvery"] == 60


def test_however_many_messages_there_are_each_is_written_as_itself(publish):
    delivery, writer = publish("hi"), Writer()
    for number in range(2 * MOST_KEPT):
        message = publish(number) if number % 100 == 0 else delivery
        assert json.loads(writer.heard("x", message))["data"]["message"] == message.message.data
    assert len(writer._messages) <= MOST_KEPT


def test_what_is_kept_of_messages_is_bounded(publish, monkeypatch):
    monkeypatch.setattr("pytest_backendless_mock.realtime.argument.MOST_KEPT", 2)
    writer = Writer()
    for text in "abcde":
        assert json.loads(writer.heard("x", publish(text)))["data"]["message"] == text
        assert len(writer._messages) <= 2


@pytest.mark.parametrize(
    ("heard", "argument"),
    [
        (Ready(), {"id": 'a"b'}),
        (
            Command("typing", [1], "C", "U"),
            {"id": 'a"b', "data": {"type": "typing", "data": [1], "connectionId": "C", "userId": "U"}},
        ),
        (
            Listing((Member("C", None),)),
            {"id": 'a"b', "data": {"status": "LISTING", "data": [{"connectionId": "C", "userId": None}]}},
        ),
        (
            Joined(0, NEWS, "C", "U"),
            {"id": 'a"b', "data": {"status": "CONNECTED", "data": [{"connectionId": "C", "userId": "U"}]}},
        ),
        (
            Left(0, NEWS, "C", "U"),
            {"id": 'a"b', "data": {"status": "DISCONNECTED", "data": [{"connectionId": "C", "userId": "U"}]}},
        ),
    ],
    ids=["ready", "command", "listing", "joined", "left"],
)
def test_what_listeners_hear_besides_messages(heard, argument):
    assert json.loads(Writer().heard('a"b', heard)) == argument


@pytest.mark.parametrize(
    ("argument", "asked"),
    [
        ({"id": "x", "name": "N", "options": {"channel": "news"}}, Asked("x", "N", {"channel": "news"})),
        ({"id": "x", "name": "N"}, Asked("x", "N", None)),
        ({"id": "x"}, Asked("x", "None", None)),
        ({"id": 1, "name": "N"}, None),
        ([], None),
        (None, None),
    ],
)
def test_what_is_asked(argument, asked):
    assert read_asked(argument) == asked


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (Asked("x", "N", {"channel": "news"}), "N 'news'"),
        (Asked("x", "N", {"channel": 1}), "N"),
        (Asked("x", "N", ["channel"]), "N"),
    ],
)
def test_what_is_asked_in_a_line(asked, line):
    assert str(asked) == line


@pytest.mark.parametrize(
    ("argument", "ended"), [({"id": "x"}, "x"), (["x"], "x"), ({"id": 1}, None), ([], None), ([1], None), ("x", "x")]
)
def test_which_subscription_is_ended(argument, ended):
    assert read_ended(argument) == ended


def test_a_refusal_has_an_error_with_details():
    refusal = {"id": "x", "error": {"code": 5008, "message": "no", "details": {}}}
    assert write_refusal(Asked("x", "N", None), 5008, "no") == refusal
