"""What stands under a failing test, wherever it failed."""

from __future__ import annotations

import textwrap

import pytest
from failure_support import ALLOW, HEAD, pattern, the_section, written
from plugin_support import said

TIMELINE = [
    "*- backendless_mock -*",
    "timeline:",
    "  08:30:00  accepted     'paid' on 'orders', for 09:00:00",
    "  08:30:00  -- now --",
    "  09:00:00  scheduled    'paid' on 'orders', due in 30 min",
]
PUBLISH = 'mock.publish("paid", channel="orders", publish_at=timedelta(minutes=30))'
IN_TEST = f"def test_it(backendless_mock):\n    mock = backendless_mock\n    {PUBLISH}\n"
PLACES = {
    "function": f"{IN_TEST}    assert 1 == 2",
    "pytest.raises": f"{IN_TEST}    with pytest.raises(KeyError):\n        pass",
    "pytest.fail": f"{IN_TEST}    pytest.fail('no')",
    "SystemExit": f"{IN_TEST}    raise SystemExit(3)",
    "setup": f"""
@pytest.fixture
def shop(backendless_mock):
    mock = backendless_mock
    {PUBLISH}
    raise OSError("closed")

def test_it(shop):
    pass
""",
    "teardown": f"""
@pytest.fixture
def shop(backendless_mock):
    mock = backendless_mock
    {PUBLISH}
    yield
    raise OSError("closed")

def test_it(shop):
    pass
""",
    "TestCase": f"""
@pytest.mark.usefixtures("backendless_mock")
class TestShop(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def hold(self, backendless_mock):
        self.mock = backendless_mock

    def test_it(self):
        mock = self.mock
        {PUBLISH}
        self.assertEqual(1, 2)
""",
    "asyncio": f"@pytest.mark.asyncio\nasync {IN_TEST}    await asyncio.sleep(0)\n    assert 1 == 2",
}


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in PLACES.items()])
def test_the_timeline_stands_under_whatever_fails(inner, source):
    result = inner.run(HEAD + source)
    assert sum(result.parseoutcomes().get(outcome, 0) for outcome in ("failed", "error", "errors")) == 1
    result.stdout.fnmatch_lines([pattern(line) for line in TIMELINE], consecutive=True)
    assert result.stdout.str().count("-- now --") == 1


def test_nothing_stands_under_a_test_without_the_fixture_or_that_passed(inner):
    result = inner.run("def test_it():\n    assert 1 == 2\n\ndef test_other(backendless_mock):\n    pass\n")
    result.assert_outcomes(passed=1, failed=1)
    assert "timeline" not in result.stdout.str()


def test_the_body_s_failure_and_the_verdict_are_both_shown(inner):
    result = inner.run(
        written(
            """
            call(mock.url + "/nowhere")
            assert 1 == 2, "the body"
            """
        )
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E       AssertionError: the body",
            "*- *backendless_mock* -*",
            "the service has no GET …/nowhere; *",
            ALLOW,
            "*- backendless_mock -*",
            "timeline:",
        ]
    )


def test_an_expected_failure_may_be_the_verdict(inner):
    result = inner.run(
        HEAD
        + textwrap.dedent(
            """
            @pytest.mark.xfail(strict=True)
            def test_verdict(backendless_mock):
                call(backendless_mock.url + "/nowhere")

            @pytest.mark.xfail(strict=True)
            def test_assertion(backendless_mock):
                backendless_mock.channel("orders").assert_published("paid")
            """
        ),
        "-rx",
    )
    result.assert_outcomes(xfailed=2)
    result.stdout.fnmatch_lines(["XFAIL test_it.py::test_verdict*", "XFAIL test_it.py::test_assertion*"])


def test_an_assertion_inside_pytest_raises_is_an_assertion_error(inner):
    result = inner.run(
        written(
            """
            with pytest.raises(AssertionError, match="'paid' to be published at least once"):
                orders.assert_published("paid")
            """
        )
    )
    result.assert_outcomes(passed=1)


EARLY = written(
    """
    mock.publish("paid", channel="orders", publish_at=timedelta(minutes=30))
    orders.assert_delivered("paid")
    """
)


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["here", "xdist"])
def test_sections_come_from_wherever_the_test_ran(inner, workers):
    result = inner.run_apart(EARLY, *workers)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E       due in 30 min; try: backendless_mock.clock.advance(minutes=30)",
            *map(pattern, TIMELINE),
        ]
    )


