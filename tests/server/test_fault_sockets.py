"""What clients meet when something goes wrong: over sockets, over TLS, over AMF, and without a socket."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import http.client
import json
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest
import requests
from amf_support import BINARY, JAVA, MESSAGING, Fault, Remote, frame
from werkzeug.test import Client as WsgiClient

from pytest_backendless_mock import BackendlessMock, BackendlessServer
from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.http.amf.frame import AmfError

WATCHDOG = 20
"""Seconds after which a client gives up; nothing here is measured by it."""
IMPATIENT = 0.3
"""Seconds after which a client gives up that is left without an answer."""
NOW = datetime(2030, 1, 7, 8, 30, tzinfo=timezone.utc)
FROZEN = pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
HI = {"message": "hi"}
OPEN_FILES = Path("/proc/self/fd")
THREAD = "backendless-mock connection"


class Got(NamedTuple):
    status: int
    headers: Any
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Requests:
    def __init__(self):
        self.session = requests.Session()

    def send(self, method, url, body=None, timeout=WATCHDOG):
        with self.session.request(method, url, json=body, timeout=timeout) as answer:
            return Got(answer.status_code, answer.headers, answer.content)

    def close(self):
        self.session.close()


class Httpx:
    def __init__(self):
        self.client = httpx.Client()

    def send(self, method, url, body=None, timeout=WATCHDOG):
        answer = self.client.request(method, url, json=body, timeout=timeout)
        return Got(answer.status_code, answer.headers, answer.content)

    def close(self):
        self.client.close()


class HttpxAsync:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.client = httpx.AsyncClient()

    def send(self, method, url, body=None, timeout=WATCHDOG):
        answer = self.loop.run_until_complete(self.client.request(method, url, json=body, timeout=timeout))
        return Got(answer.status_code, answer.headers, answer.content)

    def close(self):
        self.loop.run_until_complete(self.client.aclose())
        self.loop.close()


class HttpClient:
    """Keeps its connection until something goes wrong."""

    def __init__(self, context=None):
        self.context = context
        self.connection = None

    def send(self, method, url, body=None, timeout=WATCHDOG):
        where = urlsplit(url)
        if self.connection is None:
            self.connection = (
                http.client.HTTPSConnection(where.hostname, where.port, context=self.context)
                if where.scheme == "https"
                else http.client.HTTPConnection(where.hostname, where.port)
            )
        self.connection.timeout = timeout
        if self.connection.sock is not None:
            self.connection.sock.settimeout(timeout)
        sent = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, where.path, sent, {"Content-Type": "application/json"})
            with self.connection.getresponse() as answer:
                return Got(answer.status, answer.headers, answer.read())
        except BaseException:
            self.close()
            raise

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


CLIENTS = {"requests": Requests, "httpx": Httpx, "httpx-async": HttpxAsync, "http.client": HttpClient}


class User:
    """A client of one library, who knows the mock's address."""

    def __init__(self, name, client, mock):
        self.name = name
        self.url = mock.url
        self.client = client

    def publish(self, message="hi", channel="news", timeout=WATCHDOG):
        return self.send("POST", f"messaging/{channel}", {"message": message}, timeout)

    def send(self, method, path, body=None, timeout=WATCHDOG):
        return self.client.send(method, f"{self.url}/{path}", body, timeout)


@pytest.fixture(params=CLIENTS)
def user(request, backendless_mock):
    with contextlib.closing(CLIENTS[request.param]()) as client:
        yield User(request.param, client, backendless_mock)


@pytest.fixture
def plain_user(backendless_mock):
    with contextlib.closing(HttpClient()) as client:
        yield User("http.client", client, backendless_mock)


@pytest.fixture
def news(backendless_mock):
    return backendless_mock.channel("news")


def connections_since(before):
    return [thread for thread in threading.enumerate() if thread.name == THREAD and thread not in before]


