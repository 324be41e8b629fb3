"""Mocks that are wider than a test, as test files of users meet them."""

from __future__ import annotations

import textwrap

import pytest
from plugin_support import Inner, said

HEAD = """
import pytest
from client import call
from pytest_backendless_mock import BackendlessMock

"""
SHOP = """
@pytest.fixture(scope="module")
def shop(backendless_mock_factory):
    with backendless_mock_factory() as mock:
        yield mock

"""


@pytest.fixture
def inner(pytester, monkeypatch):
    return Inner(pytester, monkeypatch)


def written(*parts: str) -> str:
    return HEAD + "\n".join(textwrap.dedent(part) for part in parts)


def headings(result: pytest.RunResult) -> list[str]:
    """The headings of the mocks' stories, in their order."""
    return [line.strip("- ") for line in result.outlines if line.startswith("--") and "ackendless" in line]


class TestAMockOfAModule:
    def test_keeps_its_state_from_test_to_test_beside_the_plain_one(self, inner):
        result = inner.run(
            written(
                SHOP,
                """
                def test_one(shop, backendless_mock):
                    call(f"{shop.url}/messaging/news", "POST", {"message": "for the shop"})
                    call(f"{backendless_mock.url}/messaging/news", "POST", {"message": "for the test"})
                    assert shop.deliveries.data == ["for the shop"]
                    assert backendless_mock.deliveries.data == ["for the test"]

                def test_two(shop, backendless_mock):
                    assert shop.host_url == backendless_mock.host_url
                    assert shop.app_id != backendless_mock.app_id
                    assert shop.api_key != backendless_mock.api_key
                    assert shop.deliveries.data == ["for the shop"]
                    assert backendless_mock.deliveries == ()
                """,
            )
        )
        result.assert_outcomes(passed=2)

    @pytest.mark.parametrize("scope", ["class", "module", "package", "session"])
    def test_may_have_any_scope(self, inner, scope):
        result = inner.run(
            written(
                SHOP.replace("module", scope),
                """
                class TestShop:
                    def test_one(self, shop):
                        shop.publish("hi")

                    def test_two(self, shop):
                        assert shop.deliveries.data == ["hi"]
                """,
            )
        )
        result.assert_outcomes(passed=2)

    def test_has_rules_of_its_own_on_top_of_the_session_s(self, inner):
        inner.file(
            conftest="""
            import pytest

            @pytest.fixture(scope="session")
            def backendless_mock_rules():
                return {"immediate_status": "published", "error_data": True}
            """
        )
        result = inner.run(
            written(
                """
                @pytest.fixture(scope="module")
                def shop(backendless_mock_factory):
                    with backendless_mock_factory(error_data=False) as mock:
                        yield mock

                def test_it(shop):
                    assert shop.publish("hi").status == "published"
                    status, answer = call(f"{shop.url}/messaging/news/nobody")
                    assert (status, answer) == (400, {"code": 8008, "message": "Invalid parameter 'subscriptionId'"})

                def test_misspelt(backendless_mock_factory):
                    with pytest.raises(TypeError, match="eror_data"):
                        backendless_mock_factory(eror_data=True)
                """
            )
        )
        result.assert_outcomes(passed=2)

    def test_is_called_the_same_in_every_run_after_the_place_that_makes_it(self, inner):
        source = written(
            """
            @pytest.fixture(scope="module", params=[1, 2])
            def shops(backendless_mock_factory):
                with backendless_mock_factory() as first, backendless_mock_factory() as second:
                    yield first, second

            def test_it(shops):
                print("ID", *(f"{mock.app_id} {mock.api_key} {mock.publish('hi').message_id}" for mock in shops))
            """
        )
        inner.file(test_it=source)
        first, second = ([line for line in inner.run("", "-s").outlines if "ID" in line] for _ in range(2))
        assert first == second
        (one, two), again = (line.partition("ID ")[2].split()[::3] for line in first), first[1].split()
        assert one == two, "who read the settings once finds the next mock of that place there too"
        assert len(set(one)) == 2
        assert len({first[0].split()[-1], first[0].split()[-4], again[-1], again[-4]}) == 4

    def test_is_refused_the_application_of_another_by_name(self, inner):
        result = inner.run(
            written(
                SHOP,
                """
                def test_it(shop, backendless_mock):
                    for mock, other in [(shop, backendless_mock), (backendless_mock, shop)]:
                        with pytest.raises(ValueError, match=f"there is an application {other.app_id} already"):
                            mock.new_app(app_id=other.app_id)
                    assert shop.new_app().app_id != backendless_mock.new_app().app_id
                """,
            )
        )
        result.assert_outcomes(passed=1)

    def test_answers_in_every_form_that_names_it_and_the_plain_one_in_the_others(self, inner):
        result = inner.run(
            written(
                SHOP,
                """
                import json, urllib.request

                def headed(url, **headers):
                    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
                    with urllib.request.urlopen(request) as response:
                        return json.load(response)["appId"]

                def test_it(shop, backendless_mock):
                    branch = shop.new_app()
                    legacy = shop.host_url + "/v1/info"
                    for mock in [shop, branch, backendless_mock]:
                        assert call(mock.url + "/info")[1]["appId"] == mock.app_id
                        assert headed(legacy, application_id=mock.app_id, secret_key=mock.api_key) == mock.app_id
                    assert headed(shop.host_url + "/api/info") == backendless_mock.app_id
                """,
            )
        )
        result.assert_outcomes(passed=1)


