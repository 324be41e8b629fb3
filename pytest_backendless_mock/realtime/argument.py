"""The arguments of events, both ways: what clients ask with, and what they are told (``docs/protocol/realtime.md``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ..messaging.event import Joined, Left
from ..messaging.message import Delivery
from ..messaging.presence import Command, Heard, Listing, Member
from ..service import codec


class Asked(NamedTuple):
    """The argument of ``SUB_ON`` and ``MET_REQ``."""

    id: str
    name: str
    options: Any

    @property
    def channel(self) -> str | None:
        """The channel that is named, if one is."""
        named = self.options.get("channel") if isinstance(self.options, dict) else None
        return named if isinstance(named, str) else None

    def __str__(self) -> str:
        """In one line, for people."""
        return self.name if self.channel is None else f"{self.name} {self.channel!r}"


def read_asked(argument: Any) -> Asked | None:
    """The argument of ``SUB_ON`` or ``MET_REQ``; ``None`` for what is none."""
    if not (isinstance(argument, dict) and isinstance(argument.get("id"), str)):
        return None
    return Asked(argument["id"], str(argument.get("name")), argument.get("options"))


def read_ended(argument: Any) -> str | None:
    """The id in ``{id}`` (JavaScript, Swift) or ``[id]`` (.NET)."""
    if isinstance(argument, dict):
        argument = argument.get("id")
    elif isinstance(argument, list) and argument:
        argument = argument[0]
    return argument if isinstance(argument, str) else None


def write_refusal(asked: Asked, code: int, message: str) -> Any:
    """The answer to what is refused (R1)."""
    return {"id": asked.id, "error": {"code": code, "message": message, "details": {}}}


def write_heard(heard: Heard) -> Any:
    """What ``SUB_RES`` says of it."""
    match heard:
        case Delivery():
            return codec.write_heard(heard)
        case Command():
            return {
                "type": heard.type,
                "data": heard.data,
                "connectionId": heard.connection_id,
                "userId": heard.user_id,
            }
        case Listing():
            return _status("LISTING", heard.members)
        case Joined():
            return _status("CONNECTED", [Member(heard.connection_id, heard.user_id)])
        case Left():
            return _status("DISCONNECTED", [Member(heard.connection_id, heard.user_id)])
    raise AssertionError(heard)


def _status(status: str, members: Iterable[Member]) -> Any:
    return {
        "status": status,
        "data": [{"connectionId": each.connection_id, "userId": each.user_id} for each in members],
    }
