"""Making, describing, resetting and taking away applications; and the requests that none of them owns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from http import HTTPStatus
from typing import Any

from ..http.path import split_prefix
from ..messaging.rules import Rules
from . import clock, codec
from .call import Answer, Call
from .hosted import ALLOW_UNKNOWN_REQUESTS, Hosted, Plan, planned
from .page import page
from .problem import unfit
from .state import read_state

NAMELESS = ("api", "v1")
"""First segments of paths of the service that name no application."""
RESERVED = (*NAMELESS, "__mock__", ".", "..")
"""What no application can be called."""
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")


def describe(hosted: Hosted, host_url: str) -> dict[str, Any]:
    """Where an application is, what clients of it are given, and what its clock shows."""
    app_id, keys = hosted.plan.app_id, hosted.application.api_keys
    url = f"{host_url}/{app_id}/{keys['REST']}"
    return {
        "label": hosted.plan.label,
        "appId": app_id,
        "apiKey": keys["REST"],
        "apiKeys": dict(keys),
        "url": url,
        "hostUrl": host_url,
        "env": {
            "BACKENDLESS_URL": url,
            "BACKENDLESS_HOST_URL": host_url,
            "BACKENDLESS_APP_ID": app_id,
            "BACKENDLESS_API_KEY": keys["REST"],
            "BACKENDLESS_MOCK_URL": host_url,
        },
        "seed": hosted.plan.seed,
        "domain": hosted.plan.domain,
        "epoch": hosted.epoch,
        "eventsBefore": hosted.told,
        "clock": clock.state(hosted),
    }


def create(call: Call) -> Answer:
    """Another application, with a clock of its own."""
    body = call.body
    plan = _plan(body, body.get("label") or call.applications.next_label(), call.applications.rules)
    hosted, replaced = call.applications.make(plan)
    described = {**describe(hosted, call.host_url), "replaced": replaced}
    return Answer(described, HTTPStatus.CREATED, (("Location", f"/__mock__/apps/{hosted.plan.app_id}"),))


def _plan(body: Mapping[str, Any], label: str, usual: Mapping[str, Any]) -> Plan:
    """What was asked for; ``usual`` are the rules of the server."""
    plan = planned(label)
    keys = {**plan.api_keys, **body.get("apiKeys", {})}
    if len(set(keys.values())) < len(keys):
        raise unfit("$.apiKeys", "an API key is given twice")
    app_id = body.get("appId", plan.app_id)
    if not _SEGMENT.fullmatch(app_id) or app_id in RESERVED:
        raise unfit("$.appId", f"{app_id!r} cannot be the first segment of a path")
    rules = {**usual, **body.get("rules", {})}
    _, allow = read_rules(Rules(), rules, "$.rules")
    rules.pop(ALLOW_UNKNOWN_REQUESTS, None)
    return replace(
        plan,
        app_id=app_id,
        api_keys=keys,
        seed=body.get("seed", plan.seed),
        rules=rules,
        allow_unknown_requests=bool(allow),
        freeze=codec.read_instant(body["freeze"], "$.freeze") if "freeze" in body else None,
        domain=body.get("domain"),
        state=read_state(body["state"], "$.state", app_id) if "state" in body else None,
        door=body.get("door", plan.door),
    )


def read_rules(before: Rules, given: Mapping[str, Any], path: str) -> tuple[Rules, bool | None]:
    """``before`` with what is given on top; and whether unknown requests pass, where that is said.

    Raises ``Problem`` for a rule there is not, or a value that cannot be meant.
    """
    known = {each.name for each in fields(Rules)}
    for name in given:
        if name not in known and name != ALLOW_UNKNOWN_REQUESTS:
            raise unfit(f"{path}.{name}", f"there is no such rule; there are {', '.join(sorted(known))}")
    allow = given.get(ALLOW_UNKNOWN_REQUESTS)
    if allow is not None and not isinstance(allow, bool):
        raise unfit(f"{path}.{ALLOW_UNKNOWN_REQUESTS}", "must be true or false")
    try:
        return replace(before, **{name: value for name, value in given.items() if name in known}), allow
    except (TypeError, ValueError) as error:
        raise unfit(path, str(error)) from None


def listed(call: Call) -> Answer:
    """The applications there are."""
    return Answer({"items": [describe(hosted, call.host_url) for hosted in call.applications]})


def show(call: Call) -> Answer:
    """One application."""
    return Answer(describe(call.hosted, call.host_url))


def delete(call: Call) -> Answer:
    """The last verdict on an application, which is gone."""
    return Answer(call.applications.remove(call.hosted))


def reset(call: Call) -> Answer:
    """Begin anew: nothing happened, and the clock starts where it did."""
    body, hosted = call.body, call.hosted
    changes: dict[str, Any] = {}
    if "seed" in body:
        changes["seed"] = body["seed"]
    if "freeze" in body:
        at = body["freeze"]
        changes["freeze"] = None if at is None else codec.read_instant(at, "$.freeze")
    hosted.reset(keep_sessions=body.get("keepSessions", False), empty=body.get("empty", False), **changes)
    return Answer(None, HTTPStatus.NO_CONTENT)


def strays(call: Call) -> Answer:
    """Requests that named an application there is not: the default one answered them."""
    known = {*NAMELESS, *(hosted.plan.app_id for hosted in call.applications)}
    journal = call.applications.default.session.app.tenants.default.journal
    return page(
        call,
        journal.requests(),
        lambda request: _named(request.path) not in known,
        dropped=journal.dropped,
        numbered=True,
    )


def _named(path: str) -> str:
    """The application that a path names."""
    prefix, _ = split_prefix(path.removeprefix("/").split("/"))
    return prefix[0]
