"""Faults, stubs and transports by themselves: which fault a request meets, which stub fits, what goes on the wire."""

from __future__ import annotations

import datetime as dt
import json
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import BadStatusLine

import pytest

from pytest_backendless_mock.http import response as transport
from pytest_backendless_mock.http.fault import Break, Delay, Fail, Fault, FaultPlan, Instead
from pytest_backendless_mock.http.journal import Request
from pytest_backendless_mock.http.response import Response
from pytest_backendless_mock.http.stub import Stub, Stubs, canned
from pytest_backendless_mock.messaging.options import Failure
from pytest_backendless_mock.runtime.backend import ListenerError

WATCHDOG = 20
NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
REQUEST = Request(NOW, "publish", "POST", "/messaging/news", {}, {"message": "hi"}, None, None)
JSON = (("Content-Type", "application/json"),)
OK = Response(200, JSON, b'{"a":1}')
TEN_LETTERS = Response(200, JSON, b"0123456789")
RESET = Break(transport.reset)
WHEN_DUE = Fail(Failure("Delivery failed"))
AT_ONCE = Fail(Failure("Quota exceeded", at_once=True))


def fault(told="fault", effect=RESET, operations=("publish",), **which):
    return Fault(told, effect, frozenset(operations), **which)


def plan_of(*faults):
    plan = FaultPlan()
    for each in faults:
        assert plan.add(each) is each
    return plan


def struck(plan, operation="publish", channel="news"):
    """What a request meets, as it is told."""
    met = [claim(operation, channel, REQUEST, pytest.fail) for claim in (plan.claim_delay, plan.claim_fault)]
    return [repr(fault) for fault in met if fault is not None]


class SlowNumber(int):
    """A number at which threads change places: it takes its time to say whether it is greater."""

    def __gt__(self, other):
        greater = int(self) > other
        for _ in range(3_000):
            pass
        return greater


class TestAFault:
    def test_fits_its_operations_alone(self):
        two = fault(operations=("publish", "status"))
        fitting = [name for name in ("publish", "status", "retrieve") if two.fits(name, "news", REQUEST)]
        assert fitting == ["publish", "status"]

    @pytest.mark.parametrize(
        ("meant", "named", "fits"),
        [
            ("news", "news", True),
            ("news", "News", False),
            ("news", None, False),
            ("default", "Default", True),
            ("default", "default", True),
            ("default", "DEFAULT", False),
            (None, "news", True),
            (None, None, True),
        ],
    )
    def test_fits_its_channel_alone(self, meant, named, fits):
        assert fault(channel=meant).fits("publish", named, REQUEST) is fits

    @pytest.mark.parametrize(("answer", "fits"), [(True, True), ("yes", True), (None, False), ([], False)], ids=repr)
    def test_fits_what_its_callable_says_yes_to(self, answer, fits):
        asked = []
        assert fault(when=lambda request: asked.append(request) or answer).fits("publish", None, REQUEST) is fits
        assert asked == [REQUEST]

    def test_asks_only_about_its_operation_and_its_channel(self):
        asked = []
        picky = fault(channel="news", when=asked.append)
        assert not picky.fits("status", None, REQUEST)
        assert not picky.fits("publish", "other", REQUEST)
        assert asked == []

    def test_with_a_callable_it_is_not_for_what_is_no_request(self):
        assert fault().fits("publish", "news", None)
        assert not fault(when=lambda _: pytest.fail("asked")).fits("publish", "news", None)

    def test_says_whose_error_it_is_when_its_callable_raises(self):
        with pytest.raises(ListenerError, match=r"^when= of reset\('publish'\) raised KeyError\('id'\)$") as error:
            fault("reset('publish')", when=lambda request: request.json["id"]).fits("publish", None, REQUEST)
        assert isinstance(error.value.__cause__, KeyError)

    def test_can_be_ended(self):
        ended = fault()
        assert not ended.ended
        assert ended.fits("publish", None, REQUEST)
        ended.end()
        assert ended.ended
        assert not ended.fits("publish", None, REQUEST)

    def test_can_be_ended_twice(self):
        ended = fault()
        ended.end()
        ended.end()
        assert not ended.fits("publish", None, REQUEST)

    def test_without_a_number_of_times_it_strikes_for_ever(self):
        endless = fault()
        assert [endless.claim() for _ in range(3)] == [True, True, True]
        assert endless.fired == 3

    def test_strikes_so_many_times(self):
        twice = fault(times=2)
        assert [twice.claim() for _ in range(4)] == [True, True, False, False]
        assert twice.fired == 2

    def test_what_came_to_nothing_can_be_struck_again(self):
        once = fault(times=1)
        once.claim()
        once.release()
        assert once.fired == 0
        assert [once.claim(), once.claim()] == [True, False]

    def test_strikes_so_many_times_however_many_ask_at_once(self):
        limited = [fault(times=SlowNumber(2)) for _ in range(50)]
        together = threading.Barrier(4, timeout=WATCHDOG)

        def claim():
            return [(together.wait(), each.claim())[1] for each in limited]

        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)  # often enough to change places there
        try:
            with ThreadPoolExecutor(4) as pool:
                claims = [pool.submit(claim) for _ in range(4)]
                claimed = [each.result(timeout=WATCHDOG) for each in claims]
        finally:
            sys.setswitchinterval(interval)
        assert [sum(answers) for answers in zip(*claimed, strict=True)] == [2] * 50
        assert [each.fired for each in limited] == [2] * 50


