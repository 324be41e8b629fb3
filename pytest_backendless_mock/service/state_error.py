"""What is wrong with a state that somebody hands in: where it stands, the value, and the rule it breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ..messaging.errors import MessagingError
from ..messaging.secret import conceal, is_secret
from ..messaging.text import escaped, shortened
from ..messaging.value import copied
from .check import Violation
from .schema import WIDEST, broken, json_path, load, violations
from .spelling import nearest

Path = tuple[str | int, ...]
"""A place in a state: names of members, and places in arrays."""
SCHEMA = "state"
MOST_SHOWN = 10
"""How many mistakes are told; of the others only the number."""


class StateError(ValueError):
    """A state that cannot be taken in; nothing has changed. ``errors`` are the places, and what is wrong there."""

    def __init__(self, text: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(text)
        self.errors = tuple(errors) or (("$", text),)


def _no_state(errors: Sequence[tuple[str, str]], *more: str) -> StateError:
    lines = "".join(f"\n  {line}" for line in [*(f"at {escaped(place)}: {what}" for place, what in errors), *more])
    return StateError(f"this is no state:{lines}", errors)


def require_schema(state: object) -> None:
    """Raise ``StateError`` for each place that breaks the schema."""
    problems = violations(state, SCHEMA)
    if not problems:
        return
    told = [(json_path(problem.path), _told(problem)) for problem in problems[:MOST_SHOWN]]
    more = [f"… and {len(problems) - MOST_SHOWN:,} more"] if len(problems) > MOST_SHOWN else []
    raise _no_state(told, *more)


def _told(problem: Violation) -> str:
    """A member that nobody knows is named: what is around it may be long."""
    if problem.keyword != "additionalProperties":
        return broken(problem)
    known = _known(problem.path)
    name = next(name for name in problem.value if name not in known)
    near = nearest(name, known)
    meant = f"did you mean {near!r}?" if near else f"there are {', '.join(known)}"
    return f"there is no member {name!r}; {meant}"


def _known(path: Path) -> Sequence[str]:
    """The members that the object there may have."""
    part = schema = load(SCHEMA)
    for step in path:
        part = part["items"] if isinstance(step, int) else part["properties"][step]
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    return tuple(part["properties"])


def refusal(path: Path, value: Any, rule: str) -> StateError:
    """The error for a ``value`` that the schema takes, and that still makes no sense where it stands."""
    secret = any(isinstance(name, str) and is_secret(name) for name in path)
    shown = shortened(repr(conceal(copied(value), secret=secret)), WIDEST)
    return _no_state([(json_path(path), f"{shown}: {rule}")])


@contextmanager
def reading(path: Path, value: Any) -> Iterator[None]:
    """In the block a ``value`` is understood; what the rooms below say of it is told with its place."""
    try:
        yield
    except StateError:
        raise
    except MessagingError as error:
        raise refusal(path, value, error.detail or error.message) from None
    except (TypeError, ValueError) as error:
        raise refusal(path, value, str(error)) from None


def found(known: Mapping[str, Any], name: str, path: Path, what: str) -> Any:
    """What the state itself calls ``name``. Raises ``StateError`` where it has no such ``what``."""
    if name not in known:
        raise refusal(path, name, f"this state has no {what} of that name")
    return known[name]


def once(names: Sequence[str | None], path: Path, member: str) -> None:
    """Raise ``StateError`` for an item whose ``member`` an earlier one has already; those without one are no matter."""
    seen: set[str | None] = set()
    for place, name in enumerate(names):
        if name is not None and name in seen:
            raise refusal((*path, place, member), name, "it stands there twice")
        seen.add(name)
