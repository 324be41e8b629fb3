"""The application as a whole: the chooser, the verdict, the state, a new beginning, another application."""

from __future__ import annotations

import json

import pytest
from inspector_support import App
from playwright_support import expect


@pytest.fixture
def page(show):
    return show("application")


def test_it_says_what_clients_are_given(app, page):
    expect(page.get_by_role("main")).to_contain_text(app.url)
    expect(page.get_by_role("group", name="Environment")).to_contain_text(f"BACKENDLESS_APP_ID={app.app_id}")


def test_the_verdict_is_given(app, page):
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("A test would pass")).to_be_visible()

    app.send("GET", "mesaging/news")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("A test would fail")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("listitem").first).to_contain_text(
        "the service has no GET …/mesaging/news"
    )
    expect(page.get_by_role("group", name="Report")).to_contain_text("-- now --")


def test_a_reset_wants_to_be_sure(app, page):
    app.publish("news", "hello")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Reset").click()
    assert len(app.ask("GET", "messages")["items"]) == 1

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("status").first).to_have_text("The application is reset")
    assert app.ask("GET", "messages")["items"] == []


def test_another_application_is_made_and_taken_away(app, page):
    page.get_by_label("Label").fill("made by hand")
    page.get_by_label("Freeze its clock at (UTC)").fill("2031-05-01T12:00:00")
    page.get_by_role("button", name="Create").click()

    expect(page.get_by_role("combobox", name="Application").locator("option:checked")).to_have_text("made by hand")
    expect(page.get_by_role("time").first).to_have_text("12:00:00 2031-05-01 UTC, frozen")
    page.get_by_role("link", name="Application", exact=True).click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete the application").click()
    expect(page.get_by_role("combobox", name="Application").locator("option:checked")).to_have_text("default")


def test_applications_are_chosen_by_their_labels(app, page):
    other = app.mock.make("the other one")
    other.publish("news", "only there")

    page.get_by_role("combobox", name="Application").select_option("the other one")
    page.get_by_role("link", name="Timeline").first.click()

    expect(page.locator(".row").first).to_contain_text("only there")
    assert page.url == other.page()
    other.ask("DELETE", "")


def test_a_link_to_an_application_that_is_gone_says_so(app, window):
    page = window().open(App(app.mock, {**app.described, "appId": "nobody"}).page())
    expect(page.get_by_role("alert")).to_contain_text("This application does not exist")

    page.get_by_role("combobox", name="Application").select_option("default")
    expect(page.get_by_role("region", name="Clock")).to_be_visible()


def test_the_state_is_saved_and_loaded_again(app, page, tmp_path):
    app.publish("news", "kept", publishAt=1_894_005_000_000 + 60_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save state").click()
    file = tmp_path / "state.json"
    download.value.save_as(file)
    app.ask("POST", "reset", {})

    page.get_by_label("Load state").set_input_files(file)

    expect(page.get_by_role("status").first).to_have_text("Loaded state.json")
    assert [each["data"] for each in app.ask("GET", "scheduled")["items"]] == ["kept"]


def test_a_file_that_is_no_state_is_refused(page, tmp_path):
    file = tmp_path / "other.json"
    file.write_text("no JSON")
    page.get_by_label("Load state").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("JSON")
    expect(page.get_by_label("Load state")).to_have_value("")  # so that it can be chosen again when it is mended


def test_the_requests_are_saved_as_har(app, page, tmp_path):
    app.publish("news", "hello")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save requests as HAR").click()
    file = tmp_path / "requests.har"
    download.value.save_as(file)
    [entry] = json.loads(file.read_text("utf-8"))["log"]["entries"]
    assert entry["request"]["url"] == f"{app.url}/messaging/news"
