"""What a call of the test's own that cannot be meant says: what would be right, at the line of the test alone."""

from __future__ import annotations

import textwrap

import pytest
from failure_support import HEAD, pattern, row, written
from plugin_support import said

ERRORS = "pytest_backendless_mock.messaging.errors"
NAMES = "(a channel name is not empty and holds no slash and no control character)"
MISUSES = [
    row(
        "a number without a unit",
        "mock.clock.advance(60)",
        "TypeError: advance(60): of what? Say advance(seconds=60), or pass a timedelta",
    ),
    row(
        "no duration at all",
        "mock.clock.advance()",
        "TypeError: advance() takes a timedelta or units such as minutes=5, one of the two",
    ),
    row(
        "text for a duration",
        'mock.clock.advance("5 minutes")',
        "TypeError: advance() takes a timedelta or units such as minutes=5, one of the two",
    ),
    row(
        "a unit that there is not",
        "mock.clock.advance(minuts=5)",
        (
            "TypeError: advance() has no unit 'minuts'; "
            "it has weeks, days, hours, minutes, seconds, milliseconds, microseconds"
        ),
    ),
    row(
        "text for a number",
        'mock.clock.advance(minutes="5")',
        "TypeError: advance() takes numbers of its units, not minutes='5'",
    ),
    row(
        "text for seconds of sleep",
        'mock.clock.sleep("x")',
        "TypeError: advance() takes numbers of its units, not seconds='x'",
    ),
    row(
        "back in time",
        "mock.clock.advance(minutes=-5)",
        "ValueError: advance() by -5 min would go back: the mock's clock only goes forward",
    ),
    row(
        "beyond all dates",
        "mock.clock.advance(days=10**10)",
        "ValueError: the clock goes to the end of the year 9999",
    ),
    row(
        "steps without a unit",
        "mock.clock.steps(60)",
        "TypeError: steps(60): of what? Say steps(seconds=60), or pass a timedelta",
    ),
    row(
        "an instant that has passed",
        'mock.clock.move_to("2029-01-01")',
        "ValueError: 2029-01-01 00:00:00Z has passed: the mock's clock shows 2030-01-07 08:30:00Z",
    ),
    row(
        "no instant",
        'mock.clock.move_to("tomorrow")',
        "ValueError: 'tomorrow' is no ISO 8601 instant such as '2030-01-07 08:30'",
    ),
    row(
        "a second freeze",
        "mock.clock.freeze()",
        "RuntimeError: time is already frozen by freezegun; the mock follows it. *",
    ),
    row(
        "a device's system",
        'mock.register_device("d1", os="iPhone")',
        (
            f"{ERRORS}.MalformedRegistration: 5005 Wrong json format for device registration: "
            "os is none of IOS, ANDROID, WP, OSX (it is 'iPhone'; did you mean 'IOS'?)"
        ),
    ),
    row(
        "a device's system that is nothing",
        'mock.register_device("d1", os="Palm")',
        (
            f"{ERRORS}.MalformedRegistration: 5005 Wrong json format for device registration: "
            "os is none of IOS, ANDROID, WP, OSX (it is 'Palm')"
        ),
    ),
    row(
        "a device's id",
        "mock.register_device(5)",
        (
            f"{ERRORS}.MalformedRegistration: 5005 Wrong json format for device registration: "
            "deviceId is not what it should be (at $.deviceId: 5 breaks 'type': ['string', 'null'])"
        ),
    ),
    row(
        "one text for several channels",
        'mock.register_device("d1", channels="news")',
        "TypeError: channels is several names, not 'news'; say channels=['news']",
    ),
    row(
        "one text for several devices",
        'mock.publish("sale", push_singlecast="d1")',
        "TypeError: push_singlecast is several names, not 'd1'; say push_singlecast=['d1']",
    ),
    row(
        "one text for several platforms",
        'mock.add_template("sale", message="m", platforms="IOS")',
        "TypeError: platforms is several names, not 'IOS'; say platforms=['IOS']",
    ),
    row(
        "a platform",
        'mock.add_template("sale", message="m", platforms=["macOS"])',
        "ValueError: a platform is one of IOS, ANDROID, WP, OSX, not 'MACOS'; did you mean 'OSX'?",
    ),
    row(
        "one text for several roles",
        'mock.add_user(roles="admin")',
        "TypeError: roles is several names, not 'admin'; say roles=['admin']",
    ),
    row(
        "a registration that expired",
        'mock.register_device("d1", expires_at=timedelta(-1))',
        f"{ERRORS}.InvalidRegistrationDate: 5004 Unable to register device. Invalid expiration date. *",
    ),
    row(
        "a policy",
        'mock.publish("paid", publish_policy="push")',
        (
            f"{ERRORS}.InvalidParameter: 8008 Invalid parameter 'publishPolicy' "
            "(at $.publishPolicy: 'push' breaks 'enum': ['PUSH', 'PUBSUB', 'BOTH', None])"
        ),
    ),
    row(
        "what is no JSON",
        "mock.publish({1, 2})",
        "TypeError: this is no JSON value: Object of type set is not JSON serializable",
    ),
    row(
        "headers that are no mapping",
        'mock.publish("paid", headers="city")',
        "TypeError: headers is a mapping of names to values, not 'city'",
    ),
    row(
        "values that are no mapping",
        'mock.push_template("paid", ["city"])',
        "TypeError: values is a mapping of names to values, not ['city']",
    ),
    row(
        "a channel's name",
        'mock.channel("a/b")',
        f"{ERRORS}.InvalidChannelName: 5044 Channel name contains invalid character {NAMES}",
    ),
    row(
        "a selector",
        'mock.subscribe("orders", selector="a = = b")',
        f"{ERRORS}.SubscriptionFailed: 5009 Error during subscribing (*",
        "  a = = b",
        "      ^)",
    ),
    row(
        "what cannot be cancelled",
        'mock.cancel("nope")',
        f"{ERRORS}.CannotCancel: 5040 Can't cancel message. Already cancelled or there is no such message *",
    ),
    row(
        "how often",
        'orders.assert_published("paid", times=-1)',
        "ValueError: times is a number from 0 on, or None for at least once, not -1",
    ),
    row(
        "a schema that is not there",
        'orders.expect_schema("nope.json")',
        "FileNotFoundError: [Errno 2] No such file or directory: *nope.json'",
    ),
    row(
        "a field of the outbox",
        'mock.outbox.filter(device_id="d1")',
        "TypeError: no record of the outbox has 'device_id'; did you mean 'device'?",
    ),
    row(
        "an error that the service does not have",
        'mock.faults.fail("publish", error=5004.5)',
        "ValueError: the service has no error 5004.5; the nearest of the 53 that it has are:",
        "*",
    ),
    row(
        "an error whose number is near another",
        'mock.faults.fail("publish", error=5031)',
        "ValueError: the service has no error 5031; the nearest of the 53 that it has are:",
        "  5030 Invalid publish date",
        "  5040 Can't cancel message. Already cancelled or there is no such message",
        "  5041 Invalid message for push notification, provide message that could be cast to String",
        "  5042 Unable to delete devices",
        "  5043 Could not register channel",
        "  5044 Channel name contains invalid character",
        (
            "  5045 Cannot send email with the default Email Settings. "
            "Change the Email Settings in the console and try again"
        ),
        "  5046 Cannot set email. Invalid email settings",
        "  5047 Invalid recipient",
        "  5048 You must specify at least one recipient's email address",
    ),
    row(
        "the lowest error",
        'mock.faults.fail("publish", error=1)',
        "ValueError: the service has no error 1; the nearest of the 53 that it has are:",
        "  999 Cannot process request - request per second limit has been exhausted",
        "  2000 Operation is not allowed",
        "  2002 Unable to find application. Check application id and/or API key.",
    ),
    row(
        "an error by its text",
        'mock.faults.fail("publish", error="Invalid publish date")',
        "ValueError: the service has no error 'Invalid publish date'; the nearest of the 53 that it has are:",
        "  5030 Invalid publish date",
    ),
    row(
        "an operation",
        'mock.faults.fail("publsh", error=5030)',
        "ValueError: there is no operation 'publsh'; did you mean 'publish'?",
    ),
    row(
        "what is waited for",
        "mock.wait_until(orders.deliveries)",
        "TypeError: wait_until() takes a callable, not (); say wait_until(lambda: ...)",
    ),
]


