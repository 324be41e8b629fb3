"""The marker ``backendless_mock``: what it says of a test, whether that can be meant, and whether anything came of it.

It is loaded with the plugin, in every run, so it imports the rest when asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .messaging.rules import Rules
    from .testing.state import State

MARKER = "backendless_mock"
OPTIONS = ("freeze", "allow_unknown_requests", "state")
"""The marker's keywords besides the fields of ``Rules``."""
CASE = "_backendless_mock_case"
"""The fixture around a test's other fixtures."""
WIDER = f"""\
{MARKER} is made anew for each test. A fixture of a wider scope makes a mock of its own:
    with backendless_mock_factory() as mock:
        yield mock"""


def keywords(item: pytest.Item) -> dict[str, Any]:
    """The marker's keywords, the nearest marker's on top."""
    merged: dict[str, Any] = {}
    for node in item.listchain():
        markers = [marker for marker in node.own_markers if marker.name == MARKER]
        for marker in markers if isinstance(node, pytest.Class) else reversed(markers):
            merged.update(marker.kwargs)
    return merged


def state(item: pytest.Item, said: dict[str, Any]) -> State | None:
    """What a test begins with, where its marker ``said`` so: a path is relative to the test's file."""
    if said.get("state") is None:
        return None
    from .testing.state import read_state  # noqa: PLC0415 - not at load

    try:
        return read_state(said["state"], item.path.parent)
    except (OSError, TypeError, ValueError) as error:
        raise pytest.fail.Exception(f"@pytest.mark.{MARKER}(state=...): {error}", pytrace=False) from None


def rules(given: dict[str, Any] | Rules, said: dict[str, Any], beginning: State | None = None) -> Rules:
    """The rules for a test: the session's, those of the state it begins with, and what its marker ``said`` on top."""
    from dataclasses import replace  # noqa: PLC0415 - not at load

    from .messaging.rules import Rules  # noqa: PLC0415 - not at load

    try:
        session = Rules(**given) if isinstance(given, dict) else given
    except (TypeError, ValueError) as error:
        raise pytest.fail.Exception(f"the fixture backendless_mock_rules: {error}", pytrace=False) from None
    own = {name: value for name, value in said.items() if name not in OPTIONS}
    own = {**(beginning.rules if beginning else {}), **own}
    return replace(session, **own) if own else session


def refusal(marker: pytest.Mark) -> str:
    """What is wrong with a marker, "" for nothing."""
    from dataclasses import fields  # noqa: PLC0415 - not at load

    from .messaging.rules import Rules  # noqa: PLC0415 - not at load
    from .runtime.instant import parse_clock_instant  # noqa: PLC0415 - not at load

    known = [*OPTIONS, *(field.name for field in fields(Rules))]
    unknown = [name for name in marker.kwargs if name not in known]
    if marker.args:
        return "it takes keywords only"
    if unknown:
        return f"it has no keyword {unknown[0]!r}; it has {', '.join(known)}"
    allow = marker.kwargs.get("allow_unknown_requests", False)
    if not isinstance(allow, bool):
        return f"allow_unknown_requests is True or False, not {allow!r}"
    beginning = marker.kwargs.get("state")
    if beginning is not None and not isinstance(beginning, Mapping | str | Path):
        return f"state is the path of a file, or what state() returned, not {beginning!r}"
    try:
        if marker.kwargs.get("freeze") is not None:
            parse_clock_instant(marker.kwargs["freeze"])
        Rules(**{name: value for name, value in marker.kwargs.items() if name not in OPTIONS})
    except (TypeError, ValueError) as error:
        return str(error)
    return ""


def unmet(item: pytest.Item) -> list[str]:
    """Warn of a test's own marker that nothing came of; what fails the test where warnings are errors.

    The markers of classes and modules are defaults.
    """
    own = [marker for marker in item.own_markers if marker.name == MARKER]
    if not own:
        return []
    from .service.verdict import BackendlessMockWarning  # noqa: PLC0415 - not at load

    said = ", ".join(f"{name}={value!r}" for name, value in own[0].kwargs.items())
    frozen = ", and froze nothing" if keywords(item).get("freeze") is not None else ""
    try:
        item.warn(
            BackendlessMockWarning(
                f"@pytest.mark.{MARKER}({said}) did nothing{frozen}: the test never used the fixture {MARKER}. "
                f"Name it in the test's arguments or in @pytest.mark.usefixtures, or take the marker away"
            )
        )
    except BackendlessMockWarning as error:  # the user's filterwarnings make it one
        return [str(error)]
    return []


def freeze_first(item: pytest.Item) -> None:
    """Put the freeze before what else is the test's own: wider fixtures are set up, and torn down, in real time."""
    names: list[str] = getattr(item, "fixturenames", [])
    if CASE not in names:
        return
    known = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]  # noqa: SLF001 - pytest has no other way
    names.remove(CASE)
    wider = [name for name in names if name in known and known[name][-1].scope != "function"]
    names.insert(max((names.index(name) + 1 for name in wider), default=0), CASE)


def is_too_wide(error: BaseException) -> bool:
    """Whether a fixture of a wider scope asked for the fixture; pytest has only a text for that."""
    return f"function scoped fixture {MARKER} with" in str(error)
