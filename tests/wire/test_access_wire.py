"""Who may do what, as it travels: log-in and tokens, permissions, the order of the checks, every error once."""

from __future__ import annotations

import pytest
from http_support import ABSENT, API_KEY, APP_ID, LONGEST_BODY, NOTHING, NOW, PREFIX, Stored, Wire

from pytest_backendless_mock.messaging.template import Template

STRANGE_ID = "00000000-0000-4000-8000-000000000000"
ANN = "6E6F8110-CDCA-4AC0-9F76-1BA31C041100"
"""Ann's token; she is an editor. Bob reads."""
BOB = "B0B00000-CDCA-4AC0-9F76-1BA31C041100"
LIVE_TEXT = "Not existing user token - {}. Relogin user to update your user token"
DENIED = {
    "publish": {"code": 5007, "message": "User has no permission to publish message"},
    "subscribe": {"code": 5008, "message": "User has no permission to subscribe"},
}
LIFETIME = 3_600_000
"""In milliseconds."""


@pytest.fixture
def wire():
    return peopled()


def peopled(**rules):
    wire = Wire(**rules)
    wire.add_user(ANN, login="ann", password="open sesame", roles=["Editors"])
    wire.add_user(BOB, login="bob", password="swordfish")
    return wire


def send(wire, line, body=ABSENT, token=None, **more):
    """``line`` is a method and a path below the application."""
    method, _, path = line.partition(" ")
    headers = {} if token is None else {"user-token": token}
    return wire.send(method, path if path.startswith("/") else f"{PREFIX}/{path}", body, headers=headers, **more)


def log_in(wire, login="ann", password="open sesame", **more):
    return send(wire, "POST users/login", {"login": login, "password": password}, **more)


def is_valid(wire, token):
    return send(wire, f"GET users/isvalidusertoken/{token}").json


def say_hi(wire, token=None, channel="news"):
    return send(wire, f"POST messaging/{channel}", {"message": "hi"}, token)


REQUESTS = {
    "publish": ("POST messaging/{channel}", {"message": "hi"}),
    "subscribe": ("POST messaging/{channel}/subscribe", {}),
}
SUBJECTS = {
    "everybody": {},
    "nobody-logged-in": {"role": "NotAuthenticatedUser"},
    "logged-in": {"role": "AuthenticatedUser"},
    "key": {"role": "RestUser"},
    "role": {"role": "Editors"},
    "user": {"user": "ann"},
}
SCOPES = {"global": {}, "channel": {"channel": "news"}, "another-channel": {"channel": "sports"}}
CALLERS = {"no-token": None, "ann": ANN, "bob": BOB}
DENIED_CALLERS = {
    "everybody": ["no-token", "ann", "bob"],
    "nobody-logged-in": ["no-token"],
    "logged-in": ["ann", "bob"],
    "key": ["no-token", "ann", "bob"],
    "role": ["ann"],
    "user": ["ann"],
}
MATRIX = [
    pytest.param(
        operation,
        SUBJECTS[subject] | SCOPES[scope],
        CALLERS[caller],
        caller in DENIED_CALLERS[subject] and scope != "another-channel",
        id=f"{subject}-{scope}-{operation}-{caller}",
    )
    for subject in SUBJECTS
    for scope in SCOPES
    for operation in REQUESTS
    for caller in CALLERS
]


@pytest.mark.parametrize(("operation", "where", "token", "denied"), MATRIX)
class TestA3ThePermissionMatrix:
    def test_denies_whom_the_rule_is_about_and_nobody_else(self, wire, operation, where, token, denied):
        line, body = REQUESTS[operation]
        wire.deny(operation, **where)
        answer = send(wire, line.format(channel="news"), body, token)
        assert (answer.status == 400) is denied
        assert (answer.json == DENIED[operation]) is denied
        assert (wire.stored == NOTHING) is denied
        assert wire.problems == []

    def test_allows_whom_the_rule_is_about_and_nobody_else_where_all_is_denied(
        self, wire, operation, where, token, denied
    ):
        """The same table read the other way round: the rule is wider than nothing, so everybody is denied first."""
        line, body = REQUESTS[operation]
        wire.deny(operation)
        wire.allow(operation, **where)
        answer = send(wire, line.format(channel="news"), body, token)
        assert answer.status == (200 if denied else 400)
        assert (answer.json == DENIED[operation]) is not denied

    def test_says_nothing_of_the_other_operation(self, wire, operation, where, token, denied):
        line, body = REQUESTS["subscribe" if operation == "publish" else "publish"]
        wire.deny(operation, **where)
        assert send(wire, line.format(channel="news"), body, token).status == 200


