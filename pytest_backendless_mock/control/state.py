"""All that an application holds, out and in; and its requests as HAR."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ..service.state_error import StateError
from ..testing.state import State
from .call import Answer, Call
from .problem import Problem, invalid


def show_state(call: Call) -> Answer:
    """All that an application holds: another begins with it, and goes on from there."""
    secrets, journal = (call.query.get(name, False) for name in ("secrets", "journal"))
    return Answer(call.hosted.mock.state(secrets=secrets, journal=journal))


def put_state(call: Call) -> Answer:
    """Begin anew with a state, in the place of all there was, and again at every reset."""
    hosted = call.hosted
    hosted.begin_with(read_state(call.body, "$", hosted.plan.app_id))
    return Answer(None, HTTPStatus.NO_CONTENT)


def show_har(call: Call) -> Answer:
    """The requests with their answers, as HAR 1.2. Asked for before the first request, all are kept from then on."""
    try:
        return Answer(call.hosted.mock.har())
    except (OSError, ValueError) as error:  # somebody took the file away, or wrote into it
        told = f"the file with the requests cannot be read: {error}; GET requests has the last of them"
        raise Problem(HTTPStatus.CONFLICT, told) from None


def read_state(value: Mapping[str, Any], path: str, app_id: str) -> State:
    """A state for the application ``app_id``. Raises ``Problem`` for what is none."""
    try:
        return State(value, app_id)
    except StateError as error:
        raise invalid([(f"{path}{place[1:]}", message) for place, message in error.errors]) from None
