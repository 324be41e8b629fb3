"""The same scenario on the mock beside the test and on one elsewhere: same records, same errors, same texts."""

from __future__ import annotations

import datetime as dt

import httpx
import pytest
from dirty_equals import IsPartialDict
from har_schema import require_har
from mock_support import standing_mock
from presence_support import client_of_mock

from pytest_backendless_mock import BackendlessMockWarning, MessagingError
from pytest_backendless_mock.remote.mock import RemoteMock
from pytest_backendless_mock.runtime.record import Delivery, Device, Email, Message, Push, Scheduled, User

HOUR = dt.timedelta(hours=1)
NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
WATCHDOG = 20


@pytest.fixture(params=["here", "elsewhere"])
def mock(request, open_session):
    if request.param == "elsewhere":
        mock = RemoteMock(open_session())
        yield mock
        mock.verify()
        return
    with standing_mock() as mock:
        yield mock


@pytest.fixture
def news(mock):
    return mock.channel("news")


@pytest.fixture
def client(mock):
    """The code under test."""
    with httpx.Client(base_url=mock.url, timeout=WATCHDOG) as client:
        yield client


@pytest.fixture
def inside(mock, standalone):
    """The mock as it is in the process that runs it."""
    return mock if hasattr(mock, "_application") else standalone.applications.find(mock.app_id).mock


def failure_of(assertion, *args, **kwargs):
    with pytest.raises(AssertionError) as failure:
        assertion(*args, **kwargs)
    return str(failure.value)


