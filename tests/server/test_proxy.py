"""Proxies that the environment names: what goes to the mock goes past them, and the environment is restored."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import urllib.request

import aiohttp
import httpx
import pytest
import requests
from plugin_support import Inner

from pytest_backendless_mock import BackendlessMock, BackendlessServer
from pytest_backendless_mock.server import proxy

WATCHDOG = 20
"""Seconds after which a client gives up; nothing here is measured by it."""
DEAD = "http://127.0.0.1:9"
"""A proxy that nobody is."""


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """None of the machine's own settings, and an opener of urllib's that reads them anew."""
    monkeypatch.setattr(urllib.request, "_opener", None)
    for name in (*proxy.PROXIES, *proxy.EXEMPTIONS):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def exempt():
    return os.environ.get("no_proxy"), os.environ.get("NO_PROXY")


def with_requests(url):
    return requests.get(url, timeout=WATCHDOG).status_code


def with_httpx(url):
    return httpx.get(url, timeout=WATCHDOG).status_code


def with_urllib(url):
    with urllib.request.urlopen(url, timeout=WATCHDOG) as answer:
        return answer.status


def with_aiohttp(url):
    async def get():
        async with aiohttp.ClientSession(trust_env=True) as session, session.get(url) as answer:
            return answer.status

    return asyncio.run(get())


CLIENTS = {"requests": with_requests, "httpx": with_httpx, "urllib": with_urllib, "aiohttp": with_aiohttp}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("get", CLIENTS.values(), ids=CLIENTS)
def test_a_mock_is_reached_past_a_proxy(environment, get, name, host):
    environment.setenv(name, DEAD)
    with BackendlessServer(host) as server, BackendlessMock(server=server) as mock:
        assert get(f"{mock.url}/info") == 200


@pytest.mark.parametrize(
    ("lower", "upper", "during"),
    [
        (None, None, ("127.0.0.1", "127.0.0.1")),
        ("a.example", None, ("a.example,127.0.0.1", "a.example,127.0.0.1")),
        (None, "b.example", ("b.example,127.0.0.1", "b.example,127.0.0.1")),
        ("a.example", "b.example", ("a.example,127.0.0.1", "b.example,127.0.0.1")),
        ("", "b.example", ("127.0.0.1", "b.example,127.0.0.1")),
        ("x, 127.0.0.1", None, ("x, 127.0.0.1", "x, 127.0.0.1")),
        ("*", None, ("*", None)),
        (None, " * ", (None, " * ")),
    ],
    ids=["none", "lower", "upper", "both", "empty", "there-already", "all", "all-upper"],
)
def test_the_host_is_added_to_what_each_spelling_says_and_taken_away_again(environment, lower, upper, during):
    environment.setenv("HTTP_PROXY", DEAD)
    for name, value in (("no_proxy", lower), ("NO_PROXY", upper)):
        if value is not None:
            environment.setenv(name, value)
    with BackendlessMock() as mock:
        assert exempt() == during
        assert (mock.env.get("no_proxy"), mock.env.get("NO_PROXY")) == during
    assert exempt() == (lower, upper)


def test_without_a_proxy_nothing_is_changed():
    with BackendlessMock() as mock:
        assert exempt() == (None, None)
        assert sorted(mock.env) == [
            "BACKENDLESS_API_KEY",
            "BACKENDLESS_APP_ID",
            "BACKENDLESS_HOST_URL",
            "BACKENDLESS_URL",
        ]


def test_several_mocks_may_end_in_any_order(environment):
    environment.setenv("HTTP_PROXY", DEAD)
    environment.setenv("no_proxy", "a.example")
    with BackendlessServer("localhost") as server:
        first, second, third = BackendlessMock(), BackendlessMock(), BackendlessMock(server=server)
        for mock in (first, second, third):
            mock._session.open()
        assert exempt() == ("a.example,127.0.0.1,localhost",) * 2
        first._session.close()
        assert exempt() == ("a.example,127.0.0.1,localhost",) * 2
        second._session.close()
        assert exempt() == ("a.example,localhost",) * 2
        third._session.close()
    assert exempt() == ("a.example", None)


def test_a_subprocess_with_an_environment_of_its_own_gets_past_the_proxy(environment):
    environment.setenv("HTTP_PROXY", DEAD)
    program = (
        "import os, urllib.request\n"
        "with urllib.request.urlopen(os.environ['BACKENDLESS_URL'] + '/info') as answer: print(answer.status)"
    )
    with BackendlessMock() as mock:
        env = {**mock.env, "HTTP_PROXY": DEAD}
        ran = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout == "200\n"


@pytest.mark.parametrize(("system", "changed"), [({"http": DEAD}, "127.0.0.1"), ({}, None)], ids=["proxy", "none"])
def test_a_proxy_may_be_a_setting_of_the_system(monkeypatch, system, changed):
    monkeypatch.setattr(proxy.sys, "platform", "darwin")
    monkeypatch.setattr(proxy.urllib.request, "getproxies", lambda: system)
    with proxy.bypassed("127.0.0.1"):
        assert exempt() == (changed, changed)
    assert exempt() == (None, None)


def test_the_fixture_restores_the_environment_after_each_test(environment, pytester):
    environment.setenv("HTTP_PROXY", DEAD)
    result = Inner(pytester, environment).run(
        """
        import os, urllib.request

        def test_mocked(backendless_mock):
            assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "127.0.0.1"
            with urllib.request.urlopen(backendless_mock.url + "/info") as answer:
                assert answer.status == 200

        def test_other():
            assert "no_proxy" not in os.environ
            assert "NO_PROXY" not in os.environ
        """
    )
    result.assert_outcomes(passed=2)
    assert json.dumps(exempt()) == "[null, null]"
