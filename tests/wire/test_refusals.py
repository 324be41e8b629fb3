"""What is refused leaves nothing behind (invariant 10), and a listener for "refused" hears of it."""

from __future__ import annotations

import copy
import datetime as dt
import re
from pathlib import Path

import pytest
from amf_support import Remote, refused
from http_support import APP_ID, PREFIX, Wire
from http_support import NOW as NOW_MS
from mock_support import standing_mock
from plugin_support import call

import pytest_backendless_mock
from pytest_backendless_mock import MessagingError
from pytest_backendless_mock.messaging.errors import ERRORS
from pytest_backendless_mock.messaging.template import Template
from pytest_backendless_mock.runtime.event import Refused

PACKAGE = Path(pytest_backendless_mock.__file__).parent

NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)


@pytest.fixture
def mock():
    with standing_mock() as mock:
        yield mock


def test_a_refusal_is_told_with_request_code_and_reason(mock):
    heard = []
    off = mock.on("refused", heard.append)
    call(f"{mock.url}/messaging/news", "POST", {"message": None})
    off()
    call(f"{mock.url}/messaging/news", "POST", {"message": None})
    (refusal,) = heard
    assert (refusal.at, refusal.what, refusal.code) == (NOW, "POST …/messaging/news", 8006)
    assert refusal.reason == "8006 Invalid NULL param for request (message is null)"


def test_what_is_accepted_is_not_told(mock):
    heard = []
    mock.on("refused", heard.append)
    call(f"{mock.url}/messaging/news", "POST", {"message": "hi"})
    assert heard == []


def test_what_the_test_itself_is_refused_is_raised_instead(mock):
    heard = []
    mock.on("refused", heard.append)
    with pytest.raises(MessagingError, match=r"^5030 "):
        mock.publish("hi", publish_at=NOW - dt.timedelta(hours=1))
    assert heard == []


def test_a_listener_that_raises_fails_the_test_and_not_the_client(mock):
    def picky(refusal):
        raise KeyError("no")

    mock.on("refused", picky)
    status, answer = call(f"{mock.url}/messaging/news", "POST", {"message": None})
    assert (status, answer["code"]) == (400, 8006)
    with pytest.raises(AssertionError, match=r"(?s)POST …/messaging/news.*KeyError: 'no'"):
        mock.verify()


def test_a_refusal_wakes_who_waits(mock):
    call(f"{mock.url}/messaging/news", "POST", {"message": None})
    mock.wait_until(lambda: mock.requests[0].code == 8006, timeout=0)


def of(code, told, send, *, hints=(), **rules):
    """A refusal by ``code``; ``hints`` are what may explain it."""
    return pytest.param(send, code, list(hints), rules, id=f"{code} {told}")


def post(path, body, **more):
    return lambda wire: wire.send("POST", f"{PREFIX}/{path}", body, **more).error[1]


def get(path, **more):
    return lambda wire: wire.send("GET", f"{PREFIX}/{path}", **more).error[1]


def delete(path, **more):
    return lambda wire: wire.send("DELETE", f"{PREFIX}/{path}", **more).error[1]


def remote(source, operation, *arguments):
    return lambda wire: int(refused(Remote(wire).call, source, operation, *arguments))


COLOUR = {"colour": 1, "message": "hi"}
"""A publish with a field that the service does not have."""
DEVICE = {"deviceId": "d", "deviceToken": "t", "os": "IOS", "colour": 1}
TOKEN = {"user-token": "none"}
EXPLAINED = "nobody gave out that user-token: backendless_mock.add_user(token=...), or accept_unknown_tokens=True"
MAIL = "com.backendless.services.mail.CustomersEmailService"
DEVICES = "com.backendless.services.messaging.DeviceRegistrationService"

