"""Backendless over Socket.IO: what a client asks in events, and the events that it is told (R1-R7).

What happens on its channels reaches a client through its connection's inbox, so that it hears of everything in the
order in which it happened, whoever made it happen.
"""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..http.conversation import Line
from ..http.fault import Break, Delay, Refuse
from ..http.response import OURS
from ..http.tenants import Tenant
from ..messaging.due import RunawayScheduleError
from ..messaging.errors import MessagingError
from ..messaging.message import Delivery
from ..messaging.presence import Connection, Ready
from ..messaging.schedule import LAST_INSTANT
from ..messaging.secret import conceal, secret_text
from ..runtime import journey
from ..runtime.backend import ListenerError
from ..runtime.event import Faulted, Refused
from ..runtime.virtual_time import BeforeEpochError
from ..service import json_text, observer
from ..service.application import Application
from ..service.call import Call
from ..service.operation import Operation
from ..service.realtime import JOIN, METHODS, REALTIME, SUBSCRIPTIONS
from ..service.remedy import ALLOW_UNKNOWN_REQUESTS, PLACE
from ..service.violation import refuse_violations
from . import engineio, socketio
from .argument import Asked, Writer, read_asked, read_ended, write_heard, write_refusal
from .ending import Ending
from .engineio import ProtocolError
from .session import Session
from .socketio import PacketType

MISTAKES = (ListenerError, RunawayScheduleError, BeforeEpochError)
"""What the test is to blame for. The client does not notice."""
NOT_FOUND = 404
"""The code of what the mock does not have; the service has none for it."""


class Identification(NamedTuple):
    """What a client says of itself when it connects."""

    token: str | None
    key_role: str | None
    """``None`` for a key that the application does not have."""
    binary: bool
    """Whether the arguments of events are JSON in bytes."""