class TestItsStory:
    def test_stands_under_each_test_that_fails_while_it_is_open(self, inner):
        result = inner.run(
            written(
                SHOP,
                """
                def test_one(shop):
                    shop.publish("hi")
                    assert 1 == 2

                def test_other():
                    assert 1 == 2
                """,
            )
        )
        result.assert_outcomes(failed=2)
        assert headings(result) == ["backendless_mock_factory in test_it.py::shop"] * 2
        assert result.stdout.str().count("accepted     'hi' on 'default'") == 2

    def test_is_told_beside_the_plain_one_s(self, inner):
        result = inner.run(
            written(
                SHOP,
                """
                def test_it(shop, backendless_mock):
                    shop.publish("for the shop")
                    backendless_mock.publish("for the test")
                    assert 1 == 2
                """,
            )
        )
        assert headings(result) == ["backendless_mock_factory in test_it.py::shop", "backendless_mock"]
        for text in ["accepted     'for the shop'", "accepted     'for the test'"]:
            assert result.stdout.str().count(text) == 1

    def test_is_over_with_it(self, inner):
        inner.file(
            test_a=written(SHOP, "def test_it(shop):\n    shop.publish('hi')\n"),
            test_b="def test_it():\n    assert 1 == 2\n",
        )
        result = inner.run()
        result.assert_outcomes(passed=1, failed=1)
        assert headings(result) == []

    def test_stands_under_the_teardown_in_which_it_ends(self, inner):
        result = inner.run(
            written(
                """
                @pytest.fixture(scope="module")
                def shop(backendless_mock_factory):
                    with backendless_mock_factory() as mock:
                        yield mock
                        call(mock.url + "/nowhere")

                def test_it(shop):
                    pass
                """
            )
        )
        result.assert_outcomes(passed=1, errors=1)
        result.stdout.fnmatch_lines(["E * AssertionError: the service has no GET *nowhere*"])
        assert headings(result) == ["backendless_mock_factory in test_it.py::shop"]
        result.stdout.fnmatch_lines(["  *  GET …/nowhere -> 404"])

    def test_is_that_of_any_mock_that_was_open_at_a_failure(self, inner):
        result = inner.run(
            written(
                """
                def test_by_hand():
                    with BackendlessMock() as mock:
                        mock.publish("hi")
                        assert 1 == 2

                def test_later():
                    assert 1 == 2
                """
            )
        )
        result.assert_outcomes(failed=2)
        assert headings(result) == ["BackendlessMock"]
        result.stdout.fnmatch_lines(["  *  accepted     'hi' on 'default'"])

    def test_is_bounded_where_a_test_opens_many(self, inner):
        result = inner.run(
            written(
                """
                def test_it():
                    for number in range(14):
                        with BackendlessMock(seed=number) as mock:
                            mock.publish(number)
                    assert 1 == 2
                """
            )
        )
        told = [f"BackendlessMock(seed={number})" for number in range(3, 14)]
        assert headings(result) == told, "ten, and the one that was open last"


