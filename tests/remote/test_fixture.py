"""The fixture where ``--backendless-mock-url`` is given, as test files of users meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from har_schema import require_har
from plugin_support import said

from pytest_backendless_mock.control.standalone import Standalone

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
ELSEWHERE = {
    "test_first.py": 0,
    "test_polling_worker.py": 0,
    "test_realtime.py": 0,
    "test_unittest.py": 0,
    "test_permissions.py": 1,
    "test_push.py": 1,
    "test_reminders.py": 3,
    "test_outages.py": 1,
}
"""Examples, and how many of each file's tests need a clock that the process follows, or ``new_app``."""


@pytest.fixture
def run(inner, standalone):
    return lambda source="", *args: inner.run(source, "--backendless-mock-url", standalone.url, *args)


def test_each_test_has_an_application_by_its_name(run, standalone):
    result = run(
        """
        import pytest
        from client import call

        URLS = []

        @pytest.mark.parametrize("n", [1, 2])
        def test_it(backendless_mock, n):
            assert call(f"{backendless_mock.url}/messaging/news", "POST", {"message": "hi"})[0] == 200
            assert backendless_mock.channel("news").deliveries.data == ["hi"]
            assert backendless_mock.url not in URLS
            URLS.append(backendless_mock.url)
        """
    )
    result.assert_outcomes(passed=2)
    assert f"backendless_mock: on the mock at {standalone.url}" in said(result)
    assert [each.plan.label for each in standalone.applications] == ["default"]


def test_workers_of_xdist_share_the_mock(inner, standalone):
    source = """
        import pytest

        @pytest.mark.parametrize("n", range(4))
        def test_it(backendless_mock, n):
            backendless_mock.publish(n, "news")
            assert backendless_mock.messages.data == [n]
            print(backendless_mock.host_url)
        """
    inner.run_apart(source, "-n", "2", "--backendless-mock-url", standalone.url).assert_outcomes(passed=4)
    assert [each.plan.label for each in standalone.applications] == ["default"]


def test_without_it_the_header_says_so(inner):
    result = inner.run("def test_it(backendless_mock): pass")
    assert "backendless_mock: in this process" in said(result)


def test_the_ini_option_does_as_well(inner, standalone):
    inner.ini(f"backendless_mock_url = {standalone.url}/")
    result = inner.run("def test_it(backendless_mock): print(backendless_mock)", "-s")
    result.assert_outcomes(passed=1)
    assert f"<RemoteMock {standalone.url}/" in said(result)


def test_a_variable_does_not(inner, monkeypatch):
    monkeypatch.setenv("BACKENDLESS_MOCK_URL", "http://127.0.0.1:1")
    result = inner.run("def test_it(backendless_mock): backendless_mock.publish('hi')")
    result.assert_outcomes(passed=1)


def test_the_marker_freezes_the_application_s_clock_and_not_the_process(run):
    result = run(
        """
        import datetime as dt
        import pytest

        @pytest.mark.backendless_mock(freeze="2030-01-07 08:30", message_lifetime=5, allow_unknown_requests=True)
        def test_it(backendless_mock):
            assert backendless_mock.clock.now() == dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
            assert dt.datetime.now().year < 2030
            subscription = backendless_mock.subscribe()
            backendless_mock.publish("hi")
            backendless_mock.clock.advance(seconds=6)
            assert subscription.pending == ()
        """,
        "-W",
        "ignore",
    )
    result.assert_outcomes(passed=1)


