"""The plugin, as test files of users meet it."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import socket
import textwrap

import pytest
from plugin_support import Inner, free_ports, said

from pytest_backendless_mock import Rules
from pytest_backendless_mock.server.server import port_for_each


@pytest.fixture
def inner(pytester, monkeypatch):
    return Inner(pytester, monkeypatch)


class TestTheFixture:
    def test_gives_each_test_a_fresh_application_on_one_server(self, inner):
        result = inner.run(
            """
            URLS = []

            def test_one(backendless_mock):
                backendless_mock.publish("hi")
                URLS.append(backendless_mock.url)

            def test_two(backendless_mock, backendless_mock_server):
                assert backendless_mock.messages == ()
                URLS.append(backendless_mock.url)
                assert URLS[0] == URLS[1] == backendless_mock_server.url
                assert backendless_mock.host_url == backendless_mock_server.host_url
                assert backendless_mock.app_id == backendless_mock_server.app_id
                assert backendless_mock.api_key == backendless_mock_server.api_key
            """
        )
        result.assert_outcomes(passed=2)

    def test_serves_over_http_what_the_test_sees(self, inner):
        result = inner.run(
            """
            from client import call

            def test_it(backendless_mock):
                status, answer = call(f"{backendless_mock.url}/messaging/news", "POST", {"message": "hi"})
                assert (status, answer["status"]) == (200, "scheduled")
                assert backendless_mock.channel("news").deliveries.data == ["hi"]
            """
        )
        result.assert_outcomes(passed=1)

    def test_can_be_asked_for_by_name_in_the_body(self, inner):
        result = inner.run(
            """
            import pytest
            from client import call

            @pytest.mark.backendless_mock(immediate_status="published")
            def test_late(request):
                mock = request.getfixturevalue("backendless_mock")
                assert mock.publish("hi").status == "published"

            def test_judged(request):
                call(request.getfixturevalue("backendless_mock").url + "/nowhere")
            """
        )
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(["FAILED test_it.py::test_judged - *the service has no GET *nowhere*"])

    def test_makes_the_same_ids_in_every_run_and_others_in_another_test(self, inner):
        inner.file(
            test_it="""
            import pytest

            @pytest.mark.parametrize("number", [1, 2])
            def test_it(backendless_mock, number):
                print("ID", backendless_mock.publish("hi").message_id, backendless_mock.subscribe().id)
            """
        )
        first, second = (
            [line for line in inner.run("", "-s").outlines if "ID message:" in line] for _ in ("first", "second")
        )
        assert len(set(first)) == 2
        assert first == second

    def test_works_in_a_coroutine_with_an_async_client(self, inner):
        result = inner.run_apart(
            """
            import asyncio
            import httpx
            import pytest

            @pytest.mark.asyncio
            async def test_it(backendless_mock):
                async with httpx.AsyncClient(base_url=backendless_mock.url, trust_env=False) as client:
                    answers = await asyncio.gather(
                        *(client.post("/messaging/news", json={"message": n}) for n in range(5))
                    )
                assert [answer.status_code for answer in answers] == [200] * 5
                await asyncio.to_thread(
                    backendless_mock.wait_until, lambda: len(backendless_mock.channel("news").deliveries) == 5
                )
                with pytest.raises(RuntimeError, match="asyncio.to_thread"):
                    backendless_mock.wait_until(lambda: True)
            """
        )
        result.assert_outcomes(passed=1)

    def test_works_in_parallel_without_configuration(self, inner):
        result = inner.run_apart(
            """
            import pytest
            from client import call

            @pytest.mark.parametrize("number", range(6))
            def test_it(backendless_mock, number):
                assert call(f"{backendless_mock.url}/messaging/news", "POST", {"message": number})[0] == 200
                assert backendless_mock.deliveries.data == [number]
            """,
            "-n2",
        )
        result.assert_outcomes(passed=6)

    def test_is_documented_for_pytest_fixtures(self, inner):
        result = inner.run("", "--fixtures")
        result.stdout.fnmatch_lines(
            [
                "backendless_mock_server [[]session scope[]] -- *",
                "    The server that all tests of this process share*",
                "backendless_mock -- *",
                "    A fresh Backendless application for this test*",
            ]
        )


class TestWhatATestLeavesBehind:
    def test_is_its_report_however_it_ended(self, inner):
        inner.file(
            conftest="""
            import gc

            def pytest_runtest_logstart(nodeid):
                gc.collect()
                from pytest_backendless_mock.runtime.backend import Backend
                print("LIVE", sum(isinstance(each, Backend) for each in gc.get_objects()), nodeid)
            """
        )
        result = inner.run_apart(
            """
            import pytest
            import unittest

            @pytest.fixture
            def broken(backendless_mock):
                yield
                raise ValueError("teardown")

            def use(mock):
                mock.on("delivered", lambda delivery: mock.messages)
                mock.publish("hi")
                mock.clock.advance(seconds=1)

            def test_passing(backendless_mock):
                use(backendless_mock)

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_frozen(backendless_mock):
                use(backendless_mock)

            def test_by_name(request):
                use(request.getfixturevalue("backendless_mock"))

            def test_with_a_problem(backendless_mock):
                backendless_mock.faults.reset("publish")

            def test_failing(backendless_mock):
                use(backendless_mock)
                assert False

            def test_failing_in_teardown(broken, backendless_mock):
                use(backendless_mock)

            @pytest.mark.usefixtures("backendless_mock")
            class TestCase(unittest.TestCase):
                def test_failing(self):
                    assert False

            def test_without(): pass
            def test_last(): pass
            """,
            "-s",
        )
        result.assert_outcomes(passed=6, failed=3, errors=1)
        live = [line.rpartition("LIVE ")[2].replace("test_it.py::", "") for line in result.outlines if "LIVE " in line]
        assert live == [
            "0 test_passing",
            "0 test_frozen",
            "0 test_by_name",
            "0 test_with_a_problem",
            "0 test_failing",
            "1 test_failing_in_teardown",
            "0 TestCase::test_failing",
            "0 test_without",
            "0 test_last",
        ], "pytest keeps the traceback of a failure (sys.last_value) until the next test begins"


SHOWN_BY = {
    "require_content_type=False": """
        status, _ = call(mock.url + "/messaging/news", "POST", {"message": "hi"}, "text/plain")
        assert status == 200
    """,
    "transport_headers=True": """
        subscription = mock.subscribe()
        mock.publish("hi")
        _, answer = call(f"{mock.url}/messaging/default/{subscription.id}")
        assert list(answer["messages"][0]["headers"]) == [
            "DSId", "DSDstClientId", "BL_APPLICATION_ID", "BL_VERSION_URL_PREFIX"
        ]
    """,
    "error_data=True": """
        assert call(mock.url + "/messaging/message:none", "DELETE")[1]["errorData"] == {}
    """,
    "publish_at_tolerance=3600": """
        assert mock.publish("hi", publish_at=dt.timedelta(minutes=-50)).status == "scheduled"
    """,
    "processing_time=30": """
        mock.publish("hi")
        assert mock.deliveries.data == []
        mock.clock.advance(seconds=30)
        assert mock.deliveries.data == ["hi"]
    """,
    "immediate_status='published'": """
        assert mock.publish("hi").status == "published"
    """,
    "message_lifetime=3600": """
        subscription = mock.subscribe()
        mock.publish("hi")
        mock.clock.advance(minutes=50)
        assert subscription.pending.data == ["hi"]
    """,
    "see_earlier_messages=False": """
        mock.publish("hi")
        assert mock.subscribe().pending == ()
    """,
    "cancelled_spelling='canceled'": """
        message_id = mock.publish("hi", publish_at=dt.timedelta(hours=1)).message_id
        assert mock.cancel(message_id).status == "canceled"
    """,
    "strict_channels=True": """
        with pytest.raises(MessagingError, match="5010"):
            mock.subscribe("news")
    """,
    "accept_unknown_tokens=True": """
        assert mock.publish("hi", user_token="nobody's").status == "scheduled"
    """,
    "accept_any_api_key=True": """
        assert call(f"{mock.host_url}/{mock.app_id}/any-key/info")[0] == 200
    """,
    "multiple_logins=True": """
        mock.add_user(login="ann", password="secret")
        log_in = (mock.url + "/users/login", "POST", {"login": "ann", "password": "secret"})
        first, _ = call(*log_in)[1]["user-token"], call(*log_in)
        assert mock.publish("hi", user_token=first).status == "scheduled"
    """,
    "cors=False": """
        import urllib.request
        page = urllib.request.Request(mock.url + "/info", headers={"Origin": "http://page"})
        with urllib.request.urlopen(page) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] is None
    """,
    "token_lifetime=60": """
        mock.add_user(token="ann's")
        mock.clock.advance(seconds=60)
        with pytest.raises(MessagingError, match="3064"):
            mock.publish("hi", user_token="ann's")
    """,
}


class TestTheMarker:
    def test_on_a_test_that_does_not_use_the_fixture_warns(self, inner):
        inner.ini()
        result = inner.run(
            """
            import pytest

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_frozen(): pass

            @pytest.mark.backendless_mock(message_lifetime=5)
            def test_failing():
                assert False

            @pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.backendless_mock(cors=False))])
            def test_parametrized(n): pass

            @pytest.mark.backendless_mock(cors=False)
            def test_by_name(request):
                request.getfixturevalue("backendless_mock")

            @pytest.mark.backendless_mock(cors=False)
            @pytest.mark.usefixtures("backendless_mock")
            def test_used(): pass

            @pytest.mark.backendless_mock(cors=False)
            @pytest.mark.skip
            def test_skipped(): pass

            @pytest.mark.backendless_mock(cors=False)
            def test_skipped_in_the_body():
                pytest.skip("not today")

            @pytest.fixture
            def broken():
                raise ValueError("setup")

            @pytest.mark.backendless_mock(cors=False)
            def test_broken(broken): pass

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            class TestDefaults:
                def test_it(self): pass
            """
        )
        result.assert_outcomes(passed=5, failed=1, skipped=2, errors=1, warnings=3)
        for marker, frozen in [
            ("freeze='2030-01-07 08:30'", ", and froze nothing"),
            ("message_lifetime=5", ""),
            ("cors=False", ""),
        ]:
            warning = (
                f"*BackendlessMockWarning: @pytest.mark.backendless_mock({marker}) did nothing{frozen}: the test never "
                "used the fixture backendless_mock. Name it in the test's arguments or in @pytest.mark.usefixtures, "
                "or take the marker away"
            )
            result.stdout.fnmatch_lines([warning])

    def test_on_a_test_that_does_not_use_the_fixture_is_an_error_where_warnings_are(self, inner):
        result = inner.run(
            """
            import pytest

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_it(): pass
            """
        )
        result.assert_outcomes(passed=1, errors=1)
        result.stdout.fnmatch_lines(["@pytest.mark.backendless_mock(freeze='2030-01-07 08:30') did nothing, and *"])

    def test_has_every_rule_for_a_keyword(self):
        assert [rule.partition("=")[0] for rule in SHOWN_BY] == [field.name for field in dataclasses.fields(Rules)]

    @pytest.mark.parametrize(("rule", "shown"), SHOWN_BY.items(), ids=list(SHOWN_BY))
    def test_sets_a_rule(self, inner, rule, shown):
        result = inner.run(
            f"""
    import datetime as dt
    import pytest
    from client import call
    from pytest_backendless_mock import MessagingError

    def check(mock):
        {shown.strip()}

    @pytest.mark.backendless_mock({rule})
    def test_with(backendless_mock):
        check(backendless_mock)

    @pytest.mark.xfail(strict=True)
    def test_without(backendless_mock):
        check(backendless_mock)
            """
        )
        result.assert_outcomes(passed=1, xfailed=1)

    @pytest.mark.parametrize(
        "rules",
        [
            "dict(immediate_status='published', cancelled_spelling='canceled', error_data=True)",
            "Rules(immediate_status='published', cancelled_spelling='canceled', error_data=True)",
        ],
        ids=["dict", "Rules"],
    )
    def test_wins_keyword_by_keyword_the_nearest_first_over_the_rules_fixture(self, inner, rules):
        inner.file(
            conftest=f"""
            import pytest
            from pytest_backendless_mock import Rules

            @pytest.fixture(scope="session")
            def backendless_mock_rules():
                return {rules}
            """
        )
        result = inner.run(
            """
            import datetime as dt
            import pytest
            from client import call

            pytestmark = pytest.mark.backendless_mock(cancelled_spelling="CANCELLED", message_lifetime=10)

            def effects(mock):
                mock.publish("first", publish_at=dt.timedelta(0))
                status = mock.publish("second").status
                waiting = mock.publish("third", publish_at=dt.timedelta(hours=1)).message_id
                spelling = mock.cancel(waiting).status
                mock.clock.advance(seconds=20)
                alive = bool(mock.subscribe().pending)
                error = call(mock.url + "/messaging/message:none", "DELETE")[1]
                return status, spelling, alive, "errorData" in error

            def test_module_over_fixture(backendless_mock):
                assert effects(backendless_mock) == ("published", "CANCELLED", False, True)

            @pytest.mark.backendless_mock(message_lifetime=30)
            class TestClass:
                def test_class_over_module(self, backendless_mock):
                    assert effects(backendless_mock) == ("published", "CANCELLED", True, True)

                @pytest.mark.backendless_mock(message_lifetime=20, immediate_status="scheduled", error_data=False)
                def test_function_over_all(self, backendless_mock):
                    assert effects(backendless_mock) == ("scheduled", "CANCELLED", False, False)
            """
        )
        result.assert_outcomes(passed=3)

    @pytest.mark.parametrize(
        ("marker", "error"),
        [
            ("freez='2030'", "it has no keyword 'freez'; it has freeze, allow_unknown_requests, *, token_lifetime"),
            ("'2030-01-07'", "it takes keywords only"),
            ("message_lifetime=-1", "message_lifetime is a number of seconds from 0 on, not -1"),
            ("message_lifetime='1'", "message_lifetime is a number of seconds, not '1'"),
            ("immediate_status='done'", "immediate_status *'done'"),
            ("error_data=1", "error_data is True or False, not 1"),
            ("freeze='monday'", "'monday' is no ISO 8601 instant such as '2030-01-07 08:30'"),
            ("freeze='1969-12-31'", "1969-12-31 is before 1970: Backendless counts time from 1970 on, so pick *"),
            ("freeze=2030", "an instant is an aware datetime or ISO 8601 text, not 2030"),
            ("freeze=datetime(2030, 1, 7)", "2030-01-07 00:00:00 has no time zone, so it names no instant: *"),
        ],
        ids=[
            "unknown",
            "positional",
            "negative",
            "text",
            "no-choice",
            "no-flag",
            "no-date",
            "too-early",
            "a-number",
            "naive",
        ],
    )
    def test_that_cannot_be_meant_is_one_sentence_before_anything_runs(self, inner, marker, error):
        result = inner.run(
            f"""
            from datetime import datetime
            import pytest

            @pytest.mark.backendless_mock({marker})
            def test_it():
                print("RAN")
            """,
            "-s",
        )
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"ERROR: test_it.py::test_it: @pytest.mark.backendless_mock: {error}"])
        assert not any(word in said(result) for word in ("RAN", "Traceback", "INTERNALERROR"))

    def test_that_cannot_be_meant_is_told_in_a_parallel_run_too(self, inner):
        result = inner.run_apart(
            """
            import pytest

            @pytest.mark.backendless_mock(freez="2030")
            def test_it(): pass
            """,
            "-n2",
        )
        assert result.ret != pytest.ExitCode.OK
        assert "test_it.py::test_it: @pytest.mark.backendless_mock: it has no keyword 'freez'" in said(result)
        assert "INTERNALERROR" not in said(result)

    def test_refuses_a_flag_that_is_none(self, inner):
        result = inner.run(
            """
            import pytest

            @pytest.mark.backendless_mock(allow_unknown_requests="no")
            def test_it(): pass
            """
        )
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["ERROR: test_it.py::test_it: *allow_unknown_requests*True or False*'no'"])

    def test_is_registered_with_a_sentence(self, inner):
        result = inner.run("", "--markers")
        result.stdout.fnmatch_lines(
            ["@pytest.mark.backendless_mock(freeze=None, allow_unknown_requests=False, state=None, [*][*]rules): how *"]
        )


class TestTheVerdict:
    def test_fails_a_test_that_asked_for_what_the_service_does_not_have(self, inner):
        result = inner.run(
            """
            from client import call

            def test_it(backendless_mock):
                status, answer = call(backendless_mock.url + "/nowhere")
                assert (status, answer["code"]) == (404, 404)
            """
        )
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(
            [
                "the service has no GET …/nowhere; it has nothing like that.",
                "If this is intended, use @pytest.mark.backendless_mock(allow_unknown_requests=True)",
            ]
        )
        assert "Traceback" not in said(result)
        assert "plugin.py" not in said(result)

    def test_lets_it_pass_where_the_marker_allows_it(self, inner):
        result = inner.run(
            """
            import pytest
            from client import call

            @pytest.mark.backendless_mock(allow_unknown_requests=True)
            def test_it(backendless_mock):
                assert call(backendless_mock.url + "/nowhere")[0] == 404
            """
        )
        result.assert_outcomes(passed=1)

    def test_counts_what_came_while_fixtures_were_set_up(self, inner):
        result = inner.run(
            """
            import pytest
            from client import call

            @pytest.fixture
            def settings(backendless_mock):
                return call(backendless_mock.url + "/data/Settings")

            def test_it(settings): pass
            """
        )
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["FAILED test_it.py::test_it - *the service has no GET *data/Settings*"])

    def test_is_what_an_expected_failure_may_fail_with(self, inner):
        result = inner.run(
            """
            import pytest
            from client import call

            @pytest.mark.xfail(strict=True, reason="uses a table")
            def test_it(backendless_mock):
                call(backendless_mock.url + "/data/Person")
            """
        )
        result.assert_outcomes(xfailed=1)

    def test_shows_the_traceback_of_a_bug_of_the_mock(self, inner):
        result = inner.run(
            """
            import pytest
            from client import call
            from pytest_backendless_mock.service import operation

            @pytest.mark.backendless_mock(allow_unknown_requests=True)
            def test_it(backendless_mock, monkeypatch):
                def broken(call):
                    raise ZeroDivisionError("a slip")

                monkeypatch.setitem(operation.OPERATIONS, "status", operation.Operation("status", broken))
                assert call(backendless_mock.url + "/messaging/message:1")[0] == 500
            """
        )
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(
            [
                "*this is a bug of the mock, please report it.*",
                "Traceback (most recent call last):",
                '    raise ZeroDivisionError("a slip")',
                "ZeroDivisionError: a slip",
            ]
        )

    def test_a_runaway_schedule_fails_the_test_with_a_sentence(self, inner):
        result = inner.run(
            """
            import pytest
            from client import call
            from freezegun import freeze_time
            from pytest_backendless_mock import RunawayScheduleError

            def test_it(backendless_mock):
                with freeze_time("2030-01-07", real_asyncio=True) as frozen:
                    backendless_mock.publish("hi", repeat_every=0.001)
                    frozen.tick(3600)
                    assert call(backendless_mock.url + "/messaging/message:1")[0] == 500
                    with pytest.raises(RunawayScheduleError):
                        backendless_mock.deliveries
            """
        )
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*catching up would deliver 3,600,000 messages at once*Nothing was delivered.*"])

    @pytest.mark.parametrize(
        "body",
        [
            """
            def test_it(backendless_mock):
                call(backendless_mock.url + "/nowhere")
                assert 1 == 2, "the body"
            """,
            """
            @pytest.mark.usefixtures("backendless_mock")
            class TestIt(unittest.TestCase):
                @pytest.fixture(autouse=True)
                def hold(self, backendless_mock):
                    self.mock = backendless_mock

                def test_it(self):
                    call(self.mock.url + "/nowhere")
                    assert 1 == 2, "the body"
            """,
        ],
        ids=["function", "TestCase"],
    )
    def test_stands_beside_the_failure_of_the_body(self, inner, body):
        inner.file(test_it="import unittest\nimport pytest\nfrom client import call\n")
        path = inner.path / "test_it.py"
        path.write_text(path.read_text() + "\n" + _dedented(body))
        result = inner.run()
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*AssertionError: the body*", "*the service has no GET *nowhere*"])

    def test_fails_a_test_case_whose_body_passed(self, inner):
        result = inner.run(
            """
            import unittest
            import pytest
            from client import call

            class TestIt(unittest.TestCase):
                @pytest.fixture(autouse=True)
                def hold(self, backendless_mock):
                    self.mock = backendless_mock

                def test_it(self):
                    call(self.mock.url + "/nowhere")
            """
        )
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["FAILED *::test_it - *the service has no GET *nowhere*"])

    def test_tells_at_teardown_what_came_since(self, inner):
        result = inner.run(
            """
            import pytest
            from client import call

            @pytest.fixture
            def orders(backendless_mock):
                yield
                call(backendless_mock.url + "/data/Orders")

            def test_it(orders): pass
            """
        )
        result.assert_outcomes(passed=1, errors=1)
        result.stdout.fnmatch_lines(["ERROR test_it.py::test_it - *the service has no GET *data/Orders*"])

    def test_stands_beside_the_failure_of_a_teardown(self, inner):
        result = inner.run(
            """
            import pytest
            from client import call

            @pytest.fixture
            def orders(backendless_mock):
                yield
                call(backendless_mock.url + "/data/Orders")
                assert 1 == 2, "the fixture"

            def test_it(orders): pass
            """
        )
        result.assert_outcomes(passed=1, errors=1)
        result.stdout.fnmatch_lines(["*AssertionError: the fixture*", "*the service has no GET *data/Orders*"])

    def test_is_told_once_also_after_verify_in_the_body(self, inner):
        result = inner.run(
            """
            import pytest
            from client import call

            def test_it(backendless_mock):
                call(backendless_mock.url + "/nowhere")
                with pytest.raises(AssertionError, match="the service has no GET"):
                    backendless_mock.verify()
            """
        )
        result.assert_outcomes(passed=1)

    def test_leaves_a_skip_a_skip(self, inner):
        result = inner.run(
            """
            import pytest
            from client import call

            def test_it(backendless_mock):
                call(backendless_mock.url + "/nowhere")
                pytest.skip("not today")
            """
        )
        result.assert_outcomes(skipped=1)


class TestTheSharedServer:
    SOURCE = """
        import pytest

        def test_quiet(backendless_mock, backendless_mock_server):
            assert "messages" in repr(backendless_mock)
            backendless_mock.publish("hi")
            assert backendless_mock_server.is_running() is RUNNING
            raise KeyError("quiet")  # which has a report

        def test_asking(backendless_mock, backendless_mock_server):
            assert backendless_mock_server.is_running() is RUNNING
            assert backendless_mock.url.startswith(backendless_mock_server.host_url)
            assert backendless_mock_server.is_running()
    """

    def test_starts_when_its_address_is_first_asked_for(self, inner):
        result = inner.run(self.SOURCE.replace("RUNNING", "False"))
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(["E * KeyError: 'quiet'", "*accepted * 'hi' on 'default'"])

    def test_starts_in_setup_on_a_port_that_was_given(self, inner):
        with free_ports() as port:
            inner.file(
                conftest=f"""
                    import pytest

                    @pytest.fixture(scope="session")
                    def backendless_mock_address():
                        return ("127.0.0.1", {port})
                """
            )
            result = inner.run(self.SOURCE.replace("RUNNING", "True"))
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(["E * KeyError: 'quiet'"])


TAKEN = """
    import pytest

    @pytest.fixture(scope="session")
    def backendless_mock_address():
        return ("127.0.0.1", {port})