def open_files():
    """The descriptors of this process, where the system shows them."""
    gc.collect()
    return {entry.name for entry in OPEN_FILES.iterdir()} if OPEN_FILES.is_dir() else set()


# --- what is no answer

BROKEN = {
    "reset": lambda faults, **which: faults.reset("publish", **which),
    "midway": lambda faults, **which: faults.reset("publish", midway=True, **which),
    "empty": lambda faults, **which: faults.empty("publish", **which),
    "not HTTP": lambda faults, **which: faults.garbage("publish", "not HTTP", **which),
    "hang": lambda faults, **which: faults.hang("publish", **which),
    "lose": lambda faults, **which: faults.lose("publish", **which),
}
RESET = {
    "requests": (requests.ConnectionError, "ConnectionResetError"),
    "httpx": (httpx.ReadError, None),
    "httpx-async": (httpx.ReadError, None),
    "http.client": (ConnectionResetError, None),
}
ERRORS = {
    "reset": RESET,
    "lose": RESET,
    "midway": {
        **RESET,
        "requests": (requests.exceptions.ChunkedEncodingError, "Connection broken: ConnectionResetError"),
    },
    "empty": {
        "requests": (requests.ConnectionError, "Remote end closed connection without response"),
        "httpx": (httpx.RemoteProtocolError, "Server disconnected without sending a response"),
        "httpx-async": (httpx.RemoteProtocolError, "Server disconnected without sending a response"),
        "http.client": (http.client.RemoteDisconnected, "Remote end closed connection without response"),
    },
    "not HTTP": {
        "requests": (requests.ConnectionError, "BadStatusLine.*SSH-2.0-OpenSSH"),
        "httpx": (httpx.RemoteProtocolError, "SSH-2.0-OpenSSH"),
        "httpx-async": (httpx.RemoteProtocolError, "SSH-2.0-OpenSSH"),
        "http.client": (http.client.BadStatusLine, "^SSH-2.0-OpenSSH"),
    },
    "hang": {
        "requests": (requests.ReadTimeout, "Read timed out"),
        "httpx": (httpx.ReadTimeout, None),
        "httpx-async": (httpx.ReadTimeout, None),
        "http.client": (TimeoutError, "timed out"),
    },
}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_client_gets_the_error_of_its_library_and_goes_on_afterwards(backendless_mock, user, news, fault):
    kind, text = ERRORS[fault][user.name]
    broken = BROKEN[fault](backendless_mock.faults, times=1)
    with pytest.raises(kind, match=text) as caught:
        user.publish("one", timeout=IMPATIENT if fault == "hang" else WATCHDOG)
    assert type(caught.value) is kind
    backendless_mock.wait_until(lambda: backendless_mock.requests, WATCHDOG)
    assert broken.fired == 1
    assert news.messages.data == (["one"] if fault == "lose" else [])
    assert backendless_mock.requests[0].status == (200 if fault == "midway" else None)
    assert user.publish("two").json["status"] == "scheduled"
    assert news.messages.data == (["one", "two"] if fault == "lose" else ["two"])


def test_a_connection_that_served_before_is_broken_off_as_a_new_one_is(backendless_mock, user, news):
    user.publish("before")
    backendless_mock.faults.reset("publish")
    with pytest.raises(RESET[user.name][0]):
        user.publish()
    assert news.messages.data == ["before"]
    assert len(backendless_mock.requests) == 2


def test_what_a_lost_poll_retrieved_is_gone(backendless_mock, user, news):
    subscription = backendless_mock.subscribe("news")
    backendless_mock.publish("hi", channel="news")
    backendless_mock.faults.lose("retrieve", times=1)
    kind, text = RESET[user.name]
    with pytest.raises(kind, match=text):
        user.send("GET", f"messaging/news/{subscription.id}")
    assert subscription.pending == ()
    assert news.retrieved.data == ["hi"]
    assert user.send("GET", f"messaging/news/{subscription.id}").json == {"messages": []}


