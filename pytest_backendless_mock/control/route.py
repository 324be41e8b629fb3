"""A row of the table of routes; which of them a request is for, and which was meant where there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

from ..http.body import LONGEST
from ..service.json_text import DEEPEST
from ..service.spelling import likeness
from .call import Answer, Call
from .problem import Problem

LIKE = 0.6
"""How much two segments are alike, at least, of which one may be a slip."""


class Route(NamedTuple):
    """``{name}`` stands for one segment of the path, percent-decoded."""

    method: str
    path: str
    name: str
    """What clients that are made from the description call it."""
    do: Callable[[Call], Answer]
    request: str | None = None
    """The schema of its body; ``None`` where it takes none."""
    response: str | None = None
    """The schema of what it answers when all is well; ``None`` for text, a stream, or nothing."""
    status: int = HTTPStatus.OK
    query: tuple[str, ...] = ()
    """The parameters it takes."""
    refusal: str | None = None
    """The schema of what it answers with 409, where that is no mere problem."""
    said: str = ""
    """What it is for, where what is done says too little of it."""
    longest: int = LONGEST
    """How many bytes its body may have."""
    deepest: int = DEEPEST
    """How deep its body may be nested."""

    @property
    def summary(self) -> str:
        """What it is for, in one sentence."""
        return self.said or (self.do.__doc__ or self.name).partition("\n")[0]


def find(routes: Sequence[Route], method: str, segments: Sequence[str]) -> tuple[Route, Mapping[str, str]]:
    """The route of a request, and what its path says. Raises ``Problem``: 404, or 405 with what the path takes."""
    allowed = []
    for route in routes:
        params = _match(route.path.split("/"), segments)
        if params is not None:
            if route.method == method:
                return route, params
            allowed.append(route.method)
    if allowed:
        takes = ", ".join(allowed)
        raise Problem(
            HTTPStatus.METHOD_NOT_ALLOWED, f"this path takes {takes}, not {method}", headers=(("Allow", takes),)
        )
    near = max(routes, key=lambda route: _nearness(route, method, segments))
    raise Problem(
        HTTPStatus.NOT_FOUND,
        f"there is no {method} /__mock__/{'/'.join(segments)}; the nearest there is is "
        f"{near.method} /__mock__/{near.path}. GET /__mock__/openapi.json describes all of them",
        nearest=f"{near.method} /__mock__/{near.path}",
    )


def _match(wanted: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    if len(wanted) != len(segments):
        return None
    params = {}
    for want, segment in zip(wanted, segments, strict=True):
        if want.startswith("{") and segment:
            params[want[1:-1]] = segment
        elif want != segment:
            return None
    return params


def _nearness(route: Route, method: str, segments: Sequence[str]) -> float:
    """How much a route is like a request: segment by segment, then by their number, then by the method."""
    wanted = route.path.split("/")
    alike = 0.0
    for want, segment in zip(wanted, segments, strict=False):
        degree = LIKE if want.startswith("{") else likeness(want, segment.lower())
        alike += degree if degree >= LIKE else -1
    return alike - abs(len(wanted) - len(segments)) + 0.1 * (method == route.method)
