"""Clients in real time as they are on the wire: Engine.IO in both revisions, by long polling and by WebSocket."""

from __future__ import annotations

import base64
import contextlib
import http.client
import itertools
import json
import os
import socket
import threading
from collections import deque
from urllib.parse import urlencode, urlsplit

from mock_support import WATCHDOG
from websockets.frames import Opcode
from websockets.protocol import CLIENT, Protocol

from pytest_backendless_mock.realtime import engineio
from pytest_backendless_mock.realtime.engineio import Packet, PacketType

SEPARATOR = "\x1e"


class Gone(Exception):
    """The server ended it; the text says how."""


def open_threads():
    """The threads that serve connections now."""
    return {thread for thread in threading.enumerate() if thread.name == "backendless-mock connection"}


class Handshake(Exception):
    """A request was not answered as one that opens a session or a WebSocket: status and body."""

    def __init__(self, status, body):
        super().__init__(status, body)
        self.status, self.body = status, body


def query_of(revision, transport, sid=None, **more):
    return urlencode({"EIO": revision, "transport": transport, **({"sid": sid} if sid else {}), **more})


def default_query(mock):
    return {"apiKey": mock.api_key, "clientId": "one"}


class Ears:
    """What both transports have in common: Socket.IO's events, sent and heard."""

    mock = revision = namespace = None
    binary = False

    def __init__(self):
        self.heard = deque()
        """Messages of Engine.IO that came, and nobody looked at."""
        self.numbers = itertools.count(1)

    def begin(self):
        """Come into the application's namespace."""
        if self.revision == engineio.LEGACY:
            assert self.message() == "0"
            self.say(f"0{self.namespace}")
            assert self.message() == f"0{self.namespace},"
        else:
            self.say(f"0{self.namespace},")
            assert self.message() == f'0{self.namespace},{{"sid":"{self.sid}"}}'
        return self

    def emit(self, event, argument):
        if self.binary:
            self.say(f'51-{self.namespace},["{event}",{{"_placeholder":true,"num":0}}]')
            self.say(json.dumps(argument).encode())
        else:
            self.say(f"2{self.namespace},{json.dumps([event, argument])}")

    def event(self):
        """The next event: its name and argument."""
        text = self.message()
        start = text.index("[")
        head, (event, argument) = text[:start], json.loads(text[start:])
        if self.binary:
            assert (head, argument) == (f"51-{self.namespace},", {"_placeholder": True, "num": 0})
            return event, json.loads(self.message())
        assert head == f"2{self.namespace},"
        return event, argument

    def subscribe(self, name, subscription_id=None, **options):
        """The id of a SUB_ON."""
        subscription_id = subscription_id or f"{name}-{next(self.numbers)}"
        self.emit("SUB_ON", {"id": subscription_id, "name": name, "options": options})
        return subscription_id

    def ask(self, name, method_id=None, **options):
        """The id of a MET_REQ."""
        method_id = method_id or f"{name}-{next(self.numbers)}"
        self.emit("MET_REQ", {"id": method_id, "name": name, "options": options})
        return method_id

    def listen(self, channel="news", **options):
        """Join a channel and listen for its messages; comes back when it hears."""
        joined = self.subscribe("PUB_SUB_CONNECT", channel=channel)
        assert self.event() == ("SUB_RES", {"id": joined, "data": "connected"})
        listening = self.subscribe("PUB_SUB_MESSAGES", channel=channel, **options)
        assert self.event() == ("SUB_READY", {"id": listening})
        self.listener_id = listening
        return self

    def hears(self, number=1):
        """The data of the next messages."""
        return [self.event()[1]["data"]["message"] for _ in range(number)]

    def message(self):
        """The next message of Socket.IO."""
        while not self.heard:
            self.take_in(self.packets())
        return self.heard.popleft()

    def take_in(self, packets):
        for packet in packets:
            if packet.type is PacketType.MESSAGE:
                self.heard.append(packet.data)
            elif packet.type is PacketType.CLOSE:
                raise Gone("close")

    def say(self, message):
        self.send(Packet(PacketType.MESSAGE, message))


