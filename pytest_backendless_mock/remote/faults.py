"""What can go wrong between the code under test and a service that runs elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..messaging.errors import ErrorCode
from ..runtime.instant import parse_seconds
from ..testing.client import as_json
from ..testing.faults import FaultOperation, Garbage, Which
from .refusal import NotRemoteError
from .session import RemoteSession

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


class RemoteFault:
    """``Fault``, from afar."""

    def __init__(self, session: RemoteSession, made: Mapping[str, Any]) -> None:
        self._session = session
        self._id: str = made["id"]
        self._text: str = made["text"]
        self._fired = 0
        self._ended = False

    def __repr__(self) -> str:
        return self._text

    def __enter__(self) -> Self:
        if self._ended:
            raise RuntimeError(f"{self} has ended; ask for another")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def fired(self) -> int:
        """How often it has happened so far."""
        self._look()
        return self._fired

    def end(self) -> None:
        """End the fault."""
        if self._look():
            self._session.ask("DELETE", f"faults/{self._id}")
        self._ended = True

    def _look(self) -> bool:
        """Whether the mock still has it: it forgets what has ended, and all of it at a reset."""
        there: dict[str, int] = {each["id"]: each["fired"] for each in _there(self._session)}
        self._fired = there.get(self._id, self._fired)
        return self._id in there


class RemoteFaults:
    """``Faults``, from afar: the same verbs and keywords but ``when``. The mock says what cannot be meant."""

    def __init__(self, session: RemoteSession) -> None:
        self._session = session

    def __repr__(self) -> str:
        return f"<RemoteFaults {', '.join(each['text'] for each in _there(self._session)) or 'none'}>"

    def fail(
        self,
        operation: FaultOperation,
        *,
        error: ErrorCode | None = None,
        message: str | None = None,
        http: int | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **which: Unpack[Which],
    ) -> RemoteFault:
        """Answer with an ``error`` of the service, with another HTTP status, or with a ``message`` alone."""
        if isinstance(body, bytes):
            body, headers = body.decode(), {"Content-Type": "application/octet-stream", **(headers or {})}
        given = {"error": error, "message": message, "http": http, "body": as_json(body), "headers": headers}
        return self._add("fail", which, operation=operation, **given)

    def fail_delivery(self, *, message: str = "Delivery failed", **which: Unpack[Which]) -> RemoteFault:
        """Accept what is published, but fail it when it is due: the status is ``failed``, and ``message`` says why."""
        return self._add("failDelivery", which, message=message)

    def reset(self, operation: FaultOperation, *, midway: bool = False, **which: Unpack[Which]) -> RemoteFault:
        """Reset the connection before the answer, or in the middle of its body; for ``"realtime"`` at a message."""
        return self._add("reset", which, operation=operation, midway=midway)

    def empty(self, operation: FaultOperation, **which: Unpack[Which]) -> RemoteFault:
        """Close the connection properly, but without an answer."""
        return self._add("empty", which, operation=operation)

    def garbage(self, operation: FaultOperation, kind: Garbage = "not JSON", **which: Unpack[Which]) -> RemoteFault:
        """Answer with a web page declared as JSON, with half an answer, or with what is not HTTP."""
        return self._add("garbage", which, operation=operation, garbage=kind)

    def slow(self, operation: FaultOperation, seconds: float | dt.timedelta, **which: Unpack[Which]) -> RemoteFault:
        """Answer as usual, but piece by piece, over that many real seconds."""
        return self._add("slow", which, operation=operation, seconds=parse_seconds("seconds", seconds))

    def hang(
        self, operation: FaultOperation, *, clock: float | dt.timedelta = 0, **which: Unpack[Which]
    ) -> RemoteFault:
        """Do not answer until the client gives up; meanwhile the clock goes forward by ``clock`` seconds."""
        return self._add("hang", which, operation=operation, clock=parse_seconds("clock", clock))

    def delay(self, operation: FaultOperation, seconds: float | dt.timedelta, **which: Unpack[Which]) -> RemoteFault:
        """Answer late by the clock, at once in fact: the clock goes on by so many seconds."""
        return self._add("delay", which, operation=operation, seconds=parse_seconds("seconds", seconds))

    def lose(self, operation: FaultOperation, **which: Unpack[Which]) -> RemoteFault:
        """Handle the request, but reset the connection instead of answering: messages that were retrieved are lost."""
        return self._add("lose", which, operation=operation)

    def _add(self, kind: str, which: Which, **given: object) -> RemoteFault:
        unknown = [name for name in which if name not in Which.__annotations__]
        if unknown:
            raise TypeError(f"there is no keyword {unknown[0]!r}; there are {', '.join(Which.__annotations__)}")
        if which.get("when") is not None:
            raise NotRemoteError("when")
        said = {name: value for name, value in {**given, **which}.items() if value is not None}
        return RemoteFault(self._session, self._session.ask("POST", "faults", {"kind": kind, **said}))


def _there(session: RemoteSession) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = session.ask("GET", "faults")["items"]
    return items
