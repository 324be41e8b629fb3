"""Channel and Subscription: looking at a channel, and assertions about it."""

from __future__ import annotations

import datetime as dt
from unittest.mock import ANY

import pytest
from dirty_equals import IsPartialDict, IsStr
from mock_support import standing_mock
from plugin_support import Inner, call
from presence_support import client_of_mock

from pytest_backendless_mock import BackendlessMock, MessagingError
from pytest_backendless_mock.messaging.presence import Interest

NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def mock():
    with standing_mock() as mock:
        yield mock


@pytest.fixture
def news(mock):
    return mock.channel("news")


def failure_of(assertion, *args, **kwargs):
    with pytest.raises(AssertionError) as failure:
        assertion(*args, **kwargs)
    return str(failure.value)


class TestLooking:
    def test_shows_one_channel_only(self, mock, news):
        subscription = mock.subscribe("news")
        mock.subscribe("other")
        for channel in ("news", "other"):
            mock.publish(f"{channel} now", channel=channel)
            mock.publish(f"{channel} later", channel=channel, publish_at=HOUR)
        subscription.retrieve()
        assert news.messages.data == ["news now", "news later"]
        assert news.scheduled.data == ["news later"]
        assert news.deliveries.data == ["news now"]
        assert news.retrieved.data == ["news now"]
        assert [found.id for found in news.subscriptions] == [subscription.id]

    def test_orders_what_is_scheduled_by_its_next_instant(self, mock, news):
        mock.publish("late", channel="news", publish_at=2 * HOUR)
        mock.publish("early", channel="news", publish_at=HOUR)
        assert news.scheduled.data == ["early", "late"]

    def test_does_not_make_the_channel(self, mock):
        with BackendlessMock(strict_channels=True) as strict:
            view = strict.channel("news")
            assert (view.messages, view.scheduled, view.deliveries, view.retrieved) == ((), (), (), ())
            assert view.subscriptions == ()
            with pytest.raises(MessagingError, match=r"^5010 "):
                strict.subscribe("news")

    def test_knows_the_default_channel_by_both_names(self, mock):
        mock.publish("hi", channel="Default")
        assert mock.channel("Default").name == "default"
        assert mock.channel("Default").deliveries.data == mock.channel("default").deliveries.data == ["hi"]

    def test_refuses_a_name_that_no_channel_can_have(self, mock):
        with pytest.raises(MessagingError, match=r"^5044 Channel name contains invalid character"):
            mock.channel("a/b")

    def test_sees_what_a_moved_clock_made_due(self, mock, news):
        mock.publish("hi", channel="news", publish_at=HOUR)
        mock.clock.advance(hours=1)
        assert [(delivery.data, delivery.at) for delivery in news.deliveries] == [("hi", NOW + HOUR)]

    def test_numbers_the_occurrences_of_a_repeated_message(self, mock, news):
        message_id = mock.publish("hi", channel="news", repeat_every=60).message_id
        mock.clock.advance(minutes=2)
        assert [(d.message_id, d.number) for d in news.deliveries] == [(f"{message_id}-{n}", n) for n in (1, 2, 3)]
        assert news.messages.data == ["hi"]

    def test_keeps_what_was_before_the_channel_was_deleted(self, mock, news):
        mock.subscribe("news")
        mock.publish("hi", channel="news")
        assert call(f"{mock.url}/messaging/channels/news", "DELETE") == (200, True)
        assert news.deliveries.data == ["hi"]
        assert news.messages.data == ["hi"]
        assert news.subscriptions == ()


