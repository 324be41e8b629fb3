"""Verbs that look: what a mock holds as a table or as a line of JSON each, once or for as long as something comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .output import Table, as_json, say
from .parser import FILTERS
from .target import Target, find_target

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "messages": ("at", "channel", "data", "headers", "publishAt", "repeatEvery", "status", "messageId"),
    "scheduled": ("nextAt", "channel", "data", "repeatEvery", "repeatExpiresAt", "messageId"),
    "deliveries": ("at", "channel", "data", "headers", "messageId"),
    "retrieved": ("at", "channel", "data", "headers", "messageId"),
    "outbox": ("at", "channel", "device", "os", "title", "to", "data", "messageId"),
    "requests": ("at", "method", "path", "operation", "status", "code"),
    "devices": ("deviceId", "os", "channels", "expiresAt", "refuses"),
    "timeline": ("at", "kind", "channel", "data", "device", "what", "reason", "messageId"),
}
STATES = ("scheduled", "devices")
"""Views out of which records vanish, so that they cannot be counted."""
EVENTS = "events"
LONGEST_POLL = {"requests": 1}
"""Real seconds for which the mock may keep a question for events open; a request need not be one."""
USUAL_POLL = 20


def run(options: Any) -> int:
    """Print what there is; with ``--follow`` also what comes, until a signal."""
    target = find_target(options)
    view = Table(COLUMNS[options.verb], stays=options.follow)
    for items in _pages(options, target):
        for line in map(as_json, items) if options.json else view.lines(list(map(_row, items))):
            say(line)
    return 0


def _row(item: dict[str, Any]) -> dict[str, Any]:
    """An event's record beside what there is of every event; any other record as it is."""
    return {**item.get("record", {}), **item}


def _pages(options: Any, target: Target) -> Iterator[list[dict[str, Any]]]:
    """What there is; and again and again what came since."""
    if options.verb == "timeline":
        path, query = EVENTS, {"kinds": options.kinds}
    else:
        path, query = options.verb, {name: getattr(options, name) for name in FILTERS}
    news = _changes(target, path, query) if path in STATES else _growth(target, path, query)
    events = 0
    yield next(news)
    while options.follow:
        wait = LONGEST_POLL.get(path, USUAL_POLL)
        events = target.ask_app("GET", EVENTS, query={"after": events, "wait": wait}).value["next"]
        yield next(news)


def _growth(target: Target, path: str, query: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The records of a list that only grows, each time what came since, all of it.

    A reset empties every list but that of the events, whose numbers go on.
    """
    after, epoch = 0, ""
    while True:
        began = "" if path == EVENTS else target.ask_app("GET", "").value["epoch"]
        if began != epoch:
            after, epoch = 0, began
        items: list[dict[str, Any]] = []
        page = target.ask_app("GET", path, query={**query, "after": after}).value
        while page["items"]:
            items += page["items"]
            after = page["next"]
            page = target.ask_app("GET", path, query={**query, "after": after}).value
        yield items


def _changes(target: Target, path: str, query: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The records of a list out of which some vanish, each time those that were not there before."""
    before: list[dict[str, Any]] = []
    while True:
        items: list[dict[str, Any]] = target.ask_app("GET", path, query=query).value["items"]
        yield [item for item in items if item not in before]
        before = items
