"""The events of Backendless over Socket.IO: what clients ask, and what they are told (R1-R7)."""

from __future__ import annotations

import json

import pytest
from mock_support import WATCHDOG, standing_mock
from realtime_support import TRANSPORTS, Gone, Polling, WebSocketClient
from werkzeug.test import Client as WsgiClient

from pytest_backendless_mock.messaging.presence import Member
from pytest_backendless_mock.realtime.ending import Ending

NOW = 1_894_005_000_000
"""2030-01-07 08:30:00Z in milliseconds, where the mock stands."""
REVISIONS = [3, 4]


@pytest.fixture(
    params=[pytest.param((kind, revision), id=f"{kind}-{revision}") for kind in TRANSPORTS for revision in REVISIONS]
)
def client(request, connect):
    kind, revision = request.param
    return connect(TRANSPORTS[kind], revision)


@pytest.fixture
def websocket(connect):
    return connect(WebSocketClient)


@pytest.fixture
def news(mock):
    return mock.channel("news")


# --- joining and listening


def test_a_message_comes_as_the_service_writes_it(mock, client):
    client.listen()
    sent = mock.publish({"text": "hi"}, "news", headers={"a": "1"})
    assert client.event() == (
        "SUB_RES",
        {
            "id": client.listener_id,
            "data": {
                "messageId": sent.message_id,
                "timestamp": NOW,
                "message": {"text": "hi"},
                "headers": {"a": "1"},
                "publisherId": None,
                "subtopic": None,
                "pushSinglecast": None,
                "pushBroadcast": None,
                "publishPolicy": None,
                "templateValues": None,
                "query": None,
                "publishAt": 0,
                "repeatEvery": 0,
                "repeatExpiresAt": 0,
            },
        },
    )


@pytest.mark.parametrize("revision", REVISIONS)
def test_net_and_java_have_the_arguments_of_events_in_bytes(mock, connect, revision):
    client = connect(WebSocketClient, revision, binary="true").listen()
    mock.publish({"text": "\N{PILE OF POO}"}, "news")
    assert client.hears() == [{"text": "\N{PILE OF POO}"}]


def test_r2_a_listener_hears_what_satisfies_its_selector(mock, websocket):
    websocket.listen(selector="temperature > 60")
    for degrees in ("59", "61"):
        mock.publish(degrees, "news", headers={"temperature": degrees})
    assert websocket.hears() == ["61"]


def test_r2_a_malformed_selector_is_refused(websocket, news):
    asked = websocket.subscribe("PUB_SUB_MESSAGES", channel="news", selector="((")
    event, told = websocket.event()
    assert (event, told["id"], told["error"]["code"]) == ("SUB_RES", asked, 5009)
    assert news.listeners == ()


def test_r3_what_a_listener_gets_is_retrieved(mock, websocket, news):
    websocket.listen()
    mock.publish("hi", "news")
    assert news.retrieved.data == ["hi"]
    assert news.listeners[0].retrieved.data == ["hi"]


def test_it_hears_once_for_each_of_its_subscriptions(mock, websocket):
    websocket.listen()
    second = websocket.subscribe("PUB_SUB_MESSAGES", channel="news")
    assert websocket.event() == ("SUB_READY", {"id": second})
    mock.publish("hi", "news")
    assert [websocket.event()[1]["id"] for _ in range(2)] == [websocket.listener_id, second]


REFUSED = {
    "unknown-token": ({"userToken": "nobody"}, {}, False, 3064),
    "denied": ({}, {}, True, 5008),
    "strict": ({}, {"strict_channels": True}, False, 5010),
}


@pytest.mark.parametrize("name", ["PUB_SUB_CONNECT", "PUB_SUB_MESSAGES", "PUB_SUB_COMMANDS", "PUB_SUB_USERS"])
@pytest.mark.parametrize("why", REFUSED)
def test_r1_who_may_not_join_is_told_why(name, why):
    query, rules, denied, code = REFUSED[why]
    with standing_mock(**rules) as mock:
        if denied:
            mock.deny("subscribe")
        told = []
        mock.on("refused", told.append)
        with WebSocketClient(mock, **query) as client:
            asked = client.subscribe(name, channel="news")
            event, answer = client.event()
            assert (event, answer["id"], answer["error"]["code"]) == ("SUB_RES", asked, code)
            assert answer["error"]["details"] == {}
        assert [refusal.code for refusal in told] == [code]
        assert mock.channel("news").listeners == ()
        mock._session.app.tenants.default.application.verdict.take_hints()


