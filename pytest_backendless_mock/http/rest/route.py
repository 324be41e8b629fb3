"""The route table: which operation a method and path ask for, and for which application (W1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ...messaging.errors import MissingApplicationId
from ..credentials import Credentials
from ..dialect import UnknownRoute

RESERVED = frozenset({"email", "registrations", "push", "pushtemplates", "channels"})
"""Routes under ``messaging``, never channels or message ids (C3)."""


class Route(NamedTuple):
    """A row of the table: ``{name}`` stands for one segment of the path, percent-decoded."""

    method: str
    path: str
    operation: str


ROUTES = (
    Route("DELETE", "messaging/channels/{channel}", "delete_channel"),
    Route("POST", "messaging/registrations", "register"),
    Route("GET", "messaging/registrations/{device}", "registrations"),
    Route("DELETE", "messaging/registrations/{device}", "unregister"),
    Route("POST", "messaging/push/{template}", "push_template"),
    Route("GET", "messaging/pushtemplates", "templates"),
    Route("GET", "messaging/pushtemplates/{platform}", "templates"),
    Route("POST", "messaging/email", "email"),
    Route("POST", "emailtemplate/send", "email_template"),
    Route("POST", "messaging/{channel}/subscribe", "subscribe"),
    Route("GET", "messaging/{channel}/properties", "properties"),
    Route("GET", "messaging/{channel}/{subscription}", "retrieve"),
    Route("POST", "messaging/{channel}", "publish"),
    Route("GET", "messaging/{message}", "status"),
    Route("DELETE", "messaging/{message}", "cancel"),
    Route("POST", "users/login", "login"),
    Route("GET", "users/logout", "logout"),
    Route("GET", "users/isvalidusertoken/{token}", "is_valid_token"),
    Route("GET", "users/userroles", "user_roles"),
    Route("GET", "info", "info"),
    Route("GET", "rt/lookup", "lookup"),
    Route("GET", "log/logger", "loggers"),
    Route("PUT", "log", "log"),
    Route("POST", "log", "log"),
)
"""What the service has, below the application's prefix; the first row that fits is taken."""


def _shape(method: str, below: list[str]) -> tuple[str, int, str, str]:
    """What a request and its route always have in common, so that few routes need a closer look."""
    word = below[1] if len(below) > 1 and below[1] in RESERVED else ""
    return method, len(below), below[0] if below else "", word


_WANTED = {route.path: tuple(route.path.split("/")) for route in ROUTES}
"""The segments of each route's path."""
_BY_SHAPE: dict[tuple[str, int, str, str], list[Route]] = {}
for _route in ROUTES:
    _BY_SHAPE.setdefault(_shape(_route.method, list(_WANTED[_route.path])), []).append(_route)


class Target(NamedTuple):
    """What a request is for."""

    operation: str
    params: Mapping[str, str]
    credentials: Credentials


def find(method: str, prefix: list[str], below: list[str], headers: Mapping[str, str]) -> Target:
    """The target of ``method`` on a path, whose ``prefix`` and ``headers`` say whose it is.

    Raises ``UnknownRoute``, then ``MissingApplicationId`` (W21).
    """
    for route in _BY_SHAPE.get(_shape(method, below), ()):
        params = _match(_WANTED[route.path], below)
        if params is not None:
            return Target(route.operation, params, credentials(prefix, headers))
    raise UnknownRoute(f"{method} …/{'/'.join(below)}")


def credentials(form: list[str], headers: Mapping[str, str]) -> Credentials:
    """What a path's prefix, or in the legacy form ``headers``, say about the application.

    Raises ``MissingApplicationId`` (W21).
    """
    if form == ["api"]:
        return Credentials()
    if form != ["v1"]:
        return Credentials(*form)
    if "application-id" not in headers:
        raise MissingApplicationId
    return Credentials(headers["application-id"], headers.get("secret-key", ""))


def has(method: str, below: list[str]) -> bool:
    """Whether the service has ``method`` on a path below the application's prefix."""
    return method in methods(below)


def methods(below: list[str]) -> list[str]:
    """The methods that a path below the prefix takes."""
    if below == ["binary"]:
        return ["POST"]
    return list(dict.fromkeys(route.method for route in ROUTES if _match(_WANTED[route.path], below) is not None))


def _match(wanted: tuple[str, ...], below: list[str]) -> dict[str, str] | None:
    if len(wanted) != len(below):
        return None
    params = {}
    for want, segment in zip(wanted, below, strict=True):
        if want.startswith("{"):
            params[want[1:-1]] = segment
        elif want != segment:
            return None
    if below[-1] == "" and wanted[-1] != "{channel}":
        return None
    own_name = len(wanted) > 1 and wanted[1].startswith("{")
    return None if own_name and below[1] in RESERVED else params
