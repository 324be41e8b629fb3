"""An application's state out and in, what begins with one, and its requests as HAR."""

from __future__ import annotations

import json

import pytest
from control_support import START, Tools
from har_schema import require_har

from pytest_backendless_mock.http.recorder import Recorder

PHONE = {"deviceId": "phone", "os": "IOS"}
ORDERS = {"method": "GET", "path": "/data/Orders", "json": [1]}
DEMO = {
    "format": "backendless-mock/state@1",
    "rules": {"message_lifetime": 5, "cors": False},
    "clock": {"now": "2031-01-01T00:00:00Z", "frozen": True},
    "devices": [PHONE],
    "stubs": [ORDERS],
    "faults": [{"kind": "fail", "operation": "publish", "error": 5007, "times": 1, "optional": True}],
}
LATER = "backendless-mock/state@2"


def looks(app):
    """What there is to be seen of an application."""
    views = ("messages", "scheduled", "deliveries", "retrieved", "devices", "outbox", "subscriptions", "events")
    return {view: app.items(view) for view in views}


def labels(tools):
    return [each["label"] for each in tools.ask("GET", "apps").body["items"]]


def go_on(app):
    """The same calls to an application, and what they are answered."""
    published = app.post("messages", channel="news", message="more").body
    journey = app.post("clock/advance", by="1h").body
    polled = app.ask("POST", f"subscriptions/{app.items('subscriptions')[0]['id']}/retrieve", {}).body
    return published, journey["deliveries"], polled, looks(app)


@pytest.fixture
def lived(app):
    """An application in which something happened, and is still to come."""
    app.post("users", login="ann", password="secret")
    app.post("devices", **PHONE)
    app.post("subscriptions", channel="news")
    app.post("messages", channel="news", message="hi")
    app.post("messages", channel="news", message="later", publishAt="2030-01-07T09:00:00Z")
    app.post("clock/advance", by="1m")
    return app


class TestOut:
    def test_it_is_what_the_fixture_has(self, lived):
        state = lived.ask("GET", "state").body
        assert state == lived.hosted.mock.state()
        assert state["clock"] == {"now": "2030-01-07T08:31:00Z", "frozen": True}
        assert [message["data"] for message in state["messages"]] == ["hi", "later"]

    def test_secrets_and_requests_are_in_it_where_that_is_asked_for(self, lived):
        lived.send("GET", "info")
        bare, secrets, journal, neither = (
            lived.ask("GET", "state", **query).body
            for query in ({}, {"secrets": "true"}, {"journal": "true"}, {"secrets": "false", "journal": "false"})
        )
        assert bare == neither
        assert (bare["users"][0].get("password"), secrets["users"][0]["password"]) == (None, "secret")
        assert [request["operation"] for request in journal["journal"]] == ["info"]
        assert "journal" not in secrets

    def test_asked_for_otherwise_it_is_refused(self, app):
        assert app.ask("GET", "state", secrets="yes").detail == "?secrets: must be true or false, not 'yes'"


