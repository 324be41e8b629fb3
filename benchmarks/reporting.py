"""What a test that passes pays for the verdict, and for the report that nobody gets to see."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_backendless_mock import BackendlessMock, Rules, case, plugin
from pytest_backendless_mock.testing.session import Session
from pytest_backendless_mock.testing.story import Stories

from .harness import NONE, Row, alternate, at_most, stopwatch

TESTS = 1_000
ROUNDS = 9
CALL = cast("pytest.CallInfo[None]", SimpleNamespace(excinfo=None))
PASSED = cast("pytest.TestReport", SimpleNamespace(failed=False, skipped=False, when="call"))


def rows() -> Iterator[Row]:
    """The plugin's wrappers around a test that used the fixture, and published a message."""
    session = Session(Rules())
    with BackendlessMock(_session=session) as mock:
        mock.publish("hello", "news")
        item = _item(session)
        (taken,) = alternate(lambda: stopwatch(lambda: _run(item, TESTS)), rounds=ROUNDS)
    each = taken / TESTS * 1e6
    yield Row("verdict and report of a test that passes", f"{each:.1f} µs", NONE, None, at_most(each, 20, " µs"))


def _item(session: Session) -> pytest.Item:
    config = SimpleNamespace(stash=pytest.Stash())
    config.stash[case.STORIES] = Stories()
    item = SimpleNamespace(stash=pytest.Stash(), config=config, own_markers=[], warn=lambda warning: warning)
    item.stash[case.SESSION] = session
    return cast("pytest.Item", item)


def _run(item: pytest.Item, times: int) -> None:
    """What pytest does with the wrappers between a test's set-up and its end."""
    for _ in range(times):
        plugin.pytest_runtest_setup(item)
        _through(plugin.pytest_runtest_makereport(item, CALL), PASSED)
        _through(plugin.pytest_runtest_call(item))
        _through(plugin.pytest_runtest_makereport(item, CALL), PASSED)
        _through(plugin.pytest_runtest_teardown(item))
        _through(plugin.pytest_runtest_makereport(item, CALL), PASSED)


def _through(wrapper: Generator[None, Any, Any], result: object = None) -> None:
    next(wrapper)
    try:
        wrapper.send(result)
    except StopIteration:
        return
    raise AssertionError("a wrapper yields once")