class TestAPlan:
    def test_is_true_once_anything_is_to_go_wrong(self):
        assert not FaultPlan()
        assert plan_of(fault())

    def test_a_request_meets_the_first_fault_for_it(self):
        plan = plan_of(fault("status", operations=("status",)), fault("first"), fault("second"))
        assert struck(plan) == ["first"]
        assert [each.fired for each in plan] == [0, 1, 0]

    def test_faults_take_turns_when_their_times_are_up(self):
        plan = plan_of(fault("first", times=2), fault("second", times=1), fault("third"))
        assert [struck(plan) for _ in range(5)] == [["first"], ["first"], ["second"], ["third"], ["third"]]

    def test_a_request_meets_the_first_delay_before_the_first_of_all_else(self):
        plan = plan_of(
            fault("reset"), fault("delay 1", Delay(1)), fault("empty"), fault("delay 2", Delay(2)), fault("hang")
        )
        assert struck(plan) == ["delay 1", "reset"]
        assert [each.fired for each in plan] == [1, 1, 0, 0, 0]

    def test_a_delay_is_met_alone_too(self):
        assert struck(plan_of(fault("delay", Delay(1)))) == ["delay"]

    def test_a_request_that_nothing_is_for_meets_nothing(self):
        plan = plan_of(fault("other", channel="other"), fault("over", times=1), fault("never", when=lambda _: False))
        next(each for each in plan if repr(each) == "over").claim()
        assert struck(plan) == []

    def test_a_callable_that_is_not_asked_for_want_of_room_hears_nothing(self):
        asked = []
        assert struck(plan_of(fault("first"), fault("second", when=asked.append))) == ["first"]
        assert asked == []

    def test_a_fault_may_be_added_while_another_is_asked(self):
        plan = FaultPlan()
        plan.add(fault("first", when=lambda _: bool(plan.add(fault("second"))), times=1))
        assert struck(plan) == ["first"]
        assert struck(plan) == ["second"]

    def test_those_that_never_fired_are_taken_once(self):
        idle, fired, optional = fault("idle"), fault("fired"), fault("optional", optional=True)
        plan = plan_of(idle, fired, optional)
        fired.claim()
        assert plan.take_unfired() == [idle]
        assert plan.take_unfired() == []

    def test_one_that_was_ended_before_it_fired_is_among_them(self):
        idle = fault()
        plan = plan_of(idle)
        idle.end()
        assert plan.take_unfired() == [idle]


