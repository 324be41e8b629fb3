"""Bad input: bodies that are no JSON, too deep, too long, or never come whole. What is refused stores nothing."""

from __future__ import annotations

import gzip
import io
import json

import pytest
from http_support import LONGEST_BODY, MESSAGING, NOTHING, Wire

DISCARDED = 64 * 1024 * 1024
UNREADABLE = "Could not parse request with message: "


@pytest.fixture
def wire():
    return Wire()


def nested(depth, opening="[", closing="]"):
    """A publish body nested ``depth`` deep, its own braces counted."""
    return f'{{"message":{opening * (depth - 1)}{closing * (depth - 1)}}}'.encode()


NOT_JSON = {
    "empty": b"",
    "blank": b"  \n",
    "only-a-bom": b"\xef\xbb\xbf",
    "text": b"hello",
    "form": b"message=hi",
    "cut-object": b'{"message":"hi"',
    "cut-string": b'{"message":"hi',
    "cut-escape": b'{"message":"\\u00',
    "bad-escape": b'{"message":"\\x41"}',
    "trailing-comma": b'{"message":"hi",}',
    "trailing-text": b'{"message":"hi"} x',
    "two-values": b'{"message":"hi"}{"message":"hi"}',
    "single-quotes": b"{'message':'hi'}",
    "unquoted-key": b'{message:"hi"}',
    "comment": b'{"message":"hi"} // no',
    "python-constant": b'{"message":True}',
    "newline-in-a-string": b'{"message":"a\nb"}',
    "nul-in-a-string": b'{"message":"a\x00b"}',
    "nul-after": b'{"message":"hi"}\x00',
    "leading-zero": b'{"message":01}',
    "leading-plus": b'{"message":+1}',
    "bare-fraction": b'{"message":.5}',
    "hexadecimal": b'{"message":0x10}',
    "nan": b'{"message":NaN}',
    "infinity": b'{"message":Infinity}',
    "minus-infinity": b'{"message":-Infinity}',
    "nan-in-an-unknown-field": b'{"message":"hi","extra":NaN}',
    "1e400": b'{"message":1e400}',
    "-1e400": b'{"message":-1e400}',
    "1e400-as-a-date": b'{"message":"hi","publishAt":1e400}',
    "10-to-the-309": b'{"message":1' + b"0" * 309 + b"}",
    "10-to-the-400": b'{"message":-1' + b"0" * 400 + b"}",
    "4301-digits": b'{"message":1' + b"0" * 4300 + b"}",
    "5000-digits": b'{"message":' + b"9" * 5000 + b"}",
    "5000-digits-of-a-fraction": b'{"message":0.' + b"3" * 5000 + b"}",
    "a-million-digits": b'{"message":' + b"9" * 1_000_000 + b"}",
    "nested-201-deep": nested(201),
    "nested-5000-deep": nested(5000),
    "objects-201-deep": nested(201, '{"a":', "}").replace(b":}", b":1}"),
    "mixed-5000-deep": nested(5001, '[{"a":', "}]"),
    "opened-5000-times": b"[" * 5000,
    "a-million-brackets": b"[" * 1_000_000,
    "deep-after-a-string-with-a-quote": b'{"a":"\\"","message":' + b"[" * 300 + b"]" * 300 + b"}",
    "utf-16": '{"message":"hi"}'.encode("utf-16"),
    "utf-16-without-bom": '{"message":"hi"}'.encode("utf-16-le"),
    "utf-16-big-endian": '{"message":"hi"}'.encode("utf-16-be"),
    "utf-32": '{"message":"hi"}'.encode("utf-32"),
    "latin-1": '{"message":"naïve"}'.encode("latin-1"),
    "utf-8-surrogate": b'{"message":"\xed\xa0\x80"}',
    "overlong-utf-8": b'{"message":"\xc0\xaf"}',
    "two-boms": b'\xef\xbb\xbf\xef\xbb\xbf{"message":"hi"}',
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_w7_a_body_that_is_not_json_is_8002_and_nothing_is_stored(wire, body):
    answer = wire.publish(body)
    assert answer.error == (400, 8002)
    assert answer.json["message"].startswith(UNREADABLE)
    assert len(answer.json["message"]) < 300
    assert wire.stored == NOTHING
    assert wire.problems == []


@pytest.mark.parametrize("body", [body for body in NOT_JSON.values() if body], ids=[n for n in NOT_JSON if NOT_JSON[n]])
def test_w7_the_same_holds_for_subscribing(wire, body):
    answer = wire.send("POST", f"{MESSAGING}/default/subscribe", body)
    assert answer.error == (400, 8002)
    assert wire.stored == NOTHING


@pytest.mark.parametrize("body", [None, True, 1, 1.5, "hi", [], [{"message": "hi"}]], ids=json.dumps)
def test_w7_json_that_is_no_object_is_8002(wire, body):
    answer = wire.publish(body)
    assert answer.error == (400, 8002)
    assert answer.json["message"] == f"{UNREADABLE}the body is not a JSON object"
    assert wire.stored == NOTHING


REASONS = [
    pytest.param(b"\xff", "the body is not UTF-8", id="utf-8"),
    pytest.param(nested(201), "the JSON is nested deeper than 200", id="depth"),
    pytest.param(b'{"message":NaN}', "NaN is not JSON", id="nan"),
    pytest.param(b'{"message":1e400}', "a number is outside the range of a double", id="float"),
    pytest.param(b'{"message":%d}' % 10**400, "a number is outside the range of a double", id="integer"),
    pytest.param(b"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)", id="syntax"),
]


@pytest.mark.parametrize(("body", "reason"), REASONS)
def test_w7_the_text_says_why(wire, body, reason):
    assert wire.publish(body).json["message"] == UNREADABLE + reason


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "identity, gzip", "\xe9"])
def test_w7_an_encoded_body_is_8002_and_its_encoding_is_named(wire, encoding):
    answer = wire.publish(gzip.compress(b'{"message":"hi"}'), headers={"Content-Encoding": encoding})
    assert answer.error == (400, 8002)
    assert answer.json["message"] == f"{UNREADABLE}Content-Encoding is {encoding!r}; a body has to come unencoded"
    assert wire.stored == NOTHING
    assert wire.problems == []


