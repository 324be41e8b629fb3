"""What clients in real time are answered before, and beside, what they talk about."""

from __future__ import annotations

import json
import socket

import pytest
from mock_support import WATCHDOG, listening, standing_mock
from realtime_support import Gone, Handshake, Polling, WebSocketClient, query_of, seat, wait_for_poll
from werkzeug.test import Client as WsgiClient

from pytest_backendless_mock.realtime import upgrade
from pytest_backendless_mock.realtime.door import Door
from pytest_backendless_mock.realtime.ending import Ending
from pytest_backendless_mock.realtime.engineio import LONGEST, Packet, PacketType

REFUSED = {
    "an-unknown-revision": ("GET", "EIO=5&transport=polling", 5, "Unsupported protocol version"),
    "a-revision-that-is-no-number": ("GET", "EIO=x&transport=polling", 5, "Unsupported protocol version"),
    "no-revision": ("GET", "EIO=&transport=polling", 5, "Unsupported protocol version"),
    "an-unknown-transport": ("GET", "EIO=4&transport=webtransport", 0, "Transport unknown"),
    "no-transport": ("GET", "EIO=4", 0, "Transport unknown"),
    "an-unknown-session": ("GET", "EIO=4&transport=polling&sid=none", 1, "Session ID unknown"),
    "an-unknown-session-posted-to": ("POST", "EIO=4&transport=polling&sid=none", 1, "Session ID unknown"),
    "a-post-that-opens": ("POST", "EIO=4&transport=polling", 2, "Bad handshake method"),
    "another-method": ("PUT", "EIO=4&transport=polling&sid=none", 2, "Bad handshake method"),
    "a-websocket-that-is-none": ("GET", "EIO=4&transport=websocket", 3, "Bad request"),
}


@pytest.fixture
def ask(mock):
    """``ask(method, query, …)`` without a socket: the answer."""
    client = WsgiClient(mock.wsgi_app)

    def asked(method, query, body=b"", app_id=mock.app_id, **more):
        return client.open(f"/{app_id}/?{query}", method=method, data=body, **more)

    return asked


def opened(ask, mock, revision=4, **more):
    """The session of a client that polls without a socket: its query."""
    answer = ask("GET", query_of(revision, "polling", apiKey=mock.api_key, **more))
    assert answer.status_code == 200
    sid = json.loads(answer.data[answer.data.index(b"{") : answer.data.index(b"}") + 1])["sid"]
    return query_of(revision, "polling", sid)


@pytest.mark.parametrize(("method", "query", "code", "text"), REFUSED.values(), ids=REFUSED)
def test_what_opens_no_session_is_refused_as_engine_io_does(ask, method, query, code, text):
    answer = ask(method, query)
    assert (answer.status_code, answer.json) == (400, {"code": code, "message": text})
    assert answer.headers["Content-Type"] == "application/json"


def test_a_session_is_not_found_by_the_other_revision(mock, ask):
    query = opened(ask, mock)
    assert ask("GET", query.replace("EIO=4", "EIO=3")).json == {"code": 1, "message": "Session ID unknown"}
    assert ask("POST", query, b"40").status_code == 200


@pytest.mark.parametrize("revision", [3, 4])
def test_the_handshake_announces_no_heartbeat_and_offers_no_upgrade_without_a_socket(mock, ask, revision):
    answer = ask("GET", query_of(revision, "polling", apiKey=mock.api_key))
    text = answer.get_data(as_text=True)
    said = json.loads(text[text.index("{") : text.index("}") + 1])
    sid = said.pop("sid")
    assert said == {
        "upgrades": [],
        "pingInterval": 1_000_000_000,
        "pingTimeout": 1_000_000_000,
        "maxPayload": 10_485_760,
    }
    assert len(sid) == 36
    assert sid == sid.upper()


def test_over_a_socket_the_handshake_offers_the_upgrade(connect):
    assert connect(Polling).opened["upgrades"] == ["websocket"]
    assert connect(WebSocketClient).opened["upgrades"] == []


@pytest.mark.parametrize("app_id", ["00000000-0000-0000-0000-000000000000", "messaging", "%F0%9F%92%A9", ""])
def test_an_application_that_there_is_not_is_refused_and_the_test_is_told(mock, ask, app_id):
    told = []
    mock.on("refused", told.append)
    answer = ask("GET", query_of(4, "polling"), app_id=app_id)
    assert answer.status_code == 400
    assert answer.json == {
        "code": 2002,
        "message": "Unable to find application. Check application id and/or API key.",
    }
    assert [refusal.code for refusal in told] == [2002]