@pytest.mark.parametrize("token", CALLERS.values(), ids=list(CALLERS))
def test_a3_retrieve_status_and_cancel_are_open_to_any_caller(wire, token):
    subscription = wire.subscribed("news")
    wire.published({"message": "hi"}, "news")
    message_id = wire.published({"message": "later", "publishAt": NOW + 1000}, "news")
    wire.deny("publish")
    wire.deny("subscribe")
    polled = send(wire, f"GET messaging/news/{subscription}", token=token)
    assert [message["data"] for message in polled.json["messages"]] == ["hi"]
    assert send(wire, f"GET messaging/{message_id}", token=token).json["status"] == "scheduled"
    assert send(wire, f"DELETE messaging/{message_id}", token=token).json["status"] == "cancelled"


def test_a3_a_template_push_is_a_publish_on_the_template_s_channel(wire):
    with wire.application.backend.session() as (broker, _):
        broker.templates.add(Template("sale", "Sale!", {}, (), "shop", None))
    wire.deny("publish", channel="shop", role="NotAuthenticatedUser")
    refused = send(wire, "POST messaging/push/sale", {})
    assert (refused.status, refused.json) == (400, DENIED["publish"])
    assert wire.stored == NOTHING
    assert send(wire, "POST messaging/push/sale", {}, ANN).status == 200


@pytest.mark.parametrize("name", ["default", "Default"])
def test_a3_the_alias_of_the_default_channel_is_no_way_round(wire, name):
    wire.deny("publish", channel="default")
    assert say_hi(wire, channel=name).json == DENIED["publish"]


@pytest.mark.parametrize("name", ["news%20room", "news room"], ids=["encoded", "plain"])
def test_a3_a_rule_holds_however_the_channel_is_encoded(wire, name):
    wire.deny("publish", channel="news room")
    assert say_hi(wire, channel=name.replace(" ", "%20")).json == DENIED["publish"]
    assert say_hi(wire, channel=name.replace(" ", "%20").replace("n", "%6E")).json == DENIED["publish"]


def test_a3_a_denied_call_leaves_nothing_behind(wire):
    wire.published({"message": "earlier"})
    before = wire.stored
    wire.deny("publish")
    wire.deny("subscribe")
    assert say_hi(wire, channel="fresh").status == 400
    assert send(wire, "POST messaging/fresh/subscribe").status == 400
    push = {"message": "hi", "publishPolicy": "PUSH", "publishAt": NOW + 1000, "repeatEvery": 60}
    assert send(wire, "POST messaging/fresh", push).status == 400
    assert wire.stored == before
    assert wire.hints == []


def test_a3_a_denial_does_not_touch_what_was_accepted_before(wire):
    wire.published({"message": "later", "publishAt": NOW + 1000}, "news")
    wire.deny("publish")
    wire.clock.advance(seconds=1)
    assert wire.data("news") == ["later"]


def test_a3_a_denial_is_noted_with_its_rule_and_the_answer_does_not_tell(wire):
    wire.deny("publish", channel="news", role="Editors")
    assert say_hi(wire, ANN).json == DENIED["publish"]
    [refusal] = wire.application.backend.timeline
    assert str(refusal.error) == (
        "5007 User has no permission to publish message (denied by deny('publish', channel='news', role='Editors'))"
    )