@pytest.mark.parametrize("encoding", ["identity", "Identity", "", "identity, identity"])
def test_w7_a_body_that_says_it_is_not_encoded_is_read(wire, encoding):
    assert wire.publish({"message": "hi"}, headers={"Content-Encoding": encoding}).status == 200
    assert wire.data() == ["hi"]


def test_w7_where_there_is_no_body_it_is_not_encoded(wire):
    headers = {"Content-Encoding": "gzip"}
    assert wire.send("POST", f"{MESSAGING}/default/subscribe", headers=headers).status == 200
    assert wire.send("GET", f"{MESSAGING}/default/properties", headers=headers).status == 200


def test_w7_the_content_type_is_looked_at_first(wire):
    answer = wire.publish(b"x", content_type="text/plain", headers={"Content-Encoding": "gzip"})
    assert answer.json["message"] == f"{UNREADABLE}Content-Type is 'text/plain', not application/json"


GOOD = {
    "bom": (b'\xef\xbb\xbf{"message":"hi"}', "hi"),
    "blanks-around": (b' \t\r\n{ "message" : "hi" }\n', "hi"),
    "last-of-duplicates": (b'{"message":"first","message":"last"}', "last"),
    "last-of-duplicates-null-first": (b'{"message":null,"message":"last"}', "last"),
    "duplicates-inside": (b'{"message":{"a":1,"b":2,"a":3}}', {"a": 3, "b": 2}),
    "escaped-nul": (b'{"message":"a\\u0000b"}', "a\0b"),
    "escaped-slash": (b'{"message":"a\\/b"}', "a/b"),
    "raw-unicode": ('{"message":"日本 😀"}'.encode(), "日本 😀"),
    "surrogate-pair": (b'{"message":"\\ud83d\\ude00"}', "😀"),
    "largest-double": (b'{"message":1.7976931348623157e308}', 1.7976931348623157e308),
    "smallest-double": (b'{"message":5e-324}', 5e-324),
    "309-digits": (b'{"message":1' + b"0" * 308 + b"}", 10**308),
    "beyond-2-to-the-53": (b'{"message":9007199254740993}', 9007199254740993),
    "minus-zero": (b'{"message":-0.0}', -0.0),
    "nested-200-deep": (nested(200), json.loads(nested(200))["message"]),
    "5000-wide": (b'{"message":[' + b",".join([b"[]"] * 5000) + b"]}", [[]] * 5000),
    "brackets-in-a-string": (b'{"message":"' + b"[" * 5000 + b'"}', "[" * 5000),
    "braces-in-a-string-with-quotes": (b'{"message":"\\"' + b'{\\"[' * 500 + b'"}', '"' + '{"[' * 500),
    "brackets-after-a-backslash": (b'{"message":"\\\\' + b"[" * 500 + b'"}', "\\" + "[" * 500),
    "brackets-in-a-key": (b'{"message":{"' + b"[{" * 500 + b'":1}}', {"[{" * 500: 1}),
}


