"""Hints: what a client probably meant, as a warning of its test or, where warnings are errors, as its failure."""

from __future__ import annotations

import textwrap

import pytest
from plugin_support import Inner, said

HEAD = """
import json
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from client import call

pytestmark = pytest.mark.backendless_mock(freeze="2030-01-07 08:30")


def test_it(backendless_mock):
    def send(path, body, **more):
        return call(f"{mock.url}/messaging/{path}", "POST", body, **more)

    def poll(subscription):
        return call(f"{mock.url}/messaging/{subscription.channel}/{subscription.id}")

    def post(channel, http_headers, **more):
        body = json.dumps({"message": "paid", **more}).encode()
        headers = {"Content-Type": "application/json", **http_headers}
        with urlopen(Request(f"{mock.url}/messaging/{channel}", body, headers)):
            pass

    mock = backendless_mock
"""


@pytest.fixture
def inner(pytester, monkeypatch):
    inner = Inner(pytester, monkeypatch)
    inner.ini()
    return inner


def written(body):
    """A test whose body that is."""
    return HEAD + textwrap.indent(textwrap.dedent(body), "    ")


def row(name, source, text):
    return pytest.param(source, text, id=name.replace(" ", "-"))


HINTS = [
    row(
        "an unknown field",
        """
        send("orders", {"message": "paid", "releatEvery": 60})
        """,
        "POST …/messaging/orders: the service ignores the field 'releatEvery'; did you mean 'repeatEvery'?",
    ),
    row(
        "an unknown field like no other",
        """
        send("orders", {"message": "paid", "xyzzy": 60})
        """,
        "POST …/messaging/orders: the service ignores the field 'xyzzy'",
    ),
    row(
        "a date in seconds",
        """
        send("orders", {"message": "paid", "publishAt": 1894008600})
        """,
        "POST …/messaging/orders: publishAt 1894008600 looks like seconds; the service reads milliseconds",
    ),
    row(
        "the end of a repetition in seconds",
        """
        send("orders", {"message": "paid", "repeatEvery": 60, "repeatExpiresAt": 1894008600})
        """,
        "POST …/messaging/orders: repeatExpiresAt 1894008600 looks like seconds; the service reads milliseconds",
    ),
    row(
        "a repetition in milliseconds",
        """
        send("orders", {"message": "paid", "repeatEvery": 60000})
        """,
        "POST …/messaging/orders: repeatEvery 60000 looks like milliseconds; the service reads seconds",
    ),
    row(
        "a repetition in milliseconds by the test itself",
        """
        mock.publish("paid", channel="orders", repeat_every=60000)
        """,
        "backendless_mock.publish(): repeatEvery 60000 looks like milliseconds; the service reads seconds",
    ),
    row(
        "a channel with two letters swapped",
        """
        send("Defualt", {"message": "paid"})
        """,
        "POST …/messaging/Defualt: this makes a new channel 'Defualt'; did you mean 'default'?",
    ),
    row(
        "a channel with a letter left out by a subscription",
        """
        send("reminders", {"message": "paid"})
        send("reminers/subscribe", {})
        """,
        "POST …/messaging/reminers/subscribe: this makes a new channel 'reminers'; did you mean 'reminders'?",
    ),
    row(
        "a header that a device would show, among those of HTTP",
        """
        post("orders", {"ios-alert-title": "Shop"})
        """,
        (
            "POST …/messaging/orders: the HTTP header 'ios-alert-title' looks like one of the message; "
            'those go into the body: {"message": …, "headers": {"ios-alert-title": …}}'
        ),
    ),
    row(
        "a header that a subscriber asks for, among those of HTTP",
        """
        mock.subscribe("orders", selector="shop_region = 'EU' and floor = 3")
        mock.subscribe("orders")
        post("orders", {"shop-region": "EU", "x-trace": "1"}, headers={"floor": 3})
        """,
        (
            "POST …/messaging/orders: the HTTP header 'shop_region' looks like one of the message; "
            'those go into the body: {"message": …, "headers": {"shop_region": …}}'
        ),
    ),
    row(
        "a header that a listener asks for, among those of HTTP",
        """
        from presence_support import client_of_mock

        client_of_mock(mock).listen("orders", selector="shop_region = 'EU'")
        client_of_mock(mock).listen("orders", "other")
        post("orders", {"shop-region": "EU", "x-trace": "1"})
        """,
        (
            "POST …/messaging/orders: the HTTP header 'shop_region' looks like one of the message; "
            'those go into the body: {"message": …, "headers": {"shop_region": …}}'
        ),
    ),
    row(
        "no Content-Type",
        """
        send("orders", {"message": "paid"}, content_type="text/plain")
        """,
        "POST …/messaging/orders: Content-Type is 'text/plain'; requests and httpx send JSON as such with json=",
    ),
    row(
        "an unknown token",
        """
        request = Request(f"{mock.url}/messaging/message:1", headers={"user-token": "topsecrettoken"})
        with pytest.raises(OSError) as refused, urlopen(request):
            pass
        refused.value.close()
        """,
        (
            "GET …/messaging/message:1: nobody gave out that user-token: "
            "backendless_mock.add_user(token=...), or accept_unknown_tokens=True"
        ),
    ),
    row(
        "a message that advance carried out of the window",
        """
        subscription = mock.subscribe("orders")
        mock.publish("paid", channel="orders", publish_at=timedelta(minutes=30))
        mock.clock.advance(hours=1)
        assert poll(subscription) == (200, {"messages": []})
        """,
        (
            "GET …/messaging/orders/*: 'paid', delivered at 2030-01-07 09:00:00Z, was gone after 1 min: "
            "clock.advance() jumped over it; "
            "`for _ in backendless_mock.clock.steps(...)` stops for code that polls"
        ),
    ),
    row(
        "a push that shows nothing",
        """
        mock.publish("sale", publish_policy="PUSH")
        """,
        (
            "a push to channel 'default' has no header that a device shows: "
            "ios-alert-title, ios-alert-body on iOS, android-content-title, android-content-text on Android"
        ),
    ),
]


