"""What clients ask over a connection in real time: the same checks and errors as over HTTP, other operations.

Subscribing is asked by ``SUB_ON``, everything else by ``MET_REQ`` (``docs/protocol/realtime.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ..messaging.presence import Connection, Interest
from .call import JSON, Call
from .operation import Operation

JOIN = "join"
"""What joining is called, in faults and reports."""
REALTIME = "realtime"
"""What sending a message to a listener is called."""


def join(call: Call) -> JSON:
    """``PUB_SUB_CONNECT``: come to a channel. The answer is what Swift compares (R1)."""
    _admit(call)
    call.broker.presence.join(_connection(call), call.params["id"], call.channel, call.now)
    return "connected"


def listen(call: Call, interest: Interest) -> JSON:
    """``PUB_SUB_MESSAGES`` and the like: hear what happens on a channel from now on (R2)."""
    _admit(call)
    call.broker.presence.listen(
        _connection(call),
        call.params["id"],
        call.channel,
        call.now,
        interest=interest,
        selector=call.body.get("selector"),
    )
    return None


def command(call: Call) -> JSON:
    """``PUB_SUB_COMMAND``: tell all who listen for commands (R6)."""
    connection = _connection(call)
    connection.user_id = _user_id(call)
    call.broker.presence.command(connection, call.channel, call.body.get("type") or "", call.body.get("data"))
    return None


def set_user_token(call: Call) -> JSON:
    """``SET_USER_TOKEN``: the user logged in, or out. The call bears the new token."""
    _connection(call).user_id = _user_id(call)
    return None


def _listening(interest: Interest) -> Callable[[Call], JSON]:
    return partial(listen, interest=interest)


SUBSCRIPTIONS: Mapping[str, Operation] = {
    "PUB_SUB_CONNECT": Operation(JOIN, join, "join.request"),
    "PUB_SUB_MESSAGES": Operation("listen", _listening(Interest.MESSAGES), "listen.request"),
    "PUB_SUB_COMMANDS": Operation("listen", _listening(Interest.COMMANDS), "listen.request"),
    "PUB_SUB_USERS": Operation("listen", _listening(Interest.USERS), "listen.request"),
}
"""What ``SUB_ON`` can name."""

METHODS: Mapping[str, Operation] = {
    "PUB_SUB_COMMAND": Operation("command", command, "command.request"),
    "SET_USER_TOKEN": Operation("set_user_token", set_user_token, "set_user_token.request"),
}
"""What ``MET_REQ`` can name."""


def _admit(call: Call) -> None:
    """Raises as subscribing does: ``NoPermissionToSubscribe``, and under strict channels ``UnknownChannel`` (R1)."""
    call.authorize("subscribe", call.channel)
    if call.rules.strict_channels:
        call.broker.channels.find(call.channel)
    _connection(call).user_id = _user_id(call)


def _connection(call: Call) -> Connection:
    assert call.connection is not None, "only who is connected calls these"
    return call.connection


def _user_id(call: Call) -> str | None:
    return None if call.caller.user is None else call.caller.user.object_id
