"""The codec: captured frames, round trips, and what hostile bytes get."""

from __future__ import annotations

import enum
import math
import random
import struct
import tracemalloc
from time import perf_counter

import pytest
from amf_support import DOTNET_DELIVERY_OPTIONS, DOTNET_PUBLISH, JAVA_POLL, MESSAGING, mutate, same
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.http.amf import reader as amf_reader
from pytest_backendless_mock.http.amf.frame import AmfError, Date, TypedObject
from pytest_backendless_mock.http.amf.value import DEEPEST, WRAPPERS

HEAD = b"\0\3\0\0\0\1\0\4null\0\4null\xff\xff\xff\xff\x11"
"""Everything before the AMF3 value."""


def read(value):
    return amf.decode(HEAD + value).value


def written(value):
    return amf.encode(value, "null")[len(HEAD) :]


def again(value):
    return amf.decode(amf.encode(value, "null")).value


class TestCapturedFrames:
    def test_dotnet_publish(self):
        response, (message,) = amf.decode(DOTNET_PUBLISH)

        assert len(DOTNET_PUBLISH) == 512
        assert response == "null"
        assert message.alias == "flex.messaging.messages.RemotingMessage"
        assert message.members == {
            "operation": "publish",
            "messageRefType": None,
            "source": MESSAGING,
            "timestamp": 0.0,
            "body": ["default", "hello", None, None],
            "timeToLive": 0,
            "destination": "GenericDestination",
            "messageId": None,
            "clientId": None,
            "correlationId": None,
        }

    def test_dotnet_delivery_options(self):
        value = read(DOTNET_DELIVERY_OPTIONS)

        assert value.alias == "com.backendless.services.messaging.DeliveryOptions"
        assert value.members == {
            "pushBroadcast": 0,
            "pushSinglecast": None,
            "publishAt": Date(1_700_000_000_000.0),
            "repeatEvery": 60.0,
            "repeatExpiresAt": Date(1_700_000_600_000.0),
            "pushPolicy": "ALSO",
        }

    def test_java_poll(self):
        _, (message,) = amf.decode(JAVA_POLL)

        assert message.members == {
            "timeToLive": 0,
            "headers": {"application-type": "ANDROID", "api-version": "1.0"},
            "clientId": None,
            "destination": "GenericDestination",
            "messageId": None,
            "correlationId": None,
            "source": MESSAGING,
            "body": ["default", "sub-1"],
            "operation": "pollMessages",
            "messageRefType": None,
            "timestamp": 0,
        }

    @pytest.mark.parametrize("captured", [DOTNET_DELIVERY_OPTIONS], ids=["options"])
    def test_what_dotnet_wrote_is_written_the_same(self, captured):
        assert written(read(captured)) == captured


class TestBytes:
    """Vectors of the AMF3 specification, worked out by hand."""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, "01"),
            (False, "02"),
            (True, "03"),
            (0, "0400"),
            (127, "047f"),
            (128, "048100"),
            (16383, "04ff7f"),
            (16384, "04818000"),
            (2097151, "04ffff7f"),
            (2097152, "0480c08000"),
            (2**28 - 1, "04bfffffff"),
            (-1, "04ffffffff"),
            (-(2**28), "04c0808000"),
            (2.0**28, "0541b0000000000000"),
            (1.5, "053ff8000000000000"),
            ("", "0601"),
            ("é", "0605c3a9"),
            (Date(0.0), "08010000000000000000"),
            ([], "090101"),
            ([1, "a", "a"], "090701040106036106" + "00"),
            ({}, "0a0b0101"),
            ({"a": None}, "0a0b0103610101"),
            (b"\1\2", "0c050102"),
            (TypedObject("A", {"b": 1}), "0a1303410362" + "0401"),
        ],
        ids=repr,
    )
    def test_written_and_read(self, value, expected):
        assert written(value).hex() == expected
        assert same(read(bytes.fromhex(expected)), value)

    @pytest.mark.parametrize(
        ("given", "value"),
        [
            ("00", None),
            ("090303610401010402", {"a": 1, "0": 2}),
            ("0a0b03410362040101", TypedObject("A", {"b": 1})),
            ("0905010a1303410362" + "04010a010402", None),
        ],
    )
    def test_what_others_write(self, given, value):
        shown = read(bytes.fromhex(given))

        if given.endswith("0a010402"):
            assert [item.members for item in shown] == [{"b": 1}, {"b": 2}]
        else:
            assert same(shown, value)

    def test_ranges(self):
        assert written(2**28) == written(2.0**28)
        assert again(2**53) == float(2**53)
        assert again(10**400) == math.inf
        assert again(-(10**400)) == -math.inf

    def test_subclasses_are_written_as_what_they_are(self):
        class Colour(str, enum.Enum):
            RED = "red"

        assert again((1, 2)) == [1, 2]
        assert again({"c": Colour.RED}) == {"c": "red"}
        with pytest.raises(TypeError, match="AMF has no object"):
            amf.encode(object(), "null")

    def test_classes_are_described_once(self):
        one, two = TypedObject("A", {"b": 1}), TypedObject("A", {"b": 2})

        assert written([one, two]).hex() == "090501" + "0a1303410362" + "0401" + "0a01" + "0402"

    def test_wrappers_write_themselves(self):
        for alias, name in WRAPPERS.items():
            value = TypedObject(alias, {name: [1, "x"]})
            assert written(value)[:2] == b"\x0a\x07"
            assert same(again([value, value]), [value, value])
            assert same(again(TypedObject(alias, {"other": 1})), TypedObject(alias, {"other": 1}))

    def test_an_empty_key_survives(self):
        assert again({"": 1, "a": 2}) == {"": 1, "a": 2}