class TestWhatIsNoRequest:
    def test_meets_the_first_fault_and_the_first_delay_each_when_it_is_asked_for(self):
        plan = plan_of(fault("delay", Delay(1), ("join",), times=1), fault("first", operations=("join",)))
        assert [repr(plan.claim_call("join", "news")), repr(plan.claim_call("join", "news", delays=True))] == [
            "first",
            "delay",
        ]
        assert plan.claim_call("join", "news", delays=True) is None
        assert [each.fired for each in plan] == [1, 1]

    def test_meets_what_is_for_its_operation_and_channel_alone(self):
        plan = plan_of(fault("message", operations=("realtime",)), fault(operations=("join",), channel="other"))
        assert plan.claim_call("join", "news") is None
        assert repr(plan.claim_call("realtime", "news")) == "message"

    def test_meets_each_fault_so_many_times(self):
        plan = plan_of(fault("once", operations=("join",), times=1), fault("then", operations=("join",)))
        assert [repr(plan.claim_call("join", None)) for _ in range(3)] == ["once", "then", "then"]

    def test_is_never_asked_about(self):
        picky = fault(operations=("join",), when=lambda _: pytest.fail("asked"))
        assert plan_of(picky).claim_call("join", "news") is None


class TestFailing:
    def test_what_the_test_publishes_fails_when_it_is_due(self):
        due = fault(effect=WHEN_DUE)
        with plan_of(due).failing("publish", "news") as failure:
            assert failure == Failure("Delivery failed")
        assert due.fired == 1

    @pytest.mark.parametrize(
        "other",
        [
            fault(effect=AT_ONCE),
            fault(effect=RESET),
            fault(effect=Delay(1)),
            fault(effect=WHEN_DUE, operations=("push_template",)),
            fault(effect=WHEN_DUE, channel="other"),
            fault(effect=WHEN_DUE, when=lambda _: True),
        ],
        ids=["at-once", "reset", "delay", "another-operation", "another-channel", "for-requests"],
    )
    def test_no_other_fault_is_for_it(self, other):
        with plan_of(other).failing("publish", "news") as failure:
            assert failure is None
        assert other.fired == 0

    def test_they_take_turns(self):
        plan = plan_of(fault(effect=Fail(Failure("one")), times=1), fault(effect=Fail(Failure("two")), times=1))
        reasons = []
        for _ in range(3):
            with plan.failing("publish", "news") as failure:
                reasons.append(failure and failure.reason)
        assert reasons == ["one", "two", None]

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt], ids=lambda error: error.__name__)
    def test_an_error_does_not_count(self, error):
        once = fault(effect=WHEN_DUE, times=1)
        with pytest.raises(error), plan_of(once).failing("publish", "news"):
            raise error
        assert once.fired == 0

    def test_an_error_of_a_listener_counts_since_the_message_was_accepted(self):
        once = fault(effect=WHEN_DUE, times=1)
        with pytest.raises(ListenerError), plan_of(once).failing("publish", "news"):
            raise ListenerError
        assert once.fired == 1

    def test_an_error_goes_through_where_nothing_fails(self):
        with pytest.raises(ValueError, match="mine"), FaultPlan().failing("publish", "news"):
            raise ValueError("mine")


class TestStubFits:
    @pytest.mark.parametrize(
        ("pattern", "path", "fits"),
        [
            ("/data/Orders", "/data/Orders", True),
            ("/data/Orders", "/data/orders", False),
            ("/data/Orders", "/data/Orders/1", False),
            ("/data/Orders", "/my/data/Orders", False),
            ("/data/*", "/data/Orders", True),
            ("/data/*", "/data/Orders/1", True),
            ("/data/*", "/data/", True),
            ("/data/*", "/data", False),
            ("/data/*/relations", "/data/Orders/7/relations", True),
            ("/data/*/relations", "/data/relations", False),
            ("*", "/", True),
            ("*", "", True),
            ("*/count", "/data/Orders/count", True),
            ("/a*b*c", "/a-c-b-c", True),
            ("/a*b*c", "/a-c-b", False),
            ("/data/a.b", "/data/a.b", True),
            ("/data/a.b", "/data/axb", False),
            ("/data/a+", "/data/aa", False),
            ("/data/[ab]", "/data/a", False),
            ("/data/(a|b)", "/data/a", False),
            ("/data/(a|b)", "/data/(a|b)", True),
            ("/data/a?", "/data/", False),
            (r"/data/\d", "/data/7", False),
            ("/data/^a$", "/data/^a$", True),
            ("/data/*", "/data/one\ntwo", True),
            ("/data/a", "/data/a\n", False),
            ("/data/*", "/data/\udcff", True),
        ],
    )
    def test_a_star_stands_for_anything_and_all_else_for_itself(self, pattern, path, fits):
        assert Stub("GET", pattern, OK).fits("GET", path) is fits

    @pytest.mark.parametrize(
        ("pattern", "method", "fits"),
        [
            ("GET", "GET", True),
            ("GET", "POST", False),
            ("GET", "get", False),
            ("*", "PATCH", True),
            ("P*", "PATCH", True),
            ("P*", "GET", False),
        ],
    )
    def test_the_method_is_read_the_same_way(self, pattern, method, fits):
        assert Stub(pattern, "/data/Orders", OK).fits(method, "/data/Orders") is fits


