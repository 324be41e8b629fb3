"""A mock of its own process and a browser for all these tests; an application and a context of the browser for each."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from inspector_support import MockProcess


@pytest.fixture(scope="session")
def mock():
    process = MockProcess()
    yield process
    process.close()


@pytest.fixture
def app(mock, request):
    made = mock.make(request.node.name)
    yield made
    made.ask("DELETE", "")


class Window:
    """Pages in a browser that is new to the mock; what went wrong on them is noted."""

    def __init__(self, browser, **options):
        from playwright_support import PATIENCE

        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.context.set_default_timeout(PATIENCE)
        self.hosts = set()
        self.errors = []
        self.context.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("console", self._note)

    def _note(self, message):
        # A refusal by the mock is part of what is tested, and so is a server that is gone.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)

    def open(self, url):
        page = self.context.new_page()
        page.goto(url)
        return page


@pytest.fixture
def window(browser):
    """``window(color_scheme="dark")``; after the test no script failed, no policy was broken and nobody else asked."""
    windows = []

    def opened(**options):
        windows.append(Window(browser, **options))
        return windows[-1]

    yield opened
    for each in windows:
        each.context.close()
        assert each.errors == []
        assert all(re.match(r"127\.0\.0\.1:\d+$", host) for host in each.hosts), each.hosts


@pytest.fixture
def show(window, app):
    """``show("requests", text="5007")`` opens a view of the application, in a window of its own."""
    return lambda view="timeline", **query: window().open(app.page(view, **query))