class Polling(Ears):
    """A client that polls, each request on the connection it keeps, or on a new one (``keeps=False``)."""

    def __init__(self, mock, revision=4, *, context=None, keeps=True, begins=True, **more):
        super().__init__()
        self.mock, self.revision, self.context, self.keeps = mock, revision, context, keeps
        self.namespace = f"/{mock.app_id}"
        self.binary = more.get("binary") == "true"
        self.where = urlsplit(mock.host_url)
        self.more = {**default_query(mock), **more}
        self.sid = None
        self.polling = self.connect()
        self.posting = self.connect()
        try:
            opened, *rest = self.packets()
            self.opened = json.loads(opened.data)
            self.sid = self.opened["sid"]
            self.take_in(rest)
            if begins:
                self.begin()
        except BaseException:
            self.close()
            raise

    def connect(self):
        kind = http.client.HTTPConnection if self.context is None else http.client.HTTPSConnection
        how = {} if self.context is None else {"context": self.context}
        return kind(self.where.hostname, self.where.port, timeout=WATCHDOG, **how)

    @property
    def path(self):
        return f"{self.namespace}/?{query_of(self.revision, 'polling', self.sid, **self.more)}"

    def request(self, connection, method, body=None, headers=None):
        """Status, headers and body of the answer."""
        connection.request(method, self.path, body, headers or {})
        with connection.getresponse() as answer:
            got = answer.status, answer.headers, answer.read()
        if not self.keeps:
            connection.close()
        return got

    def poll(self):
        """The body of a poll. Raises ``Handshake`` where it is refused."""
        status, _, body = self.request(self.polling, "GET")
        if status != 200:
            raise Handshake(status, json.loads(body))
        return body

    def request_again(self):
        """Poll on the other connection. Raises ``Handshake`` where it is refused."""
        status, _, body = self.request(self.posting, "GET")
        if status != 200:
            raise Handshake(status, json.loads(body))
        return body

    def packets(self):
        return engineio.decode_payload(self.poll(), self.revision)

    def post(self, body):
        """Post a payload. Raises ``Handshake`` where it is refused."""
        status, _, answer = self.request(self.posting, "POST", body)
        if status != 200:
            raise Handshake(status, json.loads(answer))
        assert answer == b"ok"

    def send(self, packet):
        binary = self.revision == engineio.LEGACY
        self.post(engineio.encode_payload([packet], self.revision, binary=binary))

    def close(self):
        self.polling.close()
        self.posting.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()


class WebSocketClient(Ears):
    """A client over a WebSocket, from the beginning or, with ``sid``, as an upgrade of a session that polls."""

    def __init__(self, mock, revision=4, *, context=None, sid=None, begins=True, buffer=None, **more):
        super().__init__()
        self.mock, self.revision, self.sid = mock, revision, sid
        self.namespace = f"/{mock.app_id}"
        self.binary = more.get("binary") == "true"
        self.where = urlsplit(mock.host_url)
        self.frames = Protocol(CLIENT, max_size=None)
        self.parts = []
        self.is_text = True
        self.socket = socket.socket()
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(WATCHDOG)
        try:
            self.socket.connect((self.where.hostname, self.where.port))
            if context is not None:
                self.socket = context.wrap_socket(self.socket, server_hostname=self.where.hostname)
            self.shake_hands(query_of(revision, "websocket", sid, **{**default_query(mock), **more}))
            if sid is None:
                [opened] = self.packets()
                self.opened = json.loads(opened.data)
                self.sid = self.opened["sid"]
                if begins:
                    self.begin()
        except BaseException:
            self.close()
            raise

    def shake_hands(self, query):
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {self.namespace}/?{query} HTTP/1.1\r\nHost: {self.where.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        came = b""
        while b"\r\n\r\n" not in came:
            more = self.socket.recv(65_536)
            if not more:
                raise Gone("before the handshake")
            came += more
        head, _, rest = came.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        if status != 101:
            length = int(head.lower().partition(b"content-length: ")[2].split()[0])
            while len(rest) < length:
                rest += self.socket.recv(65_536)
            raise Handshake(status, json.loads(rest))
        self.frames.receive_data(rest)

    def send(self, packet):
        frame = engineio.encode_frame(packet, self.revision)
        if isinstance(frame, str):
            self.frames.send_text(frame.encode())
        else:
            self.frames.send_binary(frame)
        self.push()

    def push(self):
        for data in self.frames.data_to_send():
            self.socket.sendall(data)

    def packets(self):
        """The next packet. Raises ``Gone`` with the close code, or with what befell the connection."""
        while True:
            message = self.frame()
            if message is not None:
                return [engineio.decode_frame(message, self.revision)]

    def frame(self):
        for event in self.events():
            if event.opcode is Opcode.CLOSE:
                self.push()
                raise Gone(int.from_bytes(event.data[:2], "big"))
            if event.opcode in (Opcode.TEXT, Opcode.BINARY):
                return event.data.decode() if event.opcode is Opcode.TEXT else bytes(event.data)
        return None

    def events(self):
        """Frames as they come; what was read already first."""
        if not self.parts:
            self.parts = deque(self.frames.events_received())
        while not self.parts:
            try:
                data = self.socket.recv(65_536)
            except ConnectionResetError:
                raise Gone("reset") from None
            if not data:
                raise Gone("end of file")
            self.frames.receive_data(data)
            self.parts = deque(self.frames.events_received())
        yield self.parts.popleft()

    def upgrade(self):
        """Try it, and take to it."""
        self.send(Packet(PacketType.PING, "probe"))
        assert self.packets() == [Packet(PacketType.PONG, "probe")]
        self.send(Packet(PacketType.UPGRADE))
        return self

    def hang_up(self):
        """Go without a word."""
        self.socket.close()

    def close(self):
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_WR)
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()


TRANSPORTS = {"polling": Polling, "websocket": WebSocketClient}


def seat(mock, client):
    """The server's side of a client: its session."""
    return mock._session._realtime._door._seats[client.sid].session


def wait_for_poll(mock, client):
    """Return when a poll of the client's waits on the server."""
    mock.wait_until(lambda: (poll := seat(mock, client)._poll) is not None and not poll.is_due, WATCHDOG)