class TestStubs:
    def test_the_newest_that_fits_is_found(self):
        old, other, new = Stub("GET", "/data/*", OK), Stub("POST", "/data/*", OK), Stub("GET", "/data/Orders", OK)
        stubs = Stubs()
        for stub in (old, other, new):
            stubs.add(stub)
        found = [
            stubs.find(method, path)
            for method, path in [
                ("GET", "/data/Orders"),
                ("GET", "/data/People"),
                ("POST", "/data/Orders"),
                ("PUT", "/data/Orders"),
            ]
        ]
        assert found == [new, old, other, None]

    def test_the_root_is_a_path_too(self):
        stubs = Stubs()
        stubs.add(Stub("GET", "/", OK))
        assert stubs.find("GET", "/") is not None


class TestCanned:
    @pytest.mark.parametrize(
        ("body", "kind", "content"),
        [
            ("é", "text/html; charset=utf-8", "é".encode()),
            (b"\xff", "application/octet-stream", b"\xff"),
            ({"a": 1.5}, "application/json", b'{"a":1.5}'),
            ([], "application/json", b"[]"),
            (None, "text/html; charset=utf-8", b"500 Internal Server Error"),
            ("", "text/html; charset=utf-8", b""),
        ],
        ids=["text", "bytes", "dict", "list", "none", "empty-text"],
    )
    def test_each_kind_of_body_says_what_it_is(self, body, kind, content):
        assert canned(500, body, None) == Response(500, (("Content-Type", kind),), content)

    @pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
    def test_unless_the_headers_do(self, name):
        assert canned(200, "a", {name: "text/plain", "X-One": "1"}).headers == ((name, "text/plain"), ("X-One", "1"))

    def test_other_headers_come_after_it(self):
        assert canned(503, [], {"Retry-After": "3"}).headers == (*JSON, ("Retry-After", "3"))

    @pytest.mark.parametrize("status", [204, 304])
    def test_statuses_without_a_body_have_none(self, status):
        assert canned(status, None, {"X-One": "1"}) == Response(status, (("X-One", "1"),), b"")
        with pytest.raises(ValueError, match=rf"^HTTP has no body under {status}$"):
            canned(status, {"a": 1}, None)

    @pytest.mark.parametrize("body", ["text", None, 5], ids=["text", "none", "number"])
    def test_all_is_json_where_that_is_asked_for(self, body):
        assert canned(200, body, None, as_json=True) == Response(200, JSON, json.dumps(body).encode())

    @pytest.mark.parametrize("status", [200, 599])
    def test_the_first_and_the_last_status_will_do(self, status):
        assert canned(status, "", None).status == status

    @pytest.mark.parametrize("status", [199, 600, 99, -1, 0, True, "502", 502.0, None], ids=repr)
    def test_a_status_that_http_does_not_have_is_refused(self, status):
        with pytest.raises(ValueError, match=r"^an HTTP status is a number from 200 to 599, not ") as error:
            canned(status, "", None)
        assert str(error.value).endswith(f"not {status!r}")

    @pytest.mark.parametrize(
        ("name", "value"),
        [("X-A", "b\nc"), ("X-A", "b\r"), ("X-A", "€"), ("X A", "b"), ("", "b"), ("X-A:", "b"), ("X-A", 3)],
        ids=["line-break", "return", "no-latin", "blank-in-its-name", "no-name", "colon", "number"],
    )
    def test_a_header_that_http_does_not_have_is_refused(self, name, value):
        with pytest.raises(ValueError, match=r"is no HTTP header$") as error:
            canned(200, "", {name: value})
        assert str(error.value) == f"{name!r}: {value!r} is no HTTP header"

    @pytest.mark.parametrize("value", ["", "a\tb", "ÿ"], ids=["empty", "tab", "latin"])
    def test_what_http_has_will_do(self, value):
        assert canned(200, [], {"X-A": value}).headers == (*JSON, ("X-A", value))

    @pytest.mark.parametrize("body", [object(), {1, 2}, float("nan"), [{"a": b""}]], ids=["object", "set", "nan", "in"])
    def test_what_is_no_json_is_refused(self, body):
        with pytest.raises(TypeError, match=r"^this is no JSON value: "):
            canned(200, body, None)


