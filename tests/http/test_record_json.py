"""Records as JSON."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pytest_backendless_mock.http.journal import Request
from pytest_backendless_mock.http.record_json import write


@dataclass
class Record:
    message_id: str
    at: dt.datetime
    headers: dict
    channels: tuple
    roles: frozenset


AT = dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)


def test_a_record_goes_in_camel_case():
    assert write(Record("m", AT, {"a_b": None}, ("x",), frozenset("ba"))) == {
        "messageId": "m",
        "at": "2030-01-07T08:30:00Z",
        "headers": {"a_b": None},
        "channels": ["x"],
        "roles": ["a", "b"],
    }


def test_a_request_goes_without_its_bytes():
    request = Request(AT, None, "GET", "/", {}, None, 200, None, body=b"x", answer=b"y", body_size=1, answer_size=1)
    assert {"body", "answer"}.isdisjoint(write(request))
