"""What freezegun and time-machine do to a process: each hazard in one of its own, which is killed if it hangs.

The suite runs on the newest releases of both, and on the oldest that are allowed (``tox -e lowest``). Releases differ:
time-machine up to 2.19 stops ``time.monotonic``, under every name, and freezegun replaces it in every module.
"""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import textwrap

import pytest
from plugin_support import CLIENT

LIMIT = 30
"""Real seconds. A script takes one or two; one that hangs fails by this."""

HOLDERS = {
    "freezegun": "freezegun.freeze_time('2030-01-07 08:30')",
    "time-machine": "time_machine.travel('2030-01-07 08:30Z', tick=False)",
    "freeze": "mock.clock.freeze('2030-01-07 08:30')",
}
"""Whoever holds the time of the process, and has it stand still."""

PREPARED = f"""
import asyncio, datetime as dt, subprocess, sys, threading, time
import freezegun, time_machine
from pytest_backendless_mock import BackendlessMock, BackendlessServer

{CLIENT}
"""

UNDER_EVERY_HOLDER = {
    "waiting-in-vain-ends": (
        """
        with BackendlessMock() as mock, {holder}:
            try:
                mock.wait_until(lambda: False, timeout=0.3)
            except AssertionError as error:
                print(str(error).partition(" for ")[0])
        """,
        "waited 0.3 s in vain",
    ),
    "what-another-thread-does-is-waited-for": (
        """
        with BackendlessMock() as mock, {holder}:
            thread = threading.Thread(target=call, args=(mock.url + "/messaging/news", "POST", {{"message": "hi"}}))
            thread.start()
            mock.wait_until(lambda: mock.channel("news").deliveries.data == ["hi"], timeout=20)
            thread.join()
            print(mock.messages.data)
        """,
        "['hi']",
    ),
    "connections-are-refused-and-taken-again": (
        """
        with BackendlessMock() as mock, {holder}:
            with mock.offline():
                try:
                    call(mock.url + "/info")
                except OSError as error:
                    print(type(error.reason).__name__)
            print(call(mock.url + "/info")[0])
        """,
        "ConnectionRefusedError\n200",
    ),
    "an-answer-that-never-comes-is-given-up-by-the-client": (
        """
        with BackendlessMock() as mock, {holder}:
            mock.faults.hang("publish")
            try:
                urllib.request.urlopen(urllib.request.Request(
                    mock.url + "/messaging/news", b'{{"message": "hi"}}', {{"Content-Type": "application/json"}}
                ), timeout=0.2)
            except OSError as error:
                print(type(error).__name__)
        """,
        "TimeoutError",
    ),
    "requests-made-at-the-same-time-are-late-together": (
        """
        with BackendlessMock() as mock, {holder}:
            mock.faults.delay("publish", seconds=5, times=3)
            threads = [
                threading.Thread(target=call, args=(mock.url + "/messaging/news", "POST", {{"message": n}}))
                for n in range(3)
            ]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            print(sorted(mock.channel("news").deliveries.data))
        """,
        "[0, 1, 2]",
    ),
    "a-thread-computes-its-date-and-is-answered-by-the-same-clock": (
        """
        def publish():
            date = dt.datetime.now(dt.timezone.utc) + dt.timedelta(minutes=5)
            call(mock.url + "/messaging/news", "POST", {{"message": "hi", "publishAt": date.timestamp() * 1000}})

        with BackendlessMock() as mock, {holder}:
            thread = threading.Thread(target=publish)
            thread.start()
            thread.join()
            print(mock.clock.advance(minutes=6).data)
        """,
        "['hi']",
    ),
    "a-delivery-is-advanced-to-with-a-listener-over-http": (
        """
        with BackendlessMock() as mock, {holder}:
            mock.on("delivered", lambda delivery: delivery.data == "hi" and call(
                mock.url + "/messaging/echo", "POST", {{"message": "echo"}}))
            mock.publish("hi", channel="news", publish_at=dt.timedelta(minutes=5))
            print(mock.clock.advance(minutes=6).data)
        """,
        "['hi', 'echo']",
    ),
}
"""Hazard -> script, and what it prints."""

