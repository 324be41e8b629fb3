"""The clock: what it shows, and the buttons that say before they are pressed what will happen."""

from __future__ import annotations

import pytest
from playwright_support import expect

MORNING = 1_894_005_000_000
HOUR = 3_600_000


@pytest.fixture
def clock(app, show):
    """The panel, with a message due in half an hour and two more in two hours, one of them on another channel."""
    app.publish("news", "soon", publishAt=MORNING + HOUR // 2)
    app.publish("news", "later", publishAt=MORNING + 2 * HOUR)
    app.publish("orders", "later", publishAt=MORNING + 2 * HOUR)
    return show().get_by_role("region", name="Clock")


def move(clock, name):
    return clock.get_by_role("button", name=name)


def test_each_button_says_what_it_will_bring(clock):
    expect(move(clock, "+1 min")).to_have_text("+1 min nothing is due")
    expect(move(clock, "+1 h")).to_have_text("+1 h 1 delivery on 1 channel")
    expect(move(clock, "+1 d")).to_have_text("+1 d 3 deliveries on 2 channels")
    expect(move(clock, "Next delivery")).to_have_text("Next delivery 1 delivery on 1 channel")


@pytest.mark.parametrize(
    ("name", "time", "rest"),
    [
        ("+1 min", "08:31:00", ["soon", "later", "later"]),
        ("+1 h", "09:30:00", ["later", "later"]),
        ("+1 d", "08:30:00", []),
        ("Next delivery", "09:00:00", ["later", "later"]),
    ],
)
def test_a_button_moves_the_clock(app, clock, name, time, rest):
    move(clock, name).click()

    day = "2030-01-08" if name == "+1 d" else "2030-01-07"
    expect(clock.get_by_role("time")).to_have_text(f"{time} {day} UTC, frozen")
    delivered = 3 - len(rest)
    told = f"{day} {time}: {delivered} message{'s' if delivered != 1 else ''} delivered"
    expect(clock.page.get_by_role("status")).to_have_text(told)
    assert [each["data"] for each in app.ask("GET", "scheduled")["items"]] == rest


def test_the_clock_goes_to_an_instant_and_says_before_what_that_brings(clock):
    clock.get_by_label("To").fill("2030-01-07T10:30:00")
    expect(clock.locator("form")).to_contain_text("3 deliveries on 2 channels")
    clock.get_by_role("button", name="Go").click()
    expect(clock.get_by_role("time")).to_contain_text("10:30:00")
    expect(move(clock, "Next delivery")).to_have_text("Next delivery nothing is due")


def test_an_instant_that_has_passed_is_refused_in_words(clock):
    clock.get_by_label("To").fill("2030-01-07T08:00:00")
    expect(clock.locator("form small")).to_contain_text("2030-01-07 08:00:00Z has passed")
    clock.get_by_role("button", name="Go").click()
    expect(clock.page.get_by_role("alert")).to_contain_text("2030-01-07 08:00:00Z has passed")


def test_the_clock_runs_when_it_is_let_and_stands_when_it_is_told(app, clock):
    clock.get_by_role("button", name="Unfreeze").click()
    expect(clock.get_by_role("time")).to_contain_text("running")
    expect(clock.get_by_role("time")).to_contain_text("08:30:02")
    clock.get_by_role("button", name="Freeze").click()
    expect(clock.get_by_role("time")).to_contain_text("frozen")
    assert app.ask("GET", "clock")["frozen"] is True


def test_what_lies_ahead_is_told_anew_when_something_is_published(app, clock):
    expect(move(clock, "+1 min")).to_contain_text("nothing is due")
    app.publish("news", "very soon", publishAt=MORNING + 30_000)
    expect(move(clock, "+1 min")).to_contain_text("1 delivery on 1 channel")