@FROZEN
def test_after_a_hang_the_retry_finds_the_time_that_the_client_waited(backendless_mock, user, news):
    backendless_mock.publish("meanwhile", channel="news", publish_at=timedelta(seconds=10))
    backendless_mock.faults.hang("publish", clock=30, times=1)
    kind, text = ERRORS["hang"][user.name]
    with pytest.raises(kind, match=text):
        user.publish(timeout=IMPATIENT)
    backendless_mock.wait_until(lambda: backendless_mock.requests, WATCHDOG)
    assert backendless_mock.clock.now() == NOW + timedelta(seconds=30)
    assert user.publish("again").headers["Date"] == "Mon, 07 Jan 2030 08:30:30 GMT"
    assert [(delivery.data, delivery.at - NOW) for delivery in news.deliveries] == [
        ("meanwhile", timedelta(seconds=10)),
        ("again", timedelta(seconds=30)),
    ]


# --- answers


def test_an_error_of_the_service_comes_with_its_code(backendless_mock, user, news):
    backendless_mock.faults.fail("publish", error=5007)
    answer = user.publish()
    assert (answer.status, answer.json) == (400, {"code": 5007, "message": "User has no permission to publish message"})
    assert news.messages == ()


def test_another_status_comes_with_its_body_and_headers(backendless_mock, user, news):
    backendless_mock.faults.fail("publish", http=502, body="<h1>Bad Gateway</h1>", headers={"Retry-After": "3"})
    answer = user.publish()
    assert (answer.status, answer.body) == (502, b"<h1>Bad Gateway</h1>")
    assert answer.headers["Retry-After"] == "3"
    assert answer.headers["Content-Type"].startswith("text/html")
    assert news.messages == ()


def test_a_soft_failure_is_answered_200_and_the_status_says_it_again(backendless_mock, user, news):
    backendless_mock.faults.fail("publish", message="no room")
    answer = user.publish()
    failed = {"status": "failed", "messageId": answer.json["messageId"], "errorMessage": "no room"}
    assert (answer.status, answer.json) == (200, failed)
    assert user.send("GET", f"messaging/{answer.json['messageId']}").json == failed
    assert (news.messages.data, news.deliveries) == (["hi"], ())


def test_a_failed_delivery_is_answered_as_scheduled_and_has_failed_later(backendless_mock, user, news):
    backendless_mock.faults.fail_delivery(message="out of ink")
    answer = user.publish()
    assert (answer.status, answer.json["status"], answer.json["errorMessage"]) == (200, "scheduled", None)
    status = user.send("GET", f"messaging/{answer.json['messageId']}").json
    assert (status["status"], status["errorMessage"]) == ("failed", "out of ink")
    assert (news.messages.data, news.deliveries) == (["hi"], ())


@pytest.mark.parametrize(
    ("kind", "beginning"),
    [("not JSON", b"<html>"), ("truncated JSON", b'{"')],
    ids=["not-json", "truncated-json"],
)
def test_an_answer_that_calls_itself_json_is_none(backendless_mock, user, news, kind, beginning):
    backendless_mock.faults.garbage("publish", kind)
    answer = user.publish()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.body.startswith(beginning)
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.body)
    assert news.messages == ()


def test_a_slow_answer_comes_whole(backendless_mock, user, news):
    backendless_mock.faults.slow("publish", 0.1)
    answer = user.publish()
    assert (answer.status, answer.json["status"]) == (200, "scheduled")
    assert news.messages.data == ["hi"]
    assert user.publish().status == 200


