"""A long suite: what a test leaves in memory is its report, which pytest keeps for its summary."""

from __future__ import annotations

import pytest
from plugin_support import Inner

TESTS = 1_000
WARM_UP = 100
"""Tests after which everything is imported that there is, and counting begins."""
MOST = 2_000
"""Bytes that a test may leave behind."""

COUNTING = f"""
    import gc
    import tracemalloc

    def pytest_runtest_logfinish(nodeid):
        if nodeid.endswith("[{WARM_UP}]"):
            gc.collect()
            tracemalloc.start()
        if nodeid.endswith("[{TESTS}]"):
            gc.collect()
            print("LEFT", tracemalloc.get_traced_memory()[0] // {TESTS - WARM_UP})
"""

PLAIN = f"""
    import pytest

    @pytest.mark.parametrize("number", range(1, {TESTS + 1}))
    def test_it(number): pass
"""

USING = f"""
    import datetime as dt
    import pytest
    from client import call

    FROZEN = pytest.mark.backendless_mock(freeze="2030-01-07 08:30")

    @pytest.mark.parametrize(
        "number", [pytest.param(n, marks=FROZEN if n % 100 == 0 else []) for n in range(1, {TESTS + 1})]
    )
    def test_it(backendless_mock, number):
        subscription = backendless_mock.subscribe("news")
        backendless_mock.publish(number, channel="news", publish_at=dt.timedelta(minutes=1))
        backendless_mock.on("retrieved", lambda delivery: backendless_mock.publish("seen"))
        backendless_mock.clock.advance(minutes=1)
        status, answer = call(f"{{backendless_mock.url}}/messaging/news/{{subscription.id}}")
        assert [message["data"] for message in answer["messages"]] == [number]
"""


@pytest.fixture
def inner(pytester, monkeypatch):
    inner = Inner(pytester, monkeypatch)
    inner.file(conftest=COUNTING)
    return inner


def test_a_thousand_tests_leave_no_more_than_two_kilobytes_each_beside_what_pytest_keeps(inner):
    left = []
    for source in (PLAIN, USING):
        result = inner.run_apart(source, "-s", "-p", "no:faulthandler")
        result.assert_outcomes(passed=TESTS)
        left += [int(line.rpartition("LEFT ")[2]) for line in result.outlines if "LEFT " in line]
    plain, using = left
    assert using - plain <= MOST
