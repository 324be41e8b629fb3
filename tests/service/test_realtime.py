"""What clients ask in real time: the same checks and errors as over HTTP, and what comes of it."""

from __future__ import annotations

import pytest
from mock_support import standing_mock

from pytest_backendless_mock.messaging.errors import MessagingError
from pytest_backendless_mock.messaging.message import Delivery
from pytest_backendless_mock.messaging.presence import Command, Connection, Interest, Listing, Member, Ready
from pytest_backendless_mock.service.call import Call
from pytest_backendless_mock.service.realtime import METHODS, SUBSCRIPTIONS
from pytest_backendless_mock.service.violation import refuse_violations

NEWS = {"channel": "news"}
OPERATIONS = {**SUBSCRIPTIONS, **METHODS}
ON_A_CHANNEL = [*SUBSCRIPTIONS, "PUB_SUB_COMMAND"]


@pytest.fixture
def mock():
    with standing_mock() as mock:
        yield mock


@pytest.fixture
def client(mock):
    return Client(mock)


class Client:
    """Who asks, as the connection of an application would for it."""

    def __init__(self, mock):
        self.application = mock._application
        self.connection = Connection("connection:1")

    def ask(self, name, options=NEWS, *, token=None, call_id="id:1"):
        """What it is answered. Raises ``MessagingError``."""
        operation = OPERATIONS[name]
        refuse_violations(options, operation.body)
        params = {"id": call_id, **{name: options[name] for name in ("channel",) if name in options}}
        with self.application.backend.session() as (broker, now):
            call = Call(self.application, broker, now, lambda: name, params, options, token, connection=self.connection)
            return operation.run(call)

    def refusal(self, name, options=NEWS, **more):
        with pytest.raises(MessagingError) as refusal:
            self.ask(name, options, **more)
        assert not self.connection.inbox
        return refusal.value.code, refusal.value.message

    def heard(self):
        return [what for _, what in self.connection.inbox if what != Ready()]

    def hints(self):
        return self.application.verdict.take_hints()

    def joined(self, channel="news"):
        with self.application.backend.peek() as (broker, _):
            return broker.presence.has_joined(self.connection, channel)


class TestJoining:
    def test_is_answered_with_what_swift_compares(self, mock, client):
        assert client.ask("PUB_SUB_CONNECT") == "connected"
        assert client.joined()
        assert mock.channel("news").listeners == ()

    def test_means_the_default_channel_by_both_names(self, client):
        client.ask("PUB_SUB_CONNECT", {"channel": "Default"})
        assert client.joined("default")

    def test_hints_at_a_typo(self, mock, client):
        mock.publish("hi", channel="weather-oslo")
        client.ask("PUB_SUB_CONNECT", {"channel": "wether-oslo"})
        assert client.hints() == [
            "PUB_SUB_CONNECT: this makes a new channel 'wether-oslo'; did you mean 'weather-oslo'?"
        ]

    def test_that_is_refused_hints_at_nothing_and_joins_nothing(self, mock, client):
        mock.publish("hi", channel="weather-oslo")
        mock.deny("subscribe")
        client.refusal("PUB_SUB_CONNECT", {"channel": "wether-oslo"})
        assert (client.joined("wether-oslo"), client.hints()) == (False, [])


class TestListening:
    @pytest.mark.parametrize(
        ("name", "interest"),
        [
            ("PUB_SUB_MESSAGES", Interest.MESSAGES),
            ("PUB_SUB_COMMANDS", Interest.COMMANDS),
            ("PUB_SUB_USERS", Interest.USERS),
        ],
    )
    def test_is_for_what_it_is_called_by(self, client, name, interest):
        assert client.ask(name) is None
        [(listener, ready), *_] = client.connection.inbox
        assert (listener.listener_id, listener.interest, ready) == ("id:1", interest, Ready())

    def test_hears_what_is_published(self, mock, client):
        client.ask("PUB_SUB_MESSAGES", {"channel": "news", "selector": "city = 'Oslo'"})
        mock.publish("Oslo", channel="news", headers={"city": "Oslo"})
        mock.publish("Rome", channel="news", headers={"city": "Rome"})
        [delivery] = client.heard()
        assert isinstance(delivery, Delivery)
        assert delivery.message.data == "Oslo"

    @pytest.mark.parametrize("selector", [None, ""], ids=["null", "empty"])
    def test_without_a_selector_hears_all(self, mock, client, selector):
        client.ask("PUB_SUB_MESSAGES", {"channel": "news", "selector": selector})
        mock.publish("hi", channel="news")
        assert len(client.heard()) == 1

    def test_r2_with_a_malformed_selector_is_5009(self, mock, client):
        client.ask("PUB_SUB_CONNECT")
        options = {"channel": "news", "selector": "city ="}
        assert client.refusal("PUB_SUB_MESSAGES", options)[0] == 5009
        assert mock.channel("news").listeners == ()

    def test_r7_for_users_has_them_listed_first(self, mock, client):
        mock.add_user(token="ann's")
        client.ask("PUB_SUB_CONNECT", token="ann's")
        client.ask("PUB_SUB_USERS", token="ann's", call_id="id:2")
        user_id = client.connection.user_id
        assert user_id
        assert client.heard() == [Listing((Member("connection:1", user_id),))]


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
class TestWhoMaySubscribe:
    def test_r1_not_who_is_denied(self, mock, client, name):
        mock.deny("subscribe", channel="news")
        assert client.refusal(name)[0] == 5008
        client.ask(name, {"channel": "other"})

    def test_r1_not_to_a_channel_that_nobody_made_where_channels_are_strict(self, name):
        with standing_mock(strict_channels=True) as mock:
            client = Client(mock)
            assert client.refusal(name)[0] == 5010
            client.ask(name, {"channel": "default"})

    def test_r1_otherwise_the_channel_is_made(self, client, name):
        client.ask(name)
        with client.application.backend.peek() as (broker, _):
            assert "news" in broker.channels

    def test_r1_not_with_a_token_that_nobody_gave_out(self, client, name):
        assert client.refusal(name, token="stranger")[0] == 3064
        assert client.connection.user_id is None

    def test_r5_is_the_user_of_the_token(self, mock, client, name):
        user = mock.add_user(token="ann's")
        client.ask(name, token="ann's")
        assert client.connection.user_id == user.object_id

    def test_not_to_a_channel_whose_name_is_none(self, client, name):
        assert client.refusal(name, {"channel": "a/b"})[0] == 5044


