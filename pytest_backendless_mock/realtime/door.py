"""The door for clients in real time: Engine.IO's requests, told from all others by ``EIO`` in their query.

A session belongs to one application, whose id is the path. What goes wrong in the protocol is answered as Engine.IO's
own server would; what goes wrong with the service is told to the test as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, NoReturn
from urllib.parse import parse_qsl

from ..http import body, cors
from ..http.app import App
from ..http.body import BodyCutShort, BodyTooLong
from ..http.credentials import Credentials
from ..http.path import segments_of
from ..http.response import OURS, Response, whole
from ..http.tenants import Tenant
from ..messaging.errors import UnknownApplication
from ..messaging.secret import secret_text
from ..runtime.wall_clock import real_monotonic
from . import engineio, upgrade
from .argument import Writer
from .client import Client, Identification, note_refusal
from .ending import Ending
from .engineio import Packet, PacketType, ProtocolError
from .polling import answer
from .session import MOST_QUEUED, Session

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from .wire import Wire

UNKNOWN_TRANSPORT = 0, "Transport unknown"
UNKNOWN_SESSION = 1, "Session ID unknown"
BAD_METHOD = 2, "Bad handshake method"
BAD_REQUEST = 3, "Bad request"
BAD_REVISION = 5, "Unsupported protocol version"
"""Engine.IO's own errors: code and text."""
METHODS = ("GET", "POST")
NO_WEBSOCKETS = (
    "a client wants a WebSocket, for which the mock needs a library: pip install 'pytest-backendless-mock[realtime]'"
)
PROBE, ANSWER_TO_PROBE = Packet(PacketType.PING, "probe"), Packet(PacketType.PONG, "probe")
"""How a client that polls tries a WebSocket."""
NO_TOKEN = ("", "null", "undefined")
"""What clients write where there is no user."""


