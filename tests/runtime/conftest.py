"""Applications on a time that the test sets."""

from __future__ import annotations

import gc

import pytest
from core_support import FROZEN, RUNNING, TICKING, Application, FakeTime


@pytest.fixture
def app():
    return Application()


@pytest.fixture(params=[RUNNING, TICKING, FROZEN], ids=["running", "ticking", "frozen"])
def any_app(request):
    """An application under each kind of process time."""
    return Application(FakeTime(**request.param))


@pytest.fixture
def no_collections():
    """Hypothesis, once other tests loaded it, reads the time as garbage is collected: an auto-ticking freeze ticks."""
    gc.disable()
    yield
    gc.enable()
