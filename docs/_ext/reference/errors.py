"""Every error of the service: its code and text, when the mock answers with it, and under which HTTP status."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_backendless_mock.messaging.errors import ERRORS

from .text import table

STATUS = 400
WHEN: Mapping[int, str] = {
    2002: "an application id or API key that is not the mock's",
    2014: "a log-in with an `objectId`",
    3003: "a log-in with an unknown login or another password",
    3006: "a log-in without `login` or `password`",
    3064: "a `user-token` that nobody gave out, that was logged out or has expired",
    5000: "looking a registration up that there is not",
    5001: "cancelling a registration that there is not",
    5003: "`repeatExpiresAt` is no date, or not later than the first delivery",
    5004: "registering with an `expiration` that is no date, or has passed",
    5005: "registering with a field of the wrong type, or without `deviceToken` or `os`",
    5006: "registering with a body of `null`",
    5007: "publishing where the test denied it (`deny`)",
    5008: "subscribing or joining where the test denied it (`deny`)",
    5009: "a selector that is none; the report says where it breaks",
    5010: "deleting a channel that nobody made; with `strict_channels` subscribing, retrieving and joining too",
    5011: "registering without `deviceId`",
    5030: "`publishAt` is no date, or has passed by more than `publish_at_tolerance`",
    5040: "cancelling what is unknown, delivered, failed or cancelled already",
    5041: "a push whose message is an object or an array",
    5044: "a channel's name that is empty, or has a slash or a control character",
    5048: "an e-mail to nobody",
    5049: "an e-mail without a body",
    8002: "a body that is not JSON, not declared as JSON, not an object, or longer than 10 MiB",
    8006: "`message` is `null`",
    8007: "`message`, the name of an e-mail template, or in real time `channel` is missing",
    8008: "a field of the wrong type or with a value that cannot be meant; an unknown subscription",
    8022: "the form `/v1` without the header `application-id`",
    19000: "a `segmentQuery` that is no condition",
    24002: "a push or e-mail template that nobody defined",
}
"""When the mock answers so by itself. All others come by ``faults.fail(error=...)`` only."""
ON_ORDER = "by `faults.fail(error=...)` only"


def page() -> str:
    """All errors, in the order of their codes."""
    rows = [
        (code, kind.text.replace("{}", "…"), WHEN.get(code, ON_ORDER), STATUS) for code, kind in sorted(ERRORS.items())
    ]
    return table(("code", "text", "when the mock answers so", "HTTP"), rows)