class TestRecords:
    def test_a_message_and_its_deliveries(self, mock, news):
        sent = mock.publish(
            {"a": [1, None]},
            "news",
            headers={"n": 5},
            subtopic="a.b",
            publisher_id="me",
            publish_at=HOUR,
            repeat_every=60,
            repeat_expires_at=2 * HOUR,
        )
        assert (sent.status, sent.error_message, sent.sends) == ("scheduled", None, None)
        assert (
            mock.messages
            == news.messages
            == (
                Message(
                    message_id=sent.message_id,
                    at=NOW,
                    channel="news",
                    data={"a": [1, None]},
                    headers={"n": "5"},
                    publisher_id="me",
                    subtopic="a.b",
                    publish_at=NOW + HOUR,
                    repeat_every=60.0,
                    repeat_expires_at=NOW + 2 * HOUR,
                    status="scheduled",
                ),
            )
        )
        assert (
            mock.scheduled
            == news.scheduled
            == (
                Scheduled(
                    message_id=sent.message_id,
                    channel="news",
                    data={"a": [1, None]},
                    next_at=NOW + HOUR,
                    repeat_every=60.0,
                    repeat_expires_at=NOW + 2 * HOUR,
                ),
            )
        )
        made = mock.clock.advance(HOUR)
        assert mock.deliveries == news.deliveries == made
        first = made[0]
        assert first == Delivery(first.message_id, 1, NOW + HOUR, "news", {"a": [1, None]}, {"n": "5"}, "me", "a.b")
        assert mock.cancel(sent.message_id).status == mock.status(sent.message_id).status == "cancelled"

    def test_who_polls(self, mock, news):
        subscription = mock.subscribe("news", selector="city = 'Tokyo'", subtopic="a.*")
        assert [each.id for each in news.subscriptions] == [subscription.id]
        assert subscription.channel == "news"
        mock.publish("hi", "news", headers={"city": "Tokyo"}, subtopic="a.b")
        assert subscription.pending.data == subscription.retrieve().data == ["hi"]
        assert subscription.retrieve() == subscription.pending == ()
        assert subscription.retrieved == mock.retrieved == news.retrieved
        assert news.retrieved.data == ["hi"]
        mock.subscribe("news").retrieve()
        assert (len(news.retrieved), len(subscription.retrieved)) == (2, 1)
        assert mock.requests == ()

    def test_who_listens(self, inside, mock, news):
        client_of_mock(inside, user_id="ann").listen("news", "listener:1", selector=None)
        mock.publish("hi", "news")
        [listener] = news.listeners
        assert (listener.id, listener.channel, listener.user_id) == ("listener:1", "news", "ann")
        assert (listener.connection_id, listener.selector) == ("connection:1", None)
        assert listener.retrieved.data == ["hi"]
        listener.disconnect()
        assert news.listeners == ()

    def test_devices_pushes_and_templates(self, mock):
        device = mock.register_device("d1", os="IOS", token="a token of it", expires_at=2 * HOUR)
        assert mock.devices == (device,)
        assert device == Device(
            device_id="d1",
            os="IOS",
            token="a token of it",
            os_version="",
            channels=("default",),
            expires_at=NOW + 2 * HOUR,
            refuses=None,
        )
        assert "a token" not in repr(device)
        mock.add_template("sale", message="Hello {name}", headers={"n": 1}, platforms=["IOS"], segment=None)
        mock.push_template("sale", {"name": "Ann"}, publish_at=HOUR)
        mock.clock.advance(HOUR)
        [push] = mock.outbox.assert_sent("Hello Ann", times=1, headers={"n": "1"})
        assert isinstance(push, Push)
        assert (push.device, push.at) == ("d1", NOW + HOUR)
        mock.publish("to one", push_singlecast=["d1"], publish_policy="PUSH", headers={"ios-alert-title": "Hi"})
        assert mock.outbox.pushes.data == mock.outbox.filter(device="d1").data == ["Hello Ann", "to one"]
        assert mock.outbox[1:].data == ["to one"]
        assert mock.outbox.assert_sent(lambda data: data.startswith("Hello"), times=1).data == ["Hello Ann"]
        assert "expected 'no' (filter: device='d1') to be sent" not in failure_of(mock.outbox.assert_sent, "no")
        assert failure_of(mock.outbox.filter(device="d1").assert_sent, "no").startswith("expected 'no' to be sent at")
        assert mock.outbox.emails == ()

    def test_a_template_for_a_segment(self, mock):
        mock.register_device("d1")
        mock.add_template("sale", message="hi", segment="d1")
        assert mock.push_template("sale").status == "scheduled"

    def test_emails(self, mock, client):
        mock.add_email_template("welcome")
        body = {"template-name": "welcome", "addresses": ["a@b.example"], "template-values": {"name": "Ann"}}
        assert client.post("emailtemplate/send", json=body).status_code == 200
        [email] = mock.outbox.emails
        assert isinstance(email, Email)
        assert (email.to, email.template, email.values) == (("a@b.example",), "welcome", {"name": "Ann"})

    def test_users_and_what_they_may(self, mock):
        ann = mock.add_user(login="ann", password="secret", token="the token of ann", roles=["Editors"], age=3)
        assert ann == User(
            object_id=ann.object_id,
            login="ann",
            token="the token of ann",
            roles=frozenset({"Editors"}),
            properties={"age": 3},
        )
        assert "of ann" not in repr(ann)
        mock.deny("publish", channel="news")
        mock.allow("publish", channel="news", user=ann)
        with pytest.raises(MessagingError, match=r"5007 .* \(denied by deny\('publish', channel='news'\)\)") as refused:
            mock.publish("hi", "news")
        assert (refused.value.code, refused.value.message) == (5007, "User has no permission to publish message")
        assert mock.publish("hi", "news", user_token=ann.token).status == "scheduled"
        assert mock.subscribe("news", user_token="the token of ann").channel == "news"

    def test_requests(self, mock, client):
        client.post("messaging/news?password=sesame12345678", json={"message": "hi", "password": "hidden"})
        [request] = mock.requests
        assert (request.at, request.operation, request.method, request.status, request.code) == (
            NOW,
            "publish",
            "POST",
            200,
            None,
        )
        assert request.json == {"message": "hi", "password": "hidden"}
        assert request.path == httpx.URL(mock.url).path + "/messaging/news"
        assert "hidden" not in repr(request)
        assert "sesame12345678" not in repr(request)
        assert len(mock.hints) == 1
        with pytest.warns(BackendlessMockWarning, match="the service ignores the field 'password'"):
            mock.verify()
        assert len(mock.hints) == 1

    def test_where_it_is(self, mock):
        assert mock.url == f"{mock.host_url}/{mock.app_id}/{mock.api_key}"
        assert mock.api_keys["REST"] == mock.api_key
        assert mock.env["BACKENDLESS_URL"] == mock.url


