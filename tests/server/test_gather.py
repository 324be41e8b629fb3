"""Requests made at the same time: their delays overlap. (Those of one after the other add up: test_faults.py.)"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import httpx
import pytest
import requests

from pytest_backendless_mock import BackendlessServer
from pytest_backendless_mock.server import listener as listener_module

TOGETHER = 8
HI = {"message": "hi"}
WATCHDOG = 20


async def with_httpx(url):
    async with httpx.AsyncClient(timeout=WATCHDOG) as client:
        await asyncio.gather(*[client.post(url, json=HI) for _ in range(TOGETHER)])


async def with_aiohttp(url):
    async with aiohttp.ClientSession() as session:

        async def publish():
            async with session.post(url, json=HI) as answer:
                await answer.read()

        await asyncio.gather(*[publish() for _ in range(TOGETHER)])


def in_threads(url):
    with ThreadPoolExecutor(TOGETHER) as pool:
        list(pool.map(lambda _: requests.post(url, json=HI, timeout=WATCHDOG), range(TOGETHER)))


CLIENTS = {
    "httpx": lambda url: asyncio.run(with_httpx(url)),
    "aiohttp": lambda url: asyncio.run(with_aiohttp(url)),
    "threads": in_threads,
}


@pytest.fixture(autouse=True)
def long_lull(monkeypatch):
    """A machine with more to do than this test may take its time between two requests."""
    monkeypatch.setattr(listener_module, "LULL", 0.25)


@pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
@pytest.mark.parametrize("client", CLIENTS)
def test_delays_of_requests_at_the_same_time_overlap(backendless_mock, client):
    backendless_mock.faults.delay("publish", 10)

    CLIENTS[client](f"{backendless_mock.url}/messaging/news")

    backendless_mock.channel("news").assert_delivered("hi", times=TOGETHER, at="2030-01-07 08:30:10")


def test_somebody_who_never_stops_asking_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(listener_module, "LULL", 0)
    server = BackendlessServer()
    server.start()
    try:
        listener = server.server
        asked = []

        class Asking:
            """A number that is another each time somebody looks."""

            def __get__(self, *_):
                asked.append(1)
                return len(asked)

        monkeypatch.setattr(listener_module.Listener, "heard", Asking(), raising=False)
        del listener.__dict__["heard"]
        listener.gather()
        assert len(asked) == 2 * listener_module.MOST_LULLS
    finally:
        server.stop()
