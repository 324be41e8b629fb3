"""Requests as lines for a shell, and what a shell makes of them."""

from __future__ import annotations

import shlex

import pytest

from pytest_backendless_mock.http import curl

URL = "http://127.0.0.1:2563/app/key/messaging/news"


def said(method="GET", url=URL, headers=(), text=None, **more):
    request = {"method": method, "url": url, "headers": [{"name": n, "value": v} for n, v in headers]}
    return curl.line(request if text is None else {**request, "postData": {"text": text, **more}})


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        pytest.param({}, f"curl {URL}", id="get"),
        pytest.param({"method": "DELETE"}, f"curl -X DELETE {URL}", id="delete"),
        pytest.param({"method": "HEAD"}, f"curl --head {URL}", id="head"),
        pytest.param({"method": "POST", "text": "{}"}, f"curl {URL} --data-raw '{{}}'", id="post"),
        pytest.param({"method": "POST"}, f"curl -X POST {URL}", id="post-without-a-body"),
        pytest.param({"method": "PUT", "text": "x"}, f"curl -X PUT {URL} --data-raw x", id="put"),
        pytest.param({"method": "GET", "text": "x"}, f"curl -X GET {URL} --data-raw x", id="get-with-a-body"),
        pytest.param({"url": f"{URL}?a=[1]&b=c"}, f"curl --globoff '{URL}?a=[1]&b=c'", id="globs"),
        pytest.param(
            {"headers": [("content-type", "application/json"), ("user-token", "…")]},
            f"curl {URL} -H 'content-type: application/json' -H 'user-token: …'",
            id="headers",
        ),
        pytest.param(
            {
                "headers": [
                    ("Host", "x"),
                    ("User-Agent", "x"),
                    ("accept", "*/*"),
                    ("content-length", "2"),
                    ("sec-fetch-mode", "cors"),
                    ("origin", "http://x"),
                ]
            },
            f"curl {URL}",
            id="headers-of-the-client",
        ),
    ],
)
def test_a_request_is_a_line(request_, line):
    assert said(**request_) == line


def test_a_shell_reads_the_body_as_it_was():
    text = 'it\'s $HOME `date` \\ "quoted"\nand a line'
    assert shlex.split(said("POST", text=text))[-1] == text


@pytest.mark.parametrize("character", ["\0", "\x03", "\r", "\x1b", "\x7f", "\x9b"])
def test_a_body_that_a_terminal_would_act_upon_is_none_to_paste(character):
    assert said("POST", text=f"a{character}\nreboot\n") is None


def test_a_header_without_a_value_is_sent():
    assert said(headers=[("x-empty", "")]) == f"curl {URL} -H 'x-empty;'"


def test_a_body_that_is_not_there_cannot_be_sent():
    assert said("POST", text="", comment="not kept") is None
