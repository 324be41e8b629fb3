"""The service's operations called from Python, as another client of the application would call them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..http.tenants import Tenant
from ..messaging.device import System
from ..messaging.message import MessageStatus, Sends
from ..messaging.options import PolicyName
from ..messaging.secret import Secret, conceal, secret_text
from ..runtime.instant import MICROSECOND, parse_instant, parse_seconds
from ..runtime.record import Device, device_record
from ..service.call import Call
from ..service.json_text import dump
from ..service.operation import OPERATIONS
from .channel import Subscription
from .session import Session

When = dt.datetime | dt.timedelta | str


class Client:
    """Publishes, subscribes, registers devices: the same operations, checks and errors as over HTTP, no socket."""

    def __init__(self, tenant: Tenant, session: Session) -> None:
        self._tenant = tenant
        self._session = session
        self._application = tenant.application

    def publish(
        self,
        message: Any,
        channel: str = "default",
        *,
        headers: Mapping[str, object] | None = None,
        subtopic: str | None = None,
        publisher_id: str | None = None,
        publish_at: When | None = None,
        repeat_every: float | dt.timedelta | None = None,
        repeat_expires_at: When | None = None,
        publish_policy: PolicyName | None = None,
        push_broadcast: int | str | None = None,
        push_singlecast: Sequence[str] | None = None,
        segment_query: str | None = None,
        user_token: str | None = None,
    ) -> MessageStatus:
        """Publish a message, a push notification, or both, as another client of the application.

        ``publish_at`` and ``repeat_expires_at`` are an aware datetime, ISO 8601 text, or a timedelta from now;
        ``repeat_every`` is seconds or a timedelta; the push options are those of Backendless. Raises
        ``MessagingError`` where the service would answer with an error, and ``TypeError`` for a message that is not
        JSON.
        """
        user_token, message = secret_text(user_token), as_json(message)  # at once: a traceback shows what they hold
        headers = None if headers is None else conceal(_mapping("headers", headers))
        body = {
            "message": message,
            "headers": headers,
            "subtopic": subtopic,
            "publisherId": publisher_id,
            "repeatEvery": None if repeat_every is None else parse_seconds("repeat_every", repeat_every),
            "publishPolicy": publish_policy,
            "pushBroadcast": push_broadcast,
            "pushSinglecast": None if push_singlecast is None else names("push_singlecast", push_singlecast),
            "segmentQuery": segment_query,
        }
        dates = {"publishAt": publish_at, "repeatExpiresAt": repeat_expires_at}
        return message_status(self._run("publish", {"channel": channel}, body, dates, user_token))

    def status(self, message_id: str) -> MessageStatus:
        """The status of a message, as the service would answer."""
        return message_status(self._run("status", {"message": message_id}))

    def cancel(self, message_id: str) -> MessageStatus:
        """Cancel a message. Raises ``MessagingError`` (5040) when there is nothing to cancel."""
        return message_status(self._run("cancel", {"message": message_id}))

    def subscribe(
        self,
        channel: str = "default",
        *,
        selector: str | None = None,
        subtopic: str | None = None,
        user_token: str | None = None,
    ) -> Subscription:
        """Subscribe as another client. Raises ``MessagingError`` where the service would answer with an error."""
        user_token = secret_text(user_token)
        body = {"selector": selector, "subtopic": subtopic}
        answer = self._run("subscribe", {"channel": channel}, body, token=user_token)
        return Subscription(self._application, channel, answer["subscriptionId"])

    def register_device(
        self,
        device_id: str,
        *,
        os: System = "ANDROID",
        token: str | None = None,
        os_version: str = "",
        channels: Sequence[str] = ("default",),
        expires_at: When | None = None,
        refuses: str | None = None,
    ) -> Device:
        """Register a device, as its app would; with ``refuses``, every push to it fails for that reason.

        ``os`` is IOS, ANDROID, WP or OSX; ``expires_at`` is an aware datetime, ISO 8601 text, or a timedelta from
        now. Raises ``MessagingError`` for what the service refuses.
        """
        token = Secret(f"token of {device_id}" if token is None else token)
        body = {
            "deviceId": device_id,
            "deviceToken": token,
            "os": os,
            "osVersion": os_version,
            "channels": names("channels", channels),
        }
        self._run("register", {}, body, {"expiration": expires_at})
        with self._application.backend.session() as (broker, now):
            return device_record(broker.devices.refuse(device_id, refuses, now))

    def push_template(
        self,
        name: str,
        values: Mapping[str, object] | None = None,
        *,
        publish_at: When | None = None,
        repeat_every: float | dt.timedelta | None = None,
        repeat_expires_at: When | None = None,
        user_token: str | None = None,
    ) -> MessageStatus:
        """Send a push from a template, as another client would. Units and errors as in ``publish``."""
        user_token, values = secret_text(user_token), conceal(_mapping("values", values or {}))
        body = {
            "templateValues": values,
            "repeatEvery": None if repeat_every is None else parse_seconds("repeat_every", repeat_every),
        }
        dates = {"publishAt": publish_at, "repeatExpiresAt": repeat_expires_at}
        return message_status(self._run("push_template", {"template": name}, body, dates, user_token))

    def _run(
        self,
        operation: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        dates: Mapping[str, When | None] | None = None,
        token: Secret | None = None,
    ) -> Any:
        """Carry out an operation whose dates may be relative to the instant at which it happens."""
        self._session.needs_open(f"{operation}()")

        def given(now: int) -> dict[str, Any]:
            return {**(body or {}), **{name: _milliseconds(date, now) for name, date in (dates or {}).items()}}

        return operate(self._tenant, operation, params, given, token=token, origin=f"backendless_mock.{operation}()")


def operate(
    tenant: Tenant,
    operation: str,
    params: Mapping[str, str],
    body: Callable[[int], dict[str, Any]],
    *,
    token: Secret | None,
    origin: str,
) -> Any:
    """What the service answers to a client without a socket; ``body`` is given the instant (microseconds) of the call.

    ``origin`` says who asked. Raises ``MessagingError`` for what the service refuses.
    """
    with (
        tenant.faults.failing(operation, params.get("channel")) as failure,
        tenant.application.backend.session() as (broker, now),
    ):
        call = Call(tenant.application, broker, now, lambda: origin, params, body(now), token, failure=failure)
        return OPERATIONS[operation].run(call)


def parse_when(when: When, now: int) -> int:
    """A date, or a timedelta from ``now``, in microseconds since the epoch. Raises as ``parse_instant``."""
    return now + when // MICROSECOND if isinstance(when, dt.timedelta) else parse_instant(when)


def _milliseconds(when: When | None, now: int) -> float | None:
    return None if when is None else parse_when(when, now) / 1000


def message_status(answer: Mapping[str, Any]) -> MessageStatus:
    """What the service answers about a message, as a test holds it."""
    counted = "successfulSendsAmount" in answer
    sends = Sends(answer["successfulSendsAmount"], answer["failedSendsAmount"]) if counted else None
    return MessageStatus(answer["status"], answer["messageId"], answer["errorMessage"], sends)


def names(what: str, given: Iterable[str]) -> list[str]:
    """Several names. Raises ``TypeError`` for one text, which would be taken for its letters."""
    if isinstance(given, str):
        raise TypeError(f"{what} is several names, not {given!r}; say {what}=[{given!r}]")
    return list(given)


def _mapping(what: str, given: Mapping[str, object]) -> dict[str, object]:
    if not isinstance(given, Mapping):
        raise TypeError(f"{what} is a mapping of names to values, not {given!r}")
    return dict(given)


def as_json(value: Any) -> Any:
    """A copy of a JSON value, its secrets concealed. Raises ``TypeError`` for what is none."""
    return conceal(json.loads(dump(value)))
