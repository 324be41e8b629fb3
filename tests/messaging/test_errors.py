"""The errors: codes and texts are the service's, the rest is for the reader of a failing test."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.errors import ERRORS, CannotCancel, InvalidParameter, MessagingError


@pytest.mark.parametrize(
    ("code", "values", "message"),
    [
        (2002, (), "Unable to find application. Check application id and/or API key."),
        (5002, (), "Unable to create subscription - unknown messaging channel."),
        (5003, (), "Invalid expiration date"),
        (5009, (), "Error during subscribing"),
        (5010, (), "Can't find message channel with such name for the given application"),
        (5030, (), "Invalid publish date"),
        (5040, (), "Can't cancel message. Already cancelled or there is no such message"),
        (5044, (), "Channel name contains invalid character"),
        (8002, ("no JSON",), "Could not parse request with message: no JSON"),
        (8006, (), "Invalid NULL param for request"),
        (8007, ("message",), "Missing parameter 'message'."),
        (8008, ("subscriptionId",), "Invalid parameter 'subscriptionId'"),
        (8022, (), 'Missing "application-id" header'),
    ],
)
def test_each_error_has_its_documented_code_and_text(code, values, message):
    error = ERRORS[code](*values)
    assert (error.code, error.message) == (code, message)


def test_no_two_errors_share_a_code():
    assert len(ERRORS) == len(MessagingError.__subclasses__())


def test_an_error_shows_its_code_and_text():
    assert str(InvalidParameter("subscriptionId")) == "8008 Invalid parameter 'subscriptionId'"


def test_the_detail_is_shown_to_the_reader_and_does_not_travel():
    error = CannotCancel(detail="the message is published")
    assert str(error) == (
        "5040 Can't cancel message. Already cancelled or there is no such message (the message is published)"
    )
    assert "published" not in error.message


def test_every_error_can_be_caught_as_a_messaging_error():
    assert all(issubclass(error, MessagingError) for error in ERRORS.values())
    assert InvalidParameter in ERRORS.values()
