"""The JavaScript SDKs in real time, in Node and on a page of another origin: what they hear, and when."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_backendless_mock import BackendlessMock, BackendlessServer
from pytest_backendless_mock.realtime import upgrade

RELEASES = [pytest.param(7, id="7.4.9"), pytest.param(8, id="8.0.0")]
POLLING, WEBSOCKET, UPGRADE = ("polling",), ("websocket",), ("polling", "websocket")
WAYS = [
    pytest.param(POLLING, id="polling"),
    pytest.param(WEBSOCKET, id="websocket"),
    pytest.param(UPGRADE, id="upgrade"),
]
PATIENCE = 30
"""Real seconds in which a listener comes, or comes back: its client waits by its own clock."""
EXAMPLE = Path(__file__).parents[2] / "examples" / "test_realtime_in_node.py"
DAY = dt.timedelta(days=1)
REFUSED = {"code": 5008, "message": "User has no permission to subscribe"}
EMOJI = "naïve 👍🏽 日本語 👨‍👩‍👧 \u2028"

every_release = pytest.mark.parametrize("release", RELEASES)
every_way = pytest.mark.parametrize("way", WAYS)


@pytest.fixture
def listen(backendless_mock):
    """``listen(sdk, "news")`` has it join and listen, and returns the channel when it hears."""

    def listened(sdk, name, *selector):
        channel = backendless_mock.channel(name)
        before = len(channel.listeners)
        sdk.ask("join", name)
        sdk.ask("listen for messages", name, *selector)
        backendless_mock.wait_until(lambda: len(channel.listeners) > before, PATIENCE)
        return channel

    return listened


def comes_back(mock, before):
    """Wait until a listener listens over another connection than ``before``; it is the only one."""
    channel = mock.channel(before.channel)
    mock.wait_until(lambda: {each.connection_id for each in channel.listeners} - {before.connection_id}, PATIENCE)
    [after] = channel.listeners
    return after


def heard(sdk, key, count):
    """The payloads of the messages that were heard, ``count`` of them."""
    messages = sdk.ask("hear", key, count)
    assert len(messages) == count
    return [message["message"] for message in messages]


def hears_tomorrow_s_message(sdk, mock, listen, way):
    news = listen(sdk, "news")
    assert sdk.ask("name the transport", *way) == way[-1]
    due = mock.clock.now().replace(microsecond=0) + DAY
    published = mock.publish({"text": EMOJI}, channel="news", headers={"city": "Oslo", "degrees": 5}, publish_at=due)
    mock.publish("now", channel="news")
    mock.clock.advance(days=1)

    now, tomorrow = sdk.ask("hear", "message news", 2)
    assert (now["message"], now["headers"], now["publishAt"]) == ("now", {}, 0)
    assert tomorrow == {
        "messageId": published.message_id,
        "timestamp": int(due.timestamp() * 1000),
        "message": {"text": EMOJI},
        "headers": {"city": "Oslo", "degrees": "5"},
        "publisherId": None,
        "subtopic": None,
        "pushSinglecast": None,
        "pushBroadcast": None,
        "publishPolicy": None,
        "templateValues": None,
        "query": None,
        "publishAt": int(due.timestamp() * 1000),
        "repeatEvery": 0,
        "repeatExpiresAt": 0,
    }
    news.assert_retrieved({"text": EMOJI}, times=1)
    news.assert_retrieved("now", times=1)


@every_way
@every_release
def test_a_listener_hears_tomorrow_s_message_as_soon_as_the_clock_is_there(
    connect, backendless_mock, listen, release, way
):
    hears_tomorrow_s_message(connect(release, way), backendless_mock, listen, way)


@pytest.mark.parametrize("way", [pytest.param(POLLING, id="polling"), pytest.param(UPGRADE, id="upgrade")])
@every_release
def test_a_page_of_another_origin_hears_tomorrow_s_message(connect_page, backendless_mock, listen, release, way):
    hears_tomorrow_s_message(connect_page(release, way), backendless_mock, listen, way)


@every_release
def test_a_page_that_lost_its_connection_comes_back_and_hears_on(connect_page, backendless_mock, listen, release):
    page = connect_page(release)
    [before] = listen(page, "news").listeners
    before.disconnect()
    comes_back(backendless_mock, before)
    page.ask("publish", "news", "from the page itself")

    assert heard(page, "message news", 1) == ["from the page itself"]


@every_release
def test_a_listener_hears_only_what_its_selector_lets_through(connect, backendless_mock, listen, release):
    sdk = connect(release)
    news = listen(sdk, "news", "temperature > 60 AND city = 'Oslo'")
    for degrees, city in ((61, "Oslo"), (59, "Oslo"), (70, "Rome"), (99.5, "Oslo")):
        backendless_mock.publish(f"{degrees} {city}", channel="news", headers={"temperature": degrees, "city": city})

    assert heard(sdk, "message temperature > 60 AND city = 'Oslo'", 2) == ["61 Oslo", "99.5 Oslo"]
    assert [listener.selector for listener in news.listeners] == ["temperature > 60 AND city = 'Oslo'"]
    news.assert_retrieved("59 Oslo", times=0)


@every_release
def test_a_malformed_selector_is_an_error_of_the_listener(connect, release):
    sdk = connect(release)
    sdk.ask("join", "news")
    sdk.ask("listen for messages", "news", "city LIKES 'Oslo'")

    [refusal] = sdk.ask("hear", "refusal news", 1)
    assert refusal["code"] == 5009


@every_release
def test_who_may_not_subscribe_is_refused_and_can_still_join_elsewhere(connect, backendless_mock, listen, release):
    backendless_mock.deny("subscribe", channel="secret")
    sdk = connect(release)

    assert sdk.fail("join", "secret") == REFUSED
    assert sdk.ask("join", "news") is True


@pytest.mark.filterwarnings("ignore:.*nobody gave out that user-token")
@every_release
def test_a_token_that_nobody_gave_out_is_refused(connect, release):
    sdk = connect(release)
    sdk.ask("use token", "nobody")

    refusal = sdk.fail("join", "news")
    assert refusal["code"] == 3064
    assert refusal["message"].startswith("Not existing user token - ")


@every_release
def test_a_fault_refuses_one_join(connect, backendless_mock, release):
    backendless_mock.faults.fail("join", error=5008, times=1)
    sdk = connect(release)

    assert sdk.fail("join", "news") == REFUSED
    assert sdk.ask("join", "news") is True


@every_release
def test_a_connection_that_is_cut_while_joining_is_made_again(connect, backendless_mock, listen, release):
    backendless_mock.faults.reset("join", times=1)
    sdk = connect(release)
    listen(sdk, "news")
    backendless_mock.publish("hello", channel="news")

    assert heard(sdk, "message news", 1) == ["hello"]


@every_way
@every_release
def test_a_command_reaches_all_who_listen_for_commands(connect, backendless_mock, release, way):
    ann = backendless_mock.add_user(login="ann", password="secret")
    sender, other = connect(release, way), connect(release, way)
    for sdk in (sender, other):
        sdk.ask("join", "news")
        sdk.ask("listen for commands", "news")
        # What comes back to oneself proves that one listens, since a client's events have their order.
        sdk.ask("send", "news", "READY", None)
        sdk.ask("hear", "command news", 1)
    sender.ask("log in", "ann", "secret")
    sender.ask("send", "news", "TURN", {"degrees": 90, "mood": EMOJI})

    command = {
        "type": "TURN",
        "data": {"degrees": 90, "mood": EMOJI},
        "connectionId": sender.ask("name the connection"),
        "userId": ann.object_id,
    }
    assert other.ask("hear", "command news", 2)[1:] == [command]
    assert sender.ask("hear", "command news", 3)[2:] == [command]


@every_release
def test_who_comes_and_goes_is_told_to_all_who_listen_for_users(connect, backendless_mock, release):
    ann = backendless_mock.add_user(token="ann's token")
    first, second = connect(release), connect(release)
    first.ask("join", "news")
    first.ask("listen for users", "news")
    [listing] = first.ask("hear", "user news", 1)
    here = {"connectionId": first.ask("name the connection"), "userId": None}
    assert listing == {"status": "LISTING", "data": [here]}

    second.ask("use token", "ann's token")
    second.ask("join", "news")
    there = {"connectionId": second.ask("name the connection"), "userId": ann.object_id}
    second.ask("leave", "news")

    assert first.ask("hear", "user news", 3)[1:] == [
        {"status": "CONNECTED", "data": [there]},
        {"status": "DISCONNECTED", "data": [there]},
    ]


@every_release
def test_a_client_that_is_gone_is_told_as_one_that_left(connect, backendless_mock, release):
    sdk, gone = connect(release), connect(release)
    sdk.ask("join", "news")
    sdk.ask("listen for users", "news")
    sdk.ask("hear", "user news", 1)
    gone.ask("join", "news")
    there = {"connectionId": gone.ask("name the connection"), "userId": None}
    gone.end()

    assert sdk.ask("hear", "user news", 3)[2] == {"status": "DISCONNECTED", "data": [there]}


@every_release
def test_a_client_is_who_logged_in_last(connect, backendless_mock, release):
    ann = backendless_mock.add_user(login="ann", password="secret")
    sdk = connect(release)
    sdk.ask("join", "news")
    sdk.ask("listen for commands", "news")
    sdk.ask("send", "news", "WHO", 1)
    sdk.ask("log in", "ann", "secret")
    sdk.ask("send", "news", "WHO", 2)
    sdk.ask("log out")
    sdk.ask("send", "news", "WHO", 3)

    commands = sdk.ask("hear", "command news", 3)
    assert [(command["data"], command["userId"]) for command in commands] == [(1, None), (2, ann.object_id), (3, None)]


@every_release
def test_who_stopped_listening_or_left_hears_nothing_more(connect, backendless_mock, listen, release):
    sdk = connect(release)
    news = listen(sdk, "news")
    sport = listen(sdk, "sport")
    backendless_mock.publish("heard", channel="news")
    assert heard(sdk, "message news", 1) == ["heard"]
    sdk.ask("stop listening", "news")
    sdk.ask("leave", "sport")
    backendless_mock.wait_until(lambda: not (news.listeners or sport.listeners), PATIENCE)
    backendless_mock.publish("not heard", channel="news")
    backendless_mock.publish("not heard", channel="sport")
    listen(sdk, "news")
    backendless_mock.publish("heard again", channel="news")

    assert heard(sdk, "message news", 2) == ["heard", "heard again"]
    sport.assert_retrieved(times=0)


@every_way
@every_release
def test_a_client_comes_back_after_having_been_offline_and_missed_what_it_missed(
    connect, backendless_mock, listen, release, way
):
    sdk = connect(release, way)
    news = listen(sdk, "news")
    [before] = news.listeners
    backendless_mock.publish("before", channel="news")
    assert heard(sdk, "message news", 1) == ["before"]
    with backendless_mock.offline():
        assert news.listeners == ()
        backendless_mock.publish("meanwhile", channel="news")
    after = comes_back(backendless_mock, before)
    backendless_mock.publish("after", channel="news")

    assert heard(sdk, "message news", 2) == ["before", "after"]
    assert after.id == before.id
    assert after.connection_id != before.connection_id
    news.assert_retrieved("meanwhile", times=0)


@every_way
@every_release
def test_a_listener_that_was_cut_off_comes_back(connect, backendless_mock, listen, release, way):
    sdk = connect(release, way)
    [before] = listen(sdk, "news").listeners
    before.disconnect()
    after = comes_back(backendless_mock, before)
    backendless_mock.publish("after", channel="news")

    assert heard(sdk, "message news", 1) == ["after"]
    assert after.id == before.id
    assert sdk.ask("hear", "join news", 2)


@every_release
def test_a_message_that_was_lost_on_its_way_is_never_heard(connect, backendless_mock, listen, release):
    lost = backendless_mock.faults.lose("realtime", times=1)
    sdk = connect(release)
    news = listen(sdk, "news")
    backendless_mock.publish("lost", channel="news")
    backendless_mock.publish("found", channel="news")

    assert heard(sdk, "message news", 1) == ["found"]
    assert lost.fired == 1
    news.assert_delivered("lost", times=1)
    news.assert_retrieved("lost", times=0)


@every_release
def test_a_connection_is_cut_instead_of_a_message(connect, backendless_mock, listen, release):
    backendless_mock.faults.reset("realtime", times=1)
    sdk = connect(release)
    [before] = listen(sdk, "news").listeners
    backendless_mock.publish("cut", channel="news")
    comes_back(backendless_mock, before)
    backendless_mock.publish("after", channel="news")

    assert heard(sdk, "message news", 1) == ["after"]


@every_way
@every_release
def test_200_kilobytes_go_either_way(connect, backendless_mock, listen, release, way):
    sdk = connect(release, way)
    listen(sdk, "news")
    large = {"text": "é👍" * 50_000}
    backendless_mock.publish(large, channel="news")
    sdk.ask("listen for commands", "news")
    sdk.ask("send", "news", "LARGE", large)

    assert heard(sdk, "message news", 1) == [large]
    [command] = sdk.ask("hear", "command news", 1)
    assert command["data"] == large


@every_way
@every_release
def test_50_listeners_hear_each_message_once(connect, backendless_mock, listen, release, way):
    sdk = connect(release, way)
    for _ in range(50):
        news = listen(sdk, "news")
    for number in range(10):
        backendless_mock.publish(number, channel="news")

    numbers = heard(sdk, "message news", 500)
    assert numbers == [number for number in range(10) for _ in range(50)]
    news.assert_retrieved(9, times=50)


@every_way
@every_release
def test_repeated_messages_are_heard_in_their_order(connect, backendless_mock, listen, release, way):
    sdk = connect(release, way)
    listen(sdk, "news")
    backendless_mock.publish("hourly", channel="news", publish_at=DAY, repeat_every=3600)
    backendless_mock.publish("half past", channel="news", publish_at=DAY + dt.timedelta(minutes=30), repeat_every=3600)
    deliveries = backendless_mock.clock.advance(days=2)

    messages = sdk.ask("hear", "message news", 49)
    assert len(messages) == 49
    assert [message["message"] for message in messages] == [*["hourly", "half past"] * 24, "hourly"]
    assert [message["timestamp"] for message in messages] == [
        int(delivery.at.timestamp() * 1000) for delivery in deliveries
    ]


@every_release
def test_clients_of_two_applications_hear_only_their_own(connect, backendless_mock, listen, release):
    shop = backendless_mock.new_app()
    ours, theirs = connect(release), connect(release, **shop.env)
    listen(ours, "news")
    theirs.ask("join", "news")
    theirs.ask("listen for messages", "news")
    backendless_mock.wait_until(lambda: shop.channel("news").listeners, PATIENCE)
    shop.publish("from the shop", channel="news")
    backendless_mock.publish("from us", channel="news")

    assert heard(ours, "message news", 1) == ["from us"]
    assert heard(theirs, "message news", 1) == ["from the shop"]


@every_release
def test_a_client_of_a_domain_finds_its_way(connect, backendless_mock, listen, release):
    sdk = connect(release, DOMAIN=backendless_mock.host_url)
    listen(sdk, "news")
    sdk.ask("publish", "news", "hello")

    assert heard(sdk, "message news", 1) == ["hello"]
    assert {"/api/info", "/api/messaging/news"} < {request.path for request in backendless_mock.requests}


@every_way
@every_release
def test_a_client_listens_over_tls(connect, authority, certified, release, way):
    server = BackendlessServer(ssl_context=certified)
    with server, BackendlessMock(server=server) as mock, authority.cert_pem.tempfile() as certificate:
        sdk = connect(release, way, NODE_EXTRA_CA_CERTS=certificate, **mock.env)
        sdk.ask("join", "news")
        sdk.ask("listen for messages", "news")
        news = mock.channel("news")
        mock.wait_until(lambda: news.listeners, PATIENCE)
        mock.publish("tomorrow", channel="news", publish_at=DAY)
        mock.clock.advance(days=1)

        assert mock.host_url.startswith("https://")
        assert heard(sdk, "message news", 1) == ["tomorrow"]
        sdk.end()


@every_release
def test_without_the_library_for_websockets_a_client_stays_with_polling(
    connect, backendless_mock, listen, monkeypatch, release
):
    monkeypatch.setattr(upgrade, "is_possible", lambda: False)
    sdk = connect(release)
    listen(sdk, "news")
    backendless_mock.publish("hello", channel="news")

    assert heard(sdk, "message news", 1) == ["hello"]
    assert sdk.ask("name the transport", "polling") == "polling"


@every_release
def test_the_example_of_an_application_in_node_passes(sdks, tmp_path, release):
    (tmp_path / "backendless").symlink_to(sdks / f"backendless-{release}")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", EXAMPLE],
        env={**os.environ, "NODE_PATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=50,
        check=False,
    )

    assert "3 passed" in ran.stdout, ran.stdout
