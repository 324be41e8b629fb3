"""Who a test makes known to an application, and what each may do there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..messaging.access import DeniableOperation, Permission
from ..messaging.access import User as CoreUser
from ..messaging.secret import Secret, secret_text
from ..messaging.value import copied
from ..runtime.record import User
from .client import Client, as_json, names


class Access(Client):
    """The users and permissions of an application."""

    def add_user(
        self,
        *,
        login: str | None = None,
        password: str | None = None,
        token: str | None = None,
        roles: Iterable[str] = (),
        **properties: Any,
    ) -> User:
        """Add a user, who has a ``token``, or a login and a password to log in with.

        ``properties`` are part of the answer to a log-in. With neither login nor token, a token is made.
        Raises ``TypeError`` for properties that are not JSON, and for roles that are one text.
        """
        self._session.needs_open("add_user()")
        password, token = secret_text(password), secret_text(token)  # at once: a traceback shows what they hold
        properties = as_json(properties)
        held = frozenset(names("roles", roles))
        if login is None and token is None:
            token = Secret(self._application.new_id("token"))
        user = CoreUser(self._application.new_id("user"), login, password, held, properties)
        with self._application.backend.session() as (broker, now):
            broker.access.add(user)
            if token is not None:
                broker.access.give_token(user, token, now)
        return User(object_id=user.object_id, login=login, token=token, roles=user.roles, properties=copied(properties))

    def deny(
        self,
        operation: DeniableOperation,
        *,
        channel: str | None = None,
        role: str | None = None,
        user: User | str | None = None,
    ) -> None:
        """Deny ``publish`` or ``subscribe``: on one channel or all, to a role, to a user (or login), or to everybody.

        Channel beats global, user beats role beats everybody, then deny beats allow. Every caller has the role
        ``RestUser``, and ``AuthenticatedUser`` or ``NotAuthenticatedUser``. Raises ``ValueError`` for another
        operation, or a role and a user at once.
        """
        self._rule(Permission(operation, channel, role, user_id(user)), allowed=False)

    def allow(
        self,
        operation: DeniableOperation,
        *,
        channel: str | None = None,
        role: str | None = None,
        user: User | str | None = None,
    ) -> None:
        """Allow what a wider rule denies, or take the same ``deny`` back. Arguments and errors as in ``deny``."""
        self._rule(Permission(operation, channel, role, user_id(user)), allowed=True)

    def _rule(self, permission: Permission, *, allowed: bool) -> None:
        with self._application.backend.session() as (broker, _):
            broker.access.rule(permission, allowed=allowed)


def user_id(user: User | str | None) -> str | None:
    """Whom a rule is about, by id."""
    return user.object_id if isinstance(user, User) else user
