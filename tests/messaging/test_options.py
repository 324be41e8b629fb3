"""What a publisher asks for besides the message itself."""

from __future__ import annotations

import dataclasses

import pytest

from pytest_backendless_mock.messaging.options import (
    LEGACY_POLICIES,
    PUSH_ONLY,
    DeliveryOptions,
    Failure,
    Policy,
    PublishOptions,
)


def test_p1_these_are_the_policies():
    assert [policy.value for policy in Policy] == ["PUSH", "PUBSUB", "BOTH"]


def test_p1_under_one_policy_subscribers_get_nothing():
    assert PUSH_ONLY == "PUSH"


def test_p1_what_older_clients_say_is_a_policy_of_today():
    assert dict(LEGACY_POLICIES) == {"ONLY": "PUSH", "ALSO": "BOTH"}


def test_a_publisher_who_says_nothing_asks_for_nothing():
    assert PublishOptions() == PublishOptions(publisher_id=None, headers={}, subtopic=None)
    assert DeliveryOptions() == DeliveryOptions(
        publish_at=None,
        repeat_every=None,
        repeat_expires_at=None,
        publish_policy=None,
        push_broadcast=0,
        push_singlecast=(),
        segment_query=None,
    )


def test_a_failure_comes_when_the_message_is_due_unless_it_says_otherwise():
    assert Failure("Delivery failed") == ("Delivery failed", False)


@pytest.mark.parametrize("value", [PublishOptions(), DeliveryOptions()], ids=lambda value: type(value).__name__)
def test_options_cannot_be_changed(value):
    name = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, None)
