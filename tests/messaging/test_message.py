"""A message and its status on the way."""

from __future__ import annotations

import dataclasses

import pytest

from pytest_backendless_mock.messaging.header import header_text
from pytest_backendless_mock.messaging.message import Delivery, Message, MessageStatus, Publication, Status
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.messaging.schedule import Schedule


def message(schedule):
    return Message(
        message_id="message:ABC-1",
        accepted_at=0,
        order=0,
        channel="default",
        data="hi",
        options=PublishOptions(),
        delivery_options=DeliveryOptions(),
        schedule=schedule,
    )


def test_t6_a_one_shot_delivery_has_the_publish_id():
    assert Delivery(message(Schedule(100)), 1, 100).message_id == "message:ABC-1"


@pytest.mark.parametrize(
    ("number", "message_id"), [(1, "message:ABC-1-1"), (2, "message:ABC-1-2"), (12, "message:ABC-1-12")]
)
def test_t6_an_occurrence_has_its_number_behind_the_publish_id(number, message_id):
    assert Delivery(message(Schedule(100, 10)), number, 100).message_id == message_id


def test_t7_a_new_message_is_scheduled():
    assert Publication(message(Schedule(100)), 100).status is Status.SCHEDULED


@pytest.mark.parametrize("end", ["published", "failed", "cancelled"])
def test_t7_a_scheduled_message_comes_to_an_end_and_nothing_is_due_then(end):
    publication = Publication(message(Schedule(100)), 100)
    publication.become(Status(end))
    assert (publication.status.value, publication.next_at) == (end, None)


@pytest.mark.parametrize("end", ["published", "failed", "cancelled", "unknown"])
@pytest.mark.parametrize("then", ["scheduled", "published", "failed", "cancelled", "unknown"])
def test_t7_from_an_end_there_is_no_way_on(end, then):
    publication = Publication(message(Schedule(100)), None, status=Status(end))
    with pytest.raises(ValueError, match=f"^message:ABC-1 cannot go from {end} to {then}$"):
        publication.become(Status(then))
    assert publication.status is Status(end)


@pytest.mark.parametrize("then", ["scheduled", "unknown"])
def test_t7_a_scheduled_message_stays_it_or_ends(then):
    publication = Publication(message(Schedule(100)), 100)
    with pytest.raises(ValueError, match=f"cannot go from scheduled to {then}"):
        publication.become(Status(then))
    assert publication.next_at == 100


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, None, id="null stays null"),
        pytest.param("", "", id="empty text"),
        pytest.param("Tokyo", "Tokyo", id="text"),
        pytest.param(20, "20", id="an integer"),
        pytest.param(-3, "-3", id="a negative integer"),
        pytest.param(12345678901234567890123, "12345678901234567890123", id="a long integer keeps its digits"),
        pytest.param(1.50, "1.5", id="a fraction"),
        pytest.param(20.0, "20.0", id="a whole fraction"),
        pytest.param(1e300, "1e+300", id="a huge number"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
    ],
)
def test_w11_header_values_are_stored_as_text(value, text):
    assert header_text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        PublishOptions(),
        DeliveryOptions(),
        message(Schedule(100)),
        MessageStatus("scheduled", "message:1"),
        Schedule(100),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_core_hands_out_cannot_be_changed(value):
    name = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, None)