@pytest.mark.parametrize(("source", "text"), HINTS)
class TestAHint:
    def test_is_a_warning_of_its_test(self, inner, source, text):
        result = inner.run(written(source))
        result.assert_outcomes(passed=1, warnings=1)
        result.stdout.fnmatch_lines(["test_it.py::test_it", f"*: BackendlessMockWarning: {text}"], consecutive=True)

    def test_fails_its_test_where_warnings_are_errors(self, inner, source, text):
        inner.ini("filterwarnings = error")
        result = inner.run(written(source))
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*_ test_it _*", text, "*- backendless_mock -*"], consecutive=True)
        assert "plugin.py" not in said(result)


def test_a_hint_stands_in_the_report_of_a_failing_test_too(inner):
    result = inner.run(written('send("Defualt", {"message": "paid"})\nraise KeyError'), "--disable-warnings")
    result.assert_outcomes(failed=1, warnings=1)
    result.stdout.fnmatch_lines(["*POST …/messaging/Defualt: this makes a new channel 'Defualt'; did you mean *"])


def test_hints_travel_from_a_worker_with_the_name_of_their_test(inner):
    result = inner.run_apart(written('send("Defualt", {"message": "paid"})'), "-p", "xdist", "-n", "2")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(
        ["test_it.py::test_it", "*: BackendlessMockWarning: POST …/messaging/Defualt: this makes a new channel *"]
    )


def test_hints_of_a_worker_fail_their_test_where_warnings_are_errors(inner):
    inner.ini("filterwarnings = error")
    result = inner.run_apart(written('send("Defualt", {"message": "paid"})'), "-p", "xdist", "-n", "2")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED test_it.py::test_it - *this makes a new channel 'Defualt'*"])


def test_a_hint_can_be_ignored_like_any_warning(inner):
    inner.ini("filterwarnings =\n    error\n    ignore::pytest_backendless_mock.BackendlessMockWarning")
    inner.run(written('send("Defualt", {"message": "paid"})')).assert_outcomes(passed=1)


