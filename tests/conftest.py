"""The watchdog of the suite, and certificates for the tests that speak TLS."""

from __future__ import annotations

import faulthandler
import os
import ssl

import pytest
import trustme

HANG = 240.0
"""Real seconds after which a test is taken to hang, on however busy a machine."""
_DUMPS = pytest.StashKey[int]()


def pytest_configure(config):
    """Where dumps go: what is standard error now, before a test's output is captured."""
    config.stash[_DUMPS] = os.dup(2)


def pytest_unconfigure(config):
    os.close(config.stash[_DUMPS])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """A hang is how freezegun fails: the dump names the line, and the exit ends the wait; xdist names the test."""
    faulthandler.dump_traceback_later(HANG, exit=True, file=item.config.stash[_DUMPS])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def certified(authority):
    """What a server needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="session")
def trusting(authority):
    """What a client needs."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context
