"""What a server serves when, and what is asked of it while it does not run."""

from __future__ import annotations

import datetime as dt
import gc
import http.client
import queue
import socket
import threading
import weakref
from contextlib import ExitStack

import amf_support as remoting
import pytest
import requests
from http_support import API_KEY, APP_ID, Wire
from mock_support import WATCHDOG, met, standing_mock
from plugin_support import call, objection

from pytest_backendless_mock import BackendlessMock, BackendlessMockWarning, BackendlessServer
from pytest_backendless_mock.server import request_head
from pytest_backendless_mock.server.server import hosting
from pytest_backendless_mock.service.identity import Identity
from pytest_backendless_mock.testing import story

SHOP = Identity("11111111-1111-4111-8111-111111111111", "AAAAAAAA-1111-4111-8111-111111111111")
OTHER = Identity("22222222-2222-4222-8222-222222222222", "AAAAAAAA-2222-4222-8222-222222222222")
MINUTE = dt.timedelta(minutes=1)

HI = b'{"message":"hi"}'


def test_a_server_that_does_not_run_has_nothing_to_settle_to_end_or_to_speak_tls_for():
    host = hosting(BackendlessServer())
    host.settle()
    app = Wire().app
    host.take_tls(app)
    host.end(app)
    assert host.accepting()


def test_a_running_server_that_serves_nobody_can_be_ended_and_goes_on():
    with BackendlessServer() as server:
        hosting(server).end(Wire().app)
        assert server.is_running()


@pytest.fixture
def server():
    with BackendlessServer() as running:
        yield running


class Half:
    """A client that sent the head of a publish request, whose body the server waits for."""

    def __init__(self, server, mock):
        self.socket = socket.create_connection((server.host, server.port), timeout=WATCHDOG)
        self.path = f"/{mock.app_id}/{mock.api_key}/messaging/news"
        self.send("Expect: 100-continue")
        assert self.socket.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *lines):
        length = f"Content-Length: {len(HI)}"
        head = [f"POST {self.path} HTTP/1.1", "Host: x", "Content-Type: application/json", length, *lines, "", ""]
        self.socket.sendall("\r\n".join(head).encode())

    def finish(self):
        """The status of the answer."""
        self.socket.sendall(HI)
        answer = http.client.HTTPResponse(self.socket)
        answer.begin()
        answer.read()
        return answer.status


def test_a_request_begun_in_one_test_and_finished_in_the_next_is_503_and_a_stray(server):
    with ExitStack() as client:
        with BackendlessMock(server=server) as first:
            half = client.enter_context(Half(server, first))
        with BackendlessMock(server=server) as second:
            assert half.finish() == 503
            assert (first.messages, first.requests) == ((), ())
            assert (second.messages, second.requests) == ((), ())
            assert hosting(server).idle.strays == [f"POST {half.path}"]
            half.send()
            assert half.finish() == 200
            assert second.messages.data == ["hi"]
    assert len(hosting(server).idle.strays) == 1


def test_a_request_is_begun_when_its_first_line_came(server, monkeypatch):
    begun = threading.Event()
    current = hosting(server).current

    def noted():
        begun.set()
        return current()

    monkeypatch.setattr(server.server, "current_app", noted)
    with socket.create_connection((server.host, server.port), timeout=WATCHDOG) as client:
        with BackendlessMock(server=server):
            client.sendall(b"GET /a HTTP/1.1\r\nHost:")
            assert begun.wait(WATCHDOG)
        with BackendlessMock(server=server, allow_unknown_requests=True) as second:
            client.sendall(b" x\r\n\r\n")
            assert client.recv(12) == b"HTTP/1.1 503"
            assert second.requests == ()
    assert hosting(server).idle.strays == ["GET /a"]


def test_a_connection_that_is_kept_open_keeps_nothing_of_the_test(server, monkeypatch):
    read, waiting = request_head.read, queue.Queue()

    def noted(*arguments):
        waiting.put("for the next request")
        return read(*arguments)

    monkeypatch.setattr(request_head, "read", noted)
    monkeypatch.setattr(story, "_LISTENERS", [])  # pytest keeps the mocks of a test until that is over
    client = http.client.HTTPConnection(server.host, server.port, timeout=WATCHDOG)
    with BackendlessMock(server=server) as mock:
        client.request("GET", f"/{mock.app_id}/{mock.api_key}/info")
        client.getresponse().read()
    for _ in range(2):
        waiting.get(timeout=WATCHDOG)
    app = weakref.ref(mock._session.app)
    del mock
    gc.collect()
    assert app() is None
    client.close()