class Sent:
    """What a transport was heard to say, over a socket or without one."""

    def __init__(self, send, response=OK, environ=None):
        self.begun = []
        self.parts = []
        self.error = None
        try:
            for part in send(environ or {}, lambda *given: self.begun.append(given), response):
                self.parts.append(part)
        except (OSError, BadStatusLine) as error:
            self.error = error

    @property
    def status(self):
        [(status, _)] = self.begun
        return status

    @property
    def headers(self):
        [(_, headers)] = self.begun
        return headers


class TestWhole:
    def test_everything_is_sent_in_one_go(self):
        sent = Sent(transport.whole)
        assert (sent.status, sent.headers) == (
            "200 OK",
            [("Content-Type", "application/json"), ("Content-Length", "7")],
        )
        assert (sent.parts, sent.error) == ([b'{"a":1}'], None)

    @pytest.mark.parametrize(
        ("status", "line"),
        [
            (418, "418 I'm a Teapot"),
            (502, "502 Bad Gateway"),
            (520, "520 Unknown"),
            (299, "299 Unknown"),
            (599, "599 Unknown"),
        ],
    )
    def test_every_status_has_a_phrase(self, status, line):
        assert Sent(transport.whole, OK._replace(status=status)).status == line

    @pytest.mark.parametrize("status", [204, 304])
    def test_what_has_no_body_has_no_length(self, status):
        sent = Sent(transport.whole, Response(status, (("X-A", "b"),), b""))
        assert sent.headers == [("X-A", "b")]
        assert b"".join(sent.parts) == b""

    def test_an_empty_body_has_a_length(self):
        assert Sent(transport.whole, OK._replace(body=b"")).headers[-1] == ("Content-Length", "0")


class TestBroken:
    def test_a_truncated_body_comes_as_if_it_were_all(self):
        sent = Sent(transport.truncated)
        assert (sent.status, sent.headers[-1]) == ("200 OK", ("Content-Length", "3"))
        assert (sent.parts, sent.error) == ([b'{"a'], None)
        with pytest.raises(json.JSONDecodeError):
            json.loads(sent.parts[0])

    def test_a_reset_sends_nothing(self):
        sent = Sent(transport.reset)
        assert (sent.begun, sent.parts) == ([], [])
        assert (type(sent.error), str(sent.error)) == (
            ConnectionResetError,
            "backendless_mock.faults reset the connection",
        )

    def test_a_reset_midway_sends_half_of_what_it_announced(self):
        sent = Sent(transport.reset_midway)
        assert (sent.status, sent.headers[-1]) == ("200 OK", ("Content-Length", "7"))
        assert sent.parts == [b'{"a']
        assert isinstance(sent.error, ConnectionResetError)

    def test_nothing_is_an_end_in_good_order(self):
        sent = Sent(transport.nothing)
        assert (sent.begun, sent.parts) == ([], [])
        assert (type(sent.error), str(sent.error)) == (
            ConnectionAbortedError,
            "backendless_mock.faults closed the connection without an answer",
        )

    def test_another_protocol_is_what_the_error_says(self):
        sent = Sent(transport.not_http)
        assert (sent.begun, sent.parts) == ([], [])
        assert (type(sent.error), str(sent.error)) == (BadStatusLine, "SSH-2.0-OpenSSH_9.6")


class Patience:
    """An event that nobody sets, and that takes no time; it knows how long was waited for it."""

    def __init__(self, over_after=None):
        self.waits = []
        self._over_after = over_after

    def wait(self, timeout):
        self.waits.append(timeout)
        return len(self.waits) == self._over_after


