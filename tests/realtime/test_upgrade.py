"""From long polling to a WebSocket: nothing is lost on the way, and the way may be left."""

from __future__ import annotations

import socket

import pytest
from mock_support import WATCHDOG, listening
from realtime_support import Gone, Handshake, Polling, WebSocketClient, query_of, seat, wait_for_poll

from pytest_backendless_mock.realtime import upgrade
from pytest_backendless_mock.realtime.engineio import Packet, PacketType

NOOP = Packet(PacketType.NOOP)
PROBE, ANSWER = Packet(PacketType.PING, "probe"), Packet(PacketType.PONG, "probe")
every_revision = pytest.mark.parametrize("revision", [3, 4])


@every_revision
def test_what_is_said_during_the_upgrade_comes_after_it_over_the_websocket(mock, connect, waiting, revision):
    polling = connect(Polling, revision).listen()
    mock.publish("one", "news")
    assert polling.hears() == ["one"]
    waits = waiting(polling.packets)
    wait_for_poll(mock, polling)
    websocket = connect(WebSocketClient, revision, sid=polling.sid)
    mock.publish("two", "news")
    polling.take_in(waits.result(WATCHDOG))
    assert polling.hears() == ["two"]
    waits = waiting(polling.packets)
    wait_for_poll(mock, polling)
    websocket.send(PROBE)
    assert websocket.packets() == [ANSWER]
    assert waits.result(WATCHDOG) == [NOOP]
    mock.publish("three", "news")
    assert polling.packets() == [NOOP]
    websocket.send(Packet(PacketType.UPGRADE))
    assert websocket.hears() == ["three"]
    mock.publish("four", "news")
    assert websocket.hears() == ["four"]
    assert polling.packets() == [NOOP]
    assert [each.data for each in mock.channel("news").retrieved] == ["one", "two", "three", "four"]


def test_a_client_may_post_and_talk_over_the_websocket_in_turn(mock, connect):
    polling = connect(Polling)
    websocket = connect(WebSocketClient, sid=polling.sid).upgrade()
    joined = polling.subscribe("PUB_SUB_CONNECT", channel="news")
    assert websocket.event() == ("SUB_RES", {"id": joined, "data": "connected"})
    listening = websocket.subscribe("PUB_SUB_MESSAGES", channel="news")
    assert websocket.event() == ("SUB_READY", {"id": listening})


@pytest.mark.parametrize("probed", [False, True], ids=["before-the-probe", "after-the-probe"])
@pytest.mark.parametrize("how", ["close", "hang_up"])
def test_a_client_that_gives_the_upgrade_up_goes_on_polling_and_may_try_again(mock, connect, probed, how):
    polling = connect(Polling).listen()
    websocket = WebSocketClient(mock, sid=polling.sid)
    if probed:
        websocket.send(PROBE)
        assert websocket.packets() == [ANSWER]
        mock.publish("one", "news")
        assert polling.packets() == [NOOP]
    else:
        mock.publish("one", "news")
    getattr(websocket, how)()
    mock.wait_until(lambda: not seat(mock, polling)._is_upgrading, WATCHDOG)
    assert polling.hears() == ["one"]
    again = connect(WebSocketClient, sid=polling.sid).upgrade()
    mock.publish("two", "news")
    assert again.hears() == ["two"]


def test_a_second_upgrade_beside_the_first_is_refused_and_harms_nobody(mock, connect):
    polling = connect(Polling).listen()
    first = connect(WebSocketClient, sid=polling.sid)
    for _ in range(2):
        with pytest.raises(Handshake) as caught:
            WebSocketClient(mock, sid=polling.sid)
        assert (caught.value.status, caught.value.body) == (400, {"code": 3, "message": "Bad request"})
        if not seat(mock, polling)._wire:
            first.upgrade()
            mock.publish("one", "news")
            assert first.hears() == ["one"]
    mock.publish("two", "news")
    assert first.hears() == ["two"]


def test_before_the_upgrade_only_the_probe_says_something(mock, connect):
    polling = connect(Polling).listen()
    websocket = connect(WebSocketClient, sid=polling.sid)
    websocket.send(Packet(PacketType.MESSAGE, "nonsense"))
    websocket.send(Packet(PacketType.PING))
    websocket.upgrade()
    mock.publish("one", "news")
    assert websocket.hears() == ["one"]


def test_what_is_no_packet_during_the_upgrade_ends_the_session(mock, connect, hints):
    polling = connect(Polling).listen()
    websocket = connect(WebSocketClient, sid=polling.sid)
    websocket.frames.send_text(b"nonsense")
    websocket.push()
    with pytest.raises(Gone, match="1000"):
        websocket.packets()
    assert len(hints()) == 1
    assert mock.channel("news").listeners == ()


def test_a_session_that_ends_during_the_upgrade_closes_the_websocket_too(mock, connect):
    polling = connect(Polling).listen()
    websocket = connect(WebSocketClient, sid=polling.sid)
    websocket.send(PROBE)
    assert websocket.packets() == [ANSWER]
    mock.channel("news").listeners[0].disconnect()
    with pytest.raises(Gone, match="reset"):
        websocket.packets()


def test_an_upgrade_of_no_session_is_refused(mock):
    with pytest.raises(Handshake) as caught:
        WebSocketClient(mock, sid="none")
    assert caught.value.body == {"code": 1, "message": "Session ID unknown"}


def test_what_is_no_handshake_is_told_why(mock):
    with socket.create_connection(listening(mock), timeout=WATCHDOG) as raw:
        raw.sendall(
            f"GET /{mock.app_id}/?{query_of(4, 'websocket')} HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n".encode()
        )
        came = raw.recv(65_536)
    assert came.startswith(b"HTTP/1.1 400 ")
    assert b"a WebSocket is asked for by 'Upgrade: websocket' and 'Connection: Upgrade'" in came


def test_a_client_that_is_gone_before_it_is_answered_leaves_no_session(mock, monkeypatch):
    def take_over(*_, **__):
        raise BrokenPipeError

    monkeypatch.setattr(upgrade, "take_over", take_over)
    with pytest.raises(Gone, match="before the handshake"):
        WebSocketClient(mock)
    mock.wait_until(lambda: not mock._session._realtime._door._seats, WATCHDOG)
