"""What a mock writes as HAR, judged by npm's har-validator, which is not ours."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from pytest_backendless_mock import BackendlessMock
from pytest_backendless_mock.http.recorder import Recorder

HERE = Path(__file__).parent
JUDGE = """
const { har } = require('har-validator');
har(JSON.parse(require('fs').readFileSync(0, 'utf8'))).then(
  ({ log }) => console.log(log.entries.length),
  ({ errors }) => { console.error(errors); process.exit(1); },
);
"""


@pytest.fixture
def judge(node, package):
    """``judge(text)`` is what the validator came to, which prints how many entries there are."""
    package("har-validator", "package.json")

    def run(text):
        return subprocess.run(
            [node, "-e", JUDGE], cwd=HERE, input=text, capture_output=True, check=False, encoding="utf-8", timeout=50
        )

    return run


def entries(ran):
    assert ran.returncode == 0, ran.stderr
    return int(ran.stdout)


def converse(mock):
    """Requests of each kind: accepted, refused, unknown, no text in either direction, a preflight, no answer."""
    mock.add_user(login="ann", password="secret")
    mock.faults.fail("publish", http=200, body=b"\xff\xfe", times=1)
    mock.faults.reset("status")
    json_body = {"Content-Type": "application/json"}
    for method, path, body, headers in (
        ("POST", "messaging/news?a=1&b=x%20y", b"\xff\x00", json_body),
        ("POST", "messaging/caf%C3%A9", '{"message": "hé"}'.encode(), {**json_body, "Origin": "http://page.example"}),
        ("POST", "messaging/news", b"{}", json_body),
        ("POST", "users/login", b'{"login": "ann", "password": "secret"}', json_body),
        ("GET", "nowhere", None, {"Cookie": "a=b"}),
        (
            "OPTIONS",
            "messaging/news",
            None,
            {"Origin": "http://page.example", "Access-Control-Request-Method": "POST"},
        ),
        ("GET", "messaging/message:x", None, {}),
    ):
        try:
            urllib.request.urlopen(
                urllib.request.Request(f"{mock.url}/{path}", body, headers, method=method), timeout=50
            ).read()
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            assert path == "messaging/message:x"


@pytest.mark.parametrize("asked", ["before", "after"])
def test_it_is_har(judge, asked):
    with BackendlessMock(allow_unknown_requests=True) as mock:
        if asked == "before":
            assert entries(judge(json.dumps(mock.har()))) == 0
        converse(mock)
        assert entries(judge(json.dumps(mock.har()))) == 7


def test_its_file_is_har(judge, tmp_path):
    with BackendlessMock(allow_unknown_requests=True) as mock:
        mock._session.record(Recorder(tmp_path / "all.har"))
        converse(mock)
    assert entries(judge((tmp_path / "all.har").read_text("utf-8"))) == 7


def test_what_is_none_is_seen(judge):
    ran = judge(json.dumps({"log": {"version": "1.2", "entries": []}}))
    assert (ran.returncode, "creator" in ran.stderr) == (1, True)
