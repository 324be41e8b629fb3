"""Faults, stubs and outages: what goes wrong, and what the mock answers that it does not have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from ..http.where import Where
from ..messaging.duration import SECOND
from ..testing.faults import Faults
from ..testing.stub import make_stub
from . import codec
from .call import Answer, Call
from .given import compiled
from .problem import Problem, refusals, unfit

NO_CONTENT = Answer(None, HTTPStatus.NO_CONTENT)
DURATIONS = ("seconds", "clock")
WHICH = ("channel", "times", "optional")
KINDS: Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "fail": (Faults.fail, ("error", "message", "http", "body", "headers")),
    "failDelivery": (Faults.fail_delivery, ("message",)),
    "reset": (Faults.reset, ("midway",)),
    "empty": (Faults.empty, ()),
    "garbage": (Faults.garbage, ("garbage",)),
    "slow": (Faults.slow, ("seconds",)),
    "hang": (Faults.hang, ("clock",)),
    "delay": (Faults.delay, ("seconds",)),
    "lose": (Faults.lose, ()),
}
"""What can go wrong, and the members that say how."""
RENAMED = {"garbage": "kind"}
"""Members that are called otherwise where the kind of fault is not a member itself."""


def add_fault(call: Call) -> Answer:
    """Have something go wrong, until it happened so many times."""
    body, hosted = call.body, call.hosted
    kind = body["kind"]
    make, own = KINDS[kind]
    common = ("kind", "where", *WHICH, *(() if kind == "failDelivery" else ("operation",)))
    unfitting = [name for name in body if name not in (*common, *own)]
    if unfitting:
        raise unfit(
            f"$.{unfitting[0]}", f"makes no sense for {kind!r}: there are {', '.join([*own, *WHICH]) or 'none'}"
        )
    missing = [name for name in own if name == "seconds" and name not in body]
    if missing:
        raise unfit(f"$.{missing[0]}", f"is needed for {kind!r}")
    given = {RENAMED.get(name, name): body[name] for name in own + WHICH if name in body}
    for name in DURATIONS:
        if name in given:
            given[name] = codec.read_duration(given[name], f"$.{name}") / SECOND
    if "where" in body:
        given["when"] = Where(body["where"], compiled(body["where"], "$.where"))
    operations = () if kind == "failDelivery" else (body.get("operation", "all"),)
    with refusals():
        fault = make(hosted.mock.faults, *operations, **given)
    name = hosted.new_id()
    hosted.faults[name] = (kind, body.get("operation"), fault)
    return Answer(_fault(name, *hosted.faults[name]), HTTPStatus.CREATED)


def _fault(name: str, kind: str, operation: str | None, fault: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "operation": operation, "fired": fault.fired, "text": repr(fault)}


def list_faults(call: Call) -> Answer:
    """The faults that are there, and how often each has struck."""
    return Answer({"items": [_fault(name, *made) for name, made in call.hosted.faults.items()]})


def end_faults(call: Call) -> Answer:
    """From now on all is well again; what never struck is no longer missed."""
    for name in tuple(call.hosted.faults):
        _end_fault(call, name)
    return NO_CONTENT


def end_fault(call: Call) -> Answer:
    """End one fault."""
    _end_fault(call, call.params["id"])
    return NO_CONTENT


def _end_fault(call: Call, name: str) -> None:
    _known(call.hosted.faults, name, "fault")
    call.hosted.faults.pop(name)[-1].end()


def _known(there: Mapping[str, Any], name: str, what: str) -> None:
    if name not in there:
        listed = ", ".join(there) or "none"
        raise Problem(HTTPStatus.NOT_FOUND, f"there is no {what} {name!r}; there are {listed}")


def add_stub(call: Call) -> Answer:
    """Answer what the mock does not have."""
    body, hosted = call.body, call.hosted
    with refusals():
        stub = make_stub(
            body["method"],
            body["path"],
            body.get("status", HTTPStatus.OK),
            body.get("json"),
            body.get("headers"),
            root=body.get("root", False),
            app_id=hosted.plan.app_id,
        )
    hosted.tenant.stubs.add(stub)
    name = hosted.new_id()
    hosted.stubs[name] = stub
    return Answer(_stub(name, stub), HTTPStatus.CREATED)


def _stub(name: str, stub: Any) -> dict[str, Any]:
    return {"id": name, "method": stub.method, "path": stub.path, "status": stub.response.status, "root": stub.root}


def list_stubs(call: Call) -> Answer:
    """The stubs that are there."""
    return Answer({"items": [_stub(name, stub) for name, stub in call.hosted.stubs.items()]})


def end_stubs(call: Call) -> Answer:
    """Take all stubs away."""
    for name in tuple(call.hosted.stubs):
        _end_stub(call, name)
    return NO_CONTENT


def end_stub(call: Call) -> Answer:
    """Take one stub away."""
    _end_stub(call, call.params["id"])
    return NO_CONTENT


def _end_stub(call: Call, name: str) -> None:
    _known(call.hosted.stubs, name, "stub")
    call.hosted.tenant.stubs.remove(call.hosted.stubs.pop(name))