class TestReferences:
    def test_what_is_shared_stays_shared(self):
        inner, when, raw = [1], Date(1.0), b"abc"
        one = again([inner, inner, when, when, raw, raw, {"x": inner}])

        assert one[0] is one[1] is one[6]["x"]
        assert one[2] is one[3]
        assert one[4] is one[5]

    def test_cycles(self):
        items: list = []
        items.append({"up": items})
        node = TypedObject("Node", {})
        node.members["self"] = node
        wrapped = TypedObject("flex.messaging.io.ArrayCollection", {})
        wrapped.members["source"] = [wrapped]

        for value in (items, node, wrapped):
            assert same(again(value), value)

    def test_mixed_arrays_may_hold_themselves(self):
        value = read(bytes.fromhex("0903" + "0361" + "0900" + "01" + "0900"))

        assert value["a"] is value
        assert value["0"] is value


ARRAY, OBJECT, MIXED = b"\x09\x01\x01", b"\x0a\x0b\x01\x01", b"\x09\x01\x03a\x01\x01"
"""Of each an empty one; the last has a null by name."""


class TestDepth:
    @pytest.mark.parametrize("sibling", [ARRAY, OBJECT, MIXED], ids=["array", "object", "mixed"])
    def test_what_was_closed_counts_no_more(self, sibling):
        assert len(read(b"\x09\x87\x69\x01" + sibling * 500)) == 500
        assert read(b"\x09\x03\x01" * (DEEPEST - 2) + b"\x09\x0b\x01" + sibling * 5)

    @pytest.mark.parametrize("sibling", [ARRAY, OBJECT, MIXED], ids=["array", "object", "mixed"])
    def test_what_is_open_still_counts_when_a_sibling_was_closed(self, sibling):
        opened = b"\x09\x05\x01" + sibling
        assert read(opened * (DEEPEST - 1) + sibling)
        with pytest.raises(AmfError, match=f"values are nested deeper than {DEEPEST}$"):
            read(opened * DEEPEST + sibling)


class TestLoneSurrogates:
    @pytest.mark.parametrize("modified", [False, True], ids=["UTF-8", "modified"])
    @pytest.mark.parametrize("text", ["\ud83d", "a\udc80b", "\ude00\ud83d"])
    def test_are_written_and_come_back(self, text, modified):
        written_out = amf.encode([text, {text: text}, TypedObject(text, {text: 1})], "null", modified=modified)
        texts = amf.decode(written_out).value
        assert texts[:2] == [text, {text: text}]
        assert (texts[2].alias, texts[2].members) == (text, {text: 1})

    def test_are_three_bytes_each(self):
        assert written("\ud83d") == b"\x06\x07\xed\xa0\xbd"


NAMES = st.text(max_size=5)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**28), 2**28 - 1)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=20)
    | st.builds(Date, st.floats(allow_nan=False))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(NAMES, inner, max_size=5)
        | st.builds(TypedObject, st.text(min_size=1, max_size=5), st.dictionaries(NAMES, inner, max_size=5))
    ),
    max_leaves=30,
)


@given(VALUES)
def test_every_value_comes_back(value):
    assert same(again(value), value)


