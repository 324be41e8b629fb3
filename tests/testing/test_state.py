"""The state of an application: out as JSON, in again, and what is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import urllib.request

import pytest
from fake_time import START, FakeTime
from freezegun import freeze_time
from mock_support import standing_mock
from plugin_support import call

from pytest_backendless_mock import BackendlessMock, MessagingError, Rules, validate
from pytest_backendless_mock.service.schema import example, load
from pytest_backendless_mock.service.state_error import StateError
from pytest_backendless_mock.testing import state as module
from pytest_backendless_mock.testing.state import parse_state, read_state

NOW = "2030-01-07T08:30:00Z"
MINUTE = dt.timedelta(minutes=1)
MESSAGE = {"messageId": "m1", "at": NOW, "channel": "news", "data": "hi"}
PUBLISHED = {**MESSAGE, "status": "published", "delivered": 1}
IN_LOG = {"message": "m1", "number": 1, "at": NOW}
NOT_JSON = "this is no JSON"


@pytest.fixture
def full():
    """A mock in which something of every kind happened."""
    with standing_mock() as mock:
        mock.add_template("welcome", message="Hello {name}", platforms=["IOS"], headers={"a": None}, segment="os='IOS'")
        mock.add_email_template("bill")
        mock.add_user(login="ann", password="secret-of-ann", roles=["Editors"], token="token-of-ann-1234", age=7)
        mock.deny("publish", channel="closed", role="Editors")
        mock.allow("subscribe")
        mock.register_device("phone", os="IOS", channels=["news"], token="device-token-123", expires_at=MINUTE * 5)
        mock.register_device("wall", channels=["news"], refuses="full")
        poller = mock.subscribe("news", selector="city = 'Oslo'", subtopic="a.*")
        mock.publish("now", "news", headers={"city": "Oslo"}, subtopic="a.b", publisher_id="me", publish_policy="BOTH")
        mock.publish("later", "news", publish_at=MINUTE, repeat_every=30, repeat_expires_at=MINUTE * 4)
        mock.cancel(mock.publish("never", "weather", publish_at=MINUTE).message_id)
        mock.publish("nobody", "empty", push_singlecast=["nobody"])
        mock.channel("news").expect_schema({"type": "string"})
        mock.stub("GET", "/data/Orders", json=[{"a": 1}], headers={"X-Total": "1"})
        mock.stub("GET", "/whole", status=204, root=True)
        mock.stub("AMF", "Persistence.find", json={"b": 2})
        mock.faults.fail("status", error=5040, message="no", times=2, optional=True)
        mock.faults.fail_delivery(message="lost", channel="doomed")
        mock.publish("doomed", "doomed")
        assert poller.retrieve().data == ["now"]
        url = mock.url
        mock.add_user(login="bob", password="secret-of-bob")
        for _ in range(2):
            call(f"{url}/users/login", "POST", {"login": "bob", "password": "secret-of-bob"})
        call(
            f"{url}/messaging/email", "POST", {"subject": "s", "bodyparts": {"textmessage": "t"}, "to": ["a@b.example"]}
        )
        call(f"{url}/messaging/news", "POST", {"message": "x", "publishAt": 1})
        call(f"{url}/messaging/message:1")
        yield mock
        mock._session.judge(lambda _: None)


def refused(value):
    with pytest.raises(StateError) as caught:
        read_state(value)
    return str(caught.value)


def test_the_schema_knows_every_rule():
    validate({"rules": dataclasses.asdict(Rules())}, "state")
    assert set(load("state")["properties"]["rules"]["properties"]) == {
        field.name for field in dataclasses.fields(Rules)
    }


class TestOutAndIn:
    def test_a_mock_with_the_state_of_another_holds_the_same(self, full):
        state = json.loads(json.dumps(full.state(secrets=True, journal=True)))
        validate(state, "state")
        with standing_mock(state=state, seed=3) as other:
            assert other.state(secrets=True, journal=True) == state
            assert str(other.timeline) == str(full.timeline)
            assert (other.messages, other.deliveries, other.outbox) == (full.messages, full.deliveries, full.outbox)
            assert (other.scheduled, other.devices) == (full.scheduled, full.devices)
            seen = [[(each.at, each.path, each.status) for each in mock.requests] for mock in (full, other)]
            assert seen[0] == seen[1] != []

    def test_both_go_on_alike(self, full):
        with standing_mock(state=full.state(secrets=True), seed=3) as other:
            for mock in (full, other):
                mock.clock.advance(minutes=5)
            assert other.deliveries == full.deliveries
            assert other.publish("next", "news") == full.publish("next", "news")
            answers = [call(f"{mock.url}/messaging/message:1") for mock in (full, other)]
            assert answers[0] == answers[1] == (400, {"code": 5040, "message": "no"})
            assert [call(f"{mock.url}/messaging/message:1")[0] for mock in (full, other)] == [200, 200]
            stubs = [call(f"{mock.url}/data/Orders") for mock in (full, other)]
            assert stubs == [(200, [{"a": 1}])] * 2
            with pytest.raises(MessagingError, match=r"2002|5007"):
                other.publish("no", "closed", user_token="token-of-ann-1234")

    def test_the_journal_is_there_where_it_was_asked_for(self, full):
        assert "journal" not in full.state()
        paths = [request["path"] for request in full.state(journal=True)["journal"]]
        assert paths == [request.path for request in full.requests]

    def test_passwords_and_tokens_are_there_where_they_were_asked_for(self, full):
        bare = json.dumps(full.state(journal=True))
        for secret in ("secret-of-ann", "token-of-ann-1234", "device-token-123"):
            assert secret not in bare
            assert secret in json.dumps(full.state(secrets=True))

    def test_without_secrets_it_is_a_beginning_all_the_same(self, full):
        with standing_mock(state=full.state()) as other:
            assert [device.token for device in other.devices] == ["token of phone", "token of wall"]
            with pytest.raises(MessagingError, match="3064"):
                other.publish("no", user_token="token-of-ann-1234")

    def test_what_was_refused_for_a_token_does_not_show_it(self):
        with standing_mock() as mock:
            request = urllib.request.Request(
                f"{mock.url}/messaging/news",
                b'{"message": "x"}',
                {"Content-Type": "application/json", "user-token": "0123456789abcdef-secret"},
            )
            with pytest.raises(OSError, match="400"):
                urllib.request.urlopen(request).close()
            assert "abcdef-secret" not in json.dumps(mock.state(journal=True))
            assert "abcdef-secret" in json.dumps(mock.state(secrets=True))
            with standing_mock(state=mock.state()) as other:
                assert "3064" in str(other.timeline)
            mock._session.judge(lambda _: None)

    def test_it_can_be_had_when_the_mock_is_closed(self):
        with standing_mock() as mock:
            mock.publish("hi")
        assert mock.state()["messages"][0]["data"] == "hi"

    def test_another_application_has_its_own(self):
        with standing_mock() as mock:
            other = mock.new_app()
            other.publish("hi")
            assert mock.state()["messages"] == []
            assert other.state()["messages"][0]["data"] == "hi"

    def test_a_channel_that_was_deleted_and_its_log_are_kept(self):
        with standing_mock() as mock:
            mock.publish("old", "news")
            call(f"{mock.url}/messaging/channels/news", "DELETE")
            with standing_mock(state=mock.state(), strict_channels=True) as other:
                assert other.channel("news").deliveries.data == ["old"]
                with pytest.raises(MessagingError, match="5010"):
                    other.subscribe("news")
                other.publish("new", "news")
                assert other.subscribe("news").retrieve().data == ["new"]

    def test_bytes_that_are_no_text_are_kept(self):
        with standing_mock() as mock:
            request = urllib.request.Request(
                f"{mock.url}/messaging/news", b"\xff\xfe", {"Content-Type": "application/json"}
            )
            with pytest.raises(OSError, match="400"):
                urllib.request.urlopen(request).close()
            mock.stub("GET", "/data/Orders", json=[])
            call(f"{mock.url}/data/Orders?password=1234&a=1")
            state = mock.state(journal=True)
            mock._session.judge(lambda _: None)
        assert state["journal"][0]["bodyBase64"] == "//4="
        assert state["journal"][1]["query"] == "password=…&a=1"
        with standing_mock(state=state) as other:
            assert other.state(journal=True)["journal"] == state["journal"]

    def test_who_came_and_went_in_real_time_is_told_but_not_there(self):
        who = {"channel": "news", "connectionId": "C1"}
        events = [
            {"kind": "joined", "at": NOW, **who, "userId": "ann"},
            {"kind": "listening", "at": NOW, **who, "selector": "a = 1"},
            {
                "kind": "retrieved",
                "at": NOW,
                "message": "m1",
                "number": 1,
                "deliveredAt": NOW,
                "subscriptionId": "1",
                "inRealTime": True,
            },
            {"kind": "left", "at": NOW, **who},
            {"kind": "not_pushed", "at": NOW, "message": "m1", "number": 1, "reason": "no device matched"},
            {"kind": "faulted", "at": NOW, "what": "the service", "fault": "offline"},
        ]
        with standing_mock(state={"messages": [PUBLISHED], "timeline": events}) as mock:
            assert mock.state()["timeline"] == events
            assert len(mock.channel("news").listeners) == 0
            assert mock.retrieved.data == ["hi"]


class TestABeginning:
    def test_may_be_stubs_devices_templates_and_users_written_by_hand(self, tmp_path):
        path = tmp_path / "demo.json"
        path.write_text(json.dumps(example("state")), "utf-8")
        with BackendlessMock(state=path) as mock:
            assert call(f"{mock.url}/data/Orders") == (200, [{"objectId": "order-1"}])
            assert mock.devices[0].channels == ("news",)
            status, answer = call(f"{mock.url}/users/login", "POST", {"login": "ann", "password": "secret"})
            assert (status, answer["login"]) == (200, "ann")
            mock.push_template("welcome", {"name": "x"})
            assert mock.messages.data == ["Hello x"]

    @pytest.mark.filterwarnings("ignore::pytest_backendless_mock.BackendlessMockWarning")
    def test_an_empty_one_is_no_different(self):
        with standing_mock() as plain, standing_mock(state={}) as mock:
            assert mock.state() == plain.state()
            assert mock.clock._time.is_fresh

    def test_whole_numbers_may_be_written_as_others_are(self):
        message = {**MESSAGE, "channel": "news", "status": "published", "delivered": 1.0, "successfulSends": 0.0}
        subscription = {"subscriptionId": "s", "cursor": 0.0, "start": 0.0}
        channel = {"name": "news", "log": [{"message": "m1", "number": 1.0, "at": NOW}], "floor": 0.0}
        state = {"messages": [message], "channels": [{**channel, "subscriptions": [subscription]}]}
        with BackendlessMock(state={**state, "clock": {"now": NOW, "frozen": True}}) as mock:
            status, answer = call(f"{mock.url}/messaging/news/s")
            assert (status, [each["data"] for each in answer["messages"]]) == (200, ["hi"])
            assert ".0" not in json.dumps(mock.state()["channels"])

    def test_messages_that_are_due_come(self):
        state = {
            "clock": {"now": NOW},
            "messages": [MESSAGE, {**MESSAGE, "messageId": "m2", "publishAt": START / 1000 + 9000}],
        }
        with standing_mock(state=state) as mock:
            assert mock.deliveries.data == ["hi"]
            assert mock.scheduled[0].message_id == "m2"
            assert mock.channel("news").messages.data == ["hi", "hi"]

    def test_its_rules_are_kept_and_others_go_on_top(self):
        state = {"rules": {"message_lifetime": 5, "cors": False}}
        mock = BackendlessMock(state=state, message_lifetime=7)
        assert mock._application.rules == Rules(message_lifetime=7, cors=False)

    def test_another_process_s_time_passes_from_its_instant_on(self):
        wall = FakeTime(START + 10**12)
        with standing_mock(wall, state={"clock": {"now": NOW}}) as mock:
            wall.pass_by(5)
            assert mock.clock.now() == dt.datetime(2030, 1, 7, 8, 30, 5, tzinfo=dt.timezone.utc)
            assert not mock.clock._time.is_fresh

    def test_a_clock_that_stood_stands(self):
        with BackendlessMock(state={"clock": {"now": NOW, "frozen": True}}) as mock:
            assert dt.datetime.now(dt.timezone.utc) == mock.clock.now()
            assert mock.state()["clock"] == {"now": NOW, "frozen": True}
        assert dt.datetime.now(dt.timezone.utc).year != 2030

    @pytest.mark.parametrize(("frozen", "shown"), [("2029-01-01", 2030), ("2031-01-01", 2031)], ids=["before", "after"])
    def test_a_freeze_is_moved_on_to_it_and_never_back(self, frozen, shown):
        with freeze_time(frozen), BackendlessMock(state={"clock": {"now": NOW, "frozen": True}}) as mock:
            assert mock.clock.now().year == shown

    def test_it_is_there_again_after_a_reset_and_ids_go_on(self):
        with standing_mock(state={"devices": [{"deviceId": "d", "os": "ios"}]}) as mock:
            first = mock.publish("hi").message_id
            mock.register_device("e")
            mock.reset()
            assert [device.device_id for device in mock.devices] == ["d"]
            assert len(mock.messages) == 0
            assert mock.publish("hi").message_id != first

    def test_what_was_given_is_not_changed_by_what_happens(self):
        state = {"users": [{"login": "ann", "properties": {"a": [1]}}], "messages": [{**MESSAGE, "data": {"a": [1]}}]}
        before = json.dumps(state)
        with standing_mock(state=state) as mock:
            mock.messages[0].data["a"].append(2)
        assert json.dumps(state) == before


FAULTS = {
    "fail by http": lambda faults: faults.fail("publish", http=503, body={"a": 1}, headers={"Retry-After": "1"}),
    "fail with text": lambda faults: faults.fail("publish", http=200, body="<html>"),
    "fail with bytes": lambda faults: faults.fail("publish", http=200, body=b"\xff\0"),
    "fail with a message": lambda faults: faults.fail("publish", message="no"),
    "fail delivery": lambda faults: faults.fail_delivery(),
    "reset": lambda faults: faults.reset("retrieve", midway=True),
    "empty": lambda faults: faults.empty("all"),
    "garbage": lambda faults: faults.garbage("publish", "not HTTP"),
    "slow": lambda faults: faults.slow("publish", dt.timedelta(seconds=0.5)),
    "hang": lambda faults: faults.hang("publish", clock=5),
    "delay": lambda faults: faults.delay("join", 2.5),
    "lose": lambda faults: faults.lose("realtime", channel="news", times=3, optional=True),
}


@pytest.mark.parametrize("ask", [pytest.param(ask, id=name) for name, ask in FAULTS.items()])
def test_a_fault_comes_in_as_it_was_asked_for(ask):
    with standing_mock() as mock:
        fault = ask(mock.faults)
        fault.end()
        state = mock.state()
        mock._session.judge(lambda _: None)
    validate(state, "state")
    with standing_mock(state=state) as other:
        assert other.state() == state
        [there], [here] = other._tenant.faults, mock._tenant.faults
        assert (there.effect, there.operations) == (here.effect, here.operations) or callable(there.effect[0])
        other._session.judge(lambda _: None)


class TestRefusals:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            pytest.param(
                {"format": "backendless-mock/state@2"}, "use the version that wrote it, or a later one", id="later"
            ),
            pytest.param({"format": 1}, "at $.format: 1 breaks 'const': 'backendless-mock/state@1'", id="format"),
            pytest.param({"user": []}, "at $: there is no member 'user'; did you mean 'users'?", id="member"),
            pytest.param({"q": 1}, "at $: there is no member 'q'; there are format, rules, clock", id="unlike any"),
            pytest.param(
                {"messages": [MESSAGE, {**MESSAGE, "failure": {"why": 1}}]},
                "at $.messages[1].failure: there is no member 'why'",
                id="member inside",
            ),
            pytest.param({"rules": {"cors": 1}}, "at $.rules.cors: 1 breaks 'type': 'boolean'", id="rule"),
            pytest.param(
                {"rules": {"message_lifetime": 10**400}},
                "this is no JSON: a number is outside",
                id="number out of range",
            ),
            pytest.param({"clock": {"now": "today"}}, "at $.clock.now: 'today' breaks 'pattern'", id="instant"),
            pytest.param(
                {"clock": {"now": "2030-02-30"}}, "at $.clock.now: '2030-02-30': '2030-02-30' is no ISO", id="day"
            ),
            pytest.param(
                {"clock": {"now": "2031-01-01"}, "messages": [{**MESSAGE, "repeatEvery": 1}]},
                "at $.clock.now: '2031-01-01T00:00:00Z': catching up would deliver",
                id="too much is due",
            ),
            pytest.param(
                {"users": [{"objectId": "u"}, {}, {}, {"objectId": "u"}]},
                "at $.users[3].objectId: 'u': it stands there twice",
                id="user twice",
            ),
            pytest.param(
                {"templates": [{"name": "t", "message": "a"}, {"name": "t", "message": "b"}]},
                "at $.templates[1].name: 't': it stands there twice",
                id="template twice",
            ),
            pytest.param(
                {"emails": [{"messageId": "m", "to": ["a@b.c"], "text": "hi"}] * 2},
                "at $.emails[1].messageId: 'm': it stands there twice",
                id="e-mail twice",
            ),
            pytest.param(
                {"channels": [{"name": "a", "subscriptions": [{"subscriptionId": "s"}] * 2}]},
                "at $.channels[0].subscriptions[1].subscriptionId: 's': it stands there twice",
                id="subscription twice",
            ),
            pytest.param({"clock": {"now": "1960-01-01"}}, "at $.clock.now: '1960-01-01': ", id="before 1970"),
            pytest.param(
                {"messages": [{**MESSAGE, "at": "2030-02-30"}]},
                "at $.messages[0]: {'messageId': 'm1'",
                id="message's day",
            ),
            pytest.param(
                {"messages": [MESSAGE, MESSAGE]}, "at $.messages[1].messageId: 'm1': it stands there twice", id="twice"
            ),
            pytest.param(
                {"messages": [{**MESSAGE, "delivered": 1}]},
                "nothing of it is still to come after 1 deliveries",
                id="over",
            ),
            pytest.param({"messages": [{**MESSAGE, "channel": "a/b"}]}, "holds no slash", id="channel's name"),
            pytest.param(
                {"messages": [{**MESSAGE, "repeatEvery": 5, "repeatExpiresAt": 1}]}, "before the first", id="dates"
            ),
            pytest.param(
                {"channels": [{"name": "a", "log": [IN_LOG]}]}, "$.channels[0].log[0].message: 'm1': this", id="log"
            ),
            pytest.param(
                {"messages": [PUBLISHED], "channels": [{"name": "news", "log": [{**IN_LOG, "at": "2030-02-30"}]}]},
                "at $.channels[0].log[0].at: '2030-02-30'",
                id="log's day",
            ),
            pytest.param(
                {"channels": [{"name": "a"}, {"name": "a"}]}, "$.channels[1].name: 'a': it stands", id="channel twice"
            ),
            pytest.param(
                {"channels": [{"name": "a", "floor": 1}]}, "$.channels[0].floor: 1: the channel's log has 0", id="floor"
            ),
            pytest.param(
                {"channels": [{"name": "a", "subscriptions": [{"subscriptionId": "s", "cursor": 2}]}]},
                "at $.channels[0].subscriptions[0].cursor: 2: the channel's log has 0 deliveries",
                id="cursor",
            ),
            pytest.param(
                {"channels": [{"name": "a", "subscriptions": [{"subscriptionId": "s", "selector": "("}]}]},
                "at $.channels[0].subscriptions[0].selector: '('",
                id="selector",
            ),
            pytest.param(
                {"devices": [{"deviceId": "d", "os": "TV"}]},
                "$.devices[0]: {'deviceId': 'd', 'os': 'TV'}: os is",
                id="os",
            ),
            pytest.param({"devices": [{"deviceId": "d", "os": "ios"}] * 2}, "$.devices[1].deviceId", id="device twice"),
            pytest.param(
                {"emails": [{"messageId": "e"}]}, "at $.emails[0]: {'messageId': 'e'}: ", id="e-mail to nobody"
            ),
            pytest.param(
                {"templates": [{"name": "t", "message": "m", "channel": "/"}]}, "at $.templates[0]", id="template"
            ),
            pytest.param(
                {"permissions": [{"operation": "publish", "allowed": True, "role": "r", "user": "u"}]},
                "at $.permissions[0]",
                id="permission",
            ),
            pytest.param(
                {"users": [{"password": 1}]}, "at $.users[0].password: … breaks 'type': 'string'", id="password"
            ),
            pytest.param(
                {"users": [{"tokens": [{"token": "t", "expiresAt": "2030-02-30"}]}]},
                "at $.users[0]: {'tokens'",
                id="token",
            ),
            pytest.param(
                {"schemas": {"news": {"type": 1}}}, "at $.schemas.news: {'type': 1}: the schema for", id="schema"
            ),
            pytest.param(
                {"schemas": {"news": {"items": {"$ref": "file:///etc/passwd"}}}},
                "a schema from there refers to itself only, not to file:///etc/passwd",
                id="schema elsewhere",
            ),
            pytest.param({"stubs": [{"method": "GET", "path": "/a?b"}]}, "at $.stubs[0]", id="stub"),
            pytest.param(
                {"faults": [{"kind": "slow", "operation": "publish"}]}, "at $.faults[0]", id="fault without seconds"
            ),
            pytest.param(
                {"faults": [{"kind": "empty", "operation": "nothing"}]}, "there is no operation 'nothing'", id="fault"
            ),
            pytest.param(
                {"journal": [{"at": "2030-02-30", "method": "GET", "path": "/"}]}, "at $.journal[0]", id="request"
            ),
            pytest.param(
                {"timeline": [{"kind": "pushed", "at": NOW}]}, "an event 'pushed' needs 'message'", id="event"
            ),
            pytest.param(
                {"timeline": [{"kind": "cancelled", "at": "2030-02-30"}]}, "at $.timeline[0].at", id="event's day"
            ),
            pytest.param(
                {"timeline": [{"kind": "cancelled", "at": NOW, "message": "m"}]},
                "$.timeline[0].message: 'm'",
                id="names",
            ),
            pytest.param(
                {"messages": [MESSAGE], "timeline": [{"kind": "accepted", "at": "2031-01-01", "message": "m1"}]},
                "that message was accepted at 2030-01-07T08:30:00Z",
                id="accepted then",
            ),
            pytest.param(
                {"timeline": [{"kind": "refused", "at": NOW, "what": "GET /", "code": 3064, "message": "no"}]},
                "the service has no error 3064 with 0 values",
                id="error",
            ),
        ],
    )
    def test_one_wrong_field_is_told_with_place_value_and_rule(self, value, text):
        assert text in refused(value)

    def test_many_are_counted(self):
        error = refused({"emailTemplates": list(range(12))})
        assert error.count("breaks") == 10
        assert error.endswith("… and 2 more")

    def test_its_places_can_be_had(self):
        with pytest.raises(StateError) as caught:
            read_state({"rules": {"cors": 1}, "emailTemplates": [1]})
        assert [path for path, _ in caught.value.errors] == ["$.rules.cors", "$.emailTemplates[0]"]
        with pytest.raises(StateError) as caught:
            parse_state("[")
        assert [path for path, _ in caught.value.errors] == ["$"]

    @pytest.mark.parametrize(
        "text", ["[1", b"\xff", "[" * 300 + "]" * 300, '{"clock": NaN}'], ids=["cut", "bytes", "deep", "NaN"]
    )
    def test_what_is_no_json(self, text):
        with pytest.raises(StateError, match=NOT_JSON):
            parse_state(text)

    @pytest.mark.parametrize(
        "value", [{"clock": dt.MINYEAR, "rules": {1, 2}}, {"users": float("nan")}], ids=["set", "NaN"]
    )
    def test_a_value_that_is_no_json(self, value):
        assert refused(value).startswith(NOT_JSON)

    def test_what_is_no_object(self):
        with pytest.raises(StateError, match="breaks 'type': 'object'"):
            parse_state("[]")

    def test_what_is_no_state_at_all(self):
        with pytest.raises(
            TypeError, match=r"a state is what state\(\) returned, or the path of a file with it, not 5"
        ):
            BackendlessMock(state=5)

    def test_a_file_is_named(self, tmp_path):
        path = tmp_path / "demo.json"
        with pytest.raises(FileNotFoundError):
            read_state("demo.json", tmp_path)
        path.write_text("{")
        with pytest.raises(StateError, match=f"^{path}: {NOT_JSON}"):
            read_state("demo.json", tmp_path)
        path.write_bytes(b"\xff")
        with pytest.raises(StateError, match=f"^{path}: {NOT_JSON}"):
            read_state(path)

    def test_a_state_that_is_too_large_is_refused_with_its_size(self, tmp_path, monkeypatch):
        path = tmp_path / "large.json"
        with path.open("wb") as file:
            file.truncate(100 * 1024 * 1024)
        with pytest.raises(StateError, match=r"large\.json has 100 MiB, and a state has 64 MiB at most"):
            read_state(path)
        monkeypatch.setattr(module, "HEAVIEST", 10)
        with pytest.raises(StateError, match="the text has 0 MiB, and a state has 0 MiB at most"):
            parse_state('{"a": "0123456789"}')

    def test_nothing_has_changed_where_it_is_refused(self):
        with standing_mock() as mock:
            mock.publish("hi")
            beginning = read_state({})
            beginning.value = {
                "devices": [{"deviceId": "d", "os": "IOS"}],
                "faults": [{"kind": "empty", "operation": "x"}],
            }
            before = mock.state()
            with pytest.raises(StateError, match="there is no operation 'x'"):
                beginning.load(mock._tenant)
            assert mock.state() == before

    def test_a_fault_with_a_callable_is_refused_by_name_when_it_is_to_go_out(self):
        with standing_mock() as mock:
            mock.faults.fail("publish", error=5007, when=len, optional=True)
            with pytest.raises(StateError, match=r"^faults\.fail\('publish', error=5007, when=.*\) asks a callable"):
                mock.state()

    def test_a_schema_that_refers_to_other_files_is_refused_by_name(self, tmp_path):
        (tmp_path / "other.json").write_text('{"type": "string"}')
        with standing_mock(base=tmp_path) as mock:
            mock.channel("a").expect_schema(tmp_path / "other.json")
            assert mock.state()["schemas"] == {"a": {"type": "string"}}
            mock.channel("b").expect_schema({"$ref": "other.json"})
            with pytest.raises(
                StateError, match=r"no state can hold it: the schema for channel 'b' refers to 'other\.json'"
            ):
                mock.state()
