"""The timeline: past, now and what is to come, by channel, live, filtered, and each record whole."""

from __future__ import annotations

import pytest
from inspector_support import START
from playwright_support import expect
from realtime_support import Polling

MORNING = 1_894_005_000_000
HOUR = 3_600_000


def rows(page):
    """The lines of the timeline, each in words."""
    return [" ".join(text.split()) for text in page.locator(".rows > li").all_inner_texts()]


def wait_for(page, text):
    page.locator(".rows").get_by_text(text).first.wait_for()


def test_past_now_and_what_is_to_come_are_one_picture(app, show):
    app.publish(
        "reminders", "stand-up", publishAt=MORNING + HOUR // 2, repeatEvery=3600, repeatExpiresAt=MORNING + 3 * HOUR
    )
    app.publish("news", "hello")
    app.advance("1h")

    page = show()

    wait_for(page, "hello")
    assert rows(page) == [
        "2030-01-07",
        "11:00:00 ○ scheduled reminders stand-up #3",
        "10:00:00 ○ scheduled reminders stand-up #2",
        "now 2030-01-07 09:30:00",
        "09:00:00 ● delivered reminders stand-up",
        "08:30:00 ● delivered news hello",
        "08:30:00 ◇ accepted news hello",
        "08:30:00 ◇ accepted reminders stand-up for 2030-01-07 09:00:00 every 1 h until 2030-01-07 11:30:00",
    ]
    lanes = page.get_by_role("region", name="Picture by channel")
    assert lanes.locator("th[scope=row]").all_inner_texts() == ["news", "reminders"]
    assert lanes.locator("th[scope=col]").all_inner_texts() == ["01-07 08:30", "09:00", "now", "10:00", "11:00"]
    marks = [mark.get_attribute("aria-label") for mark in lanes.get_by_role("img").all()]
    assert marks == ["delivered", "accepted", "accepted", "delivered", "scheduled", "scheduled"]


def test_what_happens_is_there_at_once(app, show):
    page = show()
    page.get_by_text("Nothing yet").wait_for()

    app.publish(message="first")
    wait_for(page, "first")
    app.publish(message="second")
    wait_for(page, "second")
    expect(page.get_by_text("4 events")).to_be_visible()


def test_pushes_e_mails_refusals_faults_and_joins_are_told(app, show):
    app.ask("POST", "devices", {"deviceId": "phone", "os": "IOS", "channels": ["orders"]})
    app.publish("orders", "shipped", publishPolicy="BOTH", headers={"ios-alert-title": "Your order"})
    app.send("POST", "messaging/email", {"subject": "Welcome", "bodyparts": {"textmessage": "x"}, "to": ["ann@x.org"]})
    app.publish("news", "too late", publishAt=1000)
    app.ask("POST", "faults", {"kind": "fail", "operation": "publish", "error": 5007, "times": 1})
    app.publish("news", "denied")

    page = show()

    wait_for(page, "Welcome")
    told = rows(page)
    assert "08:30:00 ▲ pushed orders Your order to phone (IOS)" in told
    assert "08:30:00 ✉ e-mailed Welcome to ann@x.org" in told
    assert any(
        row.startswith("08:30:00 ✕ refused news POST …/messaging/news 5030 Invalid publish date") for row in told
    )
    assert any(row.startswith("08:30:00 ↯ fault news POST …/messaging/news fail(") for row in told)


def test_who_joins_in_real_time_is_told(app, show):
    page = show()
    mock = type("Reached", (), {"host_url": app.mock.url, "app_id": app.app_id, "api_key": app.described["apiKey"]})
    client = Polling(mock).begin().listen("news")

    page.locator(".rows").get_by_text("joined").wait_for()
    page.locator(".rows").get_by_text("listening").wait_for()
    client.close()


