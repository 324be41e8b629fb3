"""The switches, their defaults, and what they refuse."""

from __future__ import annotations

import dataclasses
import math

import pytest

from pytest_backendless_mock.messaging.rules import Rules

SECONDS = ["publish_at_tolerance", "processing_time", "message_lifetime"]
SWITCHES = ["require_content_type", "transport_headers", "error_data", "see_earlier_messages", "strict_channels"]


def test_the_defaults_are_those_of_the_decisions():
    assert dataclasses.asdict(Rules()) == {
        "require_content_type": True,
        "transport_headers": False,
        "error_data": False,
        "publish_at_tolerance": 1,
        "processing_time": 0,
        "immediate_status": "scheduled",
        "message_lifetime": 60,
        "see_earlier_messages": True,
        "cancelled_spelling": "cancelled",
        "strict_channels": False,
        "accept_unknown_tokens": False,
        "accept_any_api_key": False,
        "multiple_logins": False,
        "cors": True,
        "token_lifetime": None,
    }


def test_rules_are_keywords_only():
    with pytest.raises(TypeError, match="positional"):
        Rules(True)  # noqa: FBT003 - that is the point


def test_rules_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Rules().strict_channels = True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, value) for name in SWITCHES for value in (True, False)],
        *[(name, value) for name in SECONDS for value in (0, 0.5, 3600)],
        ("immediate_status", "published"),
        ("cancelled_spelling", "canceled"),
        ("cancelled_spelling", "CANCELLED"),
    ],
)
def test_a_sensible_value_is_kept(name, value):
    assert getattr(Rules(**{name: value}), name) == value


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("value", [0, 1, "yes", None])
def test_a_switch_is_true_or_false(name, value):
    with pytest.raises(TypeError, match=f"^{name} is True or False, not {value!r}$"):
        Rules(**{name: value})


@pytest.mark.parametrize("name", SECONDS)
@pytest.mark.parametrize("value", ["60", None, True])
def test_a_duration_is_a_number(name, value):
    with pytest.raises(TypeError, match=f"^{name} is a number of seconds, not {value!r}$"):
        Rules(**{name: value})


@pytest.mark.parametrize("name", SECONDS)
@pytest.mark.parametrize("value", [-1, -0.001, math.nan, math.inf, -math.inf])
def test_a_duration_is_finite_and_not_negative(name, value):
    with pytest.raises(ValueError, match=f"^{name} is a number of seconds from 0 on, not {value!r}$"):
        Rules(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("immediate_status", "failed", "immediate_status is one of 'scheduled', 'published', not 'failed'"),
        ("immediate_status", None, "immediate_status is one of 'scheduled', 'published', not None"),
        (
            "cancelled_spelling",
            "Cancelled",
            "cancelled_spelling is one of 'cancelled', 'canceled', 'CANCELLED', not 'Cancelled'",
        ),
    ],
)
def test_a_choice_is_one_of_those_there_are(name, value, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Rules(**{name: value})


def test_an_unknown_switch_is_refused_by_its_name():
    with pytest.raises(TypeError, match="message_lifetme"):
        Rules(message_lifetme=30)
