"""What a press brings is told where it is seen, and moves nothing from under the pointer."""

from __future__ import annotations

import pytest
from playwright_support import expect

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def phone(app, window):
    return lambda view, **query: window(viewport=PHONE).open(app.page(view, **query))


def test_what_was_done_is_told_in_sight_of_the_button(phone):
    page = phone("publish")

    page.get_by_role("button", name="Publish").click()

    expect(page.get_by_role("status")).to_contain_text("Published: message:")
    expect(page.get_by_role("status")).to_be_in_viewport()


def test_what_was_refused_is_told_in_sight_of_the_button(phone):
    page = phone("publish")
    page.get_by_label("Message is JSON").check()

    page.get_by_role("button", name="Publish").click()

    expect(page.get_by_role("alert")).to_contain_text("JSON")
    expect(page.get_by_role("alert")).to_be_in_viewport()


def test_a_button_stays_under_the_pointer_when_it_was_pressed(show):
    page = show()
    button = page.get_by_role("button", name="+1 h")
    before = button.bounding_box()

    button.click()

    expect(page.get_by_role("status")).to_have_text("2030-01-07 09:30:00: 0 messages delivered")
    assert button.bounding_box() == before


def test_what_takes_long_is_told_until_it_is_done(show):
    page = show()
    held = []
    page.route("**/clock/advance", lambda route: held.append(route))  # noqa: PLW0108 - it takes no builtin

    page.get_by_role("button", name="+1 h").click()

    expect(page.get_by_role("status")).to_have_text("Working…")
    held[0].continue_()
    expect(page.get_by_role("status")).to_have_text("2030-01-07 09:30:00: 0 messages delivered")


def test_what_was_done_is_told_for_a_while(app, window):
    page = window().context.new_page()
    page.clock.install()
    page.goto(app.page())
    page.get_by_role("button", name="+1 h").click()
    expect(page.get_by_role("status")).to_contain_text("09:30:00")

    page.clock.fast_forward(10_000)

    expect(page.get_by_role("status")).to_be_empty()


@pytest.mark.parametrize("view", ["timeline", "publish", "application"])
def test_a_phone_shows_which_view_it_is(phone, view):
    page = phone(view)
    expect(page.get_by_role("navigation").locator("[aria-current]")).to_be_in_viewport(ratio=1)


def test_another_view_begins_at_its_top(app, phone):
    for number in range(20):
        app.publish("news", f"message {number}")
    page = phone("timeline")
    expect(page.locator(".row")).to_have_count(40)
    page.locator(".row").last.scroll_into_view_if_needed()

    page.goto(app.page("requests"))  # a click on its link would have Playwright scroll

    expect(page.locator(".row")).to_have_count(20)
    expect(page.get_by_role("banner")).to_be_in_viewport(ratio=1)


def test_a_long_record_can_be_closed_from_anywhere_in_it(app, phone):
    app.publish("news", "word " * 2000)
    page = phone("requests", open="request-1")
    page.get_by_text("Answer headers").scroll_into_view_if_needed()

    close = page.get_by_role("button", name="Close")
    expect(close).to_be_in_viewport(ratio=1)
    close.click()
    expect(page.get_by_role("complementary")).to_have_count(0)


def test_what_was_refused_is_not_told_of_another_application(app, show):
    other = app.mock.make("beside")
    page = show()
    page.get_by_role("region", name="Clock").get_by_label("To").fill("2000-01-01T00:00:00")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("alert")).to_contain_text("has passed")

    page.get_by_role("combobox", name="Application").select_option("beside")

    expect(page.get_by_role("alert")).to_be_empty()
    other.ask("DELETE", "")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_time_with_milliseconds_is_not_cut(app, window, width):
    app.ask("POST", "clock/move-to", {"to": "2030-01-07T09:38:58.888Z"})
    app.publish("news", "hello")
    page = window(viewport={"width": width, "height": 740}).open(app.page())

    time = page.locator(".row time").first
    expect(time).to_have_text("09:38:58.888")
    assert time.evaluate("(time) => time.scrollWidth <= time.clientWidth")
