"""Verbs that ask a running mock for one thing: each prints the answer, for people or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from ..control.codec import read_duration
from ..control.problem import Problem
from ..remote.connection import Answer, quoted
from .environment import parse_template, variables
from .failure import UsageError
from .flag import parse_headers, parse_instant, parse_keys, parse_rules
from .output import Table, as_json, pairs, say, styled, tell
from .target import Target, find_target

MILLISECOND = 1000
"""In microseconds."""
CLOCK = {
    "show": ("GET", "clock"),
    "advance": ("POST", "clock/advance"),
    "move-to": ("POST", "clock/move-to"),
    "next": ("POST", "clock/next"),
    "freeze": ("POST", "clock/freeze"),
    "unfreeze": ("POST", "clock/unfreeze"),
}
DELIVERED = ("at", "channel", "data", "messageId")
APP = ("label", "appId", "apiKey", "url", "hostUrl")


def run(options: Any) -> int:
    """Ask what the verb asks, print it; 1 for what does not hold."""
    return VERBS[options.verb](options, find_target(options))


def _clock(options: Any, target: Target) -> int:
    method, path = CLOCK[options.action]
    given = _said({name: getattr(options, name, None) for name in ("by", "to", "at", "pause", "settle")})
    given.update({name: parse_instant(given[name]) for name in ("to", "at") if name in given})
    value = target.ask_app(method, path, given if method == "POST" else None).value
    if options.json:
        say(as_json(value))
        return 0
    clock = dict(value)
    deliveries = clock.pop("deliveries", [])
    for line in (*Table(DELIVERED).lines(deliveries), *pairs(clock)):
        say(line)
    return 0


def _publish(options: Any, target: Target) -> int:
    given = {
        "channel": options.channel,
        "message": _message(options),
        "publishAt": options.at and _instant(options.at, target),
        "repeatEvery": options.every,
        "repeatExpiresAt": options.until and _instant(options.until, target),
        "headers": parse_headers(options.header) or None,
    }
    return _shown(options, target.ask_app("POST", "messages", _said(given)))


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    """The members that were given."""
    return {name: value for name, value in given.items() if value is not None}


def _message(options: Any) -> Any:
    text = sys.stdin.read() if options.message == "-" else options.message
    if options.text:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _instant(text: str, target: Target) -> int | str:
    """As the mock reads it; ``+DURATION`` is from what its clock shows, in milliseconds since the epoch."""
    if not text.startswith("+"):
        return parse_instant(text)
    try:
        duration = read_duration(text[1:], text)
    except Problem as problem:
        raise UsageError(str(problem)) from None
    now: int = target.ask_app("GET", "clock").value["nowMs"]
    return now + duration // MILLISECOND


def _cancel(options: Any, target: Target) -> int:
    return _shown(options, target.ask_app("DELETE", f"messages/{quoted(options.message_id)}"))


def _wait(options: Any, target: Target) -> int:
    given = {"what": options.what, "channel": options.channel, "count": options.count, "within": options.timeout}
    return _judged(options, target.ask_app("POST", "wait", _said(given)))


def _verify(options: Any, target: Target) -> int:
    return _judged(options, target.ask_app("POST", "verify", {}))


def _reset(options: Any, target: Target) -> int:
    given = {"seed": options.seed, "freeze": options.freeze and parse_instant(options.freeze)}
    flags = {"keepSessions": options.keep_sessions or None, "empty": options.empty or None}
    target.ask_app("POST", "reset", _said({**given, **flags}))
    return 0


def _app(options: Any, target: Target) -> int:
    actions: Mapping[str, Callable[[Any, Target], int]] = {"new": _new, "list": _list, "delete": _delete}
    return actions[options.action](options, target)


def _new(options: Any, target: Target) -> int:
    templates = dict(map(parse_template, options.env))
    given = {
        "label": options.label,
        "appId": options.app_id,
        "apiKeys": parse_keys(options.api_key) or None,
        "seed": options.seed,
        "freeze": options.freeze and parse_instant(options.freeze),
        "rules": parse_rules(options.rule) or None,
    }
    made = target.ask("POST", "apps", _said(given)).value
    app = {**made, "mockUrl": target.url}
    if options.json:
        say(as_json({**app, "env": variables(app, templates)}))
    else:
        for line in pairs({name: app[name] for name in APP}):
            say(line)
    return 0


def _list(options: Any, target: Target) -> int:
    apps = target.ask("GET", "apps").value["items"]
    for line in map(as_json, apps) if options.json else Table(("label", "appId", "apiKey", "url")).lines(apps):
        say(line)
    return 0


def _delete(options: Any, target: Target) -> int:
    return _judged(options, target.ask("DELETE", f"apps/{quoted(options.app)}"))


def _shown(options: Any, answer: Answer) -> int:
    for line in [as_json(answer.value)] if options.json else pairs(answer.value):
        say(line)
    return 0


def _judged(options: Any, answer: Answer) -> int:
    """What did not hold is told by the mock's own text, for people on standard error."""
    if options.json:
        say(as_json(answer.value))
    elif answer.holds:
        for hint in answer.value.get("hints", []):
            tell(hint)
        say(styled("ok", "green"))
    else:
        for line in (*answer.value.get("problems", []), *answer.value.get("hints", [])):
            tell(styled(line, "red", sys.stderr))
        tell(answer.value.get("report") or answer.value.get("text", ""))
    return int(not answer.holds)


VERBS: Mapping[str, Callable[[Any, Target], int]] = {
    "clock": _clock,
    "publish": _publish,
    "cancel": _cancel,
    "wait": _wait,
    "verify": _verify,
    "reset": _reset,
    "app": _app,
}
