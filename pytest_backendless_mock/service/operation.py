"""What each operation does: from path parameters and a JSON body to a JSON answer, inside one session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from ..http.rest.route import Credentials
from ..messaging.broker import Broker
from ..messaging.errors import UnknownDeviceToCancel
from ..messaging.name import channel_name
from ..messaging.options import Failure
from ..messaging.push import is_push, shows_something
from ..messaging.rules import Rules
from ..runtime.backend import Backend
from . import codec as wire
from . import hint as hints
from .channel_schema import Payloads
from .codec import JSON
from .verdict import Verdict


class Called(Protocol):
    """What an operation needs of the application it is asked of."""

    identity: Credentials
    backend: Backend
    verdict: Verdict
    payloads: Payloads

    def new_id(self, kind: str) -> str:
        """An id of that kind."""


class Call(NamedTuple):
    """An operation to be carried out: ``now`` in microseconds, ``params`` from the path, ``body`` parsed JSON."""

    application: Called
    broker: Broker
    now: int
    origin: str
    params: Mapping[str, str]
    body: JSON = None
    token: str | None = None
    failure: Failure | None = None
    """With what a message that is published is given up, if it is."""

    def hint_at(self, hint: str) -> None:
        """Tell the reader what the caller probably meant, and who the caller is."""
        self.application.verdict.hint_at(f"{self.origin}: {hint}")

    def authorize(self, operation: str, channel: str) -> str:
        """The channel as the service knows it, if the caller may do that there.

        Raises ``InvalidChannelName``, then ``NoPermissionToPublish`` or ``NoPermissionToSubscribe`` (A4).
        """
        name = channel_name(channel)
        access = self.broker.access
        access.authorize(operation, name, access.caller(self.token, self.now))
        return name

    @property
    def rules(self) -> Rules:
        """The rules of the application."""
        return self.broker.rules


class Operation(NamedTuple):
    """A row of the table. ``body`` names the request's schema; without one a body is ignored (W16)."""

    do: Callable[[Call], JSON]
    body: str | None = None
    body_required: bool = False
    checks_token: bool = True
    """Whether an unknown ``user-token`` is refused."""

    def run(self, call: Call) -> JSON:
        """Carry the operation out. Raises ``UnknownUserToken`` (A2), then what it raises itself."""
        if self.checks_token:
            call.broker.access.caller(call.token, call.now)
        return self.do(call)


def publish(call: Call) -> JSON:
    """``POST …/messaging/<channel>``."""
    channel = call.authorize("publish", call.params["channel"])
    publishing = wire.read_publish(call.body)
    for hint in hints.dates(call.body):
        call.hint_at(hint)
    typo = hints.misspelt_channel(channel, call.broker.channels)
    if is_push(publishing.delivery_options, publishing.options.headers):
        _hint_at_display(call, publishing.options.headers)
    status = call.broker.publish(
        channel, publishing.message, publishing.options, publishing.delivery_options, call.now, failure=call.failure
    )
    if typo:
        call.hint_at(typo)
    violations = call.application.payloads.violations(channel, publishing.message)
    if violations:
        call.application.verdict.object_to(
            "\n  ".join([f"{call.origin}: the message on channel {channel!r} breaks its schema", *violations])
        )
    return wire.write_published(status)


def status(call: Call) -> JSON:
    """``GET …/messaging/<message-id>``."""
    return wire.write_status(call.broker.status(call.params["message"]), call.rules)


def cancel(call: Call) -> JSON:
    """``DELETE …/messaging/<message-id>``."""
    return wire.write_status(call.broker.cancel(call.params["message"], call.now), call.rules)


def subscribe(call: Call) -> JSON:
    """``POST …/messaging/<channel>/subscribe``."""
    channel = call.authorize("subscribe", call.params["channel"])
    subscribing = wire.read_subscribe(call.body)
    typo = hints.misspelt_channel(channel, call.broker.channels)
    subscription = call.broker.subscribe(
        channel, call.now, subtopic=subscribing.subtopic, selector=subscribing.selector
    )
    if typo:
        call.hint_at(typo)
    return {"subscriptionId": subscription.subscription_id}