class TestItsProblems:
    def test_fail_the_test_in_which_they_come_once(self, inner):
        result = inner.run(
            written(
                SHOP,
                """
                def test_guilty(shop):
                    call(shop.url + "/nowhere")

                def test_innocent(shop):
                    pass
                """,
            )
        )
        result.assert_outcomes(failed=1, passed=1)
        assert result.stdout.str().count("the service has no GET …/nowhere") == 2, "the failure, and its summary line"

    def test_are_told_beside_a_failure_of_the_test_itself(self, inner):
        result = inner.run(
            written(
                SHOP,
                """
                def test_it(shop):
                    call(shop.url + "/nowhere")
                    assert 1 == 2
                """,
            )
        )
        result.assert_outcomes(failed=1)
        assert headings(result) == ["backendless_mock: verdict", "backendless_mock_factory in test_it.py::shop"]
        result.stdout.fnmatch_lines(["*- backendless_mock: verdict -*", "the service has no GET …/nowhere; *"])

    def test_fail_its_own_end_where_they_came_between_two_tests(self, inner):
        inner.file(
            conftest="""
            from client import call

            URLS = []

            def pytest_runtest_logfinish(nodeid):
                if nodeid.endswith("test_one"):
                    call(URLS[0] + "/nowhere")
            """
        )
        result = inner.run(
            written(
                SHOP,
                """
                import conftest

                def test_one(shop):
                    conftest.URLS.append(shop.url)

                def test_two(shop):
                    pass
                """,
            )
        )
        result.assert_outcomes(passed=2, errors=1)
        result.stdout.fnmatch_lines(["*ERROR at teardown of test_two*", "E * the service has no GET …/nowhere; *"])
        assert "outside any test" not in said(result)

    def test_that_it_waited_for_in_vain_are_of_its_end_and_not_of_each_test(self, inner):
        result = inner.run(
            written(
                SHOP,
                """
                def test_one(shop):
                    shop.faults.fail("publish", http=503)

                def test_two(shop):
                    pass
                """,
            )
        )
        result.assert_outcomes(passed=2, errors=1)
        result.stdout.fnmatch_lines(["*ERROR at teardown of test_two*", "E *fail('publish', http=503) never fired: *"])

    def test_are_told_where_nobody_closed_it(self, inner):
        result = inner.run(
            written(
                """
                @pytest.fixture(scope="module")
                def shop(backendless_mock_factory):
                    return backendless_mock_factory().__enter__()

                def test_one(shop):
                    shop.faults.fail("publish", http=503)
                """
            )
        )
        result.assert_outcomes(passed=1, errors=1)
        result.stdout.fnmatch_lines(["backendless_mock.faults.fail('publish', http=503) never fired: *"])

    def test_a_hint_is_a_warning_of_the_test(self, inner):
        inner.ini("filterwarnings = default")
        result = inner.run(
            written(
                SHOP,
                """
                def test_it(shop):
                    call(f"{shop.url}/messaging/news", "POST", {"message": "hi", "publishat": 1})
                    assert len(shop.hints) == 1

                def test_other(shop):
                    pass
                """,
            )
        )
        result.assert_outcomes(passed=2, warnings=1)
        result.stdout.fnmatch_lines(["test_it.py::test_it", "*BackendlessMockWarning: *publishat*publishAt*"])

    def test_a_request_to_it_is_never_outside_any_test_while_one_to_the_plain_one_is(self, inner):
        inner.file(
            conftest="""
            from client import call

            URLS = []

            def pytest_runtest_logfinish(nodeid):
                if nodeid.endswith("test_one"):
                    statuses.extend(call(url + "/info")[0] for url in URLS)

            statuses = []
            """
        )
        result = inner.run(
            written(
                SHOP,
                """
                import conftest

                def test_one(shop, backendless_mock):
                    conftest.URLS += [shop.url, backendless_mock.url]

                def test_two(shop):
                    assert conftest.statuses == [200, 503]
                """,
            )
        )
        result.assert_outcomes(passed=2)
        result.stdout.fnmatch_lines(["*requests outside any test*", "GET /3FAD6F76*/info"])
        assert len([line for line in result.outlines if line.startswith("GET ")]) == 1