@pytest.mark.parametrize(("body", "message"), GOOD.values(), ids=GOOD)
def test_w7_unusual_json_is_json(wire, body, message):
    assert wire.publish(body).status == 200
    assert wire.data() == [message]


@pytest.mark.parametrize(
    ("field", "escaped"),
    [
        pytest.param('"message":"\\ud800"', rb'"data":"\ud800"', id="message"),
        pytest.param('"message":{"\\udfff":1}', rb'"data":{"\udfff":1}', id="key"),
        pytest.param('"message":1,"publisherId":"\\udc00"', rb'"publisherId":"\udc00"', id="publisher"),
        pytest.param('"message":1,"headers":{"\\ud800":"\\udc01"}', rb'{"\ud800":"\udc01"', id="headers"),
    ],
)
def test_w7_lone_surrogates_are_kept_and_answers_are_ascii(wire, field, escaped):
    assert wire.publish(f"{{{field}}}".encode()).status == 200
    answer = wire.send("GET", f"{MESSAGING}/default/{wire.subscribed()}")
    assert escaped in answer.raw


def test_w7_everything_beyond_ascii_is_escaped(wire):
    wire.published({"message": "é日😀"})
    answer = wire.send("GET", f"{MESSAGING}/default/{wire.subscribed()}")
    assert rb'"data":"\u00e9\u65e5\ud83d\ude00"' in answer.raw


class Endless:
    """A request body that is made as it is read: ``length`` spaces, then the end, or ``error``."""

    def __init__(self, length, error=None):
        self.length = length
        self.given = 0
        self.error = error

    def read(self, size):
        part = min(size, self.length - self.given)
        self.given += part
        if part < size and self.error:
            raise self.error
        return b" " * part


CHUNKED = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}


def send_stream(wire, stream, declared=None, **environ):
    """Publish what ``stream`` gives, by Content-Length where one is declared, else chunked."""
    framing = CHUNKED if declared is None else {"CONTENT_LENGTH": declared}
    return wire.publish(b"", environ={"wsgi.input": stream, **framing, **environ})


def test_w14_a_body_of_10_mib_is_taken(wire):
    frame = len(b'{"message":""}')
    assert wire.publish(b'{"message":"%s"}' % (b"x" * (LONGEST_BODY - frame))).status == 200
    assert [len(data) for data in wire.data()] == [LONGEST_BODY - frame]


@pytest.mark.parametrize("length", [LONGEST_BODY + 1, 2 * LONGEST_BODY], ids=["a-byte-too-long", "20-mib"])
@pytest.mark.parametrize("chunked", [False, True], ids=["content-length", "chunked"])
def test_w14_a_longer_body_is_read_to_its_end_then_refused(wire, length, chunked):
    stream = Endless(length)
    answer = send_stream(wire, stream, None if chunked else str(length))
    assert answer.error == (400, 8002)
    assert answer.json["message"] == f"{UNREADABLE}the body is longer than 10485760 bytes"
    assert answer.headers["Connection"] == "close"
    assert stream.given == length
    assert wire.stored == NOTHING
    assert wire.problems == []


