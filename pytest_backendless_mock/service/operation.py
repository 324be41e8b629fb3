"""What each operation does: from path parameters and a JSON body to a JSON answer, as the service documents it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..messaging.errors import UnknownDeviceToCancel
from . import codec
from .call import JSON, Call
from .observer import observe


class Operation(NamedTuple):
    """A row of the table. ``body`` names the request's schema; without one a body is ignored (W16)."""

    name: str
    do: Callable[[Call], JSON]
    body: str | None = None
    body_required: bool = False
    checks_token: bool = True
    """Whether an unknown ``user-token`` is refused."""

    def run(self, call: Call) -> JSON:
        """Carry the operation out.

        Raises ``UnknownUserToken`` (A2), then ``InvalidChannelName`` (C3), then what it raises itself (A4).
        """
        if self.checks_token:
            call.authenticate()
        call.address()
        return observe(self.name, self.do, call, self.body)


def publish(call: Call) -> JSON:
    """``POST …/messaging/<channel>``."""
    call.authorize("publish", call.channel)
    request = codec.read_publish(call.body)
    return codec.write_published(
        call.broker.publish(
            call.channel, request.message, request.options, request.delivery_options, call.now, failure=call.failure
        )
    )


def status(call: Call) -> JSON:
    """``GET …/messaging/<message-id>``."""
    return codec.write_status(call.broker.status(call.params["message"]), call.rules)


def cancel(call: Call) -> JSON:
    """``DELETE …/messaging/<message-id>``."""
    return codec.write_status(call.broker.cancel(call.params["message"], call.now), call.rules)


def subscribe(call: Call) -> JSON:
    """``POST …/messaging/<channel>/subscribe``."""
    call.authorize("subscribe", call.channel)
    request = codec.read_subscribe(call.body)
    subscription = call.broker.subscribe(call.channel, subtopic=request.subtopic, selector=request.selector)
    return {"subscriptionId": subscription.subscription_id}


def retrieve(call: Call) -> JSON:
    """``GET …/messaging/<channel>/<subscription-id>``."""
    call.poll = call.broker.retrieve(call.channel, call.params["subscription"], call.now)
    return codec.write_retrieved(call.poll.taken)


def delete_channel(call: Call) -> JSON:
    """``DELETE …/messaging/channels/<channel>``."""
    call.broker.delete_channel(call.channel, call.now)
    return True


def register(call: Call) -> JSON:
    """``POST …/messaging/registrations``."""
    return codec.write_registration(call.broker.register(codec.read_registration(call.body), call.now))


def registrations(call: Call) -> JSON:
    """``GET …/messaging/registrations/<device-id>``."""
    return codec.write_registrations(call.broker.devices.find(call.params["device"], call.now))


def unregister(call: Call) -> JSON:
    """``DELETE …/messaging/registrations/<device-id>``."""
    if not call.broker.devices.unregister(call.params["device"], call.now):
        raise UnknownDeviceToCancel(detail=f"no device {call.params['device']!r} is registered")
    return {"result": True}


def push_template(call: Call) -> JSON:
    """``POST …/messaging/push/<template-name>``."""
    name = call.params["template"]
    template = call.broker.templates.get(name)
    if template is not None:
        call.authorize("publish", template.channel)
    values, dates = codec.read_push_template(call.body)
    return codec.write_published(call.broker.push_template(name, values, dates, call.now, failure=call.failure))


def templates(call: Call) -> JSON:
    """``GET …/messaging/pushtemplates[/<device-type>]``."""
    return codec.write_templates(call.broker.templates.for_platform(call.params.get("platform", "").upper()))


def email(call: Call) -> JSON:
    """``POST …/messaging/email``."""
    return codec.write_published(call.broker.send_email(codec.read_email(call.body), call.now))


def email_template(call: Call) -> JSON:
    """``POST …/emailtemplate/send``."""
    return codec.write_published(call.broker.send_email(codec.read_email_template(call.body), call.now))


def login(call: Call) -> JSON:
    """``POST …/users/login``: the user's properties, ``objectId`` and ``user-token``."""
    login, password = codec.read_login(call.body)
    user = call.broker.access.find(login, password)
    token = call.application.new_id("token")
    call.broker.access.log_in(user, token, call.now)
    return codec.write_user(user, token)


def logout(call: Call) -> None:
    """``GET …/users/logout``: the token of the call is good no more."""
    if call.token is not None:
        call.broker.access.log_out(call.token)


def is_valid_token(call: Call) -> JSON:
    """``GET …/users/isvalidusertoken/<token>``."""
    return call.broker.access.knows(call.params["token"], call.now)


def user_roles(call: Call) -> JSON:
    """``GET …/users/userroles``: the roles of who calls."""
    return sorted(call.caller.roles)


def properties(_: Call) -> JSON:
    """``GET …/messaging/<channel>/properties``: polling SDKs ask for it before anything else (W15)."""
    return {}


def info(call: Call) -> JSON:
    """``GET …/info``: the JavaScript SDK asks at its start (W18), from 7.4 on also where real time is (R9)."""
    app_id, api_key = call.application.identity
    return {"appId": app_id, "apiKey": api_key, "loggers": [], "rtURL": call.host_url()}


def lookup(call: Call) -> JSON:
    """``GET …/rt/lookup``: where real time is (R9)."""
    return call.host_url()


OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("publish", publish, "publish.request", body_required=True),
        Operation("status", status),
        Operation("cancel", cancel),
        Operation("subscribe", subscribe, "subscribe.request"),
        Operation("retrieve", retrieve),
        Operation("delete_channel", delete_channel),
        Operation("properties", properties),
        Operation("info", info),
        Operation("lookup", lookup, checks_token=False),
        Operation("register", register, "register.request", body_required=True),
        Operation("registrations", registrations),
        Operation("unregister", unregister),
        Operation("push_template", push_template, "push_template.request"),
        Operation("templates", templates),
        Operation("email", email, "email.request", body_required=True),
        Operation("email_template", email_template, "email_template.request", body_required=True),
        Operation("loggers", lambda _: [], checks_token=False),
        Operation("log", lambda _: {}, checks_token=False),
        Operation("login", login, "login.request", body_required=True, checks_token=False),
        Operation("logout", logout),
        Operation("is_valid_token", is_valid_token, checks_token=False),
        Operation("user_roles", user_roles),
    )
}
"""Every operation by its name."""
