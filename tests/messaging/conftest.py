"""The services that the tests of push notifications begin with."""

from __future__ import annotations

import pytest
from push_support import Service


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def everybody():
    """A service with a device of each system on ``default``."""
    service = Service()
    for name, os in (("i", "IOS"), ("a", "ANDROID"), ("w", "WP"), ("x", "OSX")):
        service.register(name, os)
    return service
