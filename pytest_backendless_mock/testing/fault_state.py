"""Faults <-> JSON: what a test asked for, in its own words, and how often that has struck."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..http import fault as plan
from ..http.tenants import Tenant
from ..http.where import Where
from ..service.state_error import StateError
from ..service.state_record import compact
from .faults import Faults

VERBS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "fail": Faults.fail,
        "failDelivery": Faults.fail_delivery,
        "reset": Faults.reset,
        "empty": Faults.empty,
        "garbage": Faults.garbage,
        "slow": Faults.slow,
        "hang": Faults.hang,
        "delay": Faults.delay,
        "lose": Faults.lose,
    }
)
"""What can go wrong, and the call that asks for it."""
KINDS: Mapping[str, str] = {verb.__name__: kind for kind, verb in VERBS.items()}
RENAMED: Mapping[str, str] = {"kind": "garbage"}
"""Arguments that are called otherwise where the kind of fault is a member itself."""
PROGRESS = ("kind", "operation", "fired", "ended")


def kind_of(fault: plan.Fault) -> tuple[str, str | None]:
    """What goes wrong, and for which operation, where one was named."""
    operation = fault.asked.get("operation")
    return KINDS[str(fault.asked["verb"])], None if operation is None else str(operation)


def write_fault(fault: plan.Fault) -> dict[str, Any]:
    """Raises ``StateError`` for one that asks a callable, by name."""
    asked = dict(fault.asked)
    when = asked.pop("when", None)
    if isinstance(when, Where):
        asked["where"] = when.source
    elif when is not None:
        raise StateError(
            f"faults.{fault} asks a callable, which no state can hold: end it, or say which in other words"
        )
    kind, _ = kind_of(fault)
    del asked["verb"]
    body = asked.pop("body", None)
    if isinstance(body, bytes):
        asked["bodyBase64"] = base64.b64encode(body).decode()
    elif body is not None:
        asked["body"] = body
    members = {RENAMED.get(name, name): _plain(value) for name, value in asked.items() if value is not False}
    members["optional"] = fault.optional
    return {"kind": kind, **members, **compact(fired=fault.fired, ended=fault.ended)}


def read_fault(item: Mapping[str, Any], tenant: Tenant) -> None:
    """Ask for a fault again. Raises ``TypeError`` and ``ValueError`` as the call does."""
    names = {name: argument for argument, name in RENAMED.items()}
    given = {names.get(name, name): value for name, value in item.items() if name not in PROGRESS}
    if "bodyBase64" in given:
        given["body"] = base64.b64decode(given.pop("bodyBase64"), validate=True)
    if "where" in given:
        given["when"] = _read_where(given.pop("where"))
    operations = () if item["kind"] == "failDelivery" else (item.get("operation", plan.ALL),)
    VERBS[item["kind"]](Faults(tenant), *operations, **given)
    *_, fault = tenant.faults
    fault.resume(item.get("fired", 0), ended=item.get("ended", False))


def _read_where(source: Mapping[str, Any]) -> Where:
    """Raises ``ValueError`` for what is no schema, refers to anything but itself, or takes long to check."""
    from ..service.given_schema import compiled_alone  # noqa: PLC0415 - jsonschema takes its time to load

    return Where(source, compiled_alone(source, "where"))


def _plain(value: object) -> object:
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    return dict(value) if isinstance(value, Mapping) else value