class TestTheClock:
    def test_is_moved(self, mock):
        assert mock.clock.now() == NOW
        mock.publish("a", publish_at=HOUR)
        mock.publish("b", publish_at=2 * HOUR)
        assert mock.clock.next().data == "a"
        assert mock.clock.move_to("2030-01-07 10:30").data == ["b"]
        assert mock.clock.next() is None
        mock.clock.sleep(1.5)
        assert mock.clock.now() == NOW + 2 * HOUR + dt.timedelta(seconds=1.5)

    def test_stops_at_each_delivery(self, mock):
        mock.publish("a", publish_at=HOUR, repeat_every=600, repeat_expires_at=2 * HOUR)
        seen = [(each.data, mock.clock.now() - NOW) for each in mock.clock.steps(minutes=75)]
        assert seen == [("a", HOUR), ("a", HOUR + HOUR / 6)]
        assert mock.clock.now() == NOW + 1.25 * HOUR

    def test_says_what_cannot_be_meant(self, mock):
        with pytest.raises(TypeError, match=r"^advance\(5\): of what\?"):
            mock.clock.advance(5)
        with pytest.raises(ValueError, match=r"^2030-01-07 08:00:00Z has passed: the mock's clock shows 2030-01-07 08"):
            mock.clock.move_to("2030-01-07 08:00")
        with pytest.raises(ValueError, match="the clock goes to the end of the year 9999"):
            mock.clock.advance(weeks=1_000_000)