@pytest.mark.parametrize("token", ["", "null", "undefined"])
def test_without_a_user_clients_send_what_is_no_token(connect, token):
    connect(WebSocketClient, userToken=token).listen()


def test_r5_a_client_is_known_by_its_session_and_its_user(mock, connect, news):
    user = mock.add_user(token="of-ann")
    client = connect(WebSocketClient, userToken="of-ann").listen()
    [listener] = news.listeners
    assert (listener.connection_id, listener.user_id) == (client.sid, user.object_id)


BAD_OPTIONS = {
    "no-options": (None, 8002),
    "a-list": (["news"], 8002),
    "no-channel": ({}, 8007),
    "a-number": ({"channel": 1}, 8008),
    "null": ({"channel": None}, 8008),
}


@pytest.mark.parametrize("name", ["PUB_SUB_CONNECT", "PUB_SUB_MESSAGES", "PUB_SUB_COMMAND"])
@pytest.mark.parametrize(("options", "code"), BAD_OPTIONS.values(), ids=BAD_OPTIONS)
def test_options_that_are_wrong_are_refused_and_the_session_lives(websocket, name, options, code):
    events = {"PUB_SUB_COMMAND": ("MET_REQ", "MET_RES")}
    asks, answers = events.get(name, ("SUB_ON", "SUB_RES"))
    websocket.emit(asks, {"id": "x", "name": name, "options": options})
    event, answer = websocket.event()
    assert (event, answer["id"]) == (answers, "x")
    assert answer["error"]["code"] == code
    websocket.listen()


@pytest.mark.parametrize("selector", [1, {}, ["a"]])
def test_a_selector_that_is_no_text_is_refused(websocket, selector):
    websocket.emit("SUB_ON", {"id": "x", "name": "PUB_SUB_MESSAGES", "options": {"channel": "n", "selector": selector}})
    assert "error" in websocket.event()[1]
    websocket.listen()


# --- leaving


@pytest.mark.parametrize("form", [lambda one: {"id": one}, lambda one: [one]], ids=["object", "list"])
def test_who_leaves_hears_no_more(mock, client, news, form):
    client.listen()
    client.emit("SUB_OFF", form("PUB_SUB_CONNECT-1"))
    mock.wait_until(lambda: not news.listeners, WATCHDOG)
    mock.publish("hi", "news")
    assert news.retrieved == ()


def test_leaving_what_there_is_not_is_nothing(websocket):
    websocket.emit("SUB_OFF", {"id": "none"})
    websocket.listen()


def test_who_leaves_the_namespace_hears_no_more_and_may_come_again(mock, client, news):
    client.listen()
    client.say(f"1{client.namespace},")
    mock.wait_until(lambda: not news.listeners, WATCHDOG)
    client.say("1")
    client.say("1/other,")
    client.say(f"0{client.namespace},")
    assert client.message().startswith(f"0{client.namespace},")
    client.listen("other")
    mock.publish("hi", "other")
    assert client.hears() == ["hi"]


def test_what_is_on_its_way_when_the_connection_breaks_comes_too_late(mock, connect, hints, news):
    ears = connect(WebSocketClient)
    session, client = mock._session._realtime._door._seats[ears.sid]
    session.end(Ending.BROKEN)
    client.receive(
        f'2{ears.namespace},["SUB_ON",{{"id":"1","name":"PUB_SUB_MESSAGES","options":{{"channel":"news"}}}}]'
    )
    assert (hints(), news.listeners) == ([], ())