class TestLoggingIn:
    def test_answers_the_user_and_a_token(self, wire):
        answer = log_in(wire)
        assert answer.status == 200
        assert list(answer.json) == ["login", "objectId", "user-token"]
        assert answer.json["login"] == "ann"
        assert say_hi(wire, answer.json["user-token"]).status == 200

    def test_gives_every_time_another_token_and_the_same_user(self):
        wire = peopled(multiple_logins=True)
        first, second = log_in(wire).json, log_in(wire).json
        assert first["objectId"] == second["objectId"]
        assert len({first["user-token"], second["user-token"], ANN}) == 3
        assert [is_valid(wire, token) for token in (first["user-token"], second["user-token"], ANN)] == [True] * 3

    def test_gives_the_same_tokens_in_every_run(self):
        assert log_in(peopled()).json == log_in(peopled()).json
        assert log_in(peopled()).json["user-token"] != log_in(peopled(seed=1)).json["user-token"]

    def test_brings_the_roles_of_the_user(self, wire):
        wire.deny("publish")
        wire.allow("publish", role="Editors")
        assert say_hi(wire, log_in(wire).json["user-token"]).status == 200
        assert say_hi(wire, log_in(wire, "bob", "swordfish").json["user-token"]).error == (400, 5007)

    @pytest.mark.parametrize(
        ("login", "password"),
        [("ann", "swordfish"), ("ann", ""), ("ann", "Open Sesame"), ("nobody", "open sesame"), ("ANN", "open sesame")],
        ids=["another's", "empty", "case", "unknown", "login-case"],
    )
    def test_with_the_wrong_words_is_3003(self, wire, login, password):
        answer = log_in(wire, login, password)
        assert (answer.status, answer.json) == (400, {"code": 3003, "message": "Invalid login or password"})
        assert wire.problems == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, 3006),
            ({"login": "ann"}, 3006),
            ({"password": "open sesame"}, 3006),
            ({"login": "", "password": "open sesame"}, 3006),
            ({"login": None, "password": "open sesame"}, 3006),
            ({"login": "ann", "password": None}, 3006),
            ({"login": 7, "password": 8}, 3006),
            ([], 8002),
            ("ann", 8002),
            (b"", 8002),
            (b"{", 8002),
        ],
        ids=[
            "none",
            "no-password",
            "no-login",
            "empty",
            "null",
            "null-password",
            "numbers",
            "array",
            "text",
            "no",
            "cut",
        ],
    )
    def test_without_login_and_password_is_refused(self, wire, body, code):
        assert send(wire, "POST users/login", body).error == (400, code)

    def test_does_not_mind_a_stale_token(self, wire):
        assert log_in(wire, token="stale").status == 200

    def test_is_asked_for_with_post(self, wire):
        assert send(wire, "GET users/login").error == (404, 404)
        assert len(wire.problems) == 1

    @pytest.mark.parametrize(
        ("prefix", "headers"),
        [("/api", {}), ("/v1", {"application-id": APP_ID, "secret-key": API_KEY})],
        ids=["domain", "legacy"],
    )
    def test_goes_through_every_form_of_url(self, wire, prefix, headers):
        body = {"login": "ann", "password": "open sesame"}
        token = wire.send("POST", f"{prefix}/users/login", body, headers=headers).json["user-token"]
        answer = wire.send("GET", f"{prefix}/users/isvalidusertoken/{token}", headers=headers)
        assert answer.json is True


class TestLoggingOut:
    def test_makes_the_token_3064(self, wire):
        answer = send(wire, "GET users/logout", token=ANN)
        assert (answer.status, answer.raw) == (200, b"null")
        assert is_valid(wire, ANN) is False
        assert say_hi(wire, ANN).json == {"code": 3064, "message": LIVE_TEXT.format(ANN)}

    def test_touches_no_other_token(self, wire):
        other = log_in(wire).json["user-token"]
        send(wire, "GET users/logout", token=ANN)
        assert [is_valid(wire, token) for token in (other, BOB)] == [True, True]

    def test_twice_is_3064(self, wire):
        send(wire, "GET users/logout", token=ANN)
        assert send(wire, "GET users/logout", token=ANN).error == (400, 3064)

    def test_without_a_token_does_nothing(self, wire):
        assert send(wire, "GET users/logout").status == 200
        assert is_valid(wire, ANN) is True


class TestAskingForAToken:
    @pytest.mark.parametrize(
        ("token", "valid"),
        [(ANN, True), (BOB, True), ("nobody's", False), (ANN.lower(), False), (ANN[:-1], False), ("%00", False)],
        ids=["ann", "bob", "nobody", "case", "cut", "zero"],
    )
    def test_answers_true_or_false(self, wire, token, valid):
        answer = send(wire, f"GET users/isvalidusertoken/{token}")
        assert (answer.status, answer.json) == (200, valid)

    def test_reads_it_percent_decoded(self, wire):
        wire.add_user("a b/c")
        assert is_valid(wire, "a%20b%2Fc") is True

    def test_does_not_mind_a_stale_token_of_the_caller(self, wire):
        assert send(wire, f"GET users/isvalidusertoken/{ANN}", token="stale").json is True

    def test_without_one_is_no_request_of_the_service(self, wire):
        assert send(wire, "GET users/isvalidusertoken/").error == (404, 404)
        assert len(wire.problems) == 1

    def test_that_only_counts_where_unknown_ones_are_accepted_is_false(self):
        assert is_valid(peopled(accept_unknown_tokens=True), "nobody's") is False