def shown(result):
    """What stands under the heading of failures, up to the mock's own section."""
    return result.stdout.str().partition("= FAILURES =")[2].partition("- backendless_mock -")[0]


@pytest.mark.parametrize(("source", "lines"), MISUSES)
def test_what_cannot_be_meant_says_what_would_be_right_at_the_line_of_the_test(inner, source, lines):
    result = inner.run(written(source))
    result.assert_outcomes(failed=1)
    expected = [f">       {source}", *(f"E       {line}" if line != "*" else "*" for line in lines)]
    result.stdout.fnmatch_lines([pattern(line) for line in expected])
    assert "pytest_backendless_mock/" not in shown(result)
    assert "contextlib" not in shown(result)
    result.stdout.fnmatch_lines(["test_it.py:*: *"])


PLACES = {
    "TestCase": """
@pytest.mark.usefixtures("backendless_mock")
class TestShop(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def hold(self, backendless_mock):
        self.mock = backendless_mock

    def test_it(self):
        self.mock.clock.advance(60)
""",
    "setup": """
@pytest.fixture
def shop(backendless_mock):
    backendless_mock.clock.advance(60)

def test_it(shop):
    pass
""",
    "asyncio": """
@pytest.mark.asyncio
async def test_it(backendless_mock):
    await asyncio.sleep(0)
    backendless_mock.clock.advance(60)
""",
    "without the fixture": """
from pytest_backendless_mock import BackendlessMock

def test_it():
    with BackendlessMock() as mock:
        mock.clock.advance(60)
""",
}


@pytest.mark.parametrize("place", PLACES)
def test_it_is_said_so_wherever_the_call_is(inner, place):
    result = inner.run(HEAD + PLACES[place])
    result.stdout.fnmatch_lines([">*clock.advance(60)", "E*TypeError: advance(60): of what? *"])
    assert "pytest_backendless_mock/" not in result.stdout.str().partition("clock.advance(60)")[2]


def test_the_whole_way_is_shown_to_who_asks_for_it(inner):
    result = inner.run(written("mock.clock.advance(60)"), "--full-trace")
    assert "pytest_backendless_mock/" in said(result)


def test_a_bug_of_the_mock_keeps_its_lines(inner):
    result = inner.run(
        HEAD
        + textwrap.dedent(
            """
            from pytest_backendless_mock.messaging.broker import Broker

            def test_it(backendless_mock, monkeypatch):
                monkeypatch.setattr(Broker, "status", lambda broker, message_id: message_id + 1)
                backendless_mock.status("message:1")
            """
        )
    )
    result.assert_outcomes(failed=1)
    assert "pytest_backendless_mock/service/operation.py" in said(result)


def test_the_line_of_a_listener_that_did_it_is_shown_as_well(inner):
    result = inner.run(
        written(
            """
            mock.on("delivered", lambda delivery: mock.clock.advance(60))
            mock.publish("paid")
            """
        )
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*mock.on(*advance(60))", "E*TypeError: advance(60): of what? *", ">*mock.publish(*", "E*ListenerError: *"]
    )