class Client:
    """One client of an application, over one session."""

    def __init__(
        self, tenant: Tenant, session: Session, said: Identification, writer: Writer, *, allows_unknown: bool = False
    ) -> None:
        """The ``writer`` may be others' too.

        ``allows_unknown`` is whether asking for what the mock does not have passes without failing the test.
        """
        self.tenant = tenant
        self.connection = Connection(session.sid, self._loses, session.break_off)
        self._application = tenant.application
        self._session = session
        self._said = said
        self._writer = writer
        self._token = said.token
        self._allows_unknown = allows_unknown
        self._namespace = f"/{tenant.application.identity.app_id}"
        self._decoder = socketio.Decoder()
        self._has_entered = False
        self._struck: deque[Faulted] = deque()
        """Faults that took something away on its way, to be told of when no lock is held."""
        self._breaks = False
        session.source = self._heard

    def move_to(self, tenant: Tenant) -> None:
        """Be a client of ``tenant`` from now on, which took the place of the one before it."""
        self.tenant = tenant
        self._application = tenant.application

    def greet(self) -> None:
        """Revision 3 has everybody in the root namespace."""
        if self._session.revision == engineio.LEGACY:
            self._send(socketio.Packet(PacketType.CONNECT))

    def receive(self, message: str | bytes) -> None:
        """Take in a message of the session, unless it is over. Raises ``ProtocolError`` for what is no Socket.IO."""
        packet = self._decoder.feed(message)
        if packet is None or self._session.ending is not None:
            return
        if packet.type is PacketType.CONNECT:
            self._enter(packet.namespace)
        elif packet.type is PacketType.DISCONNECT:
            if packet.namespace == self._namespace:
                self.leave()
        elif packet.type is PacketType.EVENT:
            self._take_event(packet)

    def leave(self) -> None:
        """Be on no channel any more; after the test nobody is told."""
        self._has_entered = False
        backend = self._application.backend
        if backend.closed:
            return
        try:
            with backend.session() as (broker, now):
                broker.presence.disconnect(self.connection, now)
        except MISTAKES:
            _blame_test(self._application)

    def flush(self) -> None:
        """Send what it has heard, and tell of what went wrong on the way."""
        if self.connection.inbox or self._session.is_sending:
            self._session.flush()
        while self._struck:
            self.tenant.note(self._struck.popleft())
        if self._breaks:
            self._session.break_off()

    def _enter(self, namespace: str) -> None:
        if namespace == "/":
            self._send(socketio.Packet(PacketType.CONNECT, data=self._connected()))
        elif namespace != self._namespace or self._said.key_role is None:
            why = "Invalid namespace" if namespace != self._namespace else "the application has no such API key"
            self._hint(f"a client was not let in to {namespace}: {why}")
            data: Any = why if self._session.revision == engineio.LEGACY else {"message": why}
            self._send(socketio.Packet(PacketType.CONNECT_ERROR, namespace, data))
        else:
            self._has_entered = True
            self._send(socketio.Packet(PacketType.CONNECT, namespace, self._connected()))

    def _connected(self) -> Any:
        """What revision 4 says with the confirmation."""
        return None if self._session.revision == engineio.LEGACY else {"sid": self._session.sid}

    def _take_event(self, packet: socketio.Packet) -> None:
        event, argument = self._read_event(packet)
        self._note(self._now(), event, argument, from_client=True)
        if packet.namespace != self._namespace or not self._has_entered:
            self._hint(f"{event} came for {packet.namespace}, where this client was not let in")
        elif event == "SUB_ON" and (asked := read_asked(argument)):
            self._ask(SUBSCRIPTIONS, "SUB_RES", asked)
        elif event == "MET_REQ" and (asked := read_asked(argument)):
            self._ask(METHODS, "MET_RES", asked)
        elif event == "SUB_OFF" and (ended := read_ended(argument)):
            self._stop(ended)
        else:
            self._hint(f"the service has no event {event} with such an argument")

    def _read_event(self, packet: socketio.Packet) -> tuple[str, Any]:
        event, argument = [*packet.data, None][:2]
        if isinstance(argument, bytes):
            try:
                argument = json_text.parse(argument.decode("utf-8"))
            except ValueError as error:
                raise ProtocolError(f"the argument of {event!r} is no JSON: {error}") from None
        try:
            json_text.dump(argument)
        except TypeError:  # bytes inside it, which JavaScript sends for a typed array
            argument = None
        return event, conceal(argument) if isinstance(argument, dict | list) else argument

    def _ask(self, operations: Mapping[str, Operation], answers: str, asked: Asked) -> None:
        operation = operations.get(asked.name)
        if operation is None:
            self._refuse_unknown(answers, asked)
            return
        try:
            answer = self._operate(operation, asked)
        except MessagingError as error:
            self._refuse(answers, asked, error)
        except ConnectionResetError:
            self._session.end(Ending.BROKEN)  # at once: an upgrade would wait for this very request
        else:
            if answers == "MET_RES":
                self._say(answers, {"id": asked.id, "result": answer})
            elif answer is not None:
                self._say(answers, {"id": asked.id, "data": answer})
            self._session.flush()

    def _operate(self, operation: Operation, asked: Asked) -> Any:
        """Carry it out. Raises ``MessagingError``, and ``ConnectionResetError`` where a fault says so."""
        if operation.name == JOIN:
            self._apply_fault(asked)
        refuse_violations(asked.options, str(operation.body))
        token = self._token
        if "userToken" in asked.options and operation.name == "set_user_token":
            token = secret_text(asked.options["userToken"] or None)
        channel = {} if asked.channel is None else {"channel": asked.channel}
        answer = None
        try:
            with self._application.backend.session() as (broker, now):
                if self._application.backend.closed:
                    raise ConnectionResetError
                call = Call(
                    self._application,
                    broker,
                    now,
                    lambda: str(asked),
                    {"id": asked.id, **channel},
                    asked.options,
                    token,
                    str(self._said.key_role),
                    connection=self.connection,
                )
                answer = operation.run(call)
                self._token = token
        except MISTAKES:  # mostly on leaving: it was done all the same
            _blame_test(self._application)
        return answer

    def _apply_fault(self, asked: Asked) -> None:
        """Raises ``MessagingError`` or ``ConnectionResetError`` where a fault strikes."""
        for delays in (True, False):  # what is late may fail all the same
            fault = self.tenant.faults.claim_call(JOIN, asked.channel, delays=delays)
            if fault is None:
                continue
            now = self._now()
            self.tenant.note(Faulted(now, str(asked), str(fault)))
            match fault.effect:
                case Delay():
                    self._wait(min(now + fault.effect.duration, LAST_INSTANT))
                case Refuse():
                    raise fault.effect.error()
                case _:
                    raise ConnectionResetError

    def _wait(self, instant: int) -> None:
        try:
            journey.reach(self._application.backend.time, instant)
        except MISTAKES:
            _blame_test(self._application)

    def _stop(self, subscription_id: str) -> None:
        try:
            with self._application.backend.session() as (broker, now):
                broker.presence.leave(self.connection, subscription_id, now)
        except MISTAKES:
            _blame_test(self._application)

    def _refuse(self, answers: str, asked: Asked, error: MessagingError) -> None:
        note_refusal(self._application, str(asked), error)
        self._say(answers, write_refusal(asked, error.code, error.message))

    def _refuse_unknown(self, answers: str, asked: Asked) -> None:
        known = ", ".join([*SUBSCRIPTIONS, *METHODS])
        said = f"the mock has no {asked!s} in real time; it has {known}"
        if not self._allows_unknown:
            self._application.verdict.report_problem(
                f"{said}.\nIf this is intended, use {PLACE}", ALLOW_UNKNOWN_REQUESTS
            )
        self._say(answers, write_refusal(asked, NOT_FOUND, f"{OURS}{said}"))

    def _loses(self, delivery: Delivery) -> bool:
        """Under the application's lock: the fault is told of later."""
        if self._breaks or self._session.ending is not None:
            return True
        fault = self.tenant.faults.claim_call(REALTIME, delivery.message.channel)
        if fault is None:
            return False
        self._struck.append(Faulted(delivery.at, f"a message to {self.connection.connection_id}", str(fault)))
        self._breaks |= isinstance(fault.effect, Break) and not fault.effect.carried_out
        return True

    def _heard(self) -> Iterator[engineio.Packet]:
        """What came into the inbox since, as packets."""
        inbox, now = self.connection.inbox, self._application.backend.time.seen or 0
        told: dict[str, Any]
        while inbox:
            listener, heard = inbox.popleft()
            listener_id = listener.listener_id
            event, told = "SUB_RES", {"id": listener_id, "data": heard}
            if isinstance(heard, Ready):
                event, told = "SUB_READY", {"id": listener_id}
            elif not isinstance(heard, Delivery):
                told["data"] = write_heard(heard)
            self._note(getattr(heard, "at", now), event, told)
            yield from self._event(event, self._writer.heard(listener_id, heard))

    def _say(self, event: str, argument: Any) -> None:
        self._note(self._now(), event, argument)
        self._session.send(self._event(event, json_text.dump(argument)))

    def _event(self, event: str, argument: str) -> list[engineio.Packet]:
        return _packets(socketio.encode_event(self._namespace, event, argument, in_bytes=self._said.binary))

    def _send(self, packet: socketio.Packet) -> None:
        self._session.send(_packets(socketio.encode(packet)))

    def _note(self, at: int, event: str, argument: Any, *, from_client: bool = False) -> None:
        line = Line(at, self.connection.connection_id, from_client, event, argument)
        self.tenant.conversation.add(line)

    def _now(self) -> int:
        return self._application.backend.time.stamp()

    def _hint(self, text: str) -> None:
        self._application.verdict.hint(f"real time: {text}")


def _packets(messages: Iterable[str | bytes]) -> list[engineio.Packet]:
    return [engineio.Packet(engineio.PacketType.MESSAGE, message) for message in messages]


def note_refusal(application: Application, what: str, error: MessagingError) -> None:
    """Tell of what was refused, and of what may be behind it."""
    observer.refused(application, what, error)
    try:
        application.backend.note(Refused(application.backend.time.stamp(), what, error))
    except MISTAKES:
        _blame_test(application)


def _blame_test(application: Application) -> None:
    """Called where one of ``MISTAKES`` was raised."""
    application.verdict.report_problem(f"real time\n{traceback.format_exc()}")