AROUND_A_MOCK = {
    "a-mock-begins-and-ends": (
        """
        with {holder}:
            with BackendlessMock() as mock:
                print(call(mock.url + "/messaging/news", "POST", {{"message": "hi"}})[0])
        """,
        "200",
    ),
    "the-package-is-imported": (
        """
        for name in [name for name in sys.modules if name.startswith("pytest_backendless_mock")]:
            del sys.modules[name]
        with {holder}:
            from pytest_backendless_mock import BackendlessMock
            with BackendlessMock() as mock:
                print(mock.clock.now().date(), mock.publish("hi").message_id.startswith("message:"))
                try:
                    mock.wait_until(lambda: False, timeout=0.1)
                except AssertionError:
                    pass
        """,
        "2030-01-07 True",
    ),
}
"""The same of the users' own ways, which may begin before the mock."""

OF_ONE = {
    "a-coroutine-sleeps-and-asks": (
        """
        import httpx

        async def ask():
            await asyncio.sleep(0.01)
            async with httpx.AsyncClient(base_url=mock.url, trust_env=False, timeout=20) as client:
                return (await client.get("/info")).status_code

        with BackendlessMock(freeze="2030-01-07 08:30") as mock:
            print(asyncio.run(ask()))
        """,
        "200",
    ),
    "freezes-come-and-go-while-threads-ask": (
        """
        failures, over = [], threading.Event()

        def ask(mock):
            while not over.is_set():
                try:
                    mock.clock.now(), mock.messages
                except BaseException as error:
                    failures.append(repr(error))

        sys.setswitchinterval(1e-6)
        with BackendlessMock() as mock:
            threads = [threading.Thread(target=ask, args=(mock,)) for _ in range(3)]
            for thread in threads: thread.start()
            for _ in range(20):
                with mock.clock.freeze(): pass
                with freezegun.freeze_time("2030-01-07", tick=True): pass
                with time_machine.travel(0): pass
            over.set()
            for thread in threads: thread.join()
        print(failures[:1])
        """,
        "[]",
    ),
    "time-machine-refuses-inside-a-freeze-which-goes-on": (
        """
        with BackendlessMock(freeze="2030-01-07 08:30") as mock:
            try:
                time_machine.travel(0).start()
            except RuntimeError as error:
                print("refused")
            print(mock.clock.now())
        """,
        "refused\n2030-01-07 08:30:00+00:00",
    ),
    "time-machine-is-not-there-or-half-imported": (
        """
        from pytest_backendless_mock.runtime.wall_clock import WallClock

        del sys.modules["time_machine"]
        for _ in range(2):
            with BackendlessMock(freeze="2030-01-07 08:30") as mock:
                print(mock.clock.now().year)
            print(WallClock().is_led())
            sys.modules["time_machine"] = object()
        """,
        "2030\nFalse\n2030\nFalse",
    ),
    "a-freeze-inside-a-journey-of-time-machine-is-refused-and-nothing-stays": (
        """
        with BackendlessMock() as mock, time_machine.travel("2030-01-07 08:30Z", tick=False):
            try:
                mock.clock.freeze()
            except RuntimeError as error:
                print(str(error)[:40])
        with BackendlessMock(freeze="2031-01-01") as mock:
            print(mock.clock.now())
        print(dt.datetime.now() < dt.datetime(2030, 1, 1), freezegun.api.freeze_factories)
        """,
        "time is already frozen by time-machine; \n2031-01-01 00:00:00+00:00\nTrue []",
    ),
}
"""The same, of one of the two libraries or of both together."""

TIME_MACHINE = int(importlib.metadata.version("time-machine").partition(".")[0])


def crossed(hazards, holders):
    return {
        f"{hazard}-{holder}": (script.format(holder=HOLDERS[holder]), expected)
        for hazard, (script, expected) in hazards.items()
        for holder in holders
    }


CASES = crossed(UNDER_EVERY_HOLDER, HOLDERS) | crossed(AROUND_A_MOCK, ["freezegun", "time-machine"]) | OF_ONE


@pytest.mark.parametrize(("script", "expected"), CASES.values(), ids=list(CASES))
def test_is_survived(script, expected):
    if "time_machine.travel(0).start()" in script and TIME_MACHINE < 3:
        pytest.skip("time-machine refuses since 3.0; to 2.18 the interpreter crashes, with or without a mock")
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PREPARED + textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert (run.stdout.strip(), run.returncode) == (expected.strip(), 0), run.stderr