def retrieve(call: Call) -> JSON:
    """``GET …/messaging/<channel>/<subscription-id>``."""
    address = (call.params["channel"], call.params["subscription"], call.now)
    for delivery in call.broker.lost(*address):
        if call.application.backend.clock.jumped_over(delivery.at + call.broker.lifetime):
            call.hint_at(hints.lost(delivery, call.broker.lifetime))
    deliveries = call.broker.retrieve(*address)
    return wire.write_retrieved(deliveries)


def delete_channel(call: Call) -> JSON:
    """``DELETE …/messaging/channels/<channel>``."""
    call.broker.delete_channel(call.params["channel"], call.now)
    return True


def register(call: Call) -> JSON:
    """``POST …/messaging/registrations``."""
    device = call.broker.register(wire.read_registration(call.body), call.now)
    return {"registrationId": device.registration_id}


def registrations(call: Call) -> JSON:
    """``GET …/messaging/registrations/<device-id>``."""
    return wire.write_registrations(call.broker.devices.find(call.params["device"], call.now))


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
    values, dates = wire.read_push_template(call.body)
    for placeholder in template.unresolved(values) if template else ():
        call.application.verdict.object_to(f"the push template {name!r} was sent without a value for {{{placeholder}}}")
    return wire.write_published(call.broker.push_template(name, values, dates, call.now, failure=call.failure))


def templates(call: Call) -> JSON:
    """``GET …/messaging/pushtemplates[/<device-type>]``; a template without platforms is for all of them."""
    platform = call.params.get("platform", "").upper()
    return wire.write_templates(
        template
        for template in call.broker.templates.values()
        if not (platform and template.platforms) or platform in template.platforms
    )


def email(call: Call) -> JSON:
    """``POST …/messaging/email``."""
    return wire.write_published(call.broker.send_email(wire.read_email(call.body), call.now))


def email_template(call: Call) -> JSON:
    """``POST …/emailtemplate/send``."""
    return wire.write_published(call.broker.send_email(wire.read_email_template(call.body), call.now))


def login(call: Call) -> JSON:
    """``POST …/users/login``: the user's properties, ``objectId`` and ``user-token``."""
    login, password = wire.read_login(call.body)
    token = call.application.new_id("token")
    user = call.broker.access.log_in(login, password, token, call.now)
    return wire.write_user(user, token)


def logout(call: Call) -> None:
    """``GET …/users/logout``: the token of the call is good no more."""
    if call.token is not None:
        call.broker.access.log_out(call.token)


def is_valid_token(call: Call) -> JSON:
    """``GET …/users/isvalidusertoken/<token>``."""
    return call.broker.access.knows(call.params["token"], call.now)


def properties(call: Call) -> JSON:
    """``GET …/messaging/<channel>/properties``: polling SDKs ask for it before anything else (W15)."""
    channel_name(call.params["channel"])
    return {}


def info(call: Call) -> JSON:
    """``GET …/info``: the JavaScript SDK asks at its start (W18)."""
    return {"appId": call.application.identity.app_id, "apiKey": call.application.identity.api_key}


def _hint_at_display(call: Call, headers: Mapping[str, object]) -> None:
    """A push without display headers is accepted, but hardly meant (P9)."""
    if not shows_something(headers):
        call.application.verdict.hint_at(
            f"a push to channel {call.params['channel']!r} has no header that a device shows: "
            "ios-alert-title, ios-alert-body on iOS, android-content-title, android-content-text on Android"
        )


OPERATIONS: Mapping[str, Operation] = {
    "publish": Operation(publish, "publish.request", body_required=True),
    "status": Operation(status),
    "cancel": Operation(cancel),
    "subscribe": Operation(subscribe, "subscribe.request"),
    "retrieve": Operation(retrieve),
    "delete_channel": Operation(delete_channel),
    "properties": Operation(properties),
    "info": Operation(info),
    "register": Operation(register, "register.request", body_required=True),
    "registrations": Operation(registrations),
    "unregister": Operation(unregister),
    "push_template": Operation(push_template, "push_template.request"),
    "templates": Operation(templates),
    "email": Operation(email, "email.request", body_required=True),
    "email_template": Operation(email_template, "email_template.request", body_required=True),
    "loggers": Operation(lambda _: [], checks_token=False),
    "log": Operation(lambda _: {}, checks_token=False),
    "login": Operation(login, "login.request", body_required=True, checks_token=False),
    "logout": Operation(logout),
    "is_valid_token": Operation(is_valid_token, checks_token=False),
}
"""Every operation by its name, as the route table has it."""
