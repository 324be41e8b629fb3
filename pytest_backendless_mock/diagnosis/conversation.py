"""What was said in real time, a line for each event, as far as it is kept."""

from __future__ import annotations

from typing import Any

from ..http.conversation import Line
from ..http.tenants import Tenant
from ..messaging.message import Delivery
from .phrase import cut, shown, time_of_day

ARROWS = {True: "->", False: "<-"}
"""From the client, and to it."""
SHORT_ID = 8
"""How many characters of a connection's id tell it from others."""


def conversation(tenant: Tenant, day: int) -> list[str]:
    """The events of an application's connections, oldest first; ``day`` is the date left out (microseconds)."""
    return [cut(f"{time_of_day(line.at, day)}  {_said(line)}") for line in tuple(tenant.conversation.lines)]


def _said(line: Line) -> str:
    what = f"{line.event} {_argument(line.argument)}".rstrip()
    return f"{line.connection_id[:SHORT_ID]} {ARROWS[line.from_client]} {what}"


def _argument(argument: Any) -> str:
    """What of an event a reader looks for: not the ids that client and service know each other's questions by."""
    if not isinstance(argument, dict) or "id" not in argument:
        return "" if argument is None else shown(argument)
    rest = {name: value for name, value in argument.items() if name != "id"}
    return " ".join([*filter(None, [str(rest.pop("name", ""))]), *map(_value, rest.values())])


def _value(value: Any) -> str:
    """Of a message what was published; of options the channel, then the others by name."""
    if isinstance(value, Delivery):
        return shown(value.message.data)
    if isinstance(value, dict) and "channel" in value:
        others = (f"{name}={shown(other)}" for name, other in value.items() if name != "channel")
        return " ".join([shown(value["channel"]), *others])
    return shown(value)
