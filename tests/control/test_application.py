"""Applications: made by a label, taken away, begun anew, dropped when nobody asks; requests that none of them owns."""

from __future__ import annotations

import pytest
from control_support import HOST, START, Tools

from pytest_backendless_mock.control import hosted as hosted_module

APP_ID = "B62BCF37-0A0A-42E8-A2FA-C079D057AD15"
API_KEY = "7F9C7C4F-6D12-4D0B-B0C9-5E4C2D0B4F2A"


def test_id_and_keys_follow_from_the_label_on_every_run(tools):
    made = tools.ask("POST", "apps", {"label": "a test"})
    with Tools() as others:
        again = others.ask("POST", "apps", {"label": "a test"})
        other = others.ask("POST", "apps", {"label": "another"})
    assert (made.status, made.body["appId"]) == (201, APP_ID)
    assert made.headers["Location"] == f"/__mock__/apps/{APP_ID}"
    assert [made.body["apiKeys"], made.body["seed"]] == [again.body["apiKeys"], "a test"]
    assert made.body["apiKeys"].keys() == {"REST", "JS", "ANDROID", "IOS", ".NET", "AS", "BL"}
    assert other.body["appId"] != APP_ID


def test_what_clients_are_given_has_the_host_that_was_asked(tools):
    made = tools.ask("POST", "apps", {"label": "a test"}, headers={"Host": "10.0.2.2:99"}).body
    key = made["apiKey"]
    assert made["url"] == f"http://10.0.2.2:99/{APP_ID}/{key}"
    assert made["env"] == {
        "BACKENDLESS_URL": f"http://10.0.2.2:99/{APP_ID}/{key}",
        "BACKENDLESS_HOST_URL": "http://10.0.2.2:99",
        "BACKENDLESS_APP_ID": APP_ID,
        "BACKENDLESS_API_KEY": key,
        "BACKENDLESS_MOCK_URL": "http://10.0.2.2:99",
    }


def test_ids_of_messages_are_the_same_on_every_run(tools):
    first = tools.new().post("messages", channel="news", message="hi").body["messageId"]
    with Tools() as others:
        second = others.new().post("messages", channel="news", message="hi").body["messageId"]
        seeded = (
            others.new("b", appId=APP_ID + "x", seed=7).post("messages", channel="news", message="hi").body["messageId"]
        )
    assert first == second != seeded


def test_the_same_label_again_takes_the_place_of_the_one_before(tools, app):
    app.post("messages", channel="news", message="hi")
    again = tools.ask("POST", "apps", {"label": "a test"}).body
    assert (app.described["replaced"], again["replaced"]) == (False, True)
    assert app.items("messages") == []
    assert len(tools.ask("GET", "apps").body["items"]) == 2


def test_who_gives_no_label_gets_one(tools):
    labels = [tools.ask("POST", "apps", {}).body["label"] for _ in range(2)]
    assert labels == ["application 1", "application 2"]


def test_id_keys_rules_and_start_can_be_chosen(tools):
    keys = {"REST": "r", "JS": "j"}
    made = tools.new(
        "mine", appId="my-app", apiKeys=keys, rules={"message_lifetime": 5, "allow_unknown_requests": True}
    )
    assert made.described["url"] == f"http://{HOST}/my-app/r"
    assert made.described["apiKeys"]["JS"] == "j"
    assert made.described["clock"]["now"] == START
    assert made.ask("GET", "rules").body["message_lifetime"] == 5
    assert made.send("GET", "nowhere").status == 404
    assert made.post("verify").status == 200


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"appId": "__mock__"}, 422, "$.appId: '__mock__' cannot be the first segment of a path"),
        ({"appId": "api"}, 422, "$.appId: 'api' cannot be the first segment of a path"),
        ({"appId": "a/b"}, 422, "$.appId: 'a/b' cannot be the first segment of a path"),
        ({"appId": "ä"}, 422, "$.appId: 'ä' cannot be the first segment of a path"),
        ({"apiKeys": {"REST": "k", "JS": "k"}}, 422, "$.apiKeys: an API key is given twice"),
        ({"rules": {"cors": 1}}, 422, "$.rules: cors is True or False, not 1"),
        ({"rules": {"allow_unknown_requests": 1}}, 422, "$.rules.allow_unknown_requests: must be true or false"),
        (
            {"freeze": "soon"},
            422,
            "$.freeze: 'soon' is no instant: say ISO 8601 such as 2030-01-07T08:30:00Z, or milliseconds since 1970",
        ),
        (
            {"label": "b", "appId": APP_ID},
            409,
            (
                f"the application {APP_ID} is there already, labelled 'a test': take another "
                "appId or label, or DELETE that one first"
            ),
        ),
    ],
)
def test_an_application_that_cannot_be_is_refused(tools, app, body, status, detail):
    said = tools.ask("POST", "apps", body)
    assert (said.status, said.detail) == (status, detail)


