"""Requests chosen by a schema, and so by a state."""

from __future__ import annotations

import json

from mock_support import standing_mock
from plugin_support import call

from pytest_backendless_mock.http.where import Where
from pytest_backendless_mock.service.given_schema import compiled_alone

BAD = {"properties": {"json": {"properties": {"message": {"const": "bad"}}}}}


def test_it_holds_for_requests_that_satisfy_the_schema():
    where = Where(BAD, compiled_alone(BAD, "where"))
    with standing_mock() as mock:
        for message in ("good", "bad"):
            call(f"{mock.url}/messaging/news", "POST", {"message": message})
        assert [where(request) for request in mock.requests] == [False, True]


def test_it_shows_its_schema():
    assert repr(Where({"const": 1}, lambda _: [])) == 'where {"const":1}'


def test_a_state_holds_it():
    fault = {"kind": "fail", "operation": "publish", "error": 5007, "where": BAD}
    with standing_mock(state={"faults": [fault]}) as mock:
        assert json.loads(json.dumps(mock.state()["faults"])) == [{**fault, "optional": False}]
        answers = [call(f"{mock.url}/messaging/news", "POST", {"message": each})[0] for each in ("good", "bad")]
        assert answers == [200, 400]