class TestIn:
    def test_an_application_goes_on_as_the_other_does(self, tools, lived):
        state = lived.ask("GET", "state", secrets="true").body
        made = tools.new("another", freeze=None, state=state)
        put = tools.new("a third", freeze="2040-01-01")
        assert put.ask("PUT", "state", state).status == 204
        assert looks(made) == looks(put) == looks(lived)
        assert go_on(made) == go_on(put) == go_on(lived)

    def test_it_takes_the_place_of_all_there_was(self, lived):
        lived.post("faults", kind="reset", operation="publish")
        lived.ask("POST", "stubs", {"method": "GET", "path": "/data/Other"})
        assert lived.ask("PUT", "state", DEMO).status == 204
        assert (lived.items("messages"), lived.items("users")) == ([], [])
        assert lived.ask("GET", "clock").body["now"] == "2031-01-01T00:00:00Z"
        assert lived.ask("GET", "rules").body["message_lifetime"] == 5
        assert [each["path"] for each in lived.items("stubs")] == ["/data/Orders"]
        assert lived.send("GET", "data/Orders").body == [1]

    def test_its_faults_and_stubs_can_be_listed_and_ended(self, tools):
        app = tools.new("demo", state=DEMO)
        [fault], [stub] = app.items("faults"), app.items("stubs")
        assert (fault["kind"], fault["operation"], fault["fired"]) == ("fail", "publish", 0)
        assert (stub["method"], stub["path"]) == ("GET", "/data/Orders")
        another = app.ask("POST", "stubs", {"method": "GET", "path": "/data/Other"}).body
        assert len({fault["id"], stub["id"], another["id"]}) == 3
        for path in (f"faults/{fault['id']}", f"stubs/{stub['id']}"):
            assert app.ask("DELETE", path).status == 204
        assert app.send("POST", "messaging/news", {"message": "hi"}).status == 200
        assert app.send("GET", "data/Orders").status == 404

    def test_a_fault_for_requests_that_satisfy_a_schema_goes_on_for_those(self, tools, app):
        where = {"properties": {"json": {"properties": {"message": {"const": "bad"}}}}}
        app.post("faults", kind="fail", operation="publish", error=5007, times=2, where=where)
        told = app.items("faults")[0]["text"]
        assert told.startswith("fail('publish', error=5007, times=2, when=where {")

        def codes(app):
            return [app.send("POST", "messaging/news", {"message": data}).body.get("code") for data in ("good", "bad")]

        assert codes(app) == [None, 5007]
        other = tools.new("other", state=app.ask("GET", "state").body)
        assert other.items("faults")[0]["text"] == told
        assert codes(other) == codes(app) == [None, 5007]
        assert codes(other) == [None, None]

    def test_a_fault_that_is_over_is_not_listed(self, tools):
        over = {**DEMO["faults"][0], "fired": 1, "ended": True}
        failed = {"kind": "failDelivery", "message": "no", "optional": True}
        app = tools.new("demo", state={"faults": [over, failed]})
        assert [(each["kind"], each["operation"]) for each in app.items("faults")] == [("failDelivery", None)]

    def test_a_state_without_a_clock_leaves_it_to_the_plan(self, tools, app):
        assert tools.new("other", state={"devices": [PHONE]}).ask("GET", "clock").body["now"] == START
        app.post("clock/advance", by="1h")
        app.ask("PUT", "state", {"devices": [PHONE]})
        assert app.ask("GET", "clock").body["now"] == START

    def test_a_clock_that_runs_goes_on_from_there(self, app):
        app.ask("PUT", "state", {"clock": {"now": "2020-01-01T00:00:00Z"}})
        clock = app.ask("GET", "clock").body
        assert clock["now"].startswith("2020-01-01T00:0")
        assert clock["frozen"] is False

    def test_rules_that_are_said_beside_it_go_on_top_and_those_before_it_do_not(self, tools):
        app = tools.new("demo", state=DEMO, rules={"message_lifetime": 7, "strict_channels": True})

        def rules():
            found = app.ask("GET", "rules").body
            return found["message_lifetime"], found["cors"], found["strict_channels"]

        assert rules() == (7, False, True)
        app.ask("PUT", "state", DEMO)
        assert rules() == (5, False, True)
        app.post("reset")
        assert rules() == (5, False, True)

    def test_numbers_of_events_go_on(self, lived):
        before = lived.ask("GET", "events").body["next"]
        state = lived.ask("GET", "state").body
        lived.ask("PUT", "state", state)
        events = lived.ask("GET", "events", after=before).body
        assert [event["kind"] for event in events["items"]] == [event["kind"] for event in state["timeline"]]
        assert events["items"][0]["id"] == before + 1

    def test_it_may_be_nested_as_deep_as_a_message_in_it(self, app, tools):
        data = json.loads("[" * 195 + "]" * 195)
        app.post("messages", channel="news", message=data)
        state = app.ask("GET", "state").body
        assert app.ask("PUT", "state", state).status == 204
        assert tools.new("other", freeze=None, state=state).items("messages")[0]["data"] == data

    def test_it_may_be_longer_than_other_bodies(self, app):
        large = {"stubs": [{**ORDERS, "json": "x" * (11 * 1024 * 1024)}]}
        assert app.ask("PUT", "state", large).status == 204