"""


class TestAPortThatIsTaken:
    @pytest.fixture
    def port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            yield taken.getsockname()[1]

    def test_is_told_once_for_each_test(self, inner, port):
        inner.file(conftest=TAKEN.format(port=port))
        result = inner.run("def test_one(backendless_mock): pass\ndef test_two(backendless_mock): pass")
        result.assert_outcomes(errors=2)
        assert str(result.stdout).count("\nthe mock cannot listen on ") == 2
        assert "During handling" not in said(result)
        assert "workers of pytest-xdist" not in said(result)

    def test_is_told_once_to_a_worker_and_how_it_gets_one_of_its_own(self, inner, port):
        inner.file(conftest=TAKEN.format(port=port))
        result = inner.run_apart(
            """
            import pytest

            @pytest.mark.parametrize("number", range(8))
            def test_it(backendless_mock, number): pass
            """,
            "-n2",
        )
        assert 1 <= result.parseoutcomes()["errors"] <= 2
        result.stdout.fnmatch_lines(
            [
                f"the mock cannot listen on 127.0.0.1:{port}: *Address already in use",
                "Each of the 2 workers of pytest-xdist listens for itself. Take port 0, or give each *",
                "",
                '    @pytest.fixture(scope="session")',
                "    def backendless_mock_address():",
                '        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")*',
                f'        return ("127.0.0.1", {port} + int(worker.removeprefix("gw")))',
                "*the fixture backendless_mock_address: a port that cannot be taken*",
            ]
        )

    @pytest.mark.parametrize("workers", ["-n0", "-n2"])
    def test_need_not_be_one_for_all_workers(self, inner, workers):
        with free_ports(2) as port:
            remedy = textwrap.dedent(port_for_each(2, "127.0.0.1", port).partition(":\n")[2])
            inner.file(conftest=f"import os\nimport pytest\n\n{remedy}\n")
            result = inner.run_apart(
                """
                import os
                import pytest

                @pytest.mark.parametrize("number", range(4))
                def test_it(backendless_mock, number):
                    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
                    assert backendless_mock.host_url == f"http://127.0.0.1:{BASE + int(worker[2:])}"
                """.replace("BASE", str(port)),
                workers,
            )
        result.assert_outcomes(passed=4)


class TestRequestsOutsideAnyTest:
    SOURCE = """
        from client import call

        def test_mocked(backendless_mock): pass

        def test_other(backendless_mock_server):
            status, answer = call(backendless_mock_server.url + "/messaging/left%20over")
            assert (status, answer["code"]) == (503, 503)
            assert answer["message"] == "pytest-backendless-mock: no test is running that uses backendless_mock"
    """

    @pytest.mark.parametrize("run", ["run", "run_apart"], ids=["in-process", "xdist"])
    def test_are_refused_and_stand_in_the_summary(self, inner, run):
        result = getattr(inner, run)(self.SOURCE, *(["-n2"] if run == "run_apart" else []))
        result.assert_outcomes(passed=2)
        result.stdout.fnmatch_lines(
            ["*== backendless_mock: requests outside any test ==*", "GET */messaging/left over"]
        )

    def test_make_no_section_when_there_were_none(self, inner):
        result = inner.run("def test_it(backendless_mock): pass")
        result.assert_outcomes(passed=1)
        result.stdout.no_fnmatch_line("*requests outside any test*")

    def test_do_no_harm_without_a_terminal(self, inner):
        result = inner.run(self.SOURCE, "-p", "no:terminal")
        assert result.ret == pytest.ExitCode.OK
        assert "INTERNALERROR" not in said(result)


TYPO = """
    from client import call

    def test_it(backendless_mock):
        body = {"message": "hi", "publishat": 1}
        assert call(backendless_mock.url + "/messaging/news", "POST", body)[0] == 200
