"""Every error the service answers with: a class each, its code and text in one place.

Codes and texts: ``docs/protocol/errors.md`` (the service's complete list), unless a class says otherwise.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from .secret import masked
from .text import escaped

LINE = "\n"


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

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"

    def __str__(self) -> str:
        return self._told(self.message)

    def _told(self, message: str) -> str:
        """For people: on one line, but for a detail that shows a place in a text."""
        told = f"{self.code} {escaped(message)}"
        return f"{told} ({escaped(self.detail, keep=LINE)})" if self.detail else told


class RequestLimitExceeded(MessagingError):
    code, text = 999, "Cannot process request - request per second limit has been exhausted"


class OperationNotAllowed(MessagingError):
    code, text = 2000, "Operation is not allowed"


class UnknownApplication(MessagingError):
    code, text = 2002, "Unable to find application. Check application id and/or API key."


class OperationNotSupportedByRole(MessagingError):
    code, text = 2003, "Role does not support for this operation"


class LoginByObjectId(MessagingError):
    """Texts of the live suites (A6)."""

    code, text = 2014, "Login by object id is allowed only for Code Runner API key"


class CannotLogIn(MessagingError):
    code, text = 3000, "User cannot be logged in"


class InvalidLogin(MessagingError):
    code, text = 3003, "Invalid login or password"


class MissingLogin(MessagingError):
    code, text = 3006, "User login or password is missing"


class SessionTimeoutAt(MessagingError):
    code, text = 3048, "Session timeout. Url: {}"


class UnknownUserToken(MessagingError):
    """The text is the live one, not the list's (A2); printed, it shows the beginning of the token only."""

    code, text = 3064, "Not existing user token - {}. Relogin user to update your user token"

    def __str__(self) -> str:
        token = str(self.args[0])
        return self._told(self.message.replace(token, masked(token)))


class SessionTimeout(MessagingError):
    code, text = 3091, "Session timeout"


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


class NoPermissionToPublish(MessagingError):
    code, text = 5007, "User has no permission to publish message"


class NoPermissionToSubscribe(MessagingError):
    code, text = 5008, "User has no permission to subscribe"


class SubscriptionFailed(MessagingError):
    code, text = 5009, "Error during subscribing"


class UnknownChannel(MessagingError):
    code, text = 5010, "Can't find message channel with such name for the given application"


class MissingDeviceId(MessagingError):
    code, text = 5011, "Unable to register device, deviceId cannot be null"


class ChannelExists(MessagingError):
    code, text = 5012, "Channel with name '{}' already exists"


class InvalidPublishDate(MessagingError):
    code, text = 5030, "Invalid publish date"


class CannotCancel(MessagingError):
    code, text = 5040, "Can't cancel message. Already cancelled or there is no such message"


class PushPayloadError(MessagingError):
    code, text = 5041, "Invalid message for push notification, provide message that could be cast to String"


class CannotDeleteDevices(MessagingError):
    code, text = 5042, "Unable to delete devices"


class CannotRegisterChannel(MessagingError):
    code, text = 5043, "Could not register channel"


class InvalidChannelName(MessagingError):
    code, text = 5044, "Channel name contains invalid character"


class DefaultEmailSettings(MessagingError):
    code, text = (
        5045,
        "Cannot send email with the default Email Settings. Change the Email Settings in the console and try again",
    )


class InvalidEmailSettings(MessagingError):
    code, text = 5046, "Cannot set email. Invalid email settings"


class InvalidRecipient(MessagingError):
    code, text = 5047, "Invalid recipient"


class MissingRecipient(MessagingError):
    code, text = 5048, "You must specify at least one recipient's email address"


class MissingBody(MessagingError):
    code, text = 5049, "You must specify at least one body"


class EmailNotConfigured(MessagingError):
    code = 5050
    text = (
        "Unable to complete operation. Backend application is not properly configured. "
        "Contact the application developer and report a problem with Email Configuration"
    )


class InvalidAttachment(MessagingError):
    code, text = 5052, "Cannot send email. Invalid path for the attachment(s)."


class CannotSendEmail(MessagingError):
    code, text = 5053, "Cannot send email. Error: {}"


class InvalidValueRange(MessagingError):
    code, text = 8000, "Invalid value range"


class DuplicateProperty(MessagingError):
    code, text = 8001, "Duplicate property: {}"


class UnreadableRequest(MessagingError):
    """The body is not the JSON it should be; which of 8002 and 8004 the service says is not known (W7)."""

    code, text = 8002, "Could not parse request with message: {}"


class InvalidDateFormat(MessagingError):
    code, text = 8003, "Invalid date format"


class InvalidJsonParameters(MessagingError):
    code, text = 8004, "Parsing input json params failed"


class EmptyParameter(MessagingError):
    code, text = 8005, "Invalid empty param for request"


class NullParameter(MessagingError):
    code, text = 8006, "Invalid NULL param for request"


class MissingParameter(MessagingError):
    code, text = 8007, "Missing parameter '{}'."


class InvalidParameter(MessagingError):
    code, text = 8008, "Invalid parameter '{}'"


class MissingField(MessagingError):
    code, text = 8010, "Missing field '{}'"


class MissingApplicationId(MessagingError):
    code, text = 8022, 'Missing "application-id" header'


class CallLimitReached(MessagingError):
    code, text = 11009, "API call limit reached"


class ApplicationBlocked(MessagingError):
    code, text = 11033, "The application has been blocked due to exceeding the limit."


class InvalidWhereClause(MessagingError):
    """A malformed segment query; that it is this code of the list is our choice."""

    code, text = 19000, "Invalid where clause: {}"


class UnknownTemplate(MessagingError):
    """Of kind ``Push`` or ``Email``, and of that name (P8, W20)."""

    code, text = 24002, "{} Template with name '{}' doesn't exist."


ERRORS: dict[int, type[MessagingError]] = {error.code: error for error in MessagingError.__subclasses__()}
"""Every error by its code."""

ErrorCode = Literal[
    999,
    2000,
    2002,
    2003,
    2014,
    3000,
    3003,
    3006,
    3048,
    3064,
    3091,
    5000,
    5001,
    5002,
    5003,
    5004,
    5005,
    5006,
    5007,
    5008,
    5009,
    5010,
    5011,
    5012,
    5030,
    5040,
    5041,
    5042,
    5043,
    5044,
    5045,
    5046,
    5047,
    5048,
    5049,
    5050,
    5052,
    5053,
    8000,
    8001,
    8002,
    8003,
    8004,
    8005,
    8006,
    8007,
    8008,
    8010,
    8022,
    11009,
    11033,
    19000,
    24002,
]
"""The codes that there are, for type checkers."""
