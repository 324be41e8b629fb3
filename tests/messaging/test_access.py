"""Who may do what, without a wire: callers, tokens, and which of several permissions has the say (A2, A3)."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.access import Access, Permission, User
from pytest_backendless_mock.messaging.errors import (
    InvalidChannelName,
    InvalidLogin,
    NoPermissionToPublish,
    NoPermissionToSubscribe,
    UnknownUserToken,
)
from pytest_backendless_mock.messaging.secret import Secret

NOW = 1_894_005_000_000_000
"""2030-01-07 08:30:00Z in microseconds."""
MINUTE = 60_000_000
ANN = User("u1", "ann", Secret("ann's password"), frozenset({"Editors", "Staff"}))
BOB = User("u2", "bob", Secret("bob's password"), frozenset({"Readers"}))
NAMELESS = User("u3")


@pytest.fixture
def access():
    return made()


def made(*, token_lifetime=None, accept_unknown_tokens=False):
    access = Access(token_lifetime=token_lifetime, accept_unknown_tokens=accept_unknown_tokens)
    for user, token in ((ANN, "ann's token"), (BOB, "bob's token"), (NAMELESS, "nameless token")):
        access.add(user)
        access.give_token(user, token, NOW)
    return access


def deny(access, operation="publish", **where):
    access.rule(Permission(operation, **where), allowed=False)


def allow(access, operation="publish", **where):
    access.rule(Permission(operation, **where), allowed=True)


def may(access, operation="publish", channel="news", token="ann's token"):
    refusals = {"publish": NoPermissionToPublish, "subscribe": NoPermissionToSubscribe}
    try:
        access.authorize(operation, channel, access.caller(token, NOW))
    except refusals[operation]:
        return False
    return True


class TestTheCaller:
    def test_without_a_token_is_nobody_in_particular(self, access):
        assert access.caller(None, NOW) == (None, {"NotAuthenticatedUser", "RestUser"})

    def test_with_a_token_is_its_user_in_the_user_s_roles(self, access):
        assert access.caller("ann's token", NOW) == (ANN, {"AuthenticatedUser", "Editors", "RestUser", "Staff"})

    @pytest.mark.parametrize("token", ["nobody's", "", "ANN'S TOKEN", "ann's token ", "u1", "ann"])
    def test_a2_with_a_token_that_nobody_gave_out_is_refused(self, access, token):
        with pytest.raises(UnknownUserToken) as refusal:
            access.caller(token, NOW)
        assert refusal.value.code == 3064
        assert refusal.value.message == (f"Not existing user token - {token}. Relogin user to update your user token")

    def test_a2_with_an_unknown_token_may_count_as_a_user_of_its_own(self):
        access = made(accept_unknown_tokens=True)
        caller = access.caller("nobody's", NOW)
        assert caller == (User("nobody's"), {"AuthenticatedUser", "RestUser"})
        assert caller != access.caller("somebody else's", NOW)

    def test_a2_with_a_known_token_stays_its_user_where_unknown_ones_are_accepted(self):
        assert made(accept_unknown_tokens=True).caller("bob's token", NOW).user is BOB


LIVES = [(0, True), (1, True), (MINUTE - 1, True), (MINUTE, False), (MINUTE + 1, False)]


class TestATokenWithALifetime:
    @pytest.mark.parametrize(("age", "good"), LIVES, ids=["new", "used", "last-microsecond", "expired", "older"])
    def test_is_good_until_its_time_is_up(self, age, good):
        assert made(token_lifetime=MINUTE).knows("ann's token", NOW + age) is good

    def test_that_is_over_is_refused(self):
        access = made(token_lifetime=MINUTE)
        with pytest.raises(UnknownUserToken):
            access.caller("ann's token", NOW + MINUTE)

    def test_that_is_over_is_a_stranger_s_where_unknown_ones_are_accepted(self):
        access = made(token_lifetime=MINUTE, accept_unknown_tokens=True)
        assert access.caller("ann's token", NOW + MINUTE).user == User("ann's token")

    def test_of_nothing_is_never_good(self):
        assert not made(token_lifetime=0).knows("ann's token", NOW)

    def test_begins_anew_when_it_is_given_again(self):
        access = made(token_lifetime=MINUTE)
        access.give_token(ANN, "ann's token", NOW + MINUTE)
        assert access.knows("ann's token", NOW + MINUTE)

    def test_is_unlimited_unless_said_otherwise(self, access):
        assert access.knows("ann's token", NOW + 10**15)


class TestLoggingIn:
    def test_gives_the_token_to_the_user(self, access):
        assert access.find("bob", "bob's password") is BOB
        access.log_in(BOB, "new", NOW)
        assert access.caller("new", NOW).user is BOB

    def test_leaves_earlier_tokens_good(self, access):
        access.log_in(BOB, "new", NOW)
        assert access.knows("bob's token", NOW)

    @pytest.mark.parametrize(
        ("login", "password"),
        [("ann", "bob's password"), ("ann", ""), ("Ann", "ann's password"), ("nobody", "ann's password"), ("", "")],
        ids=["another's", "empty", "case", "unknown-login", "nothing"],
    )
    def test_with_anything_else_is_refused(self, access, login, password):
        with pytest.raises(InvalidLogin):
            access.find(login, password)

    def test_is_not_for_a_user_without_a_password(self, access):
        access.add(User("u4", "dan"))
        with pytest.raises(InvalidLogin):
            access.find("dan", "None")

    def test_out_makes_the_token_unknown_and_no_other(self, access):
        access.give_token(ANN, "second", NOW)
        access.log_out("ann's token")
        assert not access.knows("ann's token", NOW)
        assert access.knows("second", NOW)

    def test_out_twice_is_no_error(self, access):
        access.log_out("ann's token")
        access.log_out("ann's token")
        assert not access.knows("ann's token", NOW)


def d(**where):
    return (deny, where)


def a(**where):
    return (allow, where)


NEWS = {"channel": "news"}
EDITORS = {"role": "Editors"}
USER = {"user": "ann"}
PRECEDENCE = [
    pytest.param([], True, id="nothing-said"),
    pytest.param([d()], False, id="denied-to-everybody"),
    pytest.param([a()], True, id="allowed-to-everybody"),
    pytest.param([d(channel="sports")], True, id="denied-on-another-channel"),
    pytest.param([d(role="Readers")], True, id="denied-to-another-role"),
    pytest.param([d(user="bob")], True, id="denied-to-another-user"),
    pytest.param([d(role="NotAuthenticatedUser")], True, id="denied-to-who-has-no-token"),
    pytest.param([d(role="AuthenticatedUser")], False, id="denied-to-who-has-a-token"),
    pytest.param([d(role="RestUser")], False, id="denied-to-the-key"),
    pytest.param([d(user="u1")], False, id="denied-by-object-id"),
    pytest.param([d(user="ann")], False, id="denied-by-login"),
    pytest.param([d(), a(**NEWS)], True, id="channel-beats-global"),
    pytest.param([a(), d(**NEWS)], False, id="channel-beats-global-denying"),
    pytest.param([d(**NEWS), a(**USER)], False, id="channel-for-everybody-beats-global-for-the-user"),
    pytest.param([a(**NEWS), d(**USER)], True, id="channel-for-everybody-beats-global-denial-for-the-user"),
    pytest.param([d(**EDITORS), a(**NEWS)], True, id="channel-for-everybody-beats-global-for-a-role"),
    pytest.param([d(), a(**EDITORS)], True, id="role-beats-everybody"),
    pytest.param([a(), d(**EDITORS)], False, id="role-beats-everybody-denying"),
    pytest.param([d(**EDITORS), a(**USER)], True, id="user-beats-role"),
    pytest.param([a(**EDITORS), d(**USER)], False, id="user-beats-role-denying"),
    pytest.param([d(), a(**USER)], True, id="user-beats-everybody"),
    pytest.param([d(**NEWS, **EDITORS), a(**NEWS, **USER)], True, id="user-beats-role-on-a-channel"),
    pytest.param([d(**NEWS), a(**NEWS, **EDITORS)], True, id="role-beats-everybody-on-a-channel"),
    pytest.param([a(**EDITORS), d(role="Staff")], False, id="deny-beats-allow-of-another-role"),
    pytest.param([d(role="Staff"), a(**EDITORS)], False, id="deny-beats-allow-of-another-role-said-later"),
    pytest.param([d(user="u1"), a(user="ann")], False, id="deny-beats-allow-by-login-and-by-id"),
    pytest.param([a(role="AuthenticatedUser"), d(role="RestUser")], False, id="built-in-roles-weigh-the-same"),
    pytest.param([d(**NEWS), a(**NEWS)], True, id="the-last-word-allows"),
    pytest.param([a(**NEWS), d(**NEWS)], False, id="the-last-word-denies"),
    pytest.param([d(), a(), d()], False, id="the-last-of-three-words"),
]


@pytest.mark.parametrize(("said", "allowed"), PRECEDENCE)
@pytest.mark.parametrize("operation", ["publish", "subscribe"])
def test_a3_channel_beats_global_then_user_beats_role_beats_everybody_then_deny_beats_allow(
    access, operation, said, allowed
):
    for say, where in said:
        say(access, operation, **where)
    assert may(access, operation) is allowed


@pytest.mark.parametrize(
    ("denied", "other"), [("publish", "subscribe"), ("subscribe", "publish")], ids=["publish", "subscribe"]
)
def test_a3_an_operation_denied_says_nothing_of_the_other(access, denied, other):
    deny(access, denied)
    assert not may(access, denied)
    assert may(access, other)


def test_a3_a_rule_about_a_user_says_nothing_of_a_caller_without_a_token(access):
    deny(access, user="ann")
    assert may(access, token=None)


def test_a3_a_user_without_a_login_is_denied_by_object_id(access):
    deny(access, user="u3")
    assert not may(access, token="nameless token")
    assert may(access, token="ann's token")


def test_a3_default_and_its_alias_are_one_channel(access):
    deny(access, channel="Default")
    assert not may(access, channel="default")
    allow(access, channel="default")
    assert may(access, channel="default")


DETAILS = [
    ({}, "denied by deny('publish')"),
    ({"channel": "news"}, "denied by deny('publish', channel='news')"),
    ({"role": "Editors"}, "denied by deny('publish', role='Editors')"),
    ({"channel": "news", "user": "ann"}, "denied by deny('publish', channel='news', user='ann')"),
]


@pytest.mark.parametrize(("where", "detail"), DETAILS, ids=["everybody", "channel", "role", "channel-and-user"])
def test_a3_a_denial_names_its_rule_to_the_reader_and_not_to_the_client(access, where, detail):
    deny(access, **where)
    with pytest.raises(NoPermissionToPublish) as refusal:
        access.authorize("publish", "news", access.caller("ann's token", NOW))
    assert refusal.value.detail == detail
    assert refusal.value.message == "User has no permission to publish message"
    assert str(refusal.value) == f"5007 User has no permission to publish message ({detail})"


def test_a3_of_several_rules_the_one_that_decided_is_named(access):
    deny(access, "subscribe")
    allow(access, "subscribe", channel="news")
    deny(access, "subscribe", channel="news", role="Staff")
    allow(access, "subscribe", channel="news", role="Editors")
    with pytest.raises(NoPermissionToSubscribe) as refusal:
        access.authorize("subscribe", "news", access.caller("ann's token", NOW))
    assert refusal.value.detail == "denied by deny('subscribe', channel='news', role='Staff')"


@pytest.mark.parametrize("operation", ["retrieve", "status", "cancel", "", "Publish"])
@pytest.mark.parametrize("say", [deny, allow], ids=["deny", "allow"])
def test_a3_only_publishing_and_subscribing_can_be_ruled(access, say, operation):
    with pytest.raises(ValueError, match=r"^'.*' is none of 'publish', 'subscribe'$"):
        say(access, operation)


def test_a_rule_is_about_a_role_or_a_user(access):
    with pytest.raises(ValueError, match=r"^a rule is about a role or a user, not both$"):
        deny(access, role="Editors", user="ann")
    assert may(access)


@pytest.mark.parametrize("channel", ["", "a/b", "a\nb"], ids=["empty", "slash", "control"])
def test_a_rule_is_about_a_channel_that_there_can_be(access, channel):
    with pytest.raises(InvalidChannelName):
        deny(access, channel=channel)
