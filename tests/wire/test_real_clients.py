"""What real clients ran into over REST, decision by decision (A4a to A7, C1, P3, P6, P12, W18, W20)."""

from __future__ import annotations

import pytest
from http_support import API_KEY, APP_ID, MESSAGING, PREFIX, Wire
from mock_support import standing_mock
from werkzeug.test import Client

from pytest_backendless_mock.messaging.access import KEY_ROLES
from pytest_backendless_mock.messaging.template import Template

LOGIN = f"{PREFIX}/users/login"
PHONE = {"deviceId": "d1", "deviceToken": "t", "os": "IOS"}


@pytest.fixture
def wire():
    return Wire()


def test_w18_info_has_a_list_of_loggers_for_sdks_that_walk_it(wire):
    assert wire.send("GET", f"{PREFIX}/info").json == {
        "appId": APP_ID,
        "apiKey": API_KEY,
        "loggers": [],
        "rtURL": "http://localhost",
    }


def test_c1_under_strict_channels_subscribing_to_an_unknown_one_is_5010():
    strict = Wire(strict_channels=True)
    assert strict.send("POST", f"{MESSAGING}/nobody/subscribe").error == (400, 5010)


def test_p6_a_registration_is_answered_with_an_id_for_each_channel(wire):
    answer = wire.send("POST", f"{MESSAGING}/registrations", {**PHONE, "channels": ["a", "b"]}).json["registrationId"]
    ids = [each.split("::") for each in answer.split(",")]
    assert [channel for _, channel in ids] == ["a", "b"]
    assert len({guid for guid, _ in ids}) == 1


def test_p12_push_templates_are_listed_by_name(wire):
    assert wire.send("GET", f"{MESSAGING}/pushtemplates/ios").json == {}
    with wire.application.backend.session() as (broker, _):
        broker.templates.add(Template("sale", "cheap", platforms=("IOS",)))
    assert list(wire.send("GET", f"{MESSAGING}/pushtemplates/ios").json) == ["sale"]
    assert wire.send("GET", f"{MESSAGING}/pushtemplates/android").json == {}


@pytest.mark.parametrize(
    ("mask", "expected"),
    [("1|2", 3), ("1|ANDROID", 3), ("FOR_IOS|8", 9), ("7|1", 15), ("4", 4), ("0|1", 1)],
)
def test_p3_numbers_are_tokens_of_a_broadcast_too(wire, mask, expected):
    wire.published({"message": "hi", "pushBroadcast": mask, "headers": {"ios-alert-title": "News"}})
    (publication,) = wire.application.backend._broker.publications.values()
    assert publication.message.push.mask == expected


@pytest.mark.parametrize("mask", ["1|16", "1|x", "1|-1"])
def test_p3_a_number_that_is_no_mask_is_8008(wire, mask):
    assert wire.publish({"message": "hi", "pushBroadcast": mask}).error == (400, 8008)


@pytest.mark.parametrize(
    ("path", "body", "code", "name"),
    [
        ("news", {"message": "hi", "publishAt": "2030-01-08T09:00:00Z"}, 5030, "publishAt"),
        (
            "news",
            {"message": "hi", "repeatEvery": 60, "repeatExpiresAt": "2030-01-08T09:00:00Z"},
            5003,
            "repeatExpiresAt",
        ),
        ("registrations", {**PHONE, "expiration": "2030-01-08T09:00:00Z"}, 5004, "expiration"),
    ],
)
def test_t16_a_date_as_text_is_refused_with_the_milliseconds_that_were_meant(wire, path, body, code, name):
    assert wire.send("POST", f"{MESSAGING}/{path}", body).error == (400, code)
    (hint,) = wire.hints
    assert hint.endswith(
        f"{name} '2030-01-08T09:00:00Z' is text; the service reads milliseconds, and that is 1894093200000: "
        "round(when.timestamp() * 1000) in Python, when.getTime() in JavaScript"
    )


class TestLoggingIn:
    def test_a5_a_login_may_be_a_number(self, wire):
        wire.add_user("t", login="4711", password="secret")
        assert wire.send("POST", LOGIN, {"login": 4711, "password": "secret"}).status == 200

    @pytest.mark.parametrize("body", [{"objectId": "u"}, {"objectId": 1, "login": "ann", "password": "secret"}])
    def test_a6_an_object_id_is_2014(self, wire, body):
        answer = wire.send("POST", LOGIN, body)
        assert answer.error == (400, 2014)
        assert answer.json["message"] == "Login by object id is allowed only for Code Runner API key"
        assert wire.hints == []

    def test_a7_a_second_log_in_ends_the_token_of_the_first(self, wire):
        wire.add_user("given by the test", login="ann", password="secret")
        first, second = (self._log_in(wire) for _ in range(2))
        assert self._publish(wire, first).error == (400, 3064)
        assert self._publish(wire, second).status == 200
        assert self._publish(wire, "given by the test").status == 200

    def test_a7_the_switch_leaves_both_good(self):
        wire = Wire(multiple_logins=True)
        wire.add_user("t", login="ann", password="secret")
        first, second = (self._log_in(wire) for _ in range(2))
        assert [self._publish(wire, token).status for token in (first, second)] == [200, 200]

    def _log_in(self, wire):
        return wire.send("POST", LOGIN, {"login": "ann", "password": "secret"}).json["user-token"]

    def _publish(self, wire, token):
        return wire.publish({"message": "hi"}, headers={"user-token": token})