def test_who_comes_back_has_the_same_ids_and_missed_what_it_missed(mock, connect, news):
    first = connect(WebSocketClient).listen()
    news.listeners[0].disconnect()
    with pytest.raises(Gone, match="reset"):
        first.packets()
    mock.publish("missed", "news")
    second = connect(WebSocketClient).listen()
    assert (second.listener_id, second.sid == first.sid) == (first.listener_id, False)
    mock.publish("hi", "news")
    assert second.hears() == ["hi"]


# --- commands and users


def test_r6_a_command_reaches_all_who_listen_for_commands_the_sender_included(mock, connect):
    ann = mock.add_user(token="of-ann")
    sender, other = connect(WebSocketClient, userToken="of-ann"), connect(Polling, 3)
    heard = [(each, each.subscribe("PUB_SUB_COMMANDS", channel="news")) for each in (sender, other)]
    for each, asked in heard:
        assert each.event() == ("SUB_READY", {"id": asked})
    asked = sender.ask("PUB_SUB_COMMAND", channel="news", type="typing", data={"on": True})
    said = {"type": "typing", "data": {"on": True}, "connectionId": sender.sid, "userId": ann.object_id}
    for each, listening in heard:
        assert each.event() == ("SUB_RES", {"id": listening, "data": said})
    assert sender.event() == ("MET_RES", {"id": asked, "result": None})


def test_r7_who_listens_for_users_is_told_who_is_there_who_comes_and_who_goes(mock, connect, websocket):
    first = websocket.subscribe("PUB_SUB_CONNECT", channel="news")
    assert websocket.event()[1]["id"] == first
    users = websocket.subscribe("PUB_SUB_USERS", channel="news")
    assert websocket.event() == ("SUB_READY", {"id": users})

    def told(status, *members):
        data = [{"connectionId": member.connection_id, "userId": member.user_id} for member in members]
        assert websocket.event() == ("SUB_RES", {"id": users, "data": {"status": status, "data": data}})

    me = Member(websocket.sid, None)
    told("LISTING", me)
    ann = mock.add_user(token="of-ann")
    other = connect(Polling, userToken="of-ann").listen()
    told("CONNECTED", Member(other.sid, ann.object_id))
    other.post(b"1")
    told("DISCONNECTED", Member(other.sid, ann.object_id))


def test_a_user_who_logs_in_is_known_from_then_on(mock, websocket, news):
    user = mock.add_user(token="of-ann")
    websocket.listen()
    asked = websocket.ask("SET_USER_TOKEN", userToken="of-ann")
    assert websocket.event() == ("MET_RES", {"id": asked, "result": None})
    assert news.listeners[0].user_id == user.object_id
    asked = websocket.ask("SET_USER_TOKEN", userToken=None)
    assert websocket.event() == ("MET_RES", {"id": asked, "result": None})
    assert news.listeners[0].user_id is None


def test_a_token_that_is_unknown_is_refused_and_the_one_before_stays(mock, connect, news, hints):
    user = mock.add_user(token="of-ann")
    client = connect(WebSocketClient, userToken="of-ann").listen()
    client.ask("SET_USER_TOKEN", userToken="nobody")
    event, answer = client.event()
    assert (event, answer["error"]["code"]) == ("MET_RES", 3064)
    second = client.subscribe("PUB_SUB_MESSAGES", channel="news")
    assert client.event() == ("SUB_READY", {"id": second})
    assert [listener.user_id for listener in news.listeners] == [user.object_id, user.object_id]
    assert len(hints()) == 1


# --- what the service does not have


@pytest.mark.parametrize(("asks", "answers"), [("SUB_ON", "SUB_RES"), ("MET_REQ", "MET_RES")])
@pytest.mark.parametrize("name", ["OBJECTS_CHANGES", None, {"a": 1}])
def test_what_the_mock_does_not_have_is_refused_and_fails_the_test(websocket, problems, asks, answers, name):
    websocket.emit(asks, {"id": "x", "name": name, "options": {}})
    event, answer = websocket.event()
    assert (event, answer["id"], answer["error"]["code"]) == (answers, "x", 404)
    said = (
        f"the mock has no {name} in real time; it has PUB_SUB_CONNECT, PUB_SUB_MESSAGES, PUB_SUB_COMMANDS, "
        "PUB_SUB_USERS, PUB_SUB_COMMAND, SET_USER_TOKEN"
    )
    assert answer["error"]["message"] == f"pytest-backendless-mock: {said}"
    [problem] = problems()
    assert problem.startswith(said)
    assert "allow_unknown_requests" in problem
    websocket.listen()


