"""The head of a request: what is taken, what comes of it, and everything that is refused."""

from __future__ import annotations

import io
import re
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_backendless_mock.server import request_head
from pytest_backendless_mock.server.request_head import BadHead

LINE = "GET / HTTP/1.1"
HOST = "Host: localhost"


def read(raw):
    stream = io.BytesIO(raw)
    return request_head.read(stream), stream.read()


def head(*lines, line=LINE, host=HOST):
    """A head of these header lines, as bytes."""
    return "\r\n".join([line, *([] if host is None else [host]), *lines, "", ""]).encode("latin-1")


def understood(*lines, **start):
    found, rest = read(head(*lines, **start))
    assert found is not None
    assert rest == b""
    return found


def refusal(raw):
    with pytest.raises(BadHead) as caught:
        request_head.read(io.BytesIO(raw))
    return caught.value.status.value, str(caught.value)


# --- what is taken


def test_a_head_is_the_part_of_the_wsgi_environment_that_the_client_decides():
    found = understood("Content-Type: application/json", "Content-Length: 16", "X-A: a", line="POST /a?b=c HTTP/1.1")
    assert found.environ == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a",
        "QUERY_STRING": "b=c",
        "RAW_URI": "/a?b=c",
        "REQUEST_URI": "/a?b=c",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": "16",
        "HTTP_X_A": "a",
    }
    assert found[1:] == (False, True, False)


def test_what_follows_the_head_stays_on_the_stream():
    assert read(head() + b"body")[1] == b"body"


TARGETS = {
    "root": ("/", "/", "", "localhost"),
    "escapes": ("/a%20b%2Fc%C3%A9", "/a b/c\xc3\xa9", "", "localhost"),
    "no-escape": ("/100%/%zz", "/100%/%zz", "", "localhost"),
    "raw-utf-8": ("/caf\xc3\xa9", "/caf\xc3\xa9", "", "localhost"),
    "query-with-question-marks": ("/a?b?c=%20", "/a", "b?c=%20", "localhost"),
    "two-slashes": ("//a/b", "//a/b", "", "localhost"),
    "absolute": ("http://other:80/a?b", "/a", "b", "other:80"),
    "absolute-without-a-path": ("HTTPS://other?b", "/", "b", "other"),
    "absolute-ipv6": ("http://[::1]:80/a", "/a", "", "[::1]:80"),
    "authority": ("host:443", "host:443", "", "localhost"),
    "asterisk": ("*", "*", "", "localhost"),
}


@pytest.mark.parametrize(("target", "path", "query", "host"), TARGETS.values(), ids=TARGETS)
def test_a_target_stays_as_it_came_and_its_path_is_decoded(target, path, query, host):
    environ = understood(line=f"GET {target} HTTP/1.1").environ
    assert (environ["RAW_URI"], environ["REQUEST_URI"]) == (target, target)
    assert (environ["PATH_INFO"], environ["QUERY_STRING"], environ["HTTP_HOST"]) == (path, query, host)


VALUES = {
    "blanks-around": ("X: \t a b \t ", "a b"),
    "no-blank": ("X:a", "a"),
    "empty": ("X:", ""),
    "colon": ("X: a:b", "a:b"),
    "latin-1": ("X: caf\xe9\xff", "caf\xe9\xff"),
    "tab-inside": ("X: a\tb", "a\tb"),
}


@pytest.mark.parametrize(("line", "value"), VALUES.values(), ids=VALUES)
def test_a_value_is_latin_1_without_the_blanks_around(line, value):
    assert understood(line).environ["HTTP_X"] == value


TWICE = {
    "joined": (("X-A: 1", "x-a: 2"), "HTTP_X_A", "1, 2"),
    "cookies": (("Cookie: a=1", "Cookie: b=2"), "HTTP_COOKIE", "a=1; b=2"),
    "content-type-the-last": (("Content-Type: a/b", "Content-Type: c/d"), "CONTENT_TYPE", "c/d"),
    "one-length": (("Content-Length: 5", "Content-Length: 5"), "CONTENT_LENGTH", "5"),
    "one-length-in-a-list": (("Content-Length: 5, 5",), "CONTENT_LENGTH", "5"),
}


@pytest.mark.parametrize(("lines", "key", "value"), TWICE.values(), ids=TWICE)
def test_what_is_said_twice(lines, key, value):
    assert understood(*lines).environ[key] == value


