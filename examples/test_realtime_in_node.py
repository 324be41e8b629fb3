"""An application in Node that listens with the JavaScript SDK: it hears tomorrow's reminder in the next line.

It needs node, and the package `backendless` where node finds it: installed in a folder above, or in NODE_PATH.
"""

import os
import shutil
import subprocess
import threading
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

APP = Path(__file__).parent / "realtime" / "reminders.cjs"
NODE = shutil.which("node")


def has_sdk():
    """Whether node finds the SDK from where the application is."""
    search = [NODE, "-e", "require.resolve('backendless', {paths: [process.argv[1]]})", str(APP.parent)]
    return NODE is not None and subprocess.run(search, stderr=subprocess.DEVNULL, check=False).returncode == 0


pytestmark = [
    pytest.mark.skipif(not has_sdk(), reason="node does not find the package `backendless`"),
    pytest.mark.backendless_mock(freeze="2030-01-07 09:00"),
]


@pytest.fixture
def start_app(backendless_mock):
    """Starts the application, in a process of its own; it finds the mock by variables of its environment."""
    with ExitStack() as processes:

        def started():
            process = subprocess.Popen(
                [NODE, APP], env={**os.environ, **backendless_mock.env}, stdout=subprocess.PIPE, encoding="utf-8"
            )
            processes.enter_context(process)
            processes.callback(process.kill)
            watchdog = threading.Timer(30, process.kill)  # a line that never comes must not hang the run
            watchdog.start()
            processes.callback(watchdog.cancel)
            return process.stdout

        yield started


def test_the_app_shows_tomorrow_s_reminder(backendless_mock, start_app):
    lines = start_app()
    reminders = backendless_mock.channel("reminders")
    # What was published before it listens it never hears, so wait for it.
    backendless_mock.wait_until(lambda: reminders.listeners, timeout=30)

    for team, text in (("blue", "stand-up"), ("red", "retro")):
        backendless_mock.publish(text, channel="reminders", headers={"team": team}, publish_at=timedelta(days=1))
    backendless_mock.clock.advance(days=1)

    assert lines.readline() == "2030-01-08T09:00:00.000Z retro\n"
    reminders.assert_retrieved("retro", times=1)
    reminders.assert_retrieved("stand-up", times=0)


def test_the_app_hears_on_after_an_outage(backendless_mock, start_app):
    lines = start_app()
    reminders = backendless_mock.channel("reminders")
    backendless_mock.wait_until(lambda: reminders.listeners, timeout=30)

    with backendless_mock.offline():
        backendless_mock.publish("missed", channel="reminders", headers={"team": "red"})
    backendless_mock.wait_until(lambda: reminders.listeners, timeout=30)
    backendless_mock.publish("heard", channel="reminders", headers={"team": "red"})

    assert lines.readline() == "2030-01-07T09:00:00.000Z heard\n"


def test_the_app_says_that_it_may_not_listen(backendless_mock, start_app):
    backendless_mock.deny("subscribe", channel="reminders")

    assert start_app().readline() == "not allowed: User has no permission to subscribe\n"
