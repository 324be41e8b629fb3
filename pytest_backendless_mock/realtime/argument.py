"""The arguments of events, both ways: what clients ask with, and what they are told (``docs/protocol/realtime.md``)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from ..messaging.event import Joined, Left
from ..messaging.message import Delivery, Message
from ..messaging.presence import Command, Heard, Listing, Member, Ready
from ..service import codec, json_text

MOST_KEPT = 256
"""How many messages are kept as JSON."""


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


class Writer:
    """Writes in JSON what listeners hear. What they all hear of one message, however often, is written once."""

    def __init__(self) -> None:
        self._messages: dict[int, tuple[Message, str]] = {}
        """By the message's identity, which it keeps as long as it is here."""

    def heard(self, listener_id: str, heard: Heard) -> str:
        """The argument of ``SUB_READY`` or ``SUB_RES``."""
        if isinstance(heard, Ready):
            return f'{{"id":{_quoted(listener_id)}}}'
        data = self._message(heard) if isinstance(heard, Delivery) else json_text.dump(write_heard(heard))
        return f'{{"id":{_quoted(listener_id)},"data":{data}}}'

    def _message(self, delivery: Delivery) -> str:
        _, shared = self._messages.get(id(delivery.message)) or self._keep(delivery.message)
        return f'{{"messageId":"{delivery.message_id}","timestamp":{delivery.at // 1000},{shared}}}'

    def _keep(self, message: Message) -> tuple[Message, str]:
        if len(self._messages) >= MOST_KEPT:
            self._messages = {}
        # Apart from the rest: data may be nested as deep as anything may.
        text = f'"message":{json_text.dump(message.data)},{json_text.dump(codec.write_heard(message))[1:-1]}'
        kept = self._messages[id(message)] = message, text
        return kept


@lru_cache(MOST_KEPT)
def _quoted(text: str) -> str:
    return json_text.dump(text)


def write_heard(heard: Command | Listing | Joined | Left) -> Any:
    """What ``SUB_RES`` says of it."""
    match heard:
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
        case _:
            return _status("DISCONNECTED", [Member(heard.connection_id, heard.user_id)])


def _status(status: str, members: Iterable[Member]) -> Any:
    return {
        "status": status,
        "data": [{"connectionId": each.connection_id, "userId": each.user_id} for each in members],
    }
