"""The server over real sockets, with the clients that people have."""

from __future__ import annotations

import asyncio
import email.message
import errno
import http.client
import json
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import SimpleNamespace
from typing import NamedTuple

import httpx
import pytest
import requests
from http_support import API_KEY, APP_ID, LONGEST_BODY, MESSAGING, NOTHING, NOW, PREFIX, Wire, serving
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from pytest_backendless_mock import BackendlessServer, ServerError
from pytest_backendless_mock.server import connection as connection_module
from pytest_backendless_mock.server import listener as listener_module
from pytest_backendless_mock.server.server import hosting

WATCHDOG = 20
"""Seconds after which a client gives up; nothing here is measured by it."""
HI = b'{"message":"hi"}'


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def server(wire):
    with serving(wire) as running:
        yield running


class Reply(NamedTuple):
    status: int
    headers: email.message.Message
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Raw:
    """A client that sends exactly what it is told."""

    def __init__(self, server):
        self.socket = socket.create_connection((server.host, server.port), timeout=WATCHDOG)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, *parts):
        self.socket.sendall(b"".join(parts))

    def hang_up(self):
        """No more will be sent; the server may still answer."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Break the connection off, as a killed process does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.file.close()
        self.socket.close()

    def interim(self):
        """A status line without anything below it."""
        line = self.file.readline()
        assert self.file.readline() == b"\r\n"
        return line

    def reply(self, *, has_body=True):
        version, status, _ = self.file.readline().split(b" ", 2)
        assert version == b"HTTP/1.1"
        headers = http.client.parse_headers(self.file)
        return Reply(int(status), headers, self.file.read(int(headers["Content-Length"])) if has_body else b"")

    def rest(self):
        """What comes until the server closes."""
        return self.file.read()


def head(method, path, *lines, version="1.1"):
    start = f"{method} {path} HTTP/{version}"
    return "\r\n".join([start, "Host: localhost", *lines, "", ""]).encode("latin-1")


def publishing(body=HI, *lines, channel="default", version="1.1"):
    """A whole publish request."""
    declared = ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return head("POST", f"{MESSAGING}/{channel}", *declared, *lines, version=version) + body


def chunked(*parts):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def connections(session, server):
    """How many connections a session has opened, and for how many requests."""
    pools = session.get_adapter(server.url).poolmanager.pools
    [pool] = map(pools.get, pools.keys())
    return pool.num_connections, pool.num_requests


def ipv6():
    """Whether this machine has an IPv6 loopback."""
    with socket.socket(socket.AF_INET6) if socket.has_ipv6 else socket.socket() as probe:
        return probe.family == socket.AF_INET6 and probe.connect_ex(("::1", 9, 0, 0)) == errno.ECONNREFUSED


def threads_since(before):
    return [thread.name for thread in threading.enumerate() if thread not in before]


# --- clients


def test_requests_publishes_and_polls(wire, server):
    with requests.Session() as session:
        subscription = session.post(f"{server.url}/messaging/news/subscribe").json()["subscriptionId"]
        answer = session.post(f"{server.url}/messaging/news", json={"message": "hi"})
        assert (answer.status_code, answer.json()["status"]) == (200, "scheduled")
        polled = session.get(f"{server.url}/messaging/news/{subscription}").json()
    assert [message["data"] for message in polled["messages"]] == ["hi"]


def test_httpx_publishes_and_polls(wire, server):
    with httpx.Client(base_url=server.url) as client:
        subscription = client.post("/messaging/news/subscribe").json()["subscriptionId"]
        answer = client.post("/messaging/news", json={"message": "hi"})
        assert (answer.status_code, answer.json()["status"]) == (200, "scheduled")
        polled = client.get(f"/messaging/news/{subscription}").json()
    assert [message["data"] for message in polled["messages"]] == ["hi"]


@pytest.mark.asyncio
async def test_httpx_asynchronously_publishes_many_at_a_time(wire, server):
    async with httpx.AsyncClient(base_url=server.url) as client:
        bodies = [{"message": number} for number in range(20)]
        answers = await asyncio.gather(*(client.post("/messaging/default", json=body) for body in bodies))
    assert [answer.status_code for answer in answers] == [200] * 20
    assert sorted(wire.data()) == list(range(20))


def test_a_backendless_error_reaches_the_client_with_its_code(server):
    with requests.Session() as session:
        answer = session.delete(f"{server.url}/messaging/message:none")
    assert (answer.status_code, answer.reason, answer.json()["code"]) == (400, "Bad Request", 5040)


class Poller(requests.Session):
    """The loop of the JavaScript SDK 3.x and 4.x: properties, subscribe without a body, then a poll a second."""

    def __init__(self, base):
        super().__init__()
        self.base = base
        self.headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.subscription = None
        self.got = []

    def begin(self, channel):
        assert self.get(f"{self.base}/{channel}/properties").json() == {}
        answer = self.post(f"{self.base}/{channel}/subscribe")
        assert answer.request.headers["Content-Length"] == "0"
        self.subscription = f"{channel}/{answer.json()['subscriptionId']}"

    def poll(self):
        messages = self.get(f"{self.base}/{self.subscription}").json()["messages"]
        self.got += [message["data"] for message in messages]


def test_a_polling_sdk_gets_every_occurrence_once(wire, server):
    with Poller(f"{server.url}/messaging") as poller, requests.Session() as publisher:
        poller.begin("chan%201")
        body = {"message": "tick", "repeatEvery": 2, "repeatExpiresAt": NOW + 10_000}
        message_id = publisher.post(f"{server.url}/messaging/chan%201", json=body).json()["messageId"]
        for _ in range(12):
            poller.poll()
            wire.clock.advance(seconds=1)
        status = publisher.get(f"{server.url}/messaging/{message_id}").json()
    assert poller.got == ["tick"] * 5
    assert status == {"status": "published", "messageId": message_id, "errorMessage": None}
    assert wire.problems == []


@pytest.mark.parametrize(
    ("prefix", "headers"),
    [("/api", {}), ("/v1", {"application-id": APP_ID, "secret-key": API_KEY, "application-type": "JS"})],
    ids=["domain", "legacy"],
)
def test_w1_a_client_may_know_only_the_host(server, prefix, headers):
    with requests.Session() as session:
        answer = session.post(f"{server.host_url}{prefix}/messaging/default", json={"message": "hi"}, headers=headers)
    assert answer.json()["status"] == "scheduled"


@pytest.mark.parametrize("name", ["a b", "a#b", "日本", "café", "a+b&c", "a%b"])
def test_c3_channel_names_survive_real_clients(wire, server, name):
    quoted = requests.utils.quote(name, safe="")
    with requests.Session() as session:
        session.post(f"{server.url}/messaging/{quoted}", json={"message": "requests"})
    with httpx.Client() as client:
        client.post(f"{server.url}/messaging/{quoted}", json={"message": "httpx"})
    assert wire.stored.channels == ("default", name)
    assert wire.data(quoted) == ["requests", "httpx"]


def test_c3_a_slash_inside_a_name_stays_inside_it(wire, server):
    with requests.Session() as session:
        answer = session.post(f"{server.url}/messaging/a%2Fb", json={"message": "hi"})
    assert (answer.status_code, answer.json()["code"]) == (400, 5044)
    assert wire.stored == NOTHING


def test_c3_a_name_that_was_not_percent_encoded_is_read_as_utf_8(wire, server):
    path = f"{MESSAGING}/café".encode()
    with Raw(server) as raw:
        declared = b"Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 16"
        raw.send(b"POST ", path, b" HTTP/1.1\r\n", declared, b"\r\n\r\n", HI)
        assert raw.reply().status == 200
    assert wire.stored.channels == ("default", "café")


# --- connections


def test_http_client_keeps_its_connection(server):
    connection = http.client.HTTPConnection(server.host, server.port, timeout=WATCHDOG)
    addresses = []
    for path in (f"{PREFIX}/info", f"{MESSAGING}/message:1", f"{MESSAGING}/default/x", "/nowhere"):
        connection.request("GET", path)
        addresses.append(connection.sock.getsockname())
        connection.getresponse().read()
    connection.close()
    assert len(addresses) == 4
    assert len(set(addresses)) == 1


def test_requests_keeps_its_connection(server):
    with requests.Session() as session:
        for _ in range(3):
            session.post(f"{server.url}/messaging/default", json={"message": "hi"})
        assert connections(session, server) == (1, 3)


def test_httpx_keeps_its_connection(server):
    with httpx.Client() as client:
        answers = [client.post(f"{server.url}/messaging/default", json={"message": "hi"}) for _ in range(3)]
        addresses = {answer.extensions["network_stream"].get_extra_info("client_addr") for answer in answers}
    assert len(addresses) == 1


def test_no_header_of_a_client_s_answer_says_http_and_the_date_is_the_mock_s(wire, server):
    wire.clock.advance(hours=1)
    with Raw(server) as raw:
        raw.send(head("GET", f"{PREFIX}/info"))
        reply = raw.reply()
    assert reply.headers.items() == [
        ("Server", "backendless-mock"),
        ("Content-Type", "application/json"),
        ("Date", "Mon, 07 Jan 2030 09:30:00 GMT"),
        ("Content-Length", str(len(reply.body))),
    ]


def test_an_http_1_0_client_is_answered_and_the_connection_closed(wire, server):
    with Raw(server) as raw:
        raw.send(publishing(version="1.0"))
        reply = raw.reply()
        assert (reply.status, reply.json["status"]) == (200, "scheduled")
        assert reply.headers.get_all("Connection") == ["close"]
        assert raw.rest() == b""
    assert wire.data() == ["hi"]


def test_an_http_1_0_client_that_asks_for_it_keeps_its_connection(wire, server):
    with Raw(server) as raw:
        for _ in range(2):
            raw.send(publishing(HI, "Connection: keep-alive", version="1.0"))
            reply = raw.reply()
            assert reply.status == 200
            assert reply.headers.get_all("Connection") == ["keep-alive"]
    assert wire.data() == ["hi", "hi"]


def test_a_client_that_asks_to_close_is_closed(server):
    with Raw(server) as raw:
        raw.send(head("GET", f"{PREFIX}/info", "Connection: close"))
        assert raw.reply().headers.get_all("Connection") == ["close"]
        assert raw.rest() == b""


def test_a_closing_client_s_broken_request_says_close_once(server):
    with Raw(server) as raw:
        raw.send(head("POST", f"{MESSAGING}/default", "Connection: close", "Content-Length: none"))
        reply = raw.reply()
    assert reply.status == 400
    assert reply.headers.get_all("Connection") == ["close"]


def test_pipelined_requests_are_answered_in_their_order(wire, server):
    with Raw(server) as raw:
        raw.send(*(publishing(b'{"message":%d}' % number) for number in range(3)), head("GET", f"{PREFIX}/info"))
        replies = [raw.reply() for _ in range(4)]
    assert [reply.status for reply in replies] == [200] * 4
    assert replies[3].json["appId"] == APP_ID
    assert wire.data() == [0, 1, 2]


def test_w21_the_answer_to_head_has_no_body(server):
    with Raw(server) as raw:
        raw.send(head("HEAD", f"{PREFIX}/info"), head("GET", f"{PREFIX}/info"))
        first = raw.reply(has_body=False)
        assert (first.status, first.headers["Content-Type"]) == (404, "application/json")
        assert raw.reply().json["appId"] == APP_ID


@pytest.mark.parametrize("target", ["*", "host:443", "http://elsewhere/x"], ids=["asterisk", "authority", "absolute"])
def test_w2_odd_request_targets_are_404(server, target):
    with Raw(server) as raw:
        raw.send(head("OPTIONS", target))
        assert raw.reply().status == 404


def test_an_absolute_request_target_is_understood(wire, server):
    with Raw(server) as raw:
        raw.send(head("GET", f"{server.url}/info"))
        assert raw.reply().json["appId"] == APP_ID


def test_an_impossible_request_target_is_an_answer_and_no_traceback(server, capfd):
    with Raw(server) as raw:
        raw.send(head("GET", "http://[bad/"))
        raw.hang_up()
        answer = raw.rest()
    assert answer.startswith(b"HTTP/1.1 4")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (head("GET", "/" + "x" * 70_000), 414),
        (head("GET", "/", *(f"X-{number}: 1" for number in range(200))), 431),
        (head("GET", "/", "X: " + "x" * 70_000), 431),
    ],
    ids=["path", "headers", "header"],
)
def test_w19_what_is_too_long_for_http_is_refused_in_json(server, request_head, status):
    with Raw(server) as raw:
        raw.send(request_head)
        reply = raw.reply()
    assert reply.status == status
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.json["code"] == status


NO_REQUEST = {
    "no-coding-of-ours": publishing(b"", "Transfer-Encoding: xchunked"),
    "length-and-chunks": publishing(HI, "Transfer-Encoding: chunked"),
    "two-lengths": publishing(HI, "Content-Length: 5"),
    "http-9": head("GET", "/", version="9"),
    "http-0.9": b"GET /\r\n",
    "folded": head("GET", "/", "X: a", " b"),
    "bare-cr": head("GET", "/", "X: a\rb"),
    "no-host": b"GET / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("sent", NO_REQUEST.values(), ids=NO_REQUEST)
def test_w14_what_is_no_request_is_400_at_once_and_the_connection_is_closed(wire, server, sent):
    with Raw(server) as raw:
        raw.send(sent)
        reply = raw.reply()
        assert (reply.status, reply.json["code"]) == (400, 400)
        assert reply.json["message"].startswith("pytest-backendless-mock: ")
        assert reply.headers["Content-Type"] == "application/json"
        assert reply.headers.get_all("Connection") == ["close"]
        assert [value for value in reply.headers.values() if "HTTP" in value] == []
        assert raw.rest() == b""
    assert wire.stored == NOTHING
    assert wire.tenant.journal.requests() == ()
    assert wire.problems == []


def test_w14_a_client_that_is_refused_in_the_middle_of_a_long_body_reads_why(server):
    with Raw(server) as raw:
        raw.send(head("POST", "/", "Transfer-Encoding: gzip"), b"x" * 5_000_000)
        assert raw.reply().json["message"] == ("pytest-backendless-mock: Transfer-Encoding is 'gzip'; there is chunked")
        assert raw.rest() == b""


def test_a_client_that_stays_after_it_was_refused_is_hung_up_on(server, monkeypatch):
    monkeypatch.setattr(connection_module, "SILENCE", 0.01)
    [*before] = threading.enumerate()
    with Raw(server) as raw:
        raw.send(head("GET", "/", version="9"))
        assert raw.reply().status == 400
        for thread in set(threading.enumerate()) - set(before):
            thread.join(WATCHDOG)
        assert threads_since(before) == []


def test_w14_empty_lines_before_a_request_are_skipped(wire, server):
    with Raw(server) as raw:
        for _ in range(2):
            raw.send(publishing(), b"\r\n")
            assert raw.reply().status == 200
    assert wire.data() == ["hi", "hi"]


# --- bodies


def test_expect_100_continue_is_answered_before_the_body_comes(wire, server):
    with Raw(server) as raw:
        raw.send(publishing(HI, "Expect: 100-continue").removesuffix(HI))
        assert raw.interim() == b"HTTP/1.1 100 Continue\r\n"
        raw.send(HI)
        assert raw.reply().status == 200
    assert wire.data() == ["hi"]


def test_requests_sends_a_generator_in_chunks(wire, server):
    with requests.Session() as session:
        parts = iter([b'{"mess', b'age":', b'"hi"}'])
        headers = {"Content-Type": "application/json"}
        answer = session.post(f"{server.url}/messaging/default", data=parts, headers=headers)
        assert answer.request.headers["Transfer-Encoding"] == "chunked"
        again = session.post(f"{server.url}/messaging/default", json={"message": "again"})
    assert (answer.status_code, again.status_code) == (200, 200)
    assert wire.data() == ["hi", "again"]


def test_httpx_sends_a_generator_in_chunks(wire, server):
    with httpx.Client() as client:
        headers = {"Content-Type": "application/json"}
        parts = iter([b'{"message":"', b"x" * 200_000, b'"}'])
        answer = client.post(f"{server.url}/messaging/default", content=parts, headers=headers)
    assert answer.status_code == 200
    assert wire.data() == ["x" * 200_000]


def test_after_a_chunked_body_the_connection_goes_on(wire, server):
    chunked_head = head("POST", f"{MESSAGING}/default", "Content-Type: application/json", "Transfer-Encoding: Chunked")
    with Raw(server) as raw:
        raw.send(chunked_head, chunked(HI[:5], HI[5:], b""), publishing(b'{"message":"next"}'))
        assert [raw.reply().status, raw.reply().status] == [200, 200]
    assert wire.data() == ["hi", "next"]


def test_w14_extensions_of_chunks_and_trailers_are_read_and_dropped(wire, server):
    lines = ["Content-Type: application/json", "Transfer-Encoding: chunked", "Trailer: X-Checksum"]
    with Raw(server) as raw:
        raw.send(head("POST", f"{MESSAGING}/default", *lines), b"10;a=b\r\n", HI, b"\r\n0;c\r\nX-Checksum: 1\r\n\r\n")
        raw.send(publishing(b'{"message":"next"}'))
        assert [raw.reply().status, raw.reply().status] == [200, 200]
    assert wire.data() == ["hi", "next"]


@pytest.mark.parametrize("chunks", [b"zz\r\n", b"-1\r\n", b"5\r\n" + HI, b"1;" + b"x" * 9_000], ids=repr)
def test_w14_malformed_chunks_are_8002_and_nothing_is_stored(wire, server, chunks):
    lines = ["Content-Type: application/json", "Transfer-Encoding: chunked"]
    with Raw(server) as raw:
        raw.send(head("POST", f"{MESSAGING}/default", *lines), chunks)
        reply = raw.reply()
        assert (reply.status, reply.json["code"]) == (400, 8002)
        assert reply.headers.get_all("Connection") == ["close"]
        assert raw.rest() == b""
    assert wire.stored == NOTHING
    assert wire.problems == []


@pytest.mark.parametrize("chunks", [False, True], ids=["content-length", "chunked"])
def test_w14_the_client_gets_to_read_why_20_mib_are_too_much(wire, server, chunks):
    body = b" " * (2 * LONGEST_BODY)
    headers = {"Content-Type": "application/json"}
    with requests.Session() as session:
        data = iter([body]) if chunks else body
        answer = session.post(f"{server.url}/messaging/default", data=data, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, 8002)
        assert answer.headers["Connection"] == "close"
        assert session.post(f"{server.url}/messaging/default", json={"message": "hi"}).status_code == 200
    assert wire.data() == ["hi"]


HALF_BODIES = [
    pytest.param(publishing(HI).removesuffix(HI[5:]), id="content-length"),
    pytest.param(publishing(HI).removesuffix(HI), id="nothing-of-it"),
    pytest.param(
        head("POST", f"{MESSAGING}/default", "Transfer-Encoding: chunked") + chunked(HI[:5]), id="between-chunks"
    ),
    pytest.param(
        head("POST", f"{MESSAGING}/default", "Transfer-Encoding: chunked") + b"10\r\n" + HI[:5], id="inside-a-chunk"
    ),
    pytest.param(
        head("POST", f"{MESSAGING}/default", "Transfer-Encoding: chunked") + b"no chunk", id="no-chunk-at-all"
    ),
    pytest.param(head("POST", "/nowhere", "Content-Length: 100") + HI, id="unknown-route"),
]


@pytest.mark.parametrize("sent", HALF_BODIES)
def test_w14_a_client_that_hangs_up_half_way_through_stores_nothing(wire, server, sent):
    with Raw(server) as raw:
        raw.send(sent)
        raw.hang_up()
        reply = raw.reply()
        assert (reply.status, reply.json["code"]) == (400, 8002)
        assert reply.headers["Connection"] == "close"
        assert raw.rest() == b""
    assert wire.stored == NOTHING
    assert wire.problems == []


def test_w14_a_client_that_is_killed_half_way_through_stores_nothing_and_fails_no_test(wire, capfd):
    with serving(wire) as server, Raw(server) as raw:
        raw.send(publishing(HI, "Expect: 100-continue").removesuffix(HI))
        assert raw.interim() == b"HTTP/1.1 100 Continue\r\n"
        raw.send(HI[:5])
        raw.reset()
    assert wire.stored == NOTHING
    assert wire.problems == []
    assert capfd.readouterr().err == ""


def test_a_client_that_hangs_up_in_the_middle_of_the_headers_was_never_there(wire, capfd):
    with serving(wire) as server, Raw(server) as raw:
        raw.send(b"POST /")
        raw.hang_up()
        raw.rest()
    assert wire.tenant.journal.requests() == ()
    assert wire.problems == []
    assert capfd.readouterr().err == ""


def test_50_clients_at_once_are_all_served(wire, server):
    together = threading.Barrier(50)

    def publish(number):
        with requests.Session() as session:
            together.wait(WATCHDOG)
            body = {"message": number}
            return session.post(f"{server.url}/messaging/default", json=body).json()["messageId"]

    with ThreadPoolExecutor(50) as pool:
        ids = list(pool.map(publish, range(50)))
    assert len(set(ids)) == 50
    assert sorted(wire.data()) == list(range(50))
    assert len(wire.tenant.journal.requests()) == 52


def test_an_idle_client_does_not_block_another(server):
    with Raw(server) as idle, Raw(server) as busy:
        idle.send(b"GET /")
        busy.send(head("GET", f"{PREFIX}/info"))
        assert busy.reply().status == 200


# --- start and stop


def test_a_server_knows_where_it_is(server):
    assert server.host_url == f"http://127.0.0.1:{server.port}"
    assert server.url == f"http://127.0.0.1:{server.port}{PREFIX}"
    assert server.is_running()
    assert server.port > 0


def test_the_urls_carry_the_ids_they_were_given():
    server = BackendlessServer(port=80, app_id="MY-ID", api_key="MY-KEY")
    assert server.url == "http://127.0.0.1:80/MY-ID/MY-KEY"


@pytest.mark.parametrize("_", range(20))
def test_stop_leaves_no_thread_and_nobody_listening(_):
    before = threading.enumerate()
    server = BackendlessServer()
    server.start()
    with Raw(server) as raw:
        raw.send(head("GET", "/"))
        assert raw.reply().status == 503
        server.stop()
        assert threads_since(before) == []
        assert raw.rest() == b""
    assert not server.is_running()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((server.host, server.port), timeout=WATCHDOG)


def test_stop_ends_a_connection_in_the_middle_of_a_body(wire):
    before = threading.enumerate()
    with ExitStack() as clients:
        with serving(wire) as server:
            raw = clients.enter_context(Raw(server))
            raw.send(publishing(HI, "Expect: 100-continue").removesuffix(HI))
            assert raw.interim() == b"HTTP/1.1 100 Continue\r\n"
        assert threads_since(before) == []
        assert raw.rest() == b""
    assert wire.stored == NOTHING
    assert wire.problems == []


def test_a_pooled_connection_gets_an_error_after_stop(wire):
    with requests.Session() as session:
        with serving(wire) as server:
            assert session.get(f"{server.url}/info").status_code == 200
        with pytest.raises(requests.ConnectionError):
            session.get(f"{server.url}/info")


def test_a_server_can_start_again_and_keeps_its_port():
    server = BackendlessServer()
    server.start()
    port = server.port
    server.stop()
    server.start()
    with Raw(server) as raw:
        raw.send(head("GET", "/"))
        assert raw.reply().status == 503
    server.stop()
    assert server.port == port


def test_without_a_port_it_says_how_to_get_one():
    with pytest.raises(ServerError) as caught:
        _ = BackendlessServer().url
    assert str(caught.value) == (
        "the server is not running, and has no port yet: start() it, or use it in a `with` block"
    )
    assert repr(BackendlessServer()) == "<BackendlessServer without an address yet>"
    assert repr(BackendlessServer(port=80)) == "<BackendlessServer http://127.0.0.1:80>"


def test_on_demand_it_starts_when_it_is_asked_where_it_is():
    server = BackendlessServer()
    server.start_on_demand()
    assert not server.is_running()
    with Raw(server) as raw:
        assert server.is_running()
        raw.send(head("GET", "/"))
        assert raw.reply().status == 503
    server.stop()
    assert not server.is_running()


def test_on_demand_it_starts_at_once_on_a_port_that_was_given(server):
    port = server.port
    server.stop()
    try:
        fixed = BackendlessServer(port=port)
        fixed.start_on_demand()
        assert fixed.is_running()
        fixed.stop()
    finally:
        server.start()


def test_who_never_asked_can_stop_it():
    server = BackendlessServer()
    server.start_on_demand()
    server.stop()
    server.stop()
    with pytest.raises(ServerError, match=r"^the server is not running, and has no port yet"):
        _ = server.url


def test_on_demand_it_warns_at_once_where_others_can_reach_it():
    server = BackendlessServer("0.0.0.0")
    with pytest.warns(UserWarning, match=r"^the mock listens on 0\.0\.0\.0, where others can reach it$"):
        server.start_on_demand()
    assert server.port > 0
    server.stop()


def test_starting_twice_is_an_error(server):
    with pytest.raises(ServerError, match=f"^the server is already running at {server.host_url}$"):
        server.start()


class Plain:
    """Any WSGI application as if it were an ``App``."""

    def __init__(self, application):
        self.application = application
        self.tenants = ()
        self.availability = SimpleNamespace(accepting=True)

    def __call__(self, environ, start_response):
        return self.application(environ, start_response)


def serve(server, application):
    hosting(server)._app = Plain(application)


def test_without_a_test_requests_are_503_and_remembered():
    server = BackendlessServer()
    server.start()
    with requests.Session() as session:
        answer = session.post(f"{server.url}/messaging/default", json={"message": "hi"})
    server.stop()
    assert (answer.status_code, answer.json()["code"]) == (503, 503)
    assert hosting(server).idle.strays == [f"POST {MESSAGING}/default"]


def test_applications_come_and_go_on_one_connection(wire):
    other = Wire(seed="other")
    with serving(wire) as server, requests.Session() as session:
        session.post(f"{server.url}/messaging/default", json={"message": "one"})
        serve(server, other.checked)
        session.post(f"{server.url}/messaging/default", json={"message": "two"})
    assert (wire.data(), other.data()) == (["one"], ["two"])


@pytest.mark.parametrize(
    ("host", "port", "text"),
    [
        ("127.0.0.1", None, "Address already in use"),
        ("127.0.0.1", 70_000, "0-65535"),
        ("localhost", -1, "0-65535"),
    ],
    ids=["busy", "beyond-65535", "negative"],
)
def test_where_it_cannot_listen_it_says_so_in_a_sentence(server, capfd, host, port, text):
    before = threading.enumerate()
    port = server.port if port is None else port
    rival = BackendlessServer(host, port)
    with pytest.raises(ServerError) as caught:
        rival.start()
    assert str(caught.value).startswith(f"the mock cannot listen on {host}:{port}: ")
    assert text in str(caught.value)
    assert capfd.readouterr() == ("", "")
    assert threads_since(before) == []
    assert not rival.is_running()


def test_a_forbidden_port_is_a_sentence_too(monkeypatch):
    class Forbidden(socket.socket):
        def bind(self, address):
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(listener_module.socket, "socket", Forbidden)
    with pytest.raises(
        ServerError, match=r"^the mock cannot listen on 127\.0\.0\.1:80: \[Errno 13\] Permission denied$"
    ):
        BackendlessServer(port=80).start()


def test_an_address_that_is_not_ours_is_a_sentence_too():
    with (
        pytest.warns(UserWarning, match=r"^the mock listens on 192\.0\.2\.1, where others can reach it$"),
        pytest.raises(ServerError, match=r"^the mock cannot listen on 192\.0\.2\.1:0: "),
    ):
        BackendlessServer("192.0.2.1").start()


def test_listening_where_others_can_reach_it_warns(wire):
    with (
        pytest.warns(UserWarning, match=r"^the mock listens on 0\.0\.0\.0, where others can reach it$"),
        serving(wire, host="0.0.0.0") as server,
        requests.Session() as session,
    ):
        assert session.get(f"http://127.0.0.1:{server.port}{PREFIX}/info").status_code == 200


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", pytest.param("::1", marks=pytest.mark.skipif(not ipv6(), reason="no IPv6"))]
)
def test_loopback_addresses_do_not_warn(wire, host, recwarn):
    with serving(wire, host=host) as server, requests.Session() as session:
        assert session.get(f"{server.url}/info").status_code == 200
    assert list(recwarn) == []


def test_where_a_port_could_be_shared_it_is_not(wire, monkeypatch):
    asked = []

    class Asked(socket.socket):
        def setsockopt(self, *option):
            asked.append(option[:2])
            super().setsockopt(*option)

    monkeypatch.setattr(listener_module, "os", SimpleNamespace(name="nt"))
    monkeypatch.setattr(listener_module.socket, "socket", Asked)
    server = BackendlessServer()
    server.start()
    server.stop()
    assert (socket.SOL_SOCKET, socket.SO_REUSEADDR) not in asked


def test_a_client_that_is_gone_when_its_answer_comes_leaves_nothing_open(monkeypatch):
    asked, gone = threading.Event(), threading.Event()
    handlers = []

    class Kept(listener_module.KeepAliveHandler):
        def setup(self):
            super().setup()
            handlers.append(self)

    def answer_late(_, start_response):
        asked.set()
        gone.wait(WATCHDOG)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"hi"]

    monkeypatch.setattr(listener_module, "KeepAliveHandler", Kept)
    server = BackendlessServer()
    server.start()
    serve(server, answer_late)
    raw = Raw(server)
    raw.send(head("GET", "/"))
    assert asked.wait(WATCHDOG)
    raw.reset()
    gone.set()
    server.stop()
    assert [(handler.rfile.closed, handler.wfile.closed) for handler in handlers] == [(True, True)]


def test_an_answer_that_has_nothing_to_close_is_sent_part_by_part():
    def answer_in_parts(_, start_response):
        start_response("200 OK", [("Content-Length", "4")])
        return (b"hi", b"ho")

    server = BackendlessServer()
    server.start()
    serve(server, answer_in_parts)
    with Raw(server) as raw:
        raw.send(head("GET", "/"))
        assert raw.reply().body == b"hiho"
    server.stop()


def test_a_bug_in_an_application_is_printed_and_the_connection_ends(capfd):
    server = BackendlessServer()
    server.start()
    serve(server, lambda *_: 1 / 0)
    with Raw(server) as raw:
        raw.send(head("GET", "/"))
        assert raw.rest() == b""
    server.stop()
    assert capfd.readouterr().err.endswith("ZeroDivisionError: division by zero\n")


def test_c10_the_subscriptions_of_earlier_tests_are_remembered_up_to_10_000():
    host = hosting(BackendlessServer())
    host._remember(["a", "b"], "test_a")
    assert host.stale_subscriptions == {"a": "test_a", "b": "test_a"}
    host._remember(map(str, range(9_999)), "test_b")
    assert len(host.stale_subscriptions) == 10_000
    assert "a" not in host.stale_subscriptions
    assert (host.stale_subscriptions["b"], host.stale_subscriptions["9998"]) == ("test_a", "test_b")


def test_the_contract_of_httpserver_base_is_kept(wire):
    server = BackendlessServer()
    serve(server, wire.checked)
    environ = EnvironBuilder(path=f"{PREFIX}/info").get_environ()
    response = server.dispatch(Request(environ))
    assert (response.status_code, response.get_json()["appId"]) == (200, APP_ID)


# --- TLS


@pytest.fixture
def secure_server(wire, certified):
    with serving(wire, ssl_context=certified) as server:
        yield server


def test_requests_speaks_tls_with_a_certificate_it_trusts(wire, authority, secure_server):
    assert secure_server.url == f"https://127.0.0.1:{secure_server.port}{PREFIX}"
    with authority.cert_pem.tempfile() as ca, requests.Session() as session:
        for number in (1, 2):
            session.post(f"{secure_server.url}/messaging/default", json={"message": number}, verify=ca)
        assert connections(session, secure_server) == (1, 2)
    assert wire.data() == [1, 2]


def test_httpx_speaks_tls_with_a_certificate_it_trusts(wire, trusting, secure_server):
    with httpx.Client(verify=trusting) as client:
        assert client.post(f"{secure_server.url}/messaging/default", json={"message": "hi"}).status_code == 200
    assert wire.data() == ["hi"]


def test_a_client_that_does_not_trust_the_certificate_refuses(wire, secure_server, capfd):
    with requests.Session() as session, pytest.raises(requests.exceptions.SSLError):
        session.get(f"{secure_server.url}/info")
    assert wire.tenant.journal.requests() == ()
    assert capfd.readouterr().err == ""


def test_a_silent_client_does_not_block_others_nor_stop(wire, certified, trusting):
    before = threading.enumerate()
    with ExitStack() as clients:
        with serving(wire, ssl_context=certified) as server:
            silent = clients.enter_context(Raw(server))
            with httpx.Client(verify=trusting) as client:
                assert client.get(f"{server.url}/info").status_code == 200
        assert threads_since(before) == []
        assert silent.rest() == b""


def test_a_client_without_tls_is_hung_up_on(wire, secure_server, capfd):
    with Raw(secure_server) as raw:
        raw.send(head("GET", f"{PREFIX}/info"))
        assert b"appId" not in raw.rest()
    assert wire.tenant.journal.requests() == ()
    assert capfd.readouterr().err == ""


# --- without a socket


@pytest.mark.parametrize("name", ["default", "a b", "日本", "café", "😀", "a+b&c"])
def test_httpx_reaches_the_application_in_process(wire, name):
    with httpx.Client(transport=httpx.WSGITransport(app=wire.checked), base_url=f"http://mock{MESSAGING}") as client:
        subscription = client.post(f"/{name}/subscribe").json()["subscriptionId"]
        assert client.post(f"/{name}", json={"message": "hi"}).status_code == 200
        polled = client.get(f"/{name}/{subscription}").json()
    assert [message["data"] for message in polled["messages"]] == ["hi"]
    assert name in wire.stored.channels
    assert wire.checked.objections == []


def test_httpx_in_process_sends_a_generator(wire):
    with httpx.Client(transport=httpx.WSGITransport(app=wire.checked), base_url=f"http://mock{MESSAGING}") as client:
        parts = iter([b'{"message":', b'"hi"}'])
        answer = client.post("/default", content=parts, headers={"Content-Type": "application/json"})
    assert answer.json()["status"] == "scheduled"
    assert wire.data() == ["hi"]


def test_a_machine_without_the_sockets_it_needs_is_told_in_a_sentence(monkeypatch):
    def refuse(*_):
        raise OSError("Address family not supported by protocol")

    monkeypatch.setattr("pytest_backendless_mock.server.listener.socket.socket", refuse)
    with pytest.raises(ServerError, match=r"^the mock cannot listen on ::1:0: Address family not supported"):
        BackendlessServer("::1").start()
