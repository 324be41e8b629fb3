"""What a request that the service does not have may have meant, for people."""

from __future__ import annotations

from ...service.remedy import PLACE, URL, Finding, stub_route
from ...service.spelling import likeness, nearest
from ..path import show, split_prefix
from .route import ROUTES, Route, methods

PREFIX = f"/<app-id>/<api-key> ({PLACE}), or /api, comes first"
"""What every path begins with, for people."""
OTHER_SERVICES = frozenset(
    {"atomic", "automation", "cache", "commerce", "counters", "data", "files", "geo", "hive", "logging"}
    | {"management", "servercode", "services", "transaction"}
)
"""What the paths of the rest of Backendless begin with."""
USER_ROUTES = [route.path.split("/")[1] for route in ROUTES if route.path.startswith("users/")]
"""The part of user management that the mock has."""


def nearest_route(method: str, segments: list[str]) -> Finding:
    """What of an unknown request is wrong: slashes, prefix, method, a segment; or which stub it needs."""
    form, below = split_prefix(segments)
    wrong = _wrong_slashes(method, segments) or _wrong_prefix(form, below)
    if wrong:
        return Finding(wrong, (URL,) * (PLACE in wrong))
    taken = methods(below)
    if taken:
        return Finding(f"that path takes {' and '.join(taken)}")
    if _is_of_another_service(below):
        return _stub(method, below)
    return Finding(_nearest(method, below))


def _wrong_slashes(method: str, segments: list[str]) -> str | None:
    meant = [segment for segment in segments if segment]
    _, below = split_prefix(meant or [""])
    if len(meant) == len(segments) or method not in methods(below):
        return None
    at_the_end = segments[-1] == "" and "" not in segments[:-1]
    what = "it ends in a slash; without it" if at_the_end else "two slashes follow each other in it; with one"
    return f"{what} that is {method} …/{show(below)}"


def _wrong_prefix(form: list[str], below: list[str]) -> str | None:
    segments = [*form, *below]
    if methods(segments):
        return f"its path lacks the application: {PREFIX}"
    if below[: len(form)] == form and methods(below[len(form) :]):
        return f"its prefix stands there twice: {PLACE} has it already"
    if len(form) > 1 and methods(segments[1:]):
        return f"its path lacks the API key, or the application's id: {PREFIX}"
    if any(methods(segments[start:]) for start in range(1, len(segments)) if start != len(form)):
        return f"its prefix is wrong: {PREFIX}"
    return None


def _is_of_another_service(below: list[str]) -> bool:
    if below[:1] == ["users"]:
        return len(below) == 1 or nearest(below[1], USER_ROUTES) is None
    return below[:1] != [] and below[0] in OTHER_SERVICES


def _stub(method: str, below: list[str]) -> Finding:
    """The stub that answers it: a table's objects are a list, anything else is an object."""
    is_list = method == "GET" and below[0] == "data" and len(below) == 2  # noqa: PLR2004 - and the table
    remedy = stub_route(method, f"/{'/'.join(below)}", "[]" if is_list else "{}")
    return Finding(f"that is a part of Backendless which the mock leaves out: {PLACE} answers it", (remedy,))


def _nearest(method: str, below: list[str]) -> str:
    near = max(ROUTES, key=lambda route: _likeness(route, method, below))
    if method == "POST" and len(below) == 1 and _likeness(near, method, below) < 1:
        return "its path lacks 'messaging': a channel's is POST …/messaging/<channel>"
    if _likeness(near, method, below) <= 0:
        return "it has nothing like that"
    placeholders = near.path.replace("{", "<").replace("}", ">")
    return f"the nearest it has is {near.method} …/{placeholders}"


def _likeness(route: Route, method: str, below: list[str]) -> float:
    """How much a route is like a request: its fixed segments first, then their number, then the method."""
    wanted = route.path.split("/")
    alike = 0.0
    for want, here in zip(wanted, below, strict=False):
        alikeness = 0.5 if want.startswith("{") else likeness(want, here.lower())
        alike += alikeness if alikeness >= 0.5 else -1  # noqa: PLR2004 - less alike than that is another word
    return alike - abs(len(wanted) - len(below)) + 0.1 * (method == route.method)