def test_a_name_with_an_underscore_is_dropped_since_wsgi_could_not_tell_it_apart():
    environ = understood("User_Token: forged", "Content_Length: 5").environ
    assert "HTTP_USER_TOKEN" not in environ
    assert "CONTENT_LENGTH" not in environ


def test_any_length_is_handed_on_however_long():
    digits = "9" * 5_000
    assert understood(f"Content-Length: {digits}").environ["CONTENT_LENGTH"] == digits


def test_lines_may_end_in_lf_alone():
    found, rest = read(b"GET /a HTTP/1.1\nHost: localhost\nX: 1\r\n\nrest")
    assert (found.environ["PATH_INFO"], found.environ["HTTP_HOST"], found.environ["HTTP_X"]) == ("/a", "localhost", "1")
    assert rest == b"rest"


@pytest.mark.parametrize("before", [b"\r\n", b"\n", b"\r\n" * 99])
def test_empty_lines_before_a_request_line_are_skipped(before):
    assert read(before + head())[0].environ["REQUEST_METHOD"] == "GET"


def test_as_much_is_taken_as_the_bounds_say():
    target, value = "/" + "x" * (65_536 - 16), "y" * (65_536 - 5)
    found = understood(f"X: {value}", *(f"X-{n}: 1" for n in range(98)), line=f"GET {target} HTTP/1.1")
    assert len(found.environ) == 7 + 100
    assert (found.environ["RAW_URI"], found.environ["HTTP_X"]) == (target, value)


NEWER, OLDER = "GET / HTTP/1.1", "GET / HTTP/1.0"
KEEPING = {
    "1.1": (NEWER, (), True),
    "1.1-close": (NEWER, ("Connection: close",), False),
    "1.1-close-in-a-list": (NEWER, ("Connection: TE, Close",), False),
    "1.1-close-on-another-line": (NEWER, ("Connection: TE", "Connection: close"), False),
    "1.1-keep-alive": (NEWER, ("Connection: keep-alive",), True),
    "1.0": (OLDER, (), False),
    "1.0-keep-alive": (OLDER, ("Connection: Keep-Alive",), True),
    "1.0-chunked": (OLDER, ("Connection: keep-alive", "Transfer-Encoding: chunked"), False),
}


@pytest.mark.parametrize(("line", "lines", "keeps"), KEEPING.values(), ids=KEEPING)
def test_whether_the_connection_is_kept(line, lines, keeps):
    assert understood(*lines, line=line).keeps_connection is keeps


@pytest.mark.parametrize(
    ("line", "expectation", "expects"),
    [(NEWER, "100-Continue", True), (OLDER, "100-continue", False), (NEWER, "more", False)],
)
def test_whether_the_client_waits_before_it_sends_the_body(line, expectation, expects):
    assert understood(f"Expect: {expectation}", line=line).expects_continue is expects


@pytest.mark.parametrize("coding", ["chunked", "Chunked", " chunked "])
def test_a_body_may_come_in_chunks(coding):
    assert understood(f"Transfer-Encoding:{coding}").chunked


def test_http_1_0_needs_no_host():
    assert "HTTP_HOST" not in understood(line=OLDER, host=None).environ


@pytest.mark.parametrize("host", ["", "localhost:80", "[::1]:80", "[fe80::1%25lo]", "a_b", "1.2.3.4:"])
def test_a_host_is_a_name_or_an_address_with_or_without_a_port(host):
    assert understood(host=f"Host: {host}").environ["HTTP_HOST"] == host


@pytest.mark.parametrize("cut", range(len(head("X: 1"))))
def test_a_head_that_does_not_come_whole_is_none(cut):
    assert read(head("X: 1")[:cut]) == (None, b"")


# --- what is refused