def test_a_slow_answer_comes_in_pieces(backendless_mock):
    backendless_mock.faults.slow("info", 0.5)
    where = urlsplit(backendless_mock.url)
    with socket.create_connection((where.hostname, where.port), timeout=WATCHDOG) as raw:
        raw.sendall(f"GET {where.path}/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        pieces = list(iter(lambda: raw.recv(65_536), b""))
    head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
    assert json.loads(body)["appId"] == backendless_mock.app_id
    assert b"Content-Length: %d" % len(body) in head
    assert len(pieces) > 2


@FROZEN
def test_a_delayed_request_is_answered_later_by_the_clock_after_what_was_due_meanwhile(backendless_mock, user, news):
    backendless_mock.publish("meanwhile", channel="news", publish_at=timedelta(seconds=10))
    backendless_mock.publish("afterwards", channel="news", publish_at=timedelta(seconds=40))
    backendless_mock.faults.delay("publish", 30)
    answer = user.publish()
    assert (answer.status, answer.json["status"]) == (200, "scheduled")
    assert answer.headers["Date"] == "Mon, 07 Jan 2030 08:30:30 GMT"
    assert backendless_mock.clock.now() == NOW + timedelta(seconds=30)
    assert [(delivery.data, delivery.at - NOW) for delivery in news.deliveries] == [
        ("meanwhile", timedelta(seconds=10)),
        ("hi", timedelta(seconds=30)),
    ]


# --- offline

REFUSED = {
    "requests": (requests.ConnectionError, "refused"),
    "httpx": (httpx.ConnectError, "refused"),
    "httpx-async": (httpx.ConnectError, None),
    "http.client": (ConnectionRefusedError, None),
}
CUT_OFF = {
    "requests": requests.ConnectionError,
    "httpx": (httpx.NetworkError, httpx.RemoteProtocolError),
    "httpx-async": (httpx.NetworkError, httpx.RemoteProtocolError),
    "http.client": (ConnectionRefusedError, ConnectionResetError, BrokenPipeError),
}


def test_while_the_service_is_offline_a_new_connection_is_refused(backendless_mock, user, news):
    url = backendless_mock.url
    kind, text = REFUSED[user.name]
    with backendless_mock.offline():
        with pytest.raises(kind, match=text):
            user.publish()
        with pytest.raises(kind, match=text):
            user.publish()
    assert backendless_mock.requests == ()
    assert backendless_mock.url == url
    assert user.publish().status == 200
    assert news.messages.data == ["hi"]


def test_when_the_service_goes_offline_a_pooled_connection_serves_no_more(backendless_mock, user, news):
    user.publish("before")
    with backendless_mock.offline():
        with pytest.raises(CUT_OFF[user.name]):
            user.publish("lost")
        kind, text = REFUSED[user.name]
        with pytest.raises(kind, match=text):
            user.publish("lost too")
    assert user.publish("after").status == 200
    assert news.messages.data == ["before", "after"]
    assert len(backendless_mock.requests) == 2


# --- TLS


@pytest.fixture
def secure_mock(certified):
    server = BackendlessServer(ssl_context=certified)
    server.start()
    try:
        with BackendlessMock(server=server) as mock:
            yield mock
    finally:
        server.stop()


@pytest.fixture
def secure_user(secure_mock, trusting):
    with contextlib.closing(HttpClient(trusting)) as client:
        yield User("http.client", client, secure_mock)


OVER_TLS = {
    "reset": ConnectionResetError,
    "midway": (ConnectionResetError, http.client.IncompleteRead),
    "empty": http.client.RemoteDisconnected,
    "hang": TimeoutError,
    "lose": ConnectionResetError,
}
"""Before 3.11.9 and 3.12.3, Python makes an end of file of what OpenSSL tells it about a reset (gh-115627)."""


@pytest.mark.parametrize("fault", OVER_TLS)
def test_over_tls_a_client_gets_its_error_and_goes_on_afterwards(secure_mock, secure_user, fault):
    BROKEN[fault](secure_mock.faults, times=1)
    with pytest.raises(OVER_TLS[fault]):
        secure_user.publish("one", timeout=IMPATIENT if fault == "hang" else WATCHDOG)
    secure_mock.wait_until(lambda: secure_mock.requests, WATCHDOG)
    assert secure_user.publish("two").status == 200
    assert secure_mock.messages.data == (["one", "two"] if fault == "lose" else ["two"])


def speak_tls_to_the_end(mock, context):
    """Publish over TLS and read until the connection ends, below TLS: as the server ended it."""
    where, body = urlsplit(mock.url), json.dumps(HI)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=where.hostname)
    with socket.create_connection((where.hostname, where.port), timeout=WATCHDOG) as raw:
        done = False
        while not done:
            with contextlib.suppress(ssl.SSLWantReadError):
                tls.do_handshake()
                done = True
            raw.sendall(outgoing.read())
            if not done:
                incoming.write(raw.recv(65_536))
        head = f"POST {where.path}/messaging/news HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        tls.write(f"{head}Content-Type: application/json\r\n\r\n{body}".encode())
        raw.sendall(outgoing.read())
        while raw.recv(65_536):
            pass