class Refusal(Exception):
    """The request is answered with an error: one of Engine.IO's, unless it is the service's."""

    def __init__(self, error: tuple[int, str], status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(*error)
        payload = json.dumps({"code": error[0], "message": error[1]}).encode("ascii")
        spent = (("Connection", "close"),) if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE else ()
        self.response = Response(status, (("Content-Type", "application/json"), *spent), payload)


class Seat(NamedTuple):
    """A session, and who sits in it."""

    session: Session
    client: Client


class Door:
    """A WSGI callable over the sessions of one server's applications."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._seats: dict[str, Seat] = {}
        self._writer = Writer()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request (PEP 3333). Raises ``OSError`` where the client meets the end of its connection."""
        try:
            payload: bytes | BodyTooLong = body.read(environ)
        except BodyTooLong as error:
            payload = error
        except BodyCutShort as error:
            raise ConnectionAbortedError(str(error)) from None
        if self._app.tenants.default.application.backend.closed:
            return self._app.idle.refuse(environ, start_response, spent=isinstance(payload, BodyTooLong))
        self._app.availability.check()
        if self._app.shares:
            start_response = cors.with_credentials(environ, start_response)
            if environ["REQUEST_METHOD"] == "OPTIONS":
                return whole(environ, start_response, _allowance(environ))
        try:
            return self._serve(environ, start_response, payload)
        except Refusal as refusal:
            return whole(environ, start_response, refusal.response)

    def end(self, ending: Ending, tenant: Tenant | None = None) -> None:
        """End the sessions of an application, or of all."""
        for seat in tuple(self._seats.values()):
            if tenant is None or seat.client.tenant is tenant:
                if ending is Ending.BROKEN:
                    seat.session.break_off()
                else:
                    seat.session.end(ending)

    def settle(self, seconds: float) -> bool:
        """Wait, in real ``seconds``, until every client has got all that there was to send; whether they have."""
        deadline = real_monotonic() + seconds
        return all(seat.session.settle(deadline - real_monotonic()) for seat in tuple(self._seats.values()))

    def take_over(self, other: Door) -> None:
        """Take every session of ``other``, in whose place this one comes: connected and joined as they are."""
        tenant, before = self._app.tenants.default, other._app.tenants.default
        seats, other._seats = other._seats, {}
        for seat in seats.values():
            seat.client.move_to(tenant)
            seat.session.on_end = partial(self._ended, seat)
        self._seats.update(seats)
        with before.application.backend.peek() as (gone, _), tenant.application.backend.session() as (broker, _):
            broker.presence.take_over(gone.presence)
        tenant.application.backend.outlet = partial(self._flush, tenant)

    def _serve(
        self, environ: WSGIEnvironment, start_response: StartResponse, payload: bytes | BodyTooLong
    ) -> Iterable[bytes]:
        query = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
        if query.get("EIO", "") not in map(str, engineio.REVISIONS):
            raise Refusal(BAD_REVISION)
        transport, method = query.get("transport"), environ["REQUEST_METHOD"]
        if transport not in ("polling", "websocket"):
            raise Refusal(UNKNOWN_TRANSPORT)
        if method not in METHODS or (method != "GET" and "sid" not in query):
            raise Refusal(BAD_METHOD)
        if transport == "websocket":
            self._upgrade(environ, query)
        seat = self._seat(query) or self._begin(environ, query)
        if method == "POST":
            return whole(environ, start_response, self._post(seat, payload))
        return answer(start_response, seat.session, environ.get(upgrade.SOCKET))

    def _upgrade(self, environ: WSGIEnvironment, query: Mapping[str, str]) -> NoReturn:
        """Go over to a WebSocket. Raises ``Refusal`` where none is asked for as it should be, or none can be had."""
        if upgrade.SOCKET not in environ or "HTTP_UPGRADE" not in environ:
            raise Refusal(BAD_REQUEST)
        if not upgrade.is_possible():
            self._app.tenants.default.application.verdict.report_problem(NO_WEBSOCKETS)
            raise Refusal((BAD_REQUEST[0], f"{OURS}{NO_WEBSOCKETS}"))
        try:
            answered = upgrade.answer(environ)
        except ProtocolError as error:
            raise Refusal((BAD_REQUEST[0], str(error))) from None
        seat = self._seat(query) or self._begin(environ, query)
        if not seat.session.begin_upgrade():
            raise Refusal(BAD_REQUEST)
        wire = partial(upgrade.take_over, environ, seat.session, answered, binary=not query.get("b64"))
        self._converse(seat, wire, is_new="sid" not in query)

    def _converse(self, seat: Seat, take_over: Callable[[], Wire], *, is_new: bool) -> NoReturn:
        """Talk over a WebSocket, in this thread, until somebody ends it: then that is how the connection ends."""
        has_taken_over = is_new
        try:
            with take_over() as wire:
                if is_new:
                    seat.session.take_over(wire)
                else:
                    seat.session.try_out(wire)
                try:
                    for packet in wire.packets():
                        if has_taken_over:
                            self._take(seat, packet)
                        elif packet == PROBE:
                            seat.session.probe()
                            wire.write([ANSWER_TO_PROBE])
                        elif packet.type is PacketType.UPGRADE:
                            has_taken_over = True
                            seat.session.take_over(wire)
                except ProtocolError as error:
                    self._give_up(seat, error)
        finally:
            if has_taken_over:
                seat.session.end(Ending.CLOSED)
            else:
                seat.session.give_up_upgrade()
        if seat.session.ending is Ending.BROKEN:
            raise ConnectionResetError("the connection in real time was broken off")
        raise ConnectionAbortedError("the WebSocket is closed")

    def _seat(self, query: Mapping[str, str]) -> Seat | None:
        """Whose session is named; ``None`` where none is. Raises ``Refusal`` where there is none such."""
        if "sid" not in query:
            return None
        seat = self._seats.get(query["sid"])
        if seat is None or str(seat.session.revision) != query["EIO"]:
            raise Refusal(UNKNOWN_SESSION)
        return seat

    def _begin(self, environ: WSGIEnvironment, query: Mapping[str, str]) -> Seat:
        """Let a client in. Raises ``Refusal`` where it asks for an application that there is not."""
        tenant = self._find(segments_of(environ)[0])
        application = tenant.application
        with application.backend.peek():
            sid = application.new_id("connection")
            while sid in self._seats:  # of a client that was there before the ids began anew
                sid = application.new_id("connection")
        revision = int(query["EIO"])
        session = Session(sid, revision, binary_payloads=revision == engineio.LEGACY and not query.get("b64"))
        token = query.get("userToken", "")
        said = Identification(
            None if token in NO_TOKEN else secret_text(token),
            application.key_role(query.get("apiKey")),
            binary=query.get("binary") == "true",
        )
        client = Client(tenant, session, said, self._writer, allows_unknown=self._app.tenants.allow_unknown_requests)
        seat = self._seats[sid] = Seat(session, client)
        session.on_end = partial(self._ended, seat)
        application.backend.outlet = partial(self._flush, tenant)
        can_upgrade = query["transport"] == "polling" and upgrade.SOCKET in environ and upgrade.is_possible()
        session.send([engineio.handshake(sid, upgrades=["websocket"] if can_upgrade else [])])
        client.greet()
        if application.backend.closed:  # meanwhile: whoever ended the others did not see this one
            session.end(Ending.CLOSED)
        return seat

    def _find(self, app_id: str) -> Tenant:
        """The application with that id on this mock: what another mock has, it sends to itself."""
        tenants = self._app.tenants
        tenant = tenants.by_id(app_id)
        if tenant is not None:
            return tenant
        application = tenants.default.application
        error = UnknownApplication(detail=tenants.mistake(Credentials(app_id)))
        note_refusal(application, f"a connection to /{app_id}", error)
        raise Refusal((error.code, error.message))

    def _post(self, seat: Seat, payload: bytes | BodyTooLong) -> Response:
        """Take in what a client posts. Raises ``OSError`` where that broke the connection off.

        A client that is about to change to a WebSocket may have nothing else under way by which it would notice: no
        poll, and no heartbeat that is missing.
        """
        if isinstance(payload, BodyTooLong):
            seat.session.end(Ending.BROKEN)
            raise Refusal(
                (BAD_REQUEST[0], f"the body is longer than {body.LONGEST} bytes"), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            )
        try:
            for packet in engineio.decode_payload(payload, seat.session.revision):
                self._take(seat, packet)
        except ProtocolError as error:
            self._give_up(seat, error)
            raise Refusal(BAD_REQUEST) from None
        if seat.session.ending is Ending.BROKEN:
            raise ConnectionResetError("the connection in real time was broken off")
        return Response(HTTPStatus.OK, (("Content-Type", engineio.content_type(b"ok")),), b"ok")

    def _take(self, seat: Seat, packet: Packet) -> None:
        """Take in a packet, whichever way it came. Raises ``ProtocolError``."""
        if packet.type is PacketType.MESSAGE:
            seat.client.receive(packet.data)
        elif packet.type is PacketType.PING:
            seat.session.send([Packet(PacketType.PONG, packet.data)])
        elif packet.type is PacketType.CLOSE:
            seat.session.end(Ending.CLOSED)

    def _give_up(self, seat: Seat, error: ProtocolError) -> None:
        seat.client.tenant.application.verdict.hint(f"real time: a client sent what is no packet: {error}")
        seat.session.end(Ending.CLOSED)

    def _ended(self, seat: Seat) -> None:
        self._seats.pop(seat.session.sid, None)
        if seat.session.cut_off:
            seat.client.tenant.application.verdict.report_problem(
                f"the client {seat.session.sid} stopped reading in real time and was cut off: "
                f"it had left more than {MOST_QUEUED >> 20} MiB unread"
            )
        seat.client.leave()

    def _flush(self, tenant: Tenant) -> None:
        for seat in tuple(self._seats.values()):
            if seat.client.tenant is tenant:
                seat.client.flush()


def _allowance(environ: WSGIEnvironment) -> Response:
    """The answer to a preflight."""
    headers = cors.preflight_headers(environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"), METHODS)
    return Response(HTTPStatus.NO_CONTENT, headers, b"")
