"""Waking a thread that waits for sockets."""

from __future__ import annotations

import selectors

import pytest

from pytest_backendless_mock.realtime.alarm import Alarm


@pytest.fixture
def alarm():
    made = Alarm()
    yield made
    made.close()


def rings(alarm):
    with selectors.DefaultSelector() as selector:
        selector.register(alarm, selectors.EVENT_READ)
        return bool(selector.select(0))


def test_it_rings_until_it_is_heard(alarm):
    assert not rings(alarm)
    alarm.ring()
    alarm.ring()
    assert rings(alarm)
    alarm.hear()
    assert not rings(alarm)


def test_ringing_never_waits(alarm):
    for _ in range(10_000):
        alarm.ring()
    assert rings(alarm)


def test_once_closed_it_rings_no_more(alarm):
    alarm.close()
    alarm.ring()
    alarm.close()
    assert alarm.fileno() == -1