def test_nobody_takes_the_place_of_the_default_application(tools):
    said = tools.ask("POST", "apps", {"label": "default"})
    assert said.status == 409
    assert said.detail.endswith(
        "is there already, labelled 'default': take another appId or label, or DELETE that one first"
    )


def test_a_rule_that_there_is_not_is_told_those_there_are(tools):
    assert tools.ask("POST", "apps", {"rules": {"corse": True}}).detail.startswith(
        "$.rules.corse: there is no such rule; there are accept_any_api_key, accept_unknown_tokens, cancelled_spelling"
    )


def test_applications_do_not_see_each_other(tools):
    one, two = tools.new("one"), tools.new("two", freeze="2040-01-01T00:00:00Z")
    one.post("messages", channel="news", message="hi")
    one.post("clock/advance", by="1h")
    assert (len(one.items("deliveries")), two.items("deliveries")) == (1, [])
    assert [each.ask("GET", "clock").body["now"] for each in (one, two)] == [
        "2030-01-07T09:30:00Z",
        "2040-01-01T00:00:00Z",
    ]


def test_what_is_sent_to_an_application_comes_to_it(tools, app):
    assert app.send("POST", "messaging/news", {"message": "hi"}).status == 200
    assert [each["data"] for each in app.items("messages")] == ["hi"]
    assert tools.ask("GET", "apps/default/messages").body["items"] == []


def test_a_domain_stands_for_its_application(tools):
    mine = tools.new("mine", domain="mine.test:80")
    tools.new("other")
    for host, status in (("mine.test:80", 200), ("other.test", 200)):
        assert tools.send("POST", "/api/messaging/news", {"message": host}, {"Host": host}).status == status
    assert [each["data"] for each in mine.items("messages")] == ["mine.test:80"]
    assert tools.ask("GET", "apps/default/messages").body["items"][0]["data"] == "other.test"


def test_an_application_that_is_taken_away_gives_its_last_verdict(tools, app):
    app.send("GET", "nowhere")
    said = app.ask("DELETE", "")
    assert said.status == 404
    said = tools.ask("DELETE", f"apps/{app.app_id}")
    assert (said.status, said.body["ok"]) == (200, False)
    assert said.body["problems"][0].endswith('If this is intended, use PATCH rules {"allow_unknown_requests": true}')
    assert tools.ask("GET", f"apps/{app.app_id}").status == 404
    assert app.send("GET", "info").body["code"] == 2002


def test_the_default_application_is_always_there(tools):
    said = tools.ask("DELETE", "apps/default")
    assert (said.status, said.detail) == (409, "the default application is always there: POST reset empties it")


def test_requests_that_name_an_application_that_there_is_not_are_strays(tools, app):
    tools.send("GET", "/nobody/key/info")
    tools.send("GET", "/api/info")
    app.send("GET", "info")
    strays = tools.ask("GET", "strays").body
    assert [each["path"] for each in strays["items"]] == ["/nobody/key/info"]
    assert strays["next"] == 2