class TestATokenWithALifetime:
    @pytest.fixture
    def wire(self):
        return peopled(token_lifetime=LIFETIME / 1000)

    @pytest.mark.parametrize(
        ("age", "good"), [(0, True), (LIFETIME - 1, True), (LIFETIME, False)], ids=["new", "last", "over"]
    )
    def test_expires_by_the_clock(self, wire, age, good):
        wire.clock.advance(milliseconds=age)
        assert is_valid(wire, ANN) is good
        answer = say_hi(wire, ANN)
        assert (answer.status == 200) is good
        assert good or answer.json == {"code": 3064, "message": LIVE_TEXT.format(ANN)}
        assert (wire.stored == NOTHING) is not good

    def test_expires_by_whoever_holds_the_time(self, wire):
        wire.time.milliseconds += LIFETIME
        assert say_hi(wire, ANN).error == (400, 3064)

    def test_is_counted_from_its_own_log_in(self, wire):
        wire.clock.advance(milliseconds=LIFETIME - 1)
        token = log_in(wire).json["user-token"]
        wire.clock.advance(milliseconds=LIFETIME - 1)
        assert [is_valid(wire, ANN), is_valid(wire, token)] == [False, True]

    def test_is_not_renewed_by_its_use(self, wire):
        wire.clock.advance(milliseconds=LIFETIME - 1)
        assert say_hi(wire, ANN).status == 200
        wire.clock.advance(milliseconds=1)
        assert say_hi(wire, ANN).error == (400, 3064)


def test_a_token_lives_for_ever_unless_said_otherwise(wire):
    wire.clock.advance(days=365_000)
    assert is_valid(wire, ANN) is True


class TestA2WhereUnknownTokensAreAccepted:
    @pytest.fixture
    def wire(self):
        return peopled(accept_unknown_tokens=True)

    def test_one_is_an_authenticated_user(self, wire):
        wire.deny("publish", role="NotAuthenticatedUser")
        assert say_hi(wire, "nobody's").status == 200
        wire.deny("publish", role="AuthenticatedUser")
        assert say_hi(wire, "nobody's").error == (400, 5007)

    def test_each_is_a_user_of_its_own_without_roles_of_the_application(self, wire):
        wire.deny("publish", user="nobody's")
        wire.deny("publish", channel="news", role="Editors")
        assert say_hi(wire, "nobody's", "sports").error == (400, 5007)
        assert say_hi(wire, "somebody else's", "sports").status == 200
        assert say_hi(wire, "somebody else's", "news").status == 200

    def test_a_known_one_is_its_user(self, wire):
        wire.deny("publish", role="Editors")
        assert say_hi(wire, ANN).error == (400, 5007)
        assert say_hi(wire, BOB).status == 200


CHECKED = [
    ("POST messaging/news", {"message": "hi"}),
    ("POST messaging/news/subscribe", ABSENT),
    (f"GET messaging/news/{STRANGE_ID}", ABSENT),
    ("GET messaging/message:1", ABSENT),
    ("DELETE messaging/message:1", ABSENT),
    ("DELETE messaging/channels/news", ABSENT),
    ("GET messaging/news/properties", ABSENT),
    ("POST messaging/registrations", {"deviceId": "d1", "deviceToken": "t1", "os": "IOS"}),
    ("GET messaging/registrations/d1", ABSENT),
    ("DELETE messaging/registrations/d1", ABSENT),
    ("POST messaging/push/sale", {}),
    ("GET messaging/pushtemplates", ABSENT),
    ("GET messaging/pushtemplates/ios", ABSENT),
    ("POST messaging/email", {"subject": "hi", "bodyparts": {"textmessage": "hi"}, "to": ["ann@example.com"]}),
    ("POST emailtemplate/send", {"template-name": "welcome", "addresses": ["ann@example.com"]}),
]
LINES = [line.replace("/", "-").replace(" ", "-").replace(STRANGE_ID, "id") for line, _ in CHECKED]