"""


class TestHints:
    def test_are_warnings_of_the_test_they_belong_to(self, inner):
        inner.ini()
        result = inner.run(TYPO)
        result.assert_outcomes(passed=1, warnings=1)
        result.stdout.fnmatch_lines(
            [
                "test_it.py::test_it",
                (
                    "*BackendlessMockWarning: POST */messaging/news: the service ignores the field 'publishat'; "
                    "did you mean 'publishAt'?"
                ),
            ]
        )

    def test_are_told_in_each_test_they_belong_to(self, inner):
        inner.ini()
        result = inner.run(f"{TYPO}\n    def test_again(backendless_mock):\n        test_it(backendless_mock)\n")
        result.assert_outcomes(passed=2, warnings=2)

    @pytest.mark.parametrize("how", ["ini", "option", "marker"])
    def test_fail_the_test_where_warnings_are_errors(self, inner, how):
        source = _dedented(TYPO)
        inner.ini("filterwarnings = error" if how == "ini" else "")
        if how == "marker":
            source = "import pytest\npytestmark = pytest.mark.filterwarnings('error')\n" + source
        result = inner.run(source, *(["-W", "error"] if how == "option" else []))
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["FAILED test_it.py::test_it - *the service ignores the field 'publishat'*"])
        assert "plugin.py" not in said(result)

    def test_do_no_harm_without_the_warnings_plugin(self, inner):
        result = inner.run_apart(TYPO, "-p", "no:warnings")
        result.assert_outcomes(passed=1)

    def test_name_the_test_whose_poller_outlived_it(self, inner):
        """C10."""
        inner.ini()
        result = inner.run(
            """
            from client import call

            POLLS = []

            def test_first(backendless_mock):
                POLLS.append(f"{backendless_mock.url}/messaging/news/{backendless_mock.subscribe('news').id}")
                assert call(POLLS[0]) == (200, {"messages": []})

            def test_second(backendless_mock):
                assert call(POLLS[0]) == (400, {"code": 8008, "message": "Invalid parameter 'subscriptionId'"})
            """
        )
        result.assert_outcomes(passed=2, warnings=1)
        result.stdout.fnmatch_lines(
            ["test_it.py::test_second", "*a subscription of test_it.py::test_first; its poller outlived that test"]
        )


class TestRulesFixture:
    def test_that_cannot_be_meant_is_one_sentence(self, inner):
        result = inner.run(
            """
            import pytest

            @pytest.fixture(scope="session")
            def backendless_mock_rules():
                return {"message_lifetme": 5}

            def test_it(backendless_mock):
                pass
            """
        )
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["the fixture backendless_mock_rules: *'message_lifetme'*"])


class TestFreeze:
    """In processes of their own: what is looked for is a freeze that is left behind."""

    def test_is_in_force_around_the_test_s_own_fixtures_and_not_around_wider_ones(self, inner):
        result = inner.run_apart(
            """
            import datetime as dt
            import sys
            import pytest

            MONDAY = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
            SEEN = {}

            def utc():
                return dt.datetime.now(dt.timezone.utc)

            @pytest.fixture(scope="module")
            def wide():
                assert utc() != MONDAY

            @pytest.fixture
            def around():
                SEEN["setup"] = utc()
                yield
                SEEN["teardown"] = utc()

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_frozen(around, backendless_mock, wide):
                assert SEEN == {"setup": MONDAY}
                assert backendless_mock.clock.now() == utc() == MONDAY
                backendless_mock.clock.advance(minutes=1)
                assert backendless_mock.clock.now() == utc() == MONDAY + dt.timedelta(minutes=1)

            def test_thawed(backendless_mock):
                assert SEEN["teardown"] == MONDAY + dt.timedelta(minutes=1)
                assert utc() != SEEN["teardown"]
                assert not sys.modules["freezegun.api"].freeze_factories

            @pytest.mark.backendless_mock(freeze="2031-01-01T01:00:00+01:00")
            class TestClass:
                @pytest.mark.backendless_mock(freeze=dt.datetime(2032, 1, 1, tzinfo=dt.timezone.utc))
                def test_nearest(self, backendless_mock):
                    assert utc() == dt.datetime(2032, 1, 1, tzinfo=dt.timezone.utc)

                def test_class(self, backendless_mock):
                    assert utc() == dt.datetime(2031, 1, 1, tzinfo=dt.timezone.utc)

                def test_by_name(self, request):
                    assert utc().year != 2031
                    request.getfixturevalue("backendless_mock")
                    assert utc() == dt.datetime(2031, 1, 1, tzinfo=dt.timezone.utc)

                def test_without_the_fixture(self):
                    assert utc().year != 2031
            """,
            "--durations=1",
        )
        result.assert_outcomes(passed=6)
        assert "in -" not in str(result.stdout)

    @pytest.mark.parametrize("autouse", [False, True])
    def test_ends_before_wider_fixtures_which_wait_in_real_time(self, inner, autouse):
        inner.file(
            conftest=f"""
            import subprocess, sys, time
            import pytest

            def waited():
                child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
                try:
                    child.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    return time.time() < 1_894_005_000
                finally:
                    child.kill()
                    child.wait()

            @pytest.fixture(scope="session", autouse={autouse})
            def session():
                assert waited()
                yield
                print("session:", waited())

            @pytest.fixture(scope="module", autouse={autouse})
            def module():
                assert waited()
                yield
                print("module:", waited())
            """
        )
        result = inner.run_apart(
            """
            import datetime as dt
            import pytest

            @pytest.fixture
            def own():
                yield
                print("own:", dt.datetime.now())

            class TestIt:
                def setup_method(self): print("began:", dt.datetime.now())
                def teardown_method(self): print("ended:", dt.datetime.now())
                def teardown_class(cls): print("class:", dt.datetime.now().year < 2030)

                @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
                def test_it(self, session, module, own, backendless_mock): pass
            """,
            "-s",
        )
        result.assert_outcomes(passed=1)
        printed = [line.removeprefix("test_it.py ").removeprefix(".") for line in result.outlines]
        assert [line for line in printed if line.partition(":")[0] in ("began", "own", "ended", "class")] == [
            "began: 2030-01-07 08:30:00",
            "own: 2030-01-07 08:30:00",
            "ended: 2030-01-07 08:30:00",
            "class: True",
        ]
        assert {"module: True", "session: True"} <= set(printed)

    @pytest.mark.parametrize(
        ("end", "code"),
        [
            ("raise KeyboardInterrupt", pytest.ExitCode.INTERRUPTED),
            ("pytest.exit('enough')", pytest.ExitCode.INTERRUPTED),
            ("raise BaseException('internal')", None),
        ],
        ids=["interrupt", "exit", "unknown"],
    )
    @pytest.mark.parametrize("where", ["setup", "body", "teardown"])
    def test_is_over_whatever_ends_the_run(self, inner, end, code, where):
        self.conftest_that_looks(inner)
        result = inner.run_apart(
            f"""
            import pytest

            def end(request, where):
                if where == "{where}":
                    {end}

            @pytest.fixture
            def around(request):
                end(request, "setup")
                yield
                end(request, "teardown")

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_it(around, request, backendless_mock):
                end(request, "body")
            """
        )
        assert code in (None, result.ret)
        assert "FREEZES LEFT: []" in said(result)

    def test_is_over_after_an_error_of_pytest_s(self, inner):
        self.conftest_that_looks(
            inner, "def pytest_runtest_logreport(report): assert report.when != 'call', 'a plugin of yours'"
        )
        result = inner.run_apart(
            """
            import pytest

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_it(backendless_mock): pass
            """
        )
        assert result.ret == pytest.ExitCode.INTERNAL_ERROR
        assert "FREEZES LEFT: []" in said(result)

    def test_is_over_at_the_end_of_the_run_at_the_latest_if_the_user_s_own_lay_on_top(self, inner):
        self.conftest_that_looks(inner, "STARTED = []\ndef pytest_sessionfinish(): STARTED[0].stop()")
        result = inner.run_apart(
            """
            import freezegun
            import pytest
            from conftest import STARTED

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_it(backendless_mock):
                STARTED.append(freezegun.freeze_time("2031-01-01", real_asyncio=True))
                STARTED[0].start()
            """
        )
        result.assert_outcomes(passed=1, errors=1)
        assert "FREEZES LEFT: []" in said(result)

    @staticmethod
    def conftest_that_looks(inner, more=""):
        """Printed when the plugin has done all it does."""
        looks = """
            import sys
            import pytest

            @pytest.hookimpl(trylast=True)
            def pytest_unconfigure(config):
                print("FREEZES LEFT:", sys.modules["freezegun.api"].freeze_factories, file=sys.stderr)
            """
        inner.file(conftest=textwrap.dedent(looks) + more)

    def test_that_cannot_be_undone_because_the_test_left_another_says_so(self, inner):
        result = inner.run_apart(
            """
            import freezegun
            import pytest

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_it(backendless_mock):
                freezegun.freeze_time("2031-01-01", real_asyncio=True).start()
            """
        )
        result.assert_outcomes(passed=1, errors=1)
        result.stdout.fnmatch_lines(["backendless_mock: a freeze_time() started after clock.freeze() is still active*"])

    def test_none_takes_back_the_freeze_of_a_class(self, inner):
        result = inner.run_apart(
            """
            import datetime as dt
            import pytest

            @pytest.mark.backendless_mock(freeze="2031-01-01")
            class TestClass:
                @pytest.mark.backendless_mock(freeze=None)
                def test_it(self, backendless_mock):
                    assert dt.datetime.now(dt.timezone.utc).year != 2031
            """
        )
        result.assert_outcomes(passed=1)

    def test_is_thawed_whatever_fails(self, inner):
        result = inner.run_apart(
            """
            import sys
            import pytest

            FROZEN = pytest.mark.backendless_mock(freeze="2030-01-07 08:30")

            @pytest.fixture
            def bad_setup():
                raise ValueError("setup")

            @pytest.fixture
            def bad_teardown():
                yield
                raise ValueError("teardown")

            @pytest.fixture(autouse=True)
            def thawed_before(request):
                if request.node.name == "test_thawed":
                    assert not sys.modules["freezegun.api"].freeze_factories

            @FROZEN
            def test_1_setup(bad_setup, backendless_mock): pass
            test_2 = None
            def test_thawed(): pass

            @FROZEN
            def test_3_body(backendless_mock):
                raise ValueError("body")

            class TestAfterBody:
                def test_thawed(self): pass

            @FROZEN
            def test_4_teardown(backendless_mock, bad_teardown): pass

            class TestAfterTeardown:
                def test_thawed(self): pass
            """
        )
        result.assert_outcomes(passed=4, failed=1, errors=2)

    def test_holds_for_a_test_case_that_uses_the_fixture(self, inner):
        result = inner.run_apart(
            """
            import datetime as dt
            import unittest
            import pytest

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            @pytest.mark.usefixtures("backendless_mock")
            class TestIt(unittest.TestCase):
                def setUp(self):
                    self.began = dt.datetime.now().isoformat()

                def test_it(self):
                    self.assertEqual(self.began, "2030-01-07T08:30:00")

            class TestThawed(unittest.TestCase):
                def test_it(self):
                    self.assertNotEqual(dt.datetime.now().year, 2030)
            """
        )
        result.assert_outcomes(passed=2)

    def test_lets_fixtures_freeze_on_top_and_thaw_in_their_own_time(self, inner):
        result = inner.run_apart(
            """
            import sys
            import pytest
            from freezegun import freeze_time

            @pytest.fixture
            def later():
                with freeze_time("2031-01-01"):
                    yield

            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_it(later, backendless_mock):
                assert backendless_mock.clock.now().year == 2031

            def test_thawed():
                assert not sys.modules["freezegun.api"].freeze_factories
            """
        )
        result.assert_outcomes(passed=2)

    def test_by_the_test_itself_lasts_to_its_end(self, inner):
        result = inner.run_apart(
            """
            import datetime as dt
            import sys

            def test_frozen(backendless_mock):
                backendless_mock.clock.freeze("2030-01-07 08:30")
                assert dt.datetime.now().isoformat() == "2030-01-07T08:30:00"

            def test_thawed():
                assert not sys.modules["freezegun.api"].freeze_factories
            """
        )
        result.assert_outcomes(passed=2)

    def test_refuses_while_somebody_else_froze_time(self, inner):
        result = inner.run_apart(
            """
            import pytest
            from freezegun import freeze_time

            @pytest.fixture(scope="class")
            def era():
                with freeze_time("2012-01-14"):
                    yield

            class TestEra:
                def test_first(self, era): pass

                @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
                def test_second(self, era, backendless_mock): pass

            def test_after(backendless_mock):
                assert backendless_mock.clock.now().year not in (2012, 2030)
            """
        )
        result.assert_outcomes(passed=2, errors=1)
        result.stdout.fnmatch_lines(
            ["@pytest.mark.backendless_mock(freeze=...): time is already frozen by freezegun; the mock follows it. *"]
        )
        assert "process_time.py" not in said(result)


class TestTimeOfOthers:
    def test_is_followed(self, inner):
        result = inner.run_apart(
            """
            import datetime as dt
            import pytest
            import time_machine
            from client import call
            from freezegun import freeze_time

            @freeze_time("2012-01-14")
            def test_decorator(backendless_mock):
                assert backendless_mock.clock.now() == dt.datetime(2012, 1, 14, tzinfo=dt.timezone.utc)
                backendless_mock.publish("hi", publish_at=dt.timedelta(minutes=1))
                backendless_mock.clock.advance(minutes=1)
                assert dt.datetime.now() == dt.datetime(2012, 1, 14, 0, 1)
                backendless_mock.channel("default").assert_delivered("hi", at="2012-01-14 00:01")

            def test_freezer(freezer, backendless_mock):
                freezer.move_to("2012-01-14")
                assert backendless_mock.clock.now() == dt.datetime(2012, 1, 14, tzinfo=dt.timezone.utc)
                backendless_mock.publish("hi", publish_at=dt.timedelta(minutes=1))
                freezer.tick(60)
                assert backendless_mock.deliveries.data == ["hi"]

            def test_time_machine(backendless_mock):
                with time_machine.travel("2012-01-14T00:00:00Z", tick=False) as traveller:
                    assert backendless_mock.clock.now() == dt.datetime(2012, 1, 14, tzinfo=dt.timezone.utc)
                    backendless_mock.publish("hi", publish_at=dt.timedelta(minutes=1))
                    traveller.shift(60)
                    assert call(backendless_mock.url + "/messaging/message:1")[0] == 200
                    assert backendless_mock.deliveries.data == ["hi"]
            """
        )
        result.assert_outcomes(passed=3)

    def test_is_never_read_by_setup_verdict_teardown_and_report(self, inner):
        """T15."""
        inner.file(
            conftest="""
            import pytest
            from pytest_backendless_mock.runtime import wall_clock

            READS = []
            PHASE = ["setup"]
            read = wall_clock.WallClock.read

            def counted(self):
                READS.append(PHASE[0])
                return read(self)

            wall_clock.WallClock.read = counted

            @pytest.hookimpl(wrapper=True, trylast=True)
            def pytest_pyfunc_call():
                PHASE[0] = "body"
                try:
                    return (yield)
                finally:
                    PHASE[0] = "after"

            @pytest.hookimpl(wrapper=True, tryfirst=True)
            def pytest_runtest_teardown():
                result = yield
                PHASE[0] = "setup"
                return result

            def pytest_unconfigure():
                wall_clock.WallClock.read = read
                print("PHASES", sorted(set(READS)))
            """
        )
        result = inner.run(
            """
            import datetime as dt
            from client import call

            def test_failing(backendless_mock):
                backendless_mock.publish("hi", publish_at=dt.timedelta(hours=1))
                call(backendless_mock.url + "/nowhere")
                assert backendless_mock.messages.data == []

            def test_objected_to(backendless_mock):
                subscription = backendless_mock.subscribe()
                call(backendless_mock.url + "/nowhere")

            def test_unused(backendless_mock): pass
            """,
            "-s",
        )
        result.assert_outcomes(failed=2, passed=1)
        result.stdout.fnmatch_lines(["PHASES ['body']"])


class TestOverriding:
    def test_address_and_credentials(self, inner):
        inner.file(
            conftest="""
            import pytest

            @pytest.fixture(scope="session")
            def backendless_mock_address():
                return ("localhost", 0)

            @pytest.fixture(scope="session")
            def backendless_mock_app_id():
                return "MY-APP"

            @pytest.fixture(scope="session")
            def backendless_mock_api_key():
                return "MY-KEY"
            """
        )
        result = inner.run(
            """
            from client import call

            def test_it(backendless_mock):
                assert backendless_mock.url == f"{backendless_mock.host_url}/MY-APP/MY-KEY"
                assert backendless_mock.host_url.startswith("http://localhost:")
                assert (backendless_mock.app_id, backendless_mock.api_key) == ("MY-APP", "MY-KEY")
                info = {"appId": "MY-APP", "apiKey": "MY-KEY", "loggers": [], "rtURL": backendless_mock.host_url}
                assert call(backendless_mock.url + "/info") == (200, info)
            """
        )
        result.assert_outcomes(passed=1)

    def test_the_tls_context(self, inner):
        inner.file(
            conftest="""
            import ssl
            import pytest
            import trustme

            @pytest.fixture(scope="session")
            def authority():
                return trustme.CA()

            @pytest.fixture(scope="session")
            def backendless_mock_ssl_context(authority):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                authority.issue_cert("127.0.0.1").configure_cert(context)
                return context
            """
        )
        result = inner.run_apart(
            """
            import ssl
            import urllib.request

            def test_it(backendless_mock, authority):
                assert backendless_mock.url.startswith("https://127.0.0.1:")
                context = ssl.create_default_context()
                authority.configure_trust(context)
                with urllib.request.urlopen(backendless_mock.url + "/messaging/message:1", context=context) as response:
                    assert response.status == 200
            """
        )
        result.assert_outcomes(passed=1)

    def test_a_busy_port_is_one_sentence(self, inner):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            inner.file(
                conftest=f"""
                import pytest

                @pytest.fixture(scope="session")
                def backendless_mock_address():
                    return ("127.0.0.1", {port})
                """
            )
            result = inner.run("def test_it(backendless_mock): pass")
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines([f"the mock cannot listen on 127.0.0.1:{port}: *"])
        assert not any(word in said(result) for word in ("Traceback", "plugin.py", "server.py"))


RERUN = """
import pytest
from _pytest.runner import runtestprotocol

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    \"\"\"As plugins do that run a failed test again.\"\"\"
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    first = runtestprotocol(item, nextitem=nextitem, log=False)
    again = any(report.failed for report in first)
    for report in runtestprotocol(item, nextitem=nextitem, log=False) if again else first:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""