def test_a_request_finished_when_no_test_runs_is_a_stray_too(server):
    with ExitStack() as client:
        with BackendlessMock(server=server) as mock:
            half = client.enter_context(Half(server, mock))
        assert half.finish() == 503
    assert (mock.messages, mock.requests) == ((), ())
    assert hosting(server).idle.strays == [f"POST {half.path}"]


def test_a_body_that_never_comes_whole_after_its_test_ends_the_connection(server):
    with ExitStack() as client:
        with BackendlessMock(server=server) as mock:
            half = client.enter_context(Half(server, mock))
        half.socket.shutdown(socket.SHUT_WR)
        answer = half.socket.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"Connection: close\r\n" in answer
    assert mock.requests == ()


def test_a_request_whose_test_ends_while_it_is_looked_at_is_not_carried_out(server):
    with BackendlessMock(server=server) as mock, Half(server, mock) as half:
        mock.faults.fail("publish", error=5007, optional=True, when=lambda _: mock._session.close())
        assert half.finish() == 503
        assert (mock.messages, mock.requests) == ((), ())
    assert hosting(server).idle.strays == [f"POST {half.path}"]


def test_a_mock_whose_place_another_took_leaves_that_one_alone_when_it_is_closed(server):
    with BackendlessMock(server=server) as second, ExitStack() as earlier:
        first = earlier.enter_context(BackendlessMock(server=server))
        hosting(server).serve(second._session.app)
        earlier.close()
        assert hosting(server).serves(second._session.app)
        assert not hosting(server).serves(first._session.app)


def test_stopping_a_server_that_does_not_run_does_nothing():
    server = BackendlessServer()
    server.stop()
    server.start()
    server.stop()
    server.stop()
    assert not server.is_running()


