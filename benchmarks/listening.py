"""A process that listens over WebSockets, and says of each message when the last of its listeners had it.

``python -m benchmarks.listening PORT APP_ID API_KEY LISTENERS``: the same client for the mock and for its peer. It
prints a line when all listen, and then one for each message: the instant by ``perf_counter``, which all processes of a
machine share on Linux.
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import struct
import sys
from time import perf_counter

CHANNEL = "news"
CHUNK = 1 << 20


class Listener:
    """One WebSocket, and how many events came over it."""

    def __init__(self, port: int, app_id: str, api_key: str) -> None:
        self.events = 0
        self._came = b""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /{app_id}/?EIO=4&transport=websocket&apiKey={api_key} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._came:
            self._came += self.socket.recv(CHUNK)
        self._came = self._came.partition(b"\r\n\r\n")[2]
        self._say(f"40/{app_id},")
        listen = {"id": "one", "name": "PUB_SUB_MESSAGES", "options": {"channel": CHANNEL}}
        self._say(f"42/{app_id},{json.dumps(['SUB_ON', listen])}")
        while not self.events:  # SUB_READY
            self.read()

    def read(self) -> None:
        """Take what came."""
        data = self.socket.recv(CHUNK)
        if not data:
            raise SystemExit
        self._came += data
        position = 0
        while (end := self._end(position)) <= len(self._came):
            self.events += self._came.find(b"42/", position, min(end, position + 13)) > 0
            position = end
        self._came = self._came[position:]

    def _end(self, position: int) -> int:
        """Where the frame ends that begins there."""
        head = self._came[position : position + 10]
        if len(head) < 2 or (head[1] == 126 and len(head) < 4) or (head[1] == 127 and len(head) < 10):
            return len(self._came) + 1
        if head[1] == 127:
            return position + 10 + int(struct.unpack("!Q", head[2:10])[0])
        if head[1] == 126:
            return position + 4 + int(struct.unpack("!H", head[2:4])[0])
        return position + 2 + head[1]

    def _say(self, text: str) -> None:
        data = text.encode()
        length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack("!H", len(data))
        self.socket.sendall(b"\x81" + length + bytes(4) + data)  # under a mask of zeros


def main(port: int, app_id: str, api_key: str, number: int) -> None:
    """Listen until the server hangs up."""
    listeners = [Listener(port, app_id, api_key) for _ in range(number)]
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener.socket, selectors.EVENT_READ, listener)
        print("listening", flush=True)
        told = 1
        while True:
            for key, _ in selector.select():
                key.data.read()
            had = min(listener.events for listener in listeners)
            now = perf_counter()
            for _ in range(told, had):
                print(now, flush=True)
            told = had


if __name__ == "__main__":
    port, app_id, api_key, number = sys.argv[1:]
    main(int(port), app_id, api_key, int(number))