STATE = """
import datetime as dt, pytest

STATE = {
    "rules": {"message_lifetime": 5, "cors": False, "strict_channels": True},
    "clock": {"now": "2030-01-07T08:30:00Z", "frozen": True},
    "devices": [{"deviceId": "phone", "os": "IOS"}],
}

@pytest.mark.backendless_mock(state=STATE, message_lifetime=7, strict_channels=False)
def test_a_value(backendless_mock):
    assert backendless_mock.devices[0].device_id == "phone"
    assert backendless_mock.clock.now() == dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
    found = backendless_mock.state()["rules"]
    assert (found["message_lifetime"], found["cors"], found["strict_channels"]) == (7, False, False)
    backendless_mock.publish("hi")
    backendless_mock.clock.advance(seconds=1)
    backendless_mock.reset()
    assert (len(backendless_mock.devices), len(backendless_mock.messages)) == (1, 0)
    assert backendless_mock.clock.now() == dt.datetime(2030, 1, 7, 8, 30, 1, tzinfo=dt.timezone.utc)

@pytest.mark.backendless_mock(state="fixtures/demo.json")
def test_a_file(backendless_mock):
    assert backendless_mock.devices[0].device_id == "tablet"
"""


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_a_test_begins_with_a_state_wherever_the_mock_runs(inner, run, where):
    (inner.path / "fixtures").mkdir()
    state = {"devices": [{"deviceId": "tablet", "os": "ANDROID"}]}
    (inner.path / "fixtures" / "demo.json").write_text(json.dumps(state), "utf-8")
    (run if where == "elsewhere" else inner.run)(STATE).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("'nowhere.json'", "*@pytest.mark.backendless_mock(state=...): *nowhere.json*"),
        ("{'rules': {'cors': 1}}", "*at $.rules.cors: 1 breaks 'type': 'boolean'*"),
    ],
    ids=["no file", "no state"],
)
def test_a_state_that_cannot_be_is_told_as_the_fixture_tells_it(run, state, text):
    result = run(
        f"""
import pytest

@pytest.mark.backendless_mock(state={state})
def test_it(backendless_mock):
    pass
"""
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([text])


def test_the_har_of_a_failing_test_has_all_its_requests(run, tmp_path):
    run(
        """
        import pytest
        from client import call

        @pytest.fixture
        def at_the_end(backendless_mock):
            yield
            call(backendless_mock.url + "/nowhere")

        def test_fails(backendless_mock):
            call(backendless_mock.url + "/info")
            assert 0

        def test_passes(backendless_mock):
            call(backendless_mock.url + "/info")

        def test_fails_at_the_end(backendless_mock, at_the_end):
            pass
        """,
        f"--backendless-mock-har={tmp_path / 'hars'}",
    ).assert_outcomes(failed=1, passed=2, errors=1)
    found = {path.name.rpartition("-")[0]: json.loads(path.read_text("utf-8")) for path in tmp_path.glob("hars/*")}
    paths = {
        name: [each["request"]["url"].rpartition("/")[2] for each in require_har(har)] for name, har in found.items()
    }
    # The server is in this process, so what it tells by itself stands there beside what the fixture asked it for.
    assert paths == {"test_it.py-test_fails": ["info"] * 2, "test_it.py-test_fails_at_the_end": ["nowhere"] * 2}
    assert ["comment" in har["log"] for har in found.values()] == [False, False]


def test_the_rules_of_the_session_and_ids_of_one_s_own(inner, run, standalone):
    inner.ini("backendless_mock_app_id = mine\nbackendless_mock_api_key = my-key\nbackendless_mock_env = SHOP={url}")
    inner.file(
        conftest="""
        import os
        import pytest

        URL = os.environ["SHOP"]

        @pytest.fixture(scope="session")
        def backendless_mock_rules():
            return {"immediate_status": "published"}
        """
    )
    result = run(
        """
        from conftest import URL

        def test_it(backendless_mock):
            assert backendless_mock.url == URL
            assert backendless_mock.publish("hi").status == "published"
        """
    )
    result.assert_outcomes(passed=1)


def test_variables_that_each_test_would_need_anew_are_refused(inner, run):
    inner.ini("backendless_mock_env =\n  HOST={host_url}\n  SHOP={url}")
    result = run("def test_it(backendless_mock): pass")
    assert (
        "backendless_mock_env asks for {url}, which with --backendless-mock-url is another one in each test: "
        "say backendless_mock_app_id and backendless_mock_api_key, or hand backendless_mock.url to the code under test"
    ) in said(result)


def test_what_fails_stands_in_the_mock_s_own_words_with_its_story(run):
    result = run(
        """
        def test_assertion(backendless_mock):
            backendless_mock.publish("hi", "news")
            backendless_mock.channel("news").assert_delivered("ho")

        def test_verdict(backendless_mock):
            backendless_mock.faults.fail("publish", error=5007)

        def test_misuse(backendless_mock):
            backendless_mock.clock.advance(5)
        """
    )
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "E  *AssertionError: expected 'ho' to be delivered at least once on channel 'news'; it was never delivered",
            "E  *'hi' has other data: $ is 'hi', expected 'ho'",
            "*- backendless_mock -*",
            "*accepted     'hi' on 'news'",
            "backendless_mock.faults.fail('publish', error=5007) never fired: no such request came. *optional=True",
            "E  *TypeError: advance(5): of what? Say advance(seconds=5), or pass a timedelta",
        ]
    )
    assert "pytest_backendless_mock/remote" not in said(result)


