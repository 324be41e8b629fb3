"""What the service says to a body that breaks its schema: one ordered table from violations to errors (A4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..messaging.errors import (
    InvalidParameter,
    InvalidRegistrationDate,
    MalformedRegistration,
    MessagingError,
    MissingDeviceId,
    MissingLogin,
    MissingParameter,
    NullParameter,
    UnreadableRequest,
)
from . import schema
from .call import JSON

ANY_KEYWORD = ""


class Violation(NamedTuple):
    """A row of the table below: what is wrong where, and the error that is."""

    field: str
    keyword: str
    error: Callable[[], MessagingError]


def _invalid(name: str) -> Violation:
    return Violation(name, ANY_KEYWORD, lambda: InvalidParameter(name))


def _on_channel(*fields: str) -> tuple[Violation, ...]:
    """The options of a call in real time, which name their channel."""
    return (
        Violation("", "type", _not_an_object),
        Violation("", "required", lambda: MissingParameter("channel")),
        *map(_invalid, ("channel", *fields)),
    )


def _malformed(name: str) -> Violation:
    return Violation(name, ANY_KEYWORD, lambda: MalformedRegistration(f"{name} is not what it should be"))


def _not_an_object() -> MessagingError:
    return UnreadableRequest("the body is not a JSON object")


VIOLATIONS: Mapping[str, tuple[Violation, ...]] = {
    "publish.request": (
        Violation("", "type", _not_an_object),
        Violation("", "required", lambda: MissingParameter("message")),
        Violation("message", "type", lambda: NullParameter(detail="message is null")),
        *map(_invalid, ("publisherId", "headers", "subtopic", "repeatEvery", "publishPolicy", "pushPolicy")),
        *map(_invalid, ("pushBroadcast", "pushSinglecast", "segmentQuery", "templateValues")),
    ),
    "push_template.request": (
        Violation("", "type", _not_an_object),
        *map(_invalid, ("templateValues", "repeatEvery")),
    ),
    "login.request": (
        Violation("", "type", _not_an_object),
        Violation("", "required", MissingLogin),
        *(Violation(name, ANY_KEYWORD, MissingLogin) for name in ("login", "password")),
    ),
    "register.request": (
        Violation("", "type", lambda: MalformedRegistration("it is not an object")),
        Violation("", "required", MissingDeviceId),
        Violation("deviceId", "not", MissingDeviceId),
        Violation("", "dependentRequired", lambda: MalformedRegistration("deviceToken and os are needed")),
        *map(_malformed, ("deviceId", "deviceToken", "os", "osVersion", "channels")),
        Violation("expiration", ANY_KEYWORD, lambda: InvalidRegistrationDate(detail="expiration is a number")),
    ),
    "email.request": (
        Violation("", "type", _not_an_object),
        *map(_invalid, ("subject", "bodyparts", "to", "attachment")),
    ),
    "email_template.request": (
        Violation("", "type", _not_an_object),
        Violation("", "required", lambda: MissingParameter("template-name")),
        *map(_invalid, ("template-name", "addresses", "cc-addresses", "bcc-addresses", "criteria", "uniqueEmails")),
        *map(_invalid, ("template-values", "attachment")),
    ),
    "subscribe.request": (
        Violation("", "anyOf", _not_an_object),
        *map(_invalid, ("subscriberId", "selector", "subtopic")),
    ),
    "join.request": _on_channel(),
    "listen.request": _on_channel("selector"),
    "command.request": _on_channel("type"),
    "set_user_token.request": (
        Violation("", "type", _not_an_object),
        _invalid("userToken"),
    ),
}
"""Schema violations and what the service says to them, first row first (A4); ``""`` is the body itself.

Dates are not here: a date that is no number becomes NaN, and the core, which judges dates in their order, refuses it.
"""


def refuse_violations(body: JSON, name: str) -> None:
    """Raise the error of the first row with a violation, if ``body`` breaks the schema ``name``."""
    problems = schema.violations(body, name)
    if not problems:
        return
    for row in VIOLATIONS[name]:
        for problem in problems:
            field = problem.path[0] if problem.path else ""
            if field == row.field and row.keyword in (ANY_KEYWORD, problem.keyword):
                error = row.error()
                if isinstance(error, InvalidParameter | MalformedRegistration):
                    error.detail = error.detail or schema.describe(problem)
                raise error
