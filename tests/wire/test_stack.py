"""What is nested deep needs no deep stack: whoever has a little of it left is served as anybody else."""

from __future__ import annotations

import sys

import pytest
from amf_support import MESSAGING as SERVICE
from amf_support import frame
from http_support import MESSAGING, PREFIX, Wire
from mock_support import standing_mock
from werkzeug.test import EnvironBuilder, run_wsgi_app

from pytest_backendless_mock.diagnosis.report import summary
from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.http.amf.frame import TypedObject
from pytest_backendless_mock.http.exchange import TOO_DEEP

LEFT = 150
"""Frames that are left of the stack where a test says so."""
DEEP = 190
JSON_FRAMES = 250
"""What reading, writing, comparing and printing JSON takes of the stack in C, in Python before 3.12."""


def with_frames_left(left, call):
    """What ``call`` returns where so many frames are left of the stack."""
    depth, top = 0, sys._getframe()
    while top is not None:
        depth, top = depth + 1, top.f_back
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + left + 1)
    try:
        return call()
    finally:
        sys.setrecursionlimit(limit)


def lists(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


def maps(depth):
    value = 1
    for _ in range(depth):
        value = {"a": value}
    return value


def objects(depth):
    value = 1
    for _ in range(depth):
        value = TypedObject("com.acme.Node", {"inner": value})
    return value


def both(depth):
    value = 1
    for number in range(depth):
        value = {"a": value} if number % 2 else [value, []]
    return value


def posted(path, data, content_type):
    return EnvironBuilder(path=path, method="POST", data=data, content_type=content_type).get_environ()


@pytest.mark.parametrize("nested", [lists, maps, objects, both])
def test_a_remote_call_with_deep_values_is_carried_out_and_read_back(nested):
    wire = Wire()
    publish = posted(f"{PREFIX}/binary", frame(SERVICE, "publish", ["news", nested(DEEP), None, None]), "x")
    _, status, _ = with_frames_left(LEFT + JSON_FRAMES, lambda: run_wsgi_app(wire.app, publish))
    assert (status, wire.problems) == ("200 OK", [])
    subscription = wire.subscribed("news")
    poll = posted(f"{PREFIX}/binary", frame(SERVICE, "pollMessages", ["news", subscription]), "x")
    chunks, status, _ = with_frames_left(LEFT + JSON_FRAMES, lambda: run_wsgi_app(wire.app, poll))
    [message] = amf.decode(b"".join(chunks)).value.members["body"]
    found, depth = message.members["data"], 0
    while found != 1:
        inner = found.members if isinstance(found, TypedObject) else found
        found, depth = next(iter(inner.values())) if isinstance(inner, dict) else inner[0], depth + 1
    assert (status, depth) == ("200 OK", DEEP)


@pytest.mark.parametrize("nested", [lists, maps, both])
def test_what_is_deep_can_be_looked_at_compared_and_told(nested):
    with standing_mock() as mock:
        mock.publish(nested(199), "news")
        subscription = mock.subscribe("news")

        def look():
            found = [mock.messages[0].data, mock.deliveries[0].data, subscription.retrieve()[0].data]
            with pytest.raises(AssertionError) as caught:
                mock.channel("news").assert_published(nested(198))
            return found, str(caught.value)

        found, told = with_frames_left(LEFT + JSON_FRAMES, look)
        assert found == [nested(199)] * 3
        assert "has other data: $" in told


def test_where_too_little_is_left_that_is_said_and_is_no_bug_of_the_mock():
    wire = Wire()
    answers = {}
    for left in range(30, LEFT, 5):
        environ = posted(f"{MESSAGING}/news", b'{"message": "hi"}', "application/json")
        try:
            answers[left] = with_frames_left(left, lambda: run_wsgi_app(wire.app, environ)[1])  # noqa: B023 - at once
        except RecursionError:
            continue
    assert answers[LEFT - 5] == "200 OK"
    assert not [problem for problem in wire.problems if "bug" in problem]


def test_the_sentence_names_the_request(monkeypatch):
    wire = Wire()

    def descend(*_, **__):
        raise RecursionError("maximum recursion depth exceeded")

    monkeypatch.setattr("pytest_backendless_mock.messaging.broker.Broker.publish", descend)
    answer = wire.publish({"message": "hi"}, "news")
    assert (answer.status, answer.json["message"]) == (500, f"pytest-backendless-mock: {TOO_DEEP}")
    assert wire.problems == [f"POST …/messaging/news: {TOO_DEEP}"]


@pytest.mark.parametrize("nested", [lists, maps])
@pytest.mark.parametrize("depth", [201, 100_000])
def test_python_may_publish_as_deep_as_http(nested, depth):
    with standing_mock() as mock:
        mock.publish(nested(200), "news")
        with pytest.raises(TypeError, match=r"^this is no JSON value: it is nested deeper than 200$"):
            mock.publish(nested(depth), "news")
        assert len(mock.messages) == 1


def test_the_report_shows_what_is_deep():
    wire = Wire()
    wire.published({"message": lists(199)}, "news")
    assert "[[[[" in with_frames_left(LEFT + JSON_FRAMES, lambda: summary(wire.tenant))
