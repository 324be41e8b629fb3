"""Where there is nothing yet the page shows the lines that would fill it; and they do."""

from __future__ import annotations

import subprocess

import pytest
from playwright_support import expect

LANGUAGES = ["curl", "Python", "JavaScript"]
RUNS = {"curl": ["sh", "-c"], "JavaScript": ["node", "--input-type=module", "-e"]}
FILLED = {
    "timeline": "messages",
    "requests": "requests",
    "subscriptions": "subscriptions",
    "devices": "devices",
    "users": "users",
    "faults": "faults",
}


def lesson(page, language, place=0):
    """The lines in that language, of the lesson at that place on the page."""
    taught = page.locator(".teach").nth(place)
    taught.get_by_role("button", name=language, exact=True).click()
    return taught.get_by_role("group", name=language).inner_text()


def run(language, lines):
    if language == "Python":
        exec(lines, {})
    else:
        subprocess.run([*RUNS[language], lines], check=True, timeout=30, capture_output=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", FILLED)
def test_the_lines_fill_the_view(app, show, node, view, language):
    page = show(view)

    run(language, lesson(page, language))

    assert len(app.ask("GET", FILLED[view])["items"]) == 1
    expect(page.locator(".teach")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_of_the_outbox_send_a_push_and_an_e_mail(app, show, node, language):
    app.ask("POST", "devices", {"deviceId": "phone", "os": "IOS", "channels": ["default"]})
    page = show("outbox")
    push, email = lesson(page, language), lesson(page, language, 1)

    run(language, push)
    run(language, email)

    assert [each.get("device") for each in app.ask("GET", "outbox")["items"]] == ["phone", None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_for_listeners_have_the_ids_of_the_application(app, show, language):
    assert app.app_id in lesson(show("listeners"), language)


def test_lines_are_copied(app, window):
    opened = window(permissions=["clipboard-read", "clipboard-write"])
    page = opened.open(app.page())
    lines = lesson(page, "Python")

    page.get_by_role("button", name="Copy: Python").click()

    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == lines
    assert f'requests.post("{app.url}/messaging/news"' in lines
