"""How many steps a request takes: down through each room once, and back. Counted, so that the walk stays short."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pytest
from core_support import publish
from fake_time import FakeTime
from http_support import MESSAGING
from werkzeug.test import EnvironBuilder

import pytest_backendless_mock
from pytest_backendless_mock import Rules
from pytest_backendless_mock.http.app import App
from pytest_backendless_mock.runtime.clock import Clock
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.service.application import Application

PACKAGE = Path(pytest_backendless_mock.__file__).parent
MOST_FRAMES = {"publish": 110, "retrieve": 80}
ONCE = {
    "publish": ["is_binary", "find", "authenticate", "caller", "channel_name", "decide", "plan_push", "publish"],
    "retrieve": ["is_binary", "find", "authenticate", "caller", "channel_name", "retrieve"],
}
"""What is decided or looked up once for each request, though several ask."""
HOME = {
    "find": "http/tenants.py",
    "publish": "messaging/broker.py",
    "retrieve": "messaging/broker.py",
}
"""Where a name is meant that others share."""


class Walk:
    """An application without a socket, and a count of the package's functions that a request goes through."""

    def __init__(self) -> None:
        self._app = App(Application(rules=Rules(), time=VirtualTime(FakeTime())))

    def send(self, method, path, body=None):
        return json.loads(b"".join(self._app(self._environ(method, path, body), lambda *_: None)))

    def count(self, method, path, body=None):
        environ = self._environ(method, path, body)
        found: Counter[tuple[str, str]] = Counter()

        def profile(frame, event, _):
            code = frame.f_code
            if event == "call" and code.co_filename.startswith(str(PACKAGE)):
                found[Path(code.co_filename).relative_to(PACKAGE).as_posix(), code.co_name] += 1

        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            self._app(environ, lambda *_: None)
        finally:
            sys.setprofile(before)
        return found

    def _environ(self, method, path, body):
        content = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        environ = EnvironBuilder(path=path, method=method, **content).get_environ()
        environ["RAW_URI"] = path
        return environ


@pytest.fixture
def warm():
    """What a publish and a poll go through when everything was made that is made once."""
    walk = Walk()
    subscription = walk.send("POST", f"{MESSAGING}/news/subscribe", {})["subscriptionId"]
    poll = ("GET", f"{MESSAGING}/news/{subscription}")
    publish = ("POST", f"{MESSAGING}/news", {"message": "hi"})
    for _ in range(2):
        walk.send(*publish)
        walk.send(*poll)
    return {"publish": walk.count(*publish), "retrieve": walk.count(*poll)}


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="comprehensions are frames up to 3.11, and fewer before")
@pytest.mark.parametrize("operation", ["publish", "retrieve"])
def test_a_request_takes_no_more_steps_than_it_did(warm, operation):
    assert sum(warm[operation].values()) <= MOST_FRAMES[operation]


@pytest.mark.parametrize(
    ("operation", "function"), [(operation, name) for operation, names in ONCE.items() for name in names]
)
def test_what_several_ask_is_settled_once(warm, operation, function):
    calls = {
        home: count
        for (home, name), count in warm[operation].items()
        if name == function and home == HOME.get(function, home)
    }
    assert sum(calls.values()) == 1, calls


def test_a_rest_request_does_not_visit_amf_but_for_the_question_whether_it_is_one(warm):
    visited = {key for walked in warm.values() for key in walked if key[0].startswith("http/amf/")}
    assert visited == {("http/amf/dialect.py", "is_binary")}


def test_an_advance_of_one_delivery_with_a_listener_reads_the_process_s_time_four_times_at_most():
    wall = FakeTime()
    time = VirtualTime(wall)
    application, clock = Application(rules=Rules(), time=time), Clock(time)
    heard = []
    application.backend.listen("delivered", heard.append)
    with application.backend.session() as (broker, now):
        publish(broker, now=now, publish_at=now / 1000 + 60_000)
    before = wall.reads
    clock.advance(minutes=2)
    assert len(heard) == 1
    assert wall.reads - before <= 4
