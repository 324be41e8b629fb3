"""Where the story of a failing test stands: in the failure itself, so that whoever reads that has it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET

import pytest
from plugin_support import Inner, said

from pytest_backendless_mock.testing import story

PUBLISH = "backendless_mock.publish('hi', channel='news')"
STORY = "accepted     'hi' on 'news'"
ENDS = {
    "assert": "assert 1 == 2",
    "pytest.fail": "pytest.fail('no')",
    "pytest.fail without a traceback": "pytest.fail('no', pytrace=False)",
    "verdict": "call(backendless_mock.url + '/nowhere')",
    "chained": "raise OSError('second') from KeyError('first')",
}
HEAD = "import pytest\nfrom client import call\n"
OPTIONS = {
    "plain": (),
    "show-capture=no": ("--show-capture=no",),
    "tb=short": ("--tb=short",),
    "tb=native": ("--tb=native",),
    "tb=long": ("--tb=long",),
    "junit_logging=no": ("-o", "junit_logging=no"),
    "junit_logging=all": ("-o", "junit_logging=all", "-o", "junit_log_passing_tests=no"),
}


@pytest.fixture
def inner(pytester, monkeypatch):
    return Inner(pytester, monkeypatch)


def failing(end: str) -> str:
    return f"{HEAD}\ndef test_it(backendless_mock):\n    {PUBLISH}\n    {end}\n"


def failures(inner: Inner) -> list[str]:
    """What JUnit's XML says of each failure and error."""
    root = ET.parse(inner.path / "junit.xml").getroot()
    return [element.text or "" for element in root.iter() if element.tag in {"failure", "error"}]


@pytest.mark.parametrize("end", [pytest.param(end, id=name) for name, end in ENDS.items()])
@pytest.mark.parametrize("options", [pytest.param(options, id=name) for name, options in OPTIONS.items()])
def test_it_stands_once_on_the_terminal_and_once_in_junit_s_failure(inner, end, options):
    result = inner.run(failing(end), "--junitxml=junit.xml", *options)
    result.assert_outcomes(failed=1)
    assert result.stdout.str().count(STORY) == 1
    [failure] = failures(inner)
    assert failure.count(STORY) == 1
    assert failure.index("- backendless_mock -") < failure.index("timeline:") < failure.index(STORY)


def test_it_is_in_the_failure_under_xdist_too(inner):
    result = inner.run_apart(failing("assert 1 == 2"), "--junitxml=junit.xml", "-n1")
    result.assert_outcomes(failed=1)
    assert result.stdout.str().count(STORY) == 1
    [failure] = failures(inner)
    assert failure.count(STORY) == 1


@pytest.mark.parametrize("phase", ["before", "after"], ids=["setup", "teardown"])
def test_it_is_in_junit_s_error_where_a_fixture_failed(inner, phase):
    broken = {"before": "raise OSError\n    yield", "after": "yield\n    raise OSError"}[phase]
    source = f"""{HEAD}
@pytest.fixture
def shop(backendless_mock):
    {PUBLISH}
    {broken}

def test_it(shop):
    pass
"""
    inner.run(source, "--junitxml=junit.xml").assert_outcomes(errors=1, passed=phase == "after")
    [failure] = failures(inner)
    assert failure.count(STORY) == 1


def test_what_else_would_have_failed_the_test_is_there_as_well(inner):
    result = inner.run(failing("call(backendless_mock.url + '/nowhere'); assert 1 == 2"), "--junitxml=junit.xml")
    result.assert_outcomes(failed=1)
    [failure] = failures(inner)
    assert failure.index("assert 1 == 2") < failure.index("- backendless_mock: verdict -") < failure.index(STORY)
    assert failure.count("the service has no GET …/nowhere") == 1


def test_a_failure_that_takes_no_section_has_it_beside_itself(inner):
    source = f"""{HEAD}
@pytest.fixture
def broken(backendless_mock, missing):
    pass

def test_it(backendless_mock_factory, broken):
    pass
"""
    inner.file(
        conftest="""
        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def shop(backendless_mock_factory):
            with backendless_mock_factory() as mock:
                mock.publish('hi', channel='news')
                yield mock
        """
    )
    result = inner.run(source)
    result.assert_outcomes(errors=1)
    assert result.stdout.str().count(STORY) == 1
    result.stdout.fnmatch_lines(["*fixture 'missing' not found", "*- backendless_mock_factory in conftest.py::shop -*"])


class TestUnittest:
    SOURCE = f"""
import unittest
from pytest_backendless_mock import BackendlessMock


class ShopTest(unittest.TestCase):
    def setUp(self):
        self.mock = BackendlessMock()
        self.mock.__enter__()
        self.addCleanup(self.mock.__exit__, None, None, None)

    def run(self, result=None):
        super().run(result)
        if isinstance(result, unittest.TestResult) and self in dict(result.failures + result.errors):
            print(self.mock.report())

    def test_red(self):
        self.{PUBLISH.replace("backendless_mock", "mock")}
        self.assertEqual(1, 2)

    def test_green(self):
        self.{PUBLISH.replace("backendless_mock", "mock")}


if __name__ == "__main__":
    unittest.main()
"""

    def test_under_pytest_the_story_is_in_the_failure(self, inner):
        result = inner.run(self.SOURCE, "--junitxml=junit.xml")
        result.assert_outcomes(failed=1, passed=1)
        assert result.stdout.str().count(STORY) == 1
        [failure] = failures(inner)
        assert failure.count(STORY) == 1

    def test_without_pytest_two_lines_more_print_it(self, inner):
        (inner.path / "shop.py").write_text(self.SOURCE, "utf-8")
        ran = subprocess.run([sys.executable, "shop.py"], capture_output=True, text=True, check=False, cwd=inner.path)
        assert "FAILED (failures=1)" in ran.stderr
        assert ran.stdout.count(STORY) == 1

    @pytest.mark.skipif(sys.version_info < (3, 11), reason="enterContext came with 3.11")
    def test_enter_context_does_as_well(self, inner):
        source = f"""
        import unittest
        from pytest_backendless_mock import BackendlessMock

        class ShopTest(unittest.TestCase):
            def setUp(self):
                self.mock = self.enterContext(BackendlessMock())

            def test_it(self):
                self.{PUBLISH.replace("backendless_mock", "mock")}
                self.fail()

            def test_judged(self):
                self.mock.faults.fail("publish", http=503)
        """
        result = inner.run(textwrap.dedent(source))
        result.assert_outcomes(failed=2)
        assert result.stdout.str().count(STORY) == 1
        result.stdout.fnmatch_lines(["E * never fired: *"])


class TestRunsInsideATest:
    def test_leave_the_mocks_of_the_outer_run_to_it(self, inner, backendless_mock):
        backendless_mock.publish("outer")
        before = [*story._LISTENERS]
        result = inner.run("def test_it(backendless_mock):\n    assert 1 == 2\n")
        assert before == story._LISTENERS
        result.assert_outcomes(failed=1)
        assert "'outer'" not in said(result)
        assert result.stdout.str().count("-- now --") == 1
