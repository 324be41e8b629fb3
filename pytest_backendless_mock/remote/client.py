"""The service's operations called from Python on a mock that runs elsewhere, and who may call them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..messaging.access import DeniableOperation
from ..messaging.device import System
from ..messaging.message import MessageStatus
from ..messaging.options import PolicyName
from ..runtime.instant import parse_instant, parse_seconds, to_datetime
from ..runtime.record import Device, User
from ..testing.access import user_id
from ..testing.client import When, as_json, message_status, names, parse_when
from .channel import RemoteSubscription
from .connection import quoted
from .record import read
from .session import RemoteSession


class RemoteClient:
    """``Client`` and ``Access``, from afar: units and errors are theirs."""

    def __init__(self, session: RemoteSession) -> None:
        self._session = session

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
        """Publish a message, a push notification, or both, as another client of the application."""
        body = {
            "headers": as_json(headers),
            "subtopic": subtopic,
            "publisherId": publisher_id,
            "publishPolicy": publish_policy,
            "pushBroadcast": push_broadcast,
            "pushSinglecast": None if push_singlecast is None else names("push_singlecast", push_singlecast),
            "segmentQuery": segment_query,
            **self._dates(publish_at, repeat_every, repeat_expires_at),
        }
        said = {"channel": channel, "message": as_json(message), **_given(body)}
        return message_status(self._session.ask("POST", "messages", said, user_token=user_token))

    def status(self, message_id: str) -> MessageStatus:
        """The status of a message, as the service would answer."""
        return message_status(self._session.ask("GET", f"messages/{quoted(message_id)}"))

    def cancel(self, message_id: str) -> MessageStatus:
        """Cancel a message. Raises ``MessagingError`` (5040) when there is nothing to cancel."""
        return message_status(self._session.ask("DELETE", f"messages/{quoted(message_id)}"))

    def subscribe(
        self,
        channel: str = "default",
        *,
        selector: str | None = None,
        subtopic: str | None = None,
        user_token: str | None = None,
    ) -> RemoteSubscription:
        """Subscribe as another client. Raises ``MessagingError`` where the service would answer with an error."""
        body = _given({"channel": channel, "selector": selector, "subtopic": subtopic})
        answer = self._session.ask("POST", "subscriptions", body, user_token=user_token)
        return RemoteSubscription(self._session, channel, answer["subscriptionId"])

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
        """Register a device, as its app would; with ``refuses``, every push to it fails for that reason."""
        body = {
            "deviceId": device_id,
            "os": os,
            "token": token,
            "osVersion": os_version,
            "channels": names("channels", channels),
            "expiresAt": self._instant(expires_at),
            "refuses": refuses,
        }
        return read(Device, self._session.ask("POST", "devices", _given(body)))

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
        body = {"templateValues": as_json(values or {}), **self._dates(publish_at, repeat_every, repeat_expires_at)}
        path = f"templates/{quoted(name)}/push"
        return message_status(self._session.ask("POST", path, _given(body), user_token=user_token))

    def add_user(
        self,
        *,
        login: str | None = None,
        password: str | None = None,
        token: str | None = None,
        roles: Iterable[str] = (),
        **properties: Any,
    ) -> User:
        """Add a user, who has a ``token``, or a login and a password to log in with."""
        body = {"login": login, "password": password, "token": token, "roles": names("roles", roles)}
        return read(User, self._session.ask("POST", "users", _given({**body, "properties": as_json(properties)})))

    def deny(
        self,
        operation: DeniableOperation,
        *,
        channel: str | None = None,
        role: str | None = None,
        user: User | str | None = None,
    ) -> None:
        """Deny ``publish`` or ``subscribe``: on one channel or all; to a role, a user (or login), or everybody."""
        self._rule(operation, channel, role, user, allowed=False)

    def allow(
        self,
        operation: DeniableOperation,
        *,
        channel: str | None = None,
        role: str | None = None,
        user: User | str | None = None,
    ) -> None:
        """Allow what a wider rule denies, or take the same ``deny`` back."""
        self._rule(operation, channel, role, user, allowed=True)

    def _rule(
        self, operation: str, channel: str | None, role: str | None, user: User | str | None, *, allowed: bool
    ) -> None:
        body = {"operation": operation, "allowed": allowed, "channel": channel, "role": role, "user": user_id(user)}
        self._session.ask("POST", "permissions", _given(body))

    def _dates(
        self, publish_at: When | None, repeat_every: float | dt.timedelta | None, repeat_expires_at: When | None
    ) -> dict[str, object]:
        return {
            "publishAt": self._instant(publish_at),
            "repeatEvery": None if repeat_every is None else parse_seconds("repeat_every", repeat_every),
            "repeatExpiresAt": self._instant(repeat_expires_at),
        }

    def _instant(self, when: When | None) -> str | None:
        """A date; what is relative goes by the mock's clock as it stands before the request."""
        if when is None:
            return None
        now = parse_instant(self._session.ask("GET", "clock")["now"]) if isinstance(when, dt.timedelta) else 0
        return to_datetime(parse_when(when, now)).isoformat()


def _given(body: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if value is not None}
