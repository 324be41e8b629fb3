"""The server that anybody can run, over sockets."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from har_schema import require_har
from mock_support import WATCHDOG

import pytest_backendless_mock
from pytest_backendless_mock import ServerError
from pytest_backendless_mock.control.standalone import Standalone
from pytest_backendless_mock.service.identity import API_KEY, APP_ID


@contextmanager
def running(*args, **options):
    server = Standalone(*args, **{"port": 0, **options})
    server.start()
    try:
        yield server
    finally:
        server.stop()


def ask(server, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(*server.url.removeprefix("http://").split(":"), timeout=WATCHDOG)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers or {})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_the_service_and_the_control_api_are_on_one_port():
    with running() as server:
        assert ask(server, "GET", "/__mock__/health")[0] == 200
        assert ask(server, "GET", f"/{APP_ID}/{API_KEY}/info")[1]["appId"] == APP_ID
        assert server.describe()["url"] == f"{server.url}/{APP_ID}/{API_KEY}"
        made = ask(server, "POST", "/__mock__/apps", {"label": "x"})[1]
        assert ask(server, "GET", f"/{made['appId']}/{made['apiKey']}/info")[1]["appId"] == made["appId"]


def test_the_default_application_is_as_it_was_asked_for():
    options = {"app_id": "mine", "api_keys": {"JS": "j"}, "seed": 7, "freeze": 1_894_005_000_000_000}
    with running(**options, rules={"message_lifetime": 5, "allow_unknown_requests": True}) as server:
        described = server.describe()
        assert (described["appId"], described["apiKeys"]["JS"], described["seed"]) == ("mine", "j", 7)
        assert described["clock"]["now"] == "2030-01-07T08:30:00Z"
        assert server.default.application.rules.message_lifetime == 5
        assert ask(server, "GET", "/nowhere")[0] == 404
        assert ask(server, "POST", "/__mock__/apps/default/verify")[1]["ok"]


def test_a_port_that_a_mock_has_is_told_with_its_address_and_version():
    with running() as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(ServerError) as raised:
            Standalone(port=port).start()
    version = pytest_backendless_mock.__version__
    assert (
        str(raised.value) == f"pytest-backendless-mock is already running at http://127.0.0.1:{port}, version {version}"
    )


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-x\r\n",
        b"HTTP/1.0 200 OK\r\n\r\nx",
        b"HTTP/1.0 200 OK\r\n\r\n[]",
        b'HTTP/1.0 200 OK\r\n\r\n{"name": "x"}',
    ],
)
def test_a_port_that_somebody_else_has_is_told_as_the_system_does(answer):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        def serve():
            client, _ = other.accept()
            with client:
                client.recv(65_536)
                client.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(ServerError, match=f"the mock cannot listen on 127.0.0.1:{port}"):
            Standalone(port=port).start()
        thread.join(WATCHDOG)


def test_its_rules_are_every_application_s_unless_that_is_made_with_others():
    with running(rules={"message_lifetime": 5, "allow_unknown_requests": True}) as server:
        said = {"message_lifetime": 7, "allow_unknown_requests": False}
        for label, rules, lifetime, allow in (("a", {}, 5, True), ("b", said, 7, False)):
            made = ask(server, "POST", "/__mock__/apps", {"label": label, "rules": rules})[1]
            found = ask(server, "GET", f"/__mock__/apps/{made['appId']}/rules")[1]
            assert (found["message_lifetime"], found["allow_unknown_requests"]) == (lifetime, allow)


def test_beyond_loopback_somebody_has_to_want_that():
    with pytest.raises(ValueError, match=r"whoever reaches 0\.0\.0\.0 could move its clocks: give it a token"):
        Standalone("0.0.0.0")


@pytest.mark.parametrize(
    ("options", "who"), [({"token": "t"}, "whoever has its token"), ({"open_to_network": True}, "everybody")]
)
def test_beyond_loopback_one_line_of_the_log_says_who_can_reach_it(options, who, caplog):
    caplog.set_level(logging.INFO)
    with running("0.0.0.0", **options) as server:
        assert server.url.startswith("http://127.0.0.1:")
        everywhere = server.url.replace("127.0.0.1", "0.0.0.0")
        assert caplog.messages == [f"the mock listens on {everywhere}, where {who} can reach it and move its clocks"]


def test_with_a_token_only_who_bears_it_may_ask():
    with running(token="t", allow_hosts=["ci.example"]) as server:
        assert ask(server, "GET", "/__mock__/apps")[0] == 401
        assert (
            ask(server, "GET", "/__mock__/apps", headers={"Authorization": "Bearer t", "Host": "ci.example"})[0] == 200
        )


def test_a_server_that_does_not_run_has_no_applications():
    server = Standalone(port=0)
    with pytest.raises(RuntimeError, match="the server does not run"):
        server.describe()
    server.stop()


def test_it_can_be_reached_though_every_application_is_offline():
    with running() as server:
        ask(server, "PUT", "/__mock__/apps/default/offline", {"offline": True})
        with pytest.raises(ConnectionError):
            ask(server, "GET", "/api/info")
        assert ask(server, "GET", "/__mock__/health")[0] == 200


def test_a_stream_does_not_hold_up_the_end_and_leaves_nothing():
    before = set(threading.enumerate())
    with running() as server:
        connection = http.client.HTTPConnection(*server.url.removeprefix("http://").split(":"), timeout=WATCHDOG)
        connection.request("GET", "/__mock__/apps/default/events", headers={"Accept": "text/event-stream"})
        stream = connection.getresponse()
        assert stream.fp.readline() == b": here\n"
        ask(server, "POST", "/__mock__/apps/default/messages", {"message": "hi"})
        lines = [stream.fp.readline() for _ in range(3)]
        assert lines[1:] == [b"id: 1\n", b"event: accepted\n"]
    assert stream.fp.read().endswith(b"\n\n")
    connection.close()
    assert set(threading.enumerate()) <= before


def test_nothing_in_the_process_is_frozen():
    program = (
        "import sys, datetime\n"
        "from pytest_backendless_mock.control.standalone import Standalone\n"
        "server = Standalone(port=0, freeze=0)\n"
        "server.start()\n"
        "print(server.describe()['clock']['now'], datetime.datetime.now().year > 2000, 'freezegun' in sys.modules)\n"
        "print(*{'jsonschema', 'pytest', 'lark', 'websockets'} & sys.modules.keys())\n"
        "server.stop()\n"
    )
    root = str(Path(pytest_backendless_mock.__file__).parent.parent)
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
        timeout=WATCHDOG,
    )
    assert ran.stdout == "1970-01-01T00:00:00Z True False\n\n"


def test_it_begins_with_the_states_of_files_its_own_rules_on_top(tmp_path):
    devices, rules = tmp_path / "devices.json", tmp_path / "rules.json"
    devices.write_text('{"devices": [{"deviceId": "phone", "os": "IOS"}], "clock": {"now": "2030-01-07"}}', "utf-8")
    rules.write_text('{"rules": {"message_lifetime": 5, "cors": false}}', "utf-8")
    with running(begin_with=[devices, rules], rules={"message_lifetime": 7}) as server:
        assert [each.device_id for each in server.default.mock.devices] == ["phone"]
        assert server.describe()["clock"]["now"].startswith("2030-01-07T00:0")
        found = server.default.application.rules
        assert (found.message_lifetime, found.cors) == (7, False)
        server.default.reset()
        assert len(server.default.mock.devices) == 1


def test_a_state_that_cannot_be_is_refused_before_it_listens(tmp_path):
    path = tmp_path / "demo.json"
    path.write_text('{"rules": {"cors": 1}}', "utf-8")
    with pytest.raises(ValueError, match=r"demo\.json: this is no state:\n  at \$\.rules\.cors: 1 breaks"):
        Standalone(port=0, begin_with=[path])


def test_a_state_of_100_mb_is_refused_with_its_size_over_a_socket_and_the_server_goes_on():
    with running() as server:
        connection = http.client.HTTPConnection(*server.url.removeprefix("http://").split(":"), timeout=WATCHDOG)
        try:
            connection.request("PUT", "/__mock__/apps/default/state", b" " * 100_000_000)
            answer = connection.getresponse()
            assert (answer.status, json.loads(answer.read())["detail"]) == (
                413,
                "a body may have 64 MiB here, and this one has 95 MiB",
            )
        finally:
            connection.close()
        assert ask(server, "GET", "/__mock__/health")[0] == 200


def test_all_requests_are_kept_in_a_file_those_after_a_reset_too(tmp_path):
    path = tmp_path / "all.har"
    with running(har=path) as server:
        url = f"/{APP_ID}/{API_KEY}/info"
        ask(server, "GET", url)
        server.default.reset()
        ask(server, "GET", url)
        assert len(require_har(json.loads(path.read_text("utf-8")))) == 2
        assert len(require_har(ask(server, "GET", "/__mock__/apps/default/har")[1])) == 2


def test_where_somebody_hears_of_applications_that_go_their_requests_are_kept():
    gone = []
    with running(parting=lambda hosted, verdict: gone.append((hosted, verdict))) as server:
        made = ask(server, "POST", "/__mock__/apps", {"label": "x"})[1]
        ask(server, "GET", f"/{made['appId']}/{made['apiKey']}/info")
        assert gone == []
        verdict = ask(server, "DELETE", f"/__mock__/apps/{made['appId']}")[1]
    [(hosted, told)] = gone
    assert (hosted.plan.label, told) == ("x", verdict)
    har = hosted.mock.har()
    assert (len(require_har(har)), "comment" in har["log"]) == (1, False)
