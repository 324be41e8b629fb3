"""What the section says where no request reached the mock."""

from __future__ import annotations

import textwrap

import pytest
from failure_support import HEAD, the_section, written

LIKELY = (
    "  does the code under test use backendless_mock.url? "
    "backendless_mock.intercept() redirects a hard-coded address here"
)
RESPONSES = (
    "  responses is active, and may answer in its place; what lets requests pass: "
    "responses.add_passthru(backendless_mock.host_url)"
)
OTHER = """
import functools

def send():
    raise ConnectionError("Connection refused by Responses")

def activate(test):
    @functools.wraps(test)
    def wrapper(*args, **kwargs):
        return test(*args, **kwargs)
    return wrapper
"""
"""Stands for a library that answers requests itself."""


def told(result):
    section = the_section(result)
    return section[section.index("requests: none reached the mock") + 1 :]


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        for spelled in (name, name.upper()):
            monkeypatch.setenv(spelled, "")  # so that it is put back, whatever an inner test sets
            monkeypatch.delenv(spelled)


def test_a_test_without_a_request_says_so_and_what_is_likely(inner):
    assert told(inner.run(written("orders.assert_published()"))) == [LIKELY]


@pytest.mark.parametrize(
    "body",
    [
        "call(mock.url + '/messaging/orders', 'POST', {'message': 'paid'})\nraise KeyError",
        "call(mock.url + '/nowhere')",
    ],
)
def test_a_test_with_one_does_not(inner, body):
    assert "requests: none reached the mock" not in the_section(inner.run(written(body)))


def test_a_request_to_another_application_of_the_mock_counts(inner):
    body = "call(mock.new_app().url + '/messaging/orders', 'POST', {'message': 'paid'})\nraise KeyError"
    assert "requests: none reached the mock" not in the_section(inner.run(written(body)))


def test_the_hosts_that_are_intercepted_are_named(inner):
    result = inner.run(written("mock.intercept()\nmock.intercept('eu-api.backendless.com')\norders.assert_published()"))
    assert told(result) == [
        (
            "  what is sent to https://api.backendless.com, https://eu-api.backendless.com is led here; "
            "does the code under test use another host?"
        )
    ]


def test_a_proxy_that_came_up_later_is_named(inner):
    result = inner.run(written("import os\nos.environ['HTTPS_PROXY'] = 'http://proxy:3128'\norders.assert_published()"))
    assert told(result) == [
        "  a proxy is set in the environment (https_proxy); add 127.0.0.1 to no_proxy",
        LIKELY,
    ]


@pytest.mark.parametrize(
    "body",
    [
        "@responses.activate\ndef test_it(backendless_mock):\n    raise KeyError",
        (
            "def test_it(backendless_mock):\n"
            "    try:\n        responses.send()\n"
            "    except ConnectionError as error:\n        raise KeyError from error"
        ),
    ],
    ids=["around-the-test", "behind-its-error"],
)
def test_another_mock_that_the_failure_went_through_is_named(inner, body):
    inner.file(responses=OTHER)
    assert told(inner.run(HEAD + "import responses\n\n" + textwrap.dedent(body))) == [RESPONSES, LIKELY]
