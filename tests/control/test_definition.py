"""What a test makes known over the control API."""

from __future__ import annotations

import pytest


def test_a_user_logs_in_with_what_was_given(app):
    said = app.post("users", login="ann", password="secret", roles=["Editors"], properties={"age": 3})
    assert (said.status, said.body["login"], said.body["token"], said.body["properties"]) == (
        201,
        "ann",
        None,
        {"age": 3},
    )
    answer = app.send("POST", "users/login", {"login": "ann", "password": "secret"})
    assert (answer.status, answer.body["age"]) == (200, 3)
    assert "secret" not in str(app.items("users"))


def test_a_user_without_a_login_gets_a_token(app):
    token = app.post("users").body["token"]
    assert app.send("GET", f"users/isvalidusertoken/{token}").body is True
    assert app.items("users")[0]["token"] is None


def test_permissions_are_for_roles_users_and_channels(app):
    app.post("users", login="ann", token="t")
    assert app.post("permissions", operation="publish", allowed=False, channel="news").status == 204
    app.post("permissions", operation="publish", allowed=True, channel="news", user="ann")
    assert app.send("POST", "messaging/news", {"message": "hi"}).body["code"] == 5007
    assert app.send("POST", "messaging/other", {"message": "hi"}).status == 200
    assert app.send("POST", "messaging/news", {"message": "hi"}, headers={"user-token": "t"}).status == 200


def test_a_permission_for_a_role_and_a_user_is_refused(app):
    said = app.post("permissions", operation="publish", allowed=True, role="a", user="b")
    assert (said.status, said.detail) == (422, "$: a rule is about a role or a user, not both")


def test_a_device_is_registered_as_its_app_would(app):
    said = app.post(
        "devices",
        deviceId="d1",
        os="IOS",
        channels=["news"],
        expiresAt="2031-01-01",
        refuses="gone",
        token="t",
        osVersion="17",
    )
    assert said.body == {
        "deviceId": "d1",
        "os": "IOS",
        "token": "t",
        "osVersion": "17",
        "channels": ["news"],
        "expiresAt": "2031-01-01T00:00:00Z",
        "refuses": "gone",
    }


def test_what_the_service_refuses_of_a_device_is_told_with_its_code(app):
    said = app.post("devices", deviceId="d1", expiresAt="2001-01-01")
    assert (said.status, said.body["code"]) == (409, 5004)


def test_templates_are_defined_by_name(app):
    app.post("devices", deviceId="d1", os="IOS")
    body = {"message": "Hello {name}", "headers": {"ios-alert-title": "News"}, "platforms": ["IOS"]}
    assert app.ask("PUT", "templates/hello", body).status == 204
    assert app.ask("PUT", "email-templates/welcome").status == 204
    app.send("POST", "messaging/push/hello", {"templateValues": {"name": "Ann"}})
    app.send("POST", "emailtemplate/send", {"template-name": "welcome", "addresses": ["ann@example.com"]})
    push, email = app.items("outbox")
    assert (push["data"], push["title"]) == ("Hello Ann", "News")
    assert (email["template"], email["to"]) == ("welcome", ["ann@example.com"])
    assert app.ask("PUT", "templates/hello", {"message": "x", "channel": "a/b"}).body["code"] == 5044


def test_a_message_that_breaks_the_schema_of_its_channel_fails_the_verdict(app):
    assert app.ask("PUT", "channels/news/schema", {"type": "string", "pattern": "^h"}).status == 204
    app.send("POST", "messaging/news", {"message": "hi"})
    app.send("POST", "messaging/news", {"message": "ho, or not"})
    app.send("POST", "messaging/news", {"message": "x"})
    [problem] = app.post("verify").body["problems"]
    assert problem.splitlines()[1:] == ["  at $: 'x' breaks 'pattern': '^h'"]


@pytest.mark.parametrize(
    ("path", "schema", "told"),
    [
        (
            "channels/news/schema",
            {"type": "text"},
            "$: the schema is none: 'text' is not valid under any of the given schemas",
        ),
        (
            "channels/news/schema",
            {"$ref": "file:///etc/passwd"},
            (
                "$: the schema refers to 'file:///etc/passwd', which cannot be read: a schema from there "
                "refers to itself only, not to file:///etc/passwd"
            ),
        ),
        (
            "channels/news/schema",
            {"$id": "file:///etc/", "$ref": "passwd"},
            (
                "$: the schema refers to 'passwd', which cannot be read: a schema from there "
                "refers to itself only, not to file:///etc/passwd"
            ),
        ),
        (
            "channels/news/schema",
            {"$ref": "https://example.com/x.json"},
            "$: the schema refers to 'https://example.com/x.json', which cannot be read",
        ),
        ("channels/news/schema", {"pattern": "(?=a)"}, "$: a pattern cannot look around or back here (assert)"),
        ("channels/news/schema", {"items": {"pattern": "a" * 201}}, "$: a pattern has 200 characters at most"),
        (
            "channels/news/schema",
            {"patternProperties": {"^(a+)+$": {}}},
            "$: patternProperties is not taken from there; say propertyNames, or the names in properties",
        ),
    ],
)
def test_a_schema_from_the_network_refers_to_itself_only_and_takes_no_time(app, path, schema, told):
    said = app.ask("PUT", path, schema)
    assert (said.status, said.detail[: len(told)]) == (422, told)


def test_a_schema_from_the_network_may_refer_to_its_own_parts(app):
    schema = {"$ref": "#/$defs/text", "$defs": {"text": {"type": "string", "pattern": "^(a+)+$"}}}
    assert app.ask("PUT", "channels/news/schema", schema).status == 204
    app.send("POST", "messaging/news", {"message": "a" * 40 + "b"})
    assert len(app.post("verify").body["problems"]) == 1


def test_the_schema_of_a_channel_that_cannot_be_is_refused(app):
    assert app.ask("PUT", "channels/a%2Fb/schema", {}).body["code"] == 5044


def test_rules_can_be_changed_while_it_runs(app):
    said = app.ask(
        "PATCH", "rules", {"message_lifetime": 5, "strict_channels": True, "cors": False, "token_lifetime": 60}
    )
    assert (said.body["message_lifetime"], said.body["strict_channels"], said.body["processing_time"]) == (5, True, 0)
    assert app.ask("GET", "rules").body == said.body
    assert app.send("POST", "messaging/news/subscribe").body["code"] == 5010
    subscription = app.send("POST", "messaging/default/subscribe").body["subscriptionId"]
    app.post("messages", message="hi")
    app.post("clock/advance", by=6)
    answer = app.send("GET", f"messaging/default/{subscription}", headers={"Origin": "http://x.example"})
    assert answer.body == {"messages": []}
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_tokens_and_unknown_requests_are_judged_by_the_rules_of_now(app):
    assert app.send("GET", "messaging/x", headers={"user-token": "t"}).body["code"] == 3064
    app.ask("PATCH", "rules", {"accept_unknown_tokens": True, "allow_unknown_requests": True})
    assert app.send("GET", "messaging/x", headers={"user-token": "t"}).status == 200
    assert app.send("GET", "nowhere").status == 404
    assert app.post("verify").status == 200
    assert app.ask("GET", "rules").body["allow_unknown_requests"] is True


def test_a_rule_that_cannot_be_meant_is_refused_and_nothing_changes(app):
    said = app.ask("PATCH", "rules", {"message_lifetime": -1})
    assert said.detail == "$: message_lifetime is a number of seconds from 0 on, not -1"
    assert app.ask("GET", "rules").body["message_lifetime"] == 60