class TestAListener:
    def test_is_who_hears_the_messages_of_the_channel_now(self, mock, news):
        client_of_mock(mock, "connection:1", user_id="ann").join().listen(selector="city = 'Oslo'")
        bob = client_of_mock(mock, "connection:2").join().listen(listener_id="bob's", selector="")
        client_of_mock(mock, "connection:3").join().listen(listener_id="commands", interest=Interest.COMMANDS)
        client_of_mock(mock, "connection:4").join("other").listen("other")
        assert [
            (each.id, each.channel, each.connection_id, each.user_id, each.selector) for each in news.listeners
        ] == [
            ("listener:1", "news", "connection:1", "ann", "city = 'Oslo'"),
            ("bob's", "news", "connection:2", None, None),
        ]
        bob.leave()
        assert [each.id for each in news.listeners] == ["listener:1"]

    def test_is_told_with_user_and_selector(self, mock, news):
        client_of_mock(mock, "connection:1", user_id="Ann").listen(selector="city = 'Oslo'")
        client_of_mock(mock, "connection:2").listen(listener_id="2")
        assert list(map(repr, news.listeners)) == [
            "<Listener listener:1 of user Ann on 'news', selector \"city = 'Oslo'\">",
            "<Listener 2 of client connection:2 on 'news'>",
        ]

    def test_is_a_snapshot(self, mock, news):
        client = client_of_mock(mock, user_id="ann").join().listen()
        [listener] = news.listeners
        client.connection.user_id = "bob"
        assert (listener.user_id, repr(listener)) == ("ann", "<Listener listener:1 of user ann on 'news'>")
        assert news.listeners[0].user_id == "bob"

    def test_has_retrieved_what_it_heard(self, mock, news):
        client_of_mock(mock, "connection:1").listen(listener_id="1", selector="city = 'Oslo'")
        client_of_mock(mock, "connection:2").listen(listener_id="2")
        for city in ("Oslo", "Rome"):
            mock.publish(city, channel="news", headers={"city": city}, publish_at=HOUR)
        assert [listener.retrieved.data for listener in news.listeners] == [[], []]
        mock.clock.advance(hours=1)
        assert [listener.retrieved.data for listener in news.listeners] == [["Oslo"], ["Oslo", "Rome"]]
        assert news.retrieved.data == mock.retrieved.data == ["Oslo", "Oslo", "Rome"]
        assert news.assert_retrieved("Oslo", times=2).data == ["Oslo", "Oslo"]

    def test_that_came_back_has_retrieved_what_it_heard_before(self, mock, news):
        client = client_of_mock(mock).join().listen()
        mock.publish("before", channel="news")
        client.disconnect()
        mock.publish("missed", channel="news")
        client.reconnect("connection:2")
        client.join().listen()
        mock.publish("after", channel="news")
        [listener] = news.listeners
        assert (listener.connection_id, listener.retrieved.data) == ("connection:2", ["before", "after"])

    def test_can_be_cut_off_with_no_lock_held(self, mock, news):
        client_of_mock(mock).join().listen()
        heard = []
        mock.on("left", heard.append)
        [listener] = news.listeners
        listener.disconnect()
        assert news.listeners == ()
        assert [(member.channel, member.connection_id, member.user_id, member.at) for member in heard] == [
            ("news", "connection:1", None, NOW)
        ]

    def test_can_be_waited_for_and_is_heard_of_as_it_comes(self, mock, news):
        heard = []
        for kind in ("joined", "listening"):
            mock.on(kind, lambda member, kind=kind: heard.append((kind, member.user_id)))
        client_of_mock(mock, user_id="ann").join().listen()
        mock.wait_until(lambda: news.listeners, timeout=0)
        assert heard == [("joined", "ann"), ("listening", "ann")]

    def test_of_a_channel_that_nobody_made_there_is_none(self, mock):
        assert mock.channel("nowhere").listeners == ()
        assert "nowhere" not in mock._application.backend._broker.channels

    def test_is_gone_with_its_channel(self, mock, news):
        client_of_mock(mock).join().listen()
        call(f"{mock.url}/messaging/channels/news", "DELETE")
        assert news.listeners == ()