class TestCommands:
    def test_r6_come_to_who_listens_the_sender_included(self, mock, client):
        user = mock.add_user(token="ann's")
        client.ask("PUB_SUB_COMMANDS", token="ann's")
        options = {"channel": "news", "type": "typing", "data": {"on": True}}
        assert client.ask("PUB_SUB_COMMAND", options, token="ann's") is None
        assert client.heard() == [Command("typing", {"on": True}, "connection:1", user.object_id)]

    @pytest.mark.parametrize("options", [NEWS, {**NEWS, "type": None, "data": None}], ids=["missing", "null"])
    def test_may_say_nothing(self, client, options):
        client.ask("PUB_SUB_COMMANDS")
        client.ask("PUB_SUB_COMMAND", options)
        assert client.heard() == [Command("", None, "connection:1", None)]

    def test_a_type_that_is_no_text_is_refused(self, client):
        assert client.refusal("PUB_SUB_COMMAND", {"channel": "news", "type": 1}) == (8008, "Invalid parameter 'type'")


class TestTheUser:
    def test_changes_with_the_token(self, mock, client):
        user = mock.add_user(token="ann's")
        assert client.ask("SET_USER_TOKEN", {"userToken": "ann's"}, token="ann's") is None
        assert client.connection.user_id == user.object_id
        client.ask("SET_USER_TOKEN", {"userToken": None})
        assert client.connection.user_id is None

    def test_stays_where_the_token_is_nobody_s(self, mock, client):
        user = mock.add_user(token="ann's")
        client.ask("SET_USER_TOKEN", {"userToken": "ann's"}, token="ann's")
        assert client.refusal("SET_USER_TOKEN", {"userToken": "x"}, token="stranger")[0] == 3064
        assert client.connection.user_id == user.object_id

    def test_a_token_that_is_no_text_is_refused(self, client):
        assert client.refusal("SET_USER_TOKEN", {"userToken": 5}) == (8008, "Invalid parameter 'userToken'")


class TestOptions:
    @pytest.mark.parametrize("name", ON_A_CHANNEL)
    def test_without_a_channel_are_refused(self, client, name):
        assert client.refusal(name, {}) == (8007, "Missing parameter 'channel'.")

    @pytest.mark.parametrize("name", ON_A_CHANNEL)
    @pytest.mark.parametrize("channel", [None, 5, ["news"]], ids=repr)
    def test_with_a_channel_that_is_no_text_are_refused(self, client, name, channel):
        assert client.refusal(name, {"channel": channel}) == (8008, "Invalid parameter 'channel'")

    @pytest.mark.parametrize("name", OPERATIONS)
    @pytest.mark.parametrize("options", [None, [], "news"], ids=repr)
    def test_that_are_no_object_are_refused(self, client, name, options):
        assert client.refusal(name, options) == (
            8002,
            "Could not parse request with message: the body is not a JSON object",
        )

    @pytest.mark.parametrize("name", list(SUBSCRIPTIONS)[1:])
    def test_with_a_selector_that_is_no_text_are_refused(self, client, name):
        assert client.refusal(name, {"channel": "news", "selector": 5}) == (8008, "Invalid parameter 'selector'")

    def test_that_nobody_knows_are_hinted_at(self, client):
        client.ask("PUB_SUB_MESSAGES", {"channel": "news", "selecter": "a = 1"})
        assert client.hints() == [
            "PUB_SUB_MESSAGES: the service ignores the field 'selecter'; did you mean 'selector'?"
        ]