REFUSED = {
    "one-word": (b"GET\r\n\r\n", "the request line is 'GET', not a method"),
    "http-0.9": (b"GET /\r\n", "the request line is 'GET /', not a method"),
    "four-words": (head(line="GET /a b HTTP/1.1"), "(in a target a space is written %20)"),
    "two-spaces": (head(line="GET  / HTTP/1.1"), "the request line is"),
    "no-target": (head(line="GET  HTTP/1.1"), "the request line is"),
    "trailing-space": (head(line="GET / HTTP/1.1 "), "the request line is"),
    "leading-space": (head(line=" GET / HTTP/1.1"), "the request line is"),
    "tab": (head(line="GET\t/\tHTTP/1.1"), "the request line is"),
    "no-method": (head(line="G(T / HTTP/1.1"), "the request line is"),
    "latin-1-method": (head(line="G\xc9T / HTTP/1.1"), "the request line is"),
    "a-header-first": (head(line="Host: localhost"), "the request line is"),
    "http-9": (head(line="GET / HTTP/9"), "the version is 'HTTP/9'; there are HTTP/1.1 and HTTP/1.0"),
    "http-1.2": (head(line="GET / HTTP/1.2"), "the version is"),
    "http-2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "the version is"),
    "lower-case": (head(line="GET / http/1.1"), "the version is"),
    "no-number": (head(line="GET / HTTP/1.one"), "the version is"),
    "foreign-digits": (head(line="GET / HTTP/1.\xb9"), "the version is"),
    "cr-in-the-request-line": (head(line="GET /\r HTTP/1.1"), "the request line has a control character in it"),
    "nul-in-the-request-line": (head(line="GET /\0 HTTP/1.1"), "the request line has a control character in it"),
    "del-in-the-request-line": (head(line="GET /\x7f HTTP/1.1"), "the request line has a control character in it"),
    "two-crs": (head(line="GET / HTTP/1.1\r"), "the request line has a control character in it"),
    "bad-host-in-the-target": (head(line="GET http://[bad/ HTTP/1.1"), "'[bad' is no host"),
    "user-in-the-target": (head(line="GET http://me@there/ HTTP/1.1"), "'me@there' is no host"),
    "cr-in-a-value": (head("X: a\rb"), "a header has a control character in it"),
    "cr-before-crlf": (head("X: a\r"), "a header has a control character in it"),
    "nul-in-a-value": (head("X: a\0b"), "a header has a control character in it"),
    "escape-in-a-value": (head("X: \x1b[31m"), "a header has a control character in it"),
    "vertical-tab": (head("X:\x0ba"), "a header has a control character in it"),
    "no-colon": (head("X"), "a header has no colon: 'X'"),
    "no-name": (head(": a"), "'' is no name of a header"),
    "space-before-the-colon": (head("X : a"), "'X ' is no name of a header"),
    "tab-before-the-colon": (head("X\t: a"), "'X\\t' is no name of a header"),
    "space-in-a-name": (head("X Y: a"), "'X Y' is no name of a header"),
    "latin-1-name": (head("X\xe9: a"), "'X\\xe9' is no name of a header"),
    "bracket-in-a-name": (head("X[]: a"), "'X[]' is no name of a header"),
    "folded": (head("X: a", " b: c"), "' b' is no name of a header (a line that goes on in the next is not taken)"),
    "folded-with-a-tab": (head("X: a", "\tb"), "a header has no colon: '\\tb'"),
    "folded-at-once": (head(" X: a", host=None), "' X' is no name of a header"),
    "no-host": (head(host=None), "HTTP/1.1 wants a Host header"),
    "two-hosts": (head(HOST), "there are two Host headers"),
    "spaces-in-the-host": (head(host="Host: a b"), "'a b' is no host"),
    "list-of-hosts": (head(host="Host: a,b"), "'a,b' is no host"),
    "path-in-the-host": (head(host="Host: a/b"), "'a/b' is no host"),
    "port-that-is-none": (head(host="Host: a:b"), "'a:b' is no host"),
    "plus": (head("Content-Length: +5"), "Content-Length is '+5', no number"),
    "minus": (head("Content-Length: -1"), "Content-Length is '-1', no number"),
    "empty-length": (head("Content-Length:"), "Content-Length is '', no number"),
    "hexadecimal": (head("Content-Length: 0x5"), "Content-Length is '0x5', no number"),
    "underscore": (head("Content-Length: 1_0"), "Content-Length is '1_0', no number"),
    "space-inside": (head("Content-Length: 1 0"), "Content-Length is '1 0', no number"),
    "superscript": (head("Content-Length: \xb2"), "Content-Length is '\\xb2', no number"),
    "half-a-list": (head("Content-Length: 5,"), "Content-Length is '5,', no number"),
    "two-lengths": (head("Content-Length: 5", "Content-Length: 6"), "there are two Content-Lengths: '5, 6'"),
    "two-lengths-in-a-list": (head("Content-Length: 5, 6"), "there are two Content-Lengths: '5, 6'"),
    "two-spellings": (head("Content-Length: 5, 05"), "there are two Content-Lengths: '5, 05'"),
    "xchunked": (head("Transfer-Encoding: xchunked"), "Transfer-Encoding is 'xchunked'; there is chunked"),
    "gzip-chunked": (head("Transfer-Encoding: gzip, chunked"), "Transfer-Encoding is 'gzip, chunked'"),
    "chunked-twice": (head(*["Transfer-Encoding: chunked"] * 2), "Transfer-Encoding is 'chunked, chunked'"),
    "identity": (head("Transfer-Encoding: identity"), "Transfer-Encoding is 'identity'"),
    "parameter": (head("Transfer-Encoding: chunked;a=b"), "Transfer-Encoding is 'chunked;a=b'"),
    "no-coding": (head("Transfer-Encoding:"), "Transfer-Encoding is ''"),
    "both": (
        head("Content-Length: 5", "Transfer-Encoding: chunked"),
        "there is a Transfer-Encoding beside a Content-Length",
    ),
    "only-empty-lines": (b"\r\n" * 200, "nothing but empty lines came"),
}