@given(st.lists(VALUES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_every_graph_comes_back(values, choice):
    graph = [choice.choice(values) for _ in range(6)]
    graph.append({"root": graph})

    assert same(again(graph), graph)


BOMBS = [
    pytest.param(b"\x09\xbf\xff\xff\xff\x01" + b"\x0a\x0b\x01\x01" * 5_000_000, id="objects"),
    pytest.param(b"\x09\xbf\xff\xff\xff\x01" + b"\x09\x01\x01" * 6_000_000, id="arrays"),
    pytest.param(b"\x0a\xff\xff\xff\xfb" + b"\x01" * 20_000_000, id="names"),
    pytest.param(b"\x09\xbf\xff\xff\xff\x01" + b"\x0a\x13\x03A\x03b\x01" * 4_000_000, id="classes"),
]
"""20 MiB that ask for more than they are."""


class TestHostileInput:
    @pytest.mark.parametrize("captured", [DOTNET_PUBLISH[:290], JAVA_POLL], ids=["dotnet", "java"])
    def test_truncated_frames(self, captured):
        assert amf.decode(captured)
        for length in range(len(captured)):
            with pytest.raises(AmfError):
                amf.decode(captured[:length])

    @pytest.mark.parametrize(
        ("bad", "said"),
        [
            (b"", "version"),
            (b"\0\7\0\0\0\1", "version 7"),
            (b"\0\3\0\0\0\2", "2 bodies"),
            (b"\0\3\0\1\0\1a\0\xff\xff\xff\xff", "how long"),
            (b"\0\3\0\1\0\1a\0\x7f\xff\xff\xff", "2147483647 bytes should follow"),
            (HEAD[:-1] + b"\x02\0\0", "AMF0 marker 2"),
            (HEAD[:-1] + b"\x0a\0\0\0\2\x11", "2 arguments"),
            (HEAD + b"\x07\x01", "marker 7"),
            (HEAD + b"\xff", "marker 255"),
            (HEAD + b"\x06\xff\xff\xff\xff", "bytes should follow"),
            (HEAD + b"\x0c\xff\xff\xff\xff", "bytes should follow"),
            (HEAD + b"\x09\xff\xff\xff\xff\x01", "ends in the middle"),
            (HEAD + b"\x0a\xff\xff\xff\xfb\x01", "more than"),
            (HEAD + b"\x06\x02", "string 1 is referred to"),
            (HEAD + b"\x09\x00", "object 0 is referred to"),
            (HEAD + b"\x08\x02", "object 1 is referred to"),
            (HEAD + b"\x0a\x02", "object 1 is referred to"),
            (HEAD + b"\x0a\x01", "class 0 is referred to"),
            (HEAD + b"\x0a\x07\x03A", "writes itself"),
            (HEAD + b"\x06\x03\xff", "not UTF-8"),
            (HEAD + b"\x09\x03\x01" * (DEEPEST + 1) + b"\x01", "nested deeper"),
            (HEAD + b"\x0a\x0b\x01\x03a" * 100_000, "nested deeper"),
            (HEAD + b"\x09" + b"\xbf\xff\xff\xff" + b"\x01" + b"\x01" * (250_001), "more than 250000 values"),
        ],
    )
    def test_what_is_wrong_is_said(self, bad, said):
        with pytest.raises(AmfError, match=said if bad else "bytes should follow"):
            amf.decode(bad)

    def test_an_envelope_s_headers_are_passed_over(self):
        headed = b"\0\3\0\1\0\4DSId\0\0\0\0\2\5\5" + HEAD[4:] + b"\x03"

        assert amf.decode(headed).value is True

    def test_arguments_in_an_array_of_amf0(self):
        boxed = HEAD[:-1] + b"\x0a\0\0\0\1\x11\x04\x05"

        assert amf.decode(boxed).value == [5]

    def test_as_deep_as_allowed(self):
        assert read(b"\x09\x03\x01" * DEEPEST + b"\x01")

    @pytest.mark.parametrize("bad", BOMBS)
    def test_twenty_mebibytes_are_refused_soon(self, bad):
        before = perf_counter()
        with pytest.raises(AmfError, match="more than 250000 values and names"):
            read(bad)

        assert perf_counter() - before < 30  # a second or two, unless it is traced on a busy machine

    @pytest.mark.parametrize("bad", BOMBS)
    def test_memory_is_bounded_by_the_number_of_values(self, monkeypatch, bad):
        monkeypatch.setattr(amf_reader, "MOST_VALUES", 5_000)
        frame = HEAD + bad
        tracemalloc.start()
        with pytest.raises(AmfError, match="more than 5000"):
            amf.decode(frame)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert peak < 5_000 * 1_000

    @pytest.mark.parametrize("seed", range(20))
    def test_mutated_frames_raise_nothing_else(self, seed):
        chance = random.Random(seed)
        rich = amf.encode([TypedObject("A", {"b": [1, "x", Date(1.0), b"raw", {"k": 2.5}]})] * 2, "null")
        for _ in range(400):
            mutant = mutate(
                chance.choice([DOTNET_PUBLISH[:290], JAVA_POLL, HEAD + DOTNET_DELIVERY_OPTIONS, rich]), chance
            )
            try:
                value = amf.decode(mutant).value
            except AmfError:
                continue
            assert same(again(value), again(again(value)))

    @given(st.binary(max_size=200))
    def test_random_values_raise_nothing_else(self, raw):
        try:
            value = read(raw)
        except AmfError:
            return
        amf.encode(value, "null")


def test_a_date_keeps_every_bit():
    assert struct.pack(">d", again(Date(math.nan)).milliseconds) == struct.pack(">d", math.nan)
