"""For everybody, and safe: keys alone, screen readers, two themes, a phone; and messages that would run something."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from interop_support import do_without
from playwright_support import expect

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
MORNING = 1_894_005_000_000
VIEWS = [
    "timeline",
    "timeline?open=event-1",
    "requests",
    "requests?open=request-1",
    "outbox",
    "outbox?open=sent-1",
    "publish",
    "channels",
    "subscriptions",
    "listeners",
    "devices",
    "users",
    "faults",
    "application",
]
EVIL = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>\"'`${1}"


def fill(app, text="tea"):
    """Something of everything, in which the text is wherever a client can say what it likes."""
    channel = text.replace("/", "")
    app.ask("POST", "devices", {"deviceId": text, "os": "IOS", "channels": ["orders", channel]})
    app.ask("POST", "users", {"login": text, "password": "x", "properties": {"name": text}})
    app.ask("POST", "faults", {"kind": "fail", "operation": "publish", "error": 5007, "message": text, "channel": "x"})
    app.ask("POST", "subscriptions", {"channel": channel, "selector": "city = 'Oslo'"})
    app.ask("POST", "messages", {"channel": channel, "message": text, "headers": {"city": text, text: text}})
    app.publish(
        "orders", text, publishPolicy="BOTH", headers={"ios-alert-title": text, "ios-badge": text}, subtopic=text
    )
    app.publish("orders", {"text": text}, publishAt=MORNING + 3_600_000, repeatEvery=60, publisherId=text)
    app.publish("orders", text, publishAt=1000)
    bodies = {"textmessage": text, "htmlmessage": f"<h1>{text}</h1>"}
    app.send("POST", "messaging/email", {"subject": text, "bodyparts": bodies, "to": ["ann@example.org"]})
    app.send("GET", "mesaging/orders?x=%3Cscript%3E", **{"X-Note": text.replace("\n", "")})


@pytest.fixture(scope="session")
def axe():
    return AXE.read_text("utf-8") if AXE.exists() else do_without("axe-core is not there; `make interop` installs it")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_view(app, window, axe, theme):
    empty = app.mock.make(f"nothing {theme}")
    fill(app)
    # Only what its makers call by evaluation runs past the page's policy, and Playwright's evaluation does.
    page = window(color_scheme=theme, reduced_motion="reduce").open(app.page())
    found = []
    for which in (app, empty):
        for view in VIEWS:
            page.goto(which.page(view))
            page.locator("h1").wait_for(state="attached")
            expect(page.locator(".state")).to_have_text("live")
            page.evaluate(axe)
            result = json.loads(page.evaluate("axe.run().then((result) => JSON.stringify(result.violations))"))
            found += [(view, each["id"], [node["html"] for node in each["nodes"]]) for each in result]
    empty.ask("DELETE", "")
    assert found == []


def test_what_messages_say_runs_nothing(app, window):
    fill(app, EVIL)
    opened = window()
    page = opened.open(app.page())
    for view in VIEWS:
        page.goto(app.page(view))
        expect(page.locator(".state")).to_have_text("live")
        expect(page.locator("main")).not_to_be_empty()
    page.goto(app.page("timeline", channel=EVIL.replace("/", ""), text=EVIL, open=EVIL))
    expect(page.locator(".row").first).to_contain_text("<img src=x")
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img, main script").count() == 0


def test_the_policy_lets_no_line_of_script_or_style_in(app, window):
    opened = window()
    response = opened.context.new_page().goto(app.page())
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy

    page = opened.open(app.page())
    page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'window.hacked = 1';
        document.body.append(script);
    }""")
    assert page.evaluate("window.hacked") is None
    assert opened.errors.pop().startswith("Executing inline script violates")


def test_keys_alone_walk_the_list_and_open_what_is_there(app, show):
    app.publish("news", "hello")
    page = show()
    rows = page.locator(".row")
    expect(rows).to_have_count(2)

    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Home")
    expect(rows.first).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="accepted")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Text")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.get_by_label("Text")).to_have_value("a/b")


def test_the_first_key_leads_to_the_content(app, show):
    page = show()
    page.get_by_role("region", name="Clock").wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_list_is_one_stop_of_the_tab_key(app, show):
    app.publish("news", "hello")
    page = show()
    expect(page.locator(".row[tabindex='0']")).to_have_count(1)
    expect(page.locator(".row[tabindex='-1']")).to_have_count(1)


@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_has_nothing_beyond_its_edge(app, window, view):
    fill(app)
    page = window(viewport={"width": 360, "height": 740}).open(app.page(view))
    expect(page.locator(".state")).to_have_text("live")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_nothing_moves_where_the_system_asks_for_that(app, window):
    page = window(reduced_motion="reduce").open(app.page())
    page.get_by_role("button", name="Freeze").first.wait_for()
    durations = "[...document.querySelectorAll('*')].map((each) => getComputedStyle(each).transitionDuration)"
    assert set(page.evaluate(durations)) == {"0s"}
