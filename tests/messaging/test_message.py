"""A message and its status on the way."""

from __future__ import annotations

import dataclasses

import pytest

from pytest_backendless_mock.messaging.message import (
    Delivery,
    Message,
    MessageStatus,
    Publication,
    Publications,
    Status,
)
from pytest_backendless_mock.messaging.options import DeliveryOptions, Failure, PublishOptions
from pytest_backendless_mock.messaging.push import Push
from pytest_backendless_mock.messaging.schedule import Schedule

ONCE = Schedule(100)
PUSH = Push(0, (), None)


def message(schedule=ONCE, *, policy=None, push=None, failure=None):
    return Message(
        message_id="message:ABC-1",
        at=0,
        channel="default",
        data="hi",
        options=PublishOptions(),
        delivery_options=DeliveryOptions(publish_policy=policy),
        planned=schedule,
        push=push,
        failure=failure,
    )


def test_t6_a_one_shot_delivery_has_the_publish_id():
    assert Delivery(message(Schedule(100)), 1, 100).message_id == "message:ABC-1"


@pytest.mark.parametrize(
    ("number", "message_id"), [(1, "message:ABC-1-1"), (2, "message:ABC-1-2"), (12, "message:ABC-1-12")]
)
def test_t6_an_occurrence_has_its_number_behind_the_publish_id(number, message_id):
    assert Delivery(message(Schedule(100, 10)), number, 100).message_id == message_id


@pytest.mark.parametrize(
    ("policy", "reaches"), [(None, True), ("PUBSUB", True), ("BOTH", True), ("PUSH", False)], ids=str
)
def test_p1_a_message_reaches_its_channel_unless_it_is_for_devices_only(policy, reaches):
    assert message(policy=policy).reaches_channel is reaches


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("policy", [None, "BOTH"])
def test_what_will_be_given_up_never_reaches_its_channel(policy, at_once):
    assert not message(policy=policy, failure=Failure("Quota exceeded", at_once=at_once)).reaches_channel


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


def kept(publication):
    """How far a message has come, as it is told after it is over."""
    publications = Publications()
    publications.add(publication)
    publications.settle(publication)
    return publications["message:ABC-1"]


def test_of_what_was_delivered_once_and_is_over_the_message_alone_is_kept():
    publication = Publication(message(None), None, 1, Status.PUBLISHED)
    again = kept(publication)
    assert again is not publication
    assert dataclasses.asdict(again) == dataclasses.asdict(publication)


@pytest.mark.parametrize(
    "publication",
    [
        Publication(message(Schedule(100, 10)), None, 5, Status.PUBLISHED),
        Publication(message(None), None, 0, Status.FAILED, "Quota exceeded"),
        Publication(message(None), None, 0, Status.CANCELLED),
        Publication(message(None, push=PUSH), None, 1, Status.PUBLISHED),
        Publication(message(None), 100),
    ],
    ids=["repeated", "failed", "cancelled", "pushed", "still to come"],
)
def test_of_whatever_there_is_more_to_say_it_stays_as_it_is(publication):
    assert kept(publication) is publication


def test_publications_are_told_in_the_order_in_which_they_were_accepted():
    publications = Publications()
    for name in "bca":
        publications.add(Publication(dataclasses.replace(message(None), message_id=name), 100))
    publications.settle(publications["b"])
    assert (list(publications), len(publications)) == (["b", "c", "a"], 3)


def test_the_message_of_a_publication_is_found_by_its_id():
    publications = Publications()
    publication = Publication(message(None), 100)
    publications.add(publication)
    before = publications.message("message:ABC-1")
    publication.become(Status.PUBLISHED)
    publications.settle(publication)
    assert before is publications.message("message:ABC-1") is publication.message


def test_a_message_is_due_at_once_where_nothing_else_was_planned():
    assert message(None).schedule == Schedule(0)


@pytest.mark.parametrize(
    "value",
    [
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