class TestRunningAgain:
    """What rerunfailures, pytest-retry and flaky do: every run of a test is a first run."""

    @pytest.fixture(autouse=True)
    def _plugin(self, inner):
        inner.file(conftest=RERUN)

    @pytest.mark.parametrize("unittest", [False, True], ids=["function", "TestCase"])
    def test_the_second_run_is_frozen_where_the_first_was_and_has_an_application_of_its_own(self, inner, unittest):
        source = """
            import datetime as dt
            import unittest
            import pytest

            RUNS = []

            def look(mock):
                RUNS.append(mock)
                assert dt.datetime.now(dt.timezone.utc).isoformat() == "2030-01-07T08:30:00+00:00"
                assert mock.clock.now().isoformat() == "2030-01-07T08:30:00+00:00"
                assert mock.messages == ()
                mock.publish("hi")
                mock.clock.advance(hours=5)
                assert len(RUNS) == 2
            """
        function = """
            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            def test_it(backendless_mock):
                look(backendless_mock)
            """
        case = """
            @pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
            class TestIt(unittest.TestCase):
                @pytest.fixture(autouse=True)
                def _mock(self, backendless_mock):
                    self.mock = backendless_mock

                def test_it(self):
                    look(self.mock)
            """
        inner.run(_dedented(source) + _dedented(case if unittest else function)).assert_outcomes(passed=1)

    def test_after_a_test_nothing_of_its_application_is_kept(self, inner):
        result = inner.run(
            """
            import gc
            import pytest
            from pytest_backendless_mock.runtime.backend import Backend

            def alive():
                gc.collect()
                return sum(isinstance(each, Backend) for each in gc.get_objects())

            BEFORE = alive()

            @pytest.mark.parametrize("number", range(5))
            def test_it(backendless_mock, number):
                backendless_mock.publish("hi")
                del backendless_mock

            def test_what_is_left():
                assert alive() == BEFORE
            """
        )
        result.assert_outcomes(passed=6)


def test_pytest_finds_the_plugin_by_its_entry_point(pytestconfig):
    entry_points = importlib.metadata.entry_points(group="pytest11", name="backendless_mock")
    assert {entry_point.value for entry_point in entry_points} == {"pytest_backendless_mock.plugin"}
    assert pytestconfig.pluginmanager.has_plugin("backendless_mock")


def _dedented(source):
    import textwrap

    return textwrap.dedent(source)