def test_where_unknown_requests_are_allowed_it_is_only_refused():
    with standing_mock(allow_unknown_requests=True) as mock, WebSocketClient(mock) as client:
        client.subscribe("OBJECTS_CHANGES", "x")
        assert client.event()[1]["error"]["code"] == 404


UNKNOWN_EVENTS = {
    "an-event": ("HELLO", {"id": "x"}),
    "no-id": ("SUB_ON", {"name": "PUB_SUB_CONNECT"}),
    "a-number": ("MET_REQ", 7),
    "null": ("SUB_OFF", None),
    "an-empty-list": ("SUB_OFF", []),
    "a-list-of-numbers": ("SUB_OFF", [7]),
}


@pytest.mark.parametrize(("event", "argument"), UNKNOWN_EVENTS.values(), ids=UNKNOWN_EVENTS)
def test_events_the_service_does_not_have_are_told_and_the_session_lives(websocket, hints, event, argument):
    websocket.emit(event, argument)
    websocket.listen()
    assert hints() == [f"real time: the service has no event {event} with such an argument"]


def test_an_event_without_an_argument_is_none_of_them(websocket, hints):
    websocket.say(f'2{websocket.namespace},["SUB_ON"]')
    websocket.listen()
    assert hints() == ["real time: the service has no event SUB_ON with such an argument"]


def test_bytes_inside_an_argument_are_none_of_the_services(websocket, hints):
    options = '{"channel":"news","type":"t","data":{"_placeholder":true,"num":0}}'
    websocket.say(f'51-{websocket.namespace},["MET_REQ",{{"id":"x","name":"PUB_SUB_COMMAND","options":{options}}}]')
    websocket.say(b"\x00\x01")
    websocket.listen()
    assert hints() == ["real time: the service has no event MET_REQ with such an argument"]


@pytest.mark.parametrize("sent", [b"\xff", b"{", b"NaN", b"[" * 300], ids=["utf-8", "json", "nan", "deep"])
def test_bytes_that_are_no_json_end_the_session(connect, hints, sent):
    client = connect(WebSocketClient, binary="true")
    client.say(f'51-{client.namespace},["SUB_ON",{{"_placeholder":true,"num":0}}]')
    client.say(sent)
    with pytest.raises(Gone, match="1000"):
        client.packets()
    assert hints()[0].startswith("real time: a client sent what is no packet: the argument of 'SUB_ON' is no JSON: ")


def test_acknowledgements_are_not_asked_for_and_harm_nobody(websocket):
    websocket.say(f'3{websocket.namespace},7["hi"]')
    websocket.listen()


# --- namespaces and keys

WRONG_KEY = "the application has no such API key"


@pytest.mark.parametrize("kind", TRANSPORTS)
def test_another_namespace_is_refused_in_revision_4(connect, hints, kind):
    client = connect(TRANSPORTS[kind], begins=False)
    client.say("0/other,")
    assert client.message() == '4/other,{"message":"Invalid namespace"}'
    assert hints() == ["real time: a client was not let in to /other: Invalid namespace"]
    client.begin().listen()


def test_another_namespace_is_refused_in_revision_3(connect, hints):
    client = connect(WebSocketClient, 3, begins=False)
    assert client.message() == "0"
    client.say("0/other?a=b,")
    assert client.message() == '4/other,"Invalid namespace"'
    assert len(hints()) == 1


def test_the_root_namespace_lets_everybody_in(connect):
    client = connect(WebSocketClient, begins=False)
    client.say("0")
    assert client.message() == f'0{{"sid":"{client.sid}"}}'