class TestAssertions:
    def test_hold(self, mock, news):
        mock.publish({"a": 1}, "news", headers={"n": 5}, publish_at=HOUR, repeat_every=60, repeat_expires_at=2 * HOUR)
        news.assert_nothing_delivered()
        [message] = news.assert_published(
            {"a": 1},
            times=1,
            headers={"n": "5"},
            publish_at=NOW + HOUR,
            repeat_every=dt.timedelta(minutes=1),
            repeat_expires_at="2030-01-07 10:30",
        )
        assert isinstance(message, Message)
        mock.clock.advance(HOUR)
        assert news.assert_delivered({"a": 1}, at=NOW + HOUR, headers={"n": 5}) == news.deliveries
        subscription = mock.subscribe("news")
        subscription.retrieve()
        assert news.assert_retrieved({"a": 1}, times=1) == news.retrieved
        mock.channel("other").assert_nothing_published()
        mock.outbox.assert_nothing_sent()

    def test_by_a_callable_or_an_equality_of_its_own(self, mock, news):
        mock.publish({"a": 1, "b": 2}, "news")
        assert news.assert_published(lambda data: data["a"] == 1).data == [{"a": 1, "b": 2}]
        assert len(news.assert_delivered(IsPartialDict(a=1), times=1)) == 1
        assert "expected (1, 2) to be delivered" in failure_of(news.assert_delivered, (1, 2))

    def test_fail_with_the_same_text(self, mock, news):
        mock.publish("hi", "news", publish_at=HOUR)
        assert failure_of(news.assert_delivered, "hi").splitlines() == [
            "expected 'hi' to be delivered at least once on channel 'news'; it was never delivered",
            "delivered there: nothing",
            "'hi' is not due yet: at 2030-01-07 09:30:00Z",
            "due in 1 h; try: backendless_mock.clock.advance(hours=1)",
        ]
        assert failure_of(mock.outbox.assert_sent, "hi").splitlines()[0] == (
            "expected 'hi' to be sent at least once; it was never sent"
        )

    def test_refuse_what_cannot_be_meant(self, news):
        with pytest.raises(ValueError, match="times is a number from 0 on"):
            news.assert_delivered("hi", times=-1)

    def test_warn_of_a_typo(self, mock, news):
        mock.publish("hi", "news")
        with pytest.warns(UserWarning, match="nobody ever named the channel 'nwes'; did you mean 'news'"):
            mock.channel("nwes").assert_nothing_published()

    def test_the_verdict(self, mock, client, news):
        news.expect_schema({"type": "string"})
        client.post("messaging/news", json={"message": 5})
        assert "at $: 5 breaks 'type': 'string'" in failure_of(mock.verify)
        mock.verify()

    def test_a_reset_keeps_the_clock(self, mock):
        mock.publish("hi")
        mock.clock.advance(HOUR)
        mock.faults.fail("publish", error=5007)
        assert "before the reset():\ntimeline:\n" in failure_of(mock.reset)
        assert (mock.messages, mock.clock.now()) == ((), NOW + HOUR)
        mock.reset()

    def test_waiting(self, mock, news):
        mock.publish("hi", "news")
        mock.wait_until(lambda: news.deliveries.data == ["hi"])
        text = failure_of(mock.wait_until, lambda: news.deliveries.data == ["ho"], timeout=0.01)
        assert text.startswith('waited 0.01 s in vain for `lambda: news.deliveries.data == ["ho"]`')
        with pytest.raises(TypeError, match="takes a callable, not 5"):
            mock.wait_until(5)

    def test_the_story(self, mock):
        mock.publish("hi", "news")
        assert list(mock.timeline) == str(mock.timeline).splitlines()
        assert [line.split()[-4:] for line in mock.timeline][-1] == ["08:30:00", "--", "now", "--"]
        assert mock.report().startswith("timeline:\n  08:30:00  accepted     'hi' on 'news'\n")