class TestSeveralKeys:
    def test_a4a_every_key_of_an_application_reaches_the_same_state_with_its_own_role(self, wire):
        wire.deny("publish", role="JSUser")
        statuses = {}
        for kind, key in wire.application.api_keys.items():
            statuses[kind] = wire.send("POST", f"/{APP_ID}/{key}/messaging/news", {"message": "hi"}).status
        assert statuses == {kind: 400 if kind == "JS" else 200 for kind in KEY_ROLES}
        assert wire.stored.messages == len(KEY_ROLES) - 1

    @pytest.mark.parametrize(("kind", "role"), KEY_ROLES.items())
    def test_a4a_a_key_gives_its_role(self, wire, kind, role):
        answer = wire.send("GET", f"/{APP_ID}/{wire.application.api_keys[kind]}/users/userroles")
        assert answer.json == sorted(["NotAuthenticatedUser", role])

    def test_a4a_a_key_that_it_does_not_have_is_2002(self, wire):
        assert wire.send("GET", f"/{APP_ID}/{'0' * 36}/info").error == (400, 2002)

    def test_a4a_the_switch_takes_any_key_as_the_rest_key(self):
        wire = Wire(accept_any_api_key=True)
        assert wire.send("GET", f"/{APP_ID}/anything/users/userroles").json == ["NotAuthenticatedUser", "RestUser"]

    def test_a4a_a_new_application_can_be_given_its_keys(self):
        with standing_mock() as mock:
            app = mock.new_app(app_id="shop", api_keys={"REST": "r", "JS": "j"})
            assert (app.api_key, app.api_keys["REST"], app.api_keys["JS"]) == ("r", "r", "j")
            assert len(set(app.api_keys.values())) == len(KEY_ROLES)
            assert mock.api_keys["REST"] == mock.api_key

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ({"api_keys": {"WEB": "w"}}, "'WEB' is no kind of API key; there are REST, JS, ANDROID, IOS, .NET, AS, BL"),
            ({"api_keys": {"REST": "x", "JS": "x"}}, "an API key is given twice"),
            ({"api_key": "a", "api_keys": {"REST": "b"}}, "an API key is given twice"),
        ],
        ids=["a kind there is not", "one key for two kinds", "two REST keys"],
    )
    def test_a4a_what_cannot_be_meant_is_refused(self, given, text):
        with standing_mock() as mock:
            with pytest.raises(ValueError) as caught:
                mock.new_app(**given)
            assert str(caught.value) == text


class TestEmails:
    def test_w20_with_unique_emails_each_address_gets_it_once(self):
        with standing_mock() as mock:
            mock.add_email_template("welcome")
            body = {
                "template-name": "welcome",
                "addresses": ["a@b.c", "A@b.c", "x@b.c"],
                "cc-addresses": ["x@b.c", "y@b.c"],
                "uniqueEmails": True,
            }
            path = f"/{mock.app_id}/{mock.api_key}/emailtemplate/send"
            assert Client(mock.wsgi_app).post(path, json=body).status_code == 200
            (email,) = mock.outbox.emails
            assert (email.to, email.cc, email.unique) == (("a@b.c", "x@b.c"), ("y@b.c",), True)
            assert "emailed      the template 'welcome' to a@b.c, x@b.c" in str(mock.timeline)

    def test_w20_without_it_they_stay_as_they_came(self):
        with standing_mock() as mock:
            mock.add_email_template("welcome")
            body = {"template-name": "welcome", "addresses": ["a@b.c", "a@b.c"]}
            Client(mock.wsgi_app).post(f"/{mock.app_id}/{mock.api_key}/emailtemplate/send", json=body)
            assert (mock.outbox.emails[0].to, mock.outbox.emails[0].unique) == (("a@b.c", "a@b.c"), False)


class TestRootStubs:
    def test_a_route_of_the_console_can_be_stubbed_by_its_whole_path(self):
        with standing_mock() as mock:
            mock.stub("POST", "/console/home/login", root=True, json={"name": "dev"})
            mock.stub("GET", f"/{mock.app_id}/console/appsettings", root=True, json=[])
            client = Client(mock.wsgi_app)
            assert client.post("/console/home/login", json={}).json == {"name": "dev"}
            assert client.get(f"/{mock.app_id}/console/appsettings").json == []
            assert client.get("/console/home/login").status_code == 404
            assert [request.operation for request in mock.requests] == ["stub", "stub", None]
            with pytest.raises(AssertionError, match="the service has no GET /console/home/login"):
                mock.verify()

    def test_an_ordinary_stub_is_not_found_by_a_whole_path_nor_the_other_way_round(self):
        with standing_mock(allow_unknown_requests=True) as mock:
            mock.stub("GET", "/data/Orders", json=[])
            mock.stub("GET", "/root/data", root=True, json=[])
            client = Client(mock.wsgi_app)
            assert client.get("/data/Orders").status_code == 404
            assert client.get(f"/{mock.app_id}/{mock.api_key}/root/data").status_code == 404