class TestAReset:
    @pytest.fixture
    def demo(self, tools):
        app = tools.new("demo", state=DEMO)
        app.post("messages", channel="news", message="hi")
        app.ask("DELETE", "stubs")
        app.post("clock/advance", by="1h")
        return app

    @pytest.mark.parametrize("by", ["POST apps", "PUT state"])
    def test_it_is_loaded_again(self, demo, by):
        if by == "PUT state":
            demo.ask("PUT", "state", {**DEMO, "devices": [{**PHONE, "deviceId": "tablet"}]})
        for _ in range(2):
            assert demo.post("reset").status == 204
            assert demo.items("messages") == []
            assert [each["deviceId"] for each in demo.items("devices")] == ["tablet" if by == "PUT state" else "phone"]
            assert len(demo.items("stubs")) == len(demo.items("faults")) == 1
            assert demo.ask("GET", "clock").body["now"] == "2031-01-01T00:00:00Z"

    def test_an_empty_one_begins_without_it_this_once(self, demo):
        assert demo.post("reset", empty=True).status == 204
        assert (demo.items("devices"), demo.items("stubs"), demo.items("faults")) == ([], [], [])
        assert demo.ask("GET", "rules").body["message_lifetime"] == 60
        assert demo.ask("GET", "clock").body["now"] == START
        demo.post("reset")
        assert len(demo.items("devices")) == 1


class TestBadInput:
    @pytest.mark.parametrize("by", ["POST apps", "PUT state"])
    @pytest.mark.parametrize(
        ("state", "errors"),
        [
            ({"rules": {"cors": 1}}, [("$.rules.cors", "1 breaks 'type': 'boolean'")]),
            (
                {"devices": [{"deviceId": "d"}], "emailTemplates": 5},
                [
                    ("$.devices[0]", "{'deviceId': 'd'} breaks 'required': ['deviceId', 'os']"),
                    ("$.emailTemplates", "5 breaks 'type': 'array'"),
                ],
            ),
            ({"stub": []}, [("$", "there is no member 'stub'; did you mean 'stubs'?")]),
            ({"devices": [PHONE, PHONE]}, [("$.devices[1].deviceId", "'phone': it stands there twice")]),
            (
                {"format": LATER, "unknown": 1},
                [
                    (
                        "$",
                        f"this state is of the format '{LATER}', and this version of pytest-backendless-mock reads",
                    )
                ],
            ),
            (
                {"schemas": {"news": {"$ref": "file:///etc/passwd"}}},
                [
                    (
                        "$.schemas.news",
                        "{'$ref': 'file:///etc/passwd'}: the schema for channel 'news' refers to 'file:///etc/passwd'",
                    )
                ],
            ),
            (
                {"faults": [{"kind": "empty", "where": {"$ref": "file:///etc/passwd"}}]},
                [
                    (
                        "$.faults[0]",
                        "{'kind': 'empty', 'where': {'$ref': 'file:///etc/passwd'}}: where refers to 'file:///etc/passwd'",
                    )
                ],
            ),
        ],
        ids=["type", "two places", "member", "twice", "format", "schema", "where"],
    )
    def test_it_is_told_where_and_nothing_has_changed(self, tools, lived, by, state, errors):
        before, apps = looks(lived), labels(tools)
        if by == "PUT state":
            said, prefix = lived.ask("PUT", "state", state), "$"
        else:
            said, prefix = tools.ask("POST", "apps", {"label": "a test", "state": state}), "$.state"
        assert said.status == 422
        told = [(each["path"], each["message"]) for each in said.body["errors"]]
        assert [path for path, _ in told] == [prefix + path[1:] for path, _ in errors]
        for (_, message), (_, start) in zip(told, errors, strict=True):
            assert message.startswith(start)
        assert (looks(lived), labels(tools)) == (before, apps)

    def test_a_stub_with_the_application_s_own_id_is_refused(self, tools, app):
        stub = {**ORDERS, "path": f"/{app.app_id}/data"}
        said = app.ask("PUT", "state", {"stubs": [stub]})
        assert (said.status, said.body["errors"][0]["path"]) == (422, "$.stubs[0]")
        assert tools.ask("POST", "apps", {"label": "a test", "state": {"stubs": [stub]}}).status == 422
        assert app.ask("GET", "clock").status == 200

    @pytest.mark.parametrize(
        ("body", "status", "detail"),
        [
            (b"{", 400, "the body is no JSON: "),
            (b'{"clock": NaN}', 400, "the body is no JSON: NaN is not JSON"),
            (b"[" * 220 + b"]" * 220, 400, "the body is no JSON: the JSON is nested deeper than 211"),
            (b"[]", 422, "$: [] breaks 'type': 'object'"),
        ],
        ids=["cut", "NaN", "deep", "list"],
    )
    def test_what_is_no_object_is_no_state(self, app, body, status, detail):
        said = app.ask("PUT", "state", body)
        assert (said.status, said.detail[: len(detail)]) == (status, detail)

    def test_one_that_is_too_large_is_refused_with_its_size(self, app):
        said = app.ask("PUT", "state", b" " * (100 * 1024 * 1024))
        assert (said.status, said.detail) == (413, "a body may have 64 MiB here, and this one has 100 MiB")