@pytest.mark.parametrize("key", ["wrong", "", "00000000-0000-0000-0000-000000000000"])
def test_a_wrong_api_key_is_refused(connect, hints, key):
    client = connect(WebSocketClient, begins=False, apiKey=key)
    client.say(f"0{client.namespace},")
    assert client.message() == f'4{client.namespace},{{"message":"{WRONG_KEY}"}}'
    assert hints() == [f"real time: a client was not let in to {client.namespace}: {WRONG_KEY}"]


def test_events_of_who_was_not_let_in_are_told(connect, hints):
    client = connect(WebSocketClient, begins=False)
    client.subscribe("PUB_SUB_CONNECT", channel="news")
    client.begin().listen()
    client.say('2/other,["SUB_ON",{}]')
    client.listen("more")
    assert hints() == [
        f"real time: SUB_ON came for {client.namespace}, where this client was not let in",
        "real time: SUB_ON came for /other, where this client was not let in",
    ]


# --- without a socket


def test_a_client_without_a_socket_polls(mock):
    client = WsgiClient(mock.wsgi_app)
    where = f"/{mock.app_id}/?EIO=4&transport=polling&apiKey={mock.api_key}"
    sid = json.loads(client.get(where).data[1:])["sid"]
    where += f"&sid={sid}"
    listen = json.dumps(["SUB_ON", {"id": "x", "name": "PUB_SUB_MESSAGES", "options": {"channel": "news"}}])
    assert client.post(where, data=f"40/{mock.app_id},\x1e42/{mock.app_id},{listen}").data == b"ok"
    mock.publish("hi", "news")
    connected, ready, heard = client.get(where).get_data(as_text=True).split("\x1e")
    assert connected == f'40/{mock.app_id},{{"sid":"{sid}"}}'
    assert ready == f'42/{mock.app_id},["SUB_READY",{{"id":"x"}}]'
    assert json.loads(heard[heard.index("[") :])[1]["data"]["message"] == "hi"
    assert client.get(where).data == b"6"


def test_what_is_asked_while_the_test_ends_does_nothing_any_more(mock, websocket, news):
    mock._session.app.tenants.default.application.backend.close()
    websocket.subscribe("PUB_SUB_CONNECT", channel="news")
    with pytest.raises(Gone, match="reset"):
        websocket.packets()
    assert news.listeners == ()


def test_who_emits_waits_for_what_another_is_writing_already(mock, connect, monkeypatch):
    client = connect(Polling).listen()
    server_side = mock._session._realtime._door._seats[client.sid]
    flushed = []
    monkeypatch.setattr(server_side.session, "flush", lambda: flushed.append(True))
    server_side.client.flush()
    assert flushed == []
    with server_side.session._lock:  # somebody took the message out of the inbox, and writes it
        server_side.client.flush()
    assert flushed == [True]


# --- the test's own mistakes


@pytest.mark.parametrize("kind", ["joined", "listening"])
def test_a_listener_of_the_tests_that_raises_fails_the_test_and_not_the_client(mock, websocket, problems, kind):
    mock.on(kind, lambda _: 1 / 0)
    websocket.listen()
    found = []
    mock.wait_until(lambda: found.extend(problems()) or found, WATCHDOG)
    [problem] = found
    assert problem.startswith("real time\nTraceback")
    assert "ZeroDivisionError" in problem


@pytest.mark.parametrize("how", ["event", "hang-up"])
def test_a_listener_that_raises_when_a_client_leaves_fails_the_test_only(mock, connect, problems, news, how):
    client = connect(WebSocketClient).listen()
    mock.on("left", lambda _: 1 / 0)
    if how == "event":
        client.emit("SUB_OFF", {"id": "PUB_SUB_CONNECT-1"})
    else:
        client.hang_up()
    found = []
    mock.wait_until(lambda: found.extend(problems()) or found, WATCHDOG)
    assert "ZeroDivisionError" in found[0]
    assert news.listeners == ()


def test_a_listener_that_raises_for_a_refusal_fails_the_test_only(mock, websocket, problems):
    mock.deny("subscribe")
    mock.on("refused", lambda _: 1 / 0)
    websocket.subscribe("PUB_SUB_CONNECT", channel="news")
    assert websocket.event()[1]["error"]["code"] == 5008
    [problem] = problems()
    assert "ZeroDivisionError" in problem