@pytest.mark.parametrize("fault", ["reset", "midway", "lose"])
def test_over_tls_a_reset_is_one_on_the_wire(secure_mock, trusting, fault):
    BROKEN[fault](secure_mock.faults)
    with pytest.raises(ConnectionResetError):
        speak_tls_to_the_end(secure_mock, trusting)


def test_over_tls_an_empty_answer_ends_the_connection_in_good_order(secure_mock, trusting):
    broken = BROKEN["empty"](secure_mock.faults)
    speak_tls_to_the_end(secure_mock, trusting)
    assert broken.fired == 1


def test_over_tls_an_offline_service_cuts_off_and_refuses(secure_mock, secure_user):
    secure_user.publish("before")
    with secure_mock.offline():
        with pytest.raises((ConnectionError, ssl.SSLError)):
            secure_user.publish("lost")
        with pytest.raises(ConnectionRefusedError):
            secure_user.publish("lost too")
    assert secure_user.publish("after").status == 200
    assert secure_mock.messages.data == ["before", "after"]


# --- nothing is left behind


def test_a_thousand_disconnects_leave_neither_a_socket_nor_a_thread():
    kinds = ("reset", "midway", "empty", "not HTTP", "lose")
    before, files = threading.enumerate(), open_files()
    with BackendlessMock() as mock:
        broken = [BROKEN[kind](mock.faults, channel=f"channel{number}") for number, kind in enumerate(kinds)]
        for number in range(1_000):
            with contextlib.closing(HttpClient()) as client, pytest.raises((OSError, http.client.HTTPException)):
                User("http.client", client, mock).publish(number, f"channel{number % len(kinds)}")
        assert [fault.fired for fault in broken] == [200] * len(kinds)
        assert mock.messages.data == list(range(4, 1_000, 5))
    assert connections_since(before) == []
    assert open_files() - files == set()


@pytest.mark.parametrize("shared", [False, True], ids=["own-server", "shared-server"])
@pytest.mark.parametrize(
    ("wait", "kinds"),
    [
        (lambda faults: faults.hang("publish"), {http.client.RemoteDisconnected}),
        (lambda faults: faults.slow("publish", 3_600), {http.client.RemoteDisconnected, http.client.IncompleteRead}),
    ],
    ids=["hang", "slow"],
)
def test_a_client_that_waits_when_the_test_ends_gets_its_error_and_its_thread_ends(wait, kinds, shared):
    before, met = threading.enumerate(), threading.Event()
    server = BackendlessServer()
    if shared:
        server.start()
    with ThreadPoolExecutor(1) as pool:
        with BackendlessMock(server=server if shared else None) as mock:
            wait(mock.faults)
            mock.on("faulted", lambda _: met.set())
            client = HttpClient()
            waiting = pool.submit(User("http.client", client, mock).publish)
            assert met.wait(WATCHDOG)
        error = waiting.exception(WATCHDOG)
    assert type(error) in kinds
    for thread in connections_since(before):
        thread.join(WATCHDOG)
    assert connections_since(before) == []
    if shared:
        server.stop()


# --- AMF


@pytest.fixture
def remote(backendless_mock):
    return Remote(SimpleNamespace(app=backendless_mock.wsgi_app))


