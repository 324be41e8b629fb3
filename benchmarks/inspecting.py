"""The inspector's page in a browser: how long after a burst all of it is there. Without Playwright: no row."""

from __future__ import annotations

import importlib.util
import json
import shutil
import statistics
from collections.abc import Iterator
from http.client import HTTPConnection
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_backendless_mock.control.standalone import Standalone
from pytest_backendless_mock.inspector import door

from .harness import NONE, Row, at_most, milliseconds

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PUBLISHES = 2_000
ROUNDS = 3
SHOWN = "(texts) => texts.every((text) => document.getElementById('main').textContent.includes(text))"
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-proxy-server", "--disable-background-networking")


def rows() -> Iterator[Row]:
    """A page is open while 2,000 messages are published, one by one: when does it count all and show the last."""
    chromium = shutil.which("chromium")
    if chromium is None or importlib.util.find_spec("playwright") is None:
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the group browser, which not everybody has

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        seconds = statistics.median(_burst(browser) for _ in range(ROUNDS))
        browser.close()
    yield Row(
        f"from the last answer of {PUBLISHES:,} publishes until all are on the inspector's page",
        milliseconds(seconds),
        NONE,
        None,
        at_most(seconds, 1, " s"),
    )


def _burst(browser: Browser) -> float:
    """Seconds from the last answer until the page says so."""
    mock = Standalone(port=0, doors=(door.mount,))
    mock.start()
    try:
        page = browser.new_page()
        page.goto(door.address(mock.url))
        page.wait_for_function(SHOWN, arg=["Nothing yet"])
        _publish(f"{mock.describe()['url']}/messaging/news")
        start = perf_counter()
        texts = [f"{2 * PUBLISHES:,} events", f"message {PUBLISHES - 1}"]
        page.wait_for_function(SHOWN, arg=texts, polling="raf")
        seconds = perf_counter() - start
        page.close()
    finally:
        mock.stop()
    return seconds


def _publish(url: str) -> None:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port)
    for number in range(PUBLISHES):
        body = json.dumps({"message": f"message {number}"})
        connection.request("POST", parts.path, body, {"Content-Type": "application/json"})
        connection.getresponse().read()
    connection.close()
