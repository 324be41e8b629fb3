"""Who may do what: users, their tokens and roles, and the permissions on channels (A2, A3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from .errors import InvalidLogin, NoPermissionToPublish, NoPermissionToSubscribe, UnknownUserToken
from .name import channel_name
from .rules import Rules
from .schedule import seconds
from .secret import Secret

DeniableOperation = Literal["publish", "subscribe"]
OPERATIONS: Mapping[str, Callable[..., Exception]] = {
    "publish": NoPermissionToPublish,
    "subscribe": NoPermissionToSubscribe,
}
"""What can be denied, and the error that is; retrieve, status and cancel are open to any caller (A3)."""

ANONYMOUS_ROLE = "NotAuthenticatedUser"
AUTHENTICATED_ROLE = "AuthenticatedUser"
ApiKeyKind = Literal["REST", "JS", "ANDROID", "IOS", ".NET", "AS", "BL"]
KEY_ROLES: Mapping[str, str] = {
    "REST": "RestUser",
    "JS": "JSUser",
    "ANDROID": "AndroidUser",
    "IOS": "IOSUser",
    ".NET": "DotNetUser",
    "AS": "ASUser",
    "BL": "ServerCodeUser",
}
"""The kinds of API key that an application can have, and the role that each gives its callers (A4a)."""
REST_ROLE = KEY_ROLES["REST"]
"""The role of who comes without a key."""


@dataclass(frozen=True, slots=True)
class User:
    """A user of the application."""

    object_id: str
    login: str | None = None
    password: Secret | None = None
    roles: frozenset[str] = frozenset()
    properties: Mapping[str, Any] = field(default_factory=dict)


class Caller(NamedTuple):
    """Who a call is made for: a user or nobody, and the roles that brings."""

    user: User | None
    roles: frozenset[str]


class Permission(NamedTuple):
    """Whom a rule is about, and where: ``None`` is every channel, every role, every user."""

    operation: str
    channel: str | None = None
    role: str | None = None
    user: str | None = None

    def concerns(self, operation: str, channel: str, caller: Caller) -> bool:
        """Whether the rule has a say in that call."""
        names = (caller.user.object_id, caller.user.login) if caller.user else ()
        return (
            self.operation == operation
            and self.channel in (None, channel)
            and (self.role is None or self.role in caller.roles)
            and (self.user is None or self.user in names)
        )

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        """Channel beats global, then user beats role beats everybody (A3)."""
        return (self.channel is not None, self.user is not None, self.role is not None)

    def describe(self, verb: str) -> str:
        """The call that made the rule."""
        given = ((name, getattr(self, name)) for name in ("channel", "role", "user"))
        said = [repr(self.operation), *(f"{name}={value!r}" for name, value in given if value is not None)]
        return f"{verb}({', '.join(said)})"


class Token(NamedTuple):
    """A user token; ``expires_at`` is in microseconds since the epoch, ``None`` for never."""

    user: User
    expires_at: int | None
    by_login: bool = False


class Access:
    """An application's users, the tokens they hold, and who was denied what."""

    def __init__(
        self, *, token_lifetime: int | None = None, accept_unknown_tokens: bool = False, multiple_logins: bool = False
    ) -> None:
        """``token_lifetime`` is in microseconds, ``None`` for ever."""
        self.token_lifetime = token_lifetime
        self.multiple_logins = multiple_logins
        self.accept_unknown_tokens = accept_unknown_tokens
        self.users: list[User] = []
        self.tokens: dict[str, Token] = {}
        self.ended: dict[str, str] = {}
        """Tokens that are good no more, and why."""
        self.permissions: dict[Permission, bool] = {}
        """The rules, and whether each allows; the newest last."""

    def go_by(self, rules: Rules) -> None:
        """From now on tokens are judged by ``rules``; those that were given out expire when they would have."""
        self.token_lifetime = None if rules.token_lifetime is None else seconds(rules.token_lifetime)
        self.accept_unknown_tokens = rules.accept_unknown_tokens
        self.multiple_logins = rules.multiple_logins

    def add(self, user: User) -> None:
        """Make a user known."""
        self.users.append(user)

    def give_token(self, user: User, token: str, now: int, *, by_login: bool = False) -> None:
        """From now on ``token`` stands for ``user``."""
        self.tokens[token] = Token(user, None if self.token_lifetime is None else now + self.token_lifetime, by_login)

    def find(self, login: str, password: str) -> User:
        """The user with that login and password. Raises ``InvalidLogin``."""
        for user in self.users:
            if user.login == login and user.password == password:
                return user
        raise InvalidLogin

    def log_in(self, user: User, token: str, now: int) -> None:
        """Give ``token`` to a user; what earlier log-ins gave ends (A7)."""
        if not self.multiple_logins:
            self._end_logins(user)
        self.give_token(user, token, now, by_login=True)

    def log_out(self, token: str) -> None:
        """Forget a token."""
        if self.tokens.pop(token, None):
            self.ended[token] = "the token was logged out"

    def _end_logins(self, user: User) -> None:
        """A token that the test gave the user stays good."""
        for token in [token for token, held in self.tokens.items() if held.user is user and held.by_login]:
            del self.tokens[token]
            self.ended[token] = "the user logged in again, which ended the token"

    def knows(self, token: str, now: int) -> bool:
        """Whether ``token`` was given out and is still good."""
        held = self.tokens.get(token)
        return held is not None and (held.expires_at is None or now < held.expires_at)

    def caller(self, token: str | None, now: int, key_role: str = REST_ROLE) -> Caller:
        """Who calls with ``token``, by an API key that gives ``key_role``. Raises ``UnknownUserToken`` (A2)."""
        if token is None:
            return Caller(None, frozenset({ANONYMOUS_ROLE, key_role}))
        if self.knows(token, now):
            user = self.tokens[token].user
        elif self.accept_unknown_tokens:
            user = User(object_id=token)
        else:
            raise UnknownUserToken(token, detail=self._fate(token))
        return Caller(user, user.roles | {AUTHENTICATED_ROLE, key_role})

    def _fate(self, token: str) -> str:
        """What became of a token that is good no more; "" for one that nobody gave out."""
        if token in self.tokens:
            return "the token has expired"
        return self.ended.get(token, "")

    def rule(self, permission: Permission, *, allowed: bool) -> None:
        """Allow or deny; the last word on the same operation, channel and subject counts.

        Raises ``ValueError`` for an operation that cannot be denied or two subjects, and ``InvalidChannelName``.
        """
        if permission.operation not in OPERATIONS:
            raise ValueError(f"{permission.operation!r} is none of {', '.join(map(repr, OPERATIONS))}")
        if permission.role is not None and permission.user is not None:
            raise ValueError("a rule is about a role or a user, not both")
        channel = None if permission.channel is None else channel_name(permission.channel)
        self.permissions[permission._replace(channel=channel)] = allowed

    def authorize(self, operation: str, channel: str, caller: Caller) -> None:
        """Raises ``NoPermissionToPublish`` or ``NoPermissionToSubscribe``, naming the rule (A3)."""
        if not self.permissions:
            return
        concerned = [rule for rule in self.permissions if rule.concerns(operation, channel, caller)]
        heaviest = max((rule.weight for rule in concerned), default=None)
        for rule in concerned:
            if rule.weight == heaviest and not self.permissions[rule]:
                raise OPERATIONS[operation](detail=f"denied by {rule.describe('deny')}")
