"""Which operation a request asks for, and for which application: the route table and the three URL forms (W1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit

from ...messaging.errors import MissingApplicationId
from ...messaging.secret import masked

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

RESERVED = frozenset({"email", "registrations", "push", "pushtemplates", "channels"})
"""Routes under ``messaging``, never channels or message ids (C3)."""


class UnknownRoute(LookupError):
    """The service has no such method and path."""


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
    Route("GET", "info", "info"),
    Route("GET", "log/logger", "loggers"),
    Route("PUT", "log", "log"),
    Route("POST", "log", "log"),
)
"""What the service has, below the application's prefix; the first row that fits is taken."""


PREFIX = "/<app-id>/<api-key> (backendless_mock.url), or /api, comes first"
"""What every path begins with, for people."""


class Credentials(NamedTuple):
    """What a request says about its application: nothing when the host stands for it."""

    app_id: str | None = None
    api_key: str | None = None


class Target(NamedTuple):
    """What a request is for."""

    operation: str
    params: Mapping[str, str]
    credentials: Credentials


def find(method: str, segments: list[str], headers: Mapping[str, str]) -> Target:
    """The target of ``method`` on the path made of ``segments``.

    ``headers`` are looked at for the legacy form. Raises ``UnknownRoute``, then ``MissingApplicationId`` (W21).
    """
    _, below = _split(segments)
    for route in ROUTES:
        params = _match(route, method, below)
        if params is not None:
            return Target(route.operation, params, credentials(segments, headers))
    raise UnknownRoute(f"{method} /{'/'.join(segments)}")


def credentials(segments: list[str], headers: Mapping[str, str]) -> Credentials:
    """What the path, or in the legacy form ``headers``, say about the application.

    Raises ``MissingApplicationId`` (W21).
    """
    form, _ = _split(segments)
    if form == ["api"]:
        return Credentials()
    if form != ["v1"]:
        return Credentials(*form)
    if "application-id" not in headers:
        raise MissingApplicationId
    return Credentials(headers["application-id"], headers.get("secret-key", ""))


def below(segments: list[str]) -> list[str]:
    """The path below the application's prefix."""
    return _split(segments)[1]


def has(method: str, below: list[str]) -> bool:
    """Whether the service has ``method`` on a path below the application's prefix."""
    return method in _methods(below) or (method, below) == ("POST", ["binary"])


def find_binary(method: str, segments: list[str]) -> Credentials | None:
    """Whom a remoting call (AMF) is for; ``None`` where the request is none.

    On ``/v1/binary`` the call says it, in its arguments, so there it is nobody yet.
    """
    form, below = _split(segments)
    if method != "POST" or below != ["binary"]:
        return None
    return Credentials() if len(form) == 1 else Credentials(*form)


def segments(environ: WSGIEnvironment) -> list[str]:
    """The percent-decoded segments of the path, split before decoding, so that ``%2F`` stays inside one."""
    raw: str | None = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw is None:
        return list(_in_process_segments(environ["PATH_INFO"]))
    path = raw.partition("?")[0] if raw.startswith("/") else urlsplit(raw).path
    return [
        unquote_to_bytes(segment.encode("latin-1")).decode("utf-8", "surrogateescape")
        for segment in path.removeprefix("/").split("/")
    ]


def nearest_route(method: str, segments: list[str]) -> str:
    """What of an unknown request is wrong, for people: the prefix, the method, a segment, or all of it."""
    form, below = _split(segments)
    if _methods(segments):
        return f"its path lacks the application: {PREFIX}"
    if any(_methods(segments[start:]) for start in range(1, len(segments)) if start != len(form)):
        return f"its prefix is wrong: {PREFIX}"
    methods = _methods(below)
    if methods:
        return f"that path takes {' and '.join(methods)}"
    near = max(ROUTES, key=lambda route: _likeness(route, method, below))
    if method == "POST" and len(below) == 1 and _likeness(near, method, below) < 1:
        return "its path lacks 'messaging': a channel's is POST …/messaging/<channel>"
    if _likeness(near, method, below) <= 0:
        return "it has nothing like that"
    placeholders = near.path.replace("{", "<").replace("}", ">")
    return f"the nearest it has is {near.method} …/{placeholders}"


def _methods(below: list[str]) -> list[str]:
    """The methods that a path below the prefix takes."""
    return list(dict.fromkeys(route.method for route in ROUTES if _match(route, route.method, below) is not None))


def _likeness(route: Route, method: str, below: list[str]) -> float:
    """How much a route is like a request: its fixed segments first, then their number, then the method."""
    wanted = route.path.split("/")
    alike = 0.0
    for want, here in zip(wanted, below, strict=False):
        likeness = 0.5 if want.startswith("{") else SequenceMatcher(None, want, here.lower()).ratio()
        alike += likeness if likeness >= 0.5 else -1  # noqa: PLR2004 - less alike than that is another word
    return alike - abs(len(wanted) - len(below)) + 0.1 * (method == route.method)


def show(segments: list[str]) -> str:
    """A path for people: what is no text in it is escaped, and of a token only the beginning stands there."""
    shown = [masked(here) if before == "isvalidusertoken" else here for before, here in pairwise(["", *segments])]
    return "/".join(shown).encode("utf-8", "backslashreplace").decode("utf-8")


def _in_process_segments(path: str) -> Iterator[str]:
    """Without a raw path ``PATH_INFO`` has to do: WSGI says latin-1, ``httpx.WSGITransport`` hands over Unicode."""
    for segment in path.removeprefix("/").split("/"):
        try:
            yield segment.encode("latin-1").decode("utf-8")
        except UnicodeError:
            yield segment


def _split(segments: list[str]) -> tuple[list[str], list[str]]:
    size = 1 if segments[0] in ("api", "v1") else 2
    return segments[:size], segments[size:]


def _match(route: Route, method: str, below: list[str]) -> dict[str, str] | None:
    if method != route.method or route.path.count("/") + 1 != len(below):
        return None
    wanted = route.path.split("/")
    params = {}
    for want, segment in zip(wanted, below, strict=True):
        if want.startswith("{"):
            params[want[1:-1]] = segment
        elif want != segment:
            return None
    own_name = wanted[1:2] and wanted[1].startswith("{")
    nameless = below[-1] == "" and wanted[-1] != "{channel}"
    return None if nameless or (own_name and below[1] in RESERVED) else params