@pytest.mark.parametrize(("raw", "text"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_request_is_400_with_a_reason(raw, text):
    status, said = refusal(raw)
    assert status == 400
    assert text in said
    assert said.isascii()
    assert said.isprintable()


LONG = {
    "target": (head(line=f"GET /{'x' * 65_536} HTTP/1.1"), 414, "the request line is longer than 65536 bytes"),
    "no-end-of-line": (b"x" * 65_537, 414, "the request line is longer than 65536 bytes"),
    "header": (head("X: " + "y" * 65_536), 431, "a header is longer than 65536 bytes"),
    "headers": (head(*(f"X-{n}: 1" for n in range(100))), 431, "there are more than 100 headers"),
}


@pytest.mark.parametrize(("raw", "status", "text"), LONG.values(), ids=LONG)
def test_what_goes_beyond_the_bounds_has_a_status_of_its_own(raw, status, text):
    assert refusal(raw) == (status, text)


def test_no_more_is_read_than_the_bounds_say():
    stream = io.BytesIO(b"x" * 1_000_000)
    with pytest.raises(BadHead):
        request_head.read(stream)
    assert stream.tell() == 65_537


def test_a_request_begins_when_its_first_line_is_there():
    stream, begun = io.BytesIO(b"\r\n" + head("X: 1")), []
    request_head.read(stream, lambda: begun.append(stream.tell()))
    assert begun == [2 + len(LINE) + 2]
    request_head.read(io.BytesIO(b"GET"), lambda: begun.append("none"))
    assert len(begun) == 1


def test_a_request_line_is_refused_before_the_rest_came():
    stream = io.BytesIO(b"GET / HTTP/9\r\nHost: localhost\r\n")
    with pytest.raises(BadHead):
        request_head.read(stream)
    assert stream.read() == b"Host: localhost\r\n"


def test_a_long_thing_is_shown_in_part():
    assert refusal(head(line=f"GET / {'x' * 1_000}"))[1] == (
        f"the version is '{'x' * 60}...'; there are HTTP/1.1 and HTTP/1.0"
    )


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("Origin: http://page", "http://page"),
        ("oRiGiN:null", "null"),
        ("Origin: http://p\xe4ge", None),
        ("Origin: a\x1bb", None),
        ("X: 1", None),
    ],
)
def test_a_refusal_knows_the_page_it_is_for_where_that_can_be_said(line, origin):
    with pytest.raises(BadHead) as caught:
        request_head.read(io.BytesIO(head(line, "Content-Length: none")))
    assert caught.value.origin == origin


PIECES = [
    *(b"GET", b"POST", b" ", b"/a%2F", b"?", b"http://", b"[", b"HTTP/1.1", b"HTTP/1.0", b"\r\n", b"\n", b"\r", b"\0"),
    *(b"Host: x", b"Content-Length: ", b"5", b",", b"Transfer-Encoding: chunked", b"Connection: close", b":", b"\xff"),
]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=5), max_size=30).map(b"".join))
@example(head("Content-Length: 5"))
def test_whatever_comes_it_is_a_head_or_a_refusal_in_a_sentence(raw):
    found = None
    with suppress(BadHead):
        found = request_head.read(io.BytesIO(raw))
    if found is not None:
        assert re.fullmatch("[!-~]+", found.environ["REQUEST_METHOD"])
        assert not any(character in value for value in found.environ.values() for character in "\r\n\0")
        assert found.environ.get("CONTENT_LENGTH", "0").isdigit()