def test_a_reset_begins_anew(tools, app):
    first = app.post("messages", channel="news", message="hi").body["messageId"]
    app.post("clock/advance", by="1h")
    app.post("faults", kind="reset", operation="publish")
    app.ask("PATCH", "rules", {"message_lifetime": 5})
    assert app.post("reset").status == 204
    assert (app.items("messages"), app.items("faults"), app.items("requests")) == ([], [], [])
    assert app.ask("GET", "clock").body["now"] == START
    assert app.ask("GET", "rules").body["message_lifetime"] == 60
    assert app.post("messages", channel="news", message="hi").body["messageId"] == first


def test_who_looks_on_sees_by_the_epoch_that_all_is_new(tools, app):
    app.post("messages", channel="news", message="hi")
    shown = [tools.ask("GET", f"apps/{app.app_id}").body]
    assert tools.ask("GET", f"apps/{app.app_id}").body["epoch"] == shown[0]["epoch"]
    app.post("reset")
    shown.append(tools.ask("GET", f"apps/{app.app_id}").body)
    assert [each["eventsBefore"] for each in shown] == [0, 2]
    others = tools.ask("GET", "apps").body["items"]
    assert len({each["epoch"] for each in [*shown, *others]}) == 3


def test_a_reset_of_one_leaves_the_others(tools, app):
    other = tools.new("other")
    other.post("messages", channel="news", message="hi")
    app.post("reset")
    assert len(other.items("messages")) == 1
    assert tools.ask("POST", "apps/default/reset", {}).status == 204


def test_a_reset_can_change_seed_and_clock(app):
    first = app.post("messages", channel="news", message="hi").body["messageId"]
    app.post("reset", seed="other", freeze="2040-01-01")
    assert app.ask("GET", "clock").body["now"] == "2040-01-01T00:00:00Z"
    assert app.post("messages", channel="news", message="hi").body["messageId"] != first
    app.post("reset", freeze=None)
    assert app.ask("GET", "clock").body["frozen"] is False


def test_an_application_that_nobody_asks_for_goes_and_the_log_says_so(tools, app, monkeypatch, caplog):
    real = hosted_module.real_monotonic
    tools.ask("GET", "")
    monkeypatch.setattr(hosted_module, "real_monotonic", lambda: real() + 3601)
    assert [each["label"] for each in tools.ask("GET", "apps").body["items"]] == ["default"]
    assert caplog.messages == [f"application {app.app_id} (a test) is gone: nobody asked for it for 60 minutes"]
    assert app.send("GET", "info").body["code"] == 2002


def test_whoever_keeps_what_goes_hears_of_each_application_that_does(monkeypatch):
    gone = []
    with Tools(parting=lambda hosted, verdict: gone.append((hosted.plan.label, verdict["ok"]))) as tools:
        tools.new("replaced").send("GET", "nowhere")
        tools.new("replaced")
        tools.ask("DELETE", f"apps/{tools.new('deleted').app_id}")
        assert gone == [("replaced", False), ("deleted", True)]
        real = hosted_module.real_monotonic
        monkeypatch.setattr(hosted_module, "real_monotonic", lambda: real() + 3601)
        tools.ask("GET", "apps")
    assert gone[2:] == [("replaced", True)]


def test_an_application_that_clients_talk_to_stays(tools, app, monkeypatch):
    real = hosted_module.real_monotonic
    app.send("GET", "info")
    monkeypatch.setattr(hosted_module, "real_monotonic", lambda: real() + 3601)
    assert len(tools.ask("GET", "apps").body["items"]) == 2


def test_an_application_that_somebody_follows_stays(tools, app, monkeypatch):
    real = hosted_module.real_monotonic
    with app.hosted.watched():
        monkeypatch.setattr(hosted_module, "real_monotonic", lambda: real() + 3601)
        assert len(tools.ask("GET", "apps").body["items"]) == 2