def test_without_a_path_there_is_no_application(mock):
    answer = WsgiClient(mock.wsgi_app).get("/?EIO=4&transport=polling")
    assert answer.json["code"] == 2002


def test_a_listener_of_the_tests_that_raises_for_an_unknown_application_fails_the_test_only(mock, ask, problems):
    mock.on("refused", lambda _: 1 / 0)
    assert ask("GET", query_of(4, "polling"), app_id="none").json["code"] == 2002
    [problem] = problems()
    assert "ZeroDivisionError" in problem


def test_each_application_has_its_own_clients(mock, connect):
    other = mock.new_app()
    one = connect(Polling).listen()
    mock.publish("one", "news")
    other.publish("two", "news")
    with WebSocketClient(other) as two:
        two.listen()
        mock.publish("three", "news")
        other.publish("four", "news")
        assert two.hears() == ["four"]
    assert one.hears(2) == ["one", "three"]


BAD_PAYLOADS = {
    "empty": (4, b"", "the payload is empty"),
    "no-type": (4, b"9", "a packet begins with its type, 0 to 6, and not with '9'"),
    "not-utf-8": (4, b"\xff", "the payload is not UTF-8"),
    "not-base64": (4, b"b!", "a packet of bytes is Base64, and not '!'"),
    "too-many": (4, b"6\x1e" * 100_001, "the payload has more than 100000 packets"),
    "no-length": (3, b"40", "a packet is preceded by its length and a colon, and not by '40'"),
    "cut-short": (3, b"10:40", "a packet of length 10 was announced, and 2 came"),
    "binary-cut-short": (3, b"\x00\x09\xff40", "a packet of length 9 was announced, and 2 came"),
    "no-socket-io": (4, b"4x", "a packet begins with its type, 0 to 6, and binary ones with a number, not 'x'"),
    "no-json": (4, b"42{", "the data of a packet cannot be read"),
    "no-event": (4, b'42{"a":1}', "EVENT cannot have these data"),
    "too-deep": (4, b'42["e",' + b"[" * 300 + b"]" * 300 + b"]", "the JSON is nested deeper than 200"),
    "bytes-not-promised": (4, b"bAAAA", "bytes came that no packet had promised"),
    "text-for-bytes": (4, b'451-["e",{"_placeholder":true,"num":0}]\x1e40', "a text came where 1 attachments were"),
    "too-many-attachments": (4, b"451000000-[]", "a packet has 1 to 10 attachments, and not 1000000"),
}


@pytest.mark.parametrize("bad", BAD_PAYLOADS.values(), ids=BAD_PAYLOADS)
def test_what_is_no_packet_ends_its_clients_session_and_the_test_is_told(mock, ask, hints, bad):
    revision, body, text = bad
    query, other = opened(ask, mock, revision), opened(ask, mock)
    answer = ask("POST", query, body)
    assert (answer.status_code, answer.json) == (400, {"code": 3, "message": "Bad request"})
    [hint] = hints()
    assert hint.startswith("real time: a client sent what is no packet: ")
    assert text in hint
    assert ask("GET", query).json == {"code": 1, "message": "Session ID unknown"}
    assert ask("POST", other, b"2").status_code == 200


def test_attachments_that_never_come_harm_nobody(mock, ask):
    query = opened(ask, mock)
    assert ask("POST", query, f'451-/{mock.app_id},["SUB_ON",{{"_placeholder":true,"num":0}}]').data == b"ok"
    assert ask("POST", query, b"2").data == b"ok"
    assert ask("GET", query).data == b"3"


def test_a_ping_is_answered_with_what_it_says(mock, ask):
    query = opened(ask, mock, 3)
    assert ask("POST", query, b"6:2probe").data == b"ok"
    assert ask("GET", query).data == b"6:3probe"


@pytest.mark.parametrize("packet", [b"0", b"3", b"5", b"6"], ids=["open", "pong", "upgrade", "noop"])
def test_packets_that_say_nothing_here_are_taken(mock, ask, packet):
    query = opened(ask, mock)
    assert ask("POST", query, packet).data == b"ok"
    assert ask("GET", query).data == b"6"


def test_a_client_may_end_its_session(mock, ask):
    query = opened(ask, mock)
    assert ask("POST", query, b"1").data == b"ok"
    assert ask("GET", query).json == {"code": 1, "message": "Session ID unknown"}


