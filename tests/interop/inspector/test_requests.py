"""The requests: what came, what it was answered, and what to do about one that the service does not have."""

from __future__ import annotations

import subprocess

from playwright_support import expect


def block(page, name):
    return page.get_by_role("complementary").get_by_role("group", name=name)


def test_requests_are_listed_with_their_answers_the_latest_first(app, show):
    app.publish("news", "hello")
    app.publish("news", "late", publishAt=1000)
    app.send("GET", "mesaging/news")

    page = show("requests")

    expect(page.locator(".row")).to_have_text(
        [
            "08:30:00? 404unknownGET …/mesaging/news",
            '08:30:00✕ 400 · 5030publishPOST …/messaging/news {"message":"late","publishAt":1000}',
            '08:30:00✓ 200publishPOST …/messaging/news {"message":"hello"}',
        ]
    )
    expect(page.get_by_text("3 requests 1 unknown to the service")).to_be_visible()
    expect(page.get_by_role("navigation")).to_contain_text("Requests 1 unknown")


def test_a_request_opens_with_body_answer_and_curl(app, show):
    message_id = app.publish("news", {"rain": True})
    page = show("requests")

    page.locator(".row").click()

    expect(block(page, "Request body")).to_have_text('{\n  "message": {\n    "rain": true\n  }\n}')
    expect(block(page, "Answer 200")).to_contain_text(f'"messageId": "{message_id}"')
    expect(block(page, "curl command")).to_contain_text(f"{app.url}/messaging/news")
    page.get_by_role("complementary").get_by_text("Request headers").wait_for()
    assert "request-1" in page.url


def test_an_unknown_request_names_the_nearest_route(app, show):
    app.send("GET", "mesaging/news")
    page = show("requests")

    page.locator(".row").click()

    expect(page.get_by_role("complementary")).to_contain_text("GET …/messaging/")


def test_an_unknown_request_comes_with_the_stub_to_paste(app, show):
    app.send("GET", "data/Customers?pageSize=10")
    page = show("requests")

    page.locator(".row").click()

    stub = block(page, "Stub to answer it")
    expect(stub).to_contain_text("/data/Customers")
    subprocess.run(["sh", "-c", stub.inner_text()], check=True, timeout=30, capture_output=True)
    assert app.send("GET", "data/Customers?pageSize=10") == []


def test_requests_are_filtered(app, show):
    app.publish("news", "hello")
    app.publish("news", "late", publishAt=1000)
    app.send("GET", "mesaging/news")
    page = show("requests", kind="refused")

    expect(page.locator(".row")).to_have_count(1)
    page.get_by_label("kind").select_option("")
    page.get_by_label("Text").fill("mesaging")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row")).to_contain_text("mesaging")


def test_what_comes_while_the_page_is_open_is_listed(app, show):
    page = show("requests")
    page.get_by_text("Nothing yet").wait_for()

    app.send("GET", "data/Customers")  # no event tells of this one

    expect(page.locator(".row")).to_contain_text("GET …/data/Customers")


def test_what_is_shown_of_all_is_counted(app, show):
    app.publish("news", "hello")
    app.publish("news", "late", publishAt=1000)

    page = show("requests", kind="refused")

    expect(page.get_by_text("2 requests, showing 1")).to_be_visible()


def test_a_body_with_escaped_letters_is_laid_out_and_can_be_read(app, show):
    app.publish("news", "שלום")  # which Python's json writes as \u05e9…
    page = show("requests", open="request-1")
    expect(block(page, "Request body")).to_have_text('{\n  "message": "שלום"\n}')


def test_a_body_that_the_browser_would_change_is_shown_as_it_came(app, show):
    app.publish("news", "hello", number=12345678901234567890)
    page = show("requests", open="request-1")
    expect(block(page, "Request body")).to_have_text('{"message": "hello", "number": 12345678901234567890}')
