"""What the first use in a process costs: imports, a server, one publish."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from tempfile import TemporaryDirectory

from .harness import Row, alternate, at_most
from .process import processor_time

ROUNDS = 11
PUBLISH = """
import http.client
connection = http.client.HTTPConnection(host, port, timeout=10)
connection.request("POST", path, '{"message": "order 17 was shipped"}', {"Content-Type": "application/json"})
answer = connection.getresponse()
assert answer.status == 200 and b'"scheduled"' in answer.read()
connection.close()
"""
OURS = f"""
from pytest_backendless_mock import BackendlessMock
with BackendlessMock() as mock:
    host, port = mock.host_url.removeprefix("http://").split(":")
    path = mock.url.removeprefix(mock.host_url) + "/messaging/news"
    {PUBLISH.replace(chr(10), chr(10) + "    ")}
"""
PEER = f"""
from pytest_httpserver import HTTPServer
with HTTPServer() as server:
    host, port, path = server.host, server.port, "/app/key/messaging/news"
    server.expect_request(path, method="POST").respond_with_json({{"status": "scheduled"}})
    {PUBLISH.replace(chr(10), chr(10) + "    ")}
"""


def rows() -> Iterator[Row]:
    """Processor time of a whole process, less that of one that does nothing."""
    with TemporaryDirectory() as folder:
        ours, theirs, empty = alternate(
            *(partial(processor_time, folder, "-c", program) for program in (OURS, PEER, "pass")), rounds=ROUNDS
        )
    ratio = (ours - empty) / (theirs - empty)
    yield Row(
        "first use in a process: imports, server, one publish (peer: pytest-httpserver's HTTPServer)",
        f"{(ours - empty) * 1e3:.0f} ms",
        f"{(theirs - empty) * 1e3:.0f} ms",
        ratio,
        at_most(ratio, 2, "x the time"),
    )