@pytest.mark.parametrize("options", [("-p", "no:terminal"), ("--tb=no",), ("--tb=line",), ("-q", "-q")], ids=" ".join)
def test_reports_that_say_less_do_no_harm(inner, options):
    result = inner.run_apart(EARLY, *options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "INTERNALERROR" not in said(result)


def test_a_narrow_terminal_gets_narrow_rules_and_whole_lines(inner, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    result = inner.run(EARLY)
    rules = [line for line in result.outlines if "- backendless_mock -" in line]
    assert [len(rule) for rule in rules] == [80]
    result.stdout.fnmatch_lines([pattern(line) for line in TIMELINE[1:]], consecutive=True)


class TestTheLengthOfAReport:
    @pytest.mark.parametrize(
        "how",
        ['mock.publish(f"message {number}", channel="orders")', 'send("orders", {"message": f"message {number}"})'],
        ids=["by-the-test", "by-HTTP"],
    )
    def test_is_sixty_lines_at_most_and_says_what_was_left_out(self, inner, how):
        result = inner.run(
            written(
                f"for number in range(200):\n    {how}\nmock.publish('soon', publish_at=timedelta(hours=1))\nassert 0"
            )
        )
        section = the_section(result)
        assert len(section) <= 60
        assert section[1].startswith("  … ")
        assert section[1].endswith(" left out")
        assert "  08:30:00  -- now --" in section
        assert "  09:30:00  scheduled    'soon' on 'default', due in 1 h" in section

    def test_is_kept_where_more_is_to_come_than_fits(self, inner):
        result = inner.run(
            written(
                """
                for number in range(200):
                    mock.publish(number, channel="orders", publish_at=timedelta(hours=1))
                assert 0
                """
            )
        )
        section = the_section(result)
        assert len(section) <= 60
        assert "  08:30:00  -- now --" in section
        assert [line for line in section if line.startswith("  … ") and line.endswith("left out")] != []

    def test_says_the_date_of_what_follows_where_the_line_with_it_is_left_out(self, inner):
        result = inner.run(
            written(
                """
                for day in range(2):
                    for number in range(40):
                        mock.publish(number, channel="orders")
                    mock.clock.advance(days=1)
                assert 0
                """
            )
        )
        section = the_section(result)
        assert section[1] == "  … 106 left out, the last on 2030-01-08"
        assert section[2] == "             08:30:00  accepted     13 on 'orders'"
        assert section[section.index("requests: none reached the mock") - 1] == "  2030-01-09 08:30:00  -- now --"

    def test_leaves_no_line_long(self, inner):
        result = inner.run(
            written(
                """
                send("orders", {"message": {"text": "x" * 5000}, "headers": {"note": "y" * 5000}})
                assert 0
                """
            )
        )
        section = the_section(result)
        assert max(map(len, section)) <= 162
        assert [line[-8:] for line in section if " POST " in line] == ["… -> 200"]


def test_secrets_are_masked_in_the_section(inner):
    result = inner.run(
        HEAD
        + textwrap.dedent(
            """
            def test_it(backendless_mock):
                backendless_mock.add_user(login="ann", password="correct horse", token="topsecrettoken")
                call(f"{backendless_mock.url}/users/login", "POST", {"login": "ann", "password": "wrong horse"})
                call(f"{backendless_mock.url}/users/isvalidusertoken/topsecrettoken")
                raise KeyError
            """
        )
    )
    section = "\n".join(the_section(result))
    assert "POST …/users/login {'login': 'ann', 'password': '…'} -> 400 3003" in section
    assert "GET …/users/isvalidusertoken/tops… -> 200" in section
    assert "wrong horse" not in section
    assert "topsecrettoken" not in section


def test_what_cannot_be_printed_is_escaped_in_the_section_too(inner):
    result = inner.run(
        written(
            r"""
            send("orders", {"message": "red\x1b[31m\ud800\n", "headers": {"a\x07": "\ud800"}})
            raise KeyError
            """
        )
    )
    section = "\n".join(the_section(result))
    assert r"  08:30:00  accepted     'red\x1b[31m\ud800\n' on 'orders'" in section
    assert section.replace("\n", "").isprintable()


class TestOneOfSeveralApplications:
    def test_has_a_picture_of_its_own(self, inner):
        result = inner.run(
            written(
                """
                mock.new_app().publish("two", channel="orders")
                mock.publish("one", channel="orders")
                raise KeyError
                """
            )
        )
        result.stdout.fnmatch_lines(
            ["*accepted     'one' on 'orders'", "*-- now --", "timeline:", "*'two' on 'orders'"]
        )
