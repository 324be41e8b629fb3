"""The outbox: what each device would have shown, with the headers that made it, and e-mails in a frame of their own."""

from __future__ import annotations

import pytest
from playwright_support import expect

HEADERS = {
    "ios-alert-title": "Your order",
    "ios-alert-subtitle": "4711",
    "ios-alert": "It is on its way",
    "ios-badge": "3",
    "ios-sound": "ping.caf",
    "android-content-title": "Order",
    "android-content-text": "On its way",
}
MAIL = {
    "subject": "Welcome",
    "bodyparts": {"textmessage": "Hello Ann", "htmlmessage": "<h1>Hello Ann</h1><script>parent.hacked = 1</script>"},
    "to": ["ann@example.org"],
}


@pytest.fixture
def pushed(app):
    app.ask("POST", "devices", {"deviceId": "ann's phone", "os": "IOS", "channels": ["orders"]})
    app.ask("POST", "devices", {"deviceId": "tablet", "os": "ANDROID", "channels": ["orders"]})
    app.publish("orders", "shipped", publishPolicy="BOTH", headers=HEADERS)
    return app


def test_pushes_are_shown_by_device(pushed, show):
    page = show("outbox")

    phone = page.get_by_role("region", name="To ann's phone")
    for text in ("IOS", "Your order", "4711", "It is on its way", "badge 3", "ping.caf"):
        expect(phone).to_contain_text(text)
    expect(page.get_by_role("region", name="To tablet")).to_contain_text("On its way")


def test_a_push_opens_with_the_headers_that_made_it(pushed, show):
    page = show("outbox")

    page.get_by_role("region", name="To ann's phone").get_by_role("button").click()

    panel = page.get_by_role("complementary", name="push to ann's phone")
    for name, value in HEADERS.items():
        expect(panel.locator("dl > div").filter(has_text=name).filter(has_text=value).first).to_be_visible()
    expect(panel).to_contain_text("shipped")


def test_an_e_mail_is_shown_in_a_frame_that_runs_nothing(app, window):
    app.send("POST", "messaging/email", MAIL)
    opened = window()
    page = opened.open(app.page("outbox"))

    page.get_by_role("button", name="Welcome").click()

    frame = page.get_by_title("E-mail: Welcome")
    expect(frame).to_have_attribute("sandbox", "")
    expect(frame.content_frame.get_by_role("heading", name="Hello Ann")).to_be_visible()
    expect(page.get_by_role("complementary")).to_contain_text("ann@example.org")
    assert page.evaluate("window.hacked") is None
    assert opened.errors.pop().startswith("Blocked script execution")


def test_an_e_mail_without_html_is_its_text(app, show):
    app.send("POST", "messaging/email", {**MAIL, "bodyparts": {"textmessage": "Hello Ann"}})
    page = show("outbox")

    page.get_by_role("button", name="Welcome").click()

    expect(page.get_by_role("complementary").get_by_role("group", name="Text")).to_have_text("Hello Ann")
    expect(page.locator("iframe")).to_have_count(0)


def test_the_outbox_is_filtered(pushed, show):
    page = show("outbox", text="tablet")
    expect(page.locator(".piece")).to_have_count(1)
