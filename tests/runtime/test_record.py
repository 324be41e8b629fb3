"""What a test sees: copies of what the core holds."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import pickle
from collections.abc import MutableSequence, Sequence

import pytest
from core_support import START, at, date, moment, new_broker, publish

from pytest_backendless_mock.messaging.message import Status
from pytest_backendless_mock.runtime.record import (
    Delivery,
    Message,
    Scheduled,
    View,
    copied,
    delivery_record,
    message_record,
    scheduled_record,
)

PAYLOAD = {"text": "stand-up", "who": ["a", {"b": [1, None, True]}]}


def accepted(data="hi", **options):
    broker = new_broker()
    publish(broker, data, **options)
    return broker.publications["message:1"]


def delivered(data="hi", **options):
    broker = new_broker()
    publish(broker, data, **options)
    return broker.channels.deliveries(options.get("channel", "default"))[0]


def test_a_message_is_described_in_full():
    publication = accepted(
        PAYLOAD,
        channel="news",
        headers={"city": "Tokyo", "none": None},
        publisher_id="me",
        subtopic="a.b",
        publish_at=date(60),
        repeat_every=30,
        repeat_expires_at=date(120.5),
    )
    assert message_record(publication) == Message(
        message_id="message:1",
        at=moment(0),
        channel="news",
        data={"text": "stand-up", "who": ["a", {"b": [1, None, True]}]},
        headers={"city": "Tokyo", "none": None},
        publisher_id="me",
        subtopic="a.b",
        publish_at=moment(60),
        repeat_every=30,
        repeat_expires_at=moment(120.5),
        status="scheduled",
    )


@pytest.mark.parametrize("absent", [None, 0])
def test_what_a_message_does_not_say_is_none(absent):
    record = message_record(accepted(publish_at=absent, repeat_every=absent, repeat_expires_at=absent))
    assert (record.publish_at, record.repeat_every, record.repeat_expires_at) == (None, None, None)
    assert (record.headers, record.publisher_id, record.subtopic) == ({}, None, None)
    assert record.status == "published"


def test_a_delivery_is_described_in_full():
    delivery = delivered(PAYLOAD, channel="news", headers={"a": "1"}, publisher_id="me", subtopic="x", repeat_every=9)
    assert delivery_record(delivery) == Delivery(
        message_id="message:1-1",
        number=1,
        at=moment(0),
        channel="news",
        data={"text": "stand-up", "who": ["a", {"b": [1, None, True]}]},
        headers={"a": "1"},
        publisher_id="me",
        subtopic="x",
    )


def test_what_is_still_to_come_is_described_in_full():
    broker = new_broker()
    publish(broker, PAYLOAD, channel="news", repeat_every=60, repeat_expires_at=date(3600))
    broker.catch_up(at(90))
    assert scheduled_record(broker.pending["message:1"]) == Scheduled(
        message_id="message:1",
        channel="news",
        data={"text": "stand-up", "who": ["a", {"b": [1, None, True]}]},
        next_at=moment(120),
        repeat_every=60,
        repeat_expires_at=moment(3600),
    )


def test_a_single_message_to_come_does_not_repeat():
    record = scheduled_record(accepted(publish_at=date(60)))
    assert (record.next_at, record.repeat_every, record.repeat_expires_at) == (moment(60), None, None)


def test_what_has_ended_is_not_still_to_come():
    with pytest.raises(AssertionError, match="only what is pending has a next delivery"):
        scheduled_record(accepted())


def test_dates_are_exact_to_the_microsecond():
    assert message_record(accepted(publish_at=1_894_005_060_000.125)).publish_at == moment(60.000125)


@pytest.mark.parametrize(
    "describe",
    [
        pytest.param(lambda: message_record(accepted()), id="message"),
        pytest.param(lambda: delivery_record(delivered()), id="delivery"),
    ],
)
def test_instants_are_aware_and_in_utc(describe):
    assert describe().at.tzinfo is dt.timezone.utc


def test_invariant_6_changing_what_left_changes_nothing_inside():
    broker = new_broker()
    publish(broker, copy.deepcopy(PAYLOAD), headers={"a": "1"}, repeat_every=60)
    (delivery,), publication = broker.channels.deliveries("default"), broker.publications["message:1"]
    for record in (delivery_record(delivery), message_record(publication), scheduled_record(publication)):
        record.data["who"][1]["b"].append("changed")
        record.data["more"] = 1
        getattr(record, "headers", {})["a"] = "changed"
    assert delivery.message.data == {"text": "stand-up", "who": ["a", {"b": [1, None, True]}]}
    assert delivery.message.options.headers == {"a": "1"}


def test_invariant_6_a_record_does_not_follow_what_happens():
    publication = accepted(publish_at=date(60))
    record = message_record(publication)
    publication.become(Status.CANCELLED)
    assert record.status == "scheduled"


@pytest.mark.parametrize(
    ("record", "name"),
    [
        pytest.param(message_record(accepted()), "status", id="message"),
        pytest.param(delivery_record(delivered()), "data", id="delivery"),
        pytest.param(scheduled_record(accepted(repeat_every=60)), "next_at", id="scheduled"),
    ],
)
def test_records_are_frozen(record, name):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, name, "changed")


def test_records_survive_pickling():
    record = message_record(accepted(PAYLOAD, repeat_every=60))
    assert pickle.loads(pickle.dumps(record)) == record


@pytest.mark.parametrize("value", ["text", 1, 1.5, True, None, [], {}, PAYLOAD, [[["deep"]]]])
def test_a_copy_equals_its_original(value):
    assert copied(value) == value


def test_a_copy_shares_nothing_that_can_change():
    original = {"list": [{"inner": []}]}
    copied(original)["list"][0]["inner"].append("changed")
    assert original == {"list": [{"inner": []}]}


def test_a_view_knows_its_payloads():
    view = View(delivery_record(delivered(data)) for data in ("a", {"b": 1}))
    assert view.data == ["a", {"b": 1}]
    assert view[0].message_id == "message:1"


def test_a_view_is_a_read_only_sequence():
    view = View(["a", "b", "c"])
    assert isinstance(view, Sequence)
    assert not isinstance(view, tuple | MutableSequence)
    assert (len(view), list(view), view[-1], "b" in view, view.index("c")) == (3, ["a", "b", "c"], "c", True, 2)
    with pytest.raises(TypeError):
        view[0] = "z"


def test_a_view_equals_a_tuple_or_list_of_the_same_records_and_nothing_else():
    view = View(["a", "b"])
    assert view == ("a", "b")
    assert view == ["a", "b"]
    assert view == View(["a", "b"])
    assert view != ["b", "a"]
    assert view != "ab"
    assert hash(view) == hash(("a", "b"))


def test_a_part_of_a_view_is_a_view():
    part = View(["a", "b", "c"])[1:]
    assert (type(part), part) == (View, ("b", "c"))


class TestRecordsThatAreMadeWhenLookedAt:
    @pytest.fixture
    def made(self):
        return []

    @pytest.fixture
    def view(self, made):
        return View((number for number in range(1, 4)), lambda entry: made.append(entry) or [entry])

    def test_nothing_is_made_as_long_as_only_their_number_matters(self, view, made):
        assert (len(view), bool(view), made) == (3, True, [])

    @pytest.mark.parametrize(
        ("look", "seen", "of"),
        [
            pytest.param(lambda view: view[-1], [3], [3], id="one"),
            pytest.param(lambda view: view[1:], ([2], [3]), [2, 3], id="some"),
            pytest.param(list, [[1], [2], [3]], [1, 2, 3], id="all"),
            pytest.param(lambda view: view == ([1], [2], [3]), True, [1, 2, 3], id="compared"),
            pytest.param(repr, "([1], [2], [3])", [1, 2, 3], id="printed"),
        ],
    )
    def test_only_what_is_looked_at_is_made(self, view, made, look, seen, of):
        assert look(view) == seen
        assert made == of

    def test_what_was_made_for_all_is_kept(self, view, made):
        assert next(iter(view)) is view[0]
        assert view[1:] == list(view)[1:]
        assert made == [1, 2, 3]


def test_a_view_prints_like_a_tuple():
    assert (repr(View(["a"])), repr(View())) == ("('a',)", "()")


def test_an_empty_view_has_no_payloads():
    assert View().data == []
    assert View() == ()


def test_the_start_of_all_these_tests_is_what_it_says():
    assert START == 1_894_005_000_000_000
    assert moment(0).isoformat() == "2030-01-07T08:30:00+00:00"