class TestItsTime:
    def test_is_frozen_for_all_and_a_second_freeze_is_refused_as_ever(self, inner):
        result = inner.run_apart(
            written(
                """
                import datetime

                @pytest.fixture(scope="module")
                def shop(backendless_mock_factory):
                    with backendless_mock_factory(freeze="2030-01-07 08:30") as mock:
                        yield mock

                def test_one(shop, backendless_mock):
                    assert datetime.datetime.now() == datetime.datetime(2030, 1, 7, 8, 30)
                    shop.publish("at nine", publish_at=datetime.timedelta(minutes=30))
                    backendless_mock.clock.advance(minutes=30)
                    assert shop.deliveries.data == ["at nine"]

                def test_another(shop, backendless_mock_factory):
                    with pytest.raises(RuntimeError, match="time is already frozen by freezegun"):
                        backendless_mock_factory(freeze="2031-01-01").__enter__()

                @pytest.mark.backendless_mock(freeze="2031-01-01")
                def test_marked(shop, backendless_mock):
                    pass
                """
            ),
            "-W",
            "ignore",
        )
        result.assert_outcomes(passed=2, errors=1)
        result.stdout.fnmatch_lines(
            ["@pytest.mark.backendless_mock(freeze=...): time is already frozen by freezegun;*"]
        )

    def test_is_real_again_when_it_ends(self, inner):
        inner.file(
            test_a=written(
                """
                @pytest.fixture(scope="module")
                def shop(backendless_mock_factory):
                    with backendless_mock_factory(freeze="2030-01-07 08:30") as mock:
                        yield mock

                def test_it(shop):
                    pass
                """
            ),
            test_b="import datetime\n\ndef test_it():\n    assert datetime.datetime.now().year != 2030\n",
        )
        inner.run_apart().assert_outcomes(passed=2)

    def test_is_real_again_when_the_run_is_broken_off(self, inner):
        inner.file(
            conftest="""
            import datetime

            def pytest_unconfigure():
                print("YEAR", datetime.datetime.now().year)
            """
        )
        result = inner.run_apart(
            written(
                """
                @pytest.fixture(scope="session")
                def shop(backendless_mock_factory):
                    return backendless_mock_factory(freeze="2030-01-07 08:30").__enter__()

                def test_it(shop):
                    raise KeyboardInterrupt
                """
            ),
            "-s",
        )
        assert "YEAR 2030" not in said(result)
        assert "YEAR 2" in said(result)


class TestWhoAsksForThePlainOneInAWiderScope:
    def test_is_told_of_the_factory(self, inner):
        result = inner.run(
            written(
                """
                @pytest.fixture(scope="module")
                def shop(backendless_mock):
                    return backendless_mock

                def test_it(shop):
                    pass
                """
            )
        )
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(
            [
                "ScopeMismatch: *backendless_mock*",
                "*- backendless_mock -*",
                "backendless_mock is made anew for each test. A fixture of a wider scope makes a mock of its own:",
                "    with backendless_mock_factory() as mock:",
                "        yield mock",
            ]
        )
