"""What a test makes known to an application: users, permissions, devices, templates, rules, schemas of channels."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from ..http import record_json
from ..messaging.name import channel_name
from ..runtime.instant import to_datetime
from . import codec
from .application import read_rules
from .call import Answer, Call
from .given import compiled
from .hosted import ALLOW_UNKNOWN_REQUESTS, Hosted
from .problem import refusals

NO_CONTENT = Answer(None, HTTPStatus.NO_CONTENT)


def add_user(call: Call) -> Answer:
    """Make a user known, by the token their calls carry or by what they log in with."""
    body = call.body
    with refusals():
        user = call.hosted.mock.add_user(
            login=body.get("login"),
            password=body.get("password"),
            token=body.get("token"),
            roles=body.get("roles", ()),
            **body.get("properties", {}),
        )
    return Answer(record_json.write(user), HTTPStatus.CREATED)


def set_permission(call: Call) -> Answer:
    """Allow or deny, to everybody, a role, or a user."""
    body, mock = call.body, call.hosted.mock
    rule = mock.allow if body["allowed"] else mock.deny
    with refusals():
        rule(body["operation"], channel=body.get("channel"), role=body.get("role"), user=body.get("user"))
    return NO_CONTENT


def add_device(call: Call) -> Answer:
    """Register a device, as its app would."""
    body = call.body
    expires_at = body.get("expiresAt")
    with refusals():
        device = call.hosted.mock.register_device(
            body["deviceId"],
            os=body.get("os", "ANDROID"),
            token=body.get("token"),
            os_version=body.get("osVersion", ""),
            channels=body.get("channels", ["default"]),
            expires_at=None if expires_at is None else to_datetime(codec.read_instant(expires_at, "$.expiresAt")),
            refuses=body.get("refuses"),
        )
    return Answer(record_json.write(device), HTTPStatus.CREATED)


def put_template(call: Call) -> Answer:
    """Define a push template, as in the console."""
    body = call.body
    with refusals():
        call.hosted.mock.add_template(
            call.params["name"],
            message=body["message"],
            headers=body.get("headers"),
            platforms=body.get("platforms", ()),
            channel=body.get("channel", "default"),
            segment=body.get("segment"),
        )
    return NO_CONTENT


def put_email_template(call: Call) -> Answer:
    """Make an e-mail template known."""
    call.hosted.mock.add_email_template(call.params["name"])
    return NO_CONTENT


def put_channel_schema(call: Call) -> Answer:
    """From now on a message on the channel that breaks the schema fails the verdict."""
    with refusals():
        channel = channel_name(call.params["channel"])
    call.hosted.application.schemas.put(channel, call.body, compiled(call.body, "$"))
    return NO_CONTENT


def show_rules(call: Call) -> Answer:
    """The rules that an application goes by."""
    return Answer(_rules(call.hosted))


def change_rules(call: Call) -> Answer:
    """Judge what comes from now on by other rules."""
    hosted = call.hosted
    rules, allow = read_rules(hosted.application.rules, call.body, "$")
    hosted.application.go_by(rules)
    hosted.session.app.shares = rules.cors
    if allow is not None:
        hosted.session.app.tenants.allow_unknown_requests = allow
    return Answer(_rules(hosted))


def _rules(hosted: Hosted) -> dict[str, Any]:
    allow = hosted.session.app.tenants.allow_unknown_requests
    return {**asdict(hosted.application.rules), ALLOW_UNKNOWN_REQUESTS: allow}