def test_a_date_refused_while_the_clocks_differ_names_the_difference_and_the_freeze(inner):
    inner.ini("filterwarnings = error")
    result = inner.run(
        """
        import time

        from client import call

        def test_it(backendless_mock):
            backendless_mock.clock.advance(hours=1)
            soon = {"message": "paid", "publishAt": int(time.time() * 1000) + 60_000}
            assert call(f"{backendless_mock.url}/messaging/orders", "POST", soon)[1]["code"] == 5030
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            (
                "POST …/messaging/orders: the mock's clock is 1 h ahead of the process's, by which the date was "
                'computed: freeze both, with @pytest.mark.backendless_mock(freeze="...")'
            )
        ]
    )


@pytest.mark.parametrize(
    "source",
    [
        """
        send("orders", {"message": "paid", "publishAt": 1})
        """,
        """
        subscription = mock.subscribe("orders")
        mock.publish("paid", channel="orders", publish_at=timedelta(minutes=30))
        for _ in mock.clock.steps(hours=1):
            assert len(poll(subscription)[1]["messages"]) == 1
        assert poll(subscription) == (200, {"messages": []})
        """,
        """
        subscription = mock.subscribe("orders", subtopic="news")
        mock.publish("paid", channel="orders", publish_at=timedelta(minutes=30))
        mock.clock.advance(hours=1)
        assert poll(subscription) == (200, {"messages": []})
        """,
        """
        for first, second in [("news1", "news2"), ("chat-a", "chat-b"), ("order", "orders"), ("ab", "ba")]:
            mock.publish("hi", channel=first)
            send(second, {"message": "hi"})
        """,
        """
        send("room-12", {"message": "hi"})
        send("room-21", {"message": "hi"})
        """,
        """
        send("room-2030-11", {"message": "hi"})
        send("room-2030-1", {"message": "hi"})
        send("room-2030-111", {"message": "hi"})
        """,
        """
        send("orders", {"message": "paid", "repeatEvery": 3600})
        send("orders", {"message": "paid", "repeatEvery": 604800})
        """,
        """
        send("orders", {"message": "paid", "repeatEvery": 2592000})
        """,
        """
        send("Default", {"message": "paid"})
        send("orders", {"message": "paid", "publishAt": None, "headers": None, "repeatEvery": 0})
        """,
    ],
    ids=[
        "past-date-on-one-clock",
        "steps",
        "not-asked-for",
        "names-alike",
        "numbers-swapped",
        "numbers-alike",
        "an-hour-and-a-week",
        "thirty-days",
        "default-and-null",
    ],
)
def test_there_is_no_hint_at_what_is_meant(inner, source):
    inner.run(written(source)).assert_outcomes(passed=1, warnings=0)


@pytest.mark.parametrize("assertion", ["assert_nothing_published", "assert_nothing_delivered"])
class TestNothingOnAChannelNobodyNamed:
    def test_is_hinted_at_where_the_name_is_like_another(self, inner, assertion):
        result = inner.run(written(f'mock.publish("paid", channel="orders")\nmock.channel("oders").{assertion}()'))
        result.assert_outcomes(passed=1, warnings=1)
        result.stdout.fnmatch_lines(
            ["*test_it.py:*: BackendlessMockWarning: nobody ever named the channel 'oders'; did you mean 'orders'[?]"]
        )

    def test_is_nothing_where_the_name_is_like_no_other(self, inner, assertion):
        result = inner.run(written(f'mock.publish("paid", channel="orders")\nmock.channel("billing").{assertion}()'))
        result.assert_outcomes(passed=1, warnings=0)

    def test_is_nothing_where_somebody_subscribed(self, inner, assertion):
        result = inner.run(
            written(f'mock.publish(1, channel="orders")\nmock.subscribe("order")\nmock.channel("order").{assertion}()')
        )
        result.assert_outcomes(passed=1, warnings=0)