class TestHar:
    def test_asked_for_before_the_first_request_all_are_kept(self, app):
        assert require_har(app.ask("GET", "har").body) == []
        app.send("POST", "messaging/news", {"message": "hi"})
        app.post("reset")
        app.send("GET", "info")
        har = app.ask("GET", "har").body
        assert [each["_backendlessMock"]["operation"] for each in require_har(har)] == ["publish", "info"]
        assert "comment" not in har["log"]

    def test_asked_for_later_it_is_made_from_the_journal_and_says_so(self, app):
        app.send("GET", "info")
        har = app.ask("GET", "har").body
        assert len(require_har(har)) == 1
        assert har["log"]["comment"].startswith("made from the journal")

    @pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_text("")])
    def test_a_file_that_somebody_spoilt_is_told(self, tmp_path, spoil):
        with Tools(recorder=Recorder(tmp_path / "all.har")) as tools:
            spoil(tmp_path / "all.har")
            said = tools.ask("GET", "apps/default/har")
        assert said.status == 409
        assert said.detail.startswith("the file with the requests cannot be read: ")

    def test_it_is_of_this_application(self, tools, app):
        other = tools.new("other")
        app.ask("GET", "har")
        other.send("GET", "info")
        assert require_har(app.ask("GET", "har").body) == []

    def test_requests_that_a_state_brought_are_in_it(self, app):
        app.send("GET", "info")
        app.ask("PUT", "state", app.ask("GET", "state", journal="true").body)
        assert len(require_har(app.ask("GET", "har").body)) == 1
        assert [request["operation"] for request in app.items("requests")] == ["info"]

    def test_with_a_recorder_the_requests_of_all_applications_are_kept(self, tmp_path):
        recorder = Recorder(tmp_path / "all.har")
        with Tools(recorder=recorder) as tools:
            one, two = tools.new("one"), tools.new("two")
            one.send("GET", "info")
            two.send("GET", "info")
            one.post("reset")
            one.send("GET", "info")
            tools.new("two").send("GET", "info")
            ids = [each["_backendlessMock"]["application"] for each in require_har(recorder.har())]
            assert ids == [one.app_id, two.app_id, one.app_id, two.app_id]
            assert len(require_har(one.ask("GET", "har").body)) == 2