class TestASubscription:
    def test_peeks_without_taking(self, mock):
        subscription = mock.subscribe("news")
        mock.publish("hi", channel="news")
        assert subscription.pending.data == subscription.pending.data == ["hi"]
        assert subscription.retrieved == ()
        assert subscription.retrieve().data == ["hi"]
        assert subscription.pending == ()
        assert subscription.retrieve() == ()
        assert subscription.retrieved.data == ["hi"]

    def test_is_also_what_a_client_made(self, mock, news):
        _, answer = call(f"{mock.url}/messaging/news/subscribe", "POST", {})
        (subscription,) = news.subscriptions
        assert subscription.id == answer["subscriptionId"]
        mock.publish("hi", channel="news")
        assert subscription.pending.data == ["hi"]

    def test_loses_what_nobody_polled_in_time(self, mock):
        subscription = mock.subscribe("news")
        mock.publish("hi", channel="news")
        mock.clock.advance(seconds=60)
        assert subscription.pending == ()
        assert subscription.retrieve() == ()

    def test_is_unknown_to_the_service_after_its_channel_was_deleted(self, mock):
        subscription = mock.subscribe("news")
        call(f"{mock.url}/messaging/channels/news", "DELETE")
        with pytest.raises(MessagingError, match=r"^8008 Invalid parameter 'subscriptionId'"):
            subscription.retrieve()

    def test_tells_its_id_and_channel(self, mock):
        subscription = mock.subscribe("Default")
        assert subscription.channel == "default"
        assert repr(subscription) == f"<Subscription {subscription.id} of channel 'default'>"


def test_a_channel_tells_its_name(news):
    assert repr(news) == "<Channel 'news'>"


@pytest.fixture
def told(mock, news):
    """Two greetings published, one of them delivered and retrieved."""
    subscription = mock.subscribe("news")
    mock.publish({"text": "hi"}, channel="news", headers={"floor": 3, "room": None})
    subscription.retrieve()
    mock.publish(
        {"text": "ho"}, channel="news", publish_at=HOUR, repeat_every=1800, repeat_expires_at="2030-01-07 11:30"
    )
    return news


class TestAssertPublished:
    @pytest.mark.parametrize(
        "data",
        [
            {"text": "hi"},
            ANY,
            IsPartialDict(text=IsStr),
            lambda data: data["text"] == "hi",
        ],
        ids=["value", "ANY", "dirty-equals", "callable"],
    )
    def test_takes_values_equalities_and_callables(self, told, data):
        found = told.assert_published(data)
        assert found[0].data == {"text": "hi"}

    @pytest.mark.parametrize(
        ("expected", "found"),
        [
            ({}, ["hi", "ho"]),
            ({"times": 2}, ["hi", "ho"]),
            ({"headers": {"floor": 3}}, ["hi"]),
            ({"headers": {"floor": "3", "room": None}}, ["hi"]),
            ({"headers": {}}, ["hi", "ho"]),
            ({"publish_at": "2030-01-07 09:30"}, ["ho"]),
            ({"publish_at": NOW + HOUR}, ["ho"]),
            ({"repeat_every": 1800}, ["ho"]),
            ({"repeat_every": dt.timedelta(minutes=30)}, ["ho"]),
            ({"repeat_expires_at": NOW + 3 * HOUR, "times": 1}, ["ho"]),
            ({"headers": {"floor": 4}, "times": 0}, []),
            ({"headers": {"missing": None}, "times": 0}, []),
            ({"repeat_every": 60, "times": 0}, []),
        ],
        ids=repr,
    )
    def test_returns_what_matched(self, told, expected, found):
        assert [data["text"] for data in told.assert_published(**expected).data] == found

    @pytest.mark.parametrize(
        ("args", "expected", "first_line", "reasons"),
        [
            (
                ({"text": "no"},),
                {},
                "expected {'text': 'no'} to be published at least once on channel 'news'; it was never published",
                [
                    "{'text': 'hi'} has other data: $.text is 'hi', expected 'no'",
                    "{'text': 'ho'} has other data: $.text is 'ho', expected 'no'",
                ],
            ),
            (
                (),
                {"times": 3},
                "expected anything to be published 3 times on channel 'news'; it was published 2 times",
                [],
            ),
            (
                (),
                {"times": 0, "publish_at": NOW + HOUR},
                (
                    "expected anything with publish_at 2030-01-07 09:30:00Z never to be published on channel 'news'; "
                    "it was published once"
                ),
                [],
            ),
            (
                (ANY,),
                {"times": 1, "headers": {"floor": 4}, "repeat_every": 60},
                (
                    "expected <ANY> with headers {'floor': '4'}, repeat_every 60 to be published once "
                    "on channel 'news'; it was never published"
                ),
                [
                    (
                        "{'text': 'hi'} was published, but header 'floor' is '3', expected '4'; "
                        "repeat_every is None, expected 60"
                    ),
                    (
                        "{'text': 'ho'} was published, but header 'floor' is None, expected '4'; "
                        "repeat_every is 1800, expected 60"
                    ),
                ],
            ),
        ],
        ids=["data", "more", "never", "conditions"],
    )
    def test_says_what_was_expected_what_was_there_and_why_it_does_not_count(
        self, told, args, expected, first_line, reasons
    ):
        assert failure_of(told.assert_published, *args, **expected).splitlines() == [
            first_line,
            "published there:",
            "  {'text': 'hi'} at 2030-01-07 08:30:00Z",
            "  {'text': 'ho'} at 2030-01-07 08:30:00Z",
            *reasons,
        ]

    @pytest.mark.parametrize("times", [-1, 1.0, True, "1"])
    def test_refuses_times_that_are_no_count(self, told, times):
        with pytest.raises(ValueError, match="times is a number from 0 on, or None for at least once, not "):
            told.assert_published(times=times)

    @pytest.mark.parametrize(
        ("expected", "error"),
        [
            ({"publish_at": dt.datetime(2030, 1, 7)}, ValueError),
            ({"publish_at": 0}, TypeError),
            ({"repeat_every": "60"}, TypeError),
            ({"repeat_expires_at": "soon"}, ValueError),
        ],
        ids=["naive", "number", "text", "no-date"],
    )
    def test_refuses_conditions_that_cannot_be_meant(self, told, expected, error):
        with pytest.raises(error):
            told.assert_published(**expected)