def sent_raw(mock, data):
    """The answer as it is, not as an SDK takes it."""
    client = WsgiClient(mock.wsgi_app)
    with client.open(BINARY, method="POST", data=data, content_type="application/x-amf") as response:
        return Got(response.status_code, response.headers, response.data)


PUBLISHING = frame(MESSAGING, "publish", ["news", "hi"], JAVA)


def test_amf_an_error_of_the_service_is_a_fault_under_200(backendless_mock, remote):
    backendless_mock.faults.fail("publish", error=5007, message="not you")
    with pytest.raises(Fault) as caught:
        remote.publish("hi", "news")
    assert (caught.value.code, caught.value.members["faultString"]) == ("5007", "not you")
    assert backendless_mock.messages == ()


def test_amf_another_status_comes_as_it_is(backendless_mock):
    backendless_mock.faults.fail("publish", http=502, body="<h1>Bad Gateway</h1>", headers={"Retry-After": "3"})
    answer = sent_raw(backendless_mock, PUBLISHING)
    assert (answer.status, answer.headers["Retry-After"], answer.body) == (502, "3", b"<h1>Bad Gateway</h1>")
    assert backendless_mock.messages == ()


def test_amf_garbage_is_a_frame_cut_in_half(backendless_mock):
    whole = sent_raw(backendless_mock, frame(MESSAGING, "publish", ["other", "hi"], JAVA)).body
    backendless_mock.faults.garbage("publish", "truncated JSON")
    answer = sent_raw(backendless_mock, PUBLISHING)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/x-amf")
    assert len(answer.body) > 20
    assert answer.body[:20] == whole[:20]
    with pytest.raises(AmfError):
        amf.decode(answer.body)
    assert backendless_mock.channel("news").messages == ()


def test_amf_a_lost_call_was_carried_out(backendless_mock, remote):
    backendless_mock.faults.lose("publish", times=1)
    with pytest.raises(ConnectionResetError):
        remote.publish("one", "news")
    remote.publish("two", "news")
    assert remote.data("news") == ["one", "two"]


@FROZEN
def test_amf_a_delayed_call_is_answered_later_by_the_clock(backendless_mock, remote):
    backendless_mock.publish("meanwhile", channel="news", publish_at=timedelta(seconds=10))
    backendless_mock.faults.delay("publish", 30)
    assert remote.publish("hi", "news").members["status"] == "SCHEDULED"
    assert [(delivery.data, delivery.at - NOW) for delivery in backendless_mock.deliveries] == [
        ("meanwhile", timedelta(seconds=10)),
        ("hi", timedelta(seconds=30)),
    ]


def test_amf_a_soft_failure_is_a_status_that_says_it_again_later(backendless_mock, remote):
    backendless_mock.faults.fail("publish", message="no room")
    answer = remote.publish("hi", "news").members
    assert (answer["status"], answer["errorMessage"]) == ("FAILED", "no room")
    later = remote.messaging("getMessageStatus", answer["messageId"]).members
    assert (later["status"], later["errorMessage"]) == ("FAILED", "no room")
    assert backendless_mock.deliveries == ()


