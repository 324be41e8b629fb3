"""Bodies that come in chunks: what is read and dropped, and what is malformed."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.server.chunked_body import ChunkedBody

NEXT = b"GET / HTTP/1.1"

GOOD = {
    "empty": (b"0\r\n\r\n", b""),
    "one": (b"2\r\nhi\r\n0\r\n\r\n", b"hi"),
    "several": (b"1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", b"hi"),
    "hexadecimal": (b"0A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
    "leading-zeros": (b"0002\r\nhi\r\n000\r\n\r\n", b"hi"),
    "extensions": (b'2;a=b;c="d e"\r\nhi\r\n0 ; last\r\n\r\n', b"hi"),
    "trailers": (b"2\r\nhi\r\n0\r\nX-Checksum: 1\r\nX: 2\r\n\r\n", b"hi"),
    "lf-alone": (b"2\nhi\n0\nX: 1\n\n", b"hi"),
    "line-ends-in-the-data": (b"4\r\n\r\n\r\n\r\n0\r\n\r\n", b"\r\n\r\n"),
}


def body_of(raw):
    stream = io.BytesIO(raw + NEXT)
    body = ChunkedBody(stream).read()
    return body, stream.read()


@pytest.mark.parametrize(("raw", "body"), GOOD.values(), ids=GOOD)
def test_the_data_of_the_chunks_is_the_body_and_what_follows_stays(raw, body):
    assert body_of(raw) == (body, NEXT)


def test_beyond_the_end_there_is_nothing():
    stream = io.BytesIO(b"2\r\nhi\r\n0\r\n\r\n" + NEXT)
    body = ChunkedBody(stream)
    assert body.readable()
    assert (body.read(), body.read(), body.read(5)) == (b"hi", b"", b"")
    assert stream.read() == NEXT


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=8), st.integers(1, 20))
def test_however_it_is_cut_and_read_it_is_the_same_body(parts, size):
    raw = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    body = ChunkedBody(io.BytesIO(raw + b"0\r\n\r\n"))
    assert b"".join(iter(lambda: body.read(size), b"")) == b"".join(parts)


BAD = {
    "no-size": (b"\r\nhi\r\n", r"a chunk begins with its size in hexadecimal digits, not with b'\\r\\n'"),
    "no-number": (b"zz\r\nhi", "a chunk begins with its size"),
    "negative": (b"-2\r\nhi", "a chunk begins with its size"),
    "plus": (b"+2\r\nhi", "a chunk begins with its size"),
    "prefix": (b"0x2\r\nhi", "a chunk begins with its size"),
    "underscore": (b"1_0\r\nhi", "a chunk begins with its size"),
    "leading-space": (b" 2\r\nhi", "a chunk begins with its size"),
    "17-digits": (b"0" * 16 + b"2\r\nhi", "a chunk begins with its size"),
    "bare-cr": (b"2\rhi\r\n", "a chunk begins with its size"),
    "nul-in-an-extension": (b"2;\0\r\nhi\r\n", "a chunk begins with its size"),
    "longer-than-it-says": (b"2\r\nhi!\r\n0\r\n\r\n", "a chunk is longer than its size says"),
    "no-line-end": (b"2\r\nhi0\r\n\r\n", "a chunk is longer than its size says"),
    "cut-in-a-chunk": (b"5\r\nhi", "the connection ended inside a chunk"),
    "cut-before-a-size": (b"2\r\nhi\r\n", "a line between chunks never ended"),
    "cut-in-a-size": (b"2", "a line between chunks never ended"),
    "cut-in-the-trailers": (b"0\r\nX: 1\r\n", "a line between chunks never ended"),
    "long-extension": (b"2;" + b"x" * 9_000 + b"\r\nhi\r\n", "a line between chunks never ended"),
    "many-extensions": (
        b"".join(b"1;" + b"x" * 8_000 + b"\r\na\r\n" for _ in range(9)),
        "there are more than 65536 bytes of extensions and trailers",
    ),
    "many-trailers": (b"0\r\n" + b"X: 1\r\n" * 11_000, "there are more than 65536 bytes of extensions and trailers"),
}


@pytest.mark.parametrize(("raw", "text"), BAD.values(), ids=BAD)
def test_what_is_malformed_or_cut_short_is_an_error_with_a_reason(raw, text):
    with pytest.raises(OSError, match=f"^{text}"):
        ChunkedBody(io.BytesIO(raw)).read()
