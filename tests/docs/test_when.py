"""When the mock answers with an error by itself: for each that the reference tells of, a request that gets it."""

from __future__ import annotations

import pytest
import requests
from reference.errors import WHEN

DEVICE = {"deviceId": "d1", "deviceToken": "t1", "os": "IOS"}
EMAIL = {"subject": "s", "bodyparts": {"textmessage": "t"}, "to": ["a@b.example"]}
LATER = {"message": "hi", "publishAt": 32503680000000}

ASKED = {
    2002: [("GET", "{host}/{app}/wrong-key/info", None), ("GET", "{host}/wrong-id/{key}/info", None)],
    2014: [("POST", "users/login", {"objectId": "1", "password": "p"})],
    3003: [("POST", "users/login", {"login": "ann", "password": "wrong"})],
    3006: [("POST", "users/login", {"login": "ann"}), ("POST", "users/login", {"password": "p"})],
    3064: [("POST", "messaging/news", {"message": "hi"}, {"user-token": "nobody's"})],
    5000: [("GET", "messaging/registrations/d9", None)],
    5001: [("DELETE", "messaging/registrations/d9", None)],
    5003: [
        ("POST", "messaging/news", {**LATER, "repeatEvery": 60, "repeatExpiresAt": "tomorrow"}),
        ("POST", "messaging/news", {**LATER, "repeatEvery": 60, "repeatExpiresAt": LATER["publishAt"]}),
    ],
    5004: [("POST", "messaging/registrations", {**DEVICE, "expiration": each}) for each in ("tomorrow", 1)],
    5005: [("POST", "messaging/registrations", each) for each in ({**DEVICE, "os": 1}, {"deviceId": "d1"})],
    5006: [("POST", "messaging/registrations", None)],
    5007: [("POST", "messaging/closed", {"message": "hi"})],
    5008: [("POST", "messaging/closed/subscribe", {})],
    5009: [("POST", "messaging/news/subscribe", {"selector": "city ="})],
    5010: [("DELETE", "messaging/channels/nobodys", None)],
    5011: [("POST", "messaging/registrations", {"deviceToken": "t1", "os": "IOS"})],
    5030: [("POST", "messaging/news", {"message": "hi", "publishAt": each}) for each in ("tomorrow", 1000)],
    5040: [("DELETE", "messaging/message:unknown", None), ("DELETE", "messaging/{delivered}", None)],
    5041: [("POST", "messaging/news", {"message": each, "publishPolicy": "PUSH"}) for each in ({}, [])],
    5044: [("POST", f"messaging/{each}", {"message": "hi"}) for each in ("", "a%2Fb", "a%01b")],
    5048: [("POST", "messaging/email", {**EMAIL, "to": []})],
    5049: [("POST", "messaging/email", {**EMAIL, "bodyparts": {}})],
    8002: [
        ("POST", "messaging/news", b"{"),
        ("POST", "messaging/news", b'{"message": 1}', {"Content-Type": "text/plain"}),
        ("POST", "messaging/news", [1]),
        ("POST", "messaging/news", {"message": "x" * 10 * 1024 * 1024}),
    ],
    8006: [("POST", "messaging/news", {"message": None})],
    8007: [("POST", "messaging/news", {}), ("POST", "emailtemplate/send", {"addresses": ["a@b.example"]})],
    8008: [("POST", "messaging/news", {"message": 1, "repeatEvery": "daily"}), ("GET", "messaging/news/no-such", None)],
    8022: [("GET", "{host}/v1/info", None)],
    19000: [("POST", "messaging/news", {"message": "hi", "publishPolicy": "PUSH", "segmentQuery": "os ="})],
    24002: [("POST", "messaging/push/nobodys", {}), ("POST", "emailtemplate/send", {"template-name": "nobodys"})],
}
ROWS = [pytest.param(code, request, id=f"{code}-{n}") for code, rows in ASKED.items() for n, request in enumerate(rows)]


def test_each_error_that_the_mock_answers_with_is_asked_for():
    assert sorted(ASKED) == sorted(WHEN)


@pytest.mark.filterwarnings("ignore::pytest_backendless_mock.BackendlessMockWarning")
@pytest.mark.parametrize(("code", "request_"), ROWS)
def test_a_request_is_refused_with(code, request_, backendless_mock):
    backendless_mock.add_user(login="ann", password="right")
    backendless_mock.deny("publish", channel="closed")
    backendless_mock.deny("subscribe", channel="closed")
    delivered = backendless_mock.publish("hi", channel="news").message_id
    method, path, body, *headers = request_
    places = {"host": backendless_mock.host_url, "app": backendless_mock.app_id, "key": backendless_mock.api_key}
    target = path.format(**places, delivered=delivered)
    address = target if "://" in target else f"{backendless_mock.url}/{target}"
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}
    if method == "POST" and body is None:
        sent = {"data": "null"}
    declared = {"Content-Type": "application/json"} if "data" in sent else {}

    answer = requests.request(method, address, headers={**declared, **(headers or [{}])[0]}, timeout=10, **sent)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
