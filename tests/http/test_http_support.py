"""The checks that every answer in this suite goes through do object."""

from __future__ import annotations

import json

import pytest
from http_support import MESSAGING, CheckedApp
from werkzeug.test import Client

GOOD = {"code": 1, "message": "x"}
JSON = {"Content-Type": "application/json"}


def objections(status, headers, payload):
    """What the checks say of an answer to a publish request."""

    def application(environ, start_response):
        start_response(status, [*headers.items(), ("Content-Length", str(len(payload)))])
        return [payload]

    checked = CheckedApp(application)
    with Client(checked).open(f"{MESSAGING}/default", method="POST"):
        return checked.objections


def test_a_good_answer_is_not_objected_to():
    assert objections("400 Bad Request", JSON, json.dumps(GOOD).encode()) == []


@pytest.mark.parametrize(
    ("status", "headers", "payload"),
    [
        ("200 OK", JSON, json.dumps(GOOD).encode()),
        ("400 Bad Request", JSON, b"{}"),
        ("400 Bad Request", JSON, b"<html>"),
        ("400 Bad Request", JSON, '{"code":1,"message":"é"}'.encode()),
        ("418 I'm a teapot", JSON, json.dumps(GOOD).encode()),
        ("404 Not Found", JSON, json.dumps(GOOD).encode()),
        ("400 Bad Request", {"Content-Type": "text/html"}, json.dumps(GOOD).encode()),
        ("400 Bad Request", {**JSON, "Server": "BaseHTTP/0.6"}, json.dumps(GOOD).encode()),
    ],
    ids=["other-schema", "no-error", "no-json", "not-ascii", "status", "code-of-404", "content-type", "http-in-header"],
)
def test_a_bad_answer_is_objected_to(status, headers, payload):
    assert len(objections(status, headers, payload)) == 1