OPERATIONS = {
    "publish": ("publish", "news", "hi"),
    "subscribe": ("subscribeForPollingAccess", "news", None),
    "retrieve": ("pollMessages", "news", "subscription:1"),
    "status": ("getMessageStatus", "message:1"),
    "cancel": ("cancel", "message:1"),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_amf_operations_have_the_names_they_have_in_rest(backendless_mock, remote, operation):
    others = [backendless_mock.faults.reset(other, optional=True) for other in OPERATIONS if other != operation]
    meant = backendless_mock.faults.fail(operation, error=5007)
    with pytest.raises(Fault) as caught:
        remote.messaging(*OPERATIONS[operation])
    assert caught.value.code == "5007"
    assert meant.fired == 1
    assert sum(fault.fired for fault in others) == 0


@pytest.mark.parametrize("operation", ["publish", "subscribe", "retrieve"])
def test_amf_a_fault_for_a_channel_is_for_that_channel(backendless_mock, remote, operation):
    elsewhere = backendless_mock.faults.reset(operation, channel="other", optional=True)
    here = backendless_mock.faults.fail(operation, error=5007, channel="news")
    with pytest.raises(Fault):
        remote.messaging(*OPERATIONS[operation])
    assert (elsewhere.fired, here.fired) == (0, 1)


def test_amf_no_channel_is_the_default_one(backendless_mock, remote):
    backendless_mock.faults.reset("publish", channel="default")
    with pytest.raises(ConnectionResetError):
        remote.publish("hi", None)
    assert backendless_mock.messages == ()


# --- without a socket

IN_PROCESS = {
    "reset": (ConnectionResetError, "backendless_mock.faults reset the connection"),
    "midway": (ConnectionResetError, "backendless_mock.faults reset the connection"),
    "empty": (ConnectionAbortedError, "backendless_mock.faults closed the connection without an answer"),
    "not HTTP": (http.client.BadStatusLine, "SSH-2.0-OpenSSH"),
    "hang": (TimeoutError, "backendless_mock.faults left the request without an answer"),
    "lose": (ConnectionResetError, "backendless_mock.faults reset the connection"),
}


@pytest.fixture
def in_process(backendless_mock):
    transport = httpx.WSGITransport(app=backendless_mock.wsgi_app)
    with httpx.Client(transport=transport, base_url=backendless_mock.url) as client:
        yield client


@pytest.mark.parametrize("fault", IN_PROCESS)
def test_without_a_socket_the_error_comes_out_of_the_application(backendless_mock, in_process, news, fault):
    kind, text = IN_PROCESS[fault]
    BROKEN[fault](backendless_mock.faults, times=1)
    with pytest.raises(kind, match=text) as caught:
        in_process.post("/messaging/news", json=HI)
    assert type(caught.value) is kind
    assert in_process.post("/messaging/news", json=HI).status_code == 200
    assert news.messages.data == (["hi", "hi"] if fault == "lose" else ["hi"])


@pytest.mark.parametrize("fault", BROKEN)
def test_amf_without_a_socket_the_error_comes_out_of_the_application_too(backendless_mock, remote, fault):
    kind, text = IN_PROCESS[fault]
    BROKEN[fault](backendless_mock.faults)
    with pytest.raises(kind, match=text) as caught:
        remote.publish("hi", "news")
    assert type(caught.value) is kind
    assert backendless_mock.messages.data == (["hi"] if fault == "lose" else [])


def test_without_a_socket_the_half_of_the_body_can_be_read_before_the_error(backendless_mock, in_process):
    backendless_mock.faults.reset("publish", midway=True)
    with in_process.stream("POST", "/messaging/news", json=HI) as answer:
        assert answer.status_code == 200
        parts = answer.iter_raw()
        half = next(parts)
        with pytest.raises(ConnectionResetError):
            next(parts)
    assert half.startswith(b'{"')
    assert len(half) == int(answer.headers["Content-Length"]) // 2


def test_without_a_socket_an_offline_service_refuses_the_connection(backendless_mock, in_process, remote):
    with backendless_mock.offline():
        with pytest.raises(ConnectionRefusedError, match="the service is offline"):
            in_process.post("/messaging/news", json=HI)
        with pytest.raises(ConnectionRefusedError, match="the service is offline"):
            remote.publish("hi", "news")
    assert backendless_mock.requests == ()
    assert in_process.post("/messaging/news", json=HI).status_code == 200


def test_without_a_socket_a_slow_answer_comes_whole(backendless_mock, in_process, news):
    backendless_mock.faults.slow("publish", 0.01)
    assert in_process.post("/messaging/news", json=HI).json()["status"] == "scheduled"
    assert news.messages.data == ["hi"]