def test_what_comes_after_the_verdict_fails_the_tear_down(inner, run):
    inner.file(
        conftest="""
        import pytest
        from client import call

        @pytest.fixture
        def late(backendless_mock):
            yield
            call(f"{backendless_mock.url}/nowhere")
        """
    )
    result = run("def test_it(late): pass")
    result.assert_outcomes(passed=1, errors=1)
    assert "/nowhere" in said(result)


@pytest.mark.parametrize("fixture", ["backendless_mock_server", "backendless_mock_factory"])
def test_what_needs_a_server_in_this_process_is_refused(run, fixture):
    result = run(f"def test_it({fixture}): pass")
    result.assert_outcomes(errors=1)
    assert f"{fixture}: with --backendless-mock-url the mock runs in another process" in said(result)


def test_where_nobody_answers_the_run_ends_with_one_error(inner):
    result = inner.run(
        "def test_a(backendless_mock): pass\ndef test_b(backendless_mock): pass",
        "--backendless-mock-url",
        "http://127.0.0.1:1",
    )
    result.assert_outcomes(errors=1)
    assert "backendless_mock: no mock answers at http://127.0.0.1:1 (ConnectionRefusedError" in said(result)
    assert "Traceback" not in said(result)
    assert "connection.py" not in said(result)


def test_what_is_no_url_is_said_to_be_none(inner):
    result = inner.run("def test_it(backendless_mock): pass", "--backendless-mock-url", "ftp://x")
    assert "backendless_mock: 'ftp://x' is no address of a mock, which looks like http://127.0.0.1:2563" in said(result)


def test_an_application_that_cannot_be_made_is_one_error(inner, run, standalone):
    inner.ini(f"backendless_mock_app_id = {standalone.default.plan.app_id}\nbackendless_mock_api_key = other")
    result = run("def test_it(backendless_mock): pass")
    result.assert_outcomes(errors=1)
    assert "is there already, labelled 'default': take another appId or label" in said(result)


def test_the_token_comes_by_its_variable(inner, monkeypatch):
    guarded = Standalone(port=0, token="a token")
    guarded.start()
    try:
        args = ("--backendless-mock-url", guarded.url)
        refused = inner.run("def test_it(backendless_mock): pass", *args)
        assert "wants its token: set the variable BACKENDLESS_MOCK_TOKEN" in said(refused)
        monkeypatch.setenv("BACKENDLESS_MOCK_TOKEN", "a token")
        inner.run("", *args).assert_outcomes(passed=1)
    finally:
        guarded.stop()


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_examples_run_elsewhere_too(inner, run, name):
    inner.ini()
    source = (EXAMPLES / name).read_text("utf-8")
    result = run(source)
    outcomes = result.parseoutcomes()
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == ELSEWHERE[name], said(result)
    assert outcomes["passed"] > 0
