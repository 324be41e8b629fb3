"""An application from its beginning to its end, and the verdict on it."""

from __future__ import annotations

import json

import httpx
import pytest
from har_schema import require_har
from presence_support import client_of_mock

from pytest_backendless_mock.control.standalone import Standalone
from pytest_backendless_mock.messaging.rules import Rules
from pytest_backendless_mock.remote import session as room
from pytest_backendless_mock.remote.mock import RemoteMock
from pytest_backendless_mock.remote.server import RemoteServer
from pytest_backendless_mock.remote.session import Plan, RemoteSession
from pytest_backendless_mock.service.identity import Identity


def test_it_is_made_as_the_plan_says(open_session, standalone):
    session = open_session(
        "a label", rules=Rules(message_lifetime=5), allow_unknown_requests=True, identity=Identity("mine", "my key")
    )
    hosted = standalone.applications.find("mine")
    assert (hosted.plan.label, hosted.plan.api_keys["REST"]) == ("a label", "my key")
    assert (hosted.application.rules.message_lifetime, hosted.plan.allow_unknown_requests) == (5, True)
    assert RemoteMock(session).url.endswith("/mine/my key")


def test_the_same_label_gives_the_same_ids(open_session):
    first = RemoteMock(open_session("x"))
    ids = first.app_id, first.api_key, first.publish("hi").message_id
    again = RemoteMock(open_session("x"))
    assert (again.app_id, again.api_key, again.publish("hi").message_id) == ids


def test_when_it_is_over_the_application_is_gone_and_its_last_verdict_stays(session, standalone):
    mock = RemoteMock(session)
    mock.faults.fail("publish", error=5007)
    warned = []
    session.close()
    session.close()
    assert session.is_closed
    assert [each.plan.label for each in standalone.applications] == ["default"]
    assert [problem.partition(" never")[0] for problem in session.judge(warned.append)] == [
        "backendless_mock.faults.fail('publish', error=5007)"
    ]
    assert (session.judge(warned.append), warned) == ([], [])
    assert session.report().startswith("timeline:\n")
    with pytest.raises(RuntimeError, match="this needs an open mock, and backendless_mock is closed"):
        mock.publish("hi")


def test_requests_that_were_kept_can_be_had_when_it_is_over(open_session):
    kept, forgotten = open_session("kept"), open_session("forgotten")
    kept.record(None)
    for session in (kept, forgotten):
        httpx.get(f"{RemoteMock(session).url}/info")
        session.close()
    assert len(require_har(kept.har())) == 1
    assert require_har(forgotten.har()) == []
    assert forgotten.har()["log"]["comment"] == "the application is gone, and nobody had its requests kept"


def test_a_hint_that_is_an_error_fails_the_test(session):
    mock = RemoteMock(session)
    httpx.post(f"{mock.url}/messaging/news", json={"message": "hi", "publish_at": 1})

    def refuse(warning):
        raise warning

    [problem] = session.judge(refuse)
    assert "the service ignores the field 'publish_at'" in problem


def test_a_mock_that_goes_away_is_said_to_be_gone(tmp_path):
    standalone = Standalone(port=0)
    standalone.start()
    session = RemoteSession(RemoteServer(standalone.url), Plan("x"), base=tmp_path)
    session.open()
    standalone.stop()
    gone = f"no mock answers at {standalone.url} (ConnectionRefusedError"
    assert session.report().startswith(gone)
    assert [problem.startswith(gone) for problem in session.judge(print)] == [True]
    session.close()
    assert [problem.startswith(gone) for problem in session.judge(print)] == [True]


def test_long_views_come_in_pieces(session, monkeypatch):
    monkeypatch.setattr(room, "PAGE", 2)
    mock = RemoteMock(session)
    for number in range(5):
        mock.publish(number)
    assert mock.messages.data == [0, 1, 2, 3, 4]


def test_a_schema_may_be_a_file_beside_the_test(open_session, tmp_path):
    (tmp_path / "schema.json").write_text(json.dumps({"type": "string"}), "utf-8")
    session = open_session(base=tmp_path)
    mock = RemoteMock(session)
    mock.channel("news").expect_schema("schema.json")
    mock.publish(5, "news")
    with pytest.raises(
        AssertionError,
        match=r"^backendless_mock.publish\(\): the message on channel 'news' breaks its schema\n  at \$: 5 breaks",
    ):
        mock.verify()
    with pytest.raises(OSError, match="nowhere"):
        mock.channel("news").expect_schema("nowhere.json")
    with pytest.raises(ValueError, match="refer"):
        mock.channel("news").expect_schema({"$ref": "other.json"})


def test_a_listener_is_printed_with_its_channel(mock, hosted):
    client_of_mock(hosted.mock).listen("news", "listener:1")
    assert [repr(each) for each in mock.channel("news").listeners] == ["<RemoteListener listener:1 on 'news'>"]