REFUSALS = [
    of(2002, "a wrong key", lambda wire: wire.send("POST", f"/{APP_ID}/{APP_ID}/messaging/new", COLOUR).error[1]),
    of(2014, "a login by id", post("users/login", {"objectId": "1"})),
    of(3003, "a wrong password", post("users/login", {"login": "ann", "password": "wrong", "colour": 1})),
    of(
        3006,
        "a login without a password",
        post("users/login", {"login": "ann", "pasword": "open sesame"}),
        hints=["POST …/users/login: the service ignores the field 'pasword'; did you mean 'password'?"],
    ),
    of(
        3064,
        "an unknown token",
        post("messaging/new", COLOUR, headers=TOKEN),
        hints=[f"POST …/messaging/new: {EXPLAINED}"],
    ),
    of(5000, "an unknown device", get("messaging/registrations/none")),
    of(5000, "an unknown device over AMF", remote(DEVICES, "refreshDeviceToken", "none", "t")),
    of(5001, "an unknown device to cancel", delete("messaging/registrations/none")),
    of(5001, "a device that leaves channels", remote(DEVICES, "unregisterDevice", "none", ["new"])),
    of(5003, "an end before the beginning", post("messaging/new", {**COLOUR, "repeatExpiresAt": NOW_MS - 1})),
    of(
        5003,
        "an end as text",
        post("messaging/new", {**COLOUR, "repeatExpiresAt": "2030-01-07T09:00:00Z"}),
        hints=[
            (
                "POST …/messaging/new: repeatExpiresAt '2030-01-07T09:00:00Z' is text; "
                "the service reads milliseconds, and that is 1894006800000: "
                "round(when.timestamp() * 1000) in Python, when.getTime() in JavaScript"
            )
        ],
    ),
    of(5003, "a template push that ends before it begins", post("messaging/push/t", {"repeatExpiresAt": 1})),
    of(5004, "an expiration that has passed", post("messaging/registrations", {**DEVICE, "expiration": 1_000_000})),
    of(
        5004,
        "an expiration as text",
        post("messaging/registrations", {**DEVICE, "expiration": "2031-01-07"}),
        hints=[
            (
                "POST …/messaging/registrations: expiration '2031-01-07' is text; "
                "the service reads milliseconds, and that is 1925510400000: "
                "round(when.timestamp() * 1000) in Python, when.getTime() in JavaScript"
            )
        ],
    ),
    of(
        5005,
        "a registration without a token",
        post("messaging/registrations", {"deviceId": "d", "os": "IOS", "devicetoken": "t"}),
        hints=[
            "POST …/messaging/registrations: the service ignores the field 'devicetoken'; did you mean 'deviceToken'?"
        ],
    ),
    of(5006, "no registration", post("messaging/registrations", None)),
    of(5007, "a publisher who may not", post("messaging/closed", COLOUR)),
    of(5007, "a template push to where nobody may", post("messaging/push/closed", {"colour": 1})),
    of(5008, "a subscriber who may not", post("messaging/closed/subscribe", {"colour": 1})),
    of(5009, "a selector that is none", post("messaging/new/subscribe", {"selector": "a =", "colour": 1})),
    of(5010, "a channel to delete that nobody made", delete("messaging/channels/new")),
    of(5010, "a strict channel", post("messaging/new/subscribe", {"colour": 1}), strict_channels=True),
    of(5010, "a strict channel to poll", get("messaging/new/none"), strict_channels=True),
    of(5011, "a device without an id", post("messaging/registrations", {"deviceId": None})),
    of(5030, "a date that has passed", post("messaging/new", {**COLOUR, "publishAt": NOW_MS - 1_001})),
    of(
        5030,
        "a date in seconds",
        post("messaging/new", {"message": "hi", "publishAt": NOW_MS // 1000, "colour": 1}),
        hints=["POST …/messaging/new: publishAt 1894005000 looks like seconds; the service reads milliseconds"],
    ),
    of(5030, "a template push whose date has passed", post("messaging/push/t", {"publishAt": 1, "colour": 1})),
    of(5040, "a message that there is not", delete("messaging/none")),
    of(5041, "an object as a push", post("messaging/new", {"message": {}, "publishPolicy": "PUSH", "colour": 1})),
    of(5044, "a channel that cannot be", post("messaging/a%00b", COLOUR)),
    of(5044, "a device on a channel that cannot be", post("messaging/registrations", {**DEVICE, "channels": [""]})),
    of(5048, "an e-mail to nobody", post("messaging/email", {"bodyparts": {"textmessage": "hi"}, "colour": 1})),
    of(5048, "an e-mail to nobody over AMF", remote(MAIL, "send", "s", None, None, None)),
    of(5049, "an e-mail without a body", post("messaging/email", {"to": ["a@b.c"], "colour": 1})),
    of(8002, "a body that is no JSON", post("messaging/new", b"{")),
    of(8002, "a body that is no object", post("messaging/new", [COLOUR])),
    of(8002, "a frame that is none", lambda wire: int(Remote(wire).send(b"\0").members["faultCode"])),
    of(
        8002,
        "another type of content",
        post("messaging/new", COLOUR, content_type="text/plain"),
        hints=["POST …/messaging/new: Content-Type is 'text/plain'; requests and httpx send JSON as such with json="],
    ),
    of(8006, "a message that is null", post("messaging/new", {**COLOUR, "message": None})),
    of(
        8007,
        "a body without a message",
        post("messaging/new", {"mesage": "hi"}),
        hints=["POST …/messaging/new: the service ignores the field 'mesage'; did you mean 'message'?"],
    ),
    of(8007, "an e-mail from no template", post("emailtemplate/send", {})),
    of(8008, "a subtopic that is no text", post("messaging/new", {**COLOUR, "subtopic": 1})),
    of(8008, "a mask that is none", post("messaging/new", {**COLOUR, "pushBroadcast": "MARS"})),
    of(8008, "a template push with values that are none", post("messaging/push/t", {"templateValues": 1})),
    of(8008, "a subscription that there is not", get("messaging/news/none")),
    of(
        8022,
        "the legacy form without its headers",
        lambda wire: wire.send("POST", "/v1/messaging/new", COLOUR).error[1],
    ),
    of(19000, "a segment that is none", post("messaging/new", {**COLOUR, "segmentQuery": "a ="})),
    of(19000, "a template push whose segment is spoilt", post("messaging/push/spoilt", {"colour": 1})),
    of(24002, "a template that there is not", post("messaging/push/none", {"colour": 1})),
    of(
        24002,
        "an e-mail template that there is not",
        post("emailtemplate/send", {"template-name": "none", "colour": 1}),
    ),
]


@pytest.mark.parametrize(("send", "code", "hints", "rules"), REFUSALS)
def test_a_refused_request_leaves_nothing_but_what_may_explain_it(send, code, hints, rules):
    wire = Wire(**rules)
    wire.add_user("ann's token", login="ann", password="open sesame")
    wire.deny("publish", channel="closed")
    wire.deny("subscribe", channel="closed")
    with wire.application.backend.session() as (broker, _):
        broker.templates.add(Template("t", "hi {name}"))
        broker.templates.add(Template("spoilt", "hi {name}", segment="osVersion > {least}"))
        broker.templates.add(Template("closed", "hi {name}", channel="closed"))
        broker.channels.make("news")
    before = everything(wire)
    assert send(wire) == code
    assert wire.problems == []
    assert wire.hints == hints
    assert everything(wire) == before


def test_the_table_has_a_row_for_every_error_that_the_mock_itself_answers_with():
    source = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if path.name != "errors.py")
    answered = {code for code, error in ERRORS.items() if re.search(rf"\b{error.__name__}\b", source)}
    assert {row.values[1] for row in REFUSALS} == answered


def everything(wire):
    """All that a request could have changed, the ids that would come next included; the timeline without refusals."""
    application, tenant = wire.application, wire.tenant
    with application.backend.peek() as (broker, _):
        held = (
            dict(broker.publications),
            dict(broker.pending),
            list(broker.channels.made),
            {channel.name: (list(channel.log), dict(channel.subscriptions)) for channel in broker.channels},
            {**vars(broker.devices)},
            {**vars(broker.templates)},
            {name: copy.copy(value) for name, value in vars(broker.access).items()},
            dict(broker.emails),
            [event for event in application.backend.timeline if not isinstance(event, Refused)],
            dict(application.ids.given),
            {name: copy.copy(value) for name, value in vars(tenant.originals).items()},
            set(tenant.lossy),
        )
    return copy.deepcopy(held)
