"""Channels, subscriptions, listeners, devices, users and faults, as tables that follow what happens."""

from __future__ import annotations

import pytest
from playwright_support import expect
from realtime_support import Polling

FAULT = {"kind": "fail", "operation": "publish", "error": 5007, "times": 1}


def subscribe(app):
    app.send("POST", "messaging/news/subscribe", {"selector": "city = 'Oslo'"})
    app.publish("news", "rain", headers={"city": "Oslo"})


VIEWS = [
    pytest.param("channels", lambda app: app.publish("orders"), ["orders", "1", "1", "0", "0"], id="channels"),
    pytest.param("subscriptions", subscribe, ["news", "city = 'Oslo'", "1"], id="subscriptions"),
    pytest.param(
        "devices",
        lambda app: app.ask("POST", "devices", {"deviceId": "phone", "os": "IOS", "channels": ["orders"]}),
        ["phone", "IOS", "orders"],
        id="devices",
    ),
    pytest.param(
        "users",
        lambda app: app.ask("POST", "users", {"login": "ann", "password": "x", "roles": ["Editors"]}),
        ["ann", "Editors"],
        id="users",
    ),
    pytest.param("faults", lambda app: app.ask("POST", "faults", FAULT), ["fail", "publish", "0"], id="faults"),
    pytest.param(
        "faults",
        lambda app: app.ask("POST", "stubs", {"method": "GET", "path": "/data/Customers", "json": []}),
        ["GET", "/data/Customers", "200"],
        id="stubs",
    ),
    pytest.param(
        "faults",
        lambda app: app.ask("POST", "outages", {"start": "1h", "end": "2h"}),
        ["2030-01-07 09:30:00"],
        id="outages",
    ),
]


@pytest.mark.parametrize(("view", "fill", "cells"), VIEWS)
def test_a_table_shows_what_there_is(app, show, view, fill, cells):
    page = show(view)
    page.get_by_role("heading", name=view.capitalize()).wait_for(state="attached")

    fill(app)

    row = page.get_by_role("row").filter(has_text=cells[0]).last
    for text in cells:
        expect(row.get_by_role("cell", name=text, exact=True).first).to_be_visible()


def test_who_listens_in_real_time_is_in_a_table(app, show):
    page = show("listeners")
    mock = type("Reached", (), {"host_url": app.mock.url, "app_id": app.app_id, "api_key": app.described["apiKey"]})
    client = Polling(mock).begin().listen("news", selector="city = 'Oslo'")

    row = page.get_by_role("row").filter(has_text="messages")
    expect(row.get_by_role("cell", name="city = 'Oslo'", exact=True)).to_be_visible()
    client.close()


def test_a_channel_leads_to_its_timeline(app, show):
    app.publish("orders", "tea")
    app.publish("news", "hello")
    page = show("channels")

    page.get_by_role("link", name="orders").click()

    expect(page.locator(".row")).to_have_count(2)
    assert page.url.endswith("/timeline?channel=orders")


def test_a_fault_is_ended_by_hand(app, show):
    app.ask("POST", "faults", FAULT)
    page = show("faults")

    page.get_by_role("button", name="End faults 1").click()

    page.get_by_text("No faults").wait_for()
    assert app.publish("news", "hello").startswith("message:")


def test_a_table_is_filtered(app, show):
    for name in ("tea", "coffee"):
        app.publish(name)
    page = show("channels", text="off")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").last).to_contain_text("coffee")


def test_a_filter_that_leaves_nothing_says_so(app, show):
    app.publish("tea")
    page = show("channels", text="coffee")
    expect(page.get_by_text("Nothing matches the filter")).to_be_visible()


def test_tables_below_the_first_have_a_heading(app, show):
    app.ask("POST", "stubs", {"method": "GET", "path": "/data/Customers", "json": []})
    page = show("faults")
    expect(page.get_by_role("heading", name="stubs")).to_be_visible()
    expect(page.get_by_role("heading", name="outages")).to_have_count(0)
