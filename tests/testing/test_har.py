"""What came over HTTP, as HAR: whole or from the journal, by the mock's time, secrets masked."""

from __future__ import annotations

import gc
import io
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from amf_support import frame
from har_schema import require_har
from mock_support import standing_mock
from plugin_support import call

from pytest_backendless_mock import BackendlessMock
from pytest_backendless_mock.http import journal, recorder
from pytest_backendless_mock.http.recorder import Recorder


@pytest.fixture
def mock():
    with standing_mock(allow_unknown_requests=True, accept_unknown_tokens=True) as mock:
        yield mock


def send(url, body=b"", **headers):
    """A POST with any body and headers: status and bytes of the answer."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, names, method="POST")
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def texts(mock):
    return json.dumps(mock.har(), ensure_ascii=False)


class TestWhole:
    @pytest.fixture
    def mock(self, mock):
        mock.har()
        return mock

    def test_a_request_and_its_answer(self, mock):
        url = mock.url
        mock.clock.advance(seconds=1.5)
        call(f"{url}/messaging/caf%C3%A9?a=1&b=x%20y", "POST", {"message": "hé"})
        [entry] = require_har(mock.har())
        request, response = entry["request"], entry["response"]
        assert entry["startedDateTime"] == "2030-01-07T08:30:01.500Z"
        assert request["method"] == "POST"
        assert request["url"] == f"{url}/messaging/caf%C3%A9?a=1&b=x%20y"
        assert request["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": "x y"}]
        assert request["postData"] == {"mimeType": "application/json", "text": '{"message": "h\\u00e9"}'}
        assert request["bodySize"] == len('{"message": "h\\u00e9"}')
        assert (response["status"], response["statusText"]) == (200, "OK")
        assert {"name": "Date", "value": "Mon, 07 Jan 2030 08:30:01 GMT"} in response["headers"]
        assert response["content"]["mimeType"] == "application/json"
        assert json.loads(response["content"]["text"])["status"] == "scheduled"
        assert response["bodySize"] == response["content"]["size"] == len(response["content"]["text"])
        assert entry["_backendlessMock"] == {"operation": "publish", "code": None, "application": mock.app_id}
        assert "comment" not in mock.har()["log"]

    def test_a_refusal_and_what_nobody_knows(self, mock):
        call(f"{mock.url}/messaging/news", "POST", {})
        call(f"{mock.url}/nowhere")
        refusal, unknown = require_har(mock.har())
        assert refusal["_backendlessMock"]["code"] == 8007
        assert (unknown["response"]["status"], unknown["_backendlessMock"]["operation"]) == (404, None)
        assert "postData" not in unknown["request"]

    def test_a_request_without_an_answer(self, mock):
        mock.faults.reset("publish")
        with pytest.raises(OSError, match="reset"):
            send(f"{mock.url}/messaging/news", b'{"message": 1}', Content_Type="application/json")
        [entry] = require_har(mock.har())
        assert (entry["response"]["status"], entry["response"]["headers"]) == (0, [])
        assert entry["response"]["content"] == {"size": 0, "mimeType": "x-unknown"}

    def test_a_preflight(self, mock):
        headers = {"Origin": "http://page.example", "Access-Control-Request-Method": "POST"}
        request = urllib.request.Request(f"{mock.url}/messaging/news", headers=headers, method="OPTIONS")
        with urllib.request.urlopen(request):
            pass
        [entry] = require_har(mock.har())
        assert (entry["request"]["method"], entry["response"]["status"]) == ("OPTIONS", 204)
        assert "Access-Control-Allow-Origin" in {pair["name"] for pair in entry["response"]["headers"]}

    def test_bodies_that_are_no_text(self, mock):
        send(f"{mock.url}/messaging/news", b"\xff\x00\x01", Content_Type="application/json")
        mock.faults.fail("publish", http=200, body=b"\xff\xfe")
        send(f"{mock.url}/messaging/news", b'{"message": 1}', Content_Type="application/json")
        refused, spoilt = require_har(mock.har())
        assert refused["request"]["postData"]["text"] == "\ufffd\x00\x01"
        content = spoilt["response"]["content"]
        assert (content["text"], content["encoding"], content["size"]) == ("//4=", "base64", 2)

    def test_each_application_has_its_own(self, mock):
        other = mock.new_app()
        call(f"{mock.url}/info")
        call(f"{other.url}/loggers")
        assert [entry["_backendlessMock"]["application"] for entry in require_har(mock.har())] == [mock.app_id]
        assert [entry["_backendlessMock"]["application"] for entry in require_har(other.har())] == [other.app_id]
        assert len(require_har(mock._session.har())) == 2

    def test_more_than_the_journal_keeps(self, mock, monkeypatch):
        monkeypatch.setattr(journal, "MOST_KEPT", 2)
        for _ in range(5):
            call(f"{mock.url}/info")
        assert len(mock.requests) == 2
        assert len(require_har(mock.har())) == 5

    def test_what_came_before_a_reset_is_kept(self, mock):
        call(f"{mock.url}/info")
        mock.reset()
        call(f"{mock.url}/info")
        assert len(require_har(mock.har())) == 2

    def test_it_can_be_had_when_the_mock_is_closed(self):
        with BackendlessMock() as mock:
            mock.har()
            call(f"{mock.url}/info")
        assert len(require_har(mock.har())) == 1

    def test_its_file_goes_with_it(self):
        kept = recorder.passing()
        path = kept.path
        assert path.exists()
        del kept
        gc.collect()
        assert not path.exists()

    def test_a_child_of_a_fork_leaves_the_file_alone(self, mock):
        path = mock._session.recorder.path
        recorder._remove(path, owner=-1)
        assert path.exists()

    def test_a_disk_that_cannot_be_written_ends_it_and_is_told(self, mock, monkeypatch):
        call(f"{mock.url}/info")
        with monkeypatch.context() as patched:
            patched.setattr(Path, "open", lambda *_, **__: (_ for _ in ()).throw(OSError("no space left")))
            assert call(f"{mock.url}/info")[0] == 200
        assert call(f"{mock.url}/info")[0] == 200
        assert len(require_har(mock.har())) == 1
        assert mock.har()["log"]["comment"] == "it ended early: no space left"

    def test_what_a_full_disk_takes_of_a_request_is_taken_back(self, mock):
        resource = pytest.importorskip("resource", reason="the disk is made full by a limit that Windows has not")
        mock.har()
        call(f"{mock.url}/info")
        path = mock._session.recorder.path
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, before[1]))
        try:
            assert call(f"{mock.url}/info")[0] == 200
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert len(require_har(json.loads(path.read_text("utf-8")))) == 1
        assert mock.har()["log"]["comment"] == "it ended early: [Errno 27] File too large"


class TestFromTheJournal:
    def test_it_says_that_some_headers_of_answers_are_not_there(self, mock):
        call(f"{mock.url}/info")
        [entry] = require_har(mock.har())
        assert entry["request"]["url"] == f"{mock.url}/info"
        assert entry["response"]["headers"] == [{"name": "Content-Type", "value": "application/json"}]
        assert mock.har()["log"]["comment"] == (
            "made from the journal, which lacks some headers of answers; ask for HAR before the first request"
        )

    def test_it_has_the_headers_that_a_stub_gave(self, mock):
        mock.stub("GET", "/data/Person", json=[], headers={"X-Page": "1"})
        call(f"{mock.url}/data/Person")
        [entry] = require_har(mock.har())
        assert {"name": "X-Page", "value": "1"} in entry["response"]["headers"]

    def test_it_says_what_was_dropped(self, mock, monkeypatch):
        monkeypatch.setattr(journal, "MOST_KEPT", 2)
        monkeypatch.setattr(journal, "LONGEST_CONTENT", 10)
        for _ in range(5):
            call(f"{mock.url}/info")
        assert len(require_har(mock.har())) == 2
        assert mock.har()["log"]["comment"].endswith(
            "; 3 older requests were dropped; of 2 requests the bytes of body or answer were not kept"
        )

    @pytest.mark.parametrize(
        ("longest", "comment", "text"),
        [(100, "not UTF-8: bytes that are none are replaced", "\ufffd\x00\x01"), (1, "not kept", "")],
        ids=["kept", "too long"],
    )
    def test_a_body_that_nobody_could_read_is_shown_as_far_as_it_is_kept(
        self, mock, monkeypatch, longest, comment, text
    ):
        monkeypatch.setattr(journal, "LONGEST_CONTENT", longest)
        send(f"{mock.url}/nowhere", b"\xff\x00\x01", Content_Type="text/plain")
        [entry] = require_har(mock.har())
        assert entry["request"]["bodySize"] == 3
        assert entry["request"]["postData"]["comment"] == comment
        assert entry["request"]["postData"]["text"] == text

    def test_a_client_without_a_socket_gives_no_host(self, mock):
        status = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": f"/{mock.app_id}/{mock.api_key}/info",
            "QUERY_STRING": "",
            "SERVER_NAME": "mock",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
        }
        list(mock.wsgi_app(environ, lambda line, _: status.append(line)))
        [entry] = require_har(mock.har())
        assert entry["request"]["url"] == f"http://127.0.0.1/{mock.app_id}/{mock.api_key}/info"


SECRET = "0123456789-not-to-be-seen"


class TestSecrets:
    @pytest.fixture(params=["whole", "from the journal"])
    def mock(self, mock, request):
        if request.param == "whole":
            mock.har()
        return mock

    @pytest.mark.parametrize("name", ["user-token", "secret-key", "Authorization", "Cookie"])
    def test_headers_are_masked(self, mock, name):
        send(f"{mock.url}/messaging/news", b'{"message": 1}', **{"Content-Type": "application/json", name: SECRET})
        assert SECRET not in texts(mock)
        [entry] = require_har(mock.har())
        assert {"name": name.lower(), "value": "…"} in entry["request"]["headers"]

    def test_passwords_and_the_token_of_a_log_in_are_masked(self, mock):
        mock.add_user(login="ann", password=SECRET)
        status, answer = send(
            f"{mock.url}/users/login",
            json.dumps({"login": "ann", "password": SECRET}).encode(),
            Content_Type="application/json",
        )
        token = json.loads(answer)["user-token"]
        call(f"{mock.url}/users/isvalidusertoken/{token}")
        assert (status, SECRET in texts(mock), token in texts(mock)) == (200, False, False)
        entry = require_har(mock.har())[0]
        assert json.loads(entry["request"]["postData"]["text"]) == {"login": "ann", "password": "…"}
        assert json.loads(entry["response"]["content"]["text"])["user-token"] == "…"

    def test_members_below_the_name_of_a_secret_are_masked_at_any_depth(self, mock):
        body = {"message": {"passwords": [{"of": [SECRET, 12345678, True, None]}], "n": [1]}}
        send(f"{mock.url}/messaging/news", json.dumps(body).encode(), Content_Type="application/json")
        [entry] = require_har(mock.har())
        message = json.loads(entry["request"]["postData"]["text"])["message"]
        assert message == {"passwords": [{"of": ["…", "…", True, None]}], "n": [1]}

    def test_a_query_is_masked(self, mock):
        call(f"{mock.url}/info?password={SECRET}&a=1")
        [entry] = require_har(mock.har())
        assert entry["request"]["url"].endswith("/info?password=…&a=1")
        assert SECRET not in texts(mock)

    def test_an_answer_in_amf_that_may_hold_one_is_left_out(self, mock):
        mock.add_user(login="ann", password=SECRET)
        login = frame("com.backendless.services.users.UserService", "login", ["ann", SECRET])
        assert send(f"{mock.url}/binary", login, Content_Type="application/x-amf")[0] == 200
        [entry] = require_har(mock.har())
        assert entry["request"]["postData"]["comment"] == "shown as JSON"
        assert "ann" in entry["request"]["postData"]["text"]
        assert entry["response"]["content"]["comment"] == "left out: it may hold a token or a password"
        assert SECRET not in texts(mock)

    def test_ids_and_keys_in_addresses_are_not(self, mock):
        call(f"{mock.url}/info")
        [entry] = require_har(mock.har())
        assert f"/{mock.app_id}/{mock.api_key}/info" in entry["request"]["url"]


class TestARecorder:
    def test_its_file_is_a_whole_har_after_each_request(self, mock, tmp_path):
        path = tmp_path / "all.har"
        mock._session.record(Recorder(path))
        assert require_har(json.loads(path.read_text("utf-8"))) == []
        for number in (1, 2, 3):
            call(f"{mock.url}/info")
            assert len(require_har(json.loads(path.read_text("utf-8")))) == number
        other = mock.new_app()
        call(f"{other.url}/info")
        assert len(require_har(json.loads(path.read_text("utf-8")))) == 4
        assert len(require_har(other.har())) == 1

    def test_where_none_can_be_written_it_says_so_at_once(self, tmp_path):
        with pytest.raises(OSError, match="nowhere"):
            Recorder(tmp_path / "nowhere" / "all.har")