FILTERS = [
    pytest.param({"channel": "orders"}, ["● delivered orders tea", "◇ accepted orders tea"], id="channel"),
    pytest.param({"kind": "refused"}, ["✕ refused news"], id="kind"),
    pytest.param({"text": "TEA"}, ["● delivered orders tea", "◇ accepted orders tea"], id="text"),
    pytest.param({"channel": "orders", "kind": "accepted", "text": "e"}, ["◇ accepted orders tea"], id="all of them"),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_a_link_names_the_filter(app, show, query, expected):
    app.publish("orders", "tea")
    app.publish("news", "late", publishAt=1000)

    page = show(**query)

    wait_for(page, expected[0].split()[1])
    shown = [row.removeprefix("08:30:00 ") for row in rows(page) if row.startswith("08:30:00")]
    assert [row[: len(start)] for row, start in zip(shown, expected, strict=True)] == expected


def test_the_address_follows_the_filter(app, show):
    app.publish("orders", "tea")
    app.publish("news", "hello")
    page = show()

    page.get_by_label("channel", exact=True).select_option("orders")
    page.wait_for_url("**/timeline?channel=orders")
    page.get_by_label("kind").select_option("delivered")
    page.wait_for_url("**/timeline?channel=orders&kind=delivered")
    page.get_by_label("Text").fill("tea")
    page.wait_for_url("**/timeline?channel=orders&kind=delivered&text=tea")
    assert page.locator(".row").count() == 1
    page.get_by_role("button", name="Clear filter").click()
    page.wait_for_url("**/timeline")
    page.locator(".rows").get_by_text("hello").first.wait_for()


def test_a_click_opens_the_record_with_its_request_and_each_reason(app, show):
    taken = app.send("POST", "messaging/news/subscribe", {"selector": "city = 'Oslo'"})["subscriptionId"]
    missed = app.send("POST", "messaging/news/subscribe", {"selector": "city = 'Bergen'"})["subscriptionId"]
    message_id = app.publish("news", {"rain": True}, headers={"city": "Oslo"})
    app.send("GET", f"messaging/news/{taken}")
    page = show()

    page.get_by_role("button", name="delivered news").click()

    panel = page.get_by_role("complementary", name="delivered")
    expect(panel.get_by_text(message_id, exact=True)).to_be_visible()
    assert panel.get_by_role("group", name="Payload").inner_text() == '{\n  "rain": true\n}'
    got = panel.get_by_role("listitem").filter(has_text=taken)
    got.get_by_text("subscription received it").wait_for()
    panel.get_by_role("listitem").filter(has_text=missed).get_by_text("subscription did not receive it").wait_for()
    expect(panel.get_by_role("group", name="Request body")).to_contain_text('"city": "Oslo"')
    expect(panel.get_by_role("group", name="Answer 200")).to_contain_text(message_id)
    expect(panel.get_by_role("group", name="curl command")).to_contain_text("curl ")


def test_a_refusal_opens_its_request(app, show):
    app.publish("news", "too late", publishAt=1000)
    page = show()

    page.get_by_role("button", name="refused news").click()

    panel = page.get_by_role("complementary", name="refused")
    assert '"message": "too late"' in panel.get_by_role("group", name="Request body").inner_text()
    assert '"code": 5030' in panel.get_by_role("group", name="Answer 400").inner_text()


def test_what_is_to_come_can_be_cancelled(app, show):
    app.publish("news", "tomorrow", publishAt=MORNING + 24 * HOUR)
    page = show()

    page.get_by_role("button", name="scheduled news").click()
    page.get_by_role("button", name="Cancel remaining deliveries").click()

    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()
    page.get_by_role("button", name="cancelled news").wait_for()
    assert app.ask("GET", "scheduled")["items"] == []


def test_only_the_nearest_of_what_is_to_come_are_listed_at_first(app, show):
    app.publish("news", "again", publishAt=MORNING + HOUR, repeatEvery=3600)
    page = show()

    page.get_by_role("button", name="Show 15 more scheduled").click()
    page.locator(".rows").get_by_text("again #20").wait_for()


def test_2000_publishes_in_a_burst_are_all_on_the_page(app, show):
    page = show()
    page.get_by_text("Nothing yet").wait_for()

    for number in range(2_000):
        app.ask("POST", "messages", {"channel": "news", "message": f"message {number}"})

    expect(page.get_by_text("4,000 events")).to_be_visible()
    expect(page.get_by_text("showing 500")).to_be_visible()
    expect(page.get_by_role("button", name="delivered news").get_by_text("message 1999")).to_be_visible()
    assert page.locator(".row").count() == 500


def test_a_page_that_comes_late_begins_with_the_newest(app, show):
    app.publish("news", "the first")
    app.ask("POST", "messages", {"channel": "news", "message": "m", "repeatEvery": 1, "publishAt": START})
    app.advance("20m")

    page = show()

    expect(page.get_by_text("1,204 events")).to_be_visible()
    assert page.locator(".row").filter(has_text="delivered").count() == 500
    assert not page.get_by_text("the first").is_visible()


def test_a_reset_by_somebody_else_empties_the_page(app, show):
    app.publish("news", "before")
    page = show()
    page.locator(".rows").get_by_text("before").first.wait_for()

    app.ask("POST", "reset", {})
    page.get_by_text("Nothing yet").wait_for()
    app.publish("news", "after")

    page.locator(".rows").get_by_text("after").first.wait_for()
    expect(page.get_by_text("2 events")).to_be_visible()