@pytest.mark.parametrize(("line", "body"), CHECKED, ids=LINES)
class TestA2EveryMessagingOperation:
    def test_refuses_an_unknown_token_with_the_live_text_and_stores_nothing(self, wire, line, body):
        answer = send(wire, line, body, "nobody's")
        assert answer.status == 400
        assert answer.json == {"code": 3064, "message": LIVE_TEXT.format("nobody's")}
        assert wire.stored == NOTHING
        assert wire.problems == []

    def test_refuses_a_token_that_has_expired(self, line, body):
        wire = peopled(token_lifetime=60)
        wire.clock.advance(seconds=60)
        assert send(wire, line, body, ANN).json == {"code": 3064, "message": LIVE_TEXT.format(ANN)}
        assert wire.stored == NOTHING

    def test_refuses_a_token_of_another_application(self, line, body):
        wire = Wire()
        peopled()
        assert send(wire, line, body, ANN).error == (400, 3064)

    @pytest.mark.parametrize("token", CALLERS.values(), ids=list(CALLERS))
    def test_takes_every_good_token_and_none(self, wire, line, body, token):
        answer = send(wire, line, body, token)
        assert answer.status == 200 or answer.json["code"] not in (3064, 5007, 5008)


@pytest.mark.parametrize("line", ["GET log/logger", "PUT log", "POST log"])
def test_w18_logging_goes_on_with_a_stale_token(wire, line):
    assert send(wire, line, token="stale").status == 200


