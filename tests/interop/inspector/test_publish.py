"""Publishing by hand: with headers and a schedule; and whether a selector would take it."""

from __future__ import annotations

import pytest
from playwright_support import expect


@pytest.fixture
def page(show):
    return show("publish")


def publish(page):
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("Published: message:")


def test_a_message_is_published_with_headers(app, page):
    page.get_by_label("Message", exact=True).fill("rain")
    page.get_by_role("textbox", name="Headers, one per line").fill("city: Oslo\nnote: a: b\n")
    page.get_by_role("textbox", name="Channel").fill("weather")
    publish(page)

    [message] = app.ask("GET", "messages")["items"]
    assert (message["channel"], message["data"]) == ("weather", "rain")
    assert message["headers"] == {"city": "Oslo", "note": "a: b"}


@pytest.mark.parametrize(
    ("label", "typed", "first"),
    [
        ("Deliver after", "1h30m", "2030-01-07T10:00:00Z"),
        ("or at (UTC)", "2030-01-08T09:00:00", "2030-01-08T09:00:00Z"),
    ],
)
def test_a_message_is_scheduled(app, page, label, typed, first):
    page.get_by_label("Message", exact=True).fill("later")
    page.get_by_label(label, exact=True).fill(typed)
    page.get_by_label("Repeat every").fill("1h")
    page.get_by_label("Repeat until (UTC)").fill("2030-01-09T00:00:00")
    publish(page)

    [message] = app.ask("GET", "messages")["items"]
    assert (message["publishAt"], message["repeatEvery"]) == (first, 3600)
    assert message["repeatExpiresAt"] == "2030-01-09T00:00:00Z"


def test_a_message_can_be_json(app, page):
    page.get_by_label("Message", exact=True).fill('{"order": 4711}')
    page.get_by_label("Message is JSON").check()
    publish(page)
    assert [each["data"] for each in app.ask("GET", "messages")["items"]] == [{"order": 4711}]


def test_a_push_goes_to_the_devices_that_are_named(app, page):
    for device in ("phone", "tablet"):
        app.ask("POST", "devices", {"deviceId": device, "os": "ANDROID", "channels": ["default"]})
    page.get_by_label("Message", exact=True).fill("hello")
    page.get_by_role("textbox", name="Headers, one per line").fill("android-content-title: Hello")
    page.get_by_role("combobox", name="Push").select_option("PUSH")
    page.get_by_label("Only to these devices").fill("phone")
    publish(page)
    assert [each["device"] for each in app.ask("GET", "outbox")["items"]] == ["phone"]


def test_what_the_service_refuses_is_told_in_its_words(page):
    page.get_by_role("textbox", name="Channel").fill("a/b")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert")).to_contain_text("hannel")


@pytest.mark.parametrize(
    ("selector", "text"),
    [("city = 'Oslo'", "Matches"), ("city = 'Bergen'", "Does not match"), ("missing > 1", "Does not match")],
)
def test_a_selector_is_tried_on_the_headers(page, selector, text):
    page.get_by_role("textbox", name="Headers, one per line").fill("city: Oslo")
    page.get_by_label("Test a selector against these headers").fill(selector)
    page.get_by_role("button", name="Test the selector").click()
    expect(page.get_by_text(text, exact=True)).to_be_visible()
    if text != "Matches":
        expect(page.get_by_role("main").get_by_role("listitem")).not_to_have_count(0)


def test_a_selector_that_cannot_be_read_is_told_so(page):
    page.get_by_label("Test a selector against these headers").fill("city =")
    page.get_by_role("button", name="Test the selector").click()
    expect(page.get_by_role("alert")).not_to_be_empty()


def test_a_selector_that_was_tested_is_no_part_of_the_message(app, page):
    page.get_by_label("Test a selector against these headers").fill("city = 'Oslo'")
    publish(page)
    assert len(app.ask("GET", "messages")["items"]) == 1


def test_a_duration_that_is_none_is_refused_by_its_whole_name(page):
    page.get_by_label("Deliver after").fill("soon")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert")).to_contain_text("by 'soon' is no duration")