class TestAssertDelivered:
    def test_counts_what_entered_the_log_whoever_listens(self, told):
        assert told.assert_delivered({"text": "hi"}, times=1, at=NOW, headers={"floor": 3})[0].at == NOW

    def test_does_not_count_what_was_only_published(self, told):
        assert failure_of(told.assert_delivered, {"text": "ho"}) == (
            "expected {'text': 'ho'} to be delivered at least once on channel 'news'; it was never delivered\n"
            "delivered there:\n"
            "  {'text': 'hi'} at 2030-01-07 08:30:00Z\n"
            "{'text': 'hi'} has other data: $.text is 'hi', expected 'ho'\n"
            "{'text': 'ho'} is not due yet: at 2030-01-07 09:30:00Z\n"
            "occurrence 1 is due in 1 h; try: backendless_mock.clock.advance(hours=1)"
        )

    def test_tells_occurrences_apart_by_their_instant(self, mock, told):
        mock.clock.advance(hours=5)
        assert told.assert_delivered({"text": "ho"}, times=4)[3].at == NOW + dt.timedelta(hours=2, minutes=30)
        assert told.assert_delivered({"text": "ho"}, at="2030-01-07T12:00:00+02:00")[0].number == 2
        text = failure_of(told.assert_delivered, {"text": "ho"}, at="2030-01-07 11:30")
        assert text.startswith("expected {'text': 'ho'} with at 2030-01-07 11:30:00Z to be delivered at least once on")
        assert text.splitlines()[-4:] == [
            f"{{'text': 'ho'}} was delivered at 2030-01-07 {at}Z, but at is {said}+00:00, "
            "expected 2030-01-07 11:30:00+00:00"
            for at, said in [
                ("09:30:00", "2030-01-07 09:30:00"),
                ("10:00:00", "2030-01-07 10:00:00"),
                ("10:30:00", "2030-01-07 10:30:00"),
                ("11:00:00", "2030-01-07 11:00:00"),
            ]
        ]