TOO_LONG = b" " * (LONGEST_BODY + 1)
ELSEWHERE = f"/{STRANGE_ID}/{API_KEY}"
BAD_DATES = {"publishAt": -1, "repeatExpiresAt": -1}
OBJECT_PUSH = {"message": {}, "publishPolicy": "PUSH"}
JSON = "application/json"
PUBLISH, SUBSCRIBE = "POST messaging/shut", "POST messaging/shut/subscribe"
OPEN_PUBLISH, TEMPLATE, NO_TEMPLATE = "POST messaging/open", "POST messaging/push/shut", "POST messaging/push/none"
TWO_FAULTS = {
    "route-before-application": (f"POST {ELSEWHERE}/data/Orders", {}, None, JSON, 404),
    "route-before-size": ("POST data/Orders", TOO_LONG, None, JSON, 404),
    "route-before-token": ("POST data/Orders", {}, "stale", JSON, 404),
    "application-before-size": (f"POST {ELSEWHERE}/messaging/open", TOO_LONG, None, JSON, 2002),
    "application-before-content-type": (f"POST {ELSEWHERE}/messaging/open", {}, None, "text/plain", 2002),
    "application-before-syntax": (f"POST {ELSEWHERE}/messaging/open", b"{", None, JSON, 2002),
    "application-before-token": (f"POST {ELSEWHERE}/messaging/open", {"message": 1}, "stale", JSON, 2002),
    "size-before-token": (OPEN_PUBLISH, TOO_LONG, "stale", JSON, 8002),
    "content-type-before-token": (OPEN_PUBLISH, {"message": 1}, "stale", "text/plain", 8002),
    "syntax-before-token": (OPEN_PUBLISH, b"{", "stale", JSON, 8002),
    "syntax-before-permission": (PUBLISH, b"{", None, JSON, 8002),
    "content-type-before-permission": (PUBLISH, {"message": 1}, None, "text/plain", 8002),
    "token-before-channel-name": ("POST messaging/a%2Fb", {"message": 1}, "stale", JSON, 3064),
    "token-before-channel-name-when-subscribing": ("POST messaging/a%2Fb/subscribe", {}, "stale", JSON, 3064),
    "token-before-permission": (PUBLISH, {"message": 1}, "stale", JSON, 3064),
    "token-before-permission-when-subscribing": (SUBSCRIBE, {}, "stale", JSON, 3064),
    "token-before-required": (OPEN_PUBLISH, {}, "stale", JSON, 3064),
    "token-before-not-an-object": (OPEN_PUBLISH, [], "stale", JSON, 3064),
    "token-before-dates": (OPEN_PUBLISH, {"message": 1, **BAD_DATES}, "stale", JSON, 3064),
    "token-before-selector": ("POST messaging/open/subscribe", {"selector": "="}, "stale", JSON, 3064),
    "token-before-subscription": (f"GET messaging/open/{STRANGE_ID}", ABSENT, "stale", JSON, 3064),
    "token-before-channel-name-when-retrieving": (f"GET messaging/a%2Fb/{STRANGE_ID}", ABSENT, "stale", JSON, 3064),
    "token-before-cancel": ("DELETE messaging/message:1", ABSENT, "stale", JSON, 3064),
    "token-before-channel": ("DELETE messaging/channels/none", ABSENT, "stale", JSON, 3064),
    "token-before-device": ("GET messaging/registrations/none", ABSENT, "stale", JSON, 3064),
    "token-before-registration": ("POST messaging/registrations", {}, "stale", JSON, 3064),
    "token-before-template": (NO_TEMPLATE, {}, "stale", JSON, 3064),
    "token-before-recipient": ("POST messaging/email", {}, "stale", JSON, 3064),
    "token-before-email-template": ("POST emailtemplate/send", {"template-name": "none"}, "stale", JSON, 3064),
    "channel-name-before-permission": ("POST messaging/a%2Fb", {"message": 1}, BOB, JSON, 5044),
    "channel-name-before-permission-when-subscribing": ("POST messaging/a%2Fb/subscribe", {}, BOB, JSON, 5044),
    "channel-name-before-required": ("POST messaging/a%2Fb", {}, None, JSON, 5044),
    "permission-before-required": (PUBLISH, {}, None, JSON, 5007),
    "permission-before-null": (PUBLISH, {"message": None}, None, JSON, 5007),
    "permission-before-not-an-object": (PUBLISH, [], None, JSON, 5007),
    "permission-before-field-types": (PUBLISH, {"message": 1, "headers": 1}, None, JSON, 5007),
    "permission-before-dates": (PUBLISH, {"message": 1, **BAD_DATES}, None, JSON, 5007),
    "permission-before-payload": (PUBLISH, OBJECT_PUSH, None, JSON, 5007),
    "permission-before-segment": (PUBLISH, {"message": 1, "segmentQuery": "="}, None, JSON, 5007),
    "permission-before-selector": (SUBSCRIBE, {"selector": "="}, None, JSON, 5008),
    "permission-before-field-types-when-subscribing": (SUBSCRIBE, {"selector": 1}, None, JSON, 5008),
    "permission-before-not-an-object-when-subscribing": (SUBSCRIBE, "x", None, JSON, 5008),
    "permission-before-existence-when-subscribing": ("POST messaging/unmade/subscribe", {}, BOB, JSON, 5008),
    "permission-before-dates-of-a-template": (TEMPLATE, BAD_DATES, None, JSON, 5007),
    "permission-before-field-types-of-a-template": (TEMPLATE, {"templateValues": 1}, None, JSON, 5007),
    "permission-before-not-an-object-of-a-template": (TEMPLATE, [], None, JSON, 5007),
    "required-before-field-types": (OPEN_PUBLISH, {"headers": 1}, None, JSON, 8007),
    "required-before-dates": (OPEN_PUBLISH, BAD_DATES, None, JSON, 8007),
    "null-before-field-types": (OPEN_PUBLISH, {"message": None, "headers": 1}, None, JSON, 8006),
    "null-before-dates": (OPEN_PUBLISH, {"message": None, **BAD_DATES}, None, JSON, 8006),
    "field-types-before-dates": (OPEN_PUBLISH, {"message": 1, "headers": 1, **BAD_DATES}, None, JSON, 8008),
    "field-types-before-payload": (OPEN_PUBLISH, {**OBJECT_PUSH, "headers": 1}, None, JSON, 8008),
    "mask-before-dates": (OPEN_PUBLISH, {"message": 1, "pushBroadcast": "TV", **BAD_DATES}, None, JSON, 8008),
    "field-types-before-template": (NO_TEMPLATE, {"templateValues": 1}, None, JSON, 8008),
    "field-types-before-selector": (
        "POST messaging/open/subscribe",
        {"selector": "=", "subtopic": 1},
        None,
        JSON,
        8008,
    ),
    "publish-date-before-expiration-date": (OPEN_PUBLISH, {"message": 1, **BAD_DATES}, None, JSON, 5030),
    "publish-date-before-payload": (OPEN_PUBLISH, {**OBJECT_PUSH, "publishAt": -1}, None, JSON, 5030),
    "expiration-date-before-payload": (OPEN_PUBLISH, {**OBJECT_PUSH, "repeatExpiresAt": -1}, None, JSON, 5003),
    "publish-date-before-segment": (
        OPEN_PUBLISH,
        {"message": 1, "publishAt": -1, "segmentQuery": "="},
        None,
        JSON,
        5030,
    ),
    "publish-date-before-template": (NO_TEMPLATE, {"publishAt": -1}, None, JSON, 5030),
    "expiration-date-before-template": (NO_TEMPLATE, {"repeatExpiresAt": -1}, None, JSON, 5003),
    "payload-before-segment": (OPEN_PUBLISH, {**OBJECT_PUSH, "segmentQuery": "="}, None, JSON, 5041),
    "selector-before-existence": ("POST messaging/unmade/subscribe", {"selector": "="}, ANN, JSON, 5009),
    "channel-name-before-existence": (f"GET messaging/a%2Fb/{STRANGE_ID}", ABSENT, None, JSON, 5044),
    "channel-before-subscription": (f"GET messaging/unmade/{STRANGE_ID}", ABSENT, None, JSON, 5010),
}


