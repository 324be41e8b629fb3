"""What can go wrong between the code under test and the service: ``backendless_mock.faults``."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import BadStatusLine

import httpx
import pytest
from fake_time import FakeTime
from mock_support import standing_mock
from plugin_support import Inner, call, client_of, objection, said

from pytest_backendless_mock import BackendlessMock, MessagingError
from pytest_backendless_mock.http import response as transport
from pytest_backendless_mock.messaging.errors import ERRORS
from pytest_backendless_mock.runtime.backend import ListenerError

WATCHDOG = 20
NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
MINUTE = dt.timedelta(minutes=1)
HI = {"message": "hi"}
IN_A_MINUTE = 1_894_005_060_000
LAST = dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.timezone.utc)


class RunningTime(FakeTime):
    """A process time that goes on by a millisecond each time it is read."""

    def read(self):
        self.instant += 1_000
        return super().read()


@pytest.fixture
def mock():
    with standing_mock() as mock:
        yield mock


@pytest.fixture
def faults(mock):
    return mock.faults


@pytest.fixture
def client(mock):
    with client_of(mock) as client:
        yield client


def publish(client, channel="news", **more):
    return client.post(f"/messaging/{channel}", json={**HI, **more})


def statuses(client, count, channel="news"):
    """The HTTP statuses of so many publishes, one after the other."""
    return [publish(client, channel).status_code for _ in range(count)]


def reasons(assertion, *args, **expected):
    """What an assertion that fails says after its first line."""
    with pytest.raises(AssertionError) as failure:
        assertion(*args, **expected)
    return str(failure.value).splitlines()[1:]


OPERATIONS = (
    "cancel, delete_channel, email, email_template, info, is_valid_token, join, log, loggers, login, logout, lookup, "
    "properties, publish, push_template, realtime, refresh_token, register, registrations, retrieve, status, stub, "
    "subscribe, templates, unregister, user_roles, and 'all'"
)
NEAR_5030 = """the nearest of the 53 that it has are:
  5030 Invalid publish date
  5040 Can't cancel message. Already cancelled or there is no such message
  5041 Invalid message for push notification, provide message that could be cast to String
  5042 Unable to delete devices
  5043 Could not register channel
  5044 Channel name contains invalid character
  5045 Cannot send email with the default Email Settings. Change the Email Settings in the console and try again
  5046 Cannot set email. Invalid email settings
  5047 Invalid recipient
