"""Tests that begin with a state: the marker's ``state``, and the factory's."""

from __future__ import annotations

import json

import pytest
from plugin_support import Inner, said

DEMO = {
    "format": "backendless-mock/state@1",
    "rules": {"message_lifetime": 5, "cors": False},
    "clock": {"now": "2030-01-07T08:30:00Z", "frozen": True},
    "devices": [{"deviceId": "phone", "os": "IOS"}],
}


CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def backendless_mock_rules():
    return {"strict_channels": True, "cors": True}
"""


@pytest.fixture
def inner(pytester, monkeypatch):
    inner = Inner(pytester, monkeypatch)
    folder = inner.path / "shop" / "fixtures"
    folder.mkdir(parents=True)
    (folder / "demo.json").write_text(json.dumps(DEMO), "utf-8")
    (folder / "broken.json").write_text('{"devices": [{"deviceId": "phone"}]}', "utf-8")
    (folder / "orphan.json").write_text('{"channels": [{"name": "a", "floor": 1}]}', "utf-8")
    return inner


def run(inner, source):
    """Run a test file that is not where pytest is called."""
    (inner.path / "shop" / "test_shop.py").write_text(source, "utf-8")
    return inner.run("", "shop")


def marked(state, test="pass"):
    return f"""
import datetime as dt, pytest

@pytest.mark.backendless_mock(state={state}, message_lifetime=7)
def test_it(backendless_mock):
    {test}
"""


def test_a_marker_s_path_is_relative_to_the_test_s_file(inner):
    test = """
    assert backendless_mock.devices[0].device_id == "phone"
    assert backendless_mock.clock.now() == dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
    assert dt.datetime.now(dt.timezone.utc).year == 2030
    rules = backendless_mock.state()["rules"]
    assert (rules["message_lifetime"], rules["cors"], rules["strict_channels"]) == (7, False, True)
"""
    inner.file(conftest=CONFTEST)
    run(inner, marked("'fixtures/demo.json'", test)).assert_outcomes(passed=1)


def test_a_marker_may_hold_a_state_itself(inner):
    test = "assert backendless_mock.devices[0].device_id == 'd'"
    run(inner, marked("{'devices': [{'deviceId': 'd', 'os': 'IOS'}]}", test)).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("'fixtures/nowhere.json'", "*@pytest.mark.backendless_mock(state=...): *nowhere.json*"),
        ("'fixtures/broken.json'", "*at $.devices?0?: {'deviceId': 'phone'} breaks 'required'*"),
        ("'fixtures/orphan.json'", "*at $.channels?0?.floor: 1: the channel's log has 0 deliveries"),
    ],
    ids=["no file", "no state", "no sense"],
)
def test_a_state_that_cannot_be_is_told_without_a_traceback_of_ours(inner, state, text):
    result = run(inner, marked(state))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([text])
    result.stdout.no_fnmatch_line("*testing/state.py*")


def test_what_is_neither_is_refused_before_anything_runs(inner):
    result = run(inner, marked("5"))
    assert "state is the path of a file, or what state() returned, not 5" in said(result)


def test_the_factory_s_path_is_relative_to_the_file_that_asks(inner):
    run(
        inner,
        """
import pytest

@pytest.fixture(scope="module")
def shop(backendless_mock_factory):
    with backendless_mock_factory(state="fixtures/demo.json", message_lifetime=7) as mock:
        yield mock

def test_it(shop):
    assert shop.devices[0].device_id == "phone"
    assert shop.state()["rules"]["message_lifetime"] == 7
""",
    ).assert_outcomes(passed=1)
