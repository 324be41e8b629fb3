"""Outages of one application on a server that others share."""

from __future__ import annotations

import pytest


def reached(app):
    try:
        return app.send("GET", "info").status == 200
    except ConnectionRefusedError:
        return False


def test_an_outage_begins_and_ends_on_the_applications_clock(tools, app):
    other = tools.new("other")
    said = app.post("outages", start="1h", end="2030-01-07T10:30:00Z")
    assert said.body == {
        "start": "2030-01-07T09:30:00Z",
        "end": "2030-01-07T10:30:00Z",
        "optional": False,
        "began": False,
    }
    assert reached(app)
    app.post("clock/advance", by="1h")
    assert (reached(app), reached(other)) == (False, True)
    assert [each["began"] for each in app.items("outages")] == [True]
    app.post("clock/advance", by="1h")
    assert reached(app)


def test_outages_can_be_forgotten(app):
    app.post("outages", start=0, end="1h")
    assert not reached(app)
    assert app.ask("DELETE", "outages").status == 204
    assert reached(app)
    assert app.items("outages") == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            {"start": "2h", "end": "1h"},
            "$: outage('2030-01-07 10:30:00Z', '2030-01-07 09:30:00Z') would be over before it",
        ),
        ({"start": "soon", "end": "1h"}, "$.start: 'soon' is no instant"),
        ({"start": "1h"}, "$: needs start, end"),
    ],
)
def test_an_outage_that_cannot_be_is_refused(app, body, told):
    said = app.ask("POST", "outages", body)
    assert (said.status, said.detail[: len(told)]) == (422, told)


def test_an_application_is_offline_until_the_next_word(tools, app):
    for offline in (True, True, False, False):
        assert app.ask("PUT", "offline", {"offline": offline}).body == {"offline": offline}
        assert (reached(app), reached(tools.new("other"))) == (not offline, True)


def test_the_default_application_too_and_the_control_api_is_still_reached(tools):
    tools.ask("PUT", "apps/default/offline", {"offline": True})
    with pytest.raises(ConnectionRefusedError):
        tools.send("GET", "/api/info")
    assert tools.ask("GET", "health").status == 200


def test_a_reset_brings_it_back(app):
    app.ask("PUT", "offline", {"offline": True})
    app.post("outages", start=0, end="1h")
    app.post("reset")
    assert reached(app)