@pytest.mark.parametrize(("line", "body", "token", "content_type", "code"), TWO_FAULTS.values(), ids=list(TWO_FAULTS))
def test_a4_of_two_faults_the_first_in_order_answers_and_nothing_is_stored(line, body, token, content_type, code):
    """Bob may do nothing at all; on the channel "shut" nobody may."""
    wire = peopled(strict_channels=True)
    with wire.application.backend.session() as (broker, _):
        broker.templates.add(Template("shut", "Sale!", {}, (), "shut", None))
    wire.published({"message": "so that it exists"}, "open")
    before = wire.stored
    for operation in ("publish", "subscribe"):
        wire.deny(operation, channel="shut")
        wire.deny(operation, user="bob")
    answer = send(wire, line, body, token, content_type=content_type)
    assert answer.error == (404 if code == 404 else 400, code)
    assert wire.stored == before


DEVICE = {"deviceId": "d1", "deviceToken": "t1", "os": "IOS"}
PAST = NOW - 60_000
REACHABLE = {
    2002: (f"POST {ELSEWHERE}/messaging/open", {"message": 1}, None, ""),
    3003: ("POST users/login", {"login": "ann", "password": "x"}, None, ""),
    3006: ("POST users/login", {"login": "ann"}, None, ""),
    3064: (OPEN_PUBLISH, {"message": 1}, "stale", "stale"),
    5000: ("GET messaging/registrations/none", ABSENT, None, ""),
    5001: ("DELETE messaging/registrations/none", ABSENT, None, ""),
    2014: ("POST users/login", {"objectId": "u"}, None, ""),
    5003: (OPEN_PUBLISH, {"message": 1, "repeatExpiresAt": PAST}, None, ""),
    5004: ("POST messaging/registrations", {**DEVICE, "expiration": PAST}, None, ""),
    5005: ("POST messaging/registrations", {**DEVICE, "os": "TV"}, None, "os is none of IOS, ANDROID, WP, OSX"),
    5006: ("POST messaging/registrations", None, None, ""),
    5007: (PUBLISH, {"message": 1}, None, ""),
    5008: (SUBSCRIBE, ABSENT, None, ""),
    5009: ("POST messaging/open/subscribe", {"selector": "="}, None, ""),
    5010: ("DELETE messaging/channels/unmade", ABSENT, None, ""),
    5011: ("POST messaging/registrations", {**DEVICE, "deviceId": None}, None, ""),
    5030: (OPEN_PUBLISH, {"message": 1, "publishAt": PAST}, None, ""),
    5040: ("DELETE messaging/message:1", ABSENT, None, ""),
    5041: (OPEN_PUBLISH, OBJECT_PUSH, None, ""),
    5044: ("POST messaging/a%2Fb", {"message": 1}, None, ""),
    5048: ("POST messaging/email", {"bodyparts": {"textmessage": "hi"}}, None, ""),
    5049: ("POST messaging/email", {"to": ["ann@example.com"]}, None, ""),
    8002: (OPEN_PUBLISH, [], None, "the body is not a JSON object"),
    8006: (OPEN_PUBLISH, {"message": None}, None, ""),
    8007: (OPEN_PUBLISH, {}, None, "message"),
    8008: (OPEN_PUBLISH, {"message": 1, "headers": 1}, None, "headers"),
    8022: ("POST /v1/messaging/open", {"message": 1}, None, ""),
    24002: ("POST messaging/push/none", {}, None, ("Push", "none")),
}
TEXTS = {
    2002: "Unable to find application. Check application id and/or API key.",
    3003: "Invalid login or password",
    3006: "User login or password is missing",
    3064: LIVE_TEXT,
    5000: "Unable to retrieve device. Invalid device ID.",
    5001: "Unable to cancel device registration. Invalid device ID",
    2014: "Login by object id is allowed only for Code Runner API key",
    5003: "Invalid expiration date",
    5004: "Unable to register device. Invalid expiration date.",
    5005: "Wrong json format for device registration: {}",
    5006: "Device registration can't be null",
    5007: "User has no permission to publish message",
    5008: "User has no permission to subscribe",
    5009: "Error during subscribing",
    5010: "Can't find message channel with such name for the given application",
    5011: "Unable to register device, deviceId cannot be null",
    5030: "Invalid publish date",
    5040: "Can't cancel message. Already cancelled or there is no such message",
    5041: "Invalid message for push notification, provide message that could be cast to String",
    5044: "Channel name contains invalid character",
    5048: "You must specify at least one recipient's email address",
    5049: "You must specify at least one body",
    8002: "Could not parse request with message: {}",
    8006: "Invalid NULL param for request",
    8007: "Missing parameter '{}'.",
    8008: "Invalid parameter '{}'",
    8022: 'Missing "application-id" header',
    24002: "{} Template with name '{}' doesn't exist.",
}


