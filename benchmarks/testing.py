"""What a test pays for its fixture: set up, used for nothing, torn down.

More than three quarters of what ours adds to a test is pytest's own: it asks for every fixture below a fixture again in
each test, and makes a ``request`` for each that wants one, 660 frames for ours where the peer's take 200.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from .harness import Row, alternate, at_most, milliseconds, stopwatch
from .process import OURS, python

TESTS = 500
"""Of each kind in one run; they take turns, so that a busy machine troubles all alike."""
SMALL = 100
"""Tests in a run of one kind alone."""
ROUNDS = 5
CONFTEST = f"""
import json, statistics, time
import pytest

taken = {{}}

def pytest_generate_tests(metafunc):
    metafunc.parametrize("number", range({TESTS}))

@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.callspec.params["number"])

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    start = time.process_time()
    result = yield
    taken.setdefault(item.originalname, []).append(time.process_time() - start)
    return result

def pytest_unconfigure():
    print("TAKEN", json.dumps({{name: statistics.median(each) for name, each in taken.items()}}))
"""
CASES = """
def test_empty(number):
    pass

def test_ours(number, backendless_mock):
    pass

def test_peer(number, httpserver):
    pass

def test_our_url(number, backendless_mock):
    assert backendless_mock.url

def test_peer_url(number, httpserver):
    assert httpserver.url_for("/")
"""


def rows() -> Iterator[Row]:
    """A test with a fixture, less an empty one in the same run; and a run of such tests, less a run of empty ones."""
    taken = _taken()
    for what, ours, peer in (
        ("a test that uses the fixture and does nothing", "test_ours", "test_peer"),
        ("a test that asks the fixture for its URL", "test_our_url", "test_peer_url"),
    ):
        mine, theirs = (taken[name] - taken["test_empty"] for name in (ours, peer))
        yield Row(
            f"{what}, added to an empty one (peer: pytest-httpserver's fixture)",
            milliseconds(mine),
            milliseconds(theirs),
            mine / theirs,
            at_most(mine / theirs, 1.0, "x what that adds"),
        )
    yield _whole_run()


def _taken() -> dict[str, float]:
    """Seconds for each kind of test."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "conftest.py").write_text(CONFTEST, "utf-8")
        (Path(folder) / "test_cases.py").write_text(CASES, "utf-8")
        printed = python(folder, "-m", "pytest", "-q", *OURS)
    taken: dict[str, float] = json.loads(printed.rpartition("TAKEN")[2])
    return taken


def _whole_run() -> Row:
    """With imports, and the start and the stop of a server."""
    with TemporaryDirectory() as folder:
        for fixture in ("", "backendless_mock", "httpserver"):
            tests = (f"def test_{number}({fixture}):\n    pass\n" for number in range(SMALL))
            (Path(folder) / f"test_{fixture}.py").write_text("\n".join(tests), "utf-8")

        def run(fixture: str) -> float:
            return stopwatch(lambda: python(folder, "-m", "pytest", "-q", *OURS, f"test_{fixture}.py"))

        ours, theirs, empty = alternate(
            *(partial(run, fixture) for fixture in ("backendless_mock", "httpserver", "")), rounds=ROUNDS
        )
    mine, other = ours - empty, theirs - empty
    return Row(
        f"a run of {SMALL} such tests, added to one of {SMALL} empty ones, by the clock (peer: the same)",
        milliseconds(mine),
        milliseconds(other),
        mine / other,
        at_most(mine / other, 1.0, "x what that adds"),
    )