"""
NO_CHANNEL = "names no channel: delete_channel, join, properties, publish, realtime, retrieve, subscribe do"
FOR_JOIN = "is for HTTP requests, which 'join' is not: fail(error=...), delay(seconds) and reset() are for it"
FOR_REALTIME = "is for HTTP requests, which 'realtime' is not: reset() and lose() are for it"
ONE_OF = "fail() takes one of error= (with message=), http= (with body=, headers=), or message= alone"
SOFTLY = "only publishing fails with a message alone, not"


def refused(name, ask, error, told):
    return pytest.param(ask, error, told, id=name.replace(" ", "-"))


TOLD = [
    (lambda f: f.fail("publish", error=5030), "fail('publish', error=5030)"),
    (
        lambda f: f.fail("publish", error=5030, message="no", channel="news", times=2),
        "fail('publish', error=5030, message='no', channel='news', times=2)",
    ),
    (lambda f: f.fail("status", http=502), "fail('status', http=502)"),
    (
        lambda f: f.fail("all", http=502, body={"a": 1}, headers={"X-A": "b"}),
        "fail('all', http=502, body={'a': 1}, headers={'X-A': 'b'})",
    ),
    (lambda f: f.fail("publish", message="Quota"), "fail('publish', message='Quota')"),
    (lambda f: f.fail_delivery(channel="news"), "fail_delivery(message='Delivery failed', channel='news')"),
    (lambda f: f.reset("publish"), "reset('publish')"),
    (lambda f: f.reset("publish", midway=True), "reset('publish', midway=True)"),
    (lambda f: f.empty("stub"), "empty('stub')"),
    (lambda f: f.garbage("publish"), "garbage('publish', 'not JSON')"),
    (lambda f: f.garbage("publish", "not HTTP"), "garbage('publish', 'not HTTP')"),
    (lambda f: f.slow("retrieve", 0.5), "slow('retrieve', 0.5)"),
    (lambda f: f.hang("publish", clock=30), "hang('publish', clock=30)"),
    (lambda f: f.delay("publish", MINUTE), "delay('publish', datetime.timedelta(seconds=60))"),
    (lambda f: f.lose("retrieve", when=len), "lose('retrieve', when=<built-in function len>)"),
    (lambda f: f.fail("join", error=5008, channel="news"), "fail('join', error=5008, channel='news')"),
    (lambda f: f.delay("join", 5, times=2), "delay('join', 5, times=2)"),
    (lambda f: f.reset("join", optional=True), "reset('join', optional=True)"),
    (lambda f: f.reset("realtime", channel="news"), "reset('realtime', channel='news')"),
    (lambda f: f.lose("realtime", times=1), "lose('realtime', times=1)"),
]


class TestArguments:
    @pytest.mark.parametrize(
        ("ask", "error", "told"),
        [
            refused(
                "operation nearly right",
                lambda f: f.reset("Publsh"),
                ValueError,
                "there is no operation 'Publsh'; did you mean 'publish'?",
            ),
            refused(
                "operation unlike any",
                lambda f: f.reset("zzz"),
                ValueError,
                f"there is no operation 'zzz'; there are {OPERATIONS}",
            ),
            refused(
                "operation that is no text",
                lambda f: f.reset(None),
                ValueError,
                f"there is no operation None; there are {OPERATIONS}",
            ),
            refused(
                "error code",
                lambda f: f.fail("publish", error=5031),
                ValueError,
                f"the service has no error 5031; {NEAR_5030}"
                "  5048 You must specify at least one recipient's email address",
            ),
            refused(
                "error code as text",
                lambda f: f.fail("publish", error="5030"),
                ValueError,
                f"the service has no error '5030'; {NEAR_5030}  5012 Channel with name '{{}}' already exists",
            ),
            refused(
                "keyword of fail",
                lambda f: f.fail("publish", error=5030, chanel="news"),
                TypeError,
                "fail() has no keyword 'chanel'; it has channel, when, times, optional",
            ),
            refused(
                "keyword of reset",
                lambda f: f.reset("publish", clock=3),
                TypeError,
                "reset() has no keyword 'clock'; it has channel, when, times, optional",
            ),
            refused(
                "keyword of fail_delivery",
                lambda f: f.fail_delivery(reason="no"),
                TypeError,
                "fail_delivery() has no keyword 'reason'; it has channel, when, times, optional",
            ),
            refused(
                "channel of status",
                lambda f: f.fail("status", error=5030, channel="news"),
                ValueError,
                f"'status' {NO_CHANNEL}",
            ),
            refused(
                "channel of what is stubbed",
                lambda f: f.delay("stub", 1, channel="news"),
                ValueError,
                f"'stub' {NO_CHANNEL}",
            ),
            refused(
                "channel of push_template",
                lambda f: f.empty("push_template", channel="news"),
                ValueError,
                f"'push_template' {NO_CHANNEL}",
            ),
            refused(
                "channel that is none",
                lambda f: f.reset("publish", channel="a/b"),
                MessagingError,
                "5044 Channel name contains invalid character "
                "(a channel name is not empty and holds no slash and no control character)",
            ),
            refused(
                "channel without a name",
                lambda f: f.fail_delivery(channel=""),
                MessagingError,
                "5044 Channel name contains invalid character "
                "(a channel name is not empty and holds no slash and no control character)",
            ),
            refused(
                "no times",
                lambda f: f.reset("publish", times=0),
                ValueError,
                "times is a number from 1 on, not 0",
            ),
            refused(
                "negative times",
                lambda f: f.reset("publish", times=-1),
                ValueError,
                "times is a number from 1 on, not -1",
            ),
            refused(
                "true times",
                lambda f: f.reset("publish", times=True),
                ValueError,
                "times is a number from 1 on, not True",
            ),
            refused(
                "times as text",
                lambda f: f.fail_delivery(times="2"),
                ValueError,
                "times is a number from 1 on, not '2'",
            ),
            refused(
                "times with a fraction",
                lambda f: f.reset("publish", times=1.5),
                ValueError,
                "times is a number from 1 on, not 1.5",
            ),
            refused(
                "when that cannot be called",
                lambda f: f.reset("publish", when=5),
                TypeError,
                "when is a callable that gets the request, not 5",
            ),
            refused(
                "channel that is no text",
                lambda f: f.reset("publish", channel=5),
                TypeError,
                "channel is a name, not 5",
            ),
            refused(
                "message that is no text",
                lambda f: f.fail("publish", message=5),
                TypeError,
                "message is text, not 5",
            ),
            refused(
                "error's message that is no text",
                lambda f: f.fail("publish", error=5030, message=5),
                TypeError,
                "message is text, not 5",
            ),
            refused(
                "delivery that fails with no text",
                lambda f: f.fail_delivery(message=None),
                TypeError,
                "message is text, not None",
            ),
            refused(
                "list of operations",
                lambda f: f.reset(["publish"]),
                ValueError,
                "there is no operation ['publish']; did you mean 'publish'?",
            ),
            refused(
                "unknown operation of a soft failure",
                lambda f: f.fail("publsh", message="x"),
                ValueError,
                "there is no operation 'publsh'; did you mean 'publish'?",
            ),
            refused(
                "header that is ours",
                lambda f: f.fail("publish", http=503, headers={"content-length": "3"}),
                ValueError,
                "the header content-length is the mock's to say",
            ),
            refused(
                "body where there is none",
                lambda f: f.fail("publish", http=204, body={"a": 1}),
                ValueError,
                "HTTP has no body under 204",
            ),
            refused(
                "headers that are no mapping",
                lambda f: f.fail("publish", http=503, headers=[("Retry-After", "3")]),
                TypeError,
                "headers is a mapping of names to values, not [('Retry-After', '3')]",
            ),
            refused(
                "header given twice",
                lambda f: f.fail("publish", http=503, headers={"X-One": "1", "x-one": "2"}),
                ValueError,
                "a header is given twice: X-One, x-one",
            ),
            refused(
                "negative delay",
                lambda f: f.delay("publish", -1),
                ValueError,
                "seconds is a number from 0 on, not -1",
            ),
            refused(
                "negative timedelta",
                lambda f: f.delay("publish", dt.timedelta(days=-1)),
                ValueError,
                "seconds is a number from 0 on, not datetime.timedelta(days=-1)",
            ),
            refused(
                "negative slowness",
                lambda f: f.slow("publish", -0.5),
                ValueError,
                "seconds is a number from 0 on, not -0.5",
            ),
            refused(
                "negative hang",
                lambda f: f.hang("publish", clock=-1),
                ValueError,
                "clock is a number from 0 on, not -1",
            ),
            refused(
                "endless delay",
                lambda f: f.delay("publish", float("inf")),
                TypeError,
                "seconds is a number of seconds or a timedelta, not inf",
            ),
            refused(
                "slowness that is no number",
                lambda f: f.slow("publish", float("nan")),
                TypeError,
                "seconds is a number of seconds or a timedelta, not nan",
            ),
            refused(
                "hang as text",
                lambda f: f.hang("publish", clock="3"),
                TypeError,
                "clock is a number of seconds or a timedelta, not '3'",
            ),
            refused(
                "true delay",
                lambda f: f.delay("publish", True),  # noqa: FBT003 - that is what is refused
                TypeError,
                "seconds is a number of seconds or a timedelta, not True",
            ),
            refused(
                "http status too low",
                lambda f: f.fail("publish", http=99),
                ValueError,
                "an HTTP status is a number from 200 to 599, not 99",
            ),
            refused(
                "http status that is interim",
                lambda f: f.fail("publish", http=100),
                ValueError,
                "an HTTP status is a number from 200 to 599, not 100",
            ),
            refused(
                "http status too high",
                lambda f: f.fail("publish", http=600),
                ValueError,
                "an HTTP status is a number from 200 to 599, not 600",
            ),
            refused(
                "http status as text",
                lambda f: f.fail("publish", http="502"),
                ValueError,
                "an HTTP status is a number from 200 to 599, not '502'",
            ),
            refused(
                "header with a line break",
                lambda f: f.fail("publish", http=502, headers={"X-A": "b\r\nX-C: d"}),
                ValueError,
                r"'X-A': 'b\r\nX-C: d' is no HTTP header",
            ),
            refused(
                "header that is a number",
                lambda f: f.fail("publish", http=503, headers={"Retry-After": 3}),
                ValueError,
                "'Retry-After': 3 is no HTTP header",
            ),
            refused(
                "body that is no json",
                lambda f: f.fail("publish", http=502, body={1, 2}),
                TypeError,
                "this is no JSON value: Object of type set is not JSON serializable",
            ),
            refused("fail with nothing", lambda f: f.fail("publish"), TypeError, ONE_OF),
            refused("error and http", lambda f: f.fail("publish", error=5030, http=502), TypeError, ONE_OF),
            refused("http and message", lambda f: f.fail("publish", http=502, message="no"), TypeError, ONE_OF),
            refused("error and body", lambda f: f.fail("publish", error=5030, body="no"), TypeError, ONE_OF),
            refused("error and headers", lambda f: f.fail("publish", error=5030, headers={}), TypeError, ONE_OF),
            refused("message and body", lambda f: f.fail("publish", message="no", body="no"), TypeError, ONE_OF),
            refused("body alone", lambda f: f.fail("publish", body="no"), TypeError, ONE_OF),
            refused("headers alone", lambda f: f.fail("publish", headers={"X-A": "b"}), TypeError, ONE_OF),
            refused(
                "soft failure of status",
                lambda f: f.fail("status", message="no"),
                ValueError,
                f"{SOFTLY} 'status': say error= or http=",
            ),
            refused(
                "soft failure of all",
                lambda f: f.fail("all", message="no"),
                ValueError,
                f"{SOFTLY} 'all': say error= or http=",
            ),
            refused(
                "soft failure of joining",
                lambda f: f.fail("join", message="no"),
                ValueError,
                f"{SOFTLY} 'join': say error=",
            ),
            *(
                refused(name, ask, ValueError, told)
                for name, ask, told in (
                    ("http for a join", lambda f: f.fail("join", http=502), f"fail(http=...) {FOR_JOIN}"),
                    ("midway of a join", lambda f: f.reset("join", midway=True), f"reset(midway=...) {FOR_JOIN}"),
                    ("empty join", lambda f: f.empty("join"), f"empty() {FOR_JOIN}"),
                    ("garbage for a join", lambda f: f.garbage("join"), f"garbage() {FOR_JOIN}"),
                    ("slow join", lambda f: f.slow("join", 1), f"slow() {FOR_JOIN}"),
                    ("join that hangs", lambda f: f.hang("join"), f"hang() {FOR_JOIN}"),
                    ("join that is lost", lambda f: f.lose("join"), f"lose() {FOR_JOIN}"),
                    ("when of a join", lambda f: f.delay("join", 1, when=len), f"delay(when=...) {FOR_JOIN}"),
                    ("when of a message", lambda f: f.lose("realtime", when=5), f"lose(when=...) {FOR_REALTIME}"),
                    ("error of a message", lambda f: f.fail("realtime", error=5008), f"fail() {FOR_REALTIME}"),
                    ("late message", lambda f: f.delay("realtime", 1), f"delay() {FOR_REALTIME}"),
                )
            ),
            refused(
                "garbage",
                lambda f: f.garbage("publish", "noise"),
                ValueError,
                "garbage is one of 'not JSON', 'truncated JSON', 'not HTTP', not 'noise'",
            ),
        ],
    )
    def test_what_makes_no_sense_is_refused_and_nothing_goes_wrong(self, mock, client, ask, error, told):
        with pytest.raises(error) as refusal:
            ask(mock.faults)
        assert str(refusal.value) == told
        assert repr(mock.faults) == "<Faults none>"
        assert publish(client).status_code == 200

    @pytest.mark.parametrize(("ask", "told"), TOLD, ids=[told for _, told in TOLD])
    def test_a_fault_is_told_as_it_was_asked_for(self, ask, told):
        mock = BackendlessMock()
        assert repr(ask(mock.faults)) == told
        assert repr(mock.faults) == f"<Faults {told}>"

    def test_all_of_them_are_told_in_order(self):
        faults = BackendlessMock().faults
        faults.reset("publish")
        faults.empty("status", optional=True)
        assert repr(faults) == "<Faults reset('publish'), empty('status', optional=True)>"


PATHS = {
    "publish": ("POST", "/messaging/news"),
    "status": ("GET", "/messaging/message:1"),
    "cancel": ("DELETE", "/messaging/message:1"),
    "subscribe": ("POST", "/messaging/news/subscribe"),
    "retrieve": ("GET", "/messaging/news/subscription:1"),
    "delete_channel": ("DELETE", "/messaging/channels/news"),
    "properties": ("GET", "/messaging/news/properties"),
    "register": ("POST", "/messaging/registrations"),
    "registrations": ("GET", "/messaging/registrations/phone"),
    "unregister": ("DELETE", "/messaging/registrations/phone"),
    "push_template": ("POST", "/messaging/push/sale"),
    "templates": ("GET", "/messaging/pushtemplates"),
    "email": ("POST", "/messaging/email"),
    "email_template": ("POST", "/emailtemplate/send"),
    "login": ("POST", "/users/login"),
    "logout": ("GET", "/users/logout"),
    "is_valid_token": ("GET", "/users/isvalidusertoken/token"),
    "info": ("GET", "/info"),
    "loggers": ("GET", "/log/logger"),
    "log": ("PUT", "/log"),
    "stub": ("GET", "/data/Orders"),
}
"""A request for each operation."""


def struck_of_all(client):
    """The operations whose request is answered 599."""
    answers = {name: client.request(method, path, json={}) for name, (method, path) in PATHS.items()}
    return [name for name, answer in answers.items() if answer.status_code == 599]


class TestWhichRequestsItHits:
    @pytest.mark.parametrize("operation", PATHS)
    def test_those_of_its_operation_and_no_others(self, mock, client, operation):
        mock.stub("GET", "/data/Orders")
        fault = mock.faults.fail(operation, http=599)
        assert struck_of_all(client) == [operation]
        assert fault.fired == 1

    def test_all_is_every_operation_and_what_is_stubbed(self, mock, client):
        mock.stub("GET", "/data/Orders")
        fault = mock.faults.fail("all", http=599)
        assert struck_of_all(client) == list(PATHS)
        assert fault.fired == len(PATHS)

    @pytest.mark.parametrize("operation", ["publish", "subscribe", "retrieve", "properties", "delete_channel", "all"])
    def test_a_channel_s_are_those_that_name_it(self, faults, client, operation):
        faults.fail(operation, http=599, channel="news")
        method, path = PATHS["publish" if operation == "all" else operation]
        paths = [path, path.replace("news", "other")]
        body = HI if path == PATHS["publish"][1] else {}
        assert [client.request(method, path, json=body).status_code == 599 for path in paths] == [True, False]

    def test_all_of_a_channel_leaves_alone_what_names_none(self, mock, client):
        mock.stub("GET", "/data/Orders")
        mock.faults.fail("all", http=599, channel="news")
        assert struck_of_all(client) == ["publish", "subscribe", "retrieve", "delete_channel", "properties"]

    @pytest.mark.parametrize("meant", ["default", "Default"])
    @pytest.mark.parametrize("named", ["default", "Default"])
    def test_the_default_channel_has_two_names(self, faults, client, meant, named):
        faults.fail("publish", http=599, channel=meant)
        assert publish(client, named).status_code == 599

    @pytest.mark.parametrize("named", ["my%20news", "m%79%20news"])
    def test_a_channel_is_what_its_name_reads_decoded(self, mock, named):
        mock.faults.fail("publish", error=5007, channel="my news")
        status, answer = call(f"{mock.url}/messaging/{named}", "POST", HI)
        assert (status, answer["code"]) == (400, 5007)

    def test_each_address_of_the_application_will_do(self, mock):
        mock.faults.fail("publish", error=5007)
        with client_of(mock) as client:
            headers = {"application-id": mock.app_id, "secret-key": mock.api_key}
            answers = [
                publish(client),
                client.post(f"{mock.host_url}/api/messaging/news", json=HI),
                client.post(f"{mock.host_url}/v1/messaging/news", json=HI, headers=headers),
            ]
        assert [answer.json()["code"] for answer in answers] == [5007, 5007, 5007]

    def test_what_the_service_would_refuse_is_hit_too(self, faults, client):
        faults.fail("publish", http=599)
        assert client.post("/messaging/news", content=b"{not json").status_code == 599

    def test_a_wrong_key_is_hit_by_none(self, mock):
        fault = mock.faults.fail("all", http=599, optional=True)
        answer = call(f"{mock.host_url}/{mock.app_id}/WRONG/messaging/news", "POST", HI)[1]
        assert (answer["code"], fault.fired) == (2002, 0)

    def test_the_test_s_own_calls_are_not(self, mock):
        faults = [
            mock.faults.fail("all", error=5007, optional=True),
            mock.faults.reset("all", optional=True),
            mock.faults.delay("all", 60, optional=True),
            mock.faults.fail("publish", message="Quota", optional=True),
        ]
        assert mock.publish("hi", channel="news").status == "scheduled"
        assert mock.subscribe("news").retrieve().data == ["hi"]
        assert (mock.clock.now(), [fault.fired for fault in faults]) == (NOW, [0, 0, 0, 0])

    def test_of_another_application_are_not(self, mock):
        two = mock.new_app()
        fault = mock.faults.fail("publish", error=5007)
        two.faults.fail("publish", http=599)
        assert call(f"{mock.url}/messaging/news", "POST", HI)[1]["code"] == 5007
        with client_of(two) as client:
            assert publish(client).status_code == 599
        assert fault.fired == 1

    def test_an_unfired_fault_of_another_application_fails_the_test_too(self, mock):
        mock.new_app(app_id="OTHER").faults.reset("publish")
        assert objection(mock) == (
            "application OTHER.faults.reset('publish') never fired: no such request came. "
            "If that is right, say optional=True"
        )


class TestWhen:
    def test_gets_the_request_as_it_came(self, mock, client):
        seen = []
        mock.faults.fail("publish", http=599, when=lambda request: seen.append(request) or True)
        client.post("/messaging/news", json=HI, headers={"X-Trace": "7"})
        (request,) = seen
        assert (request.at, request.operation, request.method) == (NOW, "publish", "POST")
        assert request.path == f"/{mock.app_id}/{mock.api_key}/messaging/news"
        assert (request.json, request.headers["x-trace"]) == (HI, "7")
        assert (request.status, request.code) == (None, None)

    def test_says_which(self, mock, client):
        fault = mock.faults.fail("publish", error=5007, when=lambda request: request.json["message"] == "two")
        answers = [client.post("/messaging/news", json={"message": message}) for message in ("one", "two", "three")]
        assert [answer.status_code for answer in answers] == [200, 400, 200]
        assert fault.fired == 1

    def test_a_body_that_is_no_json_is_none(self, faults, client):
        seen = []
        faults.fail("publish", http=599, when=lambda request: seen.append(request.json) or True)
        client.post("/messaging/news", content=b"{not json")
        assert seen == [None]

    def test_a_token_prints_its_beginning_only(self, mock, client):
        mock.add_user(token="very-secret-token")
        seen = []
        mock.faults.fail("publish", http=599, when=lambda request: seen.append(request) or True)
        client.post("/messaging/news", json=HI, headers={"user-token": "very-secret-token"})
        assert "secret-token" not in repr(seen)
        assert seen[0].headers["user-token"] == "very-secret-token"

    def test_a_call_that_is_no_request_is_not_asked_about(self, mock):
        asked = []
        mock.faults.fail_delivery(when=asked.append, optional=True)
        status = mock.publish("hi", channel="news")
        assert (mock.status(status.message_id).status, asked) == ("published", [])

    def test_what_it_raises_fails_the_test_and_not_the_request(self, mock, client):
        fault = mock.faults.fail("publish", error=5007, when=lambda request: request.json["id"], optional=True)
        assert publish(client).status_code == 200
        assert (mock.messages.data, fault.fired) == (["hi"], 0)
        told = objection(mock)
        assert told.startswith("POST …/messaging/news\nTraceback (most recent call last):\n")
        assert "KeyError: 'id'" in told
        assert f"when= of {fault} raised KeyError('id')" in told

    def test_may_look_at_the_mock(self, mock, client):
        mock.faults.fail("publish", http=599, when=lambda _: len(mock.messages) == 1)
        assert statuses(client, 2) == [200, 599]


class TestHowOften:
    def test_so_many_times(self, faults, client):
        fault = faults.fail("publish", http=503, times=2)
        assert statuses(client, 4) == [503, 503, 200, 200]
        assert fault.fired == 2

    def test_without_end_where_nothing_is_said(self, faults, client):
        fault = faults.fail("publish", http=503)
        assert statuses(client, 4) == [503] * 4
        assert fault.fired == 4

    def test_several_take_turns_in_order(self, faults, client):
        one = faults.fail("publish", http=501, times=1)
        two = faults.fail("publish", http=502, times=2)
        three = faults.fail("all", http=503, times=1)
        assert statuses(client, 5) == [501, 502, 502, 503, 200]
        assert [fault.fired for fault in (one, two, three)] == [1, 2, 1]

    def test_what_another_takes_does_not_count(self, faults, client):
        faults.fail("publish", http=501, times=1)
        news = faults.fail("publish", http=502, times=1, channel="news")
        assert statuses(client, 1, "news") == [501]
        assert news.fired == 0
        assert statuses(client, 2, "news") == [502, 200]

    def test_until_its_block_ends(self, faults, client):
        with faults.fail("publish", http=503) as fault:
            assert statuses(client, 2) == [503, 503]
        assert statuses(client, 1) == [200]
        assert fault.fired == 2

    def test_until_it_is_ended(self, faults, client):
        fault = faults.fail("publish", http=503)
        assert statuses(client, 1) == [503]
        fault.end()
        assert statuses(client, 1) == [200]

    def test_the_next_takes_over_where_one_ends(self, faults, client):
        faults.fail("publish", http=502)
        with faults.fail("publish", http=503, optional=True):
            assert statuses(client, 1) == [502]
        first = faults.fail("status", http=501)
        faults.fail("status", http=503)
        assert client.get("/messaging/a").status_code == 501
        first.end()
        assert client.get("/messaging/a").status_code == 503


class TestAnErrorOfTheService:
    @pytest.mark.parametrize("code", ERRORS)
    def test_is_what_the_service_would_say(self, mock, client, code):
        mock.faults.fail("publish", error=code)
        answer = publish(client)
        assert (answer.status_code, answer.json()) == (
            400,
            {"code": code, "message": ERRORS[code].text.replace("{}", "?")},
        )
        assert (mock.requests[0].status, mock.requests[0].code) == (400, code)
        assert mock.messages == ()
        mock.verify()

    @pytest.mark.parametrize(
        ("code", "text"),
        [
            (5030, "Invalid publish date"),
            (8007, "Missing parameter '?'."),
            (3064, "Not existing user token - ?. Relogin user to update your user token"),
            (24002, "? Template with name '?' doesn't exist."),
        ],
    )
    def test_leaves_a_question_mark_for_what_is_open(self, faults, client, code, text):
        faults.fail("publish", error=code)
        assert publish(client).json() == {"code": code, "message": text}

    @pytest.mark.parametrize("text", ["Try again later", "", "{} and {0}"])
    def test_has_the_text_that_is_given(self, faults, client, text):
        faults.fail("publish", error=8007, message=text)
        assert publish(client).json() == {"code": 8007, "message": text}

    def test_each_time_anew(self, faults, client):
        faults.fail("publish", error=5007)
        assert [publish(client).json()["code"] for _ in range(2)] == [5007, 5007]

    def test_is_told_as_a_fault_and_as_a_refusal(self, mock, client):
        mock.faults.fail("publish", error=5030)
        publish(client)
        assert list(mock.timeline) == [
            "08:30:00  faulted      POST …/messaging/news: fail('publish', error=5030)",
            "08:30:00  refused      POST …/messaging/news: 5030 Invalid publish date (a fault of the test)",
            "08:30:00  -- now --",
        ]

    @pytest.mark.parametrize("code", [5030, 3064])
    def test_brings_no_hint_as_to_what_may_be_behind_it(self, mock, client, code):
        mock.clock.advance(hours=1)
        mock.faults.fail("publish", error=code)
        publish(client)
        mock.verify()
        assert "hints:" not in mock.report()

    def test_that_is_real_still_brings_its_hint(self, mock, client):
        mock.clock.advance(hours=1)
        mock.faults.fail("status", error=5030, optional=True)
        publish(client, publishAt=1_894_005_000_000)
        with pytest.warns(UserWarning, match="the mock's clock is 1 h ahead of the process's"):
            mock.verify()

    def test_has_error_data_where_the_rules_say_so(self):
        with standing_mock(error_data=True) as mock, client_of(mock) as client:
            mock.faults.fail("publish", error=5007)
            assert publish(client).json()["errorData"] == {}


class TestAnotherStatus:
    @pytest.mark.parametrize("status", [200, 301, 401, 404, 429, 500, 502, 503, 599])
    def test_is_answered_and_nothing_is_done(self, mock, client, status):
        mock.faults.fail("publish", http=status)
        assert publish(client).status_code == status
        assert mock.messages == ()
        assert (mock.requests[0].operation, mock.requests[0].status, mock.requests[0].code) == ("publish", status, None)
        mock.verify()

    @pytest.mark.parametrize(
        ("body", "kind", "content"),
        [
            (None, "text/html; charset=utf-8", b"502 Bad Gateway"),
            ("<h1>é</h1>", "text/html; charset=utf-8", "<h1>é</h1>".encode()),
            ("", "text/html; charset=utf-8", b""),
            (b"\xff\x00", "application/octet-stream", b"\xff\x00"),
            ({"code": 7}, "application/json", b'{"code":7}'),
            ([1, "a"], "application/json", b'[1,"a"]'),
            (0, "application/json", b"0"),
            (False, "application/json", b"false"),
        ],
        ids=["none", "text", "empty", "bytes", "dict", "list", "zero", "false"],
    )
    def test_has_a_body_that_says_what_it_is(self, faults, client, body, kind, content):
        faults.fail("publish", http=502, body=body)
        answer = publish(client)
        assert (answer.headers["Content-Type"], answer.content) == (kind, content)
        assert answer.headers["Content-Length"] == str(len(content))

    def test_has_the_headers_that_are_given(self, faults, client):
        faults.fail("publish", http=429, headers={"Retry-After": "3"})
        answer = publish(client)
        assert (answer.headers["Retry-After"], answer.text) == ("3", "429 Too Many Requests")
        assert answer.headers["Date"] == "Mon, 07 Jan 2030 08:30:00 GMT"

    def test_has_a_content_type_of_its_own_where_the_headers_say_so(self, faults, client):
        faults.fail("publish", http=502, body="down", headers={"content-type": "text/plain"})
        assert publish(client).headers.get_list("Content-Type") == ["text/plain"]

    def test_204_has_no_body_and_no_length(self, faults, client):
        faults.fail("publish", http=204)
        answer = publish(client)
        assert (answer.status_code, answer.content) == (204, b"")
        assert "Content-Length" not in answer.headers

    def test_204_over_a_socket_leaves_the_connection_in_order(self, mock):
        mock.faults.fail("publish", http=204, times=1)
        with httpx.Client(base_url=mock.url) as client:
            assert statuses(client, 2) == [204, 200]


class TestSoftly:
    @pytest.fixture
    def failed(self, mock, client):
        """A message that failed softly: its id."""
        mock.faults.fail("publish", message="Quota exceeded", times=1)
        return publish(client).json()["messageId"]

    def test_the_answer_is_200_and_says_why(self, mock, client):
        mock.faults.fail("publish", message="Quota exceeded")
        answer = publish(client)
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "failed",
            "messageId": mock.messages[0].message_id,
            "errorMessage": "Quota exceeded",
        }

    def test_the_status_says_the_same_later(self, mock, client, failed):
        mock.clock.advance(hours=1)
        answer = client.get(f"/messaging/{failed}")
        assert answer.json() == {"status": "failed", "messageId": failed, "errorMessage": "Quota exceeded"}

    def test_nobody_gets_it(self, mock, failed):
        assert mock.subscribe("news").retrieve() == ()
        assert (mock.deliveries, mock.scheduled) == ((), ())

    def test_the_message_is_seen_as_failed(self, mock, failed):
        (message,) = mock.messages
        assert (message.data, message.status) == ("hi", "failed")

    def test_it_cannot_be_cancelled(self, client, failed):
        assert client.delete(f"/messaging/{failed}").json()["code"] == 5040

    def test_the_timeline_says_it_twice(self, mock, failed):
        assert list(mock.timeline) == [
            "08:30:00  accepted     'hi' on 'news', to fail",
            "08:30:00  failed       'hi' on 'news': Quota exceeded",
            "08:30:00  -- now --",
        ]

    @pytest.mark.parametrize("body", [{}, {"message": None}, {**HI, "publishAt": 1}], ids=["8007", "8006", "5030"])
    def test_a_publish_that_is_refused_uses_no_time_up(self, faults, client, body):
        fault = faults.fail("publish", message="Quota exceeded", times=1)
        assert client.post("/messaging/news", json=body).status_code == 400
        assert fault.fired == 0
        assert [publish(client).json()["status"] for _ in range(2)] == ["failed", "scheduled"]
        assert fault.fired == 1

    def test_a_template_can_fail_softly(self, mock, client):
        mock.register_device("phone")
        mock.add_template("sale", message="Sale!", headers={"android-content-title": "Sale"})
        mock.faults.fail("push_template", message="No quota")
        answer = client.post("/messaging/push/sale", json={}).json()
        assert (answer["status"], answer["errorMessage"]) == ("failed", "No quota")
        assert mock.outbox == ()


class TestFailDelivery:
    def test_what_comes_over_http_fails_when_it_is_due(self, mock, client):
        mock.faults.fail_delivery(message="Gone", times=1)
        answer = publish(client, publishAt=IN_A_MINUTE).json()
        assert (answer["status"], answer["errorMessage"]) == ("scheduled", None)
        mock.clock.advance(minutes=1)
        assert client.get(f"/messaging/{answer['messageId']}").json() == {
            "status": "failed",
            "messageId": answer["messageId"],
            "errorMessage": "Gone",
        }
        assert mock.deliveries == ()

    def test_what_the_test_publishes_fails_too(self, mock):
        fault = mock.faults.fail_delivery(channel="news", times=1)
        ids = [mock.publish("hi", channel=name).message_id for name in ("other", "news", "news")]
        assert [mock.status(message_id).status for message_id in ids] == ["published", "failed", "published"]
        assert mock.status(ids[1]).error_message == "Delivery failed"
        assert fault.fired == 1

    def test_the_default_channel_of_the_test_s_own_call_has_two_names(self, mock):
        mock.faults.fail_delivery(channel="Default")
        assert mock.status(mock.publish("hi").message_id).status == "failed"

    def test_what_the_test_pushes_from_a_template_fails_too(self, mock):
        mock.register_device("phone")
        mock.add_template("sale", message="Sale!", headers={"android-content-title": "Sale"})
        mock.faults.fail_delivery(message="No service")
        status = mock.status(mock.push_template("sale").message_id)
        assert (status.status, status.error_message) == ("failed", "No service")
        assert mock.outbox == ()

    def test_a_repeated_message_is_over_after_the_first_time(self, mock, client):
        mock.faults.fail_delivery()
        publish(client, publishAt=IN_A_MINUTE, repeatEvery=60)
        mock.clock.advance(hours=1)
        assert (mock.deliveries, mock.scheduled) == ((), ())
        assert [message.status for message in mock.messages] == ["failed"]

    def test_the_timeline_tells_of_it_before_and_after(self, mock):
        mock.faults.fail_delivery(message="Gone")
        mock.publish("hi", channel="news", publish_at=MINUTE)
        assert list(mock.timeline) == [
            "08:30:00  accepted     'hi' on 'news', for 08:31:00 and will fail",
            "08:30:00  -- now --",
            "08:31:00  scheduled    'hi' on 'news', due in 1 min, and will fail",
        ]
        mock.clock.advance(minutes=1)
        assert list(mock.timeline)[1:] == ["08:31:00  failed       'hi' on 'news': Gone", "08:31:00  -- now --"]

    def test_a_publish_that_is_refused_uses_no_time_up(self, mock, client):
        fault = mock.faults.fail_delivery(times=1)
        assert client.post("/messaging/news", json={}).json()["code"] == 8007
        with pytest.raises(MessagingError, match=r"^5030 "):
            mock.publish("hi", publish_at=-MINUTE)
        assert fault.fired == 0
        assert mock.status(mock.publish("hi").message_id).status == "failed"

    def test_a_listener_s_error_does_not_give_the_time_back(self, mock):
        def fail(_):
            raise KeyError("mine")

        fault = mock.faults.fail_delivery(times=1)
        mock.on("accepted", fail)
        with pytest.raises(ListenerError):
            mock.publish("hi")
        assert fault.fired == 1
        assert [message.status for message in mock.messages] == ["failed"]

    def test_what_was_published_before_is_delivered(self, mock):
        mock.publish("hi", channel="news", publish_at=MINUTE)
        with mock.faults.fail_delivery(optional=True):
            mock.clock.advance(minutes=1)
        assert mock.deliveries.data == ["hi"]

    def test_what_was_published_in_the_block_fails_after_it(self, mock):
        with mock.faults.fail_delivery():
            mock.publish("hi", channel="news", publish_at=MINUTE)
        mock.clock.advance(minutes=1)
        assert mock.deliveries == ()


class TestWithoutAnAnswer:
    @pytest.mark.parametrize(
        ("ask", "error", "stored"),
        [
            pytest.param(lambda f: f.reset("publish"), ConnectionResetError, [], id="reset"),
            pytest.param(lambda f: f.empty("publish"), ConnectionAbortedError, [], id="empty"),
            pytest.param(lambda f: f.garbage("publish", "not HTTP"), BadStatusLine, [], id="not-HTTP"),
            pytest.param(lambda f: f.hang("publish"), TimeoutError, [], id="hang"),
            pytest.param(lambda f: f.lose("publish"), ConnectionResetError, ["hi"], id="lose"),
        ],
    )
    def test_the_client_meets_an_error_and_the_journal_has_no_status(self, mock, client, ask, error, stored):
        fault = ask(mock.faults)
        with pytest.raises(error):
            publish(client)
        (request,) = mock.requests
        assert (request.operation, request.status, request.code) == ("publish", None, None)
        assert mock.messages.data == stored
        lines = mock.report().splitlines()
        assert f"  08:30:00  faulted      POST …/messaging/news: {fault}" in lines
        assert lines[-1] == "  08:30:00  POST …/messaging/news {'message': 'hi'} -> no answer"
        mock.verify()

    @pytest.mark.parametrize(
        ("ask", "stored"),
        [
            pytest.param(lambda f: f.slow("publish", 0), ["hi"], id="slow"),
            pytest.param(lambda f: f.garbage("publish", "truncated JSON"), [], id="truncated"),
            pytest.param(lambda f: f.garbage("publish"), [], id="not-JSON"),
        ],
    )
    def test_where_any_answer_came_the_journal_has_200(self, mock, client, ask, stored):
        ask(mock.faults)
        assert publish(client).status_code == 200
        assert (mock.requests[0].status, mock.messages.data) == (200, stored)
        assert mock.report().splitlines()[-1] == "  08:30:00  POST …/messaging/news {'message': 'hi'} -> 200"

    def test_midway_an_answer_had_begun(self, mock, client):
        mock.faults.reset("publish", midway=True)
        with pytest.raises(ConnectionResetError):
            publish(client)
        assert (mock.requests[0].status, mock.messages) == (200, ())

    def test_not_json_is_a_page_that_calls_itself_json(self, faults, client):
        faults.garbage("publish")
        answer = publish(client)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.text == "<html><body>It works!</body></html>"

    def test_truncated_json_is_the_beginning_of_such_an_answer(self, faults, client):
        faults.garbage("publish", "truncated JSON")
        answer = publish(client)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.text.startswith("{")
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            answer.json()

    def test_what_is_refused_and_then_lost_has_no_status_either(self, mock, client):
        mock.faults.lose("publish")
        with pytest.raises(ConnectionResetError):
            client.post("/messaging/news", json={})
        assert (mock.requests[0].status, mock.requests[0].code) == (None, None)
        assert "refused      POST …/messaging/news: 8007 Missing parameter 'message'." in str(mock.timeline)

    def test_what_was_retrieved_and_lost_is_gone(self, mock, client):
        subscription = client.post("/messaging/news/subscribe", json={}).json()["subscriptionId"]
        mock.publish("hi", channel="news")
        mock.faults.lose("retrieve", times=1)
        with pytest.raises(ConnectionResetError):
            client.get(f"/messaging/news/{subscription}")
        assert client.get(f"/messaging/news/{subscription}").json()["messages"] == []
        assert mock.retrieved.data == ["hi"]

    def test_what_hangs_takes_its_time_on_the_clock(self, mock, client):
        mock.faults.hang("publish", clock=MINUTE)
        with pytest.raises(TimeoutError):
            publish(client)
        assert mock.clock.now() == NOW + MINUTE
        assert mock.messages == ()

    def test_the_fault_is_told_at_the_instant_of_the_request_s_arrival(self, mock, client):
        heard = []
        mock.on("faulted", heard.append)
        fault = mock.faults.hang("publish", clock=90)
        with pytest.raises(TimeoutError):
            publish(client)
        (incident,) = heard
        assert (incident.at, incident.what, incident.fault) == (NOW, "POST …/messaging/news", repr(fault))


class TestDelay:
    def test_the_clock_goes_on_and_the_request_has_its_turn(self, mock, client):
        mock.faults.delay("publish", 90)
        answer = publish(client)
        assert (answer.status_code, answer.headers["Date"]) == (200, "Mon, 07 Jan 2030 08:31:30 GMT")
        assert mock.messages[0].at == mock.clock.now() == NOW + 1.5 * MINUTE
        assert mock.requests[0].at == NOW + 1.5 * MINUTE

    def test_what_is_due_on_the_way_happens_first(self, mock, client):
        subscription = client.post("/messaging/news/subscribe", json={}).json()["subscriptionId"]
        mock.publish("hi", channel="news", publish_at=MINUTE)
        mock.faults.delay("retrieve", 90)
        assert [m["data"] for m in client.get(f"/messaging/news/{subscription}").json()["messages"]] == ["hi"]
        assert mock.deliveries[0].at == NOW + MINUTE

    def test_another_fault_may_follow_on_the_same_request(self, mock, client):
        mock.faults.fail("publish", error=5007)
        mock.faults.delay("publish", 90)
        assert publish(client).json()["code"] == 5007
        assert list(mock.timeline) == [
            "08:30:00  faulted      POST …/messaging/news: delay('publish', 90)",
            "08:30:00  faulted      POST …/messaging/news: fail('publish', error=5007)",
            (
                "08:31:30  refused      POST …/messaging/news: 5007 User has no permission to publish message "
                "(a fault of the test)"
            ),
            "08:31:30  -- now --",
        ]

    def test_a_delayed_message_may_fail_softly(self, mock, client):
        mock.faults.delay("publish", 90)
        mock.faults.fail("publish", message="Quota")
        assert publish(client).json()["status"] == "failed"
        assert mock.messages[0].at == NOW + 1.5 * MINUTE

    def test_delays_take_turns(self, mock, client):
        mock.faults.delay("publish", 60, times=1)
        mock.faults.delay("publish", 3600, times=1)
        publish(client)
        assert mock.clock.now() == NOW + MINUTE
        publish(client)
        assert mock.clock.now() == NOW + 61 * MINUTE

    def test_by_nothing_the_clock_stands(self, mock, client):
        fault = mock.faults.delay("publish", 0)
        assert publish(client).status_code == 200
        assert (mock.clock.now(), fault.fired) == (NOW, 1)

    def test_one_after_the_other_they_add_up(self, mock, client):
        mock.faults.delay("publish", 60)
        assert statuses(client, 2) == [200, 200]
        assert mock.clock.now() == NOW + 2 * MINUTE

    def test_at_the_same_time_they_overlap(self, mock):
        together = threading.Barrier(2, timeout=WATCHDOG)
        fault = mock.faults.delay("publish", 60, when=lambda _: together.wait() >= 0)

        def send():
            with client_of(mock) as client:
                return publish(client).status_code

        with ThreadPoolExecutor(2) as pool:
            sent = [pool.submit(send) for _ in range(2)]
            assert [each.result(timeout=WATCHDOG) for each in sent] == [200, 200]
        assert (mock.clock.now(), fault.fired) == (NOW + MINUTE, 2)

    def test_a_longer_one_at_the_same_time_lasts_as_long_as_it_says(self, mock):
        together = threading.Barrier(2, timeout=WATCHDOG)
        mock.faults.delay("publish", 60, channel="short", when=lambda _: together.wait() >= 0)
        mock.faults.delay("publish", 90, channel="long", when=lambda _: together.wait() >= 0)

        def send(channel):
            with client_of(mock) as client:
                return publish(client, channel).status_code

        with ThreadPoolExecutor(2) as pool:
            sent = [pool.submit(send, channel) for channel in ("short", "long")]
            assert [each.result(timeout=WATCHDOG) for each in sent] == [200, 200]
        assert mock.clock.now() == NOW + 1.5 * MINUTE

    @pytest.mark.parametrize("seconds", [1e12, 1e300, dt.timedelta.max], ids=["many", "most", "timedelta"])
    def test_beyond_all_time_the_clock_stands_at_its_end(self, mock, client, seconds):
        mock.faults.delay("publish", seconds, times=1)
        answer = publish(client)
        assert (answer.status_code, answer.headers["Date"]) == (200, "Fri, 31 Dec 9999 23:59:59 GMT")
        assert mock.clock.now() == LAST
        assert statuses(client, 1) == [200]

    def test_beyond_all_time_a_running_clock_can_still_be_read(self):
        with standing_mock(RunningTime()) as mock, client_of(mock) as client:
            mock.faults.delay("publish", 1e12, times=1)
            assert statuses(client, 2) == [200, 200]
            assert mock.clock.now().year == 9999

    def test_into_a_runaway_schedule_it_is_an_error_and_the_clock_stands(self, mock, client):
        mock.publish("tick", channel="ticks", repeat_every=0.001)
        mock.faults.delay("publish", 10_000)
        answer = publish(client)
        assert answer.status_code == 500
        assert (mock.clock.now(), mock.messages.data, mock.deliveries.data) == (NOW, ["tick"], ["tick"])
        assert objection(mock).startswith("catching up would deliver 10,000,000 messages at once, more than 1,000,000;")

    def test_into_a_runaway_schedule_it_uses_no_time_of_what_would_follow_up(self, mock, client):
        mock.publish("tick", channel="ticks", repeat_every=0.001)
        soft = mock.faults.fail("publish", message="Quota", times=1, optional=True)
        with mock.faults.delay("publish", 10_000):
            publish(client)
        assert soft.fired == 0
        assert objection(mock).startswith("catching up would deliver ")

    def test_it_is_no_jump_that_polls_are_warned_of(self, mock, client):
        subscription = client.post("/messaging/news/subscribe", json={}).json()["subscriptionId"]
        mock.publish("hi", channel="news")
        mock.faults.delay("publish", 3600)
        publish(client, "other")
        assert client.get(f"/messaging/news/{subscription}").json()["messages"] == []
        mock.verify()


class TestListeners:
    def test_faulted_hears_of_the_fault_and_the_request(self, mock, client):
        heard = []
        mock.on("faulted", heard.append)
        fault = mock.faults.fail("publish", http=503)
        publish(client)
        (incident,) = heard
        assert (incident.at, incident.what, incident.fault) == (
            NOW,
            "POST …/messaging/news",
            "fail('publish', http=503)",
        )
        assert incident.fault == repr(fault)

    def test_faulted_hears_of_each(self, mock, client):
        heard = []
        mock.on("faulted", lambda incident: heard.append(incident.fault))
        mock.faults.delay("publish", 1)
        mock.faults.fail("publish", http=503)
        publish(client)
        assert heard == ["delay('publish', 1)", "fail('publish', http=503)"]

    def test_what_is_not_hit_is_not_told(self, mock, client):
        heard = []
        mock.on("faulted", heard.append)
        mock.faults.fail("status", http=503, optional=True)
        publish(client)
        assert heard == []

    @pytest.mark.parametrize("softly", [True, False], ids=["softly", "when-due"])
    def test_failed_hears_of_a_message_that_failed(self, mock, client, softly):
        heard, faulted = [], []
        mock.on("failed", heard.append)
        mock.on("faulted", faulted.append)
        if softly:
            mock.faults.fail("publish", message="Quota")
        else:
            mock.faults.fail_delivery(message="Quota")
        message_id = publish(client).json()["messageId"]
        (message,) = heard
        assert (message.message_id, message.data, message.status) == (message_id, "hi", "failed")
        assert faulted == []

    @pytest.mark.parametrize(
        ("ask", "status"),
        [
            pytest.param(lambda f: f.fail("publish", http=503), 503, id="fail"),
            pytest.param(lambda f: f.fail("publish", error=5007), 400, id="error"),
            pytest.param(lambda f: f.garbage("publish"), 200, id="garbage"),
        ],
    )
    def test_one_that_raises_fails_the_test_and_the_fault_strikes_all_the_same(self, mock, client, ask, status):
        def picky(incident):
            raise KeyError("picky")

        fault = ask(mock.faults)
        mock.on("faulted", picky)
        assert publish(client).status_code == status
        assert (fault.fired, mock.messages) == (1, ())
        told = objection(mock)
        assert told.startswith("POST …/messaging/news\n")
        assert "KeyError: 'picky'" in told
        assert "a listener for 'faulted' raised KeyError('picky')" in told

    def test_one_that_raises_on_the_way_of_a_hang_does_not_end_it(self, mock, client):
        mock.publish("due", channel="news", publish_at=MINUTE)
        mock.on("delivered", lambda delivery: delivery.nothing)
        mock.faults.hang("publish", clock=90)
        with pytest.raises(TimeoutError):
            publish(client)
        assert mock.messages.data == ["due"]
        assert "AttributeError" in objection(mock)

    def test_one_that_raises_does_not_break_the_client(self, mock, client):
        mock.faults.delay("publish", 60)
        mock.on("faulted", lambda incident: incident.nothing)
        assert publish(client).status_code == 200
        assert "AttributeError" in objection(mock)

    def test_a_fault_wakes_who_waits(self, mock, client):
        fault = mock.faults.fail("publish", http=503)
        publish(client)
        mock.wait_until(lambda: fault.fired == 1, timeout=0)


class TestTheVerdict:
    @pytest.mark.parametrize(
        ("published", "came"),
        [
            (0, "no such request came"),
            (1, "1 such request came, but did not fit, or met another fault first"),
            (2, "2 such requests came, but did not fit, or met another fault first"),
        ],
    )
    def test_a_fault_that_never_fired_fails_the_test_once(self, mock, client, published, came):
        mock.faults.fail("publish", error=5007, channel="orders")
        statuses(client, published)
        assert objection(mock) == (
            f"backendless_mock.faults.fail('publish', error=5007, channel='orders') never fired: {came}. "
            "If that is right, say optional=True"
        )
        mock.verify()

    @pytest.mark.parametrize(
        ("ask", "why"),
        [
            (lambda f: f.reset("join"), "reset('join') never fired: no client joined that it fits"),
            (
                lambda f: f.lose("realtime"),
                "lose('realtime') never fired: no message was sent to a listener that it fits",
            ),
        ],
        ids=["join", "realtime"],
    )
    def test_so_does_one_for_what_is_no_request(self, mock, client, ask, why):
        ask(mock.faults)
        publish(client)
        assert objection(mock) == f"backendless_mock.faults.{why}. If that is right, say optional=True"

    def test_all_means_requests_alone(self, mock):
        mock.faults.reset("all", optional=True)
        claimed = [mock._tenant.faults.claim_call(operation, "news") for operation in ("join", "realtime")]
        assert claimed == [None, None]

    def test_requests_for_others_do_not_count_as_such(self, mock, client):
        mock.faults.reset("status")
        publish(client)
        assert objection(mock).startswith("backendless_mock.faults.reset('status') never fired: no such request came")

    def test_each_is_told(self, mock):
        mock.faults.reset("status")
        mock.faults.fail_delivery()
        assert objection(mock).splitlines() == [
            (
                "backendless_mock.faults.reset('status') never fired: no such request came. "
                "If that is right, say optional=True"
            ),
            (
                "backendless_mock.faults.fail_delivery(message='Delivery failed') never fired: no such request came. "
                "If that is right, say optional=True"
            ),
        ]

    def test_an_optional_one_may_never_fire(self, mock):
        mock.faults.reset("status", optional=True)
        mock.verify()
        assert mock.requests == ()

    def test_one_that_fired_too_seldom_is_none_of_them(self, mock, client):
        fault = mock.faults.fail("publish", http=503, times=5)
        publish(client)
        mock.verify()
        assert fault.fired == 1

    def test_one_whose_block_ended_before_it_fired_is(self, mock):
        with mock.faults.reset("publish"):
            pass
        assert objection(mock).startswith("backendless_mock.faults.reset('publish') never fired: ")

    def test_the_end_of_a_with_block_gives_it(self):
        with (
            pytest.raises(AssertionError, match=r"^backendless_mock\.faults\.reset\('publish'\) never fired: "),
            BackendlessMock() as mock,
        ):
            mock.faults.reset("publish")


class TestAfterTheEnd:
    def test_a_fault_that_has_ended_is_not_entered_again(self, faults):
        with faults.reset("publish", optional=True) as fault:
            pass
        with pytest.raises(RuntimeError, match=r"^reset\('publish', optional=True\) has ended; ask for another$"):
            fault.__enter__()

    def test_its_block_lets_errors_through_and_ends_it_all_the_same(self, faults, client):
        with pytest.raises(KeyError), faults.reset("publish", optional=True):
            raise KeyError
        assert publish(client).status_code == 200

    def test_a_fault_that_is_used_up_asks_its_when_no_more(self, faults, client):
        asked = []
        faults.fail("publish", http=503, times=1, when=lambda request: asked.append(request) or True)
        assert [publish(client).status_code for _ in range(3)] == [503, 200, 200]
        assert len(asked) == 1


def test_a_client_that_would_hang_for_ever_fails_the_test(monkeypatch):
    monkeypatch.setattr(transport, "PATIENCE", transport.GLANCE)
    with BackendlessMock() as mock:
        mock.faults.hang("publish")
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(f"{mock.url}/messaging/news", json=HI, timeout=None)
        with pytest.raises(
            AssertionError, match=r"^a request was left without an answer for 0\.05 s: its client has no timeout$"
        ):
            mock.verify()


class TestLongNumbers:
    @pytest.mark.parametrize("seconds", [10**400, 1e300], ids=["integer", "float"])
    def test_a_delay_ends_with_time_itself(self, mock, client, seconds):
        mock.faults.delay("publish", seconds)
        assert publish(client).status_code == 200
        assert mock.clock.now().year == 9999

    @pytest.mark.parametrize("seconds", [10**400, 1e300], ids=["integer", "float"])
    def test_a_slow_answer_waits_as_long_as_a_thread_can(self, mock, client, seconds):
        mock.faults.slow("publish", seconds)
        timer = threading.Timer(0.05, mock._tenant.faults.over.set)
        timer.start()
        with pytest.raises(ConnectionAbortedError):
            publish(client)
        timer.join()


class TestInPytest:
    @pytest.fixture
    def inner(self, pytester, monkeypatch):
        return Inner(pytester, monkeypatch)

    def test_a_test_whose_fault_never_fired_fails(self, inner):
        result = inner.run("""
            from client import call

            def test_it(backendless_mock):
                backendless_mock.faults.fail("publish", http=503, channel="orders")
                call(f"{backendless_mock.url}/messaging/news", "POST", {"message": "hi"})
        """)
        result.assert_outcomes(failed=1)
        assert (
            "backendless_mock.faults.fail('publish', http=503, channel='orders') never fired: 1 such request came, "
            "but did not fit, or met another fault first. If that is right, say optional=True"
        ) in said(result)

    def test_a_test_whose_faults_fired_passes(self, inner):
        inner.run("""
            from client import call

            def test_it(backendless_mock):
                fault = backendless_mock.faults.fail("publish", error=5007, times=1)
                backendless_mock.faults.reset("publish", optional=True, channel="orders")
                url = f"{backendless_mock.url}/messaging/news"
                assert [call(url, "POST", {"message": "hi"})[0] for _ in range(2)] == [400, 200]
                assert fault.fired == 1
        """).assert_outcomes(passed=1)

    def test_a_fault_ends_with_its_test(self, inner):
        inner.run("""
            from client import call

            def test_one(backendless_mock):
                backendless_mock.faults.fail("publish", error=5007)
                assert call(f"{backendless_mock.url}/messaging/news", "POST", {"message": "hi"})[0] == 400

            def test_two(backendless_mock):
                assert call(f"{backendless_mock.url}/messaging/news", "POST", {"message": "hi"})[0] == 200
        """).assert_outcomes(passed=2)

    def test_a_red_test_shows_what_struck(self, inner):
        result = inner.run("""
            import pytest
            from client import call

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_it(backendless_mock):
                backendless_mock.faults.fail("publish", http=503, times=1)
                backendless_mock.faults.reset("status", optional=True)
                call_it = f"{backendless_mock.url}/messaging"
                backendless_mock.faults.delay("publish", 60)
                try:
                    call(f"{call_it}/news", "POST", {"message": "hi"})
                except ValueError:
                    pass
                try:
                    call(f"{call_it}/some-id")
                except OSError:
                    pass
                assert backendless_mock.messages.data == ["hi"]
        """)
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines_random(
            [
                "  08:30:00  faulted      POST …/messaging/news: delay('publish', 60)",
                "  08:30:00  faulted      POST …/messaging/news: fail('publish', http=503, times=1)",
                "  08:31:00  faulted      GET …/messaging/some-id: reset('status', optional=True)",
                "  08:31:00  POST …/messaging/news {'message': 'hi'} -> 503",
                "  08:31:00  GET …/messaging/some-id -> no answer",
            ]
        )


class TestNearMisses:
    @pytest.fixture
    def news(self, mock):
        return mock.channel("news")

    def test_a_message_that_failed_softly_says_so(self, mock, client, news):
        mock.faults.fail("publish", message="Quota exceeded")
        publish(client, publishAt=IN_A_MINUTE)
        assert reasons(news.assert_delivered, "hi") == ["delivered there: nothing", "'hi' failed: Quota exceeded"]

    def test_a_message_that_failed_when_due_says_so(self, mock, news):
        mock.faults.fail_delivery(message="No service")
        mock.publish("hi", channel="news", publish_at=MINUTE)
        mock.clock.advance(minutes=1)
        assert reasons(news.assert_delivered, "hi") == ["delivered there: nothing", "'hi' failed: No service"]

    @pytest.mark.parametrize("more", [{}, {"repeat_every": 60}], ids=["once", "repeated"])
    def test_a_message_that_will_fail_says_so_and_waiting_is_no_remedy(self, mock, news, more):
        mock.faults.fail_delivery(message="No service")
        mock.publish("hi", channel="news", publish_at=MINUTE, **more)
        assert reasons(news.assert_delivered, "hi") == [
            "delivered there: nothing",
            "'hi' will fail when it is due: No service",
        ]

    def test_what_will_be_delivered_beside_it_has_its_remedy(self, mock, news):
        mock.faults.fail_delivery(message="No service", times=1)
        mock.publish("hi", channel="news", publish_at=MINUTE)
        mock.publish("hi", channel="news", publish_at=2 * MINUTE)
        assert reasons(news.assert_delivered, "hi") == [
            "delivered there: nothing",
            "'hi' will fail when it is due: No service",
            "'hi' is not due yet: at 2030-01-07 08:32:00Z",
            "due in 2 min; try: backendless_mock.clock.advance(minutes=2)",
        ]

    def test_two_of_which_one_fails_will_never_be_two(self, mock, news):
        mock.faults.fail_delivery(message="No service", times=1)
        for _ in range(2):
            mock.publish("hi", channel="news", publish_at=MINUTE)
        assert reasons(news.assert_delivered, "hi", times=2) == [
            "delivered there: nothing",
            "'hi' will fail when it is due: No service",
            "'hi' is not due yet: at 2030-01-07 08:31:00Z",
        ]

    def test_a_message_that_was_cancelled_before_it_could_fail_was_cancelled(self, mock, news):
        mock.faults.fail_delivery(message="No service")
        mock.cancel(mock.publish("hi", channel="news", publish_at=MINUTE).message_id)
        assert reasons(news.assert_delivered, "hi") == [
            "delivered there: nothing",
            "'hi' was cancelled at 2030-01-07 08:30:00Z",
        ]

    def test_what_failed_was_not_retrieved_either(self, mock, client, news):
        mock.faults.fail("publish", message="Quota exceeded")
        publish(client)
        assert reasons(news.assert_retrieved, "hi") == ["retrieved there: nothing", "'hi' failed: Quota exceeded"]

    def test_what_failed_was_published_all_the_same(self, mock, client, news):
        mock.faults.fail("publish", message="Quota exceeded")
        publish(client)
        news.assert_published("hi", times=1)

    def test_a_refusal_of_the_test_s_says_so(self, mock, client, news):
        mock.faults.fail("publish", error=5030)
        publish(client)
        assert reasons(news.assert_published, "hi") == [
            "published there: nothing",
            ("refused at 2030-01-07 08:30:00Z: POST …/messaging/news: 5030 Invalid publish date (a fault of the test)"),
        ]
