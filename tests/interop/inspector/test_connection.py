"""The page and its server: gone and there again, out of sight, behind a proxy, with a token."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import os
import threading

import pytest
from inspector_support import App, MockProcess
from playwright_support import expect


@pytest.fixture
def start():
    """``start()`` is a mock of the test's own."""
    processes = []

    def started(*flags, **options):
        processes.append(MockProcess(*flags, **options))
        return processes[-1]

    yield started
    for each in processes:
        each.close()


def default(mock):
    return App(mock, {**mock.described, "appId": "default"})


def test_a_page_goes_on_when_its_server_is_there_again(start, window):
    first = start()
    for text in ("one", "two", "three"):
        default(first).publish("news", text)
    page = window().open(default(first).page())
    expect(page.locator(".row").first).to_contain_text("three")

    first.close()
    expect(page.get_by_role("alert")).to_contain_text("The mock does not answer")
    expect(page.locator(".row")).to_have_count(6)

    second = start(port=first.port)
    default(second).publish("news", "of the new one")
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator(".row").first).to_contain_text("of the new one")
    expect(page.get_by_role("alert")).to_be_empty()
    default(second).publish("news", "live again")
    expect(page.locator(".row").first).to_contain_text("live again")


def test_a_new_server_with_more_events_is_not_taken_for_the_old_one(start, window):
    first = start()
    default(first).publish("news", "old")
    page = window().open(default(first).page())
    expect(page.locator(".row")).to_have_count(2)
    page.evaluate("() => { window.before = 'the same page'; }")

    first.close()
    second = start(port=first.port)
    for number in range(5):
        default(second).publish("news", f"new {number}")

    expect(page.locator(".row")).to_have_count(10)
    expect(page.locator(".rows")).not_to_contain_text("old")
    assert page.evaluate("window.before") == "the same page"


def streams(page):
    """How many streams the page opened, and how many it closed: counted by what the page's own class is."""
    return page.evaluate("window.streams")


COUNTING = """
window.streams = [0, 0];
window.EventSource = class extends EventSource {
  constructor(url) { super(url); window.streams[0] += 1; }
  close() { if (this.readyState !== 2) window.streams[1] += 1; super.close(); }
};
let isHidden = false;
Object.defineProperty(document, 'hidden', { get: () => isHidden });
window.hide = (hidden) => { isHidden = hidden; document.dispatchEvent(new Event('visibilitychange')); };
"""


def test_a_page_out_of_sight_holds_no_stream(app, window):
    opened = window()
    opened.context.add_init_script(COUNTING)
    page = opened.open(app.page())
    app.publish("news", "seen")
    expect(page.locator(".row")).to_have_count(2)
    assert streams(page) == [1, 0]
    page.locator(".row").last.focus()

    page.evaluate("window.hide(true)")
    assert streams(page) == [1, 1]
    app.publish("news", "unseen")
    page.wait_for_timeout(1500)
    expect(page.locator(".row")).to_have_count(2)

    page.evaluate("window.hide(false)")
    expect(page.locator(".row")).to_have_count(4)
    assert streams(page) == [2, 1]
    expect(page.locator(".row").last).to_be_focused()  # what was there stayed there


def test_seven_pages_of_one_browser_work_side_by_side(app, window):
    opened = window()
    opened.context.add_init_script(COUNTING)
    pages = []
    for number in range(7):
        for page in pages:
            page.evaluate("window.hide(true)")
        pages.append(opened.open(app.page()))
        expect(pages[-1].get_by_role("region", name="Clock")).to_be_visible()
        app.publish("news", f"message {number}")
        expect(pages[-1].locator(".row").first).to_contain_text(f"message {number}")


def test_a_server_with_a_token_says_where_the_address_with_it_is(start, window):
    mock = start(**{**os.environ, "BACKENDLESS_MOCK_TOKEN": "opensesame"})
    opened = window()
    page = opened.open(default(mock).page())
    expect(page.get_by_role("alert")).to_contain_text("?token=")

    page = opened.open(f"{mock.url}/__mock__/ui/?token=opensesame")
    expect(page.get_by_role("region", name="Clock")).to_be_visible()
    assert "opensesame" not in page.url
    expect(page.locator(".state")).to_have_text("live")


class Proxy(http.server.BaseHTTPRequestHandler):
    """A server that has the mock below a path of its own, and hands on what comes as it comes."""

    mock = None

    def do_GET(self):
        length = int(self.headers.get("Content-Length", 0))
        connection = http.client.HTTPConnection("127.0.0.1", self.mock.port)
        headers = {**dict(self.headers), "Host": f"127.0.0.1:{self.server.server_port}"}
        connection.request(self.command, self.path.removeprefix("/mock"), self.rfile.read(length), headers)
        with contextlib.closing(connection), connection.getresponse() as answer, contextlib.suppress(OSError):
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                self.send_header(name, value)
            self.end_headers()
            while part := answer.read1():
                self.wfile.write(part)

    def do_POST(self):
        self.do_GET()

    def log_message(self, *args):
        pass


@pytest.fixture
def proxy(mock):
    handler = type("ProxyOfTheMock", (Proxy,), {"mock": mock})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/mock"
        server.shutdown()
        serving.join()


def test_the_page_works_behind_a_proxy_that_puts_a_path_before_it(app, proxy, window):
    page = window().open(app.page().replace(app.mock.url, proxy))
    page.get_by_text("Nothing yet").wait_for()

    app.publish("news", "hello")
    expect(page.locator(".row").first).to_contain_text("hello")
    page.get_by_role("button", name="+1 h").click()
    expect(page.get_by_role("time").first).to_contain_text("09:30:00")
