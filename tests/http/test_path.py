"""Paths: how they come out of a WSGI environment, what in them says whose they are, and how people read them."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.http.path import segments_of, show, split_prefix

RAW = [
    ("/a/b", ["a", "b"]),
    ("/", [""]),
    ("//a", ["", "a"]),
    ("/a/", ["a", ""]),
    ("/a%2Fb/c", ["a/b", "c"]),
    ("/a%252Fb", ["a%2Fb"]),
    ("/a?b=/c", ["a"]),
    ("/a%3Fb?c", ["a?b"]),
    ("/a#b", ["a#b"]),
    ("/a+b", ["a+b"]),
    ("/caf%C3%A9", ["café"]),
    ("/caf\xc3\xa9", ["café"]),
    ("/%FF", ["\udcff"]),
    ("/%", ["%"]),
    ("http://host:80/a%20b/c?d", ["a b", "c"]),
    ("http://host", [""]),
    ("*", ["*"]),
]


@pytest.mark.parametrize("key", ["RAW_URI", "REQUEST_URI"])
@pytest.mark.parametrize(("raw", "segments"), RAW, ids=[ascii(row[0])[1:-1] for row in RAW])
def test_a_raw_path_is_split_before_it_is_decoded(key, raw, segments):
    assert segments_of({key: raw, "PATH_INFO": "/ignored"}) == segments


IN_PROCESS = [
    ("/a/b", ["a", "b"]),
    ("/a b#c", ["a b#c"]),
    ("/caf\xc3\xa9", ["café"]),
    ("/café", ["café"]),
    ("/日本/x", ["日本", "x"]),
    ("/日本/caf\xc3\xa9", ["日本", "café"]),
    ("/😀", ["😀"]),
]


@pytest.mark.parametrize(("path", "segments"), IN_PROCESS, ids=[ascii(row[0])[1:-1] for row in IN_PROCESS])
def test_without_a_raw_path_latin_1_and_unicode_are_both_understood(path, segments):
    assert segments_of({"PATH_INFO": path}) == segments


@pytest.mark.parametrize(
    ("path", "prefix", "below"),
    [
        ("id/key/messaging/c", ["id", "key"], ["messaging", "c"]),
        ("api/messaging/c", ["api"], ["messaging", "c"]),
        ("v1/messaging/c", ["v1"], ["messaging", "c"]),
        ("id/key", ["id", "key"], []),
        ("id/api/info", ["id", "api"], ["info"]),
        ("API/info", ["API", "info"], []),
        ("api", ["api"], []),
        ("", [""], []),
    ],
)
def test_w1_the_prefix_is_an_id_and_a_key_or_one_of_two_words(path, prefix, below):
    assert split_prefix(path.split("/")) == (prefix, below)


@pytest.mark.parametrize(
    ("segments", "shown"),
    [
        (["messaging", "news"], "messaging/news"),
        (["café"], "café"),
        (["\udcff"], r"\udcff"),
        (["a b", ""], "a b/"),
        (["users", "isvalidusertoken", "6E6F8110-CDCA"], "users/isvalidusertoken/6E6F…"),
        (["isvalidusertoken"], "isvalidusertoken"),
    ],
    ids=["plain", "unicode", "no-text", "blank", "token", "no-token"],
)
def test_a_path_is_shown_so_that_it_can_be_printed_and_tells_no_token(segments, shown):
    assert show(segments) == shown
