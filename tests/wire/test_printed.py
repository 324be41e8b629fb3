"""What is printed of what came from outside: no secret whole, no control character raw, no line of its own."""

from __future__ import annotations

import json
import traceback
import warnings
from http.client import RemoteDisconnected
from urllib.parse import quote

import pytest
from amf_support import JAVA, Remote, frame
from http_support import Wire
from mock_support import standing_mock
from werkzeug.test import Client

from pytest_backendless_mock import MessagingError, PayloadError, validate
from pytest_backendless_mock.diagnosis.report import summary
from pytest_backendless_mock.service.verdict import BackendlessMockWarning

HIDDEN = "hunter2-is-whole"
NESTED = {"user": [{"Password": HIDDEN, "newPassword": {"old": [HIDDEN]}, "pin": 7, "api_token": 12345678}]}
EVIL = "a\x1b[31m\nFORGED\r\x00\u2028\x85b\x7f\ud800"
USERS = "com.backendless.services.users.UserService"


@pytest.fixture
def mock():
    with standing_mock(allow_unknown_requests=True) as mock:
        yield mock


@pytest.fixture
def client(mock):
    return Client(mock.wsgi_app, use_cookies=False)


def looked_at(mock):
    """All that a test can print of a mock."""
    views = [mock.messages, mock.scheduled, mock.deliveries, mock.retrieved, mock.outbox, mock.devices, mock.requests]
    printed = [mock.report(), str(mock.timeline), repr(mock), repr(mock.faults), *map(repr, views)]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            mock.verify()
        except AssertionError as error:
            printed.append(str(error))
    return "\n".join([*printed, *(str(warning.message) for warning in caught)])


def path_of(mock, below):
    return f"/{mock.app_id}/{mock.api_key}/{below}"


SENT = [
    ("POST", "users/login", {"login": "ann", "password": HIDDEN}),
    ("POST", "users/login", {"login": "ann", "Password": HIDDEN}),
    ("POST", "users/register", NESTED),
    ("GET", f"users/isvalidusertoken/{HIDDEN}", None),
    ("GET", f"users/IsValidUserToken/{HIDDEN}", None),
    ("GET", f"users/restore-password/{HIDDEN}", None),
    ("GET", f"data/Users?user-token={HIDDEN}&where=1&acc%65ss_token={HIDDEN}&token", None),
    ("POST", "messaging/news", {"message": NESTED, "headers": {"x-auth-token": HIDDEN}}),
    ("POST", "messaging/news", {"message": "hi", "headers": {"token": {"a": HIDDEN}}}),
    ("POST", "messaging/registrations", {"deviceId": "d", "deviceToken": HIDDEN, "os": "IOS"}),
    ("POST", "emailtemplate/send", {"template-name": "t", "template-values": {"password": HIDDEN}, "addresses": ["a"]}),
]
HEADERS = {"user-token": HIDDEN, "Authorization": HIDDEN, "Cookie": HIDDEN, "X-Api-Secret": HIDDEN}


@pytest.mark.parametrize("sent", SENT, ids=[f"{row[0]} {row[1]}"[:60] for row in SENT])
@pytest.mark.parametrize("stubbed", [False, True], ids=["plain", "stubbed"])
def test_no_secret_is_printed_whole_and_all_are_there(mock, client, sent, stubbed):
    method, path, body = sent
    mock.add_user(token=HIDDEN)
    mock.add_email_template("t")
    if stubbed:
        mock.stub("*", "*", json={})
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    client.open(path_of(mock, path), method=method, headers=HEADERS, **data)
    shown = looked_at(mock)
    assert HIDDEN not in shown
    assert "12345678" not in shown
    [request] = mock.requests
    assert [request.headers[name.lower()] for name in HEADERS] == [HIDDEN] * 4
    if body is not None and request.operation is not None:  # the body of an unknown request is not kept
        assert request.json == body
        assert json.loads(json.dumps(request.json)) == body
    if "?" in path:
        assert request.query == path.partition("?")[2]
        assert repr(request.query) == "'user-token=hunt…&where=1&acc%65ss_token=hunt…&token…'"


@pytest.mark.parametrize(
    "call",
    [
        frame(USERS, "login", ["ann", HIDDEN]),
        frame(USERS, "isValidUserToken", [HIDDEN]),
        frame(USERS, "isValidUserToken", [[HIDDEN]]),
        frame(USERS, "getUserRoles", [], {**JAVA, "user-token": HIDDEN}),
        frame(USERS, "login", ["ann", HIDDEN])[:-1],
        frame("com.backendless.services.messaging.MessagingService", "publish", ["news", NESTED, None, None]),
    ],
    ids=["login", "token", "tokens", "header", "cut short", "message"],
)
def test_no_secret_of_a_remote_call_is_printed_whole(call):
    wire = Wire()
    Remote(wire).send(call)
    shown = summary(wire.tenant) + repr(wire.tenant.journal.requests()) + "".join(wire.hints)
    assert HIDDEN not in shown
    assert HIDDEN.encode().hex() not in shown
    assert "'operation'" in shown or "'bytes'" in shown