@pytest.mark.parametrize("chunked", [False, True], ids=["content-length", "chunked"])
def test_w14_of_a_body_beyond_64_mib_no_more_is_read(wire, chunked):
    stream = Endless(2 * DISCARDED)
    answer = send_stream(wire, stream, None if chunked else str(2 * DISCARDED))
    assert answer.error == (400, 8002)
    assert answer.headers["Connection"] == "close"
    assert stream.given == DISCARDED
    assert wire.stored == NOTHING


def test_w14_a_length_that_no_machine_can_hold_is_too_long(wire):
    answer = send_stream(wire, Endless(10), "9" * 5000)
    assert answer.error == (400, 8002)
    assert answer.json["message"] == f"{UNREADABLE}the body is longer than 10485760 bytes"
    assert wire.stored == NOTHING


def test_w14_a_length_may_have_leading_zeros(wire):
    body = b'{"message":"hi"}'
    assert send_stream(wire, io.BytesIO(body), f"{len(body):030}").status == 200
    assert wire.data() == ["hi"]


def test_w14_a_too_long_body_counts_as_an_unknown_request_only_by_its_route(wire):
    answer = wire.send("POST", "/nowhere", environ={"wsgi.input": Endless(2 * LONGEST_BODY), **CHUNKED})
    assert answer.error == (404, 404)
    assert answer.headers["Connection"] == "close"
    assert len(wire.problems) == 1


BROKEN_OFF = [
    pytest.param(lambda: Endless(10), "100", id="shorter-than-declared"),
    pytest.param(lambda: Endless(0), "1", id="nothing-at-all"),
    pytest.param(lambda: Endless(10), "12x", id="length-is-no-number"),
    pytest.param(lambda: Endless(10), "-1", id="negative-length"),
    pytest.param(lambda: Endless(10), "٣", id="length-in-foreign-digits"),
    pytest.param(lambda: Endless(10, ConnectionResetError("reset by peer")), "100", id="reset"),
    pytest.param(lambda: Endless(10, TimeoutError("timed out")), "100", id="timeout"),
    pytest.param(lambda: Endless(10, ConnectionResetError("reset by peer")), str(2 * LONGEST_BODY), id="reset-long"),
    pytest.param(lambda: io.BytesIO(b"x" * 10), str(2 * LONGEST_BODY), id="too-long-and-short"),
    pytest.param(lambda: Endless(10, OSError("Missing chunk terminating newline")), None, id="chunked"),
    pytest.param(lambda: Endless(LONGEST_BODY + 70_000, ConnectionResetError()), None, id="chunked-long"),
    pytest.param(lambda: Endless(10, ValueError("I/O operation on closed file")), None, id="chunked-closed"),
]


@pytest.mark.parametrize(("make_stream", "declared"), BROKEN_OFF)
@pytest.mark.parametrize("path", [f"{MESSAGING}/default", "/nowhere"], ids=["publish", "unknown-route"])
def test_w14_a_body_that_never_comes_whole_stores_nothing_and_fails_no_test(wire, make_stream, declared, path):
    framing = CHUNKED if declared is None else {"CONTENT_LENGTH": declared}
    answer = wire.send("POST", path, b"", environ={"wsgi.input": make_stream(), **framing})
    assert answer.error == (400, 8002)
    assert answer.json["message"] == f"{UNREADABLE}the body never came whole"
    assert answer.headers["Connection"] == "close"
    assert wire.stored == NOTHING
    assert wire.problems == []


@pytest.mark.parametrize(
    "environ", [{"wsgi.input_terminated": True}, {"HTTP_TRANSFER_ENCODING": "chunked"}], ids=["server", "header"]
)
def test_w14_a_chunked_body_is_read_to_its_end(wire, environ):
    body = io.BytesIO(b'{"message":"' + b"x" * 200_000 + b'"}')
    assert wire.publish(b"", environ={"wsgi.input": body, **environ}).status == 200
    assert wire.data() == ["x" * 200_000]


def test_a_body_is_not_read_beyond_its_declared_length(wire):
    stream = io.BytesIO(b'{"message":"hi"}GET / HTTP/1.1')
    assert send_stream(wire, stream, "16").status == 200
    assert stream.read() == b"GET / HTTP/1.1"