class TestSlowly:
    def test_the_headers_come_first_then_ten_pieces_over_that_time(self):
        over = Patience()
        sent = Sent(transport.slowly(5, over), TEN_LETTERS)
        assert sent.parts == [b"", b"0", b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9"]
        assert over.waits == [0.5] * 10
        assert (sent.status, sent.headers[-1], sent.error) == ("200 OK", ("Content-Length", "10"), None)

    def test_nothing_is_waited_for_before_the_headers(self):
        over, begun = Patience(), []
        parts = iter(transport.slowly(5, over)({}, lambda *given: begun.append(given), TEN_LETTERS))
        assert next(parts) == b""
        assert (len(begun), over.waits) == (1, [])

    @pytest.mark.parametrize("size", [1, 7, 11, 25, 99, 100, 101, 1_000_003])
    def test_the_pieces_are_the_body_and_never_more_than_ten(self, size):
        body = bytes(number % 256 for number in range(size))
        over = Patience()
        sent = Sent(transport.slowly(3, over), OK._replace(body=body))
        assert b"".join(sent.parts) == body
        assert len(over.waits) == len(sent.parts) - 1 <= 10
        assert sum(over.waits) == pytest.approx(3)

    def test_an_empty_body_takes_its_time_too(self):
        over = Patience()
        sent = Sent(transport.slowly(3, over), OK._replace(body=b""))
        assert (sent.parts, over.waits) == ([b"", b""], [3])

    @pytest.mark.parametrize("body", [b"", b'{"a":1}'], ids=["empty", "json"])
    def test_no_seconds_are_no_wait(self, body):
        sent = Sent(transport.slowly(0, threading.Event()), OK._replace(body=body))
        assert (b"".join(sent.parts), sent.error) == (body, None)

    def test_the_end_of_the_test_ends_it(self):
        sent = Sent(transport.slowly(5, Patience(over_after=3)), TEN_LETTERS)
        assert sent.parts == [b"", b"0", b"1"]
        assert isinstance(sent.error, ConnectionAbortedError)

    def test_after_the_end_of_the_test_there_is_no_wait(self):
        over = threading.Event()
        over.set()
        sent = Sent(transport.slowly(86_400, over), TEN_LETTERS)
        assert sent.parts == [b""]
        assert isinstance(sent.error, ConnectionAbortedError)

    def test_what_has_no_body_has_no_length(self):
        assert Sent(transport.slowly(0, threading.Event()), Response(204, (), b"")).headers == []


class TestHanging:
    @pytest.fixture
    def ends(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            yield ours, theirs

    def test_without_a_socket_it_is_a_timeout_at_once(self):
        sent = Sent(transport.hanging(threading.Event(), pytest.fail))
        assert (sent.begun, sent.parts) == ([], [])
        assert (type(sent.error), str(sent.error)) == (
            TimeoutError,
            "backendless_mock.faults left the request without an answer",
        )

    def test_it_lasts_until_the_client_has_gone(self, ends):
        ours, theirs = ends
        theirs.close()
        sent = Sent(transport.hanging(threading.Event(), pytest.fail), environ={"werkzeug.socket": ours})
        assert (sent.begun, sent.parts) == ([], [])
        assert isinstance(sent.error, ConnectionAbortedError)

    def test_a_client_that_would_wait_for_ever_is_let_go_and_told(self, ends, monkeypatch):
        monkeypatch.setattr(transport, "PATIENCE", transport.GLANCE)
        told = []
        sent = Sent(transport.hanging(threading.Event(), told.append), environ={"werkzeug.socket": ends[0]})
        assert isinstance(sent.error, ConnectionAbortedError)
        assert told == ["a request was left without an answer for 0.05 s: its client has no timeout"]

    def test_it_lasts_until_the_test_is_over(self, ends):
        over = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            hanging = pool.submit(Sent, transport.hanging(over, pytest.fail), environ={"werkzeug.socket": ends[0]})
            assert not hanging.done()
            over.set()
            sent = hanging.result(timeout=WATCHDOG)
        assert (sent.begun, sent.parts) == ([], [])
        assert isinstance(sent.error, ConnectionAbortedError)


class TestAFaultThatAnswersOtherwise:
    def test_is_met_in_the_order_of_all_else(self):
        plan = plan_of(fault("page", Instead(OK), times=1), fault("reset"))
        assert [struck(plan), struck(plan)] == [["page"], ["reset"]]