@pytest.mark.parametrize("code", REACHABLE)
def test_w3_every_error_can_be_had_over_rest_and_stores_nothing(code):
    line, body, token, values = REACHABLE[code]
    wire = peopled(strict_channels=True)
    wire.deny("publish", channel="shut")
    wire.deny("subscribe", channel="shut")
    answer = send(wire, line, body, token)
    text = TEXTS[code].format(*([values] if isinstance(values, str) else values))
    assert (answer.status, answer.json) == (400, {"code": code, "message": text})
    assert wire.stored == NOTHING
    assert wire.problems == []


def test_w3_a_malformed_segment_is_19000_and_stores_nothing(wire):
    answer = send(wire, OPEN_PUBLISH, {"message": 1, "segmentQuery": "="})
    assert answer.error == (400, 19000)
    assert answer.json["message"].startswith("Invalid where clause: ")
    assert wire.stored == NOTHING


@pytest.mark.parametrize("code", [3003, 3064, 5007])
def test_w17_an_error_of_access_may_carry_error_data_too(code):
    line, body, token, _ = REACHABLE[code]
    wire = peopled(error_data=True)
    wire.deny("publish", channel="shut")
    assert send(wire, line, body, token).json["errorData"] == {}


class TestASecret:
    def everything(self, wire):
        """What a test could print of the requests that came."""
        requests = wire.tenant.journal.requests()
        return repr(requests) + repr([vars(wire.tenant)]) + "".join(request.path for request in requests)

    def test_is_shown_by_its_beginning_in_a_request_s_headers(self, wire):
        say_hi(wire, ANN)
        [request] = wire.tenant.journal.requests()
        assert repr(request.headers["user-token"]) == "'6E6F…'"
        assert request.headers["user-token"] == ANN
        assert ANN not in self.everything(wire)

    def test_is_not_shown_where_it_is_short_in_the_body_of_a_log_in(self, wire):
        log_in(wire)
        [request] = wire.tenant.journal.requests()
        assert repr(request.json) == "{'login': 'ann', 'password': '…'}"
        assert request.json == {"login": "ann", "password": "open sesame"}
        assert "open sesame" not in self.everything(wire)

    @pytest.mark.parametrize(
        "password", [["open sesame"], {"is": "open sesame"}, 1234567890], ids=["array", "object", "number"]
    )
    def test_is_not_shown_either_where_it_is_no_text(self, wire, password):
        assert log_in(wire, password=password).error == (400, 3006)
        shown = self.everything(wire)
        assert "open sesame" not in shown
        assert "1234567890" not in shown

    @pytest.mark.parametrize("rest", ["", "/more"], ids=["known-route", "unknown-route"])
    def test_is_shown_by_its_beginning_in_a_path(self, wire, rest):
        answer = send(wire, f"GET users/isvalidusertoken/{ANN}{rest}")
        [request] = wire.tenant.journal.requests()
        assert request.path == f"{PREFIX}/users/isvalidusertoken/6E6F…{rest}"
        told = "".join(wire.problems) + repr(answer.json) + self.everything(wire)
        assert ANN not in told

    def test_is_not_told_by_hints_and_problems(self, wire):
        send(wire, "POST users/login", {"login": "ann", "password": "open sesame", "pasword": "open sesame"}, ANN)
        send(wire, "GET users/nowhere", token=ANN)
        told = "".join([*wire.hints, *wire.problems])
        assert "pasword" in told
        assert "open sesame" not in told
        assert ANN not in told

    def test_that_is_refused_is_told_whole_to_the_client_only(self, wire):
        stale = "STALE-TOKEN-OF-SOMEBODY"
        assert stale in say_hi(wire, stale).json["message"]
        assert stale not in self.everything(wire)


def test_stored_counts_what_a_good_token_may_do(wire):
    """The other tests compare with ``NOTHING``: here it is something."""
    assert say_hi(wire, ANN).status == 200
    assert wire.stored == Stored(messages=1, channels=("default", "news"), events=2)
