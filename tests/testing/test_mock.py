"""BackendlessMock: what a test holds, with and without pytest."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest
from fake_time import FakeTime
from freezegun import freeze_time
from mock_support import met, standing_mock
from plugin_support import call, client_of, objection

from pytest_backendless_mock import (
    BackendlessMock,
    BackendlessMockWarning,
    BackendlessServer,
    MessagingError,
)
from pytest_backendless_mock.types import Message, MessageStatus, Scheduled, View

NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
HOUR = dt.timedelta(hours=1)
APP_ID = "3FAD6F76-617D-4EDD-BF4D-AE26C5C04F00"
API_KEY = "7B1E9D20-52C8-4A6F-9E37-D04C81F2A600"


@pytest.fixture
def time():
    return FakeTime()


@pytest.fixture
def mock(time):
    with standing_mock(time) as mock:
        yield mock


class TestTheContextManager:
    def test_serves_between_its_beginning_and_its_end(self):
        with BackendlessMock() as mock:
            url = mock.url
            assert call(f"{url}/messaging/news", "POST", {"message": "hi"})[0] == 200
        assert mock.messages.data == ["hi"]
        with pytest.raises(OSError, match="refused"):
            call(f"{url}/messaging/news")

    def test_leaves_no_thread(self):
        before = set(threading.enumerate())
        with BackendlessMock() as mock:
            call(f"{mock.url}/messaging/message:1")
            assert set(threading.enumerate()) - before
        assert set(threading.enumerate()) - before == set()

    def test_fails_at_the_end_of_a_clean_block_for_what_fails_a_test(self):
        with (
            pytest.raises(AssertionError, match=r"the service has no GET …/nowhere; .*\nIf this is intended, use "),
            BackendlessMock() as mock,
        ):
            assert call(f"{mock.url}/nowhere")[0] == 404

    def test_allows_unknown_requests_when_told_to(self):
        with BackendlessMock(allow_unknown_requests=True) as mock:
            assert call(f"{mock.url}/nowhere")[0] == 404
        assert mock.requests[0].status == 404

    def test_lets_the_error_of_the_block_through(self):
        with pytest.raises(KeyError, match="the block"), BackendlessMock() as mock:  # noqa: PT012
            call(f"{mock.url}/nowhere")
            raise KeyError("the block")

    def test_warns_at_its_end_of_what_the_service_would_swallow(self):
        with (
            pytest.warns(BackendlessMockWarning, match="ignores the field 'publishat'; did you mean 'publishAt'"),
            BackendlessMock() as mock,
        ):
            call(f"{mock.url}/messaging/news", "POST", {"message": "hi", "publishat": 1})

    def test_freezes_from_its_beginning_to_its_end(self):
        with BackendlessMock(freeze="2030-01-07 08:30") as mock:
            assert mock.clock.now() == dt.datetime.now(dt.timezone.utc) == NOW
            mock.clock.advance(hours=1)
            assert dt.datetime.now(dt.timezone.utc) == NOW + HOUR
        assert dt.datetime.now(dt.timezone.utc).year != 2030

    def test_stops_its_server_when_it_cannot_freeze(self):
        running = {thread for thread in threading.enumerate() if thread.name.startswith("backendless-mock")}
        mock = BackendlessMock(freeze="2030-01-07 08:30")
        with (
            freeze_time("2012-01-14", real_asyncio=True),
            pytest.raises(RuntimeError, match="time is already frozen by freezegun"),
            mock,
        ):
            pytest.fail("entered")
        left = {thread for thread in threading.enumerate() if thread.name.startswith("backendless-mock")} - running
        assert left == set()

    def test_refuses_a_rule_there_is_not(self):
        with pytest.raises(TypeError, match="lifetime"):
            BackendlessMock(lifetime=3)

    def test_shares_a_server_that_it_is_given_and_leaves_it_running(self):
        server = BackendlessServer(app_id="A", api_key="K")
        server.start()
        try:
            with BackendlessMock(server=server) as first:
                url = first.url
                assert url == f"{server.host_url}/A/K"
                first.publish("hi")
            assert call(f"{url}/messaging/message:1")[0] == 503
            with BackendlessMock(server=server) as second:
                assert second.url == url
                assert second.messages == ()
        finally:
            server.stop()

    def test_can_be_looked_at_afterwards(self, time):
        with standing_mock(time) as mock:
            mock.publish("hi", channel="news")
            mock.subscribe("news").retrieve()
        assert (mock.messages.data, mock.deliveries.data, mock.retrieved.data) == (["hi"], ["hi"], ["hi"])
        assert repr(mock.channel("news")) == "<Channel 'news'>"


NEEDS_AN_OPEN_MOCK = {
    "url": lambda mock: mock.url,
    "host_url": lambda mock: mock.host_url,
    "env": lambda mock: mock.env,
    "wsgi_app": lambda mock: mock.wsgi_app,
    "clock": lambda mock: mock.clock,
    "publish": lambda mock: mock.publish("hi"),
    "subscribe": lambda mock: mock.subscribe("news"),
    "status": lambda mock: mock.status("message:1"),
    "cancel": lambda mock: mock.cancel("message:1"),
    "register_device": lambda mock: mock.register_device("phone"),
    "push_template": lambda mock: mock.push_template("sale"),
    "add_user": lambda mock: mock.add_user(),
    "wait_until": lambda mock: mock.wait_until(lambda: True),
    "intercept": lambda mock: mock.intercept(),
    "offline": lambda mock: mock.offline().__enter__(),
    "outage": lambda mock: mock.outage(HOUR, 2 * HOUR),
}


class TestWithoutItsWithBlock:
    @pytest.mark.parametrize("use", NEEDS_AN_OPEN_MOCK.values(), ids=NEEDS_AN_OPEN_MOCK)
    def test_a_mock_says_that_it_needs_one(self, use):
        with pytest.raises(
            RuntimeError, match=r" needs an open mock: `with BackendlessMock\(\) as backendless_mock:`$"
        ):
            use(BackendlessMock())

    @pytest.mark.parametrize("use", NEEDS_AN_OPEN_MOCK.values(), ids=NEEDS_AN_OPEN_MOCK)
    def test_a_mock_that_is_closed_says_so(self, use):
        with BackendlessMock() as mock:
            assert mock.url
        with pytest.raises(
            RuntimeError, match=r" needs an open mock, and this one is closed; what happened can be looked at$"
        ):
            use(mock)

    def test_another_application_on_it_says_the_same(self):
        with pytest.raises(RuntimeError, match=r"^the address needs an open mock"):
            _ = BackendlessMock().new_app().url

    def test_a_mock_can_be_prepared(self, time):
        mock = standing_mock(time)
        mock.stub("GET", "/data/Orders", json=[])
        mock.faults.fail("publish", error=5000, times=1)
        mock.deny("subscribe", channel="news")
        with mock:
            assert call(f"{mock.url}/data/Orders") == (200, [])
            assert call(f"{mock.url}/messaging/news", "POST", {"message": "hi"})[0] == 400
            assert call(f"{mock.url}/messaging/news/subscribe", "POST", {})[0] == 400

    @pytest.mark.parametrize(("closed", "stage"), [(False, "open"), (True, "closed")], ids=["open", "closed"])
    def test_a_mock_is_opened_once(self, closed, stage):
        with ExitStack() as block:
            mock = block.enter_context(BackendlessMock())
            if closed:
                block.close()
            with pytest.raises(RuntimeError, match=rf"^this BackendlessMock is {stage}: make another one$"), mock:
                pytest.fail("entered")

    def test_closing_twice_is_closing_once(self):
        with BackendlessMock() as mock:
            assert mock.url
            mock._session.close()
        assert mock.messages == ()


@pytest.fixture
def sockets(monkeypatch):
    """The addresses that were bound since."""
    bound = []

    class Counted(socket.socket):
        def bind(self, address):
            super().bind(address)
            bound.append(address)

    monkeypatch.setattr(socket, "socket", Counted)
    return bound


def ask_without_a_socket(mock):
    with httpx.Client(transport=httpx.WSGITransport(app=mock.wsgi_app), base_url="http://mock/api") as client:
        assert client.get("/messaging/message:1").status_code == 200


class TestTheServer:
    @pytest.mark.parametrize(
        "use",
        [
            repr,
            lambda mock: mock.report(),
            lambda mock: mock.publish("hi"),
            ask_without_a_socket,
            lambda mock: mock.offline().__enter__(),
            lambda mock: repr(mock._session.server),
        ],
        ids=["repr", "report", "publish", "wsgi_app", "offline", "repr-of-the-server"],
    )
    def test_is_not_started_by(self, sockets, use):
        with BackendlessMock() as mock:
            use(mock)
        assert sockets == []

    @pytest.mark.parametrize(
        "ask",
        [
            lambda mock: mock.url,
            lambda mock: mock.host_url,
            lambda mock: mock.env,
            lambda mock: mock.intercept(),
            lambda mock: mock.new_app().url,
            lambda mock: mock._session.server.url,
            lambda mock: mock._session.server.port,
        ],
        ids=["url", "host_url", "env", "intercept", "new_app", "url-of-the-server", "port-of-the-server"],
    )
    def test_is_started_once_by_asking_for(self, sockets, ask):
        with BackendlessMock() as mock:
            ask(mock)
            port = mock._session.server.port
            assert sockets == [("127.0.0.1", 0), ("127.0.0.1", port)]
            assert call(f"{mock.url}/messaging/message:1")[0] == 200
        assert len(sockets) == 2

    def test_is_started_once_by_many_threads(self, sockets):
        with BackendlessMock() as mock, ThreadPoolExecutor(16) as pool:
            gate = threading.Barrier(16)
            urls = list(pool.map(lambda _: (gate.wait(), mock.url)[1], range(16)))
        assert len(set(urls)) == 1
        assert len(sockets) == 2

    def test_refuses_from_its_beginning_while_the_service_is_offline(self):
        with BackendlessMock() as mock:
            with mock.offline(), pytest.raises(OSError, match="refused"):
                call(f"{mock.url}/messaging/message:1")
            assert call(f"{mock.url}/messaging/message:1")[0] == 200

    def test_that_cannot_start_is_asked_again(self, monkeypatch):
        with BackendlessMock() as mock:
            with monkeypatch.context() as patch:
                patch.setattr(socket, "socket", lambda *_: 1 / 0)
                with pytest.raises(ZeroDivisionError):
                    _ = mock.url
            assert call(f"{mock.url}/messaging/message:1")[0] == 200


class TestTheAddresses:
    def test_are_made_of_the_server_and_the_credentials(self, mock):
        port = mock.host_url.rpartition(":")[2]
        assert mock.host_url == f"http://127.0.0.1:{port}"
        assert (mock.app_id, mock.api_key) == (APP_ID, API_KEY)
        assert mock.url == f"http://127.0.0.1:{port}/{APP_ID}/{API_KEY}"

    def test_are_a_subprocess_s_environment(self, mock):
        assert mock.env == {
            "BACKENDLESS_URL": mock.url,
            "BACKENDLESS_HOST_URL": mock.host_url,
            "BACKENDLESS_APP_ID": APP_ID,
            "BACKENDLESS_API_KEY": API_KEY,
        }
        program = (
            "import os, urllib.request\n"
            "with urllib.request.urlopen(os.environ['BACKENDLESS_URL'] + '/info') as answer: print(answer.status)"
        )
        ran = subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, **mock.env}, capture_output=True, text=True, check=True
        )
        assert ran.stdout == "200\n"

    def test_include_one_without_a_socket(self, mock):
        with client_of(mock) as client:
            answer = client.post("/messaging/news", json={"message": "grüße"})
        assert answer.json()["status"] == "scheduled"
        assert mock.channel("news").deliveries.data == ["grüße"]


class TestPublishing:
    def test_returns_what_the_service_answers(self, mock):
        status = mock.publish("hi")
        assert status == MessageStatus("scheduled", status.message_id, None)
        assert status.message_id.startswith("message:")

    def test_goes_to_the_default_channel_and_at_once_unless_told_otherwise(self, mock):
        message_id = mock.publish("hi").message_id
        assert mock.messages == (
            Message(
                message_id=message_id,
                at=NOW,
                channel="default",
                data="hi",
                headers={},
                publisher_id=None,
                subtopic=None,
                publish_at=None,
                repeat_every=None,
                repeat_expires_at=None,
                status="published",
            ),
        )

    def test_takes_everything_the_service_takes(self, mock):
        message_id = mock.publish(
            {"text": "stand-up"},
            channel="news",
            headers={"floor": 3, "loud": True, "room": None},
            subtopic="office.tokyo",
            publisher_id="cron",
            publish_at=HOUR,
            repeat_every=dt.timedelta(minutes=30),
            repeat_expires_at=NOW + 3 * HOUR,
        ).message_id
        assert mock.messages == (
            Message(
                message_id=message_id,
                at=NOW,
                channel="news",
                data={"text": "stand-up"},
                headers={"floor": "3", "loud": "true", "room": None},
                publisher_id="cron",
                subtopic="office.tokyo",
                publish_at=NOW + HOUR,
                repeat_every=1800.0,
                repeat_expires_at=NOW + 3 * HOUR,
                status="scheduled",
            ),
        )
        assert mock.scheduled == (
            Scheduled(
                message_id=message_id,
                channel="news",
                data={"text": "stand-up"},
                next_at=NOW + HOUR,
                repeat_every=1800.0,
                repeat_expires_at=NOW + 3 * HOUR,
            ),
        )

    @pytest.mark.parametrize(
        "when",
        [HOUR, NOW + HOUR, "2030-01-07 09:30", "2030-01-07T10:30:00+01:00"],
        ids=["timedelta", "datetime", "text", "text-with-offset"],
    )
    def test_takes_dates_as_people_write_them(self, mock, when):
        mock.publish("hi", publish_at=when, repeat_every=60, repeat_expires_at="2030-01-07 09:31")
        assert [delivery.at for delivery in mock.clock.advance(hours=3)] == [NOW + HOUR]

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"message": None}, 8006),
            ({"message": "hi", "channel": "a/b"}, 5044),
            ({"message": "hi", "publish_at": -HOUR}, 5030),
            ({"message": "hi", "repeat_every": -1}, 8008),
            ({"message": "hi", "repeat_every": 60, "repeat_expires_at": NOW}, 5003),
            ({"message": "hi", "headers": {"a": []}}, 8008),
            ({"message": "hi", "headers": {"a": object()}}, 8008),
            ({"message": "hi", "subtopic": 5}, 8008),
        ],
        ids=["null", "channel", "past", "period", "expired", "header", "no-json-header", "subtopic"],
    )
    def test_raises_what_the_service_refuses_and_stores_nothing(self, mock, arguments, code):
        with pytest.raises(MessagingError) as refused:
            mock.publish(**arguments)
        assert refused.value.code == code
        assert mock.messages == ()

    @pytest.mark.parametrize(
        "message",
        [object(), {"at": NOW}, float("nan"), b"hi", {"a": {1, 2}}],
        ids=["object", "date", "nan", "bytes", "set"],
    )
    def test_raises_type_error_for_what_is_not_json(self, mock, message):
        with pytest.raises(TypeError, match="this is no JSON value: "):
            mock.publish(message)
        assert mock.messages == ()

    @pytest.mark.parametrize(
        ("arguments", "error", "text"),
        [
            ({"publish_at": dt.datetime(2030, 1, 7)}, ValueError, "has no time zone"),
            ({"publish_at": "tomorrow"}, ValueError, "'tomorrow' is no ISO 8601 instant"),
            ({"publish_at": 5}, TypeError, "an instant is an aware datetime or ISO 8601 text, not 5"),
            ({"repeat_every": "60"}, TypeError, "repeat_every is a number of seconds or a timedelta, not '60'"),
            ({"repeat_every": float("inf")}, TypeError, "repeat_every is a number of seconds or a timedelta, not inf"),
        ],
        ids=["naive", "no-date", "number", "text", "endless"],
    )
    def test_raises_for_dates_that_cannot_be_meant(self, mock, arguments, error, text):
        with pytest.raises(error, match=text):
            mock.publish("hi", **arguments)

    def test_keeps_a_copy_of_what_it_was_given(self, mock):
        message, headers = {"names": ["ann"]}, {"a": "1"}
        mock.publish(message, headers=headers)
        message["names"].append("bob")
        headers["a"] = "2"
        assert mock.messages.data == [{"names": ["ann"]}]
        assert mock.messages[0].headers == {"a": "1"}


class TestStatusAndCancel:
    def test_answer_as_the_service_does(self, mock):
        message_id = mock.publish("hi", publish_at=HOUR).message_id
        assert mock.status(message_id) == MessageStatus("scheduled", message_id, None)
        assert mock.cancel(message_id) == MessageStatus("cancelled", message_id, None)
        assert mock.status(message_id) == MessageStatus("cancelled", message_id, None)
        assert mock.status("message:none") == MessageStatus("unknown", "message:none", None)
        assert mock.messages[0].status == "cancelled"

    def test_cancel_raises_when_there_is_nothing_to_cancel(self, mock):
        with pytest.raises(MessagingError, match=r"^5040 Can't cancel message"):
            mock.cancel("message:none")


class TestSubscribing:
    def test_is_the_subscription_that_clients_poll(self, mock):
        subscription = mock.subscribe("news")
        mock.publish("hi", channel="news")
        _, answer = call(f"{mock.url}/messaging/news/{subscription.id}")
        assert [message["data"] for message in answer["messages"]] == ["hi"]
        assert subscription.retrieved.data == ["hi"]

    def test_takes_a_subtopic(self, mock):
        subscription = mock.subscribe("news", subtopic="office.*")
        mock.publish("out", channel="news")
        mock.publish("in", channel="news", subtopic="office.tokyo")
        assert subscription.retrieve().data == ["in"]

    def test_raises_what_the_service_refuses(self, mock):
        with pytest.raises(MessagingError, match=r"^5044 "):
            mock.subscribe("a/b")


class TestTheThreeStages:
    def test_are_never_mixed_up(self, mock):
        subscription = mock.subscribe("news")
        mock.publish("now", channel="news")
        mock.publish("later", channel="news", publish_at=HOUR)
        mock.publish("elsewhere", channel="other")
        assert mock.messages.data == ["now", "later", "elsewhere"]
        assert mock.deliveries.data == ["now", "elsewhere"]
        assert mock.retrieved.data == []
        assert mock.scheduled.data == ["later"]
        subscription.retrieve()
        mock.clock.advance(hours=1)
        assert mock.messages.data == ["now", "later", "elsewhere"]
        assert mock.deliveries.data == ["now", "elsewhere", "later"]
        assert mock.retrieved.data == ["now"]
        assert mock.scheduled.data == []

    def test_count_a_message_once_for_each_subscription_that_got_it(self, mock):
        first, second = mock.subscribe(), mock.subscribe()
        mock.publish("hi")
        first.retrieve()
        second.retrieve()
        assert mock.deliveries.data == ["hi"]
        assert mock.retrieved.data == ["hi", "hi"]

    def test_catch_up_with_a_clock_that_somebody_else_moved(self, mock, time):
        mock.subscribe("news")
        mock.publish("hi", channel="news", publish_at=HOUR)
        time.instant += 3_600_000_000
        assert mock.deliveries.data == ["hi"]
        assert mock.deliveries[0].at == NOW + HOUR

    def test_list_what_is_scheduled_by_its_next_instant(self, mock):
        mock.publish("late", publish_at=3 * HOUR)
        mock.publish("early", publish_at=HOUR)
        mock.publish("too", publish_at=HOUR)
        assert mock.scheduled.data == ["early", "too", "late"]

    def test_are_snapshots_that_nobody_can_change_the_mock_through(self, mock):
        mock.publish({"names": ["ann"]}, headers={"a": "1"}, channel="news")
        mock.publish({"names": ["ann"]}, headers={"a": "1"}, channel="news", publish_at=HOUR)
        subscription = mock.subscribe("news")
        subscription.retrieve()
        before = mock.messages
        for records in (mock.messages, mock.deliveries, mock.retrieved, mock.scheduled, subscription.retrieved):
            records[0].data["names"].append("bob")
            if hasattr(records[0], "headers"):
                records[0].headers["a"] = "2"
        for records in (mock.messages, mock.deliveries, mock.retrieved, mock.scheduled, subscription.retrieved):
            assert records[0].data == {"names": ["ann"]}
            assert getattr(records[0], "headers", {"a": "1"}) == {"a": "1"}
        mock.publish("new")
        assert len(before) == 2

    def test_are_views_with_ordinary_equality(self, mock):
        mock.publish("hi")
        assert isinstance(mock.messages, View)
        assert mock.messages == mock.messages
        assert mock.messages[:1] == tuple(mock.messages)
        with pytest.raises(AttributeError):
            mock.messages[0].status = "failed"


class TestTheRequests:
    def test_are_kept_with_what_they_were_answered(self, mock):
        call(f"{mock.url}/messaging/news", "POST", {"message": "hi"})
        call(f"{mock.url}/messaging/message:none", "DELETE")
        published, cancelled = mock.requests
        assert (published.operation, published.method, published.json) == ("publish", "POST", {"message": "hi"})
        assert (published.path, published.at) == (f"/{APP_ID}/{API_KEY}/messaging/news", NOW)
        assert published.headers["content-type"] == "application/json"
        assert (published.status, published.code) == (200, None)
        assert (cancelled.operation, cancelled.status, cancelled.code) == ("cancel", 400, 5040)

    def test_are_copies(self, mock):
        call(f"{mock.url}/messaging/news", "POST", {"message": ["hi"]})
        mock.requests[0].json["message"].append("changed")
        assert mock.requests[0].json == {"message": ["hi"]}
        with pytest.raises(TypeError):
            mock.requests[0].headers["host"] = "changed"

    def test_are_none_for_what_the_test_does_by_itself(self, mock):
        mock.publish("hi")
        assert mock.requests == ()


class TestListeners:
    def test_are_told_each_event_of_their_kind_until_taken_off(self, mock):
        heard = []
        removals = [
            mock.on(kind, lambda record, kind=kind: heard.append((kind, record.data)))
            for kind in ("accepted", "delivered", "retrieved", "cancelled")
        ]
        subscription = mock.subscribe()
        mock.publish("hi")
        subscription.retrieve()
        mock.cancel(mock.publish("later", publish_at=HOUR).message_id)
        for remove in removals:
            remove()
        mock.publish("unheard")
        assert heard == [
            ("accepted", "hi"),
            ("delivered", "hi"),
            ("retrieved", "hi"),
            ("accepted", "later"),
            ("cancelled", "later"),
        ]

    def test_may_publish_and_look(self, mock):
        def reply(delivery):
            if delivery.channel == "questions":
                mock.publish(f"re: {delivery.data}", channel="answers")
                assert mock.channel("questions").deliveries.data == [delivery.data]

        mock.on("delivered", reply)
        call(f"{mock.url}/messaging/questions", "POST", {"message": "why"})
        assert mock.channel("answers").deliveries.data == ["re: why"]

    def test_of_a_kind_there_is_not_are_refused(self, mock):
        with pytest.raises(
            ValueError, match="there is no event 'sent'; there are accepted, delivered, retrieved, canc"
        ):
            mock.on("sent", print)


class TestWaitUntil:
    def test_returns_at_once_for_what_holds(self, mock):
        mock.publish("hi")
        assert mock.wait_until(lambda: mock.deliveries.data == ["hi"], timeout=0) is None

    def test_is_asked_again_when_something_happens_in_another_thread(self, mock):
        asked = threading.Event()

        def publish():
            asked.wait(10)
            call(f"{mock.url}/messaging/news", "POST", {"message": "hi"})

        def arrived():
            asked.set()
            return mock.channel("news").deliveries.data == ["hi"]

        publisher = threading.Thread(target=publish)
        publisher.start()
        try:
            mock.wait_until(arrived, timeout=10)
        finally:
            asked.set()
            publisher.join()
        assert mock.messages.data == ["hi"]

    def test_may_wait_in_a_thread_itself(self, mock):
        waited = []

        def wait():
            mock.wait_until(lambda: mock.deliveries.data == ["hi"], timeout=10)
            waited.append("hi")

        waiter = threading.Thread(target=wait)
        waiter.start()
        mock.publish("hi")
        waiter.join(20)
        assert waited == ["hi"]

    def test_says_what_it_looked_at_last_and_why_no_more_was_there(self, mock):
        mock.subscribe("news").retrieve()
        mock.publish("hi", channel="news")
        mock.publish("later", channel="news", publish_at=HOUR)
        seen = iter([mock.channel("other"), mock.channel("news")])
        with pytest.raises(AssertionError) as failure:
            mock.wait_until(lambda: len(next(seen).retrieved) + len(next(seen).retrieved) == 1, timeout=0)
        assert str(failure.value).splitlines() == [
            "waited 0 s in vain for `lambda: len(next(seen).retrieved) + len(next(seen).retrieved) == 1`",
            "retrieved on channel 'other': nothing",
            "retrieved on channel 'news': nothing",
            "'hi' was delivered at 2030-01-07 08:30:00Z; retrievable by 1 of 1 subscriptions, but nobody polled since",
            "'later' is not due yet: at 2030-01-07 09:30:00Z",
        ]

    @pytest.mark.parametrize(
        ("stage", "look", "told"),
        [
            ("published", "messages", []),
            (
                "delivered",
                "deliveries",
                [
                    "'later' is not due yet: at 2030-01-07 09:30:00Z",
                    "due in 1 h; try: backendless_mock.clock.advance(hours=1)",
                ],
            ),
            ("retrieved", "retrieved", ["'later' is not due yet: at 2030-01-07 09:30:00Z"]),
        ],
    )
    def test_on_any_channel_explains_those_that_have_messages(self, mock, stage, look, told):
        mock.publish("later", channel="news", publish_at=HOUR)
        with pytest.raises(AssertionError) as failure:
            mock.wait_until(lambda: len(getattr(mock, look)) == 2, timeout=0)
        listed = [":", "  'later' at 2030-01-07 08:30:00Z"] if stage == "published" else [": nothing"]
        assert str(failure.value).splitlines() == [
            "waited 0 s in vain for `lambda: len(getattr(mock, look)) == 2`",
            f"{stage}{listed[0]}",
            *listed[1:],
            *told,
        ]

    def test_names_the_predicate_when_it_looked_at_nothing(self, mock):
        with pytest.raises(AssertionError) as failure:
            mock.wait_until(lambda: False, timeout=0.001)
        assert str(failure.value) == "waited 0.001 s in vain for `lambda: False`"

    def test_forgets_what_a_predicate_looked_at_in_an_earlier_wait(self, mock):
        mock.wait_until(lambda: mock.channel("news").messages == (), timeout=0)
        assert mock.messages == ()
        with pytest.raises(AssertionError) as failure:
            mock.wait_until(lambda: False, timeout=0)
        assert str(failure.value) == "waited 0 s in vain for `lambda: False`"

    def test_ends_in_frozen_time_too(self, mock):
        with freeze_time("2030-01-07", real_asyncio=True), pytest.raises(AssertionError, match="in vain"):
            mock.wait_until(lambda: False, timeout=0.001)

    def test_lets_the_errors_of_the_predicate_through(self, mock):
        with pytest.raises(IndexError):
            mock.wait_until(lambda: mock.deliveries[0])

    def test_waits_where_a_loop_runs_below_the_test_as_that_of_playwright_does(self, mock):
        loop = asyncio.new_event_loop()
        waited = []
        loop.call_soon(lambda: waited.append(mock.wait_until(lambda: True)))
        loop.call_soon(loop.stop)
        loop.run_forever()
        loop.close()
        assert waited == [None]

    def test_says_how_in_a_coroutine(self, mock):
        async def wait():
            with pytest.raises(RuntimeError) as refused:
                mock.wait_until(lambda: True)
            await asyncio.to_thread(mock.wait_until, lambda: True)
            return str(refused.value)

        assert asyncio.run(wait()) == (
            "wait_until() would block the event loop it is called in: "
            "await asyncio.to_thread(backendless_mock.wait_until, predicate)"
        )


class TestVerify:
    def test_passes_when_there_is_nothing(self, mock):
        assert mock.verify() is None

    def test_tells_each_problem_once(self, mock):
        call(f"{mock.url}/one")
        call(f"{mock.url}/two")
        with pytest.raises(AssertionError) as failure:
            mock.verify()
        allow = "If this is intended, use @pytest.mark.backendless_mock(allow_unknown_requests=True)"
        assert str(failure.value).splitlines() == [
            "the service has no GET …/one; it has nothing like that.",
            allow,
            "the service has no GET …/two; it has nothing like that.",
            allow,
        ]
        mock.verify()

    def test_warns_once_of_each_hint(self, mock):
        for _ in range(2):
            call(f"{mock.url}/messaging/news", "POST", {"message": "hi", "publishat": 1})
        with pytest.warns(BackendlessMockWarning) as warned:
            mock.verify()
        assert len(warned) == 1
        assert warned[0].filename == __file__
        mock.verify()

    @pytest.mark.filterwarnings("error")
    def test_tells_problems_and_hints_together_where_warnings_are_errors(self, mock):
        call(f"{mock.url}/one")
        call(f"{mock.url}/messaging/news", "POST", {"message": "hi", "publishat": 1})
        with pytest.raises(AssertionError, match=r"(?s)has no GET .*one.*\n.*ignores the field 'publishat'"):
            mock.verify()

    def test_never_reads_the_clock(self, mock, time):
        """T15."""
        call(f"{mock.url}/one")
        mock.publish("hi", publish_at=HOUR)
        reads = time.reads
        with pytest.raises(AssertionError):
            mock.verify()
        mock.verify()
        assert "1 scheduled" in repr(mock)
        assert time.reads == reads


class TestReset:
    """For a mock that is open for more than one test."""

    def test_drops_what_happened_and_what_was_set_up(self, mock):
        branch = mock.new_app()
        for app in (mock, branch):
            app.publish("soon", channel="news", publish_at=HOUR)
            app.publish("hi", channel="news")
            app.subscribe("news")
            app.register_device("phone", os="ANDROID", channels=["news"])
            app.add_user(login="ann", password="secret")
            app.deny("publish")
            app.add_template("welcome", message="hi")
            app.add_email_template("bill")
            app.channel("news").expect_schema({"type": "string"})
            app.faults.fail("publish", http=503, optional=True)
            app.stub("GET", "/data/Orders", json=[])
            call(f"{app.url}/info")
        mock.outage(HOUR, 2 * HOUR, optional=True)
        mock.reset()
        for app in (mock, branch):
            assert (app.messages, app.scheduled, app.deliveries, app.devices, app.outbox) == ((), (), (), (), ())
            assert app.channel("news").subscriptions == ()
            assert app.requests == ()
            assert list(app.timeline)[:-1] == []
            assert repr(app.faults) == "<Faults none>"
            assert call(f"{app.url}/messaging/news", "POST", {"message": {"not": "text"}})[0] == 200
            assert call(f"{app.url}/users/login", "POST", {"login": "ann", "password": "secret"})[1]["code"] == 3003
            assert call(f"{app.url}/messaging/push/welcome", "POST", {})[1]["code"] == 24002
            assert call(f"{app.url}/emailtemplate/send", "POST", {"template-name": "bill"})[0] == 400
        mock.clock.advance(hours=1.5)
        assert call(f"{mock.url}/info")[0] == 200
        assert call(f"{mock.url}/data/Orders")[0] == 404
        assert "the service has no GET …/data/Orders" in objection(mock)

    def test_keeps_ids_keys_url_rules_and_clock(self, time):
        with standing_mock(time, immediate_status="published") as mock:
            mock.clock.advance(hours=3)
            before = (mock.url, mock.app_id, mock.api_key, mock.api_keys, mock.clock.now())
            first = mock.publish("hi")
            mock.reset()
            assert (mock.url, mock.app_id, mock.api_key, mock.api_keys, mock.clock.now()) == before
            second = mock.publish("hi")
            assert (first.status, second.status) == ("published", "published")
            assert first.message_id != second.message_id

    def test_takes_listeners_off(self, mock):
        heard = []
        mock.on("delivered", heard.append)
        mock.reset()
        mock.publish("hi")
        assert heard == []

    def test_by_a_listener_keeps_it_from_the_others_and_drops_what_is_told(self, mock):
        heard = []
        mock.on("accepted", lambda _: mock.reset())
        mock.on("accepted", heard.append)
        mock.publish("hi")
        assert (heard, mock.messages) == ([], ())

    def test_lets_go_who_is_left_hanging(self, mock):
        mock.faults.hang("publish")
        with ThreadPoolExecutor() as pool:
            hanging = pool.submit(call, f"{mock.url}/messaging/news", "POST", {"message": "hi"})
            mock.wait_until(lambda: "hang" in str(mock.timeline), 20)
            mock.reset()
            with pytest.raises(OSError, match=r"[Rr]eset|[Cc]losed"):
                hanging.result(20)

    def test_gives_the_verdict_first_with_the_story_of_what_is_dropped_all_the_same(self, mock):
        mock.publish("hi")
        call(f"{mock.url}/nowhere")
        with pytest.raises(AssertionError) as caught:
            mock.reset()
        said = str(caught.value)
        assert said.startswith("the service has no GET …/nowhere; ")
        assert said.index("before the reset():\ntimeline:\n") < said.index("accepted     'hi' on 'default'")
        assert mock.messages == ()
        mock.reset()
        mock.verify()

    def test_counts_a_fault_that_never_fired(self, mock):
        mock.faults.fail("publish", http=503)
        with pytest.raises(AssertionError, match="never fired"):
            mock.reset()
        mock.reset()

    def test_warns_of_hints_which_may_come_again(self, mock):
        for _ in range(2):
            call(f"{mock.url}/messaging/news", "POST", {"message": "hi", "publishat": 1})
            assert len(mock.hints) == 1
            with pytest.warns(BackendlessMockWarning, match="publishat") as warned:
                mock.reset()
            assert [warning.filename for warning in warned] == [__file__]
            assert mock.hints == ()

    def test_knows_the_pollers_of_before(self, mock):
        subscription = mock.subscribe("news")
        mock.reset()
        assert call(f"{mock.url}/messaging/news/{subscription.id}")[1]["code"] == 8008
        with pytest.warns(BackendlessMockWarning, match=r"a subscription of 0, before its reset\(\); its poller"):
            mock.verify()

    def test_leaves_a_block_of_offline_to_its_end(self, mock):
        with mock.offline():
            mock.reset()
            assert met(mock) == "refused"
        assert met(mock) == "served"

    def test_needs_an_open_mock(self):
        with pytest.raises(RuntimeError, match=r"^reset\(\) needs an open mock"):
            BackendlessMock().reset()


class TestHints:
    def test_are_there_before_and_after_they_were_warned_of(self, mock):
        assert mock.hints == ()
        call(f"{mock.url}/messaging/news", "POST", {"message": "hi", "publishat": 1})
        [hint] = mock.hints
        assert "publishat" in hint
        with pytest.warns(BackendlessMockWarning, match="publishat"):
            mock.verify()
        assert mock.hints == (hint,)


class TestTheRepr:
    def test_tells_address_counts_and_time(self, mock):
        mock.publish("hi")
        mock.publish("later", publish_at=HOUR)
        shown = "2 messages, 1 scheduled, clock 2030-01-07 08:30:00Z>"
        assert repr(mock) == f"<BackendlessMock without an address yet {shown}"
        host_url = mock.host_url
        assert repr(mock) == f"<BackendlessMock {host_url} {shown}"

    def test_says_that_nobody_looked_at_the_clock(self, mock, time):
        assert repr(mock).endswith("0 messages, 0 scheduled, clock not read yet>")
        assert time.reads == 0


class TestIds:
    @pytest.mark.parametrize(
        ("one", "two", "same"),
        [({"seed": 7}, {"seed": 7}, True), ({}, {"seed": 0}, True), ({"seed": 7}, {"seed": 8}, False)],
        ids=["equal", "default", "different"],
    )
    def test_derive_from_the_seed(self, one, two, same):
        """W5."""
        with BackendlessMock(**one) as first, BackendlessMock(**two) as second:
            ids = [(mock.publish("hi").message_id, mock.subscribe().id) for mock in (first, second)]
        assert (ids[0] == ids[1]) is same


def test_before_1970_every_request_is_answered_with_a_sentence_that_also_fails_the_test():
    with BackendlessMock() as mock, client_of(mock) as client:
        mock.outage(dt.timedelta(days=1), dt.timedelta(days=2), optional=True)
        with freeze_time("1969-12-31"):
            answers = [
                client.get("messaging/message:none"),
                client.post("messaging/news", json={"message": "hi"}),
                client.get("messaging/news/nobody"),
            ]
            with mock.offline(), pytest.raises(ConnectionRefusedError):
                client.get("messaging/message:none")
            page = {"Origin": "http://page", "Access-Control-Request-Method": "POST"}
            assert client.options("messaging/news", headers=page).status_code == 204
        assert mock.messages == ()
        failure = objection(mock)
    sentence = "the time of this process is 1969-12-31 00:00:00Z: Backendless counts time from 1970 on, so pick a later"
    assert [answer.status_code for answer in answers] == [500] * 3
    said = {answer.json()["message"] for answer in answers}
    assert said == {f"pytest-backendless-mock: {sentence} instant"}
    assert failure == f"{sentence} instant  \N{MULTIPLICATION SIGN}3"


def test_a_freeze_before_1970_is_refused_before_anything_begins():
    with pytest.raises(ValueError, match=r"^1969-12-31 is before 1970: Backendless counts time from 1970 on"):
        BackendlessMock(freeze="1969-12-31")