class TestAssertRetrieved:
    def test_counts_what_was_handed_to_a_subscription(self, told):
        assert told.assert_retrieved({"text": "hi"}, times=1).data == [{"text": "hi"}]
        assert told.assert_retrieved().data == [{"text": "hi"}]

    def test_does_not_count_what_was_only_delivered(self, mock, told):
        mock.clock.advance(hours=1)
        assert failure_of(told.assert_retrieved, {"text": "ho"}) == (
            "expected {'text': 'ho'} to be retrieved at least once on channel 'news'; it was never retrieved\n"
            "retrieved there:\n"
            "  {'text': 'hi'} at 2030-01-07 08:30:00Z\n"
            "{'text': 'hi'} has other data: $.text is 'hi', expected 'ho'\n"
            "{'text': 'ho'} was delivered at 2030-01-07 09:30:00Z; "
            "retrievable by 1 of 1 subscriptions, but nobody polled since\n"
            "{'text': 'ho'} is not due yet: at 2030-01-07 10:00:00Z"
        )


class TestAssertNothing:
    def test_passes_on_a_silent_channel(self, mock, told):
        assert mock.channel("silent").assert_nothing_published() is None
        assert mock.channel("silent").assert_nothing_delivered() is None

    def test_tells_published_from_delivered(self, mock):
        mock.publish("later", channel="news", publish_at=HOUR)
        news = mock.channel("news")
        news.assert_nothing_delivered()
        assert failure_of(news.assert_nothing_published) == (
            "expected anything never to be published on channel 'news'; it was published once\n"
            "published there:\n"
            "  'later' at 2030-01-07 08:30:00Z"
        )

    def test_fails_for_a_delivery(self, mock):
        mock.publish("hi")
        assert failure_of(mock.channel("default").assert_nothing_delivered) == (
            "expected anything never to be delivered on channel 'default'; it was delivered once\n"
            "delivered there:\n"
            "  'hi' at 2030-01-07 08:30:00Z"
        )


def test_a_failing_assertion_shows_the_test_s_own_line(pytester, monkeypatch):
    result = Inner(pytester, monkeypatch).run(
        """
        import pytest
        from client import call

        @pytest.mark.parametrize("name", ["published", "delivered", "retrieved"])
        def test_some(backendless_mock, name):
            getattr(backendless_mock.channel("news"), f"assert_{name}")("hi")

        @pytest.mark.parametrize("name", ["published", "delivered"])
        def test_nothing(backendless_mock, name):
            backendless_mock.publish("hi", channel="news")
            getattr(backendless_mock.channel("news"), f"assert_nothing_{name}")()

        def test_wait(backendless_mock):
            backendless_mock.wait_until(lambda: False, timeout=0)

        def test_verify(backendless_mock):
            call(backendless_mock.url + "/nowhere")
            backendless_mock.verify()
        """
    )
    result.assert_outcomes(failed=7)
    assert not any(file in str(result.stdout) for file in ("channel_view.py", "mock.py:", "plugin.py"))


class TestWhatWasNotRetrieved:
    def test_says_which_part_of_which_selector_kept_it_back(self, mock, news):
        mock.subscribe("news", selector="city = 'Dallas' and temperature > 60")
        mock.subscribe("news", subtopic="a.*")
        mock.publish("warm", channel="news", headers={"city": "Dallas", "temperature": 58}, subtopic="b")
        assert failure_of(news.assert_retrieved, "warm").splitlines()[-2:] == [
            "retrieved there: nothing",
            (
                "'warm' was delivered at 2030-01-07 08:30:00Z; retrievable by 0 of 2 subscriptions: "
                "temperature > 60 is false, temperature is '58'; subtopic 'b' is not under 'a.*'"
            ),
        ]

    def test_says_who_could_have_got_it(self, mock, news):
        mock.subscribe("news")
        mock.publish("warm", channel="news")
        mock.publish("cold", channel="news")
        assert failure_of(news.assert_retrieved, "warm").splitlines()[-2:] == [
            (
                "'warm' was delivered at 2030-01-07 08:30:00Z; "
                "retrievable by 1 of 1 subscriptions, but nobody polled since"
            ),
            "'cold' has other data: $ is 'cold', expected 'warm'",
        ]

    def test_says_that_nobody_listens(self, mock, news):
        mock.publish("warm", channel="news")
        assert failure_of(news.assert_retrieved, "warm").splitlines()[-1] == (
            "'warm' was delivered at 2030-01-07 08:30:00Z; nobody subscribed"
        )
