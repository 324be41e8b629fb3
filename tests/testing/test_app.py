"""Users, permissions and several applications, as a test holds them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import traceback
import urllib.request

import pytest
from mock_support import standing_mock
from plugin_support import QUIET, call

from pytest_backendless_mock import BackendlessMockWarning, BackendlessServer, MessagingError
from pytest_backendless_mock.server.server import hosting
from pytest_backendless_mock.types import BackendlessApp, User

TOKEN = "6E6F8110-CDCA-4AC0-9F76-1BA31C041100"
GUID = "^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$"
HOUR = dt.timedelta(hours=1)
TWO_IDS = [{"app_id": "shop", "api_key": "shop-key"}, {"app_id": "bank", "api_key": "bank-key"}]


@pytest.fixture
def mock():
    with standing_mock() as mock:
        yield mock


@pytest.fixture
def other(mock):
    return mock.new_app()


def log_in(app, login="ann", password="open sesame"):
    return call(f"{app.url}/users/login", "POST", {"login": login, "password": password})


def code_of(action, *args, **kwargs):
    """The code an action is refused with, ``None`` where it is not."""
    try:
        action(*args, **kwargs)
    except MessagingError as error:
        return error.code
    return None


class TestAddUser:
    def test_with_a_token_is_enough(self, mock):
        user = mock.add_user(token=TOKEN)
        assert (user.login, user.token, user.roles, user.properties) == (None, TOKEN, frozenset(), {})
        assert mock.publish("hi", user_token=TOKEN).status == "scheduled"

    def test_with_nothing_makes_a_token(self, mock):
        first, second = mock.add_user(), mock.add_user()
        assert first.token != second.token
        assert first.object_id != second.object_id
        assert mock.publish("hi", user_token=first.token).status == "scheduled"

    def test_with_a_login_makes_no_token(self, mock):
        user = mock.add_user(login="ann", password="open sesame", roles=["Editors"], name="Ann", age=7)
        assert user == User(
            object_id=user.object_id,
            login="ann",
            token=None,
            roles=frozenset({"Editors"}),
            properties={"name": "Ann", "age": 7},
        )

    def test_lets_the_user_log_in_and_get_their_properties(self, mock):
        user = mock.add_user(login="ann", password="open sesame", name="Ann", tags=["a", {"b": 1}])
        status, answer = log_in(mock)
        token = answer.pop("user-token")
        assert (status, answer) == (
            200,
            {"name": "Ann", "tags": ["a", {"b": 1}], "login": "ann", "objectId": user.object_id},
        )
        assert mock.publish("hi", user_token=token).status == "scheduled"

    def test_does_not_let_a_property_take_the_place_of_the_id_or_the_token(self, mock):
        mock.add_user(login="ann", password="open sesame", objectId="x", **{"user-token": "x"})
        answer = log_in(mock)[1]
        assert "x" not in (answer["objectId"], answer["user-token"])

    def test_copies_the_properties(self, mock):
        tags = ["a"]
        mock.add_user(login="ann", password="open sesame", tags=tags)
        tags.append("b")
        assert log_in(mock)[1]["tags"] == ["a"]

    @pytest.mark.parametrize("value", [{1, 2}, float("nan"), object], ids=["set", "nan", "class"])
    def test_refuses_a_property_that_is_not_json(self, mock, value):
        with pytest.raises(TypeError):
            mock.add_user(login="ann", password="open sesame", tags=value)

    def test_with_login_and_token_allows_both(self, mock):
        mock.add_user(login="ann", password="open sesame", token=TOKEN)
        assert log_in(mock)[0] == 200
        assert mock.publish("hi", user_token=TOKEN).status == "scheduled"

    def test_gives_frozen_records(self, mock):
        with pytest.raises(dataclasses.FrozenInstanceError):
            mock.add_user(token=TOKEN).token = "other"

    def test_gives_the_same_ids_in_every_run(self):
        def ids():
            with standing_mock(seed="test_x") as app:
                user = app.add_user()
            return user.object_id, user.token

        assert ids() == ids()

    def test_counts_a_token_s_life_from_then_on(self):
        with standing_mock(token_lifetime=3600) as mock:
            mock.clock.advance(minutes=59)
            mock.add_user(token=TOKEN)
            mock.clock.advance(minutes=59)
            assert code_of(mock.publish, "hi", user_token=TOKEN) is None
            mock.clock.advance(minutes=1)
            assert code_of(mock.publish, "hi", user_token=TOKEN) == 3064


class TestDenyAndAllow:
    def test_deny_is_one_line(self, mock):
        mock.deny("publish", channel="news")
        assert code_of(mock.publish, "hi", channel="news") == 5007
        assert code_of(mock.publish, "hi", channel="sports") is None
        assert code_of(mock.subscribe, "news") is None
        assert mock.channel("news").messages == ()

    def test_deny_takes_a_user_a_login_or_an_object_id(self, mock):
        ann = mock.add_user(login="ann", token="ann's token")
        bob = mock.add_user(login="bob", token="bob's token")
        cid = mock.add_user(token="cid's token")
        for user in (ann, "bob", cid.object_id):
            mock.deny("subscribe", user=user)
        assert [code_of(mock.subscribe, user_token=user.token) for user in (ann, bob, cid)] == [5008] * 3
        assert code_of(mock.subscribe) is None

    def test_allow_is_the_exception(self, mock):
        ann = mock.add_user(token=TOKEN, roles=["Editors"])
        mock.deny("publish")
        mock.allow("publish", role="Editors")
        assert code_of(mock.publish, "hi", user_token=ann.token) is None
        assert code_of(mock.publish, "hi") == 5007

    def test_allow_takes_the_same_deny_back(self, mock):
        mock.deny("publish", channel="news", role="RestUser")
        mock.allow("publish", channel="news", role="RestUser")
        assert code_of(mock.publish, "hi", channel="news") is None

    @pytest.mark.parametrize("verb", ["deny", "allow"])
    def test_refuse_an_operation_that_there_is_not(self, mock, verb):
        with pytest.raises(ValueError, match=r"^'retrieve' is none of 'publish', 'subscribe'$"):
            getattr(mock, verb)("retrieve")

    @pytest.mark.parametrize("verb", ["deny", "allow"])
    def test_refuse_a_role_and_a_user_at_once(self, mock, verb):
        with pytest.raises(ValueError, match=r"^a rule is about a role or a user, not both$"):
            getattr(mock, verb)("publish", role="Editors", user="ann")

    def test_refuse_a_channel_that_there_cannot_be(self, mock):
        with pytest.raises(MessagingError, match="5044"):
            mock.deny("publish", channel="a/b")

    def test_a_denied_call_stands_in_the_report_with_the_rule_that_denied_it(self, mock):
        mock.deny("publish", channel="news", role="NotAuthenticatedUser")
        call(f"{mock.url}/messaging/news", "POST", {"message": "hi"})
        with pytest.raises(AssertionError) as failure:
            mock.channel("news").assert_published("hi")
        assert "deny('publish', channel='news', role='NotAuthenticatedUser')" in str(failure.value)

    def test_a_denied_call_of_the_test_s_own_says_which_rule(self, mock):
        mock.deny("publish", channel="news")
        with pytest.raises(MessagingError) as refusal:
            mock.publish("hi", channel="news")
        assert str(refusal.value) == (
            "5007 User has no permission to publish message (denied by deny('publish', channel='news'))"
        )


ACTIONS = [("publish", "hi", 5007), ("subscribe", "news", 5008), ("push_template", "sale", 5007)]


class TestAUserToken:
    @pytest.fixture
    def mock(self, mock):
        mock.add_template("sale", message="Sale!", channel="news")
        mock.add_user(token=TOKEN)
        mock.deny("publish", role="NotAuthenticatedUser")
        mock.deny("subscribe", role="NotAuthenticatedUser")
        return mock

    @pytest.mark.parametrize(("action", "argument", "code"), ACTIONS, ids=[row[0] for row in ACTIONS])
    def test_makes_the_test_that_user(self, mock, action, argument, code):
        assert code_of(getattr(mock, action), argument, user_token=TOKEN) is None
        assert code_of(getattr(mock, action), argument) == code
        assert code_of(getattr(mock, action), argument, user_token="stale") == 3064


class TestAnotherApplication:
    def test_has_an_id_and_a_key_of_its_own(self, mock, other):
        assert isinstance(other, BackendlessApp)
        assert len({mock.app_id, mock.api_key, other.app_id, other.api_key}) == 4
        assert other.url == f"{mock.host_url}/{other.app_id}/{other.api_key}"
        assert call(f"{other.url}/info") == (
            200,
            {"appId": other.app_id, "apiKey": other.api_key, "loggers": [], "rtURL": other.host_url},
        )

    def test_may_be_given_them(self, mock):
        shop = mock.new_app(app_id="shop", api_key="shop-key")
        assert (shop.app_id, shop.api_key) == ("shop", "shop-key")
        assert call(f"{mock.host_url}/shop/shop-key/messaging/news", "POST", {"message": "hi"})[0] == 200
        assert shop.messages.data == ["hi"]

    def test_cannot_have_an_id_that_is_taken(self, mock, other):
        for taken in (mock.app_id, other.app_id):
            with pytest.raises(ValueError, match=f"^there is an application {taken} already$"):
                mock.new_app(app_id=taken)

    def test_gets_the_same_id_and_key_in_every_run_and_others_in_another_test(self):
        def identity(seed):
            app = standing_mock(seed=seed).new_app()
            return app.app_id, app.api_key

        assert identity("test_x") == identity("test_x")
        assert set(identity("test_x")) & set(identity("test_y")) == set()

    def test_shares_no_messages_channels_devices_or_users(self, mock, other):
        mock.publish("hi", channel="news")
        mock.register_device("d1")
        mock.add_user(token=TOKEN)
        mock.add_template("sale", message="Sale!")
        mock.deny("publish")
        assert (other.messages, other.deliveries, other.devices, other.outbox) == ((), (), (), ())
        assert other.subscribe("news").retrieve() == ()
        assert other.status(mock.messages[0].message_id).status == "unknown"
        assert code_of(other.publish, "hi") is None
        assert code_of(other.publish, "hi", user_token=TOKEN) == 3064
        assert code_of(other.push_template, "sale") == 24002

    def test_does_not_know_the_subscriptions_of_the_first(self, mock, other):
        subscription = mock.subscribe("news")
        other.subscribe("news")
        assert call(f"{other.url}/messaging/news/{subscription.id}")[1]["code"] == 8008

    def test_never_gives_an_id_twice(self, mock, other):
        third = mock.new_app(app_id="shop", api_key="shop-key")
        given = []
        for app in (mock, other, third):
            user = app.add_user(login="ann", password="open sesame")
            app.register_device("d1")
            given += [app.publish("hi").message_id for _ in range(3)]
            given += [app.subscribe().id for _ in range(3)]
            given += [user.object_id, app.add_user().token, log_in(app)[1]["user-token"]]
        assert len(set(given)) == len(given) == 27

    def test_is_2002_under_the_key_of_another(self, mock, other):
        for app_id, api_key in ((mock.app_id, other.api_key), (other.app_id, mock.api_key)):
            answer = call(f"{mock.host_url}/{app_id}/{api_key}/messaging/news", "POST", {"message": "hi"})
            assert answer == (
                400,
                {"code": 2002, "message": "Unable to find application. Check application id and/or API key."},
            )
        assert (mock.messages, other.messages) == ((), ())

    @pytest.mark.parametrize("path", ["/api", "/v1"], ids=["domain", "legacy"])
    def test_leaves_the_domain_to_the_first_and_has_the_legacy_form(self, mock, other, path):
        headers = {"application-id": other.app_id, "secret-key": other.api_key, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{mock.host_url}{path}/messaging/news", b'{"message": "hi"}', headers)
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200
        assert [len(mock.messages), len(other.messages)] == ([1, 0] if path == "/api" else [0, 1])

    def test_is_on_the_same_clock(self, mock, other):
        for app in (mock, other):
            app.publish(app.app_id, publish_at=HOUR)
        delivered = mock.clock.advance(hours=1)
        assert sorted(delivery.data for delivery in delivered) == sorted([mock.app_id, other.app_id])
        assert (mock.deliveries.data, other.deliveries.data) == ([mock.app_id], [other.app_id])

    def test_takes_its_turn_when_the_clock_goes_to_what_is_next(self, mock, other):
        mock.publish("second", publish_at=2 * HOUR)
        other.publish("first", publish_at=HOUR)
        assert [mock.clock.next().data, mock.clock.next().data] == ["first", "second"]

    def test_follows_the_rules_of_the_first(self):
        with standing_mock(immediate_status="published", strict_channels=True) as mock:
            other = mock.new_app()
            assert other.publish("hi").status == "published"
            assert code_of(other.subscribe, "unmade") == 5010

    def test_has_a_journal_of_its_own(self, mock, other):
        call(f"{mock.url}/messaging/message:1")
        call(f"{other.url}/messaging/message:2")
        call(f"{other.url}/messaging/message:3")
        assert [request.path.rpartition("/")[2] for request in mock.requests] == ["message:1"]
        assert [request.path.rpartition("/")[2] for request in other.requests] == ["message:2", "message:3"]

    def test_is_covered_by_the_verdict(self, mock, other):
        other.add_template("sale", message="Hello {name}")
        call(f"{other.url}/messaging/push/sale", "POST", {})
        with pytest.raises(AssertionError, match=r"'sale' was sent without a value for \{name\}"):
            mock.verify()
        mock.verify()

    def test_is_covered_by_the_verdict_when_it_is_asked_for_what_there_is_not(self, mock, other):
        call(f"{other.url}/data/Orders")
        with pytest.raises(AssertionError, match=r"the service has no GET .*/data/Orders"):
            mock.verify()

    def test_is_covered_by_the_hints(self, mock, other):
        call(f"{other.url}/messaging/news", "POST", {"message": "hi", "releatEvery": 60})
        with pytest.warns(BackendlessMockWarning, match="did you mean 'repeatEvery'"):
            mock.verify()

    def test_has_listeners_of_its_own(self, mock, other):
        heard = []
        other.on("accepted", lambda message: heard.append(message.data))
        mock.publish("one")
        other.publish("two")
        assert heard == ["two"]

    def test_can_still_be_looked_at_when_the_server_has_stopped(self):
        with standing_mock() as mock:
            other = mock.new_app()
            call(f"{other.url}/messaging/news", "POST", {"message": "hi"})
        assert other.messages.data == ["hi"]

    def test_is_known_by_its_subscriptions_to_the_next_test(self):
        with standing_mock(seed="test_x") as mock:
            subscription = mock.new_app().subscribe()
        assert hosting(mock._session.server).stale_subscriptions[subscription.id] == "test_x"

    @pytest.mark.parametrize("identity", TWO_IDS, ids=["shop", "bank"])
    def test_can_be_made_before_the_server_is_open(self, identity):
        mock = standing_mock()
        app = mock.new_app(**identity)
        with mock:
            assert call(f"{app.url}/info")[0] == 200

    def test_is_shown_by_its_class_and_what_happened_in_it(self, mock, other):
        other.publish("hi")
        host_url = mock.host_url
        assert repr(other) == f"<BackendlessApp {host_url} 1 messages, 0 scheduled, clock 2030-01-07 08:30:00Z>"


class TestASecret:
    def test_of_a_user_is_shown_by_its_beginning(self, mock):
        user = mock.add_user(login="ann", password="open sesame", token=TOKEN)
        assert "token='6E6F…'" in repr(user)
        assert TOKEN not in repr(user)
        assert "open sesame" not in repr(user)
        assert user.token == TOKEN

    def test_of_a_user_is_not_in_what_the_mock_holds(self, mock):
        mock.add_user(login="ann", password="open sesame", token=TOKEN)
        with mock._application.backend.session() as (broker, _):
            assert "open sesame" not in repr(broker.access.users)

    def test_that_is_refused_is_shown_by_its_beginning_in_the_error(self, mock):
        with pytest.raises(MessagingError) as refusal:
            mock.publish("hi", user_token=TOKEN)
        error = refusal.value
        assert TOKEN in error.message
        assert str(error) == "3064 Not existing user token - 6E6F…. Relogin user to update your user token"
        assert TOKEN not in repr(error)
        assert TOKEN not in "".join(traceback.format_exception(error))

    def red(self, pytester, *lines):
        """What pytest prints of a red test, its locals included where it is the test's own frame."""
        pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
        body = "".join(f"    {line}\n" for line in lines)
        pytester.makepyfile(test_it=f"def test_it(backendless_mock):\n{body}")
        result = pytester.runpytest_inprocess(*QUIET)
        result.assert_outcomes(failed=1)
        return str(result.stdout)

    def test_that_is_refused_is_not_told_whole_by_a_red_test(self, pytester):
        token = f"{TOKEN[:14]}-stale"
        printed = self.red(pytester, f"backendless_mock.publish('hi', user_token={token[:14]!r} + '-stale')")
        assert "6E6F…" in printed
        assert token not in printed

    def test_of_a_user_is_not_told_whole_by_a_red_test(self, pytester):
        token = f"{TOKEN[:14]}-good"
        printed = self.red(
            pytester,
            f"password, token = 'open ' + 'sesame', {token[:14]!r} + '-good'",
            "user = backendless_mock.add_user(login='ann', password=password, token=token)",
            "assert user is backendless_mock",
        )
        assert "token='6E6F…'" in printed
        assert token not in printed
        assert "open sesame" not in printed

    def test_is_not_told_by_assertions_that_fail(self, mock):
        mock.add_user(token=TOKEN)
        request = urllib.request.Request(
            f"{mock.url}/messaging/news",
            b'{"message": "hi"}',
            {"Content-Type": "application/json", "user-token": TOKEN},
        )
        urllib.request.urlopen(request).close()
        with pytest.raises(AssertionError) as failure:
            mock.channel("news").assert_published("bye")
        assert TOKEN not in str(failure.value)
        assert TOKEN not in repr(mock.requests)


@pytest.mark.parametrize(("host", "warns"), [("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True)])
def test_a_server_that_others_can_reach_warns(host, warns, recwarn):
    with standing_mock(server=(server := BackendlessServer(host))):
        server.start()
        server.stop()
    told = [str(warning.message) for warning in recwarn if warning.category is BackendlessMockWarning]
    assert told == (["the mock listens on 0.0.0.0, where others can reach it"] if warns else [])


def test_a_server_is_on_the_loopback_interface_unless_told_otherwise(mock):
    assert mock.host_url.startswith("http://127.0.0.1:")


def test_roles_are_several_names(mock):
    with pytest.raises(TypeError, match="roles is several names, not 'Editors'"):
        mock.add_user(roles="Editors")
