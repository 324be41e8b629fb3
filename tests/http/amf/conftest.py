"""Clients of every kind, each beside REST on the same application."""

from __future__ import annotations

import pytest
from amf_support import JAVA, NO_HEADERS, OLD_JAVA, Remote
from http_support import Wire


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def java(wire):
    return Remote(wire)


@pytest.fixture
def dotnet(wire):
    return Remote(wire, headers=NO_HEADERS)


@pytest.fixture(
    params=[(False, JAVA), (False, NO_HEADERS), (True, OLD_JAVA), (True, NO_HEADERS)],
    ids=["java", "dotnet", "java-2014", "dotnet-v1"],
)
def remote(wire, request):
    legacy, headers = request.param
    return Remote(wire, legacy=legacy, headers=headers)
