"""The errors of the service: the official list, word by word."""

from __future__ import annotations

import pickle

import pytest

from pytest_backendless_mock import MessagingError
from pytest_backendless_mock.messaging import errors
from pytest_backendless_mock.messaging.errors import ERRORS, InvalidParameter, NoPermissionToPublish, UnknownUserToken

TEXTS = {
    999: "Cannot process request - request per second limit has been exhausted",
    2000: "Operation is not allowed",
    2002: "Unable to find application. Check application id and/or API key.",
    2003: "Role does not support for this operation",
    2014: "Login by object id is allowed only for Code Runner API key",
    3000: "User cannot be logged in",
    3003: "Invalid login or password",
    3006: "User login or password is missing",
    3048: "Session timeout. Url: %s",
    3064: "Not existing user token - %s. Relogin user to update your user token",
    3091: "Session timeout",
    5000: "Unable to retrieve device. Invalid device ID.",
    5001: "Unable to cancel device registration. Invalid device ID",
    5002: "Unable to create subscription - unknown messaging channel.",
    5003: "Invalid expiration date",
    5004: "Unable to register device. Invalid expiration date.",
    5005: "Wrong json format for device registration: %s",
    5006: "Device registration can't be null",
    5007: "User has no permission to publish message",
    5008: "User has no permission to subscribe",
    5009: "Error during subscribing",
    5010: "Can't find message channel with such name for the given application",
    5011: "Unable to register device, deviceId cannot be null",
    5012: "Channel with name '%s' already exists",
    5030: "Invalid publish date",
    5040: "Can't cancel message. Already cancelled or there is no such message",
    5041: "Invalid message for push notification, provide message that could be cast to String",
    5042: "Unable to delete devices",
    5043: "Could not register channel",
    5044: "Channel name contains invalid character",
    5045: "Cannot send email with the default Email Settings. Change the Email Settings in the console and try again",
    5046: "Cannot set email. Invalid email settings",
    5047: "Invalid recipient",
    5048: "You must specify at least one recipient's email address",
    5049: "You must specify at least one body",
    5050: (
        "Unable to complete operation. Backend application is not properly configured. "
        "Contact the application developer and report a problem with Email Configuration"
    ),
    5052: "Cannot send email. Invalid path for the attachment(s).",
    5053: "Cannot send email. Error: %s",
    8000: "Invalid value range",
    8001: "Duplicate property: %s",
    8002: "Could not parse request with message: %s",
    8003: "Invalid date format",
    8004: "Parsing input json params failed",
    8005: "Invalid empty param for request",
    8006: "Invalid NULL param for request",
    8007: "Missing parameter '%s'.",
    8008: "Invalid parameter '%s'",
    8010: "Missing field '%s'",
    8022: 'Missing "application-id" header',
    11009: "API call limit reached",
    11033: "The application has been blocked due to exceeding the limit.",
    19000: "Invalid where clause: %s",
    24002: "%s Template with name '%s' doesn't exist.",
}
NOT_IN_THE_LIST = [*range(5013, 5030), *range(5031, 5040), 5051]
CLASSES = [
    member
    for member in vars(errors).values()
    if isinstance(member, type) and issubclass(member, MessagingError) and member is not MessagingError
]


def values(text):
    return ["one", "two"][: text.count("%s")]


@pytest.mark.parametrize(("code", "text"), TEXTS.items(), ids=list(map(str, TEXTS)))
def test_w3_every_error_says_what_the_official_list_says(code, text):
    given = values(text)
    assert ERRORS[code](*given).message == text.replace("%s", "{}").format(*given)


def test_w3_the_list_is_complete_and_has_no_more():
    assert sorted(ERRORS) == list(TEXTS)
    assert [code for code in NOT_IN_THE_LIST if code in ERRORS] == []


def test_every_class_has_a_code_of_its_own_and_is_in_the_table():
    assert len({error.code for error in CLASSES}) == len(CLASSES)
    assert {error.code: error for error in CLASSES} == ERRORS


@pytest.mark.parametrize("code", [code for code in TEXTS if code != 3064], ids=str)
def test_every_error_prints_its_code_its_text_and_its_detail(code):
    given = values(TEXTS[code])
    text = TEXTS[code].replace("%s", "{}").format(*given)
    error = ERRORS[code](*given)
    assert str(error) == f"{code} {text}"
    assert str(ERRORS[code](*given, detail="look there")) == f"{code} {text} (look there)"
    assert repr(error) == f"<{type(error).__name__} {code} {text}>"


def test_a_detail_never_travels():
    error = NoPermissionToPublish(detail="denied by deny('publish')")
    assert (error.code, error.message) == (5007, "User has no permission to publish message")
    assert error.detail == "denied by deny('publish')"


def test_a2_an_unknown_token_travels_whole_and_is_printed_by_its_beginning():
    error = UnknownUserToken("6E6F8110-CDCA-2AC0")
    assert error.message == ("Not existing user token - 6E6F8110-CDCA-2AC0. Relogin user to update your user token")
    shown = "3064 Not existing user token - 6E6F…. Relogin user to update your user token"
    assert str(error) == shown
    assert repr(error) == f"<UnknownUserToken {shown}>"


def test_braces_in_a_value_are_left_alone():
    assert InvalidParameter("{0}").message == "Invalid parameter '{0}'"
    assert UnknownUserToken("{}{}{}").message.startswith("Not existing user token - {}{}{}. ")


def test_every_error_is_a_messaging_error_and_can_be_caught_as_one():
    with pytest.raises(MessagingError) as caught:
        raise NoPermissionToPublish
    assert caught.value.code == 5007


def test_an_error_survives_the_way_between_processes():
    error = pickle.loads(pickle.dumps(InvalidParameter("subtopic", detail="it is a number")))
    assert (type(error), str(error)) == (InvalidParameter, "8008 Invalid parameter 'subtopic' (it is a number)")