class TestWhatGoesWrong:
    def test_faults_strike_and_end(self, mock, client):
        with mock.faults.fail("publish", error=5007, channel="news", times=1) as fault:
            assert client.post("messaging/news", json={"message": "hi"}).json()["code"] == 5007
            assert client.post("messaging/news", json={"message": "hi"}).status_code == 200
            assert fault.fired == 1
        assert fault.fired == 1
        fault.end()
        with pytest.raises(RuntimeError, match="has ended; ask for another"), fault:
            pass

    def test_a_fault_of_before_a_reset_is_over(self, mock, client):
        fault = mock.faults.fail("publish", error=5007, optional=True)
        mock.reset()
        assert client.post("messaging/news", json={"message": "hi"}).status_code == 200
        assert fault.fired == 0
        fault.end()

    @pytest.mark.parametrize(
        ("verb", "args", "told"),
        [
            ("fail", {"http": 503, "body": b"\x01", "headers": {"X-A": "1"}}, "fail('publish', http=503"),
            ("fail", {"http": 503, "body": {"a": 1}}, "fail('publish', http=503"),
            ("reset", {"midway": True}, "reset('publish', midway=True"),
            ("empty", {}, "empty('publish'"),
            ("garbage", {"kind": "not HTTP"}, "garbage('publish', 'not HTTP'"),
            ("slow", {"seconds": dt.timedelta(seconds=2)}, "slow('publish', "),
            ("hang", {"clock": 30}, "hang('publish', clock=30"),
            ("delay", {"seconds": 2}, "delay('publish', 2"),
            ("lose", {}, "lose('publish'"),
        ],
        ids=lambda value: value if isinstance(value, str) and "(" not in value else "",
    )
    def test_every_kind_of_fault(self, mock, verb, args, told):
        fault = getattr(mock.faults, verb)("publish", optional=True, **args)
        assert told in repr(fault)
        assert repr(mock.faults).count(verb) == 1

    def test_a_delivery_fails(self, mock):
        mock.faults.fail_delivery(message="no")
        sent = mock.publish("hi")
        assert (mock.status(sent.message_id).status, mock.status(sent.message_id).error_message) == ("failed", "no")

    def test_a_fault_that_cannot_be_meant(self, mock):
        with pytest.raises(ValueError, match="did you mean 'publish'"):
            mock.faults.fail("publsh", error=5007)
        with pytest.raises(TypeError, match="keyword 'tims'"):
            mock.faults.empty("publish", tims=1)
        assert repr(mock.faults).endswith("Faults none>")

    def test_a_fault_that_never_fired_fails_the_test(self, mock):
        mock.faults.fail("publish", error=5007)
        assert failure_of(mock.verify) == (
            "backendless_mock.faults.fail('publish', error=5007) never fired: no such request came. "
            "If that is right, say optional=True"
        )

    def test_a_stub_answers(self, mock, client):
        mock.stub("GET", "/data/Orders", json=[1], headers={"X-A": "b"})
        mock.stub("GET", "/data/Nothing")
        answer = client.get("data/Orders")
        assert (answer.json(), answer.headers["X-A"]) == ([1], "b")
        assert client.get("data/Nothing").json() is None
        with pytest.raises(ValueError, match=r"^(a method is|method: must be) one of .*GET"):
            mock.stub("FETCH", "/x")

    def test_nobody_gets_through(self, mock, client):
        with mock.offline(), pytest.raises(httpx.TransportError):
            client.get("info")
        assert client.get("info").status_code == 200
        mock.outage(HOUR, 2 * HOUR)
        mock.clock.advance(HOUR)
        with pytest.raises(httpx.TransportError):
            client.get("info")
        mock.clock.advance(HOUR)
        assert client.get("info").status_code == 200


class TestWhatIsKept:
    def test_a_state_goes_on_in_another_mock(self, mock):
        mock.add_user(login="ann", password="secret")
        mock.publish("later", "news", publish_at=HOUR)
        state = mock.state()
        assert state["clock"]["now"] == "2030-01-07T08:30:00Z"
        with standing_mock(state=state) as other:
            other.clock.advance(HOUR)
            assert other.deliveries == mock.clock.advance(HOUR)
            assert other.deliveries.data == ["later"]

    def test_secrets_and_requests_are_in_a_state_on_request(self, mock, client):
        mock.add_user(login="ann", password="secret")
        client.get("info")
        bare, whole = mock.state(), mock.state(secrets=True, journal=True)
        assert ("password" in bare["users"][0], whole["users"][0]["password"]) == (False, "secret")
        assert ("journal" in bare, [each["operation"] for each in whole["journal"]]) == (False, ["info"])

    def test_requests_as_har_all_of_them_where_it_is_asked_for_first(self, mock, client):
        assert require_har(mock.har()) == []
        client.get("info")
        mock.reset()
        client.get("info")
        har = mock.har()
        assert [each["_backendlessMock"]["operation"] for each in require_har(har)] == ["info", "info"]
        assert "comment" not in har["log"]

    def test_asked_for_later_har_comes_of_the_journal(self, mock, client):
        client.get("info")
        assert len(require_har(mock.har())) == 1
        assert mock.har()["log"]["comment"].startswith("made from the journal")


class TestErrorsOfTheService:
    def test_are_raised_with_code_message_and_detail(self, mock):
        with pytest.raises(MessagingError) as refused:
            mock.cancel("message:x")
        assert refused.value.code == 5040
        with pytest.raises(MessagingError) as refused:
            mock.subscribe("news", selector="=")
        assert (refused.value.code, bool(refused.value.detail)) == (5009, True)
        with pytest.raises(TypeError, match="this is no JSON value"):
            mock.publish(object())
