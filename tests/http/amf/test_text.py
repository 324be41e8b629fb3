"""Strings in frames: UTF-8, and what Java before 4.0 writes and reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.http.amf.text import decode, encode_modified, encode_utf8

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (b"plain", "plain"),
        (b"", ""),
        (b"\xc3\xa9", "é"),
        (b"\xed\xa0\xbd\xed\xb8\x80", "\N{GRINNING FACE}"),
        (b"\xf0\x9f\x98\x80", "\N{GRINNING FACE}"),
        (b"a\xc0\x80b", "a\0b"),
        (b"\xed\xa0\xbd", "\ud83d"),
    ],
    ids=["ASCII", "nothing", "two bytes", "two surrogates", "UTF-8", "Java's NUL", "a lone surrogate"],
)
def test_either_form_is_read_as_the_same_characters(written, text):
    assert decode(written) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [("a\N{GRINNING FACE}", b"a\xed\xa0\xbd\xed\xb8\x80"), ("\0", b"\xc0\x80"), ("é", b"\xc3\xa9"), ("hi", b"hi")],
)
def test_java_s_form_is_written_as_java_writes_it(text, written):
    assert encode_modified(text) == written


@given(ANY_TEXT)
def test_what_is_written_in_either_form_is_read_back(text):
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")  # two halves are one
    assert decode(encode_modified(text)) == whole
    assert decode(encode_utf8(text)) == whole


def test_what_is_neither_is_an_error():
    with pytest.raises(UnicodeDecodeError):
        decode(b"\xff")
