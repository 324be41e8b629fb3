"""What was said in real time, as a report tells it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pytest_backendless_mock import BackendlessMock
from pytest_backendless_mock.diagnosis.conversation import conversation
from pytest_backendless_mock.http.conversation import MOST_KEPT, Conversation, Line
from pytest_backendless_mock.messaging.message import Delivery

NINE = 1_893_488_400_000_000
CONNECTION = "FE447ABB-4DFA-4E62-809C-844476D0B701"


@pytest.fixture
def tell():
    """How one event is told."""

    def tell_(event, argument, *, from_client=True):
        with BackendlessMock() as mock:
            tenant = mock._tenant
            tenant.conversation.add(Line(NINE, CONNECTION, from_client, event, argument))
            [line] = conversation(tenant, NINE)
        return line

    return tell_


@pytest.mark.parametrize(
    ("event", "argument", "told"),
    [
        ("SUB_ON", {"id": "a", "name": "PUB_SUB_CONNECT", "options": {"channel": "news"}}, "PUB_SUB_CONNECT 'news'"),
        (
            "SUB_ON",
            {"id": "a", "name": "PUB_SUB_MESSAGES", "options": {"selector": "a = 1", "channel": "news"}},
            "PUB_SUB_MESSAGES 'news' selector='a = 1'",
        ),
        ("SUB_RES", {"id": "a", "data": Delivery(SimpleNamespace(data="hi"), 1, NINE)}, "'hi'"),
        ("SUB_RES", {"id": "a", "data": "connected"}, "'connected'"),
        ("MET_RES", {"id": "a", "result": None}, "None"),
        ("SUB_OFF", ["a"], "['a']"),
    ],
    ids=["join", "selector", "message", "connected", "result", "a-list"],
)
def test_an_event_is_told_by_what_it_is_about(tell, event, argument, told):
    assert tell(event, argument) == f"09:00:00  FE447ABB -> {event} {told}"


def test_what_only_names_the_question_is_told_without_it(tell):
    assert tell("SUB_READY", {"id": "a"}, from_client=False) == "09:00:00  FE447ABB <- SUB_READY"
    assert tell("PING", None) == "09:00:00  FE447ABB -> PING"


def test_the_last_ten_thousand_events_are_kept():
    kept = Conversation()
    for number in range(MOST_KEPT + 1):
        kept.add(Line(number, CONNECTION, from_client=True, event="E", argument=None))
    assert (kept.said, len(kept.lines), kept.lines[0].at) == (10_001, 10_000, 1)


def test_it_stands_under_a_failing_test_where_something_was_said():
    with BackendlessMock(freeze="2030-01-01 09:00") as mock:
        assert "real time:" not in mock.report()
        mock._tenant.conversation.add(Line(NINE, CONNECTION, from_client=True, event="SUB_OFF", argument={"id": "a"}))
        mock.clock.now()
        assert "real time:\n  09:00:00  FE447ABB -> SUB_OFF" in mock.report()
        assert "none reached the mock" not in mock.report()
