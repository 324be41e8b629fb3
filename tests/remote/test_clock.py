"""The clock from afar: it stands and runs by itself, whatever the process's does."""

from __future__ import annotations

import datetime as dt

import pytest

from pytest_backendless_mock.remote.mock import RemoteMock

NOW = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)


def test_the_process_s_time_goes_on(mock):
    assert mock.clock.now() == NOW
    assert dt.datetime.now(dt.timezone.utc) < NOW


def test_it_stands_for_a_block(open_session):
    mock = RemoteMock(open_session(freeze=None))
    with mock.clock.freeze("2031-01-01") as clock:
        assert clock is mock.clock
        assert clock.now() == dt.datetime(2031, 1, 1, tzinfo=dt.timezone.utc)
        mock.publish("hi")
        with pytest.raises(RuntimeError, match="the clock stands already"):
            clock.freeze()
        with pytest.raises(RuntimeError, match="the clock stands already, at 2031-01-01"):
            clock.freeze("2032-01-01")
    assert mock.clock.now() > dt.datetime(2031, 1, 1, tzinfo=dt.timezone.utc)
    with pytest.raises(ValueError, match="that has passed by this clock"):
        mock.clock.freeze("2030-01-01")
    mock.clock.freeze()
    assert mock.clock.now() == mock.clock.now()


def test_steps_let_a_clock_run_again_that_ran(open_session):
    mock = RemoteMock(open_session(freeze=None))
    mock.publish("hi", publish_at=dt.timedelta(hours=1))
    assert [each.data for each in mock.clock.steps(hours=2)] == ["hi"]
    assert mock.clock.now() != mock.clock.now()


def test_a_reset_keeps_a_running_clock_running(open_session):
    mock = RemoteMock(open_session(freeze=None))
    mock.clock.advance(days=1)
    mock.reset()
    assert mock.clock.now() - dt.datetime.now(dt.timezone.utc) > dt.timedelta(hours=23)
    assert mock.clock.now() != mock.clock.now()


def test_printed_they_say_whose_they_are(mock):
    assert repr(mock.clock) == f"<RemoteClock of {mock.url}>"
    assert repr(mock) == f"<RemoteMock {mock.url}>"
    assert repr(mock.channel("news")) == "<RemoteChannel 'news'>"
    subscription = mock.subscribe("news")
    assert repr(subscription) == f"<RemoteSubscription {subscription.id} of channel 'news'>"
    assert repr(mock.timeline) == "<RemoteTimeline 0 events, happened and to come>"