def test_a_payload_that_is_too_long_is_refused_and_ends_the_session(mock, ask):
    query = opened(ask, mock)
    answer = ask("POST", query, b"4" * (LONGEST + 1))
    assert answer.status_code == 413
    assert answer.json == {"code": 3, "message": "the body is longer than 10485760 bytes"}
    assert answer.headers["Connection"] == "close"
    assert ask("GET", query).json == {"code": 1, "message": "Session ID unknown"}


def test_a_payload_may_be_as_long_as_that(mock, ask):
    query = opened(ask, mock)
    assert ask("POST", query, b"2" + b"x" * (LONGEST - 1)).data == b"ok"
    assert ask("GET", query).data == b"3" + b"x" * (LONGEST - 1)


def test_a_body_that_never_comes_whole_does_nothing(mock, connect):
    client = connect(Polling)
    with socket.create_connection(listening(mock), timeout=WATCHDOG) as raw:
        raw.sendall(f"POST {client.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n2".encode())
        raw.shutdown(socket.SHUT_WR)
        assert raw.recv(1) == b""
    client.listen()
    mock.publish("hi", "news")
    assert client.hears() == ["hi"]


def test_a_path_that_only_mentions_engine_io_is_the_services(mock):
    answer = WsgiClient(mock.wsgi_app).get(f"/{mock.app_id}/{mock.api_key}/info?about=EIO=4")
    assert answer.json["appId"] == mock.app_id


# --- pages on other origins


def test_a_page_on_another_origin_may_read_with_credentials(mock, ask):
    answer = ask("GET", query_of(4, "polling"), headers={"Origin": "http://page.test"})
    assert answer.headers["Access-Control-Allow-Origin"] == "http://page.test"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"


def test_where_pages_may_not_read_nothing_says_that_they_may():
    with standing_mock(cors=False) as mock:
        asking = {"Origin": "http://page.test"}
        answer = WsgiClient(mock.wsgi_app).get(f"/{mock.app_id}/?EIO=4&transport=polling", headers=asking)
        assert answer.status_code == 200
        assert [name for name in dict(answer.headers) if name.startswith("Access")] == []


def test_a_preflight_is_allowed(ask):
    asking = {"Origin": "http://page.test", "Access-Control-Request-Method": "POST"}
    answer = ask("OPTIONS", "EIO=4&transport=polling&sid=x", headers=asking)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, POST"


# --- without the library for WebSockets


@pytest.fixture
def no_library(monkeypatch):
    monkeypatch.setattr(upgrade, "is_possible", lambda: False)


def test_without_the_library_long_polling_works_and_no_upgrade_is_offered(mock, connect, no_library):
    client = connect(Polling)
    assert client.opened["upgrades"] == []
    client.listen()
    mock.publish("hi", "news")
    assert client.hears() == ["hi"]


def test_without_the_library_a_client_that_wants_a_websocket_is_told_what_to_install(mock, problems, no_library):
    with pytest.raises(Handshake) as caught:
        WebSocketClient(mock)
    text = (
        "a client wants a WebSocket, for which the mock needs a library: "
        "pip install 'pytest-backendless-mock[realtime]'"
    )
    assert (caught.value.status, caught.value.body) == (400, {"code": 3, "message": f"pytest-backendless-mock: {text}"})
    assert problems() == [text]


def test_the_library_is_looked_for_where_it_is_installed():
    assert upgrade.is_possible() is True


# --- the end


def test_after_the_test_a_client_is_told_that_none_runs(mock, ask):
    query = opened(ask, mock)
    mock._session.close()
    answer = ask("GET", query)
    assert (answer.status_code, answer.json["code"]) == (503, 503)


def test_a_client_that_comes_while_the_test_ends_is_sent_away_at_once(mock, monkeypatch):
    closed_meanwhile = mock._session.app.tenants.default.application.backend

    def begin(door, environ, query):
        closed_meanwhile.close()
        return came(door, environ, query)

    came = Door._begin
    monkeypatch.setattr(Door, "_begin", begin)
    with pytest.raises(Gone, match="close"):
        Polling(mock)


def test_ending_one_application_leaves_the_other_its_clients(mock, connect):
    other = mock.new_app()
    stays = connect(WebSocketClient)
    with WebSocketClient(other) as goes:
        mock._session._realtime._door.end(Ending.CLOSED, tenant=other._tenant)
        with pytest.raises(Gone, match="1000"):
            goes.packets()
    stays.listen()
    assert seat(mock, stays).ending is None


def test_a_poll_that_waits_hears_of_the_end(mock, connect, waiting):
    client = connect(Polling)
    came = waiting(client.packets)
    wait_for_poll(mock, client)
    mock._session._realtime.end()
    assert came.result(WATCHDOG) == [Packet(PacketType.CLOSE)]
