"""Every error the service answers with: a class each, its code and text in one place.

Codes and texts: ``protocol.md`` section 11 (the service's complete list), unless a class says otherwise.
"""

from __future__ import annotations

from typing import ClassVar


class MessagingError(Exception):
    """What the service answers instead of a result: ``{"code": …, "message": …}`` under HTTP 400.

    ``code`` is the documented number, ``message`` the text that travels. ``detail`` is for the reader of a
    failing test and never leaves the process.
    """

    code: ClassVar[int] = 0
    text: ClassVar[str] = ""

    def __init__(self, *values: object, detail: str = "") -> None:
        self.message = self.text.format(*values)
        self.detail = detail
        super().__init__(*values)

    def __str__(self) -> str:
        told = f"{self.code} {self.message}"
        return f"{told} ({self.detail})" if self.detail else told


class UnknownDevice(MessagingError):
    code, text = 5000, "Unable to retrieve device. Invalid device ID."


class UnknownDeviceToCancel(MessagingError):
    code, text = 5001, "Unable to cancel device registration. Invalid device ID"


class UnknownChannelToSubscribe(MessagingError):
    code, text = 5002, "Unable to create subscription - unknown messaging channel."


class InvalidExpirationDate(MessagingError):
    code, text = 5003, "Invalid expiration date"


class InvalidRegistrationDate(MessagingError):
    code, text = 5004, "Unable to register device. Invalid expiration date."


class MalformedRegistration(MessagingError):
    code, text = 5005, "Wrong json format for device registration: {}"


class NullRegistration(MessagingError):
    code, text = 5006, "Device registration can't be null"


class SubscriptionFailed(MessagingError):
    code, text = 5009, "Error during subscribing"


class UnknownChannel(MessagingError):
    code, text = 5010, "Can't find message channel with such name for the given application"


class MissingDeviceId(MessagingError):
    code, text = 5011, "Unable to register device, deviceId cannot be null"


class InvalidPublishDate(MessagingError):
    code, text = 5030, "Invalid publish date"


class CannotCancel(MessagingError):
    code, text = 5040, "Can't cancel message. Already cancelled or there is no such message"


class PushPayloadError(MessagingError):
    code, text = 5041, "Invalid message for push notification, provide message that could be cast to String"


class InvalidChannelName(MessagingError):
    code, text = 5044, "Channel name contains invalid character"


class MissingRecipient(MessagingError):
    code, text = 5048, "You must specify at least one recipient's email address"


class MissingBody(MessagingError):
    code, text = 5049, "You must specify at least one body"


class UnknownApplication(MessagingError):
    code, text = 2002, "Unable to find application. Check application id and/or API key."


class UnreadableRequest(MessagingError):
    """The body is not the JSON it should be; which of 8002 and 8004 the service says is not known (W7)."""

    code, text = 8002, "Could not parse request with message: {}"


class NullParameter(MessagingError):
    code, text = 8006, "Invalid NULL param for request"


class MissingParameter(MessagingError):
    code, text = 8007, "Missing parameter '{}'."


class InvalidParameter(MessagingError):
    code, text = 8008, "Invalid parameter '{}'"


class InvalidWhereClause(MessagingError):
    """A malformed segment query; that it is this code of the list is our choice."""

    code, text = 19000, "Invalid where clause: {}"


class UnknownTemplate(MessagingError):
    """``{}`` is ``Push`` or ``Email`` (P8, W20)."""

    code, text = 24002, "{} Template with name '{}' doesn't exist."


class MissingApplicationId(MessagingError):
    code, text = 8022, 'Missing "application-id" header'


ERRORS: dict[int, type[MessagingError]] = {error.code: error for error in MessagingError.__subclasses__()}
"""Every error by its code."""
