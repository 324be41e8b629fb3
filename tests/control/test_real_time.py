"""Clients in real time over the control API: waited for after the clock moved, and kept over a reset."""

from __future__ import annotations

import threading

import pytest
from realtime_support import TRANSPORTS, Gone, Handshake, Polling, WebSocketClient

from pytest_backendless_mock.control import hosted
from pytest_backendless_mock.control.call import Call
from pytest_backendless_mock.control.standalone import Standalone
from pytest_backendless_mock.control.table import ROUTES
from pytest_backendless_mock.realtime.engineio import Packet, PacketType

START = 1_894_005_000_000_000


@pytest.fixture
def server():
    made = Standalone(port=0, freeze=START)
    made.start()
    yield made
    made.stop()


def do(server, name, body=None, **params):
    """What a route does, without a socket of its own."""
    route = next(route for route in ROUTES if route.name == name)
    return route.do(Call(server.applications, server.url, {"app": "default", **params}, body=body or {})).payload


def publish(server, message, at=None):
    do(server, "publish", {"channel": "news", "message": message, **({"publishAt": at} if at else {})})


@pytest.fixture(params=sorted(TRANSPORTS))
def client(request, server):
    with TRANSPORTS[request.param](server.default.mock) as made:
        yield made.listen()


def test_listeners_are_seen_and_waited_for(server, client):
    assert do(server, "wait", {"what": "listeners", "channel": "news", "within": 1})["count"] == 1
    [listener] = do(server, "listListeners")["items"]
    assert (listener["channel"], listener["interest"], listener["connectionId"]) == ("news", "messages", client.sid)
    waited = do(server, "wait", {"what": "listeners", "channel": "other", "within": 0.01})
    assert waited["ok"] is False


def test_the_clock_answers_when_a_websocket_has_got_what_was_sent(server):
    with WebSocketClient(server.default.mock) as client:
        client.listen()
        publish(server, "tomorrow", "2030-01-08T08:30:00Z")
        heard = []

        def pong():
            """Read as a client does, which answers pings on the way."""
            heard.extend(client.hears())
            for _ in client.events():
                client.push()
                break

        reading = threading.Thread(target=pong)
        reading.start()
        moved = do(server, "advanceClock", {"by": "1d", "settle": 20})
        reading.join(20)
        assert (moved["settled"], heard) == (True, ["tomorrow"])


def test_a_websocket_that_does_not_answer_is_waited_for_as_long_as_was_said(server):
    with WebSocketClient(server.default.mock) as client:
        client.listen()
        publish(server, "hi")
        assert do(server, "advanceClock", {"by": 1, "settle": 0.01})["settled"] is False
        assert client.hears() == ["hi"]


def test_a_client_that_polls_has_got_it_when_it_polls_again(server):
    with Polling(server.default.mock) as client:
        client.listen()
        publish(server, "hi")
        assert do(server, "advanceClock", {"by": 1, "settle": 0.01})["settled"] is False
        assert client.hears() == ["hi"]
        polling = threading.Thread(target=lambda: heard.extend(client.hears()))
        heard = []
        polling.start()
        assert do(server, "advanceClock", {"by": 1, "settle": 20})["settled"] is True
        publish(server, "ho")
        polling.join(20)
        assert heard == ["ho"]


def test_a_client_that_has_gone_is_not_waited_for(server, client):
    publish(server, "hi")
    client.send(Packet(PacketType.CLOSE))
    assert do(server, "advanceClock", {"by": 1, "settle": 20})["settled"] is True


def test_an_application_that_somebody_listens_to_is_never_idle(server, client, monkeypatch):
    server.default.idle_for()
    real = hosted.real_monotonic
    monkeypatch.setattr(hosted, "real_monotonic", lambda: real() + 3601)
    assert server.default.idle_for() < 1


def test_a_reset_ends_the_connections(server, client):
    do(server, "reset")
    with pytest.raises((Gone, Handshake)):
        client.hears()
    assert do(server, "listListeners")["items"] == []


def test_a_reset_can_keep_the_connections_and_what_they_listen_to(server, client):
    publish(server, "before")
    assert client.hears() == ["before"]
    before = do(server, "listListeners")["items"]
    do(server, "reset", {"keepSessions": True})
    assert do(server, "listListeners")["items"] == before
    assert do(server, "listMessages")["items"] == []
    publish(server, "after")
    assert client.hears() == ["after"]
    client.listen("more")
    assert len(do(server, "listListeners")["items"]) == 2


def test_a_client_that_comes_after_such_a_reset_has_an_id_of_its_own(server, client):
    do(server, "reset", {"keepSessions": True})
    with Polling(server.default.mock) as other:
        assert other.sid != client.sid
        other.listen()
        publish(server, "hi")
        assert (client.hears(), other.hears()) == (["hi"], ["hi"])


def test_a_client_that_was_kept_leaves_as_any_other(server, client):
    do(server, "reset", {"keepSessions": True})
    client.send(Packet(PacketType.CLOSE))
    waited = server.default.comes_about(lambda: not do(server, "listListeners")["items"], 20)
    assert waited


def test_keeping_the_connections_of_an_application_without_any_is_well(server):
    assert do(server, "reset", {"keepSessions": True}) is None
