"""``--backendless-mock-har=DIR``: the requests of each failing test in a file that its report names."""

from __future__ import annotations

import json

import pytest
from har_schema import require_har
from plugin_support import Inner, said

TESTS = """
from client import call
from pytest_backendless_mock import BackendlessMock

def test_fails(backendless_mock):
    for number in range(3):
        call(backendless_mock.url + f"/messaging/news{number}", "POST", {"message": "hi"})
    with BackendlessMock(seed=1) as other:
        call(other.url + "/info")
    assert 0

def test_passes(backendless_mock):
    call(backendless_mock.url + "/info")

def test_has_none():
    assert 0

def test_fails_at_the_end(backendless_mock):
    call(backendless_mock.url + "/nowhere")
"""


@pytest.fixture
def inner(pytester, monkeypatch):
    return Inner(pytester, monkeypatch)


def written(inner):
    return {path.name.rpartition("-")[0]: path for path in (inner.path / "hars").iterdir()}


@pytest.mark.parametrize("more", [(), ("-p", "no:tmpdir")], ids=["", "without pytest's temporary folder"])
def test_a_file_for_each_failing_test_is_named_in_its_report(inner, more):
    result = inner.run(TESTS, "--backendless-mock-har=hars", *more)
    result.assert_outcomes(passed=1, failed=3)
    files = written(inner)
    assert set(files) == {"test_it.py-test_fails", "test_it.py-test_fails_at_the_end"}
    for path in files.values():
        assert said(result).count(str(path)) == 1
    urls = [
        entry["request"]["url"] for entry in require_har(json.loads(files["test_it.py-test_fails"].read_text("utf-8")))
    ]
    assert [url.rpartition("/")[2] for url in urls if "news" in url] == ["news0", "news1", "news2"]
    assert len(urls) == 4


def test_what_a_test_asks_for_itself_is_whole_there(inner):
    inner.run(
        """
from client import call

def test_it(backendless_mock):
    call(backendless_mock.url + "/info")
    log = backendless_mock.har()["log"]
    assert "comment" not in log
    assert [entry["_backendlessMock"]["operation"] for entry in log["entries"]] == ["info"]
""",
        "--backendless-mock-har=hars",
    ).assert_outcomes(passed=1)
    assert not (inner.path / "hars").exists()


def test_where_it_cannot_be_written_the_report_says_so(inner):
    (inner.path / "hars").write_text("a file")
    result = inner.run(TESTS, "--backendless-mock-har=hars", "-k", "test_fails_at")
    result.assert_outcomes(failed=1, deselected=3)
    assert "the requests could not be written: " in said(result)


def test_without_the_option_nothing_is_recorded(inner):
    inner.run(
        """
from client import call

def test_it(backendless_mock):
    call(backendless_mock.url + "/info")
    assert backendless_mock.har()["log"]["comment"].startswith("made from the journal")
    assert 0
"""
    ).assert_outcomes(failed=1)
    assert {path.suffix for path in inner.path.iterdir()}.isdisjoint({".har"})


def test_the_workers_of_xdist_write_beside_each_other(inner):
    inner.run_apart(TESTS, "--backendless-mock-har=hars", "-n2").assert_outcomes(passed=1, failed=3)
    assert set(written(inner)) == {"test_it.py-test_fails", "test_it.py-test_fails_at_the_end"}


def test_what_ended_early_is_told_in_the_file(inner):
    inner.run(
        """
from client import call

def test_it(backendless_mock):
    backendless_mock._session.recorder.trouble = "no space left"
    call(backendless_mock.url + "/info")
    assert 0
""",
        "--backendless-mock-har=hars",
    ).assert_outcomes(failed=1)
    [path] = written(inner).values()
    assert json.loads(path.read_text("utf-8"))["log"]["comment"] == "it ended early: no space left"