class TestSeveralAtOnce:
    """On one server: the plain mock, and others beside it with an application of their own."""

    @pytest.fixture
    def shop(self, server):
        with standing_mock(server=server, seed="shop", beside=SHOP) as mock:
            yield mock

    @pytest.fixture
    def plain(self, server, shop):
        with standing_mock(server=server, seed="plain") as mock:
            yield mock

    def test_a_path_says_whose_a_request_is(self, shop, plain):
        branch = shop.new_app()
        for mock in (shop, branch, plain):
            assert call(f"{mock.url}/info") == (
                200,
                {"appId": mock.app_id, "apiKey": mock.api_key, "loggers": [], "rtURL": mock.host_url},
            )

    def test_what_names_no_application_is_the_plain_one_s(self, server, shop, plain):
        assert call(f"{server.host_url}/api/info")[1]["appId"] == plain.app_id
        assert call(f"{server.host_url}/nowhere")[0] == 404
        assert "the service has no GET /nowhere" in objection(plain)
        shop.verify()

    def test_who_is_alone_gets_no_more_than_what_names_it(self, server, shop):
        assert call(f"{shop.url}/info")[0] == 200
        assert call(f"{server.host_url}/api/info")[0] == 503
        assert call(f"{server.url}/info")[0] == 503
        assert hosting(server).idle.strays == ["GET /api/info", f"GET /{APP_ID}/{API_KEY}/info"]

    @pytest.mark.parametrize("whose", ["shop", "plain"])
    def test_a_header_says_it_on_the_legacy_form(self, request, shop, plain, whose):
        mock = request.getfixturevalue(whose)
        headers = {"application-id": mock.app_id, "secret-key": mock.api_key}
        assert (
            requests.get(f"{mock.host_url}/v1/info", headers=headers, timeout=WATCHDOG).json()["appId"] == mock.app_id
        )

    @pytest.mark.parametrize("alone", [True, False])
    def test_a_body_says_it_in_the_legacy_form_of_amf(self, request, shop, alone):
        mocks = [shop] if alone else [shop, request.getfixturevalue("plain")]
        for mock in mocks:
            own = {"application-type": "ANDROID", "application-id": mock.app_id, "secret-key": mock.api_key}
            body = remoting.frame(remoting.MESSAGING, "publish", [mock.app_id, "v1", "default", "hi"], own)
            headers = {"Content-Type": "application/x-amf"}
            url = f"{mock.host_url}/v1/binary"
            assert requests.post(url, body, headers=headers, timeout=WATCHDOG).status_code == 200
        assert [mock.deliveries.data for mock in mocks] == [["hi"]] * len(mocks)

    def test_the_plain_one_gives_its_place_to_the_next_and_no_other_does(self, server, shop, plain):
        with standing_mock(server=server, seed="second") as second:
            call(f"{server.url}/messaging/news", "POST", {"message": "hi"})
            call(f"{shop.url}/messaging/news", "POST", {"message": "to the shop"})
        assert (plain.deliveries.data, second.deliveries.data) == ([], ["hi"])
        assert shop.deliveries.data == ["to the shop"]

    def test_an_application_is_served_once(self, shop, plain):
        for mock, other in [(plain, shop), (shop, plain)]:
            with pytest.raises(ValueError, match=f"there is an application {other.app_id} already"):
                mock.new_app(app_id=other.app_id)

    def test_the_subscriptions_of_each_are_known_when_it_ended(self, server, plain):
        with standing_mock(server=server, seed="other", beside=OTHER) as other:
            subscription = other.subscribe("news")
        call(f"{plain.url}/messaging/news/{subscription.id}")
        with pytest.warns(BackendlessMockWarning, match="a subscription of other; its poller outlived that test$"):
            plain.verify()

    class TestOffline:
        def test_who_is_alone_is_refused(self, shop):
            with shop.offline():
                assert met(shop) == "refused"
            assert met(shop) == "served"

        def test_who_is_not_is_reset_and_the_others_are_served(self, shop, plain):
            with shop.offline():
                assert (met(shop), met(plain)) == ("reset", "served")
            assert (met(shop), met(plain)) == ("served", "served")

        def test_all_are_refused_when_all_are_offline(self, shop, plain):
            with shop.offline():
                with plain.offline():
                    assert (met(shop), met(plain)) == ("refused", "refused")
                assert (met(shop), met(plain)) == ("reset", "served")

        def test_who_comes_is_served_and_who_goes_leaves_the_port_refusing(self, server, shop):
            with shop.offline():
                with standing_mock(server=server) as plain:
                    assert (met(shop), met(plain)) == ("reset", "served")
                assert met(shop) == "refused"

        def test_an_outage_is_the_same(self, shop, plain):
            shop.outage(MINUTE, 2 * MINUTE)
            shop.clock.advance(minutes=1)
            assert (met(shop), met(plain)) == ("reset", "served")
            shop.clock.advance(minutes=1)
            assert (met(shop), met(plain)) == ("served", "served")

    def test_a_host_is_led_to_the_one_that_intercepts_it_until_that_one_ends(self, server, plain):
        with standing_mock(server=server, seed="other", beside=OTHER) as other:
            other.intercept("api.example.com")
            assert requests.get(f"https://api.example.com/{OTHER.app_id}/{OTHER.api_key}/info", timeout=WATCHDOG).ok
            assert hosting(server)._listener().spare_context is not None
            with standing_mock(server=server, beside=Identity("third", "key")):
                pass
            assert hosting(server)._listener().spare_context is not None
        assert hosting(server)._listener().spare_context is None
        assert call(f"{plain.url}/info")[0] == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_icon_that_browsers_ask_for_by_themselves_fails_no_test_and_is_no_stray(method):
    with BackendlessServer() as server:
        with BackendlessMock(server=server) as mock:
            assert requests.request(method, f"{mock.host_url}/favicon.ico", timeout=WATCHDOG).status_code == 204
            assert mock.requests == ()
            mock.verify()
        assert requests.request(method, f"{server.host_url}/favicon.ico", timeout=WATCHDOG).status_code == 204
        assert hosting(server).idle.strays == []


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/favicon.ico"), ("GET", "/favicon.ico/"), ("GET", "/app/favicon.ico")]
)
def test_what_only_looks_like_that_is_unknown(method, path):
    with BackendlessServer() as server, BackendlessMock(server=server, allow_unknown_requests=True) as mock:
        assert requests.request(method, f"{mock.host_url}{path}", timeout=WATCHDOG).status_code == 404