def test_what_was_published_with_a_secret_is_equal_to_what_it_was(mock, client):
    client.post(path_of(mock, "messaging/news"), json={"message": NESTED, "headers": {"token": 5, "secret": 1.5}})
    [message] = mock.messages
    assert (message.data, message.headers) == (NESTED, {"token": "5", "secret": "1.5"})
    subscription = mock.subscribe("news")
    answer = client.get(path_of(mock, f"messaging/news/{subscription.id}")).json
    assert answer["messages"][0]["data"] == NESTED
    assert answer["messages"][0]["headers"]["token"] == "5"


def frames(error):
    """A traceback with the locals of our frames, as ``--showlocals`` prints them."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in told.stack if "/pytest_backendless_mock/" in frame.filename]
    assert ours
    return "\n".join(f"{name} = {shown}" for frame in ours for name, shown in (frame.locals or {}).items())


REFUSED = {
    "publish": lambda mock: mock.publish(NESTED, "a/b", headers={"token": HIDDEN}, user_token=HIDDEN),
    "publish as nobody": lambda mock: mock.publish("hi", user_token=HIDDEN),
    "subscribe": lambda mock: mock.subscribe("a/b", user_token=HIDDEN),
    "push_template": lambda mock: mock.push_template("none", {"password": HIDDEN}, user_token=HIDDEN),
    "register_device": lambda mock: mock.register_device("d", os="NONE", token=HIDDEN),
    "add_user": lambda mock: mock.add_user(token=HIDDEN, password=HIDDEN, roles="Editors", secret=HIDDEN),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
def test_no_secret_argument_stands_whole_in_a_frame_of_ours(mock, refused):
    if refused is not REFUSED["publish as nobody"]:
        mock.add_user(token=HIDDEN)
    with pytest.raises((MessagingError, TypeError)) as caught:
        refused(mock)
    shown = frames(caught.value) + str(caught.value) + repr(caught.value)
    assert "hunt…" in shown
    assert HIDDEN not in shown


def test_what_a_client_without_a_socket_sent_stands_in_no_frame_either(mock, client):
    user = mock.add_user(token=HIDDEN, login="ann", password=HIDDEN)
    mock.faults.lose("login")
    mock.faults.lose("publish")
    for path, body in (("users/login", {"login": "ann", "password": HIDDEN}), ("messaging/a", {"message": NESTED})):
        with pytest.raises((ConnectionResetError, RemoteDisconnected)) as caught:
            client.post(path_of(mock, path), json=body, headers=HEADERS)
        shown = frames(caught.value)
        assert "HTTP_COOKIE" in shown
        assert HIDDEN not in shown
        assert 'user-token":' not in shown
    assert HIDDEN not in repr(user)


def test_an_assertion_shows_no_secret_whole_on_either_side(mock):
    mock.publish(NESTED, "news", headers={"token": HIDDEN})
    for wanted in ({"user": [{"Password": f"{HIDDEN} no more"}]}, NESTED):
        with pytest.raises(AssertionError) as caught:
            mock.channel("news").assert_published(wanted, headers={"token": f"not {HIDDEN}"})
        assert "hunt…" in str(caught.value)
        assert HIDDEN not in str(caught.value)


def test_a_schema_shows_no_secret_whole(mock):
    mock.channel("news").expect_schema({"properties": {"password": {"maxLength": 3}, "a": {"required": ["b"]}}})
    mock.publish({"password": HIDDEN, "a": {"token": HIDDEN}}, "news")
    assert HIDDEN not in looked_at(mock)
    for wrong in ({"login": "ann", "password": {"is": HIDDEN}}, {"login": [], "token": HIDDEN}):
        with pytest.raises(PayloadError) as caught:
            validate(wrong, "login.request")
        assert HIDDEN not in str(caught.value)
    assert wrong == {"login": [], "token": HIDDEN}


ESCAPED = r"a\x1b[31m\nFORGED\r\x00\u2028\x85b\x7f\ud800"


def evil_requests(mock):
    """Method, path below the prefix and body, each of which carries control characters somewhere."""
    odd = quote(EVIL.encode("utf-8", "surrogatepass"), safe="")
    yield "POST", f"messaging/{odd}", {"message": "hi"}, {}
    yield "GET", f"data/{odd}", None, {}
    yield "GET", f"messaging/news/{odd}", None, {}
    yield "DELETE", f"messaging/registrations/{odd}", None, {}
    yield "POST", f"messaging/push/{odd}", {}, {}
    yield f"GET{EVIL}", "data/Orders", None, {}
    yield "POST", "messaging/news", {"message": EVIL, "publisherId": EVIL, "subtopic": EVIL, EVIL: 1}, {}
    yield "POST", "messaging/news", {"message": {EVIL: EVIL}, "headers": {EVIL: EVIL}}, {}
    yield "POST", "messaging/news", {"message": "hi", "segmentQuery": EVIL}, {}
    yield "POST", "messaging/news", {"message": "hi", "publishPolicy": EVIL, "pushBroadcast": EVIL}, {}
    yield "POST", "messaging/news/subscribe", {"selector": f'"{EVIL}" = \'{EVIL}'}, {}
    yield "POST", "messaging/registrations", {"deviceId": EVIL, "deviceToken": EVIL, "os": "IOS", "osVersion": EVIL}, {}
    yield "POST", "messaging/registrations", {"deviceId": "d", "deviceToken": "t", "os": EVIL}, {}
    yield "POST", "messaging/email", {"subject": EVIL, "bodyparts": {"textmessage": EVIL}, "to": [EVIL]}, {}
    yield "POST", "emailtemplate/send", {"template-name": "t", "criteria": EVIL}, {}
    yield "POST", "emailtemplate/send", {"template-name": EVIL}, {}
    yield "POST", "messaging/news", {"message": "hi"}, {"HTTP_USER_TOKEN": EVIL}
    yield "POST", "messaging/news", {"message": "hi"}, {f"HTTP_{EVIL}": EVIL}
    yield "POST", "messaging/news", {"message": "hi"}, {"CONTENT_TYPE": EVIL}


def assert_printable(text):
    raw = {character for character in text if not character.isprintable()}
    assert raw <= {"\n"}
    assert not [line for line in text.splitlines() if line.strip().startswith("FORGED")]


@pytest.mark.parametrize("number", range(19))
def test_no_control_character_is_printed_raw_and_no_line_is_forged(number):
    with standing_mock() as mock:
        mock.add_email_template("t")
        mock.channel("news").expect_schema({"properties": {EVIL: {"type": "integer"}}, "not": {"const": EVIL}})
        subscription = mock.subscribe("news", selector=f"\"{EVIL.replace(chr(0), '')}\" = 'x' AND a = '{EVIL}'")
        mock.register_device("d", os="IOS", refuses=EVIL)
        heard = []
        mock.on("refused", heard.append)
        method, path, body, environ = list(evil_requests(mock))[number]
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        Client(mock.wsgi_app).open(path_of(mock, path), method=method, environ_overrides=environ, **data)
        mock.publish("push", "default", headers={"ios-alert": EVIL})
        printed = [looked_at(mock), repr(heard), *(refusal.reason for refusal in heard)]
        for wanted in (EVIL, {EVIL: 2}, "hi"):
            for look in (mock.channel("news").assert_retrieved, mock.channel("news").assert_delivered):
                with pytest.raises(AssertionError) as caught:
                    look(wanted, times=3)
                printed.append(str(caught.value))
            with pytest.raises(AssertionError) as caught:
                mock.outbox.assert_sent(wanted, times=9)
            printed.append(str(caught.value))
        assert subscription.pending is not None
    for text in printed:
        assert_printable(text)


def test_a_refusal_of_a_name_is_printed_in_one_line(mock):
    with pytest.raises(MessagingError) as caught:
        mock.push_template(EVIL)
    assert str(caught.value) == (
        f"24002 Push Template with name '{ESCAPED}' doesn't exist. (add_template({EVIL!r}, message=...) makes it)"
    )
    assert_printable(repr(caught.value))


def test_a_remote_call_by_an_odd_name_is_printed_in_one_line():
    wire = Wire()
    Remote(wire).send(frame(f"com.{EVIL}Service", EVIL, []))
    for text in [summary(wire.tenant), *wire.problems]:
        assert "FORGED" in text
        assert_printable(text)


def test_a_hint_is_a_warning_in_one_line(mock, client):
    client.post(path_of(mock, "messaging/news"), json={"message": "hi", EVIL: 1})
    with pytest.warns(BackendlessMockWarning) as caught:
        mock.verify()
    [warning] = caught
    assert_printable(str(warning.message))
